//! Typed builders of widget components.
//!
//! What a component cannot be without is asked for by its `new`; a method sets each other prop. A
//! component takes only the children it can have, so a tree that compiles is nested right. Import
//! components by name: a glob brings [`Box`] in the place of the standard library's, which
//! `#[async_trait]` means.
//!
//! ```
//! use chatkit_protocol::widget::{
//!     WidgetRoot,
//!     components::{Badge, Card, Row, Spacer, Text},
//!     props::{Align, BadgeColor, Weight},
//! };
//!
//! let card: WidgetRoot = Card::new((
//!     Row::new((Text::new("Hello").weight(Weight::Semibold), Spacer::new(), Badge::new("new")))
//!         .align(Align::Center),
//!     Text::new("").id("body"),
//! ))
//! .key("greeting")
//! .into();
//! assert_eq!(card.check(), []);
//! ```
//!
//! ```compile_fail
//! use chatkit_protocol::widget::components::{ListView, Text};
//!
//! ListView::new([Text::new("a list takes rows only")]);
//! ```

mod controls;
mod data;
mod fields;
mod layout;
mod media;
mod roots;
mod text;

use super::schema::Schema;

pub use self::{controls::*, data::*, fields::*, layout::*, media::*, roots::*, text::*};

/// Every component there is, with its props.
pub static ALL: &[Schema] = &[
    Card::SCHEMA,
    ListView::SCHEMA,
    ListViewItem::SCHEMA,
    Basic::SCHEMA,
    Box::SCHEMA,
    Row::SCHEMA,
    Col::SCHEMA,
    Form::SCHEMA,
    Spacer::SCHEMA,
    Divider::SCHEMA,
    Transition::SCHEMA,
    Text::SCHEMA,
    Title::SCHEMA,
    Caption::SCHEMA,
    Markdown::SCHEMA,
    Badge::SCHEMA,
    Icon::SCHEMA,
    Image::SCHEMA,
    Button::SCHEMA,
    Select::SCHEMA,
    DatePicker::SCHEMA,
    Checkbox::SCHEMA,
    RadioGroup::SCHEMA,
    Input::SCHEMA,
    Textarea::SCHEMA,
    Label::SCHEMA,
    Chart::SCHEMA,
    Table::SCHEMA,
    TableRow::SCHEMA,
    TableCell::SCHEMA,
];

/// The component of this `type`.
pub(super) fn schema(name: &str) -> Option<&'static Schema> {
    ALL.iter().find(|schema| schema.name == name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{super::props::*, *};
    use crate::{
        action::{ActionConfig, LoadingBehavior},
        icon::IconName,
        widget::{Place, WidgetNode},
    };

    fn written(component: impl Into<WidgetNode>) -> Value {
        component.into().into_value()
    }

    #[test]
    fn props_are_written_as_the_protocol_names_them_in_the_order_they_were_set() {
        let label =
            Label::new("Name", "person.name").text_align(TextAlign::End).color(Color::themed("#000", "#fff"));
        assert_eq!(
            written(label).to_string(),
            r##"{"type":"Label","value":"Name","fieldName":"person.name","textAlign":"end","color":{"light":"#000","dark":"#fff"}}"##
        );
        let button = Button::icon(IconName::lucide("cat"));
        assert_eq!(written(button), json!({"type": "Button", "iconStart": "lucide:cat", "uniform": true}));
    }

    #[test]
    fn numbers_stay_whole_where_they_are() {
        let all = Box::new(()).padding(2).margin(Sides::new().x(0.5)).gap(3).border(Border::new(1));
        assert_eq!(
            written(all).to_string(),
            r#"{"type":"Box","children":[],"padding":2,"margin":{"x":0.5},"gap":3,"border":{"size":1}}"#
        );
    }

    #[test]
    fn an_action_says_how_it_goes_and_drops_nulls() {
        let action = ActionConfig::server("go")
            .payload(json!({"a": null, "b": [1, null]}))
            .loading_behavior(LoadingBehavior::Itself)
            .sync();
        assert_eq!(
            written(Button::new("Go").on_click_action(action))["onClickAction"],
            json!({"type": "go", "payload": {"b": [1]}, "handler": "server", "loadingBehavior": "self", "streaming": false})
        );
    }

    #[test]
    fn a_number_that_is_none_is_left_out() {
        let row = ChartRow::new().with("x", "a").with("y", f64::NAN);
        let chart =
            Chart::new([row].to_vec(), [LineSeries::new("y", "Y")], Axis::new("x").labels([("a", "A")]));
        assert_eq!(
            written(chart),
            json!({
                "type": "Chart",
                "data": [{"x": "a"}],
                "series": [{"type": "line", "dataKey": "y", "label": "Y"}],
                "xAxis": {"dataKey": "x", "labels": {"a": "A"}},
            })
        );
    }

    #[test]
    fn a_day_is_written_with_its_beginning() {
        let picker = DatePicker::new("day").min(jiff::civil::date(2025, 6, 1));
        assert_eq!(written(picker)["min"], "2025-06-01T00:00:00");
        assert!(Moment::try_from("2025-06-01T10:00:00+02:00").is_ok());
        assert!(Moment::try_from("tomorrow").is_err());
    }

    #[test]
    fn every_component_is_declared_once_and_says_what_it_is_for() {
        for (index, schema) in ALL.iter().enumerate() {
            assert!(ALL[..index].iter().all(|other| other.name != schema.name), "{}", schema.name);
            assert!(!schema.docs.trim().is_empty());
            assert_eq!(schema.place == Place::Root, ["Card", "ListView", "Basic"].contains(&schema.name));
            for (index, prop) in schema.props.iter().enumerate() {
                assert!(!prop.docs.trim().is_empty() && !prop.expected().is_empty(), "{}", prop.name);
                assert!(schema.props[..index].iter().all(|other| other.name != prop.name), "{}", prop.name);
            }
        }
    }
}
