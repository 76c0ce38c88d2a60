//! Language models: what the agent may ask of one, and what comes back.
//!
//! A [`Model`] turns a [`ModelRequest`] into a stream of [`ModelEvent`]s. It knows nothing of
//! ChatKit: the agent translates items into messages and events into deltas.
//!
//! | implementation | speaks to |
//! | --- | --- |
//! | [`chat_completions`] | Azure OpenAI, OpenAI, any compatible server |
//! | [`responses`] | OpenAI, Azure OpenAI, Microsoft Foundry, newer compatible servers |
//! | [`demo`] | nobody: built in, offline, and says so |
//! | [`scripted`] | nobody: plays a fixed list of answers |
//!
//! An application makes one of them, shares it as `Arc<dyn Model>`, and hands it to a
//! [`ToolLoop`](crate::agent::tool_loop::ToolLoop) or calls [`Model::stream`] itself. A test takes the
//! scripted one.
//!
//! Below them, [`call`] makes one call of a server, whatever API it speaks, and `quirks` remembers what its models
//! refuse. [`provider`] knows where a provider's server is and what its failures mean, `sse` cuts a body into events, and [`azure`] gets and keeps the tokens that Azure OpenAI wants. Beside them,
//! [`transcription`] turns speech into text.

pub mod azure;
pub mod call;
pub mod chat_completions;
pub mod content;
mod data_url;
pub mod demo;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
pub mod hosted;
pub(crate) mod marks;
pub mod options;
pub mod provider;
mod quirks;
pub mod responses;
pub mod scripted;
mod sse;
pub mod transcription;

use std::{sync::Arc, time::Duration};

use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{
    content::{ContentPart, FileContent, FilePart, FileText, ImagePart},
    hosted::{ApprovalRequest, HostedCall, HostedState, HostedWork, PictureEvent},
    options::GenerationOptions,
};

/// What a model yields, in order; the stream ends after [`ModelEvent::Finish`] or one error.
///
/// Dropping it cancels the call.
pub type ModelStream = BoxStream<'static, Result<ModelEvent, ModelError>>;

/// A language model that streams its answer.
pub trait Model: Send + Sync + 'static {
    /// The name for logs and status pages, for example `azure:gpt-4o` or `demo`.
    fn name(&self) -> &str;

    /// Starts one call. Nothing happens before the stream is first polled.
    fn stream(&self, request: ModelRequest) -> ModelStream;

    /// What is known of a model of this provider; `None` asks for the one that answers by default.
    ///
    /// A client learns as it goes: what it knows of a model grows with the calls.
    fn capabilities(&self, _model: Option<&str>) -> Capabilities {
        Capabilities::default()
    }
}

/// One call of a model.
#[derive(Clone, Debug, Default)]
pub struct ModelRequest {
    /// The conversation, oldest message first.
    pub messages: Vec<ModelMessage>,
    /// The functions the model may call; shared between the calls of a service.
    pub tools: Arc<[ToolSpec]>,
    /// Whether and which tool is to be called.
    pub tool_choice: ToolChoice,
    /// Another model of the same provider, when the user picked one.
    pub model: Option<String>,
    /// How the answer is to be made. What is not said here is as the client's settings say.
    pub options: GenerationOptions,
    /// Who asks, in words that tell a provider nothing.
    pub caller: Caller,
    /// What the call is for. A provider ignores it; the demo model answers by it.
    pub purpose: Purpose,
}

/// Who asks, as hashes: a provider can tell threads and users apart, and learns nothing of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The hash of the thread, under which a provider may cache the beginning of a conversation.
    pub thread: Option<String>,
    /// The hash of the user, by which a provider tells an operator who broke its rules.
    pub user: Option<String>,
}

/// What is known of a model: `None` is what nobody has found out yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether it calls tools.
    pub tools: Option<bool>,
    /// Whether it looks at pictures.
    pub pictures: Option<bool>,
    /// Whether it reads PDF documents.
    pub documents: Option<bool>,
    /// How many tokens its window holds, the answer included.
    pub context_tokens: Option<u64>,
    /// Whether it answers calls one after another: a second call waits for the first, or ends it.
    pub one_slot: Option<bool>,
}

