//! Runs a turn: the one future that owns the responder, and with it the model's stream.

use std::{
    future::{poll_fn, ready},
    pin::{Pin, pin},
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use tokio::{task::coop::consume_budget, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    aside::EVENTS_AHEAD,
    draft_clock::DraftClock,
    ending::Ending,
    interrupter::Interrupter,
    opening::Task,
    state::ThreadState,
    turn::{Turn, is_hidden},
};
use crate::{
    actors::{frame::Frame, turn_log::LogWriter},
    agent::{
        AgentContext, AgentEvent, ContextParts, Emitter, Events, Hooks, ResponderError, Writer, channel,
        files::Files,
    },
    context::RequestContext,
    protocol::{ThreadItem, ThreadStreamEvent},
    store::{Change, StoreError},
};

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
    /// Shows what clients see before the responder's own events, then follows the responder to its end or
    /// until the turn is cut short. The turn is left with the items that are unfinished by then.
    pub async fn follow(&mut self, events: Vec<ThreadStreamEvent>, task: Task, turn: &mut Turn) -> Ending {
        self.show_beginning(events);
        self.follow_responder(turn, task).await
    }

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

    async fn follow_responder(&mut self, turn: &mut Turn, task: Task) -> Ending {
        let (emitter, events) = channel(EVENTS_AHEAD);
        let history = match self.state.recent_items().await {
            Ok(history) => history,
            Err(error) => return error.into(),
        };
        let context = self.agent_context(&task, history, emitter);
        let draft_timer = pin!(sleep(self.draft_interval));
        let mut sources = Sources {
            events,
            responding: respond(&self.hooks, context, task),
            interrupted: pin!(self.interrupted()),
            drafts: DraftClock::new(self.draft_interval, draft_timer),
        };
        loop {
            // A responder that never has to wait must not keep other turns from going on.
            consume_budget().await;
            let wake = poll_fn(|context| self.poll_wake(turn, &mut sources, context)).await;
            let outcome = match wake {
                Wake::Interrupted(ending) => return ending,
                Wake::Taken(taken) => self.settle(turn, taken).await,
                Wake::DraftDue => Ok(()),
                Wake::Responded(result) => {
                    while let Some(taken) = self.take_all(turn, &mut sources.events) {
                        if let Err(ending) = self.settle(turn, taken).await {
                            return ending;
                        }
                    }
                    return result.map_or_else(Ending::ResponderFailed, |()| Ending::Done);
                }
            };
            if let Err(ending) = outcome {
                return ending;
            }
            if turn.needs_draft() && sources.drafts.is_due() {
                self.save_drafts(turn).await;
                sources.drafts.restart();
            }
        }
    }

    /// What the responder gets.
    fn agent_context(&self, task: &Task, history: Vec<Arc<ThreadItem>>, events: Emitter) -> AgentContext {
        AgentContext::new(ContextParts {
            request: self.context.clone(),
            thread: Rc::clone(&self.state.journal),
            history,
            answered: task.answered_item(),
            files: self.files.clone(),
            store: self.state.store(),
            events,
            streams: true,
        })
    }

    /// Looks at all that may wake the turn. Ready with what has to be waited for, or ends the turn.
    fn poll_wake(
        &mut self,
        turn: &mut Turn,
        sources: &mut Sources<'_, impl Future<Output = Ending>>,
        context: &mut Context<'_>,
    ) -> Poll<Wake> {
        // The responder goes on only when all it emitted is taken. What it then emits is taken
        // without asking it once more: if it waits for that, taking wakes this task.
        sources.events.awake();
        if let Some(taken) = self.take_all(turn, &mut sources.events) {
            return Poll::Ready(Wake::Taken(taken));
        }
        // Behind what was emitted before: that counts even if the turn is cut short.
        if let Poll::Ready(ending) = sources.interrupted.as_mut().poll(context) {
            return Poll::Ready(Wake::Interrupted(ending));
        }
        if let Poll::Ready(result) = sources.responding.as_mut().poll(context) {
            return Poll::Ready(Wake::Responded(result));
        }
        if let Some(taken) = self.take_all(turn, &mut sources.events) {
            return Poll::Ready(Wake::Taken(taken));
        }
        sources.events.wake_on_next(context);
        self.log.announce();
        if turn.needs_draft() {
            sources.drafts.poll_due(context).map(|()| Wake::DraftDue)
        } else {
            Poll::Pending
        }
    }

    /// Ready when the turn is to end early.
    fn interrupted(&self) -> impl Future<Output = Ending> + use<> {
        let (interrupter, abandoned) = (self.interrupter.clone(), self.abandoned.clone());
        async move {
            tokio::select! {
                biased;
                ending = interrupter.interrupted() => ending,
                () = abandoned.cancelled() => interrupter.unless_answered(Ending::Cancelled),
            }
        }
    }

    /// Saves what was written since the last draft.
    async fn save_drafts(&mut self, turn: &mut Turn) {
        self.log.announce();
        // A draft that cannot be saved is no reason to end the answer: it is tried again.
        if let Err(error) = self.state.commit(turn.take_drafts()).await {
            turn.drafts_not_saved();
            tracing::warn!(thread.id = %self.state.thread_id(), cause = %error, "draft not saved");
        }
    }

    /// Takes all events that are there, up to one that has to be stored before it is shown.
    fn take_all(&mut self, turn: &mut Turn, events: &mut Events) -> Option<Result<Due, Ending>> {
        while let Some(event) = events.take() {
            if let Some(taken) = self.take(turn, event).transpose() {
                return Some(taken);
            }
        }
        None
    }

    /// Takes an event, and shows it unless something has to be stored first.
    fn take(&mut self, turn: &mut Turn, event: AgentEvent) -> Result<Option<Due>, Ending> {
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
            AgentEvent::Answered => {
                self.interrupter.note_answered();
                return Ok(None);
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
    async fn settle(&mut self, turn: &mut Turn, taken: Result<Due, Ending>) -> Result<(), Ending> {
        let Due { changes, item, frame, thread_version } = taken?;
        // What came before need not wait for the store.
        self.log.announce();
        if let Err(error) = self.state.commit(changes).await {
            if let Some(item) = item {
                turn.take_back(item);
            }
            return Err(error.into());
        }
        self.show(frame)?;
        Ok(self.show_changed_thread(thread_version).await?)
    }

    fn show(&mut self, frame: Option<Frame>) -> Result<(), Ending> {
        let Some(frame) = frame else { return Ok(()) };
        Ok(self.log.append_frame(frame)?)
    }

    /// Saves and shows the thread, unless clients know all changes up to this version.
    async fn show_changed_thread(&mut self, version: u64) -> Result<(), StoreError> {
        let Some(entry) = self.state.journal.to_show(version) else { return Ok(()) };
        self.log.announce();
        if !self.state.save_thread_of_turn().await? {
            return Ok(());
        }
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

/// What may wake a turn.
struct Sources<'a, I> {
    events: Events,
    responding: LocalBoxFuture<'static, Result<(), ResponderError>>,
    interrupted: Pin<&'a mut I>,
    drafts: DraftClock<'a>,
}

/// What woke a turn.
enum Wake {
    Interrupted(Ending),
    Taken(Result<Due, Ending>),
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
