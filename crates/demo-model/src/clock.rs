//! Reads what the time tool reports, and puts it into words.

use jiff::{civil::DateTime, fmt::temporal::Pieces};
use serde::Deserialize;
use serde_json::Value;

/// What the tool reports of one place.
#[derive(Debug, Deserialize)]
struct Report {
    place: Option<String>,
    timezone: Option<String>,
    local_time: Option<String>,
    utc_time: Option<String>,
}

/// Answers a question about the time from one result of the tool.
pub(super) fn answer(asked: Option<&str>, content: &str) -> String {
    told(asked, content).unwrap_or_else(|| match serde_json::from_str::<Value>(content) {
        Ok(value) => match value.get("error").and_then(Value::as_str) {
            Some(error) => format!(
                "I could not get the time for **{}**: {}.",
                asked.unwrap_or("that place"),
                error.trim().trim_end_matches('.')
            ),
            None => content.to_owned(),
        },
        Err(_) => content.trim().to_owned(),
    })
}

fn told(asked: Option<&str>, content: &str) -> Option<String> {
    let report: Report = serde_json::from_str(content).ok()?;
    let local = report.local_time.as_deref().or(report.utc_time.as_deref())?;
    let (local_time, offset) = read(local)?;
    let place = report.place.as_deref().or(asked).filter(|place| !place.eq_ignore_ascii_case("utc"));
    let zone: Vec<&str> = report.timezone.iter().map(String::as_str).chain(offset.as_deref()).collect();
    let day = |time: DateTime, format: &str| time.strftime(format).to_string();
    let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
    let zone = if zone.is_empty() { String::new() } else { format!(" ({})", zone.join(", ")) };
    let utc = report.utc_time.as_deref().and_then(read).map(|(time, _)| time);
    let utc = match utc.filter(|utc| *utc != local_time) {
        Some(utc) if utc.date() == local_time.date() => format!("; in UTC it is {}", day(utc, "%H:%M")),
        Some(utc) => format!("; in UTC it is {}", day(utc, "%H:%M on %A")),
        None => String::new(),
    };
    Some(format!(
        "It is **{}** on {}{place}{zone}{utc}.",
        day(local_time, "%H:%M"),
        day(local_time, "%A, %-d %B %Y")
    ))
}

/// A time of RFC 3339 as a wall clock shows it, and its distance from UTC.
fn read(time: &str) -> Option<(DateTime, Option<String>)> {
    let pieces = Pieces::parse(time).ok()?;
    let clock = DateTime::from_parts(pieces.date(), pieces.time()?);
    let offset = pieces.to_numeric_offset().filter(|offset| !offset.is_zero()).map(|offset| {
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '−' } else { '+' };
        format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    });
    Some((clock, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_and_universal_time_are_told_with_their_days() {
        let tokyo = r#"{"place":"Tokyo","timezone":"Asia/Tokyo","local_time":"2026-11-24T03:05:09+09:00","utc_time":"2026-11-23T18:05:09Z"}"#;
        assert_eq!(
            answer(Some("tokyo"), tokyo),
            "It is **03:05** on Tuesday, 24 November 2026 in Tokyo (Asia/Tokyo, UTC+09:00); in UTC it is 18:05 on Monday."
        );
        let utc =
            r#"{"timezone":"UTC","local_time":"2026-11-23T18:05:09Z","utc_time":"2026-11-23T18:05:09Z"}"#;
        assert_eq!(answer(None, utc), "It is **18:05** on Monday, 23 November 2026 (UTC).");
        let newfoundland = r#"{"local_time":"2026-11-23T14:35:00-03:30"}"#;
        assert!(answer(None, newfoundland).contains("(UTC−03:30)"));
    }

    #[test]
    fn other_shapes_are_passed_on() {
        assert_eq!(answer(None, " noon \n"), "noon");
        assert_eq!(
            answer(Some("Xyz"), r#"{"error":"unknown place"}"#),
            "I could not get the time for **Xyz**: unknown place."
        );
        assert_eq!(answer(None, r#"{"hour":12}"#), r#"{"hour":12}"#);
    }
}
