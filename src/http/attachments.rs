//! Attachments over HTTP: announcing them, sending their bytes, seeing them.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use actix_files::NamedFile;
use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    error::PayloadError,
    http::header::{
        self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue,
    },
    mime::Mime,
    web,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::Deserialize;

use super::{
    HttpServices, body,
    bounds::{self, MAX_ID_BYTES},
    error::ApiError,
    identity,
};
use crate::{
    context::{RequestContext, UserId},
    links::{self, AttachmentLinks, Purpose, Signature},
    protocol::{
        Attachment, AttachmentId, Timestamp,
        attachment::AttachmentCommon,
        error::{CodedError, ErrorCode},
        request::CreateAttachment,
    },
    store::{AttachmentRecord, Change, Commit, StoreError, Upload, UploadRules},
};

/// The longest file name that is kept.
const MAX_NAME_CHARS: usize = 255;
/// The longest media type.
const MAX_MIME_CHARS: usize = 127;
/// How many bytes of other form fields before the file are skipped.
const MAX_OTHER_FIELD_BYTES: usize = 64 << 10;

/// The attachments whose bytes are arriving right now: a second upload of one must not replace the
/// file under the first.
#[derive(Debug, Default)]
pub struct Arriving(Mutex<HashSet<AttachmentId>>);

/// One upload's place among those that arrive.
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

/// Announces a file (`attachments.create`) and says where its bytes go.
pub async fn create(
    services: &HttpServices,
    context: &RequestContext,
    request: CreateAttachment,
) -> Result<Attachment, ApiError> {
    services.attachments()?;
    let name = checked_name(&request.name)?;
    let mime_type = checked_mime_type(&request.mime_type)?;
    let size = u64::try_from(request.size)
        .map_err(|_| ApiError::invalid("`params.size` must not be negative").with_param("params.size"))?;
    let limit = services.settings.max_upload_bytes;
    if size > limit {
        let error = CodedError::new(ErrorCode::FileTooLarge).with_max_bytes(limit);
        return Err(ApiError::from(error).with_param("params.size"));
    }
    let record = AttachmentRecord {
        id: AttachmentId::mint(),
        user_id: context.user_id.clone(),
        thread_id: None,
        name,
        mime_type,
        announced_size_bytes: size,
        file: None,
        created_at: Timestamp::now(),
    };
    let mut attachment = describe(&record, &context.links);
    attachment.common_mut().upload_descriptor = Some(context.links.upload(&record.id));
    services.store.submit(Commit::new(&context.user_id, vec![Change::CreateAttachment(record)])).await?;
    Ok(attachment)
}

/// Removes a file (`attachments.delete`). Succeeds when there is none.
pub async fn delete(
    services: &HttpServices,
    context: &RequestContext,
    attachment_id: AttachmentId,
) -> Result<(), ApiError> {
    services.attachments()?;
    services
        .store
        .submit(Commit::new(&context.user_id, vec![Change::DeleteAttachment { attachment_id }]))
        .await?;
    services.cleanup.notify_one();
    Ok(())
}

/// The attachment as clients see it, without an upload descriptor.
fn describe(record: &AttachmentRecord, links: &AttachmentLinks) -> Attachment {
    let common = AttachmentCommon {
        id: record.id.clone(),
        name: record.name.clone(),
        mime_type: record.mime_type.clone(),
        upload_descriptor: None,
        thread_id: record.thread_id.clone(),
    };
    if record.is_picture() {
        Attachment::Image { common, preview_url: links.preview(&record.id) }
    } else {
        Attachment::File { common }
    }
}

fn checked_name(name: &str) -> Result<String, ApiError> {
    // Keep only the last part of a path, in case a client sends one. The name is never used as a path.
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let has_control = last.trim().chars().any(char::is_control);
    let name = bounds::displayable(last).trim().to_owned();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || has_control {
        return Err(ApiError::invalid(format!(
            "`params.name` must be a file name of 1 to {MAX_NAME_CHARS} characters"
        ))
        .with_param("params.name"));
    }
    Ok(name)
}

