//! Puts a conversation into the form that every model's template takes: user and assistant by turns.
//!
//! The templates of Gemma and Mistral, among others, refuse two neighbours of one role, and count neither calls nor
//! their results. What a thread holds is looser: a card is told in the user's name, and a turn may have failed before
//! its answer.

use crate::model::{AssistantPart, ContentPart, ModelMessage};

/// Stands where an answer is missing between two messages of the user.
const NO_ANSWER: &str = "(There was no answer.)";
/// Stands before an answer that nobody asked for.
const NO_QUESTION: &str = "(The assistant begins.)";

/// Joins neighbours of one role, and fills the gaps that are left.
///
/// The parts of joined messages stay apart, in their order. Whoever asks a [`Model`](crate::model::Model) without a
/// [`ToolLoop`](crate::agent::ToolLoop), which does it itself, should ask with messages in this form.
pub fn by_turns(messages: impl IntoIterator<Item = ModelMessage>) -> Vec<ModelMessage> {
    let mut turns: Vec<ModelMessage> = Vec::new();
    for message in messages {
        match (turns.last_mut(), message) {
            (Some(ModelMessage::User(parts)), ModelMessage::User(more)) => parts.extend(more),
            (Some(ModelMessage::Assistant(parts)), ModelMessage::Assistant(more)) => parts.extend(more),
            (Some(ModelMessage::System(text)), ModelMessage::System(more)) => text.extend(["\n\n", &more]),
            (_, message) => turns.push(message),
        }
    }
    with_gaps_filled(turns)
}

/// The roles that templates count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    User,
    Assistant,
}

fn with_gaps_filled(messages: Vec<ModelMessage>) -> Vec<ModelMessage> {
    let mut filled = Vec::with_capacity(messages.len());
    let mut last = None;
    for message in messages {
        match &message {
            ModelMessage::System(_) | ModelMessage::Tool { .. } => {}
            ModelMessage::User(_) => {
                if last == Some(Counted::User) {
                    filled.push(ModelMessage::assistant(NO_ANSWER));
                }
                last = Some(Counted::User);
            }
            ModelMessage::Assistant(parts) => {
                if last.is_none() {
                    filled.push(ModelMessage::User(vec![ContentPart::Note(NO_QUESTION.to_owned())]));
                    last = Some(Counted::User);
                }
                if !calls_tools(parts) {
                    last = Some(Counted::Assistant);
                }
            }
        }
        filled.push(message);
    }
    filled
}

fn calls_tools(parts: &[AssistantPart]) -> bool {
    parts.iter().any(|part| matches!(part, AssistantPart::Call(_)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ToolCall;

    fn called(id: &str) -> [ModelMessage; 2] {
        let call = ToolCall { id: id.to_owned(), name: "t".to_owned(), arguments: "{}".to_owned() };
        let result =
            ModelMessage::Tool { call_id: id.to_owned(), name: "t".to_owned(), content: String::new() };
        [ModelMessage::calls([call]), result]
    }

    fn text(text: &str) -> ContentPart {
        ContentPart::Text(text.to_owned())
    }

    #[test]
    fn neighbours_of_one_role_are_one_message_of_their_parts() {
        let said = |text: &str| AssistantPart::Text(text.to_owned());
        let system = |text: &str| ModelMessage::System(text.to_owned());
        assert_eq!(
            by_turns([
                system("Be kind."),
                system("Be brief."),
                ModelMessage::user("One"),
                ModelMessage::user("Two"),
                ModelMessage::assistant("a"),
                ModelMessage::assistant("b"),
                ModelMessage::user("Three"),
            ]),
            [
                system("Be kind.\n\nBe brief."),
                ModelMessage::User(vec![text("One"), text("Two")]),
                ModelMessage::Assistant(vec![said("a"), said("b")]),
                ModelMessage::User(vec![text("Three")]),
            ]
        );
    }

    #[test]
    fn a_turn_that_ended_after_its_calls_and_an_answer_without_a_question_leave_no_gap() {
        let [call, result] = called("1");
        let messages = [
            ModelMessage::assistant("Welcome."),
            ModelMessage::user("One"),
            call.clone(),
            result.clone(),
            ModelMessage::user("Two"),
        ];
        assert_eq!(
            by_turns(messages),
            [
                ModelMessage::User(vec![ContentPart::Note(NO_QUESTION.to_owned())]),
                ModelMessage::assistant("Welcome."),
                ModelMessage::user("One"),
                call,
                result,
                ModelMessage::assistant(NO_ANSWER),
                ModelMessage::user("Two"),
            ]
        );
    }

    proptest! {
        /// The rule of the strictest templates, for any conversation.
        #[test]
        fn user_and_assistant_always_come_by_turns(kinds in prop::collection::vec(0..3_u8, 0..20)) {
            let messages: Vec<_> = kinds.iter().enumerate().flat_map(|(place, kind)| match kind {
                0 => vec![ModelMessage::user(place.to_string())],
                1 => vec![ModelMessage::assistant(place.to_string())],
                _ => called(&place.to_string()).into(),
            }).collect();
            let counted: Vec<_> = by_turns(messages).into_iter().filter_map(|message| match message {
                ModelMessage::User(_) => Some(Counted::User),
                ModelMessage::Assistant(parts) if !calls_tools(&parts) => Some(Counted::Assistant),
                _ => None,
            }).collect();
            prop_assert!(counted.first().is_none_or(|first| *first == Counted::User));
            prop_assert!(counted.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
