//! Reads what a server says went wrong, in whatever form it says it.

use std::time::Duration;

use serde_json::Value;

/// How deep the words may lie in each other.
const MAX_DEPTH: usize = 8;
/// How many codes and types are kept.
const MAX_CODES: usize = 8;
/// The status codes that are told apart are written in three digits.
const STATUSES: std::ops::Range<u64> = 300..600;
/// These fields repeat what was sent: they say nothing of the fault, and may be the user's words.
const ECHOES: [&str; 5] = ["input", "failed_generation", "request", "prompt", "messages"];

/// What a server says went wrong.
///
/// It may repeat the key and what the user wrote: [`Failure`](super::Failure) redacts what goes on from here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Told {
    /// The status of the response or, inside an answer, the one that the words name.
    pub(in crate::model) status: Option<u16>,
    /// The provider's own codes and types, for example `insufficient_quota`; the most telling one is first.
    pub(super) codes: Vec<String>,
    /// The field of the request that is named.
    pub(in crate::model) field: Option<String>,
    /// The sentence for people. Empty: there is none.
    pub(super) message: String,
    /// All that was said but echoes, in lower case. Rules look for words in it.
    pub(in crate::model) text: String,
    /// How long the server asks to wait.
    pub(super) wait: Option<Duration>,
}

