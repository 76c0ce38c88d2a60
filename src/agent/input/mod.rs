//! Turns a thread's items into what a model reads.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value;

use super::{files::Files, transcript};
use crate::{
    model::{AssistantPart, ContentPart, ModelMessage, ToolCall},
    protocol::{
        Attachment, ItemId, ItemKind, ThreadItem,
        content::{AssistantContent, UserContent},
        item::{ClientToolCall, ClientToolCallStatus, StructuredInputItem, UserMessage, WidgetItem},
        structured_input::StructuredInputStatus,
        workflow::{CustomTask, Task},
    },
};

/// Turns items, oldest first, into messages.
///
/// Pictures go in as pictures and files as their text, wherever in the thread they were sent. Hidden
/// context goes in in the user's name, not as instructions, since its content may come from users.
pub async fn to_messages(items: &[Arc<ThreadItem>], files: &Files) -> Vec<ModelMessage> {
    let mut messages = Vec::with_capacity(items.len());
    let newest_first = items.iter().rev().flat_map(|item| attachments(item).iter().rev());
    // The oldest is at the end, from where they are taken as the messages come.
    let mut attached = files.parts(newest_first).await;
    let last = items.len().saturating_sub(1);
    for (place, item) in items.iter().enumerate() {
        match &item.kind {
            ItemKind::UserMessage(message) => {
                if let Some(quoted) = &message.quoted_text
                    && place == last
                {
                    messages.push(ModelMessage::user(format!(
                        "The user refers to this text:\n<Quote>{quoted}</Quote>"
                    )));
                }
                let parts = user_parts(message, &mut attached);
                if !parts.is_empty() {
                    messages.push(ModelMessage::User(parts));
                }
            }
            ItemKind::AssistantMessage(message) => {
                let text: String = message.content.iter().map(AssistantContent::as_text).collect();
                if !text.is_empty() {
                    messages.push(ModelMessage::assistant(text));
                }
            }
            ItemKind::ClientToolCall(call) => client_tool_call(&mut messages, call),
            ItemKind::Widget(widget) => messages.extend(shown_widget(&item.id, widget)),
            ItemKind::Workflow { workflow } => {
                messages.extend(workflow.tasks.iter().filter_map(task));
            }
            ItemKind::Task { task: single } => messages.extend(task(single)),
            ItemKind::StructuredInput(form) => messages.push(structured_input(form)),
            ItemKind::GeneratedImage { image: Some(image) } => {
                messages.push(ModelMessage::user(format!(
                    "The user was shown this generated image: {}",
                    without_data(&image.url)
                )));
            }
            ItemKind::HiddenContextItem { content } => {
                let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
                messages.push(hidden_context(&text));
            }
            ItemKind::SdkHiddenContext { content } => match transcript::read(content) {
                Some(rounds) => rounds.into_iter().for_each(|round| {
                    let (calls, results) = round.into_messages();
                    push_calls(&mut messages, calls, results);
                }),
                None => messages.push(hidden_context(content)),
            },
            ItemKind::GeneratedImage { image: None } | ItemKind::EndOfTurn => {}
        }
    }
    messages
}

/// A widget as the model is told of it.
fn shown_widget(item_id: &ItemId, item: &WidgetItem) -> Option<ModelMessage> {
    let mut widget = serde_json::to_value(&item.widget).ok()?;
    shorten_data_urls(&mut widget);
    Some(ModelMessage::user(format!(
        "The user was shown this widget (item {item_id}):\n<Widget>{widget}</Widget>"
    )))
}

fn attachments(item: &ThreadItem) -> &[Attachment] {
    match &item.kind {
        ItemKind::UserMessage(message) => &message.attachments,
        _ => &[],
    }
}

/// The message's text, followed by its attachments, which are the last ones of `attached`.
fn user_parts(message: &UserMessage, attached: &mut Vec<ContentPart>) -> Vec<ContentPart> {
    let mut parts = Vec::with_capacity(1 + message.attachments.len());
    let text: String = message.content.iter().map(user_text).collect();
    let text = text.trim();
    if !text.is_empty() {
        parts.push(ContentPart::Text(text.to_owned()));
    }
    let of_others = attached.len().saturating_sub(message.attachments.len());
    parts.extend(attached.drain(of_others..).rev());
    parts
}

fn user_text(part: &UserContent) -> String {
    match part {
        UserContent::InputText { text } => text.clone(),
        UserContent::InputTag { text, data, .. } => {
            let name = data.get("name").and_then(Value::as_str).unwrap_or(text);
            format!("<Tag>Name: {name}</Tag>")
        }
    }
}

fn client_tool_call(messages: &mut Vec<ModelMessage>, call: &ClientToolCall) {
    if call.status == ClientToolCallStatus::Pending {
        return;
    }
    let made = ToolCall {
        id: call.call_id.clone(),
        name: call.name.clone(),
        arguments: Value::Object(call.arguments.clone()).to_string(),
    };
    let content = call.output.as_ref().map(Value::to_string).unwrap_or_default();
    let result = ModelMessage::Tool { call_id: call.call_id.clone(), name: call.name.clone(), content };
    push_calls(messages, vec![made], vec![result]);
}

/// Adds calls with their results. What the model said just before is one message with them, as it was.
fn push_calls(messages: &mut Vec<ModelMessage>, calls: Vec<ToolCall>, results: Vec<ModelMessage>) {
    if calls.is_empty() {
        return;
    }
    match messages.last_mut() {
        Some(ModelMessage::Assistant(parts))
            if !parts.iter().any(|part| matches!(part, AssistantPart::Call(_))) =>
        {
            parts.extend(calls.into_iter().map(AssistantPart::Call));
        }
        _ => messages.push(ModelMessage::calls(calls)),
    }
    messages.extend(results);
}

fn task(task: &Task) -> Option<ModelMessage> {
    let Task::Custom(CustomTask { title, content, .. }) = task else { return None };
    let described = match (title, content) {
        (Some(title), Some(content)) => format!("{title}: {content}"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => return None,
    };
    Some(ModelMessage::user(format!("The user was shown that this was done:\n<Task>{described}</Task>")))
}

fn structured_input(form: &StructuredInputItem) -> ModelMessage {
    let status = match form.status {
        StructuredInputStatus::Pending => "not answered yet",
        StructuredInputStatus::Answered => "answered",
        StructuredInputStatus::Skipped => "skipped",
    };
    let mut text = format!("The user was asked questions in a form ({status}):");
    for input in &form.inputs {
        let answer = match input.answer() {
            None => "(unanswered)".to_owned(),
            Some(answer) if answer.skipped => "(skipped)".to_owned(),
            Some(answer) => answer.values.join(", "),
        };
        text.extend(["\n- ", input.question(), " ", &answer]);
    }
    ModelMessage::user(text)
}

fn hidden_context(text: &str) -> ModelMessage {
    ModelMessage::user(format!("<HiddenContext>{text}</HiddenContext>"))
}

/// Cuts embedded pictures out of a widget: they cost thousands of tokens and tell nothing.
fn shorten_data_urls(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(short) = without_data(text) {
                *text = short;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(shorten_data_urls),
        Value::Object(object) => object.values_mut().for_each(shorten_data_urls),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An address; of a `data:` URL only what kind of data it holds.
fn without_data(url: &str) -> Cow<'_, str> {
    match url.split_once(',') {
        Some((head, _)) if head.starts_with("data:") => format!("{head},…").into(),
        _ => url.into(),
    }
}

#[cfg(test)]
mod tests;
