//! Actions: what a widget's control asks for, and what arrives when it is used.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What arrives when a control was used. The payload is the client's word: validate it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The application's name of it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Free data, merged with the values of the form around the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
}

/// What a control asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionConfig {
    /// The application's name of it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Free data that comes back with the action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
    /// Who handles it.
    #[serde(default)]
    pub handler: ActionHandler,
    /// What shows that it is under way.
    #[serde(default)]
    pub loading_behavior: LoadingBehavior,
    /// Whether the answer is a stream of events (`threads.custom_action`) or one item.
    #[serde(default = "yes")]
    pub streaming: bool,
}

const fn yes() -> bool {
    true
}

/// Who handles an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionHandler {
    /// The responder.
    #[default]
    Server,
    /// The page (`widgets.onAction`).
    Client,
}

/// What shows that an action is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadingBehavior {
    /// As fits the place of the control.
    #[default]
    Auto,
    /// Nothing.
    None,
    /// The control.
    #[serde(rename = "self")]
    Itself,
    /// The widget.
    Container,
}

impl ActionConfig {
    /// A streaming action for the responder.
    pub fn server(kind: impl Into<String>, payload: Value) -> Self {
        Self {
            kind: kind.into(),
            payload: Some(payload),
            handler: ActionHandler::Server,
            loading_behavior: LoadingBehavior::Auto,
            streaming: true,
        }
    }
}
