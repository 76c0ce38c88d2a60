//! Words for measures.

use std::fmt::Write;

use chatkit_pictures::{Format, PictureError};

use super::{colour::Swatch, measure::Measures, origin::Origin};

/// What is said of a picture that could not be read.
pub(super) fn unreadable(name: &str, error: &PictureError) -> String {
    let why = match error {
        PictureError::UnknownFormat => "it is in no format I can read (I read PNG, JPEG, GIF, WebP and BMP)",
        PictureError::TooManyPixels { .. } | PictureError::FileTooLarge { .. } => {
            "it has more pixels than I may decode"
        }
        PictureError::Busy => "many pictures are being read at the moment; please ask me again",
        _ => "the file is damaged or incomplete",
    };
    format!("**{}** cannot be read: {why}.", title(name))
}

/// A description as a Markdown list.
pub(super) fn describe(name: &str, measures: &Measures, origin: &Origin) -> String {
    let Measures { width, height, .. } = measures;
    let animated = if measures.animated { "an animated" } else { "a" };
    let mut text = format!(
        "**{}** is {animated} {} image of {width} × {height} pixels ({}), {}.\n",
        title(name),
        format_name(measures.format),
        shape(*width, *height),
        size(measures.size_bytes),
    );
    let facts = [
        ("Kind", Some(kind(measures, origin))),
        ("Colours", colours(measures)),
        ("Light", light(measures)),
        ("Sharpness", Some(sharpness(measures))),
        ("Transparency", transparency(measures)),
        ("Camera", origin.camera.clone()),
        ("Taken", origin.taken.as_deref().map(date)),
        ("Software", origin.software.clone()),
        (
            "Position",
            origin
                .has_position
                .then(|| "the file says where it was taken; mind that before sharing it".to_owned()),
        ),
    ];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n- **{label}:** {fact}");
        }
    }
    text
}

fn title(name: &str) -> &str {
    if name.is_empty() { "The image" } else { name }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Png => "PNG",
        Format::Jpeg => "JPEG",
        Format::Gif => "GIF",
        Format::WebP => "WebP",
        Format::Bmp => "BMP",
    }
}

fn shape(width: u32, height: u32) -> String {
    let orientation = match width.cmp(&height) {
        std::cmp::Ordering::Greater => "landscape",
        std::cmp::Ordering::Less => "portrait",
        std::cmp::Ordering::Equal => return "square".to_owned(),
    };
    let ratio = f64::from(width.max(height)) / f64::from(width.min(height).max(1));
    let known = [(5, 4), (4, 3), (3, 2), (16, 10), (16, 9), (2, 1), (21, 9), (3, 1)];
    let near = known
        .iter()
        .find(|(long, short)| (ratio / (f64::from(*long) / f64::from(*short)) - 1.0).abs() < 0.01);
    match near {
        Some((long, short)) if width > height => format!("{orientation}, {long}:{short}"),
        Some((long, short)) => format!("{orientation}, {short}:{long}"),
        None => orientation.to_owned(),
    }
}

fn size(bytes: usize) -> String {
    let bytes = bytes as f64;
    if bytes < 1000.0 {
        format!("{bytes} bytes")
    } else if bytes < 1_000_000.0 {
        format!("{:.1} kB", bytes / 1000.0)
    } else {
        format!("{:.1} MB", bytes / 1_000_000.0)
    }
}

/// Screens as they are sold; a picture of exactly such a size is mostly a screenshot.
const SCREENS: [(u32, u32); 16] = [
    (1280, 720),
    (1366, 768),
    (1440, 900),
    (1536, 864),
    (1600, 900),
    (1680, 1050),
    (1920, 1080),
    (1920, 1200),
    (2560, 1440),
    (2560, 1600),
    (2880, 1800),
    (3840, 2160),
    (2340, 1080),
    (2400, 1080),
    (2532, 1170),
    (2556, 1179),
];