/// What a call is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// The answer to the user.
    #[default]
    Answer,
    /// A short title for a new thread.
    Title,
}

/// Whether and which tool is to be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// The model decides.
    #[default]
    Auto,
    /// No tool may be called, though tools are named.
    None,
    /// Some tool must be called.
    Required,
    /// This tool must be called.
    Named(String),
}

/// One message of the conversation as a model sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelMessage {
    /// The standing instructions.
    System(String),
    /// What the user said, or what is told to the model in the user's name.
    User(Vec<ContentPart>),
    /// What the model said, thought and called, in its order.
    Assistant(Vec<AssistantPart>),
    /// The result of a call.
    Tool {
        /// The id of the [`ToolCall`] that this answers.
        call_id: String,
        /// The name of the tool that was called. Some providers want to be told again.
        name: String,
        /// The result as text.
        content: String,
    },
}

impl ModelMessage {
    /// A user message that is only text.
    pub fn user(text: impl Into<String>) -> Self {
        Self::User(vec![ContentPart::Text(text.into())])
    }

    /// An assistant message that is only text.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::Assistant(vec![AssistantPart::Text(text.into())])
    }

    /// An assistant message that calls tools and says nothing.
    pub fn calls(calls: impl IntoIterator<Item = ToolCall>) -> Self {
        Self::Assistant(calls.into_iter().map(AssistantPart::Call).collect())
    }
}

/// A part of what a model answered.
#[derive(Clone, Debug, PartialEq)]
pub enum AssistantPart {
    /// What it said.
    Text(String),
    /// A tool it called.
    Call(ToolCall),
    /// What only its provider understands.
    Provider(ProviderItem),
}

/// Something of an answer that only its provider understands: encrypted reasoning, the signature of a thought.
///
/// It goes back verbatim, in its place, to the model it came from, and to no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderItem {
    /// The endpoint and the model it came from.
    pub origin: String,
    /// What came.
    pub value: Value,
}

/// A call of a tool, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    /// The provider's id of the call.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model wrote them: JSON text, not yet parsed.
    pub arguments: String,
}

/// A tool as it is told to the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolSpec {
    /// The name, unique within a request.
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// The JSON Schema of the arguments object.
    pub parameters: Value,
}

/// One step of a model's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelEvent {
    /// More text.
    Text(String),
    /// More of the reasoning that some models show.
    Reasoning(String),
    /// The text since the last reasoning was reasoning too: only its closing mark told so.
    TextWasReasoning,
    /// The reasoning that follows is another thought.
    NextThought,
    /// More of a refusal, in the model's words.
    Refusal(String),
    /// A source of what the text says.
    Citation(Citation),
    /// A piece of a tool call; pieces of several calls may interleave.
    ToolCall(ToolCallDelta),
    /// A tool that the provider runs itself has begun, gone on or ended.
    Hosted(HostedCall),
    /// A picture that the model makes, or a preview of it.
    Picture(PictureEvent),
    /// The provider asks whether it may call a remote tool.
    Approval(ApprovalRequest),
    /// Something to be sent back in its place with the conversation.
    ProviderItem(ProviderItem),
    /// The call went on, but without something that the server refused. The user should know.
    LeftOut(LeftOut),
    /// What the call cost. May come before or after [`ModelEvent::Finish`].
    Usage(Usage),
    /// The answer is complete.
    Finish(FinishReason),
}

/// What a call went on without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOut {
    /// The pictures: this model looks at none.
    Pictures,
    /// The documents: this model reads none.
    Documents,
    /// The tools: this model calls none.
    Tools,
}

/// A source that a model names for what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// What the source is.
    pub source: CitedSource,
    /// After how many characters of the answer's text the statement ends that it is the source of.
    pub end: Option<u64>,
}

/// What a model names as a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitedSource {
    /// A web page.
    Page {
        /// Its address.
        url: String,
        /// What it is called.
        title: Option<String>,
    },
    /// A file that the provider keeps, or that the model made there.
    File {
        /// Its name.
        name: String,
    },
}

