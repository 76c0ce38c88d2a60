//! Lets a model answer, and calls the tools it asks for until it is done.

mod answer;
pub(super) mod approvals;
mod asking;
mod calls;
mod hosted;
mod pictures;
mod reasoning;
mod repeats;
mod run;
mod shown_calls;

use std::sync::Arc;

use self::run::{ClientCall, Run};
use super::{
    context::AgentContext, responder::ResponderError, schema, tools::Tool, window::Refusals, written,
};
use crate::{
    model::{AssistantPart, GenerationOptions, Model, ModelMessage, ToolChoice, ToolSpec},
    protocol::{ThreadItem, action::Action, error::ErrorCode},
};

pub use self::approvals::APPROVAL;

/// A model with its tools.
///
/// What the model says is streamed as messages, what it thinks as reasoning workflows, and the sources it
/// cites as annotations.
#[derive(Clone)]
pub struct ToolLoop {
    model: Arc<dyn Model>,
    tools: Arc<[Box<dyn Tool>]>,
    /// The tools of the server, in their order, then those of the page.
    specs: Arc<[ToolSpec]>,
    /// The tools that take no arguments, whatever a model writes.
    without_arguments: Arc<[String]>,
    max_rounds: usize,
    shows_calls: bool,
    /// What was too long for a model before.
    refusals: Arc<Refusals>,
}

/// What a run needs beside the model and its tools.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Another model of the same provider.
    pub model: Option<String>,
    /// Whether and which tool the first answer must call.
    pub tool_choice: ToolChoice,
    /// How the answers are to be made. What is not said here is as the model's settings say.
    pub generation: GenerationOptions,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// The model answered.
    Answered,
    /// The page was asked to run a tool; its output begins another turn. Nothing may be added to the thread
    /// in this one, since the output is taken only while the call is the newest item.
    AwaitsClientTool,
    /// The user was asked whether a remote tool may be called. The answer comes as an action, which
    /// [`ToolLoop::take_approval`] takes.
    AwaitsApproval,
}

impl ToolLoop {
    /// A model with tools; after `max_rounds` answers that call tools the run is given up.
    pub fn new(model: Arc<dyn Model>, tools: Vec<Box<dyn Tool>>, max_rounds: usize) -> Self {
        let agent = Self {
            model,
            tools: tools.into(),
            specs: Arc::default(),
            without_arguments: Arc::default(),
            max_rounds,
            shows_calls: false,
            refusals: Arc::default(),
        };
        agent.with_client_tools([])
    }

    /// The same model with tools that the page runs: `onClientTool` of the web component.
    ///
    /// A call of one ends the turn with a pending client tool call, and the turn that the page's output
    /// begins goes on from there: run the loop again on the thread's items. One is run at a time; when the
    /// model calls several at once, it is told so in that turn.
    #[must_use]
    pub fn with_client_tools(self, tools: impl IntoIterator<Item = ToolSpec>) -> Self {
        let specs: Vec<_> = self.tools.iter().map(|tool| tool.spec()).chain(tools).collect();
        let bare = specs.iter().filter(|spec| spec.parameters.as_object().is_some_and(schema::takes_nothing));
        let without_arguments = bare.map(|spec| spec.name.clone()).collect();
        let portable = |spec: ToolSpec| ToolSpec { parameters: schema::portable(&spec.parameters), ..spec };
        Self { specs: specs.into_iter().map(portable).collect(), without_arguments, ..self }
    }

    /// The same model, whose calls of tools are shown to the user as tasks under the titles that the tools
    /// give them ([`Tool::title`]). Off by default.
    #[must_use]
    pub fn showing_calls(self) -> Self {
        Self { shows_calls: true, ..self }
    }

    /// Takes the user's answer to the question whether a remote tool may be called, and gives what the model is told of
    /// it: run the loop again on the thread's messages and this one. Any other action than [`APPROVAL`] gives `None`.
    ///
    /// `sender` is the card with the question, which shows the answer from then on. A question that was answered, or
    /// that was never asked in this thread, is an error.
    pub async fn take_approval(
        &self,
        context: &AgentContext,
        action: &Action,
        sender: Option<&ThreadItem>,
    ) -> Result<Option<ModelMessage>, ResponderError> {
        if action.kind != APPROVAL {
            return Ok(None);
        }
        let told: AssistantPart = approvals::take(context, action, sender).await?;
        Ok(Some(ModelMessage::Assistant(vec![told])))
    }

    /// Whether there is a tool of this name.
    pub fn has_tool(&self, name: &str) -> bool {
        self.specs.iter().any(|spec| spec.name == name)
    }

    /// Streams the answer to `messages`: texts as they come, then the widgets of all tools called.
    ///
    /// The oldest turns are left out if the model has no room for them, and neighbours of one role are joined
    /// ([`by_turns`](super::input::by_turns)). When the model fails on the way, the widgets made so far are shown all
    /// the same. What a provider refused is left out of later requests ([`to_messages`](super::input::to_messages)).
    pub async fn run(
        &self,
        context: &AgentContext,
        messages: Vec<ModelMessage>,
        options: RunOptions,
    ) -> Result<RunEnd, ResponderError> {
        let mut run = Run::new(self, context, options);
        let outcome = run.rounds(messages).await;
        if let Err(error) = &outcome
            && error.has_code(ErrorCode::ModelInputFiltered)
        {
            run.note_refused().await?;
        }
        run.show_widgets().await?;
        let Some(ClientCall { call, arguments }) = outcome? else {
            return Ok(if run.awaits_approval { RunEnd::AwaitsApproval } else { RunEnd::Answered });
        };
        run.keep_rounds().await?;
        context.call_client_tool_as(call.id, call.name, arguments).await?;
        Ok(RunEnd::AwaitsClientTool)
    }

    fn server_tool(&self, name: &str) -> Option<&dyn Tool> {
        let place = self.specs.iter().position(|spec| spec.name == name)?;
        self.tools.get(place).map(Box::as_ref)
    }

    fn client_tools(&self) -> &[ToolSpec] {
        &self.specs[self.tools.len()..]
    }

    /// The tool that a model means by a name; the name itself if it means none.
    fn name_of(&self, written: &str) -> String {
        let names = self.specs.iter().map(|spec| spec.name.as_str());
        written::tool_name(written, names).unwrap_or(written).to_owned()
    }
}
