//! PNG: the header chunk, and which chunks follow.

use super::{Format, Header, bytes::Bytes};

/// What every PNG begins with.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";
/// What stands around a chunk's data: its length, its type and its checksum.
pub(crate) const AROUND_DATA: usize = 12;

pub(super) fn read(file: &[u8]) -> Option<Header> {
    let mut bytes = Bytes::new(file, SIGNATURE.len());
    let [_length, kind] = [bytes.array::<4>()?, bytes.array()?];
    let [width, height] = [bytes.array()?, bytes.array()?].map(u32::from_be_bytes);
    let [bit_depth, colour_type] = bytes.array()?;
    if &kind != b"IHDR" {
        return None;
    }
    let mut header = Header::new(Format::Png, width, height, bytes_per_pixel(bit_depth, colour_type));
    header.is_whole = false;
    let mut has_data = false;
    let mut position = SIGNATURE.len();
    while let Some((kind, length)) = chunk(file, position) {
        let data = position + 8;
        match &kind {
            b"IDAT" => has_data = true,
            b"acTL" => header.moves = true,
            b"eXIf" => header.note_exif(data..data.checked_add(length)?.min(file.len())),
            b"tEXt" | b"zTXt" | b"iTXt" => header.has_metadata = true,
            b"IEND" => {
                header.is_whole = true;
                break;
            }
            _ => {}
        }
        position = position.checked_add(length)?.checked_add(AROUND_DATA)?;
    }
    has_data.then_some(header)
}

/// The type and the length of the chunk at a position.
pub(crate) fn chunk(file: &[u8], position: usize) -> Option<([u8; 4], usize)> {
    let mut bytes = Bytes::new(file, position);
    let length = usize::try_from(u32::from_be_bytes(bytes.array()?)).ok()?;
    Some((bytes.array()?, length))
}

/// The decoded pixel, and its copy in eight bits a channel where it has to be converted.
fn bytes_per_pixel(bit_depth: u8, colour_type: u8) -> u32 {
    match (bit_depth, colour_type) {
        (16, _) => 8 + 4,
        // Grey, which may turn out to have an alpha channel.
        (_, 0 | 4) => 2 + 4,
        _ => 4,
    }
}
