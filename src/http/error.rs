//! The one table from error to HTTP: status, code, public text.
//!
//! Rooms below say what went wrong in their own words and know nothing of HTTP. What they say of the
//! database or the disk reaches the log only.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};

use super::identity::IdentityError;
use crate::{
    actors::ThreadError,
    agent::ResponderError,
    links::SignatureError,
    model::{ModelError, transcription::TranscriptionError},
    protocol::{
        error::{ErrorBody, ErrorCode, ErrorDetail},
        request::parse::RequestError,
    },
    store::{AttachmentError, StoreError},
};

/// After how many seconds a client that met a limit may come again.
const RETRY_AFTER_SECS: &str = "2";

/// The longest message. A request may name a thing by megabytes, and a message names the thing.
const MAX_MESSAGE_CHARS: usize = 500;

/// An error answer.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: ErrorDetail,
    /// What only the log says.
    cause: Option<String>,
}

impl ApiError {
    /// An error whose message says all.
    pub fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE_CHARS) {
            message.truncate(end);
            message.push('…');
        }
        Self { status, detail: ErrorDetail { code, message, param: None }, cause: None }
    }

    /// A wrong request (400).
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest, message)
    }

    /// Something that is not there, or is another user's (404).
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }

    /// Something in a state that does not allow it (409).
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, ErrorCode::Conflict, message)
    }

    /// Too many bytes (413).
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message)
    }

    /// Content of the wrong type (415).
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::UnsupportedMediaType, message)
    }

    /// Something that is not set up (501).
    pub fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, ErrorCode::NotImplemented, message)
    }

    /// An address or origin that may not (403).
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
    }

    /// A fault of ours (500); only the log says which.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::Internal,
                "Something went wrong on the server. Please try again.",
            )
        }
    }

    fn busy(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, ErrorCode::Busy, message)
    }

    /// The same error with the path of the field at fault.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.detail.param = Some(param.into());
        self
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail.message)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Writes the answer, and the one line of the log.
    fn error_response(&self) -> HttpResponse {
        let status = self.status.as_u16();
        let cause = self.cause.as_deref().unwrap_or(&self.detail.message);
        if self.status.is_server_error() {
            tracing::error!(status, code = ?self.detail.code, cause, "request failed");
        } else {
            tracing::info!(status, code = ?self.detail.code, param = self.detail.param, cause, "request refused");
        }
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.detail.code == ErrorCode::Busy {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECS));
        }
        response.json(ErrorBody { error: self.detail.clone() })
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::InvalidJson { .. } => {
                Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidJson, error.to_string())
            }
            RequestError::Invalid { reason, param } => {
                // The reason may quote what the user wrote, which no log line may.
                let cause = Some("the request does not fit the protocol".to_owned());
                let error = Self { cause, ..Self::invalid(reason) };
                match param {
                    Some(param) => error.with_param(param),
                    None => error,
                }
            }
        }
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Unauthorized { reason } => {
                Self::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized, reason)
            }
            IdentityError::Forbidden { reason } => Self::forbidden(reason),
            IdentityError::Failed(cause) => Self::internal(cause),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ThreadNotFound { .. }
            | StoreError::ItemNotFound { .. }
            | StoreError::AttachmentNotFound { .. }
            | StoreError::CursorNotFound { .. } => Self::not_found(error.to_string()),
            StoreError::Conflict { reason } => Self::conflict(reason),
            StoreError::Busy | StoreError::Fenced { .. } => {
                Self::busy(StatusCode::SERVICE_UNAVAILABLE, "The server is busy. Please try again.")
            }
            StoreError::Closed => Self::busy(
                StatusCode::SERVICE_UNAVAILABLE,
                "The server is being restarted. Please try again.",
            ),
            StoreError::Database { .. } | StoreError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl From<AttachmentError> for ApiError {
    fn from(error: AttachmentError) -> Self {
        match error {
            AttachmentError::NotFound { .. } => Self::not_found(error.to_string()),
            AttachmentError::TooLarge { .. } => Self::too_large(error.to_string()),
            AttachmentError::Empty => Self::invalid(error.to_string()),
            AttachmentError::WrongType { .. } | AttachmentError::Unreadable { .. } => {
                Self::unsupported(error.to_string())
            }
            AttachmentError::Busy => Self::busy(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            AttachmentError::Io { .. } => Self::internal(error),
        }
    }
}

impl From<ThreadError> for ApiError {
    fn from(error: ThreadError) -> Self {
        match error {
            ThreadError::Store(error) => error.into(),
            ThreadError::Conflict { reason } => Self::conflict(reason),
            ThreadError::Busy => Self::busy(StatusCode::TOO_MANY_REQUESTS, error.to_string()),
            ThreadError::ShuttingDown => Self::busy(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            ThreadError::Responder(error) => error.into(),
            ThreadError::ActorDied { .. } => Self::internal(error),
        }
    }
}

impl From<ResponderError> for ApiError {
    fn from(error: ResponderError) -> Self {
        match &error {
            ResponderError::NotImplemented { .. } => Self::not_implemented(error.to_string()),
            ResponderError::Transcription(failure) => transcription_failed(failure),
            ResponderError::Custom { message, .. } => Self {
                cause: Some(error.cause()),
                ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, message)
            },
            ResponderError::Coded { .. } | ResponderError::Failed(_) => Self::internal(error.cause()),
        }
    }
}

/// What the client is told of a failed transcription; what the service said reaches the log only.
fn transcription_failed(failure: &TranscriptionError) -> ApiError {
    const AUDIO: &str = "params.audio_base64";
    let upstream = |status, message: &str| ApiError {
        cause: Some(failure.to_string()),
        ..ApiError::new(status, ErrorCode::UpstreamFailed, message)
    };
    match failure {
        TranscriptionError::Empty => ApiError::invalid(failure.to_string()).with_param(AUDIO),
        TranscriptionError::TooLarge { .. } => ApiError::too_large(failure.to_string()).with_param(AUDIO),
        TranscriptionError::UnsupportedType => {
            ApiError::unsupported(failure.to_string()).with_param("params.mime_type")
        }
        TranscriptionError::Unreadable { .. } => ApiError {
            cause: Some(failure.to_string()),
            ..ApiError::invalid("the recording could not be read; it may be broken or too short")
        }
        .with_param(AUDIO),
        TranscriptionError::Model(ModelError::RateLimited { .. }) => ApiError {
            cause: Some(failure.to_string()),
            ..ApiError::busy(
                StatusCode::SERVICE_UNAVAILABLE,
                "The transcription service is busy. Please try again in a moment.",
            )
        },
        TranscriptionError::Model(ModelError::Timeout { .. }) => {
            upstream(StatusCode::GATEWAY_TIMEOUT, "The transcription took too long. Please try again.")
        }
        TranscriptionError::Model(ModelError::Unauthorized { .. } | ModelError::Rejected { .. }) => upstream(
            StatusCode::BAD_GATEWAY,
            "The transcription service refused this server. Please tell whoever runs it.",
        ),
        TranscriptionError::Model(_) => {
            upstream(StatusCode::BAD_GATEWAY, "The transcription service failed. Please try again.")
        }
    }
}

impl From<SignatureError> for ApiError {
    fn from(error: SignatureError) -> Self {
        Self::forbidden(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_does_not_grow_with_what_it_names() {
        let thread_id = "🧵".repeat(1 << 20).as_str().into();
        let error = ApiError::from(StoreError::ThreadNotFound { thread_id });
        let shown = error.to_string();
        assert_eq!(shown.chars().count(), MAX_MESSAGE_CHARS + 1);
        assert!(shown.starts_with("thread `🧵🧵") && shown.ends_with("🧵…"), "{shown}");
    }
}
