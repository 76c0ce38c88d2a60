//! Threads: what is known of one, and how it is sent.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ids::ThreadId, item::ThreadItem, page::Page, time::Timestamp};

/// What is known of a thread, apart from its items.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadMetadata {
    /// The thread's id.
    pub id: ThreadId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its title; a new thread has none.
    pub title: Option<String>,
    /// Whether the composer is open.
    pub status: ThreadStatus,
    /// Hosts that pictures may be loaded from; none = not restricted by the thread.
    pub allowed_image_domains: Option<Vec<String>>,
    /// Free data of the application; never sent.
    pub metadata: Map<String, Value>,
}

impl ThreadMetadata {
    /// A new, empty, active thread made now.
    pub fn new(id: ThreadId) -> Self {
        Self {
            id,
            created_at: Timestamp::now(),
            title: None,
            status: ThreadStatus::default(),
            allowed_image_domains: None,
            metadata: Map::new(),
        }
    }

    /// The thread as it is sent, with a page of its items.
    pub fn with_items(&self, items: Page<ThreadItem>) -> Thread {
        Thread {
            id: self.id.clone(),
            title: self.title.clone(),
            created_at: self.created_at,
            status: self.status.clone(),
            allowed_image_domains: self.allowed_image_domains.clone(),
            metadata: Map::new(),
            items,
        }
    }

    /// The thread as it is sent where its items do not matter.
    pub fn without_items(&self) -> Thread {
        self.with_items(Page::default())
    }
}

/// A thread as it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Thread {
    /// The thread's id.
    pub id: ThreadId,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether the composer is open.
    #[serde(default)]
    pub status: ThreadStatus,
    /// Hosts that pictures may be loaded from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_image_domains: Option<Vec<String>>,
    /// Always `{}`: the application's data stays on the server.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// A page of its items; empty where they do not matter.
    #[serde(default)]
    pub items: Page<ThreadItem>,
}

impl ThreadStatus {
    /// The composer is shown but disabled, with the reason in it.
    pub fn locked(reason: impl Into<String>) -> Self {
        Self::Locked { reason: Some(reason.into()) }
    }

    /// A banner with the reason takes the composer's place.
    pub fn closed(reason: impl Into<String>) -> Self {
        Self::Closed { reason: Some(reason.into()) }
    }
}

/// Whether the composer of a thread is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThreadStatus {
    /// Open.
    #[default]
    Active,
    /// Shown but disabled.
    Locked {
        /// Why, for the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Replaced by a banner.
    Closed {
        /// Why, for the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}
