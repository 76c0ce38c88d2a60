//! Questions about the weather: whether there is one, and where, when and what about it.

use super::{Aspect, Comparison, Day, WeatherWish, Wish, named_places};
use crate::{
    context::{Context, Topic},
    places::{behind_prepositions, in_the_rest},
    vocabulary::{WEATHER, WEATHER_INSIDE, WEATHER_LIKE, WEATHER_PHRASES, WEATHER_QUESTIONS, WEATHER_WEAK},
    words::Words,
};

pub(super) fn asks_weather(words: &Words) -> bool {
    words.has(WEATHER)
        || words.has_like(WEATHER_LIKE)
        || words.says(WEATHER_PHRASES)
        || words.list.iter().any(|word| WEATHER_INSIDE.iter().any(|inside| word.lower.contains(inside)))
        || (words.has(WEATHER_WEAK)
            && (words.says(WEATHER_QUESTIONS)
                || (is_question(words) && !behind_prepositions(words).is_empty())))
}

fn is_question(words: &Words) -> bool {
    words.begins(&["is", "will", "how", "should", "do", "does", "can", "what", "are"])
}

pub(super) fn weather(words: &Words, comparison: Option<Comparison>, context: &Context<'_>) -> Wish {
    // "Is Paris warmer than London" has no preposition before its places.
    let rest = if comparison.is_some() { in_the_rest(words) } else { Vec::new() };
    let named = if rest.len() > 1 { rest } else { named_places(words) };
    weather_of(words, named, comparison, context)
}

pub(super) fn weather_of(
    words: &Words,
    named: Vec<String>,
    comparison: Option<Comparison>,
    context: &Context<'_>,
) -> Wish {
    let is_follow_up = named.is_empty();
    let places = match comparison {
        _ if !is_follow_up => named,
        Some(_) if context.places.len() < 2 => {
            let start = context.all_places.len().saturating_sub(2);
            context.all_places[start..].to_vec()
        }
        _ => context.places.clone(),
    };
    Wish::Weather(WeatherWish { places, aspect: aspect(words), day: day(words), comparison, is_follow_up })
}

pub(super) fn aspect(words: &Words) -> Aspect {
    const ASPECTS: [(Aspect, &[&str]); 6] = [
        (
            Aspect::Clothing,
            &[
                "wear",
                "jacket",
                "coat",
                "sweater",
                "sunscreen",
                "clothes",
                "raincoat",
                "boots",
                "pack",
                "packing",
                "dress",
            ],
        ),
        (Aspect::Humidity, &["humidity", "humid", "muggy"]),
        (Aspect::Wind, &["wind", "windy", "windier", "storm", "stormy", "breezy"]),
        (Aspect::Rain, &["umbrella", "rain", "raining", "rainy", "rains", "wet", "wetter", "drizzle", "dry"]),
        (Aspect::Snow, &["snow", "snowing", "snowy", "snows"]),
        (
            Aspect::Temperature,
            &["temperature", "temperatures", "hot", "cold", "warm", "cool", "chilly", "freezing", "degrees"],
        ),
    ];
    let asked = ASPECTS.iter().find(|(_, keywords)| words.has(keywords));
    asked.map_or(Aspect::General, |(aspect, _)| *aspect)
}

pub(super) fn day(words: &Words) -> Day {
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if words.has(&["tomorrow", "tomorrows", "tmrw"]) {
        Day::Tomorrow
    } else if let Some(weekday) = WEEKDAYS.iter().position(|weekday| words.has(&[weekday])) {
        Day::Weekday(weekday)
    } else if words.has(&["week", "weekend", "forecast", "days", "upcoming"]) {
        Day::Coming
    } else {
        Day::Now
    }
}

pub(super) fn comparison(words: &Words) -> Option<Comparison> {
    const COMPARISONS: [(Comparison, &[&str]); 4] = [
        (Comparison::Warmest, &["warmer", "hotter", "warmest", "hottest"]),
        (Comparison::Coldest, &["colder", "cooler", "coldest", "coolest", "chillier"]),
        (Comparison::Windiest, &["windier", "windiest"]),
        (Comparison::MostHumid, &["muggier"]),
    ];
    if words.says(&["more humid", "most humid", "higher humidity", "highest humidity"]) {
        return Some(Comparison::MostHumid);
    }
    if words.says(&["which one is hot", "which is better", "compare them", "compare the two", "compare both"])
    {
        return Some(Comparison::Warmest);
    }
    COMPARISONS.iter().find(|(_, keywords)| words.has(keywords)).map(|(comparison, _)| *comparison)
}

pub(super) fn has_something_to_compare(words: &Words, context: &Context<'_>) -> bool {
    context.topic == Some(Topic::Weather) || in_the_rest(words).len() > 1
}
