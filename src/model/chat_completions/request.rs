//! Writes the request body of Chat Completions, straight from a [`ModelRequest`](crate::model::ModelRequest).

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Serialize, Serializer, ser::SerializeSeq};
use serde_json::{Map, Value};

use crate::model::{
    AssistantPart, ContentPart, FileContent, ImagePart, ModelMessage, ToolCall, ToolChoice, ToolSpec,
    call::Asked, data_url::DataUrl, quirks::Quirk,
};

/// The fields of an answer with calls that are sent back.
const MESSAGE_FIELDS: [&str; 2] = ["reasoning_content", "reasoning_details"];
/// The fields of a call that are sent back.
const CALL_FIELDS: [&str; 2] = ["extra_content", "provider_specific_fields"];

/// The body of the call, serialised once; pictures and documents are encoded straight into it.
pub(super) fn request_body(asked: &Asked<'_>) -> serde_json::Result<Vec<u8>> {
    let Asked { request, model, origin, quirks } = asked;
    let options = &request.options;
    let max_tokens = options.max_output_tokens;
    let mut body = Body {
        model: Some(model),
        messages: Some(Messages { messages: &request.messages, origin }),
        tools: (!request.tools.is_empty()).then_some(Tools(&request.tools)),
        tool_choice: tool_choice(&request.tool_choice).filter(|_| !request.tools.is_empty()),
        stream: Some(!quirks.has(Quirk::NoStream)),
        stream_options: (!quirks.has(Quirk::NoStreamOptions) && !quirks.has(Quirk::NoStream))
            .then_some(StreamOptions { include_usage: true }),
        max_completion_tokens: max_tokens.filter(|_| !quirks.has(Quirk::MaxTokens)),
        max_tokens: max_tokens.filter(|_| quirks.has(Quirk::MaxTokens)),
        temperature: options.temperature,
        top_p: options.top_p,
        reasoning_effort: options.reasoning_effort.as_deref(),
        verbosity: options.verbosity.as_deref(),
        service_tier: options.service_tier.as_deref(),
        extra: &options.extra,
    };
    body.give_way_to_extra();
    serde_json::to_vec(&body)
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Messages<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Tools<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoiceBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'a str>,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

impl Body<'_> {
    /// Leaves out what the extra fields say: no field may be written twice.
    fn give_way_to_extra(&mut self) {
        for field in self.extra.keys() {
            match field.as_str() {
                "model" => self.model = None,
                "messages" => self.messages = None,
                "tools" => self.tools = None,
                "tool_choice" => self.tool_choice = None,
                "stream" => self.stream = None,
                "stream_options" => self.stream_options = None,
                "max_completion_tokens" | "max_tokens" => {
                    // A server takes one of the two.
                    self.max_completion_tokens = None;
                    self.max_tokens = None;
                }
                "temperature" => self.temperature = None,
                "top_p" => self.top_p = None,
                "reasoning_effort" => self.reasoning_effort = None,
                "verbosity" => self.verbosity = None,
                "service_tier" => self.service_tier = None,
                _ => {}
            }
        }
    }
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

struct Messages<'a> {
    messages: &'a [ModelMessage],
    /// Whose provider items are written.
    origin: &'a str,
}

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.messages.iter().map(|message| body_of(message, self.origin)))
    }
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
enum MessageBody<'a> {
    System {
        content: &'a str,
    },
    User {
        content: Content<'a>,
    },
    Assistant {
        /// Written even when there is none, because the templates of some local servers fail when it is absent, and other
        /// servers refuse null.
        content: Cow<'a, str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCallBody<'a>>,
        /// What the provider gave with the calls and wants back.
        #[serde(flatten)]
        fields: BTreeMap<&'a str, &'a Value>,
    },
    Tool {
        tool_call_id: &'a str,
        /// Gemini refuses a result without it.
        #[serde(skip_serializing_if = "str::is_empty")]
        name: &'a str,
        content: &'a str,
    },
}

fn body_of<'a>(message: &'a ModelMessage, origin: &str) -> MessageBody<'a> {
    match message {
        ModelMessage::System(content) => MessageBody::System { content },
        ModelMessage::User(parts) => MessageBody::User { content: Content(parts) },
        ModelMessage::Assistant(parts) => assistant(parts, origin),
        ModelMessage::Tool { call_id, name, content } => {
            MessageBody::Tool { tool_call_id: call_id, name, content }
        }
    }
}

