//! The settings of the command: the rooms' own structs, and what only the command has to choose.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use actix_chatkit::{
    Limits,
    actors::ThreadSettings,
    agent::files::FileSettings,
    assistant::weather::WeatherSettings,
    model::{GenerationOptions, azure::AzureIdentitySettings, call::CallSettings, demo::DemoSettings},
};
use actix_web::http::header::HeaderName;
use chatkit_pictures::PictureSettings;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};
use serde_with::{As, DisplayFromStr, DurationSecondsWithFrac};

use crate::telemetry::LogSettings;

/// All settings of the service. Each field is a section of the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    pub server: ServerConfig,
    pub storage: StorageConfig,
    pub model: ModelConfig,
    pub openai: OpenAiConfig,
    pub azure: AzureConfig,
    pub foundry: FoundryConfig,
    pub transcription: TranscriptionConfig,
    pub demo: DemoSettings,
    pub files: FileSettings,
    pub weather: WeatherSettings,
    pub access: AccessConfig,
    pub limits: Limits,
    pub pictures: PictureConfig,
    pub threads: ThreadSettings,
    pub logs: LogSettings,
}

/// Where the server listens, and how it is reached.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ServerConfig {
    /// The IP address to listen on; 0.0.0.0 means all interfaces.
    #[schemars(with = "String")]
    pub host: IpAddr,
    /// The port to listen on; with 0 the system chooses a free one.
    pub port: u16,
    /// The address under which clients reach the server; needed behind a proxy. Upload and preview URLs begin
    /// with it, and pages of its origin count as the server's own. Without it, these URLs follow the host
    /// that each request was sent to.
    #[schemars(with = "Option<String>")]
    pub base_url: Option<BaseUrl>,
    /// The host names that the server answers to besides loopback names, IP addresses and the base URL's, or
    /// `*` for all.
    pub allowed_hosts: Vec<String>,
    /// The folder with the built web interface.
    pub static_directory: PathBuf,
    /// The number of HTTP worker threads. Without it, there is one per core.
    #[schemars(range(min = 1, max = 1_024))]
    pub workers: Option<u16>,
    /// How long running answers may go on after the server was asked to stop, in seconds.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 86_400))]
    pub shutdown_timeout: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            host: IpAddr::from([127, 0, 0, 1]),
            port: 8001,
            base_url: None,
            allowed_hosts: Vec::new(),
            static_directory: PathBuf::from("./static"),
            workers: None,
            shutdown_timeout: Duration::from_secs(20),
        }
    }
}

/// Where threads and files are kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct StorageConfig {
    /// The SQLite file.
    pub database_path: PathBuf,
    /// The database as a URL, `sqlite://FILE`. It takes precedence over the path.
    pub database_url: Option<String>,
    /// The folder for uploaded files.
    pub uploads_directory: PathBuf,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self {
            database_path: PathBuf::from("chatkit_demo.db"),
            database_url: None,
            uploads_directory: PathBuf::from("./uploads"),
        }
    }
}

/// Which kind of language model answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ModelKind {
    /// Azure OpenAI if its endpoint is set, else Microsoft Foundry if a project is set, else OpenAI if a key or base
    /// URL is set, else the demo model.
    #[default]
    Auto,
    /// Azure OpenAI.
    Azure,
    /// A project of Microsoft Foundry.
    Foundry,
    /// OpenAI, or any server that speaks its chat completions.
    OpenAi,
    /// The built-in model, which needs no network and says what it is.
    Demo,
}

/// By which API the model is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ModelApi {
    /// Responses for OpenAI, Foundry and Azure's v1, Chat Completions for compatible servers and for Azure with a
    /// dated API version.
    #[default]
    Auto,
    /// The Responses API.
    Responses,
    /// Chat Completions.
    Chat,
}

/// Whether attached PDF documents go to the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PdfMode {
    /// Only to OpenAI itself, since many compatible servers refuse a request with a document.
    #[default]
    Auto,
    /// To any model: it must take `file` parts in chat completions.
    On,
    /// Never; the model is told only their names.
    Off,
}

/// Whether the model writes the titles of threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TitleMode {
    /// With a short call of its own once the first answer is complete.
    #[default]
    On,
    /// Never; the user's own words become the title.
    Off,
}

