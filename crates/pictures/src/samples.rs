//! Pictures for tests: proper ones, and files made to hurt a decoder.

use std::io::Cursor;

use image::{DynamicImage, Frame, ImageFormat, Rgba, RgbaImage, codecs::gif::GifEncoder};

/// A picture in four colours: red, green / blue, white. Red and blue have this opacity.
pub fn quarters(width: u32, height: u32, alpha: u8) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgba([255, 0, 0, alpha]),
        (false, true) => Rgba([0, 255, 0, 255]),
        (true, false) => Rgba([0, 0, 255, alpha]),
        (false, false) => Rgba([255, 255, 255, 255]),
    })
    .into()
}

/// A file of this picture; without an alpha channel where the format has none.
pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = match format {
        ImageFormat::Jpeg | ImageFormat::Bmp => DynamicImage::from(picture.to_rgb8()),
        _ => picture.clone(),
    };
    picture.write_to(&mut bytes, format).expect("a picture in memory can be encoded");
    bytes.into_inner()
}

/// A JPEG that is to be turned right by 90 degrees. Its EXIF data holds the text `GPS!`.
pub fn rotated_jpeg(width: u32, height: u32) -> Vec<u8> {
    let jpeg = encoded(&quarters(width, height, 255), ImageFormat::Jpeg);
    // Two entries: a description in four letters, and the orientation 6.
    let description = ifd_entry(0x010E, 2, 4, *b"GPS!");
    let orientation = ifd_entry(0x0112, 3, 1, [0, 6, 0, 0]);
    with_exif(&jpeg, &[&exif_head(2)[..], &description, &orientation, &[0; 4]].concat())
}

/// The place in the metadata of pictures that tell one.
pub const PLACE: &[u8] = b"59 deg 54' N";

/// EXIF data of a picture that stands upright: a list of GPS data with nothing but its processing method.
fn exif_with_place() -> Vec<u8> {
    let list = u32::try_from(8 + 2 + 2 * 12 + 4).expect("EXIF data is short");
    let orientation = ifd_entry(0x0112, 3, 1, [0, 1, 0, 0]);
    let gps = ifd_entry(0x8825, 4, 1, list.to_be_bytes());
    let length = u32::try_from(PLACE.len()).expect("a place is short");
    let place = ifd_entry(0x001B, 7, length, (list + 2 + 12 + 4).to_be_bytes());
    let parts =
        [&exif_head(2)[..], &orientation, &gps, &[0; 4], &1_u16.to_be_bytes(), &place, &[0; 4], PLACE];
    parts.concat()
}

/// An upright JPEG that tells a place in EXIF data, in XMP, in a comment, and behind its end. It has a colour
/// profile as well.
pub fn jpeg_with_place(width: u32, height: u32) -> Vec<u8> {
    let jpeg = encoded(&quarters(width, height, 255), ImageFormat::Jpeg);
    let profile = jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x01");
    let further = jpeg_segment(0xE2, &[b"MPF\0", PLACE].concat());
    let xmp = jpeg_segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", PLACE].concat());
    let comment = jpeg_segment(0xFE, PLACE);
    let told = [&jpeg[..2], &profile, &further, &xmp, &comment, &jpeg[2..]].concat();
    [with_exif(&told, &exif_with_place()), PLACE.to_vec()].concat()
}

/// An upright PNG that tells a place in EXIF data, in a text, and behind its end.
pub fn png_with_place(width: u32, height: u32) -> Vec<u8> {
    let png = encoded(&quarters(width, height, 255), ImageFormat::Png);
    let head = b"\x89PNG\r\n\x1A\n".len() + 25;
    let exif = png_chunk(*b"eXIf", &exif_with_place());
    let text = png_chunk(*b"tEXt", &[b"Comment\0", PLACE].concat());
    [&png[..head], &exif, &text, &png[head..], PLACE].concat()
}

/// An upright WebP that tells a place in EXIF data.
pub fn webp_with_place(width: u32, height: u32) -> Vec<u8> {
    let webp = encoded(&quarters(width, height, 255), ImageFormat::WebP);
    // Extended, with EXIF data; behind the head of 12 bytes stands the chunk of the picture.
    let extended = canvas(width, height, 0x08);
    webp_of(&[extended, webp[12..].to_vec(), webp_chunk(*b"EXIF", &exif_with_place())])
}

/// A GIF of two frames, 64 × 32.
pub fn animated_gif() -> Vec<u8> {
    gif_of_frames(64, 32, 2)
}

