//! The one writer: a worker that commits all waiting calls in one transaction.
//!
//! A transaction's cost is the flush to disk at its end, so calls share it: the worker takes the
//! oldest call, opens a transaction, takes whatever came meanwhile, applies all, commits, and answers
//! all. Nothing waits for company; under load batches grow by themselves.
//!
//! A call that fails must not take others with it. A savepoint for each call would ensure that, but SQLite
//! copies every page that changes within a savepoint, and calls rarely fail. So a batch is applied without
//! savepoints first. If one of its calls fails, the whole batch is rolled back and applied again, with a
//! savepoint for each call.

use std::{
    io, iter,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use diesel::{
    Connection, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    r2d2::R2D2Connection,
};
use tokio::sync::oneshot;

use super::queue::{First, Place, Queue};
use crate::{
    context::UserId,
    store::{Change, Commit, Receipt, StoreError},
};

/// How the writer queues and groups.
#[derive(Clone, Debug)]
pub(super) struct WriterSettings {
    pub(super) queue: usize,
    pub(super) max_batch: usize,
    pub(super) queue_timeout: Duration,
    /// How long overwritten text may stay in the write-ahead log.
    pub(super) forget_after: Duration,
}

/// How long overwritten text stays in the write-ahead log. What was deleted leaves it as soon as nothing waits to
/// be written; nearly every turn overwrites something, and emptying the log costs a flush to the disk.
pub(super) const FORGET_AFTER: Duration = Duration::from_secs(10);

/// After how long the log is tried again when it could not be emptied.
const FORGET_AGAIN: Duration = Duration::from_secs(1);

/// What the writer does with its database.
pub(super) trait Ledger: Send + 'static {
    /// Opens the writer's connection.
    fn connect(&self) -> Result<SqliteConnection, StoreError>;

    /// Empties the write-ahead log; false when a reader was in the way.
    fn truncate_log(&self, connection: &mut SqliteConnection) -> Result<bool, StoreError>;

    /// Applies the changes of one call; on error all of them are undone.
    fn apply(
        &self,
        connection: &mut SqliteConnection,
        user: &UserId,
        changes: &[Change],
    ) -> Result<(), StoreError>;
}

/// How much was written since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteCounts {
    /// Calls that were applied or refused.
    pub calls: u64,
    /// Transactions that were committed for them.
    pub commits: u64,
}

#[derive(Default)]
struct Counters {
    calls: AtomicU64,
    commits: AtomicU64,
}

struct Call {
    commit: Commit,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

/// The handle of the writer's worker.
pub(super) struct Writer {
    queue: Arc<Queue<Call>>,
    queue_timeout: Duration,
    counters: Arc<Counters>,
    /// A plain lock: it is held only to take the handle.
    worker: Mutex<Option<JoinHandle<()>>>,
    /// Held while one caller waits for the worker's end, so that the others wait as well.
    closing: tokio::sync::Mutex<()>,
}

impl Writer {
    /// Starts the worker on a connection of the ledger's, after emptying what an earlier process left in the
    /// write-ahead log.
    pub(super) fn start(
        ledger: impl Ledger,
        connection: SqliteConnection,
        settings: &WriterSettings,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(settings.queue));
        let counters = Arc::new(Counters::default());
        let mut worker = Worker {
            ledger,
            connection,
            forget_at: None,
            forget_after: settings.forget_after,
            is_overdue: false,
            queue: Arc::clone(&queue),
            max_batch: settings.max_batch.max(1),
            counters: Arc::clone(&counters),
        };
        worker.empty_log();
        let worker = thread::Builder::new().name("store-writer".to_owned()).spawn(|| worker.run())?;
        Ok(Self {
            queue,
            queue_timeout: settings.queue_timeout,
            counters,
            worker: Mutex::new(Some(worker)),
            closing: tokio::sync::Mutex::new(()),
        })
    }

    /// Puts the commit in the line before it returns.
    ///
    /// One process owns the database, so no fence can be stale, and none is checked.
    pub(super) fn submit(&self, commit: Commit) -> Receipt {
        let (answer, mut receiver) = oneshot::channel();
        let Some(place) = self.queue.join(Call { commit, answer }) else {
            return Receipt::ready(Err(StoreError::Closed));
        };
        let (queue, patience) = (Arc::clone(&self.queue), self.queue_timeout);
        Receipt::new(async move {
            let gone = |_| Err(failure("the writer has ended"));
            if let Place::Beyond(ticket) = place {
                match tokio::time::timeout(patience, &mut receiver).await {
                    Ok(answer) => return answer.unwrap_or_else(gone),
                    Err(_elapsed) if queue.leave(ticket).is_some() => return Err(StoreError::Busy),
                    // The worker has just taken the call, so the answer is on its way.
                    Err(_elapsed) => {}
                }
            }
            receiver.await.unwrap_or_else(gone)
        })
    }

