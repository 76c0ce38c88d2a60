//! The client against a real server on loopback.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::*;
use crate::model::provider::test_server::{Reply, TestServer};
use crate::model::{
    FinishReason, GenerationOptions, ModelError, ModelEvent, ModelMessage, TimeoutPhase, ToolCallDelta,
    ToolSpec, Usage,
    azure::{Token, TokenCache, TokenError, TokenSource},
    provider::{AzureAddress, AzureCredential, Endpoint, Url},
};

/// No test waits this long unless it has failed.
const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(150);

fn compatible(server: &TestServer) -> CallSettings {
    let endpoint =
        Endpoint::Compatible { base_url: server.url("/v1/"), api_key: Some("key-12345".to_owned().into()) };
    CallSettings { retry_base_delay: Duration::from_millis(1), ..CallSettings::new(endpoint, "llama") }
}

fn question() -> ModelRequest {
    ModelRequest { messages: vec![ModelMessage::user("Hi")], ..ModelRequest::default() }
}

async fn ask(settings: CallSettings) -> Vec<Result<ModelEvent, ModelError>> {
    let model = ChatCompletions::new(settings).unwrap();
    timeout(PATIENCE, model.stream(question()).collect()).await.expect("the call ends")
}

async fn ask_ok(settings: CallSettings) -> Vec<ModelEvent> {
    ask(settings).await.into_iter().collect::<Result<_, _>>().unwrap()
}

/// The error that the call ends with, and the events before it.
async fn ask_err(settings: CallSettings) -> (Vec<ModelEvent>, ModelError) {
    let mut events = Vec::new();
    for result in ask(settings).await {
        match result {
            Ok(event) => events.push(event),
            Err(error) => return (events, error),
        }
    }
    panic!("the call succeeded: {events:?}");
}

fn sse(chunks: &[Value]) -> String {
    let events: Vec<String> = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
    events.concat()
}

fn says(text: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]})
}

fn finishes(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

/// "Hello", a stop, the cost and the end mark.
fn hello() -> String {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}});
    sse(&[says("Hel"), says("lo"), finishes("stop"), usage]) + "data: [DONE]\n\n"
}

fn hello_events() -> Vec<ModelEvent> {
    vec![
        ModelEvent::Text("Hel".to_owned()),
        ModelEvent::Text("lo".to_owned()),
        ModelEvent::Usage(Usage { input_tokens: 9, output_tokens: 2 }),
        ModelEvent::Finish(FinishReason::Stop),
    ]
}

