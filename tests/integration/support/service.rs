//! A service in this process, on a free port, with a database and uploads of its own.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use actix_chatkit::{
    ChatKit, ChatKitBuilder, UserHeader, WebFiles,
    actors::{ThreadSettings, Threads},
    agent::Responder,
    store::{DiskAttachmentSettings, DiskAttachmentStore, SqliteStore, SqliteStoreSettings, Store},
    web_interface,
};
use actix_web::{App, HttpServer, dev::ServerHandle};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tracing_actix_web::TracingLogger;

use super::Client;

/// An application that serves a [`ChatKit`], as a program of one's own would.
pub struct Running {
    port: u16,
    chatkit: ChatKit,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    shutdown_timeout: Duration,
}

impl Running {
    fn start(chatkit: ChatKit, web_files: Option<WebFiles>, shutdown_timeout: Duration) -> Self {
        let mounted = chatkit.clone();
        let server = HttpServer::new(move || {
            let app = App::new()
                .wrap(TracingLogger::default())
                .configure(mounted.configure())
                .configure(mounted.configure_health());
            match &web_files {
                Some(files) => app.configure(web_interface(files.clone())),
                None => app,
            }
        })
        .workers(2)
        .tcp_nodelay(true)
        .h1_allow_half_closed(false)
        .disable_signals()
        .shutdown_timeout((shutdown_timeout + Duration::from_secs(15)).as_secs())
        .bind("127.0.0.1:0")
        .unwrap();
        let port = server.addrs()[0].port();
        let server = server.run();
        let handle = server.handle();
        Self { port, chatkit, server: handle, serving: actix_web::rt::spawn(server), shutdown_timeout }
    }

    /// What it serves.
    pub fn chatkit(&self) -> &ChatKit {
        &self.chatkit
    }

    /// Stops in order, and sees the server's end.
    pub async fn stop(self) {
        self.chatkit.shut_down_with(&self.server, self.shutdown_timeout).await.unwrap();
        self.serving.await.unwrap().unwrap();
    }
}

/// A running service. Its files go when it is dropped.
pub struct Service {
    pub running: Running,
    pub store: Arc<dyn Store>,
    base_url: String,
    /// Kept so that the files stay as long as the service.
    pub folder: Arc<TempDir>,
}

pub type Change = Box<dyn FnOnce(ChatKitBuilder) -> ChatKitBuilder>;

/// What a service is made of.
pub struct ServiceBuilder {
    pub threads: ThreadSettings,
    pub shutdown_timeout: Duration,
    /// Whether the service takes attachments.
    pub attachments: bool,
    /// The web interface, if it is served.
    pub web_files: Option<WebFiles>,
    pub folder: Arc<TempDir>,
    pub change: Change,
}

impl Default for ServiceBuilder {
    fn default() -> Self {
        super::prepare_tls();
        Self {
            threads: ThreadSettings::default(),
            shutdown_timeout: Duration::from_secs(20),
            attachments: true,
            web_files: None,
            folder: Arc::new(TempDir::new().unwrap()),
            change: Box::new(|chatkit| chatkit),
        }
    }
}

impl ServiceBuilder {
    /// A service on the files of an earlier one.
    pub fn on_files_of(service: &Service) -> Self {
        Self { folder: Arc::clone(&service.folder), ..Self::default() }
    }

    pub fn threads(mut self, change: impl FnOnce(&mut ThreadSettings)) -> Self {
        change(&mut self.threads);
        self
    }

    /// Serves the web interface from this folder, or from these files.
    pub fn web_interface(mut self, files: impl Into<WebFiles>) -> Self {
        self.web_files = Some(files.into());
        self
    }

    /// Changes what the service is built of.
    pub fn chatkit(mut self, change: impl FnOnce(ChatKitBuilder) -> ChatKitBuilder + 'static) -> Self {
        self.change = Box::new(change);
        self
    }

    pub fn start(self, responder: impl Responder) -> Service {
        let database = self.folder.path().join("chat.db").display().to_string();
        let mut chatkit = ChatKit::builder(responder)
            .store(SqliteStore::open(&SqliteStoreSettings::new(database)).unwrap())
            .identity(UserHeader::new("x-user-id".parse().unwrap()))
            .signing_key("a key for all tests")
            .threads(self.threads);
        if self.attachments {
            let settings = DiskAttachmentSettings::new(self.folder.path().join("uploads"));
            chatkit = chatkit.attachments(DiskAttachmentStore::open(&settings).unwrap());
        }
        let chatkit = (self.change)(chatkit).build().unwrap();
        let store = Arc::clone(chatkit.store());
        let running = Running::start(chatkit, self.web_files, self.shutdown_timeout);
        let base_url = format!("http://127.0.0.1:{}", running.port);
        Service { running, store, base_url, folder: self.folder }
    }
}

impl Service {
    /// Asks the threads, without HTTP.
    pub fn threads(&self) -> &Threads {
        self.running.chatkit().threads()
    }

    pub fn start(responder: impl Responder) -> Self {
        ServiceBuilder::default().start(responder)
    }

    /// A client that is this user.
    pub fn client(&self, user: &str) -> Client {
        Client::new(&self.base_url, user)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The host and the port, as a `Host` header names them.
    pub fn authority(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }

    /// The files of the uploads, finished or not, without the lock.
    pub fn files(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    below(&path, files);
                } else if !path.ends_with(".lock") {
                    files.push(path);
                }
            }
        }
        let mut files = Vec::new();
        below(&self.folder.path().join("uploads"), &mut files);
        files
    }
}
