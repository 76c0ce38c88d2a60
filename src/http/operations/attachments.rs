//! Announcing and removing attachments; their bytes come and go by routes of their own.

use actix_web::HttpResponse;

use super::{Call, empty};
use crate::{
    http::{attachments, error::ApiError},
    protocol::request::{CreateAttachment, DeleteAttachment},
};

/// `attachments.create`: announces a file.
pub(super) async fn create(call: Call<'_>, request: CreateAttachment) -> Result<HttpResponse, ApiError> {
    let attachment = attachments::create(call.services, call.context, request).await?;
    Ok(HttpResponse::Ok().json(attachment))
}

/// `attachments.delete`. Succeeds as well when there is no such attachment.
pub(super) async fn delete(
    call: Call<'_>,
    DeleteAttachment { attachment_id }: DeleteAttachment,
) -> Result<HttpResponse, ApiError> {
    attachments::delete(call.services, call.context, attachment_id).await?;
    Ok(empty())
}
