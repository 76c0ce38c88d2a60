//! An item on its way into the store.

use std::{borrow::Cow, ops::Deref, str, sync::Arc};

use bytes::Bytes;

use super::{
    StoreError,
    json::{is_too_deep, to_json},
};
use crate::protocol::ThreadItem;

/// An item to be saved; made of a [`ThreadItem`], and read like one.
///
/// Shared, since a widget may be large and those that store it are not the only ones that hold it.
#[derive(Clone, Debug)]
pub struct ItemToPut {
    item: Arc<ThreadItem>,
    /// The item as JSON, where it was written for the clients already.
    json: Option<Bytes>,
}

impl ItemToPut {
    /// The item's JSON, if somebody wrote it before.
    pub fn json(&self) -> Option<&str> {
        self.json.as_deref().and_then(|json| str::from_utf8(json).ok())
    }

    /// The item's JSON, written now unless somebody wrote it before.
    pub(super) fn to_json(&self) -> Result<Cow<'_, str>, StoreError> {
        match self.json() {
            Some(json) if !is_too_deep(json) => Ok(Cow::Borrowed(json)),
            _ => to_json("item", &*self.item).map(Cow::Owned),
        }
    }

    /// Gives the item along as JSON, which must be as serde writes it.
    pub(crate) fn set_json(&mut self, json: Bytes) {
        self.json = Some(json);
    }

    /// The item itself.
    pub fn into_shared(self) -> Arc<ThreadItem> {
        self.item
    }
}

impl From<ThreadItem> for ItemToPut {
    fn from(item: ThreadItem) -> Self {
        Arc::new(item).into()
    }
}

impl From<Arc<ThreadItem>> for ItemToPut {
    fn from(item: Arc<ThreadItem>) -> Self {
        Self { item, json: None }
    }
}

impl Deref for ItemToPut {
    type Target = ThreadItem;

    fn deref(&self) -> &ThreadItem {
        &self.item
    }
}
