//! Calls the application: the only room that calls a responder's hooks.
//!
//! A panic in a hook becomes an error of the hook, so that it ends one request and nothing else. Hooks that
//! run outside a turn get a span of their own.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures_util::FutureExt;
use tracing::Instrument;

use super::{
    cancelled::CancelledTurn,
    context::AgentContext,
    responder::{Responder, ResponderError},
};
use crate::{
    context::RequestContext,
    model::transcription::Audio,
    protocol::{ThreadItem, ThreadMetadata, action::Action, event::StreamOptions, request::Feedback},
};

/// A responder whose panics are errors. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hooks(Arc<dyn Responder>);

// Each hook is called within the guarded future: a hook that is a plain function may panic when it is called.
impl Hooks {
    /// The hooks of this responder.
    pub(crate) fn new(responder: Arc<dyn Responder>) -> Self {
        Self(responder)
    }

    /// [`Responder::respond`].
    pub(crate) fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> impl Future<Output = Result<(), ResponderError>> + use<> {
        let responder = Arc::clone(&self.0);
        guarded(async move { responder.respond(context, input).await })
    }

    /// [`Responder::action`].
    pub(crate) fn action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> impl Future<Output = Result<(), ResponderError>> + use<> {
        let responder = Arc::clone(&self.0);
        guarded(async move { responder.action(context, action, sender).await })
    }

    /// [`Responder::sync_action`].
    pub(crate) async fn sync_action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        let hook = async { self.0.sync_action(context, action, sender).await };
        guarded(hook).instrument(span("sync_action")).await
    }

    /// [`Responder::add_feedback`].
    pub(crate) async fn add_feedback(
        &self,
        context: &RequestContext,
        feedback: &Feedback,
    ) -> Result<(), ResponderError> {
        let hook = async { self.0.add_feedback(context, feedback).await };
        guarded(hook).instrument(span("add_feedback")).await
    }

    /// [`Responder::transcribe`].
    pub(crate) async fn transcribe(
        &self,
        context: &RequestContext,
        audio: Audio,
    ) -> Result<String, ResponderError> {
        let hook = async { self.0.transcribe(context, audio).await };
        guarded(hook).instrument(span("transcribe")).await
    }

    /// [`Responder::stream_cancelled`].
    pub(crate) async fn stream_cancelled(
        &self,
        context: AgentContext,
        turn: CancelledTurn,
    ) -> Result<Vec<ThreadItem>, ResponderError> {
        let hook = async { self.0.stream_cancelled(context, turn).await };
        guarded(hook).instrument(span("stream_cancelled")).await
    }

    /// [`Responder::stream_options`]. A panic in it means the default.
    pub(crate) fn stream_options(&self, thread: &ThreadMetadata) -> StreamOptions {
        catch_unwind(AssertUnwindSafe(|| self.0.stream_options(thread))).unwrap_or_else(|panic| {
            let cause = panicked(panic.as_ref()).cause();
            tracing::error!(thread.id = %thread.id, hook.name = "stream_options", cause, "hook failed");
            StreamOptions::default()
        })
    }
}

fn span(name: &'static str) -> tracing::Span {
    tracing::info_span!("hook", hook.name = name)
}

/// The same future, whose panic is an error.
async fn guarded<T>(hook: impl Future<Output = Result<T, ResponderError>>) -> Result<T, ResponderError> {
    // After a panic the future is dropped and never looked at again.
    AssertUnwindSafe(hook).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

fn panicked(panic: &(dyn Any + Send)) -> ResponderError {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default();
    ResponderError::Failed(format!("the responder panicked: {text}").into())
}
