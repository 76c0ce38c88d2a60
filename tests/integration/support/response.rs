//! Answers of the Responses API, for a [`Provider`](super::Provider) to give.

use serde_json::{Value, json};

use super::Reply;

/// A response on its way: each of its items is added, comes in pieces, and is done.
pub struct Response {
    reply: Reply,
    output: Vec<Value>,
    number: u64,
}

impl Response {
    pub fn begin() -> Self {
        let reply = Reply::raw(200, "text/event-stream", Vec::new());
        let response = json!({"id": "resp_1", "object": "response", "status": "in_progress", "output": []});
        Self { reply, output: Vec::new(), number: 0 }
            .event(json!({"type": "response.created", "response": response}))
            .event(json!({"type": "response.in_progress", "response": response}))
    }

    /// Any event.
    pub fn event(mut self, mut event: Value) -> Self {
        event["sequence_number"] = self.number.into();
        self.number += 1;
        let name = event["type"].as_str().unwrap().to_owned();
        self.reply = self.reply.send(format!("event: {name}\ndata: {event}\n\n"));
        self
    }

    /// An event of the item that comes next.
    fn of_item(self, kind: &str, id: &str, fields: Value) -> Self {
        let mut event = json!({"type": kind, "item_id": id, "output_index": self.output.len()});
        if let Value::Object(fields) = fields {
            event.as_object_mut().unwrap().extend(fields);
        }
        self.event(event)
    }

    fn added(self, item: &Value) -> Self {
        let index = self.output.len();
        self.event(json!({"type": "response.output_item.added", "output_index": index, "item": item}))
    }

    fn done(mut self, item: Value) -> Self {
        let index = self.output.len();
        let done = json!({"type": "response.output_item.done", "output_index": index, "item": item});
        self.output.push(item);
        self.event(done)
    }

    /// Says a text word by word.
    pub fn say(self, text: &str) -> Self {
        self.say_with(text, &[])
    }

    /// Says a text with annotations.
    pub fn say_with(self, text: &str, annotations: &[Value]) -> Self {
        let id = format!("msg_{}", self.output.len());
        let item = |status: &str, content: Value| json!({"type": "message", "id": id, "role": "assistant", "status": status, "content": content});
        let mut saying = self.added(&item("in_progress", json!([])));
        for word in text.split_inclusive(' ') {
            let fields = json!({"content_index": 0, "delta": word, "logprobs": []});
            saying = saying.of_item("response.output_text.delta", &id, fields);
        }
        for (index, annotation) in annotations.iter().enumerate() {
            let fields = json!({"content_index": 0, "annotation_index": index, "annotation": annotation});
            saying = saying.of_item("response.output_text.annotation.added", &id, fields);
        }
        let part = json!({"type": "output_text", "text": text, "annotations": annotations});
        saying.done(item("completed", json!([part])))
    }

    /// Thinks in these parts, and gives the rest out encrypted.
    pub fn think(self, id: &str, parts: &[&str], encrypted: &str) -> Self {
        let item = |summary: Value, encrypted: Value| json!({"type": "reasoning", "id": id, "summary": summary, "encrypted_content": encrypted});
        let mut thinking = self.added(&item(json!([]), Value::Null));
        for (index, part) in parts.iter().enumerate() {
            let begun = json!({"summary_index": index, "part": {"type": "summary_text", "text": ""}});
            thinking = thinking.of_item("response.reasoning_summary_part.added", id, begun);
            for word in part.split_inclusive(' ') {
                let fields = json!({"summary_index": index, "delta": word});
                thinking = thinking.of_item("response.reasoning_summary_text.delta", id, fields);
            }
        }
        let summary: Vec<_> =
            parts.iter().map(|part| json!({"type": "summary_text", "text": part})).collect();
        thinking.done(item(summary.into(), encrypted.into()))
    }

    /// Calls a function, its arguments in two pieces.
    pub fn call(self, call_id: &str, name: &str, arguments: &Value) -> Self {
        let id = format!("fc_{call_id}");
        let item = |arguments: &str| {
            json!({"type": "function_call", "id": id, "call_id": call_id, "name": name,
                "arguments": arguments, "status": "completed"})
        };
        let arguments = arguments.to_string();
        let mut calling = self.added(&item(""));
        for piece in [&arguments[..2], &arguments[2..]] {
            calling = calling.of_item("response.function_call_arguments.delta", &id, json!({"delta": piece}));
        }
        calling.done(item(&arguments))
    }

    /// Any item, which is added with this status before it is done.
    pub fn item(self, begun_as: &str, item: Value) -> Self {
        let mut begun = item.clone();
        begun["status"] = begun_as.into();
        self.added(&begun).done(item)
    }

    /// A preview of a picture.
    pub fn preview(self, id: &str, number: u32, data: &str) -> Self {
        let fields = json!({"partial_image_index": number, "partial_image_b64": data});
        self.of_item("response.image_generation_call.partial_image", id, fields)
    }

    /// The response as far as it is, to be ended by the test.
    pub fn reply(self) -> Reply {
        self.reply
    }

    /// The whole response.
    pub fn complete(self) -> Reply {
        let output = self.output.clone();
        let usage = json!({"input_tokens": 9, "output_tokens": 3, "total_tokens": 12,
            "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}});
        let response = json!({"id": "resp_1", "object": "response", "status": "completed", "error": null,
            "incomplete_details": null, "output": output, "usage": usage});
        self.event(json!({"type": "response.completed", "response": response})).reply
    }

    /// A whole answer that is only text.
    pub fn text(text: &str) -> Reply {
        Self::begin().say(text).complete()
    }
}
