//! What every store must do: one suite, run on each of them.
//!
//! A store that fails a case is not a store. For one of your own, in your own crate, depend on this
//! crate with the feature `testing` under `[dev-dependencies]`, and let [`suite!`](suite) make a test of
//! each case:
//!
//! ```
//! # use std::sync::Arc;
//! # use actix_chatkit::store::{MemoryStore, Store};
//! /// A new, empty store, and what has to live as long as it does: a temporary folder, or nothing.
//! async fn open() -> (Arc<dyn Store>, ()) {
//!     (Arc::new(MemoryStore::new()), ())
//! }
//!
//! mod conformance {
//!     actix_chatkit::store::conformance::suite!(super::open().await);
//! }
//! # fn main() {}
//! ```
//!
//! [`failures`] runs all cases one after the other, wherever that is more convenient:
//!
//! ```
//! use std::sync::Arc;
//!
//! use actix_chatkit::store::{MemoryStore, Store, conformance};
//!
//! let failures = conformance::failures(async || (Arc::new(MemoryStore::new()) as Arc<dyn Store>, ()));
//! assert!(failures.is_empty(), "{failures:#?}");
//! ```
//!
//! Each case has a store and a current-thread Tokio runtime of its own. A case fails by a panic. A new
//! version of this crate may bring new cases.

#![allow(clippy::unwrap_used, reason = "a panic is how a case fails")]

mod attachments;
#[cfg(test)]
pub(crate) mod bodies;
mod items;
mod pages;
mod suite;
mod threads;
mod whole;

use serde_json::json;

#[doc(hidden)]
pub use self::suite::run_case;
pub use self::suite::{Failure, failures};
use super::{Change, Commit, Store, StoreError};
#[doc(inline)]
pub use crate::__store_suite as suite;
use crate::{
    context::UserId,
    protocol::{
        ItemId, ItemKind, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, item::AssistantMessage,
        page::Order,
    },
};

/// Runs the suite on an attachment store: an expression for `(Arc<dyn AttachmentStore>, guard)`, evaluated per
/// test.
#[cfg(test)]
macro_rules! attachment_suite {
    ($store:expr) => {
        crate::store::conformance::attachment_suite! { $store;
            bytes_come_back_whole_and_in_parts, a_file_above_the_limit_is_not_read,
            an_upload_is_visible_when_it_is_finished, what_is_not_as_announced_is_refused,
            any_id_is_a_name_of_its_own, what_was_removed_is_gone,
            what_was_made_is_kept_as_it_was_or_not_at_all, nothing_is_kept_of_what_was_removed
        }
    };
    ($store:expr; $($name:ident),+) => {$(
        #[tokio::test]
        async fn $name() {
            let (store, _guard) = $store;
            crate::store::conformance::bodies::$name(store).await;
        }
    )+};
}
#[cfg(test)]
pub(crate) use attachment_suite;

fn ada() -> UserId {
    UserId::from("ada")
}

fn eve() -> UserId {
    UserId::from("eve")
}

fn thread_id() -> ThreadId {
    ThreadId::from("thr_1")
}

/// An assistant's message in `thr_1`.
fn message(id: &str, text: &str) -> ThreadItem {
    message_in(&thread_id(), id, text)
}

fn message_in(thread_id: &ThreadId, id: &str, text: &str) -> ThreadItem {
    let kind = ItemKind::AssistantMessage(AssistantMessage::text(text));
    ThreadItem::new(ItemId::from(id), thread_id.clone(), kind)
}

/// A note in `thr_1` that only the model sees.
fn hidden(id: &str) -> ThreadItem {
    let kind = ItemKind::HiddenContextItem { content: json!({"note": null}) };
    ThreadItem::new(ItemId::from(id), thread_id(), kind)
}

/// Adds `thr_1` for this user, with these items.
async fn begin(store: &dyn Store, user: &UserId, items: &[ThreadItem]) {
    let create = Change::CreateThread(ThreadMetadata::new(thread_id()));
    let changes = std::iter::once(create)
        .chain(items.iter().cloned().map(|item| Change::PutItem(item.into())))
        .collect();
    store.submit(Commit::new(user, changes)).await.unwrap();
}

fn asked(limit: usize, order: Order, after: Option<&str>) -> PageQuery {
    PageQuery { limit, order, after: after.map(str::to_owned), ..PageQuery::default() }
}

fn ids(items: &[ThreadItem]) -> Vec<&str> {
    items.iter().map(|item| item.id.as_str()).collect()
}

async fn all_ids(store: &dyn Store, user: &UserId) -> Vec<String> {
    let items = store.recent_items(user, &thread_id(), usize::MAX).await.unwrap();
    ids(&items).into_iter().map(str::to_owned).collect()
}

async fn page(store: &dyn Store, query: PageQuery) -> Page<ThreadItem> {
    store.items(&ada(), &thread_id(), query).await.unwrap()
}

fn is_conflict(result: &Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::Conflict { .. }))
}
