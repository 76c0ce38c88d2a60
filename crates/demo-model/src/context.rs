//! What the conversation has been about, as far as the demo model follows it.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    places::same_place,
    weather::Report,
    wishes::{Wish, wishes},
};
use crate::sight::{File, Message, Part, PictureId, ToolCall};

/// How many messages back the conversation is followed. Its beginning is kept in any case.
const MAX_MESSAGES: usize = 80;

/// The state of a conversation before the user's last message.
#[derive(Debug, Default)]
pub(super) struct Context<'a> {
    pub(super) topic: Option<Topic>,
    /// The places of the last question that named any.
    pub(super) places: Vec<String>,
    /// All places so far, each once, the latest last.
    pub(super) all_places: Vec<String>,
    /// What the user said their name is.
    pub(super) name: Option<String>,
    /// What the user wrote, oldest first.
    pub(super) questions: Vec<&'a str>,
    /// What the assistant said last.
    pub(super) last_answer: Option<&'a str>,
    /// The pictures of the latest message that had any.
    pub(super) pictures: Vec<PictureId>,
    /// The files of the latest message that had any.
    pub(super) files: Vec<File<'a>>,
    /// The weather that the tool reported, by the place it was asked for.
    pub(super) reports: Vec<(String, Report)>,
}

/// What was talked about last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Weather,
    Time,
    Picture,
    File,
}

/// The user's last message, and the results of the tools that were called for it.
#[derive(Debug, Default)]
pub(super) struct Question<'a> {
    pub(super) text: String,
    pub(super) pictures: Vec<PictureId>,
    pub(super) files: Vec<File<'a>>,
    pub(super) results: Vec<ToolResult<'a>>,
}

/// A tool's answer, with the call it answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToolResult<'a> {
    pub(super) call: ToolCall<'a>,
    pub(super) content: &'a str,
}

/// Splits a conversation at the user's last message.
pub(super) fn read<'a>(messages: &[Message<'a>]) -> (Context<'a>, Question<'a>) {
    let last_user = messages.iter().rposition(|message| matches!(message, Message::User(_)));
    let (before, after) = messages.split_at(last_user.unwrap_or(messages.len()));
    let mut question = Question::default();
    let mut calls = HashMap::new();
    for message in after {
        match message {
            Message::User(parts) => {
                question.text = joined_text(parts);
                question.pictures = pictures(parts);
                question.files = files(parts);
            }
            Message::Assistant { calls: made, .. } => note_calls(&mut calls, made),
            Message::Tool { call_id, content } => {
                question.results.extend(calls.get(call_id).map(|&call| ToolResult { call, content }));
            }
        }
    }
    (context(before), question)
}

fn context<'a>(messages: &[Message<'a>]) -> Context<'a> {
    let mut context = Context::default();
    let mut calls = HashMap::new();
    let recent = messages.len().saturating_sub(MAX_MESSAGES);
    for (position, message) in messages.iter().enumerate() {
        match message {
            Message::User(parts) => {
                let text = first_text(parts);
                if position >= recent {
                    let pictures = pictures(parts);
                    let wishes = wishes(&joined_text(parts), !pictures.is_empty(), &context);
                    for wish in &wishes {
                        context.note_wish(wish);
                    }
                    if !pictures.is_empty() {
                        context.pictures = pictures;
                    }
                    let files = files(parts);
                    if !files.is_empty() {
                        context.files = files;
                    }
                }
                context.questions.extend(text.filter(|text| !text.trim().is_empty()));
            }
            Message::Assistant { text, calls: made } => {
                if let Some(text) = text.filter(|text| !text.is_empty()) {
                    context.last_answer = Some(text);
                }
                note_calls(&mut calls, made);
                context.note_calls(made);
            }
            Message::Tool { call_id, content } => {
                let place = calls.get(call_id).and_then(location);
                if let (Some(place), Some(report)) = (place, Report::read(content)) {
                    context.reports.retain(|(known, _)| !same_place(known, &place));
                    context.reports.push((place, report));
                }
            }
        }
    }
    context
}

impl Context<'_> {
    /// What the tool reported for a place, if it did.
    pub(super) fn report(&self, place: &str) -> Option<&Report> {
        self.reports.iter().find(|(known, _)| same_place(known, place)).map(|(_, report)| report)
    }

    fn note_wish(&mut self, wish: &Wish) {
        match wish {
            Wish::Weather(weather) => {
                self.topic = Some(Topic::Weather);
                self.note_places(&weather.places);
            }
            Wish::Time { places } => {
                self.topic = Some(Topic::Time);
                self.note_places(places);
            }
            Wish::Cities => self.topic = Some(Topic::Weather),
            Wish::Picture => self.topic = Some(Topic::Picture),
            Wish::File => self.topic = Some(Topic::File),
            Wish::Introduction(name) => self.name = Some(name.clone()),
            Wish::Small(_) | Wish::Recall(_) | Wish::Unknown => {}
        }
    }

    /// A real model may have answered before. Its calls name places that the words do not.
    fn note_calls(&mut self, calls: &[ToolCall<'_>]) {
        let places: Vec<String> = calls.iter().filter_map(location).collect();
        if !places.is_empty() {
            self.topic = Some(Topic::Weather);
            self.note_places(&places);
        }
    }

    fn note_places(&mut self, places: &[String]) {
        if places.is_empty() {
            return;
        }
        self.places = places.to_vec();
        self.all_places.retain(|known| !places.iter().any(|place| same_place(known, place)));
        self.all_places.extend_from_slice(places);
    }
}

fn note_calls<'a>(known: &mut HashMap<&'a str, ToolCall<'a>>, calls: &[ToolCall<'a>]) {
    known.extend(calls.iter().map(|call| (call.id, *call)));
}

/// The place that a call of the weather tool asks for.
fn location(call: &ToolCall<'_>) -> Option<String> {
    if call.name != super::WEATHER_TOOL {
        return None;
    }
    argument(call, "location")
}

/// A text argument of a call.
pub(super) fn argument(call: &ToolCall<'_>, name: &str) -> Option<String> {
    let arguments: Value = serde_json::from_str(call.arguments).ok()?;
    Some(arguments.get(name)?.as_str()?.to_owned())
}

pub(super) fn joined_text(parts: &[Part<'_>]) -> String {
    let texts: Vec<&str> = parts.iter().filter_map(text).collect();
    texts.join("\n")
}

fn first_text<'a>(parts: &[Part<'a>]) -> Option<&'a str> {
    parts.iter().find_map(text)
}

fn text<'a>(part: &Part<'a>) -> Option<&'a str> {
    match part {
        Part::Text(text) => Some(text),
        Part::Picture(_) | Part::File(_) => None,
    }
}

pub(super) fn pictures(parts: &[Part<'_>]) -> Vec<PictureId> {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Picture(picture) => Some(*picture),
            Part::Text(_) | Part::File(_) => None,
        })
        .collect()
}

fn files<'a>(parts: &[Part<'a>]) -> Vec<File<'a>> {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::File(file) => Some(*file),
            Part::Text(_) | Part::Picture(_) => None,
        })
        .collect()
}
