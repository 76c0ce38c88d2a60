//! Open-Meteo's answers, read with tolerance: unknown fields are ignored, and only those fields are required
//! without which there is no weather to tell.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use serde::Deserialize;

use super::{Outage, Place, Weather};
use crate::assistant::weather::{
    Condition, DayForecast, Source,
    areas::{self, Fit},
    percent, time_zone,
};

/// The current variables that [`Current`] reads.
pub(super) const CURRENT: &str = "temperature_2m,relative_humidity_2m,apparent_temperature,is_day,\
                                  weather_code,wind_speed_10m";

/// The daily variables that [`Daily`] reads.
pub(super) const DAILY: &str =
    "weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max";

/// The geocoder's answer. It leaves `results` out when there are none.
#[derive(Debug, Deserialize)]
pub(super) struct GeocodingAnswer {
    #[serde(default)]
    results: Vec<Hit>,
}

#[derive(Debug, Deserialize)]
struct Hit {
    name: String,
    latitude: f64,
    longitude: f64,
    country_code: Option<String>,
    country: Option<String>,
    admin1: Option<String>,
    admin2: Option<String>,
    admin3: Option<String>,
    timezone: Option<String>,
}

impl GeocodingAnswer {
    /// The first hit that most qualifiers match and none contradicts; without such a hit, all hits.
    ///
    /// Ties keep the geocoder's order, which reflects how large the places are.
    pub(super) fn best(self, qualifiers: &[String]) -> Result<Place, Vec<Place>> {
        let mut best: Option<(usize, &Hit)> = None;
        for hit in &self.results {
            let Some(agreement) = hit.agreement(qualifiers) else { continue };
            if best.is_none_or(|(most, _)| agreement > most) {
                best = Some((agreement, hit));
            }
        }
        match best {
            Some((_, hit)) => Ok(hit.place()),
            None => Err(self.results.iter().map(Hit::place).collect()),
        }
    }
}

impl Hit {
    /// How many of the qualifiers name an area it lies in; `None` if one names another area.
    fn agreement(&self, qualifiers: &[String]) -> Option<usize> {
        let divisions: Vec<&str> = [&self.admin3, &self.admin2, &self.admin1, &self.country]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        qualifiers.iter().try_fold(0, |agreeing, qualifier| {
            match areas::fit(qualifier, self.country_code.as_deref(), &divisions) {
                Fit::Matches => Some(agreeing + 1),
                Fit::Unknown => Some(agreeing),
                Fit::Contradicts => None,
            }
        })
    }

    fn place(&self) -> Place {
        Place {
            name: self.name.clone(),
            region: self.admin1.clone(),
            country: self.country.clone(),
            country_code: self.country_code.clone(),
            latitude: self.latitude,
            longitude: self.longitude,
            // The forecast names the zone if this is missing.
            time_zone: self.timezone.as_deref().and_then(time_zone::named).unwrap_or(TimeZone::UTC),
        }
    }
}

/// The forecast's answer.
#[derive(Debug, Deserialize)]
pub(super) struct ForecastAnswer {
    timezone: Option<String>,
    #[serde(default)]
    utc_offset_seconds: i32,
    current: Current,
    #[serde(default)]
    daily: Daily,
}

#[derive(Debug, Deserialize)]
struct Current {
    /// Local time to the minute, for example `2026-05-01T14:15`.
    time: Option<String>,
    temperature_2m: f64,
    relative_humidity_2m: f64,
    apparent_temperature: Option<f64>,
    /// 1 by day, 0 by night.
    is_day: Option<f64>,
    weather_code: f64,
    wind_speed_10m: f64,
}

/// Columns of equal length. A value that the service does not have is null.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Daily {
    time: Vec<String>,
    weather_code: Vec<Option<f64>>,
    temperature_2m_max: Vec<Option<f64>>,
    temperature_2m_min: Vec<Option<f64>>,
    precipitation_probability_max: Vec<Option<f64>>,
}

impl ForecastAnswer {
    /// The weather at a place. `now` replaces the time of a reading that has none.
    pub(super) fn into_weather(self, mut place: Place, now: Timestamp) -> Result<Weather, Outage> {
        let offset = Offset::from_seconds(self.utc_offset_seconds).ok();
        if let Some(zone) = self.timezone.as_deref().and_then(time_zone::named) {
            place.time_zone = zone;
        }
        let current = self.current;
        let observed_at = current
            .time
            .and_then(|time| time.parse::<DateTime>().ok())
            .zip(offset)
            .and_then(|(time, offset)| offset.to_timestamp(time).ok())
            .unwrap_or(now);
        let is_day = current.is_day.is_none_or(|is_day| is_day > 0.5);
        let condition = condition(current.weather_code, is_day)
            .ok_or_else(|| Outage::Unreadable(format!("no weather has the code {}", current.weather_code)))?;
        Ok(Weather {
            place,
            condition,
            temperature_c: current.temperature_2m,
            feels_like_c: current.apparent_temperature,
            humidity_percent: percent(current.relative_humidity_2m),
            wind_kmh: current.wind_speed_10m,
            observed_at,
            forecast: self.daily.into_forecast(),
            source: Source::OpenMeteo,
        })
    }
}

impl Daily {
    /// The days for which every needed value is known.
    fn into_forecast(self) -> Vec<DayForecast> {
        let value = |column: &[Option<f64>], row: usize| column.get(row).copied().flatten();
        let day = |(row, time): (usize, &String)| {
            Some(DayForecast {
                date: time.parse::<Date>().ok()?,
                condition: condition(value(&self.weather_code, row)?, true)?,
                high_c: value(&self.temperature_2m_max, row)?,
                low_c: value(&self.temperature_2m_min, row)?,
                precipitation_percent: value(&self.precipitation_probability_max, row).map(percent),
            })
        };
        self.time.iter().enumerate().filter_map(day).collect()
    }
}

/// Reads a weather code that is a JSON number, whether written `3` or `3.0`.
fn condition(code: f64, is_day: bool) -> Option<Condition> {
    if !(0.0..=99.0).contains(&code) {
        return None;
    }
    // `percent` only rounds values from 0 to 99.
    Condition::from_wmo(percent(code), is_day)
}
