//! The store in an SQLite database, through Diesel.
//!
//! Diesel is blocking: writes run on the one writer's worker, reads on a pool of blocking
//! threads, and no caller can tell. In WAL mode neither waits for the other.

mod apply;
mod attachments;
mod drafts;
mod errors;
mod feedback;
mod items;
mod migrations;
mod open;
mod queue;
mod reader;
mod rows;
mod schema;
mod settings;
mod statements;
mod threads;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use diesel::SqliteConnection;

pub use self::{open::OpenError, settings::SqliteStoreSettings, writer::WriteCounts};
use self::{
    reader::Reader,
    writer::{FORGET_AFTER, Ledger, Writer, WriterSettings},
};
use super::{
    AttachmentRecord, Change, Commit, FeedbackRecord, PayloadCodec, Receipt, Shown, Store, StoreError,
    ThreadRecord, payload::Payloads, private::Claim,
};
use crate::{
    context::UserId,
    protocol::{AttachmentId, ItemId, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp},
};

/// A number of rows as SQL has it.
fn sql_limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Keeps everything in one SQLite database.
///
/// Dropping it writes what is still waiting, and blocks while it does; [`Store::close`] does not
/// block.
pub struct SqliteStore {
    reader: Reader,
    writer: Writer,
    payloads: Payloads,
    path: PathBuf,
    /// Given up when the store is closed, so that another process may open the database. The lock is a plain one,
    /// held only to take the claim.
    claim: Mutex<Option<Claim>>,
}

impl SqliteStore {
    /// Opens the database, made if there is none, and brings its layout up to date.
    ///
    /// Blocks; meant for the start of the service.
    pub fn open(settings: &SqliteStoreSettings) -> Result<Self, OpenError> {
        Self::open_with(settings, Payloads::default())
    }

    /// Opens the database as [`open`](Self::open) does, and has items, drafts, titles and metadata of threads
    /// go through a codec, which may encrypt them. What was stored without one stays readable, and is encoded
    /// when it is written again. Names of attachments and their bytes do not go through it.
    pub fn open_encoded(settings: &SqliteStoreSettings, codec: impl PayloadCodec) -> Result<Self, OpenError> {
        Self::open_with(settings, Payloads::encoded_by(Arc::new(codec)))
    }

    fn open_with(settings: &SqliteStoreSettings, payloads: Payloads) -> Result<Self, OpenError> {
        let address = |reason| OpenError::Address { url: settings.database_url.clone(), reason };
        let path = settings.path().map_err(address)?;
        open::make_folder(&path)?;
        let claim = open::claim(&path)?;
        let ledger = SqliteLedger {
            path: path.clone(),
            busy_timeout: settings.busy_timeout,
            payloads: payloads.clone(),
        };
        let mut connection = open::connect_writer(&path, settings.busy_timeout)?;
        open::migrate(&path, &mut connection)?;
        let writer_settings = WriterSettings {
            queue: settings.writer_queue,
            max_batch: settings.max_batch,
            queue_timeout: settings.queue_timeout,
            forget_after: FORGET_AFTER,
        };
        let reader = Reader::open(&path, settings.read_pool_size, settings.busy_timeout)?;
        let writer = Writer::start(ledger, connection, &writer_settings)
            .map_err(|error| OpenError::Other { path: path.clone(), reason: error.to_string() })?;
        Ok(Self { reader, writer, payloads, path, claim: Mutex::new(Some(claim)) })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How much was written since the start; calls divided by commits is the size of a batch.
    pub fn write_counts(&self) -> WriteCounts {
        self.writer.counts()
    }
}

struct SqliteLedger {
    path: PathBuf,
    busy_timeout: Duration,
    payloads: Payloads,
}

impl Ledger for SqliteLedger {
    fn connect(&self) -> Result<SqliteConnection, StoreError> {
        open::connect_writer(&self.path, self.busy_timeout)
            .map_err(|error| StoreError::Database { reason: error.to_string() })
    }

    fn truncate_log(&self, connection: &mut SqliteConnection) -> Result<bool, StoreError> {
        Ok(open::truncate_log(connection, self.busy_timeout)?)
    }

    fn apply(
        &self,
        connection: &mut SqliteConnection,
        user: &UserId,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        apply::apply(connection, &self.payloads, user, changes)
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn submit(&self, commit: Commit) -> Receipt {
        self.writer.submit(commit)
    }

    async fn thread(&self, user: &UserId, thread_id: &ThreadId) -> Result<ThreadRecord, StoreError> {
        let (payloads, user, thread_id) = (self.payloads.clone(), user.clone(), thread_id.clone());
        self.reader.read(move |connection| threads::load(connection, &payloads, &user, &thread_id)).await
    }

    async fn threads(&self, user: &UserId, query: PageQuery) -> Result<Page<ThreadMetadata>, StoreError> {
        let (payloads, user) = (self.payloads.clone(), user.clone());
        self.reader.read(move |connection| threads::page(connection, &payloads, &user, &query)).await
    }

    async fn items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        let (payloads, user, thread_id) = (self.payloads.clone(), user.clone(), thread_id.clone());
        let page = move |connection: &mut _| {
            items::page(connection, &payloads, &user, &thread_id, &query, Shown::Visible)
        };
        self.reader.read(page).await
    }

    async fn all_items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError> {
        let (payloads, user, thread_id) = (self.payloads.clone(), user.clone(), thread_id.clone());
        let page = move |connection: &mut _| {
            items::page(connection, &payloads, &user, &thread_id, &query, Shown::All)
        };
        self.reader.read(page).await
    }

    async fn item(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        item_id: &ItemId,
    ) -> Result<ThreadItem, StoreError> {
        let payloads = self.payloads.clone();
        let (user, thread_id, item_id) = (user.clone(), thread_id.clone(), item_id.clone());
        self.reader
            .read(move |connection| items::load(connection, &payloads, &user, &thread_id, &item_id))
            .await
    }

    async fn attachment(
        &self,
        user: &UserId,
        attachment_id: &AttachmentId,
    ) -> Result<AttachmentRecord, StoreError> {
        let (user, attachment_id) = (user.clone(), attachment_id.clone());
        self.reader.read(move |connection| attachments::load(connection, &user, &attachment_id)).await
    }

    async fn removable_attachments(
        &self,
        abandoned: Timestamp,
        limit: usize,
    ) -> Result<Vec<AttachmentRecord>, StoreError> {
        self.reader.read(move |connection| attachments::removable(connection, abandoned, limit)).await
    }

    async fn feedback(&self, user: &UserId, thread_id: &ThreadId) -> Result<Vec<FeedbackRecord>, StoreError> {
        let (user, thread_id) = (user.clone(), thread_id.clone());
        self.reader.read(move |connection| feedback::load(connection, &user, &thread_id)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.reader.read(threads::check).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        // Readers first: the last connection to go folds the write-ahead log into the file.
        self.reader.close().await;
        self.writer.close().await;
        self.claim.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(())
    }
}