/// Which language model answers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModelConfig {
    /// Which kind of model answers.
    pub kind: ModelKind,
    /// Further models that a message may ask for. Without any, only the configured model answers.
    pub allowed: Vec<String>,
    /// How long a model may be silent, at the beginning and within an answer, in seconds.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0.001, max = 86_400))]
    pub timeout: Duration,
    /// Whether attached PDF documents go to the model.
    pub pdf: PdfMode,
    /// By which API the model is asked.
    pub api: ModelApi,
    /// Whether the model writes the titles of threads.
    pub titles: TitleMode,
    /// How freely the model chooses its words: 0 takes the likeliest.
    #[schemars(range(min = 0, max = 2))]
    pub temperature: Option<f64>,
    /// The model chooses among the likeliest words that together have this probability.
    #[schemars(range(min = 0, max = 1))]
    pub top_p: Option<f64>,
    /// The most tokens of one answer, those of reasoning included.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub max_output_tokens: Option<u32>,
    /// How long a reasoning model thinks, in the provider's words: `none`, `minimal`, `low`, `medium`, `high`.
    pub reasoning_effort: Option<String>,
    /// How much the model says, in the provider's words: `low`, `medium`, `high`.
    pub verbosity: Option<String>,
    /// Which of the provider's queues serves the calls: `auto`, `default`, `flex`, `priority`.
    pub service_tier: Option<String>,
    /// More fields for the body of each request, as a JSON object. They win over what the service writes.
    #[schemars(with = "Option<String>")]
    pub extra_body: Option<ExtraBody>,
    /// Headers for each request, as `Name: value`, with `;` between them. They may hold a gateway's key.
    #[schemars(with = "Option<String>")]
    pub headers: Option<SecretString>,
}

impl ModelConfig {
    /// How answers are made where neither a request nor an assistant says it.
    pub fn options(&self) -> GenerationOptions {
        GenerationOptions {
            temperature: self.temperature,
            top_p: self.top_p,
            max_output_tokens: self.max_output_tokens,
            reasoning_effort: self.reasoning_effort.clone(),
            verbosity: self.verbosity.clone(),
            service_tier: self.service_tier.clone(),
            extra: self.extra_body.clone().map(|extra| extra.0).unwrap_or_default(),
            ..GenerationOptions::default()
        }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            kind: ModelKind::default(),
            allowed: Vec::new(),
            timeout: CallSettings::DEFAULT_TIMEOUT,
            pdf: PdfMode::default(),
            api: ModelApi::default(),
            titles: TitleMode::default(),
            temperature: None,
            top_p: None,
            max_output_tokens: None,
            reasoning_effort: None,
            verbosity: None,
            service_tier: None,
            extra_body: None,
            headers: None,
        }
    }
}

/// OpenAI, or a server that speaks its chat completions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OpenAiConfig {
    /// The key for OpenAI or the compatible server.
    #[schemars(with = "Option<String>")]
    pub api_key: Option<SecretString>,
    /// The name of the model. Without one, a compatible server that offers a single model is asked for its name.
    pub model: Option<String>,
    /// The address of a compatible server (Ollama, llama.cpp, vLLM), up to and including `/v1`.
    #[schemars(with = "Option<String>")]
    pub base_url: Option<ServiceUrl>,
    /// The organization at OpenAI that pays for the calls.
    pub organization: Option<String>,
    /// The project at OpenAI that pays for the calls.
    pub project: Option<String>,
}

/// Azure OpenAI.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AzureConfig {
    /// The address of Azure OpenAI in any form that the portal shows: the resource, the same with `/openai/v1/` or
    /// `/openai/deployments/NAME`, or the whole target URI, whose deployment and version are taken.
    #[schemars(with = "Option<String>")]
    pub endpoint: Option<AzureUrl>,
    /// The dated version of the classic API, such as `2024-10-21`. Without one, the v1 API is asked.
    pub api_version: Option<String>,
    /// The name of the deployment, unless the endpoint names it.
    pub deployment: Option<String>,
    /// The key for Azure OpenAI. Without one, a credential signs in.
    #[schemars(with = "Option<String>")]
    pub api_key: Option<SecretString>,
    pub identity: AzureIdentitySettings,
}

/// A project of Microsoft Foundry. Key and identity are those of Azure OpenAI.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FoundryConfig {
    /// The address of the project, `https://NAME.services.ai.azure.com/api/projects/PROJECT`. It is signed in to as
    /// to Azure OpenAI.
    #[schemars(with = "Option<String>")]
    pub project_endpoint: Option<AzureUrl>,
    /// The name of the deployment in the project.
    pub model: Option<String>,
}

