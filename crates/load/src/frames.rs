//! Cuts a stream into SSE frames and recognises the few kinds of events that the tester counts.
//!
//! The JSON is searched, not parsed, because the tester has to handle every frame the server sends, and often
//! runs on the same machine. It looks for the names of events and updates in the first bytes of a frame,
//! whatever the order of the keys and the spaces between them.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A piece of the answer's text.
    Delta,
    /// An item is complete: an assistant message.
    MessageDone,
    /// An item is complete: a widget.
    WidgetDone,
    /// Something failed.
    Error,
    /// Any other event.
    Other,
    /// Only a comment.
    Comment,
}

/// Collects bytes and gives whole frames.
#[derive(Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// Where the first frame begins that has not been handed out yet.
    start: usize,
}

impl Frames {
    /// Where bytes are to be appended.
    pub fn input(&mut self) -> &mut Vec<u8> {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        &mut self.bytes
    }

    /// The next whole frame.
    pub fn next(&mut self) -> Option<(Frame, &[u8])> {
        let rest = &self.bytes[self.start..];
        let (length, end) = frame_length(rest)?;
        self.start += end;
        let bytes = &rest[..length];
        Some((kind(bytes), bytes))
    }
}

/// The length of the first frame without and with the empty line that ends it.
fn frame_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut searched = 0;
    while let Some(found) = memchr::memchr(b'\n', &bytes[searched..]) {
        let end = searched + found + 1;
        match bytes.get(end) {
            Some(b'\n') => return Some((end, end + 1)),
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => return Some((end, end + 2)),
            _ => searched = end,
        }
    }
    None
}

/// How far into a frame to look for the names of events. Texts follow them, which may contain any word.
const NAMES_WITHIN: usize = 512;

fn kind(frame: &[u8]) -> Frame {
    static DELTA: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("content_part.text_delta\""));
    static DONE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"thread.item.done\""));
    static MESSAGE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"assistant_message\""));
    static WIDGET: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"widget\""));
    static ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"error\""));

    if !frame.starts_with(b"data:") && memmem::find(frame, b"\ndata:").is_none() {
        return Frame::Comment;
    }
    let names = &frame[..frame.len().min(NAMES_WITHIN)];
    if DELTA.find(names).is_some() {
        return Frame::Delta;
    }
    if DONE.find(names).is_some() {
        return match () {
            () if WIDGET.find(names).is_some() => Frame::WidgetDone,
            () if MESSAGE.find(names).is_some() => Frame::MessageDone,
            () => Frame::Other,
        };
    }
    if ERROR.find(names).is_some() && data(frame).is_some_and(|event| event["type"] == "error") {
        return Frame::Error;
    }
    Frame::Other
}

/// Parses the event of a frame, for the few scenarios that need a value from it.
pub fn data(frame: &[u8]) -> Option<serde_json::Value> {
    let start = if frame.starts_with(b"data:") { 0 } else { memmem::find(frame, b"\ndata:")? + 1 };
    serde_json::from_slice(frame.get(start + b"data:".len()..)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(stream: &[u8], size: usize) -> Vec<Frame> {
        let mut frames = Frames::default();
        let mut kinds = Vec::new();
        for piece in stream.chunks(size) {
            frames.input().extend_from_slice(piece);
            while let Some((kind, _)) = frames.next() {
                kinds.push(kind);
            }
        }
        kinds
    }

    #[test]
    fn frames_are_told_apart_however_they_are_written_and_split() {
        let stream = concat!(
            "data: {\"type\":\"thread.created\",\"thread\":{\"id\":\"thr_1\"}}\n\n",
            ": ping\n\n",
            "id: 7\ndata: {\"type\":\"thread.item.updated\",\"item_id\":\"m\",\"update\":{\"type\":",
            "\"assistant_message.content_part.text_delta\",\"content_index\":0,\"delta\":\"\\\"error\\\"\"}}\n\n",
            "data: {\"item\": {\"type\": \"widget\", \"id\": \"w\"}, \"type\": \"thread.item.done\"}\r\n\r\n",
            "data: {\"type\":\"thread.item.done\",\"item\":{\"type\":\"assistant_message\",\"id\":\"m\"}}\n\n",
            "data: {\"type\":\"thread.item.done\",\"item\":{\"type\":\"user_message\",\"id\":\"u\"}}\n\n",
            "data: {\"type\":\"notice\",\"message\":\"\\\"error\\\"\",\"title\":\"error\"}\n\n",
            "data: {\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":true}\n\n",
        );
        let expected = [
            Frame::Other,
            Frame::Comment,
            Frame::Delta,
            Frame::WidgetDone,
            Frame::MessageDone,
            Frame::Other,
            Frame::Other,
            Frame::Error,
        ];
        for size in [1, 3, 64, 10_000] {
            assert_eq!(kinds(stream.as_bytes(), size), expected, "pieces of {size}");
        }
    }

    #[test]
    fn a_frame_that_is_not_whole_is_none() {
        assert_eq!(kinds(b"data: {\"type\":\"error\"}\n", 100), []);
    }
}
