//! What is written can be read again, over the wire and out of the database, and is the same.

use std::fmt::Debug;

use actix_chatkit::{
    context::UserId,
    protocol::{Page, PageQuery, ThreadItem, ThreadMetadata, page::Order},
    store::{Change, Commit, SqliteStore, SqliteStoreSettings, Store},
};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use serde::{Serialize, de::DeserializeOwned};
use tempfile::TempDir;

use super::{config, protocol};

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(value).unwrap();
    let again: T =
        serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(value, &again, "{}", text);
    // By way of a `Value` too: that is how a request reaches its types.
    let again: T = serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap();
    prop_assert_eq!(value, &again);
    Ok(())
}

#[test]
fn every_event_comes_back_from_the_wire() {
    let mut runner = TestRunner::new(config(400, file!()));
    runner.run(&protocol::event(), |event| comes_back(&event)).unwrap();
}

#[test]
fn every_item_and_thread_comes_back_from_the_wire() {
    let mut runner = TestRunner::new(config(400, file!()));
    runner.run(&protocol::item(), |item| comes_back(&item)).unwrap();
    runner.run(&protocol::thread(), |thread| comes_back(&thread)).unwrap();
}

/// Stores a thread with items and reads everything back, as it was.
async fn stored(
    store: &dyn Store,
    user: &UserId,
    metadata: &ThreadMetadata,
    items: &[ThreadItem],
) -> Result<(), TestCaseError> {
    let mut changes = vec![Change::CreateThread(metadata.clone())];
    changes.extend(items.iter().cloned().map(|item| Change::PutItem(item.into())));
    store.submit(Commit::new(user, changes)).await.unwrap();
    let record = store.thread(user, &metadata.id).await.unwrap();
    prop_assert_eq!(&record.metadata, metadata);
    let recent = store.recent_items(user, &metadata.id, 100).await.unwrap();
    prop_assert_eq!(&recent[..], items);
    let visible: Vec<_> = items.iter().filter(|item| !item.is_hidden()).cloned().collect();
    let query = PageQuery { limit: 100, order: Order::Asc, ..PageQuery::default() };
    let page = store.items(user, &metadata.id, query).await.unwrap();
    prop_assert_eq!(page, Page { data: visible, has_more: false, after: None });
    for item in items {
        prop_assert_eq!(&store.item(user, &metadata.id, &item.id).await.unwrap(), item);
    }
    Ok(())
}

#[test]
fn every_row_comes_back_from_the_database() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chat.db").display().to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Opened within the runtime, to which its writer belongs.
    let guard = runtime.enter();
    let store = SqliteStore::open(&SqliteStoreSettings::new(path)).unwrap();
    drop(guard);
    let number = std::cell::Cell::new(0);
    let case = (protocol::thread_metadata(), vec(protocol::item(), 0..6));
    let mut runner = TestRunner::new(config(64, file!()));
    let outcome = runner.run(&case, |(metadata, mut items)| {
        // A user of its own for each case, and an id of its own for each item.
        number.set(number.get() + 1);
        let user = UserId::from(format!("user {}", number.get()).as_str());
        for (place, item) in items.iter_mut().enumerate() {
            item.id = format!("{}{place}", item.id).into();
            item.thread_id = metadata.id.clone();
        }
        runtime.block_on(stored(&store, &user, &metadata, &items))
    });
    outcome.unwrap();
}
