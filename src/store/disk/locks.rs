//! Locks that keep derived files from being written while their attachment is being removed.

use std::{array, sync::Arc};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::layout::FileName;

/// Many more locks than processors, so that different attachments seldom wait for each other.
const NUM_LOCKS: usize = 16;

/// One lock for each group of attachments. It is held while files are written or removed on a blocking
/// thread. It is an async lock, so that those who wait for it occupy no thread.
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
