//! Does what needs no owner for threads that have no actor here, and owns none of them.
//!
//! So browsing, rating and deleting old threads starts no actors and closes nobody's turn. A turn that was cut
//! short and is still open looks as it will once it is closed: each message from its drafts takes the place of the
//! item that it rewrites, or stands behind the thread's items.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Message, ResponseFuture};

use super::{
    ThreadError,
    key::ThreadKey,
    thread::messages::{AddFeedback, CancelTurn, DeleteThread, FollowTurn, GetThread, ListItems},
    turn_log::TurnCursor,
};
use crate::{
    agent::cancelled::is_kept_when_cut_short,
    protocol::{
        Page, PageQuery, Thread, ThreadItem, ThreadMetadata,
        page::{Order, PageBuilder},
    },
    store::{Change, Commit, Store, StoreError, json::json_bytes},
};

/// How many questions may wait in a reader's mailbox before their senders have to wait. A reader answers for
/// many threads, and the number of open connections bounds how many requests ask at once.
const MAILBOX_SIZE: usize = 256;

/// Reads threads from the store, and stores what needs no owner.
pub struct ThreadReader {
    store: Arc<dyn Store>,
}

/// A question or a request that needs no owner, with the thread that it is about.
#[derive(Clone, Debug)]
pub struct Read<M> {
    /// The thread.
    pub key: ThreadKey,
    /// The question. The thread's actor answers it too.
    pub question: M,
}

impl<M: Message> Message for Read<M> {
    type Result = M::Result;
}

impl ThreadReader {
    /// A reader of this store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }
}

impl Actor for ThreadReader {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX_SIZE);
    }
}

impl Handler<Read<GetThread>> for ThreadReader {
    type Result = ResponseFuture<Result<Thread, ThreadError>>;

    fn handle(&mut self, Read { key, question }: Read<GetThread>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let (metadata, items) = read(store.as_ref(), &key, question.query).await?;
            Ok(metadata.with_items(items))
        })
    }
}

impl Handler<Read<ListItems>> for ThreadReader {
    type Result = ResponseFuture<Result<Page<ThreadItem>, ThreadError>>;

    fn handle(&mut self, Read { key, question }: Read<ListItems>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        Box::pin(async move { Ok(read(store.as_ref(), &key, question.query).await?.1) })
    }
}

impl Handler<Read<FollowTurn>> for ThreadReader {
    type Result = ResponseFuture<Result<Option<TurnCursor>, ThreadError>>;

    fn handle(&mut self, Read { key, .. }: Read<FollowTurn>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            store.thread(&key.user_id, &key.thread_id).await?;
            // A turn runs only where the thread has an actor.
            Ok(None)
        })
    }
}

impl Handler<Read<CancelTurn>> for ThreadReader {
    type Result = ResponseFuture<Result<(), ThreadError>>;

    fn handle(&mut self, Read { key, .. }: Read<CancelTurn>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            store.thread(&key.user_id, &key.thread_id).await?;
            // A turn runs only where the thread has an actor.
            Ok(())
        })
    }
}

impl Handler<Read<AddFeedback>> for ThreadReader {
    type Result = ResponseFuture<Result<(), ThreadError>>;

    fn handle(&mut self, Read { key, question }: Read<AddFeedback>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let AddFeedback { feedback } = question;
            for item_id in &feedback.item_ids {
                store.item(&key.user_id, &key.thread_id, item_id).await?;
            }
            // Nothing else hangs on feedback, so it may come between the commits of any owner.
            let change = Change::AddFeedback {
                thread_id: feedback.thread_id,
                item_ids: feedback.item_ids,
                kind: feedback.kind,
            };
            Ok(store.submit(Commit::new(&key.user_id, vec![change])).await?)
        })
    }
}

impl Handler<Read<DeleteThread>> for ThreadReader {
    type Result = ResponseFuture<Result<(), ThreadError>>;

    fn handle(&mut self, Read { key, .. }: Read<DeleteThread>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        // An owner that starts meanwhile is told as well, by the sender. It can store nothing any more.
        let changes = vec![Change::DeleteThread(key.thread_id)];
        Box::pin(async move { Ok(store.submit(Commit::new(&key.user_id, changes)).await?) })
    }
}

