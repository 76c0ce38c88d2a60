//! What clients are told beside the thread's items; nothing of it is stored.

use serde::Serialize;

use super::{AgentContext, items::object};
use crate::{
    agent::responder::ResponderError,
    protocol::{
        ThreadStreamEvent,
        event::{NoticeLevel, StreamOptions},
    },
};

impl AgentContext {
    /// Says what is being done, until the next item.
    pub async fn progress(&self, text: impl Into<String>, icon: Option<&str>) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ProgressUpdate { text: text.into(), icon: icon.map(str::to_owned) })
            .await
    }

    /// Tells the user something; `message` is Markdown.
    pub async fn notice(&self, level: NoticeLevel, message: impl Into<String>) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::Notice { level, message: message.into(), title: None }).await
    }

    /// Tells the user something under a heading; `message` is Markdown.
    pub async fn notice_titled(
        &self,
        level: NoticeLevel,
        title: impl Into<String>,
        message: impl Into<String>,
    ) -> Result<(), ResponderError> {
        let title = Some(title.into());
        self.emit(ThreadStreamEvent::Notice { level, message: message.into(), title }).await
    }

    /// Has the page do something, without waiting for it. `data` must be written as a JSON object.
    pub async fn client_effect(
        &self,
        name: impl Into<String>,
        data: impl Serialize,
    ) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ClientEffect { name: name.into(), data: object(data)? }).await
    }

    /// Changes what the clients may do with the stream from now on.
    pub async fn set_stream_options(&self, stream_options: StreamOptions) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::StreamOptions { stream_options }).await
    }
}
