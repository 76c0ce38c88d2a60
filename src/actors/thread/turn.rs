//! What a turn's events mean: a pure reducer from events to changes of the store.
//!
//! It does no I/O and knows no clock, so that every rule of the protocol's event loop can be tested
//! by calling it.

use std::sync::Arc;

use super::draft::{Draft, Touched, replaced};
use crate::agent::cancelled::is_kept_when_cut_short;
use crate::protocol::{
    ItemId, ItemKind, ItemUpdate, ThreadId, ThreadItem, ThreadStreamEvent, content::AssistantContent,
};
use crate::store::Change;

/// The most parts a message may have. A responder that gives a larger `content_index` is at fault.
const MAX_PARTS: usize = 1_000;

/// The unfinished items of a running turn.
#[derive(Debug)]
pub struct Turn {
    thread_id: ThreadId,
    /// In the order they were added; few at any time.
    pending: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    item: ThreadItem,
    draft: Draft,
}

impl Turn {
    /// A turn of this thread without unfinished items.
    pub fn new(thread_id: ThreadId) -> Self {
        Self { thread_id, pending: Vec::new() }
    }

    /// Takes in an event. Returns the changes that must be committed together before a client sees it.
    pub fn apply(&mut self, event: ThreadStreamEvent) -> Vec<Change> {
        match event {
            ThreadStreamEvent::ItemAdded { item } => {
                self.forget(&item.id);
                self.pending.push(Pending { item, draft: Draft::unsaved() });
                Vec::new()
            }
            ThreadStreamEvent::ItemUpdated { item_id, update } => {
                if let Some(pending) = self.pending.iter_mut().find(|pending| pending.item.id == item_id) {
                    pending.draft.touch(apply_update(&mut pending.item.kind, update));
                }
                Vec::new()
            }
            ThreadStreamEvent::ItemDone { item } | ThreadStreamEvent::ItemReplaced { item } => {
                self.forget(&item.id);
                let mut commit = Vec::new();
                if matches!(item.kind, ItemKind::ClientToolCall(_)) {
                    // Its output is taken only while it is the newest item, so store the items that stay
                    // before it.
                    commit.extend(self.open_items().cloned().map(|open| Change::PutItem(open.into())));
                }
                commit.push(Change::PutItem(item.into()));
                commit
            }
            ThreadStreamEvent::ItemRemoved { item_id } => {
                self.forget(&item_id);
                vec![Change::RemoveItem { thread_id: self.thread_id.clone(), item_id }]
            }
            ThreadStreamEvent::ThreadCreated { .. }
            | ThreadStreamEvent::ThreadUpdated { .. }
            | ThreadStreamEvent::StreamOptions { .. }
            | ThreadStreamEvent::ProgressUpdate { .. }
            | ThreadStreamEvent::ClientEffect { .. }
            | ThreadStreamEvent::Error { .. }
            | ThreadStreamEvent::Notice { .. } => Vec::new(),
        }
    }

    /// Puts an item that could not be committed back among the unfinished ones, so that the end of the turn
    /// tries again.
    pub fn take_back(&mut self, item: Arc<ThreadItem>) {
        self.forget(&item.id);
        self.pending.push(Pending { item: Arc::unwrap_or_clone(item), draft: Draft::unsaved() });
    }

    fn forget(&mut self, item_id: &ItemId) {
        self.pending.retain(|pending| pending.item.id != *item_id);
    }

    /// Whether there is text that no draft holds yet.
    pub fn needs_draft(&self) -> bool {
        self.pending.iter().any(Pending::needs_draft)
    }

    /// The drafts to save now.
    pub fn take_drafts(&mut self) -> Vec<Change> {
        self.pending
            .iter_mut()
            .filter(|pending| pending.needs_draft())
            .map(|pending| pending.draft.catch_up(&pending.item))
            .collect()
    }

    /// Notes that the drafts taken last were not saved, so that they are due again.
    pub fn drafts_not_saved(&mut self) {
        for pending in &mut self.pending {
            pending.draft.not_saved();
        }
    }

    /// The unfinished items, in the order they were added.
    pub fn into_pending(self) -> Vec<ThreadItem> {
        self.pending.into_iter().map(|pending| pending.item).collect()
    }

