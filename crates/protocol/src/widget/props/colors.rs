//! Colours.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::super::{
    check::Check,
    declare::builder,
    schema::Prop,
    shape::{Record, Shape},
};

/// A colour: a token, a primitive (`red-100`), CSS, or one for each scheme.
///
/// Tokens of text: `prose`, `primary`, `emphasis`, `secondary`, `tertiary`, `success`, `warning`,
/// `danger`. Of grounds: `surface`, `surface-secondary`, `surface-tertiary`, `surface-elevated`,
/// `surface-elevated-secondary`. Of borders: `default`, `subtle`, `strong`. Of charts: `blue`,
/// `purple`, `orange`, `green`, `red`, `yellow`, `pink`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Color {
    /// In both schemes.
    Plain(Cow<'static, str>),
    /// One for each scheme.
    Themed(ThemedColor),
}

builder! {
    /// A colour for each scheme.
    ThemedColor, serde_json::Map::new(),
    new(
        /// In the light scheme.
        light: String = "light",
        /// In the dark scheme.
        dark: String = "dark",
    ) {}
}

impl Color {
    /// One colour in the light scheme, another in the dark one.
    pub fn themed(light: impl Into<String>, dark: impl Into<String>) -> Self {
        Self::Themed(ThemedColor::new(light, dark))
    }
}

impl From<&'static str> for Color {
    fn from(color: &'static str) -> Self {
        Self::Plain(color.into())
    }
}

impl From<String> for Color {
    fn from(color: String) -> Self {
        Self::Plain(color.into())
    }
}

impl From<ThemedColor> for Color {
    fn from(color: ThemedColor) -> Self {
        Self::Themed(color)
    }
}

impl Prop for Color {
    fn expected() -> String {
        "a colour, or one each for `light` and `dark`".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Text, Shape::Record(Record::new("ThemedColor", None, ThemedColor::PROPS))])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::String(_) => {}
            Value::Object(color) => check.object(color, ThemedColor::PROPS, &[]),
            _ => check.wrong::<Self>(value),
        }
    }
}
