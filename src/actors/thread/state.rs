//! What a thread's actor and its running turn share: metadata and recent items.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use super::recent::{Followed, RecentItems, RecentLimit};

use crate::{
    agent::ThreadJournal,
    context::UserId,
    protocol::{ItemId, ItemKind, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp, page::Order},
    store::{Change, Commit, Owned, Store, StoreError},
};

/// The state of one thread. Cheap to clone; clones are the same state.
///
/// The actor and its turn run on one arbiter, so plain cells do; no borrow is held across an await.
#[derive(Clone)]
pub struct ThreadState {
    /// The owner.
    pub user_id: UserId,
    /// The metadata.
    pub journal: Rc<ThreadJournal>,
    /// Without ownership, nobody has a state to write by.
    owned: Owned,
    store: Arc<dyn Store>,
    recent: Rc<RefCell<Option<RecentItems>>>,
    /// The newest time of the recent items that could not follow a change.
    seen_until: Rc<Cell<Option<Timestamp>>>,
    recent_limit: RecentLimit,
    /// The number of the thread's newest turn; 0 before the first one.
    turn_no: Rc<Cell<u64>>,
    /// Rises with every commit, so that a load that overlaps one is seen to be stale.
    commits: Rc<Cell<u64>>,
}

impl ThreadState {
    /// The state of a thread whose metadata is saved as it is.
    pub fn new(
        user_id: UserId,
        owned: Owned,
        metadata: ThreadMetadata,
        turn_no: u64,
        store: Arc<dyn Store>,
        recent_limit: RecentLimit,
    ) -> Self {
        Self {
            user_id,
            owned,
            journal: Rc::new(ThreadJournal::new(metadata)),
            store,
            recent: Rc::default(),
            seen_until: Rc::default(),
            recent_limit,
            turn_no: Rc::new(Cell::new(turn_no)),
            commits: Rc::default(),
        }
    }

    /// The thread's id.
    pub fn thread_id(&self) -> ThreadId {
        self.journal.metadata().id.clone()
    }

    /// Where the thread is stored.
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Notes that the thread has no items yet, so that there is nothing to load.
    pub fn begin_empty(&self) {
        *self.recent.borrow_mut() = Some(RecentItems::none(self.recent_limit));
    }

    /// The number of the thread's newest turn.
    pub fn turn_no(&self) -> u64 {
        self.turn_no.get()
    }

    /// The change that begins the thread's next turn. Each call takes a new number; one whose turn is never stored
    /// is taken again only by a later actor.
    pub fn begin_turn(&self) -> Change {
        self.turn_no.update(|turn_no| turn_no + 1);
        Change::BeginTurn { thread_id: self.thread_id(), turn_no: self.turn_no() }
    }

