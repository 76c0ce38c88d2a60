//! Turns a thread's items into what a model reads.

mod converter;
mod turns;
mod widget_text;

use std::{collections::HashSet, sync::Arc};

use serde_json::Value;

use super::{
    files::{Files, Shown},
    tool_loop::approvals::is_card,
    transcript::{Note, Round},
};
use crate::{
    model::{AssistantPart, ContentPart, ModelMessage, ToolCall, marks},
    protocol::{
        ItemId, ItemKind, ThreadItem,
        content::{AssistantContent, UserContent},
        item::{ClientToolCall, ClientToolCallStatus, UserMessage},
        workflow::WorkflowKind,
    },
};

pub use self::{
    converter::{Converter, Standard},
    turns::by_turns,
};

/// Stands for what a provider refused.
const REFUSED: &str = "(What the user sent here was refused by a content filter and is left out.)";

/// Turns items, oldest first, into messages: one for each item that says something.
///
/// Pictures go in as pictures and files as their text, wherever in the thread they were sent. Hidden
/// context goes in in the user's name, not as instructions, since its content may come from users.
///
/// Neighbours may have one role: a [`ToolLoop`](super::ToolLoop) joins them, once it has seen which of them the model
/// has room for; whoever asks a model without one should join them by [`by_turns`].
pub async fn to_messages(items: &[Arc<ThreadItem>], files: &Files) -> Vec<ModelMessage> {
    to_messages_with(&Standard, items, files).await
}

/// Turns items, oldest first, into messages, as [`to_messages`] does, with words of the application's own.
pub async fn to_messages_with(
    converter: &dyn Converter,
    items: &[Arc<ThreadItem>],
    files: &Files,
) -> Vec<ModelMessage> {
    let refused = refused(items);
    let items: Vec<_> = items.iter().map(|item| (item, refused.contains(&item.id))).collect();
    let newest_first =
        items.iter().rev().filter(|(_, is_refused)| !is_refused).flat_map(|(item, _)| shown(item));
    // The oldest is at the end, from where they are taken as the messages come.
    let read = files.read(newest_first).await;
    let mut conversion = Conversion { converter, read, messages: Vec::with_capacity(items.len()) };
    let last = items.len().saturating_sub(1);
    for (place, (item, is_refused)) in items.into_iter().enumerate() {
        if is_refused {
            conversion.note(Some(REFUSED.to_owned()));
        } else {
            conversion.add(item, place == last);
        }
    }
    conversion.messages
}

/// The items because of which a provider refused a request. They would spoil every later request too.
fn refused(items: &[Arc<ThreadItem>]) -> HashSet<ItemId> {
    let refused = items.iter().filter_map(|item| match &item.kind {
        ItemKind::SdkHiddenContext { content } => match Note::read(content)? {
            Note::Refused(item_id) => Some(item_id),
            Note::Rounds(_) => None,
        },
        _ => None,
    });
    refused.collect()
}

/// A conversion on its way.
struct Conversion<'a> {
    converter: &'a dyn Converter,
    /// The files and pictures of the messages to come, the oldest last.
    read: Vec<Option<ContentPart>>,
    messages: Vec<ModelMessage>,
}

