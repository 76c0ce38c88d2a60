//! Finds the places that a message names.
//!
//! It looks after prepositions first ("the weather in Paris and Rome"). If there is none, it takes what is left
//! when every other known word is removed ("Tokyo weather?").

use super::{
    vocabulary::{
        ALIASES, CJK_AFTER_PLACE, CONJUNCTIONS, JOINED, NAME_BEGINNINGS, NAME_ENDINGS, PREPOSITIONS, REGIONS,
        SELDOM_PLACES, STATE_CODES, STOP, TIME_INSIDE, WEAK_PREPOSITIONS, WEATHER, WEATHER_INSIDE,
        WEATHER_LIKE, WEATHER_WEAK, WITH_ARTICLE,
    },
    words::{Gap, Word, Words, is_like},
};

/// The longest name, in words.
const MAX_WORDS: usize = 6;
/// The most places taken from one message. A model would not call more tools at once either.
const MAX_PLACES: usize = 8;

/// The places after prepositions, in order, each once.
pub(super) fn behind_prepositions(words: &Words) -> Vec<String> {
    let mut found = Collector::default();
    let mut collecting = false;
    let mut list = words.list.iter().enumerate().peekable();
    while let Some((position, word)) = list.next() {
        let next = list.peek().map(|(_, next)| *next);
        if collecting && found.is_state(word) {
            found.current.push(word.text.clone());
        } else if PREPOSITIONS.contains(&word.lower.as_str()) {
            found.flush(Gap::Stop);
            collecting =
                is_before_place(position.checked_sub(1).map(|before| &words.list[before]), word, next);
        } else if found.joins(word, next) {
            found.current.push("and".to_owned());
        } else if CONJUNCTIONS.contains(&word.lower.as_str()) {
            found.flush(Gap::Stop);
        } else if collecting && (begins_name(word, next) || found.ends_name(word)) {
            found.current.push(word.text.clone());
        } else if is_no_name(word) {
            found.flush(Gap::Stop);
            // After an article the sentence is about something other than places.
            collecting = false;
        } else if collecting {
            found.current.push(word.text.clone());
        }
        match word.then {
            Gap::Space => {}
            Gap::Comma => found.flush(Gap::Comma),
            Gap::Stop => {
                found.flush(Gap::Stop);
                collecting = false;
            }
        }
    }
    found.finish()
}

/// The places among the words that are not known to be something else.
pub(super) fn in_the_rest(words: &Words) -> Vec<String> {
    let mut found = Collector::default();
    let is_short = words.len() <= 4;
    let mut list = words.list.iter().enumerate().peekable();
    while let Some((position, word)) = list.next() {
        let next = list.peek().map(|(_, next)| *next);
        let is_known = is_no_name(word)
            || CONJUNCTIONS.contains(&word.lower.as_str())
            || PREPOSITIONS.contains(&word.lower.as_str())
            || SELDOM_PLACES.contains(&word.lower.as_str());
        // The first word of a sentence always has a capital.
        let shows_a_name = looks_like_a_name(word) && (position > 0 || next.is_some_and(asks));
        if found.is_state(word) {
            found.current.push(word.text.clone());
        } else if found.joins(word, next) {
            found.current.push("and".to_owned());
        } else if found.ends_name(word) {
            found.current.push(word.text.clone());
        } else if is_known {
            found.flush(Gap::Stop);
        } else if is_short || shows_a_name || !found.current.is_empty() {
            found.current.push(word.text.clone());
        }
        if word.then != Gap::Space {
            found.flush(word.then);
        }
    }
    found.finish()
}

/// Whether a preposition stands before a place. "for", "at", "of", "to" and "from" also stand
/// before other things, unless a name or a word of weather or time is beside them.
fn is_before_place(before: Option<&Word>, preposition: &Word, next: Option<&Word>) -> bool {
    if !WEAK_PREPOSITIONS.contains(&preposition.lower.as_str()) {
        return true;
    }
    next.is_some_and(looks_like_a_name) || before.is_some_and(asks)
}

fn asks(word: &Word) -> bool {
    WEATHER.contains(&word.lower.as_str())
        || ["time", "wetter", "date", "clock"].contains(&word.lower.as_str())
}

/// A capital, or a script that has none.
fn looks_like_a_name(word: &Word) -> bool {
    word.text
        .chars()
        .next()
        .is_some_and(|first| first.is_uppercase() || (first.is_alphabetic() && !first.is_lowercase()))
}