    /// The items kept of a turn that ends early: the assistant messages with text.
    pub fn into_kept_items(self) -> Vec<ThreadItem> {
        self.into_pending().into_iter().filter(is_kept_when_cut_short).collect()
    }

    /// The items kept of a turn that ends well: the assistant messages with text, and the workflows, which may
    /// go on in the next turn.
    pub fn open_items(&self) -> impl Iterator<Item = &ThreadItem> {
        self.pending
            .iter()
            .map(|pending| &pending.item)
            .filter(|item| matches!(item.kind, ItemKind::Workflow { .. }) || is_kept_when_cut_short(item))
    }
}

impl Pending {
    fn needs_draft(&self) -> bool {
        self.draft.is_behind() && is_kept_when_cut_short(&self.item)
    }
}

/// Whether clients never see the event.
pub fn is_hidden(event: &ThreadStreamEvent) -> bool {
    match event {
        ThreadStreamEvent::ItemAdded { item }
        | ThreadStreamEvent::ItemDone { item }
        | ThreadStreamEvent::ItemReplaced { item } => item.is_hidden(),
        _ => false,
    }
}

/// Brings an unfinished item up to date, and says what that did to it. Widgets and images are not followed, as
/// in the reference.
fn apply_update(kind: &mut ItemKind, update: ItemUpdate) -> Touched {
    match (kind, update) {
        (
            ItemKind::AssistantMessage(message),
            ItemUpdate::ContentPartAdded { content_index, content }
            | ItemUpdate::ContentPartDone { content_index, content },
        ) => match part(&mut message.content, content_index) {
            Some(part) => {
                let touched = replaced(part, &content);
                *part = content;
                touched
            }
            None => Touched::Not,
        },
        (ItemKind::AssistantMessage(message), ItemUpdate::TextDelta { content_index, delta }) => {
            match part(&mut message.content, content_index) {
                Some(AssistantContent::OutputText { text, .. }) => {
                    text.push_str(&delta);
                    Touched::Appended
                }
                None => Touched::Not,
            }
        }
        (
            ItemKind::AssistantMessage(message),
            ItemUpdate::AnnotationAdded { content_index, annotation_index, annotation },
        ) => match part(&mut message.content, content_index) {
            Some(AssistantContent::OutputText { annotations, .. }) => {
                let place = annotation_index.min(annotations.len());
                let touched = if place == annotations.len() { Touched::Appended } else { Touched::Rewritten };
                annotations.insert(place, annotation);
                touched
            }
            None => Touched::Not,
        },
        (ItemKind::Workflow { workflow }, ItemUpdate::WorkflowTaskAdded { task, .. }) => {
            workflow.tasks.push(task);
            Touched::Rewritten
        }
        (ItemKind::Workflow { workflow }, ItemUpdate::WorkflowTaskUpdated { task_index, task }) => {
            match workflow.tasks.get_mut(task_index) {
                Some(place) => {
                    *place = task;
                    Touched::Rewritten
                }
                None => Touched::Not,
            }
        }
        _ => Touched::Not,
    }
}

