//! What becomes of pictures where no decoder is built in: their headers are checked, and they are refused.

use bytes::Bytes;

use crate::{ModelCopy, PictureError, Place, SmallCopy};

impl Place {
    /// Fails: this build has no decoder.
    pub async fn small_copy(self, file: Bytes, _max_side_px: u32) -> Result<SmallCopy, PictureError> {
        self.refuse(file).await
    }

    /// Fails: this build has no decoder.
    pub async fn copy_for_model(self, file: Bytes, _wanted: ModelCopy) -> Result<SmallCopy, PictureError> {
        self.refuse(file).await
    }

    async fn refuse(self, file: Bytes) -> Result<SmallCopy, PictureError> {
        self.run(file, 1, |_, _, _| Err(PictureError::NoDecoder)).await
    }
}
