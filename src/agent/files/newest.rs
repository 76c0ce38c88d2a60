//! Chooses which of a thread's files one request carries: the newest, up to the limits.

use super::{FileSettings, Files, file};
use crate::{
    model::{ContentPart, FileContent, FilePart},
    protocol::{Attachment, attachment::AttachmentCommon, item::GeneratedImage},
    store::AttachmentError,
};

/// How many pictures a model gets at most. Providers refuse requests with more than a few dozen.
const MAX_PICTURES: usize = 20;

/// A file or a picture of a thread.
#[derive(Clone, Copy, Debug)]
pub(in crate::agent) enum Shown<'a> {
    /// What a user attached.
    Attached(&'a Attachment),
    /// What the assistant made.
    Generated(&'a GeneratedImage),
}

/// What a request can still carry.
struct Room {
    pictures: usize,
    text_bytes: usize,
    pdf_bytes: usize,
}

impl Files {
    /// A part for each of these attachments, which must come newest first, in that order.
    pub async fn parts<'a>(&self, newest_first: impl Iterator<Item = &'a Attachment>) -> Vec<ContentPart> {
        self.read(newest_first.map(Shown::Attached)).await.into_iter().flatten().collect()
    }

    /// A part for each file and picture, which must come newest first, in that order. A generated picture that
    /// cannot be had, or that there is no room for, has none.
    pub(in crate::agent) async fn read<'a>(
        &self,
        newest_first: impl Iterator<Item = Shown<'a>>,
    ) -> Vec<Option<ContentPart>> {
        let FileSettings { max_texts_bytes, max_pdfs_bytes, .. } = *self.settings();
        let mut room =
            Room { pictures: MAX_PICTURES, text_bytes: max_texts_bytes, pdf_bytes: max_pdfs_bytes };
        let mut parts = Vec::new();
        for shown in newest_first {
            parts.push(match shown {
                Shown::Attached(attachment) => Some(self.part(attachment, &mut room).await),
                Shown::Generated(image) => self.generated_part(image, &mut room).await,
            });
        }
        parts
    }

    async fn generated_part(&self, image: &GeneratedImage, room: &mut Room) -> Option<ContentPart> {
        let left = room.pictures.checked_sub(1)?;
        let part = self.generated(image).await?;
        room.pictures = left;
        Some(part)
    }

    async fn part(&self, attachment: &Attachment, room: &mut Room) -> ContentPart {
        let common = attachment.common();
        let is_picture = matches!(attachment, Attachment::Image { .. });
        if is_picture {
            match room.pictures.checked_sub(1) {
                Some(left) => room.pictures = left,
                None => {
                    return withheld(common, "it is left out, since newer pictures came after it".to_owned());
                }
            }
        }
        match self.load(attachment).await {
            Ok(ContentPart::File(file)) => ContentPart::File(room.take(file)),
            Ok(part) => part,
            Err(error) => {
                tracing::warn!(attachment.id = %common.id, cause = %error, "attachment not given to the model");
                let reason = match error {
                    AttachmentError::Unreadable { reason } => reason,
                    other => other.to_string(),
                };
                withheld(common, format!("it cannot be read: {reason}"))
            }
        }
    }
}

fn withheld(attachment: &AttachmentCommon, reason: String) -> ContentPart {
    file(attachment, FileContent::Withheld { reason })
}

impl Room {
    /// As much of the file as there is room for.
    fn take(&mut self, file: FilePart) -> FilePart {
        let left_out = || FileContent::Withheld {
            reason: "it is left out, since the newer files of the conversation are long".to_owned(),
        };
        let content = match file.content {
            FileContent::Text(text) if !text.text.is_empty() && self.text_bytes == 0 => left_out(),
            FileContent::Text(text) => {
                let text = text.within(self.text_bytes);
                self.text_bytes -= text.text.len();
                FileContent::Text(text)
            }
            FileContent::Pdf(data) => match self.pdf_bytes.checked_sub(data.len()) {
                Some(left) => {
                    self.pdf_bytes = left;
                    FileContent::Pdf(data)
                }
                None => left_out(),
            },
            withheld @ FileContent::Withheld { .. } => withheld,
        };
        FilePart { content, ..file }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::FileText;

    fn take(room: &mut Room, content: FileContent) -> FileContent {
        room.take(FilePart { name: "f".to_owned(), mime_type: "a/b".to_owned(), content }).content
    }

    #[test]
    fn newer_files_take_the_room_and_older_ones_get_what_is_left() {
        let mut room = Room { pictures: 0, text_bytes: 10, pdf_bytes: 10 };
        let text = |length: usize| {
            FileContent::Text(FileText { text: "x".repeat(length).into(), whole_bytes: length, num_lines: 1 })
        };
        assert_eq!(take(&mut room, text(7)), text(7));
        let FileContent::Text(cut) = take(&mut room, text(7)) else { panic!("nothing left") };
        assert_eq!((cut.text.len(), cut.whole_bytes), (3, 7));
        assert!(matches!(take(&mut room, text(1)), FileContent::Withheld { .. }));
        let pdf = |length: usize| FileContent::Pdf(Bytes::from("p".repeat(length)));
        assert_eq!(take(&mut room, pdf(6)), pdf(6));
        assert!(matches!(take(&mut room, pdf(6)), FileContent::Withheld { .. }), "half of it is no document");
        assert_eq!(take(&mut room, pdf(4)), pdf(4));
    }
}
