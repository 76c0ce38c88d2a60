//! What a turn hears from its responder, and the thread they share.

use std::cell::{Cell, Ref, RefCell};

use tokio::sync::oneshot;

use crate::protocol::{ThreadMetadata, ThreadStreamEvent};

/// What a turn hears from its responder.
#[derive(Debug)]
pub enum AgentEvent {
    /// An event for the clients; the turn stores what it says before they see it.
    Event {
        /// The event. Boxed: it passes through the futures of a responder, all of which would
        /// otherwise have room for the largest.
        event: Box<ThreadStreamEvent>,
        /// Whether the clients are spared it.
        quiet: bool,
        /// How often the thread's metadata had been changed by then; those changes are shown after
        /// this event.
        thread_changes: u64,
    },
    /// The thread's metadata changed and should be shown without waiting for the next event.
    ThreadChanged,
    /// The responder waits until everything before this is stored.
    Flush(oneshot::Sender<()>),
}

/// A thread's metadata as its actor and the running turn share it.
///
/// Both live on one arbiter, so a plain cell does; no borrow is held across an await.
#[derive(Debug)]
pub struct ThreadView {
    metadata: RefCell<ThreadMetadata>,
    changes: Cell<u64>,
}

impl ThreadView {
    /// A view of a thread that is saved as it is.
    pub fn new(metadata: ThreadMetadata) -> Self {
        Self { metadata: RefCell::new(metadata), changes: Cell::new(0) }
    }

    /// The metadata as it is now.
    pub fn metadata(&self) -> Ref<'_, ThreadMetadata> {
        self.metadata.borrow()
    }

    /// Changes the metadata; the turn saves and shows it with its next event.
    pub fn update(&self, change: impl FnOnce(&mut ThreadMetadata)) {
        change(&mut self.metadata.borrow_mut());
        self.changes.set(self.changes.get() + 1);
    }

    /// Replaces the metadata by what was saved.
    pub fn replace_saved(&self, metadata: ThreadMetadata) {
        *self.metadata.borrow_mut() = metadata;
    }

    /// How often it was changed by responders.
    pub fn changes(&self) -> u64 {
        self.changes.get()
    }
}