/// What turns speech into text.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TranscriptionConfig {
    /// The model that turns speech into text, for example `gpt-4o-mini-transcribe`; on Azure OpenAI, its deployment.
    /// Without one there is no transcription.
    pub model: Option<String>,
    /// A compatible server for transcription, up to and including `/v1`. Without it, the language model's
    /// server is asked.
    #[schemars(with = "Option<String>")]
    pub base_url: Option<ServiceUrl>,
    /// The key for that server; the language model's key is never sent there.
    #[schemars(with = "Option<String>")]
    pub api_key: Option<SecretString>,
}

/// How users are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdentityKind {
    /// Everybody is the user named by DEFAULT_USER_ID.
    #[default]
    None,
    /// A trusted proxy names the user in the header IDENTITY_HEADER.
    Header,
}

/// Who may use the server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AccessConfig {
    /// How users are told apart.
    pub identity: IdentityKind,
    /// The one user where users are not told apart.
    pub default_user_id: String,
    /// The header in which a trusted proxy names the user.
    #[serde(with = "As::<DisplayFromStr>")]
    #[schemars(with = "String")]
    pub identity_header: HeaderName,
    /// Further origins whose pages may use the server, or `*` for all.
    pub cors_allowed_origins: Vec<String>,
    /// The key that signs upload and preview URLs. Without one, a random key is made once and kept in the
    /// uploads folder.
    #[schemars(with = "Option<String>")]
    pub url_signing_key: Option<SecretString>,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            identity: IdentityKind::default(),
            default_user_id: "demo_user".to_owned(),
            identity_header: HeaderName::from_static("x-user-id"),
            cors_allowed_origins: Vec::new(),
            url_signing_key: None,
        }
    }
}

/// The limits within which pictures are decoded.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PictureConfig {
    /// The largest picture, and the largest frame of one, in megapixels.
    #[schemars(range(min = 1, max = 1_000))]
    pub max_megapixels: u32,
    /// The size of all pictures that are decoded at the same time, in megapixels of four bytes each.
    #[schemars(range(min = 1, max = 4_000))]
    pub budget_megapixels: u32,
}

impl Default for PictureConfig {
    fn default() -> Self {
        let PictureSettings { max_pixels, budget_pixels, .. } = PictureSettings::default();
        Self {
            max_megapixels: u32::try_from(max_pixels / 1_000_000).unwrap_or(u32::MAX),
            budget_megapixels: budget_pixels / 1_000_000,
        }
    }
}

/// The address clients reach the server under: scheme, authority and path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct BaseUrl(pub String);

impl TryFrom<String> for BaseUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = ServiceUrl::try_from(text)?.0;
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// The address of an HTTP service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ServiceUrl(pub reqwest::Url);

impl TryFrom<String> for ServiceUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let expected = "expected an address such as https://chat.example.com, without a query";
        let url = reqwest::Url::parse(text.trim()).map_err(|_| expected)?;
        let usable = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none();
        if usable { Ok(Self(url)) } else { Err(expected) }
    }
}

impl Serialize for ServiceUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// An address of Azure as people copy it, with its query.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct AzureUrl(pub reqwest::Url);

impl TryFrom<String> for AzureUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = reqwest::Url::parse(text.trim()).ok().filter(reqwest::Url::has_host);
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        url.map(Self).ok_or("expected an address such as https://NAME.openai.azure.com/")
    }
}

impl Serialize for AzureUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// A JSON object that is written as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ExtraBody(pub serde_json::Map<String, serde_json::Value>);

impl TryFrom<String> for ExtraBody {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&text).map(Self).map_err(|_| "expected a JSON object such as {\"seed\": 1}")
    }
}

impl Config {
    /// The kind of model that answers, after `auto` has been resolved by what is configured.
    pub fn model_kind(&self) -> ModelKind {
        match self.model.kind {
            ModelKind::Auto if self.azure.endpoint.is_some() => ModelKind::Azure,
            ModelKind::Auto if self.foundry.project_endpoint.is_some() => ModelKind::Foundry,
            ModelKind::Auto if self.openai.base_url.is_some() || self.openai.api_key.is_some() => {
                ModelKind::OpenAi
            }
            ModelKind::Auto => ModelKind::Demo,
            chosen => chosen,
        }
    }
}
