//! Reads the items of a response: messages, reasoning, calls.

use std::{borrow::Cow, collections::VecDeque};

use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use super::{
    Event, EventReader,
    citation::citation,
    field,
    fields::{kind, list, text},
    hosted,
    slot::{OpenCall, PartKind, Thought},
};
use crate::model::{ModelEvent, ProviderItem, ToolCallDelta};

impl EventReader {
    /// More text of a message, or of a refusal.
    pub(super) fn say(
        &mut self,
        event: &Event<'_>,
        delta: Option<&RawValue>,
        refusal: bool,
        events: &mut VecDeque<ModelEvent>,
    ) {
        if let Some(text) = field::<String>(delta) {
            let slot = self.slot(event);
            self.text(slot, field(event.content_index).unwrap_or(0), text, refusal, events);
        }
    }

    /// The whole text of a part: what was not said piece by piece is said now.
    pub(super) fn complete_text(
        &mut self,
        event: &Event<'_>,
        text: Option<&RawValue>,
        refusal: bool,
        events: &mut VecDeque<ModelEvent>,
    ) {
        if let Some(text) = field::<Cow<'_, str>>(text) {
            let slot = self.slot(event);
            self.whole_text(slot, field(event.content_index).unwrap_or(0), &text, refusal, events);
        }
    }

    fn whole_text(
        &mut self,
        slot: usize,
        number: u64,
        text: &str,
        refusal: bool,
        events: &mut VecDeque<ModelEvent>,
    ) {
        let said = self.slots.part(slot, PartKind::Message, number, self.code_points).bytes;
        if let Some(rest) = text.get(said..) {
            self.text(slot, number, rest.to_owned(), refusal, events);
        }
    }

    fn text(
        &mut self,
        slot: usize,
        number: u64,
        text: String,
        refusal: bool,
        events: &mut VecDeque<ModelEvent>,
    ) {
        if text.is_empty() {
            return;
        }
        self.release(events);
        self.thought = None;
        if self.speaker.replace(slot).is_some_and(|speaker| speaker != slot) {
            // Two messages one after the other are two paragraphs.
            events.push_back(ModelEvent::Text("\n\n".to_owned()));
            self.code_points += 2;
        }
        let part = self.slots.part(slot, PartKind::Message, number, self.code_points);
        part.bytes += text.len();
        self.code_points += text.chars().count() as u64;
        events.push_back(if refusal { ModelEvent::Refusal(text) } else { ModelEvent::Text(text) });
    }

    /// A source of what a part says.
    pub(super) fn annotate(&mut self, event: &Event<'_>, events: &mut VecDeque<ModelEvent>) {
        if let Some(annotation) = field::<Value>(event.annotation) {
            let slot = self.slot(event);
            let number = field(event.content_index).unwrap_or(0);
            let part = self.slots.part(slot, PartKind::Message, number, self.code_points);
            part.annotations += 1;
            events.extend(citation(&annotation, part.begins_at).map(ModelEvent::Citation));
        }
    }

    /// More of a thought.
    pub(super) fn think(
        &mut self,
        event: &Event<'_>,
        number: Option<&RawValue>,
        thought: Thought,
        events: &mut VecDeque<ModelEvent>,
    ) {
        if let Some(text) = field::<String>(event.delta) {
            let slot = self.slot(event);
            self.thought(slot, thought, field(number).unwrap_or(0), text, events);
        }
    }

    fn thought(
        &mut self,
        slot: usize,
        kind: Thought,
        number: u64,
        text: String,
        events: &mut VecDeque<ModelEvent>,
    ) {
        if text.is_empty() || self.slots.thinks_otherwise(slot, kind) {
            return;
        }
        self.speaker = None;
        let part = self.slots.part(slot, PartKind::Thought(kind), number, self.code_points);
        let begins = part.bytes == 0;
        part.bytes += text.len();
        if begins && self.thought.is_some() {
            events.push_back(ModelEvent::NextThought);
        }
        self.thought = Some((slot, kind));
        events.push_back(ModelEvent::Reasoning(text));
    }

    /// An item has begun.
    pub(super) fn item_added(&mut self, event: &Event<'_>, events: &mut VecDeque<ModelEvent>) {
        let Some(item) = field::<Value>(event.item) else { return };
        let id = text(&item, "id").map(str::to_owned);
        let slot = self.slots.of(field(event.output_index), id.as_deref());
        if self.slots.is_done(slot) {
            return;
        }
        match kind(&item) {
            "function_call" => {
                let call = self.slots.open_call(slot);
                call.id = text(&item, "call_id").map(str::to_owned);
                call.name = text(&item, "name").map(str::to_owned);
            }
            kind if hosted::is_hosted(kind) => self.hosted_begun(slot, item, events),
            _ => {}
        }
    }

    /// An item is whole. What was not told piece by piece is told now.
    pub(super) fn item_done(&mut self, slot: usize, item: Value, events: &mut VecDeque<ModelEvent>) {
        if !self.slots.complete(slot) {
            return;
        }
        match kind(&item) {
            "message" => self.message_done(slot, &item, events),
            "reasoning" => self.reasoning_done(slot, item, events),
            "function_call" => {
                let string = |name| text(&item, name).map(str::to_owned);
                let arguments = match item.get("arguments") {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                };
                self.call(OpenCall { id: string("call_id"), name: string("name"), arguments }, events);
            }
            "compaction" => self.carry(item, events),
            kind if hosted::is_hosted(kind) => self.hosted_done(item, events),
            // Without what it led to, reasoning is refused.
            _ => self.held.clear(),
        }
    }

    fn message_done(&mut self, slot: usize, item: &Value, events: &mut VecDeque<ModelEvent>) {
        for (number, part) in list(item, "content").iter().enumerate() {
            let number = number as u64;
            match kind(part) {
                "refusal" => {
                    self.whole_text(slot, number, text(part, "refusal").unwrap_or_default(), true, events);
                }
                _ => self.whole_text(slot, number, text(part, "text").unwrap_or_default(), false, events),
            }
            let known = self.slots.part(slot, PartKind::Message, number, self.code_points);
            let annotations = list(part, "annotations");
            let missed = annotations.get(known.annotations..).unwrap_or_default();
            let begins_at = known.begins_at;
            known.annotations = known.annotations.max(annotations.len());
            events.extend(
                missed
                    .iter()
                    .filter_map(|annotation| citation(annotation, begins_at))
                    .map(ModelEvent::Citation),
            );
        }
    }

    fn reasoning_done(&mut self, slot: usize, mut item: Value, events: &mut VecDeque<ModelEvent>) {
        for (name, thought) in [("summary", Thought::Summary), ("content", Thought::Text)] {
            for (number, part) in list(&item, name).iter().enumerate() {
                let (number, whole) = (number as u64, text(part, "text").unwrap_or_default());
                let said = self.slots.part(slot, PartKind::Thought(thought), number, self.code_points).bytes;
                if let Some(rest) = whole.get(said..) {
                    self.thought(slot, thought, number, rest.to_owned(), events);
                }
            }
        }
        // Without its content, an item is only a name, and the provider keeps nothing under it.
        if text(&item, "encrypted_content").is_some() || !list(&item, "content").is_empty() {
            if let Some(fields) = item.as_object_mut() {
                // OpenAI sends a status of null and refuses it when it comes back.
                fields.retain(|_, value| !value.is_null());
            }
            self.held.push(ProviderItem { origin: self.origin.clone(), value: item });
        }
    }

    /// An item that goes back as it is.
    pub(super) fn carry(&mut self, item: Value, events: &mut VecDeque<ModelEvent>) {
        self.release(events);
        let item = ProviderItem { origin: self.origin.clone(), value: item };
        events.push_back(ModelEvent::ProviderItem(item));
    }

    pub(super) fn call(&mut self, call: OpenCall, events: &mut VecDeque<ModelEvent>) {
        self.release(events);
        self.interrupt();
        let id = call.id.unwrap_or_else(|| format!("call_{}", Uuid::now_v7().simple()));
        events.push_back(ModelEvent::ToolCall(ToolCallDelta {
            index: self.calls,
            id: Some(id),
            name: call.name,
            arguments: call.arguments,
        }));
        self.calls += 1;
    }
}
