//! Removes the bytes of attachments that are deleted, or that no message ever named.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Notify, time};

use super::{AttachmentError, AttachmentRecord, AttachmentStore, Change, Commit, Store, StoreError};
use crate::protocol::Timestamp;

/// How many attachments are looked at in one go.
const BATCH: usize = 100;

/// Removes what may go, whenever it is woken and every so often.
pub struct Cleanup {
    /// Where the rows are.
    pub store: Arc<dyn Store>,
    /// Where the bytes are.
    pub attachments: Arc<dyn AttachmentStore>,
    /// Wakes it before its time.
    pub wake: Arc<Notify>,
    /// How often it looks by itself.
    pub interval: Duration,
    /// After how long an attachment that no message names may go.
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

    /// Removes all that may go now and says how many there were.
    async fn sweep(&self) -> Result<usize, CleanupError> {
        let mut removed = 0;
        loop {
            let expiry_us = i64::try_from(self.expiry.as_micros()).unwrap_or(i64::MAX);
            let abandoned = Timestamp::now().as_microsecond().saturating_sub(expiry_us);
            let Some(abandoned) = Timestamp::from_microsecond(abandoned) else { return Ok(removed) };
            let batch = self.store.removable_attachments(abandoned, BATCH).await?;
            let before = removed;
            for record in &batch {
                // One that cannot be removed must not keep the others.
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

    /// The bytes first: as long as the row is there, a failure is tried again.
    async fn remove(&self, record: &AttachmentRecord) -> Result<(), CleanupError> {
        let attachment_id = record.id.clone();
        let expire = Change::ExpireAttachment { attachment_id: attachment_id.clone() };
        match self.store.submit(Commit::new(&record.user_id, vec![expire])).await {
            // A message named it a moment ago.
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
