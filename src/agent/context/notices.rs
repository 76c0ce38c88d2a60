//! What clients are told beside the thread's items; nothing of it is stored.

use serde::Serialize;

use super::{AgentContext, AgentEvent, items::object};
use crate::{
    agent::responder::ResponderError,
    protocol::{
        ThreadStreamEvent,
        error::{CodedError, ErrorParams},
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
        self.emit_notice(level, None, message.into()).await
    }

    /// Tells the user something under a heading; `message` is Markdown.
    pub async fn notice_titled(
        &self,
        level: NoticeLevel,
        title: impl Into<String>,
        message: impl Into<String>,
    ) -> Result<(), ResponderError> {
        self.emit_notice(level, Some(title.into()), message.into()).await
    }

    /// Tells the user something that has a code. Clients that asked for codes say it in the user's language, all
    /// others in English.
    ///
    /// ```
    /// # use actix_chatkit::{agent::{AgentContext, ResponderError}, protocol::event::NoticeLevel};
    /// use actix_chatkit::protocol::error::{CodedError, ErrorCode};
    ///
    /// # async fn say(context: AgentContext) -> Result<(), ResponderError> {
    /// let slow = CodedError::new(ErrorCode::ModelTimeout);
    /// context.notice_coded(NoticeLevel::Warning, &slow).await
    /// # }
    /// ```
    pub async fn notice_coded(&self, level: NoticeLevel, what: &CodedError) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::Notice {
            level,
            message: what.to_string(),
            title: None,
            ext_code: Some(what.code()),
            ext_params: what.params().clone(),
        })
        .await
    }

    async fn emit_notice(
        &self,
        level: NoticeLevel,
        title: Option<String>,
        message: String,
    ) -> Result<(), ResponderError> {
        let (ext_code, ext_params) = (None, ErrorParams::new());
        self.emit(ThreadStreamEvent::Notice { level, message, title, ext_code, ext_params }).await
    }

    /// Has the page do something, without waiting for it. `data` must be written as a JSON object.
    pub async fn client_effect(
        &self,
        name: impl Into<String>,
        data: impl Serialize,
    ) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::ClientEffect { name: name.into(), data: object(data)? }).await
    }

    /// Says that the answer is complete, while the turn goes on with something that nobody has to wait for, such as a
    /// title. The turn then ends at once if the next message comes, the user stops it or leaves, or the service is
    /// stopped, and the answer counts as whole. The responder's future is dropped as always.
    pub async fn answer_complete(&self) -> Result<(), ResponderError> {
        self.send(AgentEvent::Answered).await
    }

    /// Changes what the clients may do with the stream from now on.
    pub async fn set_stream_options(&self, stream_options: StreamOptions) -> Result<(), ResponderError> {
        self.emit(ThreadStreamEvent::StreamOptions { stream_options }).await
    }
}
