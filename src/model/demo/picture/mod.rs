//! What can honestly be said of a picture without seeing: its file, its measures, its colours.
//!
//! Everything is measured on the real pixels. What the picture shows is for a vision model.

#[cfg(feature = "pictures")]
mod colour;
#[cfg(feature = "pictures")]
mod measure;
#[cfg(feature = "pictures")]
mod origin;
#[cfg(test)]
#[cfg(feature = "pictures")]
mod tests;
#[cfg(feature = "pictures")]
mod words;

use chatkit_demo_model::plain;
#[cfg(feature = "pictures")]
use chatkit_pictures::{Decoded, Pictures};

use crate::model::ImagePart;

/// Describes pictures as Markdown, each under its name. They are decoded within the limits and the
/// budget that hold for all pictures of the process.
#[cfg(feature = "pictures")]
pub(super) async fn describe(pictures: Vec<ImagePart>) -> Vec<String> {
    let mut descriptions = Vec::with_capacity(pictures.len());
    for picture in pictures {
        let name = plain(&picture.name);
        let described = async {
            let place = Pictures::shared().place().await?;
            let size_bytes = picture.data.len();
            let measure =
                move |decoded: Decoded| (measure::measure(&decoded, size_bytes), origin::read(decoded.exif));
            place.decode(picture.data, measure).await
        };
        descriptions.push(match described.await {
            Ok((measures, origin)) => words::describe(&name, &measures, &origin),
            Err(error) => words::unreadable(&name, &error),
        });
    }
    descriptions
}

/// Says of each picture that this build cannot measure it.
#[cfg(not(feature = "pictures"))]
pub(super) fn describe(pictures: Vec<ImagePart>) -> impl Future<Output = Vec<String>> {
    let unread = |picture: ImagePart| {
        format!("**{}** cannot be measured: this server is built without pictures.", plain(&picture.name))
    };
    std::future::ready(pictures.into_iter().map(unread).collect())
}
