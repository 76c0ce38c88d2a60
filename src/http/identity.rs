//! Who asks: the seam for an application's own login, and the one extractor of what is known of a
//! request.

use std::{any::Any, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderName, HeaderValue},
    web,
};
use async_trait::async_trait;
use futures_util::future::{FutureExt, LocalBoxFuture};
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::{HttpServices, chatkit, error::ApiError, origin};
use crate::{
    agent::responder::BoxError,
    context::{RequestContext, RequestState, UserId},
    links::AttachmentLinks,
};

/// Tells who asks: the application's own login.
///
/// A closure over the request is enough where nothing has to be awaited, for example where a middleware
/// has already checked a session:
///
/// ```
/// use actix_chatkit::{Caller, ChatKit, IdentityError};
/// use actix_web::{HttpMessage, HttpRequest};
///
/// /// What the application's own middleware leaves behind.
/// #[derive(Clone)]
/// struct Session {
///     user: String,
/// }
///
/// let identity = |request: &HttpRequest| {
///     let session = request.extensions().get::<Session>().cloned();
///     let session = session.ok_or_else(|| IdentityError::unauthorized("sign in first"))?;
///     // The responder reads the session by `context.request().state::<Session>()`.
///     Ok(Caller::new(session.user.as_str()).with(session))
/// };
/// # fn takes(_: impl actix_chatkit::Identity) {}
/// # takes(identity);
/// ```
///
/// Implement the trait where a token has to be looked up. It is asked once for each request to
/// `/chatkit`, before the body is read, and for uploads and previews whose address carries no
/// signature. The future runs on the HTTP worker; it must not block.
#[async_trait(?Send)]
pub trait Identity: Send + Sync + 'static {
    /// The user of a request, and whatever else the application knows about it.
    async fn identify(&self, request: &HttpRequest) -> Result<Caller, IdentityError>;
}

#[async_trait(?Send)]
impl<F> Identity for F
where
    F: Fn(&HttpRequest) -> Result<Caller, IdentityError> + Send + Sync + 'static,
{
    async fn identify(&self, request: &HttpRequest) -> Result<Caller, IdentityError> {
        self(request)
    }
}

/// Who asks, and what the application knows about the request.
#[derive(Clone, Debug)]
pub struct Caller {
    user_id: UserId,
    state: RequestState,
}

impl Caller {
    /// A caller with this user id. Everything stored belongs to that id for good, so choose one that is never
    /// given to somebody else: a key rather than an email address. An empty id is refused.
    pub fn new(user_id: impl Into<UserId>) -> Self {
        Self { user_id: user_id.into(), state: RequestState::default() }
    }

    /// Adds a value for the responder, which reads it with [`RequestContext::state`]. It replaces an earlier
    /// value of the same type.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.state.insert(value);
        self
    }

    pub(super) fn into_user_id(self) -> UserId {
        self.user_id
    }
}

/// Why a request is not served. Clients receive it in the same shape as all other errors,
/// `{"error": {"code", "message"}}`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The request does not say who asks, or does not prove it (401).
    #[error("{reason}")]
    Unauthorized {
        /// What the client is told.
        reason: String,
    },
    /// The caller may not use the service (403).
    #[error("{reason}")]
    Forbidden {
        /// What the client is told.
        reason: String,
    },
    /// The lookup failed (500); only the log says why.
    #[error("{0}")]
    Failed(BoxError),
}

impl IdentityError {
    /// The request does not say who asks, or does not prove it (401); the client is told the reason.
    pub fn unauthorized(reason: impl Into<String>) -> Self {
        Self::Unauthorized { reason: reason.into() }
    }

    /// The caller may not use the service (403); the client is told the reason.
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self::Forbidden { reason: reason.into() }
    }

    /// The lookup failed (500); only the log says why.
    pub fn failed(cause: impl Into<BoxError>) -> Self {
        Self::Failed(cause.into())
    }
}

/// Everybody is this one user: for a service that only its owner can reach.
#[derive(Clone, Debug)]
pub struct SingleUser(UserId);

impl SingleUser {
    /// Everybody is this user.
    pub fn new(user_id: impl Into<UserId>) -> Self {
        Self(user_id.into())
    }
}

