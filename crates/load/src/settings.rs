//! The settings of the load tester.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    str::FromStr,
    time::Duration,
};

use clap::Args;

use super::mix::{Mix, ScenarioChoice};

/// Drive a ChatKit endpoint and say how fast it answers.
///
/// Closed loop (the default): `--clients` clients each begin a turn when their last one ended. Open loop:
/// `--rate` turns begin every second whether or not earlier ones ended, and times count from the moment a
/// turn was due, so that a server that stands still is not spared the turns it kept waiting.
///
/// Ctrl+C ends the run in order, with a summary of what was seen so far.
#[derive(Clone, Debug, Args)]
pub struct LoadSettings {
    /// The endpoint, http:// only
    #[arg(default_value = "http://127.0.0.1:8001/chatkit", value_name = "URL")]
    pub url: Endpoint,
    /// What a turn is
    #[arg(long, value_enum, default_value_t)]
    pub scenario: ScenarioChoice,
    /// JSON file with the weights of a mixed run, such as
    /// {"continue": 8, "weather": {"weight": 2, "message": "Weather in Oslo?"}}
    #[arg(long, value_name = "FILE", value_parser = Mix::read, required_if_eq("scenario", "mixed"))]
    pub mix: Option<Mix>,
    /// What is said instead of the scenario's own words
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,
    /// Closed loop: clients; `hold`: streams held at once
    #[arg(long, short = 'c', default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "N")]
    pub clients: u32,
    /// Open loop: turns that begin every second
    #[arg(long, short = 'r', value_name = "PER_SECOND", value_parser = rate, conflicts_with = "clients")]
    pub rate: Option<f64>,
    /// Seconds that are measured
    #[arg(long, short = 'd', default_value = "10", value_parser = seconds, value_name = "SECONDS")]
    pub duration: Duration,
    /// End after this many turns instead
    #[arg(long, short = 'n', value_name = "N", conflicts_with = "duration")]
    pub turns: Option<u64>,
    /// Seconds before that, which are not measured
    #[arg(long, default_value = "0", value_parser = seconds, value_name = "SECONDS")]
    pub warm_up: Duration,
    /// Seconds over which the clients of a closed loop, or the streams of `hold`, begin
    #[arg(long, default_value = "0", value_parser = seconds, value_name = "SECONDS")]
    pub ramp: Duration,
    /// `continue`, `city-action`: turns a thread has before a client begins another; 0 for no end
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub turns_per_thread: u64,
    /// `continue`: turns, of two items each, that a thread has before it is measured
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub prefill: u64,
    /// Longest time of one turn, in seconds
    #[arg(long, default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub timeout: Duration,
    /// A header of every request, `Name: value`; can be given several times
    #[arg(long = "header", short = 'H', value_name = "HEADER", value_parser = header)]
    pub headers: Vec<String>,
    /// Threads of the load tester
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256), value_name = "N")]
    pub threads: u16,
    /// The server's process, whose CPU time and memory are told, with those it started
    #[arg(long, value_name = "PID")]
    pub pid: Option<u32>,
    /// Tell the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Tell nothing while it runs
    #[arg(long, short = 'q')]
    pub quiet: bool,
}

/// An endpoint: where to connect, and how requests name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The whole address.
    pub url: String,
    /// Where to connect.
    pub address: SocketAddr,
    /// The host and, where it is named, the port.
    pub authority: String,
    /// The path and the query.
    pub path: String,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = reqwest::Url::parse(text).map_err(|error| error.to_string())?;
        if url.scheme() != "http" {
            return Err("only http:// is spoken here: measure in front of what adds TLS".to_owned());
        }
        let host = url.host_str().ok_or("it names no host")?.to_owned();
        let port = url.port().unwrap_or(80);
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let found = (name, port).to_socket_addrs().map_err(|error| format!("{host}: {error}"))?;
        // Servers mostly listen on the IPv4 side of `localhost`.
        let address =
            found.min_by_key(SocketAddr::is_ipv6).ok_or_else(|| format!("{host} has no address"))?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self { url: text.to_owned(), address, authority, path })
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=1e6).contains(&rate) => Ok(rate),
        _ => Err("expected turns a second, from 0.001 to 1000000".to_owned()),
    }
}

fn header(text: &str) -> Result<String, String> {
    let (name, value) = text.split_once(':').ok_or("expected `Name: value`")?;
    let named =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !named || value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("expected `Name: value`".to_owned());
    }
    Ok(format!("{name}: {}", value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_taken_apart_as_it_is_needed() {
        let endpoint: Endpoint = "http://127.0.0.1:8001/chatkit?key=1".parse().unwrap();
        assert_eq!(endpoint.address, "127.0.0.1:8001".parse().unwrap());
        assert_eq!(
            (endpoint.authority.as_str(), endpoint.path.as_str()),
            ("127.0.0.1:8001", "/chatkit?key=1")
        );
        let endpoint: Endpoint = "http://[::1]:9/".parse().unwrap();
        assert_eq!((endpoint.address, endpoint.authority.as_str()), ("[::1]:9".parse().unwrap(), "[::1]:9"));
    }

    #[test]
    fn what_cannot_be_driven_is_refused_with_the_reason() {
        assert!("https://127.0.0.1/".parse::<Endpoint>().unwrap_err().contains("TLS"));
        assert!("chat".parse::<Endpoint>().is_err());
        assert!(header("no header").is_err());
        assert!(header("X: a\r\nY: b").is_err());
        assert_eq!(header("X-User-Id:  me ").unwrap(), "X-User-Id: me");
        assert!(rate("0").is_err() && rate("fast").is_err());
    }
}
