//! A run of the loop: answers of the model and the calls between them.

use std::collections::HashSet;

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde_json::{Map, Value};

use super::{
    RunOptions, ToolLoop, answer::Answer, approvals, asking::Offer, repeats::Repeats, shown_calls::ShownCalls,
};
use crate::{
    agent::{
        context::AgentContext,
        responder::ResponderError,
        schema,
        shorten::shorten,
        tools::{Tool, ToolError, ToolOutput},
        transcript::{Note, Round},
        written,
    },
    model::{AssistantPart, Caller, ModelMessage, ToolCall, ToolChoice, marks},
    protocol::{ItemId, ItemKind, error::ErrorCode, event::NoticeLevel, item::WidgetItem},
};

/// The most bytes of a tool's result that the model is given.
const MAX_OUTPUT_BYTES: usize = 512 << 10;

/// A run on its way.
pub(super) struct Run<'a> {
    pub(super) agent: &'a ToolLoop,
    pub(super) context: &'a AgentContext,
    pub(super) options: RunOptions,
    pub(super) caller: Caller,
    pub(super) shown_calls: ShownCalls,
    /// Whether the user was asked whether a remote tool may be called.
    pub(super) awaits_approval: bool,
    /// What the tools made for the user so far.
    widgets: Vec<WidgetItem>,
    /// Answers of which something is not stored yet that only the model reads.
    rounds: Vec<Round>,
    repeats: Repeats,
    /// The ids of all calls so far.
    call_ids: HashSet<String>,
}

/// A call that the page is to answer.
pub(super) struct ClientCall {
    pub(super) call: ToolCall,
    pub(super) arguments: Map<String, Value>,
}

/// A call of a tool of the server's.
struct Called {
    call: ToolCall,
    /// Why it is not even tried.
    fault: Option<ToolError>,
}

impl<'a> Run<'a> {
    pub(super) fn new(agent: &'a ToolLoop, context: &'a AgentContext, options: RunOptions) -> Self {
        Self {
            agent,
            context,
            options,
            caller: context.caller(),
            shown_calls: ShownCalls::new(agent.shows_calls.then(|| context.clone())),
            awaits_approval: false,
            widgets: Vec::new(),
            rounds: Vec::new(),
            repeats: Repeats::default(),
            call_ids: HashSet::new(),
        }
    }

    /// Goes on until the model has answered, or the page has to.
    pub(super) async fn rounds(
        &mut self,
        mut messages: Vec<ModelMessage>,
    ) -> Result<Option<ClientCall>, ResponderError> {
        let max_rounds = self.agent.max_rounds;
        for round in 0..max_rounds {
            let offer = match round {
                0 => Offer::Tools(self.options.tool_choice.clone()),
                _ if self.repeats.rounds_on_end() > 1 => Offer::Nothing,
                _ if self.repeats.rounds_on_end() == 1 || round + 1 == max_rounds => {
                    Offer::Tools(ToolChoice::None)
                }
                _ => Offer::Tools(ToolChoice::Auto),
            };
            let mut answer = self.ask(&messages, offer).await?;
            let (called, client_call) = self.take_calls(&mut answer);
            if round == 0 {
                self.tell_of_ignored_choice(&called, client_call.as_ref()).await?;
            }
            if called.is_empty() && client_call.is_none() {
                return self.end(answer).await.map(|()| None);
            }
            let outputs = self.call_all(&called).await?;
            self.note_round(Round::new(&answer.parts, outputs.iter().map(|output| output.text.as_str())))
                .await?;
            messages.push(ModelMessage::Assistant(answer.parts));
            for (Called { call, .. }, output) in called.into_iter().zip(outputs) {
                messages.push(ModelMessage::Tool { call_id: call.id, name: call.name, content: output.text });
                self.widgets.extend(output.widgets);
            }
            if client_call.is_some() {
                return Ok(client_call);
            }
            if self.repeats.rounds_on_end() > 2 {
                break;
            }
        }
        let cause = "model called tools in answer after answer".to_owned();
        Err(ResponderError::known(ErrorCode::ToolRoundsExceeded).with_source(cause))
    }

