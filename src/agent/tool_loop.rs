//! Lets a model answer, and calls the tools it asks for until it is done.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, future::join_all};

use super::{
    context::AgentContext,
    responder::ResponderError,
    tools::{Tool, ToolError, ToolOutput},
};
use crate::{
    model::{
        FinishReason, Model, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolCall, ToolCallDelta,
        ToolChoice, ToolSpec,
    },
    protocol::item::WidgetItem,
};

/// The most bytes of one call's arguments; more is a model gone astray.
const MAX_ARGUMENT_BYTES: usize = 256 << 10;
/// The most calls in one answer of a model.
const MAX_CALLS_PER_ROUND: usize = 32;
/// The most bytes of one answer's text.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// A model with its tools.
#[derive(Clone)]
pub struct ToolLoop {
    model: Arc<dyn Model>,
    tools: Arc<[Box<dyn Tool>]>,
    specs: Arc<[ToolSpec]>,
    max_rounds: usize,
}

/// What a run needs beside the model and its tools.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Another model of the same provider.
    pub model: Option<String>,
    /// Whether and which tool the first answer must call.
    pub tool_choice: ToolChoice,
}

impl ToolLoop {
    /// A model with tools; after `max_rounds` answers that call tools the run is given up.
    pub fn new(model: Arc<dyn Model>, tools: Vec<Box<dyn Tool>>, max_rounds: usize) -> Self {
        let specs = tools.iter().map(|tool| tool.spec()).collect();
        Self { model, tools: tools.into(), specs, max_rounds }
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
    ) -> Result<(), ResponderError> {
        let mut widgets = Vec::new();
        let outcome = self.rounds(context, messages, options, &mut widgets).await;
        for widget in widgets {
            context.show_widget(widget).await?;
        }
        outcome
    }

    async fn rounds(
        &self,
        context: &AgentContext,
        mut messages: Vec<ModelMessage>,
        options: RunOptions,
        widgets: &mut Vec<WidgetItem>,
    ) -> Result<(), ResponderError> {
        let mut tool_choice = options.tool_choice;
        for _ in 0..self.max_rounds {
            let answer = self
                .answer(
                    context,
                    ModelRequest {
                        messages: messages.clone(),
                        tools: Arc::clone(&self.specs),
                        tool_choice: std::mem::take(&mut tool_choice),
                        model: options.model.clone(),
                        ..ModelRequest::default()
                    },
                )
                .await?;
            if answer.calls.is_empty() {
                return answer.verdict();
            }
            let outputs = join_all(answer.calls.iter().map(|call| self.call(context, call))).await;
            messages.push(ModelMessage::Assistant {
                text: (!answer.text.is_empty()).then_some(answer.text),
                tool_calls: answer.calls.clone(),
            });
            for (call, output) in answer.calls.into_iter().zip(outputs) {
                messages.push(ModelMessage::Tool { call_id: call.id, content: output.text });
                widgets.extend(output.widgets);
            }
        }
        Err(ResponderError::Custom {
            message: "The assistant kept calling tools without coming to an answer, so it was stopped. \
                      Please try again, perhaps in other words."
                .to_owned(),
            allow_retry: true,
            source: Some(format!("model called tools in {} answers on end", self.max_rounds).into()),
        })
    }

    /// Streams one answer of the model.
    async fn answer(&self, context: &AgentContext, request: ModelRequest) -> Result<Answer, ResponderError> {
        let mut stream = self.model.stream(request);
        let mut message = context.message();
        let mut calls = CallAssembler::default();
        let mut finish = None;
        let mut text_bytes = 0;
        while let Some(event) = stream.next().await {
            match event? {
                ModelEvent::Text(text) | ModelEvent::Refusal(text) => {
                    text_bytes += text.len();
                    if text_bytes > MAX_ANSWER_BYTES {
                        return Err(astray("its answer never ends").into());
                    }
                    message.push(text).await?;
                }
                ModelEvent::ToolCall(delta) => calls.add(delta)?,
                ModelEvent::Finish(reason) => finish = Some(reason),
                ModelEvent::Reasoning(_) | ModelEvent::Usage(_) => {}
            }
        }
        let text = message.text();
        message.finish().await?;
        let calls = match finish {
            // Arguments cut short must not be acted upon.
            Some(FinishReason::Length | FinishReason::ContentFilter) => Vec::new(),
            _ => calls.finish()?,
        };
        Ok(Answer { text, calls, finish: finish.unwrap_or(FinishReason::Stop) })
    }

