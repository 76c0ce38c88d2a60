//! Open-Meteo: free weather for the whole world, without a key.
//!
//! A question takes at most two calls. The geocoder turns a name into coordinates, unless the
//! [`Gazetteer`] knows the city already; the forecast turns coordinates into weather. Both answers
//! are kept for a while. Service and protocol: <https://open-meteo.com/en/docs>.

mod cache;
mod wire;

use std::{collections::HashSet, error::Error as _, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, Url};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_with::{As, DurationSecondsWithFrac};
use thiserror::Error;

use self::{
    cache::Cache,
    wire::{ForecastAnswer, GeocodingAnswer},
};
use super::{
    City, Clock, Gazetteer, LocationQuery, Outage, Place, Weather, WeatherError, WeatherSource,
    query::Reading,
};

/// The largest answer that is read, in bytes; real ones have a few thousand.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// How many hits the geocoder is asked for: enough to include every larger Springfield.
const MAX_HITS: u8 = 20;

/// How many places are suggested when the name exists, but not where the question looks for it.
const MAX_SUGGESTIONS: usize = 3;

/// Cities hardly move. A day is short enough that corrections arrive without a restart.
const PLACES_FRESH_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Where and how to ask Open-Meteo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OpenMeteoSettings {
    /// The address of Open-Meteo's geocoding service, without `/v1/search`.
    ///
    /// Default: the public service.
    pub geocoding_url: String,
    /// The address of Open-Meteo's forecast service, without `/v1/forecast`.
    ///
    /// Default: the public service.
    pub forecast_url: String,
    /// How long a connection to Open-Meteo may take, in seconds.
    ///
    /// Default: 3.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 600))]
    pub connect_timeout: Duration,
    /// How long an answer of Open-Meteo may take, in seconds; both calls share this time.
    ///
    /// Default: 8.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 600))]
    pub timeout: Duration,
    /// How long an answer of Open-Meteo may be told again, in seconds.
    ///
    /// Default: 600; the service updates its data every 15 minutes.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 86_400))]
    pub fresh_for: Duration,
    /// How many places are remembered at most.
    ///
    /// Default: 512.
    #[schemars(range(max = 1_000_000))]
    pub remembered_places: usize,
}

impl Default for OpenMeteoSettings {
    fn default() -> Self {
        Self {
            geocoding_url: "https://geocoding-api.open-meteo.com".to_owned(),
            forecast_url: "https://api.open-meteo.com".to_owned(),
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(8),
            fresh_for: Duration::from_secs(10 * 60),
            remembered_places: 512,
        }
    }
}

/// Why Open-Meteo cannot be asked at all: the settings are wrong, or the machine is.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The text is not the address of a web service.
    #[error("`{url}` is not an http or https address")]
    InvalidUrl {
        /// The text that was given.
        url: String,
    },
    /// The HTTP client cannot start, for example because there are no root certificates.
    #[error("the HTTP client for the weather cannot be made")]
    Client(#[from] reqwest::Error),
}

/// Asks Open-Meteo.
#[derive(Debug)]
pub struct OpenMeteo {
    client: Client,
    geocoding: Url,
    forecast: Url,
    timeout: Duration,
    clock: Clock,
    places: Cache<Place>,
    weather: Cache<Weather>,
}

impl OpenMeteo {
    /// A source that asks the services named in the settings.
    pub fn new(settings: &OpenMeteoSettings, clock: Clock) -> Result<Self, SetupError> {
        crate::tls::prepare();
        let client = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            .build()?;
        Self::with_client(client, settings, clock)
    }

    fn with_client(client: Client, settings: &OpenMeteoSettings, clock: Clock) -> Result<Self, SetupError> {
        Ok(Self {
            client,
            geocoding: endpoint(&settings.geocoding_url, "search")?,
            forecast: endpoint(&settings.forecast_url, "forecast")?,
            timeout: settings.timeout,
            places: Cache::new(PLACES_FRESH_FOR, settings.remembered_places, clock.clone()),
            weather: Cache::new(settings.fresh_for, settings.remembered_places, clock.clone()),
            clock,
        })
    }

