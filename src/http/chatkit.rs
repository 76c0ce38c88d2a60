//! `POST /chatkit`: the one endpoint of the protocol.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{HttpServices, attachments, body, error::ApiError, identity::Identified, sse};
use crate::{
    actors::thread::messages::{
        AddFeedback, CancelTurn, DeleteThread, FollowTurn, GetThread, ListItems, Opening, RenameThread,
        RunSyncAction, StartTurn,
    },
    agent::Audio,
    context::RequestContext,
    protocol::{
        ItemId, PageQuery, ThreadId,
        content::UserContent,
        page::Order,
        request::{Feedback, Operation, Request, Transcribe, UserMessageInput},
    },
};

/// Where the endpoint is.
pub const PATH: &str = "/chatkit";

/// The header by which a client asks for a turn that goes on without it.
const RESUMABLE: &str = "chatkit-resumable";

/// The most items that one feedback is on: many more than a turn has, few enough for one write.
const MAX_FEEDBACK_ITEMS: usize = 1_000;

/// Handles one request: reads it, sends one message, answers.
///
/// A client that hangs up during a streamed answer cancels the turn and keeps what was written,
/// unless it asked for a resumable one.
pub async fn endpoint(
    request: HttpRequest,
    payload: web::Payload,
    Identified(context): Identified,
    services: web::Data<HttpServices>,
) -> Result<HttpResponse, ApiError> {
    let bytes = body::whole(&request, payload, services.settings.max_body_bytes).await?;
    let Request { operation, metadata } = Request::parse(&bytes)?;
    let resumable = request.headers().get(RESUMABLE).is_some_and(|value| value == "1");
    let context = RequestContext { metadata: Arc::new(metadata), ..context };
    let turns = Turns { services: &services, context: &context, resumable };
    let threads = &services.threads;
    let user = context.user_id.clone();
    match operation {
        Operation::CreateThread(create) => {
            check_message(&create.input, services.settings.max_message_bytes)?;
            let opening = Opening::CreateThread { item_id: ItemId::message(), input: create.input };
            let cursor = threads.create(&user, ThreadId::mint(), turns.message(opening)).await?;
            Ok(turns.stream(cursor))
        }
        Operation::AddUserMessage(add) => {
            check_message(&add.input, services.settings.max_message_bytes)?;
            let opening = Opening::AddUserMessage { item_id: ItemId::message(), input: add.input };
            turns.start(&add.thread_id, opening).await
        }
        Operation::AddClientToolOutput(add) => {
            turns.start(&add.thread_id, Opening::AddClientToolOutput { result: add.result }).await
        }
        Operation::AddStructuredInput(add) => {
            let opening = Opening::AddStructuredInput { item_id: add.item_id, submission: add.input };
            turns.start(&add.thread_id, opening).await
        }
        Operation::RetryAfterItem(retry) => {
            turns.start(&retry.thread_id, Opening::RetryAfterItem { item_id: retry.item_id }).await
        }
        Operation::CustomAction(act) => {
            let opening = Opening::CustomAction { item_id: act.item_id, action: act.action };
            turns.start(&act.thread_id, opening).await
        }
        Operation::SyncCustomAction(act) => {
            let message =
                RunSyncAction { context: context.clone(), item_id: act.item_id, action: act.action };
            let updated = threads.ask(&user, &act.thread_id, message).await?;
            Ok(match updated {
                Some(mut item) => {
                    context.links.fill_in(&mut item);
                    HttpResponse::Ok().json(json!({"updated_item": item}))
                }
                None => HttpResponse::Ok().json(json!({})),
            })
        }
        Operation::GetThread(get) => {
            let query = PageQuery::new(None, Order::Asc, None);
            let mut thread = threads.ask(&user, &get.thread_id, GetThread { query }).await?;
            thread.items.data.iter_mut().for_each(|item| context.links.fill_in(item));
            Ok(HttpResponse::Ok().json(thread))
        }
        Operation::ListThreads(list) => {
            let page = threads.list(&user, list.into()).await?;
            Ok(HttpResponse::Ok().json(page.map(|thread| thread.without_items())))
        }
        Operation::UpdateThread(update) => {
            check_title(&update.title)?;
            let thread = threads.ask(&user, &update.thread_id, RenameThread { title: update.title }).await?;
            Ok(HttpResponse::Ok().json(thread))
        }
        Operation::DeleteThread(delete) => {
            threads.ask(&user, &delete.thread_id, DeleteThread).await?;
            services.cleanup.notify_one();
            Ok(empty())
        }
        Operation::ListItems(list) => {
            let query = PageQuery::new(list.limit, list.order, list.after);
            let mut page = threads.ask(&user, &list.thread_id, ListItems { query }).await?;
            page.data.iter_mut().for_each(|item| context.links.fill_in(item));
            Ok(HttpResponse::Ok().json(page))
        }
        Operation::Feedback(feedback) => give_feedback(&services, &context, feedback).await,
        Operation::CreateAttachment(create) => {
            let attachment = attachments::create(&services, &context, create).await?;
            Ok(HttpResponse::Ok().json(attachment))
        }
        Operation::DeleteAttachment(delete) => {
            attachments::delete(&services, &context, delete.attachment_id).await?;
            Ok(empty())
        }
        Operation::Transcribe(transcribe) => transcribe_speech(&services, &context, transcribe).await,
        Operation::ResumeThread(resume) => {
            let after = resume.after.unwrap_or_default();
            let cursor = threads.ask(&user, &resume.thread_id, FollowTurn { after }).await?;
            Ok(match cursor {
                Some(cursor) => sse::response(cursor.with_ids(), services.settings.heartbeat),
                None => HttpResponse::NoContent().finish(),
            })
        }
        Operation::StopThread(stop) => {
            threads.ask(&user, &stop.thread_id, CancelTurn).await?;
            Ok(empty())
        }
    }
}

