//! `get_time`: tells the time, in UTC and on the clocks of a place.

use async_trait::async_trait;
use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    agent::{AgentContext, ToolError, ToolOutput, tools::TypedTool},
    assistant::weather::time_zone_for,
};

/// Tells the time.
pub struct GetTime;

/// Where.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// A city, country or IANA time zone, for example "Tokyo". Leave it out for UTC and the server's
    /// own clock.
    #[serde(default)]
    place: Option<String>,
}

#[async_trait(?Send)]
impl TypedTool for GetTime {
    type Arguments = Arguments;
    const NAME: &'static str = "get_time";
    const DESCRIPTION: &'static str = "Tells the current date and time in UTC, and on the clocks of a place.";

    async fn run(&self, _: &AgentContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        ToolOutput::json(&tell(Timestamp::now(), arguments.place.as_deref(), TimeZone::system()))
    }
}

fn tell(now: Timestamp, place: Option<&str>, own_zone: TimeZone) -> Value {
    let place = place.map(str::trim).filter(|place| !place.is_empty());
    match place.map(|place| (place, time_zone_for(place))) {
        None => clocks(now, None, own_zone),
        Some((_, Some((label, zone)))) => clocks(now, Some(label), zone),
        Some((place, None)) => json!({
            "error": format!("The time zone of “{place}” is not known. Name a large city nearby or the country."),
            "utc_time": utc(now),
        }),
    }
}

fn clocks(now: Timestamp, place: Option<String>, zone: TimeZone) -> Value {
    let local = now.to_zoned(zone);
    let zone_name = local.time_zone().iana_name().filter(|name| *name != "Etc/UTC").unwrap_or("UTC");
    let mut told = json!({
        "timezone": zone_name,
        "local_time": local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        "weekday": local.strftime("%A").to_string(),
        "utc_time": utc(now),
    });
    if let Some(place) = place {
        told["place"] = place.into();
    }
    told
}

fn utc(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_told_in_utc_and_on_the_place_s_clocks() {
        let now: Timestamp = "2026-11-23T04:05:06Z".parse().unwrap();
        let tell = |place| tell(now, place, TimeZone::UTC);
        let here = tell(None);
        assert_eq!((&here["timezone"], &here["utc_time"]), (&json!("UTC"), &json!("2026-11-23T04:05:06Z")));
        assert_eq!(tell(Some(" ")), here);
        let tokyo = tell(Some("Tokyo"));
        assert_eq!(tokyo["local_time"], "2026-11-23T13:05:06+09:00");
        assert_eq!(tokyo["timezone"], "Asia/Tokyo");
        assert!(tell(Some("Atlantis"))["error"].is_string());
    }
}
