//! WebP: the canvas, and every image inside the container.

use super::{Format, Header, bytes::Bytes, lossless};

/// Colours, and the planes that they are made from.
const LOSSY: u32 = 5;
/// Colours with an alpha channel, the same without, and the data of transforms.
const LOSSLESS: u32 = 12;
/// Colours, planes, and the alpha channel, which is a picture of its own.
const LOSSY_WITH_ALPHA: u32 = 12;
/// A frame with its alpha channel, the canvas, and the copy that is given out.
const ANIMATED: u32 = 20;

pub(super) fn read(file: &[u8]) -> Option<Header> {
    let mut header = Header::new(Format::WebP, 0, 0, 0);
    header.is_whole = declared_end(file)? <= file.len();
    let mut chunks = Chunks(Bytes::new(file, 12));
    let first = chunks.next()?;
    match &first.kind {
        b"VP8X" => {
            let mut bytes = Bytes::new(first.data, 0);
            let [flags, ..] = bytes.array::<4>()?;
            (header.width, header.height) = (side(bytes.array()?), side(bytes.array()?));
            header.moves = flags & 0x02 != 0;
        }
        _ => (header.width, header.height) = size(&first).filter(|_| is_image(&first))?,
    }
    header.frame = (header.width, header.height);
    header.bytes_per_pixel = if header.moves { ANIMATED } else { needs(first.kind) };
    let (canvas, mut has_image, mut has_frame) = (header.frame, is_image(&first), false);
    let mut groups = Groups::default();
    if has_image {
        groups.count(&first, canvas)?;
    }
    for chunk in chunks {
        match &chunk.kind {
            b"EXIF" => header.note_exif(exif(&chunk)),
            b"XMP " => header.has_metadata = true,
            b"ANMF" => {
                let frame = frame(&chunk)?;
                for part in Chunks(Bytes::new(chunk.data, 16)) {
                    has_image |= header.note_image(&part)?;
                    // Only the first frame is decoded.
                    if !has_frame {
                        groups.count(&part, frame)?;
                    }
                }
                has_frame = true;
            }
            _ => {
                has_image |= header.note_image(&chunk)?;
                groups.count(&chunk, canvas)?;
            }
        }
    }
    header.bytes_beside = groups.number * lossless::GROUP_BYTES;
    has_image.then_some(header)
}

/// The groups of prefix codes of the images that a decoder may take: the first one of each kind.
#[derive(Default)]
struct Groups {
    number: u64,
    has_colours: bool,
    has_alpha: bool,
}

impl Groups {
    /// Takes a chunk into account that may be an image of this size.
    fn count(&mut self, chunk: &Chunk<'_>, (width, height): (u32, u32)) -> Option<()> {
        let number = match &chunk.kind {
            b"VP8L" if !std::mem::replace(&mut self.has_colours, true) => {
                let (width, height) = size(chunk)?;
                lossless::num_groups(chunk.data, lossless::HEADER_BITS, width, height)?
            }
            // Compressed as a picture of its own without a header, behind a byte that says so.
            b"ALPH" if chunk.data.first()? & 3 == 1 && !std::mem::replace(&mut self.has_alpha, true) => {
                lossless::num_groups(chunk.data, 8, width, height)?
            }
            _ => 0,
        };
        self.number += u64::from(number);
        Some(())
    }
}

/// Width and height of a frame.
fn frame(chunk: &Chunk<'_>) -> Option<(u32, u32)> {
    let mut bytes = Bytes::new(chunk.data, 6);
    Some((side(bytes.array()?), side(bytes.array()?)))
}

/// Where the file says that it ends.
fn declared_end(file: &[u8]) -> Option<usize> {
    let length = Bytes::new(file, 4).array()?;
    usize::try_from(u32::from_le_bytes(length)).ok()?.checked_add(8)
}

/// A side of a canvas or a frame: 24 bits, less one.
fn side([low, middle, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, middle, high, 0]) + 1
}

struct Chunk<'a> {
    kind: [u8; 4],
    /// As much of the data as is there.
    data: &'a [u8],
    start: usize,
}

/// The chunks one after another, as far as the file goes.
struct Chunks<'a>(Bytes<'a>);

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let Self(bytes) = self;
        let kind = bytes.array()?;
        let length = usize::try_from(u32::from_le_bytes(bytes.array()?)).ok()?;
        let start = bytes.position();
        let data = bytes.take(length.min(bytes.rest().len()))?;
        // Chunks begin at even offsets.
        let _padding = bytes.take(length % 2);
        Some(Chunk { kind, data, start })
    }
}

fn is_image(chunk: &Chunk<'_>) -> bool {
    matches!(&chunk.kind, b"VP8 " | b"VP8L")
}

/// Width and height of an image, if they can be read.
fn size(chunk: &Chunk<'_>) -> Option<(u32, u32)> {
    let mut bytes = Bytes::new(chunk.data, 0);
    if &chunk.kind == b"VP8L" {
        let _signature = bytes.byte()?;
        let sides = u32::from_le_bytes(bytes.array()?);
        return Some(((sides & 0x3FFF) + 1, ((sides >> 14) & 0x3FFF) + 1));
    }
    let _frame_tag_and_start_code: [u8; 6] = bytes.array()?;
    let side = |side: [u8; 2]| u32::from(u16::from_le_bytes(side) & 0x3FFF);
    Some((side(bytes.array()?), side(bytes.array()?)))
}

fn needs(kind: [u8; 4]) -> u32 {
    match &kind {
        b"VP8 " => LOSSY,
        b"VP8L" => LOSSLESS,
        b"ALPH" => LOSSY_WITH_ALPHA,
        _ => 0,
    }
}

/// The place of the EXIF data, which some programs begin as in a JPEG.
fn exif(chunk: &Chunk<'_>) -> std::ops::Range<usize> {
    let prefix = if chunk.data.starts_with(b"Exif\0\0") { 6 } else { 0 };
    chunk.start + prefix..chunk.start + chunk.data.len()
}

impl Header {
    /// Takes an image inside the container into account, and says whether the chunk is one. None may be
    /// larger than the canvas: a decoder makes room for it before it compares the two.
    fn note_image(&mut self, chunk: &Chunk<'_>) -> Option<bool> {
        if is_image(chunk) {
            let (width, height) = size(chunk)?;
            if width > self.width || height > self.height {
                return None;
            }
        }
        self.bytes_per_pixel = self.bytes_per_pixel.max(needs(chunk.kind));
        Some(is_image(chunk))
    }
}
