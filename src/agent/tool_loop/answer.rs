//! Streams one answer of a model: what it thinks, says, cites, and wants called.

use futures_util::StreamExt;

use super::{
    calls::{CallAssembler, astray},
    reasoning::ReasoningStream,
    shown_calls::ShownCalls,
};
use crate::{
    agent::{codes, context::AgentContext, message::MessageStream, responder::ResponderError},
    model::{Citation, CitedSource, FinishReason, Model, ModelEvent, ModelRequest, ToolCall},
    protocol::source::{Annotation, FileSource, UrlSource},
};

/// The most bytes of one answer's text, and of its reasoning.
const MAX_ANSWER_BYTES: usize = 4 << 20;
/// The most citations of one answer; a page lists no more, and a provider that repeats itself has no end.
const MAX_CITATIONS: usize = 500;

/// One answer of the model, complete.
pub(super) struct Answer {
    /// All its text.
    pub(super) text: String,
    /// The calls it makes; none when it was cut short.
    pub(super) calls: Vec<ToolCall>,
    finish: FinishReason,
}

/// Streams one answer. What it shows ends the list of calls shown before it.
pub(super) async fn stream(
    model: &dyn Model,
    context: &AgentContext,
    request: ModelRequest,
    shown_calls: &mut ShownCalls,
) -> Result<Answer, ResponderError> {
    let mut stream = model.stream(request);
    let mut speech = Speech::new(context, shown_calls);
    let mut calls = CallAssembler::default();
    let mut finish = None;
    while let Some(event) = stream.next().await {
        match event? {
            ModelEvent::Text(text) | ModelEvent::Refusal(text) => speech.say(text).await?,
            ModelEvent::Reasoning(text) => speech.think(&text).await?,
            ModelEvent::TextWasReasoning => speech.rethink().await?,
            ModelEvent::Citation(citation) => speech.cite(citation).await?,
            ModelEvent::ToolCall(delta) => {
                speech.reasoning.finish().await?;
                calls.add(delta)?;
            }
            ModelEvent::Finish(reason) => finish = Some(reason),
            ModelEvent::NextThought => speech.reasoning.finish().await?,
            ModelEvent::Usage(_)
            | ModelEvent::Hosted(_)
            | ModelEvent::Picture(_)
            | ModelEvent::Approval(_)
            | ModelEvent::ProviderItem(_)
            | ModelEvent::LeftOut(_) => {}
        }
    }
    let text = speech.finish().await?;
    let calls = match finish {
        // Arguments cut short must not be acted upon.
        Some(FinishReason::Length | FinishReason::ContentFilter | FinishReason::Other(_)) => Vec::new(),
        _ => calls.finish()?,
    };
    Ok(Answer { text, calls, finish: finish.unwrap_or(FinishReason::Stop) })
}

/// What the user sees of an answer: thoughts and messages by turns, one of them open at a time.
struct Speech<'a> {
    context: &'a AgentContext,
    shown_calls: &'a mut ShownCalls,
    reasoning: ReasoningStream,
    reasoning_bytes: usize,
    message: MessageStream,
    /// The text of the messages before.
    earlier_text: String,
    text_bytes: usize,
    /// Citations that came before the text they belong to.
    early_citations: Vec<Citation>,
    citations: usize,
}

impl<'a> Speech<'a> {
    fn new(context: &'a AgentContext, shown_calls: &'a mut ShownCalls) -> Self {
        Self {
            context,
            shown_calls,
            reasoning: ReasoningStream::new(context.clone()),
            reasoning_bytes: 0,
            message: context.message(),
            earlier_text: String::new(),
            text_bytes: 0,
            early_citations: Vec::new(),
            citations: 0,
        }
    }

    async fn say(&mut self, text: String) -> Result<(), ResponderError> {
        self.text_bytes += text.len();
        if self.text_bytes > MAX_ANSWER_BYTES {
            return Err(astray("its answer never ends").into());
        }
        if !self.message.has_begun() {
            // Between reasoning and calls, models write line breaks that are no answer.
            if text.trim().is_empty() {
                return Ok(());
            }
            self.reasoning.finish().await?;
            self.shown_calls.finish().await?;
        }
        self.message.push(text).await
    }

    async fn think(&mut self, text: &str) -> Result<(), ResponderError> {
        self.reasoning_bytes += text.len();
        if self.reasoning_bytes > MAX_ANSWER_BYTES {
            return Err(astray("its reasoning never ends").into());
        }
        if text.trim().is_empty() && !self.reasoning.has_begun() {
            return Ok(());
        }
        self.shown_calls.finish().await?;
        if self.message.has_begun() {
            self.end_message().await?;
        }
        self.reasoning.push(text).await
    }

    /// Shows the open message as the thought that it was.
    async fn rethink(&mut self) -> Result<(), ResponderError> {
        if !self.message.has_begun() {
            return Ok(());
        }
        let message = std::mem::replace(&mut self.message, self.context.message());
        let thought = message.retract().await?;
        self.early_citations.clear();
        self.think(&thought).await?;
        self.reasoning.finish().await
    }

    async fn cite(&mut self, citation: Citation) -> Result<(), ResponderError> {
        self.citations += 1;
        if self.citations > MAX_CITATIONS {
            return Ok(());
        }
        if self.message.has_begun() {
            let annotation = annotation(citation, self.message.code_points());
            self.message.add_annotation(annotation).await
        } else {
            self.early_citations.push(citation);
            Ok(())
        }
    }

    async fn end_message(&mut self) -> Result<(), ResponderError> {
        for citation in std::mem::take(&mut self.early_citations) {
            let annotation = annotation(citation, self.message.code_points());
            self.message.add_annotation(annotation).await?;
        }
        let message = std::mem::replace(&mut self.message, self.context.message());
        self.earlier_text += &message.text();
        message.finish().await
    }

    /// Completes what is open and gives the whole text.
    async fn finish(&mut self) -> Result<String, ResponderError> {
        self.reasoning.finish().await?;
        if self.message.has_begun() {
            self.end_message().await?;
        }
        Ok(std::mem::take(&mut self.earlier_text))
    }
}

/// The mark of a citation in a text of so many code points. Providers that know no place say 0, and those
/// that count otherwise may point behind the end.
fn annotation(citation: Citation, code_points: u64) -> Annotation {
    let Citation { source, end } = citation;
    let annotation = match source {
        CitedSource::Page { url, title } => {
            let title = title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| url.clone());
            Annotation::new(UrlSource::new(title, url))
        }
        CitedSource::File { name } => Annotation::new(FileSource::new(name.clone(), name)),
    };
    match end.filter(|end| *end > 0) {
        Some(end) => annotation.at(end.min(code_points)),
        None => annotation,
    }
}

impl Answer {
    /// Says whether an answer that calls no tool is a whole one.
    pub(super) fn verdict(self) -> Result<(), ResponderError> {
        let Some(code) = codes::of_finish(&self.finish, self.text.is_empty()) else { return Ok(()) };
        let cause = format!("model finished with {:?}", self.finish);
        Err(ResponderError::known(code).with_source(cause))
    }
}
