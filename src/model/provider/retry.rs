//! How long to wait before a call is tried again.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::{Failure, Provider, Retries};

impl Provider {
    /// The wait before retry number `retry` (from 0), or `None` if the call has to fail.
    pub(in crate::model) fn delay(&self, failure: &Failure, retry: u32) -> Option<Duration> {
        self.retries.delay(failure, retry)
    }
}

impl Retries {
    fn delay(&self, failure: &Failure, retry: u32) -> Option<Duration> {
        if !failure.passing || retry >= self.max {
            return None;
        }
        match failure.retry_after {
            Some(wish) => (wish <= self.max_delay).then_some(wish),
            None => Some(jittered(self.back_off(retry), RandomState::new().hash_one(retry))),
        }
    }

    fn back_off(&self, retry: u32) -> Duration {
        self.base_delay.saturating_mul(2_u32.saturating_pow(retry)).min(self.max_delay)
    }
}

/// Between half and the whole of `delay`, so that callers refused together do not return together.
fn jittered(delay: Duration, random: u64) -> Duration {
    let share = (random >> 11) as f64 / (1_u64 << 53) as f64;
    delay.mul_f64(0.5 + share / 2.0)
}

/// How long a server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let milliseconds = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok());
    if let Some(milliseconds) = milliseconds {
        return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
    }
    let wish = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = wish.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    until(wish, Timestamp::now())
}

/// The time from `now` to an HTTP date; zero if it has passed.
fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;
    use crate::model::ModelError;

    const RETRIES: Retries =
        Retries { max: 3, base_delay: Duration::from_millis(500), max_delay: Duration::from_secs(30) };

    fn passing(retry_after: Option<Duration>) -> Failure {
        let error = ModelError::Provider { status: Some(503), reason: String::new() };
        Failure { retry_after, ..Failure::passing(error) }
    }

    #[test]
    fn waits_double_up_to_the_limit_and_jitter_only_shortens_them() {
        let waits: Vec<u64> = (0..9).map(|retry| RETRIES.back_off(retry).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(RETRIES.back_off(u32::MAX), RETRIES.max_delay);
        let second = Duration::from_secs(1);
        assert_eq!(jittered(second, 0), second / 2);
        assert!(jittered(second, u64::MAX) <= second);
        assert!(jittered(second, u64::MAX) > Duration::from_millis(999));
    }

    #[test]
    fn the_server_s_wish_is_kept_unless_it_is_too_long() {
        let wish = Duration::from_secs(7);
        assert_eq!(RETRIES.delay(&passing(Some(wish)), 0), Some(wish));
        assert_eq!(RETRIES.delay(&passing(Some(Duration::from_secs(31))), 0), None);
        assert_eq!(RETRIES.delay(&passing(Some(wish)), 3), None);
        let lasting = Failure { passing: false, ..passing(Some(wish)) };
        assert_eq!(RETRIES.delay(&lasting, 0), None);
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        let read = |name: &'static str, value: &'static str| {
            retry_after(&HeaderMap::from_iter([(
                reqwest::header::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )]))
        };
        assert_eq!(read("retry-after", "3"), Some(Duration::from_secs(3)));
        assert_eq!(read("retry-after", " 1.5 "), Some(Duration::from_millis(1500)));
        assert_eq!(read("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        assert_eq!(read("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        for nonsense in ["soon", "-3", "NaN", ""] {
            assert_eq!(read("retry-after", nonsense), None, "{nonsense}");
        }
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        assert_eq!(until("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
    }
}
