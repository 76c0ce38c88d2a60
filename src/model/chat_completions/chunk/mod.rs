//! Reads the chunks of a streamed answer, from whatever calls itself compatible.
//!
//! What can be read of a chunk is read, and the rest is skipped: no odd chunk may cost the user an answer. One
//! [`ChunkReader`] reads one answer. It also reads the whole completion of a server that ignores `stream: true`,
//! since a `message` is read as a very large `delta`.

mod calls;
mod carry;
mod choice;
mod citation;
mod delta;
mod ending;
mod envelope;
mod mark_table;
mod marks;
mod mend;
mod repeats;
mod skipped;
#[cfg(test)]
mod tests;
mod written_calls;

use std::{collections::VecDeque, sync::Arc};

use serde_json::Value;

use self::{
    calls::Calls,
    carry::Carry,
    choice::{Choice, Chunk},
    citation::citation,
    delta::{Delta, Step},
    ending::{FinishField, is_end_mark},
    envelope::Envelope,
    marks::{Marks, Sink},
    repeats::Repeats,
    skipped::Skipped,
    written_calls::WrittenCall,
};
use crate::model::{
    FinishReason, ModelError, ModelEvent, ToolSpec, Usage,
    provider::{Failure, Told},
};

/// The end mark of a stream.
const DONE: &str = "[DONE]";

/// Turns chunks into events. The finish waits for the stream's end, so that it comes last.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the answer so far")]
#[derive(Debug)]
pub(super) struct ChunkReader {
    /// The tools that the model was offered.
    tools: Arc<[ToolSpec]>,
    /// The endpoint and the model, to which provider items belong.
    origin: String,
    envelope: Envelope,
    source: Source,
    calls: Calls,
    carry: Carry,
    marks: Marks,
    /// Calls that stood in the text.
    written_calls: Vec<WrittenCall>,
    finish: Option<FinishReason>,
    /// Whether only the cost and the end mark may still come.
    ending: bool,
    /// Whether the server tells why its answers end.
    tells_reasons: bool,
    done: bool,
    seen_output: bool,
    skipped: Skipped,
}

/// Where the server puts what the model says.
#[derive(Debug)]
enum Source {
    Unknown,
    /// In deltas. Messages beside them, or after them, say the same again.
    Deltas,
    /// In messages, each of which may say all again.
    Messages(Box<Repeats>),
}

impl ChunkReader {
    /// A reader for the answer of a model that was offered these tools.
    pub(super) fn new(tools: Arc<[ToolSpec]>, origin: String) -> Self {
        Self {
            skipped: Skipped::default(),
            tools,
            origin,
            envelope: Envelope::default(),
            source: Source::Unknown,
            calls: Calls::default(),
            carry: Carry::default(),
            marks: Marks::default(),
            written_calls: Vec::new(),
            finish: None,
            ending: false,
            tells_reasons: false,
            done: false,
            seen_output: false,
        }
    }

    /// Reads the data of one event and appends what it says to `events`. Fails if it says that the server failed.
    pub(super) fn read(&mut self, data: &str, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let data = data.trim();
        if data.is_empty() || self.done {
            return Ok(());
        }
        if data == DONE {
            self.done = true;
            return Ok(());
        }
        if let Some(text) = self.envelope.open(data) {
            self.text(text, events);
            return Ok(());
        }
        match serde_json::from_str(data) {
            Ok(chunk) => self.chunk(chunk, data, events),
            Err(_) if is_end_mark(data) => {
                self.done = true;
                Ok(())
            }
            Err(_) => self.odd_chunk(data, events),
        }
    }

    fn odd_chunk(&mut self, data: &str, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let mended = mend::mend(data);
        if let Some(shape) = mended.lost {
            self.skipped.note(shape);
        }
        for chunk in mended.chunks {
            let data = chunk.to_string();
            match serde_json::from_value(chunk) {
                Ok(chunk) => self.chunk(chunk, &data, events)?,
                Err(_) => self.skipped.note("a chunk of a known shape with an unknown part".to_owned()),
            }
        }
        Ok(())
    }

    fn chunk(&mut self, chunk: Chunk, data: &str, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        if let Some(error) = chunk.error(data) {
            if self.finish.is_none() {
                return Err(failed(&error));
            }
            self.skipped.note("an error behind the end of the answer".to_owned());
        }
        let has_usage = chunk.usage.is_some();
        if let Some(choice) = chunk.choices.and_then(|choices| choices.0) {
            self.choice(choice, has_usage, data, events);
        }
        if let Some(usage) = chunk.usage {
            events.push_back(ModelEvent::Usage(Usage {
                input_tokens: usage.prompt_tokens.unwrap_or(0),
                output_tokens: usage.completion_tokens.unwrap_or(0),
            }));
        }
        Ok(())
    }

    fn choice(&mut self, choice: Choice, has_usage: bool, data: &str, events: &mut VecDeque<ModelEvent>) {
        let Choice { delta, message, finish_reason, .. } = choice;
        let is_open = !matches!(finish_reason, FinishField::Said(_));
        self.tells_reasons |= message.is_none() && !matches!(finish_reason, FinishField::Absent);
        let is_delta = delta.is_some();
        let said = match self.step_of(delta, message) {
            Some(step) => {
                if is_delta && is_open && !has_usage && step.is_text_only() {
                    self.envelope.learn(data, &step.text);
                }
                self.step(step, events)
            }
            None => false,
        };
        if let FinishField::Said(reason) = finish_reason {
            self.finish = Some(reason);
            // Some servers send a reason with each chunk, or before the first word: only a bare one after the
            // answer announces the end.
            self.ending = !said && self.seen_output;
        }
    }

