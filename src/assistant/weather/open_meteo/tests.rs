//! Against a server on the loopback interface that speaks Open-Meteo's protocol.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

use super::*;
use crate::assistant::weather::{Auto, Condition, SampleWeather, Source, clock::manual::ManualClock};

/// A stand-in for the geocoder and the forecast service.
#[derive(Clone)]
struct FakeService {
    url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    mood: Mood,
    forecast: Value,
    asked: Vec<String>,
}

#[derive(Clone, Copy)]
enum Mood {
    Answers,
    Refuses(u16),
    Babbles,
    /// Sends more than any true answer has.
    Floods,
    /// Never answers.
    Sleeps,
}

impl FakeService {
    fn start() -> Self {
        let state =
            Arc::new(Mutex::new(State { mood: Mood::Answers, forecast: rainy_day(), asked: Vec::new() }));
        let data = web::Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/meteo/v1/search", web::get().to(answer))
                .route("/meteo/v1/forecast", web::get().to(answer))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let url = format!("http://{}/meteo/", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self { url, state }
    }

    fn set_mood(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// The calls so far, as `search Springfield` and `forecast 44.05`.
    fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    fn settings(&self) -> OpenMeteoSettings {
        OpenMeteoSettings {
            geocoding_url: self.url.clone(),
            forecast_url: self.url.clone(),
            ..OpenMeteoSettings::default()
        }
    }

    fn source(&self, clock: &ManualClock) -> OpenMeteo {
        open_meteo(&self.settings(), clock)
    }
}

/// As [`OpenMeteo::new`], but a proxy of the environment never sees the test's requests.
fn open_meteo(settings: &OpenMeteoSettings, clock: &ManualClock) -> OpenMeteo {
    crate::tls::prepare();
    let client = Client::builder().no_proxy().connect_timeout(settings.connect_timeout).build().unwrap();
    OpenMeteo::with_client(client, settings, clock.clock()).unwrap()
}

fn noon() -> ManualClock {
    ManualClock::at("2026-05-01T12:05:00Z")
}

async fn answer(request: HttpRequest, state: web::Data<Mutex<State>>) -> HttpResponse {
    let parameters =
        web::Query::<HashMap<String, String>>::from_query(request.query_string()).unwrap().into_inner();
    let is_search = request.path().ends_with("search");
    let (mood, forecast) = {
        let mut state = state.lock().unwrap();
        state.asked.push(if is_search {
            format!("search {}", parameters["name"])
        } else {
            format!("forecast {}", parameters["latitude"])
        });
        (state.mood, state.forecast.clone())
    };
    match mood {
        Mood::Refuses(status) => {
            let status = actix_web::http::StatusCode::from_u16(status).unwrap();
            HttpResponse::build(status).json(json!({"error": true, "reason": "out of order"}))
        }
        Mood::Babbles => HttpResponse::Ok().body("<html>Please sign in to the hotel's network</html>"),
        Mood::Floods => HttpResponse::Ok().body(" ".repeat(2 * MAX_ANSWER_BYTES)),
        Mood::Sleeps => std::future::pending().await,
        Mood::Answers if is_search => HttpResponse::Ok().json(hits(&parameters["name"])),
        Mood::Answers => {
            for wanted in ["current", "daily", "timezone", "forecast_days", "longitude"] {
                assert!(parameters.contains_key(wanted), "{wanted} is missing");
            }
            HttpResponse::Ok().json(forecast)
        }
    }
}

fn hits(name: &str) -> Value {
    let hit = |name: &str, latitude: f64, country: &str, code: &str, admin1: &str, zone: &str| {
        json!({
            "id": 1, "name": name, "latitude": latitude, "longitude": -90.0, "elevation": 100.0,
            "feature_code": "PPLA", "country_code": code, "admin1_id": 2, "timezone": zone,
            "population": 100_000, "country_id": 3, "country": country, "admin1": admin1,
        })
    };
    let american =
        |name, latitude, state| hit(name, latitude, "United States", "US", state, "America/Chicago");
    let results = match name {
        "Springfield" => vec![
            american("Springfield", 37.2, "Missouri"),
            american("Springfield", 39.8, "Illinois"),
            american("Springfield", 44.05, "Oregon"),
        ],
        "Portland" => vec![
            american("Portland", 45.5, "Oregon"),
            american("Portland", 43.7, "Maine"),
            hit("Portland", -38.3, "Australia", "AU", "Victoria", "Australia/Melbourne"),
        ],
        "Reims" => vec![hit("Reims", 49.3, "France", "FR", "Grand Est", "Europe/Paris")],
        _ => return json!({"generationtime_ms": 0.1}),
    };
    json!({"results": results, "generationtime_ms": 0.9})
}

fn rainy_day() -> Value {
    json!({
        "latitude": 49.25, "longitude": 4.03, "generationtime_ms": 0.2,
        "utc_offset_seconds": 7200, "timezone": "Europe/Paris", "timezone_abbreviation": "CEST",
        "elevation": 85.0,
        "current_units": {"time": "iso8601", "temperature_2m": "°C"},
        "current": {
            "time": "2026-05-01T14:00", "interval": 900, "temperature_2m": 11.4,
            "relative_humidity_2m": 87, "apparent_temperature": 9.8, "is_day": 1,
            "weather_code": 61, "wind_speed_10m": 14.2,
        },
        "daily_units": {"time": "iso8601"},
        "daily": {
            "time": ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"],
            "weather_code": [61, 3, 0, null],
            "temperature_2m_max": [12.5, 15.0, 19.5, 20.0],
            "temperature_2m_min": [7.0, 6.5, 8.0, 9.0],
            "precipitation_probability_max": [90, 20, null, 0],
        },
    })
}

#[actix_web::test]
async fn a_good_answer_is_told_in_full() {
    let service = FakeService::start();
    let weather = service.source(&noon()).current("the weather in Reims, France").await.unwrap();

    assert_eq!(weather.place.label(), "Reims, France");
    assert_eq!(weather.place.region.as_deref(), Some("Grand Est"));
    assert_eq!(weather.condition, Condition::Rainy);
    assert_eq!(weather.source, Source::OpenMeteo);
    assert_eq!(weather.humidity_percent, 87);
    let degrees = (weather.temperature_c, weather.feels_like_c, weather.wind_kmh);
    assert_eq!(degrees, (11.4, Some(9.8), 14.2));
    assert_eq!(weather.local_time().to_string(), "2026-05-01T14:00:00+02:00[Europe/Paris]");
    assert_eq!(weather.today().unwrap().precipitation_percent, Some(90));
    let coming: Vec<_> = weather.coming_days().map(|day| (day.date.day(), day.condition)).collect();
    // The fourth day has no weather code.
    assert_eq!(coming, [(2, Condition::Cloudy), (3, Condition::Sunny)]);
    assert_eq!(service.asked(), ["search Reims", "forecast 49.3"]);
}

#[actix_web::test]
async fn a_city_of_the_table_needs_no_geocoder() {
    let service = FakeService::start();
    let weather = service.source(&noon()).current("東京").await.unwrap();
    assert_eq!(weather.place.label(), "Tokyo, Japan");
    assert_eq!(service.asked(), ["forecast 35.68"]);
}

#[actix_web::test]
async fn what_follows_the_comma_chooses_between_namesakes() {
    let service = FakeService::start();
    let source = service.source(&noon());
    for (location, label, latitude) in [
        ("Springfield", "Springfield, MO", 37.2),
        ("Springfield, OR", "Springfield, OR", 44.05),
        ("Springfield, Illinois, USA", "Springfield, IL", 39.8),
        ("Springfield IL", "Springfield, IL", 39.8),
        ("Portland, OR", "Portland, OR", 45.52),
        ("Portland, ME", "Portland, ME", 43.7),
        ("Portland, Maine", "Portland, ME", 43.7),
        ("Portland, Australia", "Portland, Australia", -38.3),
        // Nobody knows this one, so it narrows nothing down.
        ("Springfield, Greene County", "Springfield, MO", 37.2),
    ] {
        let place = source.current(location).await.unwrap().place;
        assert_eq!((place.label().as_str(), place.latitude), (label, latitude), "{location}");
    }
}

#[actix_web::test]
async fn an_unknown_place_is_not_found() {
    let service = FakeService::start();
    let source = service.source(&noon());
    let not_found = |query: &str, suggestions: &[&str]| WeatherError::PlaceNotFound {
        query: query.to_owned(),
        suggestions: suggestions.iter().map(|&label| label.to_owned()).collect(),
    };
    assert_eq!(source.current("Qqqqq").await, Err(not_found("Qqqqq", &[])));
    let elsewhere = ["Springfield, MO", "Springfield, IL", "Springfield, OR"];
    assert_eq!(
        source.current("Springfield, Ontario").await,
        Err(not_found("Springfield, Ontario", &elsewhere))
    );
}

#[actix_web::test]
async fn what_is_no_location_is_not_asked() {
    let service = FakeService::start();
    let answer = service.source(&noon()).current(" ?! ").await;
    assert!(matches!(answer, Err(WeatherError::InvalidQuery(_))));
    assert!(service.asked().is_empty());
}

#[actix_web::test]
async fn a_fresh_answer_is_not_asked_for_twice() {
    let service = FakeService::start();
    let clock = noon();
    let source = service.source(&clock);
    assert!(source.remembered("Reims").is_none());
    let first = source.current("Reims").await.unwrap();
    clock.advance(9 * 60);
    assert_eq!(source.current("reims").await.unwrap(), first);
    assert_eq!(source.remembered("Reims"), Some(first));
    assert_eq!(service.asked().len(), 2);

    // The reading goes stale, the place does not.
    clock.advance(60);
    source.current("Reims").await.unwrap();
    assert_eq!(service.asked()[2..], ["forecast 49.3"]);
}

#[actix_web::test]
async fn a_service_out_of_order_is_an_outage_that_says_what_happened() {
    let service = FakeService::start();
    let source = service.source(&noon());
    for status in [400, 429, 500, 503] {
        service.set_mood(Mood::Refuses(status));
        assert_eq!(source.current("Reims").await, Err(Outage::Refused(status).into()));
    }
    service.set_mood(Mood::Floods);
    let limit_bytes = MAX_ANSWER_BYTES;
    assert_eq!(source.current("Reims").await, Err(Outage::TooLong { limit_bytes }.into()));
    service.set_mood(Mood::Babbles);
    assert!(matches!(
        source.current("Reims").await,
        Err(WeatherError::Unavailable { reason: Outage::Unreadable(_) })
    ));
    // Nothing of that was kept.
    service.set_mood(Mood::Answers);
    assert!(source.current("Reims").await.is_ok());
}

#[actix_web::test]
async fn a_service_that_sleeps_is_given_up() {
    let service = FakeService::start();
    service.set_mood(Mood::Sleeps);
    let timeout = Duration::from_millis(50);
    let source = open_meteo(&OpenMeteoSettings { timeout, ..service.settings() }, &noon());
    assert_eq!(source.current("Reims").await, Err(Outage::TimedOut.into()));
}

#[actix_web::test]
async fn weather_without_its_essentials_is_refused() {
    let service = FakeService::start();
    let source = service.source(&noon());
    for (field, value) in
        [("temperature_2m", Value::Null), ("weather_code", json!(123)), ("weather_code", json!(-1))]
    {
        let mut forecast = rainy_day();
        forecast["current"][field] = value;
        service.state.lock().unwrap().forecast = forecast;
        assert!(
            matches!(
                source.current("Reims").await,
                Err(WeatherError::Unavailable { reason: Outage::Unreadable(_) })
            ),
            "{field}"
        );
    }
}

#[actix_web::test]
async fn what_is_not_essential_may_be_missing() {
    let service = FakeService::start();
    service.state.lock().unwrap().forecast = json!({
        "current": {
            "temperature_2m": -3, "relative_humidity_2m": 61.6, "weather_code": 0.0, "is_day": 0,
            "wind_speed_10m": 4,
        },
    });
    let weather = service.source(&noon()).current("Reims").await.unwrap();
    assert_eq!(weather.condition, Condition::ClearNight);
    assert_eq!((weather.feels_like_c, weather.humidity_percent), (None, 62));
    assert_eq!(weather.forecast, []);
    // No time of its own: it is as old as the question, on the clock that the geocoder named.
    assert_eq!(weather.local_time().to_string(), "2026-05-01T14:05:00+02:00[Europe/Paris]");
}

/// A port on which nobody listens.
fn closed_port() -> OpenMeteoSettings {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    OpenMeteoSettings { geocoding_url: url.clone(), forecast_url: url, ..Default::default() }
}

#[actix_web::test]
async fn without_a_network_the_outage_names_no_question() {
    let source = open_meteo(&closed_port(), &noon());
    let Err(WeatherError::Unavailable { reason }) = source.current("Reims").await else {
        panic!("there is no service");
    };
    assert!(matches!(reason, Outage::Unreachable(_)), "{reason:?}");
    assert!(!reason.to_string().contains("Reims"));
}

#[actix_web::test]
async fn without_a_network_the_sample_takes_over() {
    let clock = noon();
    let source =
        Auto::new(open_meteo(&closed_port(), &clock), SampleWeather::new(clock.clock()), clock.clock());
    assert_eq!(source.current("Tokyo").await.unwrap().source, Source::Sample);
    let error = source.current("Reims").await.unwrap_err();
    assert!(matches!(error, WeatherError::UnavailableAndUnknown { .. }), "{error:?}");
}

#[actix_web::test]
async fn a_fresh_reading_outlives_the_service() {
    let service = FakeService::start();
    let clock = noon();
    let source = Auto::new(service.source(&clock), SampleWeather::new(clock.clock()), clock.clock());
    assert_eq!(source.current("Tokyo").await.unwrap().source, Source::OpenMeteo);
    service.set_mood(Mood::Refuses(503));
    assert_eq!(source.current("Paris").await.unwrap().source, Source::Sample);
    assert_eq!(source.current("Tokyo").await.unwrap().source, Source::OpenMeteo);
    clock.advance(10 * 60);
    assert_eq!(source.current("Tokyo").await.unwrap().source, Source::Sample);
}

#[test]
fn a_base_address_may_have_a_path() {
    for (base, expected) in [
        ("https://api.open-meteo.com", "https://api.open-meteo.com/v1/forecast"),
        ("http://10.0.0.7:8080/meteo/", "http://10.0.0.7:8080/meteo/v1/forecast"),
    ] {
        assert_eq!(endpoint(base, "forecast").unwrap().as_str(), expected);
    }
    for base in ["", "api.open-meteo.com", "file:///etc", "mailto:a@b.example"] {
        assert!(matches!(endpoint(base, "search"), Err(SetupError::InvalidUrl { .. })), "{base}");
    }
}
