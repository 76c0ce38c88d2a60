//! Reads the body of an answer, however the network split it.

use std::collections::VecDeque;

use super::chunk::ChunkReader;
use crate::model::{ModelError, ModelEvent, call::Reader, provider::Failure, sse::SseDecoder};

/// The largest answer that is read from a server that does not stream.
const MAX_WHOLE_ANSWER_BYTES: usize = 16 << 20;

/// The body of an answer that is being read.
pub(in crate::model) struct Body {
    /// The body of a server that answers with one JSON object, as far as it came.
    whole: Option<Vec<u8>>,
    decoder: SseDecoder,
    reader: ChunkReader,
}

impl Body {
    pub(in crate::model) fn new(is_whole: bool, max_event_bytes: usize) -> Self {
        Self {
            whole: is_whole.then(Vec::new),
            decoder: SseDecoder::new(max_event_bytes),
            reader: ChunkReader::default(),
        }
    }
}

impl Reader for Body {
    fn take(&mut self, bytes: &[u8], events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        if let Some(whole) = &mut self.whole {
            if whole.len() + bytes.len() > MAX_WHOLE_ANSWER_BYTES {
                let reason = format!("its answer is larger than {MAX_WHOLE_ANSWER_BYTES} bytes");
                return Err(Failure::lasting(ModelError::Garbage { reason }));
            }
            whole.extend_from_slice(bytes);
            return Ok(());
        }
        let mut chunks = Vec::new();
        let pushed = self.decoder.push(bytes, &mut chunks);
        for chunk in &chunks {
            self.reader.read(chunk, events).map_err(Failure::lasting)?;
        }
        pushed.map_err(|error| Failure::lasting(ModelError::Garbage { reason: error.to_string() }))
    }

    fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure> {
        let mut chunks = Vec::new();
        match self.whole.take() {
            Some(whole) => chunks.push(String::from_utf8_lossy(&whole).into_owned()),
            None => self
                .decoder
                .finish(&mut chunks)
                .map_err(|error| Failure::lasting(ModelError::Garbage { reason: error.to_string() }))?,
        }
        for chunk in &chunks {
            match self.reader.read(chunk, events) {
                Ok(()) => {}
                // The last event was cut with its stream.
                Err(ModelError::Garbage { .. }) if self.reader.has_output() || self.reader.has_finished() => {
                }
                Err(error) => return Err(Failure::lasting(error)),
            }
        }
        self.reader.end(events).map_err(Failure::passing)
    }

    fn has_output(&self) -> bool {
        self.reader.has_output()
    }

    fn has_finished(&self) -> bool {
        self.reader.has_finished()
    }

    fn is_done(&self) -> bool {
        self.reader.is_done()
    }
}
