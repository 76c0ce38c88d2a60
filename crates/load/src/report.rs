//! The summary of a run, for people and for programs.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    mix::Mix,
    process::Usage,
    recorder::{Recorder, Seen, Times},
    settings::LoadSettings,
};

/// What was measured from outside during the run.
#[derive(Default)]
pub struct Samples {
    /// The server before anything was sent.
    pub start: Option<Usage>,
    /// When measuring began.
    pub from: Option<Sample>,
    /// When measuring ended.
    pub until: Option<Sample>,
    /// The server after the last turn.
    pub end: Option<Usage>,
    /// The moment at which most turns ran at once.
    pub held: Held,
}

/// One look.
pub struct Sample {
    /// When.
    pub at: Instant,
    /// Turns that had come to their end.
    pub completed: u64,
    /// The server.
    pub server: Option<Usage>,
    /// The load tester.
    pub own: Option<Usage>,
}

/// The moment at which most turns ran at once, and the most memory seen.
#[derive(Clone, Copy, Default)]
pub struct Held {
    active: u64,
    usage: Option<Usage>,
    most_rss_bytes: u64,
}

impl Held {
    /// Takes a look.
    pub fn look(&mut self, active: u64, usage: Option<Usage>) {
        let rss_bytes = usage.map_or(0, |usage| usage.rss_bytes);
        self.most_rss_bytes = self.most_rss_bytes.max(rss_bytes);
        // Memory may grow for a while after all turns have begun.
        if active >= self.active {
            (self.active, self.usage) = (active, usage);
        }
    }
}

/// The result of a run.
pub struct Report {
    head: Value,
    all: Seen,
    by_scenario: BTreeMap<&'static str, Seen>,
    turns_per_second: f64,
    most_at_once: u64,
    server: Option<Server>,
    own_cpu_share: Option<f64>,
    threads: u16,
}

/// What the server used.
#[derive(Clone, Copy, Serialize)]
struct Server {
    cpu_seconds: f64,
    cpu_ms_per_turn: Option<f64>,
    cpu_percent: f64,
    rss_bytes_start: u64,
    rss_bytes_most: u64,
    rss_bytes_end: u64,
    /// How much memory grew for each turn, at the moment at which most turns ran.
    rss_bytes_per_turn_at_once: Option<f64>,
    processes: u64,
    threads: u64,
    files: u64,
}

impl Report {
    /// The result of what was seen.
    pub fn new(settings: &LoadSettings, mix: &Mix, recorder: &Recorder, samples: Samples) -> Self {
        let Samples { start, from, until, end, held } = samples;
        let (seconds, completed) = match (&from, &until) {
            (Some(from), Some(until)) => {
                ((until.at - from.at).as_secs_f64(), until.completed - from.completed)
            }
            _ => (0.0, 0),
        };
        let used = |usage: fn(&Sample) -> Option<Usage>| {
            let from = usage(from.as_ref()?)?;
            let until = usage(until.as_ref()?)?;
            Some(until.cpu.saturating_sub(from.cpu).as_secs_f64())
        };
        let server = used(|sample| sample.server).zip(start).map(|(cpu_seconds, start)| {
            let at_most = held.usage.unwrap_or(start);
            let grown = at_most.rss_bytes.saturating_sub(start.rss_bytes) as f64;
            Server {
                cpu_seconds,
                cpu_ms_per_turn: (completed > 0).then(|| cpu_seconds * 1e3 / completed as f64),
                cpu_percent: if seconds > 0.0 { cpu_seconds / seconds * 100.0 } else { 0.0 },
                rss_bytes_start: start.rss_bytes,
                rss_bytes_most: held.most_rss_bytes,
                rss_bytes_end: end.map_or(0, |usage| usage.rss_bytes),
                rss_bytes_per_turn_at_once: (held.active > 0).then(|| grown / held.active as f64),
                processes: at_most.processes,
                threads: at_most.threads,
                files: at_most.files,
            }
        });
        let own_cpu_share =
            used(|sample| sample.own).filter(|_| seconds > 0.0).map(|cpu_seconds| cpu_seconds / seconds);
        let weights: BTreeMap<_, _> =
            mix.parts().iter().map(|part| (part.scenario.name(), part.weight)).collect();
        Self {
            head: json!({
                "url": settings.url.url,
                "scenarios": weights,
                "clients": settings.clients,
                "rate": settings.rate,
                "prefill": settings.prefill,
                "seconds": rounded(seconds),
            }),
            all: recorder.all(),
            by_scenario: recorder
                .scenarios()
                .iter()
                .map(|(scenario, seen)| (scenario.name(), seen.clone()))
                .collect(),
            turns_per_second: if seconds > 0.0 { completed as f64 / seconds } else { 0.0 },
            most_at_once: held.active,
            server,
            own_cpu_share,
            threads: settings.threads,
        }
    }

    /// Whether any turn came to its end, or was held to the end of the run.
    pub fn saw_a_turn(&self) -> bool {
        self.all.turns + self.all.held > 0
    }

    /// For programs.
    pub fn json(&self) -> String {
        let mut report = self.head.clone();
        report["turns_per_second"] = rounded(self.turns_per_second).into();
        report["most_at_once"] = self.most_at_once.into();
        if let (Some(report), Value::Object(all)) = (report.as_object_mut(), seen(&self.all)) {
            report.extend(all);
        }
        let by_scenario = self.by_scenario.iter().map(|(name, of)| ((*name).to_owned(), seen(of)));
        report["by_scenario"] = Value::Object(by_scenario.collect());
        report["server"] = json!(self.server);
        report["load_tester"] = json!({
            "threads": self.threads,
            "cpu_percent": self.own_cpu_share.map(|share| rounded(share * 100.0)),
        });
        format!("{report:#}\n")
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write_text(&mut text).expect("a string takes every write");
        text
    }

