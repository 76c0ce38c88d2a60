//! Threads as actors: what they guarantee, and the handle through which the rest of the service asks them.
//!
//! An application meets three things here: [`ThreadSettings`] for
//! [`ChatKitBuilder::threads`](crate::ChatKitBuilder::threads), [`Threads`] from
//! [`ChatKit::threads`](crate::ChatKit::threads), which asks threads without HTTP, and [`ThreadError`].
//!
//! # Guarantees
//!
//! * **One actor per live thread.** The `ThreadRegistry` finds or starts it under
//!   (user, thread id). It owns the thread: nothing else writes in the thread's name. It loads the thread's
//!   metadata when it starts and its recent items before its first turn. An idle actor retires; when the
//!   actors hold too much, the idle go first.
//! * **Reading takes no actor.** What needs no owner is asked of the thread's actor if it lives, and otherwise
//!   of a [`ThreadReader`]; feedback, a stop and a deletion need none either. So browsing old threads starts no
//!   actors and closes nobody's turn. A turn that was cut short is shown with what its drafts hold.
//! * **Order.** Messages of one sender are handled in the order they were sent. Events of a turn
//!   reach every client in the order the responder emitted them.
//! * **One running turn per thread.** Further turns wait in line, in order, up to
//!   [`ThreadSettings::max_waiting_turns`]; beyond it the answer is [`ThreadError::Busy`]. Reads,
//!   renaming and synchronous actions never wait for a turn.
//! * **Handlers are quick.** A handler checks, spawns and answers. The turn is one future spawned on
//!   the actor's context, dropped with it, and it owns the model's stream.
//! * **Durable before visible.** An item is in the store before a client sees that it is done,
//!   removed or replaced, and so is a changed thread. Text on its way is seen at once and saved at
//!   most [`ThreadSettings::draft_interval`] later.
//! * **A client that goes away cancels its turn**, unless it asked for a resumable one or another
//!   client reads along. What was written is kept, with a note for the model; a responder may decide
//!   otherwise ([`crate::agent::Responder::stream_cancelled`]). That is stored in one transaction with the
//!   end of the turn, whatever becomes of the client, before the next turn begins.
//! * **A turn that ends well** keeps what its responder left unfinished: messages with text, and
//!   workflows, which may go on in the next turn.
//! * **A synchronous action** runs beside whatever turn runs. What it stores is durable before it is
//!   answered; a running turn shows what it changed of the thread with its next event.
//! * **A failing responder** ends its turn with an `error` event; a panic in it does the same. What
//!   was written is kept. When the end of a turn cannot be stored, its clients are told, and a fresh actor takes
//!   over what the store has.
//! * **A dead actor is no loss.** A panic in an actor closes its mailbox for good; its clients see an
//!   `error` event, and the next message starts a fresh actor that loads from the store. A turn that
//!   was cut short by the end of the process is closed when the thread's next actor starts: its last
//!   draft becomes a message, with a note for the model.
//! * **Numbers of events** rise over a thread's turns, restarts and machines, because they begin with the number
//!   of the turn that the store counts.
//! * **Shutdown.** No new turns; running ones may finish up to a deadline, then they are cut short
//!   and stored, and their clients are told.
//!
//! What may be lost: text streamed since the last draft, when the process is killed.

mod codes;
mod frame;
mod key;
mod reader;
mod registry;
mod roster;
mod settings;
pub mod thread;
pub mod turn_log;
#[cfg(test)]
mod watched_store;

mod gateway;

use crate::{agent::ResponderError, protocol::error::ErrorCode, store::StoreError};

pub(crate) use self::registry::ThreadRegistry;
pub use self::{
    gateway::Threads,
    reader::{Read, ThreadReader},
    settings::ThreadSettings,
    thread::ThreadActor,
};

/// Why a thread did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThreadError {
    /// The store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread or item is in a state that does not allow it.
    #[error("{reason}")]
    Conflict {
        /// The kind of conflict.
        code: ErrorCode,
        /// The reason, for the client.
        reason: String,
    },
    /// Too many turns wait already.
    #[error("this thread is busy; try again in a few seconds")]
    Busy,
    /// The service is being stopped.
    #[error("the service is being restarted")]
    ShuttingDown,
    /// The responder failed or refused.
    #[error(transparent)]
    Responder(#[from] ResponderError),
    /// The thread's actor died over the message.
    #[error("the thread's actor died over `{message}`")]
    ActorDied {
        /// The message's type.
        message: &'static str,
    },
}

impl ThreadError {
    fn conflict(code: ErrorCode, reason: impl Into<String>) -> Self {
        Self::Conflict { code, reason: reason.into() }
    }
}
