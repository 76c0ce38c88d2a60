//! Names a thread after its first message.

use super::{
    context::{Context, joined_text, pictures},
    respond::listed,
    wishes::{Small, Wish, wishes},
};
use crate::sight::Message;

/// The longest title, in characters.
const MAX_CHARS: usize = 40;

/// The beginning of a line that names an attached file.
const ATTACHED: &str = "[attached: ";

/// A short title for a conversation, without punctuation at its end.
pub fn title(messages: &[Message<'_>]) -> String {
    let first = messages.iter().find_map(|message| match message {
        Message::User(parts) => Some((joined_text(parts), !pictures(parts).is_empty())),
        Message::Assistant { .. } | Message::Tool { .. } => None,
    });
    let Some((text, has_pictures)) = first else { return "New thread".to_owned() };
    let (attached, words): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with(ATTACHED));
    let words = words.join("\n");
    if let (Some(first), true) = (attached.first(), words.trim().is_empty()) {
        let name = first.trim_start_matches(ATTACHED).trim_end_matches(']');
        return name.chars().take(MAX_CHARS).collect();
    }
    let text = words;
    let wishes = wishes(&text, has_pictures, &Context::default());
    let title = wishes.first().and_then(of_wish).unwrap_or_else(|| shortened(&text));
    if title.is_empty() { "New thread".to_owned() } else { title }
}

fn of_wish(wish: &Wish) -> Option<String> {
    Some(match wish {
        Wish::Weather(weather) => of_places("Weather", "Weather", &weather.places),
        Wish::Time { places } => of_places("Time", "Current time", places),
        Wish::Cities => "Choosing a city".to_owned(),
        Wish::File => "Attached file".to_owned(),
        Wish::Picture | Wish::Small(Small::NoPicture) => "Image analysis".to_owned(),
        Wish::Small(Small::Greeting) => "Greetings".to_owned(),
        Wish::Small(Small::Help | Small::Identity) => "What the assistant can do".to_owned(),
        Wish::Small(_) | Wish::Introduction(_) | Wish::Recall(_) | Wish::Unknown => return None,
    })
}

fn of_places(subject: &str, without: &str, places: &[String]) -> String {
    if places.is_empty() {
        return without.to_owned();
    }
    let title = format!("{subject} in {}", listed(places));
    match places {
        _ if title.chars().count() <= MAX_CHARS => title,
        [_] => shortened(&title),
        places => format!("{subject} in {} places", places.len()),
    }
}

/// The first words of a text, as many as fit.
fn shortened(text: &str) -> String {
    let mut title = String::new();
    for word in text.split_whitespace() {
        let length = title.chars().count() + 1 + word.chars().count();
        if !title.is_empty() && length > MAX_CHARS {
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.extend(word.chars().take(MAX_CHARS));
    }
    let title = title.trim_end_matches(|character: char| character.is_ascii_punctuation());
    let mut characters = title.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_short_and_name_the_subject() {
        for (message, expected) in [
            ("What's the weather in Tokyo?", "Weather in Tokyo"),
            ("weather in Paris, Rome and Oslo", "Weather in Paris, Rome and Oslo"),
            ("weather in San Francisco, New Orleans, Buenos Aires and Reykjavik", "Weather in 4 places"),
            ("what's the weather like?", "Weather"),
            ("What time is it?", "Current time"),
            ("time in Oslo", "Time in Oslo"),
            ("Show me the available cities", "Choosing a city"),
            ("Can you analyse an image?", "Image analysis"),
            ("what can you do?", "What the assistant can do"),
            (
                "please explain the theory of relativity to me in simple words",
                "Please explain the theory of relativity",
            ),
            ("", "New thread"),
        ] {
            let title = title(&[Message::user(message)]);
            assert_eq!(title, expected, "{message}");
            assert!(title.chars().count() <= MAX_CHARS);
        }
        assert_eq!(title(&[]), "New thread");
        let long = title(&[Message::user(&"ü".repeat(90))]);
        assert_eq!(long.chars().count(), MAX_CHARS);
    }
}
