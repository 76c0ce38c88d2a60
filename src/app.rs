//! The service of the command: picks implementations by the settings, mounts them, and ends in order.

use std::{
    io,
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use actix_chatkit::{
    BuildError, ChatKit, OriginPolicy, SingleUser, UserHeader,
    actors::ThreadSettings,
    agent::files::FileSettings,
    assistant::{
        WeatherAssistant,
        weather::{SetupError, WeatherSettings, weather_source},
    },
    model::{
        Model,
        azure::{AzureIdentity, AzureIdentitySettings, TokenCache},
        chat_completions::{ChatCompletions, ChatCompletionsSettings},
        demo::{DemoModel, DemoSettings},
        provider::{AzureCredential, Endpoint, ProviderSettingsError},
        transcription::{AudioTranscriptions, Transcriber, TranscriptionSettings},
    },
    store::{
        DiskAttachmentSettings, DiskAttachmentStore, OpenError, SqliteStore, SqliteStoreSettings,
        disk::FolderError,
    },
    web_interface,
};
use actix_web::{App, HttpServer, dev::ServerHandle};
use chatkit_pictures::{PictureSettings, Pictures};
use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinHandle;
use tracing_actix_web::TracingLogger;

use crate::{
    config::{
        AccessConfig, Config, IdentityKind, ModelConfig, ModelKind, PdfMode, ThreadConfig, has_secret, is_set,
    },
    telemetry::RequestSpan,
};

/// How long turns that were cut short may take to be stored, and connections to close.
const CLOSING_TIME: Duration = Duration::from_secs(15);

/// Why the service could not start or run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The folder for uploads.
    #[error(transparent)]
    Uploads(#[from] FolderError),
    /// A setting.
    #[error("{name}: {reason}")]
    Setting {
        /// Its variable.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The language model's client.
    #[error(transparent)]
    Model(#[from] ProviderSettingsError),
    /// The weather source.
    #[error(transparent)]
    Weather(#[from] SetupError),
    /// The key that signs addresses.
    #[error("the key that signs addresses cannot be kept in `{path}`: {error}")]
    SigningKey {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The server's parts.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The socket.
    #[error("cannot listen on {address}: {error}; choose another with SERVER_HOST and SERVER_PORT")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The server, while it ran.
    #[error("the server failed: {0}")]
    Server(io::Error),
}

/// How the service is reached over HTTP.
struct ServerSettings {
    /// Where it listens.
    address: SocketAddr,
    /// HTTP worker threads; none = one per core.
    workers: Option<usize>,
    /// The folder of the web interface.
    static_directory: PathBuf,
    /// How long running turns may go on when the service is stopped.
    shutdown_timeout: Duration,
}

/// A service that answers.
struct Running {
    /// Where it listens.
    addresses: Vec<SocketAddr>,
    chatkit: ChatKit,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    shutdown_timeout: Duration,
}

impl Running {
    /// Serves this ChatKit. Must be called within an actix system.
    fn start(chatkit: ChatKit, settings: ServerSettings) -> Result<Self, AppError> {
        let ServerSettings { address, workers, static_directory, shutdown_timeout } = settings;
        let mounted = chatkit.clone();
        let server = HttpServer::new(move || {
            App::new()
                .wrap(TracingLogger::<RequestSpan>::new())
                .configure(mounted.configure())
                .configure(mounted.configure_health())
                .configure(web_interface(&static_directory))
        })
        .workers(workers.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get)))
        // A frame must not wait until the client has acknowledged the one before, which may take 40 ms.
        .tcp_nodelay(true)
        // A client that closes its side is gone: its turn must hear of it at once.
        .h1_allow_half_closed(false)
        .disable_signals()
        // Workers drop their connections when this is over, and a dropped stream cancels its turn: it
        // must outlast the turns.
        .shutdown_timeout((shutdown_timeout + CLOSING_TIME).as_secs())
        .bind(address)
        .map_err(|error| AppError::Listen { address, error })?;
        let addresses = server.addrs();
        let server = server.run();
        Ok(Self {
            addresses,
            chatkit,
            server: server.handle(),
            serving: actix_web::rt::spawn(server),
            shutdown_timeout,
        })
    }

    /// Serves until a signal asks it to stop, then stops in order.
    async fn serve_until_stopped(mut self) -> Result<(), AppError> {
        tokio::select! {
            result = &mut self.serving => {
                return result.map_err(io::Error::other).and_then(|result| result).map_err(AppError::Server);
            }
            signal = stop_signal() => tracing::info!(signal, "stopping"),
        }
        self.stop().await;
        Ok(())
    }

    /// Stops in order: accepts nothing more, lets turns end, closes connections, flushes the store.
    async fn stop(self) {
        match self.chatkit.shut_down_with(&self.server, self.shutdown_timeout).await {
            Ok(()) => tracing::info!("stopped"),
            Err(error) => tracing::error!(cause = %error, "store not closed in order"),
        }
    }
}

/// Runs the service that the settings describe until a signal asks it to stop.
pub async fn serve(config: Config) -> Result<(), AppError> {
    limit_pictures(&config.access);
    let endpoint = endpoint(&config.model)?;
    let model = model(&config.model, endpoint.as_ref())?;
    let transcriber = transcriber(&config.model, endpoint.as_ref())?;
    let model_name = model.name().to_owned();
    let static_directory = &config.server.static_directory;
    let running = Running::start(
        chatkit(&config, model, transcriber)?,
        ServerSettings {
            address: SocketAddr::new(config.server.host, config.server.port),
            workers: config.server.workers.map(usize::from),
            static_directory: static_directory.clone(),
            shutdown_timeout: config.server.shutdown_timeout,
        },
    )?;
    if !static_directory.join("index.html").is_file() {
        tracing::warn!(
            path = %static_directory.display(),
            "the web interface is not built or not here: build it with `make ui`, or set STATIC_DIRECTORY"
        );
    }
    for address in &running.addresses {
        let host = if address.ip().is_loopback() { "localhost".to_owned() } else { address.ip().to_string() };
        tracing::info!(model.name = model_name, "listening on http://{host}:{}", address.port());
    }
    running.serve_until_stopped().await
}

/// Bounds what all pictures of the process may take together.
fn limit_pictures(access: &AccessConfig) {
    let mut settings = PictureSettings::default();
    settings.max_pixels = u64::from(access.max_picture_megapixels) * 1_000_000;
    settings.budget_pixels = access.picture_budget_megapixels * 1_000_000;
    // A picture larger than `PictureSettings::max_file_bytes` could be uploaded but never be shown.
    let max_upload_bytes = usize::try_from(access.max_upload_bytes).unwrap_or(usize::MAX);
    settings.max_file_bytes = settings.max_file_bytes.max(max_upload_bytes);
    if let Err(settings) = Pictures::set_limits(settings) {
        tracing::warn!(?settings, "pictures are read already: their limits stay as they are");
    }
}

/// Picks every part by the settings.
fn chatkit(
    config: &Config,
    model: Arc<dyn Model>,
    transcriber: Option<Arc<dyn Transcriber>>,
) -> Result<ChatKit, AppError> {
    let (storage, access) = (&config.storage, &config.access);
    let database_url = match &storage.database_url {
        Some(url) if !url.trim().is_empty() => url.clone(),
        _ => storage.database_path.display().to_string(),
    };
    let store = SqliteStore::open(&SqliteStoreSettings::new(database_url))?;
    let attachments = DiskAttachmentStore::open(&DiskAttachmentSettings::new(&storage.uploads_directory))?;
    let mut weather = WeatherSettings::default();
    weather.source = config.assistant.weather_source;
    weather.open_meteo.geocoding_url.clone_from(&config.assistant.open_meteo_geocoding_url);
    weather.open_meteo.forecast_url.clone_from(&config.assistant.open_meteo_forecast_url);
    let weather = weather_source(&weather)?;
    let model_name = model.name().to_owned();
    let assistant = WeatherAssistant::new(model, weather)
        .with_allowed_models(config.model.allowed_models.clone())
        .with_transcriber(transcriber);
    let builder = ChatKit::builder(assistant)
        .store(store)
        .attachments(attachments)
        .origins(origins(config))
        .signing_key(signing_key(access, &storage.uploads_directory)?.expose_secret())
        .threads(thread_settings(&config.threads))
        .files(file_settings(&config.model))
        .max_body_bytes(access.max_body_bytes)
        .max_message_bytes(access.max_message_bytes)
        .max_upload_bytes(access.max_upload_bytes)
        .upload_expiry(storage.upload_expiry)
        .model_name(model_name);
    let builder = match access.identity {
        IdentityKind::None => builder.identity(SingleUser::new(access.default_user_id.as_str())),
        IdentityKind::Header => builder.identity(UserHeader::new(access.identity_header.clone())),
    };
    let builder = match &config.server.base_url {
        Some(base_url) => builder.base_url(&base_url.url),
        None => builder,
    };
    Ok(builder.build()?)
}

fn origins(config: &Config) -> OriginPolicy {
    let base_url = config.server.base_url.as_ref();
    // A page served under our own public address is our own, whatever host a proxy passes on.
    let own_origin = base_url.map(|base_url| base_url.origin.clone());
    let allowed: Vec<_> = config.access.cors_allowed_origins.iter().cloned().chain(own_origin).collect();
    let origins = OriginPolicy::new(&allowed);
    if config.server.host.is_loopback() {
        origins.loopback_only(base_url.map(|base_url| base_url.host.clone()))
    } else {
        origins
    }
}

fn thread_settings(config: &ThreadConfig) -> ThreadSettings {
    let mut settings = ThreadSettings::default();
    settings.max_waiting_turns = config.max_waiting_turns;
    settings.idle_timeout = config.thread_idle_timeout;
    settings.memory_budget_bytes = config.thread_memory_mib << 20;
    settings.recent_items = config.recent_items.max(1);
    settings
}

fn file_settings(config: &ModelConfig) -> FileSettings {
    let pdf = match config.model_pdf {
        PdfMode::On => true,
        PdfMode::Off => false,
        PdfMode::Auto => {
            config.chosen_kind() == ModelKind::OpenAi && !is_set(config.openai_base_url.as_ref())
        }
    };
    let mut settings = FileSettings::default();
    settings.max_text_bytes = config.max_text_file_bytes;
    settings.max_texts_bytes = config.max_text_files_bytes;
    settings.pdf = pdf;
    settings.max_pdf_bytes = config.max_pdf_bytes;
    settings.max_pdfs_bytes = config.max_pdf_bytes.saturating_mul(2);
    settings
}

fn model(config: &ModelConfig, endpoint: Option<&(Endpoint, String)>) -> Result<Arc<dyn Model>, AppError> {
    let Some((endpoint, name)) = endpoint else {
        let mut settings = DemoSettings::default();
        settings.pace = Duration::from_millis(config.demo_pace_ms);
        tracing::info!(
            "no language model is configured: the built-in demo model answers; set OPENAI_API_KEY, \
             OPENAI_BASE_URL or AZURE_OPENAI_ENDPOINT for a real one"
        );
        return Ok(Arc::new(DemoModel::new(settings)));
    };
    let mut settings = ChatCompletionsSettings::new(endpoint.clone(), name);
    settings.first_byte_timeout = config.model_timeout;
    settings.idle_timeout = config.model_timeout;
    Ok(Arc::new(ChatCompletions::new(settings)?))
}

/// Where the chosen model is, and its name; none = the demo model.
fn endpoint(config: &ModelConfig) -> Result<Option<(Endpoint, String)>, AppError> {
    let api_key = config.openai_api_key.clone().filter(|key| has_secret(Some(key)));
    Ok(Some(match config.chosen_kind() {
        ModelKind::Demo | ModelKind::Auto => return Ok(None),
        ModelKind::Azure => {
            let Some(endpoint) = config.azure_openai_endpoint.as_ref().filter(|url| is_set(Some(url))) else {
                return Err(missing("AZURE_OPENAI_ENDPOINT"));
            };
            let endpoint = Endpoint::Azure {
                endpoint: url("AZURE_OPENAI_ENDPOINT", endpoint)?,
                api_version: config.azure_openai_api_version.clone(),
                credential: azure_credential(config),
            };
            (endpoint, config.azure_openai_chat_deployment_name.clone())
        }
        ModelKind::OpenAi => {
            let base_url = config.openai_base_url.as_ref().filter(|url| is_set(Some(url)));
            let endpoint = match (base_url, api_key) {
                (Some(base_url), api_key) => {
                    Endpoint::Compatible { base_url: url("OPENAI_BASE_URL", base_url)?, api_key }
                }
                (None, Some(api_key)) => Endpoint::OpenAi { api_key },
                (None, None) => return Err(missing("OPENAI_API_KEY")),
            };
            (endpoint, config.openai_model.clone())
        }
    }))
}

/// What turns speech into text, if a model for it is named.
fn transcriber(
    config: &ModelConfig,
    model: Option<&(Endpoint, String)>,
) -> Result<Option<Arc<dyn Transcriber>>, AppError> {
    let Some(name) = config.transcription_model.as_ref().filter(|name| is_set(Some(name))) else {
        return Ok(None);
    };
    let base_url = config.transcription_base_url.as_ref().filter(|url| is_set(Some(url)));
    let endpoint = match (base_url, model) {
        (Some(base_url), _) => Endpoint::Compatible {
            base_url: url("TRANSCRIPTION_BASE_URL", base_url)?,
            api_key: config.transcription_api_key.clone().filter(|key| has_secret(Some(key))),
        },
        (None, Some((endpoint, _))) => endpoint.clone(),
        (None, None) => {
            return Err(AppError::Setting {
                name: "TRANSCRIPTION_BASE_URL",
                reason: "must be set for TRANSCRIPTION_MODEL, since no language model is configured"
                    .to_owned(),
            });
        }
    };
    let mut settings = TranscriptionSettings::new(endpoint, name.trim());
    settings.timeout = config.model_timeout;
    let transcriber = AudioTranscriptions::new(settings)?;
    tracing::info!(model.name = transcriber.name(), "speech is turned into text");
    Ok(Some(Arc::new(transcriber)))
}

fn azure_credential(config: &ModelConfig) -> AzureCredential {
    match config.azure_openai_api_key.clone().filter(|key| has_secret(Some(key))) {
        Some(key) => AzureCredential::Key(key),
        None => {
            let mut settings = AzureIdentitySettings::default();
            settings.kind = config.azure_openai_credential;
            settings.tenant_id = config.azure_tenant_id.clone().filter(|id| is_set(Some(id)));
            settings.client_id = config.azure_client_id.clone().filter(|id| is_set(Some(id)));
            settings.client_secret =
                config.azure_client_secret.clone().filter(|secret| has_secret(Some(secret)));
            settings.federated_token_file.clone_from(&config.azure_federated_token_file);
            AzureCredential::Token(Arc::new(TokenCache::new(AzureIdentity::new(settings))))
        }
    }
}

fn missing(name: &'static str) -> AppError {
    AppError::Setting { name, reason: "must be set for the chosen MODEL".to_owned() }
}

fn url(name: &'static str, text: &str) -> Result<reqwest::Url, AppError> {
    text.trim().parse().map_err(|error| AppError::Setting { name, reason: format!("is no address: {error}") })
}

/// The key that signs addresses. Where none is set, one is made and kept beside the uploads, so that
/// addresses survive a restart.
fn signing_key(access: &AccessConfig, uploads_directory: &Path) -> Result<SecretString, AppError> {
    if let Some(key) = access.url_signing_key.as_ref().filter(|key| has_secret(Some(key))) {
        return Ok(key.clone());
    }
    let path = uploads_directory.join(".signing-key");
    let failed = |error| AppError::SigningKey { path: path.display().to_string(), error };
    match std::fs::read_to_string(&path) {
        Ok(key) if !key.trim().is_empty() => Ok(SecretString::from(key.trim())),
        Ok(_) => make_key(&path).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_key(&path).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn make_key(path: &Path) -> io::Result<SecretString> {
    use std::io::Write;
    // Two random UUIDs: 244 bits from the system's generator.
    let key = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    Ok(SecretString::from(key))
}

/// Waits for a signal that asks the service to stop, and names it.
async fn stop_signal() -> &'static str {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = tokio::signal::ctrl_c() => "SIGINT",
            },
            Err(error) => {
                tracing::warn!(cause = %error, "SIGTERM is not heard, only SIGINT");
                let _ = tokio::signal::ctrl_c().await;
                "SIGINT"
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
        "interrupt"
    }
}
