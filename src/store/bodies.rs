//! The seam [`AttachmentStore`]: bytes of attachments on their way in and out, wherever they lie.

use std::{fmt, ops::Range, path::PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use chatkit_pictures::{PictureError, Pictures};
use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};

use crate::protocol::AttachmentId;

/// Holds the bytes of attachments.
///
/// The bytes of an attachment never change once they are there. Everything but [`begin`](Self::begin),
/// [`open`](Self::open), [`remove`](Self::remove) and [`check`](Self::check) has a default that is right for
/// a store on other machines.
#[async_trait]
pub trait AttachmentStore: Send + Sync + 'static {
    /// Opens a place for the bytes of an attachment. Nothing is visible before
    /// [`Upload::finish`]; dropping the upload leaves nothing behind.
    async fn begin(&self, rules: UploadRules) -> Result<Box<dyn Upload>, AttachmentError>;

    /// The bytes, or those in a range of them. What a range asks for beyond the end is left out.
    async fn open(
        &self,
        attachment_id: &AttachmentId,
        range: Option<Range<u64>>,
    ) -> Result<AttachmentBody, AttachmentError>;

    /// How many bytes there are.
    async fn size(&self, attachment_id: &AttachmentId) -> Result<u64, AttachmentError> {
        Ok(self.open(attachment_id, Some(0..0)).await?.size_bytes())
    }

    /// All bytes at once. If there are more than `max_bytes`, none is read, and the error is
    /// [`AttachmentError::TooLarge`].
    async fn read(&self, attachment_id: &AttachmentId, max_bytes: u64) -> Result<Bytes, AttachmentError> {
        self.open(attachment_id, None).await?.collect(max_bytes).await
    }

    /// The file with the bytes if they lie on this machine; it is then served from there.
    /// Default: `None`, and the bytes are served as [`open`](Self::open) gives them.
    async fn local_file(&self, _attachment_id: &AttachmentId) -> Result<Option<PathBuf>, AttachmentError> {
        Ok(None)
    }

    /// What was kept by [`keep_derived`](Self::keep_derived). Default: `None`, and it is made again each
    /// time.
    async fn derived(
        &self,
        _attachment_id: &AttachmentId,
        _kind: Derived,
    ) -> Result<Option<DerivedFile>, AttachmentError> {
        Ok(None)
    }

    /// Keeps a small file that was made from an attachment, until the attachment is removed. If that is
    /// removed already, nothing is kept, and the error is [`AttachmentError::NotFound`]: a copy must not
    /// outlive what a user deleted. Default: does nothing.
    async fn keep_derived(
        &self,
        _attachment_id: &AttachmentId,
        _kind: Derived,
        _format: DerivedFormat,
        _bytes: Bytes,
    ) -> Result<(), AttachmentError> {
        Ok(())
    }

    /// Removes the bytes and what was made from them. Succeeds even if there are none.
    async fn remove(&self, attachment_id: &AttachmentId) -> Result<(), AttachmentError>;

    /// Checks that bytes can be stored now.
    async fn check(&self) -> Result<(), AttachmentError>;
}

/// What the bytes of an upload must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRules {
    /// The attachment.
    pub attachment_id: AttachmentId,
    /// The announced media type; a picture's bytes must be of this very type.
    pub mime_type: String,
    /// The most bytes.
    pub max_size_bytes: u64,
}

/// Bytes on their way into the store.
#[async_trait]
pub trait Upload: Send {
    /// Takes the next bytes.
    async fn write(&mut self, chunk: Bytes) -> Result<(), AttachmentError>;

    /// Checks the bytes, and makes them durable and visible in one step.
    async fn finish(self: Box<Self>) -> Result<StoredFile, AttachmentError>;
}

/// Bytes that were received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The number of bytes.
    pub size_bytes: u64,
    /// Their SHA-256, as lower-case hex digits.
    pub sha256: String,
}

/// Bytes on their way out of the store.
pub struct AttachmentBody {
    size_bytes: u64,
    stream: BoxStream<'static, Result<Bytes, AttachmentError>>,
}

impl fmt::Debug for AttachmentBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AttachmentBody").field("size_bytes", &self.size_bytes).finish_non_exhaustive()
    }
}

impl AttachmentBody {
    /// A body from a stream of the bytes that were asked for. `size_bytes` counts all bytes of the attachment,
    /// also those outside of the range.
    pub fn new(
        size_bytes: u64,
        stream: impl Stream<Item = Result<Bytes, AttachmentError>> + Send + 'static,
    ) -> Self {
        Self { size_bytes, stream: stream.boxed() }
    }

    /// A body from bytes in memory: those in the range, or all of them.
    pub fn from_bytes(bytes: &Bytes, range: Option<Range<u64>>) -> Self {
        let size_bytes = bytes.len() as u64;
        let Range { start, end } = within(range, size_bytes);
        // Both fit, since neither is above the length.
        let part = bytes.slice(usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0));
        Self::new(size_bytes, stream::iter((!part.is_empty()).then_some(Ok(part))))
    }

    /// How many bytes the attachment has in all.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The bytes that were asked for, piece by piece.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, AttachmentError>> {
        self.stream
    }

    /// All bytes at once, of a body that was opened without a range.
    async fn collect(mut self, max_bytes: u64) -> Result<Bytes, AttachmentError> {
        let size_bytes = self.size_bytes;
        let too_large = || AttachmentError::TooLarge { max_size_bytes: max_bytes };
        if size_bytes > max_bytes {
            return Err(too_large());
        }
        let size = usize::try_from(size_bytes).map_err(|_| too_large())?;
        let mut bytes = Vec::with_capacity(size);
        while let Some(chunk) = self.stream.next().await {
            bytes.extend_from_slice(&chunk?);
            if bytes.len() > size {
                break;
            }
        }
        if bytes.len() == size {
            return Ok(bytes.into());
        }
        Err(AttachmentError::Io {
            reason: format!("the file does not have the {size_bytes} bytes it should have"),
        })
    }
}