    #[expect(clippy::too_many_lines, reason = "a table of lines")]
    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        let all = &self.all;
        let scenarios: Vec<_> = self.by_scenario.keys().copied().collect();
        writeln!(out, "\n{} {}", self.head["url"].as_str().unwrap_or_default(), scenarios.join(", "))?;
        match self.head["rate"].as_f64() {
            Some(rate) => writeln!(out, "{rate} turns/s asked for, {} s", self.head["seconds"])?,
            None => writeln!(out, "{} clients, {} s", self.head["clients"], self.head["seconds"])?,
        }
        writeln!(out, "\nturns       {:>12}   {:.1} per second", all.turns, self.turns_per_second)?;
        if all.held > 0 {
            writeln!(out, "held        {:>12}   to the end of the run", all.held)?;
        }
        writeln!(out, "failed      {:>12}", all.num_errors())?;
        for (kind, count) in &all.errors {
            writeln!(out, "            {count:>12}   {kind}")?;
        }
        if all.stopped > 0 {
            writeln!(out, "given up    {:>12}   when the run was stopped", all.stopped)?;
        }
        writeln!(out, "at once     {:>12}", self.most_at_once)?;
        let num_turns = (all.turns + all.held).max(1) as f64;
        writeln!(
            out,
            "events      {:>12}   {:.1} per turn, of them {:.1} pieces of text and {:.1} widgets",
            all.events,
            all.events as f64 / num_turns,
            all.deltas as f64 / num_turns,
            all.widgets as f64 / num_turns,
        )?;
        writeln!(
            out,
            "received    {:>8.1} MiB   {:.1} KiB per turn",
            mib(all.bytes),
            mib(all.bytes) * 1024.0 / num_turns
        )?;
        writeln!(
            out,
            "\n{:<12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "ms", "mean", "p50", "p90", "p99", "p99.9", "most"
        )?;
        for (name, times) in [
            ("first event", &all.first_event),
            ("first delta", &all.first_delta),
            ("turn", &all.turn),
            ("delta gap", &all.delta_gap),
            ("upload", &all.upload),
        ] {
            write_times(out, name, times)?;
        }
        if self.by_scenario.len() > 1 {
            writeln!(out, "\nturns by scenario")?;
            for (name, seen) in &self.by_scenario {
                write_times(out, name, &seen.turn)?;
            }
        }
        if let Some(server) = &self.server {
            let per_turn = server.cpu_ms_per_turn.map_or("-".to_owned(), |cpu| format!("{cpu:.3}"));
            writeln!(
                out,
                "\nserver      CPU {:.1} % of a core, {per_turn} ms per turn; {} processes, {} threads, {} files",
                server.cpu_percent, server.processes, server.threads, server.files,
            )?;
            writeln!(
                out,
                "            memory {:.1} MiB at the start, {:.1} at the most, {:.1} at the end; {:.1} KiB for each turn \
                 at once",
                mib(server.rss_bytes_start),
                mib(server.rss_bytes_most),
                mib(server.rss_bytes_end),
                server.rss_bytes_per_turn_at_once.unwrap_or_default() / 1024.0,
            )?;
        }
        if let Some(share) = self.own_cpu_share {
            writeln!(out, "load tester CPU {:.1} % of a core", share * 100.0)?;
            if share > 0.9 * f64::from(self.threads) {
                writeln!(
                    out,
                    "            it was as busy as it can be: times may be its own; use more --threads"
                )?;
            }
        }
        Ok(())
    }
}

fn write_times(out: &mut String, name: &str, times: &Times) -> std::fmt::Result {
    if times.is_empty() {
        return Ok(());
    }
    write!(out, "{name:<12}{:>10.2}", times.mean() / 1e3)?;
    for quantile in [0.5, 0.9, 0.99, 0.999] {
        write!(out, "{:>10.2}", times.value_at_quantile(quantile) as f64 / 1e3)?;
    }
    writeln!(out, "{:>10.2}", times.max() as f64 / 1e3)
}

fn seen(seen: &Seen) -> Value {
    json!({
        "turns": seen.turns,
        "held": seen.held,
        "stopped": seen.stopped,
        "failed": seen.num_errors(),
        "errors": seen.errors,
        "events": seen.events,
        "deltas": seen.deltas,
        "widgets": seen.widgets,
        "bytes": seen.bytes,
        "first_event_ms": times(&seen.first_event),
        "first_delta_ms": times(&seen.first_delta),
        "turn_ms": times(&seen.turn),
        "delta_gap_ms": times(&seen.delta_gap),
        "upload_ms": times(&seen.upload),
    })
}

/// Times in ms, or null if there are none.
fn times(times: &Times) -> Value {
    if times.is_empty() {
        return Value::Null;
    }
    let at = |quantile: f64| rounded(times.value_at_quantile(quantile) as f64 / 1e3);
    json!({
        "count": times.len(),
        "mean": rounded(times.mean() / 1e3),
        "stdev": rounded(times.stdev() / 1e3),
        "min": rounded(times.min() as f64 / 1e3),
        "p50": at(0.5),
        "p90": at(0.9),
        "p99": at(0.99),
        "p999": at(0.999),
        "max": rounded(times.max() as f64 / 1e3),
    })
}

/// Rounds milliseconds to three decimals, which is to microseconds.
fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
