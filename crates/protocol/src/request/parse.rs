//! Reads requests: lenient where the reference is, and exact about what is wrong.

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

pub use super::refusal::RequestError;
use super::{Operation, Request, bounded};
use crate::ids::ItemId;

impl Request {
    /// Reads a request from the bytes of a body.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        // By way of a `Value`, so that of duplicate keys the last wins, as in the reference.
        let Value::Object(mut envelope) = bounded::read(body)? else {
            return Err(invalid("a request is a JSON object", None));
        };
        let metadata = match envelope.remove("metadata") {
            None => Map::new(),
            Some(Value::Object(metadata)) => metadata,
            Some(_) => return Err(invalid("`metadata` must be an object", Some("metadata"))),
        };
        let type_name = match envelope.remove("type") {
            Some(Value::String(type_name)) => type_name,
            Some(_) => return Err(invalid("`type` must be a string", Some("type"))),
            None => return Err(invalid("`type` is missing", Some("type"))),
        };
        let params = match envelope.remove("params") {
            Some(params @ Value::Object(_)) => params,
            Some(_) => return Err(invalid("`params` must be an object", Some("params"))),
            None => return Err(invalid("`params` is missing", Some("params"))),
        };
        Ok(Self { operation: Operation::read(&type_name, params)?, metadata })
    }
}

impl Operation {
    fn read(type_name: &str, params: Value) -> Result<Self, RequestError> {
        Ok(match type_name {
            "threads.create" => Self::CreateThread(read(params)?),
            "threads.add_user_message" => Self::AddUserMessage(read(params)?),
            "threads.add_client_tool_output" => Self::AddClientToolOutput(read(params)?),
            "threads.add_structured_input" => Self::AddStructuredInput(read(params)?),
            "threads.retry_after_item" => Self::RetryAfterItem(read(params)?),
            "threads.custom_action" => Self::CustomAction(read(params)?),
            "threads.sync_custom_action" => Self::SyncCustomAction(read(params)?),
            "threads.get_by_id" => Self::GetThread(read(params)?),
            "threads.list" => Self::ListThreads(read(params)?),
            "threads.update" => Self::UpdateThread(read(params)?),
            "threads.delete" => Self::DeleteThread(read(params)?),
            "items.list" => Self::ListItems(read(params)?),
            "items.feedback" => Self::Feedback(read(params)?),
            "attachments.create" => Self::CreateAttachment(read(params)?),
            "attachments.delete" => Self::DeleteAttachment(read(params)?),
            "input.transcribe" => Self::Transcribe(read(params)?),
            "ext.threads.resume" => Self::ResumeThread(read(params)?),
            "ext.threads.stop" => Self::StopThread(read(params)?),
            _ => {
                let shown: String = type_name.chars().take(100).collect();
                return Err(invalid(&format!("unknown request type `{shown}`"), Some("type")));
            }
        })
    }

    /// The `type` on the wire, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CreateThread(_) => "threads.create",
            Self::AddUserMessage(_) => "threads.add_user_message",
            Self::AddClientToolOutput(_) => "threads.add_client_tool_output",
            Self::AddStructuredInput(_) => "threads.add_structured_input",
            Self::RetryAfterItem(_) => "threads.retry_after_item",
            Self::CustomAction(_) => "threads.custom_action",
            Self::SyncCustomAction(_) => "threads.sync_custom_action",
            Self::GetThread(_) => "threads.get_by_id",
            Self::ListThreads(_) => "threads.list",
            Self::UpdateThread(_) => "threads.update",
            Self::DeleteThread(_) => "threads.delete",
            Self::ListItems(_) => "items.list",
            Self::Feedback(_) => "items.feedback",
            Self::CreateAttachment(_) => "attachments.create",
            Self::DeleteAttachment(_) => "attachments.delete",
            Self::Transcribe(_) => "input.transcribe",
            Self::ResumeThread(_) => "ext.threads.resume",
            Self::StopThread(_) => "ext.threads.stop",
        }
    }
}

fn invalid(reason: &str, param: Option<&str>) -> RequestError {
    RequestError::Invalid { reason: reason.to_owned(), param: param.map(str::to_owned) }
}

fn read<T: de::DeserializeOwned>(params: Value) -> Result<T, RequestError> {
    serde_path_to_error::deserialize(params).map_err(|error| {
        let path = error.path().to_string();
        let param = if path == "." { "params".to_owned() } else { format!("params.{path}") };
        let reason: String = format!("`{param}`: {}", error.inner()).chars().take(400).collect();
        RequestError::Invalid { reason, param: Some(param) }
    })
}

