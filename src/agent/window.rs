//! What of a conversation a model has room for: the newest turns, as far as its window goes.
//!
//! Tokens are estimated. Each model has a vocabulary of its own, and of a local or hosted one behind a compatible
//! server nobody here knows which; the right tokenizer would be megabytes for each, and the wrong one is no better
//! than a guess. So the estimate errs on the high side, and a refusal of the server corrects it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::model::{AssistantPart, ContentPart, FileContent, ModelMessage, ToolSpec};

/// How many bytes of plain text make a token, in tenths. Prose has 4 to 5, code and JSON about 3.
const TENTH_BYTES_PER_TOKEN: u64 = 36;
/// What a message costs beside its content.
const MESSAGE_TOKENS: u64 = 6;
/// What a picture costs, about: between 85 and 1,600 with the common models.
const PICTURE_TOKENS: u64 = 1_100;
/// How many bytes of a PDF document make a token, about.
const PDF_BYTES_PER_TOKEN: u64 = 40;
/// The most bytes of all messages. Servers refuse requests beyond 20 to 50 MB.
const MAX_BYTES: u64 = 24 << 20;
/// The most tokens that are kept free for the answer, if the window is known; of a small window it is a quarter.
const MAX_ANSWER_TOKENS: u64 = 8_192;
/// How many models are remembered.
const MAX_MODELS: usize = 64;

/// Stands before the oldest turn that is left.
const LEFT_OUT: &str = "(The earlier part of this conversation is left out, since there is no room for it.)";

/// What a conversation costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    tokens: u64,
    bytes: u64,
}

/// How much a request may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    tokens: u64,
    bytes: u64,
}

/// A conversation of which the oldest turns may have been left out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fitted {
    /// The messages that are left.
    pub(super) messages: Vec<ModelMessage>,
    /// How many turns were left out.
    pub(super) turns_left_out: usize,
    /// Whether only the newest turn is left.
    pub(super) is_least: bool,
}

/// The sizes of requests that were refused as too long, by model.
///
/// The lock is held for a look or an insert, and never across an await.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<Option<String>, u64>>);

impl Refusals {
    /// The estimated tokens that a request for this model should stay below, if one was ever refused.
    fn limit(&self, model: Option<&str>) -> Option<u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&model.map(str::to_owned)).copied()
    }

    /// Notes that a request of this cost was too long. The next is to be a quarter smaller.
    pub(super) fn note(&self, model: Option<&str>, cost: Cost) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_MODELS {
            // What is forgotten is learnt again.
            known.clear();
        }
        let limit = known.entry(model.map(str::to_owned)).or_insert(u64::MAX);
        *limit = (*limit).min(cost.tokens - cost.tokens / 4);
    }
}

impl Budget {
    /// The budget that has room for the newest turn alone.
    pub(super) const LEAST: Self = Self { tokens: 0, bytes: 0 };

    /// The budget of a model with a window of so many tokens, if that is known, after these refusals.
    pub(super) fn of(context_tokens: Option<u64>, refusals: &Refusals, model: Option<&str>) -> Self {
        let window = context_tokens.map(|window| window - (window / 4).min(MAX_ANSWER_TOKENS));
        let tokens = [window, refusals.limit(model)].into_iter().flatten().min().unwrap_or(u64::MAX);
        Self { tokens, bytes: MAX_BYTES }
    }

    fn has_room_for(self, cost: Cost) -> bool {
        cost.tokens <= self.tokens && cost.bytes <= self.bytes
    }
}

impl Cost {
    /// What a request of these messages and tools costs.
    pub(super) fn of(messages: &[ModelMessage], tools: &[ToolSpec]) -> Self {
        Self::of_tools(tools).and(Self::of_messages(messages))
    }

    fn of_tools(tools: &[ToolSpec]) -> Self {
        let specs = tools.iter().map(|tool| {
            let schema = Self::of_text(&tool.parameters.to_string());
            schema.and(Self::of_text(&tool.name)).and(Self::of_text(&tool.description))
        });
        specs.fold(Self::default(), Self::and)
    }

