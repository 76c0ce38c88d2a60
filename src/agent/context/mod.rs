//! What a responder holds during a turn: the thread to read, and the way to emit events.
//!
//! One file per subject: [`AgentContext`] gets its calls from all of them.

pub(crate) mod channel;
mod events;
mod items;
mod kept;
mod notices;
mod reading;
mod thread;

use std::{
    fmt,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::sync::oneshot;

pub use self::{channel::Emitter, events::AgentEvent};
use super::{files::Files, journal::ThreadJournal, responder::ResponderError, widgets::warn_of_faults};
use crate::{
    context::{RequestContext, UserId},
    protocol::{ItemId, ItemKind, ThreadId, ThreadItem, ThreadMetadata, ThreadStreamEvent},
    store::Store,
};

/// What a responder holds during a turn. Cheap to clone; clones act on the same turn.
#[derive(Clone, Debug)]
pub struct AgentContext(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    thread_id: ThreadId,
    parts: ContextParts,
}

/// What a context is made of.
pub struct ContextParts {
    /// The request that began the turn.
    pub request: RequestContext,
    /// The thread.
    pub thread: Rc<ThreadJournal>,
    /// The thread's recent items, oldest first, hidden ones too.
    pub history: Vec<Arc<ThreadItem>>,
    /// The item that the user answered to begin the turn: a client tool call or a structured input.
    pub answered: Option<Arc<ThreadItem>>,
    /// Reads the pictures and files users attached.
    pub files: Files,
    /// Where the thread is stored.
    pub store: Arc<dyn Store>,
    /// Where events go.
    pub events: Emitter,
    /// Whether clients read along; without, only whole items are taken.
    pub streams: bool,
}

impl fmt::Debug for ContextParts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ContextParts")
            .field("request", &self.request)
            .field("thread", &self.thread)
            .finish_non_exhaustive()
    }
}

impl AgentContext {
    /// The context of a turn.
    pub(crate) fn new(parts: ContextParts) -> Self {
        let thread_id = parts.thread.metadata().id.clone();
        Self(Rc::new(Inner { thread_id, parts }))
    }

    fn parts(&self) -> &ContextParts {
        &self.0.parts
    }

    fn user_id(&self) -> &UserId {
        &self.parts().request.user_id
    }

    /// The request that began the turn.
    pub fn request(&self) -> &RequestContext {
        &self.parts().request
    }

    /// The thread's id.
    pub fn thread_id(&self) -> &ThreadId {
        &self.0.thread_id
    }

    /// The thread's metadata as it is now. Later changes are not seen in it.
    pub fn thread(&self) -> Rc<ThreadMetadata> {
        self.parts().thread.metadata()
    }

    /// Reads the pictures and files users attached.
    pub fn files(&self) -> &Files {
        &self.parts().files
    }

    /// Emits an event. Items become durable before a client sees that they are done.
    ///
    /// Where no client reads along (in [`sync_action`] and [`stream_cancelled`]) whole items are stored,
    /// replaced and removed, and any other event is refused.
    ///
    /// [`sync_action`]: super::Responder::sync_action
    /// [`stream_cancelled`]: super::Responder::stream_cancelled
    pub fn emit(&self, event: ThreadStreamEvent) -> impl Future<Output = Result<(), ResponderError>> {
        self.send_event(event, false)
    }

    /// Has the turn take an event in that no client sees.
    pub(super) fn emit_quietly(
        &self,
        event: ThreadStreamEvent,
    ) -> impl Future<Output = Result<(), ResponderError>> {
        self.send_event(event, true)
    }

    fn send_event(&self, event: ThreadStreamEvent, quiet: bool) -> Sending<'_> {
        if !self.parts().streams && !is_of_whole_items(&event) {
            let reason = "no client reads along here: only whole items and changes of the thread are taken";
            return self.sending(Err(ResponderError::Failed(reason.into())));
        }
        warn_of_faults(&event);
        // Counted now: when the turn takes the event, the responder may be further.
        let thread_version = self.parts().thread.version();
        self.sending(Ok(AgentEvent::Event { event: Box::new(event), quiet, thread_version }))
    }

    fn send(&self, event: AgentEvent) -> Sending<'_> {
        self.sending(Ok(event))
    }

    fn sending(&self, event: Result<AgentEvent, ResponderError>) -> Sending<'_> {
        let (event, refusal) = match event {
            Ok(event) => (Some(event), None),
            Err(refusal) => (None, Some(refusal)),
        };
        Sending { emitter: &self.parts().events, event, refusal }
    }

    /// Waits until everything emitted so far is stored, and shown where it is to be shown.
    pub async fn flush(&self) -> Result<(), ResponderError> {
        let (taken, all_taken) = oneshot::channel();
        self.send(AgentEvent::Flush(taken)).await?;
        all_taken.await.map_err(|_| turn_is_over())
    }

    /// A new item of this thread, made now.
    pub fn new_item(&self, id: ItemId, kind: ItemKind) -> ThreadItem {
        ThreadItem::new(id, self.thread_id().clone(), kind)
    }
}

/// An event on its way to the turn, or why it is not taken.
///
/// Not an `async fn`: that would hold its argument twice, and so would each that calls it.
#[must_use = "nothing is emitted until it is awaited"]
struct Sending<'a> {
    emitter: &'a Emitter,
    event: Option<AgentEvent>,
    refusal: Option<ResponderError>,
}

impl Future for Sending<'_> {
    type Output = Result<(), ResponderError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(refusal) = self.refusal.take() {
            return Poll::Ready(Err(refusal));
        }
        let emitter = self.emitter;
        // The turn outlives its responder, so this fails only in contexts kept beyond the turn.
        emitter.poll_send(&mut self.event, context).map_err(|_| turn_is_over())
    }
}

fn is_of_whole_items(event: &ThreadStreamEvent) -> bool {
    matches!(
        event,
        ThreadStreamEvent::ItemDone { .. }
            | ThreadStreamEvent::ItemReplaced { .. }
            | ThreadStreamEvent::ItemRemoved { .. }
    )
}

fn turn_is_over() -> ResponderError {
    ResponderError::Failed("the turn is over".into())
}
