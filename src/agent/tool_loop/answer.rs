//! Streams one answer of a model: what it thinks, says, cites, and wants called.

use std::collections::BTreeMap;

use futures_util::StreamExt;

use super::{
    calls::{CallAssembler, astray},
    hosted,
    pictures::PicturesInProgress,
    reasoning::ReasoningStream,
    run::Run,
    shown_calls::ShownCalls,
};
use crate::{
    agent::{codes, context::AgentContext, message::MessageStream, responder::ResponderError},
    model::{
        ApprovalRequest, AssistantPart, Citation, CitedSource, FinishReason, HostedCall, HostedState,
        HostedWork, LeftOut, ModelEvent, ModelRequest, ModelStream, PictureEvent, ProviderItem,
    },
    protocol::{
        event::NoticeLevel,
        source::{Annotation, FileSource, UrlSource},
    },
};

/// The most bytes of one answer's text, and of its reasoning.
const MAX_ANSWER_BYTES: usize = 4 << 20;
/// The most citations of one answer; a page lists no more, and a provider that repeats itself has no end.
const MAX_CITATIONS: usize = 500;

/// The most questions for permission of one answer.
const MAX_APPROVALS: usize = 16;
/// The most bytes of provider items of one answer that are kept.
const MAX_PROVIDER_BYTES: usize = 1 << 20;
/// The most bytes of an answer's text where nobody set a limit. Small models may go on for ever.
const DEFAULT_TEXT_BYTES: usize = 96 << 10;

/// One answer of the model, complete.
pub(super) struct Answer {
    /// What it said, called and brought along, in its order; no calls when it was cut short.
    pub(super) parts: Vec<AssistantPart>,
    /// What the user is to be asked.
    pub(super) approvals: Vec<ApprovalRequest>,
    has_pictures: bool,
    finish: FinishReason,
}

/// Why there is no answer.
pub(super) struct Failure {
    pub(super) error: ResponderError,
    /// Whether the answer had begun.
    pub(super) has_shown: bool,
}

/// Streams one answer. What it shows ends the list of calls shown before it.
pub(super) async fn stream(run: &mut Run<'_>, request: ModelRequest) -> Result<Answer, Failure> {
    let max_text_bytes =
        if request.options.max_output_tokens.is_some() { MAX_ANSWER_BYTES } else { DEFAULT_TEXT_BYTES };
    let stream = run.agent.model.stream(request);
    let mut reading = Reading {
        speech: Speech::new(run.context, &mut run.shown_calls),
        max_text_bytes,
        calls: CallAssembler::default(),
        order: Vec::new(),
        approvals: Vec::new(),
        finish: None,
        has_begun: false,
    };
    match reading.follow(stream).await {
        Ok(()) => reading.finish().await.map_err(|error| Failure { error, has_shown: true }),
        Err(error) => Err(Failure { error, has_shown: reading.has_begun }),
    }
}

/// An answer on its way.
struct Reading<'a> {
    speech: Speech<'a>,
    max_text_bytes: usize,
    calls: CallAssembler,
    /// What came, in its order.
    order: Vec<Place>,
    approvals: Vec<ApprovalRequest>,
    finish: Option<FinishReason>,
    has_begun: bool,
}

/// The place of a part in an answer.
enum Place {
    /// The text from this byte on, up to that of the next place: text among calls stands where it began.
    Text(usize),
    /// The call with this index.
    Call(usize),
    Provider(ProviderItem),
}