    /// How much was written so far.
    pub(super) fn counts(&self) -> WriteCounts {
        WriteCounts {
            calls: self.counters.calls.load(Ordering::Relaxed),
            commits: self.counters.commits.load(Ordering::Relaxed),
        }
    }

    /// Lets the worker write what is queued, and waits until it ends.
    pub(super) async fn close(&self) {
        self.queue.close();
        let _others_wait = self.closing.lock().await;
        if let Some(worker) = self.take_worker() {
            // The worker catches panics call by call, so there is nothing to report here.
            let _ended = tokio::task::spawn_blocking(|| worker.join()).await;
        }
    }

    fn take_worker(&self) -> Option<JoinHandle<()>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(worker) = self.take_worker() {
            let _ended = worker.join();
        }
    }
}

/// What a change leaves in the write-ahead log of what users and assistants wrote before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trace {
    /// Text that was replaced, or a draft that was dropped.
    Overwritten,
    /// Something that a user has deleted.
    Deleted,
}

/// What this change may leave in the write-ahead log, if anything.
fn trace_of(change: &Change) -> Option<Trace> {
    match change {
        Change::DeleteThread(_)
        | Change::RemoveItem { .. }
        | Change::RemoveItemsAfter { .. }
        | Change::DeleteAttachment { .. }
        | Change::ExpireAttachment { .. }
        | Change::ForgetAttachment { .. } => Some(Trace::Deleted),
        Change::UpdateThread(_) | Change::EndTurn { .. } | Change::PutItem(_) | Change::PutDraft(_) => {
            Some(Trace::Overwritten)
        }
        Change::CreateThread(_)
        | Change::BeginTurn { .. }
        | Change::AppendDraft { .. }
        | Change::CreateAttachment(_)
        | Change::FinishUpload { .. }
        | Change::LinkAttachment { .. }
        | Change::AddFeedback { .. } => None,
    }
}

/// The error returned for a call that panicked.
const PANICKED: &str = "a write panicked";

/// Applies one call; a panic in it becomes an error.
fn apply(
    ledger: &impl Ledger,
    connection: &mut SqliteConnection,
    Call { commit: Commit { user, changes, .. }, .. }: &Call,
) -> Result<(), StoreError> {
    // Unwind safe: what the panic left half done is rolled back.
    panic::catch_unwind(AssertUnwindSafe(|| ledger.apply(connection, user, changes)))
        .unwrap_or_else(|_panic| Err(failure(PANICKED)))
}

fn failure(reason: &str) -> StoreError {
    StoreError::Database { reason: reason.to_owned() }
}

/// The worker's own state.
struct Worker<L> {
    ledger: L,
    connection: SqliteConnection,
    /// When the write-ahead log is to be emptied, if something in it was deleted or overwritten.
    forget_at: Option<Instant>,
    forget_after: Duration,
    /// Whether the log could not be emptied when it was due, so that the next write tries again.
    is_overdue: bool,
    queue: Arc<Queue<Call>>,
    max_batch: usize,
    counters: Arc<Counters>,
}

