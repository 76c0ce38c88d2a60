//! Stored values as JSON text: written only if they can be read again, and measured.

use std::{fmt::Display, io};

use serde::Serialize;

use super::StoreError;
use crate::protocol::error::ErrorCode;

/// `serde_json` reads nothing that is nested deeper, and a value that cannot be read must not be written.
const MAX_DEPTH: usize = 127;

/// Writes a value as JSON text.
pub(super) fn to_json(what: &str, value: &impl Serialize) -> Result<String, StoreError> {
    let refused = |reason: &dyn Display| StoreError::Conflict {
        code: ErrorCode::Conflict,
        reason: format!("the {what} cannot be stored: {reason}"),
    };
    let text = serde_json::to_string(value).map_err(|error| refused(&error))?;
    if is_too_deep(&text) { Err(refused(&"it is nested too deeply")) } else { Ok(text) }
}

/// Whether lists and objects are nested deeper in valid JSON text than can be read.
pub(super) fn is_too_deep(json: &str) -> bool {
    // Few documents contain that many brackets, so count them before measuring the depth.
    memchr::memchr2_iter(b'{', b'[', json.as_bytes()).count() > MAX_DEPTH && depth(json) > MAX_DEPTH
}

/// How deep lists and objects are nested in valid JSON text.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.bytes();
    let mut in_string = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' => drop(bytes.next()),
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    deepest
}

/// How many bytes a value takes as JSON text; those that could be written of one that cannot be.
pub(crate) fn json_bytes(value: &impl Serialize) -> usize {
    let mut counter = Counter(0);
    // The counter takes every write. A value that serde refuses is not stored either.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// Counts what is written and keeps nothing.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::protocol::{ItemId, ItemKind, ThreadId, ThreadItem};

    #[test]
    fn what_is_too_deep_to_be_read_is_not_written() {
        let item = |depth: usize| {
            let content = (0..depth).fold(json!("]]\"}\\"), |inner, _| Value::Array(vec![inner]));
            let kind = ItemKind::HiddenContextItem { content };
            ThreadItem::new(ItemId::from("h1"), ThreadId::from("thr_1"), kind)
        };
        let deepest = item(MAX_DEPTH - 1);
        let text = to_json("item", &deepest).unwrap();
        assert_eq!(serde_json::from_str::<ThreadItem>(&text).unwrap(), deepest);
        assert!(matches!(to_json("item", &item(MAX_DEPTH)), Err(StoreError::Conflict { .. })));
        let too_deep = serde_json::to_string(&item(MAX_DEPTH)).unwrap();
        serde_json::from_str::<ThreadItem>(&too_deep).unwrap_err();
    }
}
