//! Turns a file into pixels, within limits, the right way up.

use std::io::Cursor;

use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
};

/// The longest side that is decoded, in pixels.
const MAX_SIDE: u32 = 20_000;
/// The most memory that one picture may take, in bytes: 60 million pixels of three bytes.
const MAX_BYTES: u64 = 180 * 1000 * 1000;

/// A picture as it would be shown.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) format: ImageFormat,
    pub(super) image: DynamicImage,
    pub(super) animated: bool,
    pub(super) size_bytes: usize,
}

/// Why there are no pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// No format that this build reads.
    UnknownFormat,
    /// More pixels than the limits allow.
    TooLarge,
    /// The file is cut or damaged.
    Broken,
}

pub(super) fn decode(data: &[u8]) -> Result<Decoded, Unreadable> {
    let format = image::guess_format(data).map_err(|_| Unreadable::UnknownFormat)?;
    let mut reader = ImageReader::with_format(Cursor::new(data), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
    if decoder.total_bytes() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    // A missing or odd orientation is upright.
    let orientation = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| unreadable(&error))?;
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    let animated = is_animated(format, data);
    Ok(Decoded { format, image, animated, size_bytes: data.len() })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    limits
}

fn unreadable(error: &image::ImageError) -> Unreadable {
    match error {
        image::ImageError::Limits(_) => Unreadable::TooLarge,
        image::ImageError::Unsupported(_) => Unreadable::UnknownFormat,
        _ => Unreadable::Broken,
    }
}

/// Whether there is a second frame. A damaged rest counts as none.
fn is_animated(format: ImageFormat, data: &[u8]) -> bool {
    match format {
        ImageFormat::Gif => GifDecoder::new(Cursor::new(data)).is_ok_and(|mut decoder| {
            decoder.set_limits(limits()).is_ok() && decoder.into_frames().take(2).flatten().count() == 2
        }),
        ImageFormat::WebP => WebPDecoder::new(Cursor::new(data)).is_ok_and(|decoder| decoder.has_animation()),
        ImageFormat::Png => PngDecoder::with_limits(Cursor::new(data), limits())
            .is_ok_and(|decoder| decoder.is_apng().unwrap_or(false)),
        _ => false,
    }
}
