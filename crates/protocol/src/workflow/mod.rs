//! Workflows and tasks: what the assistant shows of its work.

mod task;

use serde::{Deserialize, Serialize};

pub use self::task::{CustomTask, FileTask, ImageTask, StatusIndicator, Task, ThoughtTask, WebSearchTask};

/// A list of tasks under one heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Workflow {
    /// What kind of work it shows.
    #[serde(rename = "type")]
    pub kind: WorkflowKind,
    /// The tasks, in order.
    pub tasks: Vec<Task>,
    /// The heading once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<WorkflowSummary>,
    /// Whether it is shown unfolded.
    #[serde(default)]
    pub expanded: bool,
}

/// What kind of work a workflow shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorkflowKind {
    /// Anything.
    Custom,
    /// The model's reasoning.
    Reasoning,
}

/// The heading of a finished workflow; the two forms are told apart by their keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum WorkflowSummary {
    /// A title of its own.
    Custom {
        /// The title.
        title: String,
        /// The icon beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icon: Option<String>,
    },
    /// How long it took.
    Duration {
        /// Whole seconds.
        duration: u64,
    },
}

impl Workflow {
    /// A workflow without tasks.
    pub fn new(kind: WorkflowKind) -> Self {
        Self { kind, tasks: Vec::new(), summary: None, expanded: false }
    }
}

impl WorkflowSummary {
    /// A title of its own.
    pub fn titled(title: impl Into<String>) -> Self {
        Self::Custom { title: title.into(), icon: None }
    }

    /// A title of its own with an icon beside it, for example `"check"`.
    pub fn with_icon(title: impl Into<String>, icon: impl Into<String>) -> Self {
        Self::Custom { title: title.into(), icon: Some(icon.into()) }
    }
}
