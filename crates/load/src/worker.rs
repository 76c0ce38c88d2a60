//! One thread of the load tester: its clients, and when each begins a turn.

use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, oneshot},
    task::{JoinSet, LocalSet},
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    client::{Client, Shared},
    clock::Clock,
    error::TurnError,
    mix::{Mix, Part, Scenario},
    recorder::{Live, Outcome, Recorder},
    turn::Turn,
};

/// How long a client of a closed loop waits after a turn that failed: a server that refuses at once must not
/// be drowned in new turns.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);
/// How many clients of a worker prepare themselves at once.
const PREPARING_AT_ONCE: usize = 16;

/// What a worker is to do.
pub struct Worker {
    /// Its place among the workers, from 0.
    pub index: u32,
    /// How many workers there are.
    pub workers: u32,
    /// The clients of all workers.
    pub clients: u32,
    /// Turns a second of all workers, in an open loop.
    pub rate: Option<f64>,
    /// How long it takes until all clients have begun.
    pub ramp: Duration,
    /// The scenarios that clients play.
    pub mix: Mix,
    /// What is counted while it runs.
    pub live: Arc<Live>,
    /// Asks for the end.
    pub stop: CancellationToken,
}

/// A worker at work.
struct Work {
    clock: Arc<Clock>,
    mix: Mix,
    live: Arc<Live>,
    recorder: RefCell<Recorder>,
}

impl Worker {
    /// Prepares the clients, says so, waits for the start, and works until the end.
    pub fn run(
        self,
        shared: Shared,
        ready: &mpsc::UnboundedSender<Result<(), TurnError>>,
        start: oneshot::Receiver<Arc<Clock>>,
    ) -> Recorder {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime of one thread needs no more than the process has");
        LocalSet::new().block_on(&runtime, async {
            let shared = Rc::new(shared);
            let prepared = tokio::select! {
                prepared = self.prepare(&shared) => prepared,
                () = self.stop.cancelled() => Ok(Vec::new()),
            };
            let clients = match prepared {
                Ok(clients) => clients,
                Err(error) => {
                    // The receiver gives up at the first error.
                    let _ = ready.send(Err(error));
                    return Recorder::default();
                }
            };
            let _ = ready.send(Ok(()));
            let Ok(clock) = start.await else {
                return Recorder::default();
            };
            let work = Rc::new(Work {
                clock,
                mix: self.mix.clone(),
                live: Arc::clone(&self.live),
                recorder: RefCell::default(),
            });
            match self.rate {
                Some(rate) => self.open_loop(rate, clients, &shared, &work).await,
                None => self.closed_loop(clients, &work).await,
            }
            work.recorder.take()
        })
    }

    /// The numbers of this worker's clients: every worker has its share.
    fn own_clients(&self) -> impl Iterator<Item = u32> {
        (self.index..self.clients).step_by(self.workers as usize)
    }

    async fn prepare(&self, shared: &Rc<Shared>) -> Result<Vec<(u32, Client)>, TurnError> {
        let mut clients = Vec::new();
        let mut preparing: JoinSet<Result<(u32, Client), TurnError>> = JoinSet::new();
        for number in self.own_clients() {
            if preparing.len() >= PREPARING_AT_ONCE {
                let prepared = preparing.join_next().await.expect("some are preparing");
                clients.push(prepared.expect("clients do not panic")?);
            }
            let (mut client, mix) = (Client::new(Rc::clone(shared)), self.mix.clone());
            preparing.spawn_local(async move {
                for part in mix.parts() {
                    client.prepare(part).await?;
                }
                Ok((number, client))
            });
        }
        while let Some(prepared) = preparing.join_next().await {
            clients.push(prepared.expect("clients do not panic")?);
        }
        Ok(clients)
    }

    /// Every client begins a turn when its last one ended.
    async fn closed_loop(&self, clients: Vec<(u32, Client)>, work: &Rc<Work>) {
        let mut running = JoinSet::new();
        for (number, client) in clients {
            let begin = work.clock.start + self.ramp * number / self.clients;
            running.spawn_local(Rc::clone(work).keep_busy(client, begin));
        }
        while let Some(ended) = running.join_next().await {
            ended.expect("clients do not panic");
        }
    }

