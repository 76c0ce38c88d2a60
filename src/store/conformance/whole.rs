//! The store as a whole: atomic commits, order, feedback, the end.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{ada, all_ids, begin, is_conflict, message, thread_id};
use crate::{
    protocol::{ItemId, PageQuery, ThreadId, ThreadMetadata, Timestamp, request::FeedbackKind},
    store::{Change, Commit, Store, StoreError},
};

pub(in crate::store) async fn a_commit_is_all_or_nothing(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "first"), message("m2", "second")]).await;
    let before = store.thread(&ada(), &thread_id()).await.unwrap();
    let second = ThreadId::from("thr_2");
    let changes = vec![
        Change::CreateThread(ThreadMetadata::new(second.clone())),
        Change::UpdateThread(ThreadMetadata {
            title: Some("no".to_owned()),
            ..ThreadMetadata::new(thread_id())
        }),
        Change::BeginTurn { thread_id: thread_id(), turn_no: 1 },
        Change::PutItem(message("m1", "changed").into()),
        Change::PutItem(message("m3", "new").into()),
        Change::PutDraft(message("m4", "draft")),
        Change::RemoveItem { thread_id: thread_id(), item_id: "m2".into() },
        Change::AddFeedback {
            thread_id: thread_id(),
            item_ids: vec!["m1".into()],
            kind: FeedbackKind::Positive,
        },
        Change::CreateThread(ThreadMetadata::new(thread_id())),
    ];
    assert!(is_conflict(&store.submit(Commit::new(&ada(), changes)).await));
    assert_eq!(store.thread(&ada(), &thread_id()).await.unwrap(), before);
    assert!(matches!(store.thread(&ada(), &second).await, Err(StoreError::ThreadNotFound { .. })));
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "m2"]);
    assert_eq!(store.feedback(&ada(), &thread_id()).await.unwrap(), []);
    let first = store.item(&ada(), &thread_id(), &ItemId::from("m1")).await.unwrap();
    assert_eq!(first.kind, message("m1", "first").kind);
}

pub(in crate::store) async fn commits_are_ordered_when_they_are_submitted(store: Arc<dyn Store>) {
    let submit = |changes| store.submit(Commit::new(&ada(), changes));
    let titled = |title: &str| {
        Change::UpdateThread(ThreadMetadata {
            title: Some(title.to_owned()),
            ..ThreadMetadata::new(thread_id())
        })
    };
    // Each depends on the one before; none is awaited before the next is submitted.
    let created = submit(vec![Change::CreateThread(ThreadMetadata::new(thread_id()))]);
    let first = submit(vec![titled("first"), Change::PutItem(message("m1", "a").into())]);
    let removed = submit(vec![Change::RemoveItem { thread_id: thread_id(), item_id: "m1".into() }]);
    let second = submit(vec![titled("second"), Change::PutItem(message("m2", "b").into())]);
    // The receipts are asked in the other order.
    for receipt in [second, removed, first, created] {
        receipt.await.unwrap();
    }
    let title = store.thread(&ada(), &thread_id()).await.unwrap().metadata.title;
    assert_eq!(title.as_deref(), Some("second"));
    assert_eq!(all_ids(&*store, &ada()).await, ["m2"]);
}

pub(in crate::store) async fn dropping_a_receipt_undoes_nothing(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let put = |id: &str| store.submit(Commit::new(&ada(), vec![Change::PutItem(message(id, "…").into())]));
    for number in 0..10 {
        drop(put(&format!("m{number}")));
    }
    // What was submitted last is applied last: when it is durable, so are the others.
    put("last").await.unwrap();
    let ids = all_ids(&*store, &ada()).await;
    assert_eq!((ids.len(), ids[9].as_str(), ids[10].as_str()), (11, "m9", "last"));
}

pub(in crate::store) async fn a_failed_commit_does_not_stop_those_behind_it(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let submit = |changes| store.submit(Commit::new(&ada(), changes));
    let before = submit(vec![Change::PutItem(message("m1", "…").into())]);
    let failing = submit(vec![
        Change::PutItem(message("m2", "…").into()),
        Change::CreateThread(ThreadMetadata::new(thread_id())),
    ]);
    let behind = submit(vec![Change::PutItem(message("m3", "…").into())]);
    behind.await.unwrap();
    assert!(is_conflict(&failing.await));
    before.await.unwrap();
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "m3"]);
}

pub(in crate::store) async fn commits_of_one_task_keep_their_order(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let user = ada();
    let names: Vec<String> = (0..100).map(|number| format!("m{number:03}")).collect();
    // Made one after the other, awaited together.
    let commits = names
        .iter()
        .map(|name| store.submit(Commit::new(&user, vec![Change::PutItem(message(name, "…").into())])));
    assert!(join_all(commits).await.iter().all(Result::is_ok));
    assert_eq!(all_ids(&*store, &ada()).await, names);
}

pub(in crate::store) async fn later_feedback_replaces_earlier(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "…")]).await;
    let say = async |ids: &[&str], kind| {
        let item_ids = ids.iter().copied().map(ItemId::from).collect();
        let change = Change::AddFeedback { thread_id: thread_id(), item_ids, kind };
        store.submit(Commit::new(&ada(), vec![change])).await.unwrap();
    };
    let start = Timestamp::now();
    // Items need not be there (any more).
    say(&["m1", "gone"], FeedbackKind::Positive).await;
    say(&["m1", "m1"], FeedbackKind::Negative).await;
    say(&[], FeedbackKind::Negative).await;
    let feedback = store.feedback(&ada(), &thread_id()).await.unwrap();
    let said: Vec<_> = feedback.iter().map(|record| (record.item_id.as_str(), record.kind)).collect();
    assert_eq!(said, [("gone", FeedbackKind::Positive), ("m1", FeedbackKind::Negative)]);
    assert!(feedback.iter().all(|record| record.created_at >= start));
    let remove = Change::RemoveItem { thread_id: thread_id(), item_id: "m1".into() };
    store.submit(Commit::new(&ada(), vec![remove])).await.unwrap();
    assert_eq!(store.feedback(&ada(), &thread_id()).await.unwrap().len(), 2);
}

pub(in crate::store) async fn nothing_works_on_a_closed_store(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    store.check().await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.check().await, Err(StoreError::Closed)));
    let put = vec![Change::PutItem(message("m1", "late").into())];
    assert!(matches!(store.submit(Commit::new(&ada(), put)).await, Err(StoreError::Closed)));
    assert!(matches!(store.thread(&ada(), &thread_id()).await, Err(StoreError::Closed)));
    assert!(matches!(store.threads(&ada(), PageQuery::default()).await, Err(StoreError::Closed)));
}

pub(in crate::store) async fn many_writers_at_once_lose_nothing(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let tasks = (0..20).map(|task| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for number in 0..10 {
                let item = message(&format!("m{task}.{number}"), "…");
                store.submit(Commit::new(&ada(), vec![Change::PutItem(item.into())])).await.unwrap();
                let page = store.items(&ada(), &thread_id(), PageQuery::default()).await.unwrap();
                assert!(!page.data.is_empty());
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
    let all = all_ids(&*store, &ada()).await;
    assert_eq!(all.len(), 200);
    for task in 0..20 {
        let of_task: Vec<_> = all.iter().filter(|id| id.starts_with(&format!("m{task}."))).collect();
        assert!(of_task.is_sorted(), "{of_task:?}");
    }
}
