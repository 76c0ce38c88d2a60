//! Reads what the weather tool reports, and puts it into words. No number comes from anywhere else.

use std::fmt::Write;

use jiff::fmt::temporal::Pieces;
use serde::Deserialize;
use serde_json::Value;

use super::wishes::{Aspect, Comparison, Day, WeatherWish};

/// The most days of a forecast that are told when nobody asked for a number.
const NUM_DAYS: usize = 3;

/// What the tool reports of one place.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub(super) struct Report {
    pub(super) location: Option<String>,
    condition: Option<String>,
    temperature_c: Option<f64>,
    feels_like_c: Option<f64>,
    humidity_percent: Option<f64>,
    wind_kmh: Option<f64>,
    source: Option<String>,
    observed_at: Option<String>,
    #[serde(default)]
    forecast: Vec<ForecastDay>,
}

/// One day to come.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
struct ForecastDay {
    #[serde(default)]
    day: String,
    condition: Option<String>,
    high_c: Option<f64>,
    low_c: Option<f64>,
}

/// The outcome of one call of the tool.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// A report.
    Report(Report),
    /// The tool says why it has none.
    Failed(String),
    /// Something of another shape: passed on as it is.
    Text(String),
}

impl Report {
    /// The report in a tool's result, if it is one.
    pub(super) fn read(content: &str) -> Option<Self> {
        let report: Self = serde_json::from_str(content).ok()?;
        (report.temperature_c.is_some() || report.condition.is_some()).then_some(report)
    }

    fn place<'a>(&'a self, asked: &'a str) -> &'a str {
        self.location.as_deref().unwrap_or(asked)
    }

    fn condition(&self) -> String {
        self.condition.as_deref().unwrap_or("conditions unknown").to_lowercase()
    }

    fn temperature(&self) -> String {
        let Some(temperature) = self.temperature_c else { return "temperature unknown".to_owned() };
        match self.feels_like_c {
            Some(felt) if rounded(felt) != rounded(temperature) => {
                format!("**{}** (feels like {})", degrees(temperature), degrees(felt))
            }
            _ => format!("**{}**", degrees(temperature)),
        }
    }

    fn is_sample(&self) -> bool {
        self.source.as_deref().is_some_and(|source| source.to_lowercase().contains("sample"))
    }

    fn is_wet(&self) -> bool {
        is_wet(&self.condition())
    }
}

impl Outcome {
    /// What a tool's result is.
    pub(super) fn read(content: &str) -> Self {
        if let Some(report) = Report::read(content) {
            return Self::Report(report);
        }
        let error = serde_json::from_str::<Value>(content).ok().and_then(|value| {
            let error = value.get("error")?;
            Some(error.get("message").unwrap_or(error).as_str()?.to_owned())
        });
        error.map_or_else(|| Self::Text(content.trim().to_owned()), Self::Failed)
    }
}

/// Answers a question about the weather from what the tool reported, place by place.
pub(super) fn answer(wish: &WeatherWish, outcomes: &[(String, Outcome)]) -> String {
    let reports: Vec<(&str, &Report)> = outcomes
        .iter()
        .filter_map(|(asked, outcome)| match outcome {
            Outcome::Report(report) => Some((asked.as_str(), report)),
            Outcome::Failed(_) | Outcome::Text(_) => None,
        })
        .collect();
    let mut paragraphs = Vec::new();
    match reports.as_slice() {
        [] => {}
        [(asked, report)] => paragraphs.push(about_one(wish, asked, report)),
        reports => paragraphs.push(about_several(wish, reports)),
    }
    for (asked, outcome) in outcomes {
        match outcome {
            Outcome::Report(_) => {}
            Outcome::Failed(error) => {
                paragraphs.push(format!("I could not get the weather for **{asked}**: {}", sentence(error)));
            }
            Outcome::Text(text) => paragraphs.push(text.clone()),
        }
    }
    if reports.iter().any(|(_, report)| report.is_sample()) {
        paragraphs.push("*These figures are sample data, not a real measurement.*".to_owned());
    }
    paragraphs.join("\n\n")
}

fn about_one(wish: &WeatherWish, asked: &str, report: &Report) -> String {
    let place = report.place(asked);
    if wish.day != Day::Now {
        return coming(wish.day, place, report);
    }
    let now = format!("{}, {}", report.condition(), report.temperature());
    match wish.aspect {
        Aspect::General => general(place, report),
        Aspect::Temperature => {
            let feeling = report.feels_like_c.or(report.temperature_c).map_or("", feeling);
            let feeling = if feeling.is_empty() { String::new() } else { format!(" That is {feeling}.") };
            format!(
                "In **{place}** it is {} right now, {}.{feeling}",
                report.temperature(),
                report.condition()
            )
        }
        Aspect::Humidity => match report.humidity_percent {
            Some(humidity) => {
                format!("The humidity in **{place}** is **{humidity:.0}\u{a0}%** right now ({now}).")
            }
            None => format!("The report for **{place}** has no humidity; it says: {now}."),
        },
        Aspect::Wind => match report.wind_kmh {
            Some(wind) => {
                format!(
                    "The wind in **{place}** blows at **{wind:.0}\u{a0}km/h**: {}. It is {now}.",
                    strength(wind)
                )
            }
            None => format!("The report for **{place}** has no wind; it says: {now}."),
        },
        Aspect::Rain => rain(place, report, &now),
        Aspect::Snow => {
            let snows = report.condition().contains("snow");
            format!(
                "{} in **{place}** right now: {now}.",
                if snows { "Yes, it is snowing" } else { "No snow" }
            )
        }
        Aspect::Clothing => clothing(place, report, &now),
    }
}

