//! Reads a token whose chunk differs from the previous one only in its text.
//!
//! Most servers send an answer as hundreds of chunks that differ in a few letters. Once the bytes around those
//! letters have been understood, a chunk with the same bytes needs only its text read.

use serde_json::from_str;

/// After how many different chunks in a row we stop trying: some servers put something new into each.
const MAX_MISSES: u8 = 8;

/// The bytes around the text of a chunk that holds nothing but a text.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    /// The bytes up to the text's opening quotation mark; empty when nothing is known.
    head: String,
    /// The bytes behind its closing one.
    tail: String,
    misses: u8,
}

impl Envelope {
    /// The text of a chunk that has this envelope.
    pub(super) fn open(&mut self, chunk: &str) -> Option<String> {
        if self.head.is_empty() {
            return None;
        }
        let text = chunk.strip_prefix(&self.head).and_then(|rest| rest.strip_suffix(&self.tail));
        // If one JSON string is all that is left, the chunk is the known one with another text.
        let text = text.and_then(|text| from_str(text).ok());
        if text.is_some() {
            self.misses = 0;
        } else {
            self.misses = self.misses.saturating_add(1);
        }
        text
    }

    /// Learns from a chunk that was found to hold nothing but this text.
    pub(super) fn learn(&mut self, chunk: &str, text: &str) {
        if self.misses >= MAX_MISSES {
            self.head.clear();
            return;
        }
        // This is how most servers write it. A text that is written in another way is not found, which does no
        // harm.
        let Ok(text) = serde_json::to_string(text) else { return };
        let mut places = chunk.match_indices(&text);
        if let (Some((place, _)), None) = (places.next(), places.next()) {
            let (head, tail) = (&chunk[..place], &chunk[place + text.len()..]);
            let key = head.trim_end().strip_suffix(':').map(str::trim_end);
            if key.is_some_and(|key| key.ends_with("\"content\"")) {
                head.clone_into(&mut self.head);
                tail.clone_into(&mut self.tail);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(text: &str) -> String {
        format!(
            r#"{{"id":"1","choices":[{{"index":0,"delta":{{"content": {text}}},"finish_reason":null}}]}}"#
        )
    }

    #[test]
    fn a_chunk_that_differs_in_its_text_only_is_opened() {
        let mut envelope = Envelope::default();
        assert_eq!(envelope.open(&chunk(r#""a""#)), None);
        envelope.learn(&chunk(r#""a""#), "a");
        assert_eq!(envelope.open(&chunk(r#""b""#)).as_deref(), Some("b"));
        assert_eq!(envelope.open(&chunk(r#""""#)).as_deref(), Some(""));
        assert_eq!(envelope.open(&chunk(r#""\"}\u00e9""#)).as_deref(), Some("\"}é"));
    }

    #[test]
    fn any_other_chunk_is_left_to_be_read_as_a_whole() {
        let mut envelope = Envelope::default();
        envelope.learn(&chunk(r#""a""#), "a");
        for other in [
            chunk("null"),
            chunk(r#""b","refusal":"no""#),
            chunk(r#""b"#),
            chunk(r#""b"}},{"index":1,"delta":{"content":"c""#),
            chunk(r#""b""#).replace("null", "\"stop\""),
            chunk(r#""b""#).replace("\"1\"", "\"2\""),
            String::new(),
        ] {
            assert_eq!(envelope.open(&other), None, "{other}");
        }
    }

    #[test]
    fn what_is_not_surely_the_text_is_not_learned() {
        for (chunk, text) in [
            (chunk(r#""1""#), "1"),
            (r#"{"content":"x","text":"y"}"#.to_owned(), "y"),
            (chunk(r#""\u00e9""#), "é"),
        ] {
            let mut envelope = Envelope::default();
            envelope.learn(&chunk, text);
            assert_eq!(envelope.open(&chunk), None, "{chunk}");
        }
    }

    #[test]
    fn a_server_whose_chunks_are_never_alike_is_not_learned_from_for_ever() {
        let mut envelope = Envelope::default();
        let numbered = |number: u32| chunk("\"a\"").replace("\"1\"", &format!("\"{number}\""));
        for number in 0..20 {
            assert_eq!(envelope.open(&numbered(number)), None);
            envelope.learn(&numbered(number), "a");
        }
        assert_eq!(envelope.open(&numbered(19)), None);
    }
}
