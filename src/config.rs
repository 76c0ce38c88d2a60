//! Settings: read once, from flags, then the environment, then `.env`; typed; checked.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use actix_chatkit::{assistant::weather::WeatherSourceKind, model::azure::AzureCredentialKind};
use actix_web::http::header::HeaderName;
use clap::{Args, ValueEnum};
use secrecy::SecretString;

use crate::telemetry::LogFormat;

/// All settings of the service.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Where it listens, and how it is reached.
    #[command(flatten)]
    pub server: ServerConfig,
    /// Where threads and files are kept.
    #[command(flatten)]
    pub storage: StorageConfig,
    /// Which language model answers.
    #[command(flatten)]
    pub model: ModelConfig,
    /// What the assistant does.
    #[command(flatten)]
    pub assistant: AssistantConfig,
    /// Who may do what, and how much of it.
    #[command(flatten)]
    pub access: AccessConfig,
    /// How threads behave.
    #[command(flatten)]
    pub threads: ThreadConfig,
    /// What is logged.
    #[command(flatten)]
    pub logs: LogConfig,
}

/// Where the server listens, and how it is reached.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerConfig {
    /// Address to listen on; 0.0.0.0 for all interfaces
    #[arg(long = "host", env = "SERVER_HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Port to listen on; 0 for any free one
    #[arg(long = "port", env = "SERVER_PORT", default_value_t = 8001)]
    pub port: u16,
    /// Address clients reach the server under, for upload and preview URLs; by default whatever host
    /// each request was sent to
    #[arg(long, env = "SERVER_BASE_URL", value_parser = base_url, value_name = "URL")]
    pub base_url: Option<BaseUrl>,
    /// Folder with the built web interface
    #[arg(long, env = "STATIC_DIRECTORY", default_value = "./static", value_name = "DIR")]
    pub static_directory: PathBuf,
    /// HTTP worker threads [default: one per core]
    #[arg(long, env = "SERVER_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024), value_name = "N")]
    pub workers: Option<u16>,
    /// How long running answers may go on when the server is stopped
    #[arg(long, env = "SHUTDOWN_TIMEOUT", default_value = "20", value_parser = seconds, value_name = "SECONDS")]
    pub shutdown_timeout: Duration,
}

/// Where threads and files are kept.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Storage")]
pub struct StorageConfig {
    /// SQLite file
    #[arg(long, env = "DATABASE_PATH", default_value = "chatkit_demo.db", value_name = "FILE")]
    pub database_path: PathBuf,
    /// The database as a URL, `sqlite://FILE`; wins over DATABASE_PATH
    #[arg(long, env = "DATABASE_URL", value_name = "URL")]
    pub database_url: Option<String>,
    /// Folder for uploaded files
    #[arg(long, env = "UPLOADS_DIRECTORY", default_value = "./uploads", value_name = "DIR")]
    pub uploads_directory: PathBuf,
    /// After how long an uploaded file that no message names is removed
    #[arg(long, env = "UPLOAD_EXPIRY", default_value = "86400", value_parser = seconds, value_name = "SECONDS")]
    pub upload_expiry: Duration,
}

/// Which kind of language model answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ModelKind {
    /// Azure OpenAI if its endpoint is set, else OpenAI if a key or base URL is, else the demo model.
    #[default]
    Auto,
    /// Azure OpenAI.
    Azure,
    /// OpenAI, or any server that speaks its chat completions.
    #[value(name = "openai")]
    OpenAi,
    /// The built-in model: offline, and says so.
    Demo,
}

/// Whether attached PDF documents go to the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PdfMode {
    /// To OpenAI itself, which is known to take them.
    #[default]
    Auto,
    /// To any model: it must take `file` parts in chat completions.
    On,
    /// Never; the model is told their names.
    Off,
}

