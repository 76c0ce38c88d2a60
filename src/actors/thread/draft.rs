//! What of an unfinished message is saved as a draft, and what has to be saved next.

use crate::{
    protocol::{ItemKind, ThreadItem, content::AssistantContent},
    store::{Change, DraftPiece, PartPiece},
};

/// How far the draft of one item has come in the store.
///
/// A draft is written whole once, and after that only what was appended: otherwise an answer of a hundred
/// kilobytes would be written again every second.
#[derive(Debug)]
pub struct Draft {
    /// Whether the item has something that is not saved.
    behind: bool,
    /// What is saved; `None` when only the whole item will do.
    saved: Option<Saved>,
}

#[derive(Debug)]
struct Saved {
    /// How long each part of the message is in the store.
    parts: Vec<PartLength>,
    /// How many pieces were appended.
    pieces: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct PartLength {
    bytes: usize,
    annotations: usize,
}

/// What an update did to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Nothing.
    Not,
    /// It only appended.
    Appended,
    /// It changed what was there.
    Rewritten,
}

impl Draft {
    /// The draft of an item of which nothing is saved.
    pub fn unsaved() -> Self {
        Self { behind: true, saved: None }
    }

    /// Takes note of what an update did to the item.
    pub fn touch(&mut self, touched: Touched) {
        self.behind |= touched != Touched::Not;
        if touched == Touched::Rewritten {
            self.saved = None;
        }
    }

    /// Whether the item has something that is not saved.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// The change that brings the store up to date with the item.
    pub fn catch_up(&mut self, item: &ThreadItem) -> Change {
        self.behind = false;
        let parts = match &item.kind {
            ItemKind::AssistantMessage(message) => message.content.as_slice(),
            _ => &[],
        };
        let lengths: Vec<_> = parts.iter().map(PartLength::of).collect();
        let Some(saved) = &mut self.saved else {
            self.saved = Some(Saved { parts: lengths, pieces: 0 });
            return Change::PutDraft(item.clone());
        };
        saved.pieces += 1;
        let before = std::mem::replace(&mut saved.parts, lengths);
        Change::AppendDraft {
            thread_id: item.thread_id.clone(),
            item_id: item.id.clone(),
            number: saved.pieces,
            piece: piece_behind(&before, parts),
        }
    }

    /// Takes note that the last change may not have been saved.
    pub fn not_saved(&mut self) {
        *self = Self::unsaved();
    }
}

impl PartLength {
    fn of(part: &AssistantContent) -> Self {
        let AssistantContent::OutputText { text, annotations } = part;
        Self { bytes: text.len(), annotations: annotations.len() }
    }
}

/// What the parts have beyond these lengths.
fn piece_behind(before: &[PartLength], parts: &[AssistantContent]) -> DraftPiece {
    let grown = parts.iter().enumerate().filter_map(|(index, part)| {
        let is_new = index >= before.len();
        let before = before.get(index).copied().unwrap_or_default();
        let AssistantContent::OutputText { text, annotations } = part;
        (is_new || PartLength::of(part) != before).then(|| PartPiece {
            index,
            offset: before.bytes,
            text: text[before.bytes..].to_owned(),
            annotations: annotations[before.annotations..].to_vec(),
        })
    });
    DraftPiece { parts: grown.collect() }
}

