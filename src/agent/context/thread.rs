//! Changing what is known of the thread.

use serde_json::{Map, Value};

use super::{AgentContext, AgentEvent};
use crate::{
    agent::responder::ResponderError,
    protocol::{ThreadMetadata, ThreadStatus},
};

impl AgentContext {
    /// Changes title, status, image domains or metadata; saved and shown with the next event.
    pub fn update_thread(&self, change: impl FnOnce(&mut ThreadMetadata)) {
        self.parts().thread.update(change);
    }

    /// Has changes of the thread shown without waiting for the next event.
    pub async fn show_thread(&self) -> Result<(), ResponderError> {
        self.send(AgentEvent::ThreadChanged).await
    }

    /// Gives the thread a title, shown at once.
    pub async fn set_title(&self, title: impl Into<String>) -> Result<(), ResponderError> {
        let title = title.into();
        self.change_thread(|thread| thread.title = Some(title)).await
    }

    /// Opens or closes the composer. Messages that are sent all the same are answered: a responder that
    /// wants none refuses them.
    ///
    /// ```
    /// # use actix_chatkit::{agent::{AgentContext, ResponderError}, protocol::ThreadStatus};
    /// # async fn close(context: AgentContext) -> Result<(), ResponderError> {
    /// context.set_status(ThreadStatus::closed("This case is settled.")).await
    /// # }
    /// ```
    pub async fn set_status(&self, status: ThreadStatus) -> Result<(), ResponderError> {
        self.change_thread(|thread| thread.status = status).await
    }

    /// Names the hosts that pictures of this thread may be loaded from; none lifts the restriction.
    pub async fn set_allowed_image_domains(
        &self,
        domains: Option<Vec<String>>,
    ) -> Result<(), ResponderError> {
        self.change_thread(|thread| thread.allowed_image_domains = domains).await
    }

    /// Replaces the application's data on the thread, which no client sees.
    pub async fn set_metadata(&self, metadata: Map<String, Value>) -> Result<(), ResponderError> {
        self.change_thread(|thread| thread.metadata = metadata).await
    }

    /// Changes the application's data on the thread, which no client sees.
    pub async fn update_metadata(
        &self,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<(), ResponderError> {
        self.change_thread(|thread| change(&mut thread.metadata)).await
    }

    async fn change_thread(&self, change: impl FnOnce(&mut ThreadMetadata)) -> Result<(), ResponderError> {
        self.update_thread(change);
        self.show_thread().await
    }
}
