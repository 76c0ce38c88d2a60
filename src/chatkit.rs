//! The library's face: a ChatKit server to mount in any actix-web application.
//!
//! [`ChatKit::builder`] takes the responder; the [`ChatKitBuilder`] chooses the stores, the login and
//! the limits; [`ChatKitBuilder::build`] starts the actors; [`ChatKit::configure`] gives the routes;
//! [`ChatKit::shut_down`] ends in order.

use std::{num::NonZero, sync::Arc, time::Duration};

use actix::{Arbiter, ArbiterHandle, System};
use actix_web::{dev::ServerHandle, http::Uri, web};
use tokio::{
    sync::{Notify, OnceCell},
    task::JoinHandle,
};

use crate::{
    actors::{ThreadRegistry, ThreadSettings, Threads, thread::services::ThreadServices},
    agent::{
        Hooks, Responder,
        files::{FileSettings, Files},
    },
    http::{self, HttpServices, HttpSettings, identity::Identity, limits::Limits, origin::OriginPolicy},
    links::Signer,
    store::{AttachmentStore, Store, StoreError, cleanup::Cleanup},
    thumbnails::Thumbnails,
};

/// How often deleted and abandoned attachments are looked for without being woken.
const CLEANUP_INTERVAL: Duration = Duration::from_secs(10 * 60);
/// The fewest bytes of a key that signs addresses: less could be found by trying.
const MIN_SIGNING_KEY_BYTES: usize = 16;

/// A ChatKit server, to be mounted in an actix-web application. Cheap to clone; clones are the same
/// server.
///
/// ```no_run
/// use std::time::Duration;
///
/// use actix_chatkit::{ChatKit, SingleUser, agent::Responder, store::MemoryStore};
/// use actix_web::{App, HttpServer, web};
///
/// async fn serve(responder: impl Responder) -> Result<(), Box<dyn std::error::Error>> {
///     let chatkit = ChatKit::builder(responder)
///         .store(MemoryStore::new())
///         .identity(SingleUser::new("me"))
///         .build()?;
///     let mounted = chatkit.clone();
///     HttpServer::new(move || {
///         // Answers at `/api/chatkit`.
///         App::new().service(web::scope("/api").configure(mounted.configure()))
///     })
///     .h1_allow_half_closed(false)
///     .bind(("127.0.0.1", 8001))?
///     .run()
///     .await?;
///     chatkit.shut_down(Duration::from_secs(5)).await?;
///     Ok(())
/// }
/// ```
///
/// It runs on threads of its own (an actix arbiter per core) until [`ChatKit::shut_down`] or the end
/// of the actix system, whichever comes first.
#[derive(Clone)]
pub struct ChatKit(Arc<Inner>);

struct Inner {
    services: web::Data<HttpServices>,
    arbiters: Vec<ArbiterHandle>,
    cleaning: Option<JoinHandle<()>>,
    /// Set when no turn runs any more, and none will.
    drained: OnceCell<()>,
    /// Set when the store is closed.
    closed: OnceCell<Result<(), StoreError>>,
}

/// Why [`ChatKitBuilder::build`] failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// [`ChatKitBuilder::store`] was not called.
    #[error("no store is chosen: give `ChatKitBuilder::store` an `SqliteStore`, a `MemoryStore` or your own")]
    NoStore,
    /// [`ChatKitBuilder::identity`] was not called.
    #[error(
        "nothing tells users apart: give `ChatKitBuilder::identity` your login, a `UserHeader`, or a `SingleUser`"
    )]
    NoIdentity,
    /// [`ChatKitBuilder::base_url`] was given something that is not an address.
    #[error("the base URL `{base_url}` is not an address such as `https://chat.example.com/api`")]
    BaseUrl {
        /// The text that was given.
        base_url: String,
    },
    /// The key given to [`ChatKitBuilder::signing_key`] can be guessed.
    #[error(
        "the key that signs addresses (URL_SIGNING_KEY) has fewer than {MIN_SIGNING_KEY_BYTES} bytes; take 32 random ones"
    )]
    WeakSigningKey,
    /// No actix system runs on this thread.
    #[error("a ChatKit server needs actix: build it within `#[actix_web::main]` or `#[actix_web::test]`")]
    NoSystem,
}

