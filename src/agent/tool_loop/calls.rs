//! Puts a model's tool calls together from their pieces.

use std::collections::BTreeMap;

use crate::model::{ModelError, ToolCall, ToolCallDelta};

/// The most bytes of one call's arguments; more is a model gone astray.
const MAX_ARGUMENT_BYTES: usize = 256 << 10;
/// The most calls in one answer of a model.
const MAX_CALLS_PER_ROUND: usize = 32;

/// Puts tool calls together from their pieces.
#[derive(Debug, Default)]
pub(super) struct CallAssembler {
    calls: BTreeMap<usize, ToolCall>,
}

impl CallAssembler {
    /// Takes a piece, and says whether it begins a call.
    pub(super) fn add(&mut self, delta: ToolCallDelta) -> Result<bool, ModelError> {
        let known = self.calls.len();
        let call = self.calls.entry(delta.index).or_insert_with(|| ToolCall {
            id: String::new(),
            name: String::new(),
            arguments: String::new(),
        });
        if let Some(id) = delta.id
            && call.id.is_empty()
        {
            call.id = id;
        }
        if let Some(name) = delta.name
            && call.name.is_empty()
        {
            call.name = name;
        }
        call.arguments.push_str(&delta.arguments);
        if call.arguments.len() > MAX_ARGUMENT_BYTES {
            return Err(astray("the arguments of a tool call never end"));
        }
        if known > MAX_CALLS_PER_ROUND {
            return Err(astray("it calls too many tools at once"));
        }
        Ok(self.calls.len() > known)
    }

    /// The whole calls by their index. A call without a name is none.
    pub(super) fn finish(mut self) -> BTreeMap<usize, ToolCall> {
        let known = self.calls.len();
        self.calls.retain(|_, call| !call.name.trim().is_empty());
        if self.calls.len() < known {
            tracing::warn!(removed = known - self.calls.len(), "tool calls without a name left out");
        }
        for (index, call) in &mut self.calls {
            if call.id.is_empty() {
                // Some compatible servers leave ids out; results must still find their call.
                call.id = format!("call_{index}");
            }
        }
        self.calls
    }
}

/// A model that lost its way.
pub(super) fn astray(reason: &str) -> ModelError {
    ModelError::Garbage { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(index: usize, id: Option<&str>, name: Option<&str>, arguments: &str) -> ToolCallDelta {
        ToolCallDelta {
            index,
            id: id.map(str::to_owned),
            name: name.map(str::to_owned),
            arguments: arguments.to_owned(),
        }
    }

    #[test]
    fn pieces_of_several_calls_may_interleave() {
        let mut calls = CallAssembler::default();
        for delta in [
            piece(0, Some("a"), Some("get_weather"), ""),
            piece(1, Some("b"), Some("get_time"), "{"),
            piece(0, None, None, "{\"location\":"),
            piece(1, None, None, "}"),
            piece(0, None, None, "\"Oslo\"}"),
        ] {
            calls.add(delta).unwrap();
        }
        let calls = calls.finish();
        assert_eq!(calls[&0].arguments, r#"{"location":"Oslo"}"#);
        assert_eq!((calls[&1].id.as_str(), calls[&1].arguments.as_str()), ("b", "{}"));
    }

    #[test]
    fn a_call_without_a_name_is_none_and_one_without_an_id_gets_one() {
        let mut calls = CallAssembler::default();
        calls.add(piece(0, None, Some("get_time"), "")).unwrap();
        assert_eq!(calls.finish()[&0].id, "call_0");
        let mut calls = CallAssembler::default();
        calls.add(piece(0, Some("a"), None, "{}")).unwrap();
        assert!(calls.finish().is_empty());
    }

    #[test]
    fn endless_arguments_are_given_up() {
        let mut calls = CallAssembler::default();
        let piece = piece(0, Some("a"), Some("t"), &"x".repeat(100 << 10));
        assert!((0..3).any(|_| calls.add(piece.clone()).is_err()));
    }
}
