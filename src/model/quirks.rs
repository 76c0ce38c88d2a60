//! What was learnt of the models of a server: what each refuses, and is spared from then on.

mod adapt;
mod refusal;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::model::Capabilities;

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
    /// Reasoning beside tools: with tools, `reasoning_effort` is `none`.
    EffortNone,
    /// An effort of reasoning.
    NoEffort,
    /// Streaming.
    NoStream,
    /// A tool choice that names a tool; that tool alone is offered, and some tool is required.
    RequiredTool,
    /// Any tool choice.
    NoToolChoice,
    /// Tools.
    NoTools,
    /// Pictures.
    NoPictures,
    /// Documents.
    NoDocuments,
    /// The role of standing instructions; they stand before the user's first words.
    NoSystem,
    /// `temperature`.
    NoTemperature,
    /// `top_p`.
    NoTopP,
    /// `verbosity`.
    NoVerbosity,
    /// `service_tier`.
    NoServiceTier,
    /// A limit of tokens.
    NoMaxTokens,
    /// The hashes of who asks.
    NoCaller,
    /// The API at the base address: it is below `/v1`.
    UnderV1,
}

/// All quirks.
const ALL: [Quirk; 21] = [
    Quirk::NoStreamOptions,
    Quirk::MaxTokens,
    Quirk::NoEncryptedReasoning,
    Quirk::NoReasoningSummary,
    Quirk::NoProviderItems,
    Quirk::EffortNone,
    Quirk::NoEffort,
    Quirk::NoStream,
    Quirk::RequiredTool,
    Quirk::NoToolChoice,
    Quirk::NoTools,
    Quirk::NoPictures,
    Quirk::NoDocuments,
    Quirk::NoSystem,
    Quirk::NoTemperature,
    Quirk::NoTopP,
    Quirk::NoVerbosity,
    Quirk::NoServiceTier,
    Quirk::NoMaxTokens,
    Quirk::NoCaller,
    Quirk::UnderV1,
];

/// The quirks whose words are a refusal wherever they stand.
const BY_WORDS: [Quirk; 5] = [
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

    /// What the log says of them.
    pub(in crate::model) fn descriptions(self) -> String {
        let all = ALL.into_iter().filter(|quirk| self.has(*quirk));
        all.map(Quirk::description).collect::<Vec<_>>().join("; ")
    }

    /// What they say of the model.
    pub(in crate::model) fn capabilities(self) -> Capabilities {
        let lacks = |quirk| self.has(quirk).then_some(false);
        Capabilities {
            tools: lacks(Quirk::NoTools),
            pictures: lacks(Quirk::NoPictures),
            documents: lacks(Quirk::NoDocuments),
            ..Capabilities::default()
        }
    }

    /// The quirks to try next, after a server refused a request for the given reason.
    ///
    /// `None` if the reason names nothing that can be left out.
    pub(in crate::model) fn after(self, reason: &str) -> Option<Self> {
        let reason = reason.to_lowercase();
        let named =
            BY_WORDS.into_iter().filter(|quirk| quirk.words().iter().any(|word| reason.contains(word)));
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
                &["encrypted content is not supported", "reasoning.encrypted_content"]
            }
            Self::NoReasoningSummary => &["reasoning.summary", "reasoning summaries", "'reasoning'"],
            Self::NoProviderItems => &[
                "invalid_encrypted_content",
                "ncrypted content could not be",
                "required following item",
                "items are not persisted",
            ],
            _ => &[],
        }
    }

    /// What the log says of it.
    fn description(self) -> &'static str {
        match self {
            Self::NoStreamOptions => "`stream_options` is left out, so that costs may be missing",
            Self::MaxTokens => "`max_tokens` is sent instead of `max_completion_tokens`",
            Self::NoEncryptedReasoning => "encrypted reasoning is not asked for",
            Self::NoReasoningSummary => "summaries of reasoning are not asked for",
            Self::NoProviderItems => "items of earlier answers are left out",
            Self::EffortNone => "`reasoning_effort` is `none` when tools are offered",
            Self::NoEffort => "`reasoning_effort` is left out",
            Self::NoStream => "answers come whole and not word by word",
            Self::RequiredTool => "a tool that is to be called is not named but offered alone",
            Self::NoToolChoice => "`tool_choice` is left out",
            Self::NoTools => "tools are left out: the model cannot call any",
            Self::NoPictures => "pictures are left out",
            Self::NoDocuments => "documents are left out",
            Self::NoSystem => "standing instructions are sent as the user's first words",
            Self::NoTemperature => "`temperature` is left out",
            Self::NoTopP => "`top_p` is left out",
            Self::NoVerbosity => "`verbosity` is left out",
            Self::NoServiceTier => "`service_tier` is left out",
            Self::NoMaxTokens => "the limit of tokens is left out",
            Self::NoCaller => "the hashes of thread and user are left out",
            Self::UnderV1 => "the API is found below `/v1`: add it to the base URL",
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

    /// Remembers the quirks of a model beside those that are known already, and gives the new ones.
    pub(in crate::model) fn remember(&self, model: &str, quirks: Quirks) -> Quirks {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get_mut(model) {
            let new = Quirks(quirks.0 & !known.0);
            known.0 |= quirks.0;
            return new;
        }
        if known.len() >= MAX_MODELS {
            // What is forgotten is learnt again.
            known.clear();
        }
        known.insert(model.to_owned(), quirks);
        quirks
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
