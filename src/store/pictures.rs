//! Pictures: decoding within limits, and small copies without what the camera wrote into them.
//!
//! All of it computes for milliseconds to seconds and belongs on blocking threads.

use std::{
    fmt::Display,
    io::{BufRead, Cursor, Seek},
};

use bytes::Bytes;
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage,
    codecs::{gif::GifDecoder, jpeg::JpegEncoder, png::PngDecoder, webp::WebPDecoder},
    imageops::FilterType,
    metadata::Orientation,
};

use super::AttachmentError;

/// The most pixels of a picture; more than any telephone takes.
const MAX_PIXELS: u64 = 100_000_000;
/// The most memory for one decoded picture.
const MAX_DECODED_BYTES: u64 = 512 * 1024 * 1024;
/// The quality of JPEG copies: no flaws are seen at the sizes they are shown in.
const JPEG_QUALITY: u8 = 82;

pub(super) const PNG: &str = "image/png";
pub(super) const JPEG: &str = "image/jpeg";

/// A small copy of a picture.
pub(super) struct SmallCopy {
    pub(super) bytes: Vec<u8>,
    pub(super) mime_type: &'static str,
}

fn unreadable(reason: &dyn Display) -> AttachmentError {
    AttachmentError::Unreadable { reason: reason.to_string() }
}

/// The format of a picture that can be decoded here, judged by its first bytes.
fn format_of(head: &[u8]) -> Result<ImageFormat, AttachmentError> {
    match image::guess_format(head) {
        Ok(
            format @ (ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::Gif
            | ImageFormat::WebP
            | ImageFormat::Bmp),
        ) => Ok(format),
        _ => Err(unreadable(&"it is of no known picture format")),
    }
}

/// Reads a picture's header and refuses what would be too large decoded.
fn decoder<'a>(
    source: impl BufRead + Seek + 'a,
    format: ImageFormat,
) -> Result<impl ImageDecoder + 'a, AttachmentError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(source, format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(unreadable(&format_args!("{width} × {height} pixels cannot be decoded here")));
    }
    Ok(decoder)
}

/// Says whether a picture's header can be read and promises a size that can be decoded.
pub(super) fn check_header(source: impl BufRead + Seek, format: ImageFormat) -> Result<(), AttachmentError> {
    decoder(source, format).map(drop)
}

/// The picture's first frame the right way up, at most `max_side_px` long and wide.
fn decode_small(bytes: &[u8], max_side_px: u32) -> Result<DynamicImage, AttachmentError> {
    let mut decoder = decoder(Cursor::new(bytes), format_of(bytes)?)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| unreadable(&error))?;
    // Turned when it is small: turning is cheap then, and the box is a square.
    let mut picture = shrink(picture, max_side_px);
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn shrink(picture: DynamicImage, max_side_px: u32) -> DynamicImage {
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

fn encode_png(picture: &DynamicImage) -> Result<SmallCopy, AttachmentError> {
    let mut bytes = Cursor::new(Vec::new());
    picture.to_rgba8().write_to(&mut bytes, ImageFormat::Png).map_err(|error| unreadable(&error))?;
    Ok(SmallCopy { bytes: bytes.into_inner(), mime_type: PNG })
}

fn encode_jpeg(picture: &DynamicImage) -> Result<SmallCopy, AttachmentError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).map_err(|error| unreadable(&error))?;
    Ok(SmallCopy { bytes, mime_type: JPEG })
}

/// PNG for what is see-through, JPEG for the rest.
fn encode(picture: &DynamicImage) -> Result<SmallCopy, AttachmentError> {
    if is_see_through(picture) { encode_png(picture) } else { encode_jpeg(picture) }
}

/// A small copy, made anew whatever the original's size, so that it tells no place and no owner.
pub(super) fn thumbnail(bytes: &[u8], max_side_px: u32) -> Result<SmallCopy, AttachmentError> {
    encode(&decode_small(bytes, max_side_px)?)
}

/// A copy of a picture for the language model, within these limits.
///
/// The picture itself is given back when it is a PNG, JPEG, GIF or WebP within the limits, stands
/// the right way up and does not move. Otherwise its first frame is scaled down to a JPEG, or a PNG
/// when it is see-through. `mime_type` is the announced type; the content decides, but what is
/// announced as no picture is not looked at. Blocks: to be called on a blocking thread.
pub fn scale_for_model(
    bytes: &Bytes,
    mime_type: &str,
    max_side_px: u32,
    max_bytes: usize,
) -> Result<(Bytes, &'static str), AttachmentError> {
    if !mime_type.starts_with("image/") {
        return Err(unreadable(&format_args!("{mime_type} is no picture")));
    }
    if let Some(mime_type) = fit_as_it_is(bytes, max_side_px, max_bytes)? {
        return Ok((bytes.clone(), mime_type));
    }
    let mut picture = decode_small(bytes, max_side_px)?;
    let mut copy = encode(&picture)?;
    while copy.bytes.len() > max_bytes {
        let side = picture.width().max(picture.height());
        if side < 2 {
            return Err(unreadable(&format_args!("it cannot be made as small as {max_bytes} bytes")));
        }
        picture = shrink(picture, side - side.div_ceil(4));
        copy = encode(&picture)?;
    }
    Ok((copy.bytes.into(), copy.mime_type))
}