#[tokio::test]
async fn a_call_is_one_post_with_the_key_and_the_request() {
    let server = TestServer::start([Reply::sse(hello())]).await;
    let model = ChatCompletions::new(compatible(&server)).unwrap();
    assert_eq!(model.name(), "compatible:llama");
    let request = ModelRequest {
        tools: Arc::from([ToolSpec {
            name: "get_time".to_owned(),
            description: "Tells the time.".to_owned(),
            parameters: json!({"type": "object", "properties": {}}),
        }]),
        options: GenerationOptions { max_output_tokens: Some(64), ..GenerationOptions::default() },
        ..question()
    };
    let events: Vec<_> = model.stream(request).map(Result::unwrap).collect().await;
    assert_eq!(events, hello_events());

    let request = server.request(0);
    assert_eq!(request.line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(request.header("authorization"), Some("Bearer key-12345"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.json(),
        json!({
            "model": "llama",
            "messages": [{"role": "user", "content": "Hi"}],
            "tools": [{"type": "function", "function": {
                "name": "get_time", "description": "Tells the time.",
                "parameters": {"type": "object", "properties": {}},
            }}],
            "stream": true,
            "stream_options": {"include_usage": true},
            "max_completion_tokens": 64,
        })
    );
}

#[tokio::test]
async fn nothing_is_sent_before_the_stream_is_polled() {
    let server = TestServer::start([]).await;
    let model = ChatCompletions::new(compatible(&server)).unwrap();
    drop(model.stream(question()));
    tokio::task::yield_now().await;
    assert_eq!(server.num_requests(), 0);
}

#[tokio::test]
async fn azure_is_called_by_deployment_and_version_with_its_own_key_header() {
    let server = TestServer::start([Reply::sse(hello()), Reply::sse(hello())]).await;
    let endpoint = Endpoint::Azure {
        address: AzureAddress::read(&server.url("/"), Some("2024-06-01")).unwrap(),
        credential: AzureCredential::Key("azure-key".to_owned().into()),
    };
    let model = ChatCompletions::new(CallSettings::new(endpoint, "gpt 4o")).unwrap();
    assert_eq!(model.name(), "azure:gpt 4o");
    model.stream(question()).collect::<Vec<_>>().await;
    let other = ModelRequest { model: Some("mini".to_owned()), ..question() };
    model.stream(other).collect::<Vec<_>>().await;

    assert_eq!(
        server.request(0).line,
        "POST /openai/deployments/gpt%204o/chat/completions?api-version=2024-06-01 HTTP/1.1"
    );
    assert_eq!(server.request(0).header("api-key"), Some("azure-key"));
    assert_eq!(server.request(0).header("authorization"), None);
    assert!(server.request(1).line.contains("/deployments/mini/"));
    assert_eq!(server.request(1).json()["model"], "mini");
}

#[tokio::test]
async fn the_events_do_not_depend_on_how_the_body_is_split() {
    let calls = [
        json!({"choices": [{"delta": {"tool_calls": [
            {"index": 0, "id": "a", "function": {"name": "get_weather", "arguments": ""}},
            {"index": 1, "id": "b", "function": {"name": "get_time", "arguments": "{}"}},
        ]}}]}),
        json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{\"location\":\"São"}}]}}]}),
        json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": " Paulo\"}"}}]}}]}),
        finishes("tool_calls"),
    ];
    let body = sse(&calls) + "data: [DONE]\n\n";
    let piece = |index, id: Option<&str>, name: Option<&str>, arguments: &str| {
        ModelEvent::ToolCall(ToolCallDelta {
            index,
            id: id.map(str::to_owned),
            name: name.map(str::to_owned),
            arguments: arguments.to_owned(),
        })
    };
    let expected = [
        piece(0, Some("a"), Some("get_weather"), ""),
        piece(1, Some("b"), Some("get_time"), "{}"),
        piece(0, None, None, "{\"location\":\"São"),
        piece(0, None, None, " Paulo\"}"),
        ModelEvent::Finish(FinishReason::ToolCalls),
    ];
    // Every split in two, and a stride of splits in three: the decoder's own test has them all.
    let bytes = body.as_bytes();
    let splits = (0..bytes.len()).map(|at| (at, (at * 7 + 13) % bytes.len()));
    let replies: Vec<Reply> = splits
        .map(|(one, other)| {
            let (first, second) = (one.min(other), one.max(other));
            Reply::sse_pieces([&bytes[..first], &bytes[first..second], &bytes[second..]])
        })
        .collect();
    let num_calls = replies.len();
    let server = TestServer::start(replies).await;
    let model = ChatCompletions::new(compatible(&server)).unwrap();
    for at in 0..num_calls {
        let events: Vec<_> = model.stream(question()).map(Result::unwrap).collect().await;
        assert_eq!(events, expected, "split {at}");
    }
}

