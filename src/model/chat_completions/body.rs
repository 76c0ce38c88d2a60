//! Reads the body of an answer, in whatever form it comes and however the network split it.

use std::collections::VecDeque;

use super::{chunk::ChunkReader, json_body::JsonBody};
use crate::model::{
    ModelError, ModelEvent,
    call::{Asked, Reader},
    provider::Failure,
    sse::SseDecoder,
};

/// The body of an answer that is being read.
pub(in crate::model) struct Body {
    form: Form,
    max_event_bytes: usize,
    reader: ChunkReader,
}

/// What a body turned out to be. Its first character tells, since content types often lie.
enum Form {
    Unknown,
    Events(SseDecoder),
    Json(JsonBody),
}

impl Body {
    pub(in crate::model) fn new(asked: &Asked<'_>, max_event_bytes: usize) -> Self {
        let reader = ChunkReader::new(asked.request.tools.clone(), asked.origin.to_owned());
        Self { form: Form::Unknown, max_event_bytes, reader }
    }

    /// The chunks that the next bytes complete.
    fn split(&mut self, mut bytes: &[u8], chunks: &mut Vec<String>) -> Result<(), ModelError> {
        if matches!(self.form, Form::Unknown) {
            // A byte order mark tells nothing.
            let begins = |byte: &u8| !byte.is_ascii_whitespace() && !"\u{feff}".as_bytes().contains(byte);
            let Some(start) = bytes.iter().position(begins) else { return Ok(()) };
            bytes = &bytes[start..];
            self.form = match bytes[0] {
                b'{' | b'[' => Form::Json(JsonBody::default()),
                _ => Form::Events(SseDecoder::new(self.max_event_bytes).with_errors()),
            };
        }
        match &mut self.form {
            Form::Unknown => Ok(()),
            Form::Events(decoder) => decoder.push(bytes, chunks).map_err(unreadable),
            Form::Json(body) => body.push(bytes, chunks).map_err(unreadable),
        }
    }
}

fn unreadable(error: impl std::error::Error) -> ModelError {
    ModelError::Garbage { reason: error.to_string() }
}

impl Reader for Body {
    fn take(&mut self, bytes: &[u8], events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let mut chunks = Vec::new();
        let split = self.split(bytes, &mut chunks);
        for chunk in &chunks {
            self.reader.read(chunk, events)?;
        }
        split.map_err(Failure::lasting)
    }

    fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let mut chunks = Vec::new();
        let split = match &mut self.form {
            Form::Unknown => Ok(()),
            Form::Events(decoder) => decoder.finish(&mut chunks).map_err(unreadable),
            Form::Json(body) => {
                body.finish(&mut chunks);
                Ok(())
            }
        };
        for chunk in &chunks {
            self.reader.read(chunk, events)?;
        }
        split.map_err(Failure::lasting)?;
        if matches!(self.form, Form::Json(_)) {
            self.reader.close();
        }
        self.reader.end(events)
    }

    fn has_output(&self) -> bool {
        self.reader.has_output()
    }

    fn has_finished(&self) -> bool {
        self.reader.has_finished()
    }

    fn is_ending(&self) -> bool {
        self.reader.is_ending()
    }

    fn is_done(&self) -> bool {
        self.reader.is_done()
    }
}
