//! The actor that owns one thread.

pub mod messages;
mod opening;
mod running;
mod state;
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

use self::{
    messages::{
        AddFeedback, CancelTurn, DeleteThread, Drain, FollowTurn, GetThread, ListItems, Observe,
        RenameThread, RetireIfIdle, RunSyncAction, StartTurn, ThreadSnapshot,
    },
    running::{Interrupter, Interruption, Running, interruption_note},
    state::ThreadState,
    turn::is_kept_when_cut_short,
};
use super::{
    ThreadError, ThreadSettings,
    registry::{Origin, Retired, ThreadKey, ThreadRegistry, Weigh},
    turn_log::{LogWriter, TurnCursor, TurnLog},
};
use crate::{
    agent::{AgentContext, Responder, pictures::Pictures},
    protocol::{ItemKind, Thread, ThreadItem, ThreadMetadata},
    store::{Change, Store, StoreError, ThreadRecord},
};

/// How many messages wait for a thread. More than the tabs of one user send at once; senders beyond
/// it wait for room, so a flood on one thread slows only itself.
const MAILBOX_SIZE: usize = 32;

/// How long an actor without a thread stays. Senders that find it gone ask a fresh one, so this only
/// saves them the way.
const LINGER: Duration = Duration::from_secs(1);

/// What all thread actors use.
pub struct ThreadServices {
    /// Where threads are stored.
    pub store: Arc<dyn Store>,
    /// What answers.
    pub responder: Arc<dyn Responder>,
    /// Reads pictures for the model.
    pub pictures: Pictures,
    /// How actors behave.
    pub settings: ThreadSettings,
}

/// Owns one thread: its state, its waiting turns, and the turn that runs.
pub struct ThreadActor {
    key: ThreadKey,
    generation: u64,
    services: Arc<ThreadServices>,
    registry: Addr<ThreadRegistry>,
    phase: Phase,
    waiting: VecDeque<Waiting>,
    running: Option<RunningTurn>,
    draining: bool,
    last_used: Instant,
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
        registry: Addr<ThreadRegistry>,
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
        self.registry.do_send(Retired { key: self.key.clone(), generation: self.generation });
        context.stop();
    }

    /// Takes no further question, but stays for a moment to answer those that are on their way.
    fn retire_soon(&mut self, context: &mut Context<Self>) {
        self.registry.do_send(Retired { key: self.key.clone(), generation: self.generation });
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
        StartTurn { context: request, opening, resumable, hung_up: _ }: StartTurn,
        answer: oneshot::Sender<Result<TurnCursor, ThreadError>>,
        context: &mut Context<Self>,
    ) {
        let interrupter = Interrupter::default();
        let (finished, over) = watch::channel(());
        self.running = Some(RunningTurn { log: None, interrupter: interrupter.clone(), over });
        let services = Arc::clone(&self.services);
        let actor = context.address();
        let turn = async move {
            let opened = opening::open(&state, services.store.as_ref(), &request, opening).await;
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => {
                    let _ = answer.send(Err(error));
                    return;
                }
            };
            let log = TurnLog::new(resumable);
            // The first client is there before the turn can be abandoned for want of one.
            let cursor = log.follow(0);
            actor.do_send(TurnOpened(Arc::clone(&log)));
            let saved = state.view.metadata().clone();
            let running = Running {
                log: LogWriter::new(Arc::clone(&log), services.settings.max_turn_bytes),
                responder: Arc::clone(&services.responder),
                pictures: services.pictures.clone(),
                context: request,
                interrupter,
                abandoned: log.abandoned().clone(),
                draft_interval: services.settings.draft_interval,
                saved,
                state,
            };
            // A client that hung up meanwhile drops the cursor, and the turn ends as abandoned.
            let _ = answer.send(Ok(cursor));
            running.run(opened.events, opened.task).await;
        };
        let turn = AssertUnwindSafe(turn).catch_unwind().into_actor(self).map(
            move |result, actor: &mut Self, context: &mut Context<Self>| {
                if result.is_err() {
                    tracing::error!(thread.id = %actor.key.thread_id, "turn panicked outside its responder");
                }
                drop(finished);
                actor.end_turn(context);
            },
        );
        context.spawn(turn);
    }

    fn end_turn(&mut self, context: &mut Context<Self>) {
        self.running = None;
        self.last_used = Instant::now();
        if let Phase::Ready(state) = &self.phase {
            let bytes = state.bytes_in_memory();
            let weigh = Weigh { key: self.key.clone(), generation: self.generation, bytes };
            // Only an estimate for making room: one that finds the registry busy may be lost.
            let _ = self.registry.try_send(weigh);
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

/// Loads a thread, and closes a turn that was cut short by the end of the process.
async fn load(key: ThreadKey, services: Arc<ThreadServices>) -> Result<ThreadState, StoreError> {
    let ThreadRecord { metadata, turn_open, drafts } =
        services.store.thread(&key.user_id, &key.thread_id).await?;
    let state = ThreadState::new(
        key.user_id.clone(),
        metadata,
        Arc::clone(&services.store),
        services.settings.recent_items,
    );
    if turn_open || !drafts.is_empty() {
        close_interrupted_turn(&key, &state, drafts).await?;
    }
    Ok(state)
}

async fn close_interrupted_turn(
    key: &ThreadKey,
    state: &ThreadState,
    drafts: Vec<ThreadItem>,
) -> Result<(), StoreError> {
    let kept: Vec<_> = drafts.into_iter().filter(is_kept_when_cut_short).collect();
    let unanswered =
        matches!(state.recent_items().await?.last().map(|item| &item.kind), Some(ItemKind::UserMessage(_)));
    let mut changes: Vec<_> = kept.into_iter().map(Change::PutItem).collect();
    tracing::info!(thread.id = %key.thread_id, kept_items = changes.len(), "closing a turn cut short by a restart");
    if unanswered || !changes.is_empty() {
        changes.push(Change::PutItem(interruption_note(&key.thread_id, Interruption::Shutdown)));
    }
    changes.push(Change::EndTurn { thread_id: key.thread_id.clone() });
    state.commit(changes).await
}

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
                Arc::clone(&self.services.store),
                self.services.settings.recent_items,
            ));
            return;
        }
        let loading = load(self.key.clone(), Arc::clone(&self.services)).into_actor(self).map(
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
        Ok(self.running.as_ref().and_then(|running| running.log.as_ref()).map(|log| log.follow(after)))
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

impl Handler<RunSyncAction> for ThreadActor {
    type Result = ResponseFuture<Result<Option<ThreadItem>, ThreadError>>;

    fn handle(
        &mut self,
        RunSyncAction { context: request, item_id, action }: RunSyncAction,
        _: &mut Self::Context,
    ) -> Self::Result {
        let state = self.state();
        let services = Arc::clone(&self.services);
        Box::pin(async move {
            let state = state?;
            let sender = match item_id {
                Some(item_id) => {
                    let sender = state.item(&item_id).await?;
                    if !matches!(sender.kind, ItemKind::Widget(_)) {
                        return Err(ThreadError::conflict(format!("item `{item_id}` is no widget")));
                    }
                    Some(sender)
                }
                None => None,
            };
            let history = state.recent_items().await?;
            // A synchronous action has no stream: what it emits has nowhere to go.
            let (emitter, _) = tokio::sync::mpsc::channel(1);
            let view = std::rc::Rc::clone(&state.view);
            let context = AgentContext::new(request, view, history, services.pictures.clone(), emitter);
            let result = AssertUnwindSafe(services.responder.sync_action(context, action, sender))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| {
                    Err(crate::agent::ResponderError::Failed("the responder panicked in an action".into()))
                });
            Ok(result?)
        })
    }
}

