//! A chunk in the shape that most servers send.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::Value;

use super::{
    delta::{Delta, lenient},
    ending::FinishField,
    mend,
};

/// A chunk, or a whole completion. Unknown fields are skipped; a missing or null field is no error.
#[derive(Deserialize)]
pub(super) struct Chunk {
    /// `None` if the chunk has no list of choices, and then the first one of the list.
    #[serde(default, deserialize_with = "first_choice")]
    pub(super) choices: Option<FirstChoice>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) usage: Option<UsageBody>,
    error: Option<Value>,
}

/// The first choice of a list, which may be empty.
pub(super) struct FirstChoice(pub(super) Option<Choice>);

#[derive(Deserialize)]
pub(super) struct Choice {
    index: Option<i64>,
    pub(super) delta: Option<Delta>,
    pub(super) message: Option<Delta>,
    #[serde(default)]
    pub(super) finish_reason: FinishField,
    error: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct UsageBody {
    pub(super) prompt_tokens: Option<u64>,
    pub(super) completion_tokens: Option<u64>,
}

impl Chunk {
    /// The error in it, if there is one. `data` is the chunk as it came.
    pub(super) fn error(&self, data: &str) -> Option<Value> {
        let in_choice = self.choices.as_ref().and_then(|choices| choices.0.as_ref()?.error.as_ref());
        let named = self.error.as_ref().or(in_choice).filter(|error| is_error(error));
        match named {
            Some(error) => Some(error.clone()),
            None if self.choices.is_none() && self.usage.is_none() && self.error.is_none() => {
                bare_error(data)
            }
            None => None,
        }
    }
}

/// An error that some servers send in place of a chunk: vLLM, FastAPI.
fn bare_error(data: &str) -> Option<Value> {
    let body: Value = serde_json::from_str(data).ok()?;
    let is_text = |field: &str| body.get(field).is_some_and(Value::is_string);
    let says_error =
        ["object", "type"].iter().any(|field| body.get(*field).is_some_and(|kind| kind == "error"));
    let has_code = ["code", "status", "statusCode", "type"].iter().any(|field| body.get(*field).is_some());
    if says_error || is_text("message") && has_code {
        return Some(body);
    }
    body.get("detail").filter(|detail| is_error(detail)).cloned()
}

/// Reads the first choice, and prefers the one with the index 0. There usually is only one, so no list is made.
///
/// We never ask for several, and some servers count the chunks in the index.
fn first_choice<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<FirstChoice>, D::Error> {
    struct Choices;

    impl<'de> Visitor<'de> for Choices {
        type Value = Option<FirstChoice>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of choices")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut choices: A) -> Result<Self::Value, A::Error> {
            let mut first: Option<Choice> = None;
            while let Some(choice) = choices.next_element::<Choice>()? {
                if first.as_ref().is_none_or(|first| first.index != Some(0) && choice.index == Some(0)) {
                    first = Some(choice);
                }
            }
            Ok(Some(FirstChoice(first)))
        }
    }

    deserializer.deserialize_any(Choices)
}

/// Whether a server put an error there. Some write an empty one into each chunk.
fn is_error(error: &Value) -> bool {
    !mend::is_nothing(error)
}
