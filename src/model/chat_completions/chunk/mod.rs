//! Reads the chunks of a streamed answer, from whatever calls itself compatible.
//!
//! Unknown fields are skipped; a missing or null field is no error. One [`ChunkReader`] reads one
//! answer. It also reads the whole completion of a server that ignores `stream: true`, since
//! `message` is read as a very large `delta`.

mod citation;
mod delta;
mod envelope;
#[cfg(test)]
mod tests;
mod think;

use std::{collections::VecDeque, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::Value;
use uuid::Uuid;

use self::{
    citation::citation,
    delta::{Delta, Step, ToolCallPiece, lenient},
    envelope::Envelope,
    think::ThinkMarks,
};
use crate::model::{FinishReason, ModelError, ModelEvent, ToolCallDelta, Usage, provider::error_value_text};

/// The end mark of a stream.
const DONE: &str = "[DONE]";

/// Turns chunks into events. The finish waits for the stream's end, so that it comes last.
#[derive(Debug, Default)]
pub(in crate::model) struct ChunkReader {
    envelope: Envelope,
    calls: Vec<CallSlot>,
    think_marks: ThinkMarks,
    finish: Option<FinishReason>,
    done: bool,
    seen_output: bool,
}

/// What is known of one tool call of the answer.
#[derive(Debug, Default)]
struct CallSlot {
    provider_index: Option<u64>,
    id: Option<String>,
    name: Option<String>,
}

impl ChunkReader {
    /// Reads the data of one event and appends what it says to `events`.
    pub(in crate::model) fn read(
        &mut self,
        data: &str,
        events: &mut VecDeque<ModelEvent>,
    ) -> Result<(), ModelError> {
        let data = data.trim();
        if data.is_empty() || self.done {
            return Ok(());
        }
        if data == DONE {
            self.done = true;
            return Ok(());
        }
        if let Some(text) = self.envelope.open(data) {
            self.text(&text, events);
            return Ok(());
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(|error| ModelError::Garbage {
            // Leave out the text, and serde's message, which quotes it: it may hold what the user wrote.
            reason: format!(
                "a chunk of {} bytes is no JSON object of a known shape ({:?} error at column {})",
                data.len(),
                error.classify(),
                error.column()
            ),
        })?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(ModelError::Provider { status: None, reason: error_value_text(&error) });
        }
        if let Some(choice) = chunk.choices {
            let reason = choice.finish_reason.filter(|reason| !reason.is_empty());
            if let Some(step) = choice.delta.map(Delta::into_step) {
                if reason.is_none() && chunk.usage.is_none() && step.is_text_only() {
                    self.envelope.learn(data, &step.text);
                }
                self.step(step, events);
            }
            if let Some(reason) = reason {
                self.finish = Some(finish_reason(reason));
            }
        }
        if let Some(usage) = chunk.usage {
            events.push_back(ModelEvent::Usage(Usage {
                input_tokens: usage.prompt_tokens.unwrap_or(0),
                output_tokens: usage.completion_tokens.unwrap_or(0),
            }));
        }
        Ok(())
    }

    /// Whether the server said that nothing more comes.
    pub(in crate::model) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the answer itself is complete; only its cost and the end mark may still come.
    pub(in crate::model) fn has_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Whether the model has said anything yet.
    pub(in crate::model) fn has_output(&self) -> bool {
        self.seen_output
    }

    /// Takes the end of the stream: completes what the server left out, and finishes.
    pub(in crate::model) fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), ModelError> {
        let finish = match self.finish.take() {
            Some(finish) => finish,
            // Some servers mark the end and give no reason for it.
            None if self.done && self.seen_output => FinishReason::Stop,
            None => {
                let reason = if self.seen_output {
                    "the stream ended without a finish reason"
                } else {
                    "the stream ended before the answer began"
                };
                return Err(ModelError::Interrupted { reason: reason.to_owned() });
            }
        };
        self.think_marks.end(events);
        for (index, slot) in self.calls.iter_mut().enumerate().filter(|(_, slot)| slot.id.is_none()) {
            let id = format!("call_{}", Uuid::now_v7().simple());
            slot.id = Some(id.clone());
            events.push_back(ModelEvent::ToolCall(ToolCallDelta {
                index,
                id: Some(id),
                ..ToolCallDelta::default()
            }));
        }
        // Some servers call tools and say `stop`.
        let finish = match finish {
            FinishReason::Stop if !self.calls.is_empty() => FinishReason::ToolCalls,
            finish => finish,
        };
        events.push_back(ModelEvent::Finish(finish));
        Ok(())
    }

    fn text(&mut self, text: &str, events: &mut VecDeque<ModelEvent>) {
        if !text.is_empty() {
            // Text that is held back counts as said.
            self.seen_output = true;
            self.think_marks.read(text, events);
        }
    }

    fn step(&mut self, step: Step, events: &mut VecDeque<ModelEvent>) {
        let known = events.len();
        let Step { reasoning, text, refusal, annotations, tool_calls } = step;
        if !reasoning.is_empty() {
            events.push_back(ModelEvent::Reasoning(reasoning));
        }
        self.text(&text, events);
        if !refusal.is_empty() {
            events.push_back(ModelEvent::Refusal(refusal));
        }
        events.extend(annotations.into_iter().filter_map(citation).map(ModelEvent::Citation));
        for piece in tool_calls {
            let piece = self.tool_call(piece);
            events.push_back(ModelEvent::ToolCall(piece));
        }
        self.seen_output |= events.len() > known;
    }

    fn tool_call(&mut self, piece: ToolCallPiece) -> ToolCallDelta {
        let id = piece.id.filter(|id| !id.is_empty());
        let function = piece.function.unwrap_or_default();
        let name = function.name.filter(|name| !name.is_empty());
        let known = self.slot_of(piece.index, id.as_deref(), name.as_deref());
        let index = known.unwrap_or_else(|| {
            self.calls.push(CallSlot { provider_index: piece.index, ..CallSlot::default() });
            self.calls.len() - 1
        });
        let slot = &mut self.calls[index];
        let id = id.filter(|_| slot.id.is_none());
        let name = name.filter(|_| slot.name.is_none());
        if id.is_some() {
            slot.id.clone_from(&id);
        }
        if name.is_some() {
            slot.name.clone_from(&name);
        }
        let arguments = match function.arguments {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
        };
        ToolCallDelta { index, id, name, arguments }
    }

    /// The call that a piece continues; `None` if it begins one.
    ///
    /// OpenAI counts calls by `index`. Others send 0 for all of them and tell them apart by id,
    /// or leave out the index, or the id, or both.
    fn slot_of(&self, index: Option<u64>, id: Option<&str>, name: Option<&str>) -> Option<usize> {
        let known = id.and_then(|id| self.calls.iter().position(|slot| slot.id.as_deref() == Some(id)));
        if known.is_some() {
            return known;
        }
        let (position, slot) = self
            .calls
            .iter()
            .enumerate()
            .rev()
            .find(|(_, slot)| index.is_none() || slot.provider_index == index)?;
        let begins_another = match (id, name) {
            (Some(_), _) => slot.id.is_some(),
            (None, Some(name)) if index.is_none() => slot.name.is_some() || name.is_empty(),
            (None, Some(name)) => slot.name.as_deref().is_some_and(|known| known != name),
            (None, None) => false,
        };
        (!begins_another).then_some(position)
    }
}