impl Handler<GetThread> for ThreadActor {
    type Result = ResponseFuture<Result<Thread, ThreadError>>;

    fn handle(&mut self, GetThread { query }: GetThread, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        let store = Arc::clone(&self.services.store);
        Box::pin(async move {
            let state = state?;
            let items = store.items(&state.user_id, &state.thread_id(), query).await?;
            Ok(state.view.metadata().with_items(items))
        })
    }
}

impl Handler<ListItems> for ThreadActor {
    type Result = ResponseFuture<Result<crate::protocol::Page<ThreadItem>, ThreadError>>;

    fn handle(&mut self, ListItems { query }: ListItems, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        let store = Arc::clone(&self.services.store);
        Box::pin(async move {
            let state = state?;
            Ok(store.items(&state.user_id, &state.thread_id(), query).await?)
        })
    }
}

impl Handler<RenameThread> for ThreadActor {
    type Result = ResponseFuture<Result<Thread, ThreadError>>;

    fn handle(&mut self, RenameThread { title }: RenameThread, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        Box::pin(async move {
            let state = state?;
            let renamed = ThreadMetadata { title: Some(title.clone()), ..state.view.metadata().clone() };
            state.commit(vec![Change::UpdateThread(renamed)]).await?;
            // Only the title: a running turn may have changed the rest meanwhile.
            let metadata = ThreadMetadata { title: Some(title), ..state.view.metadata().clone() };
            state.view.replace_saved(metadata.clone());
            Ok(metadata.without_items())
        })
    }
}

impl Handler<DeleteThread> for ThreadActor {
    type Result = actix::ResponseActFuture<Self, Result<(), ThreadError>>;

    fn handle(&mut self, _: DeleteThread, _: &mut Self::Context) -> Self::Result {
        let over = self.interrupt(Interruption::Deleted);
        let store = Arc::clone(&self.services.store);
        let key = self.key.clone();
        let deleting = async move {
            store.commit(&key.user_id, vec![Change::DeleteThread(key.thread_id)]).await?;
            over.await;
            Ok(())
        };
        Box::pin(deleting.into_actor(self).map(|result: Result<(), StoreError>, actor, context| {
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

impl Handler<AddFeedback> for ThreadActor {
    type Result = ResponseFuture<Result<(), ThreadError>>;

    fn handle(&mut self, AddFeedback { feedback }: AddFeedback, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        Box::pin(async move {
            let change = Change::AddFeedback {
                thread_id: feedback.thread_id,
                item_ids: feedback.item_ids,
                kind: feedback.kind,
            };
            Ok(state?.commit(vec![change]).await?)
        })
    }
}

impl Handler<Observe> for ThreadActor {
    type Result = Result<ThreadSnapshot, ThreadError>;

    fn handle(&mut self, _: Observe, _: &mut Self::Context) -> Self::Result {
        let state = self.state()?;
        Ok(ThreadSnapshot {
            thread_id: self.key.thread_id.clone(),
            running: self.running.is_some(),
            waiting: self.waiting.len(),
            items_in_memory: state.items_in_memory(),
        })
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
