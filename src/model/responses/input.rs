//! Writes a conversation as the list of items that the Responses API takes.

use std::{borrow::Cow, collections::HashSet, fmt::Write};

use serde::{Serialize, Serializer, ser::SerializeSeq};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::{
    AssistantPart, ContentPart, FileContent, ImagePart, ModelMessage, ProviderItem, ToolCall,
    data_url::DataUrl,
};

/// The longest id of a call that OpenAI takes, in characters.
const MAX_CALL_ID: usize = 64;

/// One item of the input. Texts and bytes stay where they are until they are written.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item<'a> {
    Message(Message<'a>),
    FunctionCall {
        call_id: Cow<'a, str>,
        name: &'a str,
        arguments: &'a str,
    },
    FunctionCallOutput {
        call_id: Cow<'a, str>,
        output: &'a str,
    },
    #[serde(untagged)]
    Verbatim(&'a Value),
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub(super) enum Message<'a> {
    System {
        content: &'a str,
    },
    User {
        content: Content<'a>,
    },
    /// Servers that check types strictly want an id and a status.
    Assistant {
        id: String,
        status: &'static str,
        content: [OutputText<'a>; 1],
    },
}

#[derive(Serialize)]
pub(super) struct OutputText<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
    annotations: [(); 0],
}

/// Which items of earlier answers go back.
#[derive(Clone, Copy)]
pub(super) struct Carried<'a> {
    /// Only those of this endpoint and model understand each other.
    pub(super) origin: &'a str,
    /// The server does not take them any more, but for the questions for permission and what belongs to them.
    pub(super) only_remote: bool,
}

impl Carried<'_> {
    fn holds(self, item: &ProviderItem) -> bool {
        item.origin == self.origin && (!self.only_remote || kind(&item.value).starts_with("mcp_"))
    }
}

/// The standing instructions, and all messages after them. Items that are not carried are left out, and so are those
/// that the API refuses where they stand.
pub(super) fn instructions_and_items<'a>(
    messages: &'a [ModelMessage],
    carried: Carried<'_>,
) -> (Option<Cow<'a, str>>, Vec<Item<'a>>) {
    let mut instructions: Option<Cow<'a, str>> = None;
    let mut rest = messages;
    while let [ModelMessage::System(text), others @ ..] = rest {
        match &mut instructions {
            Some(instructions) => instructions.to_mut().extend(["\n\n", text]),
            None => instructions = Some(text.into()),
        }
        rest = others;
    }
    let approvals = Approvals::of(rest, carried);
    let mut items = Vec::with_capacity(rest.len());
    for message in rest {
        match message {
            ModelMessage::System(content) => items.push(Item::Message(Message::System { content })),
            ModelMessage::User(parts) => {
                items.push(Item::Message(Message::User { content: Content(parts) }));
            }
            ModelMessage::Assistant(parts) => assistant(parts, carried, &approvals, &mut items),
            ModelMessage::Tool { call_id: id, content, .. } => {
                items.push(Item::FunctionCallOutput { call_id: call_id(id), output: content });
            }
        }
    }
    (instructions, items)
}

fn assistant<'a>(
    parts: &'a [AssistantPart],
    carried: Carried<'_>,
    approvals: &Approvals<'_>,
    items: &mut Vec<Item<'a>>,
) {
    for part in parts {
        match part {
            AssistantPart::Text(text) if text.is_empty() => {}
            AssistantPart::Text(text) => items.push(Item::Message(Message::Assistant {
                id: format!("msg_{:032x}", items.len()),
                status: "completed",
                content: [OutputText { kind: "output_text", text, annotations: [] }],
            })),
            AssistantPart::Call(ToolCall { id, name, arguments }) => items.push(Item::FunctionCall {
                call_id: call_id(id),
                name,
                arguments: if arguments.trim().is_empty() { "{}" } else { arguments },
            }),
            AssistantPart::Provider(item) if carried.holds(item) && !approvals.are_open(item) => {
                items.push(Item::Verbatim(&item.value));
            }
            AssistantPart::Provider(_) => {}
        }
    }
    // The API refuses reasoning that nothing follows.
    while items.last().is_some_and(Item::is_reasoning) {
        items.pop();
    }
}

