//! Actions: what a widget's control asks for, and what arrives when it is used.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What arrives when a control was used. The payload is the client's word: validate it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// An action that the responder handles, answered with a stream.
    pub fn server(kind: impl Into<String>) -> Self {
        Self::handled_by(ActionHandler::Server, kind.into())
    }

    /// An action that the page handles; the server hears nothing of it.
    pub fn client(kind: impl Into<String>) -> Self {
        Self::handled_by(ActionHandler::Client, kind.into())
    }

    fn handled_by(handler: ActionHandler, kind: String) -> Self {
        Self { kind, payload: None, handler, loading_behavior: LoadingBehavior::Auto, streaming: true }
    }

    /// The same action with data that comes back with it. An object, if a form is around the
    /// control: the form's values are merged into it.
    #[must_use]
    pub fn payload(self, payload: impl Into<Value>) -> Self {
        Self { payload: Some(payload.into()), ..self }
    }

    /// The same action with another way to show that it is under way.
    #[must_use]
    pub fn loading_behavior(self, loading_behavior: LoadingBehavior) -> Self {
        Self { loading_behavior, ..self }
    }

    /// The same action, answered with the widget's new state instead of a stream
    /// (`threads.sync_custom_action`); it also works while the thread streams.
    #[must_use]
    pub fn sync(self) -> Self {
        Self { streaming: false, ..self }
    }
}
