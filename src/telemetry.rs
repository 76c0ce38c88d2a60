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
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::{EnvFilter, filter::ParseError, layer::SubscriberExt, util::SubscriberInitExt};

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line, for machines.
    Json,
}

/// What is logged, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LogSettings {
    /// Which lines are logged: a level, or a filter such as `info,actix_chatkit=debug`.
    #[schemars(with = "String")]
    pub filter: LogFilter,
    /// How log lines look.
    pub format: LogFormat,
}

/// A filter that tracing understands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct LogFilter(String);

impl Default for LogFilter {
    fn default() -> Self {
        Self("info,actix_server=warn".to_owned())
    }
}

impl TryFrom<String> for LogFilter {
    type Error = ParseError;

    fn try_from(filter: String) -> Result<Self, Self::Error> {
        EnvFilter::builder().parse(&filter)?;
        Ok(Self(filter))
    }
}

/// Starts logging to standard error.
pub fn init(settings: &LogSettings) {
    let filter =
        EnvFilter::builder().parse(&settings.filter.0).expect("a filter was parsed when it was made");
    let registry = tracing_subscriber::registry().with(filter);
    match settings.format {
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
