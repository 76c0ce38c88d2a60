//! What a message wants, in the light of what was said before.

mod talk;
mod weather;

use self::{
    talk::{recall, small},
    weather::{asks_weather, aspect, comparison, day, has_something_to_compare, weather, weather_of},
};
use super::{
    context::{Context, Topic},
    places::{behind_prepositions, in_the_rest},
    vocabulary::{LEADS, NOT_TIME, TIME, TIME_INSIDE},
    words::Words,
};

/// One thing that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To know the weather, now or later, of one place or several.
    Weather(WeatherWish),
    /// To know the time; without places, here and in UTC.
    Time {
        /// Where.
        places: Vec<String>,
    },
    /// To choose from a list of cities.
    Cities,
    /// To have a picture described.
    Picture,
    /// To be told what can be told of another file.
    File,
    /// To be remembered by this name.
    Introduction(String),
    /// To be reminded of something said before.
    Recall(Recall),
    /// Something that has one answer.
    Small(Small),
    /// Something else.
    Unknown,
}

/// A question about the weather.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WeatherWish {
    /// Where; empty if nobody said.
    pub(crate) places: Vec<String>,
    pub(crate) aspect: Aspect,
    pub(crate) day: Day,
    /// Which place is to win, if places are to be compared.
    pub(crate) comparison: Option<Comparison>,
    /// Whether it goes on with what was answered before.
    pub(crate) is_follow_up: bool,
}

impl WeatherWish {
    /// Just the weather, now.
    pub(crate) fn plain() -> Self {
        Self {
            places: Vec::new(),
            aspect: Aspect::General,
            day: Day::Now,
            comparison: None,
            is_follow_up: false,
        }
    }
}

/// What about the weather is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    General,
    Temperature,
    Humidity,
    Wind,
    Rain,
    Snow,
    Clothing,
}

/// When.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Now,
    Tomorrow,
    /// Several days: the week, the weekend, "the forecast".
    Coming,
    /// Counted from Monday, 0.
    Weekday(usize),
}

/// What places are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Warmest,
    Coldest,
    Windiest,
    MostHumid,
}

/// What is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recall {
    Name,
    FirstQuestion,
    LastQuestion,
    LastAnswer,
    Places,
    NumQuestions,
}

/// Questions with one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Small {
    Greeting,
    Thanks,
    Farewell,
    Help,
    Identity,
    WellBeing,
    Acknowledgement,
    /// A picture is asked about, and there is none.
    NoPicture,
}

/// The wishes in a message; at least one, which may be [`Wish::Unknown`].
pub(crate) fn wishes(message: &str, has_pictures: bool, context: &Context<'_>) -> Vec<Wish> {
    let words = Words::of(message);
    if let Some(recall) = recall(&words) {
        return vec![Wish::Recall(recall)];
    }
    let mut wishes = Vec::new();
    let comparison = comparison(&words);
    let asks_weather = asks_weather(&words);
    if comparison.is_none()
        && asks_for_cities(&words)
        && (!asks_weather || behind_prepositions(&words).is_empty())
    {
        return vec![Wish::Cities];
    }
    if asks_weather || (comparison.is_some() && has_something_to_compare(&words, context)) {
        wishes.push(weather(&words, comparison, context));
    }
    if asks_time(&words) {
        let places = match named_places(&words) {
            places if places.is_empty() && words.has(&["there"]) => context.places.clone(),
            places => places,
        };
        wishes.push(Wish::Time { places });
    }
    if has_pictures {
        wishes.push(Wish::Picture);
    }
    if !wishes.is_empty() {
        return wishes;
    }
    let other = about_picture(&words, context)
        .or_else(|| about_file(&words, context))
        .or_else(|| follow_up(&words, context))
        .or_else(|| small(&words))
        .or_else(|| bare_place(&words, context));
    vec![other.unwrap_or(Wish::Unknown)]
}