fn general(place: &str, report: &Report) -> String {
    let mut text = format!("Right now in **{place}**: {}, {}.", report.condition(), report.temperature());
    // Writing to a String cannot fail, here and below.
    let _ = match (report.humidity_percent, report.wind_kmh) {
        (Some(humidity), Some(wind)) => {
            write!(text, " Humidity is {humidity:.0}\u{a0}% and the wind blows at {wind:.0}\u{a0}km/h.")
        }
        (Some(humidity), None) => write!(text, " Humidity is {humidity:.0}\u{a0}%."),
        (None, Some(wind)) => write!(text, " The wind blows at {wind:.0}\u{a0}km/h."),
        (None, None) => Ok(()),
    };
    if let Some(advice) = advice(report) {
        let _ = write!(text, " {advice}");
    }
    if !report.forecast.is_empty() {
        let days: Vec<String> = report.forecast.iter().take(NUM_DAYS).map(ForecastDay::told).collect();
        let _ = write!(text, "\n\nNext: {}.", days.join(" · "));
    }
    text
}

fn rain(place: &str, report: &Report, now: &str) -> String {
    if report.is_wet() {
        return format!("Yes, take an umbrella: in **{place}** it is {now}.");
    }
    let mut text = format!("No umbrella is needed in **{place}** right now: {now}.");
    let wet_day = report
        .forecast
        .iter()
        .find(|day| day.condition.as_deref().is_some_and(|condition| is_wet(&condition.to_lowercase())));
    if let Some(day) = wet_day {
        let _ = write!(text, " It may get wet later: {}.", day.told());
    }
    text
}

fn clothing(place: &str, report: &Report, now: &str) -> String {
    let Some(felt) = report.feels_like_c.or(report.temperature_c) else {
        return format!("In **{place}** it is {now}; without a temperature I cannot advise on clothes.");
    };
    let clothes = match felt {
        felt if felt < 0.0 => "a heavy winter coat, a hat and gloves",
        felt if felt < 8.0 => "a warm coat",
        felt if felt < 15.0 => "a jacket",
        felt if felt < 20.0 => "a light jacket or a sweater",
        felt if felt < 26.0 => "light clothes",
        _ => "very light clothes, and sunscreen in the sun",
    };
    let umbrella = if report.is_wet() { ", and an umbrella" } else { "" };
    format!("For **{place}** I would take {clothes}{umbrella}: it is {now}.")
}

