//! Who asks: the user and the request, as every room may know them.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};

use crate::links::AttachmentLinks;

/// Names a user; every thread, item and attachment belongs to one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for UserId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for UserId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// What is known of the request that is being served. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Who asks.
    pub user_id: UserId,
    /// Tells requests apart in logs.
    pub request_id: Arc<str>,
    /// Makes the addresses under which this client reaches attachments.
    pub links: AttachmentLinks,
    /// The `metadata` the client sent along.
    pub metadata: Arc<Map<String, Value>>,
    /// The client's `Accept-Language`, as it came.
    pub accept_language: Option<Arc<str>>,
}
