//! Thumbnails: made once, at the first call, a few at a time.

use std::{
    array, fs,
    io::{self, Write},
    sync::Arc,
};

use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

use super::{
    io_error,
    layout::{FileName, Layout},
};
use crate::{
    protocol::AttachmentId,
    store::{AttachmentError, Thumbnail, pictures},
};

/// The longest side of a thumbnail: twice what pages show, for dense screens.
const MAX_SIDE_PX: u32 = 512;
/// How many are made at once; each may hold a large decoded picture.
const NUM_WORKERS: usize = 2;
/// More locks than workers, so that different pictures seldom wait for each other.
const NUM_LOCKS: usize = 16;

/// Makes thumbnails.
#[derive(Debug)]
pub(super) struct Thumbnails {
    /// Whoever makes or removes an attachment's thumbnail holds the lock of its group, across
    /// awaits: others wait, and then find it done.
    locks: [Arc<Mutex<()>>; NUM_LOCKS],
    workers: Arc<Semaphore>,
}

impl Thumbnails {
    pub(super) fn new() -> Self {
        Self { locks: array::from_fn(|_| Arc::default()), workers: Arc::new(Semaphore::new(NUM_WORKERS)) }
    }

    /// Keeps others from making or removing this attachment's thumbnail.
    pub(super) async fn lock(&self, name: &FileName) -> OwnedMutexGuard<()> {
        Arc::clone(&self.locks[name.group(NUM_LOCKS)]).lock_owned().await
    }

    /// The thumbnail, made if there is none.
    pub(super) async fn get(
        &self,
        layout: &Arc<Layout>,
        id: &AttachmentId,
    ) -> Result<Thumbnail, AttachmentError> {
        let name = FileName::of(id);
        if let Some(thumbnail) = cached(layout, &name).await {
            return Ok(thumbnail);
        }
        let lock = self.lock(&name).await;
        if let Some(thumbnail) = cached(layout, &name).await {
            return Ok(thumbnail);
        }
        let worker = Arc::clone(&self.workers)
            .acquire_owned()
            .await
            .map_err(|_closed| AttachmentError::Io { reason: "thumbnails are made no more".to_owned() })?;
        let (layout, id) = (Arc::clone(layout), id.clone());
        tokio::task::spawn_blocking(move || {
            // Held to the end of the work, even if the caller goes away.
            let _held = (lock, worker);
            make(&layout, &name, &id)
        })
        .await
        // A decoder met something it was not written for.
        .map_err(|_panic| AttachmentError::Unreadable { reason: "its decoder failed".to_owned() })?
    }
}

async fn cached(layout: &Layout, name: &FileName) -> Option<Thumbnail> {
    for thumbnail in layout.thumbnails(name) {
        if tokio::fs::try_exists(&thumbnail.path).await.unwrap_or(false) {
            return Some(thumbnail);
        }
    }
    None
}

fn make(layout: &Layout, name: &FileName, id: &AttachmentId) -> Result<Thumbnail, AttachmentError> {
    let original = fs::read(layout.original(name)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => AttachmentError::NotFound { attachment_id: id.clone() },
        _ => io_error(&error),
    })?;
    let copy = pictures::thumbnail(&original, MAX_SIDE_PX)?;
    let [jpeg, png] = layout.thumbnails(name);
    let thumbnail = if copy.mime_type == jpeg.mime_type { jpeg } else { png };
    let write = || {
        let mut incoming = layout.new_file()?;
        incoming.file.write_all(&copy.bytes)?;
        incoming.keep_as(&thumbnail.path)
    };
    write().map_err(|error| io_error(&error))?;
    Ok(thumbnail)
}
