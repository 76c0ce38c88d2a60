//! Tasks: one step of work each, within a workflow or as an item of its own.

use serde::{Deserialize, Serialize};

use crate::source::{FileSource, Source, UrlSource};

/// How far a task is; only meaningful within a workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
///
/// ```
/// use chatkit_protocol::{source::UrlSource, workflow::{Task, WebSearchTask}};
///
/// let search: Task = WebSearchTask::new()
///     .with_title("Searching the web")
///     .with_query("weather in Oslo")
///     .with_source(UrlSource::new("Yr", "https://www.yr.no"))
///     .loading()
///     .into();
/// let over = search.complete();
/// # assert_eq!(serde_json::to_value(over).unwrap()["status_indicator"], "complete");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Task {
    /// Anything.
    Custom(CustomTask),
    /// A search of the web.
    WebSearch(WebSearchTask),
    /// A thought of the model.
    Thought(ThoughtTask),
    /// Work on files.
    File(FileTask),
    /// Work on a picture.
    Image(ImageTask),
}

/// Anything that the other tasks are not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The icon beside the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Markdown under the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A search of the web.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebSearchTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The query that stands for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_query: Option<String>,
    /// All queries.
    #[serde(default)]
    pub queries: Vec<String>,
    /// What was found: [`Source::Url`].
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// A thought of the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThoughtTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// Its subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Markdown.
    pub content: String,
}

/// Work on files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The files: [`Source::File`].
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// Work on a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImageTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What all tasks have in common.
macro_rules! task {
    ($variant:ident, $task:ident) => {
        impl $task {
            /// The same task with this title.
            #[must_use]
            pub fn with_title(self, title: impl Into<String>) -> Self {
                Self { title: Some(title.into()), ..self }
            }

            /// The same task, under way.
            #[must_use]
            pub fn loading(self) -> Self {
                Self { status_indicator: StatusIndicator::Loading, ..self }
            }

            /// The same task, over.
            #[must_use]
            pub fn complete(self) -> Self {
                Self { status_indicator: StatusIndicator::Complete, ..self }
            }
        }

        impl From<$task> for Task {
            fn from(task: $task) -> Self {
                Self::$variant(task)
            }
        }
    };
}

task!(Custom, CustomTask);
task!(WebSearch, WebSearchTask);
task!(Thought, ThoughtTask);
task!(File, FileTask);
task!(Image, ImageTask);

impl Task {
    /// How far it is.
    pub fn status_indicator(&self) -> StatusIndicator {
        match self {
            Self::Custom(task) => task.status_indicator,
            Self::WebSearch(task) => task.status_indicator,
            Self::Thought(task) => task.status_indicator,
            Self::File(task) => task.status_indicator,
            Self::Image(task) => task.status_indicator,
        }
    }

    /// The same task, over.
    #[must_use]
    pub fn complete(self) -> Self {
        match self {
            Self::Custom(task) => task.complete().into(),
            Self::WebSearch(task) => task.complete().into(),
            Self::Thought(task) => task.complete().into(),
            Self::File(task) => task.complete().into(),
            Self::Image(task) => task.complete().into(),
        }
    }
}

impl CustomTask {
    /// A task with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self::default().with_title(title)
    }

    /// The same task with an icon beside its title, for example `"search"`.
    #[must_use]
    pub fn with_icon(self, icon: impl Into<String>) -> Self {
        Self { icon: Some(icon.into()), ..self }
    }

    /// The same task with Markdown under its title.
    #[must_use]
    pub fn with_content(self, content: impl Into<String>) -> Self {
        Self { content: Some(content.into()), ..self }
    }
}

impl WebSearchTask {
    /// A search without queries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same search with the one query that is shown for all.
    #[must_use]
    pub fn with_title_query(self, query: impl Into<String>) -> Self {
        Self { title_query: Some(query.into()), ..self }
    }

    /// The same search with one more query.
    #[must_use]
    pub fn with_query(mut self, query: impl Into<String>) -> Self {
        self.queries.push(query.into());
        self
    }

    /// The same search with one more page that was found.
    #[must_use]
    pub fn with_source(mut self, source: UrlSource) -> Self {
        self.sources.push(source.into());
        self
    }
}

impl ThoughtTask {
    /// A thought, as Markdown.
    pub fn new(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}

impl FileTask {
    /// Work on no file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same work with one more file.
    #[must_use]
    pub fn with_source(mut self, source: FileSource) -> Self {
        self.sources.push(source.into());
        self
    }
}

impl ImageTask {
    /// Work on a picture.
    pub fn new() -> Self {
        Self::default()
    }
}
