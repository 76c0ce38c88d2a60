//! What users think of items.

use actix_web::HttpResponse;

use super::{Call, empty};
use crate::{actors::thread::messages::AddFeedback, http::error::ApiError, protocol::request::Feedback};

/// The most items of one feedback: many more than a turn has, and few enough for one write.
const MAX_ITEMS: usize = 1_000;

/// `items.feedback`: stores the feedback, then has the responder hear it.
pub(super) async fn add(call: Call<'_>, feedback: Feedback) -> Result<HttpResponse, ApiError> {
    if feedback.item_ids.len() > MAX_ITEMS {
        return Err(ApiError::invalid(format!("feedback is on at most {MAX_ITEMS} items"))
            .with_param("params.item_ids"));
    }
    let message = AddFeedback { feedback: feedback.clone() };
    call.services.threads.ask(call.user(), &feedback.thread_id, message).await?;
    call.services.hooks.add_feedback(call.context, &feedback).await?;
    Ok(empty())
}
