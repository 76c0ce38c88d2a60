//! Rows, series and axis of charts.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    super::{
        check::{Check, ProblemKind, quoted},
        declare::{builder, record},
        schema::Prop,
        shape::Shape,
    },
    choices::CurveType,
    colors::Color,
};

/// A row of a chart's data: a text or a number a field.
///
/// ```
/// use chatkit_protocol::widget::props::ChartRow;
///
/// let row = ChartRow::new().with("month", "May").with("rain", 61.5);
/// assert_eq!(serde_json::to_string(&row)?, r#"{"month":"May","rain":61.5}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
#[must_use]
pub struct ChartRow(Map<String, Value>);

/// What a field of a row holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ChartValue {
    /// A text, mostly of the x-axis.
    Text(Cow<'static, str>),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Fraction(f64),
}

impl ChartRow {
    /// A row without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same row with a field. A number that is none (`NaN`, infinite) is left out.
    pub fn with(mut self, field: &str, value: impl Into<ChartValue>) -> Self {
        let value = match value.into() {
            ChartValue::Text(text) => Value::from(text),
            ChartValue::Whole(number) => Value::from(number),
            ChartValue::Fraction(number) => Value::from(number),
        };
        if !value.is_null() {
            self.0.insert(field.to_owned(), value);
        }
        self
    }
}

impl From<&'static str> for ChartValue {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for ChartValue {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for ChartValue {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for ChartValue {
    fn from(number: f64) -> Self {
        Self::Fraction(number)
    }
}

impl Prop for ChartRow {
    fn expected() -> String {
        "a row, an object of texts and numbers".to_owned()
    }

    fn shape() -> Shape {
        Shape::Map(Box::new(Shape::Either(vec![Shape::Text, Shape::Number])))
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        let Value::Object(row) = value else { return check.wrong::<Self>(value) };
        for (field, value) in row {
            if !value.is_string() && !value.is_number() {
                let expected = "a text or a number".to_owned();
                check
                    .prop(field, |check| check.report(ProblemKind::Wrong { found: quoted(value), expected }));
            }
        }
    }
}

record! {
    /// A series drawn as bars.
    BarSeries, "bars, an object with `dataKey` and `label`", "type": "bar", new(
        /// The field of the rows that holds its numbers.
        data_key: String = "dataKey",
        /// Its name in the legend.
        label: String = "label",
    ) {
        /// The stack it belongs to; series of one stack stand on each other.
        stack: String = "stack",
        /// Its colour; without one, the chart tokens are dealt in order.
        color: Color = "color",
    }
}

record! {
    /// A series drawn as an area.
    AreaSeries, "an area, an object with `dataKey` and `label`", "type": "area", new(
        /// The field of the rows that holds its numbers.
        data_key: String = "dataKey",
        /// Its name in the legend.
        label: String = "label",
    ) {
        /// The stack it belongs to; series of one stack stand on each other.
        stack: String = "stack",
        /// Its colour; without one, the chart tokens are dealt in order.
        color: Color = "color",
        /// How its edge goes from point to point.
        curve_type: CurveType = "curveType",
    }
}

record! {
    /// A series drawn as a line.
    LineSeries, "a line, an object with `dataKey` and `label`", "type": "line", new(
        /// The field of the rows that holds its numbers.
        data_key: String = "dataKey",
        /// Its name in the legend.
        label: String = "label",
    ) {
        /// Its colour; without one, the chart tokens are dealt in order.
        color: Color = "color",
        /// How it goes from point to point.
        curve_type: CurveType = "curveType",
    }
}

/// A series of a chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Series {
    /// Drawn as bars.
    Bar(BarSeries),
    /// Drawn as an area.
    Area(AreaSeries),
    /// Drawn as a line.
    Line(LineSeries),
}

impl From<BarSeries> for Series {
    fn from(series: BarSeries) -> Self {
        Self::Bar(series)
    }
}

impl From<AreaSeries> for Series {
    fn from(series: AreaSeries) -> Self {
        Self::Area(series)
    }
}

impl From<LineSeries> for Series {
    fn from(series: LineSeries) -> Self {
        Self::Line(series)
    }
}

impl Prop for Series {
    fn expected() -> String {
        "a series, an object with a `type` of bar, area or line".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![BarSeries::shape(), AreaSeries::shape(), LineSeries::shape()])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value.get("type").and_then(Value::as_str) {
            Some("bar") => BarSeries::check(value, check),
            Some("area") => AreaSeries::check(value, check),
            Some("line") => LineSeries::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}

/// The x-axis of a chart: the field of the rows it goes by, with more to say or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum XAxis {
    /// The field alone.
    Field(String),
    /// The field, and how the axis is drawn.
    Drawn(Axis),
}

record! {
    /// An x-axis and how it is drawn.
    Axis, "an axis, an object with its `dataKey`", new(
        /// The field of the rows it goes by.
        data_key: String = "dataKey",
    ) {
        /// Whether line, ticks and labels are hidden.
        hide: bool = "hide",
        /// What is written in the place of a field's values.
        labels: TickLabels = "labels",
    }
}

/// What is written in the place of values at an axis.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TickLabels(BTreeMap<String, String>);

impl From<&str> for XAxis {
    fn from(field: &str) -> Self {
        Self::Field(field.to_owned())
    }
}

impl From<String> for XAxis {
    fn from(field: String) -> Self {
        Self::Field(field)
    }
}

impl From<Axis> for XAxis {
    fn from(axis: Axis) -> Self {
        Self::Drawn(axis)
    }
}

impl<V: Into<String>, L: Into<String>, const N: usize> From<[(V, L); N]> for TickLabels {
    fn from(labels: [(V, L); N]) -> Self {
        labels.into_iter().collect()
    }
}

impl<V: Into<String>, L: Into<String>> FromIterator<(V, L)> for TickLabels {
    fn from_iter<I: IntoIterator<Item = (V, L)>>(labels: I) -> Self {
        Self(labels.into_iter().map(|(value, label)| (value.into(), label.into())).collect())
    }
}

impl Prop for XAxis {
    fn expected() -> String {
        "a field's name, or an object with its `dataKey`".to_owned()
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Text, Axis::shape()])
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::String(_) => {}
            Value::Object(_) => Axis::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}

impl Prop for TickLabels {
    fn expected() -> String {
        "an object of texts".to_owned()
    }

    fn shape() -> Shape {
        Shape::Map(Box::new(Shape::Text))
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        let Value::Object(labels) = value else { return check.wrong::<Self>(value) };
        for (tick, label) in labels {
            check.prop(tick, |check| String::check(label, check));
        }
    }
}
