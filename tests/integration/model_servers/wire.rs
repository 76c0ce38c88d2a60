//! The bytes of Chat Completions, in few words.

use serde_json::{Value, json};

use crate::support::{Asked, Reply};

pub const DONE: &str = "data: [DONE]\n\n";

/// A chunk that adds to the answer.
pub fn delta(delta: &Value) -> String {
    data(&json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]}))
}

/// A chunk with text.
pub fn text(text: &str) -> String {
    delta(&json!({"content": text}))
}

/// The chunk that ends the answer.
pub fn finish(reason: &str) -> String {
    data(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
}

/// An event with any data.
pub fn data(data: &Value) -> String {
    format!("data: {data}\n\n")
}

/// A stream of these pieces.
pub fn sse<T: AsRef<str>>(pieces: impl IntoIterator<Item = T>) -> Reply {
    let pieces = pieces.into_iter();
    pieces.fold(Reply::raw(200, "text/event-stream", ""), |reply, piece| reply.send(piece.as_ref()))
}

/// A stream of this text.
pub fn answer(words: &str) -> Reply {
    sse([text(words), finish("stop"), DONE.to_owned()])
}

pub fn hi() -> Reply {
    answer("Hi")
}

/// A stream that calls tools, in the form given.
pub fn calling(calls: &Value) -> Reply {
    sse([delta(&json!({"tool_calls": calls})), finish("tool_calls"), DONE.to_owned()])
}

/// A stream that asks for the weather in Oslo.
pub fn call() -> Reply {
    calling(&json!([weather_call("c1", "{\"location\":\"Oslo\"}")]))
}

pub fn weather_call(id: &str, arguments: &str) -> Value {
    json!({"index": 0, "id": id, "type": "function", "function": {"name": "get_weather", "arguments": arguments}})
}

/// A refusal with a JSON body.
pub fn refuse(status: u16, body: &str) -> Reply {
    Reply::raw(status, "application/json", body)
}

/// A refusal as OpenAI words it.
pub fn refuse_with(status: u16, message: &str) -> Reply {
    refuse(
        status,
        &json!({"error": {"message": message, "type": "invalid_request_error", "code": null}}).to_string(),
    )
}

pub fn has(asked: &Asked, field: &str) -> bool {
    asked.body.get(field).is_some_and(|value| !value.is_null())
}

/// Whether the bytes of the question hold this.
pub fn holds(asked: &Asked, part: &str) -> bool {
    String::from_utf8_lossy(&asked.bytes).contains(part)
}

pub fn messages(asked: &Asked) -> &[Value] {
    asked.body["messages"].as_array().map_or(&[], Vec::as_slice)
}

/// The role of the last message.
pub fn last_role(asked: &Asked) -> &str {
    messages(asked).last().and_then(|message| message["role"].as_str()).unwrap_or_default()
}

pub fn assistant_with_calls(asked: &Asked) -> impl Iterator<Item = &Value> {
    messages(asked).iter().filter(|message| message["tool_calls"].is_array())
}

/// The first call, and what is said once its result is there.
pub fn call_then(asked: &Asked, words: &str) -> Reply {
    if last_role(asked) == "tool" { answer(words) } else { call() }
}
