//! The picture that is uploaded.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// Width and height in pixels.
const SIDE: u32 = 256;

/// A picture with enough in it that nobody packs it into nothing: some tens of KB of PNG.
pub fn png() -> Vec<u8> {
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let grain = ((x * 7919 + y * 104_729) ^ (x * y * 31)) % 32;
        Rgb([x, y, x.midpoint(y)].map(|shade| u8::try_from((shade + grain) % 256).unwrap_or(u8::MAX)))
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a PNG of pixels in memory");
    bytes.into_inner()
}
