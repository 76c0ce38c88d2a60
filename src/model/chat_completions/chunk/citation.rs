//! Reads the sources that models with web search put beside their text.

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Citation, CitedSource};

/// An annotation of the text. What is no citation of a web page is skipped.
///
/// OpenAI and those who follow it nest the citation in `url_citation`; some write its fields flat, as
/// OpenAI's Responses API has them.
pub(super) fn citation(annotation: Value) -> Option<Citation> {
    if annotation.get("type").and_then(Value::as_str) != Some("url_citation") {
        return None;
    }
    let nested = annotation.get("url_citation").filter(|nested| nested.is_object()).cloned();
    let body: Body = serde_json::from_value(nested.unwrap_or(annotation)).ok()?;
    let end = body.end_index.and_then(|end| end.as_u64());
    Some(Citation { source: CitedSource::Page { url: body.url, title: body.title }, end })
}

#[derive(Deserialize)]
struct Body {
    url: String,
    title: Option<String>,
    /// Any JSON, because a position that cannot be read is no reason to lose the source.
    end_index: Option<Value>,
}
