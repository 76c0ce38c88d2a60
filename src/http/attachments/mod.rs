//! Attachments over HTTP: how they are announced, uploaded, shown and deleted.

mod conditions;
mod preview;
mod upload;

use actix_web::{HttpRequest, mime::Mime};
use serde::Deserialize;

#[cfg(feature = "fuzzing")]
pub(super) use self::upload::receive_form;
pub use self::{
    preview::preview,
    upload::{Arriving, upload},
};
use super::{
    HttpServices,
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
    store::{AttachmentRecord, Change, Commit, StoreError},
};

/// The longest file name that is kept.
const MAX_NAME_CHARS: usize = 255;
/// The longest media type.
const MAX_MIME_CHARS: usize = 127;

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

/// Removes a file (`attachments.delete`). Succeeds even if it does not exist.
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

/// The variable part of an address. It is read by name, because the scope that the routes are mounted in may
/// have variables of its own.
#[derive(Deserialize)]
pub struct Place {
    attachment_id: AttachmentId,
}

impl Place {
    /// The id, if it could be one. An address can contain anything.
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
    /// The owner of the attachment: the user in the signed part of the address, or else the caller.
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
