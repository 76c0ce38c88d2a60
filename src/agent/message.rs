//! Streams one assistant message.

use futures_util::{FutureExt, future::OptionFuture};

use super::{context::AgentContext, responder::ResponderError};
use crate::protocol::{
    ItemId, ItemKind, ItemUpdate, ThreadItem, ThreadStreamEvent,
    content::AssistantContent,
    item::AssistantMessage,
    source::{Annotation, Source},
};

/// An assistant message on its way: `added`, the parts with their texts and annotations, `done`.
///
/// Nothing is emitted before the first text, so an answer without text leaves no empty bubble.
/// A message that is dropped unfinished is kept as far as it was streamed.
///
/// ```
/// # use actix_chatkit::{agent::{AgentContext, ResponderError}, protocol::source::UrlSource};
/// # async fn answer(context: AgentContext) -> Result<(), ResponderError> {
/// let mut message = context.message();
/// message.push("It is raining in Oslo").await?;
/// message.annotate(UrlSource::new("Yr", "https://www.yr.no")).await?;
/// message.push(".").await?;
/// message.finish().await
/// # }
/// ```
#[derive(Debug)]
pub struct MessageStream {
    context: AgentContext,
    id: Option<ItemId>,
    /// The item without its parts, once it was shown.
    shown: Option<ThreadItem>,
    /// The parts that are over.
    parts: Vec<AssistantContent>,
    open: Option<OpenPart>,
}

/// The part that is being written.
#[derive(Debug, Default)]
struct OpenPart {
    text: String,
    /// How many code points the text has; counted along, so that a mark costs no pass over it.
    code_points: u64,
    annotations: Vec<Annotation>,
}

impl MessageStream {
    pub(super) fn new(context: AgentContext) -> Self {
        Self { context, id: None, shown: None, parts: Vec::new(), open: None }
    }

    /// The same message under an id of the caller's, for example the model provider's. It must be new
    /// to the thread: an item that has it already is replaced.
    #[must_use]
    pub fn with_id(self, id: impl Into<ItemId>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// Whether any text was streamed.
    pub fn has_begun(&self) -> bool {
        self.shown.is_some()
    }

    /// How many code points the current part has.
    pub(super) fn code_points(&self) -> u64 {
        self.open.as_ref().map_or(0, |part| part.code_points)
    }

    /// The text so far, of all parts.
    pub fn text(&self) -> String {
        let over = self.parts.iter().map(AssistantContent::as_text);
        over.chain(self.open.as_ref().map(|part| part.text.as_str())).collect()
    }

    /// Appends text (Markdown) to the current part.
    pub async fn push(&mut self, delta: impl Into<String>) -> Result<(), ResponderError> {
        let delta = delta.into();
        if delta.is_empty() {
            return Ok(());
        }
        let part = self.open_part().await?;
        part.text.push_str(&delta);
        part.code_points += delta.chars().count() as u64;
        let content_index = self.parts.len();
        self.update(ItemUpdate::TextDelta { content_index, delta }).await
    }

    /// Names the source of what was said last: the mark stands at the end of the text so far.
    pub async fn annotate(&mut self, source: impl Into<Source>) -> Result<(), ResponderError> {
        self.annotate_at(self.code_points(), source).await
    }

    /// Names a source by a mark after the first `index` Unicode code points of the current part.
    pub async fn annotate_at(&mut self, index: u64, source: impl Into<Source>) -> Result<(), ResponderError> {
        self.add_annotation(Annotation::new(source).at(index)).await
    }

    /// Adds an annotation to the current part; one without an index stands under the text.
    pub async fn add_annotation(&mut self, annotation: Annotation) -> Result<(), ResponderError> {
        let part = self.open_part().await?;
        let annotation_index = part.annotations.len();
        part.annotations.push(annotation.clone());
        let content_index = self.parts.len();
        self.update(ItemUpdate::AnnotationAdded { content_index, annotation_index, annotation }).await
    }

    /// Completes the current part; what comes next begins another. Does nothing while the part is empty.
    pub async fn next_part(&mut self) -> Result<(), ResponderError> {
        let Some(OpenPart { text, annotations, .. }) = self.open.take() else { return Ok(()) };
        let content = AssistantContent::OutputText { text, annotations };
        let content_index = self.parts.len();
        self.parts.push(content.clone());
        self.update(ItemUpdate::ContentPartDone { content_index, content }).await
    }

    /// Completes the message; without any text there is none.
    pub async fn finish(mut self) -> Result<(), ResponderError> {
        self.next_part().await?;
        let Some(mut item) = self.shown else { return Ok(()) };
        item.kind = ItemKind::AssistantMessage(AssistantMessage { content: self.parts });
        self.context.emit(ThreadStreamEvent::ItemDone { item }).await
    }

    /// Takes the message back, from clients and from the store, and gives its text.
    pub(super) async fn retract(self) -> Result<String, ResponderError> {
        let text = self.text();
        if let Some(item) = self.shown {
            self.context.emit(ThreadStreamEvent::ItemRemoved { item_id: item.id }).await?;
        }
        Ok(text)
    }

    /// The current part; begins it, and the message, where needed.
    async fn open_part(&mut self) -> Result<&mut OpenPart, ResponderError> {
        if self.open.is_none() {
            if self.shown.is_none() {
                let id = self.id.get_or_insert_with(ItemId::message).clone();
                let item = self.context.new_item(id, ItemKind::AssistantMessage(AssistantMessage::default()));
                self.context.emit(ThreadStreamEvent::ItemAdded { item: item.clone() }).await?;
                self.shown = Some(item);
            }
            let content_index = self.parts.len();
            self.update(ItemUpdate::ContentPartAdded { content_index, content: AssistantContent::text("") })
                .await?;
        }
        Ok(self.open.get_or_insert_default())
    }

    fn update(&self, update: ItemUpdate) -> impl Future<Output = Result<(), ResponderError>> {
        let event = |item: &ThreadItem| ThreadStreamEvent::ItemUpdated { item_id: item.id.clone(), update };
        let emitting = self.shown.as_ref().map(event).map(|event| self.context.emit(event));
        OptionFuture::from(emitting).map(|emitted| emitted.unwrap_or(Ok(())))
    }
}
