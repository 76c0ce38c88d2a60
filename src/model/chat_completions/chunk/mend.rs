//! Finds what can be read in a chunk of an unexpected shape.

use std::borrow::Cow;

use serde_json::{Deserializer, Map, Value, json};

/// The most levels, and the most characters, in which the shape of a chunk is told.
const MAX_SHAPE_DEPTH: usize = 5;
const MAX_SHAPE_CHARS: usize = 300;

/// What was found in a chunk.
#[derive(Debug, Default)]
pub(super) struct Mended {
    /// Objects that have the shape of a chunk.
    pub(super) chunks: Vec<Value>,
    /// The shape of what had to be left out.
    pub(super) lost: Option<String>,
}

/// Looks into a chunk that could not be read as it is.
pub(super) fn mend(data: &str) -> Mended {
    let data = data.strip_prefix("data:").unwrap_or(data);
    let data = without_nan(data);
    let mut mended = Mended::default();
    for value in Deserializer::from_str(&data).into_iter::<Value>() {
        match value {
            Ok(value) => mended.take(value),
            Err(_) => {
                // Leave out the text, which may hold what the user wrote.
                mended.lose(|| format!("{} bytes that are no JSON", data.len()));
                break;
            }
        }
    }
    mended
}

impl Mended {
    fn take(&mut self, value: Value) {
        match value {
            Value::Object(mut chunk) => {
                let shape = shape_of(&chunk);
                if !mend_chunk(&mut chunk) {
                    self.lose(|| shape);
                }
                self.chunks.push(Value::Object(chunk));
            }
            Value::Array(list) if list.first().is_some_and(Value::is_object) => {
                for value in list {
                    self.take(value);
                }
            }
            other => self.lose(|| {
                let mut shape = String::new();
                write_shape(&other, 0, &mut shape);
                shape
            }),
        }
    }

    fn lose(&mut self, shape: impl FnOnce() -> String) {
        self.lost.get_or_insert_with(shape);
    }
}

/// Puts a chunk into the expected shape. False if something was lost.
fn mend_chunk(chunk: &mut Map<String, Value>) -> bool {
    let Some(choices) = chunk.get_mut("choices") else { return true };
    if choices.is_object() {
        *choices = Value::Array(vec![choices.take()]);
    }
    let Value::Array(list) = choices else {
        let is_nothing = is_nothing(choices);
        chunk.remove("choices");
        return is_nothing;
    };
    let num_choices = list.len();
    list.retain(Value::is_object);
    let mut is_whole = list.len() == num_choices;
    for choice in list.iter_mut().filter_map(Value::as_object_mut) {
        is_whole &= numbered(choice, "index");
        for field in ["delta", "message"] {
            is_whole &= match choice.get_mut(field) {
                None | Some(Value::Null) => true,
                Some(Value::Object(delta)) => mend_delta(delta),
                Some(other) => {
                    let is_nothing = is_nothing(other);
                    choice.remove(field);
                    is_nothing
                }
            };
        }
    }
    is_whole
}

fn mend_delta(delta: &mut Map<String, Value>) -> bool {
    if let Some(content) = delta.get_mut("content") {
        match content {
            // One part, where there should be a list of them.
            Value::Object(_) => *content = Value::Array(vec![content.take()]),
            Value::Array(parts) => {
                for part in parts.iter_mut().filter(|part| part.is_string()) {
                    *part = json!({"text": part.take()});
                }
                parts.retain(Value::is_object);
            }
            _ => {}
        }
    }
    let mut is_whole = kept_if(delta, "content", |content| content.is_string() || content.is_array());
    for field in ["refusal", "reasoning_content", "reasoning", "thinking"] {
        is_whole &= kept_if(delta, field, Value::is_string);
    }
    is_whole &= kept_if(delta, "function_call", Value::is_object);
    if let Some(Value::Object(function)) = delta.get_mut("function_call") {
        is_whole &= kept_if(function, "name", Value::is_string);
    }
    if let Some(calls) = delta.get_mut("tool_calls") {
        if calls.as_object().is_some_and(|call| !call.is_empty()) {
            *calls = Value::Array(vec![calls.take()]);
        }
        if let Value::Array(calls) = calls {
            calls.retain(Value::is_object);
            for call in calls.iter_mut().filter_map(Value::as_object_mut) {
                is_whole &= mend_call(call);
            }
        }
    }
    is_whole & kept_if(delta, "tool_calls", Value::is_array)
}

