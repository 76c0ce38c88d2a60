//! Items and drafts: places, removal, and exact round trips.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{ada, all_ids, begin, hidden, ids, message, message_in, thread_id};
use crate::{
    context::UserId,
    protocol::{ItemId, ItemKind, ThreadId, ThreadItem, ThreadMetadata, Timestamp},
    store::{Change, Commit, DraftPiece, PartPiece, Store, StoreError},
};

async fn commit(store: &dyn Store, changes: Vec<Change>) {
    store.submit(Commit::new(&ada(), changes)).await.unwrap();
}

async fn draft_ids(store: &dyn Store) -> Vec<String> {
    let drafts = store.thread(&ada(), &thread_id()).await.unwrap().drafts;
    ids(&drafts).into_iter().map(str::to_owned).collect()
}

pub(in crate::store) async fn an_item_comes_back_as_it_was_saved(store: Arc<dyn Store>) {
    let items = [message("m1", "seen"), hidden("h1")];
    begin(&*store, &ada(), &items).await;
    for item in &items {
        assert_eq!(store.item(&ada(), &thread_id(), &item.id).await.unwrap(), *item);
    }
    assert_eq!(store.recent_items(&ada(), &thread_id(), 2).await.unwrap(), items);
    let unknown = store.item(&ada(), &thread_id(), &ItemId::from("m2")).await;
    assert!(matches!(unknown, Err(StoreError::ItemNotFound { item_id }) if item_id.as_str() == "m2"));
}

pub(in crate::store) async fn a_known_id_keeps_its_place(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "a"), message("m2", "b"), message("m3", "c")]).await;
    let redrawn = message("m2", "B");
    commit(
        &*store,
        vec![Change::PutItem(redrawn.clone().into()), Change::PutItem(message("m4", "d").into())],
    )
    .await;
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "m2", "m3", "m4"]);
    assert_eq!(store.item(&ada(), &thread_id(), &redrawn.id).await.unwrap(), redrawn);
    // What it is may change as well.
    let now_hidden = ThreadItem { kind: hidden("m2").kind, ..redrawn };
    commit(&*store, vec![Change::PutItem(now_hidden.into())]).await;
    let page = super::page(&*store, super::asked(9, super::Order::Asc, None)).await;
    assert_eq!(ids(&page.data), ["m1", "m3", "m4"]);
}

pub(in crate::store) async fn removed_items_are_gone_and_removing_nothing_is_fine(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "a"), message("m2", "b"), message("m3", "c")]).await;
    let remove = |id: &str| Change::RemoveItem { thread_id: thread_id(), item_id: id.into() };
    commit(&*store, vec![remove("m3"), remove("m1"), remove("nothing")]).await;
    commit(&*store, vec![Change::PutItem(message("m1", "again").into())]).await;
    assert_eq!(all_ids(&*store, &ada()).await, ["m2", "m1"]);
}

pub(in crate::store) async fn items_after_one_are_removed_hidden_ones_too(store: Arc<dyn Store>) {
    let items = [message("m1", "a"), hidden("h1"), message("m2", "b"), hidden("h2"), message("m3", "c")];
    begin(&*store, &ada(), &items).await;
    let cut = |id: &str| Change::RemoveItemsAfter { thread_id: thread_id(), item_id: id.into() };
    let unknown = store.submit(Commit::new(&ada(), vec![cut("m9")])).await;
    assert!(matches!(unknown, Err(StoreError::ItemNotFound { .. })));
    assert_eq!(all_ids(&*store, &ada()).await.len(), 5);
    commit(&*store, vec![cut("m3")]).await;
    assert_eq!(all_ids(&*store, &ada()).await.len(), 5);
    commit(&*store, vec![cut("h1")]).await;
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "h1"]);
    // A draft is no item to cut after.
    commit(&*store, vec![Change::PutDraft(message("m4", "d"))]).await;
    let of_draft = store.submit(Commit::new(&ada(), vec![cut("m4")])).await;
    assert!(matches!(of_draft, Err(StoreError::ItemNotFound { .. })));
}

