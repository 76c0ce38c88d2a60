//! Streams one widget through its states.

use super::diff::diff_widget;
use crate::{
    agent::{AgentContext, ResponderError},
    protocol::{
        ItemId, ItemKind, ItemUpdate, ThreadItem, ThreadStreamEvent,
        item::WidgetItem,
        widget::{WidgetNode, WidgetRoot},
    },
};

/// A widget on its way: `added` with its first state, the differences of each further one, `done`
/// with the last.
///
/// A widget that is dropped unfinished is not kept.
#[derive(Debug)]
pub struct WidgetStream {
    context: AgentContext,
    copy_text: Option<String>,
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    item: ThreadItem,
    root: WidgetRoot,
}

impl WidgetStream {
    /// A widget of this turn; nothing is shown before its first state.
    pub(in crate::agent) fn new(context: AgentContext) -> Self {
        Self { context, copy_text: None, shown: None }
    }

    /// The same widget with what its copy button copies.
    #[must_use]
    pub fn with_copy_text(self, copy_text: impl Into<String>) -> Self {
        Self { copy_text: Some(copy_text.into()), ..self }
    }

    /// Shows the widget's next state; only what changed is sent.
    pub async fn show(&mut self, state: impl Into<WidgetRoot>) -> Result<(), ResponderError> {
        let root = state.into();
        match &mut self.shown {
            None => {
                let item = self.context.new_item(ItemId::message(), self.kind(root.clone()));
                self.context.emit(ThreadStreamEvent::ItemAdded { item: item.clone() }).await?;
                self.shown = Some(Shown { item, root });
            }
            Some(shown) => {
                for update in diff_widget(&shown.root, &root) {
                    let item_id = shown.item.id.clone();
                    self.context.emit(ThreadStreamEvent::ItemUpdated { item_id, update }).await?;
                }
                shown.root = root;
            }
        }
        Ok(())
    }

    /// Shows one component anew, the one with this `id`, and nothing else of the widget.
    ///
    /// # Errors
    /// The widget was not shown yet, or has no component with this `id`.
    pub async fn replace(
        &mut self,
        component_id: impl Into<String>,
        component: impl Into<WidgetNode>,
    ) -> Result<(), ResponderError> {
        let (component_id, component) = (component_id.into(), component.into());
        if let Some(shown) = &mut self.shown
            && shown.root.replace(&component_id, component.clone())
        {
            let item_id = shown.item.id.clone();
            let update = ItemUpdate::WidgetComponentUpdated { component_id, component };
            return self.context.emit(ThreadStreamEvent::ItemUpdated { item_id, update }).await;
        }
        Err(ResponderError::Failed(format!("the widget has no component `{component_id}`").into()))
    }

    /// Completes the widget as it was last shown; one that was never shown leaves nothing.
    pub async fn finish(mut self) -> Result<(), ResponderError> {
        let Some(Shown { mut item, root }) = self.shown.take() else { return Ok(()) };
        item.kind = self.kind(root);
        self.context.emit(ThreadStreamEvent::ItemDone { item }).await
    }

    fn kind(&self, widget: WidgetRoot) -> ItemKind {
        ItemKind::Widget(WidgetItem { widget, copy_text: self.copy_text.clone() })
    }
}