/// How often a thread is read anew when its drafts changed meanwhile. A running turn changes them once a second
/// at most, so the second time is nearly always good.
const ATTEMPTS: usize = 4;

/// The thread with a page of the items that clients see, among them the drafts that are worth keeping.
async fn read(
    store: &dyn Store,
    key: &ThreadKey,
    query: PageQuery,
) -> Result<(ThreadMetadata, Page<ThreadItem>), StoreError> {
    let ThreadKey { user_id, thread_id } = key;
    let mut record = store.thread(user_id, thread_id).await?;
    for _ in 0..ATTEMPTS {
        record.drafts.retain(is_kept_when_cut_short);
        if record.drafts.is_empty() {
            break;
        }
        let page = items(store, key, record.drafts.clone(), query.clone()).await?;
        let mut now = store.thread(user_id, thread_id).await?;
        now.drafts.retain(is_kept_when_cut_short);
        // If the turn was closed in between, a draft may be in the page twice or not at all.
        if now.drafts == record.drafts {
            return Ok((now.metadata, page));
        }
        record = now;
    }
    let page = store.items(user_id, thread_id, query).await?;
    Ok((record.metadata, page))
}

/// A page of the thread's items as they will be once its drafts have become items: a draft of an item that is
/// stored takes its place, and all others follow behind.
async fn items(
    store: &dyn Store,
    key: &ThreadKey,
    drafts: Vec<ThreadItem>,
    query: PageQuery,
) -> Result<Page<ThreadItem>, StoreError> {
    let ThreadKey { user_id, thread_id } = key;
    let (mut rewritten, mut added) = (Vec::new(), Vec::new());
    for draft in drafts {
        match store.item(user_id, thread_id, &draft.id).await {
            Ok(_) => rewritten.push(draft),
            Err(StoreError::ItemNotFound { .. }) => added.push(draft),
            Err(error) => return Err(error),
        }
    }
    let whole = query.clone();
    let seen = query.after.as_deref().and_then(|after| place_of(&added, after));
    let mut page = match (query.order, seen) {
        (Order::Asc, Some(place)) => {
            added.drain(..=place);
            Page::default()
        }
        (Order::Asc, None) => store.items(user_id, thread_id, query).await?,
        (Order::Desc, _) => {
            match (seen, &query.after) {
                (Some(place), _) => added.truncate(place),
                // The cursor is an item, and all drafts are newer.
                (None, Some(_)) => added.clear(),
                (None, None) => {}
            }
            let after = query.after.filter(|_| seen.is_none());
            // Ask for one item at least, to learn whether the page is the last.
            let limit = query.limit.saturating_sub(added.len()).max(1);
            store.items(user_id, thread_id, PageQuery { limit, after, ..query }).await?
        }
    };
    for item in &mut page.data {
        if let Some(place) = place_of(&rewritten, item.id.as_str()) {
            *item = rewritten.swap_remove(place);
        }
    }
    let rows = match whole.order {
        Order::Asc if page.has_more => page.data,
        Order::Asc => [page.data, added].concat(),
        Order::Desc => added.into_iter().rev().chain(page.data).collect(),
    };
    let cut = cut(rows, &whole);
    if page.has_more && !cut.has_more {
        return Ok(Page { has_more: true, after: cut.data.last().map(id_of), ..cut });
    }
    Ok(cut)
}

/// A page of the first of these rows, as many as it may hold.
fn cut(rows: Vec<ThreadItem>, query: &PageQuery) -> Page<ThreadItem> {
    let mut page = PageBuilder::new(query);
    for row in rows {
        if !page.push(json_bytes(&row), || row) {
            break;
        }
    }
    page.finish(id_of)
}

fn place_of(items: &[ThreadItem], id: &str) -> Option<usize> {
    items.iter().position(|item| item.id.as_str() == id)
}

fn id_of(item: &ThreadItem) -> String {
    item.id.to_string()
}

#[cfg(test)]
mod tests {
    use std::{
        future::ready,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        actors::watched_store::WatchedStore,
        protocol::{ItemKind, content::AssistantContent, item::AssistantMessage},
        store::MemoryStore,
    };

    fn message(number: usize) -> ThreadItem {
        let kind = ItemKind::AssistantMessage(AssistantMessage::text(number.to_string()));
        ThreadItem::new(format!("msg_{number:03}").into(), "thr_1".into(), kind)
    }

