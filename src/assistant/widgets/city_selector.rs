//! The city selector: ten cities to choose from.

use serde_json::json;

use crate::protocol::{
    action::ActionConfig,
    item::WidgetItem,
    widget::{
        components::{Box, Button, Card, Col, Image, Row, Text, Title},
        props::{
            Align, Children, Color, ControlSize, ControlVariant, Fit, Radius, TextSize, TitleSize, Weight,
        },
    },
};

use super::icons;

/// The `type` of the action that a city's button sends.
pub const CITY_SELECTED: &str = "city_selected";

/// The number of buttons in a row.
const BUTTONS_PER_ROW: usize = 3;

/// A city on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct City {
    /// Its name in actions.
    pub value: &'static str,
    /// Its name for people.
    pub label: &'static str,
}

/// The cities on offer.
pub const CITIES: [City; 10] = [
    City { value: "seattle", label: "Seattle, WA" },
    City { value: "new_york", label: "New York, NY" },
    City { value: "san_francisco", label: "San Francisco, CA" },
    City { value: "chicago", label: "Chicago, IL" },
    City { value: "miami", label: "Miami, FL" },
    City { value: "austin", label: "Austin, TX" },
    City { value: "boston", label: "Boston, MA" },
    City { value: "denver", label: "Denver, CO" },
    City { value: "portland", label: "Portland, OR" },
    City { value: "atlanta", label: "Atlanta, GA" },
];

impl City {
    /// The offered city with this name.
    pub fn offered(value: &str) -> Option<&'static Self> {
        CITIES.iter().find(|city| city.value == value)
    }
}

/// The selector.
pub fn widget() -> WidgetItem {
    let card = Card::new((header(), choices())).key("city_selector").padding(0);
    let names: Vec<_> = CITIES.iter().map(|city| city.label).collect();
    WidgetItem { widget: card.into(), copy_text: Some(names.join("\n")) }
}

fn header() -> Box {
    let pin = Image::new(icons::pin()).alt("Map pin").size(28).fit(Fit::Contain);
    let badge = Box::new([pin]).padding(3).radius(Radius::Full).background("blue-100");
    let words = Col::new((
        Title::new("Popular cities").size(TitleSize::Md).weight(Weight::Semibold),
        Text::new("Choose one to see its weather").size(TextSize::Xs).color("tertiary"),
    ))
    .align(Align::Start)
    .gap(1);
    Box::new([Row::new((badge, words)).align(Align::Center).gap(3)]).padding(5).background("surface-tertiary")
}

fn choices() -> Box {
    let mut children: Children = CITIES
        .chunks(BUTTONS_PER_ROW)
        .map(|cities| Row::new(cities.iter().map(button).collect::<Children>()).gap(3))
        .collect();
    let hint =
        Text::new("Any other city works too: just type its name.").size(TextSize::Xs).color("secondary");
    // The light blue would be too bright in dark mode.
    let ground = Color::themed("blue-50", "surface-tertiary");
    children.push(Box::new([hint]).padding(3).radius(Radius::Md).background(ground));
    Box::new(children).padding(5).gap(3)
}

fn button(city: &City) -> Button {
    let payload = json!({"city_value": city.value, "city_label": city.label});
    Button::new(city.label)
        .key(city.value)
        .variant(ControlVariant::Outline)
        .size(ControlSize::Md)
        .on_click_action(ActionConfig::server(CITY_SELECTED).payload(payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_buttons_stand_in_rows_of_three_each_with_its_action() {
        let card = serde_json::to_value(widget().widget).unwrap();
        assert_eq!((&card["key"], &card["padding"]), (&json!("city_selector"), &json!(0)));
        let rows = card["children"][1]["children"].as_array().unwrap();
        let buttons: Vec<_> = rows.iter().map(|row| row["children"].as_array().unwrap().len()).collect();
        assert_eq!(buttons, [3, 3, 3, 1, 1], "the last box holds the hint");
        assert_eq!(
            rows[0]["children"][0]["onClickAction"],
            json!({
                "type": "city_selected",
                "payload": {"city_value": "seattle", "city_label": "Seattle, WA"},
                "handler": "server",
                "loadingBehavior": "auto",
                "streaming": true,
            })
        );
    }
}
