//! Weather: what it is like in a place, and who says so.
//!
//! [`WeatherSource`] answers one question, "what is the weather at …?", for a location as a person
//! or a model writes it.
//!
//! | source | answers from |
//! | --- | --- |
//! | [`OpenMeteo`] | the Open-Meteo service, or a self-hosted copy of it |
//! | [`SampleWeather`] | a climate formula: works with no network, labelled [`Source::Sample`] |
//! | [`Auto`] | Open-Meteo while it can be reached, the sample while it cannot |
//!
//! Sample data is never dressed as real: every [`Weather`] carries its [`Source`]. No source
//! invents a place: an unknown one is [`WeatherError::PlaceNotFound`].
//!
//! The [`Gazetteer`] is the table of world cities behind the sample; [`time_zone_for`] reads it to
//! tell the time somewhere.

mod areas;
mod auto;
mod clock;
mod condition;
mod error;
mod gazetteer;
mod open_meteo;
mod place;
mod query;
mod sample;
mod spelling;
mod time_zone;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{Timestamp, Zoned, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    auto::Auto,
    clock::Clock,
    condition::Condition,
    error::{Outage, WeatherError},
    gazetteer::{City, Gazetteer},
    open_meteo::{OpenMeteo, OpenMeteoSettings, SetupError},
    place::Place,
    query::{LocationQuery, QueryProblem},
    sample::SampleWeather,
    time_zone::time_zone_for,
};

/// Tells the weather of places.
#[async_trait]
pub trait WeatherSource: Send + Sync + 'static {
    /// The weather now, and the coming days, at a location as people write it: `Tokyo`,
    /// `Seattle, WA`, `in München`, `東京`.
    async fn current(&self, location: &str) -> Result<Weather, WeatherError>;

    /// An earlier answer that is still fresh, found without asking anybody.
    fn remembered(&self, _location: &str) -> Option<Weather> {
        None
    }
}

/// The weather in one place at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weather {
    /// The place that the weather is for.
    pub place: Place,
    /// The sky in one word.
    pub condition: Condition,
    /// The air temperature in °C.
    pub temperature_c: f64,
    /// What the temperature feels like with wind and humidity, in °C.
    pub feels_like_c: Option<f64>,
    /// The relative humidity, 0 to 100.
    pub humidity_percent: u8,
    /// The wind speed in km/h, 10 m above the ground.
    pub wind_kmh: f64,
    /// When these conditions held.
    pub observed_at: Timestamp,
    /// Today first, then the coming days. May be empty, never out of order.
    pub forecast: Vec<DayForecast>,
    /// The source of these values.
    pub source: Source,
}

impl Weather {
    /// The time of the reading on a clock in that place.
    pub fn local_time(&self) -> Zoned {
        self.observed_at.to_zoned(self.place.time_zone.clone())
    }

    /// The forecast for the day of the reading, if there is one.
    pub fn today(&self) -> Option<&DayForecast> {
        let today = self.local_time().date();
        self.forecast.iter().find(|day| day.date == today)
    }

    /// The forecast for the days after the day of the reading.
    pub fn coming_days(&self) -> impl Iterator<Item = &DayForecast> {
        let today = self.local_time().date();
        self.forecast.iter().filter(move |day| day.date > today)
    }
}

/// The forecast for one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayForecast {
    /// The day by the calendar of the place.
    pub date: Date,
    /// The day in one word; never [`Condition::ClearNight`].
    pub condition: Condition,
    /// The highest temperature in °C.
    pub high_c: f64,
    /// The lowest temperature in °C.
    pub low_c: f64,
    /// The probability of rain or snow, 0 to 100.
    pub precipitation_percent: Option<u8>,
}

/// Where a [`Weather`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Measured and forecast: Open-Meteo.
    OpenMeteo,
    /// Computed from the climate, for demonstrations without a network.
    Sample,
}

impl Source {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::OpenMeteo => "Open-Meteo",
            Self::Sample => "sample data",
        }
    }
}

/// Which source to ask: `auto`, `open-meteo` or `sample`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WeatherSourceKind {
    /// Open-Meteo, or labelled sample data while it cannot be reached.
    #[default]
    Auto,
    /// Open-Meteo only; while it cannot be reached, the assistant says so.
    OpenMeteo,
    /// Labelled sample data only; nothing leaves the machine.
    Sample,
}

/// Where the weather comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WeatherSettings {
    /// Where the weather comes from.
    pub source: WeatherSourceKind,
    /// Where Open-Meteo is, and how it is asked.
    pub open_meteo: OpenMeteoSettings,
}

/// Makes the source that the settings name.
///
/// This asks nobody, so an unreachable service shows only at the first question.
pub fn weather_source(settings: &WeatherSettings) -> Result<Arc<dyn WeatherSource>, SetupError> {
    let open_meteo = || OpenMeteo::new(&settings.open_meteo, Clock::system());
    let sample = || SampleWeather::new(Clock::system());
    Ok(match settings.source {
        WeatherSourceKind::Auto => Arc::new(Auto::new(open_meteo()?, sample(), Clock::system())),
        WeatherSourceKind::OpenMeteo => Arc::new(open_meteo()?),
        WeatherSourceKind::Sample => Arc::new(sample()),
    })
}

/// Rounds a percentage that comes from outside or from a formula.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=100 and rounded; NaN becomes 0"
)]
fn percent(value: f64) -> u8 {
    value.clamp(0.0, 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_named_as_in_the_settings() {
        for (name, kind) in [
            ("auto", WeatherSourceKind::Auto),
            ("open-meteo", WeatherSourceKind::OpenMeteo),
            ("sample", WeatherSourceKind::Sample),
        ] {
            assert_eq!(serde_json::from_value::<WeatherSourceKind>(name.into()).unwrap(), kind);
        }
    }

    #[test]
    fn every_kind_can_be_made_without_a_network() {
        for source in [WeatherSourceKind::Auto, WeatherSourceKind::OpenMeteo, WeatherSourceKind::Sample] {
            let settings = WeatherSettings { source, ..WeatherSettings::default() };
            assert!(weather_source(&settings).is_ok());
        }
    }

    #[test]
    fn a_share_stays_between_none_and_all() {
        assert_eq!([-3.0, 49.6, 180.0, f64::NAN].map(percent), [0, 50, 100, 0]);
    }
}
