//! Reads calls that a model wrote into its text, in the forms that models are trained to write.

use serde_json::{Deserializer, Map, Value, from_str};

use crate::model::ToolSpec;

/// A call in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenCall {
    pub(super) name: String,
    pub(super) arguments: String,
}

/// What stands between the marks of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Calls(Vec<WrittenCall>),
    /// Somebody tried to call something, but nobody can tell what.
    Attempt,
    Text,
}

/// What may stand inside the marks of calls and says nothing.
const INNER_MARKS: [&str; 12] = [
    "<｜tool▁call▁begin｜>",
    "<｜tool▁sep｜>",
    "<｜tool▁call▁end｜>",
    "<|tool_call_begin|>",
    "<|tool_call_argument_begin|>",
    "<|tool_call_end|>",
    "[TOOL_CALLS]",
    "[CALL_ID]",
    "[ARGS]",
    "```json",
    "```",
    "<|message|>",
];
/// The keys with which the object of a call begins.
const CALL_KEYS: [&str; 8] =
    ["name", "function", "type", "tool", "tool_name", "arguments", "parameters", "tool_call_id"];
/// The keys under which a call has its arguments.
const ARGUMENT_KEYS: [&str; 4] = ["arguments", "parameters", "args", "input"];

/// What stands between the mark `open` and the one that closes it.
pub(super) fn between_marks(open: &str, text: &str, tools: &[ToolSpec]) -> Found {
    let calls = match open {
        // These look like HTML, so only one of our tools makes them a call.
        "<function=" => function_tag(text, tools).into_iter().collect(),
        "<invoke name=" => function_tag(text.trim_start_matches('"'), tools).into_iter().collect(),
        _ => any_form(text, tools),
    };
    let is_attempt = || {
        let is_tag = ["<function=", "<invoke name="].contains(&open);
        !is_tag && ["{", "<function=", "<invoke name=", "<arg_key>"].iter().any(|part| text.contains(part))
    };
    match calls {
        calls if !calls.is_empty() => Found::Calls(calls),
        _ if is_attempt() => Found::Attempt,
        _ => Found::Text,
    }
}

/// Whether a whole answer that begins so may be a call without marks: an object, or a list of them, that names one of our
/// tools.
pub(super) fn may_be_bare(text: &str, tools: &[ToolSpec]) -> bool {
    if tools.is_empty() {
        return false;
    }
    let text = match text.strip_prefix("```") {
        Some(block) => block
            .trim_start_matches(|character: char| character.is_ascii_lowercase() || character == '_')
            .trim_start(),
        None if "```".starts_with(text) => return true,
        None => text,
    };
    let Some(object) = text.strip_prefix('[').map_or(text, str::trim_start).strip_prefix('{') else {
        return text.is_empty() || text.trim_end() == "[";
    };
    let Some(key) = object.trim_start().strip_prefix('"') else { return object.trim_start().is_empty() };
    let Some((key, value)) = key.split_once('"') else {
        return CALL_KEYS.iter().any(|known| known.starts_with(key));
    };
    let value = value.trim_start().strip_prefix(':').unwrap_or_default().trim_start();
    match key {
        "name" | "tool" | "tool_name" | "function" => match value.strip_prefix('"') {
            Some(name) => match name.split_once('"') {
                Some((name, _)) => tool_named(name, tools).is_some(),
                None => name.len() < 200,
            },
            None => value.is_empty() || key == "function" && value.starts_with('{'),
        },
        "type" => {
            let kinds = ["\"function\"", "\"tool_call\"", "\"tool_use\""];
            kinds.iter().any(|kind| value.starts_with(kind) || kind.starts_with(value))
        }
        "tool_call_id" => true,
        "arguments" | "parameters" => value.is_empty() || value.starts_with('{'),
        _ => false,
    }
}

/// The calls that an answer without marks consists of, and the text behind them. `None` if it is text.
pub(super) fn bare<'a>(text: &'a str, tools: &[ToolSpec]) -> Option<(Vec<WrittenCall>, &'a str)> {
    let start = text.find(['{', '['])?;
    let mut values = Deserializer::from_str(&text[start..]).into_iter::<Value>();
    let (mut calls, mut end) = (Vec::new(), start);
    while let Some(Ok(value)) = values.next() {
        let found = calls_of(&value, tools);
        if found.is_empty() || !found.iter().all(|call| tools.iter().any(|tool| tool.name == call.name)) {
            break;
        }
        calls.extend(found);
        end = start + values.byte_offset();
    }
    let rest = text[end..].trim_start();
    (!calls.is_empty()).then(|| (calls, rest.strip_prefix("```").unwrap_or(rest).trim_start()))
}

/// The tool to which a message of gpt-oss is addressed by its header.
pub(super) fn harmony_recipient(header: &str) -> Option<String> {
    let (_, recipient) = header.split_once("to=")?;
    let recipient: String =
        recipient.chars().take_while(|character| !character.is_whitespace() && *character != '<').collect();
    (!recipient.is_empty()).then_some(recipient)
}

/// Reads calls in whatever form they are.
fn any_form(text: &str, tools: &[ToolSpec]) -> Vec<WrittenCall> {
    let calls = json_calls(text, tools);
    if !calls.is_empty() {
        return calls;
    }
    for tag in ["<function=", "<invoke name=\""] {
        let calls: Vec<_> = text.split(tag).skip(1).filter_map(|call| function_tag(call, tools)).collect();
        if !calls.is_empty() {
            return calls;
        }
    }
    if let Some((name, arguments)) = text.split_once("<arg_key>") {
        return glm_call(name, arguments, tools).into_iter().collect();
    }
    named_calls(text, tools)
}

