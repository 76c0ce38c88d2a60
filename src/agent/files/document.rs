//! What the model is given of a file that is no picture, found out while its bytes stream by.

use futures_util::StreamExt;

use super::{
    FileSettings,
    text::{NotText, TextReader},
};
use crate::{
    model::FileContent,
    store::{AttachmentBody, AttachmentError},
};

/// The first bytes of every PDF document. A document may come without its type, and may be made of nothing but
/// letters.
const PDF: &[u8] = b"%PDF-";

/// Reads the body off the arbiter.
pub(super) async fn read(
    body: AttachmentBody,
    settings: FileSettings,
) -> Result<FileContent, AttachmentError> {
    let mut document = Document::new(body.size_bytes(), settings);
    let mut pieces = body.into_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        let taken = tokio::task::spawn_blocking(move || {
            document.take(&piece);
            document
        });
        document = taken.await.map_err(|error| AttachmentError::Unreadable { reason: error.to_string() })?;
        if document.is_settled() {
            break;
        }
    }
    Ok(document.finish())
}

/// A file of which some pieces were read.
struct Document {
    size_bytes: u64,
    settings: FileSettings,
    state: State,
}

enum State {
    /// Too few bytes to tell.
    Beginning(Vec<u8>),
    Pdf(Vec<u8>),
    Text(TextReader),
    /// Whatever follows, the model does not get it.
    Withheld(String),
}

impl Document {
    fn new(size_bytes: u64, settings: FileSettings) -> Self {
        Self { size_bytes, settings, state: State::Beginning(Vec::new()) }
    }

    /// Whether nothing that follows can change the outcome.
    fn is_settled(&self) -> bool {
        matches!(self.state, State::Withheld(_))
    }

    fn take(&mut self, piece: &[u8]) {
        match &mut self.state {
            State::Beginning(bytes) => {
                bytes.extend_from_slice(piece);
                if bytes.len() >= PDF.len() {
                    let bytes = std::mem::take(bytes);
                    self.begin(bytes);
                }
            }
            State::Pdf(bytes) => {
                bytes.extend_from_slice(piece);
                let num_bytes = bytes.len();
                if num_bytes > self.settings.max_pdf_bytes {
                    self.state = State::Withheld(self.too_large(num_bytes as u64));
                }
            }
            State::Text(reader) => {
                if let Err(NotText) = reader.take(piece) {
                    self.state = State::Withheld(not_text());
                }
            }
            State::Withheld(_) => {}
        }
    }

    /// Decides by the first bytes.
    fn begin(&mut self, bytes: Vec<u8>) {
        let FileSettings { pdf, max_pdf_bytes, max_text_bytes, .. } = self.settings;
        self.state = if bytes.starts_with(PDF) {
            let size_bytes = self.size_bytes.max(bytes.len() as u64);
            if !pdf {
                State::Withheld(no_pdf())
            } else if size_bytes > max_pdf_bytes as u64 {
                State::Withheld(self.too_large(size_bytes))
            } else {
                State::Pdf(bytes)
            }
        } else if max_text_bytes == 0 {
            State::Withheld("files are not read here".to_owned())
        } else {
            let mut reader = TextReader::new(max_text_bytes);
            match reader.take(&bytes) {
                Ok(()) => State::Text(reader),
                Err(NotText) => State::Withheld(not_text()),
            }
        };
    }

    fn too_large(&self, size_bytes: u64) -> String {
        let limit = self.settings.max_pdf_bytes;
        format!("it has {size_bytes} bytes, and documents of up to {limit} are read here")
    }

    fn finish(mut self) -> FileContent {
        if let State::Beginning(bytes) = &mut self.state {
            let bytes = std::mem::take(bytes);
            self.begin(bytes);
        }
        let withheld = |reason| FileContent::Withheld { reason };
        match self.state {
            State::Pdf(bytes) => FileContent::Pdf(bytes.into()),
            State::Text(reader) => {
                reader.finish().map_or_else(|NotText| withheld(not_text()), FileContent::Text)
            }
            State::Beginning(_) => withheld(not_text()),
            State::Withheld(reason) => withheld(reason),
        }
    }
}

pub(super) fn no_pdf() -> String {
    "the language model of this server is given no PDF documents".to_owned()
}

fn not_text() -> String {
    "it is not text in UTF-8 or UTF-16".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], settings: FileSettings) -> FileContent {
        let read = |piece_bytes| {
            let mut document = Document::new(bytes.len() as u64, settings);
            for piece in bytes.chunks(piece_bytes) {
                document.take(piece);
            }
            document.finish()
        };
        let whole = read(usize::MAX);
        for piece_bytes in 1..6 {
            assert_eq!(read(piece_bytes), whole, "in pieces of {piece_bytes} bytes");
        }
        whole
    }

    #[test]
    fn a_text_longer_than_the_limit_is_cut_and_still_counted_whole() {
        let settings = FileSettings { max_text_bytes: 7, ..FileSettings::default() };
        let FileContent::Text(text) = read("one\ntwö\nthree\n".as_bytes(), settings) else {
            panic!("no text")
        };
        assert_eq!((&*text.text, text.whole_bytes, text.num_lines), ("one\ntw", 15, 3));
        let FileContent::Text(text) = read(b"one\ntwo", settings) else { panic!("no text") };
        assert!(!text.is_cut());
    }

    #[test]
    fn documents_are_given_only_where_they_are_taken_and_not_too_large() {
        let is_pdf = |settings| matches!(read(b"%PDF-1.7 all in letters", settings), FileContent::Pdf(_));
        let off = FileSettings::default();
        let on = FileSettings { pdf: true, ..off };
        assert!(!is_pdf(off));
        assert!(is_pdf(on));
        assert!(!is_pdf(FileSettings { max_pdf_bytes: 9, ..on }));
    }

    #[test]
    fn a_document_longer_than_was_said_is_not_kept() {
        let settings = FileSettings { pdf: true, max_pdf_bytes: 10, ..FileSettings::default() };
        let mut document = Document::new(5, settings);
        document.take(b"%PDF-");
        assert!(!document.is_settled());
        document.take(b"123456");
        assert!(document.is_settled());
        assert!(matches!(document.finish(), FileContent::Withheld { .. }));
    }

    #[test]
    fn what_is_no_text_is_not_read_to_its_end() {
        let mut document = Document::new(1 << 30, FileSettings::default());
        document.take(b"\x7fELF\0\0\0\0");
        assert!(document.is_settled());
    }

    #[test]
    fn without_a_limit_s_worth_of_text_files_are_only_named() {
        let settings = FileSettings { max_text_bytes: 0, ..FileSettings::default() };
        assert!(matches!(read(b"text", settings), FileContent::Withheld { .. }));
    }
}
