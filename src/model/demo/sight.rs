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
    let messages = request.messages.iter().filter_map(|message| match message {
        ModelMessage::System(_) => None,
        ModelMessage::User(parts) => {
            Some(Message::User(parts.iter().map(|seen| part(seen, &mut pictures)).collect()))
        }
        ModelMessage::Assistant(parts) => Some(assistant(parts)),
        ModelMessage::Tool { call_id, content, .. } => Some(Message::Tool { call_id, content }),
    });
    let messages = messages.collect();
    let tool_choice = match &request.tool_choice {
        ToolChoice::Auto => demo::ToolChoice::Auto,
        ToolChoice::None => demo::ToolChoice::None,
        ToolChoice::Required => demo::ToolChoice::Required,
        ToolChoice::Named(name) => demo::ToolChoice::Named(name),
    };
    Seen { sight: Sight { messages, tools: tool_names, tool_choice }, pictures }
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
        ContentPart::Text(text) => Part::Text(text),
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
