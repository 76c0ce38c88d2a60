//! A client for OpenAI's Chat Completions, as Azure OpenAI, OpenAI and compatible servers speak it.
//!
//! One call is one POST whose answer is streamed. A failure that may pass is retried before the model's first
//! word, and never after it, because the user has read what came. Dropping the stream
//! closes the connection. Keys and prompts appear in no error and no log.

pub(super) mod body;
mod call;
mod chunk;
mod patience;
mod request;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub(super) use self::chunk::error_text;
use self::request::Dialect;
use crate::model::{
    Model, ModelRequest, ModelStream,
    provider::{Endpoint, Provider, ProviderSettingsError, Retries},
};

/// Whom to call, and how long to wait. [`ChatCompletionsSettings::new`] fills in the defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChatCompletionsSettings {
    /// Whom to call.
    pub endpoint: Endpoint,
    /// The model's name; for Azure, the deployment's. A request may name another.
    pub model: String,
    /// How long a TCP and TLS connection may take. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long the answer's first byte may take, the connection included. Default: 60 s.
    pub first_byte_timeout: Duration,
    /// How long the server may be silent within an answer; its keep-alive comments count as
    /// sound. Default: 60 s.
    pub idle_timeout: Duration,
    /// How often a call is tried again. Default: 3.
    pub max_retries: u32,
    /// The wait before the first retry; it doubles each time. Default: 500 ms.
    pub retry_base_delay: Duration,
    /// The longest wait before a retry. When a server asks for more (`Retry-After`), the call fails at once, and
    /// the error says how long the server asks to wait. Default: 30 s.
    pub max_retry_delay: Duration,
    /// The largest event that is read, in bytes. Default: 4 MiB.
    pub max_event_bytes: usize,
}

impl ChatCompletionsSettings {
    /// How long a model may be silent by default, before its answer and within it.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// Settings for a model behind an endpoint, with every default.
    pub fn new(endpoint: Endpoint, model: impl Into<String>) -> Self {
        Self {
            endpoint,
            model: model.into(),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Self::DEFAULT_TIMEOUT,
            idle_timeout: Self::DEFAULT_TIMEOUT,
            max_retries: 3,
            retry_base_delay: Duration::from_millis(500),
            max_retry_delay: Duration::from_secs(30),
            max_event_bytes: 4 << 20,
        }
    }
}

/// A model behind Chat Completions.
#[derive(Debug)]
pub struct ChatCompletions {
    server: Arc<Server>,
}

impl ChatCompletions {
    /// A client for one server; connections are kept and shared between its calls.
    pub fn new(settings: ChatCompletionsSettings) -> Result<Self, ProviderSettingsError> {
        Ok(Self { server: Arc::new(Server::new(settings)?) })
    }
}

impl Model for ChatCompletions {
    fn name(&self) -> &str {
        &self.server.name
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        call::stream(Arc::clone(&self.server), request)
    }
}

/// Shared by all calls of one client.
#[derive(Debug)]
struct Server {
    settings: ChatCompletionsSettings,
    name: String,
    provider: Provider,
    /// The fields that the server understands; learned from its refusals.
    lacks_stream_options: AtomicBool,
    lacks_max_completion_tokens: AtomicBool,
}

impl Server {
    fn new(settings: ChatCompletionsSettings) -> Result<Self, ProviderSettingsError> {
        let retries = Retries {
            max: settings.max_retries,
            base_delay: settings.retry_base_delay,
            max_delay: settings.max_retry_delay,
        };
        let provider = Provider::new(settings.endpoint.clone(), settings.connect_timeout, retries)?;
        Ok(Self {
            name: format!("{}:{}", provider.kind, settings.model),
            provider,
            lacks_stream_options: AtomicBool::new(false),
            lacks_max_completion_tokens: AtomicBool::new(false),
            settings,
        })
    }

    fn dialect(&self) -> Dialect {
        // Relaxed is enough: a call that reads an old value learns it again.
        Dialect {
            stream_options: !self.lacks_stream_options.load(Ordering::Relaxed),
            max_completion_tokens: !self.lacks_max_completion_tokens.load(Ordering::Relaxed),
        }
    }

    fn learn(&self, dialect: Dialect) {
        self.lacks_stream_options.fetch_or(!dialect.stream_options, Ordering::Relaxed);
        self.lacks_max_completion_tokens.fetch_or(!dialect.max_completion_tokens, Ordering::Relaxed);
    }
}
