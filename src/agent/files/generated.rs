//! Reads pictures that the assistant made, so that the model sees what the user was shown.

use base64::{Engine, engine::general_purpose::STANDARD};
use chatkit_pictures::{ModelCopy, Pictures};

use super::{FileSettings, Files};
use crate::{
    links::kept_as,
    model::{ContentPart, ImagePart},
    protocol::{Attachment, AttachmentId, attachment::AttachmentCommon, item::GeneratedImage},
};

/// The longest `data:` URL that is decoded.
const MAX_URL_BYTES: usize = 24 << 20;

impl Files {
    /// A generated picture as the model gets it, if it is kept as an attachment or its bytes stand in its address.
    /// Other addresses are not fetched: whoever writes them may write any.
    pub(super) async fn generated(&self, image: &GeneratedImage) -> Option<ContentPart> {
        if let Some(id) = kept_as(image) {
            return self.kept(id).await;
        }
        let data = data_of(&image.url)?;
        let key = AttachmentId::from(format!("generated:{}:{}", image.id, image.url.len()));
        if let Some(part) = self.cached(&key) {
            return Some(part);
        }
        let part = match self.small_copy(data).await {
            Ok(part) => part,
            Err(cause) => {
                tracing::warn!(cause, "generated picture not given to the model");
                return None;
            }
        };
        self.keep(key, &part);
        Some(part)
    }

    async fn kept(&self, id: AttachmentId) -> Option<ContentPart> {
        let (name, mime_type) = ("generated picture".to_owned(), "image/png".to_owned());
        let common = AttachmentCommon { id, name, mime_type, upload_descriptor: None, thread_id: None };
        let attachment = Attachment::Image { common, preview_url: String::new() };
        match self.load(&attachment).await {
            Ok(part) => Some(part),
            Err(cause) => {
                tracing::warn!(%cause, "generated picture not given to the model");
                None
            }
        }
    }

    async fn small_copy(&self, data: &str) -> Result<ContentPart, String> {
        let bytes = STANDARD.decode(data).map_err(|error| error.to_string())?;
        let place = Pictures::shared().place().await.map_err(|error| error.to_string())?;
        let FileSettings { max_side_px, max_picture_bytes, .. } = self.settings;
        let wanted = ModelCopy { max_side_px, max_bytes: max_picture_bytes, keep_metadata: false };
        let copy = place.copy_for_model(bytes.into(), wanted).await.map_err(|error| error.to_string())?;
        let (name, mime_type) = ("generated picture".to_owned(), copy.mime_type.to_owned());
        Ok(ContentPart::Image(ImagePart { name, mime_type, data: copy.bytes }))
    }
}

/// The base64 text of a picture's `data:` URL.
fn data_of(url: &str) -> Option<&str> {
    let (head, data) = url.split_once(',')?;
    let is_picture = head.starts_with("data:image/") && head.ends_with(";base64");
    (is_picture && url.len() <= MAX_URL_BYTES).then_some(data)
}
