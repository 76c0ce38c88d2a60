//! The time zones that places and abbreviations stand for.

use std::sync::LazyLock;

use jiff::tz::{self, Offset, TimeZone, TimeZoneDatabase};

use super::{
    areas::{self, Area},
    gazetteer::{City, Gazetteer},
    query::LocationQuery,
    spelling::fold,
};

/// Abbreviations as people use them: `EST` in July still means New York's clock. An abbreviation with
/// several meanings (`IST`, `CST`, `BST`) has the one that most people live by.
const ABBREVIATIONS: &[(&str, &str, &str)] = &[
    ("utc", "UTC", "Etc/UTC"),
    ("z", "UTC", "Etc/UTC"),
    ("zulu", "UTC", "Etc/UTC"),
    ("coordinated universal time", "UTC", "Etc/UTC"),
    ("gmt", "GMT", "Etc/GMT"),
    ("greenwich mean time", "GMT", "Etc/GMT"),
    ("et est edt eastern", "US Eastern Time", "America/New_York"),
    ("ct cst cdt central", "US Central Time", "America/Chicago"),
    ("mt mst mdt mountain", "US Mountain Time", "America/Denver"),
    ("pt pst pdt pacific", "US Pacific Time", "America/Los_Angeles"),
    ("akst akdt", "Alaska Time", "America/Anchorage"),
    ("hst", "Hawaii Time", "Pacific/Honolulu"),
    ("ast adt", "Atlantic Time", "America/Halifax"),
    ("nst ndt", "Newfoundland Time", "America/St_Johns"),
    ("brt", "Brasília Time", "America/Sao_Paulo"),
    ("art", "Argentina Time", "America/Argentina/Buenos_Aires"),
    ("bst", "UK Time", "Europe/London"),
    ("wet west", "Western European Time", "Europe/Lisbon"),
    ("cet cest", "Central European Time", "Europe/Brussels"),
    ("eet eest", "Eastern European Time", "Europe/Athens"),
    ("msk", "Moscow Time", "Europe/Moscow"),
    ("trt", "Turkey Time", "Europe/Istanbul"),
    ("wat", "West Africa Time", "Africa/Lagos"),
    ("cat", "Central Africa Time", "Africa/Maputo"),
    ("eat", "East Africa Time", "Africa/Nairobi"),
    ("sast", "South Africa Time", "Africa/Johannesburg"),
    ("gst", "Gulf Time", "Asia/Dubai"),
    ("pkt", "Pakistan Time", "Asia/Karachi"),
    ("ist", "India Time", "Asia/Kolkata"),
    ("npt", "Nepal Time", "Asia/Kathmandu"),
    ("ict", "Indochina Time", "Asia/Bangkok"),
    ("wib", "Western Indonesia Time", "Asia/Jakarta"),
    ("sgt", "Singapore Time", "Asia/Singapore"),
    ("hkt", "Hong Kong Time", "Asia/Hong_Kong"),
    ("jst", "Japan Time", "Asia/Tokyo"),
    ("kst", "Korea Time", "Asia/Seoul"),
    ("awst", "Western Australia Time", "Australia/Perth"),
    ("aest aedt", "Eastern Australia Time", "Australia/Sydney"),
    ("nzst nzdt", "New Zealand Time", "Pacific/Auckland"),
];

/// The time zone that a text names, with a label for people.
///
/// It understands cities, countries (by their capital's zone), the states of a few large countries, IANA
/// names (`Asia/Tokyo`), abbreviations (`UTC`, `CET`, `EST`) and offsets (`UTC+5:30`).
pub fn time_zone_for(text: &str) -> Option<(String, TimeZone)> {
    let query = LocationQuery::parse(text).ok()?;
    let text = query.text();
    abbreviated(text)
        .or_else(|| offset(text))
        .or_else(|| identifier(text).filter(|_| text.contains('/')))
        .or_else(|| Gazetteer::bundled().find(&query).map(clock_of))
        .or_else(|| region(text))
        .or_else(|| Gazetteer::bundled().find_similar(&query).map(clock_of))
        .or_else(|| identifier(text))
}

/// The zone of an IANA name. The system's database comes first, since it is updated more often than
/// programs are; the built-in one is the fallback.
pub(super) fn named(iana_name: &str) -> Option<TimeZone> {
    static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    tz::db().get(iana_name).or_else(|_| BUNDLED.get(iana_name)).ok()
}

