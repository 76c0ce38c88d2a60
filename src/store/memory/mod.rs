//! The store in memory: for tests, demonstrations, and as the plainest statement of what a store
//! does.

mod scratch;
mod threads;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use self::{
    scratch::{Attachment, Scratch, attachment_not_found},
    threads::{Thread, Threads, thread_not_found},
};
use super::{
    AttachmentRecord, Commit, FeedbackRecord, Receipt, Shown, Store, StoreError, ThreadRecord,
    json::json_bytes,
};
use crate::{
    context::UserId,
    protocol::{
        AttachmentId, ItemId, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp,
        page::{Order, PageBuilder},
    },
};

/// Keeps everything in memory and forgets it at the end.
#[derive(Debug, Default)]
pub struct MemoryStore {
    /// A plain lock: it is held for a few moves in memory and never across an await.
    state: Mutex<State>,
}

/// What is kept. Parts are shared until they change, so that a commit can work on a copy and be
/// taken over whole or not at all.
#[derive(Clone, Debug, Default)]
struct State {
    closed: bool,
    users: HashMap<UserId, Arc<Threads>>,
    attachments: Arc<BTreeMap<AttachmentId, Attachment>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        // A commit that panics has changed only its copy.
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed { Err(StoreError::Closed) } else { Ok(state) }
    }

    fn apply(&self, Commit { user, changes, .. }: &Commit) -> Result<(), StoreError> {
        let mut state = self.state()?;
        let threads = state.users.get(user).map(|threads| Threads::clone(threads)).unwrap_or_default();
        let mut scratch = Scratch { user, threads, attachments: Arc::clone(&state.attachments) };
        changes.iter().try_for_each(|change| scratch.apply(change))?;
        state.attachments = scratch.attachments;
        state.users.insert(user.clone(), Arc::new(scratch.threads));
        Ok(())
    }

    fn read_thread<T>(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        read: impl FnOnce(&Thread) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let state = self.state()?;
        let thread = state.users.get(user).and_then(|threads| threads.get(thread_id));
        read(thread.ok_or_else(|| thread_not_found(thread_id))?)
    }
}

#[async_trait]
impl Store for MemoryStore {
    /// Nobody else can own a thread of this store, so every fence stands.
    fn submit(&self, commit: Commit) -> Receipt {
        Receipt::ready(self.apply(&commit))
    }

    async fn thread(&self, user: &UserId, thread_id: &ThreadId) -> Result<ThreadRecord, StoreError> {
        self.read_thread(user, thread_id, |thread| {
            Ok(ThreadRecord {
                metadata: thread.metadata.clone(),
                turn_no: thread.turn_no,
                turn_open: thread.turn_open,
                drafts: thread.whole_drafts(),
            })
        })
    }

    async fn threads(&self, user: &UserId, query: PageQuery) -> Result<Page<ThreadMetadata>, StoreError> {
        let state = self.state()?;
        let threads = state.users.get(user).map(Arc::clone).unwrap_or_default();
        let cursor = query.after.as_deref().map(|after| {
            let seq = threads.seqs.get(&ThreadId::from(after)).copied();
            seq.ok_or_else(|| StoreError::CursorNotFound { after: after.to_owned() })
        });
        let mut rows: Box<dyn Iterator<Item = _>> = match (cursor.transpose()?, query.order) {
            (after, Order::Asc) => Box::new(threads.by_seq.range(after.map_or(0, |seq| seq + 1)..)),
            (before, Order::Desc) => Box::new(threads.by_seq.range(..before.unwrap_or(u64::MAX)).rev()),
        };
        let mut page = PageBuilder::new(&query);
        let _beyond = rows.find(|(_, thread)| {
            let metadata = &thread.metadata;
            !page.push(json_bytes(&metadata.without_items()), || metadata.clone())
        });
        Ok(page.finish(|thread| thread.id.as_str().to_owned()))
    }

    async fn items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        self.read_thread(user, thread_id, |thread| thread.page(&query, Shown::Visible))
    }

    async fn all_items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        self.read_thread(user, thread_id, |thread| thread.page(&query, Shown::All))
    }

    async fn item(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        item_id: &ItemId,
    ) -> Result<ThreadItem, StoreError> {
        self.read_thread(user, thread_id, |thread| {
            let item = thread.items.iter().find(|item| item.id == *item_id);
            item.map(|item| ThreadItem::clone(item))
                .ok_or_else(|| StoreError::ItemNotFound { item_id: item_id.clone() })
        })
    }

    async fn attachment(
        &self,
        user: &UserId,
        attachment_id: &AttachmentId,
    ) -> Result<AttachmentRecord, StoreError> {
        let state = self.state()?;
        let mine = |attachment: &&Attachment| attachment.record.user_id == *user && !attachment.deleted;
        let attachment = state.attachments.get(attachment_id).filter(mine);
        attachment
            .map(|attachment| attachment.record.clone())
            .ok_or_else(|| attachment_not_found(attachment_id))
    }

    async fn removable_attachments(
        &self,
        abandoned: Timestamp,
        limit: usize,
    ) -> Result<Vec<AttachmentRecord>, StoreError> {
        let state = self.state()?;
        let mut removable: Vec<_> = state
            .attachments
            .values()
            .filter(|attachment| {
                let record = &attachment.record;
                attachment.deleted || (record.thread_id.is_none() && record.created_at < abandoned)
            })
            .collect();
        removable.sort_by_key(|attachment| (!attachment.deleted, attachment.record.created_at));
        Ok(removable.into_iter().take(limit).map(|attachment| attachment.record.clone()).collect())
    }

    async fn feedback(&self, user: &UserId, thread_id: &ThreadId) -> Result<Vec<FeedbackRecord>, StoreError> {
        self.read_thread(user, thread_id, |thread| Ok(thread.feedback.clone()))
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.state().map(|_state| ())
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Change, Owned};

    crate::store::conformance::suite!((Arc::new(MemoryStore::new()) as Arc<dyn Store>, ()));

    #[tokio::test]
    async fn every_fence_stands() {
        let store = MemoryStore::new();
        let create = Change::CreateThread(ThreadMetadata::new("thr_1".into()));
        let commit =
            Commit::new(&"ada".into(), vec![create]).fenced(Owned::in_epoch("thr_1".into(), 7).fence());
        store.submit(commit).await.unwrap();
        let earlier =
            Commit::new(&"ada".into(), Vec::new()).fenced(Owned::in_epoch("thr_1".into(), 6).fence());
        store.submit(earlier).await.unwrap();
    }
}
