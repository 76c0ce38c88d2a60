//! Reads request bodies within limits of length and of silence.

use std::{io, time::Duration};

use actix_web::{HttpRequest, error::PayloadError, http::header, web};
use bytes::{Bytes, BytesMut};
use tokio_stream::{Stream, StreamExt};

use super::error::ApiError;
use crate::protocol::error::{CodedError, ErrorCode};

/// How long a client may send nothing in the middle of a body. A phone that lost its network never sends
/// the rest, and what it has sent must not be held for ever.
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// The pieces of a body. The stream ends with an error when the client goes silent.
pub fn pieces(payload: web::Payload) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin {
    Box::pin(payload.timeout(MAX_SILENCE).map(|piece| {
        piece.unwrap_or_else(|_| {
            let silence = format!("nothing came for {} seconds", MAX_SILENCE.as_secs());
            Err(PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, silence)))
        })
    }))
}

/// A whole body; a declared length over the limit is refused before a byte is read.
pub async fn whole(request: &HttpRequest, payload: web::Payload, limit: usize) -> Result<Bytes, ApiError> {
    let too_large = || CodedError::new(ErrorCode::RequestTooLarge).with_max_bytes(limit as u64).into();
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if declared.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let mut pieces = pieces(payload);
    let mut body = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| broken_off(&error))?;
        if body.len() + piece.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// The error for a body that ended early.
pub fn broken_off(error: &PayloadError) -> ApiError {
    ApiError::invalid(format!("the request broke off: {error}"))
}