fn clock_of(city: &City) -> (String, TimeZone) {
    let place = city.place();
    (place.label(), place.time_zone)
}

fn abbreviated(text: &str) -> Option<(String, TimeZone)> {
    let text = fold(text);
    let (_, label, zone) = ABBREVIATIONS
        .iter()
        .find(|(names, ..)| *names == text || names.split(' ').any(|name| name == text))?;
    Some(((*label).to_owned(), named(zone)?))
}

fn identifier(text: &str) -> Option<(String, TimeZone)> {
    let zone = named(&text.replace(' ', "_"))?;
    Some((zone.iana_name().unwrap_or(text).to_owned(), zone))
}

fn region(text: &str) -> Option<(String, TimeZone)> {
    areas::named(text).iter().find_map(|area| match area {
        Area::Country(_) => None,
        Area::Region(region) => {
            let country = areas::country(region.country_code)?;
            Some((format!("{}, {}", region.name, country.name), named(region.time_zone)?))
        }
    })
}

/// Reads `UTC+2`, `GMT-05:30`, `+0530`.
fn offset(text: &str) -> Option<(String, TimeZone)> {
    let upper = text.to_uppercase().replace(' ', "");
    let signed = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
    let label = format!("UTC{}{hours:02}:{minutes:02}", if sign < 0 { '-' } else { '+' });
    Some((label, TimeZone::fixed(Offset::from_seconds(seconds).ok()?)))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// The label, and the clock there at noon UTC on a winter day.
    fn at_noon(text: &str) -> Option<(String, String)> {
        let noon: Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
        let (label, zone) = time_zone_for(text)?;
        Some((label, noon.to_zoned(zone).strftime("%H:%M").to_string()))
    }

    #[test]
    fn clocks_are_found_by_place_zone_abbreviation_and_offset() {
        for (text, label, clock) in [
            ("Tokyo", "Tokyo, Japan", "21:00"),
            ("in tokyo", "Tokyo, Japan", "21:00"),
            ("東京", "Tokyo, Japan", "21:00"),
            ("Japan", "Tokyo, Japan", "21:00"),
            ("Asia/Tokyo", "Asia/Tokyo", "21:00"),
            ("asia/tokyo", "Asia/Tokyo", "21:00"),
            ("America/New York", "America/New_York", "07:00"),
            ("UTC", "UTC", "12:00"),
            ("gmt", "GMT", "12:00"),
            ("EST", "US Eastern Time", "07:00"),
            ("Pacific time", "US Pacific Time", "04:00"),
            ("CET", "Central European Time", "13:00"),
            ("JST", "Japan Time", "21:00"),
            ("IST", "India Time", "17:30"),
            ("Kathmandu", "Kathmandu, Nepal", "17:45"),
            ("California", "California, United States", "04:00"),
            ("Queensland", "Queensland, Australia", "22:00"),
            ("UTC+2", "UTC+02:00", "14:00"),
            ("GMT-5:30", "UTC-05:30", "06:30"),
            ("+0530", "UTC+05:30", "17:30"),
            ("Sydny", "Sydney, Australia", "23:00"),
        ] {
            assert_eq!(at_noon(text), Some((label.to_owned(), clock.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_zone_follows_daylight_saving() {
        let summer: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let (_, zone) = time_zone_for("EST").unwrap();
        assert_eq!(summer.to_zoned(zone).hour(), 8);
    }

    #[test]
    fn what_names_no_clock_has_none() {
        for text in ["", "Atlantis", "UTC+25", "UTC+x", "+", "Europe/Atlantis", "../etc/passwd"] {
            assert_eq!(at_noon(text), None, "{text}");
        }
    }

    #[test]
    fn every_abbreviation_has_a_zone() {
        for (names, label, zone) in ABBREVIATIONS {
            assert!(named(zone).is_some(), "{names}: {label}");
        }
    }

    #[test]
    fn zones_are_known_without_the_system_database() {
        let bundled = TimeZoneDatabase::bundled();
        assert!(!bundled.is_definitively_empty());
        for city in Gazetteer::bundled().cities() {
            let zone = city.place().time_zone;
            assert!(bundled.get(zone.iana_name().unwrap()).is_ok());
        }
    }
}
