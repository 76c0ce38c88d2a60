//! What a turn hears from its responder.

use tokio::sync::oneshot;

use crate::protocol::ThreadStreamEvent;

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
        /// The version of the thread's metadata by then. Changes up to it are shown after this event.
        thread_version: u64,
    },
    /// The thread's metadata changed and should be shown without waiting for the next event.
    ThreadChanged,
    /// The answer is complete. What the responder does now may be ended whenever somebody waits for the turn's end.
    Answered,
    /// The responder waits until everything before this is stored.
    Flush(oneshot::Sender<()>),
}
