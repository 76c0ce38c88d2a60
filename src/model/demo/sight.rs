//! What the demo model is shown of a request.

use chatkit_demo_model::{self as demo, Content, File, Message, Part, PictureId, Sight};

use crate::model::{
    AssistantPart, ContentPart, FileContent, FilePart, ImagePart, ModelMessage, ModelRequest, ToolChoice,
};

/// A request as the demo model sees it.
pub(super) struct Seen<'a> {
    pub(super) sight: Sight<'a>,
    /// The pictures; a [`PictureId`] is a place in this list.
    pub(super) pictures: Vec<ImagePart>,
}

/// Shows a request whose tools have these names.
pub(super) fn see<'a>(request: &'a ModelRequest, tool_names: &'a [&'a str]) -> Seen<'a> {
    let mut pictures = Vec::new();
    let mut messages = Vec::with_capacity(request.messages.len());
    for message in &request.messages {
        match message {
            ModelMessage::System(_) => {}
            ModelMessage::User(parts) => user(parts, &mut pictures, &mut messages),
            ModelMessage::Assistant(parts) => messages.push(assistant(parts)),
            ModelMessage::Tool { call_id, content, .. } => messages.push(Message::Tool { call_id, content }),
        }
    }
    let tool_choice = match &request.tool_choice {
        ToolChoice::Auto => demo::ToolChoice::Auto,
        ToolChoice::None => demo::ToolChoice::None,
        ToolChoice::Required => demo::ToolChoice::Required,
        ToolChoice::Named(name) => demo::ToolChoice::Named(name),
    };
    Seen { sight: Sight { messages, tools: tool_names, tool_choice }, pictures }
}

/// How notes begin that tell what the user saw. The demo model reads what the user said, and would take the words of
/// a widget for wishes.
const SHOWN: &str = "The user was shown ";

/// What was joined to one message is taken apart: each text begins a message, and so does each note.
fn user<'a>(parts: &'a [ContentPart], pictures: &mut Vec<ImagePart>, messages: &mut Vec<Message<'a>>) {
    let begins = |part: &ContentPart| matches!(part, ContentPart::Text(_) | ContentPart::Note(_));
    for said in parts.chunk_by(|_, next| !begins(next)) {
        if matches!(said, [ContentPart::Note(note)] if note.starts_with(SHOWN)) {
            continue;
        }
        messages.push(Message::User(said.iter().map(|seen| part(seen, pictures)).collect()));
    }
}

/// The last text of an answer: the demo model asks only for what was said last.
fn assistant(parts: &[AssistantPart]) -> Message<'_> {
    let text = parts.iter().rev().find_map(|part| match part {
        AssistantPart::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let calls = parts.iter().filter_map(|part| match part {
        AssistantPart::Call(call) => {
            Some(demo::ToolCall { id: &call.id, name: &call.name, arguments: &call.arguments })
        }
        _ => None,
    });
    Message::Assistant { text, calls: calls.collect() }
}

fn part<'a>(part: &'a ContentPart, pictures: &mut Vec<ImagePart>) -> Part<'a> {
    match part {
        ContentPart::Text(text) | ContentPart::Note(text) => Part::Text(text),
        ContentPart::Image(picture) => {
            pictures.push(picture.clone());
            Part::Picture(PictureId(pictures.len() - 1))
        }
        ContentPart::File(FilePart { name, content, .. }) => {
            Part::File(File { name, content: seen(content) })
        }
    }
}

fn seen(content: &FileContent) -> Content<'_> {
    match content {
        FileContent::Text(file) => {
            Content::Text { text: &file.text, whole_bytes: file.whole_bytes, num_lines: file.num_lines }
        }
        FileContent::Pdf(data) => Content::Pdf { size_bytes: data.len() },
        FileContent::Withheld { reason } => Content::Withheld { reason },
    }
}
