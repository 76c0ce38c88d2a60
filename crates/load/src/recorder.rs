//! Gathers what was seen: histograms and counts for each scenario.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use hdrhistogram::Histogram;

use super::{error::TurnError, mix::Scenario, turn::Turn};

/// Times in µs, to three digits.
pub type Times = Histogram<u64>;

/// What one worker saw, or all of them.
#[derive(Default)]
pub struct Recorder {
    scenarios: BTreeMap<Scenario, Seen>,
}

/// What was seen of the measured turns of one scenario.
#[derive(Clone)]
pub struct Seen {
    /// Turns that came to their end.
    pub turns: u64,
    /// Streams that were still held at the end of the run.
    pub held: u64,
    /// Turns that were given up because the run was stopped.
    pub stopped: u64,
    /// Turns that failed, by kind.
    pub errors: BTreeMap<String, u64>,
    /// Until the first event.
    pub first_event: Times,
    /// Until the first piece of text.
    pub first_delta: Times,
    /// Until the end.
    pub turn: Times,
    /// Between pieces of text.
    pub delta_gap: Times,
    /// How long uploads took.
    pub upload: Times,
    /// Events.
    pub events: u64,
    /// Pieces of text.
    pub deltas: u64,
    /// Complete widgets.
    pub widgets: u64,
    /// Bytes that came over the wire.
    pub bytes: u64,
}

impl Default for Seen {
    fn default() -> Self {
        let times = || Times::new(3).expect("three digits are allowed");
        Self {
            turns: 0,
            held: 0,
            stopped: 0,
            errors: BTreeMap::new(),
            first_event: times(),
            first_delta: times(),
            turn: times(),
            delta_gap: times(),
            upload: times(),
            events: 0,
            deltas: 0,
            widgets: 0,
            bytes: 0,
        }
    }
}

/// How a turn went.
pub enum Outcome {
    /// It came to its end.
    Complete,
    /// Its stream was still held when the run ended.
    Held,
    /// It was given up because the run was stopped.
    Stopped,
    /// It failed.
    Failed(TurnError),
}

impl Recorder {
    /// Notes a turn.
    pub fn note(&mut self, scenario: Scenario, turn: &Turn, outcome: &Outcome) {
        let seen = self.scenarios.entry(scenario).or_default();
        match outcome {
            Outcome::Complete => seen.turns += 1,
            Outcome::Held => seen.held += 1,
            Outcome::Stopped => seen.stopped += 1,
            Outcome::Failed(error) => *seen.errors.entry(error.kind().into_owned()).or_default() += 1,
        }
        seen.bytes += turn.bytes;
        seen.events += turn.events;
        seen.deltas += turn.deltas;
        seen.widgets += turn.widgets;
        // Leave out the times of failed turns: they say how fast the server fails, which is another question.
        if matches!(outcome, Outcome::Complete | Outcome::Held) {
            for (times, time) in [
                (&mut seen.first_event, turn.first_event),
                (&mut seen.first_delta, turn.first_delta),
                (&mut seen.turn, turn.total),
                (&mut seen.upload, turn.upload),
            ] {
                if let Some(time) = time {
                    record(times, micros(time));
                }
            }
            for gap in &turn.gaps_micros {
                record(&mut seen.delta_gap, *gap);
            }
        }
    }

    /// Adds what another saw.
    pub fn add(&mut self, other: Self) {
        for (scenario, seen) in other.scenarios {
            self.scenarios.entry(scenario).or_default().add(&seen);
        }
    }

    /// What was seen of each scenario.
    pub fn scenarios(&self) -> &BTreeMap<Scenario, Seen> {
        &self.scenarios
    }

    /// What was seen of all of them together.
    pub fn all(&self) -> Seen {
        let mut all = Seen::default();
        for seen in self.scenarios.values() {
            all.add(seen);
        }
        all
    }
}

impl Seen {
    /// Turns that failed.
    pub fn num_errors(&self) -> u64 {
        self.errors.values().sum()
    }

    fn add(&mut self, other: &Self) {
        self.turns += other.turns;
        self.held += other.held;
        self.stopped += other.stopped;
        for (kind, count) in &other.errors {
            *self.errors.entry(kind.clone()).or_default() += count;
        }
        for (times, more) in [
            (&mut self.first_event, &other.first_event),
            (&mut self.first_delta, &other.first_delta),
            (&mut self.turn, &other.turn),
            (&mut self.delta_gap, &other.delta_gap),
            (&mut self.upload, &other.upload),
        ] {
            times.add(more).expect("histograms that grow take every value");
        }
        self.events += other.events;
        self.deltas += other.deltas;
        self.widgets += other.widgets;
        self.bytes += other.bytes;
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn record(times: &mut Times, micros: u64) {
    // One hour, which is longer than any turn may take.
    times.record(micros.min(3_600_000_000)).expect("histograms that grow take every value");
}

/// Counts that all workers share, shown while the run goes on.
#[derive(Default)]
pub struct Live {
    /// Turns that are running.
    pub active: AtomicU64,
    /// Turns that came to their end, measured or not.
    pub completed: AtomicU64,
    /// Turns that failed, measured or not.
    pub failed: AtomicU64,
    /// The time of those that came to their end, in µs.
    pub turn_micros: AtomicU64,
    /// Bytes of the turns that ended.
    pub bytes: AtomicU64,
}

impl Live {
    /// Notes that a turn began.
    pub fn begin(&self) {
        self.active.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes how a turn ended.
    pub fn end(&self, turn: &Turn, outcome: &Outcome) {
        self.active.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_add(turn.bytes, Ordering::Relaxed);
        match outcome {
            Outcome::Complete => {
                self.completed.fetch_add(1, Ordering::Relaxed);
                self.turn_micros.fetch_add(turn.total.map_or(0, micros), Ordering::Relaxed);
            }
            Outcome::Failed(_) => {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
            Outcome::Held | Outcome::Stopped => {}
        }
    }
}