    /// What is new in a chunk.
    fn step_of(&mut self, delta: Option<Delta>, message: Option<Delta>) -> Option<Step> {
        let delta = delta.filter(|delta| message.is_none() || delta.says_something());
        match (&mut self.source, delta, message) {
            (_, None, None) => None,
            (source, Some(delta), _) => {
                if delta.says_something() {
                    *source = Source::Deltas;
                }
                Some(delta.into_step())
            }
            (Source::Deltas, None, Some(message)) => {
                // Only calls and sources may be new in it.
                let step = message.into_step();
                let tool_calls = if self.calls.is_empty() { step.tool_calls } else { Vec::new() };
                Some(Step { tool_calls, annotations: step.annotations, ..Step::default() })
            }
            (Source::Messages(repeats), None, Some(message)) => Some(repeats.news(message.into_step())),
            (source @ Source::Unknown, None, Some(message)) => {
                let mut repeats = Box::<Repeats>::default();
                let step = repeats.news(message.into_step());
                *source = Source::Messages(repeats);
                Some(step)
            }
        }
    }

    /// Takes the end of a body that is no stream: its message is whole.
    pub(super) fn close(&mut self) {
        self.done |= matches!(self.source, Source::Messages(_));
    }

    /// Whether the server said that nothing more comes.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the answer is complete, should nothing more come.
    pub(super) fn has_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Whether only the cost and the end mark may still come.
    pub(super) fn is_ending(&self) -> bool {
        self.ending
    }

    /// Whether the model has said anything yet.
    pub(super) fn has_output(&self) -> bool {
        self.seen_output
    }

    /// Takes the end of the stream: completes what the server left out, and finishes.
    pub(super) fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        // Some servers mark the end and never give a reason for it.
        let is_marked = self.done && self.seen_output && !self.tells_reasons;
        let finish = self.finish.take().or(is_marked.then_some(FinishReason::Stop));
        let is_cut = !matches!(finish, Some(FinishReason::Stop | FinishReason::ToolCalls));
        self.with_marks(events, |marks, sink| marks.end(is_cut, sink));
        let Some(finish) = finish else { return Err(self.unfinished()) };
        // What the server recognised itself may stand in the text too.
        let written_calls = std::mem::take(&mut self.written_calls);
        if self.calls.is_empty() {
            for call in written_calls {
                self.calls.add_whole(call.name, call.arguments, events);
            }
        }
        for _ in 0..self.calls.end(events) {
            self.skipped.note("a call without a name".to_owned());
        }
        // Some servers call tools and say `stop`.
        let finish = match finish {
            FinishReason::Stop if !self.calls.is_empty() => FinishReason::ToolCalls,
            finish => finish,
        };
        if finish == FinishReason::ToolCalls && !self.calls.is_empty() {
            events.extend(self.carry.take(&self.origin));
            events.extend(
                self.calls.take_extras().map(|(id, fields)| carry::of_call(&self.origin, id, fields)),
            );
        }
        self.skipped.log(&self.origin);
        events.push_back(ModelEvent::Finish(finish));
        Ok(())
    }

    /// Why an answer without an end is none.
    fn unfinished(&mut self) -> Failure {
        if !self.seen_output
            && let Some(reason) = self.skipped.take()
        {
            return Failure::lasting(ModelError::Garbage { reason });
        }
        self.skipped.log(&self.origin);
        let reason = if self.seen_output {
            "the stream ended without a finish reason"
        } else {
            "the stream ended before the answer began"
        };
        Failure::passing(ModelError::Interrupted { reason: reason.to_owned() })
    }

    /// Notes that the model goes on, so that it had not finished.
    fn goes_on(&mut self) {
        self.seen_output = true;
        if self.finish.is_some() {
            self.finish = None;
            self.ending = false;
        }
    }

    fn text(&mut self, text: String, events: &mut VecDeque<ModelEvent>) {
        if !text.is_empty() {
            // Text that is held back counts as said.
            self.goes_on();
            self.with_marks(events, |marks, sink| marks.read(text, sink));
        }
    }

    fn with_marks(
        &mut self,
        events: &mut VecDeque<ModelEvent>,
        read: impl FnOnce(&mut Marks, &mut Sink<'_>),
    ) {
        let mut sink = Sink { tools: &self.tools, events, calls: Vec::new(), lost_calls: 0 };
        read(&mut self.marks, &mut sink);
        for _ in 0..sink.lost_calls {
            self.skipped.note("a call that was written into the text".to_owned());
        }
        self.written_calls.append(&mut sink.calls);
    }

    /// Passes a step on. True if the model said something in it.
    fn step(&mut self, mut step: Step, events: &mut VecDeque<ModelEvent>) -> bool {
        if !self.tools.is_empty() {
            self.carry.keep(&mut step);
        }
        let mut said = !step.text.is_empty();
        if !step.reasoning.is_empty() {
            said = true;
            events.push_back(ModelEvent::Reasoning(step.reasoning));
        }
        self.text(step.text, events);
        if !step.refusal.is_empty() {
            said = true;
            events.push_back(ModelEvent::Refusal(step.refusal));
        }
        events.extend(step.annotations.into_iter().filter_map(citation).map(ModelEvent::Citation));
        for piece in step.tool_calls {
            said |= self.calls.read(piece, &self.tools, events);
        }
        if said {
            self.goes_on();
        }
        said
    }
}

/// The server says within its answer that it failed.
fn failed(error: &Value) -> Failure {
    Failure::told(Told::of_value(error))
}
