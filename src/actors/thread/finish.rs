//! Finishes a turn: stores what is left of it, tells its clients how it ended, and closes the log.

use std::{rc::Rc, time::Duration};

use tokio::time::timeout;

use super::{
    aside,
    ending::{Ending, Keep, Rules},
    running::Running,
    state::ThreadState,
    turn::Turn,
};
use crate::{
    actors::{ThreadError, codes},
    agent::{Cancellation, CancelledTurn, Entry},
    protocol::{ThreadItem, ThreadStreamEvent},
    store::{Change, StoreError},
};

/// How long a responder may take to say what is kept of a cancelled turn. The thread's next turn waits for it,
/// and so does a shutdown.
const CANCELLED_TIMEOUT: Duration = Duration::from_secs(10);

/// Finishes a turn by the rules of its ending. Returns the ending, which is another one if the end of the turn
/// could not be stored.
pub async fn finish(running: &mut Running, turn: Turn, ending: Ending) -> Ending {
    running.log.announce();
    let rules = ending.rules();
    if rules.keep == Keep::Nothing {
        running.log.close();
        return ending;
    }
    let journal = Rc::clone(&running.state.journal);
    let kept = kept_items(running, turn, rules.keep).await;
    let mut rest = Rest {
        items: kept.into_iter().map(|item| Change::PutItem(item.into())).collect(),
        unsaved: journal.to_save(),
        unshown: journal.to_show(journal.version()),
    };
    let only_the_end = rest.is_only_the_end(&running.state).await;
    let stored = if only_the_end { Ok(()) } else { rest.store(&running.state).await };
    log(running, &rules);
    let (told, ending) = match stored {
        Ok(()) => (rules.told, ending),
        Err(StoreError::ThreadNotFound { .. }) => (rules.told, Ending::Deleted),
        Err(error) => {
            let ending = Ending::NotStored(error);
            let unstored = ending.rules();
            log(running, &unstored);
            // If two things went wrong, tell clients of the first, because it is the cause.
            (rules.told.or(unstored.told), ending)
        }
    };
    if let Some(event) = told {
        running.log.append_always(&event);
    }
    if matches!(ending, Ending::Deleted | Ending::NotStored(_)) {
        running.log.close();
        return ending;
    }
    if let Some(entry) = rest.unsaved {
        journal.note_saved(entry);
    }
    if let Some(entry) = rest.unshown {
        let thread = entry.metadata().without_items();
        running.log.append_always(&ThreadStreamEvent::ThreadUpdated { thread });
    }
    // If only the end itself is left to store, clients need not wait for it, because what they saw is durable.
    running.log.close();
    if only_the_end {
        note_end(running).await;
    }
    ending
}

/// What is left of a turn to be stored, and then shown.
struct Rest {
    /// The changes that put the items that are kept.
    items: Vec<Change>,
    unsaved: Option<Entry>,
    unshown: Option<Entry>,
}

impl Rest {
    /// Whether only the end of the turn is left to be stored, and nothing goes wrong if it never is.
    ///
    /// If the end of a turn without an answer is lost, the thread's next actor takes the turn for one that was
    /// interrupted.
    async fn is_only_the_end(&self, state: &ThreadState) -> bool {
        let may_be_unanswered = async { state.is_unanswered().await.unwrap_or(true) };
        self.items.is_empty() && self.unsaved.is_none() && !may_be_unanswered.await
    }

    /// Stores everything in one transaction with the end of the turn. If that fails, the turn stays open in the
    /// store, and its drafts with it.
    async fn store(&mut self, state: &ThreadState) -> Result<(), StoreError> {
        let stored = state.commit(self.changes(state)).await;
        let Err(error @ StoreError::Corrupt { .. }) = stored else { return stored };
        if self.unsaved.take().is_none() {
            return Err(error);
        }
        self.unshown = None;
        state.take_back_thread(&error);
        state.commit(self.changes(state)).await
    }

    fn changes(&self, state: &ThreadState) -> Vec<Change> {
        let thread = self.unsaved.as_ref().map(|entry| Change::UpdateThread(entry.metadata().clone()));
        self.items.iter().cloned().chain(thread).chain([end_of_turn(state)]).collect()
    }
}

fn end_of_turn(state: &ThreadState) -> Change {
    Change::EndTurn { thread_id: state.thread_id() }
}

/// The unfinished items that are kept.
async fn kept_items(running: &Running, turn: Turn, keep: Keep) -> Vec<ThreadItem> {
    match keep {
        Keep::Open => turn.open_items().cloned().collect(),
        Keep::Text => turn.into_kept_items(),
        Keep::AsResponderSays(reason) => kept_of_cancelled(running, turn, reason).await,
        Keep::Nothing => Vec::new(),
    }
}

/// Asks the responder what to keep of a turn that was ended early. If it cannot say, the default is kept.
async fn kept_of_cancelled(running: &Running, turn: Turn, reason: Cancellation) -> Vec<ThreadItem> {
    let thread_id = running.state.thread_id();
    let cancelled = CancelledTurn { thread_id: thread_id.clone(), reason, pending: turn.into_pending() };
    let by_default = cancelled.clone();
    let hook = aside::run(&running.state, &running.files, &running.context, |context| {
        running.hooks.stream_cancelled(context, cancelled)
    });
    let cause = match timeout(CANCELLED_TIMEOUT, hook).await {
        Ok(Ok(kept)) => return kept,
        Ok(Err(ThreadError::Responder(error))) => error.cause(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it took too long".to_owned(),
    };
    tracing::error!(thread.id = %thread_id, cause, "responder did not say what to keep of a cancelled turn");
    by_default.into_kept_items()
}

/// Notes in the store that no turn runs any more.
async fn note_end(running: &Running) {
    if let Err(error) = running.state.commit(vec![end_of_turn(&running.state)]).await
        && !matches!(error, StoreError::ThreadNotFound { .. })
    {
        tracing::warn!(thread.id = %running.state.thread_id(), cause = %error, "end of turn not noted");
    }
}

fn log(running: &Running, rules: &Rules) {
    if let Some((message, cause)) = &rules.logged {
        tracing::error!(
            thread.id = %running.state.thread_id(),
            request.id = %running.context.request_id,
            error.code = rules.told.as_ref().map(codes::name),
            cause,
            "{message}"
        );
    }
}
