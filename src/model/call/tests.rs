//! Servers that refuse a part of a request, and what is sent to them then.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::*;
use crate::model::{
    ContentPart, FinishReason, ImagePart, LeftOut, Model, ModelError, ModelMessage, ToolChoice, ToolSpec,
    chat_completions::ChatCompletions,
    provider::test_server::{Reply, TestServer},
};

fn hi() -> Reply {
    let chunk = |choice: Value| format!("data: {}\n\n", json!({"choices": [choice]}));
    Reply::sse(
        chunk(json!({"index": 0, "delta": {"content": "Hi"}, "finish_reason": null}))
            + &chunk(json!({"index": 0, "delta": {}, "finish_reason": "stop"}))
            + "data: [DONE]\n\n",
    )
}

fn client(server: &TestServer, path: &str) -> ChatCompletions {
    let endpoint = Endpoint::Compatible { base_url: server.url(path), api_key: None };
    let settings = CallSettings {
        retry_base_delay: Duration::from_millis(1),
        max_retries: 1,
        ..CallSettings::new(endpoint, "m")
    };
    ChatCompletions::new(settings).unwrap()
}

/// A request with a tool and a picture.
fn question() -> ModelRequest {
    let picture =
        ImagePart { name: "a.png".into(), mime_type: "image/png".into(), data: Bytes::from_static(b"x") };
    let tool = ToolSpec { name: "get_time".into(), description: String::new(), parameters: json!({}) };
    ModelRequest {
        messages: vec![
            ModelMessage::System("Be kind.".to_owned()),
            ModelMessage::User(vec![ContentPart::Text("Hello".to_owned()), ContentPart::Image(picture)]),
        ],
        tools: Arc::from([tool]),
        ..ModelRequest::default()
    }
}

async fn ask(model: &ChatCompletions, request: ModelRequest) -> Result<Vec<ModelEvent>, ModelError> {
    model.stream(request).collect::<Vec<_>>().await.into_iter().collect()
}

/// Asks twice a server that refuses once: the second answer must cost one request, and both requests that were
/// answered are alike. Gives the accepted body and the events.
async fn refused(refusal: Reply, request: ModelRequest) -> (Value, Vec<ModelEvent>) {
    let server = TestServer::start([refusal, hi(), hi()]).await;
    let model = client(&server, "/v1");
    let events = ask(&model, request.clone()).await.unwrap();
    assert_eq!(ask(&model, request).await.unwrap(), events);
    assert_eq!(server.num_requests(), 3);
    assert_eq!(server.request(1).body, server.request(2).body);
    (server.request(1).json(), events)
}

fn said_hi() -> [ModelEvent; 2] {
    [ModelEvent::Text("Hi".to_owned()), ModelEvent::Finish(FinishReason::Stop)]
}

#[tokio::test]
async fn r1_reasoning_is_turned_off_where_it_excludes_tools() {
    let refusal = json!({"error": {"message": "Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.", "param": "reasoning_effort"}});
    let (body, events) = refused(Reply::json(400, &refusal), question()).await;
    assert_eq!(body["reasoning_effort"], "none");
    assert_eq!(events, said_hi());
}

#[tokio::test]
async fn r1b_tools_are_left_out_where_reasoning_cannot_be_turned_off() {
    let tools = json!({"error": {"message": "Function tools are not supported for gpt-6-astra in /v1/chat/completions. Please use /v1/responses instead.", "param": "tools"}});
    let server = TestServer::start([Reply::json(400, &tools), hi()]).await;
    let model = client(&server, "/v1");
    let events = ask(&model, question()).await.unwrap();
    assert_eq!(events[0], ModelEvent::LeftOut(LeftOut::Tools));
    assert_eq!(events[1..], said_hi());
    assert!(server.request(1).json().get("tools").is_none());
    assert_eq!(model.capabilities(None).tools, Some(false));
}

#[tokio::test]
async fn r2_a_server_without_tools_is_asked_without_them() {
    for (status, words) in [
        (400, "registry.ollama.ai/library/gemma3:4b does not support tools"),
        (400, "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"),
        (500, "tools param requires --jinja flag"),
        (404, "No endpoints found that support tool use."),
    ] {
        let (body, events) =
            refused(Reply::json(status, &json!({"error": {"message": words}})), question()).await;
        assert!(body.get("tools").is_none(), "{words}");
        assert_eq!(events[1..], said_hi());
    }
}