/// The part of a range that lies within `size_bytes`; without a range, everything.
pub(super) fn within(range: Option<Range<u64>>, size_bytes: u64) -> Range<u64> {
    let Range { start, end } = range.unwrap_or(0..size_bytes);
    let end = end.min(size_bytes);
    start.min(end)..end
}

/// All bytes of a picture, or why it is too large to be looked at.
pub(crate) async fn read_picture(
    store: &dyn AttachmentStore,
    attachment_id: &AttachmentId,
) -> Result<Bytes, AttachmentError> {
    let max_file_bytes = Pictures::shared().settings().max_file_bytes;
    store.read(attachment_id, max_file_bytes as u64).await.map_err(|error| match error {
        AttachmentError::TooLarge { .. } => PictureError::FileTooLarge { max_file_bytes }.into(),
        other => other,
    })
}

/// What can be made from an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Derived {
    /// A small version of a picture, some hundred kilobytes at most.
    Thumbnail,
}

impl Derived {
    /// Its name, for a file beside the original.
    pub fn name(self) -> &'static str {
        match self {
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// The format of a file that was made from an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DerivedFormat {
    /// For pictures that are not see-through.
    Jpeg,
    /// For the others.
    Png,
}

impl DerivedFormat {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Jpeg, Self::Png];

    /// The media type.
    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The ending of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// A file that was made from an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedFile {
    /// Its format.
    pub format: DerivedFormat,
    /// Where its bytes are.
    pub content: DerivedContent,
}

/// Where the bytes of a derived file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DerivedContent {
    /// In a file on this machine, from which it is served.
    Local(PathBuf),
    /// Here.
    Bytes(Bytes),
}

/// Why the bytes of an attachment were not taken or given.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttachmentError {
    /// The store has no bytes for this attachment.
    #[error("the file of attachment `{attachment_id}` not found")]
    NotFound {
        /// The attachment.
        attachment_id: AttachmentId,
    },
    /// There are more bytes than allowed.
    #[error("the file is larger than the allowed {max_size_bytes} bytes")]
    TooLarge {
        /// The most bytes.
        max_size_bytes: u64,
    },
    /// There are no bytes at all.
    #[error("the file is empty")]
    Empty,
    /// The content is not of the announced type.
    #[error("the file is {found}, not {announced} as announced")]
    WrongType {
        /// The announced media type.
        announced: String,
        /// What the content looks like.
        found: String,
    },
    /// A picture that cannot be decoded, or is too large to be.
    #[error("the picture cannot be read: {reason}")]
    Unreadable {
        /// Why.
        reason: String,
    },
    /// Other pictures are being read. The same one may be read later.
    #[error("too many pictures are being read at the moment; please try again")]
    Busy,
    /// There is no room left.
    #[error("there is no room for attachments: {reason}")]
    Full {
        /// What the disk said.
        reason: String,
    },
    /// The disk failed.
    #[error("attachments cannot be stored: {reason}")]
    Io {
        /// What it said.
        reason: String,
    },
}

impl From<PictureError> for AttachmentError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Busy => Self::Busy,
            refused => Self::Unreadable { reason: refused.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn collected(range: Option<Range<u64>>) -> Vec<u8> {
        let body = AttachmentBody::from_bytes(&Bytes::from_static(b"0123456789"), range);
        assert_eq!(body.size_bytes(), 10);
        body.into_stream().map(|piece| piece.unwrap().to_vec()).concat().await
    }

    #[tokio::test]
    #[expect(clippy::reversed_empty_ranges, reason = "a store must bear them")]
    async fn a_range_is_cut_to_what_is_there() {
        for (range, expected) in [
            (None, "0123456789"),
            (Some(0..10), "0123456789"),
            (Some(2..5), "234"),
            (Some(8..u64::MAX), "89"),
            (Some(0..0), ""),
            (Some(10..20), ""),
            (Some(u64::MAX..u64::MAX), ""),
            (Some(5..2), ""),
        ] {
            assert_eq!(collected(range.clone()).await, expected.as_bytes(), "{range:?}");
        }
    }

    #[tokio::test]
    async fn a_file_is_read_whole_or_not_at_all() {
        let read = async |said, max_bytes| {
            let pieces = [Ok(Bytes::from_static(b"01234")), Ok(Bytes::from_static(b"56789"))];
            AttachmentBody::new(said, stream::iter(pieces)).collect(max_bytes).await
        };
        assert_eq!(read(10, 10).await.unwrap(), "0123456789");
        let refused = read(10, 9).await;
        assert!(matches!(refused, Err(AttachmentError::TooLarge { max_size_bytes: 9 })), "{refused:?}");
        // What a store says of a file need not be so.
        for said in [0, 9, 11] {
            let refused = read(said, 20).await;
            assert!(matches!(refused, Err(AttachmentError::Io { .. })), "{said}: {refused:?}");
        }
    }
}
