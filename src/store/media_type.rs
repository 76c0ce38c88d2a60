//! Checks that bytes are of the announced media type.

use crate::store::AttachmentError;

/// How many of the first bytes are enough to tell the type.
pub(super) const HEAD_LEN: usize = 64;

/// Whether this type is a picture, whose content must be of exactly the announced type.
pub(super) fn is_picture(announced: &str) -> bool {
    matches!(announced, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// The type of the content, if its first bytes leave no doubt.
///
/// It takes the whole signature: a text may well begin with `GIF` or mention `%PDF`.
fn unmistakable(head: &[u8]) -> Option<&'static str> {
    let signature = match infer::get(head)?.mime_type() {
        "image/png" => head.starts_with(b"\x89PNG\r\n\x1A\n"),
        "image/jpeg" => head.starts_with(b"\xFF\xD8\xFF"),
        "image/gif" => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
        "image/webp" => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
        "application/pdf" => head.starts_with(b"%PDF-"),
        _ => false,
    };
    infer::get(head).filter(|_| signature).map(|found| found.mime_type())
}

/// Refuses bytes that cannot be what was announced.
///
/// A picture must be one of that very type. Anything else is refused only when it clearly is
/// something else; most types, text above all, have no signature. `application/octet-stream` may be
/// anything.
pub(super) fn check(announced: &str, head: &[u8]) -> Result<(), AttachmentError> {
    let found = unmistakable(head);
    let fine = match found {
        Some(found) => found == announced || announced == "application/octet-stream",
        None => !is_picture(announced),
    };
    if fine {
        return Ok(());
    }
    Err(AttachmentError::WrongType {
        announced: announced.to_owned(),
        found: found.unwrap_or("of an unknown type").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1A\n....";
    const PDF: &[u8] = b"%PDF-1.7 ...";

    #[test]
    fn pictures_must_be_exactly_what_was_announced() {
        assert!(check("image/png", PNG).is_ok());
        for announced in ["image/jpeg", "image/gif", "image/webp", "image/bmp", "image/svg+xml"] {
            assert!(check(announced, PNG).is_err(), "{announced}");
        }
        for head in [PDF, b"<html>", b"", b"\x89PNG", b"GIF is a format"] {
            assert!(check("image/png", head).is_err());
            assert!(check("image/gif", head).is_err());
        }
        assert!(check("image/gif", b"GIF89a......").is_ok());
        assert!(check("image/webp", b"RIFF....WEBPVP8 ").is_ok());
        assert!(check("image/jpeg", b"\xFF\xD8\xFF\xE0").is_ok());
        assert!(check("image/svg+xml", b"<svg/>").is_ok());
    }

    #[test]
    fn other_files_are_refused_only_when_clearly_something_else() {
        for announced in ["application/pdf", "text/plain", "application/zip"] {
            assert!(check(announced, PNG).is_err(), "{announced}");
        }
        assert!(check("text/plain", PDF).is_err());
        assert!(check("application/octet-stream", PNG).is_ok());
        for head in
            [&b"hello"[..], b"GIF is a format", b"a text on %PDF-1.7", b"BMW", b"PK\x03\x04docx", b"\x7FELF"]
        {
            assert!(check("text/plain", head).is_ok(), "{head:?}");
            assert!(
                check("application/vnd.openxmlformats-officedocument.wordprocessingml.document", head)
                    .is_ok()
            );
        }
    }
}
