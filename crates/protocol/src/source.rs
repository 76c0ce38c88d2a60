//! Annotations of assistant text and the sources they point to.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A mark at a place of the text that names where it comes from.
///
/// ```
/// use chatkit_protocol::source::{Annotation, FileSource};
///
/// let annotation = Annotation::new(FileSource::new("Annual report", "report.pdf")).at(17);
/// # assert_eq!(annotation.index, Some(17));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Annotation"))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

impl Annotation {
    /// A mark under the text.
    pub fn new(source: impl Into<Source>) -> Self {
        Self { source: source.into(), index: None }
    }

    /// The same mark, standing after this many Unicode code points of the text.
    #[must_use]
    pub fn at(self, index: u64) -> Self {
        Self { index: Some(index), ..self }
    }
}

/// What all sources have in common.
macro_rules! source {
    ($variant:ident, $source:ident) => {
        impl $source {
            /// The same source with a sentence about it.
            #[must_use]
            pub fn with_description(self, description: impl Into<String>) -> Self {
                Self { description: Some(description.into()), ..self }
            }

            /// The same source with the time it is of, as text for people.
            #[must_use]
            pub fn with_timestamp(self, timestamp: impl Into<String>) -> Self {
                Self { timestamp: Some(timestamp.into()), ..self }
            }

            /// The same source, shown together with the others of this group.
            #[must_use]
            pub fn with_group(self, group: impl Into<String>) -> Self {
                Self { group: Some(group.into()), ..self }
            }
        }

        impl From<$source> for Source {
            fn from(source: $source) -> Self {
                Self::$variant(source)
            }
        }
    };
}

source!(Url, UrlSource);
source!(File, FileSource);
source!(Entity, EntitySource);

impl UrlSource {
    /// The web page at an address.
    pub fn new(title: impl Into<String>, url: impl Into<String>) -> Self {
        Self { title: title.into(), url: url.into(), ..Self::default() }
    }

    /// The same page with who wrote it.
    #[must_use]
    pub fn with_attribution(self, attribution: impl Into<String>) -> Self {
        Self { attribution: Some(attribution.into()), ..self }
    }
}

impl FileSource {
    /// The file of a name.
    pub fn new(title: impl Into<String>, filename: impl Into<String>) -> Self {
        Self { title: title.into(), filename: filename.into(), ..Self::default() }
    }
}

impl EntitySource {
    /// The thing that the host knows by an id.
    pub fn new(title: impl Into<String>, id: impl Into<String>) -> Self {
        Self { title: title.into(), id: id.into(), ..Self::default() }
    }

    /// The same thing with an icon beside its title, for example `"cube"`.
    #[must_use]
    pub fn with_icon(self, icon: impl Into<String>) -> Self {
        Self { icon: Some(icon.into()), ..self }
    }

    /// The same thing with a header for its hover card.
    #[must_use]
    pub fn with_label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// The same thing with what stands in the text instead of the icon.
    #[must_use]
    pub fn with_inline_label(self, inline_label: impl Into<String>) -> Self {
        Self { inline_label: Some(inline_label.into()), ..self }
    }

    /// The same thing, which may be clicked.
    #[must_use]
    pub fn interactive(self) -> Self {
        Self { interactive: true, ..self }
    }

    /// The same thing with one more value for the host.
    #[must_use]
    pub fn with_data(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.data.insert(key.into(), value.into());
        self
    }
}