/// Chooses the parts of a [`ChatKit`]. The store and the identity are required; the rest has defaults.
pub struct ChatKitBuilder {
    responder: Arc<dyn Responder>,
    store: Option<Arc<dyn Store>>,
    attachments: Option<Arc<dyn AttachmentStore>>,
    identity: Option<Arc<dyn Identity>>,
    signing_key: Option<Signer>,
    has_weak_key: bool,
    threads: ThreadSettings,
    files: FileSettings,
    upload_expiry: Duration,
    http: HttpSettings,
}

impl ChatKit {
    /// Starts building a server whose threads this responder answers.
    pub fn builder(responder: impl Responder) -> ChatKitBuilder {
        ChatKitBuilder {
            responder: Arc::new(responder),
            store: None,
            attachments: None,
            identity: None,
            signing_key: None,
            has_weak_key: false,
            threads: ThreadSettings::default(),
            files: FileSettings::default(),
            upload_expiry: Limits::default().upload_expiry,
            http: HttpSettings::default(),
        }
    }

    /// The routes, for [`App::configure`](actix_web::App::configure) or
    /// [`Scope::configure`](actix_web::Scope::configure); call it for every worker.
    ///
    /// | route | what |
    /// | --- | --- |
    /// | `POST /chatkit` | the ChatKit protocol: give its address to the page as `api.url` |
    /// | `POST, PUT /upload/{id}` | the bytes of an announced attachment |
    /// | `GET /preview/{id}` | a small version of a picture, or the file |
    ///
    /// The application keeps its other routes, its middleware, its error handlers and its 404. The
    /// addresses that clients are given for uploads and previews are in the same scope. `/upload`
    /// and `/preview` are reached by an `<img>` or a plain `fetch`, which send no `Authorization`
    /// header: their addresses are signed, so a middleware that asks for one should let them pass.
    ///
    /// Set [`HttpServer::h1_allow_half_closed(false)`](actix_web::HttpServer::h1_allow_half_closed), so
    /// that a client that disconnects cancels its turn at once rather than at the next heartbeat.
    pub fn configure(&self) -> impl FnOnce(&mut web::ServiceConfig) + 'static + use<> {
        let services = self.0.services.clone();
        move |config| http::protocol_routes(config, &services)
    }

    /// The routes for monitoring; mounting them is optional.
    ///
    /// | route | what |
    /// | --- | --- |
    /// | `GET /healthz` | 200: the process lives |
    /// | `GET /readyz` | 200 if the store and the attachment store answer, else 503 |
    pub fn configure_health(&self) -> impl FnOnce(&mut web::ServiceConfig) + 'static + use<> {
        let services = self.0.services.clone();
        move |config| http::health_routes(config, &services)
    }

    /// Gives access to the threads without HTTP.
    pub fn threads(&self) -> &Threads {
        &self.0.services.threads
    }

    /// Where threads, items and feedback are.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.services.store
    }

    /// Shuts down in order: refuses new turns, gives running turns until `deadline` to end, cuts the rest
    /// short, stores what they wrote, and closes the store. Further calls wait for the first one.
    ///
    /// Call it after the HTTP server has ended. By then its connections are closed, which cancels every
    /// turn that is not resumable; [`ChatKit::shut_down_with`] gives clients more time. It fails if the
    /// store cannot write what is still queued.
    pub async fn shut_down(&self, deadline: Duration) -> Result<(), StoreError> {
        self.drain(deadline).await;
        self.close().await
    }

    /// Shuts down in order together with the HTTP server: the listener closes at once, and open
    /// connections are served until their turns have ended, on their own or at `deadline`.
    ///
    /// The server's own
    /// [`shutdown_timeout`](actix_web::HttpServer::shutdown_timeout) must be some seconds longer than
    /// `deadline`, and its signals
    /// [disabled](actix_web::HttpServer::disable_signals); otherwise it would exit without waiting.
    pub async fn shut_down_with(&self, server: &ServerHandle, deadline: Duration) -> Result<(), StoreError> {
        // `stop` takes effect when it is called, not when it is awaited.
        let closing = server.stop(true);
        self.drain(deadline).await;
        closing.await;
        self.close().await
    }

    async fn drain(&self, deadline: Duration) {
        self.0.drained.get_or_init(|| self.threads().shut_down(deadline)).await;
    }

    async fn close(&self) -> Result<(), StoreError> {
        let close = async || {
            if let Some(cleaning) = &self.0.cleaning {
                cleaning.abort();
            }
            let closed = self.store().close().await;
            for arbiter in &self.0.arbiters {
                arbiter.stop();
            }
            closed
        };
        self.0.closed.get_or_init(close).await.clone()
    }
}

