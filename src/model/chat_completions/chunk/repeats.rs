//! Finds what is new in the messages of servers that send all of their answer again with each chunk.

use serde_json::Value;

use super::delta::Step;

/// What the messages of an answer said so far.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    text: Said,
    reasoning: Said,
    /// The arguments of each call, in their order.
    calls: Vec<Said>,
}

impl Repeats {
    /// The step without what earlier ones said already.
    pub(super) fn news(&mut self, mut step: Step) -> Step {
        step.text = self.text.news(step.text);
        step.reasoning = self.reasoning.news(step.reasoning);
        self.calls.resize_with(self.calls.len().max(step.tool_calls.len()), Said::default);
        for (place, (call, said)) in step.tool_calls.iter_mut().zip(&mut self.calls).enumerate() {
            call.index = i64::try_from(place).ok();
            if let Some(function) = &mut call.function {
                function.arguments = function.arguments.take().map(|arguments| {
                    let text = match arguments {
                        Value::String(text) => text,
                        Value::Null => String::new(),
                        other => other.to_string(),
                    };
                    Value::String(said.news(text))
                });
            }
        }
        step
    }
}

/// A text that is said again and again, and gets longer, or comes in pieces.
#[derive(Debug, Default)]
struct Said {
    so_far: String,
    in_pieces: bool,
}

impl Said {
    fn news(&mut self, said: String) -> String {
        if self.in_pieces || said.is_empty() {
            return said;
        }
        if let Some(news) = said.strip_prefix(&self.so_far) {
            let news = news.to_owned();
            self.so_far = said;
            return news;
        }
        self.in_pieces = true;
        self.so_far = String::new();
        said
    }
}
