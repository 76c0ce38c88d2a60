//! Keeps what a server wants to be sent back with the calls of its answer.

use serde_json::{Map, Value, json};

use super::delta::Step;
use crate::model::{ModelEvent, ProviderItem};

/// The most bytes of reasoning that are kept.
const MAX_BYTES: usize = 1 << 20;

/// The reasoning of an answer, in the field it came in.
#[derive(Debug, Default)]
pub(super) struct Carry {
    /// DeepSeek refuses a conversation whose calls have lost it.
    reasoning_content: Option<String>,
    /// OpenRouter: the signatures by which Anthropic's and Google's models know their thoughts again.
    reasoning_details: Vec<Value>,
    bytes: usize,
}

impl Carry {
    /// Keeps what the step thinks.
    pub(super) fn keep(&mut self, step: &mut Step) {
        if step.is_reasoning_content {
            let kept = self.reasoning_content.get_or_insert_default();
            if self.bytes + step.reasoning.len() <= MAX_BYTES {
                self.bytes += step.reasoning.len();
                kept.push_str(&step.reasoning);
            }
        }
        for detail in step.reasoning_details.drain(..) {
            self.keep_detail(detail);
        }
    }

    fn keep_detail(&mut self, detail: Value) {
        let Value::Object(detail) = detail else { return };
        self.bytes += detail.values().filter_map(Value::as_str).map(|text| text.len() + 64).sum::<usize>();
        if self.bytes > MAX_BYTES {
            return;
        }
        if let Some(Value::Object(last)) = self.reasoning_details.last_mut()
            && ["type", "index"].iter().all(|key| last.get(*key) == detail.get(*key))
        {
            join(last, detail);
        } else {
            self.reasoning_details.push(Value::Object(detail));
        }
    }

    /// What is to be sent back.
    pub(super) fn take(&mut self, origin: &str) -> impl Iterator<Item = ModelEvent> {
        let content = self.reasoning_content.take().map(|content| json!({"reasoning_content": content}));
        let details = std::mem::take(&mut self.reasoning_details);
        let details = (!details.is_empty()).then(|| json!({"reasoning_details": details}));
        content.into_iter().chain(details).map(|value| item(origin, value))
    }
}

/// The fields of a call that are to be sent back.
pub(super) fn of_call(origin: &str, id: String, mut fields: Map<String, Value>) -> ModelEvent {
    fields.insert("call_id".to_owned(), Value::String(id));
    item(origin, Value::Object(fields))
}

fn item(origin: &str, value: Value) -> ModelEvent {
    ModelEvent::ProviderItem(ProviderItem { origin: origin.to_owned(), value })
}

/// Joins the next piece of a detail to what came of it.
fn join(known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        match (known.get_mut(&key), value) {
            (Some(Value::String(known)), Value::String(more))
                if ["text", "summary", "data"].contains(&key.as_str()) =>
            {
                known.push_str(&more);
            }
            (_, Value::Null) => {}
            (_, value) => {
                known.insert(key, value);
            }
        }
    }
}