fn is_no_name(word: &Word) -> bool {
    let lower = word.lower.as_str();
    STOP.contains(&lower)
        || WEATHER.contains(&lower)
        || WEATHER_WEAK.contains(&lower)
        || WEATHER_LIKE.iter().any(|keyword| is_like(lower, keyword))
        // Five digits are a postal code.
        || (lower.starts_with(|first: char| first.is_ascii_digit()) && lower.len() != 5)
}

/// Whether a word that is mostly something else begins a name here: "the Hague", "Great Yarmouth".
fn begins_name(word: &Word, next: Option<&Word>) -> bool {
    let Some(next) = next.filter(|_| word.then == Gap::Space) else { return false };
    let with_article = word.lower == "the" && WITH_ARTICLE.contains(&next.lower.as_str());
    let with_word =
        NAME_BEGINNINGS.contains(&word.lower.as_str()) && looks_like_a_name(word) && looks_like_a_name(next);
    with_article || with_word
}

/// Gathers names, and puts back together what a comma parts: "Seattle, WA".
#[derive(Debug, Default)]
struct Collector {
    places: Vec<String>,
    current: Vec<String>,
    after_comma: bool,
}

impl Collector {
    /// Whether this is the "and" within a name such as "Trinidad and Tobago".
    fn joins(&self, word: &Word, next: Option<&Word>) -> bool {
        let (Some(last), Some(next)) = (self.current.last(), next) else { return false };
        word.lower == "and" && JOINED.contains(&(last.to_lowercase().as_str(), next.lower.as_str()))
    }

    /// Whether this is the code of a state behind a city; "OR" and "IN" are not always words.
    fn is_state(&self, word: &Word) -> bool {
        self.after_comma
            && self.current.is_empty()
            && (STATE_CODES.contains(&word.text.as_str()) || word.text == "US")
    }

    /// Whether this is the last word of a name such as "Cape Town".
    fn ends_name(&self, word: &Word) -> bool {
        !self.current.is_empty() && NAME_ENDINGS.contains(&word.lower.as_str())
    }

