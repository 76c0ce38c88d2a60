//! The time as a weather source sees it.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Tells the time; tests bring their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        Self::from_fn(Timestamp::now)
    }

    /// A clock that shows what `now` returns.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// A clock that stands still until it is moved.
#[cfg(test)]
pub(super) mod manual {
    use std::sync::{Arc, Mutex};

    use jiff::{SignedDuration, Timestamp};

    use super::Clock;

    #[derive(Clone)]
    pub(in super::super) struct ManualClock(Arc<Mutex<Timestamp>>);

    impl ManualClock {
        pub(in super::super) fn at(time: &str) -> Self {
            Self(Arc::new(Mutex::new(time.parse().unwrap())))
        }

        pub(in super::super) fn advance(&self, seconds: i64) {
            *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
        }

        pub(in super::super) fn clock(&self) -> Clock {
            let time = Arc::clone(&self.0);
            Clock::from_fn(move || *time.lock().unwrap())
        }
    }
}
