//! Errors as clients see them: one JSON shape before a stream, one event within, and one table of codes for both.

mod code;
mod coded;

use serde::{Deserialize, Serialize};

pub use self::{
    code::{ErrorClass, ErrorCode, ErrorParams},
    coded::CodedError,
};

/// The one shape of an error answer: `{"error":{"code","message","param"?,"ext_params"?}}`.
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
    /// What a client needs to word the code itself.
    #[serde(default, skip_serializing_if = "ErrorParams::is_empty")]
    pub ext_params: ErrorParams,
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
