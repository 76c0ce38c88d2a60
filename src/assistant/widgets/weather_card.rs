//! The weather card: the weather in one place.

use crate::{
    assistant::weather::{DayForecast, Source, Weather},
    protocol::{
        item::WidgetItem,
        widget::{
            components::{Box, Card, Col, Image, Row, Text, Title},
            props::{
                Align, Children, Fit, Justify, Radius, Sides, TextAlign, TextSize, TitleSize, Weight, Wrap,
            },
        },
    },
};

use super::icons;

/// The number of forecast days that fit into one row.
const FORECAST_DAYS: usize = 3;

/// The card of a place's weather.
pub fn widget(weather: &Weather) -> WidgetItem {
    let card = Card::new((header(weather), details(weather))).key("weather").padding(0);
    WidgetItem { widget: card.into(), copy_text: Some(copy_text(weather)) }
}

fn header(weather: &Weather) -> Box {
    let place = Col::new((
        Text::new(weather.place.label()).size(TextSize::Lg).weight(Weight::Semibold),
        Text::new("Current conditions").size(TextSize::Xs).color("tertiary"),
    ))
    .align(Align::Start)
    .gap(1);
    let picture = Image::new(icons::condition(weather.condition))
        .alt(weather.condition.label())
        .size(28)
        .fit(Fit::Contain);
    let badge = Box::new([picture]).padding(3).radius(Radius::Full).background("blue-100");

    let mut condition = vec![
        Text::new(weather.condition.label()).color("secondary").size(TextSize::Sm).weight(Weight::Medium),
    ];
    if let Some(feels_like_c) = weather.feels_like_c {
        let feels_like = format!("Feels like {}", degrees(feels_like_c));
        condition.push(Text::new(feels_like).color("tertiary").size(TextSize::Xs));
    }
    let temperature = Title::new(degrees(weather.temperature_c)).size(TitleSize::Lg).weight(Weight::Semibold);

    Box::new([
        Row::new((place, badge)).justify(Justify::Between).align(Align::Center),
        Row::new((temperature, Col::new(condition).align(Align::Start).gap(1))).align(Align::Start).gap(4),
    ])
    .padding(5)
    .gap(3)
    .background("surface-tertiary")
}

fn details(weather: &Weather) -> Box {
    let chips = Row::new([
        chip("Humidity", format!("{} %", weather.humidity_percent)),
        chip("Wind", format!("{:.0} km/h", weather.wind_kmh)),
    ])
    .gap(3)
    .wrap(Wrap::Wrap);
    let mut children =
        Children::from((Text::new("At a glance").size(TextSize::Sm).weight(Weight::Semibold), chips));
    let days: Vec<_> = weather.coming_days().take(FORECAST_DAYS).map(day).collect();
    if !days.is_empty() {
        children.push(Row::new(days).key("forecast").gap(3));
    }
    children.push(Text::new(source_line(weather)).size(TextSize::Xs).color("tertiary"));
    Box::new(children).padding(5).gap(4)
}

fn chip(label: &str, value: String) -> Box {
    let value = Text::new(value).size(TextSize::Lg).weight(Weight::Semibold);
    Box::new([Col::new((
        Text::new(label).size(TextSize::Xs).weight(Weight::Medium).color("tertiary"),
        Row::new([value]).justify(Justify::Center).margin(Sides::new().top(2)),
    ))
    .align(Align::Stretch)
    .gap(2)])
    .padding(3)
    .radius(Radius::Xl)
    .background("surface-tertiary")
    .width(150)
    .height(80)
    .flex("0 0 auto")
}

fn day(day: &DayForecast) -> Col {
    let picture = Image::new(icons::condition_on_card(day.condition))
        .alt(day.condition.label())
        .size(22)
        .fit(Fit::Contain);
    let range = format!("{:.0}° / {:.0}°", day.high_c, day.low_c);
    Col::new((
        Text::new(day.date.strftime("%a").to_string())
            .size(TextSize::Xs)
            .weight(Weight::Medium)
            .color("tertiary"),
        picture,
        Text::new(range).size(TextSize::Xs).text_align(TextAlign::Center),
    ))
    .key(day.date.to_string())
    .align(Align::Center)
    .gap(1)
    .flex("1 1 0")
}

