//! Streams one assistant message.

use super::{context::AgentContext, responder::ResponderError};
use crate::protocol::{
    ItemId, ItemKind, ItemUpdate, ThreadItem, ThreadStreamEvent, content::AssistantContent,
    item::AssistantMessage,
};

/// An assistant message on its way: `added`, deltas of one part, `done`.
///
/// Nothing is emitted before the first text, so an answer without text leaves no empty bubble.
/// A message that is dropped unfinished is kept as far as it was streamed.
#[derive(Debug)]
pub struct MessageStream {
    context: AgentContext,
    begun: Option<Begun>,
}

#[derive(Debug)]
struct Begun {
    item: ThreadItem,
    text: String,
}

impl MessageStream {
    pub(super) fn new(context: AgentContext) -> Self {
        Self { context, begun: None }
    }

    /// Whether any text was streamed.
    pub fn has_begun(&self) -> bool {
        self.begun.is_some()
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        self.begun.as_ref().map_or("", |begun| &begun.text)
    }

    /// Appends text (Markdown).
    pub async fn push(&mut self, delta: impl Into<String>) -> Result<(), ResponderError> {
        let delta = delta.into();
        if delta.is_empty() {
            return Ok(());
        }
        let begun = match &mut self.begun {
            Some(begun) => begun,
            empty => {
                let kind = ItemKind::AssistantMessage(AssistantMessage::default());
                let item = self.context.new_item(ItemId::message(), kind);
                self.context.emit(ThreadStreamEvent::ItemAdded { item: item.clone() }).await?;
                let update =
                    ItemUpdate::ContentPartAdded { content_index: 0, content: AssistantContent::text("") };
                self.context
                    .emit(ThreadStreamEvent::ItemUpdated { item_id: item.id.clone(), update })
                    .await?;
                empty.insert(Begun { item, text: String::new() })
            }
        };
        begun.text.push_str(&delta);
        let update = ItemUpdate::TextDelta { content_index: 0, delta };
        self.context.emit(ThreadStreamEvent::ItemUpdated { item_id: begun.item.id.clone(), update }).await
    }

    /// Completes the message; without any text there is none.
    pub async fn finish(self) -> Result<(), ResponderError> {
        let Some(Begun { mut item, text }) = self.begun else { return Ok(()) };
        let content = AssistantContent::text(text);
        let update = ItemUpdate::ContentPartDone { content_index: 0, content: content.clone() };
        self.context.emit(ThreadStreamEvent::ItemUpdated { item_id: item.id.clone(), update }).await?;
        item.kind = ItemKind::AssistantMessage(AssistantMessage { content: vec![content] });
        self.context.emit(ThreadStreamEvent::ItemDone { item }).await
    }
}