impl Item<'_> {
    fn is_reasoning(&self) -> bool {
        matches!(self, Self::Verbatim(value) if kind(value) == "reasoning")
    }
}

/// An id within the limit. Calls of other models may have longer ones, and a call and its output still match.
fn call_id(id: &str) -> Cow<'_, str> {
    if id.chars().count() <= MAX_CALL_ID {
        return id.into();
    }
    let mut short = "call_".to_owned();
    for byte in &Sha256::digest(id)[..16] {
        let _ = write!(short, "{byte:02x}");
    }
    short.into()
}

fn kind(item: &Value) -> &str {
    item.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The questions for the user's permission, and the answers. The API refuses the one without the other.
struct Approvals<'a> {
    asked: HashSet<&'a str>,
    answered: HashSet<&'a str>,
}

impl<'a> Approvals<'a> {
    fn of(messages: &'a [ModelMessage], carried: Carried<'_>) -> Self {
        let parts = messages.iter().flat_map(|message| match message {
            ModelMessage::Assistant(parts) => parts.as_slice(),
            _ => &[],
        });
        let items = parts.filter_map(|part| match part {
            AssistantPart::Provider(item) if carried.holds(item) => Some(&item.value),
            _ => None,
        });
        let (mut asked, mut answered) = (HashSet::new(), HashSet::new());
        for item in items {
            match kind(item) {
                "mcp_approval_request" => asked.extend(text(item, "id")),
                "mcp_approval_response" => answered.extend(text(item, "approval_request_id")),
                _ => {}
            }
        }
        Self { asked, answered }
    }

    /// Whether this is a question without an answer, or an answer without its question.
    fn are_open(&self, item: &ProviderItem) -> bool {
        match kind(&item.value) {
            "mcp_approval_request" => text(&item.value, "id").is_none_or(|id| !self.answered.contains(id)),
            "mcp_approval_response" => {
                text(&item.value, "approval_request_id").is_none_or(|id| !self.asked.contains(id))
            }
            _ => false,
        }
    }
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}

/// User content: a plain string when it is only text, else parts.
pub(super) struct Content<'a>(&'a [ContentPart]);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Option<Vec<Cow<'_, str>>> = self.0.iter().map(ContentPart::as_text).collect();
        if let Some(texts) = texts {
            return match texts.as_slice() {
                [text] => serializer.serialize_str(text),
                texts => serializer.serialize_str(&texts.join("\n\n")),
            };
        }
        let mut parts = serializer.serialize_seq(Some(self.0.len()))?;
        for part in self.0 {
            parts.serialize_element(&match part {
                ContentPart::Text(text) | ContentPart::Note(text) => InputPart::Text { text: text.into() },
                ContentPart::Image(ImagePart { mime_type, data, .. }) => {
                    InputPart::Image { detail: "auto", image_url: DataUrl { mime_type, data } }
                }
                ContentPart::File(file) => match &file.content {
                    FileContent::Pdf(data) => InputPart::File {
                        filename: &file.name,
                        file_data: DataUrl { mime_type: "application/pdf", data },
                    },
                    FileContent::Text(_) | FileContent::Withheld { .. } => {
                        InputPart::Text { text: file.to_text().into() }
                    }
                },
            })?;
        }
        parts.end()
    }
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum InputPart<'a> {
    #[serde(rename = "input_text")]
    Text { text: Cow<'a, str> },
    #[serde(rename = "input_image")]
    Image { detail: &'static str, image_url: DataUrl<'a> },
    #[serde(rename = "input_file")]
    File { filename: &'a str, file_data: DataUrl<'a> },
}