fn source_line(weather: &Weather) -> String {
    let time = weather.local_time().strftime("%H:%M").to_string();
    match weather.source {
        Source::OpenMeteo => format!("Open-Meteo · {time} local time"),
        Source::Sample => format!("Sample data, not a measurement · {time} local time"),
    }
}

fn copy_text(weather: &Weather) -> String {
    [
        weather.place.label(),
        weather.condition.label().to_owned(),
        format!("Temperature: {}", degrees(weather.temperature_c)),
        format!("Humidity: {} %", weather.humidity_percent),
        format!("Wind: {:.0} km/h", weather.wind_kmh),
        source_line(weather),
    ]
    .join("\n")
}

/// Whole degrees. A value that rounds to zero has no sign.
fn degrees(celsius: f64) -> String {
    let whole = celsius.round();
    format!("{:.0}°C", if whole == 0.0 { 0.0 } else { whole })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::assistant::weather::{Clock, SampleWeather, WeatherSource};

    async fn oslo() -> Weather {
        let clock = Clock::from_fn(|| "2026-01-15T12:00:00Z".parse().unwrap());
        SampleWeather::new(clock).current("Oslo").await.unwrap()
    }

    #[actix_rt::test]
    async fn the_card_has_the_structure_of_the_sample_s() {
        let weather = oslo().await;
        let item = widget(&weather);
        let card = serde_json::to_value(&item.widget).unwrap();
        assert_eq!(
            (&card["type"], &card["key"], &card["padding"]),
            (&json!("Card"), &json!("weather"), &json!(0))
        );
        let [header, details] = &card["children"].as_array().unwrap()[..] else { panic!() };
        assert_eq!(
            (&header["type"], &header["padding"], &header["background"]),
            (&json!("Box"), &json!(5), &json!("surface-tertiary"))
        );
        assert_eq!(
            header["children"][0]["children"][0]["children"][0],
            json!({"type": "Text", "value": "Oslo, Norway", "size": "lg", "weight": "semibold"})
        );
        let badge = &header["children"][0]["children"][1];
        assert_eq!(
            (&badge["radius"], &badge["background"], &badge["padding"]),
            (&json!("full"), &json!("blue-100"), &json!(3))
        );
        assert_eq!(badge["children"][0]["alt"], weather.condition.label());
        assert_eq!(
            header["children"][1]["children"][0],
            json!({"type": "Title", "value": degrees(weather.temperature_c), "size": "lg", "weight": "semibold"})
        );
        assert_eq!((&details["padding"], &details["gap"]), (&json!(5), &json!(4)));
        let chips = &details["children"][1];
        assert_eq!(
            (&chips["type"], &chips["gap"], &chips["wrap"]),
            (&json!("Row"), &json!(3), &json!("wrap"))
        );
        let chip = &chips["children"][0];
        assert_eq!(
            (&chip["width"], &chip["height"], &chip["flex"], &chip["radius"]),
            (&json!(150), &json!(80), &json!("0 0 auto"), &json!("xl"))
        );
        assert_eq!(chip["children"][0]["children"][1]["margin"], json!({"top": 2}));
        assert!(
            contains_text(&card, "Sample data, not a measurement"),
            "sample data is never dressed as real"
        );
    }

    fn contains_text(node: &Value, text: &str) -> bool {
        node["value"].as_str().is_some_and(|value| value.contains(text))
            || node["children"]
                .as_array()
                .is_some_and(|children| children.iter().any(|child| contains_text(child, text)))
    }

    #[actix_rt::test]
    async fn the_copy_text_has_one_fact_a_line() {
        let weather = oslo().await;
        let text = widget(&weather).copy_text.unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0], "Oslo, Norway");
        assert!(lines[2].starts_with("Temperature: ") && lines[5].starts_with("Sample data"));
    }

    #[test]
    fn no_minus_stands_before_zero() {
        assert_eq!(degrees(-0.3), "0°C");
        assert_eq!(degrees(-0.6), "-1°C");
    }
}
