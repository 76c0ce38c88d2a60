//! Writes the request body of Chat Completions, straight from a [`ModelRequest`].

use std::borrow::Cow;

use base64::{display::Base64Display, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer, ser::SerializeSeq};

use crate::model::{
    AssistantPart, ContentPart, FileContent, ImagePart, ModelMessage, ToolCall, ToolChoice, ToolSpec,
    call::Asked, quirks::Quirk,
};

/// The body of the call, serialised once; pictures and documents are encoded straight into it.
pub(super) fn request_body(asked: &Asked<'_>) -> serde_json::Result<Vec<u8>> {
    let Asked { request, model, quirks, .. } = asked;
    let max_tokens = request.options.max_output_tokens;
    serde_json::to_vec(&Body {
        model,
        messages: Messages(&request.messages),
        tools: Tools(&request.tools),
        tool_choice: tool_choice(&request.tool_choice).filter(|_| !request.tools.is_empty()),
        stream: true,
        stream_options: (!quirks.has(Quirk::NoStreamOptions))
            .then_some(StreamOptions { include_usage: true }),
        max_completion_tokens: max_tokens.filter(|_| !quirks.has(Quirk::MaxTokens)),
        max_tokens: max_tokens.filter(|_| quirks.has(Quirk::MaxTokens)),
    })
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Messages<'a>,
    #[serde(skip_serializing_if = "Tools::is_empty")]
    tools: Tools<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoiceBody<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

struct Messages<'a>(&'a [ModelMessage]);

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(message))
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
        /// Written even when null, because the templates of some local servers fail when it is absent.
        content: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "ToolCalls::is_empty")]
        tool_calls: ToolCalls<'a>,
    },
    Tool {
        tool_call_id: &'a str,
        content: &'a str,
    },
}

fn message(message: &ModelMessage) -> MessageBody<'_> {
    match message {
        ModelMessage::System(content) => MessageBody::System { content },
        ModelMessage::User(parts) => MessageBody::User { content: Content(parts) },
        ModelMessage::Assistant(parts) => assistant(parts),
        ModelMessage::Tool { call_id, content, .. } => MessageBody::Tool { tool_call_id: call_id, content },
    }
}

/// Chat Completions knows one text and then the calls of an answer.
fn assistant(parts: &[AssistantPart]) -> MessageBody<'_> {
    let mut content: Option<Cow<'_, str>> = None;
    let mut tool_calls = Vec::new();
    for part in parts {
        match part {
            AssistantPart::Text(text) => match &mut content {
                Some(content) => content.to_mut().extend(["\n\n", text]),
                None => content = Some(text.into()),
            },
            AssistantPart::Call(call) => tool_calls.push(call),
            AssistantPart::Provider(_) => {}
        }
    }
    if content.is_none() && tool_calls.is_empty() {
        content = Some("".into());
    }
    MessageBody::Assistant { content, tool_calls: ToolCalls(tool_calls) }
}

/// User content: a plain string when it is only text (every server takes that), else parts.
struct Content<'a>(&'a [ContentPart]);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Option<Vec<Cow<'_, str>>> = self.0.iter().map(text_of).collect();
        if let Some(texts) = texts {
            return match texts.as_slice() {
                [text] => serializer.serialize_str(text),
                texts => serializer.serialize_str(&texts.join("\n")),
            };
        }
        let mut parts = serializer.serialize_seq(Some(self.0.len()))?;
        for part in self.0 {
            parts.serialize_element(&match part {
                ContentPart::Text(text) => PartBody::Text { text: text.into() },
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

/// The part as text, if it can be put so.
fn text_of(part: &ContentPart) -> Option<Cow<'_, str>> {
    match part {
        ContentPart::Text(text) => Some(text.into()),
        ContentPart::File(file) if !matches!(file.content, FileContent::Pdf(_)) => {
            Some(file.to_text().into())
        }
        ContentPart::File(_) | ContentPart::Image(_) => None,
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

/// Bytes as a `data:` URL. They are encoded while they are written, so there is never a second copy in memory.
struct DataUrl<'a> {
    mime_type: &'a str,
    data: &'a [u8],
}

impl Serialize for DataUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { mime_type, data } = self;
        serializer
            .collect_str(&format_args!("data:{mime_type};base64,{}", Base64Display::new(data, &STANDARD)))
    }
}

struct ToolCalls<'a>(Vec<&'a ToolCall>);

impl ToolCalls<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for ToolCalls<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|call| ToolCallBody {
            id: &call.id,
            kind: "function",
            function: CalledFunction { name: &call.name, arguments: &call.arguments },
        }))
    }
}

#[derive(Serialize)]
struct ToolCallBody<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: CalledFunction<'a>,
}

#[derive(Serialize)]
struct CalledFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

struct Tools<'a>(&'a [ToolSpec]);

impl Tools<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

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
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{FilePart, FileText, GenerationOptions, ModelRequest, quirks::Quirks};

    fn body(request: &ModelRequest) -> Value {
        body_in(request, Quirks::default())
    }

    fn body_in(request: &ModelRequest, quirks: Quirks) -> Value {
        let asked = Asked { request, model: "gpt-4o", origin: "here", quirks };
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
                    {"role": "assistant", "content": null, "tool_calls": [{
                        "id": "call_1", "type": "function",
                        "function": {"name": "get_weather", "arguments": "{\"location\":\"Zürich\"}"},
                    }]},
                    {"role": "tool", "tool_call_id": "call_1", "content": "12 °C"},
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
                {"role": "user", "content": format!("{}\n{}", told(&text), told(&withheld))},
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
                {"role": "user", "content": "one\ntwo"},
                {"role": "user", "content": ""},
                {"role": "assistant", "content": ""},
            ])
        );
    }
}