pub(in crate::store) async fn recent_items_are_the_newest_oldest_first(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "a"), hidden("h1"), message("m2", "b")]).await;
    let recent = async |limit| store.recent_items(&ada(), &thread_id(), limit).await.unwrap();
    assert_eq!(ids(&recent(2).await), ["h1", "m2"]);
    assert_eq!(ids(&recent(9).await), ["m1", "h1", "m2"]);
    assert_eq!(recent(0).await, []);
    let large =
        (0..6).map(|number| Change::PutItem(message(&format!("l{number}"), &"x".repeat(1 << 20)).into()));
    commit(&*store, large.collect()).await;
    assert_eq!(ids(&recent(100).await), ["l3", "l4", "l5"], "the oldest are left out");
}

pub(in crate::store) async fn drafts_live_apart_until_they_are_done(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "old")]).await;
    commit(&*store, vec![Change::PutDraft(message("m2", "so far"))]).await;
    assert_eq!(all_ids(&*store, &ada()).await, ["m1"]);
    let page = super::page(&*store, super::asked(9, super::Order::Asc, None)).await;
    assert_eq!(ids(&page.data), ["m1"]);
    let of_draft = store.item(&ada(), &thread_id(), &ItemId::from("m2")).await;
    assert!(matches!(of_draft, Err(StoreError::ItemNotFound { .. })));
    let further = message("m2", "so far, and on");
    commit(&*store, vec![Change::PutDraft(further.clone())]).await;
    assert_eq!(store.thread(&ada(), &thread_id()).await.unwrap().drafts, [further]);

    commit(&*store, vec![Change::PutItem(message("m2", "done").into())]).await;
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "m2"]);
    assert_eq!(draft_ids(&*store).await, [""; 0]);

    // A stored item may be worked on again; what is stored stays until it is done.
    commit(&*store, vec![Change::PutDraft(message("m1", "new"))]).await;
    assert_eq!(draft_ids(&*store).await, ["m1"]);
    let remove = Change::RemoveItem { thread_id: thread_id(), item_id: "m3".into() };
    commit(&*store, vec![Change::PutDraft(message("m3", "no")), remove]).await;
    assert_eq!(draft_ids(&*store).await, ["m1"]);
    commit(&*store, vec![Change::EndTurn { thread_id: thread_id() }]).await;
    assert_eq!(draft_ids(&*store).await, [""; 0]);
    assert_eq!(all_ids(&*store, &ada()).await, ["m1", "m2"]);
}

fn append(id: &str, number: u64, offset: usize, text: &str) -> Change {
    let part = PartPiece { index: 0, offset, text: text.to_owned(), annotations: Vec::new() };
    let piece = DraftPiece { parts: vec![part] };
    Change::AppendDraft { thread_id: thread_id(), item_id: id.into(), number, piece }
}

async fn draft_texts(store: &dyn Store) -> Vec<String> {
    let drafts = store.thread(&ada(), &thread_id()).await.unwrap().drafts;
    let text = |draft: &ThreadItem| match &draft.kind {
        ItemKind::AssistantMessage(message) => message.content[0].as_text().to_owned(),
        other => panic!("{other:?}"),
    };
    drafts.iter().map(text).collect()
}

