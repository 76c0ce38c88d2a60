//! Pages of items and threads.

use std::sync::Arc;

use super::{ada, asked, begin, eve, hidden, ids, message, page, thread_id};
use crate::{
    protocol::{PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp, page::Order},
    store::{Change, Commit, Store, StoreError, json::json_bytes},
};

fn messages(range: std::ops::Range<usize>) -> Vec<ThreadItem> {
    range.map(|number| message(&format!("m{number:03}"), "…")).collect()
}

/// Reads page by page to the end.
async fn read_all(store: &dyn Store, limit: usize, order: Order) -> Vec<String> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = page(store, PageQuery { limit, order, after, ..PageQuery::default() }).await;
        assert!(page.data.len() <= limit);
        seen.extend(page.data.iter().map(|item| item.id.as_str().to_owned()));
        assert_eq!(page.has_more, page.after.is_some());
        after = page.after;
        if after.is_none() {
            return seen;
        }
        assert_eq!(page.data.len(), limit, "only the last page may be short");
    }
}

pub(in crate::store) async fn pages_run_through_all_items_in_both_orders(store: Arc<dyn Store>) {
    let items = messages(0..12);
    begin(&*store, &ada(), &items).await;
    let oldest_first = ids(&items);
    let newest_first: Vec<_> = oldest_first.iter().rev().copied().collect();
    for limit in [1, 5, 6, 11, 12, 13, 100] {
        assert_eq!(read_all(&*store, limit, Order::Asc).await, oldest_first, "limit {limit}");
        assert_eq!(read_all(&*store, limit, Order::Desc).await, newest_first, "limit {limit}");
    }
}

pub(in crate::store) async fn pages_end_when_they_have_bytes_enough(store: Arc<dyn Store>) {
    // One in three is larger than a page may be.
    let items: Vec<_> = (0..12)
        .map(|number| {
            let size = if number % 3 == 1 { 30_000 } else { 4_000 };
            message(&format!("m{number:03}"), &"x".repeat(size))
        })
        .collect();
    begin(&*store, &ada(), &items).await;
    let expected = ids(&items);
    for shown in [false, true] {
        for order in [Order::Asc, Order::Desc] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let query = PageQuery { limit: 100, order, after, max_bytes: 10_000 };
                let page = if shown {
                    store.items(&ada(), &thread_id(), query).await
                } else {
                    store.all_items(&ada(), &thread_id(), query).await
                }
                .unwrap();
                let bytes: usize = page.data.iter().map(json_bytes).sum();
                assert!(page.data.len() == 1 || bytes <= 10_000, "{bytes} bytes");
                assert_eq!(page.has_more, page.after.is_some());
                seen.extend(page.data.into_iter().map(|item| item.id.as_str().to_owned()));
                after = page.after;
                if after.is_none() {
                    break;
                }
            }
            if order == Order::Desc {
                seen.reverse();
            }
            assert_eq!(seen, expected, "every item once");
        }
    }
}

pub(in crate::store) async fn pages_of_threads_have_bounded_bytes_too(store: Arc<dyn Store>) {
    for number in 0..5 {
        let thread = ThreadMetadata {
            title: Some("x".repeat(4_000)),
            ..ThreadMetadata::new(ThreadId::from(format!("thr_{number}")))
        };
        store.submit(Commit::new(&ada(), vec![Change::CreateThread(thread)])).await.unwrap();
    }
    let (mut sizes, mut after) = (Vec::new(), None);
    loop {
        let query = PageQuery { limit: 100, order: Order::Asc, after, max_bytes: 10_000 };
        let page = store.threads(&ada(), query).await.unwrap();
        sizes.push(page.data.len());
        after = page.after;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
}

pub(in crate::store) async fn pages_are_full_of_visible_items(store: Arc<dyn Store>) {
    let mut items = Vec::new();
    for number in 0..5 {
        items.push(message(&format!("m{number}"), "…"));
        items.extend((0..30).map(|note| hidden(&format!("h{number}.{note}"))));
    }
    begin(&*store, &ada(), &items).await;
    let first = page(&*store, asked(2, Order::Asc, None)).await;
    assert_eq!((ids(&first.data), first.after.as_deref()), (vec!["m0", "m1"], Some("m1")));
    let last = page(&*store, asked(3, Order::Asc, Some("m1"))).await;
    assert_eq!((ids(&last.data), last.has_more), (vec!["m2", "m3", "m4"], false));
    assert_eq!(read_all(&*store, 2, Order::Desc).await, ["m4", "m3", "m2", "m1", "m0"]);
}

pub(in crate::store) async fn a_cursor_may_be_hidden(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "…"), hidden("h1"), message("m2", "…"), hidden("h2")]).await;
    let after = async |order, cursor| page(&*store, asked(9, order, Some(cursor))).await;
    assert_eq!(ids(&after(Order::Asc, "h1").await.data), ["m2"]);
    assert_eq!(ids(&after(Order::Desc, "h1").await.data), ["m1"]);
    assert_eq!(ids(&after(Order::Desc, "h2").await.data), ["m2", "m1"]);
    assert_eq!(after(Order::Asc, "h2").await.data, []);
}

