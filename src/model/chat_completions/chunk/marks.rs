//! Recognises what models write into their text that is no text: thoughts, calls, and marks of their templates.
//!
//! Servers that cannot tell a model's reasoning or calls from its answer send all as text, with the marks that the
//! model was trained to write. Nothing is held back but what may still become a mark, so the words of an ordinary
//! answer pass as they come.

use std::collections::VecDeque;

use super::{
    mark_table::{Mark, Meaning, find, may_begin_mark},
    written_calls::{self, Found, WrittenCall},
};
use crate::model::{ModelEvent, ToolSpec};

/// The most bytes of a call, or of what may be one, that are held back.
const MAX_CALL_BYTES: usize = 64 << 10;
/// The most bytes of a header between two marks, and of white space behind a mark of an end.
const MAX_HEADER_BYTES: usize = 512;

/// Tells text from what is none, wherever the pieces are cut.
#[derive(Debug, Default)]
pub(super) struct Marks {
    place: Place,
    /// What was received and not passed on yet.
    held: String,
    /// Whether any text was passed on.
    has_text: bool,
    /// Whether a thought has ended: a bare closing mark behind it closes nothing.
    has_thought: bool,
    quoting: Quoting,
}

/// Where the reader is in the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    /// Before the first word. White space may still belong to nothing.
    #[default]
    Start,
    /// In the text.
    Text,
    /// Behind a thought or a call. White space here belongs to neither.
    Behind,
    /// In a thought that ends with one of these.
    Thought(&'static [&'static str]),
    /// In a call that ends with this; with the answer, if it is empty. The call began with the first.
    Call(&'static str, &'static str),
    /// In what may be a call without marks.
    BareCall,
    /// Between a mark and the one that ends its header.
    Header,
    /// Behind a mark that ends the answer, which is held.
    Ended,
}

/// How the text quotes, so that a mark that is only spoken of stays text.
#[derive(Debug, Default)]
struct Quoting {
    /// The last byte of the text.
    last: u8,
    /// How many grave accents stand at the end of the text.
    accents: u8,
    /// Whether the text is in a block of code.
    in_block: bool,
}

/// What the marks of a piece of text mean, in order.
pub(super) struct Sink<'a> {
    pub(super) tools: &'a [ToolSpec],
    pub(super) events: &'a mut VecDeque<ModelEvent>,
    /// The calls that were found.
    pub(super) calls: Vec<WrittenCall>,
    /// How many calls could not be read.
    pub(super) lost_calls: usize,
}

impl Marks {
    /// Takes a piece of text and passes on what it means.
    pub(super) fn read(&mut self, piece: String, sink: &mut Sink<'_>) {
        if self.place == Place::Text && self.held.is_empty() && !piece.bytes().any(may_begin_mark) {
            self.quoting.read(&piece);
            sink.text(piece);
            return;
        }
        if self.held.is_empty() {
            self.held = piece;
        } else {
            self.held.push_str(&piece);
        }
        while self.step(sink) {}
    }

    /// Passes on what was held back, at the end of the answer. A call that was cut short goes: `is_cut` tells that
    /// the answer was.
    pub(super) fn end(&mut self, is_cut: bool, sink: &mut Sink<'_>) {
        let held = std::mem::take(&mut self.held);
        match std::mem::take(&mut self.place) {
            Place::Start | Place::Text | Place::Behind => self.text(held, sink),
            Place::Thought(_) => sink.thought(held),
            Place::Call(..) if is_cut => {}
            Place::Call(open, _) => self.call(open, &held, "", sink),
            Place::BareCall => match written_calls::bare(&held, sink.tools) {
                Some((calls, rest)) => {
                    sink.calls.extend(calls);
                    self.text(rest.to_owned(), sink);
                }
                None => self.text(held, sink),
            },
            Place::Header | Place::Ended => {}
        }
    }

    /// Goes on by a step. False if more must come first.
    fn step(&mut self, sink: &mut Sink<'_>) -> bool {
        match self.place {
            Place::Start | Place::Behind => self.begin(sink),
            Place::Text => self.in_text(sink),
            Place::Thought(ends) => self.in_thought(ends, sink),
            Place::Call(open, close) => self.in_call(open, close, sink),
            Place::BareCall => self.in_bare_call(sink),
            Place::Header => self.in_header(sink),
            Place::Ended => self.ended(sink),
        }
    }

