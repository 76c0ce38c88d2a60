//! The trait an application implements: what answers a thread's messages and actions.

use std::sync::Arc;

use async_trait::async_trait;

pub use super::error::{BoxError, ResponderError};
use super::{cancelled::CancelledTurn, context::AgentContext};
use crate::{
    context::RequestContext,
    model::transcription::Audio,
    protocol::{ThreadItem, ThreadMetadata, action::Action, event::StreamOptions, request::Feedback},
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
