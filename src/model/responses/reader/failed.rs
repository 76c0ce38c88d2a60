//! Reads what a server says went wrong within a response.

use serde_json::Value;

use crate::model::{
    ModelError,
    provider::{Failure, error_value_text},
};

/// The failure that an error within a stream tells of. Its code counts like a status.
pub(super) fn failure(error: Option<Value>) -> Failure {
    let Some(error) = error else {
        let reason = "the response failed, and the server does not say why".to_owned();
        return Failure::passing(ModelError::Provider { status: None, reason });
    };
    let reason = error_value_text(&error);
    let code = error.get("code").or_else(|| error.get("type")).and_then(Value::as_str).unwrap_or_default();
    let status = error.get("code").or_else(|| error.get("status")).and_then(Value::as_u64);
    match (code, status.and_then(|status| u16::try_from(status).ok())) {
        ("rate_limit_exceeded", _) | (_, Some(429)) => {
            Failure::passing(ModelError::RateLimited { retry_after: None, reason })
        }
        ("server_error" | "vector_store_timeout" | "error" | "", None) => {
            Failure::passing(ModelError::Provider { status: None, reason })
        }
        (_, Some(status @ 500..)) => Failure::passing(ModelError::Provider { status: Some(status), reason }),
        (_, status) => Failure::lasting(ModelError::Rejected { status: status.unwrap_or(400), reason }),
    }
}
