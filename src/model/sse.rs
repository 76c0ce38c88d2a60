//! Splits a response body into server-sent events, however the network cut it, in bounded memory.
//!
//! It is our own because a model server is not trusted. Ready-made decoders hold lines of any length, and
//! after one byte that is not UTF-8 they buffer everything that follows.

use std::{borrow::Cow, mem};

use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// Collects bytes and gives the `data` of each complete event.
///
/// Event names, ids and retry times are skipped, since the data says all. Events that only one line end parts are
/// told apart where each is a whole JSON object.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the bytes so far")]
#[derive(Debug)]
pub(super) struct SseDecoder {
    /// Bytes that were received and not yet split. They begin at the start of a line.
    buffer: Vec<u8>,
    /// The bytes of `buffer` that are known to hold no line end.
    scanned: usize,
    /// The `data` lines of the event being read.
    data: Option<String>,
    /// Whether the last line ended with `\r`, so that a `\n` that follows belongs to it.
    after_carriage_return: bool,
    at_start: bool,
    limit: usize,
    /// Whether errors that are told beside the data are put into it.
    takes_errors: bool,
    /// Whether the event being read is called `error`.
    is_error: bool,
    /// Whether each line was found to be an event of its own.
    is_lines: bool,
    /// How often the event being read was taken for a whole one and was none.
    mistakes: u8,
}

/// After how many mistakes the lines of an event are no longer taken for events.
const MAX_MISTAKES: u8 = 8;

/// An event is larger than the decoder may hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("one event is larger than {limit} bytes")]
pub(super) struct EventTooLarge {
    limit: usize,
}

impl SseDecoder {
    /// A decoder for events, and lines, of at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            scanned: 0,
            data: None,
            after_carriage_return: false,
            at_start: true,
            limit,
            takes_errors: false,
            is_error: false,
            is_lines: false,
            mistakes: 0,
        }
    }

    /// The same decoder for servers that call an event or a field `error` where others send data: it gives what they
    /// tell as the data `{"error": …}`.
    pub(super) fn with_errors(self) -> Self {
        Self { takes_errors: true, ..self }
    }

    /// Takes the next bytes and appends the events they complete to `events`.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        events: &mut impl Extend<String>,
    ) -> Result<(), EventTooLarge> {
        self.buffer.extend_from_slice(bytes);
        // Take the buffer out while its lines are read.
        let (mut buffer, scanned) = (mem::take(&mut self.buffer), mem::take(&mut self.scanned));
        let cut = self.lines(&buffer, scanned, events)?;
        buffer.drain(..cut);
        self.scanned = buffer.len();
        self.buffer = buffer;
        self.within_limit(self.buffer.len())
    }

    /// Reads the whole lines of `buffer`, whose first `scanned` bytes hold no line end, and says where the
    /// rest begins.
    fn lines(
        &mut self,
        buffer: &[u8],
        scanned: usize,
        events: &mut impl Extend<String>,
    ) -> Result<usize, EventTooLarge> {
        let mut start = 0;
        for end in memchr::memchr2_iter(b'\n', b'\r', &buffer[scanned..]) {
            let end = scanned + end;
            let terminator = buffer[end];
            if mem::replace(&mut self.after_carriage_return, terminator == b'\r')
                && terminator == b'\n'
                && end == start
            {
                start = end + 1;
                continue;
            }
            let line = text(&buffer[start..end]);
            start = end + 1;
            self.line(&line, events)?;
        }
        Ok(start)
    }

    /// Handles the end of the body. An event that lacks only its blank line counts.
    pub(super) fn finish(&mut self, events: &mut impl Extend<String>) -> Result<(), EventTooLarge> {
        let rest = mem::take(&mut self.buffer);
        self.scanned = 0;
        self.line(&text(&rest), events)?;
        self.dispatch(events);
        Ok(())
    }

    fn line(&mut self, line: &str, events: &mut impl Extend<String>) -> Result<(), EventTooLarge> {
        let is_first = mem::take(&mut self.at_start);
        let line = line.strip_prefix('\u{feff}').filter(|_| is_first).unwrap_or(line);
        if line.is_empty() {
            self.dispatch(events);
            return Ok(());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.data_line(value, events),
            "event" if self.takes_errors => self.is_error = value == "error",
            "error" if self.takes_errors && !value.trim().is_empty() => {
                self.dispatch(events);
                self.data = Some(value.to_owned());
                self.is_error = true;
                self.dispatch(events);
            }
            _ => {}
        }
        self.within_limit(self.data.as_ref().map_or(0, String::len))
    }

    fn data_line(&mut self, value: &str, events: &mut impl Extend<String>) {
        if self.holds_whole_event() {
            self.is_lines = true;
            self.dispatch(events);
        }
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
        if self.is_lines && self.holds_whole_event() {
            self.dispatch(events);
        }
    }

    /// Whether the data so far is a whole object, so that a line of data that follows belongs to another event.
    fn holds_whole_event(&mut self) -> bool {
        let Some(data) = self.data.as_deref() else { return false };
        if data == "[DONE]" {
            return true;
        }
        if self.mistakes == MAX_MISTAKES || !data.starts_with('{') || !data.ends_with('}') {
            return false;
        }
        let is_whole = serde_json::from_str::<IgnoredAny>(data).is_ok();
        self.mistakes += u8::from(!is_whole);
        is_whole
    }

    /// Gives the event that was read.
    fn dispatch(&mut self, events: &mut impl Extend<String>) {
        let is_error = mem::take(&mut self.is_error);
        self.mistakes = 0;
        let Some(data) = self.data.take() else { return };
        events.extend([if is_error { error_of(&data) } else { data }]);
    }

    fn within_limit(&self, size: usize) -> Result<(), EventTooLarge> {
        if size > self.limit { Err(EventTooLarge { limit: self.limit }) } else { Ok(()) }
    }
}

