//! Shows the calls of tools as tasks.

use crate::{
    agent::{context::AgentContext, responder::ResponderError, workflow::WorkflowStream},
    protocol::workflow::{CustomTask, WorkflowKind},
};

/// The calls of a run as the user sees them: one workflow, a task for each call, until something else
/// is shown.
#[derive(Debug)]
pub(super) struct ShownCalls {
    /// None when they are not shown.
    context: Option<AgentContext>,
    workflow: Option<WorkflowStream>,
}

/// The tasks of the calls that were made at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShownRound {
    first_task: usize,
}

impl ShownCalls {
    /// Shows the calls in this context, or nowhere.
    pub(super) fn new(context: Option<AgentContext>) -> Self {
        Self { context, workflow: None }
    }

    /// Shows calls with these titles as under way.
    pub(super) async fn begin(
        &mut self,
        titles: impl IntoIterator<Item = String>,
    ) -> Result<ShownRound, ResponderError> {
        let Some(context) = &self.context else { return Ok(ShownRound { first_task: 0 }) };
        let mut workflow = match self.workflow.take() {
            Some(workflow) => workflow,
            None => context.workflow(WorkflowKind::Custom).await?,
        };
        let first_task = workflow.tasks().len();
        for title in titles {
            workflow.add_task(CustomTask::new(title).loading()).await?;
        }
        self.workflow = Some(workflow);
        Ok(ShownRound { first_task })
    }

    /// Shows a call of a round as over.
    pub(super) async fn complete(&mut self, round: ShownRound, call: usize) -> Result<(), ResponderError> {
        match &mut self.workflow {
            Some(workflow) => workflow.complete_task(round.first_task + call).await,
            None => Ok(()),
        }
    }

    /// Ends the list, if there is one; later calls begin another.
    pub(super) async fn finish(&mut self) -> Result<(), ResponderError> {
        match self.workflow.take() {
            Some(workflow) => workflow.finish().await,
            None => Ok(()),
        }
    }
}
