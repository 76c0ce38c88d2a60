//! Why a responder gave up.

use crate::{
    model::transcription::TranscriptionError,
    protocol::error::{CodedError, ErrorCode, StreamErrorCode},
    store::StoreError,
};

/// Why a responder gave up. What was streamed so far is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResponderError {
    /// Something the user should read.
    #[error("{message}")]
    Custom {
        /// What the user is told.
        message: String,
        /// Whether the user is offered to try again.
        allow_retry: bool,
        /// The cause, for the log.
        source: Option<BoxError>,
    },
    /// Something the client words itself.
    #[error("stream error {code:?}")]
    Coded {
        /// What kind.
        code: StreamErrorCode,
        /// Whether the user is offered to try again.
        allow_retry: bool,
    },
    /// A failure that has a code: clients that ask for codes word it in the user's language, and all others
    /// read its English words.
    #[error("{error}")]
    Known {
        /// The code with what its words need. It also says whether the user is offered to try again.
        error: CodedError,
        /// The cause, for the log.
        source: Option<BoxError>,
    },
    /// The application does not define this hook.
    #[error("not set up on this server: {what}")]
    NotImplemented {
        /// The hook, and what to do about it if there is something.
        what: &'static str,
    },
    /// A recording was not turned into text.
    #[error(transparent)]
    Transcription(#[from] TranscriptionError),
    /// Anything else; the user is told only that something went wrong.
    #[error("{0}")]
    Failed(BoxError),
}

/// Any error, as a responder may meet it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl ResponderError {
    /// An error the user should read, and that trying again would not help.
    pub fn custom(message: impl Into<String>) -> Self {
        Self::Custom { message: message.into(), allow_retry: false, source: None }
    }

    /// An error the user should read and may retry.
    pub fn retryable(message: impl Into<String>) -> Self {
        Self::Custom { message: message.into(), allow_retry: true, source: None }
    }

    /// An error that the client words itself, and the user may retry.
    pub fn coded(code: StreamErrorCode) -> Self {
        Self::Coded { code, allow_retry: true }
    }

    /// An error that has a code.
    pub fn known(error: impl Into<CodedError>) -> Self {
        Self::Known { error: error.into(), source: None }
    }

    /// Whether it has this code.
    pub fn has_code(&self, code: ErrorCode) -> bool {
        matches!(self, Self::Known { error, .. } if error.code() == code)
    }

    /// The same error, which the user is or is not offered to try again. Of an error that has a code, the code
    /// says it, and all errors without words or a code may be retried.
    #[must_use]
    pub fn with_retry(mut self, allowed: bool) -> Self {
        if let Self::Custom { allow_retry, .. } | Self::Coded { allow_retry, .. } = &mut self {
            *allow_retry = allowed;
        }
        self
    }

    /// The same error with its cause, for the log. An error without words or a code is its own cause.
    #[must_use]
    pub fn with_source(mut self, cause: impl Into<BoxError>) -> Self {
        if let Self::Custom { source, .. } | Self::Known { source, .. } = &mut self {
            *source = Some(cause.into());
        }
        self
    }

    /// What the log says: the error with its causes.
    pub fn cause(&self) -> String {
        match self {
            Self::Custom { source: Some(source), .. }
            | Self::Known { source: Some(source), .. }
            | Self::Failed(source) => with_causes(source.as_ref()),
            other => other.to_string(),
        }
    }
}

/// An error's text followed by the texts of its causes.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl From<StoreError> for ResponderError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<BoxError> for ResponderError {
    fn from(error: BoxError) -> Self {
        Self::Failed(error)
    }
}
