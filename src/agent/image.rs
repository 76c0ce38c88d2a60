//! Streams one generated picture.

use uuid::Uuid;

use super::{context::AgentContext, responder::ResponderError};
use crate::protocol::{ItemId, ItemKind, ItemUpdate, ThreadItem, ThreadStreamEvent, item::GeneratedImage};

/// A picture on its way: `added` without it, previews, `done` with it.
///
/// A picture that is dropped unfinished is not kept.
///
/// ```
/// # use actix_chatkit::agent::{AgentContext, ResponderError};
/// # async fn draw(context: AgentContext) -> Result<(), ResponderError> {
/// let mut image = context.generated_image().await?;
/// image.partial("https://example.org/half.png", Some(0.5)).await?;
/// image.finish("https://example.org/whole.png").await
/// # }
/// ```
#[derive(Debug)]
pub struct ImageStream {
    context: AgentContext,
    item: ThreadItem,
    image_id: String,
}

impl ImageStream {
    pub(super) async fn begin(context: AgentContext) -> Result<Self, ResponderError> {
        let item = context.new_item(ItemId::message(), ItemKind::GeneratedImage { image: None });
        context.emit(ThreadStreamEvent::ItemAdded { item: item.clone() }).await?;
        Ok(Self { context, item, image_id: format!("img_{}", Uuid::now_v7().simple()) })
    }

    /// The same picture under an id of the caller's, for example that of the provider's call.
    #[must_use]
    pub fn with_image_id(self, image_id: impl Into<String>) -> Self {
        Self { image_id: image_id.into(), ..self }
    }

    /// Shows the picture as far as it is, at an address that may be a `data:` URL. `progress` goes from 0
    /// to 1.
    ///
    /// Every preview goes to every client as it is and counts against the turn's bytes
    /// ([`ThreadSettings::max_turn_bytes`]): send few, or addresses rather than the bytes.
    ///
    /// [`ThreadSettings::max_turn_bytes`]: crate::actors::ThreadSettings::max_turn_bytes
    pub async fn partial(
        &mut self,
        url: impl Into<String>,
        progress: Option<f64>,
    ) -> Result<(), ResponderError> {
        // JSON has no word for what is no number.
        let progress =
            progress.filter(|progress| !progress.is_nan()).map(|progress| progress.clamp(0.0, 1.0));
        let update = ItemUpdate::GeneratedImageUpdated { image: self.image(url.into()), progress };
        self.context.emit(ThreadStreamEvent::ItemUpdated { item_id: self.item.id.clone(), update }).await
    }

    /// Completes the picture, which is had at this address; it may be a `data:` URL.
    pub async fn finish(mut self, url: impl Into<String>) -> Result<(), ResponderError> {
        self.item.kind = ItemKind::GeneratedImage { image: Some(self.image(url.into())) };
        self.context.emit(ThreadStreamEvent::ItemDone { item: self.item }).await
    }

    /// Takes the picture back: it is not going to be made.
    pub async fn abandon(self) -> Result<(), ResponderError> {
        self.context.remove_item(self.item.id).await
    }

    fn image(&self, url: String) -> GeneratedImage {
        GeneratedImage { id: self.image_id.clone(), url }
    }
}
