//! Says why a change conflicts with what is there, in the same words in every store.

use super::StoreError;
use crate::protocol::{AttachmentId, ThreadId, error::ErrorCode};

/// The reasons for [`StoreError::Conflict`].
#[derive(Debug, thiserror::Error)]
pub(super) enum Conflict<'a> {
    /// The id of a new thread is taken.
    #[error("thread `{0}` is there already")]
    ThreadExists(&'a ThreadId),
    /// The turn's number is not above those of earlier turns.
    #[error("turn {turn_no} of thread `{thread_id}` cannot begin: a later one has begun")]
    StaleTurn { thread_id: &'a ThreadId, turn_no: u64 },
    /// The id of a new attachment is taken, if only by a deleted one.
    #[error("attachment `{0}` is there already")]
    AttachmentExists(&'a AttachmentId),
    /// The record of a new attachment names another user.
    #[error("attachment `{0}` is announced for another user")]
    ForeignAttachment(&'a AttachmentId),
    /// A size that no disk holds.
    #[error("the size of attachment `{0}` is out of range")]
    SizeOutOfRange(&'a AttachmentId),
    /// The bytes are there already.
    #[error("attachment `{0}` is uploaded already")]
    AlreadyUploaded(&'a AttachmentId),
    /// The bytes are not there yet.
    #[error("attachment `{0}` is not uploaded yet")]
    NotUploaded(&'a AttachmentId),
    /// Another thread has it.
    #[error("attachment `{0}` belongs to another thread")]
    InAnotherThread(&'a AttachmentId),
    /// A message names it.
    #[error("attachment `{0}` is in use")]
    InUse(&'a AttachmentId),
}

impl From<Conflict<'_>> for StoreError {
    fn from(conflict: Conflict<'_>) -> Self {
        let code = match &conflict {
            Conflict::AlreadyUploaded(_) => ErrorCode::UploadFinished,
            Conflict::NotUploaded(_) => ErrorCode::AttachmentNotUploaded,
            Conflict::InAnotherThread(_) | Conflict::InUse(_) => ErrorCode::AttachmentInUse,
            Conflict::ThreadExists(_)
            | Conflict::StaleTurn { .. }
            | Conflict::AttachmentExists(_)
            | Conflict::ForeignAttachment(_)
            | Conflict::SizeOutOfRange(_) => ErrorCode::Conflict,
        };
        Self::Conflict { code, reason: conflict.to_string() }
    }
}
