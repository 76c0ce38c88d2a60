//! Runs a hook of the responder beside the stream of events: nobody reads along, but what it stores and
//! changes of the thread is saved.

use std::{future::poll_fn, pin::pin, rc::Rc};

use super::{state::ThreadState, turn::Turn};
use crate::{
    actors::ThreadError,
    agent::{AgentContext, AgentEvent, ContextParts, ResponderError, Writer, channel, files::Files},
    context::RequestContext,
    store::StoreError,
};

/// How many events a responder may be ahead of what is stored: enough to hand over at once what came at
/// once, and it takes room only then.
pub const EVENTS_AHEAD: usize = 64;

/// Runs a hook. What it emits is stored as it comes, what it changes of the thread with it or at the end.
/// Fails when the hook gives up or panics, or when the store does not take what it wants.
pub async fn run<T, F: Future<Output = Result<T, ResponderError>>>(
    state: &ThreadState,
    files: &Files,
    request: &RequestContext,
    hook: impl FnOnce(AgentContext) -> F,
) -> Result<T, ThreadError> {
    let (emitter, mut events) = channel(EVENTS_AHEAD);
    let mut aside = Aside { state, _writer: state.journal.begin_hook() };
    let context = AgentContext::new(ContextParts {
        request: request.clone(),
        thread: Rc::clone(&state.journal),
        history: state.recent_items().await?,
        answered: None,
        files: files.clone(),
        store: state.store(),
        events: emitter,
        streams: false,
    });
    let mut running = pin!(hook(context));
    let result = loop {
        tokio::select! {
            biased;
            Some(event) = poll_fn(|context| events.poll_next(context)) => aside.take(event).await?,
            result = &mut running => break result,
        }
    };
    while let Some(event) = events.take() {
        aside.take(event).await?;
    }
    aside.save_thread().await?;
    Ok(result?)
}

struct Aside<'a> {
    state: &'a ThreadState,
    _writer: Writer,
}

impl Aside<'_> {
    async fn take(&mut self, event: AgentEvent) -> Result<(), StoreError> {
        match event {
            AgentEvent::Event { event, .. } => {
                // Events of whole items, which are all that get here, leave nothing unfinished.
                let changes = Turn::new(self.state.thread_id()).apply(*event);
                self.state.commit(changes).await
            }
            AgentEvent::ThreadChanged => self.save_thread().await,
            AgentEvent::Answered => Ok(()),
            AgentEvent::Flush(taken) => {
                // A hook that waits no longer needs no answer.
                let _ = taken.send(());
                Ok(())
            }
        }
    }

    /// Saves the thread if it was changed. A turn that runs beside shows it with its next event.
    async fn save_thread(&mut self) -> Result<(), StoreError> {
        let saved = self.state.save_thread().await;
        if saved.is_err() {
            self.state.journal.give_up();
        }
        saved
    }
}
