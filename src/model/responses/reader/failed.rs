//! Reads what a server says went wrong within a response.

use serde_json::Value;

use crate::model::{
    ModelError,
    provider::{Failure, Told},
};

/// The failure that an error within a stream tells of. Its code counts like a status.
pub(super) fn failure(error: Option<Value>) -> Failure {
    let Some(error) = error else {
        let reason = "the response failed, and the server does not say why".to_owned();
        return Failure::passing(ModelError::Provider { status: None, reason });
    };
    Failure::told(Told::of_value(&error))
}
