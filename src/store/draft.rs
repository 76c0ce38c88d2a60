//! What an unfinished message has gained since its draft was saved whole.

use serde::{Deserialize, Serialize};

use crate::protocol::{ItemKind, ThreadItem, content::AssistantContent, source::Annotation};

/// What was appended to an unfinished assistant message between two saves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftPiece {
    /// The parts of the message that grew.
    pub parts: Vec<PartPiece>,
}

/// What was appended to one part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartPiece {
    /// The part's index in the message. Parts below it that are not there yet are empty texts.
    pub index: usize,
    /// How many bytes of text the part had before.
    pub offset: usize,
    /// The further text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The further annotations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
}

/// The item with the pieces appended, in the order of their numbers, up to the first that does not fit.
pub(super) fn whole_draft(
    mut item: ThreadItem,
    pieces: impl IntoIterator<Item = (u64, DraftPiece)>,
) -> ThreadItem {
    for (expected, (number, piece)) in (1..).zip(pieces) {
        if number != expected || !append(&mut item, piece) {
            tracing::warn!(
                thread.id = %item.thread_id,
                item.id = %item.id,
                piece = number,
                "a draft breaks off: a piece does not fit what comes before it"
            );
            break;
        }
    }
    item
}

/// Appends a piece and says whether it fitted. One that does not fit changes nothing.
fn append(item: &mut ThreadItem, piece: DraftPiece) -> bool {
    let ItemKind::AssistantMessage(message) = &mut item.kind else { return false };
    let length = |index: usize| message.content.get(index).map_or(0, |part| part.as_text().len());
    if piece.parts.iter().any(|part| part.offset != length(part.index)) {
        return false;
    }
    for piece in piece.parts {
        while message.content.len() <= piece.index {
            message.content.push(AssistantContent::text(""));
        }
        let AssistantContent::OutputText { text, annotations } = &mut message.content[piece.index];
        text.push_str(&piece.text);
        annotations.extend(piece.annotations);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::item::AssistantMessage;

    fn piece(index: usize, offset: usize, text: &str) -> DraftPiece {
        DraftPiece {
            parts: vec![PartPiece { index, offset, text: text.to_owned(), annotations: Vec::new() }],
        }
    }

    fn texts(pieces: &[(u64, DraftPiece)]) -> Vec<String> {
        let kind = ItemKind::AssistantMessage(AssistantMessage::text("é"));
        let item = ThreadItem::new("m1".into(), "thr_1".into(), kind);
        match whole_draft(item, pieces.to_vec()).kind {
            ItemKind::AssistantMessage(message) => {
                message.content.iter().map(|part| part.as_text().to_owned()).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pieces_are_appended_to_their_parts() {
        let pieces = [(1, piece(0, 2, "a")), (2, piece(2, 0, "c")), (3, piece(0, 3, "b"))];
        assert_eq!(texts(&pieces), ["éab", "", "c"]);
    }

    #[test]
    fn a_draft_ends_before_a_piece_that_does_not_fit() {
        let first = (1, piece(0, 2, "a"));
        for misfit in
            [(2, piece(0, 2, "x")), (2, piece(0, 4, "x")), (3, piece(0, 3, "x")), (2, piece(9, 1, "x"))]
        {
            assert_eq!(texts(&[first.clone(), misfit, (3, piece(0, 3, "y"))]), ["éa"]);
        }
    }
}
