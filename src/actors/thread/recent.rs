//! The newest items of a thread, held in memory and kept in step with the store.

use std::{collections::VecDeque, io, sync::Arc};

use crate::{
    protocol::ThreadItem,
    store::{Change, ItemToPut},
};

/// About how much more memory a tree of small values takes than its JSON text.
const MEMORY_PER_JSON_BYTE: usize = 3;
/// What an item takes beside its content.
const FIXED_BYTES: usize = 512;

/// The newest items of a thread, oldest first.
#[derive(Debug)]
pub struct RecentItems {
    entries: VecDeque<Entry>,
    limit: usize,
    bytes: usize,
    /// Whether the thread has older items than these.
    truncated: bool,
}

#[derive(Debug)]
struct Entry {
    item: Arc<ThreadItem>,
    bytes: usize,
}

/// Whether the recent items could follow a change, or must be loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Followed {
    /// They are in step.
    Yes,
    /// The change reaches behind them.
    LoadAgain,
}

impl RecentItems {
    /// The newest items as they were loaded, at most `limit`.
    pub fn new(items: Vec<ThreadItem>, limit: usize) -> Self {
        let truncated = items.len() >= limit.max(1);
        let entries: VecDeque<_> = items.into_iter().map(|item| Entry::new(Arc::new(item))).collect();
        let bytes = entries.iter().map(|entry| entry.bytes).sum();
        Self { entries, limit, bytes, truncated }
    }

    /// The items, oldest first.
    pub fn items(&self) -> impl Iterator<Item = &Arc<ThreadItem>> {
        self.entries.iter().map(|entry| &entry.item)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes over a change that was committed.
    pub fn follow(&mut self, change: Change) -> Followed {
        match change {
            Change::PutItem(item) => return self.put(item),
            Change::RemoveItem { item_id, .. } => self.entries.retain(|entry| entry.item.id != item_id),
            Change::RemoveItemsAfter { item_id, .. } => {
                match self.entries.iter().position(|entry| entry.item.id == item_id) {
                    Some(place) => self.entries.truncate(place + 1),
                    None => return Followed::LoadAgain,
                }
            }
            Change::CreateThread(_)
            | Change::UpdateThread(_)
            | Change::DeleteThread(_)
            | Change::BeginTurn { .. }
            | Change::EndTurn { .. }
            | Change::PutDraft(_)
            | Change::CreateAttachment(_)
            | Change::FinishUpload { .. }
            | Change::LinkAttachment { .. }
            | Change::DeleteAttachment { .. }
            | Change::ExpireAttachment { .. }
            | Change::ForgetAttachment { .. }
            | Change::AddFeedback { .. } => return Followed::Yes,
        }
        self.bytes = self.entries.iter().map(|entry| entry.bytes).sum();
        Followed::Yes
    }

    fn put(&mut self, item: ItemToPut) -> Followed {
        // An item that is put again is nearly always a recent one.
        if let Some(known) = self.entries.iter_mut().rev().find(|known| known.item.id == item.id) {
            self.bytes -= known.bytes;
            *known = Entry::of(item);
            self.bytes += known.bytes;
            return Followed::Yes;
        }
        let oldest = self.entries.front().map(|oldest| oldest.item.created_at);
        if self.truncated && oldest.is_some_and(|oldest| item.created_at <= oldest) {
            // Either an old item that was put again or a new one with an old time.
            return Followed::LoadAgain;
        }
        let entry = Entry::of(item);
        self.bytes += entry.bytes;
        self.entries.push_back(entry);
        if self.entries.len() > self.limit
            && let Some(oldest) = self.entries.pop_front()
        {
            self.bytes -= oldest.bytes;
            self.truncated = true;
        }
        Followed::Yes
    }
}

impl Entry {
    fn new(item: Arc<ThreadItem>) -> Self {
        let mut json = Counter(0);
        // Counting takes every write; an item that cannot be written is not stored either.
        let _ = serde_json::to_writer(&mut json, item.as_ref());
        Self::weighing(item, json.0)
    }

    fn of(item: ItemToPut) -> Self {
        match item.json().map(str::len) {
            Some(json_bytes) => Self::weighing(item.into_shared(), json_bytes),
            None => Self::new(item.into_shared()),
        }
    }

    fn weighing(item: Arc<ThreadItem>, json_bytes: usize) -> Self {
        Self { item, bytes: FIXED_BYTES + MEMORY_PER_JSON_BYTE * json_bytes }
    }
}

/// Counts what is written and keeps nothing.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
