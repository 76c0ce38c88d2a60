//! What users think of items.

use actix_web::HttpResponse;

use super::{Call, empty};
use crate::{actors::thread::messages::AddFeedback, http::error::ApiError, protocol::request::Feedback};

/// `items.feedback`: stores the feedback, then has the responder hear it.
pub(super) async fn add(call: Call<'_>, feedback: Feedback) -> Result<HttpResponse, ApiError> {
    let message = AddFeedback { feedback: feedback.clone() };
    call.services.threads.read(call.user(), &feedback.thread_id, message).await?;
    call.services.hooks.add_feedback(call.context, &feedback).await?;
    Ok(empty())
}
