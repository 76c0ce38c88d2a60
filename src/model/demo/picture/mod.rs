//! What can honestly be said of a picture without seeing: its file, its measures, its colours.
//!
//! Everything is measured on the real pixels. What the picture shows is for a vision model.

mod colour;
mod decode;
mod measure;
mod origin;
#[cfg(test)]
mod tests;
mod words;

use chatkit_demo_model::plain;
use tracing::debug;

use crate::model::ImagePart;

/// Describes pictures as Markdown, each under its name.
///
/// Decoding is work for a worker thread, never for an arbiter. A decoder that panics on a hostile
/// file costs that picture its description and nothing else.
pub(super) async fn describe(pictures: Vec<ImagePart>) -> Vec<String> {
    let mut descriptions = Vec::with_capacity(pictures.len());
    for picture in pictures {
        let name = plain(&picture.name);
        let outcome = tokio::task::spawn_blocking(move || {
            let decoded = decode::decode(&picture.data)?;
            Ok((measure::measure(&decoded), origin::read(&picture.data)))
        })
        .await
        .unwrap_or_else(|error| {
            debug!(%error, "picture decoder did not return");
            Err(decode::Unreadable::Broken)
        });
        descriptions.push(match outcome {
            Ok((measures, origin)) => words::describe(&name, &measures, &origin),
            Err(unreadable) => words::unreadable(&name, unreadable),
        });
    }
    descriptions
}
