//! A place on earth, and a short label for it.

use std::fmt;

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::areas;

/// A place on earth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The name in English, for example `Munich`.
    pub name: String,
    /// The state or province in full, for example `Washington`.
    pub region: Option<String>,
    /// The country in English.
    pub country: Option<String>,
    /// The country's ISO 3166 code in capitals, for example `US`.
    pub country_code: Option<String>,
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// The zone whose clocks the place follows.
    #[serde(serialize_with = "zone_name")]
    pub time_zone: TimeZone,
}

impl Place {
    /// The name, with what distinguishes it from its namesakes: `Tokyo, Japan`, `Seattle, WA`, `Singapore`.
    pub fn label(&self) -> String {
        let region_code = match (&self.country_code, &self.region) {
            (Some(country), Some(region)) if country == "US" => areas::region_code(country, region),
            _ => None,
        };
        let rest = region_code
            .or(self.country.as_deref())
            .or(self.region.as_deref())
            .filter(|rest| *rest != self.name);
        match rest {
            Some(rest) => format!("{}, {rest}", self.name),
            None => self.name.clone(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label())
    }
}

fn zone_name<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
    match zone.iana_name() {
        Some(name) => serializer.serialize_str(name),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, region: &str, country: &str, country_code: &str) -> Place {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Place {
            name: name.to_owned(),
            region: given(region),
            country: given(country),
            country_code: given(country_code),
            latitude: 0.0,
            longitude: 0.0,
            time_zone: TimeZone::UTC,
        }
    }

    #[test]
    fn a_label_is_short_and_unambiguous() {
        for (place, label) in [
            (place("Seattle", "Washington", "United States", "US"), "Seattle, WA"),
            (place("Washington", "District of Columbia", "United States", "US"), "Washington, DC"),
            (place("Tokyo", "Tokyo", "Japan", "JP"), "Tokyo, Japan"),
            (place("Toronto", "Ontario", "Canada", "CA"), "Toronto, Canada"),
            (place("Singapore", "", "Singapore", "SG"), "Singapore"),
            (place("Hagåtña", "Hagåtña", "Guam", "GU"), "Hagåtña, Guam"),
            (place("Somewhere", "", "", ""), "Somewhere"),
        ] {
            assert_eq!(place.label(), label);
        }
    }
}
