//! Measures a picture: light, contrast, sharpness, flatness, and where it is bright.

use std::collections::HashSet;

use chatkit_pictures::{Decoded, Format};
use image::{DynamicImage, GenericImageView, GrayImage};

use super::colour::{Oklab, Swatch, palette};

/// The grid on which colours are looked at: at most this many samples a side.
const GRID: u32 = 160;
/// Sharpness depends on scale: it is measured on a copy no larger than this.
const DETAIL_SIDE: u32 = 1024;
/// The most rows and columns that are compared for flatness.
const FLATNESS_ROWS: u32 = 128;
const FLATNESS_COLUMNS: u32 = 2048;

/// What was measured. Shares and lightness are 0…1.
#[derive(Clone, Debug)]
pub(super) struct Measures {
    pub(super) format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) size_bytes: usize,
    pub(super) animated: bool,
    /// How much of it shows what is behind it.
    pub(super) transparent_share: f32,
    pub(super) palette: Vec<Swatch>,
    pub(super) lightness: f32,
    /// The standard deviation of lightness.
    pub(super) contrast: f32,
    /// The mean chroma; see [`Oklab::chroma`].
    pub(super) chroma: f32,
    /// Whether hardly any pixel has a hue.
    pub(super) greyscale: bool,
    /// The variance of the Laplacian of the luma (0…255).
    pub(super) sharpness: f32,
    /// How many pixels equal their right neighbour exactly: camera noise leaves few.
    pub(super) flat_share: f32,
    /// How many colours the samples have.
    pub(super) num_colours: usize,
    pub(super) regions: Regions,
}

/// The mean lightness of parts of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Regions {
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) left: f32,
    pub(super) right: f32,
    /// The middle ninth.
    pub(super) centre: f32,
    /// All but the middle ninth.
    pub(super) edge: f32,
}

/// One sample of the grid; its place is 0…1 in both directions.
struct Sample {
    across: f32,
    down: f32,
    rgb: [u8; 3],
    alpha: u8,
    colour: Oklab,
}

pub(super) fn measure(decoded: &Decoded, size_bytes: usize) -> Measures {
    let image = &decoded.image;
    let samples = samples(image);
    let shown: Vec<&Sample> = samples.iter().filter(|sample| sample.alpha >= 128).collect();
    let lightness = mean(shown.iter().map(|sample| sample.colour.lightness));
    let variance = mean(shown.iter().map(|sample| (sample.colour.lightness - lightness).powi(2)));
    let has_hue = |sample: &&Sample| sample.colour.chroma() > 0.03;
    let hued_share = mean(shown.iter().map(|sample| f32::from(u8::from(has_hue(sample)))));
    let pixels: Vec<[u8; 3]> = shown.iter().map(|sample| sample.rgb).collect();
    Measures {
        format: decoded.header.format,
        width: image.width(),
        height: image.height(),
        size_bytes,
        animated: decoded.header.moves,
        transparent_share: mean(samples.iter().map(|sample| f32::from(u8::from(sample.alpha < 250)))),
        palette: palette(&pixels),
        lightness,
        contrast: variance.sqrt(),
        chroma: mean(shown.iter().map(|sample| sample.colour.chroma())),
        greyscale: hued_share < 0.01,
        sharpness: sharpness(image),
        flat_share: flat_share(image),
        num_colours: pixels.iter().collect::<HashSet<_>>().len(),
        regions: regions(&shown),
    }
}

/// Real pixels at even distances: averages would show colours that are not there.
fn samples(image: &DynamicImage) -> Vec<Sample> {
    let (width, height) = image.dimensions();
    let positions = |length: u32| {
        let count = length.min(GRID);
        (0..count).map(move |step| {
            // In 64 bits, for a long side times the grid overflows.
            let position = (u64::from(step) * 2 + 1) * u64::from(length) / (u64::from(count) * 2);
            u32::try_from(position).unwrap_or(0)
        })
    };
    positions(height)
        .flat_map(|y| positions(width).map(move |x| (x, y)))
        .map(|(x, y)| {
            let [red, green, blue, alpha] = image.get_pixel(x, y).0;
            let rgb = [red, green, blue];
            Sample {
                across: (x as f32 + 0.5) / width as f32,
                down: (y as f32 + 0.5) / height as f32,
                rgb,
                alpha,
                colour: Oklab::from_rgb(rgb),
            }
        })
        .collect()
}

fn regions(samples: &[&Sample]) -> Regions {
    let part = |belongs: &dyn Fn(&Sample) -> bool| {
        mean(samples.iter().filter(|sample| belongs(sample)).map(|sample| sample.colour.lightness))
    };
    let central = |sample: &Sample| {
        let third = 1.0 / 3.0..2.0 / 3.0;
        third.contains(&sample.across) && third.contains(&sample.down)
    };
    Regions {
        top: part(&|sample| sample.down < 0.5),
        bottom: part(&|sample| sample.down >= 0.5),
        left: part(&|sample| sample.across < 0.5),
        right: part(&|sample| sample.across >= 0.5),
        centre: part(&central),
        edge: part(&|sample| !central(sample)),
    }
}

fn sharpness(image: &DynamicImage) -> f32 {
    let luma = if image.width().max(image.height()) > DETAIL_SIDE {
        image.thumbnail(DETAIL_SIDE, DETAIL_SIDE).to_luma8()
    } else {
        image.to_luma8()
    };
    let values = laplacian(&luma);
    let average = mean(values.iter().copied());
    mean(values.iter().map(|value| (value - average).powi(2)))
}

fn laplacian(luma: &GrayImage) -> Vec<f32> {
    let (width, height) = luma.dimensions();
    let at = |x: u32, y: u32| f32::from(luma.get_pixel(x, y).0[0]);
    (1..height.saturating_sub(1))
        .flat_map(|y| (1..width.saturating_sub(1)).map(move |x| (x, y)))
        .map(|(x, y)| at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y))
        .collect()
}

fn flat_share(image: &DynamicImage) -> f32 {
    let (width, height) = image.dimensions();
    let columns = width.saturating_sub(1).min(FLATNESS_COLUMNS);
    let step = (height / FLATNESS_ROWS).max(1) as usize;
    mean((0..height).step_by(step).flat_map(|y| {
        (0..columns).map(move |x| f32::from(u8::from(image.get_pixel(x, y) == image.get_pixel(x + 1, y))))
    }))
}

/// The mean of some values, 0 of none. Sums in 64 bits: a million terms would lose digits in 32.
#[expect(clippy::cast_possible_truncation, reason = "a mean of f32 values is in the range of f32")]
fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) =
        values.fold((0.0_f64, 0_u32), |(sum, count), value| (sum + f64::from(value), count + 1));
    if count == 0 { 0.0 } else { (sum / f64::from(count)) as f32 }
}
