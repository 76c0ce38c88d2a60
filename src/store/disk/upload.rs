//! An upload to the disk. It is counted, checked and hashed while it streams, and visible only when complete.

use std::{fs, io::Write, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{
    blocking, io_error,
    layout::{FileName, Incoming, Layout, hex},
};
use crate::store::{AttachmentError, StoredFile, Upload, UploadCheck, UploadRules};

/// How many bytes are collected before a blocking thread hashes and writes them.
const BUFFER_SIZE_BYTES: usize = 256 * 1024;

/// Bytes on their way to the disk.
pub(super) struct DiskUpload {
    layout: Arc<Layout>,
    check: UploadCheck,
    buffer: Vec<u8>,
    /// `None` while a blocking thread has it, and for good once anything has failed.
    sink: Option<Sink>,
}

struct Sink {
    incoming: Incoming,
    hasher: Sha256,
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), AttachmentError> {
        self.hasher.update(bytes);
        self.incoming.file.write_all(bytes).map_err(|error| io_error(&error))
    }
}

impl DiskUpload {
    pub(super) async fn begin(layout: Arc<Layout>, rules: UploadRules) -> Result<Self, AttachmentError> {
        let folders = Arc::clone(&layout);
        let incoming = blocking(move || folders.new_file().map_err(|error| io_error(&error))).await?;
        let sink = Sink { incoming, hasher: Sha256::new() };
        Ok(Self { layout, check: UploadCheck::new(rules), buffer: Vec::new(), sink: Some(sink) })
    }

    fn take_sink(&mut self) -> Result<Sink, AttachmentError> {
        self.sink.take().ok_or_else(|| AttachmentError::Io { reason: "the upload has failed".to_owned() })
    }
}

#[async_trait]
impl Upload for DiskUpload {
    async fn write(&mut self, chunk: Bytes) -> Result<(), AttachmentError> {
        // Take the sink out first, so that a failure below or a caller that goes away ends the upload.
        let mut sink = self.take_sink()?;
        self.check.take(&chunk)?;
        self.buffer.extend_from_slice(&chunk);
        if self.buffer.len() >= BUFFER_SIZE_BYTES {
            let mut buffer = std::mem::take(&mut self.buffer);
            (sink, self.buffer) = blocking(move || {
                sink.write(&buffer)?;
                buffer.clear();
                Ok((sink, buffer))
            })
            .await?;
        }
        self.sink = Some(sink);
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<StoredFile, AttachmentError> {
        let mut sink = self.take_sink()?;
        let picture = self.check.end().await?;
        blocking(move || {
            sink.write(&self.buffer)?;
            if let Some(picture) = picture {
                picture.check(&fs::read(sink.incoming.path()).map_err(|error| io_error(&error))?)?;
            }
            let target = self.layout.original(&FileName::of(&self.check.rules().attachment_id));
            sink.incoming.keep_as(&target).map_err(|error| io_error(&error))?;
            let size_bytes = self.check.size_bytes();
            Ok(StoredFile { size_bytes, sha256: hex(sink.hasher.finalize()) })
        })
        .await
    }
}
