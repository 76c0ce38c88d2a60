//! How a turn ends: what is kept of it, and what clients are told.

use std::{rc::Rc, time::Duration};

use tokio::time::timeout;

use super::{
    aside::{self, AsideError},
    running::{Interruption, Running},
    turn::Turn,
};
use crate::{
    actors::{codes, turn_log::AppendError},
    agent::{Cancellation, CancelledTurn, ResponderError},
    protocol::{ThreadItem, ThreadStreamEvent, error::ErrorCode},
    store::{Change, StoreError},
};

/// How long a responder may take to say what is kept of a cancelled turn: the thread's next turn and a
/// shutdown wait for it.
const CANCELLED_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a turn cannot go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// The responder gave up or panicked.
    Responder(ResponderError),
    /// An item could not be stored.
    Store(StoreError),
    /// The log is full.
    LogFull(AppendError),
}

/// Whether a turn could store what it had to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It could.
    All,
    /// It could not; what there is of it is in the store as a draft.
    NotAll,
}

/// How a turn ended.
#[derive(Debug)]
pub(super) enum End {
    Done,
    Interrupted(Interruption),
    Failed(Fault),
}

impl Running {
    /// Stores what is left of the turn, tells its clients how it ended, and closes the log.
    pub(super) async fn finish(&mut self, turn: Turn, end: End) -> Stored {
        self.log.announce();
        let thread_id = self.state.thread_id();
        let interruption = match &end {
            // Only a deletion takes the thread away under a running turn.
            End::Failed(Fault::Store(StoreError::ThreadNotFound { .. })) => Some(Interruption::Deleted),
            End::Done | End::Failed(_) => None,
            End::Interrupted(why) => Some(*why),
        };
        if interruption == Some(Interruption::Deleted) {
            self.log.close();
            return Stored::All;
        }
        // What is left to store goes into one transaction with the end of the turn: when it fails, the
        // turn stays open in the store, and its drafts with it.
        let kept = match (&end, interruption) {
            (End::Done, _) => turn.open_items().cloned().collect(),
            (_, Some(Interruption::Cancelled)) => self.kept_of_cancelled(turn, Cancellation::Client).await,
            (_, Some(Interruption::Shutdown)) => self.kept_of_cancelled(turn, Cancellation::Shutdown).await,
            (_, Some(Interruption::Deleted) | None) => turn.into_kept_items(),
        };
        let mut last_changes: Vec<_> = kept.into_iter().map(|item| Change::PutItem(item.into())).collect();
        let journal = Rc::clone(&self.state.journal);
        let (unsaved, unshown) = (journal.to_save(), journal.to_show(journal.version()));
        last_changes.extend(unsaved.as_ref().map(|entry| Change::UpdateThread(entry.metadata().clone())));
        let nothing_left = last_changes.is_empty();
        last_changes.push(Change::EndTurn { thread_id: thread_id.clone() });
        let mut stored = Stored::All;
        if !nothing_left
            && let Err(error) = self.state.commit(std::mem::take(&mut last_changes)).await
            && !matches!(error, StoreError::ThreadNotFound { .. })
        {
            tracing::error!(thread.id = %thread_id, cause = %error, "end of turn not stored; drafts are");
            stored = Stored::NotAll;
        }
        if let End::Failed(fault) = end {
            let error = self.report(&fault);
            self.log.append_always(&error);
        } else if interruption == Some(Interruption::Shutdown) {
            self.log.append_always(&codes::worded(&ErrorCode::ServerRestarting.into()));
        }
        if stored == Stored::All {
            if let Some(entry) = unsaved {
                journal.note_saved(entry);
            }
            if let Some(entry) = unshown {
                let thread = entry.metadata().without_items();
                self.log.append_always(&ThreadStreamEvent::ThreadUpdated { thread });
            }
        }
        // When only the end itself is left, clients need not wait for it: what they saw is durable.
        self.log.close();
        if let Err(error) = self.state.commit(last_changes).await
            && !matches!(error, StoreError::ThreadNotFound { .. })
        {
            tracing::warn!(thread.id = %thread_id, cause = %error, "end of turn not noted");
        }
        stored
    }

    /// Asks the responder what is kept of a turn that was ended early; when it cannot say, the default is.
    async fn kept_of_cancelled(&self, turn: Turn, reason: Cancellation) -> Vec<ThreadItem> {
        let thread_id = self.state.thread_id();
        let cancelled = CancelledTurn { thread_id: thread_id.clone(), reason, pending: turn.into_pending() };
        let by_default = cancelled.clone();
        let hook = aside::run(&self.state, &self.files, &self.context, |context| {
            self.hooks.stream_cancelled(context, cancelled)
        });
        let cause = match timeout(CANCELLED_TIMEOUT, hook).await {
            Ok(Ok(kept)) => return kept,
            Ok(Err(AsideError::Responder(error))) => error.cause(),
            Ok(Err(AsideError::Store(error))) => error.to_string(),
            Err(_) => "it took too long".to_owned(),
        };
        tracing::error!(thread.id = %thread_id, cause, "responder did not say what to keep of a cancelled turn");
        by_default.into_kept_items()
    }

    /// Logs a fault, once, and words it for the clients.
    fn report(&self, fault: &Fault) -> ThreadStreamEvent {
        let (event, cause) = match fault {
            Fault::Responder(error) => (codes::given_up(error), error.cause()),
            Fault::Store(error) => (codes::unworded(&error.into()), error.to_string()),
            Fault::LogFull(error) => (codes::worded(&error.into()), error.to_string()),
        };
        tracing::error!(
            thread.id = %self.state.thread_id(),
            request.id = %self.context.request_id,
            error.code = codes::name(&event),
            cause,
            "turn failed"
        );
        event
    }
}
