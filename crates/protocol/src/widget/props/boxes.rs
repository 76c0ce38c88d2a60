//! Space and borders on the sides of a box.

use serde::Serialize;
use serde_json::Value;

use super::{
    super::{check::Check, declare::builder, declare::record, schema::Prop, shape::Shape},
    choices::BorderStyle,
    colors::Color,
    numbers::{Length, WholeLength},
};

/// Space on the sides of a box.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Space {
    /// The same on all sides.
    All(Length),
    /// Side by side.
    Sides(Sides),
}

/// Space on the sides of a box that, where it is the same on all sides, is a whole number or CSS.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum WholeSpace {
    /// The same on all sides.
    All(WholeLength),
    /// Side by side.
    Sides(Sides),
}

record! {
    /// Space side by side; a side that is not named has none.
    Sides, "space side by side", new() {
        /// Above.
        top: Length = "top",
        /// On the right.
        right: Length = "right",
        /// Below.
        bottom: Length = "bottom",
        /// On the left.
        left: Length = "left",
        /// Left and right.
        x: Length = "x",
        /// Above and below.
        y: Length = "y",
    }
}

/// Borders on the sides of a box.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Borders {
    /// The same on all sides.
    All(Edging),
    /// Side by side.
    Sides(BorderSides),
}

/// The border of a side.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Edging {
    /// So many px.
    Width(i64),
    /// With colour and style.
    Styled(Border),
}

record! {
    /// A border with its colour and style.
    Border, "a border, an object with its `size`", new(
        /// How wide it is, in px.
        size: i64 = "size",
    ) {
        /// Its colour.
        color: Color = "color",
        /// How its line is drawn.
        style: BorderStyle = "style",
    }
}

record! {
    /// Borders side by side; a side that is not named has none.
    BorderSides, "borders side by side", new() {
        /// Above.
        top: Edging = "top",
        /// On the right.
        right: Edging = "right",
        /// Below.
        bottom: Edging = "bottom",
        /// On the left.
        left: Edging = "left",
        /// Left and right.
        x: Edging = "x",
        /// Above and below.
        y: Edging = "y",
    }
}

impl<L: Into<Length>> From<L> for Space {
    fn from(length: L) -> Self {
        Self::All(length.into())
    }
}

impl From<Sides> for Space {
    fn from(sides: Sides) -> Self {
        Self::Sides(sides)
    }
}

impl<L: Into<WholeLength>> From<L> for WholeSpace {
    fn from(length: L) -> Self {
        Self::All(length.into())
    }
}

impl From<Sides> for WholeSpace {
    fn from(sides: Sides) -> Self {
        Self::Sides(sides)
    }
}

impl From<i64> for Edging {
    fn from(width: i64) -> Self {
        Self::Width(width)
    }
}

impl From<Border> for Edging {
    fn from(border: Border) -> Self {
        Self::Styled(border)
    }
}

impl<E: Into<Edging>> From<E> for Borders {
    fn from(edging: E) -> Self {
        Self::All(edging.into())
    }
}

impl From<BorderSides> for Borders {
    fn from(sides: BorderSides) -> Self {
        Self::Sides(sides)
    }
}

impl Prop for Space {
    fn expected() -> String {
        "a number, CSS, or space side by side".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Length::shape(), Sides::shape()])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Object(_) => Sides::check(value, check),
            Value::Number(_) | Value::String(_) => Length::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}

impl Prop for WholeSpace {
    fn expected() -> String {
        "a whole number, CSS, or space side by side".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![WholeLength::shape(), Sides::shape()])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Object(_) => Sides::check(value, check),
            Value::Number(_) | Value::String(_) => WholeLength::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}

impl Prop for Edging {
    fn expected() -> String {
        "a whole number or a border with its `size`".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![i64::shape(), Border::shape()])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Number(_) => i64::check(value, check),
            Value::Object(_) => Border::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}

impl Prop for Borders {
    fn expected() -> String {
        "a whole number, a border with its `size`, or borders side by side".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Edging::shape(), BorderSides::shape()])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Number(_) => i64::check(value, check),
            Value::Object(border) if border.contains_key("size") => Border::check(value, check),
            Value::Object(_) => BorderSides::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}
