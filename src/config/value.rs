//! A setting's value as a layer holds it, and whether the setting takes it.

use std::path::Path;

use config::ValueKind;

use super::catalogue::{Kind, Setting};

/// A value before it is checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// From a variable or a flag, or text in the file.
    Text(String),
    Integer(i64),
    Float(f64),
    List(Vec<String>),
    /// Something that no setting takes, by the name of its type.
    Other(&'static str),
}

impl Raw {
    /// Whether it says nothing: compose files and shells pass on empty variables where nobody said
    /// anything.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// The value as an error shows it.
    pub fn shown(&self) -> String {
        let text = match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::List(items) => items.join(","),
            Self::Other(name) => (*name).to_owned(),
        };
        let shown: String = text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.chars().count() > 80 { format!("{shown}…") } else { shown }
    }

    /// The path that it names, for a setting that is read from a file.
    pub fn path(&self) -> &Path {
        Path::new(if let Self::Text(text) = self { text.trim() } else { "" })
    }

    /// The value in the type that the setting has; nothing if the setting does not take it.
    pub fn typed(&self, setting: &Setting) -> Option<ValueKind> {
        match (&setting.kind, self) {
            (Kind::Integer { min, max }, raw) => {
                let number = match raw {
                    Self::Text(text) => text.trim().parse().ok(),
                    Self::Integer(number) => u64::try_from(*number).ok(),
                    _ => None,
                };
                number.filter(|number| (min..=max).contains(&number)).map(ValueKind::U64)
            }
            (Kind::Number { min, max }, raw) => {
                let number = match raw {
                    Self::Text(text) => text.trim().parse().ok(),
                    #[expect(clippy::cast_precision_loss, reason = "no bound is as large as 2^53")]
                    Self::Integer(number) => Some(*number as f64),
                    Self::Float(number) => Some(*number),
                    _ => None,
                };
                number.filter(|number| (min..=max).contains(&number)).map(ValueKind::Float)
            }
            (Kind::Choice(choices), Self::Text(text)) => {
                let chosen = choices.iter().find(|(name, _)| name == text.trim());
                chosen.map(|(name, _)| ValueKind::String(name.clone()))
            }
            (Kind::List, Self::Text(text)) => list(text.split(',')),
            (Kind::List, Self::List(items)) => list(items.iter().map(String::as_str)),
            (Kind::Text, Self::Text(text)) => {
                is_plain(text).then(|| ValueKind::String(text.trim().to_owned()))
            }
            _ => None,
        }
    }
}

fn list<'text>(items: impl Iterator<Item = &'text str>) -> Option<ValueKind> {
    let items: Vec<_> = items.map(str::trim).filter(|item| !item.is_empty()).collect();
    let plain = items.iter().all(|item| is_plain(item));
    plain.then(|| ValueKind::Array(items.into_iter().map(config::Value::from).collect()))
}

fn is_plain(text: &str) -> bool {
    !text.trim().chars().any(char::is_control)
}
