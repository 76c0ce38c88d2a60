//! Gives each error of a thread its code, and says what the clients of a turn are told.

use std::time::Duration;

use super::ThreadError;
use crate::{
    agent::ResponderError,
    protocol::{
        ThreadStreamEvent,
        error::{CodedError, ErrorCode, ErrorParams, StreamErrorCode},
    },
};

/// After how long a thread with too many waiting turns may have room for another.
const BUSY_WAIT: Duration = Duration::from_secs(2);

impl From<&ThreadError> for CodedError {
    fn from(error: &ThreadError) -> Self {
        match error {
            ThreadError::Store(error) => error.into(),
            ThreadError::Conflict { code, reason } => Self::new(*code).with_message(reason),
            ThreadError::Busy => Self::new(ErrorCode::ThreadBusy).with_wait(BUSY_WAIT),
            ThreadError::ShuttingDown => ErrorCode::ServerRestarting.into(),
            ThreadError::Responder(error) => error.into(),
            ThreadError::ActorDied { .. } => ErrorCode::Internal.into(),
        }
    }
}

/// The event for an error that clients of the reference read as `message`.
pub(super) fn worded(error: &CodedError) -> ThreadStreamEvent {
    ThreadStreamEvent::Error {
        code: StreamErrorCode::Custom,
        message: Some(error.to_string()),
        allow_retry: error.code().retry_helps(),
        ext_code: Some(error.code()),
        ext_params: error.params().clone(),
    }
}

/// The event for an error that clients of the reference word as a failed stream.
pub(super) fn unworded(error: &CodedError) -> ThreadStreamEvent {
    ThreadStreamEvent::Error {
        code: StreamErrorCode::StreamError,
        message: None,
        // As in the reference; clients that know the code are told what helps.
        allow_retry: true,
        ext_code: Some(error.code()),
        ext_params: error.params().clone(),
    }
}

/// The event for what a responder gave up over.
pub(super) fn given_up(error: &ResponderError) -> ThreadStreamEvent {
    match error {
        ResponderError::Known { error, .. } => worded(error),
        ResponderError::Custom { message, allow_retry, .. } => ThreadStreamEvent::Error {
            code: StreamErrorCode::Custom,
            message: Some(message.clone()),
            allow_retry: *allow_retry,
            ext_code: None,
            ext_params: ErrorParams::new(),
        },
        ResponderError::Coded { code, allow_retry } => ThreadStreamEvent::Error {
            code: code.clone(),
            message: None,
            allow_retry: *allow_retry,
            ext_code: None,
            ext_params: ErrorParams::new(),
        },
        ResponderError::NotImplemented { .. }
        | ResponderError::Transcription(_)
        | ResponderError::Failed(_) => unworded(&error.into()),
    }
}

/// The code of an error's event, for the log.
pub(super) fn name(event: &ThreadStreamEvent) -> &'static str {
    match event {
        ThreadStreamEvent::Error { ext_code: Some(code), .. } => code.as_str(),
        _ => ErrorCode::Custom.as_str(),
    }
}
