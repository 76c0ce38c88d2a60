//! Requests: what a client may ask of the one endpoint.
//!
//! [`parse`] reads them. Reading is lenient where the reference is: unknown fields are ignored, integers may come as
//! `"5"` or `5.0`, optional fields may be `null`, of duplicate keys the last wins. It is strict in
//! the rest, and an error names the path of the field at fault.

use serde::Deserialize;
use serde_json::{Map, Value};

pub mod bounded;
pub mod parse;
mod refusal;

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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateThread {
    /// The message.
    pub input: UserMessageInput,
}

/// Adds a message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddUserMessage {
    /// The thread.
    pub thread_id: ThreadId,
    /// The message.
    pub input: UserMessageInput,
}

/// Answers the pending client tool call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddClientToolOutput {
    /// The thread.
    pub thread_id: ThreadId,
    /// What the page's function returned; `null` is a result.
    #[serde(deserialize_with = "parse::present")]
    pub result: Value,
}

/// Answers a structured input.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RetryAfterItem {
    /// The thread.
    pub thread_id: ThreadId,
    /// The user message; everything after it goes.
    pub item_id: ItemId,
}

/// Acts on a control of a widget, or of the page.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomAction {
    /// The thread.
    pub thread_id: ThreadId,
    /// The widget, if the control is in one; the empty string counts as none.
    #[serde(default, deserialize_with = "parse::non_empty")]
    pub item_id: Option<ItemId>,
    /// What was asked for.
    pub action: Action,
}

/// Names a thread.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThreadRef {
    /// The thread.
    pub thread_id: ThreadId,
}

/// Lists the user's threads.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListThreads {
    /// The most rows; none and 0 mean 20.
    #[serde(default, deserialize_with = "parse::lenient_limit")]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateThread {
    /// The thread.
    pub thread_id: ThreadId,
    /// The new title.
    pub title: String,
}

/// Lists the items of a thread.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListItems {
    /// The thread.
    pub thread_id: ThreadId,
    /// The most rows; none and 0 mean 20.
    #[serde(default, deserialize_with = "parse::lenient_limit")]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// Thumbs up.
    Positive,
    /// Thumbs down.
    Negative,
}

/// Announces a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateAttachment {
    /// The file's name.
    pub name: String,
    /// Its size in bytes.
    #[serde(deserialize_with = "parse::lenient_integer")]
    pub size: i64,
    /// Its media type, `type/subtype`.
    pub mime_type: String,
}

/// Removes a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteAttachment {
    /// The file.
    pub attachment_id: AttachmentId,
}

/// Turns speech into text.
#[derive(Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResumeThread {
    /// The thread.
    pub thread_id: ThreadId,
    /// The SSE `id` of the last event seen; 0 = none.
    #[serde(default, deserialize_with = "parse::lenient_limit")]
    pub after: Option<u64>,
}
