//! Answers that are written once: the bytes of a stream, and where each of its steps ends.

use bytes::Bytes;
use serde_json::{Value, json};

use super::settings::MockModelSettings;

/// What answers are made of.
const WORDS: [&str; 16] = [
    "The ",
    "answer ",
    "to ",
    "this ",
    "question ",
    "is ",
    "made ",
    "of ",
    "words ",
    "that ",
    "were ",
    "chosen ",
    "before ",
    "anybody ",
    "asked. ",
    "So ",
];

/// A stream. Its steps are sent one after the other at the set pace.
#[derive(Clone)]
pub struct Script {
    /// All of it.
    pub bytes: Bytes,
    /// Where each step ends.
    pub steps: std::sync::Arc<[usize]>,
}

/// The answers that are the same for everybody.
pub struct Answers {
    text: [Script; 2],
    title: [Script; 2],
    text_whole: Bytes,
    title_whole: Bytes,
}

/// What an answer is made of.
pub enum Content<'a> {
    /// Tokens.
    Words(u32),
    /// The call of a tool.
    Call {
        /// Its name.
        name: &'a str,
        /// Its arguments, as JSON.
        arguments: String,
        /// Tells this call from others.
        number: u64,
    },
}

impl Answers {
    /// Writes them.
    pub fn new(settings: &MockModelSettings) -> Self {
        let both = |tokens| [false, true].map(|usage| Script::new(&Content::Words(tokens), usage));
        Self {
            text: both(settings.tokens),
            title: both(settings.title_tokens),
            text_whole: whole(&Content::Words(settings.tokens)),
            title_whole: whole(&Content::Words(settings.title_tokens)),
        }
    }

    /// The stream of an answer in words.
    pub fn text(&self, include_usage: bool) -> Script {
        self.text[usize::from(include_usage)].clone()
    }

    /// The stream of a title.
    pub fn title(&self, include_usage: bool) -> Script {
        self.title[usize::from(include_usage)].clone()
    }

    /// An answer in words that is not streamed.
    pub fn text_whole(&self) -> Bytes {
        self.text_whole.clone()
    }

    /// A title that is not streamed.
    pub fn title_whole(&self) -> Bytes {
        self.title_whole.clone()
    }
}

impl Script {
    /// The stream of an answer.
    pub fn new(content: &Content<'_>, include_usage: bool) -> Self {
        let mut bytes = Vec::new();
        let mut steps = Vec::new();
        frame(&mut bytes, &chunk(&json!({"role": "assistant", "content": ""}), None));
        let finish_reason = match content {
            Content::Words(tokens) => {
                for token in words(*tokens) {
                    frame(&mut bytes, &chunk(&json!({"content": token}), None));
                    steps.push(bytes.len());
                }
                "stop"
            }
            Content::Call { name, arguments, number } => {
                let function = json!({"name": name, "arguments": ""});
                let call =
                    json!({"index": 0, "id": call_id(*number), "type": "function", "function": function});
                frame(&mut bytes, &chunk(&json!({"tool_calls": [call]}), None));
                let call = json!({"index": 0, "function": {"arguments": arguments}});
                frame(&mut bytes, &chunk(&json!({"tool_calls": [call]}), None));
                steps.push(bytes.len());
                "tool_calls"
            }
        };
        frame(&mut bytes, &chunk(&json!({}), Some(finish_reason)));
        if include_usage {
            let mut last = chunk(&json!({}), None);
            last["choices"] = json!([]);
            last["usage"] = usage(content);
            frame(&mut bytes, &last);
        }
        bytes.extend_from_slice(b"data: [DONE]\n\n");
        // The end is sent together with the last token.
        if let Some(last) = steps.last_mut() {
            *last = bytes.len();
        }
        Self { bytes: bytes.into(), steps: steps.into() }
    }

    /// The first half of the steps, for answers that break off.
    pub fn half(&self) -> Self {
        let steps = self.steps.get(..self.steps.len() / 2).unwrap_or_default();
        Self { bytes: self.bytes.slice(..steps.last().copied().unwrap_or_default()), steps: steps.into() }
    }
}

/// An answer that is not streamed.
pub fn whole(content: &Content<'_>) -> Bytes {
    let (message, finish_reason) = match content {
        Content::Words(tokens) => {
            (json!({"role": "assistant", "content": words(*tokens).collect::<String>()}), "stop")
        }
        Content::Call { name, arguments, number } => {
            let function = json!({"name": name, "arguments": arguments});
            let call = json!({"id": call_id(*number), "type": "function", "function": function});
            (json!({"role": "assistant", "content": null, "tool_calls": [call]}), "tool_calls")
        }
    };
    let choice = json!({"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": null});
    let answer = json!({
        "id": "chatcmpl-mock",
        "object": "chat.completion",
        "created": CREATED,
        "model": "mock",
        "choices": [choice],
        "usage": usage(content),
    });
    answer.to_string().into()
}

/// The creation time of every answer. Clients require one, but none of them uses it.
const CREATED: u64 = 1_700_000_000;

fn words(tokens: u32) -> impl Iterator<Item = &'static str> {
    WORDS.into_iter().cycle().take(tokens as usize)
}

fn call_id(number: u64) -> String {
    format!("call_{number:016x}")
}

fn usage(content: &Content<'_>) -> Value {
    let tokens = match content {
        Content::Words(tokens) => *tokens,
        Content::Call { .. } => 1,
    };
    json!({"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1})
}

fn chunk(delta: &Value, finish_reason: Option<&str>) -> Value {
    json!({
        "id": "chatcmpl-mock",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": "mock",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    })
}

fn frame(bytes: &mut Vec<u8>, chunk: &Value) {
    bytes.extend_from_slice(b"data: ");
    serde_json::to_writer(&mut *bytes, chunk).expect("JSON with string keys, into memory");
    bytes.extend_from_slice(b"\n\n");
}
