//! Keeps what is made from an attachment from being written while the attachment is removed.

use std::{array, sync::Arc};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::layout::FileName;

/// Many more locks than processors, so that different attachments seldom wait for each other.
const NUM_LOCKS: usize = 16;

/// One lock for each group of attachments. Whoever holds one writes or removes files, on a blocking thread
/// and to the end, so an async lock it is: others wait without a thread.
#[derive(Debug)]
pub(super) struct Locks([Arc<Mutex<()>>; NUM_LOCKS]);

impl Locks {
    pub(super) fn new() -> Self {
        Self(array::from_fn(|_| Arc::default()))
    }

    pub(super) async fn lock(&self, name: &FileName) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0[name.group(NUM_LOCKS)]).lock_owned().await
    }
}
