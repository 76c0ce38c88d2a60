//! Writes the request body of the Responses API, straight from a [`ModelRequest`].

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use super::input::{Carried, instructions_and_items};
use crate::model::{
    GenerationOptions, ModelRequest, Purpose, ToolChoice, ToolSpec, call::Asked, quirks::Quirk,
};

/// The body of the call, serialised once; pictures and documents are encoded straight into it.
pub(super) fn request_body(asked: &Asked<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Body { asked })
}

struct Body<'a> {
    asked: &'a Asked<'a>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Asked { request, model, origin, quirks } = self.asked;
        let ModelRequest { options, caller, .. } = request;
        let mut body = Fields { map: serializer.serialize_map(None)?, extra: &options.extra };
        let carried = Carried { origin, only_remote: quirks.has(Quirk::NoProviderItems) };
        let (instructions, items) = instructions_and_items(&request.messages, carried);
        body.field("model", model)?;
        body.some("instructions", instructions.as_ref())?;
        body.field("input", &items)?;
        let tools = Tools::of(request);
        if !tools.is_empty() {
            body.field("tools", &tools)?;
            body.some("tool_choice", tool_choice(&request.tool_choice, &tools).as_ref())?;
        }
        body.field("stream", &!quirks.has(Quirk::NoStream))?;
        body.field("store", &false)?;
        let include = tools.include(!quirks.has(Quirk::NoEncryptedReasoning));
        body.some("include", Some(&include).filter(|include| !include.is_empty()))?;
        let summary = (!quirks.has(Quirk::NoReasoningSummary)).then_some("auto");
        let reasoning = Reasoning { effort: options.reasoning_effort.as_deref(), summary };
        body.some("reasoning", Some(&reasoning).filter(|reasoning| reasoning.says_something()))?;
        body.some("text", options.verbosity.as_ref().map(|verbosity| Text { verbosity }).as_ref())?;
        body.some("max_output_tokens", options.max_output_tokens.as_ref())?;
        body.some("temperature", options.temperature.as_ref())?;
        body.some("top_p", options.top_p.as_ref())?;
        body.some("service_tier", options.service_tier.as_ref())?;
        body.some("prompt_cache_key", caller.thread.as_ref())?;
        body.some("safety_identifier", caller.user.as_ref())?;
        body.end()
    }
}

/// The fields of a body. Those that the options' extra fields replace are left out, and the extra ones come last.
struct Fields<'a, M> {
    map: M,
    extra: &'a Map<String, Value>,
}

impl<M: SerializeMap> Fields<'_, M> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        if self.extra.contains_key(name) { Ok(()) } else { self.map.serialize_entry(name, value) }
    }

    fn some<T: Serialize + ?Sized>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.field(name, value))
    }

    fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.extra {
            self.map.serialize_entry(name, value)?;
        }
        self.map.end()
    }
}

#[derive(Serialize)]
struct Reasoning<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'static str>,
}

impl Reasoning<'_> {
    fn says_something(&self) -> bool {
        self.effort.is_some() || self.summary.is_some()
    }
}

#[derive(Serialize)]
struct Text<'a> {
    verbosity: &'a str,
}

/// The functions of this service and the tools of the provider.
struct Tools<'a> {
    functions: &'a [ToolSpec],
    hosted: &'a [Value],
}

impl<'a> Tools<'a> {
    /// A title needs no tool of the provider's, which would cost time and money.
    fn of(request: &'a ModelRequest) -> Self {
        let GenerationOptions { hosted_tools, .. } = &request.options;
        let hosted = hosted_tools.as_deref().filter(|_| request.purpose != Purpose::Title);
        Self { functions: &request.tools, hosted: hosted.unwrap_or_default() }
    }

    fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.hosted.is_empty()
    }

    /// What the answer is to tell beyond what it tells anyway.
    fn include(&self, encrypted_reasoning: bool) -> Vec<&'static str> {
        let of_tools = [
            ("web_search", "web_search_call.action.sources"),
            ("file_search", "file_search_call.results"),
            ("code_interpreter", "code_interpreter_call.outputs"),
        ];
        let hosted = |kind: &str| self.hosted.iter().any(|tool| tool["type"] == kind);
        let of_tools = of_tools.into_iter().filter(|(kind, _)| hosted(kind)).map(|(_, name)| name);
        encrypted_reasoning.then_some("reasoning.encrypted_content").into_iter().chain(of_tools).collect()
    }
}

impl Serialize for Tools<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let functions = self
            .functions
            .iter()
            .map(|spec| Tool::Function(Function { kind: "function", spec, strict: false }));
        serializer.collect_seq(functions.chain(self.hosted.iter().map(Tool::Hosted)))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Tool<'a> {
    Function(Function<'a>),
    Hosted(&'a Value),
}

#[derive(Serialize)]
struct Function<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    spec: &'a ToolSpec,
    /// Absent, it would be true, and schemas with optional fields would be refused.
    strict: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ToolChoiceBody<'a> {
    Mode(&'static str),
    Named {
        #[serde(rename = "type")]
        kind: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
    },
}

/// `auto` is the default and is not written. A tool of the provider's is named by its type.
fn tool_choice<'a>(choice: &'a ToolChoice, tools: &Tools<'_>) -> Option<ToolChoiceBody<'a>> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(ToolChoiceBody::Mode("none")),
        ToolChoice::Required => Some(ToolChoiceBody::Mode("required")),
        ToolChoice::Named(name) if tools.hosted.iter().any(|tool| tool["type"] == **name) => {
            Some(ToolChoiceBody::Named { kind: name, name: None })
        }
        ToolChoice::Named(name) => Some(ToolChoiceBody::Named { kind: "function", name: Some(name) }),
    }
}
