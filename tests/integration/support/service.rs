//! A service in this process, on a free port, with a database and uploads of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use actix_chatkit::{
    actors::ThreadSettings,
    agent::{Responder, files::FileSettings},
    app::{Parts, Running},
    http::{HttpSettings, identity::Identity},
    links::Signer,
    store::{
        AttachmentStore, DiskAttachmentSettings, DiskAttachmentStore, SqlStore, SqlStoreSettings, Store,
    },
};
use tempfile::TempDir;

use super::Client;

/// A running service. Its files go when it is dropped.
pub struct Service {
    pub running: Running,
    pub store: Arc<dyn Store>,
    base_url: String,
    /// Kept so that the files stay as long as the service.
    pub folder: Arc<TempDir>,
}

/// What a service is made of.
pub struct ServiceBuilder {
    pub threads: ThreadSettings,
    pub http: HttpSettings,
    pub shutdown_timeout: Duration,
    /// Whether the service takes attachments.
    pub attachments: bool,
    pub folder: Arc<TempDir>,
}

impl Default for ServiceBuilder {
    fn default() -> Self {
        Self {
            threads: ThreadSettings::default(),
            http: HttpSettings {
                identity: Identity::Header("x-user-id".parse().unwrap()),
                ..HttpSettings::default()
            },
            shutdown_timeout: Duration::from_secs(20),
            attachments: true,
            folder: Arc::new(TempDir::new().unwrap()),
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

    pub fn http(mut self, change: impl FnOnce(&mut HttpSettings)) -> Self {
        change(&mut self.http);
        self
    }

    pub fn start(self, responder: impl Responder) -> Service {
        let database = self.folder.path().join("chat.db").display().to_string();
        let uploads = self.folder.path().join("uploads");
        let store: Arc<dyn Store> = Arc::new(SqlStore::open(&SqlStoreSettings::new(database)).unwrap());
        let running = Parts {
            store: Arc::clone(&store),
            attachments: self.attachments.then(|| {
                let settings = DiskAttachmentSettings { directory: uploads };
                Arc::new(DiskAttachmentStore::open(&settings).unwrap()) as Arc<dyn AttachmentStore>
            }),
            responder: Arc::new(responder),
            threads: self.threads,
            files: FileSettings::default(),
            http: self.http,
            signer: Signer::new(b"a key for tests"),
            upload_expiry: Duration::from_secs(24 * 60 * 60),
            workers: Some(2),
            shutdown_timeout: self.shutdown_timeout,
        }
        .start("127.0.0.1:0".parse().unwrap())
        .unwrap();
        let base_url = format!("http://127.0.0.1:{}", running.addresses[0].port());
        Service { running, store, base_url, folder: self.folder }
    }
}

impl Service {
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

    /// The files of the uploads, finished or not.
    pub fn files(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { below(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        below(&self.folder.path().join("uploads"), &mut files);
        files
    }
}