fn checked_mime_type(mime_type: &str) -> Result<String, ApiError> {
    let valid = mime_type.len() <= MAX_MIME_CHARS
        && mime_type.parse::<Mime>().is_ok_and(|mime| mime.essence_str().eq_ignore_ascii_case(mime_type))
        // The parser takes `image/`.
        && !mime_type.ends_with('/');
    if !valid {
        return Err(ApiError::invalid("`params.mime_type` must be a plain `type/subtype`")
            .with_param("params.mime_type"));
    }
    Ok(mime_type.to_ascii_lowercase())
}

/// The variable part of an address, read by name, since the scope we are mounted in may have variables of
/// its own.
#[derive(Deserialize)]
pub struct Place {
    attachment_id: AttachmentId,
}

impl Place {
    /// The id, which may be one that never was: an address can say anything.
    fn id(self) -> Result<AttachmentId, ApiError> {
        let Self { attachment_id } = self;
        if attachment_id.as_str().len() > MAX_ID_BYTES || attachment_id.as_str().contains('\0') {
            return Err(StoreError::AttachmentNotFound { attachment_id }.into());
        }
        Ok(attachment_id)
    }
}

/// The signed part of an address, if it has one.
#[derive(Deserialize)]
pub struct Access {
    user: Option<String>,
    expires: Option<u64>,
    signature: Option<String>,
    /// Asks for the bytes as they came instead of a small version.
    #[serde(default)]
    original: Option<String>,
}

impl Access {
    /// The owner of the attachment: named by the signature of the address, or else the caller.
    async fn user(
        &self,
        request: &HttpRequest,
        services: &HttpServices,
        purpose: Purpose,
        id: &AttachmentId,
    ) -> Result<UserId, ApiError> {
        match (&self.user, self.expires, &self.signature) {
            (Some(user), Some(expires), Some(signature)) => {
                let signature = Signature { user: user.clone(), expires, signature: signature.clone() };
                Ok(services.signer.check(purpose, id, &signature, links::now_secs())?)
            }
            _ => Ok(identity::caller(request, services).await?.into_user_id()),
        }
    }
}

/// `POST|PUT /upload/{id}`: takes the bytes, either as the field `file` of a form or as the body itself.
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
pub(super) async fn receive_form(
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

/// `GET /preview/{id}`: sends a small version of a picture. With `original=1`, and for other files, it sends
/// the bytes as they came.
pub async fn preview(
    request: HttpRequest,
    place: web::Path<Place>,
    access: web::Query<Access>,
    services: web::Data<HttpServices>,
) -> Result<HttpResponse, ApiError> {
    let store = services.attachments()?;
    let id = place.into_inner().id()?;
    let user = access.user(&request, &services, Purpose::Preview, &id).await?;
    let record = services.store.attachment(&user, &id).await?;
    if record.file.is_none() {
        return Err(StoreError::AttachmentNotFound { attachment_id: id }.into());
    }
    let wants_original = access.original.as_deref().is_some_and(|value| value != "0");
    let (path, mime_type) = if record.is_picture() && !wants_original {
        let thumbnail = store.thumbnail(&id).await?;
        (thumbnail.path, thumbnail.mime_type.to_owned())
    } else {
        (store.original(&id).await?, record.mime_type.clone())
    };
    let file = web::block(move || NamedFile::open(path))
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)?;
    let mime: Mime = mime_type.parse().unwrap_or(actix_web::mime::APPLICATION_OCTET_STREAM);
    // Only pictures are shown inline: anything else, SVG and HTML above all, may run scripts.
    let disposition = if record.is_picture() { DispositionType::Inline } else { DispositionType::Attachment };
    let mut response = file
        .set_content_type(mime)
        .set_content_disposition(ContentDisposition {
            disposition,
            parameters: vec![DispositionParam::FilenameExt(ExtendedValue {
                charset: Charset::Ext("UTF-8".to_owned()),
                language_tag: None,
                value: record.name.into_bytes(),
            })],
        })
        .into_response(&request);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_a_type_and_a_subtype() {
        for mime_type in ["image/png", "IMAGE/PNG", "image/svg+xml", "application/vnd.a.b-c"] {
            assert_eq!(checked_mime_type(mime_type).unwrap(), mime_type.to_ascii_lowercase());
        }
        for mime_type in ["", "/", "image", "image/", "/png", "image/png/x", "image/png; a=b", " image/png"] {
            assert!(checked_mime_type(mime_type).is_err(), "{mime_type}");
        }
    }
}