/// Chat Completions knows one text and then the calls of an answer. What a provider wants back belongs to the calls:
/// a server that never sent it may refuse it.
fn assistant<'a>(parts: &'a [AssistantPart], origin: &str) -> MessageBody<'a> {
    let mut content = Cow::Borrowed("");
    let mut tool_calls = Vec::new();
    let mut items = Vec::new();
    for part in parts {
        match part {
            AssistantPart::Text(text) if content.is_empty() => content = text.into(),
            AssistantPart::Text(text) => content.to_mut().extend(["\n\n", text]),
            AssistantPart::Call(call) => tool_calls.push(ToolCallBody::of(call)),
            AssistantPart::Provider(item) if item.origin == origin => items.extend(item.value.as_object()),
            AssistantPart::Provider(_) => {}
        }
    }
    let mut fields = BTreeMap::new();
    if tool_calls.is_empty() {
        items.clear();
    }
    for item in items {
        let named = |field: &'static str| Some((field, item.get(field)?));
        match item.get("call_id").and_then(Value::as_str) {
            Some(id) => {
                let call = tool_calls.iter_mut().find(|call| call.id == id);
                if let Some(call) = call {
                    call.fields.extend(CALL_FIELDS.into_iter().filter_map(named));
                }
            }
            None => fields.extend(MESSAGE_FIELDS.into_iter().filter_map(named)),
        }
    }
    MessageBody::Assistant { content, tool_calls, fields }
}

/// User content: a plain string when it is only text (every server takes that), else parts.
struct Content<'a>(&'a [ContentPart]);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Option<Vec<Cow<'_, str>>> = self.0.iter().map(ContentPart::as_text).collect();
        if let Some(texts) = texts {
            return match texts.as_slice() {
                [text] => serializer.serialize_str(text),
                texts => serializer.serialize_str(&texts.join("\n\n")),
            };
        }
        let mut parts = serializer.serialize_seq(Some(self.0.len()))?;
        for part in self.0 {
            parts.serialize_element(&match part {
                ContentPart::Text(text) | ContentPart::Note(text) => PartBody::Text { text: text.into() },
                ContentPart::Image(ImagePart { mime_type, data, .. }) => {
                    PartBody::ImageUrl { image_url: ImageUrl { url: DataUrl { mime_type, data } } }
                }
                ContentPart::File(file) => match &file.content {
                    FileContent::Pdf(data) => PartBody::File {
                        file: FileBody {
                            filename: &file.name,
                            file_data: DataUrl { mime_type: "application/pdf", data },
                        },
                    },
                    FileContent::Text(_) | FileContent::Withheld { .. } => {
                        PartBody::Text { text: file.to_text().into() }
                    }
                },
            })?;
        }
        parts.end()
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum PartBody<'a> {
    Text { text: Cow<'a, str> },
    ImageUrl { image_url: ImageUrl<'a> },
    File { file: FileBody<'a> },
}

#[derive(Serialize)]
struct ImageUrl<'a> {
    url: DataUrl<'a>,
}

#[derive(Serialize)]
struct FileBody<'a> {
    filename: &'a str,
    file_data: DataUrl<'a>,
}

#[derive(Serialize)]
struct ToolCallBody<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: CalledFunction<'a>,
    /// What the provider gave with this call and wants back.
    #[serde(flatten)]
    fields: BTreeMap<&'a str, &'a Value>,
}

impl<'a> ToolCallBody<'a> {
    fn of(call: &'a ToolCall) -> Self {
        let function = CalledFunction { name: &call.name, arguments: &call.arguments };
        Self { id: &call.id, kind: "function", function, fields: BTreeMap::new() }
    }
}

#[derive(Serialize)]
struct CalledFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

struct Tools<'a>(&'a [ToolSpec]);

impl Serialize for Tools<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|tool| ToolBody { kind: "function", function: tool }))
    }
}

#[derive(Serialize)]
struct ToolBody<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: &'a ToolSpec,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ToolChoiceBody<'a> {
    Mode(&'static str),
    Function {
        #[serde(rename = "type")]
        kind: &'static str,
        function: ToolName<'a>,
    },
}

#[derive(Serialize)]
struct ToolName<'a> {
    name: &'a str,
}

