//! Shows what a model does before it speaks: what it thinks, and the provider's tools at work.

use crate::{
    agent::{context::AgentContext, responder::ResponderError, workflow::WorkflowStream},
    protocol::workflow::{StatusIndicator, Task, ThoughtTask, WorkflowKind},
};

/// The most bytes of one thought that are shown; the model may go on thinking unseen.
const MAX_SHOWN_BYTES: usize = 128 << 10;
/// The fewest bytes by which a thought grows before it is sent again.
const MIN_STEP_BYTES: usize = 64;
/// By which part of itself a thought grows before it is sent again.
const STEP_PART: usize = 16;
/// The most tasks of one workflow: thoughts beyond go on in the last one, and calls are not shown.
const MAX_TASKS: usize = 256;
/// The longest heading of a thought, in bytes.
const MAX_HEADING_BYTES: usize = 200;

/// A model's reasoning on its way: a workflow with a task for each thought and each call of a provider's tool.
///
/// The protocol has no delta for a task: each update carries the whole thought. One per token would
/// cost the square of its length, so an update waits until the thought has grown by a sixteenth. All
/// updates together are then at most about seventeen times the thought, however long it gets, and a
/// reader of a page of text still sees it grow every few words.
#[derive(Debug)]
pub(super) struct ReasoningStream {
    context: AgentContext,
    shown: Option<WorkflowStream>,
    /// The thought on its way, and its task once it is shown.
    text: String,
    thought: Option<usize>,
    sent_bytes: usize,
    /// The ids of the calls that were shown. Those that are shown now have a task.
    calls: Vec<(String, Option<usize>)>,
}

impl ReasoningStream {
    pub(super) fn new(context: AgentContext) -> Self {
        Self { context, shown: None, text: String::new(), thought: None, sent_bytes: 0, calls: Vec::new() }
    }

    /// Whether a thought is on its way.
    pub(super) fn has_begun(&self) -> bool {
        !self.text.is_empty()
    }

    /// Takes more of a thought; nothing is shown before its first word.
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
        let has_grown = self.text.len() - self.sent_bytes >= MIN_STEP_BYTES.max(self.sent_bytes / STEP_PART);
        if (has_grown || self.thought.is_none()) && !is_within_heading(&self.text) {
            self.send().await?;
        }
        Ok(())
    }

    /// Completes the thought, if there is one; what comes then is another.
    pub(super) async fn next_thought(&mut self) -> Result<(), ResponderError> {
        if self.shown.as_ref().is_some_and(|workflow| workflow.tasks().len() >= MAX_TASKS) {
            if self.has_begun() {
                self.text.push_str("\n\n");
            }
            return Ok(());
        }
        if self.text.len() > self.sent_bytes {
            self.send().await?;
        }
        self.text.clear();
        self.thought = None;
        self.sent_bytes = 0;
        Ok(())
    }

    /// Shows a call of a provider's tool as far as it is.
    pub(super) async fn show_call(&mut self, id: &str, task: Task) -> Result<(), ResponderError> {
        let known = self.calls.iter().position(|(known, _)| known == id);
        if let Some(place) = known {
            return match (self.calls[place].1, &mut self.shown) {
                (Some(index), Some(workflow)) => workflow.update_task(index, task).await,
                // Its workflow was over before it was.
                _ => Ok(()),
            };
        }
        self.next_thought().await?;
        let mut workflow = match self.shown.take() {
            Some(workflow) => workflow,
            None => self.context.workflow(WorkflowKind::Reasoning).await?,
        };
        if workflow.tasks().len() < MAX_TASKS {
            let index = workflow.add_task(task).await?;
            self.calls.push((id.to_owned(), Some(index)));
        }
        self.shown = Some(workflow);
        Ok(())
    }

    /// Completes it, if there was any; what comes then begins another workflow.
    pub(super) async fn finish(&mut self) -> Result<(), ResponderError> {
        if self.text.len() > self.sent_bytes {
            self.send().await?;
        }
        self.text.clear();
        self.thought = None;
        self.sent_bytes = 0;
        self.calls.iter_mut().for_each(|(_, task)| *task = None);
        let Some(mut workflow) = self.shown.take() else { return Ok(()) };
        for index in 0..workflow.tasks().len() {
            if workflow.tasks()[index].status_indicator() == StatusIndicator::Loading {
                workflow.complete_task(index).await?;
            }
        }
        workflow.finish().await
    }

    async fn send(&mut self) -> Result<(), ResponderError> {
        self.sent_bytes = self.text.len();
        let thought = thought(&self.text);
        let workflow = match &mut self.shown {
            Some(workflow) => workflow,
            None => self.shown.insert(self.context.workflow(WorkflowKind::Reasoning).await?),
        };
        match self.thought {
            Some(index) => workflow.update_task(index, thought).await,
            None => {
                self.thought = Some(workflow.add_task(thought).await?);
                Ok(())
            }
        }
    }
}

/// A thought whose first line is all in bold has that as its heading, as OpenAI's summaries do.
fn thought(text: &str) -> ThoughtTask {
    match heading(text) {
        Some((title, content)) => ThoughtTask::new(content.trim_start()).with_title(title),
        None => ThoughtTask::new(text),
    }
}

fn heading(text: &str) -> Option<(&str, &str)> {
    let (title, rest) = text.strip_prefix("**")?.split_once("**")?;
    let is_line = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let is_heading =
        is_line && !title.trim().is_empty() && !title.contains('\n') && title.len() <= MAX_HEADING_BYTES;
    is_heading.then(|| (title.trim(), rest))
}

/// Whether a thought is not further than its heading, whose end has not come.
fn is_within_heading(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("**") else { return text == "*" };
    rest.len() <= MAX_HEADING_BYTES && !rest.contains('\n') && !rest.contains("**")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bold_first_line_is_the_heading() {
        for (text, title, content) in [
            ("**Looking around**\n\nIs it cold?", Some("Looking around"), "Is it cold?"),
            ("**Looking around**", Some("Looking around"), ""),
            ("**Bold** words begin it", None, "**Bold** words begin it"),
            ("No heading", None, "No heading"),
            ("****\n\nNothing", None, "****\n\nNothing"),
        ] {
            let thought = thought(text);
            assert_eq!((thought.title.as_deref(), thought.content.as_str()), (title, content));
        }
    }

    #[test]
    fn a_heading_is_waited_for_but_not_for_ever() {
        for text in ["*", "**", "**Look", "**Look*"] {
            assert!(is_within_heading(text), "{text}");
        }
        let long = format!("**{}", "x".repeat(300));
        for text in ["Is", "**Look**", "**Look**\n\nIt", "**Look\nIt", long.as_str()] {
            assert!(!is_within_heading(text), "{text}");
        }
    }
}
