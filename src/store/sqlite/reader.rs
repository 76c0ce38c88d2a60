//! Runs reads on a small pool of connections, on blocking threads.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::{
    Connection, SqliteConnection,
    r2d2::{ConnectionManager, CustomizeConnection, Error as PoolError, Pool},
};
use tokio::{sync::Semaphore, task};

use super::open::{OpenError, prepare_reader};
use crate::store::StoreError;

type ReadPool = Pool<ConnectionManager<SqliteConnection>>;

#[derive(Debug)]
struct ReadOnly {
    busy_timeout: Duration,
}

impl CustomizeConnection<SqliteConnection, PoolError> for ReadOnly {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), PoolError> {
        prepare_reader(connection, self.busy_timeout).map_err(PoolError::QueryError)
    }
}

/// The readers of a database.
pub(super) struct Reader {
    /// None once closed. A plain lock: it is held only to clone the handle.
    pool: Mutex<Option<ReadPool>>,
    /// As many as connections: a read waits here, in its task, never on a blocking thread.
    permits: Arc<Semaphore>,
    size: u32,
    closing: AtomicBool,
}

impl Reader {
    /// Opens the connections. Blocks.
    pub(super) fn open(path: &Path, size: u32, busy_timeout: Duration) -> Result<Self, OpenError> {
        let size = size.max(1);
        let pool = Pool::builder()
            .max_size(size)
            .idle_timeout(None)
            .max_lifetime(None)
            .connection_timeout(busy_timeout.max(Duration::from_secs(1)))
            // A connection to a file does not go stale; a failed read takes its own away.
            .test_on_check_out(false)
            .connection_customizer(Box::new(ReadOnly { busy_timeout }))
            .build(ConnectionManager::new(path.to_string_lossy()))
            .map_err(|error| OpenError::Other { path: path.to_owned(), reason: error.to_string() })?;
        Ok(Self {
            pool: Mutex::new(Some(pool)),
            permits: Arc::new(Semaphore::new(size as usize)),
            size,
            closing: AtomicBool::new(false),
        })
    }

    /// Runs `query` on one state of the database. A caller that goes away does not stop it.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    {
        if self.closing.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_closed| StoreError::Closed)?;
        let pool = self.pool().clone().ok_or(StoreError::Closed)?;
        task::spawn_blocking(move || {
            // Dropped last: whoever gets it finds a free connection.
            let _permit = permit;
            let pool = pool;
            let mut connection =
                pool.get().map_err(|error| StoreError::Database { reason: error.to_string() })?;
            SqliteConnection::transaction(&mut connection, query)
        })
        .await
        .map_err(|error| StoreError::Database { reason: format!("a read broke off: {error}") })?
    }

    /// Waits for the reads under way and closes the connections.
    pub(super) async fn close(&self) {
        self.closing.store(true, Ordering::Release);
        let all = self.permits.acquire_many(self.size).await;
        *self.pool() = None;
        self.permits.close();
        drop(all);
    }

    fn pool(&self) -> std::sync::MutexGuard<'_, Option<ReadPool>> {
        // Nothing panics while the lock is held; and if so, the handle is still whole.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
