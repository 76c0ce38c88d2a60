//! What opens a turn: messages, answers to what the assistant asked, another try.

use actix_web::HttpResponse;

use super::Call;
use crate::{
    actors::thread::messages::Opening,
    http::error::ApiError,
    protocol::{
        ItemId, ThreadId,
        request::{AddClientToolOutput, AddStructuredInput, AddUserMessage, CreateThread, RetryAfterItem},
    },
};

/// `threads.create`: makes a thread with its first message.
pub(super) async fn create_thread(
    call: Call<'_>,
    CreateThread { input }: CreateThread,
) -> Result<HttpResponse, ApiError> {
    let message = call.start_turn(Opening::CreateThread { item_id: ItemId::message(), input });
    let cursor = call.services.threads.create(call.user(), ThreadId::mint(), message).await?;
    Ok(call.stream(cursor))
}

/// `threads.add_user_message`.
pub(super) async fn add_user_message(
    call: Call<'_>,
    AddUserMessage { thread_id, input }: AddUserMessage,
) -> Result<HttpResponse, ApiError> {
    call.stream_turn(&thread_id, Opening::AddUserMessage { item_id: ItemId::message(), input }).await
}

/// `threads.add_client_tool_output`: goes on after the page has run a tool.
pub(super) async fn add_client_tool_output(
    call: Call<'_>,
    AddClientToolOutput { thread_id, result }: AddClientToolOutput,
) -> Result<HttpResponse, ApiError> {
    call.stream_turn(&thread_id, Opening::AddClientToolOutput { result }).await
}

/// `threads.add_structured_input`: goes on after the user has answered a form.
pub(super) async fn add_structured_input(
    call: Call<'_>,
    AddStructuredInput { thread_id, item_id, input }: AddStructuredInput,
) -> Result<HttpResponse, ApiError> {
    call.stream_turn(&thread_id, Opening::AddStructuredInput { item_id, submission: input }).await
}

/// `threads.retry_after_item`: answers a message again.
pub(super) async fn retry_after_item(
    call: Call<'_>,
    RetryAfterItem { thread_id, item_id }: RetryAfterItem,
) -> Result<HttpResponse, ApiError> {
    call.stream_turn(&thread_id, Opening::RetryAfterItem { item_id }).await
}
