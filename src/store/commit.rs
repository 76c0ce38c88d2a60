//! What is submitted to a store, and the receipt that says when it is durable.

use std::{
    future::{self, Future},
    pin::Pin,
    task::{Context, Poll},
};

use super::{Change, StoreError, ownership::Fence};
use crate::context::UserId;

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
