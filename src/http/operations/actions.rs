//! Actions of widgets and pages.

use actix_web::HttpResponse;
use serde_json::json;

use super::{Call, empty};
use crate::{
    actors::thread::messages::{Opening, RunSyncAction},
    http::error::ApiError,
    protocol::request::CustomAction,
};

/// `threads.custom_action`: acts in a turn, and streams what comes of it.
pub(super) async fn run(
    call: Call<'_>,
    CustomAction { thread_id, item_id, action }: CustomAction,
) -> Result<HttpResponse, ApiError> {
    call.stream_turn(&thread_id, Opening::CustomAction { item_id, action }).await
}

/// `threads.sync_custom_action`: acts beside whatever turn runs, and answers with one item.
pub(super) async fn run_synchronously(
    call: Call<'_>,
    CustomAction { thread_id, item_id, action }: CustomAction,
) -> Result<HttpResponse, ApiError> {
    let message = RunSyncAction { context: call.context.clone(), item_id, action };
    let Some(mut item) = call.services.threads.ask(call.user(), &thread_id, message).await? else {
        return Ok(empty());
    };
    call.context.links.fill_in(&mut item);
    Ok(HttpResponse::Ok().json(json!({"updated_item": item})))
}
