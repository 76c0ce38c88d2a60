//! Icons by name: the built-in ones, and those of other sets.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Serialize, Serializer};

const LUCIDE: &str = "lucide:";
const VENDOR: &str = "vendor:";

macro_rules! icons {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The name of an icon, wherever one is drawn: in widgets, tasks, sources, progress.
        ///
        /// ```
        /// use chatkit_protocol::icon::IconName;
        ///
        /// assert_eq!(IconName::BookOpen.to_string(), "book-open");
        /// assert_eq!("book-open".parse(), Ok(IconName::BookOpen));
        /// assert_eq!(IconName::lucide("cat").to_string(), "lucide:cat");
        /// assert!("no-such-icon".parse::<IconName>().is_err());
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum IconName {
            $(#[doc = concat!("`", $name, "`")] $variant,)+
            /// One of the Lucide icons, by its name there.
            Lucide(Cow<'static, str>),
            /// An icon that the page brings with it.
            Vendor(Cow<'static, str>),
        }

        impl IconName {
            /// Every built-in icon.
            pub const BUILT_IN: [Self; [$($name),+].len()] = [$(Self::$variant),+];
        }

        impl fmt::Display for IconName {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant => formatter.write_str($name),)+
                    Self::Lucide(name) => write!(formatter, "{LUCIDE}{name}"),
                    Self::Vendor(name) => write!(formatter, "{VENDOR}{name}"),
                }
            }
        }

        impl FromStr for IconName {
            type Err = UnknownIcon;

            fn from_str(name: &str) -> Result<Self, UnknownIcon> {
                Ok(match name {
                    $($name => Self::$variant,)+
                    _ => {
                        if let Some(name) = name.strip_prefix(LUCIDE) {
                            Self::lucide(name.to_owned())
                        } else if let Some(name) = name.strip_prefix(VENDOR) {
                            Self::vendor(name.to_owned())
                        } else {
                            return Err(UnknownIcon { name: name.to_owned() });
                        }
                    }
                })
            }
        }
    };
}

icons! {
    Agent = "agent",
    Analytics = "analytics",
    Atom = "atom",
    Batch = "batch",
    Bolt = "bolt",
    BookOpen = "book-open",
    BookClosed = "book-closed",
    BookClock = "book-clock",
    Bug = "bug",
    Calendar = "calendar",
    Chart = "chart",
    Check = "check",
    CheckCircle = "check-circle",
    CheckCircleFilled = "check-circle-filled",
    ChevronLeft = "chevron-left",
    ChevronRight = "chevron-right",
    CircleQuestion = "circle-question",
    Clock = "clock",
    Compass = "compass",
    Confetti = "confetti",
    Cube = "cube",
    Desktop = "desktop",
    Document = "document",
    Dot = "dot",
    DotsHorizontal = "dots-horizontal",
    DotsVertical = "dots-vertical",
    EmptyCircle = "empty-circle",
    ExternalLink = "external-link",
    Globe = "globe",
    Keys = "keys",
    Lab = "lab",
    Images = "images",
    Info = "info",
    Lifesaver = "lifesaver",
    Lightbulb = "lightbulb",
    Mail = "mail",
    MapPin = "map-pin",
    Maps = "maps",
    Mobile = "mobile",
    Name = "name",
    Notebook = "notebook",
    NotebookPencil = "notebook-pencil",
    PageBlank = "page-blank",
    Phone = "phone",
    Play = "play",
    Plus = "plus",
    Profile = "profile",
    ProfileCard = "profile-card",
    Reload = "reload",
    Star = "star",
    StarFilled = "star-filled",
    Search = "search",
    Sparkle = "sparkle",
    SparkleDouble = "sparkle-double",
    SquareCode = "square-code",
    SquareImage = "square-image",
    SquareText = "square-text",
    Suitcase = "suitcase",
    SettingsSlider = "settings-slider",
    User = "user",
    Wreath = "wreath",
    Write = "write",
    WriteAlt = "write-alt",
    WriteAlt2 = "write-alt2",
}

/// A name that is no icon's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no icon; use a built-in name, `lucide:<name>` or `vendor:<name>`")]
pub struct UnknownIcon {
    /// The name.
    pub name: String,
}

impl IconName {
    /// One of the Lucide icons, by its name there: `cat`, `badge-check`.
    pub fn lucide(name: impl Into<Cow<'static, str>>) -> Self {
        Self::Lucide(name.into())
    }

    /// An icon that the page brings with it.
    pub fn vendor(name: impl Into<Cow<'static, str>>) -> Self {
        Self::Vendor(name.into())
    }
}

impl Serialize for IconName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<IconName> for String {
    fn from(icon: IconName) -> Self {
        icon.to_string()
    }
}

impl TryFrom<&str> for IconName {
    type Error = UnknownIcon;

    fn try_from(name: &str) -> Result<Self, UnknownIcon> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_is_written() {
        assert_eq!(IconName::BUILT_IN.len(), 64);
        for icon in IconName::BUILT_IN.into_iter().chain([IconName::lucide("cat"), IconName::vendor("acme")])
        {
            assert_eq!(icon.to_string().parse(), Ok(icon));
        }
        assert_eq!(IconName::try_from("Star"), Err(UnknownIcon { name: "Star".to_owned() }));
    }
}
