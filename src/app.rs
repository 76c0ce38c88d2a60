//! Puts the service together: the only place that picks implementations and orders the shutdown.

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use actix::{Actor, Arbiter};
use actix_web::{App, HttpServer, dev::ServerHandle, web};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Notify, task::JoinHandle};
use tracing_actix_web::TracingLogger;

use crate::{
    actors::{ThreadRegistry, ThreadSettings, Threads, thread::ThreadServices},
    agent::{
        Responder,
        pictures::{PictureSettings, Pictures},
    },
    assistant::{
        WeatherAssistant,
        weather::{OpenMeteoSettings, SetupError, WeatherSettings, weather_source},
    },
    config::{AccessConfig, Config, IdentityKind, ModelConfig, ModelKind, has_secret, is_set},
    context::UserId,
    http::{
        self, HttpServices, HttpSettings, attachments::Arriving, identity::Identity, origin::OriginPolicy,
    },
    links::Signer,
    model::{
        Model,
        azure::{AzureIdentity, AzureIdentitySettings, TokenCache},
        chat_completions::{
            AzureCredential, ChatCompletions, ChatCompletionsSettings, ChatCompletionsSettingsError, Endpoint,
        },
        demo::{DemoModel, DemoSettings},
    },
    store::{
        AttachmentStore, DiskAttachmentSettings, DiskAttachmentStore, OpenError, SqlStore, SqlStoreSettings,
        Store, cleanup::Cleanup, disk::FolderError,
    },
    telemetry::RequestSpan,
};

/// How often deleted and abandoned attachments are looked for without being woken.
const CLEANUP_INTERVAL: Duration = Duration::from_secs(10 * 60);

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
    Model(#[from] ChatCompletionsSettingsError),
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

/// What a service is made of, whoever chose it.
pub struct Parts {
    /// Where threads are.
    pub store: Arc<dyn Store>,
    /// Where files are; none = the service takes no attachments.
    pub attachments: Option<Arc<dyn AttachmentStore>>,
    /// What answers.
    pub responder: Arc<dyn Responder>,
    /// How threads behave.
    pub threads: ThreadSettings,
    /// How the HTTP face behaves.
    pub http: HttpSettings,
    /// Signs addresses of attachments.
    pub signer: Signer,
    /// After how long an attachment that no message names may go.
    pub upload_expiry: Duration,
    /// HTTP worker threads; none = one per core.
    pub workers: Option<usize>,
    /// How long running turns may go on when the service is stopped.
    pub shutdown_timeout: Duration,
}

/// A service that answers.
pub struct Running {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    threads: Threads,
    store: Arc<dyn Store>,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    cleaning: Option<JoinHandle<()>>,
    shutdown_timeout: Duration,
}

impl Parts {
    /// Starts the service. Must be called within an actix system.
    pub fn start(self, address: SocketAddr) -> Result<Running, AppError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let registry = ThreadRegistry::new(
            Arc::new(ThreadServices {
                store: Arc::clone(&self.store),
                responder: Arc::clone(&self.responder),
                pictures: Pictures::new(self.attachments.clone(), PictureSettings::default()),
                settings: self.threads,
            }),
            (0..cores).map(|_| Arbiter::new().handle()).collect(),
        );
        let registry = ThreadRegistry::start_in_arbiter(&Arbiter::new().handle(), |_| registry);
        let threads = Threads::new(registry, Arc::clone(&self.store));
        let cleanup = Arc::new(Notify::new());
        let cleaning = self.attachments.clone().map(|attachments| Cleanup {
            store: Arc::clone(&self.store),
            attachments,
            wake: Arc::clone(&cleanup),
            interval: CLEANUP_INTERVAL,
            expiry: self.upload_expiry,
        });
        let services = web::Data::new(HttpServices {
            threads: threads.clone(),
            store: Arc::clone(&self.store),
            attachments: self.attachments,
            responder: self.responder,
            signer: self.signer,
            cleanup,
            arriving: Arc::new(Arriving::default()),
            settings: self.http,
        });
        let server = HttpServer::new(move || {
            App::new().wrap(TracingLogger::<RequestSpan>::new()).configure(http::configure(services.clone()))
        })
        .workers(self.workers.unwrap_or(cores))
        // A frame must not wait until the client has acknowledged the one before, which may take 40 ms.
        .tcp_nodelay(true)
        // A client that closes its side is gone: its turn must hear of it at once.
        .h1_allow_half_closed(false)
        .disable_signals()
        // Workers drop their connections when this is over, and a dropped stream cancels its turn: it
        // must outlast the turns.
        .shutdown_timeout((self.shutdown_timeout + CLOSING_TIME).as_secs())
        .bind(address)
        .map_err(|error| AppError::Listen { address, error })?;
        let addresses = server.addrs();
        let server = server.run();
        Ok(Running {
            addresses,
            threads,
            store: self.store,
            server: server.handle(),
            serving: actix_web::rt::spawn(server),
            cleaning: cleaning.map(|cleaning| actix_web::rt::spawn(cleaning.run())),
            shutdown_timeout: self.shutdown_timeout,
        })
    }
}