/// A piece of a tool call. The first piece of a call names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolCallDelta {
    /// Tells the calls of one answer apart, counted from 0.
    pub index: usize,
    /// The provider's id of the call, once.
    pub id: Option<String>,
    /// The tool's name, once.
    pub name: Option<String>,
    /// The next piece of the arguments' JSON text; may split anywhere.
    pub arguments: String,
}

/// Tokens used by one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
}

/// Why the model stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// It was done.
    Stop,
    /// It wants its tools called.
    ToolCalls,
    /// It reached the limit of tokens.
    Length,
    /// The provider's filter stopped it.
    ContentFilter,
    /// Something this crate does not know. The answer counts as cut.
    Other(String),
}

/// Why a call failed. The texts are for logs; the agent words what the user sees.
///
/// A reason is one line: the server's words without keys, and what an operator can do about them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// No connection to the provider.
    #[error("model server {host} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port, without credentials.
        host: String,
        /// The chain of causes.
        reason: String,
    },
    /// The key or token was refused (401 or 403), or none could be had.
    #[error("model server refused the credentials: {reason}")]
    Unauthorized {
        /// What the provider or the credential chain said.
        reason: String,
    },
    /// The server knows no such service: the address is wrong (404, 405, a redirect, a web page).
    #[error("model server has no such service: {reason}")]
    WrongAddress {
        /// What the provider said.
        reason: String,
    },
    /// The provider has no model, or deployment, of this name.
    #[error("model server does not know the model: {reason}")]
    UnknownModel {
        /// What the provider said.
        reason: String,
    },
    /// The account with the provider has no credit left.
    #[error("account with the model provider is used up: {reason}")]
    QuotaExhausted {
        /// What the provider said.
        reason: String,
    },
    /// Too many requests (429).
    #[error("model server is over its rate limit: {reason}")]
    RateLimited {
        /// How long the provider asks to wait.
        retry_after: Option<Duration>,
        /// What the provider said.
        reason: String,
    },
    /// The provider has more to do than it can.
    #[error("model server is overloaded: {reason}")]
    Overloaded {
        /// How long the provider asks to wait.
        retry_after: Option<Duration>,
        /// What the provider said.
        reason: String,
    },
    /// The model is still being loaded, and the client has waited for it long enough.
    #[error("model is still being loaded: {reason}")]
    Loading {
        /// What the provider said.
        reason: String,
    },
    /// The conversation is longer than the model's window.
    #[error("conversation is too long for the model: {reason}")]
    ContextFull {
        /// How many tokens the window holds, if the provider says it.
        limit: Option<u64>,
        /// How many tokens the conversation has, if the provider says it.
        tokens: Option<u64>,
        /// What the provider said.
        reason: String,
    },
    /// A filter of the provider did not let the conversation through.
    #[error("model provider's filter refused the conversation: {reason}")]
    InputFiltered {
        /// What the provider said.
        reason: String,
    },
    /// The provider refused the request as such (other 4xx).
    #[error("model server rejected the request with status {status}: {reason}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What the provider said.
        reason: String,
    },
    /// The provider failed (5xx, or an error in its stream).
    #[error("model server failed{}: {reason}", status.map(|status| format!(" with status {status}")).unwrap_or_default())]
    Provider {
        /// The HTTP status, if the failure came as one.
        status: Option<u16>,
        /// What the provider said.
        reason: String,
    },
    /// The provider went silent.
    #[error("model server timed out after {waited:?} waiting for {phase}")]
    Timeout {
        /// What was waited for.
        phase: TimeoutPhase,
        /// For how long.
        waited: Duration,
    },
    /// The stream could not be understood.
    #[error("model server sent a stream that cannot be read: {reason}")]
    Garbage {
        /// What was wrong.
        reason: String,
    },
    /// The stream ended before the answer did.
    #[error("model server broke off its answer: {reason}")]
    Interrupted {
        /// What was seen.
        reason: String,
    },
}

/// What a [`ModelError::Timeout`] was waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeoutPhase {
    /// The TCP and TLS connection.
    Connect,
    /// The first byte of the answer.
    FirstByte,
    /// The next piece of the answer.
    NextEvent,
}

impl std::fmt::Display for TimeoutPhase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "a connection",
            Self::FirstByte => "the first byte",
            Self::NextEvent => "the next piece of the answer",
        })
    }
}
