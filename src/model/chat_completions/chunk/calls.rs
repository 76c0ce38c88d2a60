//! Tells the calls of one answer apart, in whatever pieces they come.
//!
//! OpenAI counts calls by `index` and names each once. Others send 0 or -1 for all of them, or a new id with every
//! piece, or one id for all; they leave out the index, the id, or both. So a piece belongs to the call that it
//! can belong to without contradiction.

use std::collections::VecDeque;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::delta::ToolCallPiece;
use crate::model::{ModelEvent, ToolCallDelta, ToolSpec};

/// The most calls of one answer. The agent gives up on fewer.
const MAX_CALLS: usize = 128;
/// The most bytes of arguments that wait for the name of their call.
const MAX_HELD_BYTES: usize = 256 << 10;

/// The calls of one answer.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Call>);

/// What is known of one call.
#[derive(Debug, Default)]
struct Call {
    index: Option<i64>,
    /// The provider's id, by which pieces find their call.
    provider_id: Option<String>,
    /// The id that was passed on. It is another one if the provider gave two calls the same.
    id: Option<String>,
    name: Option<String>,
    /// Arguments that came before the name was known.
    held: String,
    /// Whether the call has been passed on.
    begun: bool,
    balance: Balance,
    extras: Map<String, Value>,
    is_old: bool,
}

impl Calls {
    /// Whether the model called anything that has a name.
    pub(super) fn is_empty(&self) -> bool {
        !self.0.iter().any(|call| call.name.is_some())
    }

    /// Takes a piece. False if there was nothing in it.
    pub(super) fn read(
        &mut self,
        piece: ToolCallPiece,
        tools: &[ToolSpec],
        events: &mut VecDeque<ModelEvent>,
    ) -> bool {
        let id = piece.id.filter(|id| !id.is_empty());
        let function = piece.function.unwrap_or_default();
        let name = function.name.filter(|name| !name.is_empty());
        let arguments = match function.arguments {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
        };
        if id.is_none() && name.is_none() && arguments.is_empty() {
            return false;
        }
        let piece = Piece {
            index: piece.index.filter(|index| *index >= 0),
            id,
            name,
            arguments,
            is_old: piece.is_old,
            extras: [
                ("extra_content", piece.extra_content),
                ("provider_specific_fields", piece.provider_specific_fields),
            ],
        };
        let place = self.place_of(&piece, tools);
        if place.is_none() && self.0.len() == MAX_CALLS {
            return false;
        }
        let place = place.unwrap_or_else(|| {
            let (index, is_old) = (piece.index, piece.is_old);
            self.0.push(Call { index, is_old, ..Call::default() });
            self.0.len() - 1
        });
        self.add(place, piece, tools, events);
        true
    }

    /// Adds a call that is known as a whole.
    pub(super) fn add_whole(&mut self, name: String, arguments: String, events: &mut VecDeque<ModelEvent>) {
        if self.0.len() == MAX_CALLS {
            return;
        }
        let id = minted_id();
        let call = Call { id: Some(id.clone()), name: Some(name.clone()), begun: true, ..Call::default() };
        self.0.push(call);
        events.push_back(ModelEvent::ToolCall(ToolCallDelta {
            index: self.0.len() - 1,
            id: Some(id),
            name: Some(name),
            arguments,
        }));
    }

    fn add(&mut self, place: usize, piece: Piece, tools: &[ToolSpec], events: &mut VecDeque<ModelEvent>) {
        let is_taken = piece.id.is_some() && self.0.iter().any(|call| call.id == piece.id);
        let call = &mut self.0[place];
        let mut news = ToolCallDelta { index: place, arguments: piece.arguments, ..ToolCallDelta::default() };
        if call.provider_id.is_none() {
            call.provider_id.clone_from(&piece.id);
            if call.id.is_none() && !is_taken {
                call.id.clone_from(&piece.id);
                news.id = piece.id;
            }
        }
        match (&mut call.name, piece.name) {
            (Some(known), Some(more)) if goes_on(known, &more, tools) => known.push_str(&more),
            (name @ None, more) => *name = more,
            (Some(_), _) => {}
        }
        for (field, value) in piece.extras {
            if let Some(value) = value.filter(|value| !value.is_null()) {
                call.extras.insert(field.to_owned(), value);
            }
        }
        call.balance.read(&news.arguments);
        if call.begun {
            if news.id.is_some() || !news.arguments.is_empty() {
                events.push_back(ModelEvent::ToolCall(news));
            }
            return;
        }
        if call.held.len() + news.arguments.len() <= MAX_HELD_BYTES {
            call.held.push_str(&news.arguments);
        }
        let is_whole = |name: &String| {
            !call.held.is_empty() || tools.is_empty() || tools.iter().any(|tool| tool.name == *name)
        };
        if call.name.as_ref().is_some_and(is_whole) {
            call.begin(place, events);
        }
    }

