//! Which thread is meant, and where its state comes from.

use crate::{
    context::UserId,
    protocol::{ThreadId, ThreadMetadata},
};

/// Names a thread of a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThreadKey {
    /// The user the thread belongs to.
    pub user_id: UserId,
    /// Its id, which is unique among the threads of this user.
    pub thread_id: ThreadId,
}

/// Where the state of a thread comes from when its actor is started.
#[derive(Clone, Debug)]
pub enum Birth {
    /// From the store.
    Stored,
    /// The thread is new: nothing of it is stored yet.
    New(Box<ThreadMetadata>),
}
