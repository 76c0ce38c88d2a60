//! Cuts a text that is too long between two characters.

/// Cuts a text that has more than `limit` bytes, and puts `mark` where the rest was.
pub(super) fn shorten(text: &mut String, limit: usize, mark: &str) {
    if text.len() > limit {
        let end = (0..=limit).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push_str(mark);
    }
}
