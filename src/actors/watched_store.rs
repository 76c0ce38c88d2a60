//! A store for tests, which may hold its reads and refuse its commits.

use std::{future::ready, sync::Arc};

use async_trait::async_trait;
use futures_util::{FutureExt, future::BoxFuture};

use crate::{
    context::UserId,
    protocol::{AttachmentId, ItemId, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp},
    store::{
        AttachmentRecord, Change, Commit, FeedbackRecord, MemoryStore, Receipt, Store, StoreError,
        ThreadRecord,
    },
};

/// A store in memory that awaits something before each read of a thread or of its items.
pub struct WatchedStore {
    inner: Arc<MemoryStore>,
    before_read: Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
    refuses: Box<dyn Fn(&Change) -> bool + Send + Sync>,
}

impl WatchedStore {
    pub fn new(
        inner: Arc<MemoryStore>,
        before_read: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        Self { inner, before_read: Box::new(before_read), refuses: Box::new(|_| false) }
    }

    /// A store that refuses commits with such a change.
    pub fn refusing(
        inner: Arc<MemoryStore>,
        refuses: impl Fn(&Change) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { refuses: Box::new(refuses), ..Self::new(inner, || ready(()).boxed()) }
    }
}

#[async_trait]
impl Store for WatchedStore {
    fn submit(&self, commit: Commit) -> Receipt {
        if commit.changes.iter().any(&self.refuses) {
            return Receipt::ready(Err(StoreError::Full { reason: "a test asked for it".to_owned() }));
        }
        self.inner.submit(commit)
    }

    async fn thread(&self, user: &UserId, thread_id: &ThreadId) -> Result<ThreadRecord, StoreError> {
        (self.before_read)().await;
        self.inner.thread(user, thread_id).await
    }

    async fn threads(&self, user: &UserId, query: PageQuery) -> Result<Page<ThreadMetadata>, StoreError> {
        self.inner.threads(user, query).await
    }

    async fn items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        (self.before_read)().await;
        self.inner.items(user, thread_id, query).await
    }

    async fn all_items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        self.inner.all_items(user, thread_id, query).await
    }

    async fn item(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        item_id: &ItemId,
    ) -> Result<ThreadItem, StoreError> {
        (self.before_read)().await;
        self.inner.item(user, thread_id, item_id).await
    }

    async fn attachment(&self, user: &UserId, id: &AttachmentId) -> Result<AttachmentRecord, StoreError> {
        self.inner.attachment(user, id).await
    }

    async fn removable_attachments(
        &self,
        abandoned: Timestamp,
        limit: usize,
    ) -> Result<Vec<AttachmentRecord>, StoreError> {
        self.inner.removable_attachments(abandoned, limit).await
    }

    async fn feedback(&self, user: &UserId, thread_id: &ThreadId) -> Result<Vec<FeedbackRecord>, StoreError> {
        self.inner.feedback(user, thread_id).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.inner.close().await
    }
}