impl Running {
    /// Asks the threads, without HTTP.
    pub fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Serves until a signal asks it to stop, then stops in order.
    pub async fn serve_until_stopped(mut self) -> Result<(), AppError> {
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
    pub async fn stop(self) {
        // The listener closes at once; open connections are served while the turns end.
        let closing = actix_web::rt::spawn(self.server.stop(true));
        self.threads.shut_down(self.shutdown_timeout).await;
        if let Err(error) = closing.await {
            tracing::error!(cause = %error, "connections not closed in order");
        }
        if let Some(cleaning) = self.cleaning {
            cleaning.abort();
        }
        match self.store.close().await {
            Ok(()) => tracing::info!("stopped"),
            Err(error) => tracing::error!(cause = %error, "store not closed in order"),
        }
    }
}

/// Runs the service that the settings describe until a signal asks it to stop.
pub async fn serve(config: Config) -> Result<(), AppError> {
    let address = SocketAddr::new(config.server.host, config.server.port);
    let parts = parts(&config)?;
    let model_name = parts.http.model_name.clone();
    let running = parts.start(address)?;
    let static_directory = &config.server.static_directory;
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

/// Picks every part by the settings.
pub fn parts(config: &Config) -> Result<Parts, AppError> {
    let storage = &config.storage;
    let database_url = match &storage.database_url {
        Some(url) if !url.trim().is_empty() => url.clone(),
        _ => storage.database_path.display().to_string(),
    };
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&SqlStoreSettings::new(database_url))?);
    let attachments =
        DiskAttachmentStore::open(&DiskAttachmentSettings { directory: storage.uploads_directory.clone() })?;
    let model = model(&config.model)?;
    let model_name = model.name().to_owned();
    let weather = weather_source(&WeatherSettings {
        source: config.assistant.weather_source,
        open_meteo: OpenMeteoSettings {
            geocoding_url: config.assistant.open_meteo_geocoding_url.clone(),
            forecast_url: config.assistant.open_meteo_forecast_url.clone(),
            ..OpenMeteoSettings::default()
        },
    })?;
    let threads = ThreadSettings {
        max_waiting_turns: config.threads.max_waiting_turns,
        idle_timeout: config.threads.thread_idle_timeout,
        memory_budget_bytes: config.threads.thread_memory_mib << 20,
        recent_items: config.threads.recent_items.max(1),
        ..ThreadSettings::default()
    };
    Ok(Parts {
        store,
        attachments: Some(Arc::new(attachments)),
        responder: Arc::new(
            WeatherAssistant::new(model, weather).with_allowed_models(config.model.allowed_models.clone()),
        ),
        threads,
        http: http_settings(config, model_name),
        signer: signer(&config.access, &storage.uploads_directory)?,
        upload_expiry: storage.upload_expiry,
        workers: config.server.workers.map(usize::from),
        shutdown_timeout: config.server.shutdown_timeout,
    })
}

