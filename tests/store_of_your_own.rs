//! The suite of `store::conformance`, as the author of a store in another crate has it: it passes a sound
//! store, and finds the mistakes that such authors make.
#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::Arc;

use actix_chatkit::{
    context::UserId,
    protocol::{AttachmentId, ItemId, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp},
    store::{
        AttachmentRecord, Change, Commit, FeedbackRecord, MemoryStore, Receipt, Store, StoreError,
        ThreadRecord,
        conformance::{self, Failure},
    },
};
use async_trait::async_trait;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// `RemoveItemsAfter` is left out.
    ForgetsToCut,
    /// Items are sorted by the time they were made.
    SortsByTime,
    /// Each change is a transaction of its own.
    SplitsCommits,
    /// Nothing happens before the receipt is polled.
    WaitsToBePolled,
}

/// Hands everything on to a `MemoryStore`, with or without a mistake.
struct Relay {
    inner: Arc<MemoryStore>,
    fault: Option<Fault>,
}

impl Relay {
    fn open(fault: Option<Fault>) -> (Arc<dyn Store>, ()) {
        (Arc::new(Self { inner: Arc::new(MemoryStore::new()), fault }), ())
    }

    fn sorted(&self, mut page: Page<ThreadItem>) -> Page<ThreadItem> {
        if self.fault == Some(Fault::SortsByTime) {
            page.data.sort_by_key(|item| item.created_at);
        }
        page
    }
}

#[async_trait]
impl Store for Relay {
    fn submit(&self, mut commit: Commit) -> Receipt {
        match self.fault {
            None | Some(Fault::SortsByTime) => self.inner.submit(commit),
            Some(Fault::ForgetsToCut) => {
                commit.changes.retain(|change| !matches!(change, Change::RemoveItemsAfter { .. }));
                self.inner.submit(commit)
            }
            Some(Fault::SplitsCommits) => {
                let alone = |change| self.inner.submit(Commit::new(&commit.user, vec![change]));
                let receipts: Vec<_> = commit.changes.into_iter().map(alone).collect();
                Receipt::new(async {
                    for receipt in receipts {
                        receipt.await?;
                    }
                    Ok(())
                })
            }
            Some(Fault::WaitsToBePolled) => {
                let inner = Arc::clone(&self.inner);
                Receipt::new(async move { inner.submit(commit).await })
            }
        }
    }

    async fn thread(&self, user: &UserId, thread_id: &ThreadId) -> Result<ThreadRecord, StoreError> {
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
        Ok(self.sorted(self.inner.items(user, thread_id, query).await?))
    }

    async fn all_items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        Ok(self.sorted(self.inner.all_items(user, thread_id, query).await?))
    }

    async fn item(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        item_id: &ItemId,
    ) -> Result<ThreadItem, StoreError> {
        self.inner.item(user, thread_id, item_id).await
    }

    async fn attachment(
        &self,
        user: &UserId,
        attachment_id: &AttachmentId,
    ) -> Result<AttachmentRecord, StoreError> {
        self.inner.attachment(user, attachment_id).await
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

mod each_case {
    actix_chatkit::store::conformance::suite!(super::Relay::open(None));
}

fn failures(fault: Option<Fault>) -> Vec<Failure> {
    conformance::failures(async || Relay::open(fault))
}

/// Asserts that the suite finds this fault by these cases, and does not blame the store for all else too.
fn assert_found(fault: Fault, cases: &[&str]) {
    let failures = failures(Some(fault));
    let found = |case: &str| failures.iter().any(|failure| failure.case == case);
    for case in cases {
        assert!(found(case), "{case} does not find that the store {fault:?}: {failures:#?}");
    }
    assert!(!found("a_thread_comes_back_as_it_was_saved"), "{failures:#?}");
    assert!(failures.iter().all(|failure| !failure.reason.is_empty()), "{failures:#?}");
}

#[test]
fn a_sound_store_fails_no_case() {
    assert_eq!(failures(None), []);
}

#[test]
fn a_store_that_forgets_to_cut_is_found() {
    assert_found(Fault::ForgetsToCut, &["items_after_one_are_removed_hidden_ones_too"]);
}

#[test]
fn a_store_that_loses_the_order_of_items_is_found() {
    assert_found(Fault::SortsByTime, &["order_is_by_arrival_not_by_time"]);
}

#[test]
fn a_store_that_splits_commits_is_found() {
    assert_found(Fault::SplitsCommits, &["a_commit_is_all_or_nothing"]);
}

#[test]
fn a_store_that_waits_to_be_polled_is_found() {
    let cases = ["commits_are_ordered_when_they_are_submitted", "dropping_a_receipt_undoes_nothing"];
    assert_found(Fault::WaitsToBePolled, &cases);
}
