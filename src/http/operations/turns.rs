//! What opens a turn: messages, answers to what the assistant asked, another try.

use actix_web::HttpResponse;

use super::Call;
use crate::{
    actors::thread::messages::Opening,
    http::error::ApiError,
    protocol::{
        ItemId, ThreadId,
        content::UserContent,
        error::{CodedError, ErrorCode},
        request::{
            AddClientToolOutput, AddStructuredInput, AddUserMessage, CreateThread, RetryAfterItem,
            UserMessageInput,
        },
    },
};

/// The most attachments of one message.
const MAX_ATTACHMENTS: usize = 100;

/// `threads.create`: makes a thread with its first message.
pub(super) async fn create_thread(
    call: Call<'_>,
    CreateThread { input }: CreateThread,
) -> Result<HttpResponse, ApiError> {
    check_message(&input, call.services.settings.max_message_bytes)?;
    let message = call.start_turn(Opening::CreateThread { item_id: ItemId::message(), input });
    let cursor = call.services.threads.create(call.user(), ThreadId::mint(), message).await?;
    Ok(call.stream(cursor))
}

/// `threads.add_user_message`.
pub(super) async fn add_user_message(
    call: Call<'_>,
    AddUserMessage { thread_id, input }: AddUserMessage,
) -> Result<HttpResponse, ApiError> {
    check_message(&input, call.services.settings.max_message_bytes)?;
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

fn check_message(input: &UserMessageInput, limit: usize) -> Result<(), ApiError> {
    // Tags carry free data of the page, which counts too.
    let text_bytes: usize = input
        .content
        .iter()
        .map(|part| match part {
            UserContent::InputText { text } => text.len(),
            tag @ UserContent::InputTag { .. } => serde_json::to_string(tag).map_or(0, |json| json.len()),
        })
        .sum();
    if text_bytes + input.quoted_text.as_ref().map_or(0, String::len) > limit {
        let error = CodedError::new(ErrorCode::MessageTooLarge).with_max_bytes(limit as u64);
        return Err(ApiError::from(error).with_param("params.input.content"));
    }
    if input.attachments.len() > MAX_ATTACHMENTS {
        let error = CodedError::new(ErrorCode::TooManyAttachments).with("max", MAX_ATTACHMENTS as u64);
        return Err(ApiError::from(error).with_param("params.input.attachments"));
    }
    Ok(())
}
