//! The actor that owns one thread.

mod aside;
mod draft;
mod ending;
mod load;
pub mod messages;
mod opening;
mod recent;
mod requests;
mod running;
mod state;
#[cfg(test)]
mod tests;
mod turn;

pub(super) use self::recent::RecentLimit;

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use actix::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, ResponseFuture, WrapFuture,
};
use futures_util::FutureExt;
use tokio::sync::{oneshot, watch};
use tracing::Instrument;

use self::{
    ending::Stored,
    messages::{CancelTurn, DeleteThread, Drain, FollowTurn, RetireIfIdle, StartTurn},
    running::{Interrupter, Interruption, Running},
    state::ThreadState,
};
use super::{
    ThreadError, ThreadSettings,
    registry::{Origin, ThreadKey, ThreadRegistry},
    turn_log::{LogWriter, TurnCursor, TurnLog},
};
use crate::{
    agent::{Hooks, files::Files},
    store::{Change, Commit, Store, StoreError},
};

/// How many messages wait for a thread before `try_send` refuses; more than the tabs of one user send
/// at once. Requests are sent with `send`, whose number the open connections bound.
const MAILBOX_SIZE: usize = 32;

/// How long an actor without a thread stays. Senders that find it gone ask a fresh one, so this only
/// saves them the way.
const LINGER: Duration = Duration::from_secs(1);

/// What all thread actors use.
pub struct ThreadServices {
    /// Where threads are stored.
    pub store: Arc<dyn Store>,
    /// What answers.
    pub(crate) hooks: Hooks,
    /// Reads attached files for the model.
    pub files: Files,
    /// How actors behave.
    pub settings: ThreadSettings,
}

/// Owns one thread: its state, its waiting turns, and the turn that runs.
pub struct ThreadActor {
    key: ThreadKey,
    generation: u64,
    services: Arc<ThreadServices>,
    registry: Arc<ThreadRegistry>,
    phase: Phase,
    waiting: VecDeque<Waiting>,
    running: Option<RunningTurn>,
    draining: bool,
    last_used: Instant,
    /// The number of the last event of the last turn.
    last_number: u64,
}

/// How far the actor is.
enum Phase {
    /// Not loaded; no message is handled yet.
    Starting(Origin),
    /// Loaded.
    Ready(ThreadState),
    /// There is no such thread, or it cannot be loaded.
    Unavailable(StoreError),
}

/// A turn in line.
struct Waiting {
    message: StartTurn,
    answer: oneshot::Sender<Result<TurnCursor, ThreadError>>,
}

/// The turn that runs, from its opening to its last commit.
struct RunningTurn {
    /// The log, once the turn is opened.
    log: Option<Arc<TurnLog>>,
    interrupter: Interrupter,
    /// Closed when the turn is over.
    over: watch::Receiver<()>,
}

impl ThreadActor {
    /// An actor that loads its thread, or begins it, when it is started.
    pub fn new(
        key: ThreadKey,
        generation: u64,
        origin: Origin,
        services: Arc<ThreadServices>,
        registry: Arc<ThreadRegistry>,
    ) -> Self {
        Self {
            key,
            generation,
            services,
            registry,
            phase: Phase::Starting(origin),
            waiting: VecDeque::new(),
            running: None,
            draining: false,
            last_used: Instant::now(),
            last_number: 0,
        }
    }

