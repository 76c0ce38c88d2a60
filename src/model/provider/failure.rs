//! What went wrong with one attempt, and whether another may go better.

use std::{error::Error, iter, time::Duration};

use reqwest::{Response, StatusCode, header::LOCATION};

use super::{Provider, cause::Cause, retry, words::Told};
use crate::model::{ModelError, TimeoutPhase};

/// How many bytes of an error response are read.
const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;
/// How long the body of an error response may take. Without it, the status alone says enough.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many characters of a server's message are passed on.
const MAX_REASON_CHARS: usize = 600;
/// The shortest key that is looked for in a server's message.
const MIN_SECRET_BYTES: usize = 8;

/// A failed attempt.
#[derive(Debug)]
pub(in crate::model) struct Failure {
    pub(in crate::model) error: ModelError,
    /// Whether the same request may succeed later.
    pub(in crate::model) passing: bool,
    /// How long the server asks to wait.
    pub(in crate::model) retry_after: Option<Duration>,
    /// What the server said, as it said it.
    pub(in crate::model) told: Option<Box<Told>>,
}

impl Failure {
    /// A failure that will not pass by waiting.
    pub(in crate::model) fn lasting(error: ModelError) -> Self {
        Self { error, passing: false, retry_after: None, told: None }
    }

    /// A failure that may pass.
    pub(in crate::model) fn passing(error: ModelError) -> Self {
        Self { passing: true, ..Self::lasting(error) }
    }

    /// An error that a server put into an answer that had begun well.
    ///
    /// A reader does not know whom it reads: the call judges the words, by [`Provider::judge`].
    pub(in crate::model) fn told(told: Told) -> Self {
        let reason = told.message.clone();
        Self::of_cause(Cause::of(&told), told, None, reason)
    }

    fn of_cause(cause: Cause, told: Told, retry_after: Option<Duration>, reason: String) -> Self {
        let retry_after = retry_after.or(told.wait);
        let status = told.status;
        let error = match cause {
            Cause::ContextFull => ModelError::ContextFull {
                limit: told.number_after(&LIMIT_WORDS),
                tokens: told.number_after(&LENGTH_WORDS),
                reason,
            },
            Cause::Filtered => ModelError::InputFiltered { reason },
            Cause::QuotaExhausted => ModelError::QuotaExhausted { reason },
            Cause::Loading => ModelError::Loading { reason },
            Cause::UnknownModel => ModelError::UnknownModel { reason },
            Cause::Unauthorized => ModelError::Unauthorized { reason },
            Cause::WrongAddress => ModelError::WrongAddress { reason },
            Cause::RateLimited => ModelError::RateLimited { retry_after, reason },
            Cause::Overloaded => ModelError::Overloaded { retry_after, reason },
            Cause::Failed => ModelError::Provider { status, reason },
            Cause::Rejected => {
                ModelError::Rejected { status: status.filter(|status| *status < 500).unwrap_or(400), reason }
            }
        };
        let passing = match cause {
            Cause::RateLimited | Cause::Overloaded | Cause::Loading => true,
            Cause::Failed => matches!(status, None | Some(500 | 502 | 503 | 504 | 520..=524)),
            // A model that wrote a call which its server could not read may write a better one.
            Cause::Rejected => status == Some(408) || told.is_coded(&["tool_use_failed"]),
            _ => false,
        };
        Self { error, passing, retry_after, told: Some(Box::new(told)) }
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
    pub(in crate::model) async fn of_response(
        provider: &Provider,
        model: &str,
        mut response: Response,
    ) -> Self {
        let status = response.status();
        let retry_after = retry::retry_after(response.headers());
        let redirects = status.is_redirection() && response.headers().contains_key(LOCATION);
        if redirects {
            return provider.wrong_address("it redirects elsewhere, which is not followed", model);
        }
        let body =
            tokio::time::timeout(ERROR_BODY_TIMEOUT, read_bounded(&mut response)).await.unwrap_or_default();
        provider.judge(Told::of_body(status.as_u16(), &body), retry_after, model)
    }
}

impl Provider {
    /// What a server's words mean for the call of a model.
    pub(in crate::model) fn judge(&self, told: Told, retry_after: Option<Duration>, model: &str) -> Failure {
        let cause = Cause::of(&told);
        let reason = self.with_advice(&self.in_one_line(&told), cause, model);
        Failure::of_cause(cause, told, retry_after, reason)
    }

    /// What answers at the address is no model server.
    pub(in crate::model) fn wrong_address(&self, reason: &str, model: &str) -> Failure {
        let reason = self.with_advice(reason, Cause::WrongAddress, model);
        Failure::lasting(ModelError::WrongAddress { reason })
    }

