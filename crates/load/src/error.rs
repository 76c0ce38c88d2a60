//! Why a turn failed, and the name it is counted under.

use std::{borrow::Cow, io};

/// Why a turn failed.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The server did not take the connection.
    #[error("no connection: {0}")]
    Connect(io::Error),
    /// The connection broke before the end of the answer.
    #[error("the connection broke: {0}")]
    Broken(io::Error),
    /// The answer is not HTTP, or uses a part of HTTP that the tester does not support.
    #[error("not understood: {0}")]
    Http(&'static str),
    /// A status other than 200.
    #[error("status {0}")]
    Status(u16),
    /// An `error` event in the stream.
    #[error("error event `{0}`")]
    Event(String),
    /// The stream ended normally, but lacked an event that it must contain.
    #[error("no {0}")]
    Missing(&'static str),
    /// The turn took longer than the allowed time.
    #[error("timed out")]
    Timeout,
}

impl TurnError {
    /// The name of its kind in results.
    pub fn kind(&self) -> Cow<'static, str> {
        match self {
            Self::Connect(_) => "connect".into(),
            Self::Broken(_) => "cut".into(),
            Self::Http(_) => "http".into(),
            Self::Status(status) => format!("status {status}").into(),
            Self::Event(code) => format!("event {code}").into(),
            Self::Missing(what) => format!("no {what}").into(),
            Self::Timeout => "timeout".into(),
        }
    }
}
