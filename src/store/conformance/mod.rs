//! What every store must do: one suite, run on each of them.
//!
//! A store without it is not a store.

pub(super) mod attachments;
pub(super) mod bodies;
pub(super) mod items;
pub(super) mod pages;
pub(super) mod threads;
pub(super) mod whole;

use serde_json::json;

use super::{Change, Commit, Store, StoreError};
use crate::{
    context::UserId,
    protocol::{
        ItemId, ItemKind, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, item::AssistantMessage,
        page::Order,
    },
};

/// Runs the suite on a store: an expression for `(Arc<dyn Store>, guard)`, evaluated per test.
macro_rules! suite {
    ($store:expr) => {
        crate::store::conformance::suite! { $store;
            threads: a_thread_comes_back_as_it_was_saved, a_thread_id_is_taken_once_per_user,
                an_update_changes_all_but_the_time_of_creation, unknown_threads_are_not_found,
                a_deleted_thread_stays_dead, deleting_what_is_not_there_is_fine,
                users_with_the_same_ids_do_not_meet, an_open_turn_is_remembered_until_it_ends,
                turn_numbers_never_fall;
            items: an_item_comes_back_as_it_was_saved, a_known_id_keeps_its_place,
                removed_items_are_gone_and_removing_nothing_is_fine,
                items_after_one_are_removed_hidden_ones_too, recent_items_are_the_newest_oldest_first,
                drafts_live_apart_until_they_are_done, drafts_grow_piece_by_piece, a_draft_keeps_its_place_among_drafts,
                odd_strings_survive, numbers_and_times_survive_to_the_last_digit;
            pages: pages_run_through_all_items_in_both_orders, pages_are_full_of_visible_items,
                pages_end_when_they_have_bytes_enough, pages_of_threads_have_bounded_bytes_too,
                a_cursor_may_be_hidden,
                pages_of_all_items_have_the_hidden_ones, unknown_cursors_are_not_found,
                nothing_is_lost_or_doubled_while_items_arrive, order_is_by_arrival_not_by_time,
                threads_are_paged_in_the_order_they_were_made, an_empty_list_is_an_empty_page;
            attachments: an_attachment_comes_back_as_it_was_saved, an_attachment_id_is_taken_once_for_all,
                an_upload_finishes_once, only_uploaded_attachments_join_a_thread_and_only_one,
                a_deleted_attachment_is_gone_but_its_bytes_are_found,
                attachments_of_a_deleted_thread_are_deleted, abandoned_attachments_are_found,
                an_expired_attachment_is_not_in_use, a_users_attachments_are_only_theirs;
            whole: a_commit_is_all_or_nothing, commits_are_ordered_when_they_are_submitted,
                dropping_a_receipt_undoes_nothing, a_failed_commit_does_not_stop_those_behind_it,
                commits_of_one_task_keep_their_order,
                later_feedback_replaces_earlier, nothing_works_on_a_closed_store,
                many_writers_at_once_lose_nothing;
        }
    };
    ($store:expr; $($part:ident: $($name:ident),+;)+) => {$($(
        #[tokio::test]
        async fn $name() {
            let (store, _guard) = $store;
            crate::store::conformance::$part::$name(store).await;
        }
    )+)+};
}
pub(crate) use suite;

/// Runs the suite on an attachment store: an expression for `(Arc<dyn AttachmentStore>, guard)`, evaluated per
/// test.
macro_rules! attachment_suite {
    ($store:expr) => {
        crate::store::conformance::suite! { $store;
            bodies: bytes_come_back_whole_and_in_parts, a_file_above_the_limit_is_not_read,
                an_upload_is_visible_when_it_is_finished, what_is_not_as_announced_is_refused,
                any_id_is_a_name_of_its_own, what_was_removed_is_gone,
                what_was_made_is_kept_as_it_was_or_not_at_all, nothing_is_kept_of_what_was_removed;
        }
    };
}
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
