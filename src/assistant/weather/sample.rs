//! Weather without a network: values that the climate makes plausible, always labelled as a sample.

use std::f64::consts::TAU;

use async_trait::async_trait;
use jiff::{RoundMode, Timestamp, ToSpan, Unit, Zoned, ZonedRound, civil::Date, tz::TimeZone};

use super::{
    City, Clock, Condition, DayForecast, Gazetteer, LocationQuery, Source, Weather, WeatherError,
    WeatherSource, percent,
};

/// Days of forecast: today and the next three.
const FORECAST_DAYS: usize = 4;

/// Computes weather from latitude, height, season and hour.
///
/// The same question has the same answer within the hour. Places come from the [`Gazetteer`]; an unknown
/// place is [`WeatherError::PlaceNotFound`] and never invented.
#[derive(Clone, Debug)]
pub struct SampleWeather {
    clock: Clock,
}

impl SampleWeather {
    /// Sample weather at the time the clock shows.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl WeatherSource for SampleWeather {
    async fn current(&self, location: &str) -> Result<Weather, WeatherError> {
        let query = LocationQuery::parse(location)?;
        let gazetteer = Gazetteer::bundled();
        match gazetteer.find_similar(&query) {
            Some(city) => Ok(Climate::of(city).weather(self.clock.now())),
            None => Err(WeatherError::PlaceNotFound {
                query: query.text().to_owned(),
                suggestions: gazetteer.suggest(&query),
            }),
        }
    }
}

/// The values that the weather of a city depends on.
struct Climate<'a> {
    city: &'a City,
    latitude: f64,
    longitude: f64,
}

/// One day's weather, before it is put into words.
struct Day {
    high_c: f64,
    low_c: f64,
    /// From 0, a blue sky, to 1, a storm.
    wetness: f64,
}

impl<'a> Climate<'a> {
    fn of(city: &'a City) -> Self {
        let place = city.place();
        Self { city, latitude: place.latitude, longitude: place.longitude }
    }

    fn weather(&self, now: Timestamp) -> Weather {
        let place = self.city.place();
        // Within one hour nothing changes, the time of the reading included.
        let local = now.to_zoned(place.time_zone.clone());
        let hour_start = start_of_hour(&local);
        let today = self.day(local.date());

        let temperature_c = today.temperature_at(f64::from(local.hour()));
        let hourly = self.chance(local.date(), 100 + u64::from(local.hour().unsigned_abs()));
        let wetness = (today.wetness + 0.12 * (hourly - 0.5)).clamp(0.0, 1.0);
        let humidity_percent = percent(self.humidity(wetness, hourly));
        let wind_kmh = tenths(5.0 + 20.0 * (0.6 * hourly + 0.4 * wetness));
        let is_day = self.sun_is_up(hour_start.timestamp());
        Weather {
            condition: condition(wetness, temperature_c, is_day),
            temperature_c: tenths(temperature_c),
            feels_like_c: Some(tenths(apparent_temperature(
                temperature_c,
                f64::from(humidity_percent),
                wind_kmh,
            ))),
            humidity_percent,
            wind_kmh,
            observed_at: hour_start.timestamp(),
            forecast: self.forecast(&hour_start),
            source: Source::Sample,
            place,
        }
    }

    fn forecast(&self, now: &Zoned) -> Vec<DayForecast> {
        now.date()
            .series(1.day())
            .take(FORECAST_DAYS)
            .map(|date| {
                let day = self.day(date);
                DayForecast {
                    date,
                    condition: condition(day.wetness, f64::midpoint(day.high_c, day.low_c), true),
                    high_c: tenths(day.high_c),
                    low_c: tenths(day.low_c),
                    // Steps of five, since a finer number would pretend to know more.
                    precipitation_percent: Some(percent((day.wetness.powi(2) * 20.0).round() * 5.0)),
                }
            })
            .collect()
    }

