//! Opens a turn: checks what the user did, stores it, and says what the clients see first.

use std::sync::Arc;

use super::{messages::Opening, state::ThreadState};
use crate::{
    actors::ThreadError,
    context::RequestContext,
    protocol::{
        Attachment, ItemId, ItemKind, ThreadItem, ThreadMetadata, ThreadStreamEvent,
        action::Action,
        attachment::AttachmentCommon,
        error::{ErrorCode, ErrorParams, StreamErrorCode},
        item::{ClientToolCallStatus, UserMessage},
        request::UserMessageInput,
        structured_input::{StructuredInputStatus, StructuredInputSubmission},
    },
    store::{Change, Store},
};

/// A turn that was opened and may run.
#[derive(Debug)]
pub struct Opened {
    /// What the clients see before the responder's own events.
    pub events: Vec<ThreadStreamEvent>,
    /// What the responder is asked.
    pub task: Task,
}

/// What the responder is asked.
#[derive(Debug)]
pub enum Task {
    /// The responder is to answer.
    Respond {
        /// The user's message, if one is to be answered.
        input: Option<Arc<ThreadItem>>,
        /// The client tool call or structured input that was answered, if one was.
        answered: Option<Arc<ThreadItem>>,
    },
    /// The responder is to act on a control.
    Act {
        /// What was asked for.
        action: Box<Action>,
        /// The widget the control is in.
        sender: Option<Box<ThreadItem>>,
    },
    /// The responder is not asked: the events say everything.
    Nothing,
}

impl Task {
    /// The responder is to answer the user's message.
    fn message(item: ThreadItem) -> Self {
        Self::Respond { input: Some(Arc::new(item)), answered: None }
    }

    /// The item that the user answered.
    pub fn answered_item(&self) -> Option<Arc<ThreadItem>> {
        match self {
            Self::Respond { answered, .. } => answered.clone(),
            Self::Act { .. } | Self::Nothing => None,
        }
    }

    /// The responder is to go on after the user answered an item.
    fn answered(item: ThreadItem) -> Self {
        Self::Respond { input: None, answered: Some(Arc::new(item)) }
    }
}

/// Checks and stores what the user did. When it fails, nothing was changed.
pub async fn open(
    state: &ThreadState,
    store: &dyn Store,
    context: &RequestContext,
    opening: Opening,
) -> Result<Opened, ThreadError> {
    match opening {
        Opening::CreateThread { item_id, input } => {
            let metadata = ThreadMetadata::clone(&state.journal.metadata());
            let created = ThreadStreamEvent::ThreadCreated { thread: metadata.without_items() };
            state.begin_empty();
            let create_thread = Some(Change::CreateThread(metadata));
            let opened = user_message(state, store, context, item_id, input, create_thread).await?;
            Ok(Opened { events: [vec![created], opened.events].concat(), ..opened })
        }
        Opening::AddUserMessage { item_id, input } => {
            state.recent_items().await?;
            user_message(state, store, context, item_id, input, None).await
        }
        Opening::AddClientToolOutput { result } => client_tool_output(state, result).await,
        Opening::AddStructuredInput { item_id, submission } => {
            structured_input(state, item_id, submission).await
        }
        Opening::RetryAfterItem { item_id } => retry(state, item_id).await,
        Opening::CustomAction { item_id, action } => custom_action(state, item_id, action).await,
    }
}

/// The error for an item that is not of the kind that the request needs.
pub(super) fn wrong_kind(item_id: &ItemId, needed: &str) -> ThreadError {
    ThreadError::conflict(ErrorCode::WrongItemKind, format!("item `{item_id}` is no {needed}"))
}

fn not_pending(reason: &str) -> ThreadError {
    ThreadError::conflict(ErrorCode::NoPendingToolCall, reason)
}

async fn structured_input(
    state: &ThreadState,
    item_id: ItemId,
    submission: StructuredInputSubmission,
) -> Result<Opened, ThreadError> {
    let mut item = state.item(&item_id).await?;
    let ItemKind::StructuredInput(form) = &mut item.kind else {
        return Err(wrong_kind(&item_id, "structured input"));
    };
    if form.status != StructuredInputStatus::Pending {
        let reason = format!("structured input `{item_id}` was answered already");
        return Err(ThreadError::conflict(ErrorCode::AlreadyAnswered, reason));
    }
    form.inputs.iter_mut().for_each(|input| input.take_answer(&submission));
    form.status = submission.status.into();
    state.recent_items().await?;
    state.commit(vec![Change::PutItem(item.clone().into()), state.begin_turn()]).await?;
    Ok(Opened {
        events: vec![ThreadStreamEvent::ItemReplaced { item: item.clone() }],
        task: Task::answered(item),
    })
}

async fn retry(state: &ThreadState, item_id: ItemId) -> Result<Opened, ThreadError> {
    let item = state.item(&item_id).await?;
    if !matches!(item.kind, ItemKind::UserMessage(_)) {
        return Err(wrong_kind(&item_id, "user message"));
    }
    state.recent_items().await?;
    let thread_id = state.thread_id();
    state.commit(vec![Change::RemoveItemsAfter { thread_id, item_id }, state.begin_turn()]).await?;
    Ok(Opened { events: Vec::new(), task: Task::message(item) })
}

