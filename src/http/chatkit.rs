//! `POST /chatkit`: the one endpoint of the protocol.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    HttpServices, body, bounds,
    error::ApiError,
    identity::Identified,
    operations::{self, Call, StreamForm},
};
use crate::{context::RequestContext, protocol::request::Request};

/// Where the endpoint is.
pub const PATH: &str = "/chatkit";

/// Handles one request: reads it, and has its operation answer.
///
/// A client that hangs up during a streamed answer cancels the turn and keeps what was written,
/// unless it asked for a resumable one.
pub async fn endpoint(
    request: HttpRequest,
    payload: web::Payload,
    Identified(context): Identified,
    services: web::Data<HttpServices>,
) -> Result<HttpResponse, ApiError> {
    let bytes = body::whole(&request, payload, services.settings.max_body_bytes).await?;
    let parsed = bounds::parse(bytes).await?;
    bounds::check(&parsed, services.settings.max_message_bytes)?;
    let Request { operation, metadata } = parsed;
    let context = RequestContext { metadata: Arc::new(metadata), ..context };
    let call = Call {
        services: &services,
        context: &context,
        stream_form: StreamForm::asked_for(request.headers()),
    };
    operations::answer(call, operation).await
}
