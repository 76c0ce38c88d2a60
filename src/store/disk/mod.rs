//! The bytes of attachments as files in one folder of this machine.
//!
//! Below the folder, `ab/abcdef…` holds an original under the hash of its attachment's id, its
//! thumbnail `ab/abcdef….thumbnail.jpg` (or `.png`) lies beside it, and `.incoming/` holds unfinished
//! files. The folder belongs to one running service, which removes leftovers when it starts.

mod layout;
mod locks;
mod upload;

#[cfg(test)]
mod tests;

use std::{
    fs,
    io::{self, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};
use tokio_util::io::ReaderStream;

use self::{
    layout::{FileName, Layout},
    locks::Locks,
    upload::DiskUpload,
};
use super::{
    AttachmentBody, AttachmentError, AttachmentStore, Derived, DerivedContent, DerivedFile, DerivedFormat,
    Upload, UploadRules, bodies,
    private::{Claim, ClaimError},
};
use crate::protocol::AttachmentId;

/// How much of a file is read in one go.
const READ_BYTES: usize = 256 * 1024;

/// Settings of [`DiskAttachmentStore`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiskAttachmentSettings {
    /// The folder, which is created if it does not exist. Default: `uploads`.
    pub directory: PathBuf,
}

impl DiskAttachmentSettings {
    /// Default settings with this folder.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }
}

impl Default for DiskAttachmentSettings {
    fn default() -> Self {
        Self { directory: PathBuf::from("uploads") }
    }
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder cannot be created or written to.
    #[error("the attachments folder `{}` cannot be used: {error}; make it writable for this user or choose another one", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the system said. It is no `source`, because the message contains it already.
        error: io::Error,
    },
    /// Another process is using the folder; this one would remove its unfinished uploads.
    #[error("the attachments folder `{}` belongs to a process that is running; stop that process or choose another UPLOADS_DIRECTORY", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
}

/// Keeps attachments as files.
#[derive(Debug)]
pub struct DiskAttachmentStore {
    layout: Arc<Layout>,
    locks: Locks,
    _claim: Claim,
}

impl DiskAttachmentStore {
    /// Opens the folder and removes what an earlier run did not finish.
    ///
    /// Blocks; meant for the start of the service.
    pub fn open(settings: &DiskAttachmentSettings) -> Result<Self, FolderError> {
        let path = settings.directory.clone();
        let layout = match Layout::new(&path) {
            Ok(layout) => layout,
            Err(error) => return Err(FolderError::Unusable { path, error }),
        };
        let claim = match layout.claim() {
            Ok(claim) => claim,
            Err(ClaimError::Taken) => return Err(FolderError::InUse { path }),
            Err(ClaimError::Unusable(error)) => return Err(FolderError::Unusable { path, error }),
        };
        match layout.prepare().and_then(|()| probe(&layout)) {
            Ok(()) => Ok(Self { layout: Arc::new(layout), locks: Locks::new(), _claim: claim }),
            Err(error) => Err(FolderError::Unusable { path, error }),
        }
    }
}

/// Checks that a file can be written.
fn probe(layout: &Layout) -> io::Result<()> {
    layout.new_file()?.file.write_all(b"?")
}

fn io_error(error: &io::Error) -> AttachmentError {
    let reason = error.to_string();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => AttachmentError::Full { reason },
        _ => AttachmentError::Io { reason },
    }
}

fn read_error(error: &io::Error, attachment_id: &AttachmentId) -> AttachmentError {
    match error.kind() {
        io::ErrorKind::NotFound => AttachmentError::NotFound { attachment_id: attachment_id.clone() },
        _ => io_error(error),
    }
}

/// Removes a file. Fine when there is none.
fn remove_file(path: &Path) -> Result<(), AttachmentError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(&error)),
        _ => Ok(()),
    }
}