impl Conversion<'_> {
    fn add(&mut self, item: &ThreadItem, is_newest: bool) {
        let converter = self.converter;
        match &item.kind {
            ItemKind::UserMessage(message) => self.user_message(message, is_newest),
            ItemKind::AssistantMessage(message) => {
                let texts =
                    message.content.iter().map(AssistantContent::as_text).filter(|text| !text.is_empty());
                let parts: Vec<_> = texts.map(|text| AssistantPart::Text(text.to_owned())).collect();
                if !parts.is_empty() {
                    self.messages.push(ModelMessage::Assistant(parts));
                }
            }
            ItemKind::ClientToolCall(call) => self.client_tool_call(call),
            // The model has the question itself.
            ItemKind::Widget(widget) if is_card(widget) => {}
            ItemKind::Widget(widget) => self.note(converter.widget(item, widget)),
            // What the model thinks and its provider does goes back to them in a form of their own.
            ItemKind::Workflow { workflow } if workflow.kind == WorkflowKind::Reasoning => {}
            ItemKind::Workflow { workflow } => {
                workflow.tasks.iter().for_each(|task| self.note(converter.task(task)));
            }
            ItemKind::Task { task } => self.note(converter.task(task)),
            ItemKind::StructuredInput(form) => self.note(converter.form(form)),
            ItemKind::GeneratedImage { image: Some(image) } => {
                let read = self.read.pop().flatten();
                self.user(converter.generated_image(image, read));
            }
            ItemKind::HiddenContextItem { content } => self.note(converter.hidden_context(content)),
            ItemKind::SdkHiddenContext { content } => match Note::read(content) {
                Some(Note::Rounds(rounds)) => rounds.into_iter().for_each(|round| self.round(round)),
                Some(Note::Refused(_)) => {}
                None => self.note(Some(marks::within("HiddenContext", content))),
            },
            ItemKind::GeneratedImage { image: None } | ItemKind::EndOfTurn => {}
        }
    }

    /// Adds what is told in the user's name.
    fn note(&mut self, note: Option<String>) {
        self.user(note.map(ContentPart::Note).into_iter().collect());
    }

    fn user(&mut self, parts: Vec<ContentPart>) {
        if !parts.is_empty() {
            self.messages.push(ModelMessage::User(parts));
        }
    }

    /// Adds the message's text, with what it quotes before it and its attachments behind it.
    fn user_message(&mut self, message: &UserMessage, is_newest: bool) {
        let mut parts = Vec::with_capacity(2 + message.attachments.len());
        if let Some(quoted) = message.quoted_text.as_ref().filter(|_| is_newest) {
            parts.extend(self.converter.quote(quoted).map(ContentPart::Note));
        }
        let text: String = message.content.iter().map(|part| self.user_text(part)).collect();
        let text = text.trim();
        if !text.is_empty() {
            parts.push(ContentPart::Text(text.to_owned()));
        }
        for attachment in &message.attachments {
            if let Some(read) = self.read.pop().flatten() {
                parts.extend(self.converter.attachment(attachment, read));
            }
        }
        self.user(parts);
    }

    fn user_text(&self, part: &UserContent) -> String {
        match part {
            UserContent::InputText { text } => marks::outside(text).into_owned(),
            UserContent::InputTag { text, data, .. } => self.converter.tag(text, data),
        }
    }

    fn client_tool_call(&mut self, call: &ClientToolCall) {
        if call.status == ClientToolCallStatus::Pending {
            return;
        }
        let made = ToolCall {
            id: call.call_id.clone(),
            name: call.name.clone(),
            arguments: Value::Object(call.arguments.clone()).to_string(),
        };
        let content = call.output.as_ref().map(Value::to_string).unwrap_or_default();
        self.round(Round::new(&[AssistantPart::Call(made)], [content.as_str()]));
    }

    /// Adds an answer that called tools. What the model said just before is one message with the calls, as it was.
    fn round(&mut self, round: Round) {
        let mut said = Vec::new();
        for _ in 0..round.num_texts().max(1) {
            match self.messages.last_mut() {
                Some(ModelMessage::Assistant(parts))
                    if parts.iter().all(|part| matches!(part, AssistantPart::Text(_))) =>
                {
                    said.splice(0..0, std::mem::take(parts));
                    self.messages.pop();
                }
                _ => break,
            }
        }
        let (parts, results) = round.into_messages(said);
        if !parts.is_empty() {
            self.messages.push(ModelMessage::Assistant(parts));
        }
        self.messages.extend(results);
    }
}

/// The files and pictures of an item, the last one first.
fn shown(item: &ThreadItem) -> Vec<Shown<'_>> {
    match &item.kind {
        ItemKind::UserMessage(message) => message.attachments.iter().rev().map(Shown::Attached).collect(),
        ItemKind::GeneratedImage { image: Some(image) } => vec![Shown::Generated(image)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
