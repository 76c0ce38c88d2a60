//! The caller: the user and the request, as every room may know them.
//!
//! A responder reads the [`RequestContext`] by
//! [`AgentContext::request`](crate::agent::AgentContext::request); an application puts values of its own
//! into it by [`Caller::with`](crate::Caller::with).

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::Arc,
};

use serde_json::{Map, Value};

pub use crate::user::UserId;

use crate::links::AttachmentLinks;

/// The request being served. Cheap to clone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// The user who sent it.
    pub user_id: UserId,
    /// Identifies the request in logs.
    pub request_id: Arc<str>,
    /// Makes the addresses under which this client reaches attachments.
    pub links: AttachmentLinks,
    /// The `metadata` the client sent along.
    pub metadata: Arc<Map<String, Value>>,
    /// The client's `Accept-Language`, as it came.
    pub accept_language: Option<Arc<str>>,
    /// The application's own values for this request.
    pub state: RequestState,
}

impl RequestContext {
    /// A context with a user and nothing else.
    pub fn new(user_id: UserId, links: AttachmentLinks) -> Self {
        Self {
            user_id,
            request_id: Arc::from(""),
            links,
            metadata: Arc::default(),
            accept_language: None,
            state: RequestState::default(),
        }
    }

    /// The value of this type that the application's [`Identity`](crate::Identity) put into the
    /// [`Caller`](crate::Caller), if it did.
    pub fn state<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.state.get()
    }
}

/// An application's own values for a request, at most one of each type. Cheap to clone; clones share the
/// values.
///
/// The counterpart of the `context` that the Python SDK passes through: a session, a tenant, a handle
/// on the user's own data. A turn has the state of the request that began it.
#[derive(Clone, Default)]
pub struct RequestState(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl RequestState {
    /// Adds a value, which replaces an earlier one of its type.
    pub fn insert<T: Any + Send + Sync>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The value of this type.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

impl fmt::Debug for RequestState {
    /// Writes the number of values but not the values, which may be secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RequestState({} values)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_holds_one_value_of_each_type_and_prints_none() {
        let mut state = RequestState::default();
        state.insert("a secret".to_owned());
        state.insert(7_u32);
        state.insert(8_u32);
        assert_eq!(state.get::<String>().map(String::as_str), Some("a secret"));
        assert_eq!(state.clone().get::<u32>(), Some(&8));
        assert_eq!(state.get::<u64>(), None);
        assert_eq!(format!("{state:?}"), "RequestState(2 values)");
    }
}
