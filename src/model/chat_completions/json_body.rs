//! Splits a body of JSON into chunks: a whole completion, a list of chunks, or one on each line.

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value, from_str, value::RawValue};

/// The largest answer that is read from a server that does not stream.
const MAX_BYTES: usize = 16 << 20;

/// A body that is being read.
#[derive(Debug, Default)]
pub(super) struct JsonBody {
    buffer: Vec<u8>,
    /// The bytes of `buffer` that are known to hold no line end.
    scanned: usize,
    /// Whether each line is a chunk; the first line tells.
    is_lines: Option<bool>,
}

/// An answer is larger than may be held.
#[derive(Debug, thiserror::Error)]
#[error("its answer is larger than {MAX_BYTES} bytes")]
pub(super) struct AnswerTooLarge;

impl JsonBody {
    /// Takes the next bytes and appends the chunks they complete.
    pub(super) fn push(&mut self, bytes: &[u8], chunks: &mut Vec<String>) -> Result<(), AnswerTooLarge> {
        if self.buffer.len() + bytes.len() > MAX_BYTES {
            return Err(AnswerTooLarge);
        }
        self.buffer.extend_from_slice(bytes);
        let mut start = 0;
        while self.is_lines != Some(false)
            && let Some(end) = memchr::memchr(b'\n', &self.buffer[self.scanned..])
        {
            let end = self.scanned + end;
            let line = String::from_utf8_lossy(&self.buffer[start..end]);
            let line = line.trim();
            self.scanned = end + 1;
            if !line.is_empty() {
                if !*self.is_lines.get_or_insert_with(|| from_str::<IgnoredAny>(line).is_ok()) {
                    break;
                }
                chunks.push(line.to_owned());
            }
            start = self.scanned;
        }
        self.buffer.drain(..start);
        self.scanned = self.buffer.len();
        Ok(())
    }

    /// Takes the end of the body.
    pub(super) fn finish(&mut self, chunks: &mut Vec<String>) {
        let body = std::mem::take(&mut self.buffer);
        let body = String::from_utf8_lossy(&body);
        let mut values = Deserializer::from_str(&body).into_iter::<&RawValue>();
        let mut read = 0;
        while let Some(Ok(value)) = values.next() {
            read = values.byte_offset();
            match from_str::<Vec<Value>>(value.get()) {
                Ok(list) => chunks.extend(list.iter().map(Value::to_string)),
                Err(_) => chunks.push(value.get().to_owned()),
            }
        }
        let rest = body[read..].trim();
        if !rest.is_empty() {
            chunks.push(rest.to_owned());
        }
    }
}