    fn of_messages(messages: &[ModelMessage]) -> Self {
        messages.iter().map(Self::of_message).fold(Self::default(), Self::and)
    }

    fn of_message(message: &ModelMessage) -> Self {
        let content = match message {
            ModelMessage::System(text) | ModelMessage::Tool { content: text, .. } => Self::of_text(text),
            ModelMessage::User(parts) => parts.iter().map(Self::of_part).fold(Self::default(), Self::and),
            ModelMessage::Assistant(parts) => {
                parts.iter().map(Self::of_said).fold(Self::default(), Self::and)
            }
        };
        content.and(Self { tokens: MESSAGE_TOKENS, bytes: 0 })
    }

    fn of_part(part: &ContentPart) -> Self {
        let of_bytes = |data: &[u8], tokens| Self { tokens, bytes: count(data.len()) * 4 / 3 };
        match part {
            ContentPart::Text(text) | ContentPart::Note(text) => Self::of_text(text),
            ContentPart::Image(image) => of_bytes(&image.data, PICTURE_TOKENS),
            ContentPart::File(file) => match &file.content {
                FileContent::Text(content) => Self::of_text(&content.text),
                FileContent::Pdf(data) => of_bytes(data, count(data.len()) / PDF_BYTES_PER_TOKEN),
                FileContent::Withheld { reason } => Self::of_text(reason),
            },
        }
    }

    fn of_said(part: &AssistantPart) -> Self {
        match part {
            AssistantPart::Text(text) => Self::of_text(text),
            AssistantPart::Call(call) => Self::of_text(&call.name).and(Self::of_text(&call.arguments)),
            AssistantPart::Provider(item) => Self::of_text(&item.value.to_string()),
        }
    }

    /// Letters beyond ASCII count whole: most are Chinese, Japanese or Korean, or come in tokens of few letters.
    fn of_text(text: &str) -> Self {
        let ascii = count(text.bytes().filter(u8::is_ascii).count());
        let others = count(text.chars().count()) - ascii;
        Self { tokens: (ascii * 10).div_ceil(TENTH_BYTES_PER_TOKEN) + others, bytes: count(text.len()) }
    }

    fn and(self, other: Self) -> Self {
        Self { tokens: self.tokens + other.tokens, bytes: self.bytes + other.bytes }
    }

