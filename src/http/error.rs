//! Errors over HTTP: the one answer, with the status of each class of errors, and the one line in the log.
//!
//! Rooms below say what went wrong in their own words, give it a code of the one table
//! ([`ErrorCode`]), and know nothing of HTTP. What they say of the database or the disk reaches the log only.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};

use super::identity::IdentityError;
use crate::{
    actors::ThreadError,
    agent::ResponderError,
    links::SignatureError,
    protocol::{
        error::{CodedError, ErrorBody, ErrorClass, ErrorCode, ErrorDetail},
        request::parse::RequestError,
    },
    store::{AttachmentError, StoreError},
};

/// After how many seconds a client that met a limit may come again, where nothing better is known.
const RETRY_AFTER_SECS: u64 = 2;

/// The longest message. A request may name a thing by megabytes, and a message names the thing.
const MAX_MESSAGE_CHARS: usize = 500;

/// An error answer.
#[derive(Debug)]
pub struct ApiError {
    error: CodedError,
    /// The path of the field at fault.
    param: Option<String>,
    /// What only the log says.
    cause: Option<String>,
}

impl ApiError {
    /// An error of this code in words that say more than the table's.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        CodedError::new(code).with_message(message).into()
    }

    /// A wrong request (400).
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message)
    }

    /// An address with nothing behind it (404).
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// A fault of ours (500); only the log says which.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::from(ErrorCode::Internal).with_cause(cause)
    }

    /// The same error with the path of the field at fault.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same error with what only the log says.
    fn with_cause(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// What the client reads.
    fn message(&self) -> String {
        let mut message = self.error.to_string();
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE_CHARS) {
            message.truncate(end);
            message.push('…');
        }
        message
    }

    /// Writes the one line of the log.
    fn log(&self, message: &str) {
        let status = self.status_code().as_u16();
        let code = self.error.code().as_str();
        let cause = self.cause.as_deref().unwrap_or(message);
        match self.error.code().class() {
            ErrorClass::Internal | ErrorClass::NoSpace => {
                tracing::error!(http.status = status, error.code = code, cause, "request failed");
            }
            ErrorClass::Upstream | ErrorClass::UpstreamTimeout | ErrorClass::Unavailable => {
                tracing::warn!(http.status = status, error.code = code, cause, "request failed");
            }
            _ => {
                let param = self.param.as_deref();
                tracing::info!(
                    http.status = status,
                    error.code = code,
                    error.param = param,
                    cause,
                    "request refused"
                );
            }
        }
    }
}

/// The status of each class of errors.
fn status(class: ErrorClass) -> StatusCode {
    match class {
        ErrorClass::Invalid => StatusCode::BAD_REQUEST,
        ErrorClass::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorClass::Forbidden => StatusCode::FORBIDDEN,
        ErrorClass::NotFound => StatusCode::NOT_FOUND,
        ErrorClass::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorClass::Conflict => StatusCode::CONFLICT,
        ErrorClass::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorClass::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorClass::Limit => StatusCode::TOO_MANY_REQUESTS,
        ErrorClass::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorClass::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        ErrorClass::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        ErrorClass::Upstream => StatusCode::BAD_GATEWAY,
        ErrorClass::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status(self.error.code().class())
    }

    /// Writes the answer, and the one line of the log.
    fn error_response(&self) -> HttpResponse {
        let message = self.message();
        self.log(&message);
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        if matches!(self.error.code().class(), ErrorClass::Limit | ErrorClass::Unavailable) {
            let seconds =
                self.error.wait_seconds().filter(|seconds| *seconds > 0).unwrap_or(RETRY_AFTER_SECS);
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        let (code, ext_params) = (self.error.code(), self.error.params().clone());
        response
            .json(ErrorBody { error: ErrorDetail { code, message, param: self.param.clone(), ext_params } })
    }
}

impl From<CodedError> for ApiError {
    fn from(error: CodedError) -> Self {
        Self { error, param: None, cause: None }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        CodedError::new(code).into()
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::InvalidJson { .. } => Self::new(ErrorCode::InvalidJson, error.to_string()),
            RequestError::TooManyValues { .. } => Self::invalid(error.to_string()),
            RequestError::Invalid { reason, param } => {
                // The reason may quote what the user wrote, which no log line may.
                let error = Self::invalid(reason).with_cause("the request does not fit the protocol");
                match param {
                    Some(param) => error.with_param(param),
                    None => error,
                }
            }
        }
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Unauthorized { reason } => Self::new(ErrorCode::Unauthorized, reason),
            IdentityError::Forbidden { reason } => Self::new(ErrorCode::Forbidden, reason),
            IdentityError::Failed(cause) => Self::internal(cause),
        }
    }
}

