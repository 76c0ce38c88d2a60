//! What is known of the items of a response while they come.

/// The most items of one response that are told apart; any more share the last place.
const MAX_ITEMS: usize = 1024;
/// The most parts of one item that are told apart.
const MAX_PARTS: usize = 1024;
/// The most bytes of the arguments of one call that are kept until the call is done.
const MAX_ARGUMENT_BYTES: usize = 1 << 20;

/// The items of a response, in the order in which they were first heard of.
#[derive(Debug, Default)]
pub(super) struct Slots(Vec<Slot>);

#[derive(Debug, Default)]
struct Slot {
    index: Option<u64>,
    id: Option<String>,
    is_done: bool,
    /// The item of a hosted call as it was added.
    hosted: Option<serde_json::Value>,
    call: Option<OpenCall>,
    parts: Vec<Part>,
}

/// A call of a function that is not done.
#[derive(Debug, Default)]
pub(super) struct OpenCall {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) arguments: String,
}

/// A part of an item as far as it came.
#[derive(Debug)]
pub(super) struct Part {
    kind: PartKind,
    number: u64,
    /// How many bytes of it came.
    pub(super) bytes: usize,
    /// How many code points the answer had before it.
    pub(super) begins_at: u64,
    /// How many of its annotations came.
    pub(super) annotations: usize,
}

/// What a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    Message,
    Thought(Thought),
}

/// A thought, and whether it is a summary of what the model thought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thought {
    Summary,
    Text,
}

impl Slots {
    /// The place of an item by its index, or else by its id. An event that says neither is about the last item.
    pub(super) fn of(&mut self, index: Option<u64>, id: Option<&str>) -> usize {
        let known = match (index, id) {
            (Some(_), _) => self.0.iter().rposition(|slot| slot.index == index),
            (None, Some(_)) => self.0.iter().rposition(|slot| slot.id.as_deref() == id),
            (None, None) => self.0.iter().rposition(|slot| !slot.is_done),
        };
        known.unwrap_or_else(|| self.add(index, id))
    }

    /// The place of the item with this index.
    pub(super) fn at(&mut self, index: u64) -> usize {
        // A server that leaves out the indexes still has its items in order.
        let unnamed = usize::try_from(index)
            .ok()
            .filter(|place| self.0.get(*place).is_some_and(|slot| slot.index.is_none()));
        unnamed.unwrap_or_else(|| self.of(Some(index), None))
    }

    fn add(&mut self, index: Option<u64>, id: Option<&str>) -> usize {
        if self.0.len() < MAX_ITEMS {
            self.0.push(Slot { index, id: id.map(str::to_owned), ..Slot::default() });
        }
        self.0.len() - 1
    }

    pub(super) fn is_done(&self, slot: usize) -> bool {
        self.0[slot].is_done
    }

    /// Notes that an item is done, and says whether it was not before.
    pub(super) fn complete(&mut self, slot: usize) -> bool {
        let slot = &mut self.0[slot];
        slot.call = None;
        slot.hosted = None;
        !std::mem::replace(&mut slot.is_done, true)
    }

    /// The item of a hosted call as it was added, to be completed by what comes.
    pub(super) fn hosted(&mut self, slot: usize) -> &mut Option<serde_json::Value> {
        &mut self.0[slot].hosted
    }

    pub(super) fn open_call(&mut self, slot: usize) -> &mut OpenCall {
        self.0[slot].call.get_or_insert_default()
    }

    pub(super) fn add_arguments(&mut self, slot: usize, delta: &str) {
        if self.0[slot].is_done {
            return;
        }
        let arguments = &mut self.open_call(slot).arguments;
        if arguments.len() + delta.len() <= MAX_ARGUMENT_BYTES {
            arguments.push_str(delta);
        }
    }

    pub(super) fn set_arguments(&mut self, slot: usize, arguments: String) {
        if !self.0[slot].is_done {
            self.open_call(slot).arguments = arguments;
        }
    }

    /// The calls that were never said to be done, though the response is.
    pub(super) fn take_open_calls(&mut self) -> Vec<OpenCall> {
        let calls = self.0.iter_mut().filter_map(|slot| slot.call.take());
        calls.filter(|call| call.name.is_some()).collect()
    }

    /// A part of an item; it begins now if it is new.
    pub(super) fn part(&mut self, slot: usize, kind: PartKind, number: u64, code_points: u64) -> &mut Part {
        let parts = &mut self.0[slot].parts;
        let known = parts.iter().rposition(|part| part.kind == kind && part.number == number);
        let place = known.unwrap_or_else(|| {
            if parts.len() < MAX_PARTS {
                parts.push(Part { kind, number, bytes: 0, begins_at: code_points, annotations: 0 });
            }
            parts.len() - 1
        });
        &mut parts[place]
    }

    /// Whether thoughts of another kind came of this item, which say the same in other words.
    pub(super) fn thinks_otherwise(&self, slot: usize, thought: Thought) -> bool {
        let other =
            |part: &Part| matches!(part.kind, PartKind::Thought(kind) if kind != thought) && part.bytes > 0;
        self.0[slot].parts.iter().any(other)
    }
}