/// The answer for a day other than today, from the forecast.
fn coming(day: Day, place: &str, report: &Report) -> String {
    let today = report.observed_at.as_deref().and_then(|time| Some(Pieces::parse(time).ok()?.date()));
    let wanted = match day {
        Day::Tomorrow => today
            .and_then(|today| today.tomorrow().ok())
            .map(|date| usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default()),
        Day::Weekday(weekday) => Some(weekday),
        Day::Now | Day::Coming => None,
    };
    let found = report.forecast.iter().find(|forecast| {
        let label = forecast.day.to_lowercase();
        let is_wanted = wanted.is_some_and(|wanted| label.starts_with(WEEKDAYS[wanted]));
        is_wanted || (day == Day::Tomorrow && label == "tomorrow")
    });
    let now = format!("Right now it is {}, {}.", report.condition(), report.temperature());
    match found {
        Some(found) => format!("The forecast for **{place}**: {}. {now}", found.told()),
        None if report.forecast.is_empty() => format!("I have no forecast for **{place}**. {now}"),
        None => {
            let days: Vec<String> = report.forecast.iter().map(|day| format!("- {}", day.told())).collect();
            format!("The forecast for **{place}**:\n\n{}\n\n{now}", days.join("\n"))
        }
    }
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn about_several(wish: &WeatherWish, reports: &[(&str, &Report)]) -> String {
    if wish.day != Day::Now {
        let places: Vec<String> =
            reports.iter().map(|(asked, report)| coming(wish.day, report.place(asked), report)).collect();
        return places.join("\n\n");
    }
    let mut text = String::from(
        "| Place | Conditions | Temperature | Humidity | Wind |\n| --- | --- | --- | --- | --- |",
    );
    for (asked, report) in reports {
        let _ = write!(
            text,
            "\n| {} | {} | {} | {} | {} |",
            cell(report.place(asked)),
            cell(&report.condition()),
            report.temperature_c.map_or_else(|| "–".to_owned(), degrees),
            report
                .humidity_percent
                .map_or_else(|| "–".to_owned(), |humidity| format!("{humidity:.0}\u{a0}%")),
            report.wind_kmh.map_or_else(|| "–".to_owned(), |wind| format!("{wind:.0}\u{a0}km/h")),
        );
    }
    let winner = verdict(wish.comparison, reports);
    match (wish.comparison, winner) {
        (Some(_), Some(winner)) => format!("{winner}\n\n{text}"),
        (_, Some(winner)) => format!("Here is the weather right now:\n\n{text}\n\n{winner}"),
        (_, None) => text,
    }
}

/// Which place wins, and by how much.
fn verdict(comparison: Option<Comparison>, reports: &[(&str, &Report)]) -> Option<String> {
    let (superlative, unit, value): (_, _, fn(&Report) -> Option<f64>) = match comparison {
        None | Some(Comparison::Warmest) => ("warmest", "°C", |report| report.temperature_c),
        Some(Comparison::Coldest) => ("coldest", "°C", |report| report.temperature_c),
        Some(Comparison::Windiest) => ("windiest", "km/h", |report| report.wind_kmh),
        Some(Comparison::MostHumid) => ("most humid", "%", |report| report.humidity_percent),
    };
    let mut ranked: Vec<(f64, &str)> = reports
        .iter()
        .filter_map(|(asked, report)| Some((round(value(report)?), report.place(asked))))
        .collect();
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    if comparison == Some(Comparison::Coldest) {
        ranked.reverse();
    }
    let [(best, winner), .., (worst, loser)] = *ranked.as_slice() else { return None };
    let difference = (best - worst).abs();
    if difference == 0.0 {
        return Some(format!("They are level at {}\u{a0}{unit}.", rounded(best)));
    }
    let by = match unit {
        "°C" if difference < 1.5 => "degree",
        "°C" => "degrees",
        unit => unit,
    };
    Some(format!(
        "**{winner}** is the {superlative} at {}\u{a0}{unit}, {difference:.0} {by} {} {loser} ({}\u{a0}{unit}).",
        rounded(best),
        if best < worst { "below" } else { "above" },
        rounded(worst),
    ))
}

impl ForecastDay {
    fn told(&self) -> String {
        let day = if self.day.is_empty() { "the day after" } else { &self.day };
        let mut text = format!("**{day}**");
        if let Some(condition) = &self.condition {
            let _ = write!(text, " {}", condition.to_lowercase());
        }
        let _ = match (self.low_c, self.high_c) {
            (Some(low), Some(high)) => write!(text, ", {} to {}", rounded(low), degrees(high)),
            (None, Some(one)) | (Some(one), None) => write!(text, ", {}", degrees(one)),
            (None, None) => Ok(()),
        };
        text
    }
}

fn is_wet(condition: &str) -> bool {
    ["rain", "shower", "drizzle", "thunder", "storm"].iter().any(|wet| condition.contains(wet))
}

fn advice(report: &Report) -> Option<&'static str> {
    let condition = report.condition();
    let felt = report.feels_like_c.or(report.temperature_c)?;
    Some(if condition.contains("thunder") || condition.contains("storm") {
        "Better stay inside while the storm lasts."
    } else if report.is_wet() {
        "Take an umbrella."
    } else if condition.contains("snow") {
        "Dress warmly and mind slippery ground."
    } else if condition.contains("fog") || condition.contains("mist") {
        "Mind the poor visibility."
    } else if felt >= 30.0 {
        "Drink enough and keep to the shade."
    } else if felt <= 0.0 {
        "Dress warmly, it is freezing."
    } else if felt >= 15.0 && (condition.contains("sun") || condition.contains("clear")) {
        "A fine time to be outside."
    } else {
        return None;
    })
}

fn feeling(felt: f64) -> &'static str {
    match felt {
        felt if felt <= -10.0 => "bitterly cold",
        felt if felt <= 0.0 => "freezing",
        felt if felt < 8.0 => "cold",
        felt if felt < 15.0 => "cool",
        felt if felt < 21.0 => "mild",
        felt if felt < 27.0 => "warm",
        felt if felt < 33.0 => "hot",
        _ => "very hot",
    }
}

/// The Beaufort scale in plain words.
fn strength(wind_kmh: f64) -> &'static str {
    match wind_kmh {
        wind if wind < 6.0 => "hardly a breath",
        wind if wind < 20.0 => "a light breeze",
        wind if wind < 39.0 => "a fresh breeze",
        wind if wind < 62.0 => "a strong wind",
        wind if wind < 89.0 => "a gale",
        _ => "a storm",
    }
}

/// Rounded for people; never "-0".
fn round(value: f64) -> f64 {
    value.round() + 0.0
}

fn rounded(value: f64) -> String {
    format!("{:.0}", round(value)).replace('-', "−")
}

fn degrees(value: f64) -> String {
    format!("{}\u{a0}°C", rounded(value))
}

fn cell(text: &str) -> String {
    text.replace('|', "/").replace('\n', " ")
}

/// A tool's error with a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    if text.ends_with(['?', '!']) { text.to_owned() } else { format!("{text}.") }
}
