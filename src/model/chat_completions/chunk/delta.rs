//! What one step of an answer may hold, in the spellings of many servers.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use serde_json::Value;

/// One step of an answer, or all of it from a server that does not stream.
#[derive(Deserialize)]
pub(super) struct Delta {
    content: Option<ContentBody>,
    refusal: Option<String>,
    /// DeepSeek, vLLM, SGLang, llama.cpp.
    #[serde(default, deserialize_with = "lenient")]
    reasoning_content: Option<String>,
    /// OpenRouter, Groq, Ollama, newer vLLM.
    #[serde(default, deserialize_with = "lenient")]
    reasoning: Option<String>,
    /// Proxies of Anthropic's and Ollama's own interfaces.
    #[serde(default, deserialize_with = "lenient")]
    thinking: Option<String>,
    /// OpenRouter; it usually repeats the text of another field.
    #[serde(default, deserialize_with = "lenient")]
    reasoning_details: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    annotations: Option<Vec<Value>>,
    tool_calls: Option<Vec<ToolCallPiece>>,
    /// What OpenAI had before `tool_calls`: one call.
    function_call: Option<FunctionPiece>,
}

/// A step with each thing in one place. Texts may be empty.
#[derive(Default)]
pub(super) struct Step {
    pub(super) reasoning: String,
    /// Whether the reasoning came as `reasoning_content`, even if it is empty.
    pub(super) is_reasoning_content: bool,
    /// OpenRouter's details of the reasoning.
    pub(super) reasoning_details: Vec<Value>,
    pub(super) text: String,
    pub(super) refusal: String,
    pub(super) annotations: Vec<Value>,
    pub(super) tool_calls: Vec<ToolCallPiece>,
}

impl Step {
    /// Whether there is a text and nothing else.
    pub(super) fn is_text_only(&self) -> bool {
        let Self {
            reasoning,
            is_reasoning_content,
            reasoning_details,
            text,
            refusal,
            annotations,
            tool_calls,
        } = self;
        !text.is_empty()
            && reasoning.is_empty()
            && !is_reasoning_content
            && reasoning_details.is_empty()
            && refusal.is_empty()
            && annotations.is_empty()
            && tool_calls.is_empty()
    }
}

impl Delta {
    /// Whether it holds a part of an answer: a text, reasoning, a call.
    pub(super) fn says_something(&self) -> bool {
        let has_text = match &self.content {
            None => false,
            Some(ContentBody::Text(text)) => !text.is_empty(),
            Some(ContentBody::Parts(parts)) => !parts.is_empty(),
        };
        let texts = [&self.refusal, &self.reasoning_content, &self.reasoning, &self.thinking];
        has_text
            || texts.into_iter().flatten().any(|text| !text.is_empty())
            || self.reasoning_details.as_ref().is_some_and(|details| !details.is_empty())
            || self.tool_calls.as_ref().is_some_and(|calls| !calls.is_empty())
            || self.function_call.is_some()
    }

    pub(super) fn into_step(self) -> Step {
        let mut tool_calls = self.tool_calls.unwrap_or_default();
        tool_calls.extend(self.function_call.map(ToolCallPiece::of_old));
        let mut step = Step {
            is_reasoning_content: self.reasoning_content.is_some(),
            reasoning_details: self.reasoning_details.unwrap_or_default(),
            refusal: self.refusal.unwrap_or_default(),
            annotations: self.annotations.unwrap_or_default(),
            tool_calls,
            ..Step::default()
        };
        match self.content {
            None => {}
            Some(ContentBody::Text(text)) => step.text = text,
            Some(ContentBody::Parts(parts)) => {
                for part in parts {
                    step.text += part.text.as_deref().unwrap_or_default();
                    step.refusal += part.refusal.as_deref().unwrap_or_default();
                    step.reasoning += &part.thinking.map(Thinking::into_text).unwrap_or_default();
                }
            }
        }
        // Servers that use several names repeat themselves, so the first one with a text counts.
        let said = |reasoning: &Option<String>| reasoning.as_ref().is_some_and(|text| !text.is_empty());
        let named = [self.reasoning_content, self.reasoning, self.thinking].into_iter().find(said).flatten();
        if step.reasoning.is_empty() {
            step.reasoning = named.unwrap_or_else(|| details(&step.reasoning_details));
        }
        step
    }
}

/// The text of OpenRouter's details. Encrypted details have none.
fn details(details: &[Value]) -> String {
    let text =
        |detail: &Value| detail.get("text").or_else(|| detail.get("summary"))?.as_str().map(str::to_owned);
    details.iter().filter_map(text).collect()
}

/// Text, or the parts that some servers send in its place.
enum ContentBody {
    Text(String),
    Parts(Vec<ContentPiece>),
}

/// Written by hand, because an untagged enum copies each token twice before it reads it.
impl<'de> Deserialize<'de> for ContentBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Body;

        impl<'de> Visitor<'de> for Body {
            type Value = ContentBody;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text or a list of parts")
            }

            fn visit_str<E>(self, text: &str) -> Result<ContentBody, E> {
                Ok(ContentBody::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<ContentBody, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(parts)).map(ContentBody::Parts)
            }
        }

        deserializer.deserialize_any(Body)
    }
}

#[derive(Deserialize)]
struct ContentPiece {
    #[serde(default, deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    refusal: Option<String>,
    /// Mistral.
    #[serde(default, deserialize_with = "lenient")]
    thinking: Option<Thinking>,
}

/// A thought as a content part: text, or parts of its own.
#[derive(Deserialize)]
#[serde(untagged)]
enum Thinking {
    Text(String),
    Parts(Vec<ThinkingPiece>),
}

#[derive(Deserialize)]
struct ThinkingPiece {
    #[serde(default)]
    text: String,
}

impl Thinking {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ToolCallPiece {
    pub(super) index: Option<i64>,
    pub(super) id: Option<String>,
    pub(super) function: Option<FunctionPiece>,
    /// Gemini keeps the signature of the thought behind a call in it.
    pub(super) extra_content: Option<Value>,
    /// The same from LiteLLM.
    pub(super) provider_specific_fields: Option<Value>,
    /// Whether it is the one call that an answer could make before there were `tool_calls`.
    #[serde(skip)]
    pub(super) is_old: bool,
}

impl ToolCallPiece {
    fn of_old(function: FunctionPiece) -> Self {
        Self { function: Some(function), is_old: true, ..Self::default() }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionPiece {
    pub(super) name: Option<String>,
    /// Text in the protocol, but some servers send the object itself.
    pub(super) arguments: Option<Value>,
}

/// A field that is not worth an error. If it is of an unexpected type, it counts as absent.
pub(super) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    if value.is_null() {
        // Null is by far the most common, so handle it without building an error first.
        return Ok(None);
    }
    Ok(serde_json::from_value(value).ok())
}
