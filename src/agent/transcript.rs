//! What a turn leaves behind for the model alone: kept as hidden items, from which the next turn's model reads it.
//!
//! Calls of tools, and what only the provider understands, are known in memory alone while a turn runs. They are
//! stored as a hidden item behind the text of their answer, from which [`to_messages`] makes the answer again, in the
//! form that providers demand. So the next turn has them, after a restart and on another node too. It is a note of
//! this crate's own, since what applications hide may come from users, who must not put words into a tool's mouth.
//!
//! [`to_messages`]: super::input::to_messages

use serde::{Deserialize, Serialize};

use crate::{
    model::{AssistantPart, ModelMessage, ProviderItem, ToolCall},
    protocol::{ItemId, ItemKind},
};

/// What a hidden item says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Note {
    /// Answers of the model that called tools, or brought along what only its provider understands.
    Rounds(Vec<Round>),
    /// A provider refused a request because of this item: it is left out of later ones.
    Refused(ItemId),
}

/// One answer of a model, with the results of its calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Round(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// The text's place; the text itself is an item of its own.
    Text,
    Call(AnsweredCall),
    Provider(ProviderItem),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AnsweredCall {
    id: String,
    name: String,
    arguments: String,
    output: String,
}

/// A note as it is stored: one of the fields.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Stored {
    #[serde(rename = "actix_chatkit.rounds", skip_serializing_if = "Option::is_none")]
    rounds: Option<Vec<Round>>,
    /// Version 0.1 stored only calls.
    #[serde(rename = "actix_chatkit.tool_rounds", skip_serializing)]
    tool_rounds: Option<Vec<Vec<AnsweredCall>>>,
    #[serde(rename = "actix_chatkit.refused", skip_serializing_if = "Option::is_none")]
    refused: Option<ItemId>,
}

impl Round {
    /// An answer of these parts, whose calls were answered by these texts, in their order. A call without an answer
    /// is left out.
    pub(super) fn new<'a>(parts: &[AssistantPart], outputs: impl IntoIterator<Item = &'a str>) -> Self {
        let mut outputs = outputs.into_iter();
        let stored = |part: &AssistantPart| match part {
            AssistantPart::Text(_) => Some(Part::Text),
            AssistantPart::Provider(item) => Some(Part::Provider(item.clone())),
            AssistantPart::Call(ToolCall { id, name, arguments }) => outputs.next().map(|output| {
                let (id, name, arguments) = (id.clone(), name.clone(), arguments.clone());
                Part::Call(AnsweredCall { id, name, arguments, output: output.to_owned() })
            }),
        };
        Self(parts.iter().filter_map(stored).collect())
    }

    /// Whether the visible items say everything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|part| *part == Part::Text)
    }

    /// Whether something of it is the provider's alone.
    pub(super) fn has_provider_items(&self) -> bool {
        self.provider_items().next().is_some()
    }

    /// What of it is the provider's alone.
    pub(super) fn provider_items(&self) -> impl Iterator<Item = &ProviderItem> {
        self.0.iter().filter_map(|part| match part {
            Part::Provider(item) => Some(item),
            Part::Text | Part::Call(_) => None,
        })
    }

    /// How many texts it has.
    pub(super) fn num_texts(&self) -> usize {
        self.0.iter().filter(|part| **part == Part::Text).count()
    }

    /// The answer whose texts were `said`, and the results of its calls. Each text has its place, and any more stand in
    /// the last one.
    pub(super) fn into_messages(self, said: Vec<AssistantPart>) -> (Vec<AssistantPart>, Vec<ModelMessage>) {
        let mut places = self.num_texts();
        let mut said = said.into_iter();
        let mut parts: Vec<AssistantPart> = if places == 0 { said.by_ref().collect() } else { Vec::new() };
        let mut results = Vec::new();
        for part in self.0 {
            match part {
                Part::Text => {
                    places -= 1;
                    parts.extend(said.by_ref().take(if places == 0 { usize::MAX } else { 1 }));
                }
                Part::Provider(item) => parts.push(AssistantPart::Provider(item)),
                Part::Call(AnsweredCall { id, name, arguments, output }) => {
                    let (call_id, tool) = (id.clone(), name.clone());
                    results.push(ModelMessage::Tool { call_id, name: tool, content: output });
                    parts.push(AssistantPart::Call(ToolCall { id, name, arguments }));
                }
            }
        }
        (parts, results)
    }
}