impl Told {
    /// Reads the body of a response that came with an error status.
    pub(super) fn of_body(status: u16, body: &[u8]) -> Self {
        let mut told = match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::of_value(&value),
            Err(_) => Self::of_text(&String::from_utf8_lossy(body)),
        };
        told.status = Some(status);
        told
    }

    /// Reads an error that came inside an answer that had begun well.
    pub(in crate::model) fn of_value(value: &Value) -> Self {
        let mut told = Self::default();
        told.read(value, MAX_DEPTH);
        if told.message.is_empty() {
            told.message = text_of(value);
        }
        let mut text = String::new();
        collect(value, MAX_DEPTH, &mut text);
        told.text = text.to_lowercase();
        told.status = told.status.or_else(|| told.codes.iter().find_map(|code| status_of_code(code)));
        told.wait = told.wait.or_else(|| wait_in(&told.text));
        told
    }

    /// Reads an error that is not JSON. A page of HTML says nothing more than its status.
    pub(in crate::model) fn of_text(text: &str) -> Self {
        let text = text.trim();
        if text.starts_with('<') {
            return Self::default();
        }
        let text_in_lower_case = text.to_lowercase();
        let wait = wait_in(&text_in_lower_case);
        Self { message: text.to_owned(), text: text_in_lower_case, wait, ..Self::default() }
    }

    /// Whether one of these words was said. They are in lower case.
    pub(in crate::model) fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word))
    }

    /// Whether the provider's code or type is one of these.
    pub(super) fn is_coded(&self, codes: &[&str]) -> bool {
        self.codes.iter().any(|code| codes.iter().any(|known| code.eq_ignore_ascii_case(known)))
    }

    /// The first number behind one of these words.
    pub(super) fn number_after(&self, words: &[&str]) -> Option<u64> {
        words.iter().find_map(|word| {
            let (_, rest) = self.text.split_once(word)?;
            let digits: String = rest
                .trim_start_matches([' ', ':', '='])
                .chars()
                .take_while(|character| character.is_ascii_digit() || *character == ',')
                .filter(char::is_ascii_digit)
                .collect();
            digits.parse().ok()
        })
    }

    /// Takes the code, the field and the sentence out of an error object or what it is wrapped in.
    fn read(&mut self, value: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match value {
            Value::String(text) => self.say(text),
            // Google wraps its object in a list, FastAPI lists one object for each field.
            Value::Array(values) => values.iter().for_each(|value| self.read(value, depth)),
            Value::Object(fields) => {
                for name in ["code", "status", "statusCode", "type"] {
                    self.read_code(fields.get(name));
                }
                if let Some(field) = fields.get("param").and_then(Value::as_str) {
                    self.field.get_or_insert_with(|| field.to_owned());
                }
                if let (Some(place), Some(text)) =
                    (fields.get("loc"), fields.get("msg").and_then(Value::as_str))
                {
                    let place = path(place);
                    self.say(&format!("{text}: {place}"));
                    self.field.get_or_insert(place);
                }
                if let Some(name) = ["error", "errors", "message", "detail", "Message", "title", "fault"]
                    .into_iter()
                    .find(|name| fields.get(*name).is_some_and(|value| !is_empty(value)))
                {
                    self.read(&fields[name], depth);
                }
                // Gateways repeat in here what the server behind them said.
                if let Some(raw) = fields.get("metadata").and_then(|metadata| metadata.get("raw")) {
                    match raw.as_str().and_then(|raw| serde_json::from_str::<Value>(raw).ok()) {
                        Some(raw) => self.read(&raw, depth),
                        None => self.read(raw, depth),
                    }
                }
                self.wait = self.wait.or_else(|| fields.get("estimated_time").and_then(seconds));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn read_code(&mut self, code: Option<&Value>) {
        match code {
            Some(Value::Number(number)) => {
                let status = number.as_u64().filter(|status| STATUSES.contains(status));
                self.status = self.status.or_else(|| status.and_then(|status| u16::try_from(status).ok()));
            }
            Some(Value::String(code)) if !code.is_empty() => match code.parse::<u64>() {
                Ok(number) => self.read_code(Some(&number.into())),
                Err(_) if self.codes.len() < MAX_CODES && code != "error" => self.codes.push(code.clone()),
                Err(_) => {}
            },
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() || self.message.contains(text) {
            return;
        }
        if !self.message.is_empty() {
            self.message += "; ";
        }
        self.message += text;
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

/// A place in the request, as FastAPI lists its parts.
fn path(place: &Value) -> String {
    let parts = place.as_array().map(Vec::as_slice).unwrap_or_default();
    let parts: Vec<String> =
        parts.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
    parts.join(".")
}

/// Every text in a value but echoes, and the name of each field that holds a number.
fn collect(value: &Value, depth: usize, text: &mut String) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(part) => {
            text.push_str(part);
            text.push('\n');
        }
        Value::Array(parts) if parts.iter().all(|part| part.is_string() || part.is_number()) => {
            text.push_str(&path(value));
            text.push('\n');
        }
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, depth, text)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if field.is_number() {
                    text.extend([name, "=", &field.to_string(), "\n"]);
                } else if name == "retryDelay" {
                    text.extend(["retry in ", &text_of(field), "\n"]);
                } else if !ECHOES.contains(&name.as_str()) {
                    collect(field, depth, text);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The status that a provider's code or type stands for.
fn status_of_code(code: &str) -> Option<u16> {
    Some(match code.to_ascii_lowercase().as_str() {
        "invalid_request_error"
        | "invalid_argument"
        | "badrequesterror"
        | "bad_request"
        | "invalid_prompt"
        | "context_length_exceeded"
        | "tool_use_failed" => 400,
        "authentication_error" | "invalid_api_key" | "unauthenticated" => 401,
        "permission_error" | "permission_denied" => 403,
        "not_found_error" | "model_not_found" => 404,
        "rate_limit_error" | "rate_limit_exceeded" | "resource_exhausted" | "insufficient_quota" => 429,
        "server_error" | "api_error" | "internal_error" | "internalservererror" | "internal" => 500,
        "unavailable" | "service_unavailable" => 503,
        "overloaded_error" | "engine_overloaded" => 529,
        code if code.starts_with("invalid_") => 400,
        _ => return None,
    })
}

fn seconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()?).ok()
}

/// The wait that a text in lower case asks for: `try again in 1.5s`, or Google's field of that kind, `43s`.
fn wait_in(text: &str) -> Option<Duration> {
    let asked = text.split_once("try again in ").or_else(|| text.split_once("retry after "));
    let asked = asked.or_else(|| text.split_once("retry in "))?.1;
    let mut wait = Duration::ZERO;
    let mut rest = asked;
    // `1m30.5s` is two of them.
    for _ in 0..3 {
        let end = rest.find(|character: char| !character.is_ascii_digit() && character != '.');
        let (number, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let Ok(number) = number.trim_end_matches('.').parse::<f64>() else { break };
        let behind = behind.trim_start();
        let (unit, length) = match behind {
            unit if unit.starts_with("ms") || unit.starts_with("millisecond") => (0.001, 2),
            unit if unit.starts_with('m') => (60.0, 1),
            unit if unit.starts_with('h') => (3600.0, 1),
            _ => (1.0, 1),
        };
        wait += Duration::try_from_secs_f64(number * unit).ok()?;
        rest = behind.get(length..).unwrap_or_default();
    }
    (wait > Duration::ZERO).then_some(wait)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn error_bodies_of_many_servers_give_their_message_and_code() {
        for (body, message, code) in [
            (
                r#"{"error":{"message":"bad key","code":"invalid_api_key"}}"#,
                "bad key",
                Some("invalid_api_key"),
            ),
            (r#"{"error":{"code":"DeploymentNotFound"}}"#, "", Some("DeploymentNotFound")),
            (r#"{"error":"model not found"}"#, "model not found", None),
            (r#"{"object":"error","message":"too long","code":400}"#, "too long", None),
            (r#"{"detail":"Not Found"}"#, "Not Found", None),
            (
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],
                    "msg":"Extra inputs are not permitted","input":{"include_usage":true}}]}"#,
                "Extra inputs are not permitted: body.stream_options",
                Some("extra_forbidden"),
            ),
            (
                r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","n"],
                    "msg":"No"}]},"type":"invalid_request_error","param":null,"code":null}"#,
                "No: body.n",
                Some("invalid_request_error"),
            ),
            (
                r#"[{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT"}}]"#,
                "Bad.",
                Some("INVALID_ARGUMENT"),
            ),
            (r#"{"statusCode":401,"message":"Access denied"}"#, "Access denied", None),
            (r#"{"errors":[{"message":"one"},{"message":"two"}]}"#, "one; two", None),
            (
                r#"{"error":{"message":"Provider returned error","code":400,
                    "metadata":{"raw":"{\"error\":{\"message\":\"no tools\"}}"}}}"#,
                "Provider returned error; no tools",
                None,
            ),
            ("404 page not found", "404 page not found", None),
            ("<html>Sign in</html>", "", None),
            ("", "", None),
        ] {
            let told = Told::of_body(400, body.as_bytes());
            let first = told.codes.first().map(String::as_str);
            assert_eq!((told.message.as_str(), first), (message, code), "{body}");
            assert_eq!(told.status, Some(400));
        }
    }

    #[test]
    fn what_was_sent_is_no_part_of_what_is_said() {
        let told = Told::of_value(&json!({"detail": [{
            "loc": ["body", "messages", 0, "content"], "msg": "Wrong", "input": "my stream_options",
        }]}));
        assert!(!told.says(&["stream_options"]));
        assert!(told.says(&["messages.0.content"]));
    }

    #[test]
    fn the_status_of_an_error_inside_an_answer_is_read_from_its_words() {
        for (error, status) in [
            (json!({"code": 503, "message": "x"}), Some(503)),
            (json!({"code": "429", "message": "x"}), Some(429)),
            (json!({"type": "overloaded_error", "message": "x"}), Some(529)),
            (json!({"code": "rate_limit_exceeded", "message": "x"}), Some(429)),
            (json!({"type": "invalid_request_error", "message": "x"}), Some(400)),
            (json!({"code": 7, "message": "x"}), None),
            (json!("x"), None),
        ] {
            assert_eq!(Told::of_value(&error).status, status, "{error}");
        }
    }

    #[test]
    fn a_wait_in_words_is_read() {
        for (text, millis) in [
            ("Rate limit reached. Please try again in 1.5s. Visit", Some(1500)),
            ("please try again in 20ms", Some(20)),
            ("Please try again in 1m30.5s.", Some(90_500)),
            ("Please retry in 43.2s.", Some(43_200)),
            ("try again in 5 seconds", Some(5000)),
            ("try again in a while", None),
            ("", None),
        ] {
            assert_eq!(Told::of_text(text).wait.map(|wait| wait.as_millis()), millis, "{text}");
        }
        let google = Told::of_value(&json!([{"error": {"details": [{"retryDelay": "43s"}]}}]));
        assert_eq!(google.wait, Some(Duration::from_secs(43)));
        let loading =
            Told::of_value(&json!({"error": "Model x is currently loading", "estimated_time": 20.0}));
        assert_eq!(loading.wait, Some(Duration::from_secs(20)));
    }
}
