//! Attachments: from the announcement to the day their bytes may go.

use std::sync::Arc;

use super::{ada, begin, eve, is_conflict, thread_id};
use crate::{
    context::UserId,
    protocol::{AttachmentId, ThreadId, ThreadMetadata, Timestamp},
    store::{AttachmentRecord, Change, Commit, Store, StoreError, StoredFile},
};

fn announced(id: &str, user: &UserId) -> AttachmentRecord {
    AttachmentRecord {
        id: id.into(),
        user_id: user.clone(),
        thread_id: None,
        name: "Foto \u{1F4F7}/..\\x.png".to_owned(),
        mime_type: "image/png".to_owned(),
        announced_size_bytes: 1 << 40,
        file: None,
        created_at: Timestamp::from_microsecond(1_000_000).unwrap(),
    }
}

fn received() -> StoredFile {
    StoredFile { size_bytes: 42, sha256: "ab".repeat(32) }
}

fn finish(id: &str) -> Change {
    Change::FinishUpload { attachment_id: id.into(), file: received() }
}

fn link(id: &str, thread_id: &str) -> Change {
    Change::LinkAttachment { attachment_id: id.into(), thread_id: thread_id.into() }
}

fn delete(id: &str) -> Change {
    Change::DeleteAttachment { attachment_id: id.into() }
}

fn expire(id: &str) -> Change {
    Change::ExpireAttachment { attachment_id: id.into() }
}

fn forget(id: &str) -> Change {
    Change::ForgetAttachment { attachment_id: id.into() }
}

async fn uploaded(store: &dyn Store, id: &str) {
    let changes = vec![Change::CreateAttachment(announced(id, &ada())), finish(id)];
    store.submit(Commit::new(&ada(), changes)).await.unwrap();
}

async fn try_commit(store: &dyn Store, change: Change) -> Result<(), StoreError> {
    store.submit(Commit::new(&ada(), vec![change])).await
}

async fn load(store: &dyn Store, user: &UserId, id: &str) -> Option<AttachmentRecord> {
    match store.attachment(user, &AttachmentId::from(id)).await {
        Ok(record) => Some(record),
        Err(StoreError::AttachmentNotFound { attachment_id }) if attachment_id.as_str() == id => None,
        Err(other) => panic!("{other:?}"),
    }
}

/// The ids that may go, of those made before this microsecond.
async fn removable(store: &dyn Store, before: i64) -> Vec<String> {
    let before = Timestamp::from_microsecond(before).unwrap();
    let mut ids: Vec<_> = store
        .removable_attachments(before, 100)
        .await
        .unwrap()
        .into_iter()
        .map(|record| record.id.as_str().to_owned())
        .collect();
    ids.sort();
    ids
}

pub(in crate::store) async fn an_attachment_comes_back_as_it_was_saved(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let pending = announced("atc_1", &ada());
    let whole = AttachmentRecord {
        id: "atc_2".into(),
        thread_id: Some(thread_id()),
        file: Some(received()),
        ..announced("atc_2", &ada())
    };
    for record in [pending, whole] {
        try_commit(&*store, Change::CreateAttachment(record.clone())).await.unwrap();
        assert_eq!(load(&*store, &ada(), record.id.as_str()).await, Some(record));
    }
    let half = AttachmentRecord { thread_id: Some(thread_id()), ..announced("atc_3", &ada()) };
    assert!(is_conflict(&try_commit(&*store, Change::CreateAttachment(half)).await));
    let huge = AttachmentRecord { announced_size_bytes: u64::MAX, ..announced("atc_4", &ada()) };
    assert!(is_conflict(&try_commit(&*store, Change::CreateAttachment(huge)).await));
}

pub(in crate::store) async fn an_attachment_id_is_taken_once_for_all(store: Arc<dyn Store>) {
    let create = |user: &UserId| Change::CreateAttachment(announced("atc_1", user));
    try_commit(&*store, create(&ada())).await.unwrap();
    assert!(is_conflict(&try_commit(&*store, create(&ada())).await));
    // Its bytes are found by the id alone, so another user cannot have it either.
    assert!(is_conflict(&store.submit(Commit::new(&eve(), vec![create(&eve())])).await));
    try_commit(&*store, delete("atc_1")).await.unwrap();
    assert!(is_conflict(&try_commit(&*store, create(&ada())).await));
    try_commit(&*store, forget("atc_1")).await.unwrap();
    try_commit(&*store, create(&ada())).await.unwrap();
    // Nobody announces for somebody else.
    let foreign = Change::CreateAttachment(announced("atc_2", &eve()));
    assert!(is_conflict(&try_commit(&*store, foreign).await));
}

pub(in crate::store) async fn an_upload_finishes_once(store: Arc<dyn Store>) {
    let unknown = try_commit(&*store, finish("atc_1")).await;
    assert!(matches!(unknown, Err(StoreError::AttachmentNotFound { .. })));
    try_commit(&*store, Change::CreateAttachment(announced("atc_1", &ada()))).await.unwrap();
    assert_eq!(load(&*store, &ada(), "atc_1").await.unwrap().file, None);
    try_commit(&*store, finish("atc_1")).await.unwrap();
    assert_eq!(load(&*store, &ada(), "atc_1").await.unwrap().file, Some(received()));
    assert!(is_conflict(&try_commit(&*store, finish("atc_1")).await));
    try_commit(&*store, delete("atc_1")).await.unwrap();
    let deleted = try_commit(&*store, finish("atc_1")).await;
    assert!(matches!(deleted, Err(StoreError::AttachmentNotFound { .. })));
}

