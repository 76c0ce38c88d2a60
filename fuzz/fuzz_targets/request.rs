//! Any bytes as the body of a request: read, or refused in words; never a panic.

#![no_main]

use actix_chatkit::protocol::request::{Request, parse::RequestError};
use libfuzzer_sys::fuzz_target;

/// A refusal names what it refuses, and must not grow with it beyond bounds.
const MAX_REASON_CHARS: usize = 600;

fuzz_target!(|body: &[u8]| {
    match Request::parse(body) {
        Ok(request) => assert!(!request.operation.name().is_empty()),
        Err(RequestError::InvalidJson { reason } | RequestError::Invalid { reason, .. }) => {
            assert!(!reason.is_empty() && reason.chars().count() <= MAX_REASON_CHARS, "{reason}");
        }
        Err(RequestError::TooManyValues { max_values }) => assert!(max_values > 0),
    }
});