fn finish_reason(reason: String) -> FinishReason {
    match reason.as_str() {
        "stop" | "eos" | "end_turn" => FinishReason::Stop,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "length" | "max_tokens" => FinishReason::Length,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other(reason),
    }
}

#[derive(Deserialize)]
struct Chunk {
    /// The first one.
    #[serde(default, deserialize_with = "first_choice")]
    choices: Option<Choice>,
    #[serde(default, deserialize_with = "lenient")]
    usage: Option<UsageBody>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: u64,
    #[serde(alias = "message")]
    delta: Option<Delta>,
    #[serde(default, deserialize_with = "lenient")]
    finish_reason: Option<String>,
}

/// Reads the first choice that has the index 0. There usually is only one, so no list is made.
fn first_choice<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Choice>, D::Error> {
    struct Choices;

    impl<'de> Visitor<'de> for Choices {
        type Value = Option<Choice>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of choices")
        }

        fn visit_unit<E>(self) -> Result<Option<Choice>, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut choices: A) -> Result<Option<Choice>, A::Error> {
            let mut first = None;
            while let Some(choice) = choices.next_element::<Choice>()? {
                if first.is_none() && choice.index == 0 {
                    first = Some(choice);
                }
            }
            Ok(first)
        }
    }

    deserializer.deserialize_any(Choices)
}

#[derive(Deserialize)]
struct UsageBody {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}
