//! Removes the bytes of attachments that were deleted, or that no message has ever named.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Notify, time};

use super::{AttachmentError, AttachmentRecord, AttachmentStore, Change, Commit, Store, StoreError};
use crate::protocol::Timestamp;

/// How many attachments are read from the store at a time.
const BATCH: usize = 100;

/// The task that removes attachments, at regular intervals and whenever it is woken.
pub struct Cleanup {
    /// Where the rows are.
    pub store: Arc<dyn Store>,
    /// Where the bytes are.
    pub attachments: Arc<dyn AttachmentStore>,
    /// Starts a sweep at once.
    pub wake: Arc<Notify>,
    /// The time between two sweeps that nobody asked for.
    pub interval: Duration,
    /// How long an attachment is kept that no message names.
    pub expiry: Duration,
}

/// Why an attachment could not be removed.
#[derive(Debug, thiserror::Error)]
enum CleanupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bytes(#[from] AttachmentError),
}

impl Cleanup {
    /// Runs until it is dropped.
    pub async fn run(self) {
        let mut ticks = time::interval(self.interval);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.wake.notified() => {}
            }
            match self.sweep().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "attachments removed"),
                Err(error) => tracing::warn!(cause = %error, "attachments not removed; trying again later"),
            }
        }
    }

    /// Removes all attachments that may go now, and returns how many there were.
    async fn sweep(&self) -> Result<usize, CleanupError> {
        let mut removed = 0;
        loop {
            let expiry_us = i64::try_from(self.expiry.as_micros()).unwrap_or(i64::MAX);
            let abandoned = Timestamp::now().as_microsecond().saturating_sub(expiry_us);
            let Some(abandoned) = Timestamp::from_microsecond(abandoned) else { return Ok(removed) };
            let batch = self.store.removable_attachments(abandoned, BATCH).await?;
            let before = removed;
            for record in &batch {
                // One attachment that cannot be removed must not hold up the others.
                match self.remove(record).await {
                    Ok(()) => removed += 1,
                    Err(error) => {
                        tracing::warn!(attachment.id = %record.id, cause = %error, "attachment not removed");
                    }
                }
            }
            if batch.len() < BATCH || removed == before {
                return Ok(removed);
            }
        }
    }

    /// Removes the bytes first: as long as the row exists, a failure is retried.
    async fn remove(&self, record: &AttachmentRecord) -> Result<(), CleanupError> {
        let attachment_id = record.id.clone();
        let expire = Change::ExpireAttachment { attachment_id: attachment_id.clone() };
        match self.store.submit(Commit::new(&record.user_id, vec![expire])).await {
            // A message has named it in the meantime.
            Err(StoreError::Conflict { .. }) => return Ok(()),
            outcome => outcome?,
        }
        self.attachments.remove(&attachment_id).await?;
        self.store
            .submit(Commit::new(&record.user_id, vec![Change::ForgetAttachment { attachment_id }]))
            .await?;
        Ok(())
    }
}
