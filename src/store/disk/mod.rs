//! The bytes of attachments as files in one folder of this machine.
//!
//! Below the folder, `ab/abcdef…` holds an original under the hash of its attachment's id, its
//! thumbnail lies beside it, and `.incoming/` holds what is not finished. The folder belongs to one
//! running service: at the start leftovers are removed.

mod layout;
mod media_type;
mod thumbnails;
mod upload;

#[cfg(test)]
mod tests;

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;

use self::{
    layout::{FileName, Layout},
    thumbnails::Thumbnails,
    upload::DiskUpload,
};
use super::{
    AttachmentError, AttachmentStore, Thumbnail, Upload, UploadRules,
    private::{Claim, ClaimError},
};
use crate::protocol::AttachmentId;

/// Settings of [`DiskAttachmentStore`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiskAttachmentSettings {
    /// The folder, made if there is none; `uploads` by default.
    pub directory: PathBuf,
}

impl DiskAttachmentSettings {
    /// The defaults, for attachments in this folder.
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
    /// It cannot be made, or not be written.
    #[error("the attachments folder `{}` cannot be used: {error}; make it writable for this user or choose another one", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the system said; no `source`, since the text says it already.
        error: io::Error,
    },
    /// Another process uses it, and this one would remove its uploads under way.
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
    thumbnails: Thumbnails,
    _claim: Claim,
}

impl DiskAttachmentStore {
    /// Opens the folder and removes what an earlier run did not finish.
    ///
    /// Blocks; meant for the start of the service.
    pub fn open(settings: &DiskAttachmentSettings) -> Result<Self, FolderError> {
        let path = settings.directory.clone();
        let layout = Layout::new(path.clone());
        let claim = match layout.claim() {
            Ok(claim) => claim,
            Err(ClaimError::Taken) => return Err(FolderError::InUse { path }),
            Err(ClaimError::Unusable(error)) => return Err(FolderError::Unusable { path, error }),
        };
        match layout.prepare().and_then(|()| probe(&layout)) {
            Ok(()) => Ok(Self { layout: Arc::new(layout), thumbnails: Thumbnails::new(), _claim: claim }),
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

    async fn read(&self, attachment_id: &AttachmentId) -> Result<Bytes, AttachmentError> {
        match tokio::fs::read(self.layout.original(&FileName::of(attachment_id))).await {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(AttachmentError::NotFound { attachment_id: attachment_id.clone() })
            }
            Err(error) => Err(io_error(&error)),
        }
    }

    async fn original(&self, attachment_id: &AttachmentId) -> Result<PathBuf, AttachmentError> {
        let path = self.layout.original(&FileName::of(attachment_id));
        match tokio::fs::try_exists(&path).await {
            Ok(true) => Ok(path),
            Ok(false) => Err(AttachmentError::NotFound { attachment_id: attachment_id.clone() }),
            Err(error) => Err(io_error(&error)),
        }
    }

    async fn thumbnail(&self, attachment_id: &AttachmentId) -> Result<Thumbnail, AttachmentError> {
        self.thumbnails.get(&self.layout, attachment_id).await
    }

    async fn remove(&self, attachment_id: &AttachmentId) -> Result<(), AttachmentError> {
        let name = FileName::of(attachment_id);
        let _no_thumbnail_is_made = self.thumbnails.lock(&name).await;
        let thumbnails = self.layout.thumbnails(&name).map(|thumbnail| thumbnail.path);
        // Remove the original first, so that no thumbnail can be made from it again.
        for path in std::iter::once(self.layout.original(&name)).chain(thumbnails) {
            match tokio::fs::remove_file(path).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&error)),
                _ => {}
            }
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), AttachmentError> {
        let layout = Arc::clone(&self.layout);
        blocking(move || probe(&layout).map_err(|error| io_error(&error))).await
    }
}
