//! From a checked file to pixels: one frame, under a deadline.

use std::{
    io::{self, BufRead, Read, Seek, SeekFrom},
    time::Instant,
};

use image::{DynamicImage, ImageDecoder, ImageReader, Limits, metadata::Orientation};

use crate::{Header, PictureError, header::MAX_SIDE_PX, small};

/// How many bytes decoders may take beside the pixels, mostly for colour profiles and text.
const MAX_BESIDE_PIXELS_BYTES: u64 = 16 << 20;
/// After how many bytes of a file to look at the clock.
const STEP_BYTES: usize = 8 << 10;

/// A decoded picture.
#[derive(Debug)]
pub struct Decoded {
    /// What the file said of itself.
    pub header: Header,
    /// The first frame, upright.
    pub image: DynamicImage,
    /// The EXIF data, if there is any.
    pub exif: Option<Vec<u8>>,
}

/// The first frame in its full size, upright.
pub(crate) fn upright(file: &[u8], header: Header, deadline: Instant) -> Result<Decoded, PictureError> {
    let mut image = pixels(file, &header, deadline)?;
    image.apply_orientation(header.orientation(file));
    let exif = header.exif(file).map(<[u8]>::to_vec);
    Ok(Decoded { header, image, exif })
}

/// The first frame, upright, at most `max_side_px` long and wide.
pub(crate) fn small(
    file: &[u8],
    header: &Header,
    max_side_px: u32,
    deadline: Instant,
) -> Result<DynamicImage, PictureError> {
    // Turn the small copy: that is cheaper, and the box it fits into is a square.
    let mut image = small::shrink(pixels(file, header, deadline)?, max_side_px);
    image.apply_orientation(header.orientation(file));
    Ok(image)
}

/// Whether a picture stands upright as it is.
pub(crate) fn is_upright(file: &[u8], header: &Header) -> bool {
    header.orientation(file) == Orientation::NoTransforms
}

fn pixels(file: &[u8], header: &Header, deadline: Instant) -> Result<DynamicImage, PictureError> {
    let failed = |error: image::ImageError| {
        if Instant::now() >= deadline {
            PictureError::TooSlow
        } else {
            PictureError::broken(error.to_string())
        }
    };
    let source = Timed { file, position: 0, next_look: 0, deadline };
    let mut reader = ImageReader::with_format(source, header.format.as_image_format());
    reader.limits(limits(header));
    let decoder = reader.into_decoder().map_err(failed)?;
    if decoder.dimensions() != (header.width, header.height) {
        return Err(PictureError::broken("it tells two sizes"));
    }
    DynamicImage::from_decoder(decoder).map_err(failed)
}

fn limits(header: &Header) -> Limits {
    let frame_bytes = u64::from(header.frame.0) * u64::from(header.frame.1) * 4;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    // The picture itself does not count here, because it was checked and has its part of the budget.
    limits.max_alloc = Some(MAX_BESIDE_PIXELS_BYTES + frame_bytes);
    limits
}

/// A file that ends with an error when the time is over. Decoders cannot be stopped otherwise.
struct Timed<'a> {
    file: &'a [u8],
    position: usize,
    /// The clock is looked at when the position has reached this.
    next_look: usize,
    deadline: Instant,
}

impl BufRead for Timed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position >= self.next_look {
            if Instant::now() >= self.deadline {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the time is over"));
            }
            self.next_look = self.position + STEP_BYTES;
        }
        let rest = self.file.get(self.position..).unwrap_or_default();
        Ok(&rest[..rest.len().min(STEP_BYTES)])
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount;
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let length = available.read(target)?;
        self.consume(length);
        Ok(length)
    }
}

impl Seek for Timed<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut cursor = io::Cursor::new(self.file);
        cursor.set_position(self.position as u64);
        let position = cursor.seek(to)?;
        self.position = usize::try_from(position).unwrap_or(usize::MAX);
        self.next_look = 0;
        Ok(position)
    }
}