fn asks_time(words: &Words) -> bool {
    let is_only_word = words.len() <= 3 && words.has(&["time", "date", "clock"]);
    let inside =
        || words.list.iter().any(|word| TIME_INSIDE.iter().any(|inside| word.lower.contains(inside)));
    (words.says(TIME) && !words.says(NOT_TIME)) || is_only_word || inside() || is_time_of_a_place(words)
}

/// "Tokyo time", "time Tokyo please".
fn is_time_of_a_place(words: &Words) -> bool {
    words.len() <= 5
        && words.has(&["time"])
        && !in_the_rest(words).is_empty()
        && !words.has(&["long", "next", "last", "first"])
}

fn asks_for_cities(words: &Words) -> bool {
    const CHOOSING: &[&str] = &[
        "show",
        "list",
        "available",
        "select",
        "selector",
        "pick",
        "picker",
        "choose",
        "choice",
        "which",
        "other",
        "another",
        "menu",
        "options",
        "supported",
        "change",
        "switch",
        "more",
        "different",
        "some",
    ];
    words.has(&["city", "cities"]) && (words.has(CHOOSING) || words.len() <= 2)
}

fn named_places(words: &Words) -> Vec<String> {
    match behind_prepositions(words) {
        places if places.is_empty() => in_the_rest(words),
        places => places,
    }
}

fn about_picture(words: &Words, context: &Context<'_>) -> Option<Wish> {
    const PICTURE: &[&str] = &[
        "image",
        "images",
        "picture",
        "pictures",
        "photo",
        "photos",
        "photograph",
        "screenshot",
        "pic",
        "img",
    ];
    const DETAILS: &[&str] = &[
        "colour",
        "colours",
        "color",
        "colors",
        "resolution",
        "dimensions",
        "pixels",
        "exif",
        "camera",
        "blurry",
        "sharp",
    ];
    let names_it = words.has(PICTURE);
    let sees = words.says(&[
        "do you see",
        "can you see",
        "describe it",
        "describe this",
        "describe that",
        "analyze it",
        "analyse it",
    ]);
    if context.pictures.is_empty() {
        return names_it.then_some(Wish::Small(Small::NoPicture));
    }
    (names_it || sees || words.has(DETAILS)).then_some(Wish::Picture)
}

/// "What is in the file?", once there was one.
fn about_file(words: &Words, context: &Context<'_>) -> Option<Wish> {
    const FILE: &[&str] = &["file", "files", "document", "documents", "attachment", "attachments", "pdf"];
    (!context.files.is_empty() && words.has(FILE)).then_some(Wish::File)
}

/// "And in Paris?", "what about tomorrow?", "is that cold?"
fn follow_up(words: &Words, context: &Context<'_>) -> Option<Wish> {
    let topic = context.topic.filter(|topic| !matches!(topic, Topic::Picture | Topic::File))?;
    let leads = words.begins(LEADS);
    let named = behind_prepositions(words);
    let named = if named.is_empty() && leads { in_the_rest(words) } else { named };
    if topic == Topic::Time {
        return (leads && !named.is_empty()).then_some(Wish::Time { places: named });
    }
    let is_about_weather = aspect(words) != Aspect::General || day(words) != Day::Now;
    let is_short = words.len() <= 8;
    let goes_on = (is_about_weather && is_short) || (leads && !named.is_empty());
    goes_on.then(|| weather_of(words, named, None, context))
}

/// A place and nothing else, while weather or time is talked about.
fn bare_place(words: &Words, context: &Context<'_>) -> Option<Wish> {
    let topic = context.topic?;
    let is_short = words.len() <= 5;
    let begins_like_a_name =
        words.list.first().is_some_and(|word| !word.text.starts_with(char::is_lowercase)) || words.len() == 1;
    let places = if is_short && begins_like_a_name { in_the_rest(words) } else { Vec::new() };
    match topic {
        _ if places.is_empty() => None,
        Topic::Weather => Some(weather_of(words, places, None, context)),
        Topic::Time => Some(Wish::Time { places }),
        Topic::Picture | Topic::File => None,
    }
}
