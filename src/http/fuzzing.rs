//! What fuzz targets call of this room.

use std::sync::{Arc, Mutex, PoisonError};

use actix_multipart::Multipart;
use actix_web::{
    ResponseError,
    error::PayloadError,
    http::header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;

use super::attachments::receive_form;
use crate::store::{AttachmentError, StoredFile, Upload};

/// The most bytes of a file.
const MAX_FILE_BYTES: usize = 1 << 16;

/// Takes the bytes that the handler writes.
struct Collected(Arc<Mutex<Vec<u8>>>);

#[async_trait]
impl Upload for Collected {
    async fn write(&mut self, chunk: Bytes) -> Result<(), AttachmentError> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_FILE_BYTES {
            return Err(AttachmentError::TooLarge { max_size_bytes: MAX_FILE_BYTES as u64 });
        }
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<StoredFile, AttachmentError> {
        Err(AttachmentError::Empty)
    }
}

/// Reads an uploaded form with the boundary `b` that comes in these pieces; gives the file in it, or the
/// status of the refusal.
pub async fn read_form(pieces: Vec<Bytes>) -> Result<Vec<u8>, u16> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=b"));
    let body = stream::iter(pieces.into_iter().map(Ok::<_, PayloadError>));
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let upload = Box::new(Collected(Arc::clone(&bytes)));
    receive_form(upload, Multipart::new(&headers, body))
        .await
        .map_err(|error| error.status_code().as_u16())?;
    Ok(std::mem::take(&mut *bytes.lock().unwrap_or_else(PoisonError::into_inner)))
}
