//! Texts, whole numbers, switches, moments, icons, and lists.

use std::borrow::Cow;

use jiff::{Timestamp, civil};
use serde::Serialize;
use serde_json::Value;

use super::super::{check::Check, schema::Prop, shape::Shape};
use crate::icon::IconName;

impl Prop for String {
    fn expected() -> String {
        "a text".to_owned()
    }

    fn shape() -> Shape {
        Shape::Text
    }

    fn into_json(self) -> Value {
        Value::String(self)
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if !value.is_string() {
            check.wrong::<Self>(value);
        }
    }
}

impl Prop for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn shape() -> Shape {
        Shape::Flag
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if !value.is_boolean() {
            check.wrong::<Self>(value);
        }
    }
}

impl Prop for i64 {
    fn expected() -> String {
        "a whole number".to_owned()
    }

    fn shape() -> Shape {
        Shape::Number
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if !is_whole(value) {
            check.wrong::<Self>(value);
        }
    }
}

/// Whether a value is a number without a fraction; `2.0` is one.
pub(super) fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

impl Prop for IconName {
    fn expected() -> String {
        "an icon's name, `lucide:<name>` or `vendor:<name>`".to_owned()
    }

    fn shape() -> Shape {
        Shape::Text
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if value.as_str().is_none_or(|name| name.parse::<Self>().is_err()) {
            check.wrong::<Self>(value);
        }
    }
}

impl<T: Prop> Prop for Vec<T> {
    fn expected() -> String {
        format!("a list, each {}", T::expected())
    }

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Array(list) => check.each(list, |element, check| T::check(element, check)),
            _ => check.wrong::<Self>(value),
        }
    }
}

/// A date, or a date with a time, in ISO 8601.
///
/// ```
/// use chatkit_protocol::widget::{components::DatePicker, props::Moment};
///
/// let picker = DatePicker::new("departure")
///     .min(jiff::civil::date(2025, 6, 1))
///     .default_value(Moment::try_from("2025-06-12T09:30:00")?);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Moment(Cow<'static, str>);

impl From<civil::Date> for Moment {
    /// The beginning of the day: some readers know no dates without a time.
    fn from(date: civil::Date) -> Self {
        date.at(0, 0, 0, 0).into()
    }
}

impl From<civil::DateTime> for Moment {
    fn from(moment: civil::DateTime) -> Self {
        Self(moment.to_string().into())
    }
}

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self(moment.to_string().into())
    }
}

impl TryFrom<&str> for Moment {
    type Error = jiff::Error;

    fn try_from(text: &str) -> Result<Self, jiff::Error> {
        match text.parse::<Timestamp>() {
            Ok(_) => Ok(Self(text.to_owned().into())),
            Err(_) => text.parse::<civil::DateTime>().map(|_| Self(text.to_owned().into())),
        }
    }
}

impl Prop for Moment {
    fn expected() -> String {
        "a date in ISO 8601".to_owned()
    }

    fn shape() -> Shape {
        Shape::Text
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        if value.as_str().is_none_or(|text| Self::try_from(text).is_err()) {
            check.wrong::<Self>(value);
        }
    }
}
