//! Loads a thread for its owner. Loading changes nothing; `recover` closes an open turn.

use std::sync::Arc;

use super::{recent::RecentLimit, services::ThreadServices, state::ThreadState};
use crate::{
    actors::key::ThreadKey,
    protocol::ThreadItem,
    store::{Owned, StoreError, ThreadRecord},
};

/// A thread as it was loaded.
pub struct Loaded {
    /// The state, to write by.
    pub state: ThreadState,
    /// The drafts of a turn that was begun and never ended, if there is one.
    pub open_turn: Option<Vec<ThreadItem>>,
}

/// Reads a thread from the store.
pub async fn load(services: &ThreadServices, key: &ThreadKey, owned: Owned) -> Result<Loaded, StoreError> {
    let ThreadRecord { metadata, turn_no, turn_open, drafts } =
        services.store.thread(&key.user_id, &key.thread_id).await?;
    let state = ThreadState::new(
        key.user_id.clone(),
        owned,
        metadata,
        turn_no,
        Arc::clone(&services.store),
        RecentLimit::of(&services.settings),
    );
    let open_turn = (turn_open || !drafts.is_empty()).then_some(drafts);
    Ok(Loaded { state, open_turn })
}
