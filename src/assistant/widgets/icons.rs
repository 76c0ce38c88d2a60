//! Drawings for the widgets: small line pictures as SVG data URLs.

use std::{fmt::Write, sync::LazyLock};

use crate::assistant::weather::Condition;

/// The strokes' colour, on the light blue of the badge.
const BLUE: &str = "#1D4ED8";
/// The strokes' colour without a badge; it is visible on light and dark cards.
const BRIGHT_BLUE: &str = "#3B82F6";
/// The fill of clouds, sun and moon.
const LIGHT: &str = "#DBEAFE";

const CLOUD: &str = "M8 24a5 5 0 0 1-.6-10A7.5 7.5 0 0 1 22 12.6 5.8 5.8 0 0 1 23.4 24z";
/// The same cloud, higher, with room for what falls from it.
const HIGH_CLOUD: &str = "M8 20a5 5 0 0 1-.6-10A7.5 7.5 0 0 1 22 8.6 5.8 5.8 0 0 1 23.4 20z";

/// The picture of a condition for a light blue badge.
pub fn condition(condition: Condition) -> &'static str {
    static PICTURES: LazyLock<Pictures> = LazyLock::new(|| Pictures::new(BLUE));
    PICTURES.of(condition)
}

/// The picture of a condition for the card itself.
pub fn condition_on_card(condition: Condition) -> &'static str {
    static PICTURES: LazyLock<Pictures> = LazyLock::new(|| Pictures::new(BRIGHT_BLUE));
    PICTURES.of(condition)
}

/// The pictures of all conditions in one colour, which are made once.
struct Pictures([(Condition, String); Condition::ALL.len()]);

impl Pictures {
    fn new(stroke: &str) -> Self {
        Self(Condition::ALL.map(|condition| (condition, data_url(&drawing(condition), stroke))))
    }

    fn of(&self, wanted: Condition) -> &str {
        self.0.iter().find(|(condition, _)| *condition == wanted).map_or("", |(_, url)| url)
    }
}

fn drawing(condition: Condition) -> String {
    match condition {
        Condition::Sunny => {
            r#"<circle cx="16" cy="16" r="5.5"/><path d="M16 4v3M16 25v3M4 16h3M25 16h3M7.5 7.5l2.1 2.1M22.4 22.4l2.1 2.1M24.5 7.5l-2.1 2.1M9.6 22.4l-2.1 2.1"/>"#.to_owned()
        }
        Condition::ClearNight => r#"<path d="M26 18.5A11 11 0 1 1 13.5 6a8.6 8.6 0 0 0 12.5 12.5z"/>"#.to_owned(),
        Condition::PartlyCloudy => {
            format!(r#"<circle cx="21" cy="11" r="4.5"/><path d="M21 2.5v1.7M28 5l-1.3 1.2M29.5 11.5h-1.7M14 5l1.2 1.2"/><path d="{CLOUD}"/>"#)
        }
        Condition::Cloudy => format!(r#"<path d="{CLOUD}"/>"#),
        Condition::Foggy => format!(r#"<path d="{HIGH_CLOUD}"/><path d="M6 24.5h20M9 28.5h14"/>"#),
        Condition::Drizzle => format!(r#"<path d="{HIGH_CLOUD}"/><path d="M11 24v1.5M16 24v1.5M21 24v1.5M13.5 28v1.5M18.5 28v1.5"/>"#),
        Condition::Rainy => format!(r#"<path d="{HIGH_CLOUD}"/><path d="M11.5 24l-1.5 5M16.5 24l-1.5 5M21.5 24l-1.5 5"/>"#),
        Condition::FreezingRain => {
            format!(r#"<path d="{HIGH_CLOUD}"/><path d="M10.5 24l-1.5 5M22.5 24l-1.5 5M16 24v5M13.8 25.2l4.4 2.6M18.2 25.2l-4.4 2.6"/>"#)
        }
        Condition::Snowy => {
            format!(r#"<path d="{HIGH_CLOUD}"/><path d="M10.5 24v4M8.8 25l3.4 2M12.2 25l-3.4 2M20.5 24v4M18.8 25l3.4 2M22.2 25l-3.4 2M15.5 27v4M13.8 28l3.4 2M17.2 28l-3.4 2"/>"#)
        }
        Condition::Stormy => format!(r#"<path d="{HIGH_CLOUD}"/><path d="M17 21l-4 5.5h4.5L14.5 31"/>"#),
    }
}

/// A pin on a map.
pub fn pin() -> String {
    data_url(
        r#"<path d="M16 29s9-8.2 9-15.5a9 9 0 0 0-18 0C7 20.8 16 29 16 29z"/><circle cx="16" cy="13.5" r="3.2"/>"#,
        BLUE,
    )
}

fn data_url(drawing: &str, stroke: &str) -> String {
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="{LIGHT}" stroke="{stroke}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{drawing}</svg>"#
    );
    let mut url = String::from("data:image/svg+xml,");
    for character in svg.chars() {
        match character {
            // These characters must be escaped in a URL.
            '#' | '%' | '<' | '>' | '"' | ' ' => {
                let _ = write!(url, "%{:02X}", character as u32); // writing to a string cannot fail
            }
            other => url.push(other),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_has_a_picture_of_its_own_that_is_a_valid_url() {
        let mut pictures: Vec<_> = Condition::ALL.into_iter().map(condition).map(str::to_owned).collect();
        pictures.extend(Condition::ALL.into_iter().map(condition_on_card).map(str::to_owned));
        pictures.push(pin());
        for picture in &pictures {
            assert!(picture.starts_with("data:image/svg+xml,%3Csvg%20"));
            assert!(picture.is_ascii() && !picture.contains(['"', ' ', '<', '>', '#']));
        }
        pictures.sort();
        pictures.dedup();
        assert_eq!(pictures.len(), 2 * Condition::ALL.len() + 1);
    }
}
