//! ChatKit's types: what goes over the wire, and nothing else.
//!
//! A responder meets [`ThreadItem`]s (what stands in a thread), [`ThreadStreamEvent`]s (what clients
//! are told as it happens), [`widget`]s and [`action`]s; requests ([`request`]) are the server's own
//! business. Names are the reference's, so its documentation holds here too.
//!
//! The ground floor: it knows serde, and how to write ids and moments. Everything above shares
//! these words. Absent is absent, never `null`; free-form values keep their nulls; widgets drop
//! them at every depth; requests are read leniently ([`request`]).

pub mod action;
pub mod attachment;
pub mod content;
pub mod error;
pub mod event;
pub mod icon;
pub mod ids;
pub mod item;
pub mod page;
pub mod request;
pub mod source;
pub mod structured_input;
pub mod thread;
pub mod time;
pub mod widget;
pub mod workflow;

pub use self::{
    attachment::Attachment,
    event::{ItemUpdate, ThreadStreamEvent},
    ids::{AttachmentId, ItemId, ThreadId},
    item::{ItemKind, ThreadItem},
    page::{Page, PageQuery},
    thread::{Thread, ThreadMetadata, ThreadStatus},
    time::Timestamp,
};
