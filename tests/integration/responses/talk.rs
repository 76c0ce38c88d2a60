//! Conversations: text, thoughts, tools, and what goes back.

use serde_json::{Value, json};

use super::{done, input_kinds, kinds, restarted, service};
use crate::support::{Provider, Reply, Response};

#[actix_web::test]
async fn a_conversation_is_held_without_keeping_anything_at_the_provider() {
    let provider = Provider::start([Response::text("Hello there."), Response::text("Fine.")]).await;
    let service = service(&provider, Value::Null);
    let client = service.client("ada");
    let mut turn = client.create("Hello").await;
    let thread_id = turn.thread_id().await;
    assert_eq!(done(&turn.rest().await)[1]["content"][0]["text"], "Hello there.");
    client.say(&thread_id, "How are you?").await.rest().await;
    let asked = provider.answers();
    assert_eq!(asked[0].target, "/v1/responses");
    for asked in &asked {
        assert_eq!((&asked.body["stream"], &asked.body["store"]), (&json!(true), &json!(false)));
        assert_eq!(asked.body["tools"][0]["strict"], false);
    }
    assert_eq!(input_kinds(&asked[1].body), ["user", "assistant", "user"]);
    assert_eq!(asked[1].body["input"][1]["content"][0]["text"], "Hello there.");
}

#[actix_web::test]
async fn thoughts_are_tasks_of_one_workflow_with_their_headings() {
    let parts = ["**Looking at it**\n\nIs it cold?", "It is."];
    let answer = Response::begin().think("rs_1", &parts, "secret").say("Very cold.").complete();
    let provider = Provider::start([answer.byte_by_byte()]).await;
    let service = service(&provider, Value::Null);
    let client = service.client("ada");
    let mut turn = client.create("Oslo?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "workflow", "assistant_message"]);
    let tasks = &items[1]["workflow"]["tasks"];
    assert_eq!((&tasks[0]["title"], &tasks[0]["content"]), (&json!("Looking at it"), &json!("Is it cold?")));
    assert_eq!(tasks[1]["content"], "It is.");
    assert_eq!(tasks.as_array().unwrap().len(), 2);
    assert!(!client.items(&thread_id).await.iter().any(|item| item.to_string().contains("secret")));
}

#[actix_web::test]
async fn reasoning_goes_back_in_a_round_of_tools_in_the_next_turn_and_after_a_restart() {
    let first =
        Response::begin().think("rs_1", &["Look."], "first").call("call_1", "look_up", &json!({"key": "a"}));
    let second = Response::begin().think("rs_2", &["Found."], "second").say("It is a.");
    let provider = Provider::start([first.complete(), second.complete()]).await;
    let first_service = service(&provider, Value::Null);
    let client = first_service.client("ada");
    let mut turn = client.create("What is a?").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    let in_round = provider.answers()[1].body["input"].clone();
    assert_eq!(
        input_kinds(&json!({"input": in_round})),
        ["user", "reasoning", "function_call", "function_call_output"]
    );
    assert_eq!((&in_round[1]["id"], &in_round[1]["encrypted_content"]), (&json!("rs_1"), &json!("first")));
    assert_eq!(in_round[2]["call_id"], in_round[3]["call_id"]);

    let service = restarted(first_service, &provider, Value::Null).await;
    provider.then([Response::text("You are welcome.")]);
    service.client("ada").say(&thread_id, "Thanks").await.rest().await;
    let later = &provider.answers()[2].body;
    assert_eq!(
        input_kinds(later),
        ["user", "reasoning", "function_call", "function_call_output", "reasoning", "assistant", "user"]
    );
    assert_eq!(later["input"][1], in_round[1], "verbatim");
    assert_eq!(later["input"][4]["encrypted_content"], "second");
}

#[actix_web::test]
async fn a_model_without_reasoning_is_asked_without_it_from_then_on() {
    let refusal = |message: &str, param: &str| {
        let error =
            json!({"message": message, "type": "invalid_request_error", "param": param, "code": null});
        Reply::raw(400, "application/json", json!({"error": error}).to_string())
    };
    let provider = Provider::start([
        refusal("Encrypted content is not supported with this model.", "include"),
        refusal(
            "Unsupported parameter: 'reasoning.summary' is not supported with this model.",
            "reasoning.summary",
        ),
        Response::text("Hi."),
        Response::text("Bye."),
    ])
    .await;
    let service = service(&provider, Value::Null);
    let client = service.client("ada");
    let thread_id = client.thread("Hello").await;
    client.say(&thread_id, "Bye").await.rest().await;
    let asked = provider.answers();
    let has = |number: usize, field: &str| asked[number].body.get(field).is_some();
    assert!(has(0, "include") && has(0, "reasoning"));
    assert_eq!(asked.len(), 4);
    for number in [2, 3] {
        assert!(!has(number, "include") && !has(number, "reasoning"), "request {number}");
    }
}

#[actix_web::test]
async fn text_that_was_shown_stays_however_a_response_ends() {
    let half = || {
        Response::begin().event(json!({
            "type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": 0,
            "delta": "It rains", "logprobs": [],
        }))
    };
    let ended =
        |kind: &str, response: Value| half().event(json!({"type": kind, "response": response})).reply();
    let incomplete = |reason: &str| {
        let details = json!({"reason": reason});
        ended(
            "response.incomplete",
            json!({"status": "incomplete", "incomplete_details": details, "output": []}),
        )
    };
    let error = json!({"code": "server_error", "message": "oh"});
    for (case, reply) in [
        ("length", incomplete("max_output_tokens")),
        ("filter", incomplete("content_filter")),
        ("failed", ended("response.failed", json!({"status": "failed", "error": error, "output": []}))),
        ("error", half().event(json!({"type": "error", "code": "server_error", "message": "oh"})).reply()),
        ("cut", half().reply().cut()),
        ("ended", half().reply()),
    ] {
        let provider = Provider::start([reply, Response::text("Sunny.")]).await;
        let service = service(&provider, Value::Null);
        let client = service.client("ada");
        let mut turn = client.create("Oslo?").await;
        let thread_id = turn.thread_id().await;
        let events = turn.rest().await;
        assert!(events.iter().any(|event| event["type"] == "error"), "{case}: {events:#?}");
        let items = client.items(&thread_id).await;
        assert_eq!(items[1]["content"][0]["text"], "It rains", "{case}");
        let events = client.say(&thread_id, "And now?").await.rest().await;
        assert_eq!(done(&events)[1]["content"][0]["text"], "Sunny.", "{case}");
    }
}

#[actix_web::test]
async fn sources_stand_at_their_places_also_behind_a_second_thought() {
    let page = json!({"type": "url_citation", "start_index": 0, "end_index": 5, "url": "https://yr.no", "title": "Yr"});
    let file = json!({"type": "file_citation", "file_id": "f", "filename": "a.pdf", "index": 4});
    let answer = Response::begin()
        .say_with("Cold. More", &[page])
        .think("rs_1", &["Hm."], "x")
        .say_with("Éve.", &[file])
        .complete();
    let provider = Provider::start([answer]).await;
    let service = service(&provider, Value::Null);
    let events = service.client("ada").create("Oslo?").await.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "assistant_message", "workflow", "assistant_message"]);
    let annotation = |item: &Value| item["content"][0]["annotations"][0].clone();
    let (first, second) = (annotation(items[1]), annotation(items[3]));
    assert_eq!((&first["index"], &first["source"]["url"]), (&json!(5), &json!("https://yr.no")));
    assert_eq!((&second["index"], &second["source"]["filename"]), (&json!(4), &json!("a.pdf")));
}