    /// What a server said for the log: one line of bounded length without keys.
    pub(in crate::model) fn in_one_line(&self, told: &Told) -> String {
        let canonical = || {
            let status = told.status.and_then(|status| StatusCode::from_u16(status).ok());
            status.and_then(|status| status.canonical_reason()).unwrap_or("no message").to_owned()
        };
        let text = match (told.message.is_empty(), told.codes.first()) {
            (true, None) => canonical(),
            (true, Some(code)) => code.clone(),
            (false, None) => told.message.clone(),
            (false, Some(code)) => format!("{} ({code})", told.message),
        };
        // A line end, or what a terminal takes for one, would begin a forged line of the log.
        let words: Vec<&str> =
            text.split(|character: char| character.is_control() || character == ' ').collect();
        let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let line = self.redact(&line);
        match line.char_indices().nth(MAX_REASON_CHARS) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    /// A reason with what an operator can do about it.
    fn with_advice(&self, reason: &str, cause: Cause, model: &str) -> String {
        let [address, name, key] = match self.kind {
            "openai" => ["OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_API_KEY"],
            "compatible" => ["OPENAI_BASE_URL (it usually ends in /v1)", "OPENAI_MODEL", "OPENAI_API_KEY"],
            "foundry" => ["FOUNDRY_PROJECT_ENDPOINT", "FOUNDRY_MODEL", "the credential"],
            _ => ["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT_NAME", "AZURE_OPENAI_API_KEY"],
        };
        let host = &self.host;
        match cause {
            Cause::Unauthorized => format!("{reason} [{host}; check {key}]"),
            Cause::UnknownModel => format!("{reason} [model `{model}` at {host}; check {name}]"),
            Cause::WrongAddress => format!("{reason} [{host}; check {address}]"),
            Cause::QuotaExhausted => format!("{reason} [{host}; the account of {key} needs credit]"),
            _ => format!("{reason} [model `{model}` at {host}]"),
        }
    }

    /// Removes keys from a server's message, in case the server repeated them.
    ///
    /// A key of a few letters is no secret, and removing it would spoil the words.
    fn redact(&self, text: &str) -> String {
        self.secrets()
            .filter(|secret| secret.len() >= MIN_SECRET_BYTES)
            .fold(text.to_owned(), |text, secret| text.replace(secret, "[key]"))
    }
}

/// Before the size of the window.
const LIMIT_WORDS: [&str; 12] = [
    "n_ctx=",
    "maximum context length is ",
    "maximum context length of ",
    "context length of only ",
    "context length of ",
    "tokens allowed (",
    "tokens > ",
    "context window of ",
    "context size (",
    "token limit of ",
    "limit of ",
    "limit ",
];
/// Before the length of the conversation.
const LENGTH_WORDS: [&str; 8] = [
    "n_prompt_tokens=",
    "requested ",
    "resulted in ",
    "input token count (",
    "too long: ",
    "keep the first ",
    "request has ",
    "request (",
];

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

/// An error with its causes; the outermost text alone is often only "error sending request".
pub(in crate::model) fn chain(error: &dyn Error) -> String {
    let texts: Vec<String> =
        iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string).collect();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::provider::{Endpoint, ExtraHeaders, Retries};

    fn provider(key: &str) -> Provider {
        let endpoint = Endpoint::Compatible {
            base_url: "http://127.0.0.1:9/v1".parse().unwrap(),
            api_key: Some(key.to_owned().into()),
        };
        let retries = Retries { max: 0, base_delay: Duration::ZERO, max_delay: Duration::ZERO };
        Provider::new(endpoint, ExtraHeaders::default(), Duration::from_secs(1), retries).unwrap()
    }

    #[test]
    fn a_server_cannot_forge_lines_of_the_log_and_keys_are_left_out() {
        let told = Told::of_text("no\r\n2026-01-01 ERROR\u{85}forged\u{1b}[2J for options-key-1");
        let line = provider("options-key-1").in_one_line(&told);
        assert_eq!(line, "no 2026-01-01 ERROR forged [2J for [key]");
        let short = provider("options").in_one_line(&Told::of_text("unknown: stream_options"));
        assert_eq!(short, "unknown: stream_options");
        let long = provider("options-key-1").in_one_line(&Told::of_text(&"é".repeat(2000)));
        assert_eq!(long.chars().count(), MAX_REASON_CHARS + 1);
    }

    #[test]
    fn the_sizes_of_a_window_and_of_a_conversation_are_read_from_many_words() {
        for (body, limit, tokens) in [
            (
                r#"{"error":{"message":"the request exceeds the available context size","n_prompt_tokens":5000,"n_ctx":4096}}"#,
                Some(4096),
                Some(5000),
            ),
            (
                r#"{"error":"request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it"}"#,
                Some(4096),
                Some(5000),
            ),
            (
                r#"{"message":"This model's maximum context length is 4,096 tokens. However, you requested 5000 tokens (3900 in the messages, 1100 in the completion)."}"#,
                Some(4096),
                Some(5000),
            ),
            (
                r#"{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
                Some(200_000),
                Some(210_000),
            ),
            (
                r#"[{"error":{"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."}}]"#,
                Some(1_048_576),
                Some(1_200_000),
            ),
            (
                r#"{"error":"Trying to keep the first 4958 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}"#,
                Some(4096),
                Some(4958),
            ),
            (r#"{"error":{"message":"x","code":"context_length_exceeded"}}"#, None, None),
        ] {
            match provider("").judge(Told::of_body(400, body.as_bytes()), None, "m").error {
                ModelError::ContextFull { limit: known, tokens: counted, .. } => {
                    assert_eq!((known, counted), (limit, tokens), "{body}");
                }
                other => panic!("{body}: {other:?}"),
            }
        }
    }
}
