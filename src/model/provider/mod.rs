//! The server of a provider: where it is, how to sign in, what its failures mean, when to try again.
//!
//! The clients of all its services share this room. Keys appear in no error and no log.

mod azure_address;
mod cause;
mod failure;
mod headers;
mod models;
mod retry;
#[cfg(test)]
pub(super) mod test_server;
mod words;

use std::{sync::Arc, time::Duration};

pub use reqwest::Url;
use reqwest::{
    Client,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use secrecy::ExposeSecret;
pub use secrecy::SecretString;
use thread_local::ThreadLocal;

pub use self::{
    azure_address::{AzureAddress, AzureAddressError},
    headers::{ExtraHeaders, ExtraHeadersError},
    models::model_names,
};
pub(super) use self::{
    failure::{Failure, chain},
    words::Told,
};
use crate::{
    model::{ModelError, azure::TokenCache},
    tls,
};

/// Where OpenAI itself answers.
pub const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";

/// Whom to call.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// OpenAI itself, at [`OPENAI_BASE_URL`].
    OpenAi {
        /// `OPENAI_API_KEY`.
        api_key: SecretString,
    },
    /// A compatible server: Ollama, llama.cpp, vLLM, a proxy.
    Compatible {
        /// What `/chat/completions` or `/audio/transcriptions` is appended to; normally ends in `/v1`.
        base_url: Url,
        /// The bearer key, if the server wants one.
        api_key: Option<SecretString>,
    },
    /// A resource of Azure OpenAI, or a project of Microsoft Foundry.
    Azure {
        /// Where it is, and by which of its APIs it is asked.
        address: AzureAddress,
        /// How to sign in.
        credential: AzureCredential,
    },
}

/// By which API a language model is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// OpenAI's Responses.
    Responses,
    /// Chat Completions, which every server speaks.
    ChatCompletions,
}

/// How to sign in to Azure OpenAI.
#[derive(Clone, Debug)]
pub enum AzureCredential {
    /// With a key of the resource.
    Key(SecretString),
    /// With tokens of an identity.
    Token(Arc<TokenCache>),
}

/// Why a client of a provider could not be made from its settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderSettingsError {
    /// The URL's scheme is neither `http` nor `https`.
    #[error("model server URL with scheme `{scheme}` is not an http or https URL")]
    Url {
        /// What was given.
        scheme: String,
    },
    /// The key contains characters that are not allowed in a header.
    #[error("model server key has characters that cannot be sent in a header, such as a line end")]
    Key,
    /// The HTTP client could not start.
    #[error("HTTP client for the model server cannot start: {0}")]
    Client(#[source] reqwest::Error),
}

/// How many idle connections an arbiter keeps for its next calls. Calls in progress may have many more open.
const IDLE_CONNECTIONS: usize = 64;

/// When a call is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Retries {
    /// How often.
    pub(super) max: u32,
    /// The wait before the first; it doubles each time.
    pub(super) base_delay: Duration,
    /// The longest wait.
    pub(super) max_delay: Duration,
}

/// One provider's server; connections are kept for further calls from the same arbiter.
#[derive(Debug)]
pub(super) struct Provider {
    clients: Clients,
    /// For the names of models: `azure`, `openai` or `compatible`.
    pub(super) kind: &'static str,
    /// Host and port for error texts.
    pub(super) host: String,
    endpoint: Endpoint,
    authorization: Authorization,
    headers: ExtraHeaders,
    connect_timeout: Duration,
    retries: Retries,
}

