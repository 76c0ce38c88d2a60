//! Reads the events of a streamed response, from whatever speaks the Responses API.
//!
//! Unknown events and fields are skipped, and what cannot be read is counted and skipped. The items that are done say
//! what is true: where a server left out the pieces of a text or a call, it is taken from there, and where it left
//! out the items, from the response at the end.

mod citation;
mod failed;
mod fields;
mod hosted;
mod item;
mod slot;

use std::{borrow::Cow, collections::VecDeque};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tracing::warn;

use self::{
    failed::failure,
    slot::{Slots, Thought},
};
use crate::model::{
    FinishReason, HostedState, ModelError, ModelEvent, ProviderItem, Usage, provider::Failure,
};

/// The end mark of Chat Completions, which some servers send here too.
const DONE: &str = "[DONE]";

/// Turns the events of one response into ours. The finish waits for the end, so that it comes last.
#[derive(Debug)]
pub(super) struct EventReader {
    origin: String,
    slots: Slots,
    /// Reasoning that goes back only together with what follows it.
    held: Vec<ProviderItem>,
    /// How many code points of text were said.
    code_points: u64,
    /// The item that said the last text.
    speaker: Option<usize>,
    /// The thought that the last reasoning belongs to.
    thought: Option<(usize, Thought)>,
    calls: usize,
    finish: Option<FinishReason>,
    is_over: bool,
    seen_output: bool,
    /// How many events could not be read.
    unread: u32,
}

/// An event with those of its fields that anything is made of.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    item_id: Option<&'a RawValue>,
    #[serde(borrow)]
    output_index: Option<&'a RawValue>,
    #[serde(borrow)]
    content_index: Option<&'a RawValue>,
    #[serde(borrow)]
    summary_index: Option<&'a RawValue>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    refusal: Option<&'a RawValue>,
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    annotation: Option<&'a RawValue>,
    #[serde(borrow)]
    partial_image_index: Option<&'a RawValue>,
    #[serde(borrow)]
    partial_image_b64: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// The response itself, as far as it is read.
#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    output: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    incomplete_details: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct UsageBody {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct IncompleteDetails<'a> {
    #[serde(borrow)]
    reason: Cow<'a, str>,
}

/// A field, if it is there and of this type.
fn field<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

