//! Reads the sources that a response names beside its text.

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Citation, CitedSource};

/// An annotation of a part that begins after so many code points of the answer. Paths of files, which are no sources,
/// are skipped, and so is what is not known.
pub(super) fn citation(annotation: &Value, begins_at: u64) -> Option<Citation> {
    let body = Body::deserialize(annotation).ok()?;
    // OpenAI says 0 where there is no place.
    let at = |place: Option<&Value>| {
        let place = place.and_then(Value::as_u64).filter(|place| *place > 0)?;
        Some(begins_at.saturating_add(place))
    };
    let (source, end) = match body.kind.as_str() {
        "url_citation" => {
            (CitedSource::Page { url: body.url?, title: body.title }, at(body.end_index.as_ref()))
        }
        "file_citation" => (CitedSource::File { name: body.filename? }, at(body.index.as_ref())),
        "container_file_citation" => {
            (CitedSource::File { name: body.filename? }, at(body.end_index.as_ref()))
        }
        _ => return None,
    };
    Some(Citation { source, end })
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: String,
    url: Option<String>,
    title: Option<String>,
    filename: Option<String>,
    /// Any JSON, because a position that cannot be read is no reason to lose the source.
    end_index: Option<Value>,
    index: Option<Value>,
}