impl Reading<'_> {
    async fn follow(&mut self, mut stream: ModelStream) -> Result<(), ResponderError> {
        while let Some(event) = stream.next().await {
            let event = event?;
            self.has_begun |= !matches!(event, ModelEvent::LeftOut(_) | ModelEvent::Usage(_));
            self.take(event).await?;
            if self.speech.text_bytes > self.max_text_bytes {
                tracing::warn!(
                    size_bytes = self.speech.text_bytes,
                    "answer cut off: no limit of output tokens is set"
                );
                self.finish = Some(FinishReason::Length);
                return Ok(());
            }
        }
        Ok(())
    }

    async fn take(&mut self, event: ModelEvent) -> Result<(), ResponderError> {
        let speech = &mut self.speech;
        match event {
            ModelEvent::Text(text) | ModelEvent::Refusal(text) => {
                let begins = speech.shown_bytes;
                speech.say(text).await?;
                if speech.shown_bytes > begins && !speech.has_place {
                    speech.has_place = true;
                    self.order.push(Place::Text(begins));
                }
            }
            ModelEvent::Reasoning(text) => speech.think(&text).await?,
            ModelEvent::TextWasReasoning => speech.rethink().await?,
            ModelEvent::NextThought => speech.reasoning.next_thought().await?,
            ModelEvent::Citation(citation) => speech.cite(citation).await?,
            ModelEvent::ToolCall(delta) => {
                speech.reasoning.finish().await?;
                let index = delta.index;
                if self.calls.add(delta)? {
                    self.order.push(Place::Call(index));
                }
            }
            ModelEvent::ProviderItem(item) => {
                speech.has_place = false;
                self.order.push(Place::Provider(item));
            }
            ModelEvent::Hosted(call) => speech.show_hosted(&call).await?,
            ModelEvent::Picture(picture) => speech.show_picture(picture).await?,
            ModelEvent::Approval(request) if self.approvals.len() < MAX_APPROVALS => {
                self.approvals.push(request);
            }
            ModelEvent::LeftOut(left_out) => {
                speech.context.notice(NoticeLevel::Warning, words_of(left_out)).await?;
            }
            ModelEvent::Finish(reason) => self.finish = Some(reason),
            ModelEvent::Usage(_) | ModelEvent::Approval(_) => {}
        }
        Ok(())
    }

    /// Completes what is open.
    async fn finish(mut self) -> Result<Answer, ResponderError> {
        let text = self.speech.finish().await?;
        let finish = self.finish.unwrap_or(FinishReason::Stop);
        let mut calls = match finish {
            // Arguments cut short must not be acted upon.
            FinishReason::Length | FinishReason::ContentFilter | FinishReason::Other(_) => BTreeMap::new(),
            _ => self.calls.finish(),
        };
        let keeps_items = provider_bytes(&self.order) <= MAX_PROVIDER_BYTES;
        if !keeps_items {
            tracing::warn!("what the provider wants back is too large and left out");
        }
        let mut ends = text.len();
        let part = |place| match place {
            Place::Text(begins) => {
                let text = text.get(begins..std::mem::replace(&mut ends, begins)).unwrap_or_default();
                (!text.is_empty()).then(|| AssistantPart::Text(text.to_owned()))
            }
            Place::Call(index) => calls.remove(&index).map(AssistantPart::Call),
            Place::Provider(item) => keeps_items.then_some(AssistantPart::Provider(item)),
        };
        let mut parts: Vec<_> = self.order.into_iter().rev().filter_map(part).collect();
        parts.reverse();
        let has_pictures = self.speech.pictures.has_shown();
        Ok(Answer { parts, approvals: self.approvals, has_pictures, finish })
    }
}

fn provider_bytes(order: &[Place]) -> usize {
    let items = order.iter().map(|place| match place {
        Place::Provider(item) => item.value.to_string().len(),
        Place::Text(_) | Place::Call(_) => 0,
    });
    items.sum()
}

/// What the user reads when an answer was made without something.
fn words_of(left_out: LeftOut) -> &'static str {
    match left_out {
        LeftOut::Pictures => "This language model cannot look at pictures. It answers without them.",
        LeftOut::Documents => {
            "This language model cannot read documents of this kind. It answers without them."
        }
        LeftOut::Tools => "This language model cannot use tools. It answers without them.",
    }
}