    /// The call that a piece continues; `None` if it begins one.
    fn place_of(&self, piece: &Piece, tools: &[ToolSpec]) -> Option<usize> {
        let calls = &self.0;
        if piece.is_old {
            return calls.iter().position(|call| call.is_old);
        }
        let is_of_id = |call: &Call| {
            let is_elsewhere = piece.name.is_some() && piece.index.is_some() && call.index != piece.index;
            piece.id.is_some() && call.provider_id == piece.id && !is_elsewhere
        };
        let known = calls.iter().rposition(is_of_id);
        if known.is_some() {
            return known;
        }
        let is_of_index = |call: &Call| piece.index.is_none() || call.index == piece.index;
        match calls.iter().rposition(is_of_index) {
            Some(place) => (!piece.begins_another(&calls[place], tools)).then_some(place),
            // Arguments without a name belong to the newest call, whatever they claim.
            None if piece.name.is_none() => calls.len().checked_sub(1),
            None => None,
        }
    }

    /// Completes what the provider left out. Returns how many calls never got a name.
    pub(super) fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> usize {
        for (place, call) in self.0.iter_mut().enumerate().filter(|(_, call)| call.name.is_some()) {
            if !call.begun {
                call.begin(place, events);
            }
            if call.id.is_none() {
                let id = minted_id();
                call.id = Some(id.clone());
                let news = ToolCallDelta { index: place, id: Some(id), ..ToolCallDelta::default() };
                events.push_back(ModelEvent::ToolCall(news));
            }
        }
        self.0.iter().filter(|call| call.name.is_none()).count()
    }

    /// What is to be sent back with each call, by the call's id.
    pub(super) fn take_extras(&mut self) -> impl Iterator<Item = (String, Map<String, Value>)> {
        self.0.iter_mut().filter_map(|call| {
            let extras = std::mem::take(&mut call.extras);
            (!extras.is_empty()).then(|| call.id.clone().map(|id| (id, extras)))?
        })
    }
}

impl Call {
    fn begin(&mut self, place: usize, events: &mut VecDeque<ModelEvent>) {
        self.begun = true;
        events.push_back(ModelEvent::ToolCall(ToolCallDelta {
            index: place,
            id: self.id.clone(),
            name: self.name.clone(),
            arguments: std::mem::take(&mut self.held),
        }));
    }
}

/// A piece of a call, tidied.
struct Piece {
    index: Option<i64>,
    id: Option<String>,
    name: Option<String>,
    arguments: String,
    is_old: bool,
    extras: [(&'static str, Option<Value>); 2],
}

impl Piece {
    /// Whether the piece begins another call than this one, which is the newest that it may continue.
    fn begins_another(&self, call: &Call, tools: &[ToolSpec]) -> bool {
        match (&self.id, &self.name) {
            // Some servers give each piece an id of its own.
            (Some(_), None) => call.balance.is_complete() && self.arguments.is_empty(),
            (Some(_), Some(_)) if call.provider_id.is_some() => true,
            (_, Some(name)) => match &call.name {
                None => false,
                Some(known) if goes_on(known, name, tools) => false,
                Some(known) if known != name => true,
                Some(_) if self.index.is_none() => !call.balance.is_open(),
                Some(_) => call.balance.is_complete(),
            },
            (None, None) => false,
        }
    }
}

/// Whether a name that came in pieces goes on with this piece.
fn goes_on(known: &str, more: &str, tools: &[ToolSpec]) -> bool {
    let is_known = tools.iter().any(|tool| tool.name == known);
    let rest = |tool: &ToolSpec| tool.name.strip_prefix(known).is_some_and(|rest| rest.starts_with(more));
    !is_known && tools.iter().any(rest)
}

fn minted_id() -> String {
    format!("call_{}", Uuid::now_v7().simple())
}

/// Follows the brackets of a JSON text that comes in pieces.
#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    depth: u32,
    has_begun: bool,
    in_string: bool,
    escaped: bool,
}

impl Balance {
    fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => {
                    self.depth += 1;
                    self.has_begun = true;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Whether an object has begun and not ended.
    fn is_open(self) -> bool {
        self.has_begun && self.depth > 0
    }

    /// Whether an object has begun and ended.
    fn is_complete(self) -> bool {
        self.has_begun && self.depth == 0
    }
}
