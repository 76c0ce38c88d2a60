//! The responder that plays the script of a recording.

use std::{
    future,
    sync::{Arc, Mutex},
};

use actix_chatkit::{
    agent::{AgentContext, Audio, Responder, ResponderError, widgets::WidgetTemplate},
    context::RequestContext,
    protocol::{
        ThreadItem, ThreadMetadata, action::Action, error::StreamErrorCode, event::StreamOptions,
        item::WidgetItem, request::Feedback, widget::WidgetRoot,
    },
};
use async_trait::async_trait;
use futures_util::stream;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::replay::Stage;

/// Plays what is on stage. Cheap to clone; clones play the same.
#[derive(Clone, Default)]
pub struct Player(Arc<Mutex<Option<Arc<Stage>>>>);

impl Player {
    /// Begins with a recording; the one before is over.
    pub fn enter(&self, stage: Arc<Stage>) {
        *self.0.lock().unwrap() = Some(stage);
    }

    fn stage(&self) -> Arc<Stage> {
        Arc::clone(self.0.lock().unwrap().as_ref().unwrap())
    }
}

#[async_trait(?Send)]
impl Responder for Player {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let stage = self.stage();
        stage.note(json!({"call": "respond", "input_item_id": input.map(|item| item.id.clone())}));
        let steps = stage.script["respond"][stage.next_turn()].clone();
        play(&stage, &context, &steps).await
    }

    async fn action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<(), ResponderError> {
        let stage = self.stage();
        let Some(steps) = stage.script.get("action") else {
            return Err(ResponderError::NotImplemented { what: "actions" });
        };
        stage.note(action_call("action", &action, sender));
        play(&stage, &context, steps).await
    }

    async fn sync_action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        let stage = self.stage();
        let Some(answer) = stage.script.get("sync_action") else {
            return Err(ResponderError::NotImplemented { what: "synchronous actions" });
        };
        stage.note(action_call("sync_action", &action, sender));
        Ok(filled(&stage, &context, answer).get("updated_item").map(read))
    }

    async fn add_feedback(&self, _: &RequestContext, feedback: &Feedback) -> Result<(), ResponderError> {
        self.stage().note(json!({
            "call": "feedback",
            "thread_id": feedback.thread_id,
            "item_ids": feedback.item_ids,
            "kind": format!("{:?}", feedback.kind).to_lowercase(),
        }));
        Ok(())
    }

    async fn transcribe(&self, _: &RequestContext, audio: Audio) -> Result<String, ResponderError> {
        let stage = self.stage();
        let Some(answer) = stage.script.get("transcribe") else {
            return Err(ResponderError::NotImplemented { what: "transcription" });
        };
        stage.note(json!({
            "call": "transcribe",
            "bytes": audio.data.len(),
            "mime_type": audio.mime_type,
            "media_type": audio.media_type(),
        }));
        Ok(read(&answer["text"]))
    }

    fn stream_options(&self, _: &ThreadMetadata) -> StreamOptions {
        StreamOptions { allow_cancel: self.stage().script["allow_cancel"].as_bool().unwrap_or(true) }
    }
}

fn action_call(name: &str, action: &Action, sender: Option<ThreadItem>) -> Value {
    json!({
        "call": name,
        "action": {"type": action.kind, "payload": action.payload},
        "sender_id": sender.map(|item| item.id),
    })
}

/// Plays a list of steps; none at all is an empty one.
async fn play(stage: &Stage, context: &AgentContext, steps: &Value) -> Result<(), ResponderError> {
    for step in steps.as_array().into_iter().flatten() {
        let step = filled(stage, context, step);
        let (name, value) = step.as_object().unwrap().iter().next().unwrap();
        let copy_text = step["copy_text"].as_str().map(str::to_owned);
        match name.as_str() {
            "emit" => context.emit(read(value)).await?,
            "set_thread" => context.update_thread(|thread| set_thread(thread, value)),
            "widget" => context.show_widget(WidgetItem { widget: read(value), copy_text }).await?,
            "widget_states" => {
                context.stream_widget(stream::iter(read::<Vec<WidgetRoot>>(value)), copy_text).await?;
            }
            "template" => {
                let template = WidgetTemplate::parse(&value.to_string()).unwrap();
                let data = step.get("data").cloned().unwrap_or_else(|| json!({}));
                let widget = template.render(&data).unwrap();
                context.show_widget(WidgetItem { widget, copy_text }).await?;
            }
            "raise" => return Err(error(value)),
            "hang" => {
                stage.hanging.notify_one();
                future::pending::<()>().await;
            }
            other => panic!("no recording has the step `{other}`"),
        }
    }
    Ok(())
}

fn set_thread(thread: &mut ThreadMetadata, fields: &Value) {
    for (name, value) in fields.as_object().unwrap() {
        match name.as_str() {
            "title" => thread.title = read(value),
            "status" => thread.status = read(value),
            "metadata" => thread.metadata = read(value),
            "allowed_image_domains" => thread.allowed_image_domains = read(value),
            other => panic!("no recording sets the thread's `{other}`"),
        }
    }
}

fn error(raised: &Value) -> ResponderError {
    let allow_retry = raised["allow_retry"].as_bool();
    let message = raised["message"].as_str().unwrap_or_default().to_owned();
    match raised["kind"].as_str().unwrap() {
        "custom" => {
            ResponderError::Custom { message, allow_retry: allow_retry.unwrap_or(false), source: None }
        }
        "stream" => ResponderError::Coded {
            code: StreamErrorCode::StreamError,
            allow_retry: allow_retry.unwrap_or(true),
        },
        _ => ResponderError::Failed(message.into()),
    }
}

/// A step with ids in the place of placeholders.
fn filled(stage: &Stage, context: &AgentContext, step: &Value) -> Value {
    let step = stage.names.lock().unwrap().show(step).to_string();
    serde_json::from_str(&step.replace("{{this_thread}}", context.thread_id().as_str())).unwrap()
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error} in {value}"))
}