async fn custom_action(
    state: &ThreadState,
    item_id: Option<ItemId>,
    action: Action,
) -> Result<Opened, ThreadError> {
    let sender = match item_id {
        Some(item_id) => Some(state.item(&item_id).await?),
        None => None,
    };
    if sender.as_ref().is_some_and(|sender| !matches!(sender.kind, ItemKind::Widget(_))) {
        // Such a turn leaves nothing behind, but no later turn may have the numbers of its events.
        let end = Change::EndTurn { thread_id: state.thread_id() };
        state.commit(vec![state.begin_turn(), end]).await?;
        let error = ThreadStreamEvent::Error {
            code: StreamErrorCode::StreamError,
            message: None,
            allow_retry: false,
            ext_code: Some(ErrorCode::WrongItemKind),
            ext_params: ErrorParams::new(),
        };
        return Ok(Opened { events: vec![error], task: Task::Nothing });
    }
    state.recent_items().await?;
    state.commit(vec![state.begin_turn()]).await?;
    let task = Task::Act { action: Box::new(action), sender: sender.map(Box::new) };
    Ok(Opened { events: Vec::new(), task })
}

async fn user_message(
    state: &ThreadState,
    store: &dyn Store,
    context: &RequestContext,
    item_id: ItemId,
    input: UserMessageInput,
    create_thread: Option<Change>,
) -> Result<Opened, ThreadError> {
    let thread_id = state.thread_id();
    let mut changes: Vec<Change> = create_thread.into_iter().collect();
    let mut attachments = Vec::with_capacity(input.attachments.len());
    for attachment_id in input.attachments {
        let record = store.attachment(&state.user_id, &attachment_id).await?;
        if record.file.is_none() {
            let reason = format!("the file of attachment `{attachment_id}` has not been uploaded yet");
            return Err(ThreadError::conflict(ErrorCode::AttachmentNotUploaded, reason));
        }
        if record.thread_id.as_ref().is_some_and(|other| *other != thread_id) {
            let reason = format!("attachment `{attachment_id}` belongs to another thread");
            return Err(ThreadError::conflict(ErrorCode::AttachmentInUse, reason));
        }
        let is_image = record.is_picture();
        let common = AttachmentCommon {
            id: record.id,
            name: record.name,
            mime_type: record.mime_type,
            upload_descriptor: None,
            thread_id: Some(thread_id.clone()),
        };
        attachments.push(if is_image {
            // `links` makes addresses for each client when the item is sent.
            Attachment::Image { common, preview_url: String::new() }
        } else {
            Attachment::File { common }
        });
        changes.push(Change::LinkAttachment { attachment_id, thread_id: thread_id.clone() });
    }
    let message = UserMessage {
        content: input.content,
        attachments,
        quoted_text: input.quoted_text,
        inference_options: input.inference_options,
    };
    let item = ThreadItem::new(item_id, thread_id, ItemKind::UserMessage(message));
    changes.push(Change::PutItem(item.clone().into()));
    changes.push(state.begin_turn());
    state.commit(changes).await?;
    let mut shown = item.clone();
    context.links.fill_in(&mut shown);
    Ok(Opened { events: vec![ThreadStreamEvent::ItemDone { item: shown }], task: Task::message(item) })
}

/// How many items back other pending calls are looked for, as in the reference.
const PENDING_CALLS_WINDOW: usize = 20;

async fn client_tool_output(state: &ThreadState, result: serde_json::Value) -> Result<Opened, ThreadError> {
    let recent = state.recent_items().await?;
    let mut visible = recent.iter().rev().filter(|item| !item.is_hidden());
    let newest = visible.next().map(|item| ThreadItem::clone(item));
    let Some(mut item) = newest else {
        return Err(not_pending("no client tool call is pending"));
    };
    let ItemKind::ClientToolCall(call) = &mut item.kind else {
        return Err(not_pending("the thread's last item is no client tool call"));
    };
    if call.status != ClientToolCallStatus::Pending {
        return Err(not_pending("the client tool call was answered already"));
    }
    call.status = ClientToolCallStatus::Completed;
    // A null output is left out, on the wire as in the store.
    call.output = Some(result).filter(|result| !result.is_null());
    let thread_id = state.thread_id();
    let mut changes = vec![Change::PutItem(item.clone().into())];
    for stale in recent.iter().rev().take(PENDING_CALLS_WINDOW).skip(1) {
        if let ItemKind::ClientToolCall(call) = &stale.kind
            && call.status == ClientToolCallStatus::Pending
            && changes.iter().all(|change| !matches!(change, Change::PutItem(item) if item.id == stale.id))
        {
            changes.push(Change::RemoveItem { thread_id: thread_id.clone(), item_id: stale.id.clone() });
        }
    }
    changes.push(state.begin_turn());
    state.commit(changes).await?;
    Ok(Opened { events: Vec::new(), task: Task::answered(item) })
}
