//! Adding items to the thread, and changing those that are there.

use std::pin::pin;

use futures_util::{Stream, StreamExt};
use serde::Serialize;
use serde_json::{Map, Value};

use super::AgentContext;
use crate::{
    agent::{
        image::ImageStream, message::MessageStream, responder::ResponderError, widgets::WidgetStream,
        workflow::WorkflowStream,
    },
    protocol::{
        ItemId, ItemKind, ItemUpdate, ThreadItem, ThreadStreamEvent,
        item::{ClientToolCall, ClientToolCallStatus, StructuredInputItem, WidgetItem},
        structured_input::{StructuredInput, StructuredInputStatus},
        widget::WidgetRoot,
        workflow::{Task, WorkflowKind},
    },
};

/// Items that appear bit by bit.
impl AgentContext {
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

    /// Shows that a picture is being made.
    pub async fn generated_image(&self) -> Result<ImageStream, ResponderError> {
        ImageStream::begin(self.clone()).await
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
}

/// Items that are whole at once.
impl AgentContext {
    /// Adds a whole item.
    pub fn add_item(&self, id: ItemId, kind: ItemKind) -> impl Future<Output = Result<(), ResponderError>> {
        self.emit(ThreadStreamEvent::ItemDone { item: self.new_item(id, kind) })
    }

    /// Shows a widget.
    pub fn show_widget(&self, widget: WidgetItem) -> impl Future<Output = Result<(), ResponderError>> {
        self.add_item(ItemId::message(), ItemKind::Widget(widget))
    }

    /// Shows one step of work on its own, outside of a workflow.
    pub async fn add_task(&self, task: impl Into<Task>) -> Result<(), ResponderError> {
        self.add_item(ItemId::task(), ItemKind::Task { task: task.into() }).await
    }

    /// Tells the model something that the user does not see.
    pub async fn add_hidden_context(&self, content: impl Into<Value>) -> Result<(), ResponderError> {
        self.add_item(ItemId::hidden_context(), ItemKind::HiddenContextItem { content: content.into() }).await
    }

    /// Hints to clients that the turn ends here.
    pub async fn end_of_turn(&self) -> Result<(), ResponderError> {
        self.add_item(ItemId::message(), ItemKind::EndOfTurn).await
    }

    /// Asks the user questions in a form. There must be at least one, and their ids must differ.
    ///
    /// End the turn then: the answers begin another, which reads them from [`AgentContext::answers`].
    ///
    /// ```
    /// # use actix_chatkit::{
    /// #     agent::{AgentContext, ResponderError},
    /// #     protocol::structured_input::{Freeform, MultipleChoice},
    /// # };
    /// # async fn answer(context: AgentContext) -> Result<(), ResponderError> {
    /// if let Some(form) = context.answers() {
    ///     let size = form.first_value("size").unwrap_or("medium");
    ///     let mut message = context.message();
    ///     message.push(format!("One {size} pizza, coming up.")).await?;
    ///     return message.finish().await;
    /// }
    /// context
    ///     .ask(vec![
    ///         MultipleChoice::new("size", "Which size?", ["small", "medium", "large"]).into(),
    ///         Freeform::new("wish", "Anything else?").with_description("Allergies, for example.").into(),
    ///     ])
    ///     .await
    /// # }
    /// ```
    pub async fn ask(&self, inputs: Vec<StructuredInput>) -> Result<(), ResponderError> {
        if inputs.is_empty() {
            return Err(ResponderError::Failed("a form needs a question".into()));
        }
        for (place, input) in inputs.iter().enumerate() {
            if inputs[..place].iter().any(|earlier| earlier.id() == input.id()) {
                let reason = format!("two questions of the form have the id `{}`", input.id());
                return Err(ResponderError::Failed(reason.into()));
            }
        }
        let form = StructuredInputItem { status: StructuredInputStatus::Pending, inputs };
        self.add_item(ItemId::message(), ItemKind::StructuredInput(form)).await
    }

    /// Has the page call one of its functions. `arguments` must be written as a JSON object.
    ///
    /// End the turn then: the output is taken only while the call is the thread's newest item. It begins
    /// another turn, which reads it from [`AgentContext::client_tool_output`].
    ///
    /// ```
    /// # use actix_chatkit::agent::{AgentContext, ResponderError};
    /// # use serde_json::json;
    /// # async fn answer(context: AgentContext) -> Result<(), ResponderError> {
    /// match context.client_tool_output() {
    ///     None => context.call_client_tool("get_selection", json!({"format": "text"})).await,
    ///     Some(call) => {
    ///         let mut message = context.message();
    ///         message.push(format!("You selected {:?}.", call.output)).await?;
    ///         message.finish().await
    ///     }
    /// }
    /// # }
    /// ```
    pub async fn call_client_tool(
        &self,
        name: impl Into<String>,
        arguments: impl Serialize,
    ) -> Result<(), ResponderError> {
        let id = ItemId::tool_call();
        let call_id = id.as_str().to_owned();
        self.add_client_tool_call(id, call_id, name.into(), object(arguments)?).await
    }

    /// Has the page call one of its functions under a call id of the model's.
    pub async fn call_client_tool_as(
        &self,
        call_id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Serialize,
    ) -> Result<(), ResponderError> {
        let id = ItemId::tool_call();
        self.add_client_tool_call(id, call_id.into(), name.into(), object(arguments)?).await
    }

    async fn add_client_tool_call(
        &self,
        id: ItemId,
        call_id: String,
        name: String,
        arguments: Map<String, Value>,
    ) -> Result<(), ResponderError> {
        let status = ClientToolCallStatus::Pending;
        let call = ClientToolCall { status, call_id, name, arguments, output: None };
        self.add_item(id, ItemKind::ClientToolCall(call)).await
    }
}

/// Items that are there already.
impl AgentContext {
    /// Gives an item another content, or even kind, in its place, for good.
    pub async fn replace_item(&self, item: ThreadItem) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ItemReplaced { item }).await
    }

    /// Removes an item. Fine when there is none.
    pub async fn remove_item(&self, item_id: impl Into<ItemId>) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ItemRemoved { item_id: item_id.into() }).await
    }

    /// Gives a widget of the thread another root, for good. Clients redraw it in place, as it stands on
    /// their screens; its copy text stays.
    pub async fn update_widget(
        &self,
        item_id: &ItemId,
        root: impl Into<WidgetRoot>,
    ) -> Result<(), ResponderError> {
        let mut item = self.item(item_id).await?;
        let ItemKind::Widget(widget) = &mut item.kind else {
            return Err(ResponderError::Failed(format!("item `{item_id}` is no widget").into()));
        };
        let root = root.into();
        widget.widget = root.clone();
        self.emit_quietly(ThreadStreamEvent::ItemReplaced { item }).await?;
        if self.parts().streams { self.redraw_widget(item_id, root).await } else { Ok(()) }
    }

    /// Shows a widget of the thread with another root; it is stored as it was, so that a client that loads
    /// the thread later sees the old one.
    pub async fn redraw_widget(
        &self,
        item_id: &ItemId,
        root: impl Into<WidgetRoot>,
    ) -> Result<(), ResponderError> {
        let update = ItemUpdate::WidgetRootUpdated { widget: root.into() };
        self.emit(ThreadStreamEvent::ItemUpdated { item_id: item_id.clone(), update }).await
    }
}

/// What is written as a JSON object.
pub(super) fn object(value: impl Serialize) -> Result<Map<String, Value>, ResponderError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ResponderError::Failed("a JSON object is needed here".into())),
        Err(error) => Err(ResponderError::Failed(error.into())),
    }
}