pub(in crate::store) async fn only_uploaded_attachments_join_a_thread_and_only_one(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let other = Change::CreateThread(ThreadMetadata::new(ThreadId::from("thr_2")));
    try_commit(&*store, other).await.unwrap();
    let unknown = try_commit(&*store, link("atc_1", "thr_1")).await;
    assert!(matches!(unknown, Err(StoreError::AttachmentNotFound { .. })));
    try_commit(&*store, Change::CreateAttachment(announced("atc_1", &ada()))).await.unwrap();
    assert!(is_conflict(&try_commit(&*store, link("atc_1", "thr_1")).await));
    try_commit(&*store, finish("atc_1")).await.unwrap();
    let nowhere = try_commit(&*store, link("atc_1", "thr_9")).await;
    assert!(matches!(nowhere, Err(StoreError::ThreadNotFound { .. })));
    // Named twice in one thread is fine.
    for _ in 0..2 {
        try_commit(&*store, link("atc_1", "thr_1")).await.unwrap();
        assert_eq!(load(&*store, &ada(), "atc_1").await.unwrap().thread_id, Some(thread_id()));
    }
    assert!(is_conflict(&try_commit(&*store, link("atc_1", "thr_2")).await));
}

pub(in crate::store) async fn a_deleted_attachment_is_gone_but_its_bytes_are_found(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    uploaded(&*store, "atc_1").await;
    try_commit(&*store, link("atc_1", "thr_1")).await.unwrap();
    assert!(is_conflict(&try_commit(&*store, forget("atc_1")).await), "it is in use");
    for _ in 0..2 {
        try_commit(&*store, delete("atc_1")).await.unwrap();
        assert_eq!(load(&*store, &ada(), "atc_1").await, None);
        assert_eq!(removable(&*store, 0).await, ["atc_1"]);
    }
    let again = try_commit(&*store, link("atc_1", "thr_1")).await;
    assert!(matches!(again, Err(StoreError::AttachmentNotFound { .. })));
    for _ in 0..2 {
        try_commit(&*store, forget("atc_1")).await.unwrap();
        assert_eq!(removable(&*store, 0).await, [""; 0]);
    }
}

pub(in crate::store) async fn attachments_of_a_deleted_thread_are_deleted(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    for id in ["atc_1", "atc_2", "atc_3"] {
        uploaded(&*store, id).await;
    }
    try_commit(&*store, link("atc_1", "thr_1")).await.unwrap();
    try_commit(&*store, link("atc_2", "thr_1")).await.unwrap();
    try_commit(&*store, Change::DeleteThread(thread_id())).await.unwrap();
    assert_eq!(load(&*store, &ada(), "atc_1").await, None);
    assert!(load(&*store, &ada(), "atc_3").await.is_some());
    assert_eq!(removable(&*store, 0).await, ["atc_1", "atc_2"]);
}

pub(in crate::store) async fn abandoned_attachments_are_found(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    try_commit(&*store, Change::CreateAttachment(announced("pending", &ada()))).await.unwrap();
    uploaded(&*store, "uploaded").await;
    uploaded(&*store, "used").await;
    try_commit(&*store, link("used", "thr_1")).await.unwrap();
    uploaded(&*store, "deleted").await;
    try_commit(&*store, delete("deleted")).await.unwrap();
    assert_eq!(removable(&*store, 1_000_000).await, ["deleted"]);
    assert_eq!(removable(&*store, 1_000_001).await, ["deleted", "pending", "uploaded"]);
    let now = Timestamp::now();
    for limit in 0..4 {
        assert_eq!(store.removable_attachments(now, limit).await.unwrap().len(), limit.min(3));
    }
    let owners = store.removable_attachments(now, 9).await.unwrap();
    assert!(owners.iter().all(|record| record.user_id == ada()));
}

pub(in crate::store) async fn an_expired_attachment_is_not_in_use(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    uploaded(&*store, "used").await;
    uploaded(&*store, "left").await;
    try_commit(&*store, link("used", "thr_1")).await.unwrap();
    assert!(is_conflict(&try_commit(&*store, expire("used")).await));
    assert!(load(&*store, &ada(), "used").await.is_some());
    try_commit(&*store, expire("left")).await.unwrap();
    try_commit(&*store, expire("left")).await.unwrap();
    assert_eq!(load(&*store, &ada(), "left").await, None);
}

pub(in crate::store) async fn a_users_attachments_are_only_theirs(store: Arc<dyn Store>) {
    begin(&*store, &eve(), &[]).await;
    uploaded(&*store, "atc_1").await;
    assert_eq!(load(&*store, &eve(), "atc_1").await, None);
    for change in [finish("atc_1"), link("atc_1", "thr_1")] {
        let result = store.submit(Commit::new(&eve(), vec![change])).await;
        assert!(matches!(result, Err(StoreError::AttachmentNotFound { .. })));
    }
    store.submit(Commit::new(&eve(), vec![delete("atc_1"), expire("atc_1"), forget("atc_1")])).await.unwrap();
    assert!(load(&*store, &ada(), "atc_1").await.is_some());
}