    /// Turns begin at the set rate, on whichever client is free, or a new one.
    async fn open_loop(&self, rate: f64, clients: Vec<(u32, Client)>, shared: &Rc<Shared>, work: &Rc<Work>) {
        let free: Rc<RefCell<Vec<Client>>> =
            Rc::new(RefCell::new(clients.into_iter().map(|(_, client)| client).collect()));
        let mut running = JoinSet::new();
        for number in (u64::from(self.index)..).step_by(self.workers as usize) {
            let due = work.clock.start + Duration::from_secs_f64(number as f64 / rate);
            tokio::select! {
                () = sleep_until(due) => {}
                () = work.clock.stop.cancelled() => break,
            }
            let Some(number) = work.clock.begin_turn(due) else {
                break;
            };
            let client = free.borrow_mut().pop().unwrap_or_else(|| Client::new(Rc::clone(shared)));
            let (work, free) = (Rc::clone(work), Rc::clone(&free));
            running.spawn_local(async move {
                let mut client = client;
                let part = work.mix.pick(number);
                work.turn(&mut client, part, due).await;
                // Prepare the client before it counts as free, so that its next turn can begin at once.
                if client.prepare(part).await.is_err() {
                    client.recover();
                }
                free.borrow_mut().push(client);
            });
            // Drop the turns that have ended.
            while running.try_join_next().is_some() {}
        }
        while let Some(ended) = running.join_next().await {
            ended.expect("clients do not panic");
        }
    }
}

impl Work {
    async fn keep_busy(self: Rc<Self>, mut client: Client, begin: Instant) {
        tokio::select! {
            () = sleep_until(begin) => {}
            () = self.clock.stop.cancelled() => return,
        }
        while let Some(number) = self.clock.begin_turn(Instant::now()) {
            let part = self.mix.pick(number);
            let prepared = tokio::select! {
                prepared = client.prepare(part) => prepared,
                () = self.clock.stop.cancelled() => return,
            };
            let due = Instant::now();
            let fine = match prepared {
                Ok(()) => self.turn(&mut client, part, due).await,
                Err(error) => {
                    self.live.begin();
                    self.end(&mut client, part, &Turn::new(due), &Outcome::Failed(error))
                }
            };
            if part.scenario == Scenario::Hold {
                return;
            }
            if !fine {
                tokio::select! {
                    () = sleep(PAUSE_AFTER_ERROR) => {}
                    () = self.clock.stop.cancelled() => return,
                }
            }
        }
    }

    /// Plays one turn that was due at the given moment. Returns whether it went well.
    async fn turn(&self, client: &mut Client, part: &Part, due: Instant) -> bool {
        self.live.begin();
        let mut turn = Turn::new(due);
        let held_until = self.clock.measured_until.filter(|_| part.scenario == Scenario::Hold);
        let outcome = tokio::select! {
            biased;
            result = client.play(part, &mut turn) => match result {
                Ok(()) => Outcome::Complete,
                Err(error) => Outcome::Failed(error),
            },
            () = self.clock.stop.cancelled() => Outcome::Stopped,
            () = sleep_until(held_until.unwrap_or(due)), if held_until.is_some() => Outcome::Held,
        };
        // A stream without any text so far was not held: its client was still waiting.
        let outcome = match outcome {
            Outcome::Held if turn.first_delta.is_none() => Outcome::Failed(TurnError::Timeout),
            outcome => outcome,
        };
        self.end(client, part, &turn, &outcome)
    }

    fn end(&self, client: &mut Client, part: &Part, turn: &Turn, outcome: &Outcome) -> bool {
        self.live.end(turn, outcome);
        if self.clock.measures(turn.due) {
            self.recorder.borrow_mut().note(part.scenario, turn, outcome);
        }
        let fine = matches!(outcome, Outcome::Complete);
        if !fine {
            client.recover();
        }
        fine
    }
}
