//! Files without what cameras and programs wrote beside the picture: places, persons, earlier versions.
//!
//! The pixels are not touched, so nothing of a photograph or of small print is lost. Only what is known to
//! matter for the colours is kept; a list of what has to go would always be one kind behind.

use crate::{
    Format,
    header::{bytes::Bytes, jpeg, png},
};

/// The file with its picture alone; `None` for formats that are written anew instead.
pub(crate) fn picture_alone(file: &[u8], format: Format) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg_alone(file),
        Format::Png => png_alone(file),
        Format::Gif | Format::WebP | Format::Bmp => None,
    }
}

/// All segments that a decoder needs, up to the end of the picture: telephones put further pictures and films
/// behind it.
fn jpeg_alone(file: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(file.len());
    kept.extend_from_slice(file.get(..2)?);
    let mut bytes = Bytes::new(file, 2);
    loop {
        let start = bytes.position();
        let marker = jpeg::next_marker(&mut bytes)?;
        let is_needed = match marker {
            // Markers without a segment, the last of which is the end.
            0x00 | 0x01 | 0xD0..=0xD9 => true,
            _ => is_needed(marker, jpeg::segment(&mut bytes)?),
        };
        // The data of a scan stands before the marker that ends it.
        let scan = memchr::memchr(0xFF, &file[start..])?;
        kept.extend_from_slice(&file[start..start + scan]);
        if is_needed {
            kept.extend_from_slice(&file[start + scan..bytes.position()]);
        }
        if marker == 0xD9 {
            return Some(kept);
        }
    }
}

/// Whether a segment of a JPEG belongs to the picture or to its colours.
fn is_needed(marker: u8, segment: &[u8]) -> bool {
    match marker {
        0xE0 => segment.starts_with(b"JFIF\0"),
        0xE2 => segment.starts_with(b"ICC_PROFILE\0"),
        0xEE => segment.starts_with(b"Adobe"),
        // All other segments of applications, and comments.
        0xE1..=0xEF | 0xFE => false,
        _ => true,
    }
}

/// The chunks beside the critical ones that say how the pixels are to be shown.
const PNG_CHUNKS: [&[u8; 4]; 11] =
    [b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs"];

fn png_alone(file: &[u8]) -> Option<Vec<u8>> {
    let mut position = png::SIGNATURE.len();
    let mut kept = Vec::with_capacity(file.len());
    kept.extend_from_slice(file.get(..position)?);
    loop {
        let (kind, length) = png::chunk(file, position)?;
        let end = position.checked_add(length)?.checked_add(png::AROUND_DATA)?;
        let chunk = file.get(position..end)?;
        if kind[0].is_ascii_uppercase() || PNG_CHUNKS.contains(&&kind) {
            kept.extend_from_slice(chunk);
        }
        if &kind == b"IEND" {
            return Some(kept);
        }
        position = end;
    }
}
