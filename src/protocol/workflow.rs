//! Workflows and tasks: what the assistant shows of its work.

use serde::{Deserialize, Serialize};

use super::source::Source;

/// A list of tasks under one heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum WorkflowKind {
    /// Anything.
    Custom,
    /// The model's reasoning.
    Reasoning,
}

/// The heading of a finished workflow; the two forms are told apart by their keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// How far a task is; only meaningful within a workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusIndicator {
    /// Not shown.
    #[default]
    None,
    /// Under way.
    Loading,
    /// Over.
    Complete,
}

/// One step of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Task {
    /// Anything.
    Custom {
        /// How far it is.
        #[serde(default)]
        status_indicator: StatusIndicator,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The icon beside the title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icon: Option<String>,
        /// Markdown under the title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
    },
    /// A search of the web.
    WebSearch {
        /// How far it is.
        #[serde(default)]
        status_indicator: StatusIndicator,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The query that stands for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title_query: Option<String>,
        /// All queries.
        #[serde(default)]
        queries: Vec<String>,
        /// What was found: [`Source::Url`].
        #[serde(default)]
        sources: Vec<Source>,
    },
    /// A thought of the model.
    Thought {
        /// How far it is.
        #[serde(default)]
        status_indicator: StatusIndicator,
        /// Its subject.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Markdown.
        content: String,
    },
    /// Work on files.
    File {
        /// How far it is.
        #[serde(default)]
        status_indicator: StatusIndicator,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The files: [`Source::File`].
        #[serde(default)]
        sources: Vec<Source>,
    },
    /// Work on a picture.
    Image {
        /// How far it is.
        #[serde(default)]
        status_indicator: StatusIndicator,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
}