/// What kind of picture its measures suggest, and which.
fn kind(measures: &Measures, origin: &Origin) -> String {
    let flat = percent(measures.flat_share);
    let long = measures.width.max(measures.height);
    let short = measures.width.min(measures.height);
    if origin.camera.is_some() {
        "a photograph: the file names its camera".to_owned()
    } else if measures.num_colours <= 1 {
        "a plain surface of one colour".to_owned()
    } else if measures.flat_share > 0.5 && SCREENS.contains(&(long, short)) {
        format!(
            "most likely a screenshot: it has the size of a screen, and {flat} of its pixels equal their neighbour"
        )
    } else if measures.flat_share > 0.5 || measures.num_colours <= 16 {
        format!(
            "a graphic, drawing or screenshot rather than a photograph: {flat} of its pixels equal their neighbour, in {} sampled colours",
            measures.num_colours
        )
    } else if measures.sharpness < 2.0 {
        "a smooth gradient or a very soft picture: hardly any detail".to_owned()
    } else if measures.flat_share < 0.25 && measures.num_colours > 200 {
        format!(
            "most likely a photograph, or painted like one: only {flat} of its pixels equal their neighbour"
        )
    } else {
        "between a photograph and a graphic; its measures do not tell".to_owned()
    }
}

fn colours(measures: &Measures) -> Option<String> {
    let list: Vec<String> = measures
        .palette
        .iter()
        .take(5)
        .map(|Swatch { name, rgb: [red, green, blue], share }| {
            format!("{name} {} (`#{red:02X}{green:02X}{blue:02X}`)", percent(*share))
        })
        .collect();
    if list.is_empty() {
        return None;
    }
    let strength = match measures.chroma {
        _ if measures.greyscale => "no hue at all, only black, white and greys",
        chroma if chroma < 0.04 => "muted",
        chroma if chroma < 0.12 => "moderately saturated",
        _ => "strongly saturated",
    };
    Some(format!("{}; {strength}", list.join(", ")))
}

fn light(measures: &Measures) -> Option<String> {
    // Nothing is shown of a wholly transparent picture.
    measures.palette.first()?;
    let brightness = match measures.lightness {
        light if light < 0.2 => "very dark",
        light if light < 0.42 => "dark",
        light if light < 0.68 => "of medium brightness",
        light if light < 0.88 => "bright",
        _ => "very bright",
    };
    let contrast = match measures.contrast {
        contrast if contrast < 0.02 => "no contrast",
        contrast if contrast < 0.1 => "low contrast",
        contrast if contrast < 0.22 => "moderate contrast",
        _ => "high contrast",
    };
    let regions = measures.regions;
    let uneven: Vec<&str> = [
        (regions.top - regions.bottom, "brighter at the top", "brighter at the bottom"),
        (regions.left - regions.right, "brighter on the left", "brighter on the right"),
        (regions.centre - regions.edge, "brighter in the centre", "darker in the centre"),
    ]
    .into_iter()
    .filter_map(|(difference, more, less)| match difference {
        difference if difference > 0.07 => Some(more),
        difference if difference < -0.07 => Some(less),
        _ => None,
    })
    .collect();
    let mut text = format!("{brightness} (mean lightness {}), {contrast}", percent(measures.lightness));
    for fact in uneven {
        text.push_str(", ");
        text.push_str(fact);
    }
    Some(text)
}

fn sharpness(measures: &Measures) -> String {
    match measures.sharpness {
        sharpness if sharpness < 2.0 => "no fine detail to judge it by".to_owned(),
        sharpness if sharpness < 60.0 => {
            format!("soft or blurred (variance of the Laplacian {sharpness:.0})")
        }
        sharpness if sharpness < 400.0 => {
            format!("moderately sharp (variance of the Laplacian {sharpness:.0})")
        }
        sharpness => format!("sharp, with hard edges (variance of the Laplacian {sharpness:.0})"),
    }
}

fn transparency(measures: &Measures) -> Option<String> {
    match measures.transparent_share {
        0.0 => None,
        1.0 => Some("all of it is at least partly transparent".to_owned()),
        share => Some(format!("{} of it is at least partly transparent", percent(share))),
    }
}

/// `2024:05:17 09:30:00` as people write it; anything else as it is.
fn date(written: &str) -> String {
    match written.split_once(' ') {
        Some((day, time)) if day.len() == 10 => format!("{} {time}", day.replace(':', "-")),
        _ => written.to_owned(),
    }
}

fn percent(share: f32) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 { "under 1 %".to_owned() } else { format!("{percent:.0} %") }
}