    fn texts(items: &[ThreadItem]) -> Vec<(String, String)> {
        let text = |item: &ThreadItem| match &item.kind {
            ItemKind::AssistantMessage(message) => {
                message.content.iter().map(AssistantContent::as_text).collect()
            }
            other => panic!("{other:?}"),
        };
        items.iter().map(|item| (id_of(item), text(item))).collect()
    }

    fn submit(store: &MemoryStore, changes: Vec<Change>) {
        store.submit(Commit::new(&"ada".into(), changes)).now_or_never().unwrap().unwrap();
    }

    fn key() -> ThreadKey {
        ThreadKey { user_id: "ada".into(), thread_id: "thr_1".into() }
    }

    /// A message that is written again under the id of another.
    fn rewritten(number: usize) -> ThreadItem {
        ThreadItem { id: message(number).id, ..message(number + 100) }
    }

    proptest! {
        /// The oracle has one list of all items, into which the drafts are put as the end of the turn will put them.
        #[test]
        fn pages_show_the_thread_as_it_will_be_once_its_turn_is_closed(
            num_items in 0..7_usize,
            num_drafts in 0..5_usize,
            rewritten_items in proptest::collection::btree_set(0..7_usize, 0..3),
            limit in 1..5_usize,
            ascending: bool,
        ) {
            let store = MemoryStore::new();
            let mut changes = vec![Change::CreateThread(ThreadMetadata::new("thr_1".into()))];
            changes.extend((0..num_items).map(|number| Change::PutItem(message(number).into())));
            submit(&store, changes);
            let rewritten_items = rewritten_items.into_iter().filter(|number| *number < num_items);
            let drafts: Vec<_> =
                rewritten_items.map(rewritten).chain((num_items..num_items + num_drafts).map(message)).collect();
            submit(&store, drafts.iter().cloned().map(Change::PutDraft).collect());

            let order = if ascending { Order::Asc } else { Order::Desc };
            let mut query = PageQuery { limit, order, ..PageQuery::default() };
            let mut seen = Vec::new();
            loop {
                let (_, page) = read(&store, &key(), query.clone()).now_or_never().unwrap().unwrap();
                prop_assert!(page.data.len() <= limit);
                prop_assert_eq!(page.after.clone(), page.data.last().map(id_of).filter(|_| page.has_more));
                seen.extend(texts(&page.data));
                if !page.has_more {
                    break;
                }
                query.after = page.after;
            }
            submit(&store, drafts.into_iter().map(|draft| Change::PutItem(draft.into())).collect());
            let all = PageQuery { limit: 100, order, ..PageQuery::default() };
            let key = key();
            let closed = store.items(&key.user_id, &key.thread_id, all).now_or_never().unwrap().unwrap();
            prop_assert_eq!(seen, texts(&closed.data));
        }
    }

    #[tokio::test]
    async fn a_turn_that_is_closed_while_its_thread_is_read_is_shown_once_and_whole() {
        for order in [Order::Asc, Order::Desc] {
            // The turn may be closed before each of the questions that the reader asks of the store.
            for moment in 0..8 {
                let inner = Arc::new(MemoryStore::new());
                let thread = Change::CreateThread(ThreadMetadata::new("thr_1".into()));
                let changes = vec![thread, Change::PutItem(message(1).into()), Change::PutDraft(message(2))];
                submit(&inner, changes);
                let (asked, to_close) = (AtomicUsize::new(0), Arc::clone(&inner));
                let store = WatchedStore::new(inner, move || {
                    if asked.fetch_add(1, Ordering::Relaxed) == moment {
                        submit(&to_close, vec![Change::PutItem(message(2).into())]);
                    }
                    ready(()).boxed()
                });
                let query = PageQuery { order, limit: 1, ..PageQuery::default() };
                let (_, first) = read(&store, &key(), query.clone()).await.unwrap();
                let rest = PageQuery { limit: 9, after: first.after.clone(), ..query };
                let (_, rest) = read(&store, &key(), rest).await.unwrap();
                let mut seen = texts(&[first.data, rest.data].concat());
                seen.sort();
                assert_eq!(seen, texts(&[message(1), message(2)]), "{order:?}, {moment}");
            }
        }
    }
}
