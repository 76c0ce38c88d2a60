//! Streams one workflow: the assistant's work, shown step by step.

use super::{context::AgentContext, responder::ResponderError};
use crate::protocol::{
    ItemId, ItemKind, ItemUpdate, ThreadItem, ThreadStreamEvent, Timestamp,
    workflow::{Task, Workflow, WorkflowKind, WorkflowSummary},
};

/// A workflow on its way: `added`, its tasks as they come and change, `done` with a summary.
///
/// A custom workflow is shown with its first task, so that one without tasks leaves nothing; a
/// reasoning one is shown at once, since a model may think long before it says what.
///
/// A workflow that is dropped unfinished goes when the turn is cancelled or fails. In a turn that ends
/// well it is stored as it stands, and [`AgentContext::open_workflow`] goes on with it in the turn
/// after a client tool call or an action.
///
/// ```
/// # use actix_chatkit::{
/// #     agent::{AgentContext, ResponderError},
/// #     protocol::workflow::{CustomTask, WebSearchTask, WorkflowKind},
/// # };
/// # async fn answer(context: AgentContext) -> Result<(), ResponderError> {
/// let mut workflow = context.workflow(WorkflowKind::Custom).await?;
/// let search = WebSearchTask::new().with_title("Looking around").with_query("cafés in Oslo");
/// let searching = workflow.add_task(search.loading()).await?;
/// // … the search …
/// workflow.complete_task(searching).await?;
/// workflow.add_task(CustomTask::new("Found three").with_icon("check").complete()).await?;
/// workflow.finish().await
/// # }
/// ```
#[derive(Debug)]
pub struct WorkflowStream {
    context: AgentContext,
    id: ItemId,
    created_at: Timestamp,
    workflow: Workflow,
    shown: bool,
}

impl WorkflowStream {
    pub(super) async fn begin(context: AgentContext, kind: WorkflowKind) -> Result<Self, ResponderError> {
        let (id, created_at) = (ItemId::workflow(), Timestamp::now());
        let mut stream = Self { context, id, created_at, workflow: Workflow::new(kind), shown: false };
        if kind == WorkflowKind::Reasoning {
            stream.show().await?;
        }
        Ok(stream)
    }

    /// Goes on with an item, if it is a workflow that was left open.
    pub(super) async fn resume(
        context: AgentContext,
        item: &ThreadItem,
    ) -> Result<Option<Self>, ResponderError> {
        let ItemKind::Workflow { workflow } = &item.kind else { return Ok(None) };
        if workflow.summary.is_some() {
            return Ok(None);
        }
        // Clients have it; the turn has to know that it is unfinished again.
        context.emit_quietly(ThreadStreamEvent::ItemAdded { item: item.clone() }).await?;
        Ok(Some(Self {
            context,
            id: item.id.clone(),
            created_at: item.created_at,
            workflow: workflow.clone(),
            shown: true,
        }))
    }

    /// The tasks so far.
    pub fn tasks(&self) -> &[Task] {
        &self.workflow.tasks
    }

    /// Adds a task and gives its index.
    pub async fn add_task(&mut self, task: impl Into<Task>) -> Result<usize, ResponderError> {
        let task = task.into();
        let task_index = self.workflow.tasks.len();
        if self.shown {
            self.workflow.tasks.push(task.clone());
            self.update(ItemUpdate::WorkflowTaskAdded { task_index, task }).await?;
        } else {
            self.workflow.tasks.push(task);
            self.show().await?;
        }
        Ok(task_index)
    }

    /// Replaces a task.
    pub async fn update_task(&mut self, index: usize, task: impl Into<Task>) -> Result<(), ResponderError> {
        let task = task.into();
        let Some(place) = self.workflow.tasks.get_mut(index) else { return Err(no_task(index)) };
        place.clone_from(&task);
        self.update(ItemUpdate::WorkflowTaskUpdated { task_index: index, task }).await
    }

    /// Shows a task as over, as it is otherwise.
    pub async fn complete_task(&mut self, index: usize) -> Result<(), ResponderError> {
        let Some(task) = self.workflow.tasks.get(index) else { return Err(no_task(index)) };
        self.update_task(index, task.clone().complete()).await
    }

    /// Completes the workflow with how long it took, in whole seconds since it was begun. One that was
    /// never shown leaves nothing.
    pub async fn finish(self) -> Result<(), ResponderError> {
        let elapsed = Timestamp::now().as_microsecond() - self.created_at.as_microsecond();
        let duration = u64::try_from(elapsed / 1_000_000).unwrap_or_default();
        self.finish_with(WorkflowSummary::Duration { duration }).await
    }

    /// Completes the workflow under a summary of the caller's, folded.
    pub async fn finish_with(self, summary: WorkflowSummary) -> Result<(), ResponderError> {
        self.end(summary, false).await
    }

    /// Completes the workflow under a summary of the caller's, unfolded, so that its tasks are seen.
    pub async fn finish_expanded(self, summary: WorkflowSummary) -> Result<(), ResponderError> {
        self.end(summary, true).await
    }

    async fn end(mut self, summary: WorkflowSummary, expanded: bool) -> Result<(), ResponderError> {
        if !self.shown {
            return Ok(());
        }
        self.workflow.summary = Some(summary);
        self.workflow.expanded = expanded;
        let item = self.item();
        self.context.emit(ThreadStreamEvent::ItemDone { item }).await
    }

    fn show(&mut self) -> impl Future<Output = Result<(), ResponderError>> {
        self.shown = true;
        self.context.emit(ThreadStreamEvent::ItemAdded { item: self.item() })
    }

    fn item(&self) -> ThreadItem {
        let kind = ItemKind::Workflow { workflow: self.workflow.clone() };
        ThreadItem { created_at: self.created_at, ..self.context.new_item(self.id.clone(), kind) }
    }

    fn update(&self, update: ItemUpdate) -> impl Future<Output = Result<(), ResponderError>> {
        self.context.emit(ThreadStreamEvent::ItemUpdated { item_id: self.id.clone(), update })
    }
}

fn no_task(index: usize) -> ResponderError {
    ResponderError::Failed(format!("the workflow has no task {index}").into())
}