impl<L: Ledger> Worker<L> {
    fn run(mut self) {
        loop {
            match self.queue.take_first(self.forget_at) {
                First::Call(call) => self.write(call),
                First::TimedOut => {}
                First::Closed => break,
            }
            if self.connection.is_broken() {
                self.reconnect();
            }
            if self.forget_at.is_some_and(|due| due <= Instant::now()) && self.queue.is_idle() {
                self.empty_log();
            }
        }
        // Leave one file, with nothing to recover at the next start.
        if let Err(error) = self.connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(cause = %error, "the write-ahead log stays beside the database");
        }
    }

    /// Moves the write-ahead log into the database and empties it, so that nothing deleted or overwritten stays in
    /// it. Waits for readers no longer than a moment; if one is in the way, it tries again with the next write, or
    /// after a second.
    fn empty_log(&mut self) {
        let is_empty = self.ledger.truncate_log(&mut self.connection).unwrap_or_else(|error| {
            if !self.is_overdue {
                tracing::warn!(cause = %error, "deleted data stays in the write-ahead log");
            }
            false
        });
        self.is_overdue = !is_empty;
        self.forget_at = self.is_overdue.then(|| Instant::now() + FORGET_AGAIN);
    }

    /// Notes when what this batch deleted or overwrote is to leave the write-ahead log.
    fn note_traces(&mut self, batch: &[Call]) {
        let now = Instant::now();
        match batch.iter().flat_map(|call| &call.commit.changes).filter_map(trace_of).max() {
            Some(Trace::Deleted) => self.forget_at = Some(now),
            _ if self.is_overdue => self.forget_at = Some(now),
            Some(Trace::Overwritten) => {
                self.forget_at.get_or_insert(now + self.forget_after);
            }
            None => {}
        }
    }

    /// Writes this call and all that wait by the time the database is ours.
    fn write(&mut self, first: Call) {
        let begun = AnsiTransactionManager::begin_transaction_sql(&mut self.connection, "BEGIN IMMEDIATE");
        let others = self.queue.take_waiting(self.max_batch - 1);
        let batch: Vec<_> = iter::once(first).chain(others).collect();
        let outcome = begun.map_err(StoreError::from).and_then(|()| self.write_batch(&batch));
        self.counters.calls.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.note_traces(&batch);
        let results = match outcome {
            Ok(results) => {
                self.counters.commits.fetch_add(1, Ordering::Relaxed);
                results
            }
            Err(error) => {
                self.roll_back();
                batch.iter().map(|_| Err(error.clone())).collect()
            }
        };
        for (call, result) in batch.into_iter().zip(results) {
            // Nobody may be listening any more.
            let _ = call.answer.send(result);
        }
    }

    /// Applies and commits a batch within the open transaction. Returns the result of each call, or the error
    /// that failed all of them.
    fn write_batch(&mut self, batch: &[Call]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let all_applied = batch.iter().all(|call| apply(&self.ledger, &mut self.connection, call).is_ok());
        let results = if all_applied {
            batch.iter().map(|_| Ok(())).collect()
        } else {
            self.roll_back();
            self.write_one_by_one(batch)?
        };
        self.still_in_transaction()?;
        AnsiTransactionManager::commit_transaction(&mut self.connection)?;
        Ok(results)
    }

    /// Applies each call of a batch within a savepoint, so that its failure, even a panic, undoes only itself.
    fn write_one_by_one(&mut self, batch: &[Call]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        AnsiTransactionManager::begin_transaction_sql(&mut self.connection, "BEGIN IMMEDIATE")?;
        let mut results = Vec::with_capacity(batch.len());
        for call in batch {
            let ledger = &self.ledger;
            let result = self.connection.transaction(|connection| apply(ledger, connection, call));
            if let Err(error) = &result
                && matches!(error, StoreError::Database { reason } if reason == PANICKED)
            {
                tracing::error!("a write panicked and was undone");
            }
            results.push(result);
            self.still_in_transaction()?;
        }
        Ok(results)
    }

    /// On a full disk or a failed read SQLite ends the whole transaction by itself.
    fn still_in_transaction(&mut self) -> Result<(), StoreError> {
        let status = AnsiTransactionManager::transaction_manager_status_mut(&mut self.connection);
        match status.transaction_depth() {
            Ok(Some(depth)) if depth.get() == 1 => Ok(()),
            _ => Err(failure("the transaction broke off")),
        }
    }

    fn roll_back(&mut self) {
        // This fails when no transaction is open, and then there is nothing to do.
        let _ = AnsiTransactionManager::rollback_transaction(&mut self.connection);
    }

    fn reconnect(&mut self) {
        match self.ledger.connect() {
            Ok(connection) => self.connection = connection,
            // The next call fails and tries again.
            Err(error) => tracing::error!(cause = %error, "the writer has lost its database"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::{FutureExt, future::join_all};

    use super::*;
    use crate::protocol::ThreadId;

    /// Writes down the threads it is told to delete, and misbehaves for some of them.
    struct Notebook {
        /// Held by a test to keep the worker busy.
        gate: Arc<Mutex<()>>,
        /// Tells the test that a call has begun.
        begun: mpsc::Sender<()>,
    }

    impl Ledger for Notebook {
        fn truncate_log(&self, _: &mut SqliteConnection) -> Result<bool, StoreError> {
            Ok(true)
        }

        fn connect(&self) -> Result<SqliteConnection, StoreError> {
            let mut connection = SqliteConnection::establish(":memory:").unwrap();
            connection.batch_execute("CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY)").unwrap();
            Ok(connection)
        }

        fn apply(
            &self,
            connection: &mut SqliteConnection,
            _user: &UserId,
            changes: &[Change],
        ) -> Result<(), StoreError> {
            let _ = self.begun.send(());
            drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
            for change in changes {
                let Change::DeleteThread(id) = change else { continue };
                connection.batch_execute(&format!("INSERT INTO notes VALUES ('{id}')"))?;
                match id.as_str() {
                    "panic" => panic!("on purpose"),
                    // As SQLite does by itself when the disk is full.
                    "broken" => {
                        connection.batch_execute("ROLLBACK")?;
                        return Err(failure("database or disk is full"));
                    }
                    _ => {}
                }
            }
            Ok(())
        }
    }

    fn start(settings: &WriterSettings) -> (Writer, Arc<Mutex<()>>, mpsc::Receiver<()>) {
        let gate = Arc::new(Mutex::new(()));
        let (begun, beginnings) = mpsc::channel();
        let notebook = Notebook { gate: Arc::clone(&gate), begun };
        let connection = notebook.connect().unwrap();
        (Writer::start(notebook, connection, settings).unwrap(), gate, beginnings)
    }

    fn settings() -> WriterSettings {
        WriterSettings {
            queue: 8,
            max_batch: 8,
            queue_timeout: Duration::from_secs(60),
            forget_after: FORGET_AFTER,
        }
    }

    fn write(writer: &Writer, ids: &[&str]) -> Receipt {
        let changes = ids.iter().map(|id| Change::DeleteThread(ThreadId::from(*id))).collect();
        writer.submit(Commit::new(&UserId::from("ada"), changes))
    }

    #[tokio::test]
    async fn a_panic_undoes_its_own_call_only() {
        let (writer, gate, beginnings) = start(&settings());
        let held = gate.lock().unwrap();
        let first = write(&writer, &["a"]);
        beginnings.recv().unwrap();
        let (panicking, good) = (write(&writer, &["b", "panic"]), write(&writer, &["b"]));
        drop(held);
        first.await.unwrap();
        assert!(
            matches!(panicking.await, Err(StoreError::Database { reason }) if reason.contains("panicked"))
        );
        good.await.unwrap();
        write(&writer, &["panic"]).await.unwrap_err();
        write(&writer, &["c"]).await.unwrap();
        assert!(write(&writer, &["a"]).await.is_err(), "it is there already");
    }

    #[tokio::test]
    async fn a_lost_transaction_fails_its_whole_batch_and_nothing_after() {
        let (writer, gate, beginnings) = start(&settings());
        let held = gate.lock().unwrap();
        let first = write(&writer, &["a"]);
        beginnings.recv().unwrap();
        let batch = [write(&writer, &["b"]), write(&writer, &["broken"]), write(&writer, &["c"])];
        drop(held);
        first.await.unwrap();
        for result in join_all(batch).await {
            assert!(matches!(result, Err(StoreError::Database { .. })), "{result:?}");
        }
        // What was undone can be written.
        write(&writer, &["b", "c"]).await.unwrap();
        assert!(write(&writer, &["a"]).await.is_err(), "the batch before was kept");
    }

    #[tokio::test(start_paused = true)]
    #[expect(clippy::await_holding_lock, reason = "the worker stands still as long as it is held")]
    async fn a_full_queue_keeps_callers_waiting_in_line_and_then_refuses_them() {
        let (writer, gate, beginnings) = start(&WriterSettings { queue: 2, max_batch: 1, ..settings() });
        let held = gate.lock().unwrap();
        let taken = write(&writer, &["a"]);
        beginnings.recv().unwrap();
        let queued = [write(&writer, &["b"]), write(&writer, &["c"])];
        let late = write(&writer, &["d"]);
        // The clock runs on while nothing else can happen.
        assert!(matches!(late.await, Err(StoreError::Busy)));
        // The rest depends on the worker, which knows no paused clock.
        tokio::time::resume();
        let waiting = [write(&writer, &["e", "f"]), write(&writer, &["f"])];
        drop(held);
        taken.await.unwrap();
        assert!(join_all(queued).await.iter().all(Result::is_ok));
        let [first, second] = waiting;
        // Asked in the other order, served in the order they came.
        let (second, first) = tokio::join!(second, first);
        first.unwrap();
        second.unwrap_err();
        write(&writer, &["d"]).await.unwrap();
    }

    #[tokio::test]
    #[expect(clippy::await_holding_lock, reason = "the worker stands still as long as it is held")]
    async fn closing_writes_what_is_queued_and_refuses_the_rest() {
        let (writer, gate, beginnings) = start(&settings());
        let held = gate.lock().unwrap();
        let first = write(&writer, &["a"]);
        beginnings.recv().unwrap();
        let queued = write(&writer, &["b"]);
        let mut closing = Box::pin(writer.close());
        assert!(closing.as_mut().now_or_never().is_none());
        assert!(matches!(write(&writer, &["c"]).await, Err(StoreError::Closed)));
        drop(held);
        closing.await;
        first.await.unwrap();
        queued.await.unwrap();
        writer.close().await;
    }
}
