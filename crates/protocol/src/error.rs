//! Errors as clients see them: one JSON shape before a stream, one event within.

use serde::{Deserialize, Serialize};

/// The one shape of an error answer: `{"error":{"code","message","param"?}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// The path of the field at fault, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
}

/// Why a request was refused before its answer began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body is no JSON text (400).
    InvalidJson,
    /// Unknown type, missing or wrong field (400).
    InvalidRequest,
    /// Nobody is signed in (401).
    Unauthorized,
    /// The origin or host is not allowed, or a signature is wrong (403).
    Forbidden,
    /// No such thread, item, attachment, cursor or path (404).
    NotFound,
    /// Another HTTP method is needed (405).
    MethodNotAllowed,
    /// The thing is in a state, or of a kind, that does not allow it (409).
    Conflict,
    /// Body or upload over its limit (413).
    TooLarge,
    /// An upload that is no form, or not the announced type (415).
    UnsupportedMediaType,
    /// A limit is reached; try again later (429, 503).
    Busy,
    /// A service behind this one failed (502, 504).
    UpstreamFailed,
    /// Not set up (501).
    NotImplemented,
    /// A fault of the server (500).
    Internal,
}

/// The `code` of an `error` event; the set is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StreamErrorCode {
    /// The event carries its own message.
    #[default]
    Custom,
    /// The client shows its own words.
    StreamError,
    /// A code this crate does not know.
    Other(String),
}

impl Serialize for StreamErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Custom => "custom",
            Self::StreamError => "stream.error",
            Self::Other(code) => code,
        })
    }
}

impl<'de> Deserialize<'de> for StreamErrorCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match String::deserialize(deserializer)?.as_str() {
            "custom" => Self::Custom,
            "stream.error" => Self::StreamError,
            other => Self::Other(other.to_owned()),
        })
    }
}
