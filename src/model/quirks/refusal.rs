//! Finds out what a refusal is about, and what to leave out when the request is sent again.

use super::{Quirk, Quirks};
use crate::model::{
    ContentPart, ModelMessage, ModelRequest, ToolChoice, content::FileContent, provider::Told,
};

/// Words that tell a refusal of something from a mere mention.
const REFUSES: [&str; 18] = [
    "not support",
    "unsupported",
    "requires",
    "not permitted",
    "extra_forbidden",
    "unrecognized",
    "unknown",
    "unexpected",
    "not enabled",
    "not available",
    "not allowed",
    "no endpoints",
    "invalid",
    "only ",
    "must be",
    "cannot be used",
    "not implemented",
    "expected ",
];

impl Quirks {
    /// The quirks to try next after a server refused a request; `None` if it names nothing that can be left out.
    ///
    /// Only what the request has is left out, so that no request is sent twice in the same form.
    pub(in crate::model) fn after_refusal(self, told: &Told, request: &ModelRequest) -> Option<Self> {
        if !matches!(told.status, None | Some(400 | 403 | 404 | 405 | 422 | 500 | 501)) {
            return None;
        }
        if let Some(next) = self.after(&told.text) {
            return Some(next);
        }
        let rule = RULES.iter().find(|rule| {
            !self.has(rule.quirk)
                && rule
                    .words
                    .iter()
                    .any(|word| told.text.contains(word) || told.field.as_deref() == Some(word))
                && (rule.is_plain || told.says(&REFUSES))
                && (rule.applies)(self, request)
        })?;
        Some(self.with(rule.quirk))
    }
}

/// A quirk, the words that name it, and whether a request has what is to be left out.
struct Rule {
    quirk: Quirk,
    words: &'static [&'static str],
    /// Whether the words alone are a refusal.
    is_plain: bool,
    applies: fn(Quirks, &ModelRequest) -> bool,
}

/// The more special a rule is, the further up it stands.
const RULES: &[Rule] = &[
    Rule {
        quirk: Quirk::EffortNone,
        words: &["function tools with reasoning_effort", "set reasoning_effort to 'none'"],
        is_plain: true,
        applies: |_, request| !request.tools.is_empty(),
    },
    Rule {
        quirk: Quirk::NoEffort,
        words: &["reasoning_effort", "reasoning.effort"],
        is_plain: false,
        applies: |quirks, request| {
            request.options.reasoning_effort.is_some()
                || (quirks.has(Quirk::EffortNone) && !request.tools.is_empty())
        },
    },
    Rule {
        quirk: Quirk::NoStream,
        words: &[
            "verified to stream",
            "does not support streaming",
            "streaming is not supported",
            "stream is not supported",
            "body.stream\n",
        ],
        is_plain: true,
        applies: |_, _| true,
    },
    Rule {
        quirk: Quirk::RequiredTool,
        words: &["tool_choice", "tool choice"],
        is_plain: false,
        applies: |_, request| {
            matches!(request.tool_choice, ToolChoice::Named(_)) && !request.tools.is_empty()
        },
    },
    Rule {
        quirk: Quirk::NoToolChoice,
        words: &["tool_choice", "tool choice"],
        is_plain: false,
        applies: |_, request| request.tool_choice != ToolChoice::Auto && !request.tools.is_empty(),
    },
    Rule {
        quirk: Quirk::NoTools,
        words: &["tools", "tool choice", "tool use", "tool calling", "function calling", "tool_calls"],
        is_plain: false,
        applies: |_, request| !request.tools.is_empty(),
    },
    Rule {
        quirk: Quirk::NoPictures,
        words: &["image", "mmproj", "vision", "multimodal"],
        is_plain: false,
        applies: |_, request| has_part(request, |part| matches!(part, ContentPart::Image(_))),
    },
    Rule {
        quirk: Quirk::NoDocuments,
        words: &["file", "pdf", "document"],
        is_plain: false,
        applies: |_, request| has_part(request, is_document),
    },
    Rule {
        quirk: Quirk::NoSystem,
        words: &["system role", "system message", "developer instruction", "role 'system'", "role: system"],
        is_plain: false,
        applies: |_, request| {
            request.messages.iter().any(|message| matches!(message, ModelMessage::System(_)))
        },
    },
    Rule {
        quirk: Quirk::NoTemperature,
        words: &["temperature"],
        is_plain: false,
        applies: |_, request| request.options.temperature.is_some(),
    },
    Rule {
        quirk: Quirk::NoTopP,
        words: &["top_p"],
        is_plain: false,
        applies: |_, request| request.options.top_p.is_some(),
    },
    Rule {
        quirk: Quirk::NoVerbosity,
        words: &["verbosity"],
        is_plain: false,
        applies: |_, request| request.options.verbosity.is_some(),
    },
    Rule {
        quirk: Quirk::NoServiceTier,
        words: &["service_tier"],
        is_plain: false,
        applies: |_, request| request.options.service_tier.is_some(),
    },
    Rule {
        quirk: Quirk::NoMaxTokens,
        words: &["max_tokens", "max_output_tokens"],
        is_plain: false,
        applies: |_, request| request.options.max_output_tokens.is_some(),
    },
    Rule {
        quirk: Quirk::NoCaller,
        words: &["prompt_cache_key", "safety_identifier"],
        is_plain: false,
        applies: |_, request| request.caller != crate::model::Caller::default(),
    },
];

