//! Thumbnails: made once, at the first call, a few at a time.

use std::{
    array,
    io::{self, Write},
    sync::Arc,
};

use chatkit_pictures::{Pictures, SmallCopy};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    blocking, io_error,
    layout::{FileName, Layout},
};
use crate::{
    protocol::AttachmentId,
    store::{AttachmentError, Thumbnail},
};

/// The longest side of a thumbnail: twice what pages show, for dense screens.
const MAX_SIDE_PX: u32 = 512;
/// Many more locks than processors, so that different pictures seldom wait for each other.
const NUM_LOCKS: usize = 16;

/// Makes thumbnails.
#[derive(Debug)]
pub(super) struct Thumbnails {
    /// Whoever makes or removes an attachment's thumbnail holds the lock of its group, across
    /// awaits: others wait, and then find it done.
    locks: [Arc<Mutex<()>>; NUM_LOCKS],
}

impl Thumbnails {
    pub(super) fn new() -> Self {
        Self { locks: array::from_fn(|_| Arc::default()) }
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
        // Goes on to its end even if the caller goes away, so that the lock is held until then.
        let (layout, id) = (Arc::clone(layout), id.clone());
        let making = tokio::spawn(async move {
            let _lock = lock;
            make(&layout, &name, &id).await
        });
        making.await.map_err(|error| AttachmentError::Io { reason: error.to_string() })?
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

async fn make(
    layout: &Arc<Layout>,
    name: &FileName,
    id: &AttachmentId,
) -> Result<Thumbnail, AttachmentError> {
    let place = Pictures::shared().place().await?;
    let original = tokio::fs::read(layout.original(name)).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => AttachmentError::NotFound { attachment_id: id.clone() },
        _ => io_error(&error),
    })?;
    let SmallCopy { bytes, mime_type } = place.small_copy(original.into(), MAX_SIDE_PX).await?;
    let [jpeg, png] = layout.thumbnails(name);
    let thumbnail = if mime_type == jpeg.mime_type { jpeg } else { png };
    let (layout, path) = (Arc::clone(layout), thumbnail.path.clone());
    blocking(move || {
        let write = || {
            let mut incoming = layout.new_file()?;
            incoming.file.write_all(&bytes)?;
            incoming.keep_as(&path)
        };
        write().map_err(|error: io::Error| io_error(&error))
    })
    .await?;
    Ok(thumbnail)
}
