//! Says which files are text, and reads them.

use std::path::Path;

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
        // What a browser does not know, as most source code, has no type.
        || mime_type == "application/octet-stream"
        || (kind == "application" && APPLICATIONS.contains(&subtype))
        || ["+json", "+xml", "+yaml"].iter().any(|suffix| subtype.ends_with(suffix))
        || MISNAMED.iter().any(|&(known, ending)| known == mime_type && extension.eq_ignore_ascii_case(ending))
}

/// The text in bytes that are UTF-8, or UTF-16 that says so by its byte order mark. Others are none, and
/// so are those with a zero character, which no text has.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest).ok()?.to_owned(),
    };
    (!text.contains('\0')).then_some(text)
}

fn utf_16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
