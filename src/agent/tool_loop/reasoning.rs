//! Shows the reasoning of a model.

use crate::{
    agent::{context::AgentContext, responder::ResponderError, workflow::WorkflowStream},
    protocol::workflow::{ThoughtTask, WorkflowKind},
};

/// The most bytes of one thought that are shown; the model may go on thinking unseen.
const MAX_SHOWN_BYTES: usize = 128 << 10;
/// The fewest bytes by which a thought grows before it is sent again.
const MIN_STEP_BYTES: usize = 64;
/// By which part of itself a thought grows before it is sent again.
const STEP_PART: usize = 16;

/// A model's reasoning on its way: a workflow with one thought, which grows.
///
/// The protocol has no delta for a task: each update carries the whole thought. One per token would
/// cost the square of its length, so an update waits until the thought has grown by a sixteenth. All
/// updates together are then at most about seventeen times the thought, however long it gets, and a
/// reader of a page of text still sees it grow every few words.
#[derive(Debug)]
pub(super) struct ReasoningStream {
    context: AgentContext,
    shown: Option<WorkflowStream>,
    text: String,
    sent_bytes: usize,
}

impl ReasoningStream {
    pub(super) fn new(context: AgentContext) -> Self {
        Self { context, shown: None, text: String::new(), sent_bytes: 0 }
    }

    /// Whether there is any.
    pub(super) fn has_begun(&self) -> bool {
        !self.text.is_empty()
    }

    /// Takes more of it; nothing is shown before its first word.
    pub(super) async fn push(&mut self, delta: &str) -> Result<(), ResponderError> {
        let delta = if self.text.is_empty() { delta.trim_start() } else { delta };
        if delta.is_empty() || self.text.len() > MAX_SHOWN_BYTES {
            return Ok(());
        }
        let room = MAX_SHOWN_BYTES.saturating_sub(self.text.len());
        match (0..=room).rev().find(|place| delta.is_char_boundary(*place)) {
            Some(place) if place < delta.len() => {
                self.text.push_str(&delta[..place]);
                self.text.push('…');
            }
            _ => self.text.push_str(delta),
        }
        if self.text.len() - self.sent_bytes >= MIN_STEP_BYTES.max(self.sent_bytes / STEP_PART)
            || self.shown.is_none()
        {
            self.send().await?;
        }
        Ok(())
    }

    /// Completes it, if there was any; what comes then is another thought.
    pub(super) async fn finish(&mut self) -> Result<(), ResponderError> {
        if self.text.len() > self.sent_bytes {
            self.send().await?;
        }
        self.text.clear();
        self.sent_bytes = 0;
        match self.shown.take() {
            Some(workflow) => workflow.finish().await,
            None => Ok(()),
        }
    }

    async fn send(&mut self) -> Result<(), ResponderError> {
        self.sent_bytes = self.text.len();
        let thought = ThoughtTask::new(self.text.as_str());
        match &mut self.shown {
            Some(workflow) => workflow.update_task(0, thought).await,
            None => {
                let mut workflow = self.context.workflow(WorkflowKind::Reasoning).await?;
                workflow.add_task(thought).await?;
                self.shown = Some(workflow);
                Ok(())
            }
        }
    }
}