/// Reads a value whose key must be there, though it may be `null`.
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

pub(super) fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ItemId>, D::Error> {
    let id = Option::<ItemId>::deserialize(deserializer)?;
    Ok(id.filter(|id| !id.as_str().is_empty()))
}

pub(super) fn lenient_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    integer(&Value::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("expected an integer"))
}

pub(super) fn lenient_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        value => match integer(&value) {
            Some(number) => u64::try_from(number)
                .map(Some)
                .map_err(|_| de::Error::custom("expected a number that is not negative")),
            None => Err(de::Error::custom("expected an integer")),
        },
    }
}

/// An integer in any form the reference takes: `5`, `5.0`, `"5"`, `true`.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(flag) => Some(i64::from(*flag)),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), ..) => Some(whole),
            (None, Some(_), _) => Some(i64::MAX),
            (None, None, Some(float)) if float.fract() == 0.0 && float.abs() < 9e15 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and within range")]
                Some(float as i64)
            }
            _ => None,
        },
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Request, RequestError> {
        Request::parse(body.as_bytes())
    }

    fn param_of(body: &str) -> String {
        match parse(body) {
            Err(RequestError::Invalid { param, .. }) => param.unwrap_or_default(),
            other => panic!("expected an invalid request, got {other:?}"),
        }
    }

    #[test]
    fn lenient_forms_are_read() {
        for limit in ["5", "5.0", "\"5\"", "\" 5 \""] {
            let body =
                format!(r#"{{"type":"threads.list","params":{{"limit":{limit},"after":null,"new":1}}}}"#);
            let Operation::ListThreads(list) = parse(&body).unwrap().operation else { panic!() };
            assert_eq!(list.limit, Some(5), "{limit}");
        }
        let Operation::ListThreads(list) =
            parse(r#"{"type":"threads.list","params":{"limit":1,"limit":true}}"#).unwrap().operation
        else {
            panic!()
        };
        assert_eq!(list.limit, Some(1));
    }

    #[test]
    fn errors_name_the_field() {
        assert_eq!(param_of("[]"), "");
        assert_eq!(param_of("{}"), "type");
        assert_eq!(param_of(r#"{"type":5,"params":{}}"#), "type");
        assert_eq!(param_of(r#"{"type":"threads.list"}"#), "params");
        assert_eq!(param_of(r#"{"type":"threads.list","params":{},"metadata":null}"#), "metadata");
        assert_eq!(param_of(r#"{"type":"threads.list","params":{"limit":-1}}"#), "params.limit");
        assert_eq!(param_of(r#"{"type":"threads.list","params":{"limit":"x"}}"#), "params.limit");
        assert_eq!(param_of(r#"{"type":"threads.list","params":{"order":"up"}}"#), "params.order");
        assert_eq!(
            param_of(
                r#"{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":5}],"attachments":[],"inference_options":{}}}}"#
            ),
            "params.input.content[0]"
        );
        assert_eq!(
            param_of(r#"{"type":"threads.custom_action","params":{"thread_id":"t","action":{}}}"#),
            "params.action"
        );
    }

    #[test]
    fn a_null_tool_result_is_a_result_but_a_missing_one_is_not() {
        let read = |params: &str| {
            parse(&format!(r#"{{"type":"threads.add_client_tool_output","params":{params}}}"#))
        };
        assert!(read(r#"{"thread_id":"t","result":null}"#).is_ok());
        assert!(read(r#"{"thread_id":"t"}"#).is_err());
    }

    #[test]
    fn what_is_no_json_is_told_apart_from_a_wrong_request() {
        let deep = "[".repeat(100_000);
        for body in ["", "{not json", "\u{feff}{}", r#"{"type":"\ud83d"}"#, r#"{"a":NaN}"#, deep.as_str()] {
            assert!(matches!(parse(body), Err(RequestError::InvalidJson { .. })), "{body:.20}");
        }
        assert!(matches!(Request::parse(b"{\"type\":\"\xff\"}"), Err(RequestError::InvalidJson { .. })));
    }

    #[test]
    fn an_empty_sender_counts_as_none() {
        let Operation::CustomAction(action) = parse(
            r#"{"type":"threads.custom_action","params":{"thread_id":"t","item_id":"","action":{"type":"go","payload":null}}}"#,
        )
        .unwrap()
        .operation
        else {
            panic!()
        };
        assert_eq!(action.item_id, None);
    }
}
