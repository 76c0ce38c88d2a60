//! Queries on threads; each is one look-up in an index.

use diesel::{
    connection::DefaultLoadingMode,
    dsl::exists,
    prelude::*,
    result::{DatabaseErrorKind, Error},
};

use super::{
    attachments, drafts,
    rows::{NewThread, ThreadRow, ThreadValues},
    schema::threads,
    statements::{BeginTurn, EndTurn, ThreadName, UpdateThread},
};
use crate::{
    context::UserId,
    protocol::{
        Page, PageQuery, ThreadId, ThreadMetadata,
        page::{Order, PageBuilder},
    },
    store::{StoreError, ThreadRecord, conflicts::Conflict, payload::Payloads},
};

pub(super) fn not_found(thread_id: &ThreadId) -> StoreError {
    StoreError::ThreadNotFound { thread_id: thread_id.clone() }
}

/// The key of the thread, under which all its rows are found.
pub(super) fn seq_of(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
) -> Result<i64, StoreError> {
    find_seq(connection, user, thread_id.as_str())?.ok_or_else(|| not_found(thread_id))
}

fn find_seq(connection: &mut SqliteConnection, user: &UserId, id: &str) -> Result<Option<i64>, StoreError> {
    let thread = threads::table.filter(threads::user_id.eq(user.as_str())).filter(threads::id.eq(id));
    // Not `first`: SQLite prepares a statement with a bound LIMIT anew for every execution.
    Ok(thread.select(threads::seq).get_result(connection).optional()?)
}

/// Adds a thread.
pub(super) fn create(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    thread: &ThreadMetadata,
) -> Result<(), StoreError> {
    let row = NewThread {
        user_id: user.as_str(),
        id: thread.id.as_str(),
        created_at_us: thread.created_at.as_microsecond(),
        values: ThreadValues::new(user, payloads, thread)?,
    };
    match diesel::insert_into(threads::table).values(row).execute(connection) {
        Ok(_) => Ok(()),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Conflict::ThreadExists(&thread.id).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Saves what may change of a thread. Fails if that would change a field that cannot be read.
pub(super) fn update(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    thread: &ThreadMetadata,
) -> Result<(), StoreError> {
    let row = find_row(connection, user, &thread.id)?;
    if let Some(values) = row.changed_to(user, payloads, thread)? {
        let thread = ThreadName { user_id: user.as_str(), id: thread.id.as_str() };
        UpdateThread { thread, values: &values }.execute(connection)?;
    }
    Ok(())
}

fn find_row(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
) -> Result<ThreadRow, StoreError> {
    threads::table
        .filter(threads::user_id.eq(user.as_str()))
        .filter(threads::id.eq(thread_id.as_str()))
        .select(ThreadRow::as_select())
        .get_result(connection)
        .optional()?
        .ok_or_else(|| not_found(thread_id))
}

/// Notes that a turn runs.
pub(super) fn begin_turn(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
    turn_no: u64,
) -> Result<(), StoreError> {
    let stale = Conflict::StaleTurn { thread_id, turn_no };
    let thread = ThreadName { user_id: user.as_str(), id: thread_id.as_str() };
    let Ok(turn_no) = i64::try_from(turn_no) else { return Err(stale.into()) };
    if (BeginTurn { thread, turn_no }).execute(connection)? == 0 {
        seq_of(connection, user, thread_id)?;
        return Err(stale.into());
    }
    Ok(())
}

/// Notes that no turn runs, and drops the drafts: they belong to a running turn.
pub(super) fn end_turn(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
) -> Result<(), StoreError> {
    let thread = ThreadName { user_id: user.as_str(), id: thread_id.as_str() };
    if (EndTurn { thread }).execute(connection)? == 0 {
        return Err(not_found(thread_id));
    }
    drafts::drop_all(connection, thread)
}

/// Removes a thread. Foreign keys remove what belongs to it, except for its attachments, whose bytes have to be
/// found later.
pub(super) fn delete(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
) -> Result<(), StoreError> {
    if let Some(seq) = find_seq(connection, user, thread_id.as_str())? {
        attachments::delete_those_of(connection, seq)?;
        diesel::delete(threads::table.find(seq)).execute(connection)?;
    }
    Ok(())
}

/// The thread with its drafts.
pub(super) fn load(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    thread_id: &ThreadId,
) -> Result<ThreadRecord, StoreError> {
    let row = find_row(connection, user, thread_id)?;
    let drafts = drafts::load(connection, payloads, (user, thread_id), row.seq)?;
    Ok(ThreadRecord {
        turn_no: row.turn_no()?,
        turn_open: row.turn_open,
        metadata: row.into_metadata(user, payloads),
        drafts,
    })
}

/// A page of the user's threads.
pub(super) fn page(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    query: &PageQuery,
) -> Result<Page<ThreadMetadata>, StoreError> {
    let cursor = match &query.after {
        Some(after) => Some(
            find_seq(connection, user, after)?
                .ok_or_else(|| StoreError::CursorNotFound { after: after.clone() })?,
        ),
        None => None,
    };
    let one_to_spare = super::sql_limit(query.limit.saturating_add(1));
    let mine = threads::table
        .filter(threads::user_id.eq(user.as_str()))
        .limit(one_to_spare)
        .select(ThreadRow::as_select());
    let rows = match query.order {
        Order::Asc => {
            mine.filter(threads::seq.gt(cursor.unwrap_or(i64::MIN))).order(threads::seq.asc()).into_boxed()
        }
        Order::Desc => {
            mine.filter(threads::seq.lt(cursor.unwrap_or(i64::MAX))).order(threads::seq.desc()).into_boxed()
        }
    };
    // Load row by row, so that nothing beyond the page's bytes is read.
    let mut page = PageBuilder::new(query);
    for row in rows.load_iter::<ThreadRow, DefaultLoadingMode>(connection)? {
        let row = row?;
        let bytes = row.bytes();
        if !page.push(bytes, || row.into_metadata(user, payloads)) {
            break;
        }
    }
    Ok(page.finish(|thread| thread.id.as_str().to_owned()))
}

/// Reads from the threads table, if only to see that it can be read.
pub(super) fn check(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    diesel::select(exists(threads::table.select(threads::seq).limit(1))).get_result::<bool>(connection)?;
    Ok(())
}