    fn state(&mut self) -> Result<ThreadState, ThreadError> {
        self.last_used = Instant::now();
        match &self.phase {
            Phase::Ready(state) => Ok(state.clone()),
            Phase::Unavailable(error) => Err(error.clone().into()),
            Phase::Starting(_) => {
                Err(StoreError::ThreadNotFound { thread_id: self.key.thread_id.clone() }.into())
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.running.is_none() && self.waiting.is_empty()
    }

    /// Goes. The registry hears of it before any later question for this thread, and messages still
    /// in the mailbox are sent again to a fresh actor by their senders.
    fn retire(&mut self, context: &mut Context<Self>) {
        self.registry.retired(&self.key, self.generation);
        context.stop();
    }

    /// Takes no further question, but stays for a moment to answer those that are on their way.
    fn retire_soon(&mut self, context: &mut Context<Self>) {
        self.registry.retired(&self.key, self.generation);
        context.run_later(LINGER, |_, context| context.stop());
    }

    fn retire_when_idle(&mut self, context: &mut Context<Self>) {
        let timeout = self.services.settings.idle_timeout;
        let unused = self.last_used.elapsed();
        if self.is_idle() && unused >= timeout {
            self.retire(context);
            return;
        }
        let wait = timeout.saturating_sub(unused).max(timeout / 10);
        context.run_later(wait, Self::retire_when_idle);
    }

    /// Starts the next turn in line, unless one runs.
    fn start_next_turn(&mut self, context: &mut Context<Self>) {
        while self.running.is_none() {
            let Some(Waiting { message, answer }) = self.waiting.pop_front() else { return };
            if self.waiting.is_empty() {
                // Hardly ever does another turn wait: the room for some would be held for the whole turn.
                self.waiting.shrink_to_fit();
            }
            if message.hung_up.is_cancelled() {
                continue; // nothing of it was stored
            }
            if self.draining {
                let _ = answer.send(Err(ThreadError::ShuttingDown));
                continue;
            }
            match self.state() {
                Ok(state) => self.run_turn(state, message, answer, context),
                Err(error) => {
                    let _ = answer.send(Err(error));
                }
            }
        }
    }

    fn run_turn(
        &mut self,
        state: ThreadState,
        StartTurn { context: request, opening, resumable, hung_up: _, span }: StartTurn,
        answer: oneshot::Sender<Result<TurnCursor, ThreadError>>,
        context: &mut Context<Self>,
    ) {
        let interrupter = Interrupter::default();
        let (finished, over) = watch::channel(());
        self.running = Some(RunningTurn { log: None, interrupter: interrupter.clone(), over });
        let services = Arc::clone(&self.services);
        let last_number = self.last_number;
        let actor = context.address();
        let turn = async move {
            // Boxed: what it takes is not held for the whole turn.
            let opened = Box::pin(opening::open(&state, services.store.as_ref(), &request, opening)).await;
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => {
                    let _ = answer.send(Err(error));
                    return Stored::All;
                }
            };
            let log = TurnLog::new(resumable, last_number);
            // The first client is there before the turn can be abandoned for want of one.
            let cursor = log.follow(0);
            actor.do_send(TurnOpened(Arc::clone(&log)));
            let mut running = Running {
                log: LogWriter::new(Arc::clone(&log), services.settings.max_turn_bytes),
                hooks: services.hooks.clone(),
                files: services.files.clone(),
                context: request,
                interrupter,
                abandoned: log.abandoned().clone(),
                draft_interval: services.settings.draft_interval,
                _writer: state.journal.begin_turn(),
                state,
            };
            // A client that hung up meanwhile drops the cursor, and the turn ends as abandoned.
            let _ = answer.send(Ok(cursor));
            running.run(opened.events, opened.task).await
        };
        let span = tracing::info_span!(parent: &span, "turn", thread.id = %self.key.thread_id);
        let turn = AssertUnwindSafe(turn.instrument(span)).catch_unwind().into_actor(self).map(
            move |result, actor: &mut Self, context: &mut Context<Self>| {
                drop(finished);
                match result {
                    Ok(Stored::All) => actor.end_turn(context),
                    // Those in line are asked again of a fresh actor, which loads what there is.
                    Ok(Stored::NotAll) => actor.retire(context),
                    Err(_) => {
                        tracing::error!(thread.id = %actor.key.thread_id, "turn panicked outside its responder");
                        actor.retire(context);
                    }
                }
            },
        );
        context.spawn(turn);
    }

    fn end_turn(&mut self, context: &mut Context<Self>) {
        if let Some(log) = self.running.take().and_then(|running| running.log) {
            self.last_number = log.last_number();
        }
        self.last_used = Instant::now();
        if let Phase::Ready(state) = &self.phase {
            self.registry.weigh(&self.key, self.generation, state.bytes_in_memory());
        }
        self.start_next_turn(context);
    }

    /// Interrupts the running turn; the future is ready when it is over.
    fn interrupt(&self, why: Interruption) -> impl Future<Output = ()> + use<> {
        let over = self.running.as_ref().map(|running| {
            running.interrupter.interrupt(why);
            running.over.clone()
        });
        async move {
            if let Some(mut over) = over {
                // An error says that the other end is gone, which is what is waited for.
                while over.changed().await.is_ok() {}
            }
        }
    }
}

/// Tells the actor the log of the turn it runs. Sent by the turn to its own actor.
#[derive(actix::Message)]
#[rtype(result = "()")]
struct TurnOpened(Arc<TurnLog>);

impl Actor for ThreadActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX_SIZE);
        context.run_later(self.services.settings.idle_timeout, Self::retire_when_idle);
        let origin = std::mem::replace(&mut self.phase, Phase::Starting(Origin::Stored));
        if let Phase::Starting(Origin::New(metadata)) = origin {
            self.phase = Phase::Ready(ThreadState::new(
                self.key.user_id.clone(),
                *metadata,
                0,
                Arc::clone(&self.services.store),
                self.services.settings.recent_limit(),
            ));
            return;
        }
        let loading = load::load(self.key.clone(), Arc::clone(&self.services)).into_actor(self).map(
            |loaded, actor, context| match loaded {
                Ok(state) => actor.phase = Phase::Ready(state),
                Err(error) => {
                    actor.phase = Phase::Unavailable(error);
                    actor.retire_soon(context);
                }
            },
        );
        // Nothing is handled before the thread is there.
        context.wait(loading);
    }
}

