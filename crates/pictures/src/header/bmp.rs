//! BMP: one of its several headers.

use super::{Format, Header, bytes::Bytes};

/// Three or four channels.
const BYTES_PER_PIXEL: u32 = 4;
/// The length of the oldest header, whose sides have 16 bits.
const CORE_HEADER: u32 = 12;

pub(super) fn read(file: &[u8]) -> Option<Header> {
    let mut bytes = Bytes::new(file, 14);
    let (width, height) = if u32::from_le_bytes(bytes.array()?) == CORE_HEADER {
        let side = |side| u32::from(u16::from_le_bytes(side));
        (side(bytes.array()?), side(bytes.array()?))
    } else {
        // A negative height says that the rows stand the other way round.
        let side = |side| i32::from_le_bytes(side).unsigned_abs();
        (side(bytes.array()?), side(bytes.array()?))
    };
    Some(Header::new(Format::Bmp, width, height, BYTES_PER_PIXEL))
}
