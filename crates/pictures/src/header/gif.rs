//! GIF: the canvas, the first frame, and whether there is a second one.

use super::{Format, Header, bytes::Bytes};

/// Canvas or frame in four bytes a pixel, beside the palette's indices.
const BYTES_PER_PIXEL: u32 = 5;

pub(super) fn read(file: &[u8]) -> Option<Header> {
    let mut bytes = Bytes::new(file, b"GIF89a".len());
    let [width, height] = [bytes.array()?, bytes.array()?].map(|side| u32::from(u16::from_le_bytes(side)));
    let [flags, _background, _aspect] = bytes.array()?;
    skip_palette(&mut bytes, flags)?;
    let mut header = Header::new(Format::Gif, width, height, BYTES_PER_PIXEL);
    let mut frames = 0;
    header.is_whole = false;
    while let Some(kind) = bytes.byte() {
        match kind {
            b',' => {
                frames += 1;
                if frames == 2 {
                    header.moves = true;
                    break;
                }
                header.frame = frame(&mut bytes)?;
            }
            b'!' => {
                let label = bytes.byte();
                // Comments, plain text, and what programs write, XMP among it.
                header.has_metadata |= matches!(label, Some(0xFE | 0x01)) || is_xmp(&bytes);
                if skip_blocks(&mut bytes).is_none() {
                    break;
                }
            }
            b';' => {
                header.is_whole = true;
                break;
            }
            _ => break,
        }
    }
    (frames > 0).then_some(header)
}

/// Width and height of a frame, whose data is passed over as far as there is any.
fn frame(bytes: &mut Bytes<'_>) -> Option<(u32, u32)> {
    let _left_and_top: [u8; 4] = bytes.array()?;
    let [width, height] = [bytes.array()?, bytes.array()?].map(|side| u32::from(u16::from_le_bytes(side)));
    let flags = bytes.byte()?;
    skip_palette(bytes, flags)?;
    let _code_size = bytes.byte()?;
    // A frame that is cut may still show something, so only its decoder judges that.
    let _cut = skip_blocks(bytes);
    Some((width, height))
}

fn skip_palette(bytes: &mut Bytes<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 != 0 {
        bytes.take(3 << ((flags & 7) + 1))?;
    }
    Some(())
}

fn skip_blocks(bytes: &mut Bytes<'_>) -> Option<()> {
    loop {
        match bytes.byte()? {
            0 => return Some(()),
            length => bytes.take(usize::from(length))?,
        };
    }
}

fn is_xmp(bytes: &Bytes<'_>) -> bool {
    bytes.rest().starts_with(b"\x0BXMP DataXMP")
}