    /// Ends with an answer that calls no tool.
    async fn end(&mut self, answer: Answer) -> Result<(), ResponderError> {
        let round = Round::new(&answer.parts, []);
        let questions: Vec<_> = answer.approvals.iter().map(approvals::card).collect();
        answer.verdict()?;
        self.awaits_approval = !questions.is_empty();
        self.widgets.extend(questions);
        if round.has_provider_items() { self.note_round(round).await } else { Ok(()) }
    }

    /// Shows what the tools made, after all text.
    pub(super) async fn show_widgets(&mut self) -> Result<(), ResponderError> {
        self.shown_calls.finish().await?;
        for widget in std::mem::take(&mut self.widgets) {
            self.context.show_widget(widget).await?;
        }
        Ok(())
    }

    /// Notes an answer for later turns: at once if its provider must have it back, since only here is it known which
    /// text it belongs to, and else once a turn of the page's follows.
    async fn note_round(&mut self, round: Round) -> Result<(), ResponderError> {
        if round.has_provider_items() {
            self.rounds.push(round);
            return self.keep_rounds().await;
        }
        if !self.agent.client_tools().is_empty() && !round.is_empty() {
            self.rounds.push(round);
        }
        Ok(())
    }

    /// Stores the answers that were noted.
    pub(super) async fn keep_rounds(&mut self) -> Result<(), ResponderError> {
        if self.rounds.is_empty() {
            return Ok(());
        }
        let rounds = std::mem::take(&mut self.rounds);
        self.add_note(Note::Rounds(rounds)).await
    }

    /// Notes that what the user did last was refused, so that it spoils no later request.
    pub(super) async fn note_refused(&mut self) -> Result<(), ResponderError> {
        let Some(newest) = self.context.history().last() else { return Ok(()) };
        match newest.kind {
            ItemKind::UserMessage(_) | ItemKind::StructuredInput(_) => {
                self.add_note(Note::Refused(newest.id.clone())).await
            }
            _ => Ok(()),
        }
    }

    async fn add_note(&self, note: Note) -> Result<(), ResponderError> {
        let kept = note.into_item().map_err(|error| ResponderError::Failed(error.into()))?;
        self.context.add_item(ItemId::hidden_context(), kept).await
    }

    /// Reads the calls of an answer as they are meant, and takes the first one out that the page can answer.
    fn take_calls(&mut self, answer: &mut Answer) -> (Vec<Called>, Option<ClientCall>) {
        let mut called = Vec::new();
        let mut client_call = None;
        answer.parts.retain_mut(|part| {
            let AssistantPart::Call(call) = part else { return true };
            let fault = self.read_call(call);
            let is_the_page_s = self.agent.client_tools().iter().any(|tool| tool.name == call.name);
            if is_the_page_s
                && client_call.is_none()
                && fault.is_none()
                && let Ok(arguments) = written::arguments(&call.arguments)
            {
                client_call = Some(ClientCall { call: call.clone(), arguments });
                return false;
            }
            called.push(Called { call: call.clone(), fault });
            true
        });
        (called, client_call)
    }

    /// Puts a call into the form in which it goes on and back: the tool's own name, an id of its own, arguments that
    /// are an object. Says what is wrong with it.
    fn read_call(&mut self, call: &mut ToolCall) -> Option<ToolError> {
        call.name = self.agent.name_of(&call.name);
        let id = call.id.clone();
        let mut number = 1;
        while !self.call_ids.insert(call.id.clone()) {
            number += 1;
            call.id = format!("{id}_{number}");
        }
        match written::arguments_text(&call.arguments) {
            Ok(arguments) => {
                let takes_nothing = self.agent.without_arguments.contains(&call.name);
                call.arguments = if takes_nothing { schema::without_reason(arguments) } else { arguments };
                None
            }
            Err(error) => {
                // What is no JSON would be refused when it goes back.
                "{}".clone_into(&mut call.arguments);
                Some(ToolError::InvalidArguments { reason: error.to_string() })
            }
        }
    }