    fn begin(&mut self, sink: &mut Sink<'_>) -> bool {
        let begun = self.held.trim_start();
        if begun.is_empty() {
            // A model that sends nothing else is bounded by whoever reads it.
            if self.held.len() > MAX_HEADER_BYTES {
                let blank = std::mem::take(&mut self.held);
                self.text(blank, sink);
            }
            return false;
        }
        match find(begun, 0, sink.tools) {
            (0, Some(_)) => {
                self.held = begun.to_owned();
                self.place = Place::Text;
            }
            (0, None) => return false,
            _ => {
                let is_bare = written_calls::may_be_bare(begun, sink.tools);
                if self.place == Place::Behind {
                    self.held = begun.to_owned();
                }
                self.place = if is_bare { Place::BareCall } else { Place::Text };
            }
        }
        !self.held.is_empty()
    }

    fn in_text(&mut self, sink: &mut Sink<'_>) -> bool {
        let mut from = 0;
        loop {
            let (at, mark) = find(&self.held, from, sink.tools);
            let passed = &self.held[..at];
            if let Some(mark) = mark
                && self.quoting.after(passed).quotes(&mark)
            {
                from = at + mark.text.len();
                continue;
            }
            let rest = self.held.split_off(at);
            let passed = std::mem::replace(&mut self.held, rest);
            return match mark {
                Some(mark) => {
                    self.held.drain(..mark.text.len());
                    self.meet(mark, passed, sink);
                    !self.held.is_empty()
                }
                None => {
                    self.text(passed, sink);
                    false
                }
            };
        }
    }

    /// Goes on behind a mark that stood in the text, and passes on the text before it.
    fn meet(&mut self, mark: Mark, before: String, sink: &mut Sink<'_>) {
        if mark.meaning == Meaning::ThoughtEnd {
            // All before the mark was a thought.
            if self.has_thought {
                self.text(before, sink);
                self.place = if self.has_text { Place::Text } else { Place::Behind };
                return;
            }
            if self.has_text {
                self.text(before, sink);
                sink.events.push_back(ModelEvent::TextWasReasoning);
                self.has_text = false;
            } else {
                sink.thought(before);
            }
            self.has_thought = true;
            self.quoting = Quoting::default();
            self.place = Place::Behind;
            return;
        }
        // White space is no text where something else comes before the first word.
        if self.has_text || !before.trim().is_empty() {
            self.text(before, sink);
        }
        self.quoting = Quoting::default();
        self.place = match mark.meaning {
            Meaning::Thought(ends) => Place::Thought(ends),
            Meaning::Call(close) => Place::Call(mark.text, close),
            Meaning::Header => Place::Header,
            Meaning::Nothing => Place::Behind,
            Meaning::End | Meaning::ThoughtEnd => {
                self.held.insert_str(0, mark.text);
                Place::Ended
            }
        };
    }

    fn in_thought(&mut self, ends: &[&str], sink: &mut Sink<'_>) -> bool {
        let found =
            ends.iter().filter_map(|end| Some((self.held.find(end)?, *end))).min_by_key(|(at, _)| *at);
        if let Some((at, end)) = found {
            let rest = self.held.split_off(at);
            sink.thought(std::mem::replace(&mut self.held, rest));
            // A mark that begins the next part is met again there.
            if !matches!(find(end, 0, sink.tools).1.map(|mark| mark.meaning), Some(Meaning::Header)) {
                self.held.drain(..end.len());
            }
            self.has_thought = true;
            self.place = Place::Behind;
            return !self.held.is_empty();
        }
        let unsure = ends.iter().map(|end| overlap(&self.held, end)).max().unwrap_or(0);
        let rest = self.held.split_off(self.held.len() - unsure);
        sink.thought(std::mem::replace(&mut self.held, rest));
        false
    }

    fn in_call(&mut self, open: &'static str, close: &str, sink: &mut Sink<'_>) -> bool {
        let end = if close.is_empty() { None } else { self.held.find(close) };
        if let Some(end) = end {
            let rest = self.held.split_off(end + close.len());
            let mut call = std::mem::replace(&mut self.held, rest);
            call.truncate(end);
            self.place = Place::Behind;
            self.call(open, &call, close, sink);
            return !self.held.is_empty();
        }
        if self.held.len() > MAX_CALL_BYTES {
            let held = std::mem::take(&mut self.held);
            self.place = Place::Text;
            self.text(format!("{open}{held}"), sink);
        }
        false
    }

