//! Logs: how they are written, and what a request's span carries.
//!
//! Fields are `request.id`, `thread.id`, `item.id`, `attachment.id`, `model.name`, `duration_ms` and
//! the like. Prompts, keys and file bytes are never logged, nor the queries of addresses, which carry
//! signatures.

use std::io::IsTerminal;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// A log filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("RUST_LOG: the filter `{filter}` cannot be read: {reason}")]
pub struct BadFilter {
    filter: String,
    reason: String,
}

/// Starts logging to standard error.
pub fn init(format: LogFormat, filter: &str) -> Result<(), BadFilter> {
    let env_filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|error| BadFilter { filter: filter.to_owned(), reason: error.to_string() })?;
    let registry = tracing_subscriber::registry().with(env_filter);
    match format {
        LogFormat::Text => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_target(false)
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .init(),
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr))
            .init(),
    }
    Ok(())
}

/// The span of one HTTP request: all that is logged on its behalf stands within.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id =
            request.extensions().get::<RequestId>().map_or_else(String::new, ToString::to_string);
        tracing::info_span!(
            "request",
            request.id = request_id,
            http.method = %request.method(),
            http.path = request.match_pattern().as_deref().unwrap_or(request.path()),
            http.status = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("http.status", status.as_u16());
    }
}
