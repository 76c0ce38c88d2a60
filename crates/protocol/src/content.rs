//! The parts of messages.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::source::Annotation;

/// One part of what the user wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum UserContent {
    /// Plain text, never Markdown.
    InputText {
        /// The text.
        text: String,
    },
    /// A thing of the host application, mentioned in place.
    InputTag {
        /// The host's id of it.
        id: String,
        /// How it is shown.
        text: String,
        /// Free data of the host; nulls are kept. Clients always send it.
        data: Map<String, Value>,
        /// The menu group it came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        /// Whether it may be clicked.
        #[serde(default)]
        interactive: bool,
    },
}

/// What the user chose for this message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InferenceOptions {
    /// The tool to be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// The model to be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// The tool the user chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolChoice {
    /// The id the page gave the tool.
    pub id: String,
}

/// One part of what the assistant wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AssistantContent {
    /// Markdown text.
    OutputText {
        /// The text.
        text: String,
        /// Where statements of the text come from.
        #[serde(default)]
        annotations: Vec<Annotation>,
    },
}

impl AssistantContent {
    /// A part that is only text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::OutputText { text: text.into(), annotations: Vec::new() }
    }

    /// The text.
    pub fn as_text(&self) -> &str {
        match self {
            Self::OutputText { text, .. } => text,
        }
    }
}
