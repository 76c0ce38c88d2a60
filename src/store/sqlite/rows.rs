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

/// The parts of a thread that users and responders write.
#[derive(Serialize, Deserialize)]
struct ThreadPayload {
    title: Option<String>,
    status: ThreadStatus,
    allowed_image_domains: Option<Vec<String>>,
    metadata: Map<String, Value>,
}

/// What is shown as the status of a thread whose own status cannot be read: it may have been locked.
fn unreadable_status() -> ThreadStatus {
    ThreadStatus::Locked {
        reason: Some("The server cannot read what is stored of this conversation.".to_owned()),
    }
}

/// A thread as far as it can be read. In place of each field that cannot be read stands the most careful value.
struct ReadThread {
    shown: ThreadPayload,
    lost: LostFields,
    /// Why a field cannot be read, if one cannot.
    error: Option<PayloadError>,
}

/// Which fields of a thread cannot be read.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each field is lost or not by itself")]
struct LostFields {
    title: bool,
    status: bool,
    domains: bool,
    metadata: bool,
}

impl LostFields {
    /// Whether one of these fields has another value than the one shown in its place.
    fn differ(self, shown: &ThreadPayload, thread: &ThreadMetadata) -> bool {
        (self.title && shown.title != thread.title)
            || (self.status && shown.status != thread.status)
            || (self.domains && shown.allowed_image_domains != thread.allowed_image_domains)
            || (self.metadata && shown.metadata != thread.metadata)
    }
}

impl ThreadRow {
    /// The thread. A field that cannot be read is logged and replaced by the most careful value.
    pub(super) fn into_metadata(self, user: &UserId, payloads: &Payloads) -> ThreadMetadata {
        let thread_id = ThreadId::from(self.id.as_str());
        let place = PayloadPlace { user, thread_id: &thread_id, item_id: None };
        let created_at = time_or_epoch(self.created_at_us);
        let ReadThread { shown, error, .. } = self.read(place, payloads);
        if let Some(error) = error {
            payloads.report("thread", place, &error);
        }
        let ThreadPayload { title, status, allowed_image_domains, metadata } = shown;
        ThreadMetadata { id: thread_id, created_at, title, status, allowed_image_domains, metadata }
    }

    /// What to store of a changed thread; `None` when nothing changes.
    ///
    /// A field that cannot be read stays as it is stored, because whoever changes the thread has not seen it. A
    /// change of such a field is refused.
    pub(super) fn changed_to(
        self,
        user: &UserId,
        payloads: &Payloads,
        thread: &ThreadMetadata,
    ) -> Result<Option<ThreadValues>, StoreError> {
        let place = PayloadPlace { user, thread_id: &thread.id, item_id: None };
        let is_encoded = self.payload_encoded.is_some() || payloads.are_encoded();
        let (version, status_json) = (self.payload_version, self.status_json.clone());
        let (domains_json, metadata_json) =
            (self.allowed_image_domains_json.clone(), self.metadata_json.clone());
        let ReadThread { shown, mut lost, error } = self.read(place, payloads);
        let Some(error) = error else { return ThreadValues::new(user, payloads, thread).map(Some) };
        if is_encoded {
            // All fields are encoded as one payload, or would have to be.
            lost = LostFields { title: true, status: true, domains: true, metadata: true };
        }
        if lost.differ(&shown, thread) {
            return Err(corrupt("thread", &error));
        }
        if is_encoded {
            return Ok(None);
        }
        let mut values = ThreadValues::plain(thread)?;
        values.payload_version = version;
        if lost.status {
            values.status_json = status_json;
        }
        if lost.domains {
            values.allowed_image_domains_json = domains_json;
        }
        if lost.metadata {
            values.metadata_json = metadata_json;
        }
        Ok(Some(values))
    }

    fn read(self, place: PayloadPlace<'_>, payloads: &Payloads) -> ReadThread {
        let version = self.payload_version;
        if let Some(encoded) = self.payload_encoded {
            let payload = Payload { version, json: "".into(), encoded: Some(encoded) };
            let (shown, error) = match payloads.read(place, &payload) {
                Ok(shown) => (shown, None),
                Err(error) => (ThreadPayload::careful(self.title), Some(error)),
            };
            let lost = error.is_some();
            let lost = LostFields { title: lost, status: lost, domains: lost, metadata: lost };
            return ReadThread { shown, lost, error };
        }
        let mut reader = FieldReader { payloads, place, version, error: None };
        let mut shown = ThreadPayload::careful(self.title);
        let domains = self.allowed_image_domains_json;
        let lost = LostFields {
            title: false,
            status: !reader.read(&mut shown.status, &self.status_json),
            domains: match domains {
                Some(json) => !reader.read(&mut shown.allowed_image_domains, &json),
                None if version == VERSION => {
                    shown.allowed_image_domains = None;
                    false
                }
                None => true,
            },
            metadata: !reader.read(&mut shown.metadata, &self.metadata_json),
        };
        ReadThread { shown, lost, error: reader.error }
    }
}

impl ThreadPayload {
    /// What is shown when nothing but the title can be read.
    fn careful(title: Option<String>) -> Self {
        Self {
            title,
            status: unreadable_status(),
            allowed_image_domains: Some(Vec::new()),
            metadata: Map::new(),
        }
    }
}

/// Reads the fields of a thread that are stored as texts of their own.
struct FieldReader<'a> {
    payloads: &'a Payloads,
    place: PayloadPlace<'a>,
    version: i32,
    /// The first failure.
    error: Option<PayloadError>,
}

impl FieldReader<'_> {
    /// Reads one field and says whether that worked; if not, the field keeps its value.
    fn read<T: DeserializeOwned>(&mut self, field: &mut T, json: &str) -> bool {
        let payload = Payload { version: self.version, json: json.into(), encoded: None };
        match self.payloads.read(self.place, &payload) {
            Ok(value) => {
                *field = value;
                true
            }
            Err(error) => {
                self.error.get_or_insert(error);
                false
            }
        }
    }
}

/// The columns of a thread that may change. `None` is written as NULL.
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

/// The time, or the beginning of 1970 if no calendar has it.
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

/// The columns of an item that may change.
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

/// The state of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(super) enum AttachmentState {
    /// Its bytes have not arrived yet.
    Pending,
    /// Its bytes are there.
    Uploaded,
    /// Users do not see it any more. Its bytes still have to be removed.
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
