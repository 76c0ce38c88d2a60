//! The built-in model: offline, honest, and able to drive every feature of the assistant.
//!
//! It is no language model. It recognises a few kinds of wishes (`wishes`) in the light of the
//! conversation (`context`), calls the assistant's tools as a real model would, and words its
//! answers from their results alone. Of a picture it tells what can be measured (`picture`), of another
//! file its measures and how it begins (`file`).

mod clock;
mod context;
mod file;
mod picture;
mod places;
mod respond;
#[cfg(test)]
mod tests;
mod texts;
mod title;
mod vocabulary;
mod weather;
mod wishes;
mod words;

use std::{collections::VecDeque, time::Duration};

use futures_util::{StreamExt, stream};
use uuid::Uuid;

use self::respond::{Reply, respond};
use crate::model::{
    ContentPart, FinishReason, Model, ModelEvent, ModelMessage, ModelRequest, ModelStream, Purpose,
    ToolCallDelta, Usage,
};

/// The assistant's tool for the weather; its argument is `location`.
const WEATHER_TOOL: &str = "get_weather";
/// The assistant's tool for the time; its optional argument is `place`.
const TIME_TOOL: &str = "get_time";
/// The assistant's tool that shows a list of cities.
const CITIES_TOOL: &str = "show_city_selector";

/// How many characters of a tool's arguments come in one piece.
const ARGUMENT_PIECE_CHARS: usize = 6;

/// How the demo model speaks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DemoSettings {
    /// The pause between two pieces of an answer; zero sets no timer at all. Default: 12 ms.
    pub pace: Duration,
}

impl Default for DemoSettings {
    fn default() -> Self {
        Self { pace: Duration::from_millis(12) }
    }
}

/// The built-in model.
#[derive(Clone, Debug, Default)]
pub struct DemoModel {
    settings: DemoSettings,
}

impl DemoModel {
    /// A demo model with the given settings.
    pub fn new(settings: DemoSettings) -> Self {
        Self { settings }
    }
}

impl Model for DemoModel {
    fn name(&self) -> &'static str {
        "demo"
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let pace = self.settings.pace;
        stream::once(async move { events(&request).await })
            .flat_map(move |events| paced(events, pace))
            .map(Ok)
            .boxed()
    }
}

/// All events of an answer.
async fn events(request: &ModelRequest) -> VecDeque<ModelEvent> {
    let reply = match request.purpose {
        Purpose::Answer => respond(request).await,
        Purpose::Title => Reply::Say(title::title(&request.messages)),
    };
    let (mut events, finish): (VecDeque<ModelEvent>, _) = match &reply {
        Reply::Say(text) => {
            let kept = within(text, request.max_output_tokens);
            let finish =
                if kept.len() < text.trim_end().len() { FinishReason::Length } else { FinishReason::Stop };
            (pieces(kept).map(|piece| ModelEvent::Text(piece.to_owned())).collect(), finish)
        }
        Reply::Call(calls) => {
            let calls = calls.iter().enumerate();
            (
                calls.flat_map(|(index, (name, arguments))| call(index, name, arguments)).collect(),
                FinishReason::ToolCalls,
            )
        }
    };
    events.push_back(ModelEvent::Usage(usage(request, &reply)));
    events.push_back(ModelEvent::Finish(finish));
    events
}

/// Yields the events, a pause between each two that a reader sees.
fn paced(events: VecDeque<ModelEvent>, pace: Duration) -> impl stream::Stream<Item = ModelEvent> + Send {
    stream::unfold((events, true), move |(mut events, is_first)| async move {
        let event = events.pop_front()?;
        let is_seen = !matches!(event, ModelEvent::Usage(_) | ModelEvent::Finish(_));
        if is_seen && !is_first && !pace.is_zero() {
            tokio::time::sleep(pace).await;
        }
        Some((event, (events, false)))
    })
}

/// The pieces of a text: words with the space that follows them.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ')
}

/// As much of a text as the limit allows; a word counts as a token.
fn within(text: &str, max_output_tokens: Option<u32>) -> &str {
    let max_words = max_output_tokens.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
    let end: usize = pieces(text).take(max_words).map(str::len).sum();
    text[..end].trim_end()
}

/// The pieces of one tool call, as models stream them: first the name, then the arguments.
fn call(index: usize, name: &str, arguments: &str) -> Vec<ModelEvent> {
    let head = ToolCallDelta {
        index,
        id: Some(format!("call_{}", Uuid::now_v7().simple())),
        name: Some(name.to_owned()),
        arguments: String::new(),
    };
    let characters: Vec<char> = arguments.chars().collect();
    let rest = characters.chunks(ARGUMENT_PIECE_CHARS).map(|piece| ToolCallDelta {
        index,
        arguments: piece.iter().collect(),
        ..ToolCallDelta::default()
    });
    std::iter::once(head).chain(rest).map(ModelEvent::ToolCall).collect()
}

/// An estimate: one token a word.
fn usage(request: &ModelRequest, reply: &Reply) -> Usage {
    let count = |text: &str| u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX);
    let input_tokens = request
        .messages
        .iter()
        .map(|message| match message {
            ModelMessage::System(text) | ModelMessage::Tool { content: text, .. } => count(text),
            ModelMessage::Assistant { text, .. } => text.as_deref().map_or(0, count),
            ModelMessage::User(parts) => parts
                .iter()
                .map(|part| match part {
                    ContentPart::Text(text) => count(text),
                    ContentPart::File(file) => count(&file.to_text()),
                    ContentPart::Image(_) => 0,
                })
                .sum(),
        })
        .sum();
    let output_tokens = match reply {
        Reply::Say(text) => count(text),
        Reply::Call(calls) => calls.iter().map(|(_, arguments)| 1 + count(arguments)).sum(),
    };
    Usage { input_tokens, output_tokens }
}
