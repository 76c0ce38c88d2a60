//! Gives each error of the stores its code.

use std::time::Duration;

use super::{AttachmentError, StoreError};
use crate::protocol::error::{CodedError, ErrorCode};

/// After how long a store that was busy may be asked again.
const BUSY_WAIT: Duration = Duration::from_secs(2);

impl From<&StoreError> for CodedError {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::ThreadNotFound { .. } => Self::new(ErrorCode::ThreadNotFound),
            StoreError::ItemNotFound { .. } => Self::new(ErrorCode::ItemNotFound),
            StoreError::AttachmentNotFound { .. } => Self::new(ErrorCode::AttachmentNotFound),
            StoreError::CursorNotFound { .. } => Self::new(ErrorCode::CursorNotFound),
            StoreError::Conflict { code, .. } => Self::new(*code),
            StoreError::Busy | StoreError::Fenced { .. } => {
                return Self::new(ErrorCode::ServerBusy).with_wait(BUSY_WAIT);
            }
            StoreError::Closed => return ErrorCode::ServerRestarting.into(),
            // What the database says is for the log alone.
            StoreError::Full { .. } => return ErrorCode::StorageFull.into(),
            StoreError::Database { .. } | StoreError::Corrupt { .. } => {
                return ErrorCode::StorageFailed.into();
            }
        }
        .with_message(error.to_string())
    }
}

impl From<&AttachmentError> for CodedError {
    fn from(error: &AttachmentError) -> Self {
        match error {
            AttachmentError::NotFound { .. } => Self::new(ErrorCode::AttachmentNotFound),
            AttachmentError::TooLarge { max_size_bytes } => {
                return Self::new(ErrorCode::FileTooLarge).with_max_bytes(*max_size_bytes);
            }
            AttachmentError::Empty => return ErrorCode::FileEmpty.into(),
            AttachmentError::WrongType { .. } => Self::new(ErrorCode::FileTypeMismatch),
            AttachmentError::Unreadable { .. } => Self::new(ErrorCode::PictureUnreadable),
            AttachmentError::Busy => return Self::new(ErrorCode::ServerBusy).with_wait(BUSY_WAIT),
            // What the disk says is for the log alone.
            AttachmentError::Full { .. } => return ErrorCode::StorageFull.into(),
            AttachmentError::Io { .. } => return ErrorCode::StorageFailed.into(),
        }
        .with_message(error.to_string())
    }
}
