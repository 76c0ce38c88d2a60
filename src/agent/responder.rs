//! The trait an application implements: what answers a thread's messages and actions.

use std::sync::Arc;

use async_trait::async_trait;

use super::{cancelled::CancelledTurn, context::AgentContext};
use crate::{
    context::RequestContext,
    model::transcription::{Audio, TranscriptionError},
    protocol::{
        ThreadItem, ThreadMetadata,
        action::Action,
        error::{CodedError, StreamErrorCode},
        event::StreamOptions,
        request::Feedback,
    },
    store::StoreError,
};

/// Answers a thread's messages and actions.
///
/// One value serves all threads. A turn runs on the arbiter of its thread's actor, so the futures
/// need not be `Send`; they must not block. A turn is cancelled by dropping the future.
#[async_trait(?Send)]
pub trait Responder: Send + Sync + 'static {
    /// Answers the user: after a message, or (without `input`) after a client tool's output or the
    /// answers to a structured input.
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError>;

    /// Acts on a control, streaming what comes of it. `sender` is the widget the control is in.
    async fn action(
        &self,
        _context: AgentContext,
        _action: Action,
        _sender: Option<ThreadItem>,
    ) -> Result<(), ResponderError> {
        Err(ResponderError::NotImplemented { what: "actions" })
    }

    /// Acts on a control with one answer: the item as it is now, if it changed. It may run beside a turn.
    ///
    /// Nothing is saved of the answer itself. What is to last is saved through the context: items by
    /// [`AgentContext::add_item`] and [`AgentContext::replace_item`], changes of the thread as in a turn.
    /// The client sees no more of it than the answer; there is no stream, so events that only a stream
    /// carries are refused. When the action fails, what it stored until then stays.
    async fn sync_action(
        &self,
        _context: AgentContext,
        _action: Action,
        _sender: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        Err(ResponderError::NotImplemented { what: "synchronous actions" })
    }

    /// Hears what the user thinks of items; it is stored already.
    async fn add_feedback(
        &self,
        _context: &RequestContext,
        _feedback: &Feedback,
    ) -> Result<(), ResponderError> {
        Ok(())
    }

    /// Turns speech into text. A [`Transcriber`](crate::model::transcription::Transcriber) does the work.
    async fn transcribe(&self, _context: &RequestContext, _audio: Audio) -> Result<String, ResponderError> {
        Err(ResponderError::NotImplemented { what: "transcription" })
    }

    /// Decides what is stored of a turn of its own that was ended early, in this order. The default keeps
    /// messages with text and adds a note for the model ([`CancelledTurn::into_kept_items`]).
    ///
    /// It runs to its end although the client is gone, and the thread's next turn waits for it; so it has
    /// ten seconds. What it returns is stored together with the end of the turn. It may use the context as
    /// [`Responder::sync_action`] may. When it fails, the default is done. It is not asked when the
    /// responder failed or the thread was deleted, nor after the end of the process.
    async fn stream_cancelled(
        &self,
        _context: AgentContext,
        turn: CancelledTurn,
    ) -> Result<Vec<ThreadItem>, ResponderError> {
        Ok(turn.into_kept_items())
    }

    /// What the client may do with a turn's stream when it begins.
    fn stream_options(&self, _thread: &ThreadMetadata) -> StreamOptions {
        StreamOptions::default()
    }
}

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
