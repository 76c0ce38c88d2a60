//! Lets a model answer, and calls the tools it asks for until it is done.

mod answer;
mod calls;
mod reasoning;
mod shown_calls;

use std::sync::Arc;

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde_json::{Map, Value};

use self::{answer::Answer, shown_calls::ShownCalls};
use super::{
    context::AgentContext,
    responder::ResponderError,
    tools::{self, Tool, ToolError, ToolOutput},
    transcript::{self, ToolRound},
};
use crate::{
    model::{AssistantPart, Model, ModelMessage, ModelRequest, ToolCall, ToolChoice, ToolSpec},
    protocol::{ItemId, error::ErrorCode, item::WidgetItem},
};

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
    max_rounds: usize,
    shows_calls: bool,
}

/// What a run needs beside the model and its tools.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Another model of the same provider.
    pub model: Option<String>,
    /// Whether and which tool the first answer must call.
    pub tool_choice: ToolChoice,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// The model answered.
    Answered,
    /// The page was asked to run a tool; its output begins another turn. Nothing may be added to the thread
    /// in this one, since the output is taken only while the call is the newest item.
    AwaitsClientTool,
}

impl ToolLoop {
    /// A model with tools; after `max_rounds` answers that call tools the run is given up.
    pub fn new(model: Arc<dyn Model>, tools: Vec<Box<dyn Tool>>, max_rounds: usize) -> Self {
        let specs = tools.iter().map(|tool| tool.spec()).collect();
        Self { model, tools: tools.into(), specs, max_rounds, shows_calls: false }
    }

    /// The same model with tools that the page runs: `onClientTool` of the web component.
    ///
    /// A call of one ends the turn with a pending client tool call, and the turn that the page's output
    /// begins goes on from there: run the loop again on the thread's items. One is run at a time; when the
    /// model calls several at once, it is told so in that turn.
    #[must_use]
    pub fn with_client_tools(self, tools: impl IntoIterator<Item = ToolSpec>) -> Self {
        let specs = self.specs.iter().take(self.tools.len()).cloned().chain(tools).collect();
        Self { specs, ..self }
    }

    /// The same model, whose calls of tools are shown to the user as tasks under the titles that the tools
    /// give them ([`Tool::title`]). Off by default.
    #[must_use]
    pub fn showing_calls(self) -> Self {
        Self { shows_calls: true, ..self }
    }

    /// Whether there is a tool of this name.
    pub fn has_tool(&self, name: &str) -> bool {
        self.specs.iter().any(|spec| spec.name == name)
    }

    /// Streams the answer to `messages`: texts as they come, then the widgets of all tools called.
    ///
    /// When the model fails on the way, the widgets made so far are shown all the same.
    pub async fn run(
        &self,
        context: &AgentContext,
        messages: Vec<ModelMessage>,
        options: RunOptions,
    ) -> Result<RunEnd, ResponderError> {
        let shown_calls = ShownCalls::new(self.shows_calls.then(|| context.clone()));
        let mut run = Run { agent: self, context, shown_calls, widgets: Vec::new(), rounds: Vec::new() };
        let outcome = run.rounds(messages, options).await;
        run.shown_calls.finish().await?;
        for widget in run.widgets {
            context.show_widget(widget).await?;
        }
        let Some(ClientCall { call, arguments }) = outcome? else { return Ok(RunEnd::Answered) };
        if !run.rounds.is_empty() {
            let kept = transcript::write(run.rounds).map_err(|error| ResponderError::Failed(error.into()))?;
            context.add_item(ItemId::hidden_context(), kept).await?;
        }
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
}

/// A run on its way.
struct Run<'a> {
    agent: &'a ToolLoop,
    context: &'a AgentContext,
    shown_calls: ShownCalls,
    /// What the tools made for the user so far.
    widgets: Vec<WidgetItem>,
    /// What the server's tools answered so far; kept only where a turn of the page's may follow.
    rounds: Vec<ToolRound>,
}

/// A call that the page is to answer.
struct ClientCall {
    call: ToolCall,
    arguments: Map<String, Value>,
}

