//! How items are written into a store and read back, and what is shown of one that cannot be read.
//!
//! An item is stored as JSON, as it is sent. A [`PayloadCodec`] may turn that text into bytes of its own, for
//! example to encrypt it. Each payload carries the version of its layout, so that a later version of this
//! service can tell what an earlier one wrote.
//!
//! A payload may become unreadable: its kind belongs to a newer version, its bytes are damaged, its key is
//! lost. Such an item spoils nothing else. A stand-in is read in its place, the log names it once, and what is
//! stored stays as it is, even when the stand-in is put back.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::StoreError;
use crate::{
    context::UserId,
    protocol::{ItemKind, ThreadId, workflow::CustomTask},
};

/// The layout written today: the value as JSON, as it is sent.
pub(super) const VERSION: i32 = 1;

/// The JSON text of a payload that only the codec can read.
const ENCODED: &str = "null";

/// How many unreadable payloads are remembered, so that each is logged once. Beyond this number they may be logged
/// again.
const MOST_REPORTED: usize = 10_000;

/// Turns the JSON text of what users and assistants wrote into the bytes that are stored, and back.
///
/// Payloads that were stored without a codec can still be read. The codec runs on the store's own threads. It may
/// take its time, but the database waits for it.
///
/// ```
/// use actix_chatkit::store::{PayloadCodec, PayloadError, PayloadPlace};
///
/// /// Hides texts from those who only glance at the file.
/// struct Reversed;
///
/// impl PayloadCodec for Reversed {
///     fn encode(&self, _: PayloadPlace<'_>, json: &str) -> Result<Vec<u8>, PayloadError> {
///         Ok(json.bytes().rev().collect())
///     }
///
///     fn decode(&self, _: PayloadPlace<'_>, bytes: &[u8]) -> Result<String, PayloadError> {
///         String::from_utf8(bytes.iter().rev().copied().collect())
///             .map_err(|_| PayloadError::new("it is no text"))
///     }
/// }
/// ```
pub trait PayloadCodec: Send + Sync + 'static {
    /// The bytes to store. An error fails the commit.
    fn encode(&self, place: PayloadPlace<'_>, json: &str) -> Result<Vec<u8>, PayloadError>;

    /// The text that [`encode`](Self::encode) was given at this place.
    fn decode(&self, place: PayloadPlace<'_>, bytes: &[u8]) -> Result<String, PayloadError>;
}

/// The place that a payload belongs to. A cipher should authenticate it, so that no payload can be moved to another
/// place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PayloadPlace<'a> {
    /// The owner.
    pub user: &'a UserId,
    /// The thread.
    pub thread_id: &'a ThreadId,
    /// The item; `None` for the thread's own title and metadata.
    pub item_id: Option<&'a str>,
}

/// Why a payload could not be encoded or decoded. It reaches the log, so it should not quote the payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct PayloadError {
    reason: String,
}

impl PayloadError {
    /// An error with this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A payload as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Payload<'a> {
    pub(super) version: i32,
    /// The text, or a placeholder when there are encoded bytes.
    pub(super) json: Cow<'a, str>,
    /// The bytes that the codec made of the text.
    pub(super) encoded: Option<Vec<u8>>,
}

/// Writes and reads payloads. Cheap to clone; clones log an unreadable payload once between them.
#[derive(Clone, Default)]
pub(super) struct Payloads {
    codec: Option<Arc<dyn PayloadCodec>>,
    /// A plain lock: it is held to look one number up and never across an await.
    reported: Arc<Mutex<HashSet<u64>>>,
}

impl fmt::Debug for Payloads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Payloads").field("encoded", &self.codec.is_some()).finish_non_exhaustive()
    }
}

impl Payloads {
    /// Payloads that go through a codec.
    pub(super) fn encoded_by(codec: Arc<dyn PayloadCodec>) -> Self {
        Self { codec: Some(codec), ..Self::default() }
    }

    /// Whether payloads go through a codec.
    pub(super) fn are_encoded(&self) -> bool {
        self.codec.is_some()
    }