impl From<SignatureError> for ApiError {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::Expired => ErrorCode::AddressExpired.into(),
            SignatureError::Invalid => ErrorCode::AddressInvalid.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::from(CodedError::from(&error)).with_cause(error)
    }
}

impl From<AttachmentError> for ApiError {
    fn from(error: AttachmentError) -> Self {
        Self::from(CodedError::from(&error)).with_cause(error)
    }
}

impl From<ThreadError> for ApiError {
    fn from(error: ThreadError) -> Self {
        match error {
            ThreadError::Responder(error) => error.into(),
            error => Self::from(CodedError::from(&error)).with_cause(error),
        }
    }
}

impl From<ResponderError> for ApiError {
    fn from(error: ResponderError) -> Self {
        let answer = Self::from(CodedError::from(&error)).with_cause(error.cause());
        match answer.error.code() {
            ErrorCode::RecordingEmpty | ErrorCode::RecordingTooLarge | ErrorCode::RecordingUnreadable => {
                answer.with_param("params.audio_base64")
            }
            ErrorCode::RecordingTypeUnsupported => answer.with_param("params.mime_type"),
            _ => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_message_does_not_grow_with_what_it_names() {
        let thread_id = "🧵".repeat(1 << 20).as_str().into();
        let error = ApiError::from(StoreError::ThreadNotFound { thread_id });
        let shown = error.to_string();
        assert_eq!(shown.chars().count(), MAX_MESSAGE_CHARS + 1);
        assert!(shown.starts_with("thread `🧵🧵") && shown.ends_with("🧵…"), "{shown}");
    }

    /// What `docs/ERRORS.md` says of a code.
    fn documented(code: ErrorCode) -> String {
        let retry = if code.retry_helps() { "yes" } else { "" };
        let params = code.params().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let words = format!("{} {}", code.text(), code.advice());
        format!(
            "| {} | `{code}` | {} | {retry} | {params} |",
            status(code.class()).as_u16(),
            words.trim_end()
        )
    }

    #[test]
    fn the_documentation_lists_all_codes_and_no_others() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ERRORS.md");
        let page = fs::read_to_string(path).unwrap();
        let is_row =
            |line: &&str| line.strip_prefix("| ").is_some_and(|row| row.starts_with(char::is_numeric));
        let listed: Vec<_> = page.lines().filter(is_row).collect();
        let expected: Vec<_> = ErrorCode::ALL.iter().map(|code| documented(*code)).collect();
        assert_eq!(listed, expected, "this table belongs into {path}:\n{}", expected.join("\n"));
    }

    /// Every file below a folder.
    fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn every_code_is_given_to_some_error() {
        let source: String = files(concat!(env!("CARGO_MANIFEST_DIR"), "/src").as_ref())
            .into_iter()
            .filter(|path| !path.ends_with("tests.rs"))
            .map(|path| fs::read_to_string(path).unwrap())
            // Below stand the tests of a file.
            .map(|text| text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned())
            .collect();
        for code in ErrorCode::ALL {
            let named = format!("ErrorCode::{code:?}");
            let given = source.split(&named).skip(1).any(|rest| !rest.starts_with(char::is_alphanumeric));
            assert!(given, "no error has the code {named}");
        }
    }
}
