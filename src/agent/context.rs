//! What a responder holds during a turn: the thread to read, and the way to emit events.

use std::{
    cell::{Cell, Ref, RefCell},
    pin::pin,
    rc::Rc,
    sync::Arc,
};

use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use super::{
    message::MessageStream, pictures::Pictures, responder::ResponderError, widgets::WidgetStream,
    workflow::WorkflowStream,
};
use crate::{
    context::RequestContext,
    protocol::{
        ItemId, ItemKind, ThreadId, ThreadItem, ThreadMetadata, ThreadStreamEvent, event::NoticeLevel,
        item::WidgetItem, widget::WidgetRoot, workflow::WorkflowKind,
    },
};

/// What a turn hears from its responder.
#[derive(Debug)]
pub enum AgentEvent {
    /// An event for the clients; the turn stores what it says before they see it.
    Event {
        /// The event.
        event: ThreadStreamEvent,
        /// Whether the clients are spared it.
        quiet: bool,
        /// How often the thread's metadata had been changed by then; those changes are shown after
        /// this event.
        thread_changes: u64,
    },
    /// The thread's metadata changed and should be shown without waiting for the next event.
    ThreadChanged,
}

/// The sending end of a turn's events.
pub type Emitter = mpsc::Sender<AgentEvent>;

/// A thread's metadata as its actor and the running turn share it.
///
/// Both live on one arbiter, so a plain cell does; no borrow is held across an await.
#[derive(Debug)]
pub struct ThreadView {
    metadata: RefCell<ThreadMetadata>,
    changes: Cell<u64>,
}

impl ThreadView {
    /// A view of a thread that is saved as it is.
    pub fn new(metadata: ThreadMetadata) -> Self {
        Self { metadata: RefCell::new(metadata), changes: Cell::new(0) }
    }

    /// The metadata as it is now.
    pub fn metadata(&self) -> Ref<'_, ThreadMetadata> {
        self.metadata.borrow()
    }

    /// Changes the metadata; the turn saves and shows it with its next event.
    pub fn update(&self, change: impl FnOnce(&mut ThreadMetadata)) {
        change(&mut self.metadata.borrow_mut());
        self.changes.set(self.changes.get() + 1);
    }

    /// Replaces the metadata by what was saved.
    pub fn replace_saved(&self, metadata: ThreadMetadata) {
        *self.metadata.borrow_mut() = metadata;
    }

    /// How often it was changed by responders.
    pub fn changes(&self) -> u64 {
        self.changes.get()
    }
}

/// What a responder holds during a turn. Cheap to clone; clones act on the same turn.
#[derive(Clone, Debug)]
pub struct AgentContext(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    request: RequestContext,
    thread_id: ThreadId,
    thread: Rc<ThreadView>,
    history: Vec<Arc<ThreadItem>>,
    pictures: Pictures,
    events: Emitter,
}

impl AgentContext {
    /// The context of a turn that answers `request`, with the thread's recent items, oldest first.
    pub(crate) fn new(
        request: RequestContext,
        thread: Rc<ThreadView>,
        history: Vec<Arc<ThreadItem>>,
        pictures: Pictures,
        events: Emitter,
    ) -> Self {
        let thread_id = thread.metadata().id.clone();
        Self(Rc::new(Inner { request, thread_id, thread, history, pictures, events }))
    }

    /// The request that began the turn.
    pub fn request(&self) -> &RequestContext {
        &self.0.request
    }

    /// The thread's id.
    pub fn thread_id(&self) -> &ThreadId {
        &self.0.thread_id
    }