    /// What to store of a text.
    pub(super) fn write<'a>(
        &self,
        place: PayloadPlace<'_>,
        json: Cow<'a, str>,
    ) -> Result<Payload<'a>, StoreError> {
        let Some(codec) = &self.codec else { return Ok(Payload { version: VERSION, json, encoded: None }) };
        let encoded = codec.encode(place, &json).map_err(|error| StoreError::Database {
            reason: format!("a payload cannot be encoded: {error}"),
        })?;
        Ok(Payload { version: VERSION, json: ENCODED.into(), encoded: Some(encoded) })
    }

    /// The value that was stored.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        place: PayloadPlace<'_>,
        payload: &Payload<'_>,
    ) -> Result<T, PayloadError> {
        if payload.version != VERSION {
            return Err(PayloadError::new(format!("version {} of it is not known here", payload.version)));
        }
        let text = match (&payload.encoded, &self.codec) {
            (None, _) => Cow::Borrowed(&*payload.json),
            (Some(bytes), Some(codec)) => Cow::Owned(codec.decode(place, bytes)?),
            (Some(_), None) => return Err(PayloadError::new("it was encoded, and there is no codec")),
        };
        serde_json::from_str(&text).map_err(|error| PayloadError::new(reason(&error, &text)))
    }

    /// Logs that something cannot be read, unless that was logged before.
    pub(super) fn report(&self, what: &str, place: PayloadPlace<'_>, error: &PayloadError) {
        let mut hasher = DefaultHasher::new();
        (what, place).hash(&mut hasher);
        {
            // Nothing panics while the lock is held.
            let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
            if reported.len() >= MOST_REPORTED {
                reported.clear();
            }
            if !reported.insert(hasher.finish()) {
                return;
            }
        }
        tracing::error!(
            thread.id = %place.thread_id,
            item.id = place.item_id,
            cause = %error,
            "a stored {what} cannot be read; what is stored stays as it is"
        );
    }
}

/// Describes what serde found wrong without quoting the payload. Only the kind of the whole payload is named,
/// because no user chose it.
fn reason(error: &serde_json::Error, json: &str) -> String {
    if error.classify() != serde_json::error::Category::Data {
        return error.to_string();
    }
    match unknown_kind(error, json) {
        Some(kind) => format!("its kind `{kind}` is not known here"),
        None => format!("it is not of the expected form, at line {} column {}", error.line(), error.column()),
    }
}

/// The longest name of a kind, in bytes.
const MOST_OF_KIND: usize = 64;

/// The payload's own kind, if that is what serde does not know.
fn unknown_kind(error: &serde_json::Error, json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "type")]
        kind: String,
    }
    let Head { kind } = serde_json::from_str(json).ok()?;
    let is_name = |letter: u8| letter.is_ascii_alphanumeric() || b"_.-".contains(&letter);
    let is_told = error.to_string().starts_with(&format!("unknown variant `{kind}`"));
    (is_told && kind.len() <= MOST_OF_KIND && kind.bytes().all(is_name)).then_some(kind)
}

/// The stand-in for an item that cannot be read. A note for the model stays a hidden note, so that no client sees
/// what was never meant for it.
pub(super) fn stand_in(hidden: bool) -> ItemKind {
    if hidden {
        ItemKind::HiddenContextItem { content: json!("A note that stood here cannot be read any more.") }
    } else {
        let task = CustomTask::new("This item cannot be shown")
            .with_content("The server cannot read what is stored here. Nothing of it was lost.");
        ItemKind::Task { task: task.into() }
    }
}

/// Whether an item of this kind is a stand-in for one that cannot be read.
pub(super) fn is_stand_in(kind: &ItemKind) -> bool {
    matches!(kind, ItemKind::Task { .. } | ItemKind::HiddenContextItem { .. })
        && *kind == stand_in(kind.is_hidden())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_hears_of_a_kind_but_not_of_words() {
        let error = |json: &str| {
            let payload = Payload { version: VERSION, json: json.into(), encoded: None };
            let (user, thread_id) = ("ada".into(), "thr_1".into());
            let place = PayloadPlace { user: &user, thread_id: &thread_id, item_id: Some("m1") };
            Payloads::default().read::<crate::protocol::ThreadItem>(place, &payload).unwrap_err().to_string()
        };
        let head = r#""id":"m1","thread_id":"thr_1","created_at":"2026-01-01T00:00:00Z""#;
        assert!(error(&format!(r#"{{{head},"type":"hologram"}}"#)).contains("hologram"));
        let words = error(&format!(r#"{{{head},"type":"assistant_message","content":"my secret"}}"#));
        assert!(!words.contains("secret"), "{words}");
        assert!(!error("my secret").contains("secret"));
        let in_data =
            error(&format!(r#"{{{head},"type":"widget","widget":{{"type":"Text","size":"my secret"}}}}"#));
        let in_status = error(&format!(r#"{{{head},"type":"client_tool_call","status":"my secret"}}"#));
        let as_kind = error(&format!(r#"{{{head},"type":"my secret"}}"#));
        for told in [in_data, in_status, as_kind] {
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn stand_ins_are_told_from_other_items() {
        assert!(is_stand_in(&stand_in(true)) && is_stand_in(&stand_in(false)));
        assert!(!is_stand_in(&ItemKind::EndOfTurn));
        assert!(!is_stand_in(&ItemKind::HiddenContextItem { content: json!("…") }));
    }
}