    /// Applies changes and brings the recent items up to date.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let followed: Vec<Change> = if self.recent.borrow().is_some() { changes.clone() } else { Vec::new() };
        self.commits.update(|commits| commits + 1);
        let outcome = self.store.submit(Commit::new(&self.user_id, changes).fenced(self.owned.fence())).await;
        self.commits.update(|commits| commits + 1);
        outcome?;
        let mut recent = self.recent.borrow_mut();
        for change in followed {
            if let Some(items) = recent.as_mut()
                && items.follow(change) == Followed::LoadAgain
            {
                self.seen_until.set(items.seen_until());
                *recent = None;
            }
        }
        Ok(())
    }

    /// Saves the metadata, if it is not saved.
    pub async fn save_thread(&self) -> Result<(), StoreError> {
        let Some(entry) = self.journal.to_save() else { return Ok(()) };
        self.commit(vec![Change::UpdateThread(entry.metadata().clone())]).await?;
        self.journal.note_saved(entry);
        Ok(())
    }

    /// Saves the metadata on behalf of a turn. Returns false if the store refuses the changes, which are taken back.
    pub async fn save_thread_of_turn(&self) -> Result<bool, StoreError> {
        match self.save_thread().await {
            Ok(()) => Ok(true),
            Err(error @ StoreError::Corrupt { .. }) => {
                self.take_back_thread(&error);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes back what a turn changed of a thread whose stored metadata cannot be read. The turn goes on, because
    /// its answer matters more than a title.
    pub fn take_back_thread(&self, error: &StoreError) {
        tracing::warn!(thread.id = %self.thread_id(), cause = %error, "the thread's changes are not kept");
        self.journal.take_back();
    }

    /// Whether the newest item is a message of the user.
    pub async fn is_unanswered(&self) -> Result<bool, StoreError> {
        Ok(matches!(self.recent_items().await?.last().map(|item| &item.kind), Some(ItemKind::UserMessage(_))))
    }

    /// The recent items, oldest first; loaded at the first call.
    pub async fn recent_items(&self) -> Result<Vec<Arc<ThreadItem>>, StoreError> {
        while self.recent.borrow().is_none() {
            let commits = self.commits.get();
            let RecentLimit { items: limit, json_bytes: max_bytes } = self.recent_limit;
            let newest_first = PageQuery { limit, order: Order::Desc, after: None, max_bytes };
            let items = self.store.all_items(&self.user_id, &self.thread_id(), newest_first).await?;
            // What a commit changed meanwhile may be missing, and another load may have been faster.
            if self.commits.get() == commits && self.recent.borrow().is_none() {
                *self.recent.borrow_mut() =
                    Some(RecentItems::loaded(items, self.recent_limit, self.seen_until.get()));
            }
        }
        Ok(self.recent.borrow().as_ref().map(|recent| recent.items().cloned().collect()).unwrap_or_default())
    }

    /// One item, hidden or not.
    pub async fn item(&self, item_id: &ItemId) -> Result<ThreadItem, StoreError> {
        self.store.item(&self.user_id, &self.thread_id(), item_id).await
    }

    /// How many items are held in memory; none before they were first needed.
    pub fn items_in_memory(&self) -> Option<usize> {
        self.recent.borrow().as_ref().map(RecentItems::len)
    }

    /// About how many bytes the items in memory take.
    pub fn bytes_in_memory(&self) -> usize {
        self.recent.borrow().as_ref().map_or(0, RecentItems::bytes)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        protocol::{ItemKind, item::AssistantMessage},
        store::{MemoryStore, json::json_bytes},
    };

    fn message(id: &str, text: &str) -> ThreadItem {
        ThreadItem::new(id.into(), "thr_1".into(), ItemKind::AssistantMessage(AssistantMessage::text(text)))
    }

    async fn state_with(ids: &[&str], items: usize) -> ThreadState {
        state_within(ids, RecentLimit { items, json_bytes: usize::MAX }).await
    }

    async fn state_within(ids: &[&str], limit: RecentLimit) -> ThreadState {
        let metadata = ThreadMetadata::new("thr_1".into());
        let state = ThreadState::new(
            "ada".into(),
            Owned::in_sole_process("thr_1".into()),
            metadata.clone(),
            0,
            Arc::new(MemoryStore::new()),
            limit,
        );
        state.begin_empty();
        state.commit(vec![Change::CreateThread(metadata)]).await.unwrap();
        for id in ids {
            state.commit(vec![Change::PutItem(message(id, "first").into())]).await.unwrap();
        }
        state
    }

    async fn recent(state: &ThreadState) -> Vec<String> {
        state.recent_items().await.unwrap().iter().map(|item| item.id.to_string()).collect()
    }

    #[derive(Clone, Debug)]
    enum Step {
        Put(usize, usize),
        Remove(usize),
        RemoveAfter(usize),
    }

    proptest! {
        /// The oracle reads all items from the store.
        #[test]
        fn recent_items_are_always_the_newest_as_they_are_stored(
            limit in (1..5_usize, 1..2_000_usize),
            steps in vec(
                prop_oneof![
                    5 => (0..8_usize, 0..200_usize).prop_map(|(item, length)| Step::Put(item, length)),
                    1 => (0..8_usize).prop_map(Step::Remove),
                    1 => (0..8_usize).prop_map(Step::RemoveAfter),
                ],
                1..40,
            ),
        ) {
            let state = state_within(&[], RecentLimit { items: limit.0, json_bytes: limit.1 });
            let state = state.now_or_never().unwrap();
            let items: Vec<_> = (0..8).map(|number| message(&format!("msg_{number}"), "")).collect();
            let (user, thread_id) = (UserId::from("ada"), ThreadId::from("thr_1"));
            for step in steps {
                let change = match step {
                    Step::Put(item, length) => {
                        let kind = message("", &"x".repeat(length)).kind;
                        Change::PutItem(ThreadItem { kind, ..items[item].clone() }.into())
                    }
                    Step::Remove(item) => {
                        Change::RemoveItem { thread_id: thread_id.clone(), item_id: items[item].id.clone() }
                    }
                    Step::RemoveAfter(item) => {
                        Change::RemoveItemsAfter { thread_id: thread_id.clone(), item_id: items[item].id.clone() }
                    }
                };
                // An item that is not there cannot be gone back to, which changes nothing.
                let _ = state.commit(vec![change]).now_or_never().unwrap();
                let query = PageQuery { limit: 100, order: Order::Asc, ..PageQuery::default() };
                let all = state.store().all_items(&user, &thread_id, query).now_or_never().unwrap().unwrap().data;
                let recent = state.recent_items().now_or_never().unwrap().unwrap();
                prop_assert!(recent.len() <= limit.0);
                let newest = &all[all.len() - recent.len()..];
                prop_assert!(recent.iter().map(Arc::as_ref).eq(newest), "{:?} of {:?}", recent, all);
            }
        }
    }

    #[actix_rt::test]
    async fn the_newest_items_are_held_and_followed() {
        let state = state_with(&["a", "b", "c"], 2).await;
        assert_eq!(recent(&state).await, ["b", "c"]);
        state.commit(vec![Change::PutItem(message("b", "again").into())]).await.unwrap();
        assert_eq!(recent(&state).await, ["b", "c"], "an item that is put again keeps its place");
        state
            .commit(vec![Change::RemoveItem { thread_id: "thr_1".into(), item_id: "c".into() }])
            .await
            .unwrap();
        assert_eq!(recent(&state).await, ["b"]);
    }

    #[actix_rt::test]
    async fn what_is_held_is_weighed_by_its_content() {
        let state = state_with(&["a"], 2).await;
        let small = state.bytes_in_memory();
        state.commit(vec![Change::PutItem(message("a", &"x".repeat(100_000)).into())]).await.unwrap();
        assert!(state.bytes_in_memory() > small + 100_000);
        state.commit(vec![Change::PutItem(message("a", "first").into())]).await.unwrap();
        assert_eq!(state.bytes_in_memory(), small);
    }

    #[actix_rt::test]
    async fn the_oldest_items_give_way_when_bytes_run_out() {
        let small = json_bytes(&message("a", "first"));
        let limit = RecentLimit { items: 9, json_bytes: 3 * small + 20 };
        let state = state_within(&["a", "b", "c"], limit).await;
        assert_eq!(recent(&state).await, ["a", "b", "c"]);
        let of_two = message("d", &"x".repeat(small + 5));
        state.commit(vec![Change::PutItem(of_two.into())]).await.unwrap();
        assert_eq!(recent(&state).await, ["c", "d"]);
        // Behind them stands what was dropped: it is no new item.
        let old = state.item(&"a".into()).await.unwrap();
        state.commit(vec![Change::PutItem(old.into())]).await.unwrap();
        assert_eq!(recent(&state).await, ["c", "d"], "as they are loaded");
        state.commit(vec![Change::PutItem(message("e", &"x".repeat(5_000)).into())]).await.unwrap();
        assert_eq!(recent(&state).await, ["e"], "the newest one is held whatever its size");
    }

    #[actix_rt::test]
    async fn an_old_item_that_is_put_again_is_not_taken_for_a_new_one() {
        let state = state_with(&["a", "b", "c"], 2).await;
        let old = state.item(&"a".into()).await.unwrap();
        state.commit(vec![Change::PutItem(old.into())]).await.unwrap();
        assert_eq!(recent(&state).await, ["b", "c"]);
    }

    #[actix_rt::test]
    async fn an_item_that_is_put_again_is_not_taken_for_a_new_one_though_it_is_newer_than_those_behind_it() {
        let state = state_with(&[], 1).await;
        // A message is begun before a widget and finished behind it.
        let (begun_first, finished_first) = (message("a", ""), message("b", ""));
        for item in [&finished_first, &begun_first, &finished_first] {
            state.commit(vec![Change::PutItem(item.clone().into())]).await.unwrap();
        }
        assert_eq!(recent(&state).await, ["a"]);
    }

    #[actix_rt::test]
    async fn a_retry_of_an_old_message_leaves_what_came_before_it() {
        let state = state_with(&["a", "b", "c", "d"], 2).await;
        let change = Change::RemoveItemsAfter { thread_id: "thr_1".into(), item_id: "b".into() };
        state.commit(vec![change]).await.unwrap();
        assert_eq!(recent(&state).await, ["a", "b"]);
    }
}