#[async_trait(?Send)]
impl Identity for SingleUser {
    async fn identify(&self, _: &HttpRequest) -> Result<Caller, IdentityError> {
        Ok(Caller::new(self.0.clone()))
    }
}

/// Reads the user from a header that a trusted proxy sets, and that no client can set.
#[derive(Clone, Debug)]
pub struct UserHeader(HeaderName);

/// What proxies and scripts write where there is no user. Everybody without one would share a history.
const NOBODY: [&str; 4] = ["-", "(null)", "null", "undefined"];

impl UserHeader {
    /// Reads the user from this header, which must hold at most 256 bytes of printable ASCII. A request is
    /// refused if the header is missing, empty, repeated, or holds what proxies write for nobody: `-`,
    /// `(null)`, `null` or `undefined`.
    pub fn new(name: HeaderName) -> Self {
        Self(name)
    }
}

#[async_trait(?Send)]
impl Identity for UserHeader {
    async fn identify(&self, request: &HttpRequest) -> Result<Caller, IdentityError> {
        let Self(name) = self;
        only_value(request, name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
            .filter(|user| !user.is_empty() && user.len() <= 256 && !NOBODY.contains(user))
            .map(Caller::new)
            .ok_or_else(|| {
                IdentityError::unauthorized(format!("the request carries no user in the header `{name}`"))
            })
    }
}

/// The value of a header that occurs once. A proxy that appends instead of replacing leaves the client's
/// value in front of its own, so a repeated header identifies nobody.
fn only_value<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = request.headers().get_all(name);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Identifies the caller by the application's own rule.
pub async fn caller(request: &HttpRequest, services: &HttpServices) -> Result<Caller, ApiError> {
    let caller = services.identity.identify(request).await?;
    // Otherwise everybody whose id got lost on the way would share one history.
    if caller.user_id.as_str().is_empty() {
        return Err(IdentityError::unauthorized("the request carries no user").into());
    }
    Ok(caller)
}

/// The context of a request to the protocol's endpoint.
pub struct Identified(pub RequestContext);

impl FromRequest for Identified {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            let services = services(&request)?;
            let Caller { user_id, state } = caller(&request, services).await?;
            let links = links(&request, services, chatkit::PATH, user_id.clone())?;
            let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
            Ok(Self(RequestContext {
                // An application that mounts us may not number its requests.
                request_id: request_id.unwrap_or_else(|| Uuid::now_v7().to_string()).into(),
                accept_language: request
                    .headers()
                    .get(header::ACCEPT_LANGUAGE)
                    .and_then(|value| value.to_str().ok())
                    .map(Arc::from),
                state,
                ..RequestContext::new(user_id, links)
            }))
        }
        .boxed_local()
    }
}

/// The services behind the resource a request came to.
fn services(request: &HttpRequest) -> Result<&web::Data<HttpServices>, ApiError> {
    request.app_data().ok_or_else(|| ApiError::internal("the resource has no `HttpServices`"))
}

/// Makes upload and preview addresses for the client of a request. `route` is the last part of the
/// request's path; the addresses stand beside it, in the same scope.
pub fn links(
    request: &HttpRequest,
    services: &HttpServices,
    route: &str,
    user_id: UserId,
) -> Result<AttachmentLinks, ApiError> {
    let base_url = match &services.settings.base_url {
        Some(base_url) => base_url.clone(),
        None => {
            let path = request.path();
            let scope = path.rfind(route).map_or("", |start| &path[..start]);
            own_address(request)? + scope
        }
    };
    Ok(AttachmentLinks::new(&base_url, services.signer.clone(), user_id))
}

/// The address under which the client reached us, from its `Host` header. Forwarding headers are not
/// believed, since anybody can send them.
fn own_address(request: &HttpRequest) -> Result<String, ApiError> {
    let scheme = if request.app_config().secure() { "https" } else { "http" };
    let host = origin::authority(request.head());
    let plain = |character: char| character.is_ascii_alphanumeric() || ".-_:[]".contains(character);
    if host.is_empty() || !host.chars().all(plain) {
        return Err(ApiError::invalid("the request's host is no host name"));
    }
    Ok(format!("{scheme}://{host}"))
}
