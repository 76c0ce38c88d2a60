//! Decides what to answer: to call tools, or to say something.

use serde_json::json;

use super::{
    CITIES_TOOL, TIME_TOOL, WEATHER_TOOL, clock,
    context::{Context, Question, ToolResult, argument, read},
    file,
    sight::{File, PictureId, Sight, ToolChoice},
    texts,
    weather::{self, Outcome},
    wishes::{Aspect, Day, Recall, Small, WeatherWish, Wish, wishes},
};

/// How much of an unknown tool's answer is quoted, in characters.
const MAX_QUOTE_CHARS: usize = 1500;

/// What the demo model answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Paragraphs of Markdown, with an empty line between each two.
    Say(Vec<Paragraph>),
    /// The tools to call.
    Call(Vec<Call>),
}

/// One paragraph of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paragraph {
    /// Markdown.
    Text(String),
    /// To be replaced by a description of each of these pictures.
    Pictures(Vec<PictureId>),
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The tool's name.
    pub name: &'static str,
    /// The arguments as JSON text.
    pub arguments: String,
}

impl Call {
    fn new(name: &'static str, arguments: impl Into<String>) -> Self {
        Self { name, arguments: arguments.into() }
    }
}

/// Answers a request: calls tools, or says something.
pub fn respond(sight: &Sight<'_>) -> Reply {
    let (context, question) = read(&sight.messages);
    let mut wishes = wishes(&question.text, !question.pictures.is_empty(), &context);
    if !question.files.is_empty() {
        wishes.retain(|wish| !matches!(wish, Wish::File | Wish::Unknown));
        wishes.push(Wish::File);
    }
    let tools = Tools { sight };
    if question.results.is_empty() {
        let calls = calls(&wishes, &question, &context, &tools);
        if !calls.is_empty() {
            return Reply::Call(calls);
        }
    }
    let told = told_from_results(&wishes, &question.results);
    let mut paragraphs: Vec<Paragraph> = told.into_iter().map(Paragraph::Text).collect();
    for wish in &wishes {
        match wish {
            Wish::Picture => {
                paragraphs.push(Paragraph::Pictures(pictures(question.pictures.clone(), &context)));
                paragraphs.push(Paragraph::Text(texts::blindness()));
            }
            Wish::File => paragraphs.push(Paragraph::Text(tell_of(&question.files, &context))),
            _ if !question.results.is_empty() => {}
            wish => paragraphs.push(Paragraph::Text(said(wish, &context, &tools))),
        }
    }
    Reply::Say(paragraphs)
}

/// Which tools may be called.
struct Tools<'a> {
    sight: &'a Sight<'a>,
}

impl Tools<'_> {
    fn has(&self, name: &str) -> bool {
        let is_allowed = match self.sight.tool_choice {
            ToolChoice::None => false,
            ToolChoice::Auto | ToolChoice::Required => true,
            ToolChoice::Named(chosen) => chosen == name,
        };
        is_allowed && self.sight.tools.contains(&name)
    }

    /// The tool that has to be called although the user does not ask for it.
    fn forced(&self) -> Option<&'static str> {
        let known = [CITIES_TOOL, WEATHER_TOOL, TIME_TOOL];
        match self.sight.tool_choice {
            ToolChoice::Auto | ToolChoice::None => None,
            ToolChoice::Required | ToolChoice::Named(_) => known.into_iter().find(|name| self.has(name)),
        }
    }
}

fn calls(wishes: &[Wish], question: &Question<'_>, context: &Context<'_>, tools: &Tools<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    for wish in wishes {
        match wish {
            Wish::Weather(weather) if is_known(weather, context) && tools.forced().is_none() => {}
            Wish::Weather(weather) if weather.places.is_empty() => {
                calls.extend(tools.has(CITIES_TOOL).then(|| Call::new(CITIES_TOOL, "{}")));
            }
            Wish::Weather(weather) if tools.has(WEATHER_TOOL) => {
                calls.extend(weather.places.iter().map(|place| weather_call(place)));
            }
            Wish::Time { places } if tools.has(TIME_TOOL) => match places.as_slice() {
                [] => calls.push(Call::new(TIME_TOOL, "{}")),
                places => calls.extend(
                    places.iter().map(|place| Call::new(TIME_TOOL, json!({ "place": place }).to_string())),
                ),
            },
            Wish::Cities if tools.has(CITIES_TOOL) => calls.push(Call::new(CITIES_TOOL, "{}")),
            _ => {}
        }
    }
    if calls.is_empty() {
        calls.extend(tools.forced().map(|name| match name {
            WEATHER_TOOL => weather_call(context.places.last().map_or(question.text.trim(), String::as_str)),
            name => Call::new(name, "{}"),
        }));
    }
    calls
}

fn weather_call(place: &str) -> Call {
    Call::new(WEATHER_TOOL, json!({ "location": place }).to_string())
}

/// Whether a follow-up can be answered from what the tool reported before.
fn is_known(weather: &WeatherWish, context: &Context<'_>) -> bool {
    weather.is_follow_up
        && !weather.places.is_empty()
        && weather.places.iter().all(|place| context.report(place).is_some())
        // "What's the weather?" wants a fresh look; "is that cold?" does not.
        && (weather.comparison.is_some() || weather.aspect != Aspect::General || weather.day != Day::Now)
}

