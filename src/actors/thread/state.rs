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
        *self.recent.borrow_mut() = Some(RecentItems { items: VecDeque::new(), limit: self.recent_limit });
    }

    /// Applies changes and brings the recent items up to date.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let followed: Vec<Change> = if self.recent.borrow().is_some() { changes.clone() } else { Vec::new() };
        self.store.commit(&self.user_id, changes).await?;
        if let Some(recent) = self.recent.borrow_mut().as_mut() {
            for change in followed {
                recent.follow(change);
            }
        }
        Ok(())
    }

    /// The recent items, oldest first; loaded at the first call.
    pub async fn recent_items(&self) -> Result<Vec<Arc<ThreadItem>>, StoreError> {
        if self.recent.borrow().is_none() {
            let items = self.store.recent_items(&self.user_id, &self.thread_id(), self.recent_limit).await?;
            *self.recent.borrow_mut() = Some(RecentItems {
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
    fn follow(&mut self, change: Change) {
        match change {
            Change::PutItem(item) => {
                let item = Arc::new(item);
                // An item that is put again is nearly always a recent one.
                match self.items.iter_mut().rev().find(|known| known.id == item.id) {
                    Some(known) => *known = item,
                    None => {
                        self.items.push_back(item);
                        if self.items.len() > self.limit {
                            self.items.pop_front();
                        }
                    }
                }
            }
            Change::RemoveItem { item_id, .. } => self.items.retain(|item| item.id != item_id),
            Change::RemoveItemsAfter { item_id, .. } => {
                // When the item is older than what is held, nothing held is left.
                let kept = self.items.iter().position(|item| item.id == item_id).map_or(0, |place| place + 1);
                self.items.truncate(kept);
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
