//! The actor that owns one thread.

mod aside;
mod draft;
mod draft_clock;
mod ending;
mod finish;
mod interrupter;
mod load;
pub mod messages;
mod opening;
mod recent;
mod recover;
mod requests;
mod run;
mod running;
pub mod services;
mod state;
#[cfg(test)]
mod tests;
mod turn;

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use actix::{
    Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Context, Handler, ResponseFuture, WrapFuture,
};
use futures_util::FutureExt;
use tokio::sync::{oneshot, watch};
use tracing::Instrument;

use self::{
    ending::Ending,
    interrupter::Interrupter,
    load::load,
    messages::{CancelTurn, DeleteThread, Drain, FollowTurn, RetireIfIdle, StartTurn},
    recent::RecentLimit,
    recover::recover,
    services::ThreadServices,
    state::ThreadState,
};
use super::{
    ThreadError,
    key::{Birth, ThreadKey},
    roster::Roster,
    turn_log::{TurnCursor, TurnLog},
};
use crate::store::{Change, Commit, Owned, StoreError};

/// How many messages wait for a thread before `try_send` refuses; more than the tabs of one user send
/// at once. Requests are sent with `send`, whose number the open connections bound.
const MAILBOX_SIZE: usize = 32;

/// How long an actor without a thread stays. Senders that find it gone ask a fresh one, so this only
/// saves them the way.
const LINGER: Duration = Duration::from_secs(1);

/// Owns one thread: its state, its waiting turns, and the turn that runs.
pub struct ThreadActor {
    key: ThreadKey,
    generation: u64,
    services: Arc<ThreadServices>,
    roster: Arc<Roster<Addr<Self>>>,
    phase: Phase,
    waiting: VecDeque<Waiting>,
    running: Option<RunningTurn>,
    draining: bool,
    last_used: Instant,
}

/// How far the actor is.
enum Phase {
    /// Not loaded; no message is handled yet.
    Starting(Birth),
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
        birth: Birth,
        services: Arc<ThreadServices>,
        roster: Arc<Roster<Addr<Self>>>,
    ) -> Self {
        Self {
            key,
            generation,
            services,
            roster,
            phase: Phase::Starting(birth),
            waiting: VecDeque::new(),
            running: None,
            draining: false,
            last_used: Instant::now(),
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

    /// Goes. The roster hears of it before any later question for this thread, and messages still
    /// in the mailbox are sent again to a fresh actor by their senders.
    fn retire(&mut self, context: &mut Context<Self>) {
        self.roster.retired(&self.key, self.generation);
        context.stop();
    }

    /// Takes no further question, but stays for a moment to answer those that are on their way.
    fn retire_soon(&mut self, context: &mut Context<Self>) {
        self.roster.retired(&self.key, self.generation);
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
                // Another turn hardly ever waits, and the empty room would be held for the whole turn.
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
        message: StartTurn,
        answer: oneshot::Sender<Result<TurnCursor, ThreadError>>,
        context: &mut Context<Self>,
    ) {
        let interrupter = Interrupter::default();
        if !self.waiting.is_empty() {
            interrupter.make_way();
        }
        let (finished, over) = watch::channel(());
        self.running = Some(RunningTurn { log: None, interrupter: interrupter.clone(), over });
        let actor = context.address();
        let opened = move |log| actor.do_send(TurnOpened(log));
        let span = tracing::info_span!(parent: &message.span, "turn", thread.id = %self.key.thread_id);
        let turn = run::run(state, Arc::clone(&self.services), message, interrupter, answer, opened);
        let turn = AssertUnwindSafe(turn.instrument(span)).catch_unwind().into_actor(self).map(
            move |ending, actor: &mut Self, context: &mut Context<Self>| {
                drop(finished);
                match ending {
                    // The waiting turns are sent again to a fresh actor, which loads what the store has.
                    Ok(Some(Ending::NotStored(_))) => actor.retire(context),
                    Ok(_) => actor.end_turn(context),
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
        self.running = None;
        self.last_used = Instant::now();
        if let Phase::Ready(state) = &self.phase {
            let bytes = state.bytes_in_memory();
            for actor in self.roster.weigh(&self.key, self.generation, bytes) {
                actor.do_send(RetireIfIdle);
            }
        }
        self.start_next_turn(context);
    }

    /// Waits until the running turn is over.
    fn turn_over(&self) -> impl Future<Output = ()> + use<> {
        let over = self.running.as_ref().map(|running| running.over.clone());
        async move {
            if let Some(mut over) = over {
                // An error means that the other end is gone, so the turn is over.
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
        let birth = std::mem::replace(&mut self.phase, Phase::Starting(Birth::Stored));
        let owned = Owned::in_sole_process(self.key.thread_id.clone());
        if let Phase::Starting(Birth::New(metadata)) = birth {
            self.phase = Phase::Ready(ThreadState::new(
                self.key.user_id.clone(),
                owned,
                *metadata,
                0,
                Arc::clone(&self.services.store),
                RecentLimit::of(&self.services.settings),
            ));
            return;
        }
        let (key, services) = (self.key.clone(), Arc::clone(&self.services));
        let loading = async move { recover(load(&services, &key, owned).await?).await };
        let loading = loading.into_actor(self).map(|loaded, actor, context| match loaded {
            Ok(state) => actor.phase = Phase::Ready(state),
            Err(error) => {
                actor.phase = Phase::Unavailable(error);
                actor.retire_soon(context);
            }
        });
        // Handle no message before the thread is loaded.
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
        if let Some(running) = &self.running {
            running.interrupter.make_way();
        }
        self.start_next_turn(context);
        Box::pin(async move {
            // The other end is dropped without an answer only if the actor dies.
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
        if let Some(running) = &self.running {
            running.interrupter.cancel();
        }
        let over = self.turn_over();
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
        // Delete in the store first. From then on the running turn cannot store anything any more, and if the
        // deletion fails, the turn goes on unharmed.
        let deleting = async move {
            store.submit(Commit::new(&key.user_id, vec![Change::DeleteThread(key.thread_id)])).await
        };
        let deleting = deleting.into_actor(self).then(|result: Result<(), StoreError>, actor, _| {
            let over = result.is_ok().then(|| {
                if let Some(running) = &actor.running {
                    running.interrupter.delete();
                }
                actor.turn_over()
            });
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
        let interrupter = running.interrupter.clone();
        interrupter.make_way();
        let over = self.turn_over();
        Box::pin(async move {
            tokio::pin!(over);
            tokio::select! {
                () = &mut over => return,
                () = cancel.cancelled() => interrupter.shut_down(),
            }
            over.await;
        })
    }
}