/// Objects, or lists of them, that say name and arguments.
fn json_calls(text: &str, tools: &[ToolSpec]) -> Vec<WrittenCall> {
    let text = text.trim().trim_start_matches("```json").trim_matches('`').trim();
    if !text.starts_with(['{', '[']) {
        return Vec::new();
    }
    // Small models forget the last brackets.
    for missing in ["", "}", "}}", "]", "}]"] {
        let text = format!("{text}{missing}");
        let values = Deserializer::from_str(&text).into_iter::<Value>();
        let calls: Vec<_> = values.map_while(Result::ok).flat_map(|value| calls_of(&value, tools)).collect();
        if !calls.is_empty() {
            return calls;
        }
    }
    Vec::new()
}

fn calls_of(value: &Value, tools: &[ToolSpec]) -> Vec<WrittenCall> {
    match value {
        Value::Array(list) => list.iter().filter_map(|value| call_of(value, tools)).collect(),
        value => call_of(value, tools).into_iter().collect(),
    }
}

fn call_of(value: &Value, tools: &[ToolSpec]) -> Option<WrittenCall> {
    let call = value.as_object()?;
    let nested = call.get("function").filter(|function| function.is_object());
    let call = nested.and_then(Value::as_object).unwrap_or(call);
    let name = ["name", "tool_name", "tool", "function"].iter().find_map(|key| call.get(*key)?.as_str())?;
    let arguments = match ARGUMENT_KEYS.iter().find_map(|key| call.get(*key)) {
        None | Some(Value::Null) => "{}".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    Some(written(name, arguments, tools))
}

/// `get_weather>…</function>`, with parameters in tags or as an object: what stands behind `<function=`.
fn function_tag(text: &str, tools: &[ToolSpec]) -> Option<WrittenCall> {
    let (name, body) = text.split_once('>')?;
    let tool = tool_named(name.trim_matches('"'), tools)?;
    let body = body.split("</function>").next().unwrap_or_default();
    let body = body.split("</invoke>").next().unwrap_or_default();
    let object = body.trim();
    if object.starts_with('{') {
        let mut values = Deserializer::from_str(object).into_iter::<Map<String, Value>>();
        let arguments = values.next()?.ok()?;
        return Some(WrittenCall {
            name: tool.name.clone(),
            arguments: Value::Object(arguments).to_string(),
        });
    }
    let mut arguments = Map::new();
    for parameter in body.split("<parameter").skip(1) {
        let (name, value) = parameter.split_once('>')?;
        let name = name.trim_start_matches(['=', ' ']).trim_start_matches("name=").trim_matches('"');
        let value = value.split("</parameter>").next().unwrap_or_default();
        arguments.insert(name.to_owned(), parameter_value(tool, name, value));
    }
    Some(WrittenCall { name: tool.name.clone(), arguments: Value::Object(arguments).to_string() })
}

/// `get_weather`, then pairs of `<arg_key>` and `<arg_value>`.
fn glm_call(name: &str, arguments: &str, tools: &[ToolSpec]) -> Option<WrittenCall> {
    let tool = tool_named(name, tools)?;
    let mut pairs = Map::new();
    for pair in arguments.split("<arg_key>") {
        let (key, value) = pair.split_once("</arg_key>")?;
        let value = value.trim_start().strip_prefix("<arg_value>")?.split("</arg_value>").next()?;
        let key = key.trim();
        pairs.insert(key.to_owned(), parameter_value(tool, key, value));
    }
    Some(WrittenCall { name: tool.name.clone(), arguments: Value::Object(pairs).to_string() })
}

/// A parameter that was written without quotation marks, so that only the schema tells a number from a text.
fn parameter_value(tool: &ToolSpec, name: &str, text: &str) -> Value {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let kind = tool.parameters.pointer("/properties").and_then(|known| known.get(name)?.get("type"));
    let is_text = kind.is_some_and(|kind| kind == "string");
    let parsed = if is_text { None } else { from_str(text.trim()).ok() };
    parsed.unwrap_or_else(|| Value::from(text))
}

/// A name and then an object, again and again, with marks between them.
fn named_calls(text: &str, tools: &[ToolSpec]) -> Vec<WrittenCall> {
    let (mut calls, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find('{') {
        let before = INNER_MARKS.iter().fold(rest[..start].to_owned(), |text, mark| text.replace(mark, " "));
        let mut words = before.split_whitespace().rev();
        let ours = words.clone().find(|word| tool_named(word, tools).is_some());
        let name = ours.or_else(|| words.find(|word| !["function", "json"].contains(word)));
        let mut values = Deserializer::from_str(&rest[start..]).into_iter::<Map<String, Value>>();
        let (Some(name), Some(Ok(arguments))) = (name, values.next()) else { break };
        calls.push(written(name, Value::Object(arguments).to_string(), tools));
        rest = &rest[start + values.byte_offset()..];
    }
    calls
}

fn written(name: &str, arguments: String, tools: &[ToolSpec]) -> WrittenCall {
    let name = tool_named(name, tools).map_or(name, |tool| tool.name.as_str()).to_owned();
    WrittenCall { name, arguments }
}

/// The tool that is meant by a name with what some models write around it: `functions.get_weather:0`.
fn tool_named<'a>(name: &str, tools: &'a [ToolSpec]) -> Option<&'a ToolSpec> {
    let name = name.trim();
    let called = |name: &str| tools.iter().find(|tool| tool.name == name);
    called(name).or_else(|| {
        let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
        called(name).or_else(|| called(name.rsplit_once('.')?.1))
    })
}
