//! How a turn ends: what is kept of it, what clients are told, and what the log says.

use crate::{
    actors::{codes, turn_log::AppendError},
    agent::{Cancellation, ResponderError},
    protocol::{ThreadStreamEvent, error::ErrorCode},
    store::StoreError,
};

/// How a turn ends. [`Ending::rules`] is the table of what follows from it.
#[derive(Debug)]
pub enum Ending {
    /// The responder is done.
    Done,
    /// The user stopped the turn, or its last client went away.
    Cancelled,
    /// The service is being stopped.
    ShutDown,
    /// The thread was deleted.
    Deleted,
    /// The responder gave up or panicked.
    ResponderFailed(ResponderError),
    /// An item could not be stored.
    StoreFailed(StoreError),
    /// The turn has more events, or more bytes of them, than it may have.
    TooLarge(AppendError),
    /// What was left of the turn could not be stored. The turn stays open in the store, and its drafts with it,
    /// until the thread's next actor closes it.
    NotStored(StoreError),
}

/// What follows from an ending.
#[derive(Debug)]
pub struct Rules {
    /// What becomes of the unfinished items.
    pub keep: Keep,
    /// What clients are told.
    pub told: Option<ThreadStreamEvent>,
    /// What the log says, and the cause behind it.
    pub logged: Option<(&'static str, String)>,
}

/// Which unfinished items are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The messages that hold text, and the workflows: they may go on in the next turn.
    Open,
    /// Those that the responder names when it is asked about a turn cancelled for this reason.
    AsResponderSays(Cancellation),
    /// The messages that hold text.
    Text,
    /// None: nothing more is stored of the turn.
    Nothing,
}

impl Ending {
    /// What is kept, told and logged of a turn that ends like this.
    pub fn rules(&self) -> Rules {
        let (keep, told, logged) = match self {
            Self::Done => (Keep::Open, None, None),
            Self::Cancelled => (Keep::AsResponderSays(Cancellation::Client), None, None),
            Self::ShutDown => {
                let told = codes::worded(&ErrorCode::ServerRestarting.into());
                (Keep::AsResponderSays(Cancellation::Shutdown), Some(told), None)
            }
            Self::Deleted => (Keep::Nothing, None, None),
            Self::ResponderFailed(error) => {
                (Keep::Text, Some(codes::given_up(error)), Some((FAILED, error.cause())))
            }
            Self::StoreFailed(error) => {
                (Keep::Text, Some(codes::unworded(&error.into())), Some((FAILED, error.to_string())))
            }
            Self::TooLarge(error) => {
                (Keep::Text, Some(codes::worded(&error.into())), Some((FAILED, error.to_string())))
            }
            Self::NotStored(error) => {
                let logged = ("end of turn not stored; drafts are", error.to_string());
                (Keep::Nothing, Some(codes::unworded(&error.into())), Some(logged))
            }
        };
        Rules { keep, told, logged }
    }
}

/// What the log says of a turn that cannot go on.
const FAILED: &str = "turn failed";

impl From<StoreError> for Ending {
    fn from(error: StoreError) -> Self {
        match error {
            // Only a deletion takes the thread away under a running turn.
            StoreError::ThreadNotFound { .. } => Self::Deleted,
            error => Self::StoreFailed(error),
        }
    }
}

impl From<AppendError> for Ending {
    fn from(error: AppendError) -> Self {
        Self::TooLarge(error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn broken() -> StoreError {
        StoreError::Database { reason: "the disk is gone".into() }
    }

    #[test]
    fn what_follows_from_each_ending() {
        let unnamed = |ext_code: &str| {
            let ext_code = (!ext_code.is_empty()).then_some(ext_code);
            json!({"type": "error", "code": "stream.error", "allow_retry": true, "ext_code": ext_code})
        };
        let custom = |message: &str, allow_retry: bool, ext_code: Option<&str>| {
            json!({"type": "error", "code": "custom", "message": message, "allow_retry": allow_retry,
                "ext_code": ext_code})
        };
        let restart = custom(
            "The server is being restarted. Please try again in a moment.",
            true,
            Some("server_restarting"),
        );
        let too_long = "the answer is longer than the 9 bytes a turn may have";
        let stopped = custom(
            "The answer was stopped: it is longer than the 9 bytes a turn may have.",
            true,
            Some("answer_too_large"),
        );
        let gone = "the database failed: the disk is gone";
        let responder = |error| Ending::ResponderFailed(error);
        let deleted = StoreError::ThreadNotFound { thread_id: "thr_1".into() };
        for (ending, keep, told, logged) in [
            (Ending::Done, Keep::Open, Value::Null, None),
            (Ending::Cancelled, Keep::AsResponderSays(Cancellation::Client), Value::Null, None),
            (Ending::ShutDown, Keep::AsResponderSays(Cancellation::Shutdown), restart, None),
            (deleted.into(), Keep::Nothing, Value::Null, None),
            (responder(ResponderError::custom("No.")), Keep::Text, custom("No.", false, None), Some("No.")),
            (
                responder(ResponderError::Failed("secret".into())),
                Keep::Text,
                unnamed("assistant_failed"),
                Some("secret"),
            ),
            (broken().into(), Keep::Text, unnamed("storage_failed"), Some(gone)),
            (AppendError::Full { max_bytes: 9 }.into(), Keep::Text, stopped, Some(too_long)),
            (Ending::NotStored(broken()), Keep::Nothing, unnamed("storage_failed"), Some(gone)),
        ] {
            let rules = ending.rules();
            assert_eq!(rules.keep, keep, "{ending:?}");
            let mut event = serde_json::to_value(rules.told).unwrap();
            if let Some(event) = event.as_object_mut() {
                event.remove("ext_params");
                event.entry("ext_code").or_insert(Value::Null);
            }
            assert_eq!(event, told, "{ending:?}");
            assert_eq!(rules.logged.map(|(_, cause)| cause).as_deref(), logged, "{ending:?}");
        }
    }
}
