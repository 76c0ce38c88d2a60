//! Operations beyond the reference's: following and stopping a running turn.

use actix_web::HttpResponse;

use super::{Call, empty};
use crate::{
    actors::thread::messages::{CancelTurn, FollowTurn},
    http::error::ApiError,
    protocol::request::{ResumeThread, ThreadRef},
};

/// `ext.threads.resume`: the running turn from an event on, always with the numbers of events; 204 when
/// no turn runs.
pub(super) async fn resume(
    call: Call<'_>,
    ResumeThread { thread_id, after }: ResumeThread,
) -> Result<HttpResponse, ApiError> {
    let message = FollowTurn { after: after.unwrap_or_default() };
    let cursor = call.services.threads.read(call.user(), &thread_id, message).await?;
    Ok(match cursor {
        Some(cursor) => call.stream(cursor.with_ids()),
        None => HttpResponse::NoContent().finish(),
    })
}

/// `ext.threads.stop`: cancels the running turn, and answers when what is kept of it is stored.
pub(super) async fn stop(
    call: Call<'_>,
    ThreadRef { thread_id }: ThreadRef,
) -> Result<HttpResponse, ApiError> {
    call.services.threads.read(call.user(), &thread_id, CancelTurn).await?;
    Ok(empty())
}
