//! Shows the pictures that a model makes, and keeps them.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chatkit_pictures::{ModelCopy, Pictures};

use crate::{
    agent::{context::AgentContext, image::ImageStream, responder::ResponderError},
    model::PictureEvent,
    protocol::AttachmentId,
};

/// The longest side of a preview, in pixels.
const PREVIEW_SIDE_PX: u32 = 512;
/// The most bytes of a preview: each goes to every client as it is.
const MAX_PREVIEW_BYTES: usize = 192 << 10;
/// How long an answer waits for a preview to be made small.
const PREVIEW_PATIENCE: Duration = Duration::from_secs(2);
/// The most previews of one picture that are shown.
const MAX_PREVIEWS: u32 = 8;
/// The most pictures of one answer.
const MAX_PICTURES: usize = 16;

/// The pictures of an answer that are being made.
#[derive(Debug)]
pub(super) struct PicturesInProgress {
    context: AgentContext,
    open: Vec<OpenPicture>,
    begun: usize,
    shown: usize,
}

#[derive(Debug)]
struct OpenPicture {
    call_id: String,
    /// The picture is kept under this id, and shown under it from the beginning.
    id: AttachmentId,
    stream: ImageStream,
}

impl PicturesInProgress {
    pub(super) fn new(context: AgentContext) -> Self {
        Self { context, open: Vec::new(), begun: 0, shown: 0 }
    }

    /// Whether any picture is there.
    pub(super) fn has_shown(&self) -> bool {
        self.shown > 0
    }

    /// Shows that a picture is being made.
    pub(super) async fn begin(&mut self, call_id: &str) -> Result<(), ResponderError> {
        if self.begun >= MAX_PICTURES || self.open.iter().any(|picture| picture.call_id == call_id) {
            return Ok(());
        }
        let id = AttachmentId::mint();
        let stream = self.context.generated_image().await?.with_image_id(id.as_str());
        self.open.push(OpenPicture { call_id: call_id.to_owned(), id, stream });
        self.begun += 1;
        Ok(())
    }

    /// Shows a preview, or the picture itself.
    pub(super) async fn show(&mut self, event: PictureEvent) -> Result<(), ResponderError> {
        self.begin(&event.call_id).await?;
        let place = self.open.iter().position(|picture| picture.call_id == event.call_id);
        let Some(place) = place else { return Ok(()) };
        if let Some(number) = event.preview {
            if number < MAX_PREVIEWS
                && let Some(url) = small_copy(event.data).await
            {
                self.open[place].stream.partial(url, None).await?;
            }
            return Ok(());
        }
        let OpenPicture { id, stream, .. } = self.open.swap_remove(place);
        match self.context.keep_picture(id, event.mime_type, event.data).await {
            Ok(url) => {
                self.shown += 1;
                stream.finish(url).await
            }
            Err(error) => {
                tracing::error!(
                    thread.id = %self.context.thread_id(),
                    cause = error.cause(),
                    "generated picture cannot be kept"
                );
                stream.abandon().await
            }
        }
    }

    /// Takes the end of a call. A picture that has not come by now does not come any more.
    pub(super) async fn end(&mut self, call_id: &str) -> Result<(), ResponderError> {
        match self.open.iter().position(|picture| picture.call_id == call_id) {
            Some(place) => self.open.swap_remove(place).stream.abandon().await,
            None => Ok(()),
        }
    }

    /// Takes the end of the answer.
    pub(super) async fn finish(&mut self) -> Result<(), ResponderError> {
        for picture in std::mem::take(&mut self.open) {
            picture.stream.abandon().await?;
        }
        Ok(())
    }
}

/// A preview as a small `data:` URL. One that cannot be made small in time is not shown.
async fn small_copy(data: Bytes) -> Option<String> {
    let making = async {
        let place = Pictures::shared().place().await.ok()?;
        let wanted =
            ModelCopy { max_side_px: PREVIEW_SIDE_PX, max_bytes: MAX_PREVIEW_BYTES, keep_metadata: false };
        let copy = place.copy_for_model(data, wanted).await.ok()?;
        Some(format!("data:{};base64,{}", copy.mime_type, STANDARD.encode(&copy.bytes)))
    };
    tokio::time::timeout(PREVIEW_PATIENCE, making).await.ok().flatten()
}
