//! The line that tells how the run goes, once a second.

use std::{
    io::{IsTerminal, Write, stderr},
    sync::atomic::Ordering,
    time::Duration,
};

use tokio::time::Instant;

use super::{clock::Clock, recorder::Live};

/// Writes the line to standard error: over the last one on a terminal, else below it.
pub struct Progress {
    quiet: bool,
    terminal: bool,
    at: Instant,
    completed: u64,
    turn_micros: u64,
}

impl Progress {
    /// A line that shows nothing yet.
    pub fn new(quiet: bool) -> Self {
        let terminal = stderr().is_terminal();
        Self { quiet, terminal, at: Instant::now(), completed: 0, turn_micros: 0 }
    }

    /// Shows a step of the preparation.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(stderr(), "{text}");
        }
    }

    /// Shows how the run goes.
    pub fn tell(&mut self, clock: &Clock, live: &Live) {
        let now = Instant::now();
        let completed = live.completed.load(Ordering::Relaxed);
        let turn_micros = live.turn_micros.load(Ordering::Relaxed);
        let seconds = (now - self.at).as_secs_f64();
        let newly = completed - self.completed;
        let mean = match newly {
            0 => "-".to_owned(),
            newly => format!("{:.1}", (turn_micros - self.turn_micros) as f64 / newly as f64 / 1e3),
        };
        let phase = if now < clock.measured_from { "warm-up " } else { "" };
        let text = format!(
            "{phase}{:>4.0} s | {:>8.1} turns/s | mean turn {mean:>8} ms | {} active | {} failed | {completed} done",
            clock.start.elapsed().as_secs_f64(),
            newly as f64 / seconds.max(1e-3),
            live.active.load(Ordering::Relaxed),
            live.failed.load(Ordering::Relaxed),
        );
        (self.at, self.completed, self.turn_micros) = (now, completed, turn_micros);
        if self.quiet {
            return;
        }
        let mut out = stderr().lock();
        // A closed standard error is no reason to end the run.
        let _ = if self.terminal { write!(out, "\r\x1b[K{text}") } else { writeln!(out, "{text}") };
        let _ = out.flush();
    }

    /// Ends the line, so that what follows begins on the next one.
    pub fn end(&self) {
        if self.terminal && !self.quiet {
            let _ = writeln!(stderr());
        }
    }
}

/// How often the line is written.
pub const INTERVAL: Duration = Duration::from_secs(1);
