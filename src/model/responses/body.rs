//! Reads the body of an answer, however the network split it: a stream of events, or one JSON object.

use std::collections::VecDeque;

use super::reader::EventReader;
use crate::model::{ModelError, ModelEvent, call::Reader, provider::Failure, sse::SseDecoder};

/// The body of an answer that is being read.
pub(in crate::model) struct Body {
    form: Form,
    decoder: SseDecoder,
    reader: EventReader,
    limit: usize,
}

/// What kind of body it is. Its first byte tells; what servers say of its type does not.
enum Form {
    /// Nothing but white space has come.
    Unknown,
    Events,
    /// One JSON object, from a server that does not stream, as far as it came.
    Whole(Vec<u8>),
}

impl Body {
    /// A body whose events, or whose whole, have at most `limit` bytes. `origin` is noted with what only this endpoint
    /// and model understand.
    pub(in crate::model) fn new(origin: &str, limit: usize) -> Self {
        Self { form: Form::Unknown, decoder: SseDecoder::new(limit), reader: EventReader::new(origin), limit }
    }
}

impl Reader for Body {
    fn take(&mut self, bytes: &[u8], events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        if matches!(self.form, Form::Unknown) {
            match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
                Some(b'{') => self.form = Form::Whole(Vec::new()),
                Some(_) => self.form = Form::Events,
                None => {}
            }
        }
        if let Form::Whole(whole) = &mut self.form {
            if whole.len() + bytes.len() > self.limit {
                let reason = format!("its answer is larger than {} bytes", self.limit);
                return Err(Failure::lasting(ModelError::Garbage { reason }));
            }
            whole.extend_from_slice(bytes);
            return Ok(());
        }
        let mut data = Vec::new();
        let pushed = self.decoder.push(bytes, &mut data);
        data.iter().try_for_each(|data| self.reader.read(data, events))?;
        pushed.map_err(|error| Failure::lasting(ModelError::Garbage { reason: error.to_string() }))
    }

    fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        if let Form::Whole(whole) = &mut self.form {
            let whole = std::mem::take(whole);
            self.reader.read_whole(&String::from_utf8_lossy(&whole), events)?;
        } else {
            let mut last = Vec::new();
            // An event that is too large was cut with its stream.
            let _ = self.decoder.finish(&mut last);
            last.iter().try_for_each(|data| self.reader.read_last(data, events))?;
        }
        self.reader.end(events)
    }

    fn has_output(&self) -> bool {
        self.reader.has_output()
    }

    fn has_finished(&self) -> bool {
        self.reader.has_finished()
    }

    fn is_done(&self) -> bool {
        self.reader.has_finished()
    }
}
