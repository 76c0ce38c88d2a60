//! Chunks and bodies that are not as they should be: what can be read is read.

use serde_json::json;

use super::{
    case, play,
    wire::{DONE, data, finish, refuse, sse, text},
};
use crate::support::Reply;

#[actix_web::test]
async fn foundry_local_and_perplexity_send_a_message_beside_each_delta() {
    let both = |words: &str| {
        let message = json!({"role": "assistant", "content": words, "tool_calls": []});
        data(&json!({
            "object": "chat.completion.chunk",
            "choices": [{"index": 0, "delta": message, "message": message, "finish_reason": null}],
        }))
    };
    let growing = |words: &str, all: &str| {
        data(&json!({"choices": [{
            "index": 0, "delta": {"content": words}, "message": {"role": "assistant", "content": all},
            "finish_reason": null,
        }]}))
    };
    let at = |index: usize, words: &str| {
        data(&json!({"choices": [{"index": index, "delta": {"content": words}}]}))
    };
    let ends_at =
        |index: usize| data(&json!({"choices": [{"index": index, "delta": {}, "finish_reason": "stop"}]}));
    let whole = r#"{"choices":[{"delta":{"role":"assistant","content":"Hello."},"message":{"role":"assistant","content":"Hello."},"index":0,"finish_reason":"stop"}],"object":"chat.completion"}"#;
    let only_messages = |all: &str| {
        data(&json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": all}}]}))
    };
    play([
        case("R9", move |_| sse([both("It "), both("rains."), DONE.to_owned()]))
            .say("Hello")
            .says("It rains."),
        case("R9b", move |_| {
            sse([at(0, "It "), at(1, "rains "), at(2, "here."), ends_at(3), DONE.to_owned()])
        })
        .say("Hello")
        .says("It rains here."),
        case("R9b always one", move |_| {
            sse([at(1, "It "), at(1, "rains "), at(1, "here."), ends_at(1), DONE.to_owned()])
        })
        .say("Hello")
        .says("It rains here."),
        case("R9c", move |_| refuse(200, whole)).say("Hello").says("Hello."),
        case("R16", move |_| {
            sse([
                only_messages("It "),
                only_messages("It rains "),
                only_messages("It rains here."),
                finish("stop"),
                DONE.to_owned(),
            ])
        })
        .say("Hello")
        .says("It rains here."),
        case("growing message beside the delta", move |_| {
            sse([growing("It ", "It "), growing("rains.", "It rains."), finish("stop"), DONE.to_owned()])
        })
        .say("Hello")
        .says("It rains."),
    ])
    .await;
}

/// Chunks that nobody can make sense of, or that say nothing.
const ODD: [&str; 23] = [
    "data: null",
    "data: []",
    "data: \"ok\"",
    "data: ping",
    "data: {\"choices\":[null]}",
    "data: {\"choices\":[{\"index\":null,\"delta\":{\"content\":\"\"}}]}",
    "data: {\"choices\":[{\"index\":\"0\",\"delta\":{\"content\":\"\"}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":42}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":false}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"refusal\":false}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"tool_calls\":\"\"}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"tool_calls\":{}}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"tool_calls\":[null]}}]}",
    "data: {\"choices\":[{\"index\":0,\"delta\":[]}]}",
    "data: {\"choices\":[],\"timings\":{\"x\":NaN}}",
    "data: {\"choices\":[],\"error\":{}}",
    "data: {\"choices\":[],\"error\":\"\"}",
    "data: {\"choices\":[],\"error\":false}",
    "data: {\"choices\":[],\"error\":[]}",
    "data: {}",
    "event: ping\ndata: {\"type\":\"ping\"}",
    ": keep-alive",
];

#[actix_web::test]
async fn an_odd_chunk_costs_nothing_but_itself() {
    let cases = ODD.map(|odd| {
        case(odd, move |_| {
            let chunk = format!("{odd}\n\n");
            sse([text("It rains "), chunk, text("in Oslo."), finish("stop"), DONE.to_owned()])
        })
        .say("Hello")
        .says_part("It rains ")
        .says_part("in Oslo.")
        .passes()
    });
    play(cases).await;
    let behind =
        ["data: DONE", "data: {\"choices\":[{\"index\":0,\"delta\":[],\"finish_reason\":\"stop\"}]}"];
    let cases = behind.map(|odd| {
        case(odd, move |_| sse([text("It rains."), finish("stop"), format!("{odd}\n\n")]))
            .say("Hello")
            .says("It rains.")
    });
    play(cases).await;
    let nothing = case("nothing can be read", |_| sse(["data: ping\n\n", "data: null\n\n", DONE]));
    let unreadable =
        case("nothing but odd chunks", |_| sse(["data: {\"hello\":1}\n\n", "data: <html>\n\n", DONE]));
    play([
        nothing.say("Hello").fails("model_unreadable", true),
        unreadable.say("Hello").fails("model_unreadable", true),
    ])
    .await;
}

#[actix_web::test]
async fn a_body_is_read_whatever_it_calls_itself() {
    let stream = || [text("It rains."), finish("stop"), DONE.to_owned()].concat();
    let whole = || {
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"It rains."},"finish_reason":"stop"}]}"#.to_owned()
    };
    let lines = || stream().replace("data: ", "").replace("[DONE]", "").replace("\n\n", "\n");
    let body = |name, content_type: &'static str, body: String| {
        case(name, move |_| Reply::raw(200, content_type, body.clone()))
            .say("Hello")
            .says("It rains.")
            .asked(1)
    };
    play([
        body("R15 events as JSON", "application/json", stream()),
        body("R15 events as NDJSON", "application/x-ndjson", stream()),
        body("R15 NDJSON", "application/x-ndjson", lines()),
        body("R15 whole as events", "text/event-stream", whole()),
        body("R15 whole as text", "text/plain", whole()),
        body("R15 whole without a type", "", whole()),
        body("R15 events as text", "text/plain", stream()),
        body("R15 single line ends", "text/event-stream", stream().replace("\n\n", "\n")),
        body("R15 carriage returns", "text/event-stream", stream().replace('\n', "\r\n")),
    ])
    .await;
}
