//! Finds or starts the actor that answers a question, and makes room when actors hold too much.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix::{Actor, Addr, Arbiter, ArbiterHandle, Context};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{
    ThreadError,
    key::{Birth, ThreadKey},
    reader::ThreadReader,
    roster::{Closed, Roster},
    thread::{
        ThreadActor,
        messages::{Drain, RetireIfIdle},
        services::ThreadServices,
    },
};

/// How much time actors get after the deadline to store the turns that were cut short.
const STORING_TIME: Duration = Duration::from_secs(10);

/// Finds or starts the actor that answers a question.
pub struct ThreadRegistry {
    services: Arc<ThreadServices>,
    /// The arbiters that actors live on. New actors are spread over them one by one.
    arbiters: Vec<ArbiterHandle>,
    roster: Arc<Roster<Addr<ThreadActor>>>,
    /// Locked for look-ups only, never across an await.
    readers: Mutex<Readers>,
}

/// One reader for each arbiter, started when it is first needed.
#[derive(Default)]
struct Readers {
    addresses: Vec<Option<Addr<ThreadReader>>>,
    /// How often a reader was asked for.
    asked: usize,
}

impl ThreadRegistry {
    /// A registry that spreads actors over these arbiters; at least one.
    pub fn new(services: Arc<ThreadServices>, arbiters: Vec<ArbiterHandle>) -> Self {
        let roster = Arc::new(Roster::new(services.settings.memory_budget_bytes));
        let addresses = vec![None; arbiters.len().max(1)];
        Self { services, arbiters, roster, readers: Mutex::new(Readers { addresses, asked: 0 }) }
    }

    /// The actor of a thread, started if there is none.
    pub fn locate(&self, key: &ThreadKey, birth: &Birth) -> Result<Addr<ThreadActor>, ThreadError> {
        let (address, to_retire) = self.roster.find_or_start(key, Addr::connected, |place| {
            let arbiter = self.arbiter(place.ordinal);
            let (key, birth) = (key.clone(), birth.clone());
            let (services, roster) = (Arc::clone(&self.services), Arc::clone(&self.roster));
            ThreadActor::start_in_arbiter(&arbiter, move |_: &mut Context<ThreadActor>| {
                ThreadActor::new(key, place.generation, birth, services, roster)
            })
        })?;
        for actor in to_retire {
            actor.do_send(RetireIfIdle);
        }
        Ok(address)
    }

    /// The actor of a thread, if it lives.
    pub fn find(&self, key: &ThreadKey) -> Result<Option<Addr<ThreadActor>>, ThreadError> {
        Ok(self.roster.find(key, Addr::connected)?)
    }

    /// An actor that reads threads and owns none.
    pub fn reader(&self) -> Addr<ThreadReader> {
        let mut readers = self.readers();
        readers.asked = readers.asked.wrapping_add(1);
        let place = readers.asked % readers.addresses.len();
        // A panic closes a mailbox for good, so a reader that died is replaced.
        if let Some(reader) = readers.addresses[place].as_ref().filter(|reader| reader.connected()) {
            return reader.clone();
        }
        let store = Arc::clone(&self.services.store);
        let reader = ThreadReader::start_in_arbiter(&self.arbiter(place), |_: &mut Context<ThreadReader>| {
            ThreadReader::new(store)
        });
        readers.addresses[place] = Some(reader.clone());
        reader
    }

    /// How many threads have an actor.
    pub fn num_live(&self) -> usize {
        self.roster.num_live()
    }

    /// Ends all turns in order, and is ready when everything is stored. Running turns may go on until
    /// `deadline` is over.
    pub async fn shut_down(&self, deadline: Duration) {
        let cancel = CancellationToken::new();
        let live = self.roster.close();
        let draining: Vec<_> =
            live.iter().map(|actor| actor.send(Drain { cancel: cancel.clone() })).collect();
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

    fn arbiter(&self, ordinal: usize) -> ArbiterHandle {
        let arbiter = self.arbiters.get(ordinal % self.arbiters.len().max(1));
        arbiter.cloned().unwrap_or_else(Arbiter::current)
    }

    fn readers(&self) -> MutexGuard<'_, Readers> {
        // Nothing panics between two changes that belong together.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Closed> for ThreadError {
    fn from(_: Closed) -> Self {
        Self::ShuttingDown
    }
}
