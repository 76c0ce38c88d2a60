//! Tells which files may be text, and decodes them.

use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, UTF_8};
use memchr::memchr_iter;

use crate::model::FileText;

/// How much is decoded in one go.
const DECODED_BYTES: usize = 8 << 10;

/// Text of these types is not called `text/…`.
const APPLICATIONS: &[&str] = &[
    "csv",
    "ecmascript",
    "graphql",
    "javascript",
    "json",
    "json5",
    "jsonl",
    "mbox",
    "ndjson",
    "pgp-signature",
    "rtf",
    "sql",
    "tex",
    "toml",
    "typescript",
    "x-csh",
    "x-httpd-php",
    "x-javascript",
    "x-json",
    "x-latex",
    "x-ndjson",
    "x-perl",
    "x-php",
    "x-python-code",
    "x-ruby",
    "x-sh",
    "x-shellscript",
    "x-sql",
    "x-subrip",
    "x-tcl",
    "x-tex",
    "x-toml",
    "x-typescript",
    "x-yaml",
    "xml",
    "xml-dtd",
    "yaml",
];

/// Files that browsers announce as something else, by the end of their name: TypeScript has the ending of
/// a video format, and Windows takes tables of text for those of a program.
const MISNAMED: &[(&str, &str)] =
    &[("video/mp2t", "ts"), ("video/vnd.dlna.mpeg-tts", "ts"), ("application/vnd.ms-excel", "csv")];

/// Whether a file of this type and name may be text. Its bytes decide.
pub(super) fn may_be_text(mime_type: &str, name: &str) -> bool {
    let Some((kind, subtype)) = mime_type.split_once('/') else { return false };
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    kind == "text"
        // Browsers announce files that they do not know, such as most source code, with this type.
        || mime_type == "application/octet-stream"
        || (kind == "application" && APPLICATIONS.contains(&subtype))
        || ["+json", "+xml", "+yaml"].iter().any(|suffix| subtype.ends_with(suffix))
        || MISNAMED.iter().any(|&(known, ending)| known == mime_type && extension.eq_ignore_ascii_case(ending))
}

/// Decodes a text piece by piece, keeps its beginning, and counts the rest.
///
/// Text is UTF-8, or UTF-16 with a byte order mark, without any zero character. Everything else counts as not
/// text.
pub(super) struct TextReader {
    decoder: Decoder,
    /// What was decoded last.
    decoded: String,
    kept: String,
    max_kept_bytes: usize,
    whole_bytes: usize,
    num_line_ends: usize,
    has_open_line: bool,
}

/// The bytes are not text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotText;

impl TextReader {
    pub(super) fn new(max_kept_bytes: usize) -> Self {
        Self {
            decoder: UTF_8.new_decoder(),
            decoded: String::with_capacity(DECODED_BYTES),
            kept: String::new(),
            max_kept_bytes,
            whole_bytes: 0,
            num_line_ends: 0,
            has_open_line: false,
        }
    }

    pub(super) fn take(&mut self, piece: &[u8]) -> Result<(), NotText> {
        self.decode(piece, false)
    }

    pub(super) fn finish(mut self) -> Result<FileText, NotText> {
        self.decode(&[], true)?;
        let (text, whole_bytes) = (self.kept.into(), self.whole_bytes);
        let num_lines = self.num_line_ends + usize::from(self.has_open_line);
        Ok(FileText { text, whole_bytes, num_lines }.within(self.max_kept_bytes))
    }

    fn decode(&mut self, mut piece: &[u8], is_last: bool) -> Result<(), NotText> {
        loop {
            self.decoded.clear();
            let (result, num_read) =
                self.decoder.decode_to_string_without_replacement(piece, &mut self.decoded, is_last);
            piece = &piece[num_read..];
            if self.decoded.contains('\0') {
                return Err(NotText);
            }
            self.count();
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Err(NotText),
            }
        }
    }

    fn count(&mut self) {
        let decoded = self.decoded.as_bytes();
        let Some(last) = decoded.last() else { return };
        self.has_open_line = *last != b'\n';
        self.whole_bytes += decoded.len();
        self.num_line_ends += memchr_iter(b'\n', decoded).count();
        if self.kept.len() < self.max_kept_bytes {
            self.kept.push_str(&self.decoded);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text in bytes that come in pieces of this size.
    fn read(bytes: &[u8], piece_bytes: usize, max_kept_bytes: usize) -> Result<FileText, NotText> {
        let mut reader = TextReader::new(max_kept_bytes);
        bytes.chunks(piece_bytes).try_for_each(|piece| reader.take(piece))?;
        reader.finish()
    }

    fn decode(bytes: &[u8]) -> Option<String> {
        let whole = read(bytes, usize::MAX, usize::MAX);
        for piece_bytes in 1..6 {
            assert_eq!(read(bytes, piece_bytes, usize::MAX), whole, "{bytes:?}");
        }
        whole.ok().map(|text| text.text.to_string())
    }

    #[test]
    fn types_of_text_are_known_by_family_by_list_and_by_suffix() {
        for (mime_type, name) in [
            ("text/plain", "a"),
            ("text/x-rust", "a"),
            ("application/json", "a"),
            ("application/geo+json", "a"),
            ("image/svg+xml", "a.svg"),
            ("application/yaml", "a"),
            ("application/octet-stream", "main.rs"),
            ("video/mp2t", "app.TS"),
            ("application/vnd.ms-excel", "table.csv"),
        ] {
            assert!(may_be_text(mime_type, name), "{mime_type} {name}");
        }
        for (mime_type, name) in [
            ("video/mp2t", "film.m2ts"),
            ("application/vnd.ms-excel", "table.xls"),
            ("application/zip", "text.txt"),
            ("application/pdf", "a.txt"),
            ("image/png", "a.txt"),
            ("nonsense", "a.txt"),
        ] {
            assert!(!may_be_text(mime_type, name), "{mime_type} {name}");
        }
    }

    #[test]
    fn text_is_read_in_utf_8_and_in_marked_utf_16() {
        let text = "Grüße, 東京 🌍\n";
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(text));
        assert_eq!(decode(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).as_deref(), Some(text));
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(little).collect();
        assert_eq!(decode(&bytes).as_deref(), Some(text));
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        let bytes: Vec<u8> = [0xfe, 0xff].into_iter().chain(big).collect();
        assert_eq!(decode(&bytes).as_deref(), Some(text));
    }

    #[test]
    fn a_long_text_is_counted_whole_and_kept_up_to_a_character() {
        let text = "grün 🌍\nzwei\n\n".repeat(5_000);
        for text in [text.clone(), format!("{text}end"), "🌍".to_owned(), String::new()] {
            let (whole_bytes, num_lines) = (text.len(), text.lines().count());
            for limit in [0, 1, 3, 4, 9, 16, 8_191, 8_192, 8_193, 100_000] {
                let expected = FileText { text: text.as_str().into(), whole_bytes, num_lines }.within(limit);
                for piece_bytes in [7, 8_192, 1 << 20] {
                    assert_eq!(read(text.as_bytes(), piece_bytes, limit), Ok(expected.clone()), "{limit}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_one() {
        for bytes in [
            &b"caf\xe9"[..],
            b"PK\x03\x04\x00\x00",
            b"a\0b",
            b"\xff\xfea",
            b"\xff\xfe\x00\xd8a\x00",
            b"\xff\xfea\x00\x00\x00",
        ] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
