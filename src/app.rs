//! The service of the command: picks implementations by the settings, mounts them, and ends in order.

use std::{
    io,
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use actix_chatkit::{
    BuildError, ChatKit, OriginPolicy, SingleUser, UserHeader,
    agent::files::FileSettings,
    assistant::WeatherAssistant,
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
    config::{AccessConfig, Config, IdentityKind, ModelKind, PdfMode, TitleMode},
    services::{self, Services, ServicesError},
    telemetry::RequestSpan,
};

/// The time allowed for storing turns that were cut short and for closing connections.
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
    /// The outside services.
    #[error(transparent)]
    Services(#[from] ServicesError),
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
pub async fn serve(mut config: Config) -> Result<(), AppError> {
    warn_of_open_doors(&config);
    limit_pictures(&config);
    services::name_model(&mut config).await?;
    let services = Services::new(&config)?;
    let model_name = services.model.name().to_owned();
    let static_directory = config.server.static_directory.clone();
    let running = Running::start(
        chatkit(&config, services)?,
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
fn limit_pictures(config: &Config) {
    let mut settings = PictureSettings::default();
    settings.max_pixels = u64::from(config.pictures.max_megapixels) * 1_000_000;
    settings.budget_pixels = config.pictures.budget_megapixels * 1_000_000;
    // A picture larger than `PictureSettings::max_file_bytes` could be uploaded but never be shown.
    let max_upload_bytes = usize::try_from(config.limits.max_upload_bytes).unwrap_or(usize::MAX);
    settings.max_file_bytes = settings.max_file_bytes.max(max_upload_bytes);
    if let Err(settings) = Pictures::set_limits(settings) {
        tracing::warn!(?settings, "pictures are read already: their limits stay as they are");
    }
}

/// Makes the server by the settings.
fn chatkit(config: &Config, services: Services) -> Result<ChatKit, AppError> {
    let (storage, access) = (&config.storage, &config.access);
    let database_url = match &storage.database_url {
        Some(url) => url.clone(),
        None => storage.database_path.display().to_string(),
    };
    let store = SqliteStore::open(&SqliteStoreSettings::new(database_url))?;
    let attachments = DiskAttachmentStore::open(&DiskAttachmentSettings::new(&storage.uploads_directory))?;
    let model_name = services.model.name().to_owned();
    let assistant = WeatherAssistant::new(services.model, services.weather)
        .with_allowed_models(config.model.allowed.clone())
        .with_titles_by_model(config.model.titles == TitleMode::On)
        .with_transcriber(services.transcriber);
    let builder = ChatKit::builder(assistant)
        .store(store)
        .attachments(attachments)
        .origins(origins(config))
        .signing_key(signing_key(access, &storage.uploads_directory)?.expose_secret())
        .threads(config.threads)
        .files(file_settings(config))
        .limits(config.limits)
        .model_name(model_name);
    let builder = match access.identity {
        IdentityKind::None => builder.identity(SingleUser::new(access.default_user_id.as_str())),
        IdentityKind::Header => builder.identity(UserHeader::new(access.identity_header.clone())),
    };
    let builder = match &config.server.base_url {
        Some(base_url) => builder.base_url(&base_url.0),
        None => builder,
    };
    Ok(builder.build()?)
}

fn origins(config: &Config) -> OriginPolicy {
    OriginPolicy::new(&config.access.cors_allowed_origins).allow_hosts(&config.server.allowed_hosts)
}

/// Warns of settings by which others than the user may drive the server.
fn warn_of_open_doors(config: &Config) {
    let (server, access) = (&config.server, &config.access);
    if server.host.is_loopback() {
        return;
    }
    let listens = server.host;
    let is_star = |name: &String| name.trim() == "*";
    match access.identity {
        IdentityKind::None => tracing::warn!(
            "IDENTITY=none: everybody who can reach {listens} is the same user and sees all threads; put a login in \
             front before others can reach it"
        ),
        IdentityKind::Header => tracing::warn!(
            "IDENTITY=header: whoever can reach {listens} directly can say to be any user; let only your proxy reach it"
        ),
    }
    if access.cors_allowed_origins.iter().any(is_star) {
        tracing::warn!("CORS_ALLOWED_ORIGINS=*: every web page that a user opens can drive the server");
    }
    if server.allowed_hosts.iter().any(is_star) {
        tracing::warn!(
            "ALLOWED_HOSTS=*: a web page can point its own host name at the server and drive it as its own"
        );
    }
}

fn file_settings(config: &Config) -> FileSettings {
    let mut settings = config.files;
    settings.pdf = match config.model.pdf {
        PdfMode::On => true,
        PdfMode::Off => false,
        PdfMode::Auto => config.model_kind() == ModelKind::OpenAi && config.openai.base_url.is_none(),
    };
    // What the built-in model learns stays here.
    settings.picture_metadata = config.model_kind() == ModelKind::Demo;
    // One document of the largest size always fits.
    settings.max_pdfs_bytes = settings.max_pdfs_bytes.max(settings.max_pdf_bytes);
    settings
}

/// The key that signs addresses. Where none is set, one is made and kept beside the uploads, so that
/// addresses survive a restart.
fn signing_key(access: &AccessConfig, uploads_directory: &Path) -> Result<SecretString, AppError> {
    if let Some(key) = &access.url_signing_key {
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