/// Which language model answers.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Language model")]
pub struct ModelConfig {
    /// Which kind of model answers; `auto` takes what is configured
    #[arg(long = "model", env = "MODEL", value_enum, default_value_t)]
    pub kind: ModelKind,
    /// Azure OpenAI: the resource's address
    #[arg(long, env = "AZURE_OPENAI_ENDPOINT", value_name = "URL")]
    pub azure_openai_endpoint: Option<String>,
    /// Azure OpenAI: version of the API
    #[arg(long, env = "AZURE_OPENAI_API_VERSION", default_value = "2024-06-01", value_name = "DATE")]
    pub azure_openai_api_version: String,
    /// Azure OpenAI: name of the deployment
    #[arg(long, env = "AZURE_OPENAI_CHAT_DEPLOYMENT_NAME", default_value = "gpt-4o", value_name = "NAME")]
    pub azure_openai_chat_deployment_name: String,
    /// Azure OpenAI: key; without it a credential is used
    #[arg(long, env = "AZURE_OPENAI_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub azure_openai_api_key: Option<SecretString>,
    /// Azure OpenAI: which credential, where there is no key
    #[arg(long, env = "AZURE_OPENAI_CREDENTIAL", value_enum, default_value_t)]
    pub azure_openai_credential: AzureCredentialKind,
    /// Microsoft Entra tenant, for client-secret and workload-identity credentials
    #[arg(long, env = "AZURE_TENANT_ID", value_name = "ID")]
    pub azure_tenant_id: Option<String>,
    /// Application, for client-secret, workload-identity and user-assigned managed-identity credentials
    #[arg(long, env = "AZURE_CLIENT_ID", value_name = "ID")]
    pub azure_client_id: Option<String>,
    /// Application's secret
    #[arg(long, env = "AZURE_CLIENT_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub azure_client_secret: Option<SecretString>,
    /// File with the workload's token, as Kubernetes mounts it
    #[arg(long, env = "AZURE_FEDERATED_TOKEN_FILE", value_name = "FILE")]
    pub azure_federated_token_file: Option<PathBuf>,
    /// OpenAI: key
    #[arg(long, env = "OPENAI_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub openai_api_key: Option<SecretString>,
    /// OpenAI or compatible server: name of the model
    #[arg(long, env = "OPENAI_MODEL", default_value = "gpt-4o", value_name = "NAME")]
    pub openai_model: String,
    /// Further models that a message may ask for, comma-separated; by default only the configured one
    #[arg(long, env = "ALLOWED_MODELS", value_delimiter = ',', value_name = "NAMES")]
    pub allowed_models: Vec<String>,
    /// Compatible server (Ollama, llama.cpp, vLLM): address up to and including `/v1`
    #[arg(long, env = "OPENAI_BASE_URL", value_name = "URL")]
    pub openai_base_url: Option<String>,
    /// How long a model may take to its first word
    #[arg(long, env = "MODEL_TIMEOUT", default_value = "60", value_parser = seconds, value_name = "SECONDS")]
    pub model_timeout: Duration,
    /// Most bytes of an attached text file that the model is given; 0 to tell it only the name
    #[arg(long, env = "MAX_TEXT_FILE_BYTES", default_value_t = 256 << 10, value_name = "BYTES")]
    pub max_text_file_bytes: usize,
    /// Most bytes of all attached text files of a conversation, the newest first
    #[arg(long, env = "MAX_TEXT_FILES_BYTES", default_value_t = 512 << 10, value_name = "BYTES")]
    pub max_text_files_bytes: usize,
    /// Whether attached PDF documents go to the model; `auto`: to OpenAI itself, since many compatible
    /// servers refuse a request with one
    #[arg(long, env = "MODEL_PDF", value_enum, default_value_t)]
    pub model_pdf: PdfMode,
    /// Most bytes of a PDF document that goes to the model; all of a conversation together, twice as many
    #[arg(long, env = "MAX_PDF_BYTES", default_value_t = 10 << 20, value_name = "BYTES")]
    pub max_pdf_bytes: usize,
    /// Model that turns speech into text, `whisper-1` for example, or on Azure OpenAI its deployment; without
    /// one there is no transcription
    #[arg(long, env = "TRANSCRIPTION_MODEL", value_name = "NAME")]
    pub transcription_model: Option<String>,
    /// Compatible server for transcription, up to and including `/v1`; by default where the language model is
    #[arg(long, env = "TRANSCRIPTION_BASE_URL", value_name = "URL")]
    pub transcription_base_url: Option<String>,
    /// Key for TRANSCRIPTION_BASE_URL; the language model's key is never sent there
    #[arg(long, env = "TRANSCRIPTION_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub transcription_api_key: Option<SecretString>,
    /// Pause between the demo model's words
    #[arg(long, env = "DEMO_PACE_MS", default_value_t = 12, value_parser = clap::value_parser!(u64).range(..=10_000), value_name = "MS")]
    pub demo_pace_ms: u64,
}

