//! What is left of a turn that is ended early, and what is kept of it.

use crate::protocol::{ItemId, ItemKind, ThreadId, ThreadItem};

/// Why a turn is ended before its responder is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancellation {
    /// The user stopped it, or the last client went away.
    Client,
    /// The service is being stopped.
    Shutdown,
}

/// A turn that was ended early.
#[derive(Clone, Debug)]
pub struct CancelledTurn {
    /// The thread.
    pub thread_id: ThreadId,
    /// Why.
    pub reason: Cancellation,
    /// The items that were begun and not completed, in that order. Messages and workflows are up to date,
    /// widgets and pictures are as they were first shown.
    pub pending: Vec<ThreadItem>,
}

impl CancelledTurn {
    /// What is kept unless a responder says otherwise: the messages with text, then the note.
    pub fn into_kept_items(self) -> Vec<ThreadItem> {
        let note = self.note();
        self.pending.into_iter().filter(is_kept_when_cut_short).chain([note]).collect()
    }

    /// A note for the model, and only for it, that the answer was cut short.
    pub fn note(&self) -> ThreadItem {
        interruption_note(&self.thread_id, self.reason)
    }
}

/// Whether an unfinished item is worth keeping: an assistant message that is not blank.
pub fn is_kept_when_cut_short(item: &ThreadItem) -> bool {
    matches!(&item.kind, ItemKind::AssistantMessage(message) if !message.is_blank())
}

/// Tells the model, and only the model, that an answer was cut short.
pub fn interruption_note(thread_id: &ThreadId, reason: Cancellation) -> ThreadItem {
    let content = match reason {
        Cancellation::Client => {
            "The user stopped the answer before it was complete. Do not take it up again unless asked to."
        }
        Cancellation::Shutdown => {
            "The answer before this note was cut short by a restart of the service. Do not take it up again \
             unless asked to."
        }
    };
    ThreadItem::new(
        ItemId::hidden_context(),
        thread_id.clone(),
        ItemKind::SdkHiddenContext { content: content.to_owned() },
    )
}
