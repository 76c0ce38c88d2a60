//! One turn from its opening to its last commit.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::{
    ending::Ending,
    finish::finish,
    interrupter::Interrupter,
    messages::StartTurn,
    opening::{self, Opened, Task},
    running::Running,
    services::ThreadServices,
    state::ThreadState,
    turn::Turn,
};
use crate::actors::{
    ThreadError,
    turn_log::{LogWriter, TurnCursor, TurnLog},
};

/// Opens a turn, answers its client, and runs the turn to its end. Returns how it ended, or none if it could
/// not be opened.
///
/// `opened` is given the turn's log before the client is answered.
pub async fn run(
    state: ThreadState,
    services: Arc<ThreadServices>,
    StartTurn { context, opening, resumable, hung_up, span }: StartTurn,
    interrupter: Interrupter,
    answer: oneshot::Sender<Result<TurnCursor, ThreadError>>,
    opened: impl FnOnce(Arc<TurnLog>),
) -> Option<Ending> {
    drop((hung_up, span));
    // Boxed, so that its memory is not held for the whole turn.
    let opening = Box::pin(opening::open(&state, services.store.as_ref(), &context, opening)).await;
    let Opened { events, task } = match opening {
        Ok(opened) => opened,
        Err(error) => {
            let _ = answer.send(Err(error));
            return None;
        }
    };
    let log = TurnLog::new(resumable, state.turn_no());
    // The first client is there from the start, or the turn would count as abandoned.
    let cursor = log.follow(0);
    opened(Arc::clone(&log));
    let mut running = Running {
        log: LogWriter::new(Arc::clone(&log), services.settings.max_turn_bytes),
        hooks: services.hooks.clone(),
        files: services.files.clone(),
        context,
        interrupter,
        abandoned: log.abandoned().clone(),
        draft_interval: services.settings.draft_interval,
        _writer: state.journal.begin_turn(),
        state,
    };
    // If the client has hung up meanwhile, the cursor is dropped, and the turn ends as abandoned.
    let _ = answer.send(Ok(cursor));
    if matches!(task, Task::Nothing) {
        for event in &events {
            running.log.append_always(event);
        }
        running.log.close();
        return Some(Ending::Done);
    }
    let mut turn = Turn::new(running.state.thread_id());
    let ending = running.follow(events, task, &mut turn).await;
    // Boxed, so that its memory is taken only now.
    Some(Box::pin(finish(&mut running, turn, ending)).await)
}
