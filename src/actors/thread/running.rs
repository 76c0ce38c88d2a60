//! Runs a turn: the one future that owns the responder, and with it the model's stream.

use std::{
    future::{poll_fn, ready},
    pin::pin,
    rc::Rc,
    sync::{Arc, OnceLock},
    task::Poll,
    time::Duration,
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use tokio::{
    task::coop::consume_budget,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    aside::EVENTS_AHEAD,
    ending::{End, Fault, Stored},
    opening::Task,
    state::ThreadState,
    turn::{Turn, is_hidden},
};
use crate::{
    actors::{frame::Frame, turn_log::LogWriter},
    agent::{
        AgentContext, AgentEvent, ContextParts, Events, Hooks, ResponderError, Writer, channel, files::Files,
    },
    context::RequestContext,
    protocol::{ThreadItem, ThreadStreamEvent},
    store::{Change, StoreError},
};

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
    pub hooks: Hooks,
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
    /// Counts the turn among those who change the thread.
    pub _writer: Writer,
}

impl Running {
    /// Runs the turn to its end, stores what has to be stored, and closes the log. Says whether all was
    /// stored: if not, the thread must be loaded again, which recovers what the store has.
    pub async fn run(&mut self, events: Vec<ThreadStreamEvent>, task: Task) -> Stored {
        if matches!(task, Task::Nothing) {
            for event in &events {
                self.log.append_always(event);
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
        let stream_options = self.hooks.stream_options(&self.state.journal.metadata());
        // In a replaced structured input the options come first, after a new message second.
        let (before, after): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| !matches!(event, ThreadStreamEvent::ItemReplaced { .. }));
        let options = ThreadStreamEvent::StreamOptions { stream_options };
        for event in before.iter().chain([&options]).chain(&after) {
            self.log.append_always(event);
        }
        self.log.announce();
    }

    async fn follow_responder(&mut self, turn: &mut Turn, task: Task) -> End {
        let (emitter, mut events) = channel(EVENTS_AHEAD);
        let history = match self.state.recent_items().await {
            Ok(history) => history,
            Err(error) => return End::Failed(Fault::Store(error)),
        };
        let context = AgentContext::new(ContextParts {
            request: self.context.clone(),
            thread: Rc::clone(&self.state.journal),
            history,
            answered: task.answered_item(),
            files: self.files.clone(),
            store: self.state.store(),
            events: emitter,
            streams: true,
        });
        let mut responding = respond(&self.hooks, context, task);
        let mut interrupted = pin!(self.interrupted());
        let mut next_draft = Instant::now() + self.draft_interval;
        let mut draft_timer = pin!(sleep_until(next_draft));
        loop {
            // A responder that never has to wait must not keep other turns from going on.
            consume_budget().await;
            let wake = poll_fn(|context| {
                // The responder goes on only when all it emitted is taken. What it then emits is taken
                // without asking it once more: if it waits for that, taking wakes this task.
                events.awake();
                if let Some(taken) = self.take_all(turn, &mut events) {
                    return Poll::Ready(Wake::Taken(taken));
                }
                // Behind what was emitted before: that counts even if the turn is cut short.
                if let Poll::Ready(why) = interrupted.as_mut().poll(context) {
                    return Poll::Ready(Wake::Interrupted(why));
                }
                if let Poll::Ready(result) = responding.as_mut().poll(context) {
                    return Poll::Ready(Wake::Responded(result));
                }
                if let Some(taken) = self.take_all(turn, &mut events) {
                    return Poll::Ready(Wake::Taken(taken));
                }
                events.wake_on_next(context);
                self.log.announce();
                if turn.needs_draft() {
                    // A responder that is always busy leaves the timer no time of its own.
                    if Instant::now() >= next_draft {
                        return Poll::Ready(Wake::DraftDue);
                    }
                    return draft_timer.as_mut().poll(context).map(|()| Wake::DraftDue);
                }
                Poll::Pending
            })
            .await;
            let outcome = match wake {
                Wake::Interrupted(why) => return End::Interrupted(why),
                Wake::Taken(taken) => self.settle(turn, taken).await,
                Wake::DraftDue => Ok(()),
                Wake::Responded(result) => {
                    while let Some(taken) = self.take_all(turn, &mut events) {
                        if let Err(fault) = self.settle(turn, taken).await {
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
                self.log.announce();
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

    /// Takes all events that are there, up to one that has to be stored before it is shown.
    fn take_all(&mut self, turn: &mut Turn, events: &mut Events) -> Option<Result<Due, Fault>> {
        while let Some(event) = events.take() {
            if let Some(taken) = self.take(turn, event).transpose() {
                return Some(taken);
            }
        }
        None
    }

    /// Takes an event, and shows it unless something has to be stored first.
    fn take(&mut self, turn: &mut Turn, event: AgentEvent) -> Result<Option<Due>, Fault> {
        let due = match event {
            AgentEvent::Event { event, quiet, thread_version } => {
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
                Due { changes, item, frame, thread_version }
            }
            AgentEvent::ThreadChanged => {
                let thread_version = self.state.journal.version();
                Due { changes: Vec::new(), item: None, frame: None, thread_version }
            }
            AgentEvent::Flush(taken) => {
                // A responder that waits no longer needs no answer.
                let _ = taken.send(());
                return Ok(None);
            }
        };
        if !due.changes.is_empty() || self.state.journal.is_unshown(due.thread_version) {
            return Ok(Some(due));
        }
        self.show(due.frame).map(|()| None)
    }

    /// Stores what an event changed, then shows it.
    async fn settle(&mut self, turn: &mut Turn, taken: Result<Due, Fault>) -> Result<(), Fault> {
        let Due { changes, item, frame, thread_version } = taken?;
        // What came before need not wait for the store.
        self.log.announce();
        if let Err(error) = self.state.commit(changes).await {
            if let Some(item) = item {
                turn.take_back(item);
            }
            return Err(Fault::Store(error));
        }
        self.show(frame)?;
        self.show_changed_thread(thread_version).await.map_err(Fault::Store)
    }

    fn show(&mut self, frame: Option<Frame>) -> Result<(), Fault> {
        let Some(frame) = frame else { return Ok(()) };
        self.log.append_frame(frame).map_err(Fault::LogFull)
    }

    /// Saves and shows the thread, unless clients know all changes up to this version.
    async fn show_changed_thread(&mut self, version: u64) -> Result<(), StoreError> {
        let Some(entry) = self.state.journal.to_show(version) else { return Ok(()) };
        self.log.announce();
        self.state.save_thread().await?;
        self.log
            .append_always(&ThreadStreamEvent::ThreadUpdated { thread: entry.metadata().without_items() });
        self.state.journal.note_shown(entry);
        Ok(())
    }
}

/// An event that has to be stored before clients see it, or behind which the thread has to be.
struct Due {
    changes: Vec<Change>,
    /// The item it completes.
    item: Option<Arc<ThreadItem>>,
    frame: Option<Frame>,
    /// The version of the thread's metadata when it was emitted.
    thread_version: u64,
}

enum Wake {
    Interrupted(Interruption),
    Taken(Result<Due, Fault>),
    Responded(Result<(), ResponderError>),
    DraftDue,
}

/// The responder's future.
fn respond(
    hooks: &Hooks,
    context: AgentContext,
    task: Task,
) -> LocalBoxFuture<'static, Result<(), ResponderError>> {
    match task {
        Task::Respond { input, .. } => hooks.respond(context, input).boxed_local(),
        Task::Act { action, sender } => {
            hooks.action(context, *action, sender.map(|item| *item)).boxed_local()
        }
        Task::Nothing => ready(Ok(())).boxed_local(),
    }
}