/// One HTTP client for each thread of execution that makes calls.
///
/// A connection is read by the thread that opened it. If threads shared one, each piece of an answer would wake
/// both the reader and the caller.
#[derive(Debug)]
struct Clients {
    connect_timeout: Duration,
    is_loopback: bool,
    headers: HeaderMap,
    /// Made at the start, to fail early if clients cannot be made.
    first: Client,
    by_thread: ThreadLocal<Client>,
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

impl Provider {
    pub(super) fn new(
        endpoint: Endpoint,
        headers: ExtraHeaders,
        connect_timeout: Duration,
        retries: Retries,
    ) -> Result<Self, ProviderSettingsError> {
        // An `Authorization` of the settings is meant instead of the usual one.
        let authorization =
            if headers.names(&AUTHORIZATION) { Authorization::None } else { endpoint.authorization()? };
        let kind = endpoint.kind();
        let url = endpoint.base();
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = url.scheme().to_owned();
            return Err(ProviderSettingsError::Url { scheme });
        }
        let clients = Clients::new(connect_timeout, is_loopback(&url), headers.to_map())
            .map_err(ProviderSettingsError::Client)?;
        Ok(Self {
            clients,
            kind,
            host: host_and_port(&url),
            endpoint,
            authorization,
            headers,
            connect_timeout,
            retries,
        })
    }

    /// Whether the base address of a compatible server may lack the `/v1` that most have.
    pub(super) fn may_be_under_v1(&self) -> bool {
        matches!(&self.endpoint, Endpoint::Compatible { base_url, .. } if matches!(base_url.path(), "" | "/"))
    }

    /// The HTTP client of this thread of execution.
    pub(super) fn http(&self) -> &Client {
        self.clients.of_this_thread()
    }

    /// The address to POST to for the given model. `service` is the path in its parts, for example
    /// `["chat", "completions"]`.
    pub(super) fn url(&self, model: &str, service: &[&str]) -> Result<Url, ModelError> {
        self.endpoint.url(model, service).ok_or_else(|| ModelError::Unreachable {
            host: self.host.clone(),
            reason: "the model server's URL has no path".to_owned(),
        })
    }

    /// All that must appear in no log: the key and the values of the added headers.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.endpoint.key().map(ExposeSecret::expose_secret).into_iter().chain(self.headers.secrets())
    }

    /// The header to send, and the token in it if there is one. `refused` is a token that the server did not
    /// take.
    pub(super) async fn authorization_header(
        &self,
        refused: Option<&SecretString>,
    ) -> Result<(Option<(HeaderName, HeaderValue)>, Option<SecretString>), Failure> {
        match &self.authorization {
            Authorization::None => Ok((None, None)),
            Authorization::Fixed(name, value) => Ok((Some((name.clone(), value.clone())), None)),
            Authorization::Token(tokens) => {
                let token = match refused {
                    Some(refused) => tokens.replace(refused).await,
                    None => tokens.token().await,
                };
                let unauthorized = |reason| Failure::lasting(ModelError::Unauthorized { reason });
                let token = token.map_err(|error| unauthorized(error.to_string()))?;
                let value = bearer_value(&token).map_err(|error| unauthorized(error.to_string()))?;
                Ok((Some((AUTHORIZATION, value)), Some(token)))
            }
        }
    }
}

impl Clients {
    fn new(connect_timeout: Duration, is_loopback: bool, headers: HeaderMap) -> reqwest::Result<Self> {
        let first = client(connect_timeout, is_loopback, &headers)?;
        Ok(Self { connect_timeout, is_loopback, headers, first, by_thread: ThreadLocal::new() })
    }

    fn of_this_thread(&self) -> &Client {
        let new = || client(self.connect_timeout, self.is_loopback, &self.headers);
        self.by_thread.get_or_try(new).unwrap_or(&self.first)
    }
}

