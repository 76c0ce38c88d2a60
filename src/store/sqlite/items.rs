//! Queries on items; each is one look-up or one run in an index.

use diesel::{
    connection::DefaultLoadingMode,
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
};

use super::{
    drafts,
    rows::{ItemRow, ItemValues},
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
    store::{
        ItemToPut, Shown, StoreError,
        payload::{PayloadPlace, Payloads, is_stand_in},
    },
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
    payloads: &Payloads,
    user: &UserId,
    item: &ItemToPut,
) -> Result<(), StoreError> {
    let place = PayloadPlace { user, thread_id: &item.thread_id, item_id: Some(item.id.as_str()) };
    if is_stand_in(&item.kind) && is_unreadable(connection, payloads, place, item)? {
        // It stands for what is stored, and must not take its place.
        return Ok(());
    }
    let payload = payloads.write(place, item.to_json()?)?;
    let thread = ThreadName { user_id: user.as_str(), id: item.thread_id.as_str() };
    let item_id = item.id.as_str();
    let put = PutItem { thread, item_id, values: ItemValues::new(item, &payload) };
    put.execute(connection).map_err(|error| no_thread(error, &item.thread_id))?;
    drafts::drop_one(connection, thread, item_id)
}

/// Whether an item is stored under this id that cannot be read.
fn is_unreadable(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    place: PayloadPlace<'_>,
    item: &ThreadItem,
) -> Result<bool, StoreError> {
    let thread_seq = threads::seq_of(connection, place.user, place.thread_id)?;
    let stored = find_row(connection, thread_seq, &item.id)?;
    Ok(stored.is_some_and(|row| row.read(place, payloads).is_err()))
}

fn find_row(
    connection: &mut SqliteConnection,
    thread_seq: i64,
    item_id: &ItemId,
) -> Result<Option<ItemRow>, StoreError> {
    let item = items::table.filter(items::thread_seq.eq(thread_seq)).filter(items::id.eq(item_id.as_str()));
    Ok(item.select(ItemRow::as_select()).get_result(connection).optional()?)
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
    payloads: &Payloads,
    user: &UserId,
    thread_id: &ThreadId,
    item_id: &ItemId,
) -> Result<ThreadItem, StoreError> {
    let thread_seq = threads::seq_of(connection, user, thread_id)?;
    let row = find_row(connection, thread_seq, item_id)?;
    let row = row.ok_or_else(|| StoreError::ItemNotFound { item_id: item_id.clone() })?;
    Ok(row.into_item(user, thread_id, payloads))
}

/// A page of items.
pub(super) fn page(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
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
        .select(ItemRow::as_select())
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
    for row in rows.load_iter::<ItemRow, DefaultLoadingMode>(connection)? {
        let row = row?;
        if !page.push(row.bytes(), || row.into_item(user, thread_id, payloads)) {
            break;
        }
    }
    Ok(page.finish(|item| item.id.as_str().to_owned()))
}
