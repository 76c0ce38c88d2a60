//! Which thread is meant, and where its state comes from.

use crate::{
    context::UserId,
    protocol::{ThreadId, ThreadMetadata},
};

/// Names a thread of a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThreadKey {
    /// The owner.
    pub user_id: UserId,
    /// The thread.
    pub thread_id: ThreadId,
}

/// Where the state of a thread comes from when its actor is started.
#[derive(Clone, Debug)]
pub enum Birth {
    /// From the store.
    Stored,
    /// From nowhere: the thread is being made.
    New(Box<ThreadMetadata>),
}
