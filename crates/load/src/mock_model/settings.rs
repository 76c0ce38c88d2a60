//! The settings of the stand-in: where it listens, how it answers, how it fails.

use std::{net::IpAddr, time::Duration};

use clap::Args;

use super::failures::FailureRule;

/// Run a stand-in for a language model: a chat-completions server for load tests.
///
/// It streams `--tokens` words at a set pace. To a question with `weather` in it, it calls the tool
/// `get_weather`, to one with `cities` the tool `show_city_selector`, where these are offered, and answers in
/// words once it has the result. To instructions that speak of a `title`, without tools, it gives one.
///
/// Point the service at it with OPENAI_BASE_URL=http://127.0.0.1:9100/v1. `GET /stats` tells what it did.
#[derive(Clone, Debug, Args)]
pub struct MockModelSettings {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 9100)]
    pub port: u16,
    /// Worker threads
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024), value_name = "N")]
    pub workers: u16,
    /// Tokens of an answer
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "N")]
    pub tokens: u32,
    /// Milliseconds to the first token
    #[arg(long, default_value = "0", value_parser = milliseconds, value_name = "MS")]
    pub first_token_ms: Duration,
    /// Milliseconds between tokens; 0 sends the whole answer at once
    #[arg(long, default_value = "0", value_parser = milliseconds, value_name = "MS")]
    pub pace_ms: Duration,
    /// Tokens of a title
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100), value_name = "N")]
    pub title_tokens: u32,
    /// Have answers fail: KIND:SHARE. Kinds are `429` (too many requests, with Retry-After), `500`, `cut`
    /// (the connection breaks in the middle of the answer) and `stall` (no more comes after the middle). A
    /// share is a rate (`0.01` or `1%`) or every nth answer (`every=50`). Can be given several times; titles
    /// never fail
    #[arg(long = "fail", value_name = "KIND:SHARE")]
    pub failures: Vec<FailureRule>,
    /// Seconds a 429 asks to wait
    #[arg(long, default_value_t = 1, value_name = "SECONDS")]
    pub retry_after: u32,
    /// What the failures by rate are drawn from: the same seed fails the same answers
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    let milliseconds: f64 = text.parse().map_err(|_| "expected a number of milliseconds".to_owned())?;
    Duration::try_from_secs_f64(milliseconds / 1e3).map_err(|error| error.to_string())
}
