//! Finds or starts the actor of a thread, and makes room when actors hold too much.
//!
//! A plain shared table rather than an actor: every request passes here, and two hops between threads
//! of execution would cost more than all else that is done here.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix::{Actor, Addr, Arbiter, ArbiterHandle, Context};
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

/// How long after the deadline an actor has to store what it cut short.
const STORING_TIME: Duration = Duration::from_secs(10);

/// About how many bytes an actor takes beside its items.
const ACTOR_BYTES: usize = 4 << 10;

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
pub struct ThreadRegistry {
    services: Arc<ThreadServices>,
    /// The arbiters that thread actors live on, taken in turn.
    arbiters: Vec<ArbiterHandle>,
    /// Held for look-ups only, never across an await.
    directory: Mutex<Directory>,
}

/// Who lives.
#[derive(Default)]
struct Directory {
    live: HashMap<ThreadKey, Live>,
    /// The live ones by when they were last asked for, oldest first.
    by_use: BTreeMap<u64, ThreadKey>,
    /// Counts what is asked for, and tells one actor of a thread from the next.
    clock: u64,
    /// How many actors were started.
    started: usize,
    bytes_held: usize,
    shutting_down: bool,
}

#[derive(Debug)]
struct Live {
    address: Addr<ThreadActor>,
    generation: u64,
    last_use: u64,
    bytes: usize,
}

impl ThreadRegistry {
    /// A registry that spreads actors over these arbiters; at least one.
    pub fn new(services: Arc<ThreadServices>, arbiters: Vec<ArbiterHandle>) -> Self {
        Self { services, arbiters, directory: Mutex::default() }
    }

    /// The actor of a thread, started if there is none.
    pub fn locate(
        self: &Arc<Self>,
        key: &ThreadKey,
        origin: &Origin,
    ) -> Result<Addr<ThreadActor>, ThreadError> {
        let mut directory = self.directory();
        if directory.shutting_down {
            return Err(ThreadError::ShuttingDown);
        }
        let Some(address) = directory.find(key) else {
            // Before the new one is there, which must not be asked to go.
            let budget = self.services.settings.memory_budget_bytes;
            let to_retire = directory.make_room(budget.saturating_sub(ACTOR_BYTES));
            let generation = directory.tick();
            let arbiter = self.arbiters.get(directory.started % self.arbiters.len().max(1));
            directory.started += 1;
            let address = self.start(arbiter, key.clone(), origin.clone(), generation);
            directory.insert(key.clone(), address.clone(), generation);
            drop(directory);
            ask_to_go(&to_retire);
            return Ok(address);
        };
        Ok(address)
    }

    /// Takes note that an actor goes and takes no further message.
    pub fn retired(&self, key: &ThreadKey, generation: u64) {
        self.directory().forget(key, generation);
    }

    /// Takes note of about how many bytes of items an actor holds.
    pub fn weigh(&self, key: &ThreadKey, generation: u64, bytes: usize) {
        let mut directory = self.directory();
        directory.weigh(key, generation, bytes);
        let to_retire = directory.make_room(self.services.settings.memory_budget_bytes);
        drop(directory);
        ask_to_go(&to_retire);
    }

    /// How many actors live.
    #[cfg(test)]
    pub fn num_live(&self) -> usize {
        self.directory().live.len()
    }

    /// Ends all turns in order; ready when all is stored. Running turns may go on until `deadline` is
    /// over.
    pub async fn shut_down(&self, deadline: Duration) {
        let cancel = CancellationToken::new();
        let draining: Vec<_> = {
            let mut directory = self.directory();
            directory.shutting_down = true;
            let drain = |live: &Live| live.address.send(Drain { cancel: cancel.clone() });
            directory.live.values().map(drain).collect()
        };
        tracing::info!(threads = draining.len(), "waiting for running turns");
        let mut idle = std::pin::pin!(join_all(draining));
        if tokio::time::timeout(deadline, &mut idle).await.is_err() {
            tracing::warn!(deadline_ms = deadline.as_millis(), "cutting running turns short");
            cancel.cancel();
            if tokio::time::timeout(STORING_TIME, idle).await.is_err() {
                tracing::error!("some turns did not end; their last drafts are stored");
            }
        }
    }

    fn start(
        self: &Arc<Self>,
        arbiter: Option<&ArbiterHandle>,
        key: ThreadKey,
        origin: Origin,
        generation: u64,
    ) -> Addr<ThreadActor> {
        let arbiter = arbiter.cloned().unwrap_or_else(Arbiter::current);
        let (services, registry) = (Arc::clone(&self.services), Arc::clone(self));
        ThreadActor::start_in_arbiter(&arbiter, move |_: &mut Context<ThreadActor>| {
            ThreadActor::new(key, generation, origin, services, registry)
        })
    }

    fn directory(&self) -> MutexGuard<'_, Directory> {
        // Nothing that is done under the lock leaves it half done.
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn find(&mut self, key: &ThreadKey) -> Option<Addr<ThreadActor>> {
        let now = self.tick();
        // After a panic the mailbox is closed for good: it is met with a fresh actor.
        let live = self.live.get_mut(key).filter(|live| live.address.connected())?;
        if let Some(key) = self.by_use.remove(&live.last_use) {
            self.by_use.insert(now, key);
        }
        live.last_use = now;
        Some(live.address.clone())
    }

    fn insert(&mut self, key: ThreadKey, address: Addr<ThreadActor>, generation: u64) {
        self.remove(&key);
        self.by_use.insert(generation, key.clone());
        self.live.insert(key, Live { address, generation, last_use: generation, bytes: ACTOR_BYTES });
        self.bytes_held += ACTOR_BYTES;
    }

    fn forget(&mut self, key: &ThreadKey, generation: u64) {
        if self.live.get(key).is_some_and(|live| live.generation == generation) {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: &ThreadKey) {
        if let Some(gone) = self.live.remove(key) {
            self.by_use.remove(&gone.last_use);
            self.bytes_held -= gone.bytes;
        }
    }

    fn weigh(&mut self, key: &ThreadKey, generation: u64, bytes: usize) {
        if let Some(live) = self.live.get_mut(key).filter(|live| live.generation == generation) {
            self.bytes_held = self.bytes_held - live.bytes + ACTOR_BYTES + bytes;
            live.bytes = ACTOR_BYTES + bytes;
        }
    }

    /// Those that were not asked for the longest time and are to go if they are idle, a tenth of the
    /// bytes at a time.
    ///
    /// What they hold no longer counts: one that is busy and stays is weighed again at the end of its
    /// turn, and is then among the newest.
    fn make_room(&mut self, budget: usize) -> Vec<Addr<ThreadActor>> {
        let mut to_retire = Vec::new();
        if self.bytes_held <= budget {
            return to_retire;
        }
        let goal = budget - budget / 10;
        for _ in 0..self.live.len() {
            let Some((_, key)) = self.by_use.pop_first() else { break };
            let now = self.tick();
            if let Some(live) = self.live.get_mut(&key) {
                live.last_use = now;
                self.bytes_held -= live.bytes;
                live.bytes = 0;
                to_retire.push(live.address.clone());
            }
            self.by_use.insert(now, key);
            if self.bytes_held <= goal {
                break;
            }
        }
        to_retire
    }
}

fn ask_to_go(actors: &[Addr<ThreadActor>]) {
    for actor in actors {
        actor.do_send(RetireIfIdle);
    }
}
