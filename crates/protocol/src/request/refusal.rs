//! Why a body is no request.

/// Why a body is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No JSON text, no UTF-8, empty, or nested too deep.
    #[error("the body is no valid JSON: {reason}")]
    InvalidJson {
        /// What is wrong, and where.
        reason: String,
    },
    /// More values than any request needs.
    #[error("a request has at most {max_values} values in lists and objects")]
    TooManyValues {
        /// The most values.
        max_values: u32,
    },
    /// JSON, but no request.
    #[error("{reason}")]
    Invalid {
        /// What is wrong.
        reason: String,
        /// The path of the field at fault.
        param: Option<String>,
    },
}