/// `auto` is every server's default, and some know no `tool_choice` at all: it is not written.
fn tool_choice(choice: &ToolChoice) -> Option<ToolChoiceBody<'_>> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(ToolChoiceBody::Mode("none")),
        ToolChoice::Required => Some(ToolChoiceBody::Mode("required")),
        ToolChoice::Named(name) => {
            Some(ToolChoiceBody::Function { kind: "function", function: ToolName { name } })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::model::{FilePart, FileText, GenerationOptions, ModelRequest, ProviderItem, quirks::Quirks};

    const ORIGIN: &str = "here";

    fn body(request: &ModelRequest) -> Value {
        body_in(request, Quirks::default())
    }

    fn body_in(request: &ModelRequest, quirks: Quirks) -> Value {
        let asked = Asked { request, model: "gpt-4o", origin: ORIGIN, quirks };
        serde_json::from_slice(&request_body(&asked).unwrap()).unwrap()
    }

    fn weather_tool() -> Arc<[ToolSpec]> {
        Arc::from([ToolSpec {
            name: "get_weather".to_owned(),
            description: "Tells the weather.".to_owned(),
            parameters: json!({"type": "object"}),
        }])
    }

    #[test]
    fn a_whole_conversation_is_written_as_the_protocol_says() {
        let request = ModelRequest {
            messages: vec![
                ModelMessage::System("Be kind.".to_owned()),
                ModelMessage::user("Weather in \"Zürich\"?"),
                ModelMessage::calls([ToolCall {
                    id: "call_1".to_owned(),
                    name: "get_weather".to_owned(),
                    arguments: r#"{"location":"Zürich"}"#.to_owned(),
                }]),
                ModelMessage::Tool {
                    call_id: "call_1".to_owned(),
                    name: "get_weather".to_owned(),
                    content: "12 °C".to_owned(),
                },
                ModelMessage::assistant("It is 12 °C."),
                ModelMessage::User(vec![
                    ContentPart::Text("And this?".to_owned()),
                    ContentPart::Image(ImagePart {
                        name: "a.png".to_owned(),
                        mime_type: "image/png".to_owned(),
                        data: Bytes::from_static(&[0xfb, 0xff, 0x00, 0x01]),
                    }),
                ]),
            ],
            tools: weather_tool(),
            options: GenerationOptions { max_output_tokens: Some(500), ..GenerationOptions::default() },
            ..ModelRequest::default()
        };
        assert_eq!(
            body(&request),
            json!({
                "model": "gpt-4o",
                "messages": [
                    {"role": "system", "content": "Be kind."},
                    {"role": "user", "content": "Weather in \"Zürich\"?"},
                    {"role": "assistant", "content": "", "tool_calls": [{
                        "id": "call_1", "type": "function",
                        "function": {"name": "get_weather", "arguments": "{\"location\":\"Zürich\"}"},
                    }]},
                    {"role": "tool", "tool_call_id": "call_1", "name": "get_weather", "content": "12 °C"},
                    {"role": "assistant", "content": "It is 12 °C."},
                    {"role": "user", "content": [
                        {"type": "text", "text": "And this?"},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,+/8AAQ=="}},
                    ]},
                ],
                "tools": [{"type": "function", "function": {
                    "name": "get_weather", "description": "Tells the weather.",
                    "parameters": {"type": "object"},
                }}],
                "stream": true,
                "stream_options": {"include_usage": true},
                "max_completion_tokens": 500,
            })
        );
    }

    #[test]
    fn what_a_provider_gave_goes_back_to_it_alone_and_only_with_calls() {
        let item = |origin: &str, value: Value| {
            AssistantPart::Provider(ProviderItem { origin: origin.to_owned(), value })
        };
        let call = |id: &str| {
            AssistantPart::Call(ToolCall {
                id: id.to_owned(),
                name: "f".to_owned(),
                arguments: "{}".to_owned(),
            })
        };
        let signature = json!({"google": {"thought_signature": "U0lH"}});
        let given = |origin: &str| {
            vec![
                item(origin, json!({"reasoning_content": "Hm.", "content": "no", "role": "system"})),
                item(origin, json!({"call_id": "b", "extra_content": signature, "id": "c"})),
            ]
        };
        let answer = |calls: Vec<AssistantPart>, origin: &str| {
            let mut parts = vec![AssistantPart::Text("I look.".to_owned())];
            parts.extend(calls.into_iter().chain(given(origin)));
            let request =
                ModelRequest { messages: vec![ModelMessage::Assistant(parts)], ..ModelRequest::default() };
            body(&request)["messages"][0].clone()
        };
        let plain =
            |id: &str| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}});
        let mut signed = plain("b");
        signed["extra_content"] = signature.clone();
        assert_eq!(
            answer(vec![call("a"), call("b")], ORIGIN),
            json!({"role": "assistant", "content": "I look.", "tool_calls": [plain("a"), signed],
                   "reasoning_content": "Hm."})
        );
        assert_eq!(
            answer(vec![call("a"), call("b")], "elsewhere"),
            json!({"role": "assistant", "content": "I look.", "tool_calls": [plain("a"), plain("b")]})
        );
        assert_eq!(answer(Vec::new(), ORIGIN), json!({"role": "assistant", "content": "I look."}));
    }

    #[test]
    fn options_are_written_and_extra_fields_win() {
        let options = GenerationOptions {
            temperature: Some(0.5),
            top_p: Some(0.9),
            max_output_tokens: Some(9),
            reasoning_effort: Some("low".to_owned()),
            verbosity: Some("high".to_owned()),
            service_tier: Some("flex".to_owned()),
            extra: json!({"seed": 1, "temperature": 0.0, "stream": false}).as_object().unwrap().clone(),
            ..GenerationOptions::default()
        };
        let request = ModelRequest { options, ..ModelRequest::default() };
        let asked = Asked { request: &request, model: "m", origin: ORIGIN, quirks: Quirks::default() };
        let text = String::from_utf8(request_body(&asked).unwrap()).unwrap();
        assert_eq!(text.matches("temperature").count() + text.matches("\"stream\"").count(), 2, "{text}");
        assert_eq!(
            body(&request),
            json!({"model": "gpt-4o", "messages": [], "stream_options": {"include_usage": true},
                   "max_completion_tokens": 9, "top_p": 0.9, "reasoning_effort": "low", "verbosity": "high",
                   "service_tier": "flex", "seed": 1, "temperature": 0.0, "stream": false})
        );
    }

    #[test]
    fn a_tool_choice_is_written_only_with_tools_and_only_when_it_says_something() {
        let choice_with = |tool_choice, tools| {
            body(&ModelRequest { tools, tool_choice, ..ModelRequest::default() }).get("tool_choice").cloned()
        };
        assert_eq!(choice_with(ToolChoice::Required, Arc::from([])), None);
        assert_eq!(choice_with(ToolChoice::Auto, weather_tool()), None);
        assert_eq!(choice_with(ToolChoice::None, weather_tool()), Some(json!("none")));
        assert_eq!(choice_with(ToolChoice::Required, weather_tool()), Some(json!("required")));
        assert_eq!(
            choice_with(ToolChoice::Named("get_weather".to_owned()), weather_tool()),
            Some(json!({"type": "function", "function": {"name": "get_weather"}}))
        );
    }

    #[test]
    fn an_older_server_is_spoken_to_without_the_fields_it_named() {
        let oldest = Quirks::default().with(Quirk::NoStreamOptions).with(Quirk::MaxTokens);
        let options = GenerationOptions { max_output_tokens: Some(9), ..GenerationOptions::default() };
        let request = ModelRequest { options, ..ModelRequest::default() };
        assert_eq!(
            body_in(&request, oldest),
            json!({"model": "gpt-4o", "messages": [], "stream": true, "max_tokens": 9})
        );
    }

    #[test]
    fn files_are_text_where_they_can_be_and_documents_parts_of_their_own() {
        let file = |content| {
            ContentPart::File(FilePart {
                name: "a \"b\".txt".to_owned(),
                mime_type: "text/plain".to_owned(),
                content,
            })
        };
        let text = FileText { text: "two\nlines".into(), whole_bytes: 9, num_lines: 2 };
        let text = file(FileContent::Text(text));
        let withheld = file(FileContent::Withheld { reason: "it was deleted".to_owned() });
        let pdf = file(FileContent::Pdf(Bytes::from_static(b"%PDF-1.7")));
        let told = |part: &ContentPart| match part {
            ContentPart::File(file) => file.to_text(),
            other => panic!("{other:?}"),
        };
        let request = ModelRequest {
            messages: vec![
                ModelMessage::User(vec![text.clone(), withheld.clone()]),
                ModelMessage::User(vec![text.clone(), pdf, withheld.clone()]),
            ],
            ..ModelRequest::default()
        };
        assert_eq!(
            body(&request)["messages"],
            json!([
                {"role": "user", "content": format!("{}\n\n{}", told(&text), told(&withheld))},
                {"role": "user", "content": [
                    {"type": "text", "text": told(&text)},
                    {"type": "file", "file": {
                        "filename": "a \"b\".txt", "file_data": "data:application/pdf;base64,JVBERi0xLjc=",
                    }},
                    {"type": "text", "text": told(&withheld)},
                ]},
            ])
        );
    }

    #[test]
    fn several_texts_of_one_message_become_one_string() {
        let request = ModelRequest {
            messages: vec![
                ModelMessage::User(vec![
                    ContentPart::Text("one".to_owned()),
                    ContentPart::Text("two".to_owned()),
                ]),
                ModelMessage::User(Vec::new()),
                ModelMessage::Assistant(Vec::new()),
            ],
            ..ModelRequest::default()
        };
        assert_eq!(
            body(&request)["messages"],
            json!([
                {"role": "user", "content": "one\n\ntwo"},
                {"role": "user", "content": ""},
                {"role": "assistant", "content": ""},
            ])
        );
    }
}
