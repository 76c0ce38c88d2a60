//! Closes a turn that was cut short by the end of the process. Only the thread's owner may do so.

use super::{load::Loaded, state::ThreadState};
use crate::{
    agent::cancelled::{Cancellation, interruption_note, is_kept_when_cut_short},
    protocol::ThreadItem,
    store::{Change, StoreError},
};

/// Closes the turn that was open when the thread was loaded, if there was one.
pub async fn recover(Loaded { state, open_turn }: Loaded) -> Result<ThreadState, StoreError> {
    if let Some(drafts) = open_turn {
        close(&state, drafts).await?;
    }
    Ok(state)
}

async fn close(state: &ThreadState, drafts: Vec<ThreadItem>) -> Result<(), StoreError> {
    let thread_id = state.thread_id();
    let kept: Vec<_> = drafts.into_iter().filter(is_kept_when_cut_short).collect();
    let unanswered = state.is_unanswered().await?;
    let mut changes: Vec<_> = kept.into_iter().map(|item| Change::PutItem(item.into())).collect();
    tracing::info!(thread.id = %thread_id, kept_items = changes.len(), "closing a turn cut short by a restart");
    if unanswered || !changes.is_empty() {
        changes.push(Change::PutItem(interruption_note(&thread_id, Cancellation::Shutdown).into()));
    }
    changes.push(Change::EndTurn { thread_id });
    state.commit(changes).await
}
