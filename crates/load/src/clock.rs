//! When a run warms up, is measured, and ends; and how many turns may still begin.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::settings::LoadSettings;

/// The times of a run, as all workers share them.
pub struct Clock {
    /// When it began.
    pub start: Instant,
    /// When measuring begins.
    pub measured_from: Instant,
    /// After this moment no turns begin. `None` if the run ends after a number of turns instead.
    pub measured_until: Option<Instant>,
    /// Ends the run at once: running turns are given up.
    pub stop: CancellationToken,
    /// How many turns have begun, measured or not.
    begun: AtomicU64,
    /// How many measured turns may still begin.
    left: AtomicI64,
}

impl Clock {
    /// A run that begins now.
    pub fn start(settings: &LoadSettings, stop: CancellationToken) -> Self {
        let start = Instant::now();
        let measured_from = start + settings.warm_up;
        Self {
            start,
            measured_from,
            measured_until: settings.turns.is_none().then(|| measured_from + settings.duration),
            stop,
            begun: AtomicU64::new(0),
            left: AtomicI64::new(settings.turns.and_then(|turns| turns.try_into().ok()).unwrap_or(i64::MAX)),
        }
    }

    /// Whether a turn that was due at a moment is measured.
    pub fn measures(&self, moment: Instant) -> bool {
        moment >= self.measured_from && self.measured_until.is_none_or(|until| moment < until)
    }

    /// The number of the turn that is due at this moment, unless the run is over.
    pub fn begin_turn(&self, due: Instant) -> Option<u64> {
        if self.stop.is_cancelled() || self.measured_until.is_some_and(|until| due >= until) {
            return None;
        }
        if due >= self.measured_from && self.left.fetch_sub(1, Ordering::Relaxed) <= 0 {
            return None;
        }
        Some(self.begun.fetch_add(1, Ordering::Relaxed))
    }
}