    fn day(&self, date: Date) -> Day {
        // The tropics hardly know a cold front; the middle latitudes know little else.
        let changeable = 0.8 + self.latitude.abs() / 20.0;
        let mean = self.usual_temperature(date) + changeable * (2.0 * self.chance(date, 1) - 1.0);
        let aridity = if self.is_arid() { 0.55 } else { 1.0 };
        let wetness = aridity * self.chance(date, 2);
        // Clouds keep the night warm and the day cool.
        let half_range = 2.5 + 3.0 * (1.0 - wetness);
        Day {
            high_c: (mean + half_range).clamp(-20.0, 42.0),
            low_c: (mean - half_range).clamp(-20.0, 42.0),
            wetness,
        }
    }

    /// The mean temperature of that day of the year, in °C: a parabola over the latitude, a wave
    /// over the year, and 6.5 °C less for each kilometre of height.
    fn usual_temperature(&self, date: Date) -> f64 {
        const WARMEST_DAY_IN_THE_NORTH: f64 = 202.0;
        let distance = self.latitude.abs();
        let phase = TAU * (f64::from(date.day_of_year()) - WARMEST_DAY_IN_THE_NORTH) / 365.25;
        let season = phase.cos() * self.latitude.signum();
        let (warmth, seasons_left) = self.sea();
        let mean = 27.5 - 0.0063 * distance.powi(2) + warmth;
        let swing = 0.27 * distance * seasons_left;
        mean + swing * season - 6.5 * self.city.elevation_m() / 1000.0
    }

    /// The sea's influence: the warmth it brings, in °C, and the share of the seasons that remains.
    fn sea(&self) -> (f64, f64) {
        let (latitude, longitude) = (self.latitude, self.longitude);
        if latitude > 40.0 && (-25.0..16.0).contains(&longitude) {
            // Western Europe: west winds over the Gulf Stream.
            (3.0, 0.6)
        } else if latitude < -20.0 || latitude > 32.0 && (-130.0..-116.0).contains(&longitude) {
            // The south, which has more sea than land, and America's west coast.
            (0.0, 0.6)
        } else {
            (0.0, 1.0)
        }
    }

    /// Whether it lies in the belt of deserts from the Sahara to the Indus.
    fn is_arid(&self) -> bool {
        (14.0..33.0).contains(&self.latitude) && (-17.0..68.0).contains(&self.longitude)
    }

    fn humidity(&self, wetness: f64, hourly: f64) -> f64 {
        let usual = if self.is_arid() { 32.0 } else { 45.0 };
        (usual + 38.0 * wetness + 8.0 * hourly).clamp(30.0, 90.0)
    }

    /// Whether the sun stands over the horizon, to a few minutes.
    fn sun_is_up(&self, at: Timestamp) -> bool {
        let utc = at.to_zoned(TimeZone::UTC);
        let declination =
            23.44_f64.to_radians() * (TAU * (f64::from(utc.day_of_year()) - 172.0) / 365.25).cos();
        let utc_hours = f64::from(utc.hour()) + f64::from(utc.minute()) / 60.0;
        let hour_angle = TAU * (utc_hours - 12.0 + self.longitude / 15.0) / 24.0;
        let latitude = self.latitude.to_radians();
        let height =
            latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos();
        // Half the sun's disc and the refraction of the air.
        height > (-0.833_f64).to_radians()
    }

