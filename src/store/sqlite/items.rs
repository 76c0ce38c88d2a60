//! Queries on items; each is one look-up or one run in an index.

use diesel::{
    connection::DefaultLoadingMode,
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
};

use super::{
    drafts,
    rows::ItemValues,
    schema::items,
    sql_limit,
    statements::{PutItem, ThreadName},
    threads,
};
use crate::{
    context::UserId,
    protocol::{
        ItemId, Page, PageQuery, ThreadId, ThreadItem,
        page::{Order, PageBuilder},
    },
    store::{ItemToPut, Shown, StoreError, json::from_json},
};

fn find_position(
    connection: &mut SqliteConnection,
    thread_seq: i64,
    id: &str,
) -> Result<Option<i64>, StoreError> {
    let item = items::table.filter(items::thread_seq.eq(thread_seq)).filter(items::id.eq(id));
    // Not `first`: SQLite prepares a statement with a bound LIMIT anew for every execution.
    Ok(item.select(items::position).get_result(connection).optional()?)
}

/// Saves an item in its place, or at the end, and drops its draft.
pub(super) fn put(
    connection: &mut SqliteConnection,
    user: &UserId,
    item: &ItemToPut,
) -> Result<(), StoreError> {
    let payload = item.to_json()?;
    let thread = ThreadName { user_id: user.as_str(), id: item.thread_id.as_str() };
    let item_id = item.id.as_str();
    let put = PutItem { thread, item_id, values: ItemValues::new(item, &payload) };
    put.execute(connection).map_err(|error| no_thread(error, &item.thread_id))?;
    drafts::drop_one(connection, thread, item_id)
}

/// What it means when a row of a thread cannot be saved: the thread's key is all that may be missing in it.
pub(super) fn no_thread(error: DieselError, thread_id: &ThreadId) -> StoreError {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::NotNullViolation, _) => threads::not_found(thread_id),
        error => error.into(),
    }
}

/// Removes an item and its draft.
pub(super) fn remove(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
    item_id: &ItemId,
) -> Result<(), StoreError> {
    let thread_seq = threads::seq_of(connection, user, thread_id)?;
    let key = items::table.filter(items::thread_seq.eq(thread_seq)).filter(items::id.eq(item_id.as_str()));
    diesel::delete(key).execute(connection)?;
    let thread = ThreadName { user_id: user.as_str(), id: thread_id.as_str() };
    drafts::drop_one(connection, thread, item_id.as_str())
}

/// Removes all items that stand after this one.
pub(super) fn remove_after(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
    item_id: &ItemId,
) -> Result<(), StoreError> {
    let thread_seq = threads::seq_of(connection, user, thread_id)?;
    let position = find_position(connection, thread_seq, item_id.as_str())?
        .ok_or_else(|| StoreError::ItemNotFound { item_id: item_id.clone() })?;
    let later = items::table.filter(items::thread_seq.eq(thread_seq)).filter(items::position.gt(position));
    diesel::delete(later).execute(connection)?;
    Ok(())
}

/// One item, hidden or not.
pub(super) fn load(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
    item_id: &ItemId,
) -> Result<ThreadItem, StoreError> {
    let thread_seq = threads::seq_of(connection, user, thread_id)?;
    let payload: String = items::table
        .filter(items::thread_seq.eq(thread_seq))
        .filter(items::id.eq(item_id.as_str()))
        .select(items::payload_json)
        .get_result(connection)
        .optional()?
        .ok_or_else(|| StoreError::ItemNotFound { item_id: item_id.clone() })?;
    from_json("item", &payload)
}

/// A page of items.
pub(super) fn page(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
    query: &PageQuery,
    shown: Shown,
) -> Result<Page<ThreadItem>, StoreError> {
    let thread_seq = threads::seq_of(connection, user, thread_id)?;
    let cursor = match &query.after {
        Some(after) => Some(
            find_position(connection, thread_seq, after)?
                .ok_or_else(|| StoreError::CursorNotFound { after: after.clone() })?,
        ),
        None => None,
    };
    let one_to_spare = sql_limit(query.limit.saturating_add(1));
    let mut rows = items::table
        .filter(items::thread_seq.eq(thread_seq))
        .limit(one_to_spare)
        .select(items::payload_json)
        .into_boxed();
    if shown == Shown::Visible {
        rows = rows.filter(items::hidden.eq(false));
    }
    let rows = match query.order {
        Order::Asc => {
            rows.filter(items::position.gt(cursor.unwrap_or(i64::MIN))).order(items::position.asc())
        }
        Order::Desc => {
            rows.filter(items::position.lt(cursor.unwrap_or(i64::MAX))).order(items::position.desc())
        }
    };
    // Row by row: what is beyond the page's bytes is never read.
    let mut page = PageBuilder::new(query);
    for payload in rows.load_iter::<String, DefaultLoadingMode>(connection)? {
        let payload = payload?;
        let item: ThreadItem = from_json("item", &payload)?;
        if !page.push(payload.len(), || item) {
            break;
        }
    }
    Ok(page.finish(|item| item.id.as_str().to_owned()))
}