    async fn ask(&self, query: &LocationQuery) -> Result<Weather, WeatherError> {
        let place = match self.known_place(query) {
            Some(place) => place,
            None => self.locate(query).await?,
        };
        if let Some(weather) = self.known_weather(&place) {
            return Ok(weather);
        }
        let answer: ForecastAnswer = self.get(forecast_url(&self.forecast, &place)).await?;
        let weather = answer.into_weather(place, self.clock.now())?;
        self.weather.put(weather_key(&weather.place), weather.clone());
        Ok(weather)
    }

    /// Looks in the table first: this saves a call, and for 東京 and 北京 the geocoder prefers villages of
    /// those names.
    fn known_place(&self, query: &LocationQuery) -> Option<Place> {
        let city = Gazetteer::bundled().find(query);
        city.map(City::place).or_else(|| self.places.get(&place_key(query)))
    }

    fn known_weather(&self, place: &Place) -> Option<Weather> {
        self.weather.get(&weather_key(place))
    }

    async fn locate(&self, query: &LocationQuery) -> Result<Place, WeatherError> {
        let mut suggestions = Vec::new();
        for reading in query.readings() {
            let answer: GeocodingAnswer = self.get(search_url(&self.geocoding, reading)).await?;
            match answer.best(&reading.qualifiers) {
                Ok(place) => {
                    self.places.put(place_key(query), place.clone());
                    return Ok(place);
                }
                Err(namesakes) => suggestions.extend(namesakes.iter().map(Place::label)),
            }
        }
        suggestions.extend(Gazetteer::bundled().suggest(query));
        let mut seen = HashSet::new();
        suggestions.retain(|label| seen.insert(label.clone()));
        suggestions.truncate(MAX_SUGGESTIONS);
        Err(WeatherError::PlaceNotFound { query: query.text().to_owned(), suggestions })
    }

    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, Outage> {
        let mut response = self.client.get(url).send().await?;
        if !response.status().is_success() {
            return Err(Outage::Refused(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(Outage::TooLong { limit_bytes: MAX_ANSWER_BYTES });
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|error| Outage::Unreadable(error.to_string()))
    }
}

#[async_trait]
impl WeatherSource for OpenMeteo {
    async fn current(&self, location: &str) -> Result<Weather, WeatherError> {
        let query = LocationQuery::parse(location)?;
        tokio::time::timeout(self.timeout, self.ask(&query))
            .await
            .unwrap_or(Err(WeatherError::Unavailable { reason: Outage::TimedOut }))
    }

    fn remembered(&self, location: &str) -> Option<Weather> {
        let query = LocationQuery::parse(location).ok()?;
        self.known_weather(&self.known_place(&query)?)
    }
}

impl From<reqwest::Error> for Outage {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // The address contains the question, which must not be logged. The innermost cause (no such host,
        // connection refused, bad certificate) says the most.
        let error = error.without_url();
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            cause = inner.to_string();
            source = inner.source();
        }
        Self::Unreachable(cause)
    }
}

/// `base` + `/v1/` + `call`; the base may have a path of its own.
fn endpoint(base: &str, call: &str) -> Result<Url, SetupError> {
    let invalid = || SetupError::InvalidUrl { url: base.to_owned() };
    let mut url = Url::parse(base).map_err(|_| invalid())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid());
    }
    url.path_segments_mut().map_err(|()| invalid())?.pop_if_empty().extend(["v1", call]);
    Ok(url)
}

/// The key of a found place. It keeps accents, which distinguish San José from San Jose.
fn place_key(query: &LocationQuery) -> String {
    query.text().to_lowercase()
}

/// The key of a reading. It is the whole place, since two places may share their coordinates.
fn weather_key(place: &Place) -> String {
    format!("{:.4},{:.4} {}", place.latitude, place.longitude, place.label())
}

fn search_url(endpoint: &Url, reading: &Reading) -> Url {
    let mut url = endpoint.clone();
    url.query_pairs_mut()
        .append_pair("name", &reading.name)
        .append_pair("count", &MAX_HITS.to_string())
        .append_pair("language", "en")
        .append_pair("format", "json");
    url
}

fn forecast_url(endpoint: &Url, place: &Place) -> Url {
    let mut url = endpoint.clone();
    url.query_pairs_mut()
        .append_pair("latitude", &place.latitude.to_string())
        .append_pair("longitude", &place.longitude.to_string())
        .append_pair("current", wire::CURRENT)
        .append_pair("daily", wire::DAILY)
        .append_pair("timezone", "auto")
        .append_pair("forecast_days", "4");
    url
}

#[cfg(test)]
mod tests;
