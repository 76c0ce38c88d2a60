//! Recognises a `<think>` block at the beginning of the text as reasoning.
//!
//! Servers that cannot tell a model's reasoning from its answer send both as text, with the marks that the model
//! was trained to write.

use std::collections::VecDeque;

use crate::model::ModelEvent;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Separates reasoning from text, wherever the pieces are cut.
#[derive(Debug)]
pub(super) enum ThinkMarks {
    /// The text so far may still become the opening mark.
    Before(String),
    /// Inside the block. Text that may become the closing mark is held back.
    Within(String),
    /// Behind the block and before the answer. White space here belongs to neither.
    Behind,
    /// There is no block, or it has ended.
    Text,
}

impl Default for ThinkMarks {
    fn default() -> Self {
        Self::Before(String::new())
    }
}

impl ThinkMarks {
    /// Takes a piece of text, and appends it to `events` as reasoning or as text.
    pub(super) fn read(&mut self, piece: &str, events: &mut VecDeque<ModelEvent>) {
        *self = match std::mem::replace(self, Self::Text) {
            Self::Before(held) => Self::before(held + piece, events),
            Self::Within(held) => Self::within(held + piece, events),
            Self::Behind => Self::behind(piece, events),
            Self::Text => Self::text(piece, events),
        };
    }

    /// Appends the text that was held back, at the end of the answer.
    pub(super) fn end(&mut self, events: &mut VecDeque<ModelEvent>) {
        match std::mem::replace(self, Self::Text) {
            Self::Before(held) => push(held, ModelEvent::Text, events),
            Self::Within(held) => push(held, ModelEvent::Reasoning, events),
            Self::Behind | Self::Text => {}
        }
    }

    fn before(held: String, events: &mut VecDeque<ModelEvent>) -> Self {
        let begun = held.trim_start();
        match begun.strip_prefix(OPEN) {
            Some(block) => Self::within(block.to_owned(), events),
            None if OPEN.starts_with(begun) => Self::Before(held),
            None => Self::text(&held, events),
        }
    }

    fn within(mut held: String, events: &mut VecDeque<ModelEvent>) -> Self {
        if let Some((reasoning, text)) = held.split_once(CLOSE) {
            push(reasoning.to_owned(), ModelEvent::Reasoning, events);
            return Self::behind(text, events);
        }
        let sure = (0..CLOSE.len())
            .rev()
            .find(|&length| held.ends_with(&CLOSE[..length]))
            .map_or(held.len(), |length| held.len() - length);
        let unsure = held.split_off(sure);
        push(held, ModelEvent::Reasoning, events);
        Self::Within(unsure)
    }

    fn behind(piece: &str, events: &mut VecDeque<ModelEvent>) -> Self {
        match piece.trim_start() {
            "" => Self::Behind,
            text => Self::text(text, events),
        }
    }

    fn text(piece: &str, events: &mut VecDeque<ModelEvent>) -> Self {
        push(piece.to_owned(), ModelEvent::Text, events);
        Self::Text
    }
}

fn push(text: String, event: fn(String) -> ModelEvent, events: &mut VecDeque<ModelEvent>) {
    if !text.is_empty() {
        events.push_back(event(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of a text cut into these pieces: the reasoning and the text.
    fn told_apart<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let (mut marks, mut events) = (ThinkMarks::default(), VecDeque::new());
        for piece in pieces {
            marks.read(piece, &mut events);
        }
        marks.end(&mut events);
        let (mut reasoning, mut text) = (String::new(), String::new());
        for event in events {
            match event {
                ModelEvent::Reasoning(piece) => reasoning += &piece,
                ModelEvent::Text(piece) => text += &piece,
                other => panic!("{other:?}"),
            }
        }
        (reasoning, text)
    }

    #[test]
    fn a_block_is_reasoning_wherever_it_is_cut() {
        let whole = "\n<think>Is 1 </ 2 < 3?</think>\n\nYes — <think> so.";
        for place in (0..=whole.len()).filter(|place| whole.is_char_boundary(*place)) {
            let (first, second) = whole.split_at(place);
            let expected = ("Is 1 </ 2 < 3?".to_owned(), "Yes — <think> so.".to_owned());
            assert_eq!(told_apart([first, second]), expected, "{place}");
        }
        let characters: Vec<_> = whole.chars().map(String::from).collect();
        assert_eq!(told_apart(characters.iter().map(String::as_str)).1, "Yes — <think> so.");
    }

    #[test]
    fn text_without_a_block_at_its_beginning_is_text() {
        for text in ["Hello", "  Hello", "<thinking>", "<th", "<", "a<think>b</think>", "</think>", ""] {
            assert_eq!(told_apart([text]), (String::new(), text.to_owned()));
        }
    }

    #[test]
    fn a_block_that_never_ends_is_reasoning() {
        assert_eq!(told_apart(["<think>on and", " on </thi"]), ("on and on </thi".to_owned(), String::new()));
    }
}
