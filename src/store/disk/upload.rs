//! An upload: counted, hashed and judged while it streams, visible only when it is whole.

use std::{fs, io::Write, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use chatkit_pictures::{PictureError, Pictures};
use sha2::{Digest, Sha256};

use super::{
    blocking, io_error,
    layout::{FileName, Incoming, Layout, hex},
    media_type::{self, HEAD_LEN},
};
use crate::store::{AttachmentError, StoredFile, Upload, UploadRules};

/// How much is gathered before a blocking thread hashes and writes it in one go.
const BUFFER_SIZE_BYTES: usize = 256 * 1024;

/// Bytes on their way to the disk.
pub(super) struct DiskUpload {
    layout: Arc<Layout>,
    rules: UploadRules,
    buffer: Vec<u8>,
    head: Vec<u8>,
    size_bytes: u64,
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
        Ok(Self { layout, rules, buffer: Vec::new(), head: Vec::new(), size_bytes: 0, sink: Some(sink) })
    }

    fn take_sink(&mut self) -> Result<Sink, AttachmentError> {
        self.sink.take().ok_or_else(|| AttachmentError::Io { reason: "the upload has failed".to_owned() })
    }

    /// Counts and judges the bytes before any of them is kept.
    fn judge(&mut self, chunk: &[u8]) -> Result<(), AttachmentError> {
        self.size_bytes = self.size_bytes.saturating_add(chunk.len() as u64);
        let max_size_bytes = self.rules.max_size_bytes;
        if self.size_bytes > max_size_bytes {
            return Err(AttachmentError::TooLarge { max_size_bytes });
        }
        let missing = HEAD_LEN - self.head.len();
        if missing > 0 {
            self.head.extend(chunk.iter().take(missing));
            if self.head.len() == HEAD_LEN {
                media_type::check(&self.rules.mime_type, &self.head)?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Upload for DiskUpload {
    async fn write(&mut self, chunk: Bytes) -> Result<(), AttachmentError> {
        // Taken out first, so that a failure below, or a caller that goes away, ends the upload.
        let mut sink = self.take_sink()?;
        self.judge(&chunk)?;
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
        let size_bytes = self.size_bytes;
        if size_bytes == 0 {
            return Err(AttachmentError::Empty);
        }
        media_type::check(&self.rules.mime_type, &self.head)?;
        let pictures = Pictures::shared();
        let place = match media_type::is_picture(&self.rules.mime_type) {
            true if size_bytes > pictures.settings().max_file_bytes as u64 => {
                let max_file_bytes = pictures.settings().max_file_bytes;
                return Err(PictureError::FileTooLarge { max_file_bytes }.into());
            }
            true => Some(pictures.place().await?),
            false => None,
        };
        blocking(move || {
            sink.write(&self.buffer)?;
            if let Some(_place) = place {
                let file = fs::read(sink.incoming.path()).map_err(|error| io_error(&error))?;
                pictures.check(&file)?;
            }
            let target = self.layout.original(&FileName::of(&self.rules.attachment_id));
            sink.incoming.keep_as(&target).map_err(|error| io_error(&error))?;
            Ok(StoredFile { size_bytes, sha256: hex(sink.hasher.finalize()) })
        })
        .await
    }
}