/// What the streaming requests have in common.
struct Turns<'a> {
    services: &'a HttpServices,
    context: &'a RequestContext,
    resumable: bool,
}

impl Turns<'_> {
    fn message(&self, opening: Opening) -> StartTurn {
        StartTurn { resumable: self.resumable, ..StartTurn::new(self.context.clone(), opening) }
    }

    async fn start(&self, thread_id: &ThreadId, opening: Opening) -> Result<HttpResponse, ApiError> {
        let message = self.message(opening);
        let cursor = self.services.threads.start_turn(&self.context.user_id, thread_id, message).await?;
        Ok(self.stream(cursor))
    }

    fn stream(&self, cursor: crate::actors::turn_log::TurnCursor) -> HttpResponse {
        let cursor = if self.resumable { cursor.with_ids() } else { cursor };
        sse::response(cursor, self.services.settings.heartbeat)
    }
}

fn empty() -> HttpResponse {
    HttpResponse::Ok().json(json!({}))
}

/// The longest title, in characters: lists carry titles, so they must stay small.
const MAX_TITLE_CHARS: usize = 1_000;

fn check_title(title: &str) -> Result<(), ApiError> {
    if title.chars().count() > MAX_TITLE_CHARS {
        return Err(ApiError::invalid(format!("a title has at most {MAX_TITLE_CHARS} characters"))
            .with_param("params.title"));
    }
    Ok(())
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
        return Err(ApiError::too_large(format!("the message is longer than the allowed {limit} bytes"))
            .with_param("params.input.content"));
    }
    if input.attachments.len() > 100 {
        return Err(
            ApiError::invalid("a message has at most 100 attachments").with_param("params.input.attachments")
        );
    }
    Ok(())
}

async fn give_feedback(
    services: &HttpServices,
    context: &RequestContext,
    feedback: Feedback,
) -> Result<HttpResponse, ApiError> {
    if feedback.item_ids.len() > MAX_FEEDBACK_ITEMS {
        return Err(ApiError::invalid(format!("feedback is on at most {MAX_FEEDBACK_ITEMS} items"))
            .with_param("params.item_ids"));
    }
    let thread_id = feedback.thread_id.clone();
    let message = AddFeedback { feedback: feedback.clone() };
    services.threads.ask(&context.user_id, &thread_id, message).await?;
    services.responder.add_feedback(context, &feedback).await?;
    Ok(empty())
}

async fn transcribe_speech(
    services: &HttpServices,
    context: &RequestContext,
    Transcribe { audio_base64, mime_type }: Transcribe,
) -> Result<HttpResponse, ApiError> {
    let data = STANDARD.decode(audio_base64).map_err(|error| {
        ApiError::invalid(format!("`params.audio_base64` is no base64: {error}"))
            .with_param("params.audio_base64")
    })?;
    let audio = Audio { data: data.into(), mime_type };
    let text = services.responder.transcribe(context, audio).await?;
    Ok(HttpResponse::Ok().json(json!({"text": text})))
}
