//! Runs a turn: the one future that owns the responder, and with it the model's stream.

use std::{
    future::poll_fn,
    pin::pin,
    rc::Rc,
    sync::{Arc, OnceLock},
    task::Poll,
    time::Duration,
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use tokio::{
    task::coop::consume_budget,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    aside::{self, AsideError, EVENTS_AHEAD},
    opening::Task,
    state::ThreadState,
    turn::{Turn, is_hidden},
};
use crate::{
    actors::{frame::Frame, turn_log::LogWriter},
    agent::{
        AgentContext, AgentEvent, Cancellation, CancelledTurn, ContextParts, Responder, ResponderError,
        channel, files::Files,
    },
    context::RequestContext,
    protocol::{ThreadItem, ThreadMetadata, ThreadStreamEvent, error::StreamErrorCode},
    store::{Change, StoreError},
};

/// How long a responder may take to say what is kept of a cancelled turn: the thread's next turn and a
/// shutdown wait for it.
const CANCELLED_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a turn is ended before its responder is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The user stopped it, or the last client went away.
    Cancelled,
    /// The service is being stopped.
    Shutdown,
    /// The thread is being deleted: nothing is kept.
    Deleted,
}

/// Ends a running turn early. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Interrupter {
    token: CancellationToken,
    why: Arc<OnceLock<Interruption>>,
}

impl Interrupter {
    /// Ends the turn; the first reason given counts.
    pub fn interrupt(&self, why: Interruption) {
        let _ = self.why.set(why);
        self.token.cancel();
    }

    async fn interrupted(&self) -> Interruption {
        self.token.cancelled().await;
        self.why.get().copied().unwrap_or(Interruption::Cancelled)
    }
}

/// Everything a turn runs on.
pub struct Running {
    /// The thread.
    pub state: ThreadState,
    /// The log the events go to.
    pub log: LogWriter,
    /// What answers.
    pub responder: Arc<dyn Responder>,
    /// Reads attached files for the model.
    pub files: Files,
    /// Who asked.
    pub context: RequestContext,
    /// Ends the turn early.
    pub interrupter: Interrupter,
    /// Fires when the last client of a turn that is not resumable goes away.
    pub abandoned: CancellationToken,
    /// How often a running message is saved.
    pub draft_interval: Duration,
    /// The thread as it was last saved.
    pub saved: ThreadMetadata,
    /// How many of the thread's changes were shown.
    pub shown_changes: u64,
}

/// Why a turn cannot go on.
#[derive(Debug)]
enum Fault {
    /// The responder gave up or panicked.
    Responder(ResponderError),
    /// An item could not be stored.
    Store(StoreError),
    /// The log is full.
    LogFull(String),
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
enum End {
    Done,
    Interrupted(Interruption),
    Failed(Fault),
}

impl Running {
    /// Runs the turn to its end, stores what has to be stored, and closes the log. Says whether all was
    /// stored: if not, the thread must be loaded again, which recovers what the store has.
    pub async fn run(&mut self, events: Vec<ThreadStreamEvent>, task: Task) -> Stored {
        if matches!(task, Task::Nothing) {
            for event in &events {
                self.log.append_last(event);
            }
            self.log.close();
            return Stored::All;
        }
        self.show_beginning(events);
        let mut turn = Turn::new(self.state.thread_id());
        let end = self.follow_responder(&mut turn, task).await;
        // Boxed, so that a turn has room for it only when it comes to that.
        Box::pin(self.finish(turn, end)).await
    }

    /// Shows what clients see before the responder's own events.
    fn show_beginning(&mut self, events: Vec<ThreadStreamEvent>) {
        let stream_options = self.responder.stream_options(&self.state.view.metadata());
        // In a replaced structured input the options come first, after a new message second.
        let (before, after): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| !matches!(event, ThreadStreamEvent::ItemReplaced { .. }));
        let options = ThreadStreamEvent::StreamOptions { stream_options };
        for event in before.iter().chain([&options]).chain(&after) {
            self.log.append_last(event);
        }
    }

