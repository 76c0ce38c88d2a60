//! JPEG: the frame's header, the number of scans, and what the camera wrote.

use super::{Format, Header, bytes::Bytes};

/// A row of blocks is decoded at a time, into three bytes a pixel.
const IN_ONE_SCAN: u32 = 4;
/// All coefficients, in two bytes for each of up to four components, are kept until the last scan.
const IN_SEVERAL_SCANS: u32 = 12;

pub(super) fn read(file: &[u8]) -> Option<Header> {
    let mut bytes = Bytes::new(file, 2);
    let mut header: Option<Header> = None;
    let mut found = Header::new(Format::Jpeg, 0, 0, IN_ONE_SCAN);
    found.is_whole = false;
    found.scans = 0;
    while let Some(marker) = next_marker(&mut bytes) {
        match marker {
            // Markers without a segment.
            0x00 | 0x01 | 0xD0..=0xD8 => continue,
            0xD9 => {
                found.is_whole = true;
                break;
            }
            _ => {}
        }
        let Some(segment) = segment(&mut bytes) else { break };
        let start = bytes.position() - segment.len();
        match marker {
            // Every start of a frame, except for three markers in this range that mean something else.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let frame = Bytes::new(segment, 1).array::<4>()?;
                let [height, width] = [[frame[0], frame[1]], [frame[2], frame[3]]];
                let size = [width, height].map(|side| u32::from(u16::from_be_bytes(side)));
                // A second frame of another size would be decoded into room for the first.
                if header.as_ref().is_some_and(|first| [first.width, first.height] != size) {
                    return None;
                }
                let is_progressive = marker & 3 == 2;
                let bytes_per_pixel = if is_progressive { IN_SEVERAL_SCANS } else { IN_ONE_SCAN };
                header = Some(Header::new(Format::Jpeg, size[0], size[1], bytes_per_pixel));
            }
            0xDA => found.scans = found.scans.saturating_add(1),
            0xE1 if segment.starts_with(b"Exif\0\0") => {
                found.note_exif(start + b"Exif\0\0".len()..bytes.position());
            }
            // XMP, IPTC, and comments.
            0xE1 | 0xED | 0xFE => found.has_metadata = true,
            _ => {}
        }
    }
    let header = header.filter(|_| found.scans > 0)?;
    let bytes_per_pixel = if found.scans > 1 { IN_SEVERAL_SCANS } else { header.bytes_per_pixel };
    Some(Header { frame: header.frame, width: header.width, height: header.height, bytes_per_pixel, ..found })
}

/// The next marker, whatever stands before it: within a scan, all of its data.
pub(crate) fn next_marker(bytes: &mut Bytes<'_>) -> Option<u8> {
    let before = memchr::memchr(0xFF, bytes.rest())?;
    bytes.take(before)?;
    // Any number of fill bytes may stand before a marker.
    loop {
        match bytes.byte()? {
            0xFF => {}
            marker => return Some(marker),
        }
    }
}

/// A segment's data, without its length.
pub(crate) fn segment<'a>(bytes: &mut Bytes<'a>) -> Option<&'a [u8]> {
    let length = usize::from(u16::from_be_bytes(bytes.array()?));
    bytes.take(length.checked_sub(2)?)
}
