//! What is done with a picture that has its place: it is decoded, or made small.

use bytes::Bytes;

use crate::{
    ModelCopy, PictureError, Place, SmallCopy,
    decode::{self, Decoded},
    small,
};

impl Place {
    /// Decodes the picture's first frame, turns it upright, and gives it to `work`, all on a blocking
    /// thread.
    pub async fn decode<T: Send + 'static>(
        self,
        file: Bytes,
        work: impl FnOnce(Decoded) -> T + Send + 'static,
    ) -> Result<T, PictureError> {
        // Two copies, because turning a picture needs a second one.
        self.run(file, 2, move |file, header, deadline| Ok(work(decode::upright(&file, header, deadline)?)))
            .await
    }

    /// A small copy without what the camera wrote into the file, at most `max_side_px` long and wide. It is PNG
    /// if the picture is see-through, else JPEG, and is made anew even if the original is small enough.
    pub async fn small_copy(self, file: Bytes, max_side_px: u32) -> Result<SmallCopy, PictureError> {
        self.run(file, 1, move |file, header, deadline| {
            small::encode(&decode::small(&file, &header, max_side_px, deadline)?)
        })
        .await
    }

    /// A copy for the language model. The file itself, without its metadata, is given back if it is a PNG, JPEG,
    /// GIF or WebP within the limits that is sound, stands upright and does not move. A GIF or WebP with metadata
    /// is encoded anew.
    pub async fn copy_for_model(self, file: Bytes, wanted: ModelCopy) -> Result<SmallCopy, PictureError> {
        self.run(file, 1, move |file, header, deadline| small::for_model(&file, &header, wanted, deadline))
            .await
    }
}
