//! One handler an operation: each checks its request, sends one message, and answers.
//!
//! This file only says which handler answers which operation, and what all handlers are given.

mod actions;
mod attachments;
mod extensions;
mod feedback;
mod items;
mod stream;
mod threads;
mod transcription;
mod turns;

use actix_web::HttpResponse;
use serde_json::json;

pub use self::stream::StreamForm;
use super::{HttpServices, error::ApiError};
use crate::{
    context::{RequestContext, UserId},
    protocol::request::Operation,
};

/// What each handler is given beside its operation.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// What all handlers share.
    pub services: &'a HttpServices,
    /// Who asks.
    pub context: &'a RequestContext,
    /// What a streamed answer looks like.
    pub stream_form: StreamForm,
}

impl Call<'_> {
    fn user(&self) -> &UserId {
        &self.context.user_id
    }
}

/// Has the operation's handler answer.
pub async fn answer(call: Call<'_>, operation: Operation) -> Result<HttpResponse, ApiError> {
    match operation {
        Operation::CreateThread(request) => turns::create_thread(call, request).await,
        Operation::AddUserMessage(request) => turns::add_user_message(call, request).await,
        Operation::AddClientToolOutput(request) => turns::add_client_tool_output(call, request).await,
        Operation::AddStructuredInput(request) => turns::add_structured_input(call, request).await,
        Operation::RetryAfterItem(request) => turns::retry_after_item(call, request).await,
        Operation::CustomAction(request) => actions::run(call, request).await,
        Operation::SyncCustomAction(request) => actions::run_synchronously(call, request).await,
        Operation::GetThread(request) => threads::get(call, request).await,
        Operation::ListThreads(request) => threads::list(call, request).await,
        Operation::UpdateThread(request) => threads::update(call, request).await,
        Operation::DeleteThread(request) => threads::delete(call, request).await,
        Operation::ListItems(request) => items::list(call, request).await,
        Operation::Feedback(request) => feedback::add(call, request).await,
        Operation::CreateAttachment(request) => attachments::create(call, request).await,
        Operation::DeleteAttachment(request) => attachments::delete(call, request).await,
        Operation::Transcribe(request) => transcription::transcribe(call, request).await,
        Operation::ResumeThread(request) => extensions::resume(call, request).await,
        Operation::StopThread(request) => extensions::stop(call, request).await,
    }
}

/// The answer of an operation that has nothing to tell.
fn empty() -> HttpResponse {
    HttpResponse::Ok().json(json!({}))
}