pub(in crate::store) async fn pages_of_all_items_have_the_hidden_ones(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "…"), hidden("h1"), message("m2", "…"), hidden("h2")]).await;
    let all = async |query| store.all_items(&ada(), &thread_id(), query).await.unwrap();
    let first = all(asked(3, Order::Desc, None)).await;
    assert_eq!((ids(&first.data), first.after.as_deref()), (vec!["h2", "m2", "h1"], Some("h1")));
    let last = all(asked(3, Order::Desc, Some("h1"))).await;
    assert_eq!((ids(&last.data), last.has_more), (vec!["m1"], false));
    assert_eq!(ids(&all(asked(9, Order::Asc, Some("m1"))).await.data), ["h1", "m2", "h2"]);
    let theirs = store.all_items(&eve(), &thread_id(), PageQuery::default()).await;
    assert!(matches!(theirs, Err(StoreError::ThreadNotFound { .. })));
}

pub(in crate::store) async fn unknown_cursors_are_not_found(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &messages(0..2)).await;
    store.submit(Commit::new(&ada(), vec![Change::PutDraft(message("draft", "…"))])).await.unwrap();
    let eves = Change::CreateThread(ThreadMetadata::new(ThreadId::from("thr_eve")));
    store.submit(Commit::new(&eve(), vec![eves])).await.unwrap();
    for cursor in ["", "nothing", "draft", "thr_1"] {
        let result = store.items(&ada(), &thread_id(), asked(9, Order::Asc, Some(cursor))).await;
        assert!(matches!(result, Err(StoreError::CursorNotFound { after }) if after == cursor));
    }
    for cursor in ["", "m000", "thr_eve"] {
        let result = store.threads(&ada(), asked(9, Order::Desc, Some(cursor))).await;
        assert!(matches!(result, Err(StoreError::CursorNotFound { after }) if after == cursor));
    }
}

pub(in crate::store) async fn nothing_is_lost_or_doubled_while_items_arrive(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &messages(0..10)).await;
    let arrive = async |range| {
        let changes = messages(range).into_iter().map(|item| Change::PutItem(item.into())).collect();
        store.submit(Commit::new(&ada(), changes)).await.unwrap();
    };
    let mut backwards = page(&*store, asked(4, Order::Desc, None)).await;
    let mut seen: Vec<String> = Vec::new();
    let mut arrived = 10;
    loop {
        seen.extend(ids(&backwards.data).into_iter().map(str::to_owned));
        let Some(after) = backwards.after else { break };
        arrive(arrived..arrived + 3).await;
        arrived += 3;
        backwards = page(&*store, asked(4, Order::Desc, Some(&after))).await;
    }
    seen.reverse();
    assert_eq!(seen, ids(&messages(0..10)));

    let mut forwards = page(&*store, asked(6, Order::Asc, None)).await;
    let mut seen: Vec<String> = Vec::new();
    loop {
        seen.extend(ids(&forwards.data).into_iter().map(str::to_owned));
        let Some(after) = forwards.after else { break };
        arrive(arrived..arrived + 2).await;
        arrived += 2;
        forwards = page(&*store, asked(6, Order::Asc, Some(&after))).await;
    }
    assert_eq!(seen, ids(&messages(0..arrived)));
}

pub(in crate::store) async fn order_is_by_arrival_not_by_time(store: Arc<dyn Store>) {
    let at = |id: &str, microsecond| ThreadItem {
        created_at: Timestamp::from_microsecond(microsecond).unwrap(),
        ..message(id, "…")
    };
    begin(&*store, &ada(), &[at("late", 300), at("early", 100), at("same", 100)]).await;
    assert_eq!(read_all(&*store, 2, Order::Asc).await, ["late", "early", "same"]);
}

pub(in crate::store) async fn threads_are_paged_in_the_order_they_were_made(store: Arc<dyn Store>) {
    let names = ["b", "a", "d", "c", "e"];
    for (number, name) in names.into_iter().enumerate() {
        let mut thread = ThreadMetadata::new(ThreadId::from(name));
        thread.created_at = Timestamp::from_microsecond(-i64::try_from(number).unwrap()).unwrap();
        store.submit(Commit::new(&ada(), vec![Change::CreateThread(thread.clone())])).await.unwrap();
        store.submit(Commit::new(&eve(), vec![Change::CreateThread(thread)])).await.unwrap();
    }
    // An update does not move a thread.
    let renamed = ThreadMetadata { title: Some("A".to_owned()), ..ThreadMetadata::new(ThreadId::from("a")) };
    store.submit(Commit::new(&ada(), vec![Change::UpdateThread(renamed)])).await.unwrap();
    for order in [Order::Asc, Order::Desc] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store
                .threads(&ada(), PageQuery { limit: 2, order, after, ..PageQuery::default() })
                .await
                .unwrap();
            seen.extend(page.data.into_iter().map(|thread| thread.id.as_str().to_owned()));
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        if order == Order::Desc {
            seen.reverse();
        }
        assert_eq!(seen, names);
    }
    store.submit(Commit::new(&ada(), vec![Change::DeleteThread(ThreadId::from("d"))])).await.unwrap();
    let rest = store.threads(&ada(), asked(9, Order::Asc, Some("a"))).await.unwrap();
    assert_eq!(rest.data.iter().map(|thread| thread.id.as_str()).collect::<Vec<_>>(), ["c", "e"]);
}

pub(in crate::store) async fn an_empty_list_is_an_empty_page(store: Arc<dyn Store>) {
    assert_eq!(store.threads(&ada(), PageQuery::default()).await.unwrap().data, []);
    begin(&*store, &ada(), &[hidden("h1")]).await;
    for order in [Order::Asc, Order::Desc] {
        let page = page(&*store, asked(1, order, None)).await;
        assert_eq!((page.data.len(), page.has_more, page.after), (0, false, None));
    }
}
