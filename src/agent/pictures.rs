//! Reads attached pictures for the model: scaled down, off the arbiter, each once.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    model::ImagePart,
    protocol::{AttachmentId, attachment::AttachmentCommon},
    store::{AttachmentError, AttachmentStore, pictures::scale_for_model},
};

/// How pictures are prepared for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureSettings {
    /// The longest side a model gets, in px. Default 1,536: what the common vision models look at.
    pub max_side_px: u32,
    /// The most bytes of one encoded picture. Default 2 MiB.
    pub max_bytes: usize,
    /// How many bytes of prepared pictures are kept for later turns. Default 64 MiB.
    pub cache_bytes: usize,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self { max_side_px: 1_536, max_bytes: 2 << 20, cache_bytes: 64 << 20 }
    }
}

/// Reads pictures for the model. Cheap to clone; clones share one cache.
#[derive(Clone)]
pub struct Pictures {
    store: Option<Arc<dyn AttachmentStore>>,
    settings: PictureSettings,
    /// A plain lock: it is held for a search or an insertion, never across an await.
    cache: Arc<Mutex<Cache>>,
}

impl fmt::Debug for Pictures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pictures").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The most recently used pictures, newest last.
#[derive(Default)]
struct Cache {
    entries: VecDeque<(AttachmentId, ImagePart)>,
    bytes: usize,
}

impl Cache {
    fn get(&mut self, id: &AttachmentId) -> Option<ImagePart> {
        let place = self.entries.iter().position(|(known, _)| known == id)?;
        let entry = self.entries.remove(place)?;
        let image = entry.1.clone();
        self.entries.push_back(entry);
        Some(image)
    }

    fn insert(&mut self, id: AttachmentId, image: ImagePart, limit: usize) {
        if self.entries.iter().any(|(known, _)| *known == id) {
            return;
        }
        self.bytes += image.data.len();
        self.entries.push_back((id, image));
        while self.bytes > limit {
            let Some((_, oldest)) = self.entries.pop_front() else { break };
            self.bytes -= oldest.data.len();
        }
    }
}

impl Pictures {
    /// Pictures from this store; without one there are none.
    pub fn new(store: Option<Arc<dyn AttachmentStore>>, settings: PictureSettings) -> Self {
        Self { store, settings, cache: Arc::default() }
    }

    /// The picture as the model gets it.
    pub async fn load(&self, attachment: &AttachmentCommon) -> Result<ImagePart, AttachmentError> {
        let Some(store) = &self.store else {
            return Err(AttachmentError::NotFound { attachment_id: attachment.id.clone() });
        };
        let cached = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&attachment.id);
        if let Some(image) = cached {
            // What the user deleted must not be shown to the model either.
            store.original(&attachment.id).await?;
            return Ok(image);
        }
        let original = store.read(&attachment.id).await?;
        let PictureSettings { max_side_px, max_bytes, cache_bytes } = self.settings;
        let mime_type = attachment.mime_type.clone();
        let (data, mime_type) = tokio::task::spawn_blocking(move || {
            scale_for_model(&original, &mime_type, max_side_px, max_bytes)
        })
        .await
        .map_err(|error| AttachmentError::Unreadable { reason: error.to_string() })??;
        let image = ImagePart { name: attachment.name.clone(), mime_type: mime_type.to_owned(), data };
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(
            attachment.id.clone(),
            image.clone(),
            cache_bytes,
        );
        Ok(image)
    }
}