    /// The thread's metadata. Do not hold the borrow across an await.
    pub fn thread(&self) -> Ref<'_, ThreadMetadata> {
        self.0.thread.metadata()
    }

    /// The thread's recent items when the turn began, the user's message included, oldest first,
    /// hidden ones too.
    pub fn history(&self) -> &[Arc<ThreadItem>] {
        &self.0.history
    }

    /// Reads the pictures users attached.
    pub fn pictures(&self) -> &Pictures {
        &self.0.pictures
    }

    /// Emits an event. Items become durable before a client sees that they are done.
    pub async fn emit(&self, event: ThreadStreamEvent) -> Result<(), ResponderError> {
        self.send_event(event, false).await
    }

    /// Has the turn take an event in that no client sees.
    pub(super) async fn emit_quietly(&self, event: ThreadStreamEvent) -> Result<(), ResponderError> {
        self.send_event(event, true).await
    }

    async fn send_event(&self, event: ThreadStreamEvent, quiet: bool) -> Result<(), ResponderError> {
        // Counted now: when the turn takes the event, the responder may be further.
        let thread_changes = self.0.thread.changes();
        self.send(AgentEvent::Event { event, quiet, thread_changes }).await
    }

    async fn send(&self, event: AgentEvent) -> Result<(), ResponderError> {
        // The turn outlives its responder, so this fails only in contexts kept beyond the turn.
        self.0.events.send(event).await.map_err(|_| ResponderError::Failed("the turn is over".into()))
    }

    /// Changes title, status, image domains or metadata; saved and shown with the next event.
    pub fn update_thread(&self, change: impl FnOnce(&mut ThreadMetadata)) {
        self.0.thread.update(change);
    }

    /// Gives the thread a title, shown at once.
    pub async fn set_title(&self, title: impl Into<String>) -> Result<(), ResponderError> {
        let title = title.into();
        self.update_thread(|thread| thread.title = Some(title));
        self.send(AgentEvent::ThreadChanged).await
    }

    /// A new item of this thread, made now.
    pub fn new_item(&self, id: ItemId, kind: ItemKind) -> ThreadItem {
        ThreadItem::new(id, self.0.thread_id.clone(), kind)
    }

    /// Begins an assistant message; nothing is shown before its first text.
    pub fn message(&self) -> MessageStream {
        MessageStream::new(self.clone())
    }

    /// Begins a workflow.
    pub async fn workflow(&self, kind: WorkflowKind) -> Result<WorkflowStream, ResponderError> {
        WorkflowStream::begin(self.clone(), kind).await
    }

    /// Goes on with the workflow that the turn before left open: the thread's newest item, or the one
    /// before its newest client tool call.
    pub async fn open_workflow(&self) -> Result<Option<WorkflowStream>, ResponderError> {
        let mut newest = self.history().iter().rev().filter(|item| !item.is_hidden());
        let mut item = newest.next();
        if item.is_some_and(|item| matches!(item.kind, ItemKind::ClientToolCall(_))) {
            item = newest.next();
        }
        match item {
            Some(item) => WorkflowStream::resume(self.clone(), item).await,
            None => Ok(None),
        }
    }

    /// Adds a whole item.
    pub async fn add_item(&self, id: ItemId, kind: ItemKind) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ItemDone { item: self.new_item(id, kind) }).await
    }

    /// Shows a widget.
    pub async fn show_widget(&self, widget: WidgetItem) -> Result<(), ResponderError> {
        self.add_item(ItemId::message(), ItemKind::Widget(widget)).await
    }

    /// Begins a widget that changes while it is shown; nothing is shown before its first state.
    pub fn widget(&self) -> WidgetStream {
        WidgetStream::new(self.clone())
    }

    /// Shows a widget that changes: each state as it comes, the last one for good.
    pub async fn stream_widget(
        &self,
        states: impl Stream<Item = WidgetRoot>,
        copy_text: Option<String>,
    ) -> Result<(), ResponderError> {
        let mut widget = self.widget();
        if let Some(copy_text) = copy_text {
            widget = widget.with_copy_text(copy_text);
        }
        let mut states = pin!(states);
        while let Some(state) = states.next().await {
            widget.show(state).await?;
        }
        widget.finish().await
    }

    /// Tells the model something that the user does not see.
    pub async fn add_hidden_context(
        &self,
        content: impl Into<serde_json::Value>,
    ) -> Result<(), ResponderError> {
        self.add_item(ItemId::hidden_context(), ItemKind::HiddenContextItem { content: content.into() }).await
    }

    /// Says what is being done, until the next item.
    pub async fn progress(&self, text: impl Into<String>, icon: Option<&str>) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ProgressUpdate { text: text.into(), icon: icon.map(str::to_owned) })
            .await
    }

    /// Tells the user something that is not stored; `message` is Markdown.
    pub async fn notice(&self, level: NoticeLevel, message: impl Into<String>) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::Notice { level, message: message.into(), title: None }).await
    }
}
