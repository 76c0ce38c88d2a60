//! Who asks: the one extractor of the user, and of what else is known of a request.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web,
};
use serde_json::Map;
use tracing_actix_web::RequestId;

use super::{HttpServices, error::ApiError};
use crate::{
    context::{RequestContext, UserId},
    links::AttachmentLinks,
    protocol::error::ErrorCode,
};

/// How users are told apart.
#[derive(Clone, Debug)]
pub enum Identity {
    /// Everybody is this one user.
    Single(UserId),
    /// A trusted proxy in front names the user in this header, and lets no client set it.
    Header(HeaderName),
}

impl Identity {
    /// The user of a request.
    pub fn user(&self, request: &HttpRequest) -> Result<UserId, ApiError> {
        match self {
            Self::Single(user) => Ok(user.clone()),
            Self::Header(name) => only_value(request, name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
                .filter(|user| !user.is_empty() && user.len() <= 256)
                .map(UserId::from)
                .ok_or_else(|| {
                    ApiError::new(
                        StatusCode::UNAUTHORIZED,
                        ErrorCode::Unauthorized,
                        format!("the request carries no user in the header `{name}`"),
                    )
                }),
        }
    }
}

/// A header's value. A proxy that appends instead of replacing leaves the client's own value in front of
/// its own, so several values name nobody.
fn only_value<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = request.headers().get_all(name);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// The context of a request whose user is known.
pub struct Identified(pub RequestContext);

impl FromRequest for Identified {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(services(request).and_then(|services| {
            let user = services.settings.identity.user(request)?;
            context(request, services, user).map(Self)
        }))
    }
}

/// The services of the application a request came to.
pub fn services(request: &HttpRequest) -> Result<&web::Data<HttpServices>, ApiError> {
    request.app_data().ok_or_else(|| ApiError::internal("the application has no `HttpServices`"))
}

/// What is known of a request of this user.
pub fn context(
    request: &HttpRequest,
    services: &HttpServices,
    user_id: UserId,
) -> Result<RequestContext, ApiError> {
    let base_url = match &services.settings.base_url {
        Some(base_url) => base_url.clone(),
        None => own_address(request)?,
    };
    let request_id = request.extensions().get::<RequestId>().map_or_else(String::new, ToString::to_string);
    Ok(RequestContext {
        links: AttachmentLinks::new(&base_url, services.signer.clone(), user_id.clone()),
        user_id,
        request_id: request_id.into(),
        metadata: Arc::new(Map::new()),
        accept_language: request
            .headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .map(Into::into),
    })
}

/// The address under which the client reached us, by what it, or the proxy before us, says.
fn own_address(request: &HttpRequest) -> Result<String, ApiError> {
    let connection = request.connection_info();
    let (scheme, host) = (connection.scheme(), connection.host());
    let plain = |character: char| character.is_ascii_alphanumeric() || ".-_:[]".contains(character);
    if host.is_empty() || !host.chars().all(plain) || !matches!(scheme, "http" | "https") {
        return Err(ApiError::invalid("the request's host is no host name"));
    }
    Ok(format!("{scheme}://{host}"))
}
