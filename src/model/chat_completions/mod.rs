//! A client for OpenAI's Chat Completions, as Azure OpenAI, OpenAI and compatible servers speak it.
//!
//! One call is one POST whose answer is streamed. Before the model's first word a failure that
//! may pass is retried; after it, never, for the user has read what came. Dropping the stream
//! closes the connection. Keys and prompts appear in no error and no log.

mod call;
mod failure;
mod retry;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use reqwest::Url;
use reqwest::{
    Client,
    header::{AUTHORIZATION, HeaderName, HeaderValue},
    redirect,
};
use secrecy::ExposeSecret;
pub use secrecy::SecretString;

use crate::model::{Model, ModelError, ModelRequest, ModelStream, azure::TokenCache, wire::Dialect};

/// Where OpenAI itself answers.
pub const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";

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
    /// The longest wait before a retry. A server that asks for more (`Retry-After`) is not
    /// retried: its wish is told in the error. Default: 30 s.
    pub max_retry_delay: Duration,
    /// The largest event that is read, in bytes. Default: 4 MiB.
    pub max_event_bytes: usize,
}

impl ChatCompletionsSettings {
    /// Settings for a model behind an endpoint, with every default.
    pub fn new(endpoint: Endpoint, model: impl Into<String>) -> Self {
        Self {
            endpoint,
            model: model.into(),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            max_retries: 3,
            retry_base_delay: Duration::from_millis(500),
            max_retry_delay: Duration::from_secs(30),
            max_event_bytes: 4 << 20,
        }
    }
}

/// Whom to call.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// OpenAI at [`OPENAI_BASE_URL`].
    OpenAi {
        /// `OPENAI_API_KEY`.
        api_key: SecretString,
    },
    /// A compatible server: Ollama, llama.cpp, vLLM, a proxy.
    Compatible {
        /// What `/chat/completions` is appended to; normally ends in `/v1`.
        base_url: Url,
        /// The bearer key, if the server wants one.
        api_key: Option<SecretString>,
    },
    /// A deployment of Azure OpenAI.
    Azure {
        /// The resource, for example `https://example.openai.azure.com/`.
        endpoint: Url,
        /// The API's version, for example `2024-06-01`.
        api_version: String,
        /// How to sign in.
        credential: AzureCredential,
    },
}

/// How to sign in to Azure OpenAI.
#[derive(Clone, Debug)]
pub enum AzureCredential {
    /// With a key of the resource.
    Key(SecretString),
    /// With tokens of an identity.
    Token(Arc<TokenCache>),
}

/// Why a client could not be made from its settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatCompletionsSettingsError {
    /// The URL is not one to POST to.
    #[error("model server URL with scheme `{scheme}` is not an http or https URL")]
    Url {
        /// What was given.
        scheme: String,
    },
    /// The key has characters that no header may hold.
    #[error("model server key has characters that cannot be sent in a header, such as a line end")]
    Key,
    /// The HTTP client could not start.
    #[error("HTTP client for the model server cannot start: {0}")]
    Client(#[source] reqwest::Error),
}

/// A model behind Chat Completions.
#[derive(Debug)]
pub struct ChatCompletions {
    server: Arc<Server>,
}

impl ChatCompletions {
    /// A client for one server; connections are kept and shared between its calls.
    pub fn new(settings: ChatCompletionsSettings) -> Result<Self, ChatCompletionsSettingsError> {
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

/// What all calls of one client share.
#[derive(Debug)]
struct Server {
    settings: ChatCompletionsSettings,
    name: String,
    http: Client,
    authorization: Authorization,
    /// Host and port for error texts.
    host: String,
    /// What the server was found not to understand; learned once, by being refused.
    lacks_stream_options: AtomicBool,
    lacks_max_completion_tokens: AtomicBool,
}

/// The header that lets a call in.
#[derive(Clone, Debug)]
enum Authorization {
    None,
    /// The same for every call; marked sensitive, so that it is not printed.
    Fixed(HeaderName, HeaderValue),
    /// A bearer token that expires.
    Token(Arc<TokenCache>),
}

impl Server {
    fn new(settings: ChatCompletionsSettings) -> Result<Self, ChatCompletionsSettingsError> {
        let (kind, authorization) = match &settings.endpoint {
            Endpoint::OpenAi { api_key } => ("openai", bearer(api_key)?),
            Endpoint::Compatible { api_key: Some(api_key), .. } => ("compatible", bearer(api_key)?),
            Endpoint::Compatible { api_key: None, .. } => ("compatible", Authorization::None),
            Endpoint::Azure { credential: AzureCredential::Key(key), .. } => (
                "azure",
                Authorization::Fixed(HeaderName::from_static("api-key"), secret_value(key.expose_secret())?),
            ),
            Endpoint::Azure { credential: AzureCredential::Token(tokens), .. } => {
                ("azure", Authorization::Token(Arc::clone(tokens)))
            }
        };
        let name = format!("{kind}:{}", settings.model);
        let url = settings.endpoint.base();
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = url.scheme().to_owned();
            return Err(ChatCompletionsSettingsError::Url { scheme });
        }
        let mut http = Client::builder()
            .user_agent(concat!("actix-chatkit/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            // A redirect would carry the prompt, and some day the key, to another host.
            .redirect(redirect::Policy::none());
        if is_loopback(&url) {
            // A system proxy cannot know this machine's own servers.
            http = http.no_proxy();
        }
        Ok(Self {
            name,
            http: http.build().map_err(ChatCompletionsSettingsError::Client)?,
            authorization,
            host: host_and_port(&url),
            lacks_stream_options: AtomicBool::new(false),
            lacks_max_completion_tokens: AtomicBool::new(false),
            settings,
        })
    }

    /// Where to POST for the given model.
    fn url(&self, model: &str) -> Result<Url, ModelError> {
        let mut url = self.settings.endpoint.base();
        let complete = url.path().trim_end_matches('/').ends_with("/chat/completions");
        let mut segments = url.path_segments_mut().map_err(|()| ModelError::Unreachable {
            host: self.host.clone(),
            reason: "the model server's URL has no path".to_owned(),
        })?;
        segments.pop_if_empty();
        if matches!(self.settings.endpoint, Endpoint::Azure { .. }) {
            segments.extend(["openai", "deployments", model]);
        }
        if !complete {
            segments.extend(["chat", "completions"]);
        }
        drop(segments);
        if let Endpoint::Azure { api_version, .. } = &self.settings.endpoint {
            url.query_pairs_mut().append_pair("api-version", api_version);
        }
        Ok(url)
    }

    fn dialect(&self) -> Dialect {
        // Relaxed: a call that reads an old value learns it again.
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

impl Endpoint {
    fn base(&self) -> Url {
        match self {
            Self::OpenAi { .. } => Url::parse(OPENAI_BASE_URL).expect("the constant is a URL"),
            Self::Compatible { base_url, .. } => base_url.clone(),
            Self::Azure { endpoint, .. } => endpoint.clone(),
        }
    }
}

fn bearer(key: &SecretString) -> Result<Authorization, ChatCompletionsSettingsError> {
    Ok(Authorization::Fixed(AUTHORIZATION, bearer_value(key)?))
}

fn bearer_value(key: &SecretString) -> Result<HeaderValue, ChatCompletionsSettingsError> {
    secret_value(&format!("Bearer {}", key.expose_secret()))
}

fn secret_value(text: &str) -> Result<HeaderValue, ChatCompletionsSettingsError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| ChatCompletionsSettingsError::Key)?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or("(no host)");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