    /// A number from 0 to 1 that belongs to this city, this date and this purpose.
    fn chance(&self, date: Date, purpose: u64) -> f64 {
        // FNV-1a with a final mixer. The hasher of `std` may change between releases of Rust, and every answer
        // with it.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let day = date.to_string();
        let place = self.latitude.to_bits().to_le_bytes().into_iter();
        let place = place.chain(self.longitude.to_bits().to_le_bytes());
        for byte in place.chain(day.bytes()).chain(purpose.to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^= hash >> 31;
        // The upper 32 bits fit an `f64` exactly.
        let high = u32::try_from(hash >> 32).unwrap_or(u32::MAX);
        f64::from(high) / f64::from(u32::MAX)
    }
}

impl Day {
    /// The temperature at an hour of the day: lowest at three at night, highest in the afternoon.
    fn temperature_at(&self, hour: f64) -> f64 {
        let mean = f64::midpoint(self.high_c, self.low_c);
        mean + (self.high_c - self.low_c) / 2.0 * (TAU * (hour - 15.0) / 24.0).cos()
    }
}

/// The last full hour on that place's clock, since some clocks are half an hour off.
fn start_of_hour(time: &Zoned) -> Zoned {
    let truncation = ZonedRound::new().smallest(Unit::Hour).mode(RoundMode::Trunc);
    // This fails only at the very ends of the calendar, where the minute does no harm.
    time.round(truncation).unwrap_or_else(|_| time.clone())
}

fn condition(wetness: f64, temperature_c: f64, is_day: bool) -> Condition {
    match wetness {
        w if w < 0.40 && is_day => Condition::Sunny,
        w if w < 0.40 => Condition::ClearNight,
        w if w < 0.58 => Condition::PartlyCloudy,
        w if w < 0.72 => Condition::Cloudy,
        // Fog needs cool air.
        w if w < 0.77 && temperature_c < 12.0 => Condition::Foggy,
        w if w < 0.77 => Condition::Cloudy,
        _ if temperature_c < 1.0 => Condition::Snowy,
        w if w < 0.82 => Condition::Drizzle,
        // Thunder needs warm air.
        w if w > 0.94 && temperature_c > 14.0 => Condition::Stormy,
        _ => Condition::Rainy,
    }
}

/// What the air feels like in the shade, in °C: Steadman's formula as the Australian Bureau of
/// Meteorology publishes it.
fn apparent_temperature(temperature_c: f64, humidity_percent: f64, wind_kmh: f64) -> f64 {
    let vapour_hpa =
        humidity_percent / 100.0 * 6.105 * (17.27 * temperature_c / (237.7 + temperature_c)).exp();
    temperature_c + 0.33 * vapour_hpa - 0.70 * wind_kmh / 3.6 - 4.0
}

fn tenths(value: f64) -> f64 {
    // Adding zero turns a negative zero into a plain one.
    (value * 10.0).round() / 10.0 + 0.0
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::assistant::weather::clock::manual::ManualClock;

    async fn weather_at(time: &str, location: &str) -> Weather {
        SampleWeather::new(ManualClock::at(time).clock()).current(location).await.unwrap()
    }

    /// The mean of a month's daily means.
    async fn mean_temperature(year_and_month: &str, location: &str) -> f64 {
        let mut sum = 0.0;
        for day in 1..=28 {
            let time = format!("{year_and_month}-{day:02}T12:00:00Z");
            let today = weather_at(&time, location).await.forecast[0].clone();
            sum += f64::midpoint(today.high_c, today.low_c);
        }
        sum / 28.0
    }

    #[actix_web::test]
    async fn the_same_hour_has_the_same_answer() {
        let clock = ManualClock::at("2026-03-04T10:05:00Z");
        let source = SampleWeather::new(clock.clock());
        let first = source.current("Tokyo").await.unwrap();
        clock.advance(50 * 60);
        assert_eq!(source.current("東京").await.unwrap(), first);
        clock.advance(10 * 60);
        assert_ne!(source.current("Tokyo").await.unwrap(), first);
    }

    #[actix_web::test]
    async fn sample_data_says_that_it_is() {
        let weather = weather_at("2026-03-04T10:05:00Z", "Seattle, WA").await;
        assert_eq!(weather.source, Source::Sample);
        assert_eq!(weather.source.label(), "sample data");
        assert_eq!(weather.place.label(), "Seattle, WA");
        assert_eq!(weather.local_time().to_string(), "2026-03-04T02:00:00-08:00[America/Los_Angeles]");
    }

    #[actix_web::test]
    async fn the_climate_is_plausible() {
        for (month, place, usual) in [
            ("2026-01", "Oslo", -8.0..3.0),
            ("2026-07", "Oslo", 12.0..22.0),
            ("2026-01", "Singapore", 24.0..31.0),
            ("2026-01", "Sydney", 19.0..29.0),
            ("2026-07", "Sydney", 9.0..18.0),
            ("2026-01", "Moscow", -16.0..-2.0),
            ("2026-07", "Dubai", 27.0..40.0),
            ("2026-01", "Tokyo", 3.0..12.0),
            ("2026-07", "La Paz", -3.0..12.0),
            ("2026-01", "London", 1.0..10.0),
        ] {
            let mean = mean_temperature(month, place).await;
            assert!(usual.contains(&mean), "{place} in {month}: {mean}");
        }
    }

    #[actix_web::test]
    async fn every_city_stays_within_the_bounds_all_year() {
        let mut seen = HashSet::new();
        for city in Gazetteer::bundled().cities() {
            for month in 1..=12 {
                let now = format!("2026-{month:02}-17T{:02}:00:00Z", 2 * month - 1);
                let weather = Climate::of(city).weather(now.parse().unwrap());
                let label = weather.place.label();
                assert!((-20.0..=42.0).contains(&weather.temperature_c), "{label} {now}");
                assert!((30..=90).contains(&weather.humidity_percent), "{label} {now}");
                assert!((5.0..=25.0).contains(&weather.wind_kmh), "{label} {now}");
                assert_eq!(weather.forecast.len(), FORECAST_DAYS);
                assert_eq!(weather.coming_days().count(), FORECAST_DAYS - 1);
                let today = weather.today().unwrap();
                assert!(
                    today.low_c <= weather.temperature_c && weather.temperature_c <= today.high_c,
                    "{label} {now}: {} is not between {} and {}",
                    weather.temperature_c,
                    today.low_c,
                    today.high_c,
                );
                assert_ne!(today.condition, Condition::ClearNight);
                if weather.condition == Condition::Snowy {
                    assert!(weather.temperature_c <= 1.0, "{label} {now}");
                }
                seen.insert(weather.condition);
            }
        }
        // All except freezing rain, which a formula this simple cannot predict.
        assert_eq!(seen.len(), Condition::ALL.len() - 1, "{seen:?}");
    }

    #[actix_web::test]
    async fn the_sun_keeps_its_hours() {
        let tromso = Gazetteer::bundled().find(&LocationQuery::parse("Tromsø").unwrap()).unwrap();
        let up = |time: &str| Climate::of(tromso).sun_is_up(time.parse().unwrap());
        assert!(!up("2026-12-21T11:00:00Z"), "the polar night has no noon");
        assert!(up("2026-06-21T23:00:00Z"), "the midnight sun does not set");
        let quito = Gazetteer::bundled().find(&LocationQuery::parse("Quito").unwrap()).unwrap();
        let up = |time: &str| Climate::of(quito).sun_is_up(time.parse().unwrap());
        assert!(up("2026-03-21T17:00:00Z") && !up("2026-03-21T05:00:00Z"));
    }

    #[actix_web::test]
    async fn an_unknown_place_is_not_invented() {
        let source = SampleWeather::new(Clock::system());
        let error = source.current("Bolton").await.unwrap_err();
        let WeatherError::PlaceNotFound { query, suggestions } = error else {
            panic!("{error}");
        };
        assert_eq!(query, "Bolton");
        assert!(suggestions.contains(&"Boston, MA".to_owned()));
    }

    #[test]
    fn wind_chills_and_damp_heat_stifles() {
        assert!(apparent_temperature(0.0, 60.0, 25.0) < -5.0);
        assert!(apparent_temperature(32.0, 80.0, 5.0) > 36.0);
    }
}