impl EventReader {
    pub(super) fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            slots: Slots::default(),
            held: Vec::new(),
            code_points: 0,
            speaker: None,
            thought: None,
            calls: 0,
            finish: None,
            is_over: false,
            seen_output: false,
            unread: 0,
        }
    }

    /// Reads the data of one event and appends what it says to `events`.
    pub(super) fn read(&mut self, data: &str, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let data = data.trim();
        if data.is_empty() || self.has_finished() {
            return Ok(());
        }
        if data == DONE {
            self.is_over = true;
            return Ok(());
        }
        let known = events.len();
        let read = match serde_json::from_str::<Event<'_>>(data) {
            Ok(event) => self.event(&event, data, events),
            Err(_) => {
                self.unread = self.unread.saturating_add(1);
                Ok(())
            }
        };
        self.seen_output |= events.len() > known;
        read
    }

    /// Reads an event that ended with its stream, and may be cut.
    pub(super) fn read_last(&mut self, data: &str, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let unread = self.unread;
        let read = self.read(data, events);
        self.unread = unread;
        read
    }

    /// Reads the response of a server that does not stream.
    pub(super) fn read_whole(
        &mut self,
        body: &str,
        events: &mut VecDeque<ModelEvent>,
    ) -> Result<(), Failure> {
        let Ok(response) = serde_json::from_str::<Response<'_>>(body) else {
            let reason = "its answer is no whole JSON object".to_owned();
            return Err(Failure::passing(ModelError::Interrupted { reason }));
        };
        let known = events.len();
        let read = self.response(&response, events);
        self.seen_output |= events.len() > known;
        read
    }

    /// Whether the response is over.
    pub(super) fn has_finished(&self) -> bool {
        self.finish.is_some() || self.is_over
    }

    /// Whether anything came of the answer yet.
    pub(super) fn has_output(&self) -> bool {
        self.seen_output
    }

    /// Takes the end of the stream and finishes.
    pub(super) fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        if self.unread > 0 {
            warn!(
                model.origin = self.origin,
                chunks = self.unread,
                "parts of a model's answer could not be read and were skipped"
            );
        }
        let finish = match self.finish.take() {
            Some(finish) => finish,
            None if self.is_over && self.seen_output => FinishReason::Stop,
            None if self.unread > 0 && !self.seen_output => {
                let reason = format!("none of its {} events could be read", self.unread);
                return Err(Failure::lasting(ModelError::Garbage { reason }));
            }
            None => {
                let reason = "the stream ended before the response did".to_owned();
                return Err(Failure::passing(ModelError::Interrupted { reason }));
            }
        };
        if finish == FinishReason::Stop {
            for call in self.slots.take_open_calls() {
                self.call(call, events);
            }
        }
        let finish = match finish {
            FinishReason::Stop if self.calls > 0 => FinishReason::ToolCalls,
            finish => finish,
        };
        events.push_back(ModelEvent::Finish(finish));
        Ok(())
    }

    fn event(
        &mut self,
        event: &Event<'_>,
        data: &str,
        events: &mut VecDeque<ModelEvent>,
    ) -> Result<(), Failure> {
        match event.kind.as_ref() {
            "response.output_text.delta" => self.say(event, event.delta, false, events),
            "response.refusal.delta" => self.say(event, event.delta, true, events),
            "response.output_text.done" => self.complete_text(event, event.text, false, events),
            "response.refusal.done" => self.complete_text(event, event.refusal, true, events),
            "response.output_text.annotation.added" => self.annotate(event, events),
            "response.reasoning_summary_text.delta" => {
                self.think(event, event.summary_index, Thought::Summary, events);
            }
            "response.reasoning_text.delta" | "response.reasoning.delta" => {
                self.think(event, event.content_index, Thought::Text, events);
            }
            "response.output_item.added" => self.item_added(event, events),
            "response.output_item.done" => {
                if let Some(item) = field(event.item) {
                    let slot = self.slot(event);
                    self.item_done(slot, item, events);
                }
            }
            "response.function_call_arguments.delta" => {
                if let Some(delta) = field::<Cow<'_, str>>(event.delta) {
                    let slot = self.slot(event);
                    self.slots.add_arguments(slot, &delta);
                }
            }
            "response.function_call_arguments.done" => {
                if let Some(arguments) = field::<String>(event.arguments) {
                    let slot = self.slot(event);
                    self.slots.set_arguments(slot, arguments);
                }
            }
            "response.code_interpreter_call_code.done" => {
                self.hosted_detail(event, "code", event.code, events);
            }
            "response.mcp_call_arguments.done" => {
                self.hosted_detail(event, "arguments", event.arguments, events);
            }
            "response.image_generation_call.partial_image" => events.extend(hosted::preview(event)),
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                if let Some(response) = field::<Response<'_>>(event.response) {
                    return self.response_of(&event.kind, &response, events);
                }
                self.finish = Some(FinishReason::Other(event.kind.clone().into_owned()));
            }
            "error" => return Err(failure(field(event.error).or_else(|| serde_json::from_str(data).ok()))),
            "" => match field::<Value>(event.error).filter(|error| !is_empty(error)) {
                Some(error) => return Err(failure(Some(error))),
                None => self.unread = self.unread.saturating_add(1),
            },
            _ => {}
        }
        Ok(())
    }

    /// Takes the response from an event that ends the stream, whose name says how it ended.
    fn response_of(
        &mut self,
        kind: &str,
        response: &Response<'_>,
        events: &mut VecDeque<ModelEvent>,
    ) -> Result<(), Failure> {
        self.response(response, events)?;
        match kind {
            "response.failed" => Err(failure(None)),
            "response.incomplete" if self.finish == Some(FinishReason::Stop) => {
                self.finish = Some(FinishReason::Other("incomplete".to_owned()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn response(
        &mut self,
        response: &Response<'_>,
        events: &mut VecDeque<ModelEvent>,
    ) -> Result<(), Failure> {
        let error = field::<Value>(response.error).filter(|error| !is_empty(error));
        let status = field::<Cow<'_, str>>(response.status);
        if error.is_some() || status.as_deref() == Some("failed") {
            return Err(failure(error));
        }
        let output: Vec<&RawValue> = field(response.output).unwrap_or_default();
        for (place, item) in output.into_iter().enumerate() {
            let slot = self.slots.at(place as u64);
            if !self.slots.is_done(slot)
                && let Ok(item) = serde_json::from_str(item.get())
            {
                self.item_done(slot, item, events);
            }
        }
        if let Some(usage) = field::<UsageBody>(response.usage) {
            events.push_back(ModelEvent::Usage(Usage {
                input_tokens: usage.input_tokens.unwrap_or(0),
                output_tokens: usage.output_tokens.unwrap_or(0),
            }));
        }
        let incomplete = field::<IncompleteDetails<'_>>(response.incomplete_details);
        self.finish = Some(match (incomplete, status.as_deref()) {
            (Some(details), _) => match details.reason.as_ref() {
                "max_output_tokens" | "max_tokens" | "length" => FinishReason::Length,
                "content_filter" => FinishReason::ContentFilter,
                reason => FinishReason::Other(reason.to_owned()),
            },
            (None, Some("completed") | None) => FinishReason::Stop,
            (None, Some(status)) => FinishReason::Other(status.to_owned()),
        });
        Ok(())
    }

    /// The place of the item that an event is about.
    fn slot(&mut self, event: &Event<'_>) -> usize {
        let id = field::<Cow<'_, str>>(event.item_id);
        self.slots.of(field(event.output_index), id.as_deref())
    }

    /// Hands the reasoning on that was held: what it led to comes now.
    fn release(&mut self, events: &mut VecDeque<ModelEvent>) {
        events.extend(self.held.drain(..).map(ModelEvent::ProviderItem));
    }

    /// Ends what was said or thought: something else is shown now.
    fn interrupt(&mut self) {
        self.thought = None;
        self.speaker = None;
    }
}

/// Whether a value says nothing: some servers write `"error": {}` or `false` beside a healthy answer.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// The state of a hosted call by the status that its item has once it is done.
fn state(status: Option<&str>) -> HostedState {
    match status {
        None | Some("completed") => HostedState::Completed,
        Some(_) => HostedState::Failed,
    }
}
