//! Events: what a turn streams to its clients.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    content::AssistantContent,
    error::{ErrorCode, ErrorParams, StreamErrorCode},
    ids::ItemId,
    item::{GeneratedImage, ThreadItem},
    source::Annotation,
    thread::Thread,
    widget::{WidgetNode, WidgetRoot},
    workflow::Task,
};

/// One event of a stream.
///
/// Exhaustive on purpose: whoever handles events must fail to compile when ChatKit gains one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
pub enum ThreadStreamEvent {
    /// A new thread; its items follow as events.
    #[serde(rename = "thread.created")]
    ThreadCreated {
        /// The thread, without items.
        thread: Thread,
    },
    /// Title, status or image domains changed.
    #[serde(rename = "thread.updated")]
    ThreadUpdated {
        /// The thread; its empty page of items says nothing.
        thread: Thread,
    },
    /// An item begins.
    #[serde(rename = "thread.item.added")]
    ItemAdded {
        /// The item so far.
        item: ThreadItem,
    },
    /// A step of an item.
    #[serde(rename = "thread.item.updated")]
    ItemUpdated {
        /// The item.
        item_id: ItemId,
        /// The step.
        update: ItemUpdate,
    },
    /// An item is complete and stored.
    #[serde(rename = "thread.item.done")]
    ItemDone {
        /// The whole item; replaces what was streamed.
        item: ThreadItem,
    },
    /// An item is gone.
    #[serde(rename = "thread.item.removed")]
    ItemRemoved {
        /// The item.
        item_id: ItemId,
    },
    /// An item has another content, or even kind, in the same place.
    #[serde(rename = "thread.item.replaced")]
    ItemReplaced {
        /// The whole item.
        item: ThreadItem,
    },
    /// What the client may do with the stream.
    #[serde(rename = "stream_options")]
    StreamOptions {
        /// The options.
        stream_options: StreamOptions,
    },
    /// What the assistant is doing; shown until the next item, never stored.
    #[serde(rename = "progress_update")]
    ProgressUpdate {
        /// What it is doing.
        text: String,
        /// The icon beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icon: Option<String>,
    },
    /// Something for the page to do.
    #[serde(rename = "client_effect")]
    ClientEffect {
        /// The application's name of it.
        name: String,
        /// Free data; nulls are kept.
        #[serde(default)]
        data: Map<String, Value>,
    },
    /// Something went wrong; the stream may go on.
    #[serde(rename = "error")]
    Error {
        /// What kind.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        code: StreamErrorCode,
        /// What the user is told; without it the client words the code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// Whether the user is offered to try again.
        #[serde(default)]
        allow_retry: bool,
        /// An extension: what went wrong, for clients that word it themselves. Only those that asked for codes
        /// get it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
        ext_code: Option<ErrorCode>,
        /// An extension: what the words for `ext_code` need.
        #[serde(default, skip_serializing_if = "ErrorParams::is_empty")]
        ext_params: ErrorParams,
    },
    /// Something the user should know; not stored.
    #[serde(rename = "notice")]
    Notice {
        /// How grave it is.
        level: NoticeLevel,
        /// Markdown.
        message: String,
        /// A heading.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// An extension: what the user should know, for clients that word it themselves. Only those that asked
        /// for codes get it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
        ext_code: Option<ErrorCode>,
        /// An extension: what the words for `ext_code` need.
        #[serde(default, skip_serializing_if = "ErrorParams::is_empty")]
        ext_params: ErrorParams,
    },
}

/// What the client may do with a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StreamOptions {
    /// Whether the user may stop it.
    pub allow_cancel: bool,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self { allow_cancel: true }
    }
}

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// For information.
    Info,
    /// Take care.
    Warning,
    /// Something is wrong.
    Danger,
}

/// A step of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum ItemUpdate {
    /// Sets a part of an assistant message.
    #[serde(rename = "assistant_message.content_part.added")]
    ContentPartAdded {
        /// Which part, from 0.
        content_index: usize,
        /// The part so far.
        content: AssistantContent,
    },
    /// Appends to a part, which is made when it is missing.
    #[serde(rename = "assistant_message.content_part.text_delta")]
    TextDelta {
        /// Which part, from 0.
        content_index: usize,
        /// The text to append.
        delta: String,
    },
    /// Inserts an annotation, or appends it when the index is past the end.
    #[serde(rename = "assistant_message.content_part.annotation_added")]
    AnnotationAdded {
        /// Which part, from 0.
        content_index: usize,
        /// The place among the part's annotations, from 0.
        annotation_index: usize,
        /// The annotation.
        annotation: Annotation,
    },
    /// Sets a part for good.
    #[serde(rename = "assistant_message.content_part.done")]
    ContentPartDone {
        /// Which part, from 0.
        content_index: usize,
        /// The whole part.
        content: AssistantContent,
    },
    /// Appends to the value of a widget's node.
    #[serde(rename = "widget.streaming_text.value_delta")]
    WidgetTextDelta {
        /// The node's `id`.
        component_id: String,
        /// The text to append.
        delta: String,
        /// Whether the value is complete.
        done: bool,
    },
    /// Replaces a node of a widget.
    #[serde(rename = "widget.component.updated")]
    WidgetComponentUpdated {
        /// The node's `id`.
        component_id: String,
        /// The new node.
        component: WidgetNode,
    },
    /// Replaces a widget as a whole.
    #[serde(rename = "widget.root.updated")]
    WidgetRootUpdated {
        /// The new root.
        widget: WidgetRoot,
    },
    /// Appends a task to a workflow.
    #[serde(rename = "workflow.task.added")]
    WorkflowTaskAdded {
        /// The task's place, from 0.
        task_index: usize,
        /// The task.
        task: Task,
    },
    /// Replaces a task of a workflow.
    #[serde(rename = "workflow.task.updated")]
    WorkflowTaskUpdated {
        /// The task's place, from 0.
        task_index: usize,
        /// The whole task.
        task: Task,
    },
    /// Shows how far a picture is.
    #[serde(rename = "generated_image.updated")]
    GeneratedImageUpdated {
        /// The picture so far.
        image: GeneratedImage,
        /// From 0 to 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        progress: Option<f64>,
    },
}

impl ThreadStreamEvent {
    /// The item the event carries, if it carries one whole.
    pub fn item(&self) -> Option<&ThreadItem> {
        match self {
            Self::ItemAdded { item } | Self::ItemDone { item } | Self::ItemReplaced { item } => Some(item),
            _ => None,
        }
    }
}
