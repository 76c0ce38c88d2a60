//! Who owns a thread, and the proof of it that a commit carries.

use crate::protocol::ThreadId;

/// Ownership of a thread: whoever holds this runs the thread's turns and writes for it.
///
/// It is the only thing that makes a [`Fence`], so nothing else can write in an owner's name.
#[derive(Clone, Debug)]
pub(crate) struct Owned {
    thread_id: ThreadId,
    epoch: u64,
}

impl Owned {
    /// Ownership in a process that owns all threads of its store for good. Each thread has one actor there,
    /// so it never changes hands, and each owner is the first.
    pub(crate) fn in_sole_process(thread_id: ThreadId) -> Self {
        Self { thread_id, epoch: 1 }
    }

    /// Ownership in this epoch.
    #[cfg(test)]
    pub(crate) fn in_epoch(thread_id: ThreadId, epoch: u64) -> Self {
        Self { thread_id, epoch }
    }

    /// The proof that a commit of the owner carries.
    pub(crate) fn fence(&self) -> Fence {
        Fence { thread_id: self.thread_id.clone(), epoch: self.epoch }
    }
}

/// Says in which epoch of a thread's ownership a commit was made. Only the thread's owner makes one.
///
/// Where several nodes share a database, a node that was thought dead may wake and write on. A store
/// for many nodes therefore compares the epoch with the thread's row, in the transaction of the commit,
/// and refuses with [`StoreError::Fenced`] when another owner came after. [`SqliteStore`] and
/// [`MemoryStore`] serve a single process, which owns all threads for good: they accept any fence.
///
/// [`StoreError::Fenced`]: crate::store::StoreError::Fenced
/// [`SqliteStore`]: crate::store::SqliteStore
/// [`MemoryStore`]: crate::store::MemoryStore
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    thread_id: ThreadId,
    epoch: u64,
}

impl Fence {
    /// The thread that is owned.
    pub fn thread_id(&self) -> &ThreadId {
        &self.thread_id
    }

    /// How often the thread has changed hands: the first owner has 1.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }
}
