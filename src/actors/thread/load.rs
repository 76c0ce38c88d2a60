//! Loads a thread when its actor starts.

use std::sync::Arc;

use super::{ThreadServices, state::ThreadState};
use crate::{
    actors::registry::ThreadKey,
    agent::cancelled::{Cancellation, interruption_note, is_kept_when_cut_short},
    protocol::{ItemKind, ThreadItem},
    store::{Change, StoreError, ThreadRecord},
};

/// Loads a thread, and closes a turn that was cut short by the end of the process.
pub async fn load(key: ThreadKey, services: Arc<ThreadServices>) -> Result<ThreadState, StoreError> {
    let ThreadRecord { metadata, turn_no, turn_open, drafts } =
        services.store.thread(&key.user_id, &key.thread_id).await?;
    let state = ThreadState::new(
        key.user_id.clone(),
        metadata,
        turn_no,
        Arc::clone(&services.store),
        services.settings.recent_limit(),
    );
    if turn_open || !drafts.is_empty() {
        close_interrupted_turn(&key, &state, drafts).await?;
    }
    Ok(state)
}

async fn close_interrupted_turn(
    key: &ThreadKey,
    state: &ThreadState,
    drafts: Vec<ThreadItem>,
) -> Result<(), StoreError> {
    let kept: Vec<_> = drafts.into_iter().filter(is_kept_when_cut_short).collect();
    let unanswered =
        matches!(state.recent_items().await?.last().map(|item| &item.kind), Some(ItemKind::UserMessage(_)));
    let mut changes: Vec<_> = kept.into_iter().map(|item| Change::PutItem(item.into())).collect();
    tracing::info!(thread.id = %key.thread_id, kept_items = changes.len(), "closing a turn cut short by a restart");
    if unanswered || !changes.is_empty() {
        changes.push(Change::PutItem(interruption_note(&key.thread_id, Cancellation::Shutdown).into()));
    }
    changes.push(Change::EndTurn { thread_id: key.thread_id.clone() });
    state.commit(changes).await
}