#[tokio::test]
async fn r2g_a_tool_that_cannot_be_named_is_offered_alone() {
    let refusal = json!({"error": {"message": "tool_choice: only 'auto', 'none' and 'required' are supported", "param": "tool_choice"}});
    let request = ModelRequest { tool_choice: ToolChoice::Named("get_time".to_owned()), ..question() };
    let (body, _) = refused(Reply::json(400, &refusal), request).await;
    assert_eq!(body["tool_choice"], "required");
}

#[tokio::test]
async fn r7_a_picture_for_a_model_that_cannot_see_is_left_out_and_told() {
    for (status, words) in [
        (400, "this model does not support image input"),
        (
            400,
            "Failed to deserialize the JSON body: messages[1]: unknown variant `image_url`, expected `text`",
        ),
        (500, "image input is not supported - hint: you may need to provide the mmproj"),
    ] {
        let (body, events) =
            refused(Reply::json(status, &json!({"error": {"message": words}})), question()).await;
        assert_eq!(events[0], ModelEvent::LeftOut(LeftOut::Pictures), "{words}");
        assert_eq!(events[1..], said_hi());
        let text = body["messages"][1]["content"].as_str().unwrap();
        assert!(text.contains("\"a.png\" is left out"), "{text}");
    }
}

#[tokio::test]
async fn r12_fields_are_left_out_in_whatever_words_they_are_refused() {
    let forbidden = |field: &str| json!([{"type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs are not permitted"}]);
    let fastapi = Reply::json(422, &json!({"detail": forbidden("stream_options")}));
    assert!(refused(fastapi, question()).await.0.get("stream_options").is_none());

    let mistral = json!({"object": "error", "message": {"detail": forbidden("max_completion_tokens")}});
    let mut request = question();
    request.options.max_output_tokens = Some(9);
    assert_eq!(refused(Reply::json(422, &mistral), request).await.0["max_tokens"], 9);

    let unverified = json!({"error": {"message": "Your organization must be verified to stream this model.", "param": "stream", "code": "unsupported_value"}});
    let (body, _) = refused(Reply::json(400, &unverified), question()).await;
    assert_eq!((body["stream"].clone(), body.get("stream_options")), (json!(false), None));

    let no_system = json!({"object": "error", "message": "System role not supported", "code": 400});
    let (body, _) = refused(Reply::json(400, &no_system), question()).await;
    assert_eq!(body["messages"][0]["role"], "user");
    assert_eq!(body["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_inside_an_answer_counts_like_one_before_it() {
    let error = json!({"error": {"code": 400, "message": "this model does not support tools"}});
    let (body, _) = refused(Reply::sse(format!("data: {error}\n\ndata: [DONE]\n\n")), question()).await;
    assert!(body.get("tools").is_none());
}

#[tokio::test]
async fn what_did_not_help_is_not_remembered() {
    let refusal = Reply::json(400, &json!({"error": {"message": "this model does not support tools"}}));
    let other = Reply::json(400, &json!({"error": {"message": "too odd"}}));
    let server = TestServer::start([refusal, other, hi()]).await;
    let model = client(&server, "/v1");
    assert!(matches!(ask(&model, question()).await, Err(ModelError::Rejected { .. })));
    ask(&model, question()).await.unwrap();
    assert!(server.request(2).json().get("tools").is_some());
}

#[tokio::test]
async fn r20_a_call_that_the_server_could_not_read_is_asked_for_again() {
    let failed = json!({"error": {"message": "Failed to call a function.", "type": "invalid_request_error", "code": "tool_use_failed", "failed_generation": "<function=get_time>"}});
    let in_answer = Reply::sse(format!("event: error\ndata: {failed}\n\n"));
    for reply in [Reply::json(400, &failed), in_answer] {
        let server = TestServer::start([reply, hi()]).await;
        assert_eq!(ask(&client(&server, "/v1"), question()).await.unwrap(), said_hi());
        assert!(server.request(1).json().get("tools").is_some());
    }
}

#[tokio::test]
async fn r21_a_base_url_without_v1_is_found_and_one_with_it_is_not_changed() {
    let missing = Reply::new(404, "text/plain", b"404 page not found");
    let server = TestServer::start([missing.clone(), hi(), hi()]).await;
    let model = client(&server, "");
    for _ in 0..2 {
        assert_eq!(ask(&model, question()).await.unwrap(), said_hi());
    }
    for number in [1, 2] {
        assert_eq!(server.request(number).line, "POST /v1/chat/completions HTTP/1.1");
    }
    let server = TestServer::start([missing]).await;
    assert!(matches!(ask(&client(&server, "/v1"), question()).await, Err(ModelError::WrongAddress { .. })));
}