impl Run<'_> {
    /// Goes on until the model has answered, or the page has to.
    async fn rounds(
        &mut self,
        mut messages: Vec<ModelMessage>,
        options: RunOptions,
    ) -> Result<Option<ClientCall>, ResponderError> {
        let mut tool_choice = options.tool_choice;
        for _ in 0..self.agent.max_rounds {
            let request = ModelRequest {
                messages: messages.clone(),
                tools: Arc::clone(&self.agent.specs),
                tool_choice: std::mem::take(&mut tool_choice),
                model: options.model.clone(),
                ..ModelRequest::default()
            };
            let model = self.agent.model.as_ref();
            let answer = answer::stream(model, self.context, request, &mut self.shown_calls).await?;
            if answer.calls.is_empty() {
                return answer.verdict().map(|()| None);
            }
            let Answer { text, mut calls, .. } = answer;
            let client_call = self.take_client_call(&mut calls);
            let outputs = self.call_all(&calls).await?;
            if !self.agent.client_tools().is_empty() {
                let round =
                    ToolRound::new(calls.iter().zip(outputs.iter().map(|output| output.text.as_str())));
                self.rounds.extend(Some(round).filter(|round| !round.is_empty()));
            }
            let said = (!text.is_empty()).then_some(AssistantPart::Text(text));
            let called = calls.iter().cloned().map(AssistantPart::Call);
            messages.push(ModelMessage::Assistant(said.into_iter().chain(called).collect()));
            for (call, output) in calls.into_iter().zip(outputs) {
                messages.push(ModelMessage::Tool { call_id: call.id, name: call.name, content: output.text });
                self.widgets.extend(output.widgets);
            }
            if client_call.is_some() {
                return Ok(client_call);
            }
        }
        let cause = format!("model called tools in {} answers on end", self.agent.max_rounds);
        Err(ResponderError::known(ErrorCode::ToolRoundsExceeded).with_source(cause))
    }

    /// Takes the first call out that the page can answer.
    fn take_client_call(&self, calls: &mut Vec<ToolCall>) -> Option<ClientCall> {
        let client_tools = self.agent.client_tools();
        for place in 0..calls.len() {
            if client_tools.iter().any(|tool| tool.name == calls[place].name)
                && let Ok(arguments) = arguments_of(&calls[place])
            {
                return Some(ClientCall { call: calls.remove(place), arguments });
            }
        }
        None
    }

    /// Calls tools at once, and gives what each answered in their order.
    async fn call_all(&mut self, calls: &[ToolCall]) -> Result<Vec<ToolOutput>, ResponderError> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let (agent, context) = (self.agent, self.context);
        let round = self.shown_calls.begin(calls.iter().map(|call| agent.title(call))).await?;
        let mut running: FuturesUnordered<_> = calls
            .iter()
            .enumerate()
            .map(|(place, call)| async move { (place, agent.call(context, call).await) })
            .collect();
        let mut outputs = vec![ToolOutput::default(); calls.len()];
        while let Some((place, output)) = running.next().await {
            outputs[place] = output;
            self.shown_calls.complete(round, place).await?;
        }
        Ok(outputs)
    }
}

impl ToolLoop {
    /// What a call is shown as: what its tool says, or else the tool's name in words.
    fn title(&self, call: &ToolCall) -> String {
        let title = self.server_tool(&call.name).and_then(|tool| tool.title(&call.arguments));
        title.unwrap_or_else(|| {
            let mut name = call.name.replace('_', " ");
            if let Some(initial) = name.get_mut(..1) {
                initial.make_ascii_uppercase();
            }
            name
        })
    }

    /// Calls one tool of the server; what goes wrong is told to the model.
    async fn call(&self, context: &AgentContext, call: &ToolCall) -> ToolOutput {
        let result = match self.server_tool(&call.name) {
            Some(tool) => tool.call(context, &call.arguments).await,
            None if self.has_tool(&call.name) => Err(not_answered_by_the_page(call)),
            None => Err(ToolError::Unknown { name: call.name.clone() }),
        };
        result.unwrap_or_else(|error| {
            tracing::warn!(
                thread.id = %context.thread_id(),
                tool.name = if self.has_tool(&call.name) { call.name.as_str() } else { "unknown" },
                cause = error.kind(),
                "tool call failed; the model is told"
            );
            ToolOutput { text: error.for_model(), widgets: Vec::new() }
        })
    }
}

/// Why the page was not asked to answer a call.
fn not_answered_by_the_page(call: &ToolCall) -> ToolError {
    match arguments_of(call) {
        Err(error) => ToolError::InvalidArguments { reason: error.to_string() },
        Ok(_) => ToolError::Failed {
            reason:
                "this function runs in the user's page, one call at a time; call it again once the other \
                     has answered"
                    .to_owned(),
        },
    }
}

/// The arguments of a call as the page gets them.
fn arguments_of(call: &ToolCall) -> serde_json::Result<Map<String, Value>> {
    tools::read(&call.arguments)
}
