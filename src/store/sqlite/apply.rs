//! Applies the changes of one commit within the writer's transaction.

use diesel::SqliteConnection;

use super::{attachments, drafts, feedback, items, threads};
use crate::{
    context::UserId,
    store::{Change, StoreError, payload::Payloads},
};

/// Applies the changes in order and stops at the first that fails; the caller rolls back.
pub(super) fn apply(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    changes: &[Change],
) -> Result<(), StoreError> {
    changes.iter().try_for_each(|change| apply_one(connection, payloads, user, change))
}

fn apply_one(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    change: &Change,
) -> Result<(), StoreError> {
    match change {
        Change::CreateThread(thread) => threads::create(connection, payloads, user, thread),
        Change::UpdateThread(thread) => threads::update(connection, payloads, user, thread),
        Change::DeleteThread(thread_id) => threads::delete(connection, user, thread_id),
        Change::BeginTurn { thread_id, turn_no } => {
            threads::begin_turn(connection, user, thread_id, *turn_no)
        }
        Change::EndTurn { thread_id } => threads::end_turn(connection, user, thread_id),
        Change::PutItem(item) => items::put(connection, payloads, user, item),
        Change::PutDraft(item) => drafts::put(connection, payloads, user, item),
        Change::AppendDraft { thread_id, item_id, number, piece } => {
            drafts::append(connection, payloads, user, (thread_id, item_id), *number, piece)
        }
        Change::RemoveItem { thread_id, item_id } => items::remove(connection, user, thread_id, item_id),
        Change::RemoveItemsAfter { thread_id, item_id } => {
            items::remove_after(connection, user, thread_id, item_id)
        }
        Change::CreateAttachment(record) => attachments::create(connection, user, record),
        Change::FinishUpload { attachment_id, file } => {
            attachments::finish_upload(connection, user, attachment_id, file)
        }
        Change::LinkAttachment { attachment_id, thread_id } => {
            attachments::link(connection, user, attachment_id, thread_id)
        }
        Change::DeleteAttachment { attachment_id } => attachments::delete(connection, user, attachment_id),
        Change::ExpireAttachment { attachment_id } => attachments::expire(connection, user, attachment_id),
        Change::ForgetAttachment { attachment_id } => attachments::forget(connection, user, attachment_id),
        Change::AddFeedback { thread_id, item_ids, kind } => {
            feedback::add(connection, user, thread_id, item_ids, *kind)
        }
    }
}