    async fn follow_responder(&mut self, turn: &mut Turn, task: Task) -> End {
        let (emitter, mut events) = channel(EVENTS_AHEAD);
        let history = match self.state.recent_items().await {
            Ok(history) => history,
            Err(error) => return End::Failed(Fault::Store(error)),
        };
        let context = AgentContext::new(ContextParts {
            request: self.context.clone(),
            thread: Rc::clone(&self.state.view),
            history,
            answered: task.answered_item(),
            files: self.files.clone(),
            store: self.state.store(),
            events: emitter,
            streams: true,
        });
        let mut responding = respond(Arc::clone(&self.responder), context, task);
        let mut interrupted = pin!(self.interrupted());
        let mut next_draft = Instant::now() + self.draft_interval;
        let mut draft_timer = pin!(sleep_until(next_draft));
        loop {
            // A responder that never has to wait must not keep other turns from going on.
            consume_budget().await;
            let wake = match events.take() {
                Some(event) => Wake::Event(event),
                // The responder goes on only when all it emitted is taken.
                None => {
                    poll_fn(|context| {
                        if let Poll::Ready(why) = interrupted.as_mut().poll(context) {
                            return Poll::Ready(Wake::Interrupted(why));
                        }
                        if let Poll::Ready(result) = responding.as_mut().poll(context) {
                            return Poll::Ready(Wake::Responded(result));
                        }
                        if let Poll::Ready(Some(event)) = events.poll_next(context) {
                            return Poll::Ready(Wake::Event(event));
                        }
                        if turn.needs_draft() {
                            return draft_timer.as_mut().poll(context).map(|()| Wake::DraftDue);
                        }
                        Poll::Pending
                    })
                    .await
                }
            };
            let outcome = match wake {
                Wake::Interrupted(why) => return End::Interrupted(why),
                Wake::Event(event) => self.take(turn, event).await,
                Wake::DraftDue => Ok(()),
                Wake::Responded(result) => {
                    while let Some(event) = events.take() {
                        if let Err(fault) = self.take(turn, event).await {
                            return End::Failed(fault);
                        }
                    }
                    return match result {
                        Ok(()) => End::Done,
                        Err(error) => End::Failed(Fault::Responder(error)),
                    };
                }
            };
            if let Err(fault) = outcome {
                return End::Failed(fault);
            }
            if turn.needs_draft() && Instant::now() >= next_draft {
                // A draft that cannot be saved is no reason to end the answer: it is tried again.
                if let Err(error) = self.state.commit(turn.take_drafts()).await {
                    turn.drafts_not_saved();
                    tracing::warn!(thread.id = %self.state.thread_id(), cause = %error, "draft not saved");
                }
                next_draft = Instant::now() + self.draft_interval;
                draft_timer.as_mut().reset(next_draft);
            }
        }
    }

    /// Ready when the turn is to end early.
    fn interrupted(&self) -> impl Future<Output = Interruption> + use<> {
        let (interrupter, abandoned) = (self.interrupter.clone(), self.abandoned.clone());
        async move {
            tokio::select! {
                biased;
                why = interrupter.interrupted() => why,
                () = abandoned.cancelled() => Interruption::Cancelled,
            }
        }
    }

    async fn take(&mut self, turn: &mut Turn, event: AgentEvent) -> Result<(), Fault> {
        let thread_changes = match event {
            AgentEvent::Event { event, quiet, thread_changes } => {
                // Serialised before it is stored, so that the item can move on without a copy.
                let frame = (!quiet && !is_hidden(&event)).then(|| self.log.frame(&event));
                let is_done = matches!(*event, ThreadStreamEvent::ItemDone { .. });
                let mut changes = turn.apply(*event);
                let item = match changes.last_mut() {
                    Some(Change::PutItem(item)) if is_done => {
                        if let Some(json) = frame.as_ref().and_then(Frame::item_json) {
                            item.set_json(json);
                        }
                        Some(item.clone().into_shared())
                    }
                    _ => None,
                };
                if let Err(error) = self.state.commit(changes).await {
                    if let Some(item) = item {
                        turn.take_back(item);
                    }
                    return Err(Fault::Store(error));
                }
                if let Some(frame) = frame {
                    self.log.append_frame(frame).map_err(|error| Fault::LogFull(error.to_string()))?;
                }
                thread_changes
            }
            AgentEvent::ThreadChanged => self.state.view.changes(),
            AgentEvent::Flush(taken) => {
                // A responder that waits no longer needs no answer.
                let _ = taken.send(());
                return Ok(());
            }
        };
        self.show_changed_thread(thread_changes).await.map_err(Fault::Store)
    }

