//! Threads: their life, and the walls between users.

use std::sync::Arc;

use serde_json::json;

use super::{ada, all_ids, begin, eve, is_conflict, message, thread_id};
use crate::{
    protocol::{ItemId, PageQuery, ThreadId, ThreadMetadata, ThreadStatus, Timestamp, request::FeedbackKind},
    store::{Change, Commit, DraftPiece, Store, StoreError},
};

fn rich_thread() -> ThreadMetadata {
    let metadata = json!({"null": null, "deep": [1, 1.5, "é", {"z": 1, "a": 2}]});
    ThreadMetadata {
        id: thread_id(),
        created_at: Timestamp::from_microsecond(-1).unwrap(),
        title: Some("Weather \u{1F326} in \"Tōkyō\"".to_owned()),
        status: ThreadStatus::Locked { reason: Some("paid".to_owned()) },
        allowed_image_domains: Some(vec!["a.example".to_owned(), String::new()]),
        metadata: metadata.as_object().unwrap().clone(),
    }
}

pub(in crate::store) async fn a_thread_comes_back_as_it_was_saved(store: Arc<dyn Store>) {
    let rich = rich_thread();
    let plain = ThreadMetadata::new(ThreadId::from("thr_2"));
    let empty_list = ThreadMetadata {
        allowed_image_domains: Some(Vec::new()),
        ..ThreadMetadata::new(ThreadId::from("thr_3"))
    };
    for thread in [rich, plain, empty_list] {
        store.submit(Commit::new(&ada(), vec![Change::CreateThread(thread.clone())])).await.unwrap();
        let record = store.thread(&ada(), &thread.id).await.unwrap();
        assert_eq!(record.metadata, thread);
        assert!(!record.turn_open);
        assert_eq!(record.drafts, []);
    }
}

pub(in crate::store) async fn a_thread_id_is_taken_once_per_user(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "kept")]).await;
    let again = vec![Change::CreateThread(ThreadMetadata::new(thread_id()))];
    assert!(is_conflict(&store.submit(Commit::new(&ada(), again.clone())).await));
    assert_eq!(all_ids(&*store, &ada()).await, ["m1"]);
    store.submit(Commit::new(&eve(), again)).await.unwrap();
}

pub(in crate::store) async fn an_update_changes_all_but_the_time_of_creation(store: Arc<dyn Store>) {
    let first = rich_thread();
    store.submit(Commit::new(&ada(), vec![Change::CreateThread(first.clone())])).await.unwrap();
    let later = ThreadMetadata::new(thread_id());
    store.submit(Commit::new(&ada(), vec![Change::UpdateThread(later.clone())])).await.unwrap();
    let record = store.thread(&ada(), &thread_id()).await.unwrap();
    assert_eq!(record.metadata, ThreadMetadata { created_at: first.created_at, ..later });
}

/// Every change that names a thread, for `thr_1`.
fn changes_of_a_thread() -> Vec<Change> {
    let (thread_id, item_id) = (thread_id(), ItemId::from("m1"));
    vec![
        Change::UpdateThread(ThreadMetadata::new(thread_id.clone())),
        Change::BeginTurn { thread_id: thread_id.clone(), turn_no: 1 },
        Change::EndTurn { thread_id: thread_id.clone() },
        Change::PutItem(message("m1", "late").into()),
        Change::PutDraft(message("m1", "late")),
        Change::AppendDraft {
            thread_id: thread_id.clone(),
            item_id: item_id.clone(),
            number: 1,
            piece: DraftPiece::default(),
        },
        Change::RemoveItem { thread_id: thread_id.clone(), item_id: item_id.clone() },
        Change::RemoveItemsAfter { thread_id: thread_id.clone(), item_id: item_id.clone() },
        Change::LinkAttachment { attachment_id: "atc_1".into(), thread_id: thread_id.clone() },
        Change::AddFeedback { thread_id, item_ids: vec![item_id], kind: FeedbackKind::Positive },
    ]
}

async fn assert_not_found(store: &dyn Store) {
    fn missing<T>(result: &Result<T, StoreError>) -> bool {
        matches!(result, Err(StoreError::ThreadNotFound { thread_id: id }) if *id == thread_id())
    }
    let (user, thread_id, item_id) = (ada(), thread_id(), ItemId::from("m1"));
    for change in changes_of_a_thread() {
        let result = store.submit(Commit::new(&user, vec![change.clone()])).await;
        assert!(missing(&result), "{change:?} gave {result:?}");
    }
    assert!(missing(&store.thread(&user, &thread_id).await));
    assert!(missing(&store.items(&user, &thread_id, PageQuery::default()).await));
    assert!(missing(&store.item(&user, &thread_id, &item_id).await));
    assert!(missing(&store.recent_items(&user, &thread_id, 9).await));
    assert!(missing(&store.feedback(&user, &thread_id).await));
}

