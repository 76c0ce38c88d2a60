//! `get_time`: tells the time, in UTC and in a place.

use async_trait::async_trait;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    agent::{AgentContext, ToolError, ToolOutput, tools::TypedTool},
    assistant::weather::time_zone_for,
};

/// Tells the time.
pub struct GetTime;

/// Where.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// A city, country or IANA time zone, for example "Tokyo". Leave it out for UTC.
    #[serde(default)]
    place: Option<String>,
}

#[async_trait(?Send)]
impl TypedTool for GetTime {
    type Arguments = Arguments;
    const NAME: &'static str = "get_time";
    const DESCRIPTION: &'static str = "Tells the current date and time in UTC, and on the clocks of a place.";

    async fn run(&self, _: &AgentContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        ToolOutput::json(&tell(Timestamp::now(), arguments.place.as_deref()))
    }
}

fn tell(now: Timestamp, place: Option<&str>) -> serde_json::Value {
    let utc_time = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let place = place.map(str::trim).filter(|place| !place.is_empty());
    match place.map(|place| (place, time_zone_for(place))) {
        None => json!({"utc_time": utc_time}),
        Some((_, Some((label, zone)))) => {
            let local = now.to_zoned(zone);
            json!({
                "place": label,
                "timezone": local.time_zone().iana_name().unwrap_or_default(),
                "local_time": local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                "weekday": local.strftime("%A").to_string(),
                "utc_time": utc_time,
            })
        }
        Some((place, None)) => json!({
            "error": format!("The time zone of “{place}” is not known. Name a large city nearby or the country."),
            "utc_time": utc_time,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_told_in_utc_and_on_the_place_s_clocks() {
        let now: Timestamp = "2026-11-23T04:05:06Z".parse().unwrap();
        assert_eq!(tell(now, None), json!({"utc_time": "2026-11-23T04:05:06Z"}));
        assert_eq!(tell(now, Some(" ")), tell(now, None));
        let tokyo = tell(now, Some("Tokyo"));
        assert_eq!(tokyo["local_time"], "2026-11-23T13:05:06+09:00");
        assert_eq!(tokyo["timezone"], "Asia/Tokyo");
        assert!(tell(now, Some("Atlantis"))["error"].is_string());
    }
}
