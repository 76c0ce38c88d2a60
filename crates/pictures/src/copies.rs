//! The copies of pictures that callers may ask for, and what they get.

use bytes::Bytes;

/// A small copy of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallCopy {
    /// The file.
    pub bytes: Bytes,
    /// Its media type.
    pub mime_type: &'static str,
}

/// What a copy for the language model must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelCopy {
    /// The longest side, in px.
    pub max_side_px: u32,
    /// The most bytes.
    pub max_bytes: usize,
    /// Whether the model may learn what cameras and programs wrote beside the picture, such as where it was
    /// taken. Only a file that is given back as it is keeps that.
    pub keep_metadata: bool,
}