impl Handler<StartTurn> for ThreadActor {
    type Result = ResponseFuture<Result<TurnCursor, ThreadError>>;

    fn handle(&mut self, message: StartTurn, context: &mut Self::Context) -> Self::Result {
        if self.draining {
            return Box::pin(async { Err(ThreadError::ShuttingDown) });
        }
        if let Err(error) = self.state() {
            return Box::pin(async { Err(error) });
        }
        self.waiting.retain(|waiting| !waiting.message.hung_up.is_cancelled());
        if self.waiting.len() >= self.services.settings.max_waiting_turns && self.running.is_some() {
            return Box::pin(async { Err(ThreadError::Busy) });
        }
        let (answer, answered) = oneshot::channel();
        self.waiting.push_back(Waiting { message, answer });
        self.start_next_turn(context);
        Box::pin(async move {
            // The other end is dropped unanswered only with the actor itself.
            answered.await.unwrap_or(Err(ThreadError::ActorDied { message: "StartTurn" }))
        })
    }
}

impl Handler<TurnOpened> for ThreadActor {
    type Result = ();

    fn handle(&mut self, TurnOpened(log): TurnOpened, _: &mut Self::Context) {
        if let Some(running) = &mut self.running {
            running.log = Some(log);
        }
    }
}

impl Handler<FollowTurn> for ThreadActor {
    type Result = Result<Option<TurnCursor>, ThreadError>;

    fn handle(&mut self, FollowTurn { after }: FollowTurn, _: &mut Self::Context) -> Self::Result {
        self.state()?;
        Ok(self.running.as_ref().and_then(|running| running.log.as_ref()).and_then(|log| log.resume(after)))
    }
}

impl Handler<CancelTurn> for ThreadActor {
    type Result = ResponseFuture<Result<(), ThreadError>>;

    fn handle(&mut self, _: CancelTurn, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        let over = self.interrupt(Interruption::Cancelled);
        Box::pin(async move {
            state?;
            over.await;
            Ok(())
        })
    }
}

impl Handler<DeleteThread> for ThreadActor {
    type Result = actix::ResponseActFuture<Self, Result<(), ThreadError>>;

    fn handle(&mut self, _: DeleteThread, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.services.store);
        let key = self.key.clone();
        // First the store: from then on nothing of the running turn can be stored any more, and when it
        // fails the turn goes on unharmed.
        let deleting = async move {
            store.submit(Commit::new(&key.user_id, vec![Change::DeleteThread(key.thread_id)])).await
        };
        let deleting = deleting.into_actor(self).then(|result: Result<(), StoreError>, actor, _| {
            let over = result.is_ok().then(|| actor.interrupt(Interruption::Deleted));
            let ended = async move {
                if let Some(over) = over {
                    over.await;
                }
                result
            };
            ended.into_actor(actor)
        });
        Box::pin(deleting.map(|result, actor, context| {
            if result.is_ok() {
                let thread_id = actor.key.thread_id.clone();
                for waiting in actor.waiting.drain(..) {
                    let gone = StoreError::ThreadNotFound { thread_id: thread_id.clone() };
                    let _ = waiting.answer.send(Err(gone.into()));
                }
                actor.phase = Phase::Unavailable(StoreError::ThreadNotFound { thread_id });
                actor.retire_soon(context);
            }
            Ok(result?)
        }))
    }
}

impl Handler<RetireIfIdle> for ThreadActor {
    type Result = ();

    fn handle(&mut self, _: RetireIfIdle, context: &mut Self::Context) {
        if self.is_idle() {
            self.retire(context);
        }
    }
}

impl Handler<Drain> for ThreadActor {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Drain { cancel }: Drain, _: &mut Self::Context) -> Self::Result {
        self.draining = true;
        for waiting in self.waiting.drain(..) {
            let _ = waiting.answer.send(Err(ThreadError::ShuttingDown));
        }
        let Some(running) = &self.running else { return Box::pin(async {}) };
        let (interrupter, mut over) = (running.interrupter.clone(), running.over.clone());
        Box::pin(async move {
            let ended = async { while over.changed().await.is_ok() {} };
            tokio::pin!(ended);
            tokio::select! {
                () = &mut ended => return,
                () = cancel.cancelled() => interrupter.interrupt(Interruption::Shutdown),
            }
            ended.await;
        })
    }
}