/// A GIF of this many frames of this size.
pub fn gif_of_frames(width: u32, height: u32, num_frames: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let frames = (0..num_frames).map(|number| Frame::new(quarters(width, height, 255 - number).to_rgba8()));
    GifEncoder::new(&mut bytes).encode_frames(frames).expect("a picture in memory can be encoded");
    bytes
}

/// The head of big-endian EXIF data with one list of this many entries.
fn exif_head(num_entries: u16) -> Vec<u8> {
    [&b"MM\0\x2A\0\0\0\x08"[..], &num_entries.to_be_bytes()].concat()
}

fn ifd_entry(tag: u16, kind: u16, count: u32, value: [u8; 4]) -> [u8; 12] {
    let mut entry = [0; 12];
    entry[..2].copy_from_slice(&tag.to_be_bytes());
    entry[2..4].copy_from_slice(&kind.to_be_bytes());
    entry[4..8].copy_from_slice(&count.to_be_bytes());
    entry[8..].copy_from_slice(&value);
    entry
}

/// The JPEG with EXIF data in front.
fn with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    let segment = [b"Exif\0\0", exif].concat();
    [&jpeg[..2], &jpeg_segment(0xE1, &segment), &jpeg[2..]].concat()
}

fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("a segment holds 64 KiB");
    [&[0xFF, marker], &length.to_be_bytes()[..], data].concat()
}

/// A PNG of one colour: 8 bits in each of three channels. It takes about a hundred and fifty times less
/// space than its pixels.
pub fn plain_png(width: u32, height: u32) -> Vec<u8> {
    let row_bytes = u64::from(width) * 3 + 1;
    png(width, height, &[], &zeros(row_bytes * u64::from(height)))
}

/// A PNG of 8-bit RGB with these chunks before its data.
fn png(width: u32, height: u32, before: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    file.extend(png_chunk(*b"IHDR", &head));
    file.extend(before.concat());
    file.extend(png_chunk(*b"IDAT", data));
    file.extend(png_chunk(*b"IEND", &[]));
    file
}

fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("a chunk holds 4 GiB");
    let checked = [&kind, data].concat();
    [&length.to_be_bytes(), &checked[..], &crc32(&checked).to_be_bytes()].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256_u32)
        .map(|byte| (0..8).fold(byte, |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())))
        .collect();
    !bytes.iter().fold(!0, |crc: u32, byte| (crc >> 8) ^ table[((crc ^ u32::from(*byte)) & 0xFF) as usize])
}

/// So many zero bytes, compressed as zlib does it, by one symbol for 258 of them.
fn zeros(length: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with fixed codes.
    bits.push(0b011, 3);
    bits.push_code(0b0011_0000, 8);
    let mut left = length - 1;
    while left >= 258 {
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
        left -= 258;
    }
    for _ in 0..left {
        bits.push_code(0b0011_0000, 8);
    }
    // The end of the block.
    bits.push_code(0, 7);
    let checksum = (u32::try_from(length % 65_521).unwrap_or_default() << 16) | 1;
    [&[0x78, 0x01], &bits.finish()[..], &checksum.to_be_bytes()].concat()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u32,
    num_waiting: u32,
}

impl Bits {
    /// Appends numbers, their lowest bit first.
    fn push(&mut self, bits: u32, length: u32) {
        self.waiting |= bits << self.num_waiting;
        self.num_waiting += length;
        while self.num_waiting >= 8 {
            self.bytes.push((self.waiting & 0xFF) as u8);
            self.waiting >>= 8;
            self.num_waiting -= 8;
        }
    }

    /// Appends a code, its highest bit first.
    fn push_code(&mut self, code: u32, length: u32) {
        self.push(code.reverse_bits() >> (32 - length), length);
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0, 7);
        self.bytes
    }
}

/// A file made to hurt a decoder.
pub struct Hostile {
    /// What is wrong with it.
    pub name: &'static str,
    /// The media type that it is announced with.
    pub mime_type: &'static str,
    /// The file.
    pub file: Vec<u8>,
    /// Whether its header alone tells that it must be refused.
    pub is_refused_by_header: bool,
}

/// The GIF of 72 bytes: its canvas has 10 × 10 pixels, its two frames have 65,535 × 65,535.
pub fn gif_with_giant_frames() -> Vec<u8> {
    let frame = [0x21, 0xF9, 4, 1, 0, 0, 0, 0, b',', 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x4C, 1, 0];
    let head = b"GIF89a\x0A\0\x0A\0\x81\0\0\0\0\0\xFF\xFF\xFF\x80\x80\x80\x40\x40\x40";
    [&head[..], &frame, &frame, b";"].concat()
}

