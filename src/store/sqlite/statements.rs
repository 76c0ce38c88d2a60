//! The statements of every turn, written out.
//!
//! Diesel prepares an update or an upsert of its query builder anew for each execution; one that names
//! itself by its type is prepared once for each connection, and its text is never built again.

use diesel::{
    QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text},
    sqlite::Sqlite,
};

use super::rows::{ItemValues, ThreadValues};
use crate::store::payload::Payload;

/// The thread of a user.
#[derive(Clone, Copy)]
pub(super) struct ThreadName<'a> {
    pub(super) user_id: &'a str,
    pub(super) id: &'a str,
}

impl ThreadName<'_> {
    /// The thread's key; NULL when there is no such thread.
    fn walk_seq<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT seq FROM threads WHERE");
        self.walk_filter(out)?;
        out.push_sql(")");
        Ok(())
    }

    fn walk_filter<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" user_id = ");
        out.push_bind_param::<Text, _>(self.user_id)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Text, _>(self.id)
    }
}

/// The values of a payload's three columns.
fn walk_payload<'b>(payload: &'b Payload<'b>, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    out.push_bind_param::<Integer, _>(&payload.version)?;
    out.push_sql(", ");
    out.push_bind_param::<Text, str>(&payload.json)?;
    out.push_sql(", ");
    out.push_bind_param::<Nullable<Binary>, _>(&payload.encoded)
}

/// Saves an item in its place, or at the end; fails as a key that is NULL when there is no such thread.
///
/// One row of `VALUES`, not of a `SELECT`: of that SQLite expects many rows, and copies each page it changes
/// so that it can take back those before a bad one.
pub(super) struct PutItem<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) item_id: &'a str,
    pub(super) values: ItemValues<'a>,
}

impl QueryFragment<Sqlite> for PutItem<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO items (thread_seq, position, id, kind, hidden, created_at_us, \
             payload_version, payload_json, payload_encoded) VALUES (",
        );
        self.thread.walk_seq(&mut out)?;
        out.push_sql(", coalesce((SELECT max(position) FROM items WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)?;
        out.push_sql("), 0) + 1, ");
        out.push_bind_param::<Text, _>(self.item_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.values.kind)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(&self.values.hidden)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.values.created_at_us)?;
        out.push_sql(", ");
        walk_payload(self.values.payload, &mut out)?;
        out.push_sql(
            ") ON CONFLICT (thread_seq, id) DO UPDATE SET kind = excluded.kind, hidden = excluded.hidden, \
             created_at_us = excluded.created_at_us, payload_version = excluded.payload_version, \
             payload_json = excluded.payload_json, payload_encoded = excluded.payload_encoded",
        );
        Ok(())
    }
}

/// Saves an unfinished item in its place or after the other drafts; fails as a key that is NULL when there is
/// no such thread.
pub(super) struct PutDraft<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) item_id: &'a str,
    pub(super) payload: &'a Payload<'a>,
}

impl QueryFragment<Sqlite> for PutDraft<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT INTO drafts (thread_seq, position, id, payload_version, payload_json, payload_encoded) VALUES (");
        self.thread.walk_seq(&mut out)?;
        out.push_sql(", coalesce((SELECT max(position) FROM drafts WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)?;
        out.push_sql("), 0) + 1, ");
        out.push_bind_param::<Text, _>(self.item_id)?;
        out.push_sql(", ");
        walk_payload(self.payload, &mut out)?;
        out.push_sql(
            ") ON CONFLICT (thread_seq, id) DO UPDATE SET payload_version = excluded.payload_version, \
             payload_json = excluded.payload_json, payload_encoded = excluded.payload_encoded",
        );
        Ok(())
    }
}

/// Saves a piece of a draft, in place of an earlier one with its number; changes no row when there is no such
/// draft.
pub(super) struct AppendDraft<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) item_id: &'a str,
    pub(super) number: i64,
    pub(super) payload: &'a Payload<'a>,
}