/// What the user sees of an answer: thoughts and messages by turns, one of them open at a time.
struct Speech<'a> {
    context: &'a AgentContext,
    shown_calls: &'a mut ShownCalls,
    reasoning: ReasoningStream,
    reasoning_bytes: usize,
    message: MessageStream,
    pictures: PicturesInProgress,
    /// The text of the messages before.
    earlier_text: String,
    /// How many code points were said before the message began.
    earlier_code_points: u64,
    text_bytes: usize,
    /// How many bytes of text the messages have, those before included.
    shown_bytes: usize,
    /// Whether it is known where among the answer's parts the text stands.
    has_place: bool,
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
            pictures: PicturesInProgress::new(context.clone()),
            earlier_text: String::new(),
            earlier_code_points: 0,
            text_bytes: 0,
            shown_bytes: 0,
            has_place: false,
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
                self.earlier_code_points += text.chars().count() as u64;
                return Ok(());
            }
            self.reasoning.finish().await?;
            self.shown_calls.finish().await?;
        }
        self.shown_bytes += text.len();
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
        self.interrupt().await?;
        self.reasoning.push(text).await
    }

    /// Ends what is shown beside reasoning: something else comes now.
    async fn interrupt(&mut self) -> Result<(), ResponderError> {
        self.shown_calls.finish().await?;
        if self.message.has_begun() { self.end_message().await } else { Ok(()) }
    }

    /// Shows a tool of the provider's at work.
    async fn show_hosted(&mut self, call: &HostedCall) -> Result<(), ResponderError> {
        match (&call.work, call.state) {
            (HostedWork::Picture, HostedState::Running) => self.begin_picture(&call.id).await,
            (HostedWork::Picture, _) => self.pictures.end(&call.id).await,
            _ => {
                let Some(task) = hosted::task(call) else { return Ok(()) };
                self.interrupt().await?;
                self.reasoning.show_call(&call.id, task).await
            }
        }
    }

    async fn begin_picture(&mut self, call_id: &str) -> Result<(), ResponderError> {
        self.interrupt().await?;
        self.reasoning.finish().await?;
        self.pictures.begin(call_id).await
    }

    async fn show_picture(&mut self, picture: PictureEvent) -> Result<(), ResponderError> {
        self.begin_picture(&picture.call_id).await?;
        self.pictures.show(picture).await
    }

    /// Shows the open message as the thought that it was.
    async fn rethink(&mut self) -> Result<(), ResponderError> {
        if !self.message.has_begun() {
            return Ok(());
        }
        let message = std::mem::replace(&mut self.message, self.context.message());
        let thought = message.retract().await?;
        self.early_citations.clear();
        self.shown_bytes = self.earlier_text.len();
        self.think(&thought).await?;
        self.reasoning.finish().await
    }

    async fn cite(&mut self, citation: Citation) -> Result<(), ResponderError> {
        self.citations += 1;
        if self.citations > MAX_CITATIONS {
            return Ok(());
        }
        if self.message.has_begun() {
            self.annotate(citation).await
        } else {
            self.early_citations.push(citation);
            Ok(())
        }
    }

    async fn end_message(&mut self) -> Result<(), ResponderError> {
        for citation in std::mem::take(&mut self.early_citations) {
            self.annotate(citation).await?;
        }
        self.earlier_code_points += self.message.code_points();
        let message = std::mem::replace(&mut self.message, self.context.message());
        self.earlier_text += &message.text();
        message.finish().await
    }

    /// Marks the source of what the open message says. Places are counted from the beginning of the answer.
    async fn annotate(&mut self, citation: Citation) -> Result<(), ResponderError> {
        let end = citation.end.map(|end| end.saturating_sub(self.earlier_code_points));
        let annotation = annotation(Citation { end, ..citation }, self.message.code_points());
        self.message.add_annotation(annotation).await
    }

    /// Completes what is open and gives the whole text.
    async fn finish(&mut self) -> Result<String, ResponderError> {
        self.reasoning.finish().await?;
        self.pictures.finish().await?;
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
        let has_text = self.parts.iter().any(|part| matches!(part, AssistantPart::Text(_)));
        let is_empty = !has_text && !self.has_pictures && self.approvals.is_empty();
        let Some(code) = codes::of_finish(&self.finish, is_empty) else { return Ok(()) };
        let cause = format!("model finished with {:?}", self.finish);
        Err(ResponderError::known(code).with_source(cause))
    }
}
