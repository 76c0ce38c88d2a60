//! One call of a model server over HTTP, whatever API the server speaks.
//!
//! A `Dialect` writes the request's body and reads the answer's; all that is the same for every API is here:
//! signing in, sending, retrying, patience, the log. A failure that may pass is retried before the model's first
//! word, and never after it, because the user has read what came. Dropping the stream closes the connection. Keys
//! and prompts appear in no error and no log.

mod exchange;
mod log;
mod patience;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};

use super::{
    Capabilities, GenerationOptions, ModelEvent, ModelRequest, ModelStream,
    provider::{Endpoint, ExtraHeaders, Failure, Provider, ProviderSettingsError, Retries},
    quirks::{Learnt, Quirks},
};

/// Whom to call, and how long to wait. [`CallSettings::new`] fills in the defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallSettings {
    /// Whom to call.
    pub endpoint: Endpoint,
    /// The model's name; for Azure, the deployment's. A request may name another.
    pub model: String,
    /// How answers are made where a request does not say it.
    pub options: GenerationOptions,
    /// Headers for every call. Default: none.
    pub headers: ExtraHeaders,
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

impl CallSettings {
    /// How long a model may be silent by default, before its answer and within it.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// Settings for a model behind an endpoint, with every default.
    pub fn new(endpoint: Endpoint, model: impl Into<String>) -> Self {
        Self {
            endpoint,
            model: model.into(),
            options: GenerationOptions::default(),
            headers: ExtraHeaders::default(),
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

/// An API that model servers speak: how a request is written and an answer read.
pub(in crate::model) trait Dialect: fmt::Debug + Send + Sync + 'static {
    /// The path below the endpoint's base in its parts, for example `["chat", "completions"]`.
    fn service(&self) -> &'static [&'static str];

    /// The body of a call.
    fn body(&self, asked: &Asked<'_>) -> serde_json::Result<Vec<u8>>;

    /// A reader for the answer to one call, which comes as `content_type` (in lower case; empty if the server
    /// does not say).
    fn reader(&self, asked: &Asked<'_>, content_type: &str, max_event_bytes: usize) -> Box<dyn Reader>;
}

/// What a call asks, and of whom.
pub(in crate::model) struct Asked<'a> {
    /// The request. Its options are complete: the settings have filled in what it does not say.
    pub(in crate::model) request: &'a ModelRequest,
    /// The model's name.
    pub(in crate::model) model: &'a str,
    /// Names the endpoint, the API and the model; the [`origin`](super::ProviderItem::origin) of what comes back.
    pub(in crate::model) origin: &'a str,
    /// What the model is known to refuse, and is to be spared.
    pub(in crate::model) quirks: Quirks,
}

/// Reads the body of one answer, however the network split it.
pub(in crate::model) trait Reader: Send + Sync {
    /// Takes the next bytes and appends the events they complete.
    fn take(&mut self, bytes: &[u8], events: &mut VecDeque<ModelEvent>) -> Result<(), Failure>;

    /// Takes the end of the body: completes what the server left out, and finishes.
    fn end(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), Failure>;

    /// Whether the model has said anything yet. From then on, the call is not tried again.
    fn has_output(&self) -> bool;

    /// Whether the answer is complete, should nothing more come.
    fn has_finished(&self) -> bool;

    /// Whether only the cost and the end mark may still come, which are not waited for as long as a word.
    fn is_ending(&self) -> bool {
        self.has_finished()
    }

    /// Whether the server said that nothing more comes.
    fn is_done(&self) -> bool;
}

/// A model server as its calls share it.
#[derive(Debug)]
pub(in crate::model) struct Server {
    settings: CallSettings,
    name: String,
    provider: Provider,
    dialect: Box<dyn Dialect>,
    learnt: Learnt,
}

impl Server {
    /// Connections are kept, and shared between the calls.
    pub(in crate::model) fn new(
        settings: CallSettings,
        dialect: impl Dialect,
    ) -> Result<Self, ProviderSettingsError> {
        let retries = Retries {
            max: settings.max_retries,
            base_delay: settings.retry_base_delay,
            max_delay: settings.max_retry_delay,
        };
        let provider = Provider::new(
            settings.endpoint.clone(),
            settings.headers.clone(),
            settings.connect_timeout,
            retries,
        )?;
        Ok(Self {
            name: format!("{}:{}", provider.kind, settings.model),
            provider,
            dialect: Box::new(dialect),
            learnt: Learnt::default(),
            settings,
        })
    }

    /// The name for logs.
    pub(in crate::model) fn name(&self) -> &str {
        &self.name
    }

    /// Starts one call when the stream is first polled.
    pub(in crate::model) fn stream(self: &Arc<Self>, request: ModelRequest) -> ModelStream {
        exchange::stream(Arc::clone(self), request)
    }

    /// What was learnt of a model of this server; by default, of the one that answers by default.
    pub(in crate::model) fn capabilities(&self, model: Option<&str>) -> Capabilities {
        self.learnt.of(model.unwrap_or(&self.settings.model)).capabilities()
    }

    /// Where what a model of this server answers comes from.
    fn origin(&self, model: &str) -> String {
        format!("{}/{}#{model}", self.provider.host, self.dialect.service().join("/"))
    }
}
