//! Persistence: threads, items and attachments, and the bytes of attachments.
//!
//! Two seams. [`Store`] holds what can be asked for; all writes go through one method,
//! [`Store::submit`], which applies the [`Change`]s of a [`Commit`] in one transaction.
//! [`AttachmentStore`] holds the bytes of attachments. Nothing above this room knows which implementation runs.
//!
//! | implementation | keeps |
//! | --- | --- |
//! | [`SqliteStore`] | threads in an SQLite file; many writes share one commit |
//! | [`MemoryStore`] | threads until the process ends: for tests and demonstrations |
//! | [`DiskAttachmentStore`] | the bytes of attachments, and what was made from them, as files in a folder |
//!
//! Every call is scoped by a user: what belongs to another user does not exist.
//!
//! # A store of your own
//!
//! Implement [`Store`] and give it to [`ChatKitBuilder::store`](crate::ChatKitBuilder::store).
//! [`MemoryStore`] is the plainest statement of what each method does. What matters most: a commit
//! is all or nothing, takes its place in the order when [`Store::submit`] returns, and is durable when
//! its [`Receipt`] is ready; items keep the order in which they were first put; and [`Change`] is
//! matched whole, so that an upgrade that brings a new one fails to compile rather than loses writes.
//! `store::conformance`, behind the feature `testing`, is the suite that shows whether a store does all that.

mod bodies;
pub mod cleanup;
mod codes;
mod commit;
mod conflicts;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod disk;
mod draft;
#[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "for stores that write JSON"))]
mod item_to_put;
#[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "for stores that write JSON"))]
pub(crate) mod json;
mod media_type;
pub mod memory;
mod ownership;
#[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "for stores that write JSON"))]
mod payload;
mod private;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod upload_check;

use async_trait::async_trait;

#[cfg(feature = "sqlite")]
pub use self::sqlite::{OpenError, SqliteStore, SqliteStoreSettings};
pub(crate) use self::{bodies::read_picture, ownership::Owned};
pub use self::{
    bodies::{
        AttachmentBody, AttachmentError, AttachmentStore, Derived, DerivedContent, DerivedFile,
        DerivedFormat, StoredFile, Upload, UploadRules,
    },
    commit::{Commit, Receipt},
    disk::{DiskAttachmentSettings, DiskAttachmentStore},
    draft::{DraftPiece, PartPiece},
    item_to_put::ItemToPut,
    memory::MemoryStore,
    ownership::Fence,
    payload::{PayloadCodec, PayloadError, PayloadPlace},
    upload_check::{PictureCheck, UploadCheck},
};
use crate::{
    context::UserId,
    protocol::{
        AttachmentId, ItemId, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp,
        error::ErrorCode, page::Order, request::FeedbackKind,
    },
};

