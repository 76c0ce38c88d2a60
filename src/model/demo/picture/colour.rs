//! Colours as people see them: OKLab, a small palette by k-means, and names.

/// A colour in OKLab (Björn Ottosson, 2020): lightness 0…1, and two axes of hue.
///
/// Distances in it match what people call different, which they do not in RGB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Oklab {
    pub(super) lightness: f32,
    pub(super) green_red: f32,
    pub(super) blue_yellow: f32,
}

/// One colour of a palette.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Swatch {
    pub(super) name: &'static str,
    pub(super) rgb: [u8; 3],
    /// How much of the picture has it, 0…1.
    pub(super) share: f32,
}

impl Oklab {
    pub(super) fn from_rgb(rgb: [u8; 3]) -> Self {
        let [red, green, blue] = rgb.map(|channel| linear(f32::from(channel) / 255.0));
        let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            green_red: 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short,
            blue_yellow: 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short,
        }
    }

    /// How colourful it is: 0 for grey, about 0.3 for the strongest colours of a screen.
    pub(super) fn chroma(self) -> f32 {
        self.green_red.hypot(self.blue_yellow)
    }

    fn distance_squared(self, other: Self) -> f32 {
        (self.lightness - other.lightness).powi(2)
            + (self.green_red - other.green_red).powi(2)
            + (self.blue_yellow - other.blue_yellow).powi(2)
    }
}

fn linear(channel: f32) -> f32 {
    if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

/// The colours that more than a trace of the pixels have, most frequent first.
pub(super) fn palette(pixels: &[[u8; 3]]) -> Vec<Swatch> {
    let colours: Vec<Oklab> = pixels.iter().map(|&rgb| Oklab::from_rgb(rgb)).collect();
    let clusters = cluster(&colours, pixels);
    let mut swatches: Vec<Swatch> = Vec::new();
    for (centre, rgb, count) in clusters {
        let share = count as f32 / pixels.len() as f32;
        let name = name(centre);
        match swatches.iter_mut().find(|swatch| swatch.name == name) {
            Some(same) => {
                if share > same.share {
                    same.rgb = rgb;
                }
                same.share += share;
            }
            None => swatches.push(Swatch { name, rgb, share }),
        }
    }
    swatches.retain(|swatch| swatch.share >= 0.03);
    swatches.sort_by(|one, other| other.share.total_cmp(&one.share));
    swatches
}

/// The most clusters; names fold some of them together.
const MAX_CLUSTERS: usize = 8;
/// k-means settles long before.
const ROUNDS: usize = 12;

/// k-means from the points that lie farthest apart: the same picture gives the same palette.
///
/// Gives each cluster's centre, its most typical pixel, and its size.
fn cluster(colours: &[Oklab], pixels: &[[u8; 3]]) -> Vec<(Oklab, [u8; 3], usize)> {
    let mut centres = farthest_points(colours);
    let mut members = vec![0_usize; colours.len()];
    for _ in 0..ROUNDS {
        for (member, &colour) in members.iter_mut().zip(colours) {
            *member = nearest(&centres, colour);
        }
        let mut sums = vec![(Oklab::default(), 0_usize); centres.len()];
        for (&member, colour) in members.iter().zip(colours) {
            let (sum, count) = &mut sums[member];
            sum.lightness += colour.lightness;
            sum.green_red += colour.green_red;
            sum.blue_yellow += colour.blue_yellow;
            *count += 1;
        }
        let previous = centres.clone();
        for (centre, (sum, count)) in centres.iter_mut().zip(sums).filter(|(_, (_, count))| *count > 0) {
            let count = count as f32;
            *centre = Oklab {
                lightness: sum.lightness / count,
                green_red: sum.green_red / count,
                blue_yellow: sum.blue_yellow / count,
            };
        }
        if centres == previous {
            break;
        }
    }
    let typical = |cluster: usize| {
        let of_cluster = members.iter().enumerate().filter(move |&(_, &member)| member == cluster);
        let centre = centres[cluster];
        let closest = of_cluster.clone().min_by(|&(one, _), &(other, _)| {
            colours[one].distance_squared(centre).total_cmp(&colours[other].distance_squared(centre))
        })?;
        Some((centre, pixels[closest.0], of_cluster.count()))
    };
    (0..centres.len()).filter_map(typical).collect()
}

fn farthest_points(colours: &[Oklab]) -> Vec<Oklab> {
    /// Closer colours are not worth a cluster of their own.
    const NEAR: f32 = 0.05;
    let Some(&first) = colours.first() else { return Vec::new() };
    let mut centres = vec![first];
    let mut distances: Vec<f32> = colours.iter().map(|colour| colour.distance_squared(first)).collect();
    while centres.len() < MAX_CLUSTERS {
        let farthest = distances.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
        let Some((index, _)) = farthest.filter(|&(_, &distance)| distance > NEAR * NEAR) else { break };
        let centre = colours[index];
        centres.push(centre);
        for (distance, colour) in distances.iter_mut().zip(colours) {
            *distance = distance.min(colour.distance_squared(centre));
        }
    }
    centres
}

fn nearest(centres: &[Oklab], colour: Oklab) -> usize {
    let distances = centres.iter().map(|&centre| colour.distance_squared(centre)).enumerate();
    distances.min_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(0, |(index, _)| index)
}

/// The everyday name whose sample is nearest.
fn name(colour: Oklab) -> &'static str {
    let nearest = NAMES.iter().min_by(|(_, one), (_, other)| {
        let one = Oklab::from_rgb(*one).distance_squared(colour);
        one.total_cmp(&Oklab::from_rgb(*other).distance_squared(colour))
    });
    nearest.map_or("grey", |(name, _)| name)
}