    async fn call(&self, context: &AgentContext, call: &ToolCall) -> ToolOutput {
        let place = self.specs.iter().position(|spec| spec.name == call.name);
        let result = match place.and_then(|place| self.tools.get(place)) {
            Some(tool) => tool.call(context, &call.arguments).await,
            None => Err(ToolError::Unknown { name: call.name.clone() }),
        };
        result.unwrap_or_else(|error| {
            tracing::warn!(
                thread.id = %context.thread_id(),
                tool.name = place.map_or("unknown", |place| self.specs[place].name.as_str()),
                cause = error.kind(),
                "tool call failed; the model is told"
            );
            ToolOutput { text: error.for_model(), widgets: Vec::new() }
        })
    }
}

/// One answer of the model, complete.
struct Answer {
    text: String,
    calls: Vec<ToolCall>,
    finish: FinishReason,
}

impl Answer {
    /// Says whether an answer that calls no tool is a whole one.
    fn verdict(self) -> Result<(), ResponderError> {
        let message = match self.finish {
            FinishReason::Length => "The answer was cut off because it reached the model's length limit.",
            FinishReason::ContentFilter => "The answer was stopped by the model provider's content filter.",
            _ if self.text.is_empty() => "The language model gave an empty answer. Please try again.",
            _ => return Ok(()),
        };
        Err(ResponderError::Custom {
            message: message.to_owned(),
            allow_retry: true,
            source: Some(format!("model finished with {:?}", self.finish).into()),
        })
    }
}

fn astray(reason: &str) -> ModelError {
    ModelError::Garbage { reason: reason.to_owned() }
}

/// Puts tool calls together from their pieces.
#[derive(Debug, Default)]
struct CallAssembler {
    calls: BTreeMap<usize, ToolCall>,
}

impl CallAssembler {
    fn add(&mut self, delta: ToolCallDelta) -> Result<(), ModelError> {
        let known = self.calls.len();
        let call = self.calls.entry(delta.index).or_insert_with(|| ToolCall {
            id: String::new(),
            name: String::new(),
            arguments: String::new(),
        });
        if let Some(id) = delta.id
            && call.id.is_empty()
        {
            call.id = id;
        }
        if let Some(name) = delta.name
            && call.name.is_empty()
        {
            call.name = name;
        }
        call.arguments.push_str(&delta.arguments);
        if call.arguments.len() > MAX_ARGUMENT_BYTES {
            return Err(astray("the arguments of a tool call never end"));
        }
        if known > MAX_CALLS_PER_ROUND {
            return Err(astray("it calls too many tools at once"));
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<ToolCall>, ModelError> {
        self.calls
            .into_iter()
            .map(|(index, mut call)| {
                if call.name.is_empty() {
                    return Err(astray("a tool call has no name"));
                }
                if call.id.is_empty() {
                    // Some compatible servers leave ids out; results must still find their call.
                    call.id = format!("call_{index}");
                }
                Ok(call)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(index: usize, id: Option<&str>, name: Option<&str>, arguments: &str) -> ToolCallDelta {
        ToolCallDelta {
            index,
            id: id.map(str::to_owned),
            name: name.map(str::to_owned),
            arguments: arguments.to_owned(),
        }
    }

    #[test]
    fn pieces_of_several_calls_may_interleave() {
        let mut calls = CallAssembler::default();
        for delta in [
            piece(0, Some("a"), Some("get_weather"), ""),
            piece(1, Some("b"), Some("get_time"), "{"),
            piece(0, None, None, "{\"location\":"),
            piece(1, None, None, "}"),
            piece(0, None, None, "\"Oslo\"}"),
        ] {
            calls.add(delta).unwrap();
        }
        let calls = calls.finish().unwrap();
        assert_eq!(calls[0].arguments, r#"{"location":"Oslo"}"#);
        assert_eq!((calls[1].id.as_str(), calls[1].arguments.as_str()), ("b", "{}"));
    }

    #[test]
    fn a_call_without_a_name_is_an_error_and_one_without_an_id_gets_one() {
        let mut calls = CallAssembler::default();
        calls.add(piece(0, None, Some("get_time"), "")).unwrap();
        assert_eq!(calls.finish().unwrap()[0].id, "call_0");
        let mut calls = CallAssembler::default();
        calls.add(piece(0, Some("a"), None, "{}")).unwrap();
        assert!(calls.finish().is_err());
    }

    #[test]
    fn endless_arguments_are_given_up() {
        let mut calls = CallAssembler::default();
        let piece = piece(0, Some("a"), Some("t"), &"x".repeat(100 << 10));
        assert!((0..3).any(|_| calls.add(piece.clone()).is_err()));
    }
}