impl QueryFragment<Sqlite> for AppendDraft<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO draft_pieces (thread_seq, id, number, payload_version, payload_json, payload_encoded) \
             SELECT thread_seq, id, ",
        );
        out.push_bind_param::<BigInt, _>(&self.number)?;
        out.push_sql(", ");
        walk_payload(self.payload, &mut out)?;
        out.push_sql(" FROM drafts WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Text, _>(self.item_id)?;
        out.push_sql(
            " ON CONFLICT (thread_seq, id, number) DO UPDATE SET payload_version = excluded.payload_version, \
             payload_json = excluded.payload_json, payload_encoded = excluded.payload_encoded",
        );
        Ok(())
    }
}

/// Drops the pieces of a draft.
pub(super) struct DropPieces<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) item_id: &'a str,
}

impl QueryFragment<Sqlite> for DropPieces<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM draft_pieces WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Text, _>(self.item_id)
    }
}

/// Drops the pieces of all drafts of a thread.
pub(super) struct DropAllPieces<'a> {
    pub(super) thread: ThreadName<'a>,
}

impl QueryFragment<Sqlite> for DropAllPieces<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM draft_pieces WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)
    }
}

/// Drops the draft of an item, if there is one.
pub(super) struct DropDraft<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) item_id: &'a str,
}

impl QueryFragment<Sqlite> for DropDraft<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM drafts WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Text, _>(self.item_id)
    }
}

/// Drops all drafts of a thread.
pub(super) struct DropDrafts<'a> {
    pub(super) thread: ThreadName<'a>,
}

impl QueryFragment<Sqlite> for DropDrafts<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM drafts WHERE thread_seq = ");
        self.thread.walk_seq(&mut out)
    }
}

/// Saves what of a thread may change; changes no row when there is no such thread.
pub(super) struct UpdateThread<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) values: &'a ThreadValues,
}

impl QueryFragment<Sqlite> for UpdateThread<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE threads SET title = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.values.title)?;
        out.push_sql(", status_json = ");
        out.push_bind_param::<Text, _>(&self.values.status_json)?;
        out.push_sql(", allowed_image_domains_json = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.values.allowed_image_domains_json)?;
        out.push_sql(", metadata_json = ");
        out.push_bind_param::<Text, _>(&self.values.metadata_json)?;
        out.push_sql(", payload_version = ");
        out.push_bind_param::<Integer, _>(&self.values.payload_version)?;
        out.push_sql(", payload_encoded = ");
        out.push_bind_param::<Nullable<Binary>, _>(&self.values.payload_encoded)?;
        out.push_sql(" WHERE");
        self.thread.walk_filter(&mut out)
    }
}

/// Notes that a turn runs; changes no row when there is no such thread, or when its newest turn has this
/// number or a higher one.
pub(super) struct BeginTurn<'a> {
    pub(super) thread: ThreadName<'a>,
    pub(super) turn_no: i64,
}

impl QueryFragment<Sqlite> for BeginTurn<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE threads SET turn_open = TRUE, turn_no = ");
        out.push_bind_param::<BigInt, _>(&self.turn_no)?;
        out.push_sql(" WHERE");
        self.thread.walk_filter(&mut out)?;
        out.push_sql(" AND turn_no < ");
        out.push_bind_param::<BigInt, _>(&self.turn_no)
    }
}

/// Notes that no turn runs; changes no row when there is no such thread.
pub(super) struct EndTurn<'a> {
    pub(super) thread: ThreadName<'a>,
}

impl QueryFragment<Sqlite> for EndTurn<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE threads SET turn_open = FALSE WHERE");
        self.thread.walk_filter(&mut out)
    }
}

/// Its type alone names each of these statements: their text is always the same.
macro_rules! named_by_type {
    ($($statement:ident),*) => {$(
        impl QueryId for $statement<'_> {
            type QueryId = $statement<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl RunQueryDsl<SqliteConnection> for $statement<'_> {}
    )*};
}

named_by_type!(
    PutItem,
    PutDraft,
    AppendDraft,
    DropPieces,
    DropAllPieces,
    DropDraft,
    DropDrafts,
    UpdateThread,
    BeginTurn,
    EndTurn
);
