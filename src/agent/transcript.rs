//! Keeps what server tools answered before the page was asked: the next turn's model must read it.
//!
//! A turn that ends with a client tool call leaves calls behind that were answered in memory only. They
//! are stored as one hidden item in front of the client's call, from which [`to_messages`] makes the
//! calls and results again, in the form providers demand. It is a note of this crate's own, since what
//! applications hide may come from users, who must not put words into a tool's mouth.
//!
//! [`to_messages`]: super::input::to_messages

use serde::{Deserialize, Serialize};

use crate::{
    model::{ModelMessage, ToolCall},
    protocol::ItemKind,
};

/// What the hidden item holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcript {
    #[serde(rename = "actix_chatkit.tool_rounds")]
    rounds: Vec<ToolRound>,
}

/// The calls that a model made at once, each with its result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ToolRound(Vec<AnsweredCall>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AnsweredCall {
    id: String,
    name: String,
    arguments: String,
    output: String,
}

impl ToolRound {
    /// A round of calls with what was answered to them.
    pub(super) fn new<'a>(calls: impl IntoIterator<Item = (&'a ToolCall, &'a str)>) -> Self {
        let answered = |(call, output): (&ToolCall, &str)| AnsweredCall {
            id: call.id.clone(),
            name: call.name.clone(),
            arguments: call.arguments.clone(),
            output: output.to_owned(),
        };
        Self(calls.into_iter().map(answered).collect())
    }

    /// Whether there are no calls in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The calls as the model made them, and the results.
    pub(super) fn into_messages(self) -> (Vec<ToolCall>, Vec<ModelMessage>) {
        let mut calls = Vec::with_capacity(self.0.len());
        let mut results = Vec::with_capacity(self.0.len());
        for AnsweredCall { id, name, arguments, output } in self.0 {
            results.push(ModelMessage::Tool { call_id: id.clone(), name: name.clone(), content: output });
            calls.push(ToolCall { id, name, arguments });
        }
        (calls, results)
    }
}

/// The hidden item that keeps these rounds.
pub(super) fn write(rounds: Vec<ToolRound>) -> serde_json::Result<ItemKind> {
    Ok(ItemKind::SdkHiddenContext { content: serde_json::to_string(&Transcript { rounds })? })
}

/// The rounds that a hidden item keeps; none if it is another kind of note.
pub(super) fn read(content: &str) -> Option<Vec<ToolRound>> {
    // Other notes are words: most are told apart by their first letter.
    if !content.starts_with('{') {
        return None;
    }
    serde_json::from_str(content).ok().map(|Transcript { rounds }| rounds)
}