fn http_settings(config: &Config, model_name: String) -> HttpSettings {
    let access = &config.access;
    // A page served under our own public address is our own, whatever host a proxy passes on.
    let own_origin = config.server.base_url.iter().map(|base_url| base_url.origin.clone());
    let allowed: Vec<_> = access.cors_allowed_origins.iter().cloned().chain(own_origin).collect();
    let mut origins = OriginPolicy::new(&allowed);
    if config.server.host.is_loopback() {
        origins = origins.loopback_only(config.server.base_url.iter().map(|base_url| base_url.host.clone()));
    }
    HttpSettings {
        base_url: config.server.base_url.as_ref().map(|base_url| base_url.url.clone()),
        identity: match access.identity {
            IdentityKind::None => Identity::Single(UserId::from(access.default_user_id.as_str())),
            IdentityKind::Header => Identity::Header(access.identity_header.clone()),
        },
        origins,
        max_body_bytes: access.max_body_bytes,
        max_message_bytes: access.max_message_bytes,
        max_upload_bytes: access.max_upload_bytes,
        static_directory: Some(config.server.static_directory.clone()),
        model_name,
        ..HttpSettings::default()
    }
}

fn model(config: &ModelConfig) -> Result<Arc<dyn Model>, AppError> {
    let api_key = config.openai_api_key.clone().filter(|key| has_secret(Some(key)));
    let (endpoint, name) = match config.chosen_kind() {
        ModelKind::Demo | ModelKind::Auto => {
            let pace = Duration::from_millis(config.demo_pace_ms);
            tracing::info!(
                "no language model is configured: the built-in demo model answers; set OPENAI_API_KEY, \
                 OPENAI_BASE_URL or AZURE_OPENAI_ENDPOINT for a real one"
            );
            return Ok(Arc::new(DemoModel::new(DemoSettings { pace })));
        }
        ModelKind::Azure => {
            let Some(endpoint) = config.azure_openai_endpoint.as_ref().filter(|url| is_set(Some(url))) else {
                return Err(missing("AZURE_OPENAI_ENDPOINT"));
            };
            let endpoint = Endpoint::Azure {
                endpoint: url("AZURE_OPENAI_ENDPOINT", endpoint)?,
                api_version: config.azure_openai_api_version.clone(),
                credential: azure_credential(config),
            };
            (endpoint, &config.azure_openai_chat_deployment_name)
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
            (endpoint, &config.openai_model)
        }
    };
    let settings = ChatCompletionsSettings {
        first_byte_timeout: config.model_timeout,
        idle_timeout: config.model_timeout,
        ..ChatCompletionsSettings::new(endpoint, name)
    };
    Ok(Arc::new(ChatCompletions::new(settings)?))
}

fn azure_credential(config: &ModelConfig) -> AzureCredential {
    match config.azure_openai_api_key.clone().filter(|key| has_secret(Some(key))) {
        Some(key) => AzureCredential::Key(key),
        None => {
            let identity = AzureIdentity::new(AzureIdentitySettings {
                kind: config.azure_openai_credential,
                tenant_id: config.azure_tenant_id.clone().filter(|id| is_set(Some(id))),
                client_id: config.azure_client_id.clone().filter(|id| is_set(Some(id))),
                client_secret: config.azure_client_secret.clone().filter(|secret| has_secret(Some(secret))),
                federated_token_file: config.azure_federated_token_file.clone(),
                ..AzureIdentitySettings::default()
            });
            AzureCredential::Token(Arc::new(TokenCache::new(identity)))
        }
    }
}

fn missing(name: &'static str) -> AppError {
    AppError::Setting { name, reason: "must be set for the chosen MODEL".to_owned() }
}

fn url(name: &'static str, text: &str) -> Result<reqwest::Url, AppError> {
    text.trim().parse().map_err(|error| AppError::Setting { name, reason: format!("is no address: {error}") })
}

/// The signer of addresses. Without a key of its own, one is made and kept beside the uploads, so
/// that addresses survive a restart.
fn signer(access: &AccessConfig, uploads_directory: &Path) -> Result<Signer, AppError> {
    if let Some(key) = access.url_signing_key.as_ref().filter(|key| has_secret(Some(key))) {
        return Ok(Signer::new(key.expose_secret().as_bytes()));
    }
    let path = uploads_directory.join(".signing-key");
    let failed = |error| AppError::SigningKey { path: path.display().to_string(), error };
    let key = match std::fs::read_to_string(&path) {
        Ok(key) if !key.trim().is_empty() => SecretString::from(key),
        Ok(_) => make_key(&path).map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_key(&path).map_err(failed)?,
        Err(error) => return Err(failed(error)),
    };
    Ok(Signer::new(key.expose_secret().trim().as_bytes()))
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