/// Everyday names, some with several samples.
const NAMES: [(&str, [u8; 3]); 46] = [
    ("black", [0, 0, 0]),
    ("black", [22, 22, 24]),
    ("dark grey", [64, 64, 64]),
    ("grey", [128, 128, 128]),
    ("light grey", [200, 200, 200]),
    ("white", [255, 255, 255]),
    ("white", [245, 245, 245]),
    ("red", [255, 0, 0]),
    ("red", [220, 38, 38]),
    ("dark red", [139, 0, 0]),
    ("pink", [255, 192, 203]),
    ("pink", [255, 130, 170]),
    ("magenta", [255, 0, 255]),
    ("purple", [128, 0, 128]),
    ("purple", [110, 70, 180]),
    ("lavender", [200, 190, 240]),
    ("orange", [255, 140, 0]),
    ("orange", [240, 110, 40]),
    ("peach", [255, 210, 175]),
    ("brown", [120, 72, 30]),
    ("brown", [150, 105, 70]),
    ("dark brown", [62, 40, 24]),
    ("beige", [235, 220, 190]),
    ("tan", [205, 175, 135]),
    ("yellow", [255, 255, 0]),
    ("yellow", [250, 210, 50]),
    ("light yellow", [255, 250, 190]),
    ("olive", [110, 110, 30]),
    ("lime", [0, 255, 0]),
    ("lime", [160, 230, 60]),
    ("green", [0, 150, 0]),
    ("green", [70, 160, 80]),
    ("dark green", [10, 80, 25]),
    ("light green", [170, 230, 170]),
    ("sage", [140, 155, 130]),
    ("teal", [0, 128, 128]),
    ("cyan", [0, 255, 255]),
    ("turquoise", [64, 210, 195]),
    ("sky blue", [135, 206, 235]),
    ("light blue", [190, 220, 250]),
    ("blue", [0, 0, 255]),
    ("blue", [40, 100, 220]),
    ("steel blue", [90, 120, 155]),
    ("navy", [0, 0, 110]),
    ("navy", [20, 30, 70]),
    ("indigo", [75, 0, 130]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pixels: &[[u8; 3]]) -> Vec<String> {
        let told = |swatch: &Swatch| format!("{} {:.0} %", swatch.name, swatch.share * 100.0);
        palette(pixels).iter().map(told).collect()
    }

    #[test]
    fn lightness_and_chroma_are_those_of_oklab() {
        let white = Oklab::from_rgb([255; 3]);
        assert!((white.lightness - 1.0).abs() < 1e-3 && white.chroma() < 1e-3);
        let red = Oklab::from_rgb([255, 0, 0]);
        // The reference values of the colour space's author.
        assert!((red.lightness - 0.628).abs() < 1e-3 && (red.green_red - 0.225).abs() < 1e-3);
        assert!(Oklab::from_rgb([0; 3]).lightness.abs() < 1e-6);
    }

    #[test]
    fn shares_are_those_of_the_pixels() {
        let mut pixels = vec![[255, 0, 0]; 60];
        pixels.extend([[0, 0, 255]; 38]);
        pixels.extend([[255, 255, 255]; 2]);
        assert_eq!(names(&pixels), ["red 60 %", "blue 38 %"]);
        assert_eq!(palette(&pixels)[0].rgb, [255, 0, 0]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn shades_of_one_colour_are_one_entry() {
        let pixels: Vec<[u8; 3]> = (200..=255).map(|shade| [shade, 0, 0]).collect();
        assert_eq!(names(&pixels), ["red 100 %"]);
    }

    #[test]
    fn every_sample_has_its_own_name() {
        for (expected, rgb) in NAMES {
            assert_eq!(name(Oklab::from_rgb(rgb)), expected);
        }
    }
}
