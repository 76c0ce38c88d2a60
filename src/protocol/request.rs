//! Requests: what a client may ask of the one endpoint.
//!
//! Reading is lenient where the reference is: unknown fields are ignored, integers may come as
//! `"5"` or `5.0`, optional fields may be `null`, of duplicate keys the last wins. It is strict in
//! the rest, and an error names the path of the field at fault.

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use super::{
    action::Action,
    content::{InferenceOptions, UserContent},
    ids::{AttachmentId, ItemId, ThreadId},
    page::{Order, PageQuery},
    structured_input::StructuredInputSubmission,
};

/// One request with the integration's metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is asked.
    pub operation: Operation,
    /// Free data of the integration.
    pub metadata: Map<String, Value>,
}

/// What is asked; the comments name the `type` on the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `threads.create`
    CreateThread(CreateThread),
    /// `threads.add_user_message`
    AddUserMessage(AddUserMessage),
    /// `threads.add_client_tool_output`
    AddClientToolOutput(AddClientToolOutput),
    /// `threads.add_structured_input`
    AddStructuredInput(AddStructuredInput),
    /// `threads.retry_after_item`
    RetryAfterItem(RetryAfterItem),
    /// `threads.custom_action`
    CustomAction(CustomAction),
    /// `threads.sync_custom_action`
    SyncCustomAction(CustomAction),
    /// `threads.get_by_id`
    GetThread(ThreadRef),
    /// `threads.list`
    ListThreads(ListThreads),
    /// `threads.update`
    UpdateThread(UpdateThread),
    /// `threads.delete`
    DeleteThread(ThreadRef),
    /// `items.list`
    ListItems(ListItems),
    /// `items.feedback`
    Feedback(Feedback),
    /// `attachments.create`
    CreateAttachment(CreateAttachment),
    /// `attachments.delete`
    DeleteAttachment(DeleteAttachment),
    /// `input.transcribe`
    Transcribe(Transcribe),
    /// `ext.threads.resume`, an extension: the running turn from an event on.
    ResumeThread(ResumeThread),
    /// `ext.threads.stop`, an extension: cancels the running turn.
    StopThread(ThreadRef),
}

/// What a user message is made of, as it is sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct UserMessageInput {
    /// Text and tags, in order; may be empty.
    pub content: Vec<UserContent>,
    /// The ids of the attached files.
    pub attachments: Vec<AttachmentId>,
    /// What the user chose for this message.
    pub inference_options: InferenceOptions,
    /// Earlier text that the user quotes.
    #[serde(default)]
    pub quoted_text: Option<String>,
}

/// Makes a thread with its first message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CreateThread {
    /// The message.
    pub input: UserMessageInput,
}

/// Adds a message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AddUserMessage {
    /// The thread.
    pub thread_id: ThreadId,
    /// The message.
    pub input: UserMessageInput,
}

/// Answers the pending client tool call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AddClientToolOutput {
    /// The thread.
    pub thread_id: ThreadId,
    /// What the page's function returned; `null` is a result.
    #[serde(deserialize_with = "present")]
    pub result: Value,
}

/// Answers a structured input.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AddStructuredInput {
    /// The thread.
    pub thread_id: ThreadId,
    /// The structured input.
    pub item_id: ItemId,
    /// The answers.
    pub input: StructuredInputSubmission,
}

/// Answers a user message again.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RetryAfterItem {
    /// The thread.
    pub thread_id: ThreadId,
    /// The user message; everything after it goes.
    pub item_id: ItemId,
}

/// Acts on a control of a widget, or of the page.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CustomAction {
    /// The thread.
    pub thread_id: ThreadId,
    /// The widget, if the control is in one; the empty string counts as none.
    #[serde(default, deserialize_with = "non_empty")]
    pub item_id: Option<ItemId>,
    /// What was asked for.
    pub action: Action,
}

/// Names a thread.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ThreadRef {
    /// The thread.
    pub thread_id: ThreadId,
}

/// Lists the user's threads.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ListThreads {
    /// The most rows; none and 0 mean 20.
    #[serde(default, deserialize_with = "lenient_limit")]
    pub limit: Option<u64>,
    /// The direction.
    #[serde(default)]
    pub order: Order,
    /// The last thread of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Renames a thread.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct UpdateThread {
    /// The thread.
    pub thread_id: ThreadId,
    /// The new title.
    pub title: String,
}

/// Lists the items of a thread.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ListItems {
    /// The thread.
    pub thread_id: ThreadId,
    /// The most rows; none and 0 mean 20.
    #[serde(default, deserialize_with = "lenient_limit")]
    pub limit: Option<u64>,
    /// The direction.
    #[serde(default)]
    pub order: Order,
    /// The last item of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

impl From<ListThreads> for PageQuery {
    fn from(list: ListThreads) -> Self {
        Self::new(list.limit, list.order, list.after)
    }
}

/// Says what the user thinks of items.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Feedback {
    /// The thread.
    pub thread_id: ThreadId,
    /// The items of one turn.
    pub item_ids: Vec<ItemId>,
    /// What the user thinks.
    pub kind: FeedbackKind,
}

/// What the user thinks of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// Thumbs up.
    Positive,
    /// Thumbs down.
    Negative,
}

/// Announces a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CreateAttachment {
    /// The file's name.
    pub name: String,
    /// Its size in bytes.
    #[serde(deserialize_with = "lenient_integer")]
    pub size: i64,
    /// Its media type, `type/subtype`.
    pub mime_type: String,
}

/// Removes a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DeleteAttachment {
    /// The file.
    pub attachment_id: AttachmentId,
}

/// Turns speech into text.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Transcribe {
    /// The recording.
    pub audio_base64: String,
    /// Its media type, with parameters.
    pub mime_type: String,
}

impl std::fmt::Debug for Transcribe {
    /// Leaves out what was said.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Transcribe").field("mime_type", &self.mime_type).finish_non_exhaustive()
    }
}

/// Follows the running turn.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ResumeThread {
    /// The thread.
    pub thread_id: ThreadId,
    /// The last event seen, counted from 1; 0 = none.
    #[serde(default, deserialize_with = "lenient_limit")]
    pub after: Option<u64>,
}

/// Why a body is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No JSON text, no UTF-8, empty, or nested too deep.
    #[error("the body is no valid JSON: {reason}")]
    InvalidJson {
        /// What is wrong, and where.
        reason: String,
    },
    /// JSON, but no request.
    #[error("{reason}")]
    Invalid {
        /// What is wrong.
        reason: String,
        /// The path of the field at fault.
        param: Option<String>,
    },
}

impl Request {
    /// Reads a request from the bytes of a body.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        // By way of a `Value`, so that of duplicate keys the last wins, as in the reference.
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| RequestError::InvalidJson { reason: error.to_string() })?;
        let Value::Object(mut envelope) = value else {
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
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ItemId>, D::Error> {
    let id = Option::<ItemId>::deserialize(deserializer)?;
    Ok(id.filter(|id| !id.as_str().is_empty()))
}

fn lenient_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    integer(&Value::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("expected an integer"))
}

fn lenient_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
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