fn client(connect_timeout: Duration, is_loopback: bool, headers: &HeaderMap) -> reqwest::Result<Client> {
    tls::prepare();
    let client = Client::builder()
        .user_agent(concat!("actix-chatkit/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers.clone())
        .connect_timeout(connect_timeout)
        // Close connections that are left over from a rush of calls: each takes about 30 KB.
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        // A redirect would carry the prompt, and some day the key, to another host.
        .redirect(redirect::Policy::none());
    // A system proxy cannot know this machine's own servers.
    let client = if is_loopback { client.no_proxy() } else { client };
    client.build()
}

impl Endpoint {
    /// The API that serves best here: Responses for OpenAI and Azure's v1, Chat Completions for all others.
    pub fn api(&self) -> Api {
        match self {
            Self::OpenAi { .. } => Api::Responses,
            Self::Azure { address, .. } => address.api(),
            Self::Compatible { base_url, .. } if speaks_responses(base_url) => Api::Responses,
            Self::Compatible { .. } => Api::ChatCompletions,
        }
    }

    /// The word before the model's name: `azure`, `foundry`, `openai` or `compatible`.
    fn kind(&self) -> &'static str {
        match self {
            Self::OpenAi { .. } => "openai",
            Self::Compatible { .. } => "compatible",
            Self::Azure { address, .. } if address.is_project() => "foundry",
            Self::Azure { .. } => "azure",
        }
    }

    fn key(&self) -> Option<&SecretString> {
        match self {
            Self::OpenAi { api_key } | Self::Azure { credential: AzureCredential::Key(api_key), .. } => {
                Some(api_key)
            }
            Self::Compatible { api_key, .. } => api_key.as_ref(),
            Self::Azure { credential: AzureCredential::Token(_), .. } => None,
        }
    }

    fn authorization(&self) -> Result<Authorization, ProviderSettingsError> {
        Ok(match self {
            Self::OpenAi { api_key } | Self::Compatible { api_key: Some(api_key), .. } => bearer(api_key)?,
            Self::Compatible { api_key: None, .. } => Authorization::None,
            Self::Azure { credential: AzureCredential::Key(key), .. } => {
                Authorization::Fixed(HeaderName::from_static("api-key"), secret_value(key.expose_secret())?)
            }
            Self::Azure { credential: AzureCredential::Token(tokens), .. } => {
                Authorization::Token(Arc::clone(tokens))
            }
        })
    }

    fn base(&self) -> Url {
        match self {
            Self::OpenAi { .. } => Url::parse(OPENAI_BASE_URL).expect("the constant is a URL"),
            Self::Compatible { base_url, .. } => base_url.clone(),
            Self::Azure { address, .. } => address.base().clone(),
        }
    }

    /// The address of a service for a model; nothing if the base can have no path.
    fn url(&self, model: &str, service: &[&str]) -> Option<Url> {
        let mut url = self.base();
        let named = SERVICES.iter().find(|named| ends_with(&url, named));
        let mut segments = url.path_segments_mut().ok()?;
        segments.pop_if_empty();
        for _ in named.into_iter().copied().flatten() {
            segments.pop();
        }
        if let Self::Azure { address, .. } = self {
            segments.extend(address.before_service(model, service));
        }
        segments.extend(service);
        drop(segments);
        if let Self::Azure { address, .. } = self
            && let Some(api_version) = address.api_version()
        {
            url.query_pairs_mut().append_pair("api-version", api_version);
        }
        Some(url)
    }
}

/// The services that people leave at the end of a base URL.
const SERVICES: [&[&str]; 3] = [&["chat", "completions"], &["responses"], &["audio", "transcriptions"]];

fn ends_with(url: &Url, service: &[&str]) -> bool {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    segments.ends_with(service)
}

/// Whether a base URL is that of OpenAI itself or of Azure's v1 API, which take a bearer key as others do.
fn speaks_responses(base_url: &Url) -> bool {
    let host = base_url.host_str().unwrap_or_default();
    let is_azure = [".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"];
    host == "api.openai.com"
        || host.ends_with(".api.openai.com")
        || (is_azure.iter().any(|domain| host.ends_with(domain))
            && base_url.path().trim_end_matches('/').ends_with("/openai/v1"))
        || ends_with(base_url, &["responses"])
}

fn bearer(key: &SecretString) -> Result<Authorization, ProviderSettingsError> {
    Ok(Authorization::Fixed(AUTHORIZATION, bearer_value(key)?))
}

fn bearer_value(key: &SecretString) -> Result<HeaderValue, ProviderSettingsError> {
    secret_value(&format!("Bearer {}", key.expose_secret()))
}

fn secret_value(text: &str) -> Result<HeaderValue, ProviderSettingsError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| ProviderSettingsError::Key)?;
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
