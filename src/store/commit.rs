//! What is submitted to a store, and the receipt that says when it is durable.

use std::{
    future::{self, Future},
    pin::Pin,
    task::{Context, Poll},
};

use super::{Change, StoreError};
use crate::{context::UserId, protocol::ThreadId};

/// Changes of one user's data that are applied together, or not at all.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Whose data changes.
    pub user: UserId,
    /// Proof that the writer still owns the thread it changes. Without one, nothing is checked.
    pub fence: Option<Fence>,
    /// The changes, in the order in which they are applied.
    pub changes: Vec<Change>,
}

impl Commit {
    /// Changes without a fence.
    pub fn new(user: &UserId, changes: Vec<Change>) -> Self {
        Self { user: user.clone(), fence: None, changes }
    }

    /// The same changes, applied only while this fence stands.
    #[must_use]
    pub fn fenced(self, fence: Fence) -> Self {
        Self { fence: Some(fence), ..self }
    }
}

/// Says in which epoch of a thread's ownership a commit was made.
///
/// Where several nodes share a database, a node that was thought dead may wake and write on. A store
/// for many nodes therefore compares the epoch with the thread's row, in the transaction of the commit,
/// and refuses with [`StoreError::Fenced`] when another owner came after. [`SqliteStore`] and
/// [`MemoryStore`] serve a single process, which owns all threads for good: they accept any fence.
///
/// [`SqliteStore`]: crate::store::SqliteStore
/// [`MemoryStore`]: crate::store::MemoryStore
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    thread_id: ThreadId,
    epoch: u64,
}

impl Fence {
    /// The fence of a thread's owner in this epoch. Only the owner may make one.
    #[cfg_attr(not(test), expect(dead_code, reason = "no owner makes fences yet"))]
    pub(crate) fn new(thread_id: ThreadId, epoch: u64) -> Self {
        Self { thread_id, epoch }
    }

    /// The thread that is owned.
    pub fn thread_id(&self) -> &ThreadId {
        &self.thread_id
    }

    /// How often the thread has changed hands: the first owner has 1.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }
}

/// Ready when a [`Commit`] is durable, or has failed.
///
/// Dropping a receipt undoes nothing: the commit goes its way, and only its outcome is not heard.
#[must_use = "a commit that fails is only heard of by its receipt"]
pub struct Receipt(Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>);

impl Receipt {
    /// The receipt of a commit whose outcome this future gives.
    pub fn new(outcome: impl Future<Output = Result<(), StoreError>> + Send + 'static) -> Self {
        Self(Box::pin(outcome))
    }

    /// The receipt of a commit whose outcome is known already.
    pub fn ready(outcome: Result<(), StoreError>) -> Self {
        Self::new(future::ready(outcome))
    }
}

impl Future for Receipt {
    type Output = Result<(), StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}