/// Holds threads, items, attachments (but for their bytes) and feedback.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Takes changes that are applied in order, all or none.
    ///
    /// The commit has its place in the order when this returns: two commits that change the same thread
    /// are applied in the order in which they were submitted, whether or not their receipts are awaited.
    /// A commit that fails does not stop those behind it. The changes would survive a crash once the
    /// receipt is ready; those who want nothing else write `store.submit(commit).await`.
    ///
    /// Must not block: it is called on threads that serve other requests.
    fn submit(&self, commit: Commit) -> Receipt;

    /// A thread without its items.
    async fn thread(&self, user: &UserId, thread_id: &ThreadId) -> Result<ThreadRecord, StoreError>;

    /// A page of the user's threads in the order they were made.
    async fn threads(&self, user: &UserId, query: PageQuery) -> Result<Page<ThreadMetadata>, StoreError>;

    /// A page of a thread's items in the order of their positions; hidden ones are passed over, and
    /// a page ends only with the last visible item or when its query allows no more rows or bytes, of
    /// which at least one row is always there. The cursor may be a hidden item. What a page leaves out
    /// should not be read, since it may be large.
    async fn items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError>;

    /// A page of a thread's items in the order of their positions, hidden ones too.
    async fn all_items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        query: PageQuery,
    ) -> Result<Page<ThreadItem>, StoreError>;

    /// One item, hidden or not.
    async fn item(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        item_id: &ItemId,
    ) -> Result<ThreadItem, StoreError>;

    /// The newest `limit` items, hidden ones too, oldest first; fewer when those are more than
    /// [`PageQuery::max_bytes`] has by default.
    async fn recent_items(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        limit: usize,
    ) -> Result<Vec<ThreadItem>, StoreError> {
        let newest_first = PageQuery { limit, order: Order::Desc, ..PageQuery::default() };
        let mut items = self.all_items(user, thread_id, newest_first).await?.data;
        items.reverse();
        Ok(items)
    }

    /// An attachment that is not deleted.
    async fn attachment(
        &self,
        user: &UserId,
        attachment_id: &AttachmentId,
    ) -> Result<AttachmentRecord, StoreError>;

    /// Attachments of all users whose bytes may go: deleted ones, and those made before `abandoned`
    /// that no message names; at most `limit`.
    async fn removable_attachments(
        &self,
        abandoned: Timestamp,
        limit: usize,
    ) -> Result<Vec<AttachmentRecord>, StoreError>;

    /// The feedback given on a thread, oldest first.
    async fn feedback(&self, user: &UserId, thread_id: &ThreadId) -> Result<Vec<FeedbackRecord>, StoreError>;

    /// Says whether the store can answer now.
    async fn check(&self) -> Result<(), StoreError>;

    /// Writes what is still waiting; no call succeeds afterwards.
    async fn close(&self) -> Result<(), StoreError>;
}

/// Which items a page consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// Those that clients see.
    Visible,
    /// All of them.
    All,
}

/// One change of the store. Those that name a thread fail with [`StoreError::ThreadNotFound`] when
/// it is not there (any more), so nothing can bring a deleted thread back.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds a thread; its id must be new to the user.
    CreateThread(ThreadMetadata),
    /// Saves title, status, image domains and metadata.
    UpdateThread(ThreadMetadata),
    /// Removes a thread with its items, drafts and feedback, and marks its attachments deleted.
    /// Fine when there is none.
    DeleteThread(ThreadId),
    /// Notes that a turn runs, so that one cut short is found after a crash.
    BeginTurn {
        /// The thread.
        thread_id: ThreadId,
        /// The turn's number. It must be above those of all earlier turns of the thread, else this is a
        /// conflict; numbers may be left out.
        turn_no: u64,
    },
    /// Notes that no turn runs any more and drops what drafts are left.
    EndTurn {
        /// The thread.
        thread_id: ThreadId,
    },
    /// Saves an item. A known id keeps its place, a new one goes to the end; its draft is dropped.
    PutItem(ItemToPut),
    /// Saves an unfinished item, in place of what was saved of it before. It is in no page and no list, only
    /// in [`ThreadRecord::drafts`].
    PutDraft(ThreadItem),
    /// Appends to an unfinished assistant message what it has gained since it was last saved; its draft must
    /// be there. A piece that is submitted again under its number replaces the earlier one, so that a
    /// commit whose outcome is unknown can be repeated.
    AppendDraft {
        /// The thread.
        thread_id: ThreadId,
        /// The unfinished item.
        item_id: ItemId,
        /// The piece's place among those of this draft, counted from 1. [`Change::PutDraft`] begins anew.
        number: u64,
        /// What is appended.
        piece: DraftPiece,
    },
    /// Removes an item or its draft. Fine when there is none.
    RemoveItem {
        /// The thread.
        thread_id: ThreadId,
        /// The item.
        item_id: ItemId,
    },
    /// Removes all items after this one, hidden ones too; it must be there.
    RemoveItemsAfter {
        /// The thread.
        thread_id: ThreadId,
        /// The last item that stays.
        item_id: ItemId,
    },
    /// Adds an attachment; its id must be new.
    CreateAttachment(AttachmentRecord),
    /// Notes that the bytes are there; the attachment must be waiting for them.
    FinishUpload {
        /// The attachment.
        attachment_id: AttachmentId,
        /// What was received.
        file: StoredFile,
    },
    /// Gives an uploaded attachment to a thread; it must not belong to another one.
    LinkAttachment {
        /// The attachment.
        attachment_id: AttachmentId,
        /// The thread.
        thread_id: ThreadId,
    },
    /// Marks an attachment deleted. Fine when there is none.
    DeleteAttachment {
        /// The attachment.
        attachment_id: AttachmentId,
    },
    /// Marks an attachment deleted unless a message names it by now, which is a conflict: what
    /// [`Store::removable_attachments`] found abandoned may be in use a moment later. Fine when
    /// there is none.
    ExpireAttachment {
        /// The attachment.
        attachment_id: AttachmentId,
    },
    /// Forgets a deleted or abandoned attachment, once its bytes are gone. Fine when there is none,
    /// a conflict when a message names it.
    ForgetAttachment {
        /// The attachment.
        attachment_id: AttachmentId,
    },
    /// Notes what the user thinks of items; a later word on an item replaces the earlier one.
    AddFeedback {
        /// The thread.
        thread_id: ThreadId,
        /// The items.
        item_ids: Vec<ItemId>,
        /// What the user thinks.
        kind: FeedbackKind,
    },
}

