//! Rows of the tables, and how they are read as domain values and written from them.

use std::fmt::Display;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    prelude::*,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::Text,
    sqlite::Sqlite,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::schema::{attachments, feedback, items, threads};
use crate::{
    context::UserId,
    protocol::{
        ItemId, ThreadId, ThreadItem, ThreadMetadata, ThreadStatus, Timestamp, request::FeedbackKind,
    },
    store::{
        AttachmentRecord, FeedbackRecord, StoreError, StoredFile,
        json::to_json,
        payload::{Payload, PayloadError, PayloadPlace, Payloads, VERSION, stand_in},
    },
};

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
    payload_version: i32,
    payload_encoded: Option<Vec<u8>>,
}

impl ThreadRow {
    /// How many bytes of the row grow with what was stored.
    pub(super) fn bytes(&self) -> usize {
        [self.title.as_ref(), self.allowed_image_domains_json.as_ref()]
            .into_iter()
            .flatten()
            .map(String::len)
            .sum::<usize>()
            + self.payload_encoded.as_ref().map_or(0, Vec::len)
            + self.id.len()
            + self.status_json.len()
            + self.metadata_json.len()
    }

    pub(super) fn turn_no(&self) -> Result<u64, StoreError> {
        u64::try_from(self.turn_no).map_err(|error| corrupt("turn number", &error))
    }
}

/// What of a thread was written by users and responders.
#[derive(Serialize, Deserialize)]
struct ThreadPayload {
    title: Option<String>,
    status: ThreadStatus,
    allowed_image_domains: Option<Vec<String>>,
    metadata: Map<String, Value>,
}

impl ThreadRow {
    /// The thread; what of it cannot be read, if anything, is logged and replaced by the most careful value.
    pub(super) fn into_metadata(self, user: &UserId, payloads: &Payloads) -> ThreadMetadata {
        let thread_id = ThreadId::from(self.id.as_str());
        let place = PayloadPlace { user, thread_id: &thread_id, item_id: None };
        let payload = self.payload(place, payloads).unwrap_or_else(|error| {
            payloads.report("thread", place, &error);
            ThreadPayload {
                title: self.title,
                status: ThreadStatus::default(),
                allowed_image_domains: Some(Vec::new()),
                metadata: Map::new(),
            }
        });
        let ThreadPayload { title, status, allowed_image_domains, metadata } = payload;
        let created_at = time_or_epoch(self.created_at_us);
        ThreadMetadata { id: thread_id, created_at, title, status, allowed_image_domains, metadata }
    }

    /// Whether title, status, domains and metadata can be read.
    pub(super) fn is_readable(&self, user: &UserId, payloads: &Payloads) -> bool {
        let thread_id = ThreadId::from(self.id.as_str());
        self.payload(PayloadPlace { user, thread_id: &thread_id, item_id: None }, payloads).is_ok()
    }

    fn payload(&self, place: PayloadPlace<'_>, payloads: &Payloads) -> Result<ThreadPayload, PayloadError> {
        fn read<T: DeserializeOwned>(
            payloads: &Payloads,
            place: PayloadPlace<'_>,
            version: i32,
            json: &str,
        ) -> Result<T, PayloadError> {
            payloads.read(place, &Payload { version, json: json.into(), encoded: None })
        }
        if self.payload_encoded.is_some() {
            let encoded = self.payload_encoded.clone();
            return payloads
                .read(place, &Payload { version: self.payload_version, json: "".into(), encoded });
        }
        let version = self.payload_version;
        let domains = self.allowed_image_domains_json.as_deref();
        Ok(ThreadPayload {
            title: self.title.clone(),
            status: read(payloads, place, version, &self.status_json)?,
            allowed_image_domains: domains.map(|json| read(payloads, place, version, json)).transpose()?,
            metadata: read(payloads, place, version, &self.metadata_json)?,
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
    pub(super) payload_version: i32,
    pub(super) payload_encoded: Option<Vec<u8>>,
}

impl ThreadValues {
    pub(super) fn new(
        user: &UserId,
        payloads: &Payloads,
        thread: &ThreadMetadata,
    ) -> Result<Self, StoreError> {
        if payloads.are_encoded() {
            let payload = ThreadPayload {
                title: thread.title.clone(),
                status: thread.status.clone(),
                allowed_image_domains: thread.allowed_image_domains.clone(),
                metadata: thread.metadata.clone(),
            };
            let place = PayloadPlace { user, thread_id: &thread.id, item_id: None };
            let payload = payloads.write(place, to_json("thread", &payload)?.into())?;
            let nothing = Self::plain(&ThreadMetadata::new(thread.id.clone()))?;
            return Ok(Self { payload_encoded: payload.encoded, ..nothing });
        }
        Self::plain(thread)
    }

    fn plain(thread: &ThreadMetadata) -> Result<Self, StoreError> {
        let domains = thread.allowed_image_domains.as_ref();
        Ok(Self {
            title: thread.title.clone(),
            status_json: to_json("thread status", &thread.status)?,
            allowed_image_domains_json: domains.map(|list| to_json("image domains", list)).transpose()?,
            metadata_json: to_json("thread metadata", &thread.metadata)?,
            payload_version: VERSION,
            payload_encoded: None,
        })
    }
}

/// An item as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = items, check_for_backend(Sqlite))]
pub(super) struct ItemRow {
    id: String,
    hidden: bool,
    created_at_us: i64,
    payload_version: i32,
    payload_json: String,
    payload_encoded: Option<Vec<u8>>,
}

impl ItemRow {
    /// How many bytes of the row grow with what was stored.
    pub(super) fn bytes(&self) -> usize {
        self.payload_json.len() + self.payload_encoded.as_ref().map_or(0, Vec::len)
    }

    /// The item, or what is shown in its place when it cannot be read, which is logged.
    pub(super) fn into_item(self, user: &UserId, thread_id: &ThreadId, payloads: &Payloads) -> ThreadItem {
        let (id, hidden, created_at_us) = (self.id.clone(), self.hidden, self.created_at_us);
        let place = PayloadPlace { user, thread_id, item_id: Some(&id) };
        self.read(place, payloads).unwrap_or_else(|error| {
            payloads.report("item", place, &error);
            ThreadItem {
                id: ItemId::from(id.as_str()),
                thread_id: thread_id.clone(),
                created_at: time_or_epoch(created_at_us),
                kind: stand_in(hidden),
            }
        })
    }

    /// The item, if it can be read.
    pub(super) fn read(
        self,
        place: PayloadPlace<'_>,
        payloads: &Payloads,
    ) -> Result<ThreadItem, PayloadError> {
        let Self { payload_version: version, payload_json, payload_encoded: encoded, .. } = self;
        payloads.read(place, &Payload { version, json: payload_json.into(), encoded })
    }
}

/// A time that no calendar has is shown as the first of 1970.
fn time_or_epoch(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds)
        .unwrap_or_else(|| Timestamp::from_microsecond(0).expect("1970 is in every calendar"))
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
    pub(super) payload: &'a Payload<'a>,
}

impl<'a> ItemValues<'a> {
    pub(super) fn new(item: &'a ThreadItem, payload: &'a Payload<'a>) -> Self {
        Self {
            kind: item.kind.name(),
            hidden: item.is_hidden(),
            created_at_us: item.created_at.as_microsecond(),
            payload,
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