/// The part at an index. Missing parts before it are filled with empty text.
fn part(content: &mut Vec<AssistantContent>, index: usize) -> Option<&mut AssistantContent> {
    if index >= MAX_PARTS {
        return None;
    }
    while content.len() <= index {
        content.push(AssistantContent::text(""));
    }
    content.get_mut(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{
        item::{AssistantMessage, ClientToolCall, ClientToolCallStatus, WidgetItem},
        widget::components::Card,
        workflow::{Workflow, WorkflowKind},
    };

    fn item(id: &str, kind: ItemKind) -> ThreadItem {
        ThreadItem::new(id.into(), "thr_1".into(), kind)
    }

    fn message(id: &str, text: &str) -> ThreadItem {
        item(id, ItemKind::AssistantMessage(AssistantMessage::text(text)))
    }

    fn delta(id: &str, content_index: usize, delta: &str) -> ThreadStreamEvent {
        let update = ItemUpdate::TextDelta { content_index, delta: delta.to_owned() };
        ThreadStreamEvent::ItemUpdated { item_id: id.into(), update }
    }

    fn turn() -> Turn {
        Turn::new("thr_1".into())
    }

    fn added(id: &str) -> ThreadStreamEvent {
        let kind = ItemKind::AssistantMessage(AssistantMessage::default());
        ThreadStreamEvent::ItemAdded { item: item(id, kind) }
    }

    #[test]
    fn a_done_item_is_committed_before_it_is_seen() {
        let commit = turn().apply(ThreadStreamEvent::ItemDone { item: message("msg_1", "hi") });
        assert!(matches!(&commit[..], [Change::PutItem(item)] if item.id.as_str() == "msg_1"));
    }

    #[test]
    fn hidden_items_are_stored_but_never_seen_whatever_the_event() {
        let hidden = item("h", ItemKind::HiddenContextItem { content: "x".into() });
        for event in [
            ThreadStreamEvent::ItemAdded { item: hidden.clone() },
            ThreadStreamEvent::ItemDone { item: hidden.clone() },
            ThreadStreamEvent::ItemReplaced { item: hidden },
        ] {
            assert!(is_hidden(&event));
        }
    }

    #[test]
    fn a_turn_cut_short_keeps_messages_with_text_and_nothing_else() {
        let mut turn = turn();
        for event in [
            added("msg_text"),
            added("msg_blank"),
            added("msg_done"),
            delta("msg_text", 1, "second"),
            delta("msg_blank", 0, " \n"),
            delta("msg_done", 0, "x"),
            ThreadStreamEvent::ItemAdded {
                item: item(
                    "msg_widget",
                    ItemKind::Widget(WidgetItem { widget: Card::new(()).into(), copy_text: None }),
                ),
            },
            ThreadStreamEvent::ItemDone { item: message("msg_done", "x") },
        ] {
            turn.apply(event);
        }
        let kept = turn.into_kept_items();
        assert_eq!(kept.len(), 1);
        let ItemKind::AssistantMessage(message) = &kept[0].kind else { panic!() };
        let texts: Vec<_> = message.content.iter().map(AssistantContent::as_text).collect();
        assert_eq!(texts, ["", "second"], "parts below the index are padded");
    }

    #[test]
    fn a_client_tool_call_is_stored_behind_what_is_still_open() {
        let mut turn = turn();
        let workflow = Workflow::new(WorkflowKind::Reasoning);
        let call = ClientToolCall {
            status: ClientToolCallStatus::Pending,
            call_id: "c".into(),
            name: "f".into(),
            arguments: serde_json::Map::new(),
            output: None,
        };
        turn.apply(added("msg_blank"));
        turn.apply(ThreadStreamEvent::ItemAdded { item: item("wf", ItemKind::Workflow { workflow }) });
        let commit =
            turn.apply(ThreadStreamEvent::ItemDone { item: item("tc", ItemKind::ClientToolCall(call)) });
        let ids: Vec<_> = commit
            .iter()
            .map(|change| match change {
                Change::PutItem(item) => item.id.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(ids, ["wf", "tc"]);
        assert_eq!(turn.open_items().count(), 1, "it may still change");
    }

    #[test]
    fn a_draft_is_due_only_when_text_changed() {
        let mut turn = turn();
        turn.apply(added("msg_1"));
        assert!(!turn.needs_draft(), "an empty message is no loss");
        turn.apply(delta("msg_1", 0, "a"));
        assert!(turn.needs_draft());
        assert!(matches!(&turn.take_drafts()[..], [Change::PutDraft(_)]));
        assert!(!turn.needs_draft());
        turn.apply(delta("msg_other", 0, "b"));
        assert!(!turn.needs_draft());
        turn.drafts_not_saved();
        assert!(turn.needs_draft(), "a draft that was not saved is due again");
    }

    #[test]
    fn an_item_that_could_not_be_committed_is_not_lost() {
        let mut turn = turn();
        turn.apply(added("msg_1"));
        let done = message("msg_1", "whole");
        turn.apply(ThreadStreamEvent::ItemDone { item: done.clone() });
        turn.take_back(done.clone().into());
        assert_eq!(turn.into_kept_items(), [done]);
    }

    #[test]
    fn an_index_out_of_reason_is_ignored() {
        let mut turn = turn();
        turn.apply(added("msg_1"));
        turn.apply(delta("msg_1", usize::MAX, "a"));
        assert!(turn.into_kept_items().is_empty());
    }
}