/// What the assistant does.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Assistant")]
pub struct AssistantConfig {
    /// Where weather comes from; `auto` is Open-Meteo, and labelled sample data while it is out of reach
    #[arg(long, env = "WEATHER_SOURCE", value_enum, default_value_t)]
    pub weather_source: WeatherSourceKind,
    /// Open-Meteo's geocoding service
    #[arg(
        long,
        env = "OPEN_METEO_GEOCODING_URL",
        default_value = "https://geocoding-api.open-meteo.com",
        value_name = "URL"
    )]
    pub open_meteo_geocoding_url: String,
    /// Open-Meteo's forecast service
    #[arg(
        long,
        env = "OPEN_METEO_FORECAST_URL",
        default_value = "https://api.open-meteo.com",
        value_name = "URL"
    )]
    pub open_meteo_forecast_url: String,
}

/// How users are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IdentityKind {
    /// Everybody is DEFAULT_USER_ID.
    #[default]
    None,
    /// A trusted proxy names the user in IDENTITY_HEADER.
    Header,
}

/// Who may do what, and how much of it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Access and limits")]
pub struct AccessConfig {
    /// How users are told apart
    #[arg(long, env = "IDENTITY", value_enum, default_value_t)]
    pub identity: IdentityKind,
    /// The one user where users are not told apart
    #[arg(long, env = "DEFAULT_USER_ID", default_value = "demo_user", value_name = "ID")]
    pub default_user_id: String,
    /// Header in which a trusted proxy names the user
    #[arg(long, env = "IDENTITY_HEADER", default_value = "x-user-id", value_name = "NAME")]
    pub identity_header: HeaderName,
    /// Further origins whose pages may use the server, comma-separated, or `*`
    #[arg(long, env = "CORS_ALLOWED_ORIGINS", value_delimiter = ',', value_name = "ORIGINS")]
    pub cors_allowed_origins: Vec<String>,
    /// Key that signs upload and preview addresses [default: made once, kept in the uploads folder]
    #[arg(long, env = "URL_SIGNING_KEY", hide_env_values = true, value_name = "KEY")]
    pub url_signing_key: Option<SecretString>,
    /// Most bytes of a request
    #[arg(long, env = "MAX_BODY_BYTES", default_value_t = 10 << 20, value_name = "BYTES")]
    pub max_body_bytes: usize,
    /// Most bytes of a message's text
    #[arg(long, env = "MAX_MESSAGE_BYTES", default_value_t = 1 << 20, value_name = "BYTES")]
    pub max_message_bytes: usize,
    /// Most bytes of an uploaded file
    #[arg(long, env = "MAX_UPLOAD_BYTES", default_value_t = 20 << 20, value_name = "BYTES")]
    pub max_upload_bytes: u64,
    /// Most megapixels of a picture; larger ones are refused
    #[arg(long, env = "MAX_PICTURE_MEGAPIXELS", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000), value_name = "MP")]
    pub max_picture_megapixels: u32,
    /// Megapixels, of four bytes each, that all pictures being decoded may take together
    #[arg(long, env = "PICTURE_BUDGET_MEGAPIXELS", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=4_000), value_name = "MP")]
    pub picture_budget_megapixels: u32,
}

/// How threads behave.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Threads")]
pub struct ThreadConfig {
    /// Turns that may wait behind a running one of the same thread
    #[arg(long, env = "MAX_WAITING_TURNS", default_value_t = 4, value_name = "N")]
    pub max_waiting_turns: usize,
    /// How long an idle thread stays in memory
    #[arg(long, env = "THREAD_IDLE_TIMEOUT", default_value = "300", value_parser = seconds, value_name = "SECONDS")]
    pub thread_idle_timeout: Duration,
    /// Memory for the items of all threads together, in MiB
    #[arg(long, env = "THREAD_MEMORY_MIB", default_value_t = 64, value_name = "MIB")]
    pub thread_memory_mib: usize,
    /// How many of a thread's newest items a turn sees
    #[arg(long, env = "RECENT_ITEMS", default_value_t = 500, value_name = "N")]
    pub recent_items: usize,
}