/// What was told of an error, as a field of that name.
fn error_of(data: &str) -> String {
    let error = serde_json::from_str(data).unwrap_or_else(|_| Value::from(data));
    json!({"error": error}).to_string()
}

/// The text of a line, in which bytes that are not UTF-8 are replaced. They are looked for only when the fast
/// check finds that there are any.
fn text(line: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pieces: &[&[u8]]) -> Vec<String> {
        let mut decoder = SseDecoder::new(1024);
        let mut events = Vec::new();
        for piece in pieces {
            decoder.push(piece, &mut events).unwrap();
        }
        decoder.finish(&mut events).unwrap();
        events
    }

    #[test]
    fn events_do_not_depend_on_how_the_network_splits_them() {
        let body =
            "\u{feff}: hello\r\ndata: {\"text\":\"caf\u{e9}\"}\r\n\r\nevent: x\rid: 7\rdata:a\rdata: b\r\r\
                    data: \u{6771}\u{4eac}\n\n\n:\n\ndata: last"
                .as_bytes();
        let expected = vec![
            "{\"text\":\"caf\u{e9}\"}".to_owned(),
            "a\nb".to_owned(),
            "\u{6771}\u{4eac}".to_owned(),
            "last".to_owned(),
        ];
        assert_eq!(decode(&[body]), expected);
        let single_bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(decode(&single_bytes), expected);
        for first in 0..body.len() {
            for second in first..body.len() {
                let pieces = [&body[..first], &body[first..second], &body[second..]];
                assert_eq!(decode(&pieces), expected, "split at {first} and {second}");
            }
        }
    }

    #[test]
    fn a_byte_that_is_not_utf8_spoils_only_its_own_event() {
        assert_eq!(
            decode(&[b"data: a\xffb\n\ndata: good\n\n"]),
            ["a\u{fffd}b".to_owned(), "good".to_owned()]
        );
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_fills_the_memory() {
        let mut decoder = SseDecoder::new(64);
        let mut events: Vec<String> = Vec::new();
        assert_eq!(decoder.push(&[b'x'; 60], &mut events), Ok(()));
        assert_eq!(decoder.push(&[b'x'; 60], &mut events), Err(EventTooLarge { limit: 64 }));
    }

    #[test]
    fn an_event_of_many_short_lines_is_bounded_too() {
        let mut decoder = SseDecoder::new(64);
        let mut events: Vec<String> = Vec::new();
        let endless = b"data: 0123456789\n".repeat(10);
        assert_eq!(decoder.push(&endless, &mut events), Err(EventTooLarge { limit: 64 }));
        assert!(decoder.push(b"", &mut events).is_ok(), "what was refused is not held");
    }
}