/// The media type of a picture that the model can be shown as it came.
fn fit_as_it_is(
    bytes: &[u8],
    max_side_px: u32,
    max_bytes: usize,
) -> Result<Option<&'static str>, AttachmentError> {
    let format = format_of(bytes)?;
    let mut header = decoder(Cursor::new(bytes), format)?;
    let (width, height) = header.dimensions();
    let upright = header.orientation().unwrap_or(Orientation::NoTransforms) == Orientation::NoTransforms;
    let fits = bytes.len() <= max_bytes && width.max(height) <= max_side_px && upright;
    let known = !matches!(format, ImageFormat::Bmp);
    Ok((fits && known && !is_animated(bytes, format)).then(|| format.to_mime_type()))
}

/// Whether the picture moves; models take only still ones. What cannot be read counts as still.
fn is_animated(bytes: &[u8], format: ImageFormat) -> bool {
    let source = Cursor::new(bytes);
    match format {
        ImageFormat::Gif => {
            GifDecoder::new(source).is_ok_and(|decoder| decoder.into_frames().take(2).count() > 1)
        }
        ImageFormat::WebP => WebPDecoder::new(source).is_ok_and(|decoder| decoder.has_animation()),
        ImageFormat::Png => PngDecoder::new(source).is_ok_and(|decoder| decoder.is_apng().unwrap_or(false)),
        _ => false,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use image::{Frame, Rgb, codecs::gif::GifEncoder};

    use super::*;

    /// A picture in four colours: red, green / blue, white.
    pub(in crate::store) fn quarters(width: u32, height: u32, alpha: u8) -> DynamicImage {
        RgbaImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
            (true, true) => Rgba([255, 0, 0, alpha]),
            (false, true) => Rgba([0, 255, 0, 255]),
            (true, false) => Rgba([0, 0, 255, 255]),
            (false, false) => Rgba([255, 255, 255, 255]),
        })
        .into()
    }

    pub(in crate::store) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = match format {
            ImageFormat::Jpeg | ImageFormat::Bmp => DynamicImage::from(picture.to_rgb8()),
            _ => picture.clone(),
        };
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A JPEG that is to be turned right by 90 degrees, taken at a place it tells.
    pub(in crate::store) fn rotated_jpeg(width: u32, height: u32) -> Vec<u8> {
        let jpeg = encoded(&quarters(width, height, 255), ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08".to_vec();
        // Two entries: the orientation 6, and a description in four letters.
        exif.extend([0, 2]);
        exif.extend([0x01, 0x0E, 0, 2, 0, 0, 0, 4]);
        exif.extend(b"GPS!");
        exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
        exif.extend([0, 0, 0, 0]);
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
    }

    pub(in crate::store) fn animated_gif() -> Vec<u8> {
        let mut bytes = Vec::new();
        let frames = [255, 254].map(|alpha| Frame::new(quarters(64, 32, alpha).to_rgba8()));
        GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
        bytes
    }

    fn assert_colour(picture: &DynamicImage, x: u32, y: u32, colour: [u8; 3]) {
        let Rgb(found) = *picture.to_rgb8().get_pixel(x, y);
        let near = found.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 40);
        assert!(near, "{found:?} is not {colour:?}");
    }

    #[test]
    fn copies_are_small_upright_and_in_the_right_colours() {
        for format in
            [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
        {
            let original = encoded(&quarters(1500, 750, 255), format);
            let copy = thumbnail(&original, 512).unwrap();
            assert_eq!(copy.mime_type, JPEG, "{format:?}");
            let picture = image::load_from_memory(&copy.bytes).unwrap();
            assert_eq!((picture.width(), picture.height()), (512, 256), "{format:?}");
            assert_colour(&picture, 20, 20, [255, 0, 0]);
            assert_colour(&picture, 500, 20, [0, 255, 0]);
            assert_colour(&picture, 20, 240, [0, 0, 255]);
        }
        let copy = thumbnail(&rotated_jpeg(800, 400), 512).unwrap();
        let picture = image::load_from_memory(&copy.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (256, 512));
        assert_colour(&picture, 236, 20, [255, 0, 0]);
        assert_colour(&picture, 20, 20, [0, 0, 255]);
        assert!(!copy.bytes.windows(4).any(|window| window == b"GPS!" || window == b"Exif"));
    }

    #[test]
    fn see_through_pictures_stay_so() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let copy = thumbnail(&encoded(&quarters(600, 600, 0), format), 512).unwrap();
            assert_eq!(copy.mime_type, PNG);
            let picture = image::load_from_memory(&copy.bytes).unwrap();
            assert_eq!(picture.to_rgba8().get_pixel(10, 10).0[3], 0);
        }
    }

    #[test]
    fn a_light_shape_on_nothing_has_no_dark_seam() {
        let picture: DynamicImage = RgbaImage::from_fn(999, 999, |x, _| {
            if x < 500 { Rgba([0, 0, 0, 0]) } else { Rgba([255, 255, 255, 255]) }
        })
        .into();
        let copy = thumbnail(&encoded(&picture, ImageFormat::Png), 100).unwrap();
        let small = image::load_from_memory(&copy.bytes).unwrap().into_rgba8();
        let seam: Vec<_> = small.pixels().filter(|pixel| (16..=240).contains(&pixel.0[3])).collect();
        assert!(!seam.is_empty(), "there are half see-through pixels between");
        assert!(seam.iter().all(|pixel| pixel.0[0] > 230), "{seam:?}");
    }

    #[test]
    fn small_pictures_are_not_blown_up() {
        let copy = thumbnail(&encoded(&quarters(3, 1, 255), ImageFormat::Png), 512).unwrap();
        let picture = image::load_from_memory(&copy.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (3, 1));
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        // A PNG that says it is 50 000 × 50 000.
        let mut png = encoded(&quarters(2, 2, 255), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
        let checksum = crc32(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&checksum);
        let refused = check_header(Cursor::new(&png), ImageFormat::Png);
        assert!(matches!(refused, Err(AttachmentError::Unreadable { .. })));
        assert!(thumbnail(&png, 512).is_err());
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |mut crc: u32, byte| {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
            }
            crc
        })
    }

    #[test]
    fn a_picture_that_fits_goes_to_the_model_as_it_came() {
        for (format, mime_type) in [
            (ImageFormat::Png, "image/png"),
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::Gif, "image/gif"),
            (ImageFormat::WebP, "image/webp"),
        ] {
            let bytes = Bytes::from(encoded(&quarters(100, 50, 255), format));
            let shown = scale_for_model(&bytes, mime_type, 100, bytes.len()).unwrap();
            assert_eq!(shown, (bytes, mime_type));
        }
    }

    #[test]
    fn what_does_not_fit_is_made_to() {
        let size = |(bytes, mime_type): (Bytes, &'static str)| {
            let picture = image::load_from_memory(&bytes).unwrap();
            (picture.width(), picture.height(), mime_type)
        };
        let png = Bytes::from(encoded(&quarters(1000, 500, 255), ImageFormat::Png));
        assert_eq!(size(scale_for_model(&png, PNG, 400, 1 << 20).unwrap()), (400, 200, JPEG));
        let turned = Bytes::from(rotated_jpeg(40, 20));
        assert_eq!(size(scale_for_model(&turned, JPEG, 400, 1 << 20).unwrap()), (20, 40, JPEG));
        let moving = Bytes::from(animated_gif());
        assert_eq!(size(scale_for_model(&moving, "image/gif", 400, 1 << 20).unwrap()), (64, 32, JPEG));
        let bmp = Bytes::from(encoded(&quarters(10, 10, 255), ImageFormat::Bmp));
        assert_eq!(size(scale_for_model(&bmp, "image/bmp", 400, 1 << 20).unwrap()), (10, 10, JPEG));
        let (small, _) = scale_for_model(&png, PNG, 1000, 3000).unwrap();
        assert!(small.len() <= 3000);
        assert!(scale_for_model(&png, PNG, 1000, 10).is_err());
    }

    #[test]
    fn what_is_no_picture_is_unreadable() {
        let svg = Bytes::from_static(b"<svg xmlns='http://www.w3.org/2000/svg'/>");
        for (bytes, mime_type) in
            [(svg, "image/svg+xml"), (Bytes::new(), PNG), (Bytes::from_static(b"\x89PNG\r\n\x1a\n"), PNG)]
        {
            let refused = scale_for_model(&bytes, mime_type, 100, 100);
            assert!(matches!(refused, Err(AttachmentError::Unreadable { .. })));
            assert!(thumbnail(&bytes, 100).is_err());
        }
    }
}