impl ChatKitBuilder {
    /// Where threads, items and feedback are kept. Required: an [`SqliteStore`](crate::store::SqliteStore)
    /// keeps them in an SQLite file, a [`MemoryStore`](crate::store::MemoryStore) forgets them at the
    /// end.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Where the bytes of attachments are kept. Default: nowhere, and requests about attachments get 501.
    #[must_use]
    pub fn attachments(mut self, attachments: impl AttachmentStore) -> Self {
        self.attachments = Some(Arc::new(attachments));
        self
    }

    /// Tells who sent a request. Required: a wrong default would let users read each other's threads.
    #[must_use]
    pub fn identity(mut self, identity: impl Identity) -> Self {
        self.identity = Some(Arc::new(identity));
        self
    }

    /// Which browsers' requests are answered. Default: those of pages of the same origin, sent to a loopback
    /// name, an IP address, or the host of [`ChatKitBuilder::base_url`]. A server under any other name must
    /// be told it by [`OriginPolicy::allow_hosts`].
    #[must_use]
    pub fn origins(mut self, origins: OriginPolicy) -> Self {
        self.http.origins = origins;
        self
    }

    /// The address under which clients reach the mounted routes, up to but not including `/chatkit`: for
    /// example `https://chat.example.com/api`. The addresses of uploads and previews begin with it.
    /// Default: the host and the scope that each request was sent to. Set it when a proxy in front ends
    /// TLS, changes paths or does not pass the host on: what proxies say in headers is not believed, so
    /// pages of the public address would count as foreign.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.http.base_url = Some(base_url.into());
        self
    }

    /// The key that signs the addresses of uploads and previews: 32 random bytes, kept secret; fewer than 16
    /// are refused. Default: a random key per start, which invalidates addresses issued before a restart.
    /// Set it when several processes serve the same attachments.
    #[must_use]
    pub fn signing_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.has_weak_key = key.as_ref().len() < MIN_SIGNING_KEY_BYTES;
        self.signing_key = Some(Signer::new(key.as_ref()));
        self
    }

    /// How threads behave.
    #[must_use]
    pub fn threads(mut self, threads: ThreadSettings) -> Self {
        self.threads = threads;
        self
    }

    /// How attached files are prepared for the model.
    #[must_use]
    pub fn files(mut self, files: FileSettings) -> Self {
        self.files = files;
        self
    }

    /// What one client may send, all limits at once.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.http.max_body_bytes = limits.max_body_bytes;
        self.http.max_message_bytes = limits.max_message_bytes;
        self.http.max_upload_bytes = limits.max_upload_bytes;
        self.http.heartbeat = limits.heartbeat;
        self.upload_expiry(limits.upload_expiry)
    }

    /// The most bytes of a request to `/chatkit`; beyond it: 413. Default 10 MiB.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.http.max_body_bytes = bytes;
        self
    }

    /// The most bytes of a message's text; beyond it: 413. Default 1 MiB.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.http.max_message_bytes = bytes;
        self
    }

    /// The most bytes of an uploaded file; beyond it: 413. Default 20 MiB.
    #[must_use]
    pub fn max_upload_bytes(mut self, bytes: u64) -> Self {
        self.http.max_upload_bytes = bytes;
        self
    }

    /// How long an uploaded file is kept that no message refers to. Default one day.
    #[must_use]
    pub fn upload_expiry(mut self, expiry: Duration) -> Self {
        self.upload_expiry = expiry;
        self
    }

    /// How long a stream may be silent before it sends a heartbeat, so that proxies keep it open.
    /// Default 15 seconds.
    #[must_use]
    pub fn heartbeat(mut self, silence: Duration) -> Self {
        self.http.heartbeat = silence;
        self
    }

    /// The language model's name, which `/readyz` reports. Default: it reports no name.
    #[must_use]
    pub fn model_name(mut self, name: impl Into<String>) -> Self {
        self.http.model_name = Some(name.into());
        self
    }

    /// Starts the server. Call it within an actix system, for example under `#[actix_web::main]`.
    pub fn build(self) -> Result<ChatKit, BuildError> {
        if System::try_current().is_none() {
            return Err(BuildError::NoSystem);
        }
        let store = self.store.ok_or(BuildError::NoStore)?;
        let identity = self.identity.ok_or(BuildError::NoIdentity)?;
        if self.has_weak_key {
            return Err(BuildError::WeakSigningKey);
        }
        let mut http = self.http;
        if let Some(base_url) = &http.base_url {
            check_base_url(base_url)?;
            http.origins = http.origins.with_base_url(base_url);
        }
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let of_threads: Vec<_> = (0..cores).map(|_| Arbiter::new().handle()).collect();
        let hooks = Hooks::new(self.responder);
        let registry = ThreadRegistry::new(
            Arc::new(ThreadServices {
                store: Arc::clone(&store),
                hooks: hooks.clone(),
                files: Files::new(self.attachments.clone(), self.files),
                settings: self.threads,
            }),
            of_threads.clone(),
        );
        let cleanup = Arc::new(Notify::new());
        let cleaning = self.attachments.clone().map(|attachments| Cleanup {
            store: Arc::clone(&store),
            attachments,
            wake: Arc::clone(&cleanup),
            interval: CLEANUP_INTERVAL,
            expiry: self.upload_expiry,
        });
        Ok(ChatKit(Arc::new(Inner {
            services: web::Data::new(HttpServices {
                threads: Threads::new(Arc::new(registry), Arc::clone(&store)),
                store,
                attachments: self.attachments,
                thumbnails: Thumbnails::default(),
                hooks,
                identity,
                signer: self.signing_key.unwrap_or_else(Signer::with_random_key),
                cleanup,
                arriving: Arc::default(),
                settings: http,
            }),
            arbiters: of_threads,
            cleaning: cleaning.map(|cleaning| actix_web::rt::spawn(cleaning.run())),
            drained: OnceCell::new(),
            closed: OnceCell::new(),
        })))
    }
}

fn check_base_url(base_url: &str) -> Result<(), BuildError> {
    let is_address = base_url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
    });
    if is_address { Ok(()) } else { Err(BuildError::BaseUrl { base_url: base_url.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_address_without_a_query() {
        for base_url in ["http://localhost:8001", "https://chat.example.com/api/", "https://[::1]/a"] {
            assert!(check_base_url(base_url).is_ok(), "{base_url}");
        }
        for base_url in ["", "chat.example.com", "/api", "ftp://example.com", "https://a.example/?b=c"] {
            let error = check_base_url(base_url).unwrap_err().to_string();
            assert!(error.contains(&format!("`{base_url}`")), "{error}");
        }
    }
}
