//! What the camera wrote into the file.

use exif::{Exif, In, Reader, Tag, Value};

use chatkit_demo_model::plain;

/// The camera's own words, made harmless; all of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) camera: Option<String>,
    /// As written: `2024:05:17 09:30:00`.
    pub(super) taken: Option<String>,
    pub(super) software: Option<String>,
    /// Whether the file tells where it was taken. The place itself is not repeated.
    pub(super) has_position: bool,
}

/// Reads the EXIF data; a picture without any, or with damaged ones, has no origin.
pub(super) fn read(data: Option<Vec<u8>>) -> Origin {
    let Some(Ok(exif)) = data.map(|data| Reader::new().read_raw(data)) else {
        return Origin::default();
    };
    let make = text(&exif, Tag::Make);
    let model = text(&exif, Tag::Model);
    let camera = match (make, model) {
        // Many a model name begins with the make.
        (Some(make), Some(model)) if !model.starts_with(&make) => Some(format!("{make} {model}")),
        (make, model) => model.or(make),
    };
    Origin {
        camera,
        taken: text(&exif, Tag::DateTimeOriginal).or_else(|| text(&exif, Tag::DateTime)),
        software: text(&exif, Tag::Software),
        has_position: exif.get_field(Tag::GPSLatitude, In::PRIMARY).is_some(),
    }
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let text = plain(&String::from_utf8_lossy(lines.first()?));
    (!text.is_empty()).then_some(text)
}
