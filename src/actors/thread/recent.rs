//! The newest items of a thread, held in memory and kept in step with the store.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    actors::ThreadSettings,
    protocol::{Page, ThreadItem, Timestamp},
    store::{Change, ItemToPut, json::json_bytes},
};

/// About how much more memory a tree of small values takes than its JSON text.
const MEMORY_PER_JSON_BYTE: usize = 3;
/// What an item takes beside its content.
const FIXED_BYTES: usize = 512;

/// The newest items of a thread, oldest first.
#[derive(Debug)]
pub struct RecentItems {
    entries: VecDeque<Entry>,
    limit: RecentLimit,
    /// How many bytes the items take as JSON.
    json_bytes: usize,
    /// Whether the thread has older items than these.
    truncated: bool,
    /// The newest time of an item that was held and is not any more. Items stand in the order in which they
    /// were first stored, which is not always that of their times.
    dropped_until: Option<Timestamp>,
}

/// How much is held at most. The newest item is held whatever its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentLimit {
    /// The most items.
    pub items: usize,
    /// The most bytes of all items together, as JSON.
    pub json_bytes: usize,
}

impl RecentLimit {
    /// The limit that these settings ask for.
    pub fn of(settings: &ThreadSettings) -> Self {
        Self { items: settings.recent_items, json_bytes: settings.recent_bytes }
    }
}

#[derive(Debug)]
struct Entry {
    item: Arc<ThreadItem>,
    json_bytes: usize,
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
    /// No items: those of a new thread.
    pub fn none(limit: RecentLimit) -> Self {
        Self { entries: VecDeque::new(), limit, json_bytes: 0, truncated: false, dropped_until: None }
    }

    /// The newest items as they were loaded, newest first, as many as the limit allows. `seen_until` is that of
    /// the recent items before, if they could not follow a change.
    pub fn loaded(newest_first: Page<ThreadItem>, limit: RecentLimit, seen_until: Option<Timestamp>) -> Self {
        let entries: VecDeque<_> =
            newest_first.data.into_iter().rev().map(|item| Entry::new(Arc::new(item))).collect();
        let json_bytes = entries.iter().map(|entry| entry.json_bytes).sum();
        Self { entries, limit, json_bytes, truncated: newest_first.has_more, dropped_until: seen_until }
    }

    /// The items, oldest first.
    pub fn items(&self) -> impl Iterator<Item = &Arc<ThreadItem>> {
        self.entries.iter().map(|entry| &entry.item)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// About how many bytes of memory they take.
    pub fn bytes(&self) -> usize {
        FIXED_BYTES * self.entries.len() + MEMORY_PER_JSON_BYTE * self.json_bytes
    }

    /// The newest time of an item that is or was held.
    pub fn seen_until(&self) -> Option<Timestamp> {
        let newest = self.entries.iter().map(|entry| entry.item.created_at).max();
        newest.max(self.dropped_until)
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
            | Change::AppendDraft { .. }
            | Change::CreateAttachment(_)
            | Change::FinishUpload { .. }
            | Change::LinkAttachment { .. }
            | Change::DeleteAttachment { .. }
            | Change::ExpireAttachment { .. }
            | Change::ForgetAttachment { .. }
            | Change::AddFeedback { .. } => return Followed::Yes,
        }
        self.json_bytes = self.entries.iter().map(|entry| entry.json_bytes).sum();
        Followed::Yes
    }

    fn put(&mut self, item: ItemToPut) -> Followed {
        // An item that is put again is nearly always a recent one.
        if let Some(known) = self.entries.iter_mut().rev().find(|known| known.item.id == item.id) {
            self.json_bytes -= known.json_bytes;
            *known = Entry::of(item);
            self.json_bytes += known.json_bytes;
            self.drop_oldest();
            return Followed::Yes;
        }
        let oldest = self.entries.front().map(|oldest| oldest.item.created_at);
        if self.truncated && Some(item.created_at) <= oldest.max(self.dropped_until) {
            // Either an old item that was put again or a new one with an old time.
            return Followed::LoadAgain;
        }
        let entry = Entry::of(item);
        self.json_bytes += entry.json_bytes;
        self.entries.push_back(entry);
        self.drop_oldest();
        Followed::Yes
    }

    /// Drops the oldest items until the rest is within the limit.
    fn drop_oldest(&mut self) {
        while self.entries.len() > 1
            && (self.entries.len() > self.limit.items || self.json_bytes > self.limit.json_bytes)
            && let Some(oldest) = self.entries.pop_front()
        {
            self.json_bytes -= oldest.json_bytes;
            self.truncated = true;
            self.dropped_until = self.dropped_until.max(Some(oldest.item.created_at));
        }
    }
}

impl Entry {
    fn new(item: Arc<ThreadItem>) -> Self {
        let json_bytes = json_bytes(item.as_ref());
        Self { item, json_bytes }
    }

    fn of(item: ItemToPut) -> Self {
        match item.json().map(str::len) {
            Some(json_bytes) => Self { item: item.into_shared(), json_bytes },
            None => Self::new(item.into_shared()),
        }
    }
}