pub(in crate::store) async fn unknown_threads_are_not_found(store: Arc<dyn Store>) {
    begin(&*store, &eve(), &[message("m1", "hers")]).await;
    assert_not_found(&*store).await;
    assert_eq!(all_ids(&*store, &eve()).await, ["m1"]);
}

pub(in crate::store) async fn a_deleted_thread_stays_dead(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "gone")]).await;
    store.submit(Commit::new(&ada(), vec![Change::PutDraft(message("m2", "gone"))])).await.unwrap();
    store.submit(Commit::new(&ada(), vec![Change::DeleteThread(thread_id())])).await.unwrap();
    assert_not_found(&*store).await;
    assert_eq!(store.threads(&ada(), PageQuery::default()).await.unwrap().data, []);
    // A new thread may have the id; it inherits nothing.
    begin(&*store, &ada(), &[]).await;
    assert_eq!(store.thread(&ada(), &thread_id()).await.unwrap().drafts, []);
    assert_eq!(all_ids(&*store, &ada()).await, [""; 0]);
}

pub(in crate::store) async fn deleting_what_is_not_there_is_fine(store: Arc<dyn Store>) {
    let changes = vec![
        Change::DeleteThread(thread_id()),
        Change::DeleteAttachment { attachment_id: "atc_1".into() },
        Change::ExpireAttachment { attachment_id: "atc_1".into() },
        Change::ForgetAttachment { attachment_id: "atc_1".into() },
    ];
    store.submit(Commit::new(&ada(), changes)).await.unwrap();
    store.submit(Commit::new(&ada(), Vec::new())).await.unwrap();
}

pub(in crate::store) async fn users_with_the_same_ids_do_not_meet(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "Ada's"), message("m2", "Ada's")]).await;
    begin(&*store, &eve(), &[message("m1", "Eve's")]).await;
    let feedback = Change::AddFeedback {
        thread_id: thread_id(),
        item_ids: vec!["m1".into()],
        kind: FeedbackKind::Negative,
    };
    store
        .submit(Commit::new(&eve(), vec![feedback, Change::BeginTurn { thread_id: thread_id(), turn_no: 1 }]))
        .await
        .unwrap();
    assert!(!store.thread(&ada(), &thread_id()).await.unwrap().turn_open);
    assert_eq!(store.feedback(&ada(), &thread_id()).await.unwrap(), []);
    store.submit(Commit::new(&eve(), vec![Change::DeleteThread(thread_id())])).await.unwrap();
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "m2"]);
    assert_eq!(store.threads(&eve(), PageQuery::default()).await.unwrap().data, []);
    assert_eq!(store.threads(&ada(), PageQuery::default()).await.unwrap().data.len(), 1);
}

pub(in crate::store) async fn an_open_turn_is_remembered_until_it_ends(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let begin = |turn_no| Change::BeginTurn { thread_id: thread_id(), turn_no };
    let end = || Change::EndTurn { thread_id: thread_id() };
    for (change, expected) in [
        (end(), (0, false)),
        (begin(1), (1, true)),
        (begin(2), (2, true)),
        (end(), (2, false)),
        (end(), (2, false)),
        (begin(9), (9, true)),
    ] {
        store.submit(Commit::new(&ada(), vec![change])).await.unwrap();
        let record = store.thread(&ada(), &thread_id()).await.unwrap();
        assert_eq!((record.turn_no, record.turn_open), expected);
    }
}

pub(in crate::store) async fn turn_numbers_never_fall(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let begin = |turn_no| vec![Change::BeginTurn { thread_id: thread_id(), turn_no }];
    store.submit(Commit::new(&ada(), begin(1 << 33))).await.unwrap();
    store.submit(Commit::new(&ada(), vec![Change::EndTurn { thread_id: thread_id() }])).await.unwrap();
    for refused in [0, 1, 1 << 33, u64::MAX] {
        let result = store.submit(Commit::new(&ada(), begin(refused))).await;
        assert!(is_conflict(&result), "{refused} gave {result:?}");
    }
    let record = store.thread(&ada(), &thread_id()).await.unwrap();
    assert_eq!((record.turn_no, record.turn_open), (1 << 33, false));
}
