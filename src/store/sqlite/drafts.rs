//! Queries on drafts and their pieces; each is one run in an index.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{
    items::no_thread,
    schema::{draft_pieces, drafts},
    statements::{AppendDraft, DropAllPieces, DropDraft, DropDrafts, DropPieces, PutDraft, ThreadName},
    threads,
};
use crate::{
    context::UserId,
    protocol::{ItemId, ThreadId, ThreadItem},
    store::{
        DraftPiece, StoreError,
        draft::whole_draft,
        json::{from_json, to_json},
    },
};

/// Saves an unfinished item, in its place or after the other drafts.
pub(super) fn put(
    connection: &mut SqliteConnection,
    user: &UserId,
    item: &ThreadItem,
) -> Result<(), StoreError> {
    let payload_json = &to_json("item", item)?;
    let (thread, item_id) = (name(user, &item.thread_id), item.id.as_str());
    let put = PutDraft { thread, item_id, payload_json };
    put.execute(connection).map_err(|error| no_thread(error, &item.thread_id))?;
    DropPieces { thread, item_id }.execute(connection)?;
    Ok(())
}

/// Appends to an unfinished item.
pub(super) fn append(
    connection: &mut SqliteConnection,
    user: &UserId,
    (thread_id, item_id): (&ThreadId, &ItemId),
    number: u64,
    piece: &DraftPiece,
) -> Result<(), StoreError> {
    let payload_json = &to_json("draft", piece)?;
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let append =
        AppendDraft { thread: name(user, thread_id), item_id: item_id.as_str(), number, payload_json };
    if append.execute(connection)? == 0 {
        threads::seq_of(connection, user, thread_id)?;
        return Err(StoreError::ItemNotFound { item_id: item_id.clone() });
    }
    Ok(())
}

/// Drops the draft of an item, if there is one. Most items that are put have none, so pieces are only looked for
/// where there was a draft.
pub(super) fn drop_one(
    connection: &mut SqliteConnection,
    thread: ThreadName<'_>,
    item_id: &str,
) -> Result<(), StoreError> {
    if (DropDraft { thread, item_id }).execute(connection)? > 0 {
        DropPieces { thread, item_id }.execute(connection)?;
    }
    Ok(())
}

/// Drops all drafts of a thread.
pub(super) fn drop_all(connection: &mut SqliteConnection, thread: ThreadName<'_>) -> Result<(), StoreError> {
    if (DropDrafts { thread }).execute(connection)? > 0 {
        DropAllPieces { thread }.execute(connection)?;
    }
    Ok(())
}

/// The drafts of a thread with all that was appended to them, in the order they were first saved.
pub(super) fn load(
    connection: &mut SqliteConnection,
    thread_seq: i64,
) -> Result<Vec<ThreadItem>, StoreError> {
    let payloads: Vec<String> = drafts::table
        .filter(drafts::thread_seq.eq(thread_seq))
        .order(drafts::position.asc())
        .select(drafts::payload_json)
        .load(connection)?;
    if payloads.is_empty() {
        return Ok(Vec::new());
    }
    let mut pieces = pieces(connection, thread_seq)?;
    payloads
        .iter()
        .map(|payload| {
            let item: ThreadItem = from_json("item", payload)?;
            let pieces = pieces.remove(item.id.as_str()).unwrap_or_default();
            Ok(whole_draft(item, pieces))
        })
        .collect()
}

/// The pieces of all drafts of a thread by their items, in the order of their numbers.
fn pieces(
    connection: &mut SqliteConnection,
    thread_seq: i64,
) -> Result<HashMap<String, Vec<(u64, DraftPiece)>>, StoreError> {
    let rows: Vec<(String, i64, String)> = draft_pieces::table
        .filter(draft_pieces::thread_seq.eq(thread_seq))
        .order((draft_pieces::id.asc(), draft_pieces::number.asc()))
        .select((draft_pieces::id, draft_pieces::number, draft_pieces::payload_json))
        .load(connection)?;
    let mut pieces: HashMap<_, Vec<_>> = HashMap::new();
    for (id, number, payload) in rows {
        pieces.entry(id).or_default().push((number.unsigned_abs(), from_json("draft", &payload)?));
    }
    Ok(pieces)
}

fn name<'a>(user: &'a UserId, thread_id: &'a ThreadId) -> ThreadName<'a> {
    ThreadName { user_id: user.as_str(), id: thread_id.as_str() }
}
