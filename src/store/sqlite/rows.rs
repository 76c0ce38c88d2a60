//! Rows of the tables, and how they are read as domain values and written from them.

use std::{borrow::Cow, fmt::Display};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    prelude::*,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::Text,
    sqlite::Sqlite,
};
use serde::{Serialize, de::DeserializeOwned};

use super::schema::{attachments, feedback, threads};
use crate::{
    context::UserId,
    protocol::{ThreadId, ThreadItem, ThreadMetadata, Timestamp, request::FeedbackKind},
    store::{AttachmentRecord, FeedbackRecord, ItemToPut, StoreError, StoredFile},
};

/// serde_json reads nothing nested deeper, and what cannot be read must not be written: one such
/// item would spoil every page of its thread.
const MAX_DEPTH: usize = 127;

/// Writes a value as JSON text.
pub(super) fn to_json(what: &str, value: &impl Serialize) -> Result<String, StoreError> {
    let refused = |reason: &dyn Display| StoreError::Conflict {
        reason: format!("the {what} cannot be stored: {reason}"),
    };
    let text = serde_json::to_string(value).map_err(|error| refused(&error))?;
    if is_too_deep(&text) { Err(refused(&"it is nested too deeply")) } else { Ok(text) }
}

/// An item as JSON text, written now unless that was done before.
pub(super) fn item_to_json(item: &ItemToPut) -> Result<Cow<'_, str>, StoreError> {
    match item.json() {
        Some(json) if !is_too_deep(json) => Ok(Cow::Borrowed(json)),
        _ => to_json("item", &**item).map(Cow::Owned),
    }
}

fn is_too_deep(json: &str) -> bool {
    // Hardly a text has so many lists and objects at all.
    memchr::memchr2_iter(b'{', b'[', json.as_bytes()).count() > MAX_DEPTH && depth(json) > MAX_DEPTH
}

/// How deep lists and objects are nested in valid JSON text.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.bytes();
    let mut in_string = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' => drop(bytes.next()),
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    deepest
}

/// Reads a value from JSON text.
fn from_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(what, &error))
}

/// Reads an item from its payload.
pub(super) fn item_from_json(payload: &str) -> Result<ThreadItem, StoreError> {
    from_json("item", payload)
}

fn corrupt(what: &str, reason: &dyn Display) -> StoreError {
    StoreError::Corrupt { what: what.to_owned(), reason: reason.to_string() }
}

fn timestamp(what: &str, microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .ok_or_else(|| corrupt(what, &format_args!("{microseconds} µs is no time of any calendar")))
}

/// A thread as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = threads, check_for_backend(Sqlite))]
pub(super) struct ThreadRow {
    pub(super) seq: i64,
    id: String,
    created_at_us: i64,
    title: Option<String>,
    status_json: String,
    allowed_image_domains_json: Option<String>,
    metadata_json: String,
    pub(super) turn_open: bool,
    turn_no: i64,
}

impl ThreadRow {
    pub(super) fn turn_no(&self) -> Result<u64, StoreError> {
        u64::try_from(self.turn_no).map_err(|error| corrupt("turn number", &error))
    }
}

impl TryFrom<ThreadRow> for ThreadMetadata {
    type Error = StoreError;

    fn try_from(row: ThreadRow) -> Result<Self, StoreError> {
        let domains = row.allowed_image_domains_json;
        Ok(Self {
            id: row.id.into(),
            created_at: timestamp("thread time", row.created_at_us)?,
            title: row.title,
            status: from_json("thread status", &row.status_json)?,
            allowed_image_domains: domains.map(|text| from_json("image domains", &text)).transpose()?,
            metadata: from_json("thread metadata", &row.metadata_json)?,
        })
    }
}

/// What of a thread may change; `None` is written as NULL.
#[derive(Insertable)]
#[diesel(table_name = threads)]
pub(super) struct ThreadValues {
    pub(super) title: Option<String>,
    pub(super) status_json: String,
    pub(super) allowed_image_domains_json: Option<String>,
    pub(super) metadata_json: String,
}

impl TryFrom<&ThreadMetadata> for ThreadValues {
    type Error = StoreError;

    fn try_from(thread: &ThreadMetadata) -> Result<Self, StoreError> {
        let domains = thread.allowed_image_domains.as_ref();
        Ok(Self {
            title: thread.title.clone(),
            status_json: to_json("thread status", &thread.status)?,
            allowed_image_domains_json: domains.map(|list| to_json("image domains", list)).transpose()?,
            metadata_json: to_json("thread metadata", &thread.metadata)?,
        })
    }
}