impl Note {
    /// The hidden item that keeps it.
    pub(super) fn into_item(self) -> serde_json::Result<ItemKind> {
        let stored = match self {
            Self::Rounds(rounds) => Stored { rounds: Some(rounds), ..Stored::default() },
            Self::Refused(item_id) => Stored { refused: Some(item_id), ..Stored::default() },
        };
        Ok(ItemKind::SdkHiddenContext { content: serde_json::to_string(&stored)? })
    }

    /// The note that a hidden item keeps; `None` if it holds words for the model.
    pub(super) fn read(content: &str) -> Option<Self> {
        // Words are told apart by their first letter.
        if !content.starts_with('{') {
            return None;
        }
        let Stored { rounds, tool_rounds, refused } = serde_json::from_str(content).ok()?;
        let of_calls = |calls: Vec<AnsweredCall>| Round(calls.into_iter().map(Part::Call).collect());
        let rounds = rounds.or_else(|| Some(tool_rounds?.into_iter().map(of_calls).collect()));
        rounds.map(Self::Rounds).or_else(|| refused.map(Self::Refused))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(id: &str) -> ToolCall {
        ToolCall { id: id.to_owned(), name: "find".to_owned(), arguments: "{}".to_owned() }
    }

    fn result(id: &str, content: &str) -> ModelMessage {
        ModelMessage::Tool { call_id: id.to_owned(), name: "find".to_owned(), content: content.to_owned() }
    }

    #[test]
    fn an_answer_comes_back_with_everything_in_its_place() {
        let item = |number: u8| {
            let value = json!({"type": "reasoning", "encrypted_content": number});
            AssistantPart::Provider(ProviderItem { origin: "o/m".to_owned(), value })
        };
        let said = AssistantPart::Text("Let me look.".to_owned());
        let parts = vec![
            item(1),
            said.clone(),
            item(2),
            AssistantPart::Call(call("a")),
            AssistantPart::Call(call("b")),
        ];
        let round = Round::new(&parts, ["found", "not"]);
        assert!(round.has_provider_items());
        let ItemKind::SdkHiddenContext { content } = Note::Rounds(vec![round]).into_item().unwrap() else {
            panic!("hidden")
        };
        assert!(!content.contains("Let me look"), "the text has an item of its own");
        let Some(Note::Rounds(mut rounds)) = Note::read(&content) else { panic!("{content}") };
        assert_eq!(
            rounds.remove(0).into_messages(vec![said]),
            (parts, vec![result("a", "found"), result("b", "not")])
        );
    }

    #[test]
    fn calls_that_were_not_answered_are_left_out_and_texts_stand_first_without_a_place() {
        let round = Round::new(&[AssistantPart::Call(call("a")), AssistantPart::Call(call("b"))], ["found"]);
        assert!(!round.is_empty() && !round.has_provider_items());
        assert!(Round::new(&[AssistantPart::Text("Only words.".to_owned())], []).is_empty());
        let said = AssistantPart::Text("Hm.".to_owned());
        let (parts, results) = round.into_messages(vec![said.clone()]);
        assert_eq!(
            (parts, results),
            (vec![said, AssistantPart::Call(call("a"))], vec![result("a", "found")])
        );
    }

    #[test]
    fn notes_of_version_0_1_are_read_and_words_are_none() {
        let old =
            r#"{"actix_chatkit.tool_rounds":[[{"id":"a","name":"find","arguments":"{}","output":"x"}]]}"#;
        let Some(Note::Rounds(rounds)) = Note::read(old) else { panic!("an old note") };
        assert_eq!(rounds, [Round::new(&[AssistantPart::Call(call("a"))], ["x"])]);
        let refused = Note::Refused("msg_1".into());
        let Ok(ItemKind::SdkHiddenContext { content }) = refused.clone().into_item() else {
            panic!("hidden")
        };
        assert_eq!(Note::read(&content), Some(refused));
        for words in ["The user stopped the answer.", "{}", r#"{"city": "Oslo"}"#, "{"] {
            assert_eq!(Note::read(words), None, "{words}");
        }
    }
}
