//! Why a picture was not read.

/// Why a picture was not read. The texts are for people: whoever sent the picture may see them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The first bytes do not belong to any format that is read here.
    #[error("it is in no format that is read here, which are PNG, JPEG, GIF, WebP and BMP")]
    UnknownFormat,
    /// This build has no decoder.
    #[error("this server decodes no pictures")]
    NoDecoder,
    /// The picture, or one of its frames, has too many pixels.
    #[error("its {width} × {height} pixels are more than the {max_pixels} that are decoded here")]
    TooManyPixels {
        /// The width of the picture or the frame.
        width: u32,
        /// The height of the picture or the frame.
        height: u32,
        /// The most pixels.
        max_pixels: u64,
    },
    /// The file is too large to be looked at.
    #[error("its file is larger than the {max_file_bytes} bytes that are decoded here")]
    FileTooLarge {
        /// The most bytes.
        max_file_bytes: usize,
    },
    /// A JPEG that goes over its pixels so often that decoding it would take minutes.
    #[error("its {scans} scans are more than are decoded here for a picture of this size")]
    TooManyScans {
        /// How many passes over the picture the file has.
        scans: u32,
    },
    /// Decoding took longer than [`PictureSettings::max_decoding`](crate::PictureSettings::max_decoding).
    #[error("decoding it takes too long")]
    TooSlow,
    /// The file is cut, damaged, or contradicts itself.
    #[error("the file is damaged or incomplete ({reason})")]
    Broken {
        /// What is wrong with it.
        reason: String,
    },
    /// No copy of it is small enough.
    #[error("it cannot be made as small as {max_bytes} bytes")]
    CannotBeMadeSmall {
        /// The most bytes.
        max_bytes: usize,
    },
    /// Other pictures were being read, and this one did not get its turn within
    /// [`PictureSettings::max_waiting`](crate::PictureSettings::max_waiting). Another try may succeed.
    #[error("too many pictures are being read at the moment")]
    Busy,
}

impl PictureError {
    pub(crate) fn broken(reason: impl Into<String>) -> Self {
        Self::Broken { reason: reason.into() }
    }
}