    /// Passes on the calls between two marks, or the text, if nobody tried to call anything there.
    fn call(&mut self, open: &str, call: &str, close: &str, sink: &mut Sink<'_>) {
        match written_calls::between_marks(open, call, sink.tools) {
            Found::Calls(calls) => sink.calls.extend(calls),
            Found::Attempt => sink.lost_calls += 1,
            Found::Text => {
                self.place = Place::Text;
                self.text(format!("{open}{call}{close}"), sink);
            }
        }
    }

    fn in_bare_call(&mut self, sink: &mut Sink<'_>) -> bool {
        if written_calls::may_be_bare(self.held.trim_start(), sink.tools) && self.held.len() <= MAX_CALL_BYTES
        {
            return false;
        }
        self.place = Place::Text;
        true
    }

    fn in_header(&mut self, sink: &mut Sink<'_>) -> bool {
        const END: &str = "<|message|>";
        if let Some(end) = self.held.find(END) {
            let rest = self.held.split_off(end + END.len());
            let header = std::mem::replace(&mut self.held, rest);
            self.place = match written_calls::harmony_recipient(&header) {
                Some(name) => {
                    self.held.insert_str(0, &format!("{name}<|message|>"));
                    Place::Call("", "<|call|>")
                }
                None if header.contains("analysis") => {
                    Place::Thought(&["<|end|>", "<|return|>", "<|start|>", "<|channel|>"])
                }
                None => Place::Behind,
            };
            return !self.held.is_empty();
        }
        if self.held.len() > MAX_HEADER_BYTES {
            self.place = Place::Text;
            let held = std::mem::take(&mut self.held);
            self.text(held, sink);
        }
        false
    }

    /// Drops the mark that ended the answer, unless the answer goes on as if nothing had been.
    fn ended(&mut self, sink: &mut Sink<'_>) -> bool {
        let (_, Some(mark)) = find(&self.held, 0, sink.tools) else {
            self.place = Place::Text;
            return true;
        };
        let rest = self.held[mark.text.len()..].trim_start();
        if rest.is_empty() && self.held.len() <= MAX_HEADER_BYTES {
            return false;
        }
        match find(rest, 0, sink.tools) {
            (0, Some(_)) => {
                self.held = rest.to_owned();
                self.place = Place::Text;
                true
            }
            (0, None) if !rest.is_empty() => false,
            _ => {
                let rest = self.held.split_off(mark.text.len());
                let mark = std::mem::replace(&mut self.held, rest);
                self.place = Place::Text;
                self.text(mark, sink);
                !self.held.is_empty()
            }
        }
    }

    fn text(&mut self, text: String, sink: &mut Sink<'_>) {
        if !text.is_empty() {
            self.has_text = true;
            self.quoting.read(&text);
            sink.text(text);
        }
    }
}

impl Sink<'_> {
    fn text(&mut self, text: String) {
        self.events.push_back(ModelEvent::Text(text));
    }

    fn thought(&mut self, thought: String) {
        if !thought.is_empty() {
            self.events.push_back(ModelEvent::Reasoning(thought));
        }
    }
}

impl Quoting {
    fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            self.last = byte;
            if byte == b'`' {
                self.accents = self.accents.saturating_add(1);
            } else if self.accents > 0 {
                self.in_block ^= self.accents >= 3;
                self.accents = 0;
            }
        }
    }

    /// The same behind more text.
    fn after(&self, text: &str) -> Self {
        let mut quoting = Self { ..*self };
        quoting.read(text);
        quoting
    }

    /// Whether a mark that stands here is only spoken of.
    fn quotes(&self, mark: &Mark) -> bool {
        let is_quoted = match mark.meaning {
            // Thoughts and answers may end with a quotation.
            Meaning::ThoughtEnd | Meaning::End => false,
            _ => [b'"', b'\''].contains(&self.last),
        };
        is_quoted || if self.in_block { self.accents < 3 } else { self.last == b'`' }
    }
}

/// How many bytes at the end of a text may be the beginning of a mark.
fn overlap(text: &str, mark: &str) -> usize {
    (1..mark.len())
        .rev()
        .find(|length| mark.is_char_boundary(*length) && text.ends_with(&mark[..*length]))
        .unwrap_or(0)
}
