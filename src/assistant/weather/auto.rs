//! Real weather while there is a network, and sample weather without one.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tracing::{debug, info, warn};

use super::{Clock, OpenMeteo, Outage, SampleWeather, Weather, WeatherError, WeatherSource};

/// How long a service that failed is not asked again. A machine without a network then answers at once,
/// and has real weather a minute after its network comes back.
const PAUSE: Duration = Duration::from_secs(60);

/// Asks the live source, and the offline one while the live one is unavailable.
///
/// A definite answer of the live source, such as that a place does not exist, is final. Each outage is
/// logged once.
#[derive(Debug)]
pub struct Auto<Live = OpenMeteo, Offline = SampleWeather> {
    live: Live,
    offline: Offline,
    clock: Clock,
    /// The current outage. The lock is a plain one: it is held only to read or replace the value, and never
    /// across an `await`.
    outage: Mutex<Option<LastingOutage>>,
}

#[derive(Clone, Debug)]
struct LastingOutage {
    reason: Outage,
    retry_at: Timestamp,
}

impl<Live, Offline> Auto<Live, Offline>
where
    Live: WeatherSource,
    Offline: WeatherSource,
{
    /// A source that prefers `live`.
    pub fn new(live: Live, offline: Offline, clock: Clock) -> Self {
        Self { live, offline, clock, outage: Mutex::new(None) }
    }

    /// The reason not to ask the live source now.
    ///
    /// When the pause is over, one caller tries again. The others keep using the sample until the outcome is
    /// known, so that only one question waits for a network that is still down.
    fn standing_outage(&self) -> Option<Outage> {
        let now = self.clock.now();
        let mut outage = self.outage();
        let lasting = outage.as_mut()?;
        // The upper bound keeps a clock that was set back from stretching the pause.
        let waits = lasting.retry_at.duration_since(now);
        if waits.is_positive() && waits <= pause() {
            return Some(lasting.reason.clone());
        }
        lasting.retry_at = now + pause();
        None
    }

    fn fails(&self, reason: &Outage) {
        let retry_at = self.clock.now() + pause();
        let lasting = LastingOutage { reason: reason.clone(), retry_at };
        if self.outage().replace(lasting).is_none() {
            warn!(
                cause = %reason,
                retry_after_ms = PAUSE.as_millis(),
                "the weather service is unavailable: answering with sample data",
            );
        } else {
            debug!(cause = %reason, "the weather service is still unavailable");
        }
    }

    fn works(&self) {
        if self.outage().take().is_some() {
            info!("the weather service is available again");
        }
    }

    fn outage(&self) -> MutexGuard<'_, Option<LastingOutage>> {
        // No code under the lock can leave the value half written.
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<Live, Offline> WeatherSource for Auto<Live, Offline>
where
    Live: WeatherSource,
    Offline: WeatherSource,
{
    async fn current(&self, location: &str) -> Result<Weather, WeatherError> {
        // A fresh reading stays useful during an outage, and does not end the outage.
        if let Some(weather) = self.remembered(location) {
            return Ok(weather);
        }
        let reason = match self.standing_outage() {
            Some(reason) => reason,
            None => match self.live.current(location).await {
                Err(WeatherError::Unavailable { reason }) => {
                    self.fails(&reason);
                    reason
                }
                // A refused question says nothing about the service.
                Err(WeatherError::InvalidQuery(problem)) => return Err(problem.into()),
                answer => {
                    self.works();
                    return answer;
                }
            },
        };
        self.offline.current(location).await.map_err(|error| match error {
            WeatherError::PlaceNotFound { query, suggestions } => {
                WeatherError::UnavailableAndUnknown { query, suggestions, reason }
            }
            other => other,
        })
    }

    fn remembered(&self, location: &str) -> Option<Weather> {
        self.live.remembered(location)
    }
}

fn pause() -> SignedDuration {
    SignedDuration::from_secs_f64(PAUSE.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::assistant::weather::{Source, clock::manual::ManualClock};

    /// A live source that fails on demand and counts its questions.
    #[derive(Clone, Default)]
    struct Moody(Arc<Mutex<Mood>>);

    #[derive(Default)]
    struct Mood {
        failure: Option<WeatherError>,
        questions: usize,
    }

    impl Moody {
        fn set_failure(&self, failure: Option<WeatherError>) {
            self.0.lock().unwrap().failure = failure;
        }

        fn questions(&self) -> usize {
            self.0.lock().unwrap().questions
        }
    }

    #[async_trait]
    impl WeatherSource for Moody {
        async fn current(&self, location: &str) -> Result<Weather, WeatherError> {
            let failure = {
                let mut mood = self.0.lock().unwrap();
                mood.questions += 1;
                mood.failure.clone()
            };
            if let Some(failure) = failure {
                return Err(failure);
            }
            let sample = SampleWeather::new(Clock::system()).current(location).await?;
            Ok(Weather { source: Source::OpenMeteo, ..sample })
        }
    }

    fn auto() -> (Auto<Moody>, Moody, ManualClock) {
        let clock = ManualClock::at("2026-05-01T12:00:00Z");
        let live = Moody::default();
        let sample = SampleWeather::new(clock.clock());
        (Auto::new(live.clone(), sample, clock.clock()), live, clock)
    }

    fn down() -> WeatherError {
        Outage::Refused(503).into()
    }

    async fn source_of(auto: &Auto<Moody>, location: &str) -> Source {
        auto.current(location).await.unwrap().source
    }

    #[actix_web::test]
    async fn real_weather_comes_first() {
        let (auto, _, _) = auto();
        assert_eq!(source_of(&auto, "Tokyo").await, Source::OpenMeteo);
    }

    #[actix_web::test]
    async fn an_outage_is_remembered_and_ends() {
        let (auto, live, clock) = auto();
        live.set_failure(Some(down()));
        for _ in 0..3 {
            assert_eq!(source_of(&auto, "Tokyo").await, Source::Sample);
        }
        assert_eq!(live.questions(), 1, "the outage was remembered");

        clock.advance(60);
        assert_eq!(source_of(&auto, "Tokyo").await, Source::Sample);
        assert_eq!(source_of(&auto, "Tokyo").await, Source::Sample);
        assert_eq!(live.questions(), 2, "one question a minute finds out whether it lasts");

        clock.advance(60);
        live.set_failure(None);
        assert_eq!(source_of(&auto, "Tokyo").await, Source::OpenMeteo);
        assert_eq!(source_of(&auto, "Paris").await, Source::OpenMeteo);
    }

    #[actix_web::test]
    async fn while_one_caller_tries_again_the_others_do_not_wait() {
        let (auto, live, clock) = auto();
        live.set_failure(Some(down()));
        assert_eq!(source_of(&auto, "Tokyo").await, Source::Sample);
        clock.advance(60);
        assert!(auto.standing_outage().is_none(), "the first caller is to try");
        assert_eq!(auto.standing_outage(), Some(Outage::Refused(503)));
    }

    #[actix_web::test]
    async fn a_clock_that_is_set_back_does_not_stretch_the_outage() {
        let (auto, live, clock) = auto();
        live.set_failure(Some(down()));
        assert_eq!(source_of(&auto, "Tokyo").await, Source::Sample);
        live.set_failure(None);
        clock.advance(-86_400);
        assert_eq!(source_of(&auto, "Tokyo").await, Source::OpenMeteo);
    }

    #[actix_web::test]
    async fn an_unknown_place_is_no_outage() {
        let (auto, live, _) = auto();
        let not_found = WeatherError::PlaceNotFound { query: "Tokyo".to_owned(), suggestions: Vec::new() };
        live.set_failure(Some(not_found.clone()));
        assert_eq!(auto.current("Tokyo").await, Err(not_found));
        live.set_failure(None);
        assert_eq!(source_of(&auto, "Tokyo").await, Source::OpenMeteo);
    }

    #[actix_web::test]
    async fn a_place_nobody_can_tell_about_is_told_with_the_outage() {
        let (auto, live, _) = auto();
        live.set_failure(Some(down()));
        for _ in 0..2 {
            let error = auto.current("Bolton").await.unwrap_err();
            let WeatherError::UnavailableAndUnknown { query, suggestions, reason } = &error else {
                panic!("{error}");
            };
            assert_eq!((query.as_str(), reason), ("Bolton", &Outage::Refused(503)));
            assert!(suggestions.contains(&"Boston, MA".to_owned()));
            assert!(error.to_string().contains("status 503"));
            assert!(error.advice().contains("Bolton"));
        }
    }
}