/// A thread to be added.
#[derive(Insertable)]
#[diesel(table_name = threads)]
pub(super) struct NewThread<'a> {
    pub(super) user_id: &'a str,
    pub(super) id: &'a str,
    pub(super) created_at_us: i64,
    #[diesel(embed)]
    pub(super) values: ThreadValues,
}

/// What of an item may change.
pub(super) struct ItemValues<'a> {
    pub(super) kind: &'a str,
    pub(super) hidden: bool,
    pub(super) created_at_us: i64,
    pub(super) payload_json: &'a str,
}

impl<'a> ItemValues<'a> {
    pub(super) fn new(item: &'a ThreadItem, payload_json: &'a str) -> Self {
        Self {
            kind: item.kind.name(),
            hidden: item.is_hidden(),
            created_at_us: item.created_at.as_microsecond(),
            payload_json,
        }
    }
}

/// How far an attachment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(super) enum AttachmentState {
    /// Its bytes are awaited.
    Pending,
    /// Its bytes are there.
    Uploaded,
    /// It is gone for users; its bytes are to be removed.
    Deleted,
}

impl AttachmentState {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Uploaded => "uploaded",
            Self::Deleted => "deleted",
        }
    }
}

impl ToSql<Text, Sqlite> for AttachmentState {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.name());
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for AttachmentState {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let name = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        [Self::Pending, Self::Uploaded, Self::Deleted]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| format!("unknown attachment state `{name}`").into())
    }
}

/// An attachment as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = attachments, check_for_backend(Sqlite))]
pub(super) struct AttachmentRow {
    id: String,
    user_id: String,
    name: String,
    mime_type: String,
    announced_size_bytes: i64,
    size_bytes: Option<i64>,
    sha256: Option<String>,
    created_at_us: i64,
}

impl AttachmentRow {
    pub(super) fn into_record(self, thread_id: Option<String>) -> Result<AttachmentRecord, StoreError> {
        let size = |bytes: i64| u64::try_from(bytes).map_err(|error| corrupt("attachment size", &error));
        let file = match (self.size_bytes, self.sha256) {
            (Some(bytes), Some(sha256)) => Some(StoredFile { size_bytes: size(bytes)?, sha256 }),
            _ => None,
        };
        Ok(AttachmentRecord {
            id: self.id.into(),
            user_id: UserId::from(self.user_id),
            thread_id: thread_id.map(ThreadId::from),
            name: self.name,
            mime_type: self.mime_type,
            announced_size_bytes: size(self.announced_size_bytes)?,
            file,
            created_at: timestamp("attachment time", self.created_at_us)?,
        })
    }
}

/// Feedback as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = feedback, check_for_backend(Sqlite))]
pub(super) struct FeedbackRow {
    item_id: String,
    kind: String,
    created_at_us: i64,
}

/// The name of a feedback's kind in the table.
pub(super) fn feedback_kind_name(kind: FeedbackKind) -> &'static str {
    match kind {
        FeedbackKind::Positive => "positive",
        FeedbackKind::Negative => "negative",
    }
}

impl TryFrom<FeedbackRow> for FeedbackRecord {
    type Error = StoreError;

    fn try_from(row: FeedbackRow) -> Result<Self, StoreError> {
        let kind = [FeedbackKind::Positive, FeedbackKind::Negative]
            .into_iter()
            .find(|kind| feedback_kind_name(*kind) == row.kind)
            .ok_or_else(|| corrupt("feedback", &format_args!("unknown kind `{}`", row.kind)))?;
        let created_at = timestamp("feedback time", row.created_at_us)?;
        Ok(Self { item_id: row.item_id.into(), kind, created_at })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::protocol::{ItemId, ItemKind};

    #[test]
    fn what_is_too_deep_to_be_read_is_not_written() {
        let item = |depth: usize| {
            let content = (0..depth).fold(json!("]]\"}\\"), |inner, _| Value::Array(vec![inner]));
            let kind = ItemKind::HiddenContextItem { content };
            ThreadItem::new(ItemId::from("h1"), ThreadId::from("thr_1"), kind)
        };
        let deepest = item(MAX_DEPTH - 1);
        let text = to_json("item", &deepest).unwrap();
        assert_eq!(item_from_json(&text).unwrap(), deepest);
        assert!(matches!(to_json("item", &item(MAX_DEPTH)), Err(StoreError::Conflict { .. })));
        let too_deep = serde_json::to_string(&item(MAX_DEPTH)).unwrap();
        assert!(matches!(item_from_json(&too_deep), Err(StoreError::Corrupt { .. })));
    }
}
