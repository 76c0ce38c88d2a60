//! Finds or starts the actor of a thread, and makes room when actors hold too much.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use actix::{
    Actor, ActorContext, ActorFutureExt, Addr, Arbiter, ArbiterHandle, Context, Handler, Message,
    ResponseActFuture, WrapFuture,
};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{
    ThreadError,
    thread::{
        ThreadActor, ThreadServices,
        messages::{Drain, RetireIfIdle},
    },
};
use crate::{context::UserId, protocol::ThreadId, protocol::ThreadMetadata};

/// How many messages wait for the registry. Each is handled in microseconds; the number only has to
/// be larger than the bursts of many clients that come at once.
const MAILBOX_SIZE: usize = 1_024;

/// How long after the deadline an actor has to store what it cut short.
const STORING_TIME: Duration = Duration::from_secs(10);

/// Names a thread of a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThreadKey {
    /// The owner.
    pub user_id: UserId,
    /// The thread.
    pub thread_id: ThreadId,
}

/// Where a thread comes from when its actor is started.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The store.
    Stored,
    /// Nowhere: it is being made.
    New(Box<ThreadMetadata>),
}

/// Finds or starts the actor of a thread.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<Addr<ThreadActor>, ThreadError>")]
pub struct Locate {
    /// The thread.
    pub key: ThreadKey,
    /// Where it comes from if it has to be started.
    pub origin: Origin,
}

/// Says that an actor goes and takes no further message. A stop signal.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Retired {
    /// The thread.
    pub key: ThreadKey,
    /// Which of the thread's actors.
    pub generation: u64,
}

/// Says about how many bytes of items an actor holds.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Weigh {
    /// The thread.
    pub key: ThreadKey,
    /// Which of the thread's actors.
    pub generation: u64,
    /// The bytes.
    pub bytes: usize,
}

/// Ends all turns in order; answers when all is stored.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Shutdown {
    /// How long running turns may go on.
    pub deadline: Duration,
}

/// How many actors live, for tests and status pages.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "usize")]
pub struct CountLive;

/// Finds or starts the actor of a thread.
pub struct ThreadRegistry {
    services: Arc<ThreadServices>,
    /// The arbiters that thread actors live on, taken in turn.
    arbiters: Vec<ArbiterHandle>,
    live: HashMap<ThreadKey, Live>,
    next_generation: u64,
    bytes_held: usize,
    shutting_down: bool,
}

#[derive(Debug)]
struct Live {
    address: Addr<ThreadActor>,
    generation: u64,
    last_used: Instant,
    bytes: usize,
}

impl ThreadRegistry {
    /// A registry that spreads actors over these arbiters; at least one.
    pub fn new(services: Arc<ThreadServices>, arbiters: Vec<ArbiterHandle>) -> Self {
        Self {
            services,
            arbiters,
            live: HashMap::new(),
            next_generation: 0,
            bytes_held: 0,
            shutting_down: false,
        }
    }

    fn start(&mut self, key: ThreadKey, origin: Origin, registry: Addr<Self>) -> Addr<ThreadActor> {
        let generation = self.next_generation;
        self.next_generation += 1;
        let services = Arc::clone(&self.services);
        let actor_key = key.clone();
        let place = usize::try_from(generation).unwrap_or_default() % self.arbiters.len().max(1);
        let arbiter = self.arbiters.get(place).cloned().unwrap_or_else(Arbiter::current);
        let address = ThreadActor::start_in_arbiter(&arbiter, move |_| {
            ThreadActor::new(actor_key, generation, origin, services, registry)
        });
        let live = Live { address: address.clone(), generation, last_used: Instant::now(), bytes: 0 };
        if let Some(dead) = self.live.insert(key, live) {
            self.bytes_held -= dead.bytes;
        }
        address
    }

    fn forget(&mut self, key: &ThreadKey, generation: u64) {
        if self.live.get(key).is_some_and(|live| live.generation == generation)
            && let Some(gone) = self.live.remove(key)
        {
            self.bytes_held -= gone.bytes;
        }
    }

    /// Asks those that were not used for longest to go, a tenth of the bytes at a time.
    ///
    /// The scan is worth its while because it frees many at once; those that are busy stay.
    fn make_room(&mut self) {
        let budget = self.services.settings.memory_budget_bytes;
        if self.bytes_held <= budget {
            return;
        }
        let mut by_age: Vec<_> = self.live.values().filter(|live| live.bytes > 0).collect();
        by_age.sort_unstable_by_key(|live| live.last_used);
        let mut to_free = self.bytes_held - budget + budget / 10;
        for live in by_age {
            live.address.do_send(RetireIfIdle);
            to_free = to_free.saturating_sub(live.bytes);
            if to_free == 0 {
                break;
            }
        }
    }
}

impl Actor for ThreadRegistry {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX_SIZE);
    }
}

impl Handler<Locate> for ThreadRegistry {
    type Result = Result<Addr<ThreadActor>, ThreadError>;

    fn handle(&mut self, Locate { key, origin }: Locate, context: &mut Self::Context) -> Self::Result {
        if self.shutting_down {
            return Err(ThreadError::ShuttingDown);
        }
        // After a panic the mailbox is closed for good: meet it with a fresh actor.
        if let Some(live) = self.live.get_mut(&key).filter(|live| live.address.connected()) {
            live.last_used = Instant::now();
            return Ok(live.address.clone());
        }
        Ok(self.start(key, origin, actix::AsyncContext::address(context)))
    }
}

impl Handler<Retired> for ThreadRegistry {
    type Result = ();

    fn handle(&mut self, Retired { key, generation }: Retired, _: &mut Self::Context) {
        self.forget(&key, generation);
    }
}

impl Handler<Weigh> for ThreadRegistry {
    type Result = ();

    fn handle(&mut self, Weigh { key, generation, bytes }: Weigh, _: &mut Self::Context) {
        if let Some(live) = self.live.get_mut(&key).filter(|live| live.generation == generation) {
            self.bytes_held = self.bytes_held - live.bytes + bytes;
            live.bytes = bytes;
            self.make_room();
        }
    }
}

impl Handler<CountLive> for ThreadRegistry {
    type Result = usize;

    fn handle(&mut self, _: CountLive, _: &mut Self::Context) -> usize {
        self.live.len()
    }
}

impl Handler<Shutdown> for ThreadRegistry {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, Shutdown { deadline }: Shutdown, _: &mut Self::Context) -> Self::Result {
        self.shutting_down = true;
        let cancel = CancellationToken::new();
        let draining: Vec<_> =
            self.live.values().map(|live| live.address.send(Drain { cancel: cancel.clone() })).collect();
        tracing::info!(threads = draining.len(), "waiting for running turns");
        let all_idle = async move {
            let mut idle = std::pin::pin!(join_all(draining));
            if tokio::time::timeout(deadline, &mut idle).await.is_err() {
                tracing::warn!(deadline_ms = deadline.as_millis(), "cutting running turns short");
                cancel.cancel();
                if tokio::time::timeout(STORING_TIME, idle).await.is_err() {
                    tracing::error!("some turns did not end; their last drafts are stored");
                }
            }
        };
        Box::pin(all_idle.into_actor(self).map(|(), _, context| context.stop()))
    }
}
