//! Small copies, without what the camera wrote into the original.

use std::{io::Cursor, time::Instant};

use bytes::Bytes;
use image::{
    DynamicImage, ImageError, ImageFormat, Rgba, RgbaImage, codecs::jpeg::JpegEncoder, imageops::FilterType,
};

use crate::{
    Format, Header, ModelCopy, PictureError, SmallCopy,
    decode::{self, is_upright},
    strip,
};

/// The quality of JPEG copies. At the sizes in which they are shown, no flaws can be seen.
const JPEG_QUALITY: u8 = 82;

pub(crate) fn shrink(picture: DynamicImage, max_side_px: u32) -> DynamicImage {
    let side = picture.width().max(picture.height());
    if side <= max_side_px {
        picture
    } else if picture.color().has_alpha() {
        let mut weighted = picture.into_rgba8();
        weigh_by_alpha(&mut weighted);
        let mut small = scale(weighted.into(), max_side_px).into_rgba8();
        undo_weights(&mut small);
        small.into()
    } else {
        scale(picture, max_side_px)
    }
}

fn scale(picture: DynamicImage, max_side_px: u32) -> DynamicImage {
    let max_side_px = max_side_px.max(1);
    // Averaging is fast and right for a coarse step, the finer filter for the last one.
    let coarse_px = max_side_px.saturating_mul(2);
    let side = picture.width().max(picture.height());
    let picture = if side > coarse_px { picture.thumbnail(coarse_px, coarse_px) } else { picture };
    picture.resize(max_side_px, max_side_px, FilterType::CatmullRom)
}

/// Takes invisible colours out, which would be mixed into visible ones: most see-through pixels are
/// black, and would give a light shape a dark seam.
fn weigh_by_alpha(picture: &mut RgbaImage) {
    for Rgba([red, green, blue, alpha]) in picture.pixels_mut() {
        for colour in [red, green, blue] {
            let weighted = (u16::from(*colour) * u16::from(*alpha) + 127) / 255;
            *colour = u8::try_from(weighted).unwrap_or(u8::MAX);
        }
    }
}

fn undo_weights(picture: &mut RgbaImage) {
    for Rgba([red, green, blue, alpha]) in picture.pixels_mut().filter(|pixel| pixel.0[3] > 0) {
        for colour in [red, green, blue] {
            let whole = (u16::from(*colour) * 255 + u16::from(*alpha) / 2) / u16::from(*alpha);
            *colour = u8::try_from(whole).unwrap_or(u8::MAX);
        }
    }
}

fn is_see_through(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

/// PNG for what is see-through, JPEG for the rest.
pub(crate) fn encode(picture: &DynamicImage) -> Result<SmallCopy, PictureError> {
    if is_see_through(picture) {
        let mut bytes = Cursor::new(Vec::new());
        picture.to_rgba8().write_to(&mut bytes, ImageFormat::Png).map_err(|error| not_encoded(&error))?;
        Ok(SmallCopy { bytes: bytes.into_inner().into(), mime_type: Format::Png.mime_type() })
    } else {
        let mut bytes = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        picture.to_rgb8().write_with_encoder(encoder).map_err(|error| not_encoded(&error))?;
        Ok(SmallCopy { bytes: bytes.into(), mime_type: Format::Jpeg.mime_type() })
    }
}

fn not_encoded(error: &ImageError) -> PictureError {
    PictureError::broken(error.to_string())
}

pub(crate) fn for_model(
    file: &Bytes,
    header: &Header,
    wanted: ModelCopy,
    deadline: Instant,
) -> Result<SmallCopy, PictureError> {
    // Decode it in any case: a provider refuses the whole request for one broken picture, and would do so
    // again with every later message of the thread.
    let mut picture = decode::small(file, header, wanted.max_side_px, deadline)?;
    if fits_as_it_is(file, header, wanted)
        && let Some(bytes) = with_metadata_as_wanted(file, header, wanted)
    {
        return Ok(SmallCopy { bytes, mime_type: header.format.mime_type() });
    }
    let mut copy = encode(&picture)?;
    while copy.bytes.len() > wanted.max_bytes {
        let side = picture.width().max(picture.height());
        if side < 2 {
            return Err(PictureError::CannotBeMadeSmall { max_bytes: wanted.max_bytes });
        }
        picture = shrink(picture, side - side.div_ceil(4));
        copy = encode(&picture)?;
    }
    Ok(copy)
}

/// The file, without its metadata unless that is wanted. None: it has to be written anew to lose it.
fn with_metadata_as_wanted(file: &Bytes, header: &Header, wanted: ModelCopy) -> Option<Bytes> {
    if wanted.keep_metadata {
        return Some(file.clone());
    }
    match strip::picture_alone(file, header.format) {
        Some(alone) if alone.len() == file.len() => Some(file.clone()),
        Some(alone) => Some(alone.into()),
        None => (!header.has_metadata).then(|| file.clone()),
    }
}

/// Whether the model can be shown the file as it came, or its picture.
fn fits_as_it_is(file: &[u8], header: &Header, wanted: ModelCopy) -> bool {
    let Header { format, width, height, frame, moves, is_whole, .. } = *header;
    file.len() <= wanted.max_bytes
        && width.max(height) <= wanted.max_side_px
        && frame.0 <= width
        && frame.1 <= height
        && is_whole
        && !moves
        && format != Format::Bmp
        && is_upright(file, header)
}
