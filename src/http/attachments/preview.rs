//! `GET /preview/{id}`: shows a picture, or gives a file back.

use std::{
    io,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, Charset, ContentDisposition, ContentRange, ContentRangeSpec, DispositionParam,
            DispositionType, ETag, EntityTag, ExtendedValue, HeaderValue, LastModified,
        },
    },
    mime::{self, Mime},
    web,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use sha2::{Digest, Sha256};

use super::{
    Access, Place,
    conditions::{Facts, Wanted},
};
use crate::{
    http::{HttpServices, error::ApiError},
    links::Purpose,
    protocol::{AttachmentId, Timestamp},
    store::{
        AttachmentBody, AttachmentError, AttachmentRecord, AttachmentStore, DerivedContent, DerivedFile,
        StoreError,
    },
};

/// Where the bytes of an answer come from.
enum Source {
    /// A file on this machine.
    Local(PathBuf),
    Memory(Bytes),
    /// The attachment's own bytes, which are elsewhere.
    Store,
}

/// Sends a small version of a picture. With `original=1`, and for other files, it sends the bytes as they came.
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
    let (source, mime_type) = if record.is_picture() && !wants_original {
        let DerivedFile { format, content } = services.thumbnails.get(store, &id).await?;
        let source = match content {
            DerivedContent::Local(path) => Source::Local(path),
            DerivedContent::Bytes(bytes) => Source::Memory(bytes),
        };
        (source, format.mime_type())
    } else {
        let source = store.local_file(&id).await?.map_or(Source::Store, Source::Local);
        (source, record.mime_type.as_str())
    };
    let media_type: Mime = mime_type.parse().unwrap_or(mime::APPLICATION_OCTET_STREAM);
    let disposition = disposition(&record);
    let mut response = match source {
        Source::Local(path) => local(path, &id)
            .await?
            .set_content_type(media_type)
            .set_content_disposition(disposition)
            .into_response(&request),
        source => {
            let mut response = answer(&request, store.as_ref(), &record, source).await?;
            let headers = response.headers_mut();
            for (name, value) in [
                (header::CONTENT_TYPE, content_type(&media_type)),
                (header::CONTENT_DISPOSITION, disposition.to_string()),
            ] {
                headers.insert(name, HeaderValue::try_from(value).map_err(ApiError::internal)?);
            }
            response
        }
    };
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

/// Only pictures are shown inline: anything else, SVG and HTML above all, may run scripts.
fn disposition(record: &AttachmentRecord) -> ContentDisposition {
    ContentDisposition {
        disposition: if record.is_picture() { DispositionType::Inline } else { DispositionType::Attachment },
        parameters: vec![DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: record.name.clone().into_bytes(),
        })],
    }
}

/// The media type, with the character set that `actix-files` supposes of some texts.
fn content_type(media_type: &Mime) -> String {
    const TEXTS: [Mime; 6] = [
        mime::APPLICATION_JAVASCRIPT,
        mime::TEXT_HTML,
        mime::TEXT_CSS,
        mime::TEXT_PLAIN,
        mime::TEXT_CSV,
        mime::TEXT_TAB_SEPARATED_VALUES,
    ];
    if TEXTS.contains(media_type) { format!("{media_type}; charset=utf-8") } else { media_type.to_string() }
}

async fn local(path: PathBuf, id: &AttachmentId) -> Result<NamedFile, ApiError> {
    let opened = web::block(move || NamedFile::open(path)).await.map_err(ApiError::internal)?;
    opened.map_err(|error| match error.kind() {
        // It was deleted a moment ago.
        io::ErrorKind::NotFound => StoreError::AttachmentNotFound { attachment_id: id.clone() }.into(),
        _ => ApiError::internal(error),
    })
}

/// Answers with bytes that are in no file of this machine as `NamedFile` answers with those that are.
async fn answer(
    request: &HttpRequest,
    store: &dyn AttachmentStore,
    record: &AttachmentRecord,
    source: Source,
) -> Result<HttpResponse, ApiError> {
    let facts = facts(record, &source)?;
    let wanted = facts.wanted(request);
    let size_bytes = facts.size_bytes;
    let (status, range) = match &wanted {
        Wanted::Whole => (StatusCode::OK, None),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, Some((range.start, range.end - 1))),
        Wanted::Nothing => (StatusCode::NOT_MODIFIED, None),
        Wanted::Others => (StatusCode::PRECONDITION_FAILED, None),
        Wanted::NoSuchPart => (StatusCode::RANGE_NOT_SATISFIABLE, None),
    };
    let mut response = HttpResponse::build(status);
    response
        .insert_header(LastModified(facts.last_modified()))
        .insert_header(ETag(facts.tag))
        .insert_header((header::ACCEPT_RANGES, "bytes"));
    if matches!(wanted, Wanted::Part(_) | Wanted::NoSuchPart) {
        let instance_length = Some(size_bytes);
        response.insert_header(ContentRange(ContentRangeSpec::Bytes { range, instance_length }));
    }
    let range = match wanted {
        Wanted::Whole => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nothing | Wanted::Others | Wanted::NoSuchPart => return Ok(response.finish()),
    };
    let length = range.as_ref().map_or(size_bytes, |range| range.end - range.start);
    if request.method() == Method::HEAD {
        if matches!(source, Source::Store) {
            store.size(&record.id).await?;
        }
        return Ok(response.body(SizedStream::new(length, stream::empty::<Result<Bytes, AttachmentError>>())));
    }
    let body = match source {
        Source::Memory(bytes) => AttachmentBody::from_bytes(&bytes, range),
        Source::Local(_) | Source::Store => store.open(&record.id, range).await?,
    };
    if body.size_bytes() != size_bytes {
        return Err(ApiError::internal(format!("the store has {} of {size_bytes} bytes", body.size_bytes())));
    }
    let id = record.id.clone();
    let bytes = body.into_stream().inspect_err(move |error| {
        // The answer has begun, so that it can only break off.
        tracing::warn!(attachment.id = %id, cause = %error, "attachment not sent to its end");
    });
    Ok(response.body(SizedStream::new(length, bytes)))
}

fn facts(record: &AttachmentRecord, source: &Source) -> Result<Facts, ApiError> {
    let (size_bytes, hash) = match (source, &record.file) {
        (Source::Memory(bytes), _) => (bytes.len() as u64, URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))),
        (_, Some(file)) => (file.size_bytes, file.sha256.clone()),
        (_, None) => return Err(StoreError::AttachmentNotFound { attachment_id: record.id.clone() }.into()),
    };
    Ok(Facts { size_bytes, tag: EntityTag::new_strong(hash), modified: system_time(record.created_at) })
}

fn system_time(timestamp: Timestamp) -> SystemTime {
    let since_1970 = Duration::from_micros(u64::try_from(timestamp.as_microsecond()).unwrap_or_default());
    SystemTime::UNIX_EPOCH + since_1970
}