/// One file of each kind that is known.
pub fn hostile() -> Vec<Hostile> {
    let refused = |name, mime_type, file| Hostile { name, mime_type, file, is_refused_by_header: true };
    let read = |name, mime_type, file| Hostile { name, mime_type, file, is_refused_by_header: false };
    let (gif, jpeg, png, webp, bmp) = ("image/gif", "image/jpeg", "image/png", "image/webp", "image/bmp");
    vec![
        refused("a GIF with frames larger than its canvas", gif, gif_with_giant_frames()),
        refused("a GIF with one such frame", gif, gif_with_giant_frames()[..48].to_vec()),
        refused("a GIF with a giant canvas", gif, gif_with_giant_canvas()),
        read("a GIF with very many frames", gif, gif_with_many_frames()),
        refused("a PNG of 50,000 × 50,000 pixels", png, self::png(50_000, 50_000, &[], &zeros(1_000))),
        refused("a PNG with a side of 4,294,967,295", png, self::png(1, u32::MAX, &[], &zeros(1_000))),
        refused("a PNG of 100 megapixels in little space", png, plain_png(10_000, 10_000)),
        read("a PNG with a colour profile of 2 GB", png, png_with_giant_profile()),
        read("a PNG with a text of 2 GB", png, png_with_giant_text()),
        read("a PNG with 8 MB of EXIF data", png, png_with_giant_exif()),
        refused("a JPEG of 65,535 × 65,535 pixels", jpeg, jpeg_of(&[(65_535, 65_535)], 1)),
        refused("a JPEG with two sizes", jpeg, jpeg_of(&[(8, 8), (6_000, 6_000)], 1)),
        refused("a JPEG with very many scans", jpeg, jpeg_of(&[(1_000, 1_000)], 1_000)),
        refused("a large JPEG with many scans", jpeg, jpeg_of(&[(6_000, 6_000)], 60)),
        read("a JPEG whose EXIF entries share their data", jpeg, jpeg_with_shared_exif()),
        refused("a lossless WebP of 16,384 × 16,384 pixels", webp, webp_of(&[lossless(16_384, 16_384)])),
        refused("a lossy WebP of 16,383 × 16,383 pixels", webp, webp_of(&[lossy(16_383, 16_383)])),
        refused("a WebP with a giant canvas", webp, webp_of(&[canvas(1 << 24, 1 << 24, 0), lossy(8, 8)])),
        refused("a WebP larger than its canvas", webp, webp_of(&[canvas(10, 10, 0), lossy(16_383, 16_383)])),
        refused("a moving WebP with a giant frame", webp, moving_webp(16_383)),
        read("a WebP with 4 GB of EXIF data by its own word", webp, webp_with_giant_exif()),
        refused("a lossless WebP with 65,536 groups of codes", webp, webp_with_many_groups()),
        refused("a BMP of 60,000 × 60,000 pixels", bmp, bmp_of(60_000, 60_000)),
        refused("a BMP with the largest sides", bmp, bmp_of(i32::MAX, i32::MIN)),
    ]
}

fn gif_with_giant_canvas() -> Vec<u8> {
    let mut gif = gif_of_frames(8, 8, 1);
    gif[6..10].fill(0xFF);
    gif
}

fn gif_with_many_frames() -> Vec<u8> {
    let gif = gif_of_frames(8, 8, 2);
    // The second frame, with what controls it, stands between the first and the end.
    let start = gif.windows(3).rposition(|window| window == [0x21, 0xF9, 4]).expect("two frames");
    let (first, second) = gif[..gif.len() - 1].split_at(start);
    [first, &second.repeat(20_000), b";"].concat()
}

fn png_with_giant_profile() -> Vec<u8> {
    let profile = [&b"profile\0\0"[..], &zeros(2 << 30)].concat();
    png(2, 2, &[png_chunk(*b"iCCP", &profile)], &zeros(14))
}

fn png_with_giant_text() -> Vec<u8> {
    let text = [&b"Comment\0\0"[..], &zeros(2 << 30)].concat();
    png(2, 2, &[png_chunk(*b"zTXt", &text)], &zeros(14))
}