fn mend_call(call: &mut Map<String, Value>) -> bool {
    let mut is_whole = numbered(call, "index");
    if let Some(id) = call.get_mut("id").filter(|id| id.is_number()) {
        *id = Value::String(id.to_string());
    }
    is_whole &= kept_if(call, "id", Value::is_string);
    is_whole &= kept_if(call, "function", Value::is_object);
    if let Some(Value::Object(function)) = call.get_mut("function") {
        is_whole &= kept_if(function, "name", Value::is_string);
    }
    is_whole
}

/// Removes a field that is not of the expected kind. False if something was lost with it.
fn kept_if(object: &mut Map<String, Value>, field: &str, is_fine: fn(&Value) -> bool) -> bool {
    let Some(value) = object.get(field).filter(|value| !value.is_null() && !is_fine(value)) else {
        return true;
    };
    let is_nothing = is_nothing(value);
    object.remove(field);
    is_nothing
}

/// Reads an index that was written as a text. One that is no number goes, which loses nothing.
fn numbered(object: &mut Map<String, Value>, field: &str) -> bool {
    if let Some(index) = object.get_mut(field).filter(|index| index.as_i64().is_none()) {
        *index = index.as_str().and_then(|text| text.trim().parse::<i64>().ok()).into();
    }
    true
}

/// Whether a value says nothing, whatever it was meant to be.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
    }
}

/// Python writes numbers that JSON does not have.
fn without_nan(data: &str) -> Cow<'_, str> {
    if !["NaN", "Infinity"].iter().any(|number| data.contains(number)) {
        return data.into();
    }
    let (mut clean, mut in_string, mut rest) = (String::with_capacity(data.len()), false, data);
    while let Some(character) = rest.chars().next() {
        let number = ["NaN", "-Infinity", "Infinity"].iter().find(|number| rest.starts_with(**number));
        let length = match (number, character) {
            (Some(number), _) if !in_string => {
                clean.push_str("null");
                rest = &rest[number.len()..];
                continue;
            }
            (_, '\\') if in_string => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            (_, '"') => {
                in_string = !in_string;
                1
            }
            _ => character.len_utf8(),
        };
        clean.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    clean.into()
}

/// The keys of a chunk and the kinds of their values, without any value: it tells whoever runs the server what it sends,
/// and holds nothing that was said.
fn shape_of(chunk: &Map<String, Value>) -> String {
    let mut shape = String::new();
    write_object(chunk, 0, &mut shape);
    shape
}

fn write_shape(value: &Value, depth: usize, shape: &mut String) {
    match value {
        Value::Null => shape.push_str("null"),
        Value::Bool(_) => shape.push_str("boolean"),
        Value::Number(_) => shape.push_str("number"),
        Value::String(_) => shape.push_str("text"),
        Value::Array(list) => {
            shape.push('[');
            if let Some(first) = list.first().filter(|_| depth < MAX_SHAPE_DEPTH) {
                write_shape(first, depth + 1, shape);
            }
            shape.push(']');
        }
        Value::Object(object) => write_object(object, depth, shape),
    }
}

fn write_object(object: &Map<String, Value>, depth: usize, shape: &mut String) {
    shape.push('{');
    for (place, (key, value)) in object.iter().enumerate() {
        if shape.len() > MAX_SHAPE_CHARS || depth >= MAX_SHAPE_DEPTH {
            shape.push('…');
            break;
        }
        if place > 0 {
            shape.push_str(", ");
        }
        // A key is a name; what is none may be anything.
        let is_name = key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        shape.push_str(if is_name { key } else { "?" });
        shape.push_str(": ");
        write_shape(value, depth + 1, shape);
    }
    shape.push('}');
}
