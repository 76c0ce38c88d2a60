//! What a picture's file says of itself, read without decoding or allocating anything.
//!
//! Decoders trust sizes that stand deep in a file: the size of a GIF's frame beside that of its canvas,
//! or of a WebP's image inside its container. These walks find all of them, and never step outside of
//! the file, whatever lengths it claims.

mod bmp;
pub(crate) mod bytes;
mod gif;
pub(crate) mod jpeg;
mod lossless;
pub(crate) mod png;
mod webp;

use std::ops::Range;

#[cfg(feature = "decode")]
use image::{ImageFormat, metadata::Orientation};

use crate::PictureError;

/// The longest side. Only PNG and animated WebP can name longer ones.
pub(crate) const MAX_SIDE_PX: u32 = 65_535;
/// The most scans of a JPEG. Encoders write about ten.
const MAX_SCANS: u32 = 64;
/// The most times that a JPEG may go over the largest allowed number of pixels.
const MAX_PASSES: u64 = 16;
/// The most bytes of EXIF data: what fits into the one segment that a JPEG has for it. It is parsed into
/// many small pieces, so a longer one would take many times its length.
const MAX_EXIF_BYTES: usize = 64 << 10;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics; of an animated one the default picture is read.
    Png,
    /// JPEG, baseline and progressive.
    Jpeg,
    /// GIF; of an animated one the first frame is read.
    Gif,
    /// WebP, lossy and lossless; of an animated one the first frame is read.
    WebP,
    /// Windows bitmap.
    Bmp,
}

/// What a picture's file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format, by the first bytes.
    pub format: Format,
    /// The width in pixels, before it is turned upright.
    pub width: u32,
    /// The height in pixels, before it is turned upright.
    pub height: u32,
    /// Width and height of the first frame; a GIF's may be larger than the picture.
    pub frame: (u32, u32),
    /// Whether it is animated.
    pub moves: bool,
    /// Where in the file the EXIF data is, if there is any and its length is sensible.
    pub exif: Option<Range<usize>>,
    /// Whether the file carries EXIF, XMP, IPTC or text, which may tell a place or a person.
    pub has_metadata: bool,
    /// Whether the file has its end.
    pub is_whole: bool,
    /// How often the file goes over all pixels.
    scans: u32,
    /// What a decoder takes at its peak for each pixel of the picture.
    bytes_per_pixel: u32,
    /// What it takes beside the pixels.
    bytes_beside: u64,
}

impl Format {
    /// The format by a file's first bytes.
    pub fn of(file: &[u8]) -> Option<Self> {
        Some(match file {
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Self::Png,
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            [b'B', b'M', ..] => Self::Bmp,
            _ => return None,
        })
    }

    /// The media type.
    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
        }
    }

    #[cfg(feature = "decode")]
    pub(crate) fn as_image_format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Gif => ImageFormat::Gif,
            Self::WebP => ImageFormat::WebP,
            Self::Bmp => ImageFormat::Bmp,
        }
    }
}

/// Walks over a file.
pub(crate) fn read(file: &[u8]) -> Result<Header, PictureError> {
    let format = Format::of(file).ok_or(PictureError::UnknownFormat)?;
    let header = match format {
        Format::Png => png::read(file),
        Format::Jpeg => jpeg::read(file),
        Format::Gif => gif::read(file),
        Format::WebP => webp::read(file),
        Format::Bmp => bmp::read(file),
    };
    header.ok_or_else(|| PictureError::broken("its header cannot be read"))
}

impl Header {
    /// A still picture of this size whose only frame fills it.
    fn new(format: Format, width: u32, height: u32, bytes_per_pixel: u32) -> Self {
        Self {
            format,
            width,
            height,
            frame: (width, height),
            moves: false,
            exif: None,
            has_metadata: false,
            is_whole: true,
            scans: 1,
            bytes_per_pixel,
            bytes_beside: 0,
        }
    }

    /// Notes where EXIF data stands.
    fn note_exif(&mut self, place: Range<usize>) {
        self.has_metadata = true;
        if self.exif.is_none() && place.len() <= MAX_EXIF_BYTES {
            self.exif = Some(place);
        }
    }

    pub(crate) fn check_scans(&self, max_pixels: u64) -> Result<(), PictureError> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let passes = u64::from(self.scans).saturating_mul(pixels);
        if self.scans > MAX_SCANS || passes > MAX_PASSES.saturating_mul(max_pixels) {
            return Err(PictureError::TooManyScans { scans: self.scans });
        }
        Ok(())
    }

    /// How many pixels of four bytes a decoder takes at its peak if `copies` decoded pictures are held.
    pub(crate) fn peak_pixels(&self, copies: u64) -> u64 {
        let pixels = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
        let canvas = pixels((self.width, self.height));
        // A frame that does not fill the canvas is decoded beside it.
        let frame = if self.frame == (self.width, self.height) { 0 } else { pixels(self.frame) };
        let decoder = canvas.saturating_mul(u64::from(self.bytes_per_pixel).div_ceil(4));
        decoder
            .saturating_add(frame.saturating_mul(2))
            .saturating_add(self.bytes_beside.div_ceil(4))
            .saturating_add(canvas.saturating_mul(copies.saturating_sub(1)))
    }

    #[cfg(feature = "decode")]
    /// How the picture has to be turned to stand upright.
    pub(crate) fn orientation(&self, file: &[u8]) -> Orientation {
        self.exif(file).and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
    }

    /// The EXIF data.
    #[cfg(feature = "decode")]
    pub(crate) fn exif<'a>(&self, file: &'a [u8]) -> Option<&'a [u8]> {
        file.get(self.exif.clone()?)
    }
}
