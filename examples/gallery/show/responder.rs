//! What answers: commands, answers to questions, outputs of the page's functions, and actions.

use std::{sync::Arc, time::Duration};

use actix_chatkit::{
    agent::{AgentContext, Audio, Responder, ResponderError},
    context::RequestContext,
    protocol::{
        ItemKind, ThreadItem,
        action::Action,
        attachment::Attachment,
        item::{UserMessage, WidgetItem},
        widget::{
            WidgetRoot,
            components::{Basic, Caption, Card, Text},
            props::{Direction, Status},
        },
    },
};
use async_trait::async_trait;

use super::{
    commands, items,
    stage::{Shown, Stage},
    widgets,
};

/// Shows whatever is asked for.
pub struct Gallery {
    /// How long to wait between two steps of a stream.
    pub pace: Duration,
}

#[async_trait(?Send)]
impl Responder for Gallery {
    async fn respond(&self, context: AgentContext, input: Option<Arc<ThreadItem>>) -> Shown {
        let stage = Stage { context, pace: self.pace };
        if let Some(ItemKind::UserMessage(message)) = input.as_ref().map(|item| &item.kind) {
            return answer(stage, message).await;
        }
        // Without a message, the user has answered a form or the page a call.
        let context = stage.context.clone();
        match (context.answers(), context.client_tool_output()) {
            (Some(form), _) => items::answered(stage, form).await,
            (None, Some(call)) => items::called(stage, call).await,
            (None, None) => stage.say(commands::help()).await,
        }
    }

    async fn action(&self, context: AgentContext, action: Action, sender: Option<ThreadItem>) -> Shown {
        let stage = Stage { context, pace: self.pace };
        match (action.kind.as_str(), sender) {
            ("fail", _) => Err(ResponderError::retryable("This action fails on purpose.")),
            ("redraw", Some(sender)) => redraw(&stage, sender).await,
            ("send", Some(sender)) => fold(&stage, &sender, "Sent").await,
            ("discard", Some(sender)) => fold(&stage, &sender, "Discarded").await,
            _ => stage.say(heard(&action)).await,
        }
    }

    async fn sync_action(
        &self,
        _context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        Ok(sender.map(|sender| with_note(sender, &format!("Heard `{}`, without a stream.", action.kind))))
    }

    async fn transcribe(&self, _context: &RequestContext, audio: Audio) -> Result<String, ResponderError> {
        Ok(format!("{} bytes of {}", audio.data.len(), audio.media_type()))
    }
}

/// Shows what a message asks for.
async fn answer(stage: Stage, message: &UserMessage) -> Shown {
    if !message.attachments.is_empty() {
        return stage.say(received(&message.attachments)).await;
    }
    let text = message.plain_text().trim().to_lowercase();
    if let Some(command) = commands::find(&text) {
        return (command.show)(stage).await;
    }
    if text == "everything" {
        for command in commands::ALL.iter().filter(|command| command.goes_on) {
            stage.say(format!("### {}", command.name)).await?;
            (command.show)(stage.clone()).await?;
        }
        return Ok(());
    }
    match widgets::component(text.strip_prefix("widget ").unwrap_or(&text)) {
        Some(specimen) => widgets::show(&stage, specimen).await,
        None => stage.say(commands::help()).await,
    }
}

/// What was attached to a message.
fn received(attachments: &[Attachment]) -> String {
    let names: Vec<_> = attachments
        .iter()
        .map(|attachment| format!("- {} ({})", attachment.common().name, attachment.common().mime_type))
        .collect();
    format!("You attached:\n\n{}", names.join("\n"))
}

/// What an action brought, as a message.
fn heard(action: &Action) -> String {
    let payload = action.payload.clone().unwrap_or_default();
    format!("Heard `{}` with:\n\n```json\n{payload:#}\n```", action.kind)
}

/// The widget with a line below it, in place of an earlier one; as it was, if it is none.
fn with_note(mut item: ThreadItem, note: &str) -> ThreadItem {
    if let ItemKind::Widget(WidgetItem { widget, .. }) = &mut item.kind {
        let note = Caption::new(note).id("note");
        if !widget.replace("note", note.clone().into()) {
            *widget = Basic::new((widget.clone(), note)).direction(Direction::Col).gap(2).into();
        }
    }
    item
}

/// Redraws a widget of an earlier turn: first for those who watch, then for good.
async fn redraw(stage: &Stage, sender: ThreadItem) -> Shown {
    if let Some(busy) = noted(sender.clone(), "Redrawing …") {
        stage.context.redraw_widget(&sender.id, busy).await?;
        stage.pause().await;
    }
    match noted(sender.clone(), "Redrawn.") {
        Some(done) => stage.context.update_widget(&sender.id, done).await,
        None => Ok(()),
    }
}

/// The item's widget with a line below it.
fn noted(sender: ThreadItem, note: &str) -> Option<WidgetRoot> {
    match with_note(sender, note).kind {
        ItemKind::Widget(WidgetItem { widget, .. }) => Some(widget),
        _ => None,
    }
}

/// Folds a card that did what it was for.
async fn fold(stage: &Stage, sender: &ThreadItem, status: &str) -> Shown {
    let card = Card::new([Text::new("Send this message?").color("secondary")]);
    stage.context.update_widget(&sender.id, card.collapsed(true).status(Status::new(status))).await?;
    stage.say(format!("{status}.")).await
}
