//! What went wrong with one attempt, and whether another may go better.

use std::{error::Error, iter, time::Duration};

use reqwest::{Response, StatusCode, header::LOCATION};

use super::{Provider, retry, words::error_text};
use crate::model::{ModelError, TimeoutPhase};

/// How many bytes of an error response are read.
const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;
/// How long the body of an error response may take. Without it, the status alone says enough.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many characters of a server's message are passed on.
const MAX_REASON_CHARS: usize = 600;

/// A failed attempt.
#[derive(Debug)]
pub(in crate::model) struct Failure {
    pub(in crate::model) error: ModelError,
    /// Whether the same request may succeed later.
    pub(in crate::model) passing: bool,
    /// How long the server asks to wait.
    pub(in crate::model) retry_after: Option<Duration>,
}

impl Failure {
    /// A failure that will not pass by waiting.
    pub(in crate::model) fn lasting(error: ModelError) -> Self {
        Self { error, passing: false, retry_after: None }
    }

    /// A failure that may pass.
    pub(in crate::model) fn passing(error: ModelError) -> Self {
        Self { error, passing: true, retry_after: None }
    }

    /// The request could not be sent, or no response came.
    pub(in crate::model) fn of_transport(provider: &Provider, error: reqwest::Error) -> Self {
        let timed_out = error.is_timeout();
        let connecting = error.is_connect();
        let reason = chain(&error.without_url());
        Self::passing(match (connecting, timed_out) {
            (true, true) => {
                ModelError::Timeout { phase: TimeoutPhase::Connect, waited: provider.connect_timeout }
            }
            (true, false) => ModelError::Unreachable { host: provider.host.clone(), reason },
            (false, _) => ModelError::Interrupted { reason },
        })
    }

    /// The server answered with a status that is no success.
    pub(in crate::model) async fn of_response(provider: &Provider, mut response: Response) -> Self {
        let status = response.status();
        let retry_after = retry::retry_after(response.headers());
        let redirects = status.is_redirection() && response.headers().contains_key(LOCATION);
        let body =
            tokio::time::timeout(ERROR_BODY_TIMEOUT, read_bounded(&mut response)).await.unwrap_or_default();
        let reason = if redirects {
            "it redirects elsewhere, which is not followed; check the base URL".to_owned()
        } else {
            provider.redact(&reason(&body, status))
        };
        let passing = matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504);
        let error = match status.as_u16() {
            401 | 403 => ModelError::Unauthorized { reason },
            429 => ModelError::RateLimited { retry_after, reason },
            code @ 500.. => ModelError::Provider { status: Some(code), reason },
            code => ModelError::Rejected { status: code, reason },
        };
        Self { error, passing, retry_after }
    }
}

impl Provider {
    /// Removes keys from a server's message, in case the server repeated them.
    fn redact(&self, text: &str) -> String {
        self.secrets()
            .filter(|secret| !secret.is_empty())
            .fold(text.to_owned(), |text, secret| text.replace(secret, "[key]"))
    }
}

async fn read_bounded(response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < MAX_ERROR_BODY_BYTES {
        match response.chunk().await {
            Ok(Some(bytes)) => body.extend_from_slice(&bytes),
            Ok(None) | Err(_) => break,
        }
    }
    body.truncate(MAX_ERROR_BODY_BYTES);
    body
}

fn reason(body: &[u8], status: StatusCode) -> String {
    let text = error_text(body).unwrap_or_else(|| {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        // A proxy's error page says nothing more than its status.
        let is_page = text.starts_with('<');
        if text.is_empty() || is_page { status.canonical_reason().unwrap_or("no message") } else { text }
            .to_owned()
    });
    match text.char_indices().nth(MAX_REASON_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// An error with its causes; the outermost text alone is often only "error sending request".
pub(in crate::model) fn chain(error: &dyn Error) -> String {
    let texts: Vec<String> =
        iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string).collect();
    texts.join(": ")
}