    /// Saves and shows the thread if it was changed more often than it was shown.
    async fn show_changed_thread(&mut self, changes: u64) -> Result<(), StoreError> {
        let Some(metadata) = self.unsaved_thread(changes) else { return Ok(()) };
        let shown_changes = self.state.view.changes();
        self.state.commit(vec![Change::UpdateThread(metadata.clone())]).await?;
        self.log.append_last(&ThreadStreamEvent::ThreadUpdated { thread: metadata.without_items() });
        self.saved = metadata;
        self.shown_changes = shown_changes;
        Ok(())
    }

    /// The thread as it is now, if it was changed more often than it was shown and differs.
    fn unsaved_thread(&self, changes: u64) -> Option<ThreadMetadata> {
        if changes <= self.shown_changes {
            return None;
        }
        let metadata = self.state.view.metadata();
        (*metadata != self.saved).then(|| metadata.clone())
    }

    async fn finish(&mut self, turn: Turn, end: End) -> Stored {
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
        let changed_thread = self.unsaved_thread(self.state.view.changes());
        last_changes.extend(changed_thread.clone().map(Change::UpdateThread));
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
            let error = self.report(fault);
            self.log.append_last(&error);
        } else if interruption == Some(Interruption::Shutdown) {
            self.log.append_last(&ThreadStreamEvent::Error {
                code: StreamErrorCode::Custom,
                message: Some("The server is being restarted. Please try again in a moment.".to_owned()),
                allow_retry: true,
            });
        }
        if let Some(thread) = changed_thread.filter(|_| stored == Stored::All) {
            self.log.append_last(&ThreadStreamEvent::ThreadUpdated { thread: thread.without_items() });
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
        let responder = Arc::clone(&self.responder);
        let hook = aside::run(&self.state, &self.files, &self.context, |context| async move {
            responder.stream_cancelled(context, cancelled).await
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
    fn report(&self, fault: Fault) -> ThreadStreamEvent {
        let cause = match &fault {
            Fault::Responder(error) => error.cause(),
            Fault::Store(error) => error.to_string(),
            Fault::LogFull(reason) => reason.clone(),
        };
        tracing::error!(
            thread.id = %self.state.thread_id(),
            request.id = %self.context.request_id,
            cause,
            "turn failed"
        );
        let (code, message, allow_retry) = match fault {
            Fault::Responder(ResponderError::Custom { message, allow_retry, .. }) => {
                (StreamErrorCode::Custom, Some(message), allow_retry)
            }
            Fault::Responder(ResponderError::Coded { code, allow_retry }) => (code, None, allow_retry),
            Fault::LogFull(reason) => {
                (StreamErrorCode::Custom, Some(format!("The answer was stopped: {reason}.")), true)
            }
            Fault::Responder(
                ResponderError::NotImplemented { .. }
                | ResponderError::Transcription(_)
                | ResponderError::Failed(_),
            )
            | Fault::Store(_) => (StreamErrorCode::StreamError, None, true),
        };
        ThreadStreamEvent::Error { code, message, allow_retry }
    }
}

enum Wake {
    Interrupted(Interruption),
    Event(AgentEvent),
    Responded(Result<(), ResponderError>),
    DraftDue,
}

/// The responder's future; a panic in it becomes an error.
fn respond(
    responder: Arc<dyn Responder>,
    context: AgentContext,
    task: Task,
) -> LocalBoxFuture<'static, Result<(), ResponderError>> {
    let responding = async move {
        match task {
            Task::Respond { input, .. } => responder.respond(context, input).await,
            Task::Act { action, sender } => {
                responder.action(context, *action, sender.map(|item| *item)).await
            }
            Task::Nothing => Ok(()),
        }
    };
    aside::catching_panics(responding).boxed_local()
}