/// As many empty texts as fit: a reader that keeps each of them takes 24 bytes for one.
fn png_with_giant_exif() -> Vec<u8> {
    let length = 8 << 20;
    let model = ifd_entry(0x0110, 2, length - 64, 64_u32.to_be_bytes());
    let mut exif = [&exif_head(1)[..], &model].concat();
    exif.resize(length as usize, 0);
    png(2, 2, &[png_chunk(*b"eXIf", &exif)], &zeros(14))
}

/// Markers without data: sizes of frames, and a number of scans.
fn jpeg_of(sizes: &[(u16, u16)], num_scans: usize) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    for (width, height) in sizes {
        let [width, height] = [width, height].map(|side| side.to_be_bytes());
        file.extend(jpeg_segment(0xC2, &[&[8], &height[..], &width, &[1, 1, 0x11, 0]].concat()));
    }
    file.extend(jpeg_segment(0xDA, &[1, 1, 0, 0, 0, 0]).repeat(num_scans));
    file.extend([0xFF, 0xD9]);
    file
}

fn jpeg_with_shared_exif() -> Vec<u8> {
    let num_entries = 5_000;
    let mut exif = exif_head(num_entries);
    for tag in 0..num_entries {
        exif.extend(ifd_entry(tag, 2, 65_000, [0, 0, 0, 8]));
    }
    exif.resize(65_500, 0);
    with_exif(&encoded(&quarters(8, 8, 255), ImageFormat::Jpeg), &exif)
}

fn webp_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks = chunks.concat();
    let length = u32::try_from(chunks.len() + 4).expect("a WebP holds 4 GiB");
    [b"RIFF", &length.to_le_bytes(), &b"WEBP"[..], &chunks].concat()
}

fn webp_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("a chunk holds 4 GiB");
    [&kind, &length.to_le_bytes()[..], data, &[0][..data.len() % 2]].concat()
}

fn lossless(width: u32, height: u32) -> Vec<u8> {
    let sides = (width - 1) | ((height - 1) << 14);
    webp_chunk(*b"VP8L", &[&[0x2F], &sides.to_le_bytes()[..], &[0; 16]].concat())
}

fn lossy(width: u16, height: u16) -> Vec<u8> {
    let sides = [width.to_le_bytes(), height.to_le_bytes()].concat();
    webp_chunk(*b"VP8 ", &[&[0x10, 2, 0, 0x9D, 1, 0x2A], &sides[..], &[0; 64]].concat())
}

/// The chunk with the size of the canvas: its sides less one, in three bytes each.
fn canvas(width: u32, height: u32, flags: u8) -> Vec<u8> {
    let [width, height] = [width, height].map(|side| (side - 1).to_le_bytes());
    webp_chunk(*b"VP8X", &[&[flags, 0, 0, 0], &width[..3], &height[..3]].concat())
}

fn moving_webp(side: u16) -> Vec<u8> {
    let frame = webp_chunk(*b"ANMF", &[&[0; 16], &lossy(side, side)[..]].concat());
    webp_of(&[canvas(10, 10, 0x02), webp_chunk(*b"ANIM", &[0; 6]), frame])
}

fn webp_with_giant_exif() -> Vec<u8> {
    let whole = encoded(&quarters(8, 8, 255), ImageFormat::WebP);
    let image = whole[12..].to_vec();
    let exif = [&b"EXIF"[..], &[0xF0, 0xFF, 0xFF, 0xFF], b"MM"].concat();
    webp_of(&[canvas(8, 8, 0x08), image, exif])
}

/// A picture of 8 × 8 pixels that announces the largest number of groups of codes. None of them is there:
/// with all of them it would have eight megabytes, and take four gigabytes.
fn webp_with_many_groups() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(0x2F, 8);
    bits.push(7 | (7 << 14), 28);
    // No alpha channel, version 0, no transform, no cache, but groups for blocks of 4 × 4 pixels.
    bits.push(0, 1 + 3 + 1 + 1);
    bits.push(1, 1);
    bits.push(0, 3);
    // The picture of the groups' numbers: no cache, and for each channel one symbol, 255, without bits.
    bits.push(0, 1);
    for _ in 0..4 {
        bits.push(0b101, 3);
        bits.push(255, 8);
    }
    // The one distance, 0.
    bits.push(0b0001, 4);
    webp_of(&[webp_chunk(*b"VP8L", &bits.finish())])
}

fn bmp_of(width: i32, height: i32) -> Vec<u8> {
    let mut bmp = encoded(&quarters(2, 2, 255), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&width.to_le_bytes());
    bmp[22..26].copy_from_slice(&height.to_le_bytes());
    bmp
}