    /// Calls tools at once, and gives what each answered in their order. A call that was made before is not made
    /// again.
    async fn call_all(&mut self, called: &[Called]) -> Result<Vec<ToolOutput>, ResponderError> {
        if called.is_empty() {
            return Ok(Vec::new());
        }
        let (agent, context) = (self.agent, self.context);
        let repeatable = |call: &ToolCall| agent.server_tool(&call.name).is_none_or(Tool::may_repeat);
        let fresh = self.repeats.fresh(called.iter().map(|called| (&called.call, repeatable(&called.call))));
        let made: Vec<&Called> = fresh.iter().map(|place| &called[*place]).collect();
        let titles = made.iter().map(|called| agent.title(&called.call));
        let round = if made.is_empty() { None } else { Some(self.shown_calls.begin(titles).await?) };
        let mut running: FuturesUnordered<_> = made
            .iter()
            .enumerate()
            .map(|(place, called)| async move { (place, agent.call(context, called).await) })
            .collect();
        let mut outputs: Vec<Option<Result<ToolOutput, ToolOutput>>> = vec![None; made.len()];
        while let Some((place, output)) = running.next().await {
            outputs[place] = Some(output);
            if let Some(round) = round {
                self.shown_calls.complete(round, place).await?;
            }
        }
        let outputs = fresh.into_iter().zip(outputs.into_iter().flatten());
        Ok(self.repeats.all(called.iter().map(|called| &called.call), outputs.collect()))
    }

    /// Tells the user if the model did not call the tool that they chose.
    async fn tell_of_ignored_choice(
        &self,
        called: &[Called],
        client_call: Option<&ClientCall>,
    ) -> Result<(), ResponderError> {
        let ToolChoice::Named(name) = &self.options.tool_choice else { return Ok(()) };
        let calls = called.iter().map(|called| &called.call).chain(client_call.map(|client| &client.call));
        if calls.into_iter().any(|call| call.name == *name) {
            return Ok(());
        }
        tracing::warn!(thread.id = %self.context.thread_id(), tool.name = name, "model did not call the chosen tool");
        let message = format!("The language model did not use “{}”, though you chose it.", in_words(name));
        self.context.notice(NoticeLevel::Info, message).await
    }
}

impl ToolLoop {
    /// What a call is shown as: what its tool says, or else the tool's name in words.
    fn title(&self, call: &ToolCall) -> String {
        let title = self.server_tool(&call.name).and_then(|tool| tool.title(&call.arguments));
        title.unwrap_or_else(|| in_words(&call.name))
    }

    /// Calls one tool of the server; what goes wrong, the error, is told to the model.
    async fn call(
        &self,
        context: &AgentContext,
        Called { call, fault }: &Called,
    ) -> Result<ToolOutput, ToolOutput> {
        let result = match (self.server_tool(&call.name), fault) {
            (_, Some(fault)) if self.has_tool(&call.name) => Err(fault.clone()),
            (Some(tool), _) => tool.call(context, &call.arguments).await,
            (None, _) if self.has_tool(&call.name) => Err(not_answered_by_the_page()),
            (None, _) => Err(ToolError::Unknown { name: call.name.clone() }),
        };
        match result {
            Ok(output) => Ok(ToolOutput { text: bounded(output.text), ..output }),
            Err(error) => {
                tracing::warn!(
                    thread.id = %context.thread_id(),
                    tool.name = if self.has_tool(&call.name) { call.name.as_str() } else { "unknown" },
                    cause = error.kind(),
                    "tool call failed; the model is told"
                );
                Err(ToolOutput { text: error.for_model(), widgets: Vec::new() })
            }
        }
    }
}

/// As much of a result as the model is given. It may come from anywhere, and so imitates none of our marks.
fn bounded(text: String) -> String {
    let mut text = match marks::outside(&text) {
        std::borrow::Cow::Owned(escaped) => escaped,
        std::borrow::Cow::Borrowed(_) => text,
    };
    shorten(&mut text, MAX_OUTPUT_BYTES, "… (The rest is left out.)");
    text
}

/// The name of a tool in words: `get_time` is “Get time”.
fn in_words(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(initial) = words.get_mut(..1) {
        initial.make_ascii_uppercase();
    }
    words
}

/// Why the page was not asked to answer a call.
fn not_answered_by_the_page() -> ToolError {
    ToolError::Failed {
        reason: "this function runs in the user's page, one call at a time; call it again once the other has answered"
            .to_owned(),
    }
}
