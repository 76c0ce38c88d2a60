//! Annotations of assistant text and the sources they point to.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A mark at a place of the text that names where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "annotation")]
pub struct Annotation {
    /// Where the statement comes from.
    pub source: Source,
    /// After how many Unicode code points of the text the mark stands; none = under the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Source {
    /// A web page.
    Url(UrlSource),
    /// A file.
    File(FileSource),
    /// A thing of the host application.
    Entity(EntitySource),
}

/// A web page as a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UrlSource {
    /// What to call it.
    pub title: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was written, as text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Sources of one group are shown together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The address.
    pub url: String,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
}

/// A file as a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileSource {
    /// What to call it.
    pub title: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was written, as text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Sources of one group are shown together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The file's name.
    pub filename: String,
}

/// A thing of the host application as a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntitySource {
    /// What to call it.
    pub title: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was written, as text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Sources of one group are shown together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The host's id of it.
    pub id: String,
    /// The icon beside its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The header of its hover card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What stands in the text instead of the icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline_label: Option<String>,
    /// Whether it may be clicked.
    #[serde(default)]
    pub interactive: bool,
    /// Free data for the host.
    #[serde(default)]
    pub data: Map<String, Value>,
    /// Deprecated by the reference and ignored; kept because it may be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
}