/// A thread as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadRecord {
    /// What is known of it.
    pub metadata: ThreadMetadata,
    /// The number of the newest turn that was begun, counted from 1; 0 before the first one.
    pub turn_no: u64,
    /// Whether that turn was not ended.
    pub turn_open: bool,
    /// The unfinished items with all that was appended to them, in the order they were first saved.
    pub drafts: Vec<ThreadItem>,
}

/// An attachment as it is stored, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentRecord {
    /// Its id.
    pub id: AttachmentId,
    /// Its owner.
    pub user_id: UserId,
    /// The thread of the message that names it.
    pub thread_id: Option<ThreadId>,
    /// The file's name as the user knows it.
    pub name: String,
    /// The announced media type, `type/subtype` in lower case.
    pub mime_type: String,
    /// The announced size in bytes.
    pub announced_size_bytes: u64,
    /// What was received; none while the bytes are awaited.
    pub file: Option<StoredFile>,
    /// When it was announced.
    pub created_at: Timestamp,
}

impl AttachmentRecord {
    /// Whether it is shown as a picture: of a type that browsers draw and that we can scale.
    pub fn is_picture(&self) -> bool {
        matches!(self.mime_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp")
    }
}

/// What a user thinks of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackRecord {
    /// The item.
    pub item_id: ItemId,
    /// What the user thinks.
    pub kind: FeedbackKind,
    /// When it was said.
    pub created_at: Timestamp,
}

/// Why the store did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No such thread of this user.
    #[error("thread `{thread_id}` not found")]
    ThreadNotFound {
        /// The thread.
        thread_id: ThreadId,
    },
    /// No such item in the thread.
    #[error("item `{item_id}` not found")]
    ItemNotFound {
        /// The item.
        item_id: ItemId,
    },
    /// No such attachment of this user.
    #[error("attachment `{attachment_id}` not found")]
    AttachmentNotFound {
        /// The attachment.
        attachment_id: AttachmentId,
    },
    /// The `after` of a page names nothing in the list.
    #[error("cursor `{after}` not found")]
    CursorNotFound {
        /// The cursor.
        after: String,
    },
    /// The thing is there, but not in a state that allows the change.
    #[error("{reason}")]
    Conflict {
        /// The kind of conflict.
        code: ErrorCode,
        /// Why.
        reason: String,
    },
    /// Another owner has taken the thread over since the commit's [`Fence`] was made.
    #[error("thread `{thread_id}` belongs to another owner by now")]
    Fenced {
        /// The thread.
        thread_id: ThreadId,
    },
    /// Too many writes wait already.
    #[error("the store is busy")]
    Busy,
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
    /// There is no room left.
    #[error("the database is full: {reason}")]
    Full {
        /// What it said.
        reason: String,
    },
    /// The database failed.
    #[error("the database failed: {reason}")]
    Database {
        /// What it said.
        reason: String,
    },
    /// A stored value cannot be read.
    #[error("stored {what} cannot be read: {reason}")]
    Corrupt {
        /// Which value.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}
