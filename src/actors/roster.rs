//! The roster of live actors: which thread has one, when it was last asked for, and how much it holds.
//!
//! This is a plain shared table and not an actor: every request passes here, and two hops between workers
//! would cost more than everything else that is done here.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::key::ThreadKey;

/// About how many bytes an actor takes beside its items.
pub const ACTOR_BYTES: usize = 4 << 10;

/// The roster of live actors, which are reached by addresses of type `A`.
pub struct Roster<A> {
    /// About how many bytes all actors together may hold.
    budget: usize,
    /// Locked for look-ups only, never across an await.
    directory: Mutex<Directory<A>>,
}

struct Directory<A> {
    live: HashMap<ThreadKey, Live<A>>,
    /// The live threads in the order in which they were last asked for, oldest first.
    by_use: BTreeMap<u64, ThreadKey>,
    /// Counts questions and starts, so its values order them and tell one actor of a thread from the next.
    clock: u64,
    /// How many actors were started.
    started: usize,
    bytes_held: usize,
    closed: bool,
}

struct Live<A> {
    address: A,
    generation: u64,
    last_use: u64,
    bytes: usize,
}

/// The error of a roster that was closed because the service is being stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// The place of a new actor in the roster.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Tells the actors of one thread apart.
    pub generation: u64,
    /// How many actors were started before it.
    pub ordinal: usize,
}

impl<A: Clone> Roster<A> {
    /// An empty roster of actors that may hold about `budget` bytes together.
    pub fn new(budget: usize) -> Self {
        let directory = Directory {
            live: HashMap::new(),
            by_use: BTreeMap::new(),
            clock: 0,
            started: 0,
            bytes_held: 0,
            closed: false,
        };
        Self { budget, directory: Mutex::new(directory) }
    }

    /// The actor of a thread, if it lives. After a panic an actor's mailbox is closed for good, which
    /// `is_alive` finds out.
    pub fn find(&self, key: &ThreadKey, is_alive: impl Fn(&A) -> bool) -> Result<Option<A>, Closed> {
        let mut directory = self.directory();
        if directory.closed { Err(Closed) } else { Ok(directory.find(key, is_alive)) }
    }

    /// The actor of a thread, which is started if there is none, and the actors that should go in its place
    /// if they are idle.
    pub fn find_or_start(
        &self,
        key: &ThreadKey,
        is_alive: impl Fn(&A) -> bool,
        start: impl FnOnce(Place) -> A,
    ) -> Result<(A, Vec<A>), Closed> {
        let mut directory = self.directory();
        if directory.closed {
            return Err(Closed);
        }
        if let Some(address) = directory.find(key, is_alive) {
            return Ok((address, Vec::new()));
        }
        // Make room before inserting the new actor, so that it cannot be chosen itself.
        let to_retire = directory.make_room(self.budget.saturating_sub(ACTOR_BYTES));
        let place = Place { generation: directory.tick(), ordinal: directory.started };
        directory.started += 1;
        let address = start(place);
        directory.insert(key.clone(), address.clone(), place.generation);
        Ok((address, to_retire))
    }

    /// Notes that an actor is going and takes no further messages.
    pub fn retired(&self, key: &ThreadKey, generation: u64) {
        self.directory().forget(key, generation);
    }

    /// Notes about how many bytes of items an actor holds. Returns the actors that should go if they are
    /// idle.
    pub fn weigh(&self, key: &ThreadKey, generation: u64, bytes: usize) -> Vec<A> {
        let mut directory = self.directory();
        directory.weigh(key, generation, bytes);
        directory.make_room(self.budget)
    }

    /// How many actors live.
    pub fn num_live(&self) -> usize {
        self.directory().live.len()
    }

    /// Stops taking questions. Returns the actors that live.
    pub fn close(&self) -> Vec<A> {
        let mut directory = self.directory();
        directory.closed = true;
        directory.live.values().map(|live| live.address.clone()).collect()
    }

    fn directory(&self) -> MutexGuard<'_, Directory<A>> {
        // Nothing panics between two changes that belong together, so the table is whole even then.
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Clone> Directory<A> {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn find(&mut self, key: &ThreadKey, is_alive: impl Fn(&A) -> bool) -> Option<A> {
        let now = self.tick();
        let live = self.live.get_mut(key).filter(|live| is_alive(&live.address))?;
        if let Some(key) = self.by_use.remove(&live.last_use) {
            self.by_use.insert(now, key);
        }
        live.last_use = now;
        Some(live.address.clone())
    }

    fn insert(&mut self, key: ThreadKey, address: A, generation: u64) {
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

    /// Chooses the actors that have not been asked for the longest time, and that should go if they are idle:
    /// as many as hold a tenth of the budget.
    ///
    /// What they hold no longer counts. An actor that is busy and stays is weighed again at the end of its
    /// turn, and is among the newest by then.
    fn make_room(&mut self, budget: usize) -> Vec<A> {
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