    fn without(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(other.tokens),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Leaves out the oldest turns until the rest has room. The instructions and the newest turn
/// stay in any case, and calls never part from their results.
pub(super) fn fit(messages: &[ModelMessage], tools: &[ToolSpec], budget: Budget) -> Fitted {
    let beginnings = beginnings(messages);
    let mut cost = Cost::of(messages, tools);
    let mut turns_left_out = 0;
    while turns_left_out + 1 < beginnings.len() && !budget.has_room_for(cost) {
        let turn = &messages[beginnings[turns_left_out]..beginnings[turns_left_out + 1]];
        cost = cost.without(Cost::of_messages(turn));
        turns_left_out += 1;
    }
    let is_least = turns_left_out + 1 >= beginnings.len();
    if turns_left_out == 0 {
        return Fitted { messages: messages.to_vec(), turns_left_out, is_least };
    }
    let note = ModelMessage::User(vec![ContentPart::Note(LEFT_OUT.to_owned())]);
    let instructions = messages[..beginnings[0]].iter().cloned();
    let rest = messages[beginnings[turns_left_out]..].iter().cloned();
    Fitted { messages: instructions.chain([note]).chain(rest).collect(), turns_left_out, is_least }
}

/// Whether the messages without the newest turn would have had room: then the newest is the first without the rest.
pub(super) fn had_room_before(messages: &[ModelMessage], tools: &[ToolSpec], budget: Budget) -> bool {
    let newest = beginnings(messages).pop().unwrap_or_default();
    budget.has_room_for(Cost::of(&messages[..newest], tools))
}

/// Where the turns begin: behind the instructions, and at each message that the user wrote.
fn beginnings(messages: &[ModelMessage]) -> Vec<usize> {
    let first = messages.iter().take_while(|message| matches!(message, ModelMessage::System(_))).count();
    let wrote = |message: &ModelMessage| match message {
        ModelMessage::User(parts) => parts.iter().any(|part| !matches!(part, ContentPart::Note(_))),
        _ => false,
    };
    let later = (first + 1..messages.len()).filter(|place| wrote(&messages[*place]));
    std::iter::once(first).filter(|first| *first < messages.len()).chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ToolCall;

    fn turns() -> Vec<ModelMessage> {
        let call = ToolCall { id: "1".to_owned(), name: "t".to_owned(), arguments: "{}".to_owned() };
        let content = "x".repeat(360);
        vec![
            ModelMessage::System("Be kind.".to_owned()),
            ModelMessage::user("One"),
            ModelMessage::calls([call]),
            ModelMessage::Tool { call_id: "1".to_owned(), name: "t".to_owned(), content },
            ModelMessage::assistant("a"),
            ModelMessage::User(vec![ContentPart::Note("A card was shown.".to_owned())]),
            ModelMessage::user("Two"),
            ModelMessage::assistant("b"),
            ModelMessage::user("Three"),
        ]
    }

    fn budget(tokens: u64) -> Budget {
        Budget { tokens, bytes: MAX_BYTES }
    }

    fn left(tokens: u64) -> (Vec<ModelMessage>, usize) {
        let fitted = fit(&turns(), &[], budget(tokens));
        (fitted.messages, fitted.turns_left_out)
    }

    #[test]
    fn whole_turns_are_left_out_the_oldest_first_and_the_model_is_told() {
        let all = turns();
        let note = || ModelMessage::User(vec![ContentPart::Note(LEFT_OUT.to_owned())]);
        assert_eq!(left(1_000), (all.clone(), 0));
        let without_first = [&all[..1], &[note()], &all[6..]].concat();
        assert_eq!(left(100), (without_first, 1));
        let newest = [&all[..1], &[note()], &all[8..]].concat();
        assert_eq!(left(20), (newest.clone(), 2));
        assert_eq!(left(0), (newest, 2));
        assert!(fit(&turns(), &[], budget(0)).is_least);
        assert!(!fit(&turns(), &[], budget(100)).is_least);
        assert!(fit(&[], &[], budget(0)).is_least);
    }

    #[test]
    fn the_first_turn_without_the_rest_is_known() {
        let whole = Cost::of(&turns(), &[]).tokens;
        assert!(had_room_before(&turns(), &[], budget(whole - 1)));
        assert!(!had_room_before(&turns(), &[], budget(100)));
    }

    #[test]
    fn a_refusal_makes_the_budget_smaller_and_a_known_window_keeps_room_for_the_answer() {
        let refusals = Refusals::default();
        assert_eq!(Budget::of(None, &refusals, None), budget(u64::MAX));
        assert_eq!(Budget::of(Some(4_096), &refusals, None), budget(3_072));
        assert_eq!(Budget::of(Some(200_000), &refusals, None), budget(200_000 - MAX_ANSWER_TOKENS));
        refusals.note(None, Cost { tokens: 2_000, bytes: 0 });
        refusals.note(None, Cost { tokens: 9_000, bytes: 0 });
        assert_eq!(Budget::of(Some(4_096), &refusals, None), budget(1_500));
        assert_eq!(Budget::of(Some(4_096), &refusals, Some("other")), budget(3_072));
    }

    #[test]
    fn text_is_estimated_on_the_high_side() {
        // Counted by the tokenizers of gpt-4o and Llama 3: 10 and 10, 9 and 12.
        assert!(Cost::of_text("The quick brown fox jumps over the lazy dog.").tokens >= 10);
        assert!(Cost::of_text("今日は東京の天気がとても良いです。").tokens >= 12);
    }
}
