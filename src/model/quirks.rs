//! What was learnt of the models of a server: what each refuses, and is spared from then on.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Something that a server refuses, though the protocol has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Quirk {
    /// `stream_options`, which asks for the cost of a streamed answer. Azure's API version 2024-06-01 refuses it.
    NoStreamOptions,
    /// `max_completion_tokens`; its older name `max_tokens` is written.
    MaxTokens,
    /// Encrypted reasoning, which models that do not reason have none of.
    NoEncryptedReasoning,
    /// Summaries of reasoning; OpenAI gives them to verified organisations.
    NoReasoningSummary,
    /// Items of earlier answers that only their provider understands, and now does no longer.
    NoProviderItems,
}

/// All quirks, in the order in which a refusal is read.
const ALL: [Quirk; 5] = [
    Quirk::NoStreamOptions,
    Quirk::MaxTokens,
    Quirk::NoEncryptedReasoning,
    Quirk::NoReasoningSummary,
    Quirk::NoProviderItems,
];

/// The quirks of one model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Quirks(u32);

impl Quirks {
    /// Whether this is one of them.
    pub(in crate::model) fn has(self, quirk: Quirk) -> bool {
        self.0 & quirk.bit() != 0
    }

    /// These and another.
    #[must_use]
    pub(in crate::model) fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | quirk.bit())
    }

    /// The quirks to try next, after a server refused a request for the given reason.
    ///
    /// `None` if the reason names nothing that can be left out.
    pub(in crate::model) fn after(self, reason: &str) -> Option<Self> {
        let named = ALL.into_iter().filter(|quirk| quirk.words().iter().any(|word| reason.contains(word)));
        let next = named.fold(self, Self::with);
        (next != self).then_some(next)
    }
}

impl Quirk {
    fn bit(self) -> u32 {
        1 << self as u32
    }

    /// A refusal that holds one of these is about it.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::NoStreamOptions => &["stream_options", "include_usage"],
            Self::MaxTokens => &["max_completion_tokens"],
            Self::NoEncryptedReasoning => {
                &["Encrypted content is not supported", "reasoning.encrypted_content"]
            }
            Self::NoReasoningSummary => &["reasoning.summary", "reasoning summaries", "'reasoning'"],
            Self::NoProviderItems => &[
                "invalid_encrypted_content",
                "ncrypted content could not be",
                "required following item",
                "Items are not persisted",
            ],
        }
    }
}

/// How many models of one server are remembered.
const MAX_MODELS: usize = 64;

/// What was learnt of each model of a server.
///
/// The lock is held for a look or an insert, and never across an await.
#[derive(Debug, Default)]
pub(in crate::model) struct Learnt(Mutex<HashMap<String, Quirks>>);

impl Learnt {
    /// The known quirks of a model.
    pub(in crate::model) fn of(&self, model: &str) -> Quirks {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(model).copied().unwrap_or_default()
    }

    /// Remembers the quirks of a model, beside those that are known already.
    pub(in crate::model) fn remember(&self, model: &str, quirks: Quirks) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get_mut(model) {
            known.0 |= quirks.0;
            return;
        }
        if known.len() >= MAX_MODELS {
            // What is forgotten is learnt again.
            known.clear();
        }
        known.insert(model.to_owned(), quirks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_to_leave_out_until_there_is_nothing_more() {
        let newest = Quirks::default();
        let without_usage = newest.after("Unrecognized request argument supplied: stream_options").unwrap();
        assert!(without_usage.has(Quirk::NoStreamOptions) && !without_usage.has(Quirk::MaxTokens));
        let oldest = without_usage.after("Unknown parameter: 'max_completion_tokens'.").unwrap();
        assert!(oldest.has(Quirk::NoStreamOptions) && oldest.has(Quirk::MaxTokens));
        assert_eq!(oldest.after("Unknown parameter: 'max_completion_tokens'."), None);
        assert_eq!(newest.after("messages must not be empty"), None);
    }

    #[test]
    fn each_model_has_its_own_and_their_number_is_bounded() {
        let learnt = Learnt::default();
        let both = Quirks::default().with(Quirk::MaxTokens).with(Quirk::NoStreamOptions);
        learnt.remember("a", Quirks::default().with(Quirk::MaxTokens));
        learnt.remember("a", Quirks::default().with(Quirk::NoStreamOptions));
        assert_eq!(learnt.of("a"), both);
        assert_eq!(learnt.of("b"), Quirks::default());
        for number in 0..10 * MAX_MODELS {
            learnt.remember(&number.to_string(), both);
        }
        assert!(learnt.0.lock().unwrap().len() <= MAX_MODELS);
    }
}
