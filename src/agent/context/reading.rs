//! Reading the thread: its recent items, the older ones, and what the user answered.

use std::sync::Arc;

use super::AgentContext;
use crate::{
    agent::responder::ResponderError,
    model::Caller,
    protocol::{
        ItemId, ItemKind, Page, PageQuery, ThreadItem,
        item::{ClientToolCall, StructuredInputItem},
    },
    store::FeedbackRecord,
};

impl AgentContext {
    /// Who asks, as a language model's provider may know it: names that tell it nothing. They are made with the key
    /// that signs addresses, and so last as long as that key.
    pub fn caller(&self) -> Caller {
        let links = &self.request().links;
        Caller {
            thread: Some(links.pseudonym("thread", self.thread_id().as_str())),
            user: Some(links.pseudonym("user", self.user_id().as_str())),
        }
    }

    /// The thread's recent items when the turn began, the user's message included, oldest first,
    /// hidden ones too.
    pub fn history(&self) -> &[Arc<ThreadItem>] {
        &self.parts().history
    }

    /// A page of all of the thread's items as they are stored now, hidden ones too.
    ///
    /// ```
    /// # use actix_chatkit::{agent::{AgentContext, ResponderError}, protocol::{PageQuery, page::Order}};
    /// # async fn count(context: AgentContext) -> Result<usize, ResponderError> {
    /// let mut query = PageQuery { limit: 100, order: Order::Asc, ..PageQuery::default() };
    /// let mut items = 0;
    /// loop {
    ///     let page = context.load_items(query.clone()).await?;
    ///     items += page.data.len();
    ///     query.after = page.after;
    ///     if query.after.is_none() {
    ///         return Ok(items);
    ///     }
    /// }
    /// # }
    /// ```
    pub async fn load_items(&self, query: PageQuery) -> Result<Page<ThreadItem>, ResponderError> {
        self.flush().await?;
        Ok(self.parts().store.all_items(self.user_id(), self.thread_id(), query).await?)
    }

    /// One item of the thread as it is stored now, hidden or not.
    pub async fn item(&self, item_id: &ItemId) -> Result<ThreadItem, ResponderError> {
        self.flush().await?;
        Ok(self.parts().store.item(self.user_id(), self.thread_id(), item_id).await?)
    }

    /// What the user thinks of the thread's items, oldest first.
    pub async fn feedback(&self) -> Result<Vec<FeedbackRecord>, ResponderError> {
        Ok(self.parts().store.feedback(self.user_id(), self.thread_id()).await?)
    }

    /// The form whose answers began this turn.
    pub fn answers(&self) -> Option<&StructuredInputItem> {
        match &self.parts().answered.as_ref()?.kind {
            ItemKind::StructuredInput(form) => Some(form),
            _ => None,
        }
    }

    /// The client tool call whose output began this turn. What the page answered with null has no output.
    pub fn client_tool_output(&self) -> Option<&ClientToolCall> {
        match &self.parts().answered.as_ref()?.kind {
            ItemKind::ClientToolCall(call) => Some(call),
            _ => None,
        }
    }
}
