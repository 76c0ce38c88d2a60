//! The parts of a user message: text, pictures, files.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;

use super::marks;

/// One part of a user message.
#[derive(Clone, Debug, PartialEq)]
pub enum ContentPart {
    /// What the user wrote.
    Text(String),
    /// What is told to the model in the user's name: what the user was shown, what an application adds.
    Note(String),
    /// A picture, sent as a data URL.
    Image(ImagePart),
    /// Any other file.
    File(FilePart),
}

impl ContentPart {
    /// The part as text, if it can be put so.
    pub(super) fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) | Self::Note(text) => Some(text.into()),
            Self::File(file) if !matches!(file.content, FileContent::Pdf(_)) => Some(file.to_text().into()),
            Self::File(_) | Self::Image(_) => None,
        }
    }
}

/// A picture for the model; clones share the bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct ImagePart {
    /// The name the user gave the file.
    pub name: String,
    /// The media type of `data`, for example `image/png`.
    pub mime_type: String,
    /// The encoded picture, small enough to be sent.
    pub data: Bytes,
}

/// A file for the model; clones share what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePart {
    /// The name the user gave the file.
    pub name: String,
    /// Its media type as announced, for example `text/csv`.
    pub mime_type: String,
    /// As much of it as the model gets to see.
    pub content: FileContent,
}

/// As much of a file as the model gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    /// Its text.
    Text(FileText),
    /// The whole of a PDF document.
    Pdf(Bytes),
    /// Only its name.
    Withheld {
        /// The reason, which completes “the model cannot see it:”.
        reason: String,
    },
}

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileText {
    /// The text, from its beginning.
    pub text: Arc<str>,
    /// The bytes of the whole text in UTF-8; more than those of `text` when it was cut.
    pub whole_bytes: usize,
    /// The lines of the whole text.
    pub num_lines: usize,
}

impl FileText {
    /// Whether the end is missing.
    pub fn is_cut(&self) -> bool {
        self.text.len() < self.whole_bytes
    }

    /// The same text, of at most `limit` bytes, cut between two characters.
    #[must_use]
    pub fn within(&self, limit: usize) -> Self {
        if self.text.len() <= limit {
            return self.clone();
        }
        let end = (0..=limit).rev().find(|&end| self.text.is_char_boundary(end)).unwrap_or_default();
        Self { text: self.text[..end].into(), ..*self }
    }
}

impl FilePart {
    /// The file in words, for a model that takes text alone: its name, and its content if that is text.
    pub fn to_text(&self) -> String {
        let Self { content, .. } = self;
        let (name, mime_type) = (marks::one_line(&self.name), marks::one_line(&self.mime_type));
        match content {
            FileContent::Text(content) => {
                let FileText { text, whole_bytes, num_lines } = content;
                let note = if content.is_cut() {
                    format!(
                        "only its first {} of {whole_bytes} bytes are shown; it has {num_lines} lines",
                        text.len()
                    )
                } else {
                    format!("{whole_bytes} bytes")
                };
                let text = marks::file(text);
                format!("The user attached the file \"{name}\" ({mime_type}, {note}):\n{text}")
            }
            FileContent::Pdf(data) => {
                format!("The user attached the file \"{name}\" ({mime_type}, {} bytes).", data.len())
            }
            FileContent::Withheld { reason } => format!(
                "The user attached the file \"{name}\" ({mime_type}). You cannot see its content: {reason}."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> FileText {
        FileText { text: text.into(), whole_bytes: text.len(), num_lines: text.lines().count() }
    }

    #[test]
    fn a_text_is_cut_between_characters_and_never_made_longer() {
        let text = file("a€b");
        let cuts: Vec<(String, bool)> =
            (0..7).map(|limit| text.within(limit)).map(|cut| (cut.text.to_string(), cut.is_cut())).collect();
        let expected = ["", "a", "a", "a", "a€", "a€b", "a€b"];
        assert!(cuts.iter().map(|(text, _)| text).eq(expected), "{cuts:?}");
        assert!(cuts.iter().map(|(_, is_cut)| *is_cut).eq([true, true, true, true, true, false, false]));
    }

    #[test]
    fn a_file_is_told_by_its_name_and_what_is_missing_is_said() {
        let part = |content| FilePart { name: "a.csv".to_owned(), mime_type: "text/csv".to_owned(), content };
        assert_eq!(
            part(FileContent::Text(file("x,y\n1,2"))).to_text(),
            "The user attached the file \"a.csv\" (text/csv, 7 bytes):\n<File>\nx,y\n1,2\n</File>"
        );
        assert_eq!(
            part(FileContent::Text(file("x,y\n1,2").within(3))).to_text(),
            "The user attached the file \"a.csv\" (text/csv, only its first 3 of 7 bytes are shown; it has 2 lines):\n\
             <File>\nx,y\n</File>"
        );
        assert_eq!(
            part(FileContent::Withheld { reason: "it is not text".to_owned() }).to_text(),
            "The user attached the file \"a.csv\" (text/csv). You cannot see its content: it is not text."
        );
    }
}