    fn flush(&mut self, gap: Gap) {
        let words = std::mem::take(&mut self.current);
        let after_comma = std::mem::replace(&mut self.after_comma, gap == Gap::Comma);
        let region = region(&words.join(" "));
        match (self.places.last_mut().filter(|_| after_comma), region) {
            (Some(city), Some(region)) => {
                city.push_str(", ");
                city.push_str(&region);
            }
            _ => self.places.extend(name(&words)),
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.flush(Gap::Stop);
        let mut places: Vec<String> = Vec::new();
        for place in self.places {
            if !places.iter().any(|known| same_place(known, &place)) {
                places.push(place);
            }
        }
        places.truncate(MAX_PLACES);
        places
    }
}

/// Whether two names are the same but for their case.
pub(super) fn same_place(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A name from its words: the case set right, short names resolved, a state set apart.
fn name(words: &[String]) -> Option<String> {
    let whole = words.join(" ");
    let whole = before_particles(&whole);
    if whole.is_empty() || words.len() > MAX_WORDS || whole.chars().count() > 60 {
        return None;
    }
    let lower = whole.to_lowercase();
    if let Some((_, full)) = ALIASES.iter().find(|(short, _)| *short == lower) {
        return Some((*full).to_owned());
    }
    let is_shouted =
        lower.len() > 3 && whole.is_ascii() && whole.to_uppercase() == whole && !whole.contains(',');
    let cased = match whole {
        _ if is_shouted => capitalised(&lower),
        whole if whole.chars().any(char::is_uppercase) => whole.to_owned(),
        whole => capitalised(whole),
    };
    Some(match cased.rsplit_once(' ') {
        Some((city, code)) if is_state_code(code) => format!("{city}, {code}"),
        _ => cased,
    })
}

/// Japanese and Chinese write the rest of the question without a space behind the name.
fn before_particles(whole: &str) -> &str {
    let markers = CJK_AFTER_PLACE.iter().chain(WEATHER_INSIDE).chain(TIME_INSIDE);
    let end = markers.filter_map(|marker| whole.find(marker)).min();
    whole[..end.unwrap_or(whole.len())].trim()
}

fn is_state_code(word: &str) -> bool {
    STATE_CODES.contains(&word)
}

/// A state or country as it is written behind a city, if that is what the name is.
fn region(name: &str) -> Option<String> {
    let code = name.replace('.', "").to_uppercase();
    if is_state_code(&code) {
        return Some(code);
    }
    REGIONS.contains(&name.to_lowercase().as_str()).then(|| cased(name))
}

/// A name as it was written, or with capitals where none was.
fn cased(name: &str) -> String {
    match name {
        name if name.chars().any(char::is_uppercase) => name.to_owned(),
        name if name.len() <= 3 => name.to_uppercase(),
        name => capitalised(name),
    }
}

fn capitalised(name: &str) -> String {
    const SMALL: [&str; 14] =
        ["of", "de", "do", "da", "del", "la", "le", "upon", "am", "on", "sur", "an", "der", "and"];
    let words: Vec<String> = name
        .split(' ')
        .enumerate()
        .map(|(position, word)| {
            if position > 0 && SMALL.contains(&word) {
                return word.to_owned();
            }
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(message: &str) -> Vec<String> {
        let words = Words::of(message);
        match behind_prepositions(&words) {
            places if places.is_empty() => in_the_rest(&words),
            places => places,
        }
    }

    #[test]
    fn places_are_found_however_they_are_named() {
        for (message, expected) in [
            ("What is the weather in Seattle, WA right now?", vec!["Seattle, WA"]),
            ("weather in Portland, OR or Boston, MA", vec!["Portland, OR", "Boston, MA"]),
            ("weather in seattle, wa and portland, oregon", vec!["Seattle, WA", "Portland, Oregon"]),
            ("weather in Tokyo, Paris and New York", vec!["Tokyo", "Paris", "New York"]),
            ("weather in Paris, France, Rome, Italy & Oslo", vec!["Paris, France", "Rome, Italy", "Oslo"]),
            ("weather in Paris vs London", vec!["Paris", "London"]),
            ("How's the weather in São Paulo and München today?", vec!["São Paulo", "München"]),
            ("Do I need an umbrella in rio de janeiro tomorrow", vec!["Rio de Janeiro"]),
            ("Tokyo's weather", vec!["Tokyo"]),
            ("weather tokyo", vec!["Tokyo"]),
            ("london weather please", vec!["London"]),
            ("東京の天気は？", vec!["東京"]),
            ("weather in 東京", vec!["東京"]),
            ("北京天气怎么样", vec!["北京"]),
            ("서울 날씨", vec!["서울"]),
            ("Wie ist das Wetter in Zürich?", vec!["Zürich"]),
            ("Quel temps fait-il à Lyon ?", vec!["Lyon"]),
            ("how hot is it in the Netherlands", vec!["the Netherlands"]),
            ("weather in The Hague", vec!["The Hague"]),
            ("forecast for Trinidad and Tobago", vec!["Trinidad and Tobago"]),
            ("weather in nyc and SF", vec!["New York, NY", "San Francisco, CA"]),
            ("weather in Washington, D.C.", vec!["Washington, DC"]),
            ("weather in Washington DC", vec!["Washington, DC"]),
            ("weather in St. Louis", vec!["St Louis"]),
            ("what should I wear for my trip to Rome next week?", vec!["Rome"]),
            ("what to pack for lunch in Rome", vec!["Rome"]),
            ("time in Europe/Berlin", vec!["Europe/Berlin"]),
            ("what's the weather in Nice", vec!["Nice"]),
            ("Is Paris warmer than London?", vec!["Paris", "London"]),
            ("weather in Cape Town, South Africa", vec!["Cape Town, South Africa"]),
            ("mexico city weather", vec!["Mexico City"]),
            ("weather in New York City", vec!["New York, NY"]),
            ("weather in Great Yarmouth", vec!["Great Yarmouth"]),
            ("WEATHER IN PARIS AND NEW DELHI", vec!["Paris", "New Delhi"]),
            ("weather in Paris in June", vec!["Paris"]),
            ("weather in Paris and in paris", vec!["Paris"]),
            ("Hi! What's the weather in Berlin? Thanks!", vec!["Berlin"]),
            ("What's the weather in Oslo at the moment for me", vec!["Oslo"]),
        ] {
            assert_eq!(found(message), expected, "{message}");
        }
    }

    #[test]
    fn messages_without_a_place_have_none() {
        for message in [
            "what's the weather?",
            "What is the weather like today?",
            "will it rain tomorrow?",
            "how is the weather in my city",
            "do I need a jacket",
            "what time is it?",
            "temperature in celsius please",
            "what is the forecast for the weekend",
            "is it going to rain in 2 hours?",
            "",
        ] {
            assert_eq!(found(message), Vec::<String>::new(), "{message}");
        }
    }
}
