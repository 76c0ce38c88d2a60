//! `POST` and `PUT /upload/{id}`: takes the bytes of an announced attachment.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use actix_multipart::{Multipart, MultipartError};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, error::PayloadError, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use super::{Access, Place, describe};
use crate::{
    http::{HttpServices, body, error::ApiError, identity},
    links::Purpose,
    protocol::{
        AttachmentId,
        error::{CodedError, ErrorCode},
    },
    store::{Change, Commit, StoreError, Upload, UploadRules},
};

/// How many bytes of other form fields before the file are skipped.
const MAX_OTHER_FIELD_BYTES: usize = 64 << 10;

/// The attachments whose bytes are arriving now. A second upload of the same attachment must not replace the
/// file of the first.
#[derive(Debug, Default)]
pub struct Arriving(Mutex<HashSet<AttachmentId>>);

/// The entry of one upload, which is removed when it is dropped.
struct Arrival {
    arriving: Arc<Arriving>,
    id: AttachmentId,
}

impl Arriving {
    fn begin(self: &Arc<Self>, id: &AttachmentId) -> Result<Arrival, ApiError> {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !ids.insert(id.clone()) {
            let reason = format!("attachment `{id}` is being uploaded already");
            return Err(ApiError::new(ErrorCode::UploadUnderWay, reason));
        }
        Ok(Arrival { arriving: Arc::clone(self), id: id.clone() })
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.arriving.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// Takes the bytes, either as the field `file` of a form or as the body itself.
pub async fn upload(
    request: HttpRequest,
    place: web::Path<Place>,
    access: web::Query<Access>,
    payload: web::Payload,
    services: web::Data<HttpServices>,
) -> Result<HttpResponse, ApiError> {
    let store = services.attachments()?;
    let id = place.into_inner().id()?;
    let user = access.user(&request, &services, Purpose::Upload, &id).await?;
    let links = identity::links(&request, &services, "/upload/", user.clone())?;
    // Whoever does not own the attachment must not learn that its upload is under way.
    services.store.attachment(&user, &id).await?;
    // Registered before the row is read again, so that an upload that ends meanwhile is seen as finished.
    let _arrival = services.arriving.begin(&id)?;
    let record = services.store.attachment(&user, &id).await?;
    if record.file.is_some() {
        return Err(ApiError::new(
            ErrorCode::UploadFinished,
            format!("attachment `{id}` was uploaded already"),
        ));
    }
    let upload = store
        .begin(UploadRules {
            attachment_id: id.clone(),
            mime_type: record.mime_type.clone(),
            max_size_bytes: record.announced_size_bytes.min(services.settings.max_upload_bytes),
        })
        .await?;
    let content_type = request.content_type().to_ascii_lowercase();
    let upload = if content_type == "multipart/form-data" {
        receive_form(upload, Multipart::new(request.headers(), body::pieces(payload))).await?
    } else if content_type == "application/x-www-form-urlencoded" {
        return Err(ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "send the file as `multipart/form-data` with a field `file`, or as the body itself",
        ));
    } else {
        receive(upload, body::pieces(payload), |error| broken_upload(&error)).await?
    };
    let file = upload.finish().await?;
    let size_bytes = file.size_bytes;
    let change = Change::FinishUpload { attachment_id: id.clone(), file };
    if let Err(error) = services.store.submit(Commit::new(&user, vec![change])).await {
        // Nobody was told about these bytes, so they must not stay. In a conflict, though, the bytes that are
        // there belong to another upload.
        if !matches!(error, StoreError::Conflict { .. })
            && let Err(cause) = store.remove(&id).await
        {
            tracing::warn!(attachment.id = %id, %cause, "bytes of a failed upload not removed");
        }
        return Err(error.into());
    }
    tracing::info!(attachment.id = %id, size_bytes, "attachment uploaded");
    Ok(HttpResponse::Ok().json(describe(&record, &links)))
}

/// Takes the field `file` of a form and skips other fields.
pub(in crate::http) async fn receive_form(
    upload: Box<dyn Upload>,
    mut form: Multipart,
) -> Result<Box<dyn Upload>, ApiError> {
    let mut upload = Some(upload);
    let mut received = None;
    let mut passed_over = 0;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| broken_form(&error))?;
        match upload.take() {
            Some(waiting) if field.name() == Some("file") => {
                received = Some(receive(waiting, &mut field, |error| broken_form(&error)).await?);
            }
            waiting => {
                upload = waiting;
                while let Some(chunk) = field.next().await {
                    passed_over += chunk.map_err(|error| broken_form(&error))?.len();
                    if passed_over > MAX_OTHER_FIELD_BYTES {
                        let error = CodedError::new(ErrorCode::RequestTooLarge)
                            .with_max_bytes(MAX_OTHER_FIELD_BYTES as u64)
                            .with_message("the form has more than the file in it");
                        return Err(error.into());
                    }
                }
            }
        }
    }
    received.ok_or_else(|| ApiError::new(ErrorCode::UploadBroken, "the form has no field `file`"))
}

fn broken_upload(error: &PayloadError) -> ApiError {
    ApiError::new(ErrorCode::UploadBroken, format!("the upload broke off: {error}"))
}

fn broken_form(error: &MultipartError) -> ApiError {
    ApiError::new(ErrorCode::UploadBroken, format!("the form cannot be read: {error}"))
}

async fn receive<E>(
    mut upload: Box<dyn Upload>,
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    refuse: impl Fn(E) -> ApiError,
) -> Result<Box<dyn Upload>, ApiError> {
    while let Some(chunk) = body.next().await {
        upload.write(chunk.map_err(&refuse)?).await?;
    }
    Ok(upload)
}
