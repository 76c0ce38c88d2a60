//! Judges the bytes of an upload while they stream by, for every store that takes uploads.

use chatkit_pictures::{PictureError, Pictures, Place};

use super::{
    AttachmentError, UploadRules,
    media_type::{self, HEAD_LEN},
};

/// Says whether bytes are what was announced. A store's [`Upload`](super::Upload) shows it each chunk before
/// any of it is kept, and asks it at the end whether everything may be kept.
#[derive(Debug)]
pub struct UploadCheck {
    rules: UploadRules,
    head: Vec<u8>,
    size_bytes: u64,
}

/// The check of a whole picture. It holds one of the few places of those that may have a picture's file in
/// memory.
#[derive(Debug)]
pub struct PictureCheck {
    pictures: Pictures,
    _place: Place,
}

impl UploadCheck {
    /// Begins with the first byte.
    pub fn new(rules: UploadRules) -> Self {
        Self { rules, head: Vec::new(), size_bytes: 0 }
    }

    /// Whose bytes they are, and what they must be.
    pub fn rules(&self) -> &UploadRules {
        &self.rules
    }

    /// How many bytes came so far.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Counts and judges the next bytes.
    pub fn take(&mut self, chunk: &[u8]) -> Result<(), AttachmentError> {
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

    /// Judges what came when nothing more will come. For a picture it gives a check that the whole file must
    /// pass too; it waits until there is a place for it.
    pub async fn end(&self) -> Result<Option<PictureCheck>, AttachmentError> {
        if self.size_bytes == 0 {
            return Err(AttachmentError::Empty);
        }
        media_type::check(&self.rules.mime_type, &self.head)?;
        if !media_type::is_picture(&self.rules.mime_type) {
            return Ok(None);
        }
        let pictures = Pictures::shared();
        let max_file_bytes = pictures.settings().max_file_bytes;
        if self.size_bytes > max_file_bytes as u64 {
            return Err(PictureError::FileTooLarge { max_file_bytes }.into());
        }
        let place = pictures.place().await?;
        Ok(Some(PictureCheck { pictures, _place: place }))
    }
}

impl PictureCheck {
    /// Refuses a picture that would not be decoded later. It decodes nothing, but may walk over the whole file,
    /// so call it on a blocking thread.
    pub fn check(self, file: &[u8]) -> Result<(), AttachmentError> {
        self.pictures.check(file)?;
        Ok(())
    }
}
