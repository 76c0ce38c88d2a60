//! Reads threads that have no actor here, and owns none of them.
//!
//! So browsing old threads starts no actors and closes nobody's turn. A turn that was cut short and is still
//! open looks as it will once it is closed: the messages from its drafts stand behind the thread's items.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Message, ResponseFuture};

use super::{
    ThreadError,
    key::ThreadKey,
    thread::messages::{FollowTurn, GetThread, ListItems},
    turn_log::TurnCursor,
};
use crate::{
    agent::cancelled::is_kept_when_cut_short,
    protocol::{
        Page, PageQuery, Thread, ThreadItem,
        page::{Order, PageBuilder},
    },
    store::{Store, StoreError, ThreadRecord, json::json_bytes},
};

/// How many questions may wait in a reader's mailbox before their senders have to wait. A reader answers for
/// many threads, and the number of open connections bounds how many requests ask at once.
const MAILBOX_SIZE: usize = 256;

/// Reads threads from the store.
pub struct ThreadReader {
    store: Arc<dyn Store>,
}

/// A question that needs no owner, with the thread it is asked of.
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
            let record = store.thread(&key.user_id, &key.thread_id).await?;
            let items = items(store.as_ref(), &key, record.drafts, question.query).await?;
            Ok(record.metadata.with_items(items))
        })
    }
}

impl Handler<Read<ListItems>> for ThreadReader {
    type Result = ResponseFuture<Result<Page<ThreadItem>, ThreadError>>;

    fn handle(&mut self, Read { key, question }: Read<ListItems>, _: &mut Self::Context) -> Self::Result {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let ThreadRecord { drafts, .. } = store.thread(&key.user_id, &key.thread_id).await?;
            Ok(items(store.as_ref(), &key, drafts, question.query).await?)
        })
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

/// A page of the items that clients see, followed by the drafts that are worth keeping.
///
/// The drafts are read before the items. If the turn is closed in between, an item is in both, and is shown
/// once.
async fn items(
    store: &dyn Store,
    key: &ThreadKey,
    mut drafts: Vec<ThreadItem>,
    query: PageQuery,
) -> Result<Page<ThreadItem>, StoreError> {
    drafts.retain(is_kept_when_cut_short);
    let ThreadKey { user_id, thread_id } = key;
    if drafts.is_empty() {
        return store.items(user_id, thread_id, query).await;
    }
    let whole = query.clone();
    let seen = query.after.as_deref().and_then(|after| place_of(&drafts, after));
    match query.order {
        Order::Asc => {
            let mut page = match seen {
                Some(place) => {
                    drafts.drain(..=place);
                    Page::default()
                }
                None => store.items(user_id, thread_id, query).await?,
            };
            if page.has_more {
                return Ok(page);
            }
            drafts.retain(|draft| place_of(&page.data, draft.id.as_str()).is_none());
            page.data.extend(drafts);
            Ok(cut(page.data, &whole))
        }
        Order::Desc => {
            match (seen, &query.after) {
                (Some(place), _) => drafts.truncate(place),
                // The cursor is an item, and all drafts are newer.
                (None, Some(_)) => drafts.clear(),
                (None, None) => {}
            }
            let of_items = match seen {
                Some(_) => PageQuery { after: None, ..query },
                None => query,
            };
            // Ask for one item at least, to learn whether the page is the last.
            let rest = PageQuery { limit: whole.limit.saturating_sub(drafts.len()).max(1), ..of_items };
            let older = store.items(user_id, thread_id, rest).await?;
            drafts.retain(|draft| place_of(&older.data, draft.id.as_str()).is_none());
            let rows: Vec<_> = drafts.into_iter().rev().chain(older.data).collect();
            let mut page = cut(rows, &whole);
            if older.has_more && !page.has_more {
                page = Page { has_more: true, after: page.data.last().map(id_of), ..page };
            }
            Ok(page)
        }
    }
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
    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        protocol::{ItemKind, ThreadMetadata, item::AssistantMessage},
        store::{Change, Commit, MemoryStore},
    };

    fn message(number: usize) -> ThreadItem {
        let kind = ItemKind::AssistantMessage(AssistantMessage::text(number.to_string()));
        ThreadItem::new(format!("msg_{number:03}").into(), "thr_1".into(), kind)
    }

    proptest! {
        /// The oracle has one list of all items and drafts, and cuts it.
        #[test]
        fn pages_go_through_items_and_drafts_as_through_one_list(
            num_items in 0..7_usize,
            num_drafts in 0..5_usize,
            limit in 1..5_usize,
            ascending: bool,
        ) {
            let store = MemoryStore::new();
            let key = ThreadKey { user_id: "ada".into(), thread_id: "thr_1".into() };
            let mut changes = vec![Change::CreateThread(ThreadMetadata::new("thr_1".into()))];
            changes.extend((0..num_items).map(|number| Change::PutItem(message(number).into())));
            store.submit(Commit::new(&key.user_id, changes)).now_or_never().unwrap().unwrap();
            let drafts: Vec<_> = (num_items..num_items + num_drafts).map(message).collect();
            let order = if ascending { Order::Asc } else { Order::Desc };
            let mut expected: Vec<String> = (0..num_items + num_drafts).map(|number| id_of(&message(number))).collect();
            if !ascending {
                expected.reverse();
            }
            let mut query = PageQuery { limit, order, ..PageQuery::default() };
            let mut seen = Vec::new();
            for wanted in expected.chunks(limit).chain(expected.is_empty().then_some(&[][..])) {
                let page = items(&store, &key, drafts.clone(), query.clone()).now_or_never().unwrap().unwrap();
                prop_assert_eq!(page.data.iter().map(id_of).collect::<Vec<_>>(), wanted);
                seen.extend_from_slice(wanted);
                prop_assert_eq!(page.has_more, seen.len() < expected.len());
                prop_assert_eq!(page.after.clone(), page.data.last().map(id_of).filter(|_| page.has_more));
                query.after = page.after;
            }
        }
    }

    #[test]
    fn what_was_closed_meanwhile_is_shown_once() {
        let store = MemoryStore::new();
        let key = ThreadKey { user_id: "ada".into(), thread_id: "thr_1".into() };
        let thread = Change::CreateThread(ThreadMetadata::new("thr_1".into()));
        let changes = vec![thread, Change::PutItem(message(1).into()), Change::PutItem(message(2).into())];
        store.submit(Commit::new(&key.user_id, changes)).now_or_never().unwrap().unwrap();
        for order in [Order::Asc, Order::Desc] {
            let query = PageQuery { order, ..PageQuery::default() };
            let page = items(&store, &key, vec![message(2)], query).now_or_never().unwrap().unwrap();
            assert_eq!((page.data.len(), page.has_more), (2, false));
        }
    }
}
