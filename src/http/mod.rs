//! The HTTP face: the route table, and what its handlers share.

pub mod assets;
pub mod attachments;
pub mod body;
pub mod bounds;
pub mod chatkit;
pub mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod health;
pub mod identity;
pub mod limits;
mod operations;
pub mod origin;
pub mod sse;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpResponse, Resource, ResponseError, Route,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::{PathError, QueryPayloadError},
    guard,
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    web,
};
use tokio::sync::Notify;

use self::{
    attachments::Arriving, error::ApiError, identity::Identity, limits::Limits, origin::OriginPolicy,
};
use crate::{
    actors::Threads,
    agent::Hooks,
    links::Signer,
    protocol::error::ErrorCode,
    store::{AttachmentStore, Store},
    thumbnails::Thumbnails,
};

/// What all handlers share.
pub struct HttpServices {
    /// Asks threads.
    pub threads: Threads,
    /// Attachments' rows, and the database's health.
    pub store: Arc<dyn Store>,
    /// Attachments' bytes. None: this server takes no attachments.
    pub attachments: Option<Arc<dyn AttachmentStore>>,
    /// Small versions of pictures.
    pub thumbnails: Thumbnails,
    /// Calls the application: for transcription, and with feedback.
    pub hooks: Hooks,
    /// Identifies the user of a request.
    pub identity: Arc<dyn Identity>,
    /// Signs the addresses of attachments, and checks them.
    pub signer: Signer,
    /// Wakes the task that removes the bytes of deleted attachments.
    pub cleanup: Arc<Notify>,
    /// The uploads in progress.
    pub arriving: Arc<Arriving>,
    /// How the HTTP face behaves.
    pub settings: HttpSettings,
}

impl HttpServices {
    /// The store of attachments' bytes, or an error (501) if there is none.
    fn attachments(&self) -> Result<&Arc<dyn AttachmentStore>, ApiError> {
        self.attachments.as_ref().ok_or_else(|| {
            ApiError::new(ErrorCode::AttachmentsOff, "attachments are not set up on this server")
        })
    }
}

/// How the HTTP face behaves.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The address in front of `/chatkit` as clients see it, without a slash at the end. None: each request's
    /// own address counts.
    pub base_url: Option<String>,
    /// Which browsers' requests are answered.
    pub origins: OriginPolicy,
    /// The most bytes of a request to `/chatkit`.
    pub max_body_bytes: usize,
    /// The most bytes of a message's text.
    pub max_message_bytes: usize,
    /// The most bytes of an uploaded file.
    pub max_upload_bytes: u64,
    /// How long a stream may be silent before it sends a comment to show that it is alive.
    pub heartbeat: Duration,
    /// The language model's name, for `/readyz`. None: `/readyz` does not mention a model.
    pub model_name: Option<String>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        let Limits { max_body_bytes, max_message_bytes, max_upload_bytes, heartbeat, .. } = Limits::default();
        Self {
            base_url: None,
            origins: OriginPolicy::default(),
            max_body_bytes,
            max_message_bytes,
            max_upload_bytes,
            heartbeat,
            model_name: None,
        }
    }
}

/// The routes of the protocol.
///
/// | route | what |
/// | --- | --- |
/// | `POST /chatkit` | the ChatKit protocol |
/// | `POST, PUT /upload/{id}` | the bytes of an announced attachment |
/// | `GET /preview/{id}` | a small version of a picture, or the file |
///
/// Everything they need is attached to these resources alone, so that any application can mount them beside its
/// own routes, and more than once.
pub fn protocol_routes(config: &mut web::ServiceConfig, services: &web::Data<HttpServices>) {
    let own = |path, allowed| {
        resource(path, allowed)
            .app_data(services.clone())
            .app_data(web::PathConfig::default().error_handler(|error, _| refuse_path(&error)))
            .app_data(web::QueryConfig::default().error_handler(|error, _| refuse_query(&error)))
            .wrap(from_fn(private_answers))
            .wrap(origin::cors())
            .wrap(from_fn(origin::guard))
    };
    config
        .service(own(chatkit::PATH, "POST").route(web::post().to(chatkit::endpoint)))
        .service(
            own("/upload/{attachment_id}", "POST, PUT")
                .route(web::post().to(attachments::upload))
                .route(web::put().to(attachments::upload)),
        )
        .service(own("/preview/{attachment_id}", "GET, HEAD").route(get_or_head().to(attachments::preview)));
}

/// The routes for those who watch the service.
///
/// | route | what |
/// | --- | --- |
/// | `GET /healthz` | whether the process is alive |
/// | `GET /readyz` | whether it can serve |
pub fn health_routes(config: &mut web::ServiceConfig, services: &web::Data<HttpServices>) {
    let own = |path| resource(path, "GET, HEAD").app_data(services.clone()).wrap(from_fn(private_answers));
    config
        .service(own("/healthz").route(get_or_head().to(health::healthz)))
        .service(own("/readyz").route(get_or_head().to(health::readyz)));
}

/// Has every answer kept by nobody and taken for what it is, unless its handler says otherwise.
async fn private_answers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")] {
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// A resource that answers other methods in our one error shape.
fn resource(path: &'static str, allowed: &'static str) -> Resource {
    web::resource(path)
        .default_service(web::to(move || async move { Err::<HttpResponse, _>(method_not_allowed(allowed)) }))
}

/// A route for GET and HEAD, since `web::get()` does not match HEAD.
fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The error for a method that the resource does not have (405).
fn method_not_allowed(allowed: &'static str) -> MethodNotAllowed {
    MethodNotAllowed(allowed)
}

/// The error that lists the methods of a resource.
#[derive(Debug)]
struct MethodNotAllowed(&'static str);

impl std::fmt::Display for MethodNotAllowed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "this address takes {} only", self.0)
    }
}

impl ResponseError for MethodNotAllowed {
    fn status_code(&self) -> StatusCode {
        StatusCode::METHOD_NOT_ALLOWED
    }

    fn error_response(&self) -> HttpResponse {
        let error = ApiError::new(ErrorCode::MethodNotAllowed, self.to_string());
        let mut response = error.error_response();
        response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(self.0));
        response
    }
}

fn refuse_path(error: &PathError) -> actix_web::Error {
    ApiError::not_found(format!("there is nothing at this address: {error}")).into()
}

fn refuse_query(error: &QueryPayloadError) -> actix_web::Error {
    ApiError::invalid(format!("the address' query cannot be read: {error}")).into()
}