/// What is logged.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Logs")]
pub struct LogConfig {
    /// Which lines: a level, or a filter such as `info,actix_chatkit=debug`
    #[arg(long, env = "RUST_LOG", default_value = "info,actix_server=warn", value_name = "FILTER")]
    pub log: String,
    /// How lines look
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
}

/// The address clients reach the server under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme, authority and path, without a slash at the end.
    pub url: String,
    /// The host name alone.
    pub host: String,
    /// Scheme, host and port, as browsers name the origin of its pages.
    pub origin: String,
}

fn base_url(text: &str) -> Result<BaseUrl, String> {
    let url = reqwest::Url::parse(text).map_err(|error| error.to_string())?;
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(host)) if url.query().is_none() && url.fragment().is_none() => Ok(BaseUrl {
            host: host.to_owned(),
            origin: url.origin().ascii_serialization(),
            url: url.as_str().trim_end_matches('/').to_owned(),
        }),
        _ => Err("expected an address such as https://chat.example.com".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

impl ModelConfig {
    /// The kind of model that `auto` stands for, by what is configured.
    pub fn chosen_kind(&self) -> ModelKind {
        match self.kind {
            ModelKind::Auto if is_set(self.azure_openai_endpoint.as_ref()) => ModelKind::Azure,
            ModelKind::Auto
                if is_set(self.openai_base_url.as_ref()) || has_secret(self.openai_api_key.as_ref()) =>
            {
                ModelKind::OpenAi
            }
            ModelKind::Auto => ModelKind::Demo,
            chosen => chosen,
        }
    }
}

/// Whether a setting says something: an empty variable counts as none.
pub fn is_set(value: Option<&String>) -> bool {
    value.is_some_and(|value| !value.trim().is_empty())
}

/// Whether a secret says something: an empty variable counts as none.
pub fn has_secret(value: Option<&SecretString>) -> bool {
    use secrecy::ExposeSecret;
    value.is_some_and(|value| !value.expose_secret().trim().is_empty())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// A command line with these settings alone.
    #[derive(Debug, Parser)]
    struct CommandLine {
        #[command(flatten)]
        config: Config,
    }

    fn parse(arguments: &[&str]) -> Config {
        CommandLine::try_parse_from([&["actix-chatkit"], arguments].concat()).unwrap().config
    }

    #[test]
    fn the_defaults_are_the_sample_s() {
        let config = parse(&[]);
        assert_eq!((config.server.host.to_string().as_str(), config.server.port), ("127.0.0.1", 8001));
        assert_eq!(config.storage.database_path, PathBuf::from("chatkit_demo.db"));
        assert_eq!(config.storage.uploads_directory, PathBuf::from("./uploads"));
        assert_eq!(config.access.default_user_id, "demo_user");
        assert_eq!(config.model.azure_openai_api_version, "2024-06-01");
        assert_eq!(config.model.azure_openai_chat_deployment_name, "gpt-4o");
    }

    #[test]
    fn auto_takes_what_is_configured() {
        let kind = |arguments: &[&str]| parse(arguments).model.chosen_kind();
        assert_eq!(
            kind(&["--azure-openai-endpoint", "https://a.example", "--openai-api-key", "k"]),
            ModelKind::Azure
        );
        assert_eq!(kind(&["--openai-base-url", "http://localhost:1/v1"]), ModelKind::OpenAi);
        assert_eq!(kind(&["--openai-api-key", ""]), ModelKind::Demo);
        assert_eq!(kind(&["--model", "demo", "--openai-api-key", "k"]), ModelKind::Demo);
    }

    #[test]
    fn secrets_do_not_print() {
        let config = parse(&["--openai-api-key", "sk-very-secret"]);
        assert!(!format!("{config:?}").contains("very-secret"));
    }

    #[test]
    fn wrong_values_name_their_setting() {
        for arguments in [
            &["--port", "70000"][..],
            &["--base-url", "chat"],
            &["--shutdown-timeout", "soon"],
            &["--prot", "1"],
        ] {
            let error = CommandLine::try_parse_from([&["actix-chatkit"], arguments].concat())
                .unwrap_err()
                .to_string();
            assert!(error.contains(arguments[0]), "{error}");
        }
    }
}