#[tokio::test]
async fn every_way_to_finish_is_told() {
    for (reason, expected) in [
        ("length", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
        ("stop", FinishReason::Stop),
    ] {
        let refusal = json!({"choices": [{"delta": {"refusal": "I cannot."}}]});
        let server = TestServer::start([Reply::sse(sse(&[refusal, finishes(reason)]))]).await;
        assert_eq!(
            ask_ok(compatible(&server)).await,
            [ModelEvent::Refusal("I cannot.".to_owned()), ModelEvent::Finish(expected)]
        );
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_read_as_one_answer() {
    let body = json!({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}],
                      "usage": {"prompt_tokens": 1, "completion_tokens": 1}});
    let server = TestServer::start([Reply::json(200, &body)]).await;
    assert_eq!(
        ask_ok(compatible(&server)).await,
        [
            ModelEvent::Text("Hello".to_owned()),
            ModelEvent::Usage(Usage { input_tokens: 1, output_tokens: 1 }),
            ModelEvent::Finish(FinishReason::Stop),
        ]
    );
}

#[tokio::test]
async fn refused_credentials_are_told_at_once_and_without_the_key() {
    let body = json!({"error": {"message": "Incorrect API key provided: key-12345"}});
    let server = TestServer::start([Reply::json(401, &body)]).await;
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(
        matches!(&error, ModelError::Unauthorized { reason }
        if reason.starts_with("Incorrect API key provided: [key] [127.0.0.1:") && reason.ends_with("check OPENAI_API_KEY]")),
        "{error:?}"
    );
    assert_eq!(server.num_requests(), 1);
}

#[tokio::test]
async fn a_rejected_request_is_not_tried_again() {
    let body = json!({"error": {"message": "messages is too short", "code": "too_short"}});
    let server = TestServer::start([Reply::json(400, &body)]).await;
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(
        matches!(&error, ModelError::Rejected { status: 400, reason }
        if reason.starts_with("messages is too short (too_short) [model `llama` at ")),
        "{error:?}"
    );
    assert_eq!(server.num_requests(), 1);
}

#[tokio::test]
async fn passing_failures_are_tried_again_until_the_answer_comes() {
    for status in [408, 429, 500, 502, 503, 504] {
        let refused = Reply::json(status, &json!({}));
        let server =
            TestServer::start([refused.clone(), refused, Reply::cut(b""), Reply::sse(hello())]).await;
        assert_eq!(ask_ok(compatible(&server)).await, hello_events(), "{status}");
        assert_eq!(server.num_requests(), 4);
        assert_eq!(server.request(0).body, server.request(3).body);
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds_and_as_a_date() {
    for wish in ["0", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let refused = Reply::json(429, &json!({})).header("Retry-After", wish);
        let server = TestServer::start([refused, Reply::sse(hello())]).await;
        // Were the wish not read, the call would wait for an hour.
        let hour = Duration::from_secs(3600);
        let settings = CallSettings { retry_base_delay: hour, max_retry_delay: hour, ..compatible(&server) };
        assert_eq!(ask_ok(settings).await, hello_events());
    }
}

#[tokio::test]
async fn a_rate_limit_that_outlasts_our_patience_is_told_with_its_end() {
    let body = json!({"error": {"message": "quota"}});
    let refused = Reply::json(429, &body).header("Retry-After", "3600");
    let server = TestServer::start([refused]).await;
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(
        matches!(&error, ModelError::RateLimited { retry_after: Some(wish), reason }
        if *wish == Duration::from_secs(3600) && reason.starts_with("quota [")),
        "{error:?}"
    );
}

#[tokio::test]
async fn retries_end() {
    let server = TestServer::start(vec![Reply::json(503, &json!({"error": "down"})); 4]).await;
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(
        matches!(&error, ModelError::Provider { status: Some(503), reason } if reason.starts_with("down ["))
    );
    assert_eq!(server.num_requests(), 4);
}

#[tokio::test]
async fn nothing_is_tried_again_after_the_first_word() {
    let server = TestServer::start([Reply::cut(sse(&[says("Hel")]).as_bytes())]).await;
    let (events, error) = ask_err(compatible(&server)).await;
    assert_eq!(events, [ModelEvent::Text("Hel".to_owned())]);
    assert!(matches!(error, ModelError::Interrupted { .. }), "{error:?}");
    assert_eq!(server.num_requests(), 1);
}

#[tokio::test]
async fn a_first_word_that_comes_with_the_end_is_a_first_word() {
    let unterminated = format!("data: {}", says("Hel"));
    let server = TestServer::start([Reply::sse(unterminated)]).await;
    let (events, error) = ask_err(compatible(&server)).await;
    assert_eq!(events, [ModelEvent::Text("Hel".to_owned())]);
    assert!(matches!(error, ModelError::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn a_stream_that_ends_cleanly_but_early_is_interrupted() {
    let server = TestServer::start([Reply::sse(sse(&[says("Hel")]) + "data: {\"choi")]).await;
    let (events, error) = ask_err(compatible(&server)).await;
    assert_eq!(events, [ModelEvent::Text("Hel".to_owned())]);
    assert!(matches!(error, ModelError::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_has_finished_needs_no_end_mark() {
    let body = sse(&[says("Hi"), finishes("stop")]);
    let server = TestServer::start([Reply::sse(body.clone()), Reply::cut(body.as_bytes())]).await;
    let expected = [ModelEvent::Text("Hi".to_owned()), ModelEvent::Finish(FinishReason::Stop)];
    assert_eq!(ask_ok(compatible(&server)).await, expected);
    assert_eq!(ask_ok(compatible(&server)).await, expected);
}

#[tokio::test]
async fn garbage_ends_the_call_only_where_nothing_else_came() {
    let garbage = "data: {]\n\n";
    let body = sse(&[says("Hi")]) + garbage + &sse(&[finishes("stop")]);
    let server = TestServer::start([Reply::sse(body), Reply::sse(garbage)]).await;
    let expected = [ModelEvent::Text("Hi".to_owned()), ModelEvent::Finish(FinishReason::Stop)];
    assert_eq!(ask_ok(compatible(&server)).await, expected);
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(matches!(error, ModelError::Garbage { .. }), "{error:?}");
    assert_eq!(server.num_requests(), 2);
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let page = Reply::new(200, "text/html; charset=utf-8", b"<html>Sign in</html>");
    let server = TestServer::start([page]).await;
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(
        error.to_string().contains("a web page") && error.to_string().contains("OPENAI_BASE_URL"),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Reply::json(307, &json!({})).header("Location", "https://example.com/");
    let server = TestServer::start([elsewhere]).await;
    let (_, error) = ask_err(compatible(&server)).await;
    assert!(matches!(error, ModelError::WrongAddress { .. }), "{error:?}");
}

#[tokio::test]
async fn an_error_inside_the_stream_is_the_provider_s() {
    let error = json!({"error": {"message": "out of memory"}});
    let server = TestServer::start([Reply::sse(sse(&[says("Hi"), error]))]).await;
    let (events, error) = ask_err(compatible(&server)).await;
    assert_eq!(events.len(), 1);
    assert!(
        matches!(&error, ModelError::Provider { status: None, reason } if reason.starts_with("out of memory ["))
    );
}

#[tokio::test]
async fn a_line_that_never_ends_is_refused() {
    let endless = format!("data: {}", "x".repeat(5000));
    let server = TestServer::start([Reply::sse(endless)]).await;
    let settings = CallSettings { max_event_bytes: 4096, ..compatible(&server) };
    let (_, error) = ask_err(settings).await;
    assert!(matches!(&error, ModelError::Garbage { reason } if reason.contains("4096 bytes")), "{error:?}");
}

#[tokio::test]
async fn a_server_that_goes_silent_times_out() {
    let server = TestServer::start([Reply::hold(b""), Reply::hold(sse(&[says("Hi")]).as_bytes())]).await;
    let settings = CallSettings { first_byte_timeout: SHORT, idle_timeout: SHORT, ..compatible(&server) };
    let (events, error) = ask_err(settings.clone()).await;
    assert!(events.is_empty());
    assert!(matches!(error, ModelError::Timeout { phase: TimeoutPhase::FirstByte, .. }), "{error:?}");
    let settings = CallSettings { first_byte_timeout: PATIENCE, ..settings };
    let (events, error) = ask_err(settings).await;
    assert_eq!(events, [ModelEvent::Text("Hi".to_owned())]);
    assert!(
        matches!(error, ModelError::Timeout { phase: TimeoutPhase::NextEvent, waited } if waited == SHORT)
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let endpoint = Endpoint::Compatible {
        base_url: Url::parse(&format!("http://user:secret@127.0.0.1:{port}/v1")).unwrap(),
        api_key: None,
    };
    let settings = CallSettings {
        max_retries: 1,
        retry_base_delay: Duration::from_millis(1),
        ..CallSettings::new(endpoint, "m")
    };
    let (_, error) = ask_err(settings).await;
    assert!(matches!(&error, ModelError::Unreachable { host, .. } if *host == format!("127.0.0.1:{port}")));
    assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let server = TestServer::start([Reply::hold(sse(&[says("Hi")]).as_bytes())]).await;
    let model = ChatCompletions::new(compatible(&server)).unwrap();
    let mut stream = model.stream(question());
    assert!(stream.next().await.unwrap().is_ok());
    assert!(stream.next().now_or_never().is_none());
    drop(stream);
    timeout(PATIENCE, server.hung_up()).await.expect("the server sees the connection close");
}

#[tokio::test]
async fn an_older_server_is_understood_and_remembered() {
    let no_options = json!({"error": {"message": "Unrecognized request argument supplied: stream_options"}});
    let no_maximum = json!({"error": {"message": "Unknown parameter: 'max_completion_tokens'"}});
    let server = TestServer::start([
        Reply::json(400, &no_options),
        Reply::json(400, &no_maximum),
        Reply::sse(hello()),
        Reply::sse(hello()),
    ])
    .await;
    let model = ChatCompletions::new(compatible(&server)).unwrap();
    let options = GenerationOptions { max_output_tokens: Some(5), ..GenerationOptions::default() };
    let request = ModelRequest { options, ..question() };
    for _ in 0..2 {
        let events: Vec<_> = model.stream(request.clone()).map(Result::unwrap).collect().await;
        assert_eq!(events, hello_events());
    }
    assert_eq!(server.num_requests(), 4);
    for number in [2, 3] {
        let body = server.request(number).json();
        assert_eq!(body["max_tokens"], 5);
        assert!(body.get("stream_options").is_none() && body.get("max_completion_tokens").is_none());
    }
}

/// Gives `token-1`, `token-2`, …
struct Counting(std::sync::atomic::AtomicUsize);

#[async_trait]
impl TokenSource for Counting {
    async fn fetch(&self) -> Result<Token, TokenError> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        let secret = SecretString::from(format!("token-{number}"));
        Ok(Token { secret, expires_at: Timestamp::now() + Duration::from_secs(3600) })
    }
}

fn azure_with_token(server: &TestServer, source: impl TokenSource) -> CallSettings {
    let endpoint = Endpoint::Azure {
        address: AzureAddress::read(&server.url("/"), Some("2024-10-21")).unwrap(),
        credential: AzureCredential::Token(Arc::new(TokenCache::new(source))),
    };
    CallSettings::new(endpoint, "gpt-4o")
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let refused = Reply::json(401, &json!({"error": {"message": "expired"}}));
    let server = TestServer::start([refused.clone(), Reply::sse(hello())]).await;
    let settings = azure_with_token(&server, Counting(0.into()));
    assert_eq!(ask_ok(settings).await, hello_events());
    assert_eq!(server.request(0).header("authorization"), Some("Bearer token-1"));
    assert_eq!(server.request(1).header("authorization"), Some("Bearer token-2"));

    let server = TestServer::start([refused.clone(), refused]).await;
    let (_, error) = ask_err(azure_with_token(&server, Counting(0.into()))).await;
    assert!(matches!(error, ModelError::Unauthorized { .. }));
    assert_eq!(server.num_requests(), 2);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_advice_is_passed_on() {
    struct SignedOut;
    #[async_trait]
    impl TokenSource for SignedOut {
        async fn fetch(&self) -> Result<Token, TokenError> {
            Err(TokenError("run `az login`".to_owned()))
        }
    }
    let server = TestServer::start([]).await;
    let (_, error) = ask_err(azure_with_token(&server, SignedOut)).await;
    assert!(matches!(&error, ModelError::Unauthorized { reason } if reason == "run `az login`"));
    assert_eq!(server.num_requests(), 0);
}

#[test]
fn unusable_settings_are_refused_at_once() {
    let with = |base_url: &str, key: &str| {
        let base_url = Url::parse(base_url).unwrap();
        let api_key = Some(key.to_owned().into());
        let endpoint = Endpoint::Compatible { base_url, api_key };
        ChatCompletions::new(CallSettings::new(endpoint, "m"))
    };
    assert!(matches!(with("ftp://host/", "k"), Err(ProviderSettingsError::Url { .. })));
    assert!(matches!(with("http://host/v1", "k\n"), Err(ProviderSettingsError::Key)));
    assert!(!format!("{:?}", with("http://host/v1", "hidden").unwrap()).contains("hidden"));
}

#[tokio::test]
async fn headers_and_options_of_the_settings_go_with_every_call() {
    let refusal = Reply::json(403, &json!({"error": {"message": "no team-secret here"}}));
    let server = TestServer::start([Reply::sse(hello()), Reply::sse(hello()), refusal]).await;
    let mut settings = compatible(&server);
    settings.options.max_output_tokens = Some(7);
    settings.headers = "Ocp-Apim-Subscription-Key: team-secret".parse().unwrap();
    ask_ok(settings.clone()).await;
    let asked = server.request(0);
    assert_eq!(asked.header("ocp-apim-subscription-key"), Some("team-secret"));
    assert_eq!(asked.header("authorization"), Some("Bearer key-12345"));
    assert_eq!(asked.json()["max_completion_tokens"], 7);

    // Another scheme than `Bearer` takes the key's place.
    settings.headers = "Authorization: Basic team-secret".parse().unwrap();
    ask_ok(settings.clone()).await;
    assert_eq!(server.request(1).header("authorization"), Some("Basic team-secret"));
    let (_, error) = ask_err(settings).await;
    assert!(
        error.to_string().starts_with("model server refused the credentials: no [key] here ["),
        "{error}"
    );
}
