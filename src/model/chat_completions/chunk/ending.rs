//! What servers say when an answer ends.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::FinishReason;

/// The field `finish_reason` of a chunk.
#[derive(Debug, Default)]
pub(super) enum FinishField {
    /// The chunk has no such field.
    #[default]
    Absent,
    /// The server knows the field, and the answer goes on.
    Open,
    /// Why the answer ended.
    Said(FinishReason),
}

impl<'de> Deserialize<'de> for FinishField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(value.as_str().and_then(finish_reason).map_or(Self::Open, Self::Said))
    }
}

/// The reason in the spellings of OpenAI, Anthropic, Google, Mistral, Cohere and their gateways. `None` for the words
/// by which some servers say that there is none yet.
fn finish_reason(reason: &str) -> Option<FinishReason> {
    let reason = reason.trim();
    Some(match reason.to_ascii_lowercase().as_str() {
        "" | "null" | "none" | "finish_reason_unspecified" => return None,
        "stop" | "eos" | "eos_token" | "end" | "end_turn" | "stop_sequence" | "complete" | "completed"
        | "done" | "finish" | "finished" => FinishReason::Stop,
        "tool_calls" | "tool_call" | "tool_use" | "function_call" | "function_calls" => {
            FinishReason::ToolCalls
        }
        "length"
        | "max_tokens"
        | "max_length"
        | "max_output_tokens"
        | "max_completion_tokens"
        | "model_length"
        | "token_limit"
        | "model_context_window_exceeded" => FinishReason::Length,
        "content_filter"
        | "content_filtered"
        | "safety"
        | "refusal"
        | "sensitive"
        | "recitation"
        | "blocklist"
        | "prohibited_content"
        | "spii"
        | "guardrail_intervened"
        | "guardrails" => FinishReason::ContentFilter,
        _ => FinishReason::Other(reason.chars().take(64).collect()),
    })
}

/// Whether this marks the end of a stream. `[DONE]` is the mark; some servers write it in other ways.
pub(super) fn is_end_mark(data: &str) -> bool {
    data.trim_matches(['[', ']', '"']).eq_ignore_ascii_case("done")
}
