//! What a thread's actor and its running turn share: metadata and recent items.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc};

use crate::{
    agent::ThreadView,
    context::UserId,
    protocol::{ItemId, ItemKind, ThreadId, ThreadItem, ThreadMetadata},
    store::{Change, Store, StoreError},
};

/// The state of one thread. Cheap to clone; clones are the same state.
///
/// The actor and its turn run on one arbiter, so plain cells do; no borrow is held across an await.
#[derive(Clone)]
pub struct ThreadState {
    /// The owner.
    pub user_id: UserId,
    /// The metadata.
    pub view: Rc<ThreadView>,
    store: Arc<dyn Store>,
    recent: Rc<RefCell<Option<RecentItems>>>,
    recent_limit: usize,
}

/// The newest items of a thread, oldest first.
#[derive(Debug)]
struct RecentItems {
    items: VecDeque<Arc<ThreadItem>>,
    limit: usize,
    /// Whether the thread has older items than these.
    truncated: bool,
}

/// Whether the recent items could follow a change, or must be loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    Yes,
    LoadAgain,
}

impl ThreadState {
    /// The state of a thread whose metadata is saved as it is.
    pub fn new(
        user_id: UserId,
        metadata: ThreadMetadata,
        store: Arc<dyn Store>,
        recent_limit: usize,
    ) -> Self {
        Self { user_id, view: Rc::new(ThreadView::new(metadata)), store, recent: Rc::default(), recent_limit }
    }

    /// The thread's id.
    pub fn thread_id(&self) -> ThreadId {
        self.view.metadata().id.clone()
    }

    /// Notes that the thread has no items yet, so that there is nothing to load.
    pub fn begin_empty(&self) {
        *self.recent.borrow_mut() =
            Some(RecentItems { items: VecDeque::new(), limit: self.recent_limit, truncated: false });
    }

    /// Applies changes and brings the recent items up to date.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let followed: Vec<Change> = if self.recent.borrow().is_some() { changes.clone() } else { Vec::new() };
        self.store.commit(&self.user_id, changes).await?;
        let mut recent = self.recent.borrow_mut();
        for change in followed {
            if recent.as_mut().is_some_and(|recent| recent.follow(change) == Followed::LoadAgain) {
                *recent = None;
            }
        }
        Ok(())
    }

    /// The recent items, oldest first; loaded at the first call.
    pub async fn recent_items(&self) -> Result<Vec<Arc<ThreadItem>>, StoreError> {
        if self.recent.borrow().is_none() {
            let items = self.store.recent_items(&self.user_id, &self.thread_id(), self.recent_limit).await?;
            *self.recent.borrow_mut() = Some(RecentItems {
                truncated: items.len() >= self.recent_limit,
                items: items.into_iter().map(Arc::new).collect(),
                limit: self.recent_limit,
            });
        }
        Ok(self
            .recent
            .borrow()
            .as_ref()
            .map(|recent| recent.items.iter().cloned().collect())
            .unwrap_or_default())
    }

    /// One item, hidden or not.
    pub async fn item(&self, item_id: &ItemId) -> Result<ThreadItem, StoreError> {
        self.store.item(&self.user_id, &self.thread_id(), item_id).await
    }

    /// How many items are held in memory; none before they were first needed.
    pub fn items_in_memory(&self) -> Option<usize> {
        self.recent.borrow().as_ref().map(|recent| recent.items.len())
    }

    /// About how many bytes the items in memory take.
    pub fn bytes_in_memory(&self) -> usize {
        self.recent.borrow().as_ref().map_or(0, |recent| recent.items.iter().map(|item| weight(item)).sum())
    }
}

impl RecentItems {
    fn follow(&mut self, change: Change) -> Followed {
        match change {
            Change::PutItem(item) => {
                // An item that is put again is nearly always a recent one.
                if let Some(known) = self.items.iter_mut().rev().find(|known| known.id == item.id) {
                    *known = Arc::new(item);
                    return Followed::Yes;
                }
                let oldest = self.items.front().map(|oldest| oldest.created_at);
                if self.truncated && oldest.is_some_and(|oldest| item.created_at <= oldest) {
                    // Either an old item that was put again or a new one with an old time.
                    return Followed::LoadAgain;
                }
                self.items.push_back(Arc::new(item));
                if self.items.len() > self.limit {
                    self.items.pop_front();
                    self.truncated = true;
                }
            }
            Change::RemoveItem { item_id, .. } => self.items.retain(|item| item.id != item_id),
            Change::RemoveItemsAfter { item_id, .. } => {
                match self.items.iter().position(|item| item.id == item_id) {
                    Some(place) => self.items.truncate(place + 1),
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
            | Change::AddFeedback { .. } => {}
        }
        Followed::Yes
    }
}

/// About how many bytes an item takes.
fn weight(item: &ThreadItem) -> usize {
    const FIXED: usize = 512;
    FIXED
        + match &item.kind {
            ItemKind::UserMessage(message) => message.plain_text().len(),
            ItemKind::AssistantMessage(message) => {
                message.content.iter().map(|part| part.as_text().len()).sum()
            }
            // Trees of small nodes: counted by their JSON text, times what a tree takes more.
            ItemKind::Widget(_) => 8 << 10,
            _ => 1 << 10,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::item::AssistantMessage, store::MemoryStore};

    fn message(id: &str, text: &str) -> ThreadItem {
        ThreadItem::new(id.into(), "thr_1".into(), ItemKind::AssistantMessage(AssistantMessage::text(text)))
    }

    async fn state_with(ids: &[&str], limit: usize) -> ThreadState {
        let metadata = ThreadMetadata::new("thr_1".into());
        let state = ThreadState::new("ada".into(), metadata.clone(), Arc::new(MemoryStore::new()), limit);
        state.begin_empty();
        state.commit(vec![Change::CreateThread(metadata)]).await.unwrap();
        for id in ids {
            state.commit(vec![Change::PutItem(message(id, "first"))]).await.unwrap();
        }
        state
    }

    async fn recent(state: &ThreadState) -> Vec<String> {
        state.recent_items().await.unwrap().iter().map(|item| item.id.to_string()).collect()
    }

    #[actix_rt::test]
    async fn the_newest_items_are_held_and_followed() {
        let state = state_with(&["a", "b", "c"], 2).await;
        assert_eq!(recent(&state).await, ["b", "c"]);
        state.commit(vec![Change::PutItem(message("b", "again"))]).await.unwrap();
        assert_eq!(recent(&state).await, ["b", "c"], "an item that is put again keeps its place");
        state
            .commit(vec![Change::RemoveItem { thread_id: "thr_1".into(), item_id: "c".into() }])
            .await
            .unwrap();
        assert_eq!(recent(&state).await, ["b"]);
    }

    #[actix_rt::test]
    async fn an_old_item_that_is_put_again_is_not_taken_for_a_new_one() {
        let state = state_with(&["a", "b", "c"], 2).await;
        let old = state.item(&"a".into()).await.unwrap();
        state.commit(vec![Change::PutItem(old)]).await.unwrap();
        assert_eq!(recent(&state).await, ["b", "c"]);
    }

    #[actix_rt::test]
    async fn a_retry_of_an_old_message_leaves_what_came_before_it() {
        let state = state_with(&["a", "b", "c", "d"], 2).await;
        let change = Change::RemoveItemsAfter { thread_id: "thr_1".into(), item_id: "b".into() };
        state.commit(vec![change]).await.unwrap();
        assert_eq!(recent(&state).await, ["a", "b"]);
    }
}
