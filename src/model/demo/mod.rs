//! The built-in model: offline, honest, and able to drive every feature of the assistant.
//!
//! What it says is decided in its own crate, [`chatkit_demo_model`]. This room shows it a request
//! (`sight`), measures the pictures that it is asked about (`picture`), and streams its answer like a
//! model's.

mod picture;
mod sight;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, time::Duration};

use chatkit_demo_model::{Call, Paragraph, Reply, respond, title};
use futures_util::{StreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::{As, DurationMilliSeconds};
use uuid::Uuid;

use self::sight::Seen;
use crate::model::{
    AssistantPart, ContentPart, FinishReason, ImagePart, Model, ModelEvent, ModelMessage, ModelRequest,
    ModelStream, Purpose, ToolCallDelta, Usage,
};

/// How many characters of a tool's arguments come in one piece.
const ARGUMENT_PIECE_CHARS: usize = 6;

/// How the demo model speaks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DemoSettings {
    /// The pause between the demo model's words, in milliseconds; with 0 it does not pause.
    ///
    /// Default: 12.
    #[serde(rename = "pace_ms", with = "As::<DurationMilliSeconds<u64>>")]
    #[schemars(with = "u64", range(max = 10_000))]
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

/// What is to be streamed.
enum Answer {
    Text(String),
    Calls(Vec<Call>),
}

/// All events of an answer.
async fn events(request: &ModelRequest) -> VecDeque<ModelEvent> {
    let answer = answer(request).await;
    let (mut events, finish): (VecDeque<ModelEvent>, _) = match &answer {
        Answer::Text(text) => {
            let kept = within(text, request.options.max_output_tokens);
            let finish =
                if kept.len() < text.trim_end().len() { FinishReason::Length } else { FinishReason::Stop };
            (pieces(kept).map(|piece| ModelEvent::Text(piece.to_owned())).collect(), finish)
        }
        Answer::Calls(calls) => {
            let calls = calls.iter().enumerate();
            (calls.flat_map(|(index, call)| call_events(index, call)).collect(), FinishReason::ToolCalls)
        }
    };
    events.push_back(ModelEvent::Usage(usage(request, &answer)));
    events.push_back(ModelEvent::Finish(finish));
    events
}

async fn answer(request: &ModelRequest) -> Answer {
    // The borrowed view must not live across the look at the pictures: only the pictures do.
    let (reply, pictures) = {
        let names: Vec<&str> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
        let Seen { sight, pictures } = sight::see(request, &names);
        let reply = match request.purpose {
            Purpose::Answer => respond(&sight),
            Purpose::Title => Reply::Say(vec![Paragraph::Text(title(&sight.messages))]),
        };
        (reply, pictures)
    };
    match reply {
        Reply::Call(calls) => Answer::Calls(calls),
        Reply::Say(paragraphs) => Answer::Text(described(paragraphs, &pictures).await),
    }
}

/// The paragraphs as one text, with descriptions where pictures are named.
async fn described(paragraphs: Vec<Paragraph>, pictures: &[ImagePart]) -> String {
    let mut texts = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        match paragraph {
            Paragraph::Text(text) => texts.push(text),
            Paragraph::Pictures(named) => {
                let named = named.iter().filter_map(|id| pictures.get(id.0).cloned()).collect();
                texts.extend(picture::describe(named).await);
            }
        }
    }
    texts.join("\n\n")
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
fn call_events(index: usize, call: &Call) -> Vec<ModelEvent> {
    let head = ToolCallDelta {
        index,
        id: Some(format!("call_{}", Uuid::now_v7().simple())),
        name: Some(call.name.to_owned()),
        arguments: String::new(),
    };
    let characters: Vec<char> = call.arguments.chars().collect();
    let rest = characters.chunks(ARGUMENT_PIECE_CHARS).map(|piece| ToolCallDelta {
        index,
        arguments: piece.iter().collect(),
        ..ToolCallDelta::default()
    });
    std::iter::once(head).chain(rest).map(ModelEvent::ToolCall).collect()
}

/// An estimate: one token a word.
fn usage(request: &ModelRequest, answer: &Answer) -> Usage {
    let count = |text: &str| u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX);
    let input_tokens = request
        .messages
        .iter()
        .map(|message| match message {
            ModelMessage::System(text) | ModelMessage::Tool { content: text, .. } => count(text),
            ModelMessage::Assistant(parts) => parts
                .iter()
                .map(|part| match part {
                    AssistantPart::Text(text) => count(text),
                    AssistantPart::Call(_) | AssistantPart::Provider(_) => 0,
                })
                .sum(),
            ModelMessage::User(parts) => parts
                .iter()
                .map(|part| match part {
                    ContentPart::Text(text) | ContentPart::Note(text) => count(text),
                    ContentPart::File(file) => count(&file.to_text()),
                    ContentPart::Image(_) => 0,
                })
                .sum(),
        })
        .sum();
    let output_tokens = match answer {
        Answer::Text(text) => count(text),
        Answer::Calls(calls) => calls.iter().map(|call| 1 + count(&call.arguments)).sum(),
    };
    Usage { input_tokens, output_tokens }
}