pub(in crate::store) async fn drafts_grow_piece_by_piece(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[message("m1", "done")]).await;
    for id in ["m1", "m2"] {
        let nothing_to_append_to = store.submit(Commit::new(&ada(), vec![append(id, 1, 0, "x")])).await;
        assert!(
            matches!(nothing_to_append_to, Err(StoreError::ItemNotFound { item_id }) if item_id.as_str() == id)
        );
    }
    commit(&*store, vec![Change::PutDraft(message("m2", "One,")), Change::PutDraft(message("m3", "Une,"))])
        .await;
    commit(&*store, vec![append("m2", 1, 4, " two,"), append("m3", 1, 4, " deux,")]).await;
    commit(&*store, vec![append("m2", 2, 9, " three")]).await;
    assert_eq!(draft_texts(&*store).await, ["One, two, three", "Une, deux,"]);
    // A piece that is submitted again replaces itself, also if more has come meanwhile.
    commit(&*store, vec![append("m2", 2, 9, " three")]).await;
    commit(&*store, vec![append("m2", 2, 9, " three, four")]).await;
    assert_eq!(draft_texts(&*store).await, ["One, two, three, four", "Une, deux,"]);
    // A draft that is saved whole begins anew.
    commit(&*store, vec![Change::PutDraft(message("m3", "Un")), append("m3", 1, 2, " chat")]).await;
    assert_eq!(draft_texts(&*store).await, ["One, two, three, four", "Un chat"]);
    // Neither a finished item nor an ended turn leaves pieces to a later draft.
    commit(&*store, vec![Change::PutItem(message("m2", "done").into())]).await;
    commit(&*store, vec![Change::PutDraft(message("m2", "again"))]).await;
    assert_eq!(draft_texts(&*store).await, ["Un chat", "again"]);
    commit(&*store, vec![append("m2", 1, 5, "!"), Change::EndTurn { thread_id: thread_id() }]).await;
    commit(&*store, vec![Change::PutDraft(message("m2", "once more")), Change::PutDraft(message("m3", "m"))])
        .await;
    assert_eq!(draft_texts(&*store).await, ["once more", "m"]);
}

pub(in crate::store) async fn a_draft_keeps_its_place_among_drafts(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    for id in ["d2", "d1", "d3", "d2"] {
        commit(&*store, vec![Change::PutDraft(message(id, "…"))]).await;
    }
    assert_eq!(draft_ids(&*store).await, ["d2", "d1", "d3"]);
}

pub(in crate::store) async fn odd_strings_survive(store: Arc<dyn Store>) {
    let odd = [
        String::new(),
        "\0".to_owned(),
        "a\0b".to_owned(),
        "'; DROP TABLE threads; --".to_owned(),
        "👩‍👩‍👧‍👦\u{202E}\u{FEFF}\u{10FFFF}".to_owned(),
        "..%2f/\\\n\r\t\"".to_owned(),
        "é".to_owned(),
        "e\u{301}".to_owned(),
        "x".repeat(1 << 20),
    ];
    for text in &odd {
        let user = UserId::from(text.as_str());
        let thread = ThreadMetadata {
            title: Some(text.clone()),
            ..ThreadMetadata::new(ThreadId::from(text.as_str()))
        };
        let item = message_in(&thread.id, text, text);
        store
            .submit(Commit::new(
                &user,
                vec![Change::CreateThread(thread.clone()), Change::PutItem(item.clone().into())],
            ))
            .await
            .unwrap();
        assert_eq!(store.thread(&user, &thread.id).await.unwrap().metadata, thread);
        assert_eq!(store.item(&user, &thread.id, &item.id).await.unwrap(), item);
        let threads = store.threads(&user, super::PageQuery::default()).await.unwrap();
        assert_eq!(threads.data, [thread]);
    }
}

pub(in crate::store) async fn numbers_and_times_survive_to_the_last_digit(store: Arc<dyn Store>) {
    begin(&*store, &ada(), &[]).await;
    let content = json!({
        "z before a": null, "a": [0.1, 1.0, -0.0, 5e-324, 1.797_693_134_862_315_7e308, 123_456_789.012_345_67],
        "max": u64::MAX, "min": i64::MIN, "one": 1, "nested": {"null": null, "empty": [[], {}, ""]},
    });
    for (number, microsecond) in
        [0, -1, 1, 1_735_787_045_678_901, -62_135_596_800_000_000].into_iter().enumerate()
    {
        let item = ThreadItem {
            id: format!("h{number}").into(),
            thread_id: thread_id(),
            created_at: Timestamp::from_microsecond(microsecond).unwrap(),
            kind: ItemKind::HiddenContextItem { content: content.clone() },
        };
        commit(&*store, vec![Change::PutItem(item.clone().into())]).await;
        let read = store.item(&ada(), &thread_id(), &item.id).await.unwrap();
        assert_eq!(read, item);
        let text = |item: &ThreadItem| serde_json::to_string::<Value>(&json!(item)).unwrap();
        assert_eq!(text(&read), text(&item));
    }
}