/// What it does to a part to be replaced by another.
pub fn replaced(old: &AssistantContent, new: &AssistantContent) -> Touched {
    let AssistantContent::OutputText { text: old_text, annotations: old_annotations } = old;
    let AssistantContent::OutputText { text, annotations } = new;
    if text.starts_with(old_text.as_str()) && annotations.starts_with(old_annotations) {
        Touched::Appended
    } else {
        Touched::Rewritten
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        actors::thread::turn::Turn,
        protocol::{
            ItemUpdate, ThreadMetadata, ThreadStreamEvent,
            item::AssistantMessage,
            source::{Annotation, UrlSource},
        },
        store::{Commit, MemoryStore, Store},
    };

    /// What may happen to a message between two drafts.
    #[derive(Clone, Debug)]
    enum Step {
        Update(ItemUpdate),
        Save,
        /// A draft that does not reach the store.
        FailToSave,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let part = 0..3_usize;
        let text = "[aé ]{0,4}";
        let annotation =
            |index: usize| Annotation::new(UrlSource::new("x", "https://x.example")).at(index as u64);
        let update = prop_oneof![
            8 => (part.clone(), text).prop_map(|(content_index, delta)| ItemUpdate::TextDelta { content_index, delta }),
            1 => (part.clone(), text).prop_map(|(content_index, text)| ItemUpdate::ContentPartDone {
                content_index,
                content: AssistantContent::text(text),
            }),
            2 => (part, 0..4_usize).prop_map(move |(content_index, annotation_index)| ItemUpdate::AnnotationAdded {
                content_index,
                annotation_index,
                annotation: annotation(annotation_index),
            }),
        ];
        let step = prop_oneof![6 => update.prop_map(Step::Update), 3 => Just(Step::Save), 1 => Just(Step::FailToSave)];
        prop::collection::vec(step, 0..40)
    }

    fn save(store: &MemoryStore, changes: Vec<Change>) {
        futures_util::FutureExt::now_or_never(store.submit(Commit::new(&"ada".into(), changes)))
            .expect("memory is never busy")
            .unwrap();
    }

    proptest! {
        #[test]
        fn what_is_saved_in_pieces_is_what_the_whole_message_is(steps in steps()) {
            let store = MemoryStore::new();
            save(&store, vec![Change::CreateThread(ThreadMetadata::new("thr_1".into()))]);
            let mut turn = Turn::new("thr_1".into());
            let kind = ItemKind::AssistantMessage(AssistantMessage::text("begin"));
            let item = ThreadItem::new("msg_1".into(), "thr_1".into(), kind);
            turn.apply(ThreadStreamEvent::ItemAdded { item });
            for step in steps {
                match step {
                    Step::Update(update) => {
                        turn.apply(ThreadStreamEvent::ItemUpdated { item_id: "msg_1".into(), update });
                    }
                    Step::Save => save(&store, turn.take_drafts()),
                    Step::FailToSave => {
                        drop(turn.take_drafts());
                        turn.drafts_not_saved();
                    }
                }
            }
            save(&store, turn.take_drafts());
            let record = futures_util::FutureExt::now_or_never(store.thread(&"ada".into(), &"thr_1".into()));
            let drafts = record.unwrap().unwrap().drafts;
            // A message that has become blank is not kept, and its draft is of no consequence.
            let kept = turn.into_kept_items();
            prop_assert!(kept.is_empty() || drafts == kept, "{drafts:?}\n{kept:?}");
        }
    }

    #[test]
    fn only_what_was_appended_is_saved_again() {
        let mut turn = Turn::new("thr_1".into());
        let kind = ItemKind::AssistantMessage(AssistantMessage::default());
        let item = ThreadItem::new("msg_1".into(), "thr_1".into(), kind);
        turn.apply(ThreadStreamEvent::ItemAdded { item });
        let mut say = |content_index, delta: &str| {
            let update = ItemUpdate::TextDelta { content_index, delta: delta.to_owned() };
            turn.apply(ThreadStreamEvent::ItemUpdated { item_id: "msg_1".into(), update });
            turn.take_drafts()
        };
        assert!(matches!(&say(0, "One,")[..], [Change::PutDraft(_)]));
        let texts = |changes: Vec<Change>| match &changes[..] {
            [Change::AppendDraft { number, piece, .. }] => {
                let parts = piece.parts.iter().map(|part| (part.index, part.offset, part.text.clone()));
                (*number, parts.collect::<Vec<_>>())
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(texts(say(0, " two")), (1, vec![(0, 4, " two".to_owned())]));
        assert_eq!(texts(say(1, "a")), (2, vec![(1, 0, "a".to_owned())]));
    }
}
