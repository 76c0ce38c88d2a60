//! Compares what was replayed with what was recorded.
//!
//! Values are compared as parsed JSON. Some design decisions make ours differ in form, everywhere
//! and always; the comparison is modulo these:
//!
//! * Ids are longer than the reference's, and time-ordered: see [`super::placeholders`].
//! * The reference writes local times without an offset, we write UTC with `Z`. Times are compared
//!   as moments, and ours must have the `Z`.
//! * The reference writes some whole numbers as `1.0`. Numbers are compared by value.
//! * Addresses of attachments are the recorder's own, on another host and with other headers; ours
//!   are signed. They must have the same path. What is stored holds no addresses with us.
//! * A message of ours names only attachments that were uploaded, so an attachment in it has no
//!   `upload_descriptor` any more. Nor is there any free `metadata` of attachments, which the
//!   reference stores and never sends.

use actix_chatkit::protocol::Timestamp;
use serde_json::{Map, Value, json};

/// The lines that say where `actual` is not as `expected`.
pub fn differences(place: &str, expected: &Value, actual: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare(place, &comparable(expected), &comparable(actual), &mut lines);
    lines
}

fn compare(place: &str, expected: &Value, actual: &Value, lines: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(found)) => {
            for (key, value) in wanted {
                let place = format!("{place}.{key}");
                match found.get(key) {
                    Some(found) if key == "created_at" => compare_times(&place, value, found, lines),
                    Some(found) => compare(&place, value, found, lines),
                    None => lines.push(format!("{place}: missing, should be {}", short(value))),
                }
            }
            for (key, value) in found.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
                lines.push(format!("{place}.{key}: should not be there, is {}", short(value)));
            }
        }
        (Value::Array(wanted), Value::Array(found)) => {
            for (index, (wanted, found)) in wanted.iter().zip(found).enumerate() {
                compare(&format!("{place}[{index}]"), wanted, found, lines);
            }
            for (index, value) in wanted.iter().enumerate().skip(found.len()) {
                lines.push(format!("{place}[{index}]: missing, should be {}", short(value)));
            }
            for (index, value) in found.iter().enumerate().skip(wanted.len()) {
                lines.push(format!("{place}[{index}]: should not be there, is {}", short(value)));
            }
        }
        (Value::String(wanted), Value::String(found)) if wanted == "{{cancel_note}}" => {
            if found.trim().is_empty() {
                lines.push(format!("{place}: should be a note for the model"));
            }
        }
        (Value::Number(wanted), Value::Number(found)) if wanted.as_f64() == found.as_f64() => {}
        _ if expected == actual => {}
        _ => lines.push(format!("{place}: should be {}, is {}", short(expected), short(actual))),
    }
}

/// A recorded `{{ts}}` stands for any time.
fn compare_times(place: &str, expected: &Value, actual: &Value, lines: &mut Vec<String>) {
    let moment = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let same = expected == "{{ts}}" || moment(expected) == moment(actual);
    let ours = moment(actual).is_some_and(|moment| moment.to_string() == *actual);
    if !same || !ours {
        lines.push(format!("{place}: should be {}, is {}", short(expected), short(actual)));
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The value without what differs by design.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(comparable).collect(),
        Value::Object(object) => {
            let mut object: Map<String, Value> =
                object.iter().map(|(key, value)| (key.clone(), comparable(value))).collect();
            if object.contains_key("mime_type") && object.contains_key("name") {
                simplify_attachment(&mut object);
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}

fn simplify_attachment(attachment: &mut Map<String, Value>) {
    attachment.remove("metadata");
    let is_recorded = |url: &str| url.starts_with("https://files.example.com/");
    if let Some(descriptor) = attachment.get_mut("upload_descriptor") {
        let url = descriptor["url"].as_str().unwrap_or_default().to_owned();
        if is_recorded(&url) {
            descriptor["headers"] = json!({});
        }
        descriptor["url"] = path_of(&url).into();
        if is_recorded(&url) && attachment.contains_key("thread_id") {
            attachment.remove("upload_descriptor");
        }
    }
    if let Some(Value::String(url)) = attachment.get_mut("preview_url") {
        *url = path_of(url);
    }
}

/// The path of an address: without scheme, host and query.
fn path_of(url: &str) -> String {
    let without_query = url.split('?').next().unwrap_or_default();
    match without_query.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or_else(String::new, |start| rest[start..].to_owned()),
        None => without_query.to_owned(),
    }
}