/// What the tools' results say, in the order of the calls.
fn told_from_results(wishes: &[Wish], results: &[ToolResult<'_>]) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let of_tool = |name: &'static str| results.iter().filter(move |result| result.call.name == name);
    let outcomes: Vec<(String, Outcome)> = of_tool(WEATHER_TOOL)
        .map(|result| {
            let asked = argument(&result.call, "location").unwrap_or_else(|| "that place".to_owned());
            (asked, Outcome::read(result.content))
        })
        .collect();
    if !outcomes.is_empty() {
        let wish = wishes.iter().find_map(|wish| match wish {
            Wish::Weather(weather) => Some(weather.clone()),
            _ => None,
        });
        paragraphs.push(weather::answer(&wish.unwrap_or_else(WeatherWish::plain), &outcomes));
    }
    paragraphs.extend(
        of_tool(TIME_TOOL)
            .map(|result| clock::answer(argument(&result.call, "place").as_deref(), result.content)),
    );
    if of_tool(CITIES_TOOL).next().is_some() {
        let asked_weather = wishes.iter().any(|wish| matches!(wish, Wish::Weather(_)));
        paragraphs.push(if asked_weather { texts::WHICH_CITY } else { texts::PICK_A_CITY }.to_owned());
    }
    let known = [WEATHER_TOOL, TIME_TOOL, CITIES_TOOL];
    for result in results.iter().filter(|result| !known.contains(&result.call.name)) {
        let quote: String = result.content.chars().take(MAX_QUOTE_CHARS).collect();
        paragraphs.push(format!("The tool `{}` answered:\n\n{quote}", result.call.name));
    }
    paragraphs
}

/// The answer to a wish for which no tool was called.
fn said(wish: &Wish, context: &Context<'_>, tools: &Tools<'_>) -> String {
    match wish {
        Wish::Weather(weather) if is_known(weather, context) => {
            let outcomes: Vec<(String, Outcome)> = weather
                .places
                .iter()
                .filter_map(|place| Some((place.clone(), Outcome::Report(context.report(place)?.clone()))))
                .collect();
            weather::answer(weather, &outcomes)
        }
        Wish::Weather(_) if !tools.has(WEATHER_TOOL) => texts::NO_WEATHER_TOOL.to_owned(),
        Wish::Weather(_) | Wish::Cities => texts::NAME_A_CITY.to_owned(),
        Wish::Time { .. } => texts::NO_TIME_TOOL.to_owned(),
        Wish::Introduction(name) => {
            format!(
                "Nice to meet you, {name}! I will remember your name for as long as this conversation goes on."
            )
        }
        Wish::Recall(recall) => remembered(*recall, context),
        Wish::Small(small) => small_answer(*small, context),
        Wish::Picture | Wish::File | Wish::Unknown => texts::unknown(),
    }
}

fn small_answer(small: Small, context: &Context<'_>) -> String {
    match small {
        Small::Greeting => texts::greeting(context.name.as_deref()),
        Small::Thanks => texts::THANKS.to_owned(),
        Small::Farewell => texts::FAREWELL.to_owned(),
        Small::Help => texts::help(),
        Small::Identity => texts::identity(),
        Small::WellBeing => texts::WELL_BEING.to_owned(),
        Small::Acknowledgement => texts::ACKNOWLEDGEMENT.to_owned(),
        Small::NoPicture => texts::NO_PICTURE.to_owned(),
    }
}

fn remembered(recall: Recall, context: &Context<'_>) -> String {
    let quoted = |text: Option<&&str>, which: &str| match text {
        Some(text) => format!("Your {which} was: “{}”", shortened(text)),
        None => "This is your first message, so there is nothing before it.".to_owned(),
    };
    match recall {
        Recall::Name => match &context.name {
            Some(name) => format!("Your name is {name}, as you told me."),
            None => "You have not told me your name in this conversation.".to_owned(),
        },
        Recall::FirstQuestion => quoted(context.questions.first(), "first message"),
        Recall::LastQuestion => quoted(context.questions.last(), "previous message"),
        Recall::LastAnswer => match context.last_answer {
            Some(answer) => answer.to_owned(),
            None => "I have not said anything yet in this conversation.".to_owned(),
        },
        Recall::Places => match context.all_places.as_slice() {
            [] => "You have not asked about any place yet.".to_owned(),
            places => format!("So far you asked about {}.", listed(places)),
        },
        Recall::NumQuestions => match context.questions.len() {
            0 => "This is your first message.".to_owned(),
            number => format!("You have written {} messages, this one included.", number + 1),
        },
    }
}

/// The pictures of the message, or the latest ones of the conversation if it has none.
fn pictures(of_message: Vec<PictureId>, context: &Context<'_>) -> Vec<PictureId> {
    if of_message.is_empty() { context.pictures.clone() } else { of_message }
}

/// Describes the files of the message, or the latest files of the conversation if it has none.
fn tell_of(of_message: &[File<'_>], context: &Context<'_>) -> String {
    let files = if of_message.is_empty() { context.files.as_slice() } else { of_message };
    let mut paragraphs: Vec<String> = files.iter().map(file::describe).collect();
    paragraphs.push(texts::illiteracy());
    paragraphs.join("\n\n")
}

/// "Paris", "Paris and Rome", "Paris, Rome and Oslo".
pub(super) fn listed(places: &[String]) -> String {
    match places {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 300;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
