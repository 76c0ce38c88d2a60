//! Queries on drafts and their pieces; each is one run in an index.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::de::DeserializeOwned;

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
        json::to_json,
        payload::{Payload, PayloadPlace, Payloads},
    },
};

/// Saves an unfinished item, in its place or after the other drafts.
pub(super) fn put(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    item: &ThreadItem,
) -> Result<(), StoreError> {
    let place = PayloadPlace { user, thread_id: &item.thread_id, item_id: Some(item.id.as_str()) };
    let payload = &payloads.write(place, to_json("item", item)?.into())?;
    let (thread, item_id) = (name(user, &item.thread_id), item.id.as_str());
    let put = PutDraft { thread, item_id, payload };
    put.execute(connection).map_err(|error| no_thread(error, &item.thread_id))?;
    DropPieces { thread, item_id }.execute(connection)?;
    Ok(())
}

/// Appends to an unfinished item.
pub(super) fn append(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    user: &UserId,
    (thread_id, item_id): (&ThreadId, &ItemId),
    number: u64,
    piece: &DraftPiece,
) -> Result<(), StoreError> {
    let place = PayloadPlace { user, thread_id, item_id: Some(item_id.as_str()) };
    let payload = &payloads.write(place, to_json("draft", piece)?.into())?;
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let append = AppendDraft { thread: name(user, thread_id), item_id: item_id.as_str(), number, payload };
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

/// The columns of a payload.
type PayloadColumns = (i32, String, Option<Vec<u8>>);

/// The drafts of a thread with all that was appended to them, in the order they were first saved. One that cannot
/// be read is logged and left out: at most a part of an answer that was cut short is lost.
pub(super) fn load(
    connection: &mut SqliteConnection,
    payloads: &Payloads,
    (user, thread_id): (&UserId, &ThreadId),
    thread_seq: i64,
) -> Result<Vec<ThreadItem>, StoreError> {
    let columns = (drafts::payload_version, drafts::payload_json, drafts::payload_encoded);
    let rows: Vec<(String, PayloadColumns)> = drafts::table
        .filter(drafts::thread_seq.eq(thread_seq))
        .order(drafts::position.asc())
        .select((drafts::id, columns))
        .load(connection)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut pieces = pieces(connection, thread_seq)?;
    let whole = rows.into_iter().filter_map(|(id, columns)| {
        let place = PayloadPlace { user, thread_id, item_id: Some(&id) };
        let item = read(payloads, place, columns)?;
        let pieces = pieces.remove(&id).unwrap_or_default().into_iter();
        // The pieces end before the first that cannot be read.
        let pieces = pieces.map_while(|(number, columns)| Some((number, read(payloads, place, columns)?)));
        Some(whole_draft(item, pieces))
    });
    Ok(whole.collect())
}

fn read<T: DeserializeOwned>(
    payloads: &Payloads,
    place: PayloadPlace<'_>,
    (version, json, encoded): PayloadColumns,
) -> Option<T> {
    let read = payloads.read(place, &Payload { version, json: json.into(), encoded });
    read.inspect_err(|error| payloads.report("draft", place, error)).ok()
}

/// The pieces of all drafts of a thread by their items, in the order of their numbers.
fn pieces(
    connection: &mut SqliteConnection,
    thread_seq: i64,
) -> Result<HashMap<String, Vec<(u64, PayloadColumns)>>, StoreError> {
    let columns = (draft_pieces::payload_version, draft_pieces::payload_json, draft_pieces::payload_encoded);
    let rows: Vec<(String, i64, PayloadColumns)> = draft_pieces::table
        .filter(draft_pieces::thread_seq.eq(thread_seq))
        .order((draft_pieces::id.asc(), draft_pieces::number.asc()))
        .select((draft_pieces::id, draft_pieces::number, columns))
        .load(connection)?;
    let mut pieces: HashMap<_, Vec<_>> = HashMap::new();
    for (id, number, columns) in rows {
        pieces.entry(id).or_default().push((number.unsigned_abs(), columns));
    }
    Ok(pieces)
}

fn name<'a>(user: &'a UserId, thread_id: &'a ThreadId) -> ThreadName<'a> {
    ThreadName { user_id: user.as_str(), id: thread_id.as_str() }
}
