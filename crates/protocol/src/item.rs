//! Items: what a thread consists of.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    attachment::Attachment,
    content::{AssistantContent, InferenceOptions, UserContent},
    ids::{ItemId, ThreadId},
    structured_input::{Answer, StructuredInput, StructuredInputStatus},
    time::Timestamp,
    widget::WidgetRoot,
    workflow::{Task, Workflow},
};

/// One item of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThreadItem {
    /// The item's id, unique within its thread.
    pub id: ItemId,
    /// The thread it belongs to.
    pub thread_id: ThreadId,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it is.
    #[serde(flatten)]
    pub kind: ItemKind,
}

/// What an item is; the variant's name in snake case is its `type`.
///
/// Exhaustive on purpose: whoever handles items must fail to compile when ChatKit gains a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ItemKind {
    /// What the user sent.
    UserMessage(UserMessage),
    /// What the assistant wrote.
    AssistantMessage(AssistantMessage),
    /// A function of the page that the assistant calls.
    ClientToolCall(ClientToolCall),
    /// An interactive widget.
    Widget(WidgetItem),
    /// A picture the assistant made.
    GeneratedImage {
        /// The picture; absent while it is being made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<GeneratedImage>,
    },
    /// Questions in a form.
    StructuredInput(StructuredInputItem),
    /// The assistant's work, shown step by step.
    Workflow {
        /// The steps.
        workflow: Workflow,
    },
    /// One step on its own.
    Task {
        /// The step.
        task: Task,
    },
    /// A hint that the turn ends here.
    EndOfTurn,
    /// Something only the model sees, given by the application.
    HiddenContextItem {
        /// Free data.
        content: Value,
    },
    /// Something only the model sees, given by this crate.
    SdkHiddenContext {
        /// Text for the model.
        content: String,
    },
}

/// What the user sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserMessage {
    /// Text and tags, in order.
    pub content: Vec<UserContent>,
    /// The attached files.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Earlier text that the user quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_text: Option<String>,
    /// What the user chose for this message.
    #[serde(default)]
    pub inference_options: InferenceOptions,
}

/// What the assistant wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AssistantMessage {
    /// The parts, in order.
    pub content: Vec<AssistantContent>,
}

/// A function of the page that the assistant calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClientToolCall {
    /// Whether the page has answered.
    #[serde(default)]
    pub status: ClientToolCallStatus,
    /// The model's id of the call.
    pub call_id: String,
    /// The function.
    pub name: String,
    /// Its arguments; nulls are kept.
    pub arguments: Map<String, Value>,
    /// What it returned; absent while pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
}

/// Whether the page has answered a client tool call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClientToolCallStatus {
    /// Not yet.
    #[default]
    Pending,
    /// It has.
    Completed,
}

/// An interactive widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WidgetItem {
    /// The tree.
    pub widget: WidgetRoot,
    /// What the copy button copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_text: Option<String>,
}

/// A picture the assistant made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeneratedImage {
    /// The picture's id.
    pub id: String,
    /// Where it can be had; may be a `data:` URL.
    pub url: String,
}

/// Questions in a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StructuredInputItem {
    /// What became of it.
    #[serde(default)]
    pub status: StructuredInputStatus,
    /// The questions, in order.
    pub inputs: Vec<StructuredInput>,
}

impl ThreadItem {
    /// A new item made now.
    pub fn new(id: ItemId, thread_id: ThreadId, kind: ItemKind) -> Self {
        Self { id, thread_id, created_at: Timestamp::now(), kind }
    }

    /// Whether the item is only for the model and never sent to a client.
    pub fn is_hidden(&self) -> bool {
        self.kind.is_hidden()
    }

    /// What the user wrote, if this is a user's message.
    pub fn as_user_message(&self) -> Option<&UserMessage> {
        match &self.kind {
            ItemKind::UserMessage(message) => Some(message),
            _ => None,
        }
    }
}

impl ItemKind {
    /// The `type` on the wire and in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::UserMessage(_) => "user_message",
            Self::AssistantMessage(_) => "assistant_message",
            Self::ClientToolCall(_) => "client_tool_call",
            Self::Widget(_) => "widget",
            Self::GeneratedImage { .. } => "generated_image",
            Self::StructuredInput(_) => "structured_input",
            Self::Workflow { .. } => "workflow",
            Self::Task { .. } => "task",
            Self::EndOfTurn => "end_of_turn",
            Self::HiddenContextItem { .. } => "hidden_context_item",
            Self::SdkHiddenContext { .. } => "sdk_hidden_context",
        }
    }

    /// Whether items of this kind are only for the model.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::HiddenContextItem { .. } | Self::SdkHiddenContext { .. })
    }
}

impl StructuredInputItem {
    /// The answer to the question with this id, once given.
    pub fn answer(&self, question_id: &str) -> Option<&Answer> {
        self.inputs.iter().find(|input| input.id() == question_id)?.answer()
    }

    /// The first value of the answer to the question with this id; none when it was skipped.
    pub fn first_value(&self, question_id: &str) -> Option<&str> {
        self.answer(question_id)?.values.first().map(String::as_str)
    }
}

impl AssistantMessage {
    /// A message of one part that is only text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { content: vec![AssistantContent::text(text)] }
    }

    /// Whether there is nothing but white space in it.
    pub fn is_blank(&self) -> bool {
        self.content.iter().all(|part| part.as_text().trim().is_empty())
    }
}

impl UserMessage {
    /// The text as people read it: texts joined, each tag by its text.
    pub fn plain_text(&self) -> String {
        self.content
            .iter()
            .map(|part| match part {
                UserContent::InputText { text } => text.clone(),
                UserContent::InputTag { text, .. } => format!("@{text}"),
            })
            .collect()
    }
}
