//! A location as people write it, taken apart.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::areas;

/// The longest location, in characters. The longest official place name has 85 letters.
const MAX_CHARACTERS: usize = 120;

/// A location as people write it: a name, and perhaps the state or country.
///
/// ```
/// # use actix_chatkit::assistant::weather::LocationQuery;
/// let query = LocationQuery::parse("the weather in Portland, OR today?").unwrap();
/// assert_eq!(query.text(), "Portland, OR");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationQuery {
    text: String,
    readings: Vec<Reading>,
}

/// One way to read a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// The name of the place alone.
    pub(super) name: String,
    /// What narrows it down: states, countries. Closest first.
    pub(super) qualifiers: Vec<String>,
}

/// The reason why a text is not a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QueryProblem {
    /// It has no letter.
    #[error("is empty")]
    Empty,
    /// It is longer than any place name.
    #[error("is longer than {MAX_CHARACTERS} characters")]
    TooLong,
}

impl LocationQuery {
    /// Takes a text apart: drops lead-ins such as `weather in`, splits at commas and brackets.
    pub fn parse(text: &str) -> Result<Self, QueryProblem> {
        if text.chars().count() > MAX_CHARACTERS {
            return Err(QueryProblem::TooLong);
        }
        let plain: String = text.nfkc().map(plain_character).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        let words = strip_trailer(strip_lead_in(&words)).join(" ");
        let mut parts = words
            .split([',', '(', ')'])
            .map(|part| part.trim_matches(is_ornament))
            .filter(|part| part.chars().any(char::is_alphanumeric))
            .map(str::to_owned);
        let name = parts.next().ok_or(QueryProblem::Empty)?;
        let qualifiers: Vec<String> = parts.collect();

        let text = [std::slice::from_ref(&name), &qualifiers].concat().join(", ");
        let mut readings = vec![Reading { name, qualifiers }];
        readings.extend(without_comma(&readings[0]));
        Ok(Self { text, readings })
    }

    /// The location without lead-ins and ornaments.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ways to read it, most literal first; never empty.
    pub(super) fn readings(&self) -> &[Reading] {
        &self.readings
    }
}

/// Reads `Seattle WA` and `Paris Texas` as if the comma were there.
fn without_comma(reading: &Reading) -> Option<Reading> {
    const LONGEST_AREA_WORDS: usize = 5;
    let words: Vec<&str> = reading.name.split(' ').collect();
    // The longest tail first: `New York New York` ends in `New York`, not only in `York`.
    (1..words.len())
        .filter(|start| words.len() - start <= LONGEST_AREA_WORDS)
        .map(|start| (words[..start].join(" "), words[start..].join(" ")))
        .find(|(_, tail)| !areas::named(tail).is_empty())
        .map(|(name, tail)| Reading {
            name,
            qualifiers: [std::slice::from_ref(&tail), &reading.qualifiers].concat(),
        })
}

/// Replaces control characters and the punctuation of other scripts by plain characters.
fn plain_character(character: char) -> char {
    match character {
        '、' | '،' | ';' => ',',
        control if control.is_control() => ' ',
        other => other,
    }
}

/// Drops `the weather in`, `time in`, `at` and the like, up to the last preposition.
///
/// The words before it must all belong to such a phrase, so that `Stratford upon Avon` and
/// `The Hague` stay whole.
fn strip_lead_in<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    const PHRASE: &[&str] = &[
        "what",
        "whats",
        "what's",
        "is",
        "how",
        "hows",
        "how's",
        "it",
        "like",
        "the",
        "current",
        "local",
        "weather",
        "forecast",
        "temperature",
        "time",
        "zone",
        "conditions",
    ];
    const PREPOSITIONS: &[&str] = &["in", "at", "for", "of", "near"];
    let known = words.iter().take_while(|word| {
        let word = word.to_lowercase();
        PHRASE.contains(&word.as_str()) || PREPOSITIONS.contains(&word.as_str())
    });
    let end = known
        .enumerate()
        .filter(|(_, word)| PREPOSITIONS.contains(&word.to_lowercase().as_str()))
        .last()
        .map_or(0, |(last, _)| last + 1);
    let rest = &words[end..];
    if rest.is_empty() { words } else { rest }
}

/// Drops `today`, `right now`, `please` and the like from the end.
fn strip_trailer<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    const TRAILERS: &[&str] =
        &["today", "now", "right", "currently", "please", "weather", "forecast", "time", "tomorrow"];
    let kept = words
        .iter()
        .rposition(|word| {
            let word = word.trim_matches(|mark| mark == ',' || is_ornament(mark)).to_lowercase();
            !word.is_empty() && !TRAILERS.contains(&word.as_str())
        })
        .map_or(words.len(), |last| last + 1);
    &words[..kept]
}

/// Whether a character may surround a name without being part of it.
fn is_ornament(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '"' | '\''
                | '`'
                | '“'
                | '”'
                | '„'
                | '‘'
                | '’'
                | '«'
                | '»'
                | '「'
                | '」'
                | '?'
                | '!'
                | '.'
                | ':'
                | '。'
                | '*'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_reading(text: &str) -> (String, Vec<String>) {
        let query = LocationQuery::parse(text).unwrap();
        (query.readings[0].name.clone(), query.readings[0].qualifiers.clone())
    }

    #[test]
    fn what_surrounds_the_name_is_dropped() {
        for (text, cleaned) in [
            ("Tokyo", "Tokyo"),
            ("  in   tokyo ", "tokyo"),
            ("the weather in Seattle, WA", "Seattle, WA"),
            ("What's the weather in Paris right now?", "Paris"),
            ("what is it like in Nice", "Nice"),
            ("time in New York City", "New York City"),
            ("Tokyo today, please!", "Tokyo"),
            ("“München”", "München"),
            ("東京", "東京"),
            ("Ｌｏｎｄｏｎ，　ＵＫ", "London, UK"),
            ("The Hague", "The Hague"),
            ("Portland (Oregon)", "Portland, Oregon"),
            ("Paris,, France,", "Paris, France"),
            ("in", "in"),
        ] {
            assert_eq!(LocationQuery::parse(text).unwrap().text(), cleaned, "{text:?}");
        }
    }

    #[test]
    fn the_name_is_told_from_what_narrows_it_down() {
        let (name, qualifiers) = first_reading("Seattle, King County, WA, USA");
        assert_eq!(name, "Seattle");
        assert_eq!(qualifiers, ["King County", "WA", "USA"]);
    }

    #[test]
    fn a_missing_comma_is_a_second_reading() {
        for (text, name, qualifier) in [
            ("Seattle WA", "Seattle", "WA"),
            ("Paris Texas", "Paris", "Texas"),
            ("Albany New York", "Albany", "New York"),
            ("London United Kingdom", "London", "United Kingdom"),
        ] {
            let query = LocationQuery::parse(text).unwrap();
            assert_eq!(query.readings[0].name, text);
            assert_eq!(query.readings[1].name, name);
            assert_eq!(query.readings[1].qualifiers, [qualifier]);
        }
        assert_eq!(LocationQuery::parse("Kansas City").unwrap().readings.len(), 1);
    }

    #[test]
    fn a_text_without_a_name_is_refused() {
        for text in ["", "   ", "?!", ",,,", "\u{0}\n"] {
            assert_eq!(LocationQuery::parse(text), Err(QueryProblem::Empty), "{text:?}");
        }
        assert_eq!(LocationQuery::parse(&"a".repeat(500)), Err(QueryProblem::TooLong));
    }
}
