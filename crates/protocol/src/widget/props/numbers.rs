//! Numbers that may also be CSS.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::{
    super::{
        check::{Check, ProblemKind, quoted},
        schema::Prop,
        shape::Shape,
    },
    plain::is_whole,
};

/// A length: px for sizes, units of 4 px for paddings and margins, or CSS text. Also a ratio of
/// width to height.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Length {
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Fraction(f64),
    /// CSS, for example `50%`.
    Css(Cow<'static, str>),
}

/// A length that is a whole number (px for sizes, units of 4 px for gaps) or CSS text: the reference
/// reads no fractions here. Also a share of the room (`flex`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum WholeLength {
    /// A whole number.
    Whole(i64),
    /// CSS, for example `6px`.
    Css(Cow<'static, str>),
}

impl From<f64> for Length {
    fn from(length: f64) -> Self {
        Self::Fraction(length)
    }
}

macro_rules! number_or_css {
    ($($name:ident)+) => {$(
        impl From<i64> for $name {
            fn from(length: i64) -> Self {
                Self::Whole(length)
            }
        }

        impl From<&'static str> for $name {
            fn from(css: &'static str) -> Self {
                Self::Css(css.into())
            }
        }

        impl From<String> for $name {
            fn from(css: String) -> Self {
                Self::Css(css.into())
            }
        }
    )+};
}

number_or_css! { Length WholeLength }

impl Prop for Length {
    fn expected() -> String {
        "a number or CSS".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Number, Shape::Text])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if !value.is_number() && !value.is_string() {
            check.wrong::<Self>(value);
        }
    }
}

impl Prop for WholeLength {
    fn expected() -> String {
        "a whole number or CSS".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Number, Shape::Text])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::String(_) => {}
            Value::Number(_) if is_whole(value) => {}
            Value::Number(_) => check.report(ProblemKind::Fraction { found: quoted(value) }),
            _ => check.wrong::<Self>(value),
        }
    }
}

/// How many rows of a list are shown at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// As many as the renderer thinks fit.
    Auto,
    /// So many.
    Rows(i64),
}

impl From<i64> for Limit {
    fn from(rows: i64) -> Self {
        Self::Rows(rows)
    }
}

impl Serialize for Limit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Rows(rows) => serializer.serialize_i64(*rows),
        }
    }
}

impl Prop for Limit {
    fn expected() -> String {
        "a whole number or auto".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Number, Shape::OneOf(&["auto"])])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if value != "auto" && !is_whole(value) {
            check.wrong::<Self>(value);
        }
    }
}
