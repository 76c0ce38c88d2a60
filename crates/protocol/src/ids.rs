//! Names of things: opaque strings with ChatKit's prefixes when minted here.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The prefix, `_`, and 128 time-ordered bits as hex digits.
///
/// Time order keeps database pages warm; 128 bits do not collide at any scale.
fn mint(prefix: &str) -> Arc<str> {
    format!("{prefix}_{}", Uuid::now_v7().simple()).into()
}

macro_rules! id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        ///
        /// Clones share the text.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String", inline))]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, formatter)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

id! {
    /// Names one thread, for example `thr_0193f0c2b7a87c3d9a51c6e2f4b80d17`.
    ThreadId
}
id! {
    /// Names one item; looked up within its thread.
    ItemId
}
id! {
    /// Names one attachment.
    AttachmentId
}

impl ThreadId {
    /// A new, unique id (`thr_…`).
    pub fn mint() -> Self {
        Self(mint("thr"))
    }
}

impl AttachmentId {
    /// A new, unique id (`atc_…`).
    pub fn mint() -> Self {
        Self(mint("atc"))
    }
}

impl ItemId {
    /// A new id for a message, widget, generated image or structured input (`msg_…`).
    pub fn message() -> Self {
        Self(mint("msg"))
    }

    /// A new id for a client tool call (`tc_…`).
    pub fn tool_call() -> Self {
        Self(mint("tc"))
    }

    /// A new id for a workflow (`wf_…`).
    pub fn workflow() -> Self {
        Self(mint("wf"))
    }

    /// A new id for a task (`tsk_…`).
    pub fn task() -> Self {
        Self(mint("tsk"))
    }

    /// A new id for a hidden note (`shcx_…`).
    pub fn hidden_context() -> Self {
        Self(mint("shcx"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minted_ids_are_unique_and_ordered_by_time() {
        let first = ItemId::message();
        let second = ItemId::message();
        assert!(first < second);
        assert!(first.as_str().starts_with("msg_"));
        assert_eq!(first.as_str().len(), "msg_".len() + 32);
    }

    #[test]
    fn any_string_is_accepted_as_an_id() {
        let id: ThreadId = serde_json::from_str(r#""../etc/\u0000 é""#).unwrap();
        assert_eq!(id.as_str(), "../etc/\0 é");
        assert!(serde_json::from_str::<ThreadId>("5").is_err());
    }
}