/// Runs `work` on a blocking thread. It runs to its end even if the caller goes away.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AttachmentError> + Send + 'static,
) -> Result<T, AttachmentError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| AttachmentError::Io { reason: format!("the work broke off: {error}") })?
}

#[async_trait]
impl AttachmentStore for DiskAttachmentStore {
    async fn begin(&self, rules: UploadRules) -> Result<Box<dyn Upload>, AttachmentError> {
        Ok(Box::new(DiskUpload::begin(Arc::clone(&self.layout), rules).await?))
    }

    async fn open(
        &self,
        attachment_id: &AttachmentId,
        range: Option<Range<u64>>,
    ) -> Result<AttachmentBody, AttachmentError> {
        let path = self.layout.original(&FileName::of(attachment_id));
        let mut file = File::open(path).await.map_err(|error| read_error(&error, attachment_id))?;
        let size_bytes = file.metadata().await.map_err(|error| io_error(&error))?.len();
        let Range { start, end } = bodies::within(range, size_bytes);
        if start > 0 {
            file.seek(SeekFrom::Start(start)).await.map_err(|error| io_error(&error))?;
        }
        let bytes = ReaderStream::with_capacity(file.take(end - start), READ_BYTES);
        Ok(AttachmentBody::new(size_bytes, bytes.map(|chunk| chunk.map_err(|error| io_error(&error)))))
    }

    async fn size(&self, attachment_id: &AttachmentId) -> Result<u64, AttachmentError> {
        let path = self.layout.original(&FileName::of(attachment_id));
        let metadata = tokio::fs::metadata(path).await;
        Ok(metadata.map_err(|error| read_error(&error, attachment_id))?.len())
    }

    async fn local_file(&self, attachment_id: &AttachmentId) -> Result<Option<PathBuf>, AttachmentError> {
        Ok(Some(self.layout.original(&FileName::of(attachment_id))))
    }

    async fn derived(
        &self,
        attachment_id: &AttachmentId,
        kind: Derived,
    ) -> Result<Option<DerivedFile>, AttachmentError> {
        let name = FileName::of(attachment_id);
        for format in DerivedFormat::ALL {
            let path = self.layout.derived(&name, kind, format);
            if tokio::fs::try_exists(&path).await.map_err(|error| io_error(&error))? {
                return Ok(Some(DerivedFile { format, content: DerivedContent::Local(path) }));
            }
        }
        Ok(None)
    }

    async fn keep_derived(
        &self,
        attachment_id: &AttachmentId,
        kind: Derived,
        format: DerivedFormat,
        bytes: Bytes,
    ) -> Result<(), AttachmentError> {
        let (id, name) = (attachment_id.clone(), FileName::of(attachment_id));
        let layout = Arc::clone(&self.layout);
        let lock = self.locks.lock(&name).await;
        blocking(move || {
            let _not_removed_meanwhile = lock;
            fs::metadata(layout.original(&name)).map_err(|error| read_error(&error, &id))?;
            let write = || {
                let mut incoming = layout.new_file()?;
                incoming.file.write_all(&bytes)?;
                incoming.keep_as(&layout.derived(&name, kind, format))
            };
            write().map_err(|error| io_error(&error))
        })
        .await
    }

    async fn remove(&self, attachment_id: &AttachmentId) -> Result<(), AttachmentError> {
        let name = FileName::of(attachment_id);
        let layout = Arc::clone(&self.layout);
        let lock = self.locks.lock(&name).await;
        blocking(move || {
            let _nothing_is_kept_meanwhile = lock;
            // Remove the original first, so that nothing can be derived from it if the rest fails.
            remove_file(&layout.original(&name))?;
            for format in DerivedFormat::ALL {
                remove_file(&layout.derived(&name, Derived::Thumbnail, format))?;
            }
            Ok(())
        })
        .await
    }

    async fn check(&self) -> Result<(), AttachmentError> {
        let layout = Arc::clone(&self.layout);
        blocking(move || probe(&layout).map_err(|error| io_error(&error))).await
    }
}