/// Whether a request holds such a part.
pub(super) fn has_part(request: &ModelRequest, is_it: fn(&ContentPart) -> bool) -> bool {
    request.messages.iter().any(|message| match message {
        ModelMessage::User(parts) => parts.iter().any(is_it),
        _ => false,
    })
}

/// Whether a part goes out as a document.
pub(super) fn is_document(part: &ContentPart) -> bool {
    matches!(part, ContentPart::File(file) if matches!(file.content, FileContent::Pdf(_)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{GenerationOptions, ImagePart, ToolSpec};

    fn rich() -> ModelRequest {
        let picture = ImagePart { name: "a".into(), mime_type: "image/png".into(), data: Bytes::new() };
        ModelRequest {
            messages: vec![
                ModelMessage::System("Be kind.".to_owned()),
                ModelMessage::User(vec![ContentPart::Image(picture)]),
            ],
            tools: Arc::from([ToolSpec {
                name: "t".into(),
                description: String::new(),
                parameters: json!({}),
            }]),
            options: GenerationOptions { temperature: Some(1.0), ..GenerationOptions::default() },
            ..ModelRequest::default()
        }
    }

    fn refused(status: u16, body: &str, request: &ModelRequest) -> Option<Quirks> {
        let value: Value = serde_json::from_str(body).unwrap_or_else(|_| body.into());
        let mut told = Told::of_value(&value);
        told.status = Some(status);
        Quirks::default().after_refusal(&told, request)
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn each_refusal_is_about_one_thing() {
        let named = ModelRequest { tool_choice: ToolChoice::Named("t".to_owned()), ..rich() };
        for (status, body, request, quirk) in [
            (
                400,
                r#"{"error":{"message":"Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.","param":"reasoning_effort"}}"#,
                rich(),
                Quirk::EffortNone,
            ),
            (
                400,
                r#"{"error":{"message":"registry.ollama.ai/library/gemma3:4b does not support tools"}}"#,
                rich(),
                Quirk::NoTools,
            ),
            (
                400,
                r#"{"message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"}"#,
                rich(),
                Quirk::NoTools,
            ),
            (
                500,
                r#"{"error":{"code":500,"message":"tools param requires --jinja flag"}}"#,
                rich(),
                Quirk::NoTools,
            ),
            (
                404,
                r#"{"error":{"message":"No endpoints found that support tool use.","code":404}}"#,
                rich(),
                Quirk::NoTools,
            ),
            (
                400,
                r#"{"error":{"message":"tool_choice: only 'auto', 'none' and 'required' are supported","param":"tool_choice"}}"#,
                named,
                Quirk::RequiredTool,
            ),
            (
                400,
                r#"{"error":{"message":"this model does not support image input"}}"#,
                rich(),
                Quirk::NoPictures,
            ),
            (
                400,
                r#"{"error":{"message":"messages[1]: unknown variant `image_url`, expected `text`"}}"#,
                rich(),
                Quirk::NoPictures,
            ),
            (
                500,
                r#"{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"}}"#,
                rich(),
                Quirk::NoPictures,
            ),
            (
                422,
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#,
                rich(),
                Quirk::NoStreamOptions,
            ),
            (
                422,
                r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":200}]}}"#,
                rich(),
                Quirk::MaxTokens,
            ),
            (
                400,
                r#"{"error":{"message":"Your organization must be verified to stream this model.","param":"stream","code":"unsupported_value"}}"#,
                rich(),
                Quirk::NoStream,
            ),
            (
                400,
                r#"{"object":"error","message":"System role not supported","type":"BadRequestError","code":400}"#,
                rich(),
                Quirk::NoSystem,
            ),
            (
                400,
                r#"{"error":{"message":"Unsupported value: 'temperature' does not support 1.0 with this model."}}"#,
                rich(),
                Quirk::NoTemperature,
            ),
        ] {
            assert_eq!(refused(status, body, &request), Some(Quirks::default().with(quirk)), "{body}");
        }
    }

    #[test]
    fn what_was_not_sent_is_not_left_out() {
        let plain = ModelRequest { messages: vec![ModelMessage::user("Hi")], ..ModelRequest::default() };
        for words in [
            "this model does not support tools",
            "image input is not supported",
            "System role not supported",
            "temperature is not supported",
            "messages must not be empty",
        ] {
            assert_eq!(refused(400, words, &plain), None, "{words}");
        }
        assert_eq!(refused(429, "does not support tools", &rich()), None, "it is too busy to judge");
    }
}
