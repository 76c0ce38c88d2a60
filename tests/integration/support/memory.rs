//! An attachment store of one's own, as an application would write it: the bytes are in no file.

use std::{
    collections::BTreeMap,
    fmt::Write,
    ops::Range,
    sync::{Arc, Mutex},
};

use actix_chatkit::{
    protocol::AttachmentId,
    store::{
        AttachmentBody, AttachmentError, AttachmentStore, Derived, DerivedContent, DerivedFile,
        DerivedFormat, StoredFile, Upload, UploadCheck, UploadRules,
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use sha2::{Digest, Sha256};

#[derive(Debug)]
struct Kept {
    original: Bytes,
    thumbnail: Option<(DerivedFormat, Bytes)>,
}

/// Holds bytes in memory. Clones hold the same.
#[derive(Clone, Debug, Default)]
pub struct MemoryAttachments {
    files: Arc<Mutex<BTreeMap<AttachmentId, Kept>>>,
    /// Whether it keeps thumbnails; it need not.
    keeps_derived: bool,
}

impl MemoryAttachments {
    pub fn keeping_thumbnails() -> Self {
        Self { keeps_derived: true, ..Self::default() }
    }

    /// How many originals there are, and how many thumbnails.
    pub fn counts(&self) -> (usize, usize) {
        let files = self.files.lock().unwrap();
        (files.len(), files.values().filter(|kept| kept.thumbnail.is_some()).count())
    }

    /// Loses the bytes, as a store that fails may.
    pub fn lose(&self, id: &str) {
        self.files.lock().unwrap().remove(&id.into());
    }

    fn with<T>(&self, id: &AttachmentId, work: impl FnOnce(&mut Kept) -> T) -> Result<T, AttachmentError> {
        let not_found = || AttachmentError::NotFound { attachment_id: id.clone() };
        self.files.lock().unwrap().get_mut(id).map(work).ok_or_else(not_found)
    }
}

struct Incoming {
    store: MemoryAttachments,
    check: UploadCheck,
    bytes: Vec<u8>,
}

#[async_trait]
impl Upload for Incoming {
    async fn write(&mut self, chunk: Bytes) -> Result<(), AttachmentError> {
        self.check.take(&chunk)?;
        self.bytes.extend_from_slice(&chunk);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<StoredFile, AttachmentError> {
        if let Some(picture) = self.check.end().await? {
            picture.check(&self.bytes)?;
        }
        let size_bytes = self.check.size_bytes();
        let sha256 = Sha256::digest(&self.bytes).iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        let kept = Kept { original: self.bytes.into(), thumbnail: None };
        self.store.files.lock().unwrap().insert(self.check.rules().attachment_id.clone(), kept);
        Ok(StoredFile { size_bytes, sha256 })
    }
}

#[async_trait]
impl AttachmentStore for MemoryAttachments {
    async fn begin(&self, rules: UploadRules) -> Result<Box<dyn Upload>, AttachmentError> {
        Ok(Box::new(Incoming { store: self.clone(), check: UploadCheck::new(rules), bytes: Vec::new() }))
    }

    async fn open(
        &self,
        id: &AttachmentId,
        range: Option<Range<u64>>,
    ) -> Result<AttachmentBody, AttachmentError> {
        self.with(id, |kept| AttachmentBody::from_bytes(&kept.original, range))
    }

    async fn derived(&self, id: &AttachmentId, _: Derived) -> Result<Option<DerivedFile>, AttachmentError> {
        let files = self.files.lock().unwrap();
        let thumbnail = files.get(id).and_then(|kept| kept.thumbnail.clone());
        Ok(thumbnail.map(|(format, bytes)| DerivedFile { format, content: DerivedContent::Bytes(bytes) }))
    }

    async fn keep_derived(
        &self,
        id: &AttachmentId,
        _: Derived,
        format: DerivedFormat,
        bytes: Bytes,
    ) -> Result<(), AttachmentError> {
        self.with(id, |kept| kept.thumbnail = self.keeps_derived.then_some((format, bytes)))
    }

    async fn remove(&self, id: &AttachmentId) -> Result<(), AttachmentError> {
        self.files.lock().unwrap().remove(id);
        Ok(())
    }

    async fn check(&self) -> Result<(), AttachmentError> {
        Ok(())
    }
}
