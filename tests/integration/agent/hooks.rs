//! The hooks that answer with one value: synchronous actions and feedback.

use std::sync::{Arc, Mutex};

use actix_chatkit::{
    agent::{AgentContext, Audio, Responder, ResponderError},
    context::{RequestContext, UserId},
    protocol::{
        ItemId, ItemKind, ThreadId, ThreadItem, ThreadMetadata,
        action::Action,
        event::StreamOptions,
        item::WidgetItem,
        request::{Feedback, FeedbackKind},
        widget::components::{Card, Text},
    },
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{kinds, stored};
use crate::support::{Client, Gate, Service};

/// Shows a card; its actions do what they are called.
struct Cards {
    /// Holds turns that are told to wait.
    gate: Gate,
    feedback: Arc<Mutex<Vec<Feedback>>>,
}

#[async_trait(?Send)]
impl Responder for Cards {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let ItemKind::UserMessage(message) = &input.unwrap().kind else { panic!() };
        match message.plain_text().as_str() {
            "wait" => {
                context.progress("waiting", None).await?;
                self.gate.pass().await;
                context.progress("going on", None).await
            }
            "feedback" => {
                let mut message = context.message();
                for record in context.feedback().await? {
                    message.push(format!("{} {:?};", record.item_id, record.kind)).await?;
                }
                message.finish().await
            }
            _ => {
                let widget = Card::new([Text::new("first")]).into();
                context.show_widget(WidgetItem { widget, copy_text: None }).await
            }
        }
    }

    async fn sync_action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        let sender = sender.unwrap();
        let root = Card::new([Text::new("second")]);
        match action.kind.as_str() {
            "store" => {
                context.set_title("By action").await?;
                context.update_thread(|thread| drop(thread.metadata.insert("n".into(), 1.into())));
                context.add_item(ItemId::from("added"), ItemKind::EndOfTurn).await?;
                context.remove_item("added").await?;
                context.add_hidden_context("the user clicked").await?;
                context.update_widget(&sender.id, root).await?;
                Ok(Some(context.item(&sender.id).await?))
            }
            "answer only" => {
                let kind = ItemKind::Widget(WidgetItem { widget: root.into(), copy_text: None });
                Ok(Some(ThreadItem { kind, ..sender }))
            }
            "stream" => {
                context.set_title("Kept").await?;
                context.message().push("text").await?;
                Ok(None)
            }
            "panic" => panic!("at the responder's own fault"),
            _ => Err(ResponderError::custom("Not you.")),
        }
    }

    async fn add_feedback(&self, _: &RequestContext, feedback: &Feedback) -> Result<(), ResponderError> {
        self.feedback.lock().unwrap().push(feedback.clone());
        Ok(())
    }
}

fn cards() -> Cards {
    Cards { gate: Gate::closed(), feedback: Arc::default() }
}

async fn with_card(service: &Service) -> (Client, String, Value) {
    let client = service.client("ada");
    let thread_id = client.thread("card").await;
    let card = client.items(&thread_id).await[1].clone();
    (client, thread_id, card)
}

fn action(thread_id: &str, card: &Value, name: &str) -> Value {
    json!({"thread_id": thread_id, "item_id": card["id"], "action": {"type": name}})
}

#[actix_web::test]
async fn what_a_synchronous_action_saves_is_stored_before_it_is_answered() {
    let service = Service::start(cards());
    let (client, thread_id, card) = with_card(&service).await;
    let answer = client.ask("threads.sync_custom_action", action(&thread_id, &card, "store")).await;
    assert_eq!(answer["updated_item"]["widget"]["children"][0]["value"], "second");
    let items = stored(&service, &thread_id).await;
    assert_eq!(kinds(&items), ["user_message", "widget", "hidden_context_item"]);
    assert_eq!(client.items(&thread_id).await[1], answer["updated_item"]);
    let record =
        service.store.thread(&UserId::from("ada"), &ThreadId::from(thread_id.as_str())).await.unwrap();
    assert_eq!(record.metadata.title.as_deref(), Some("By action"));
    assert_eq!(record.metadata.metadata["n"], 1);
    assert!(!record.turn_open && record.drafts.is_empty());
}

#[actix_web::test]
async fn the_answer_of_a_synchronous_action_is_not_saved_by_itself() {
    let service = Service::start(cards());
    let (client, thread_id, card) = with_card(&service).await;
    let answer = client.ask("threads.sync_custom_action", action(&thread_id, &card, "answer only")).await;
    assert_eq!(answer["updated_item"]["widget"]["children"][0]["value"], "second");
    assert_eq!(client.items(&thread_id).await[1], card);
}

#[actix_web::test]
async fn a_synchronous_action_that_streams_or_fails_says_so_and_keeps_what_it_saved() {
    let service = Service::start(cards());
    let (client, thread_id, card) = with_card(&service).await;
    for (name, code, message) in [
        ("stream", "assistant_failed", ""),
        ("panic", "assistant_failed", ""),
        ("refuse", "custom", "Not you."),
    ] {
        let params = action(&thread_id, &card, name);
        let (status, error) = client.refused("threads.sync_custom_action", params).await;
        assert_eq!((status, &error["code"]), (500, &json!(code)), "{name}");
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
    assert_eq!(stored(&service, &thread_id).await.len(), 2, "half a message is not stored");
    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(thread["title"], "Kept");
}

#[actix_web::test]
async fn a_turn_that_runs_shows_what_a_synchronous_action_changed_of_the_thread() {
    let cards = cards();
    let gate = cards.gate.clone();
    let service = Service::start(cards);
    let (client, thread_id, card) = with_card(&service).await;
    let mut turn = client.say(&thread_id, "wait").await;
    turn.until("progress_update").await;
    client.ask("threads.sync_custom_action", action(&thread_id, &card, "store")).await;
    gate.open(1);
    assert_eq!(turn.until("thread.updated").await["thread"]["title"], "By action");
}

#[actix_web::test]
async fn feedback_is_stored_told_and_read_back() {
    let cards = cards();
    let told = Arc::clone(&cards.feedback);
    let service = Service::start(cards);
    let (client, thread_id, card) = with_card(&service).await;
    for kind in ["negative", "positive"] {
        let params = json!({"thread_id": thread_id, "item_ids": [card["id"]], "kind": kind});
        assert_eq!(client.ask("items.feedback", params).await, json!({}));
    }
    assert_eq!(
        told.lock().unwrap().iter().map(|feedback| feedback.kind).collect::<Vec<_>>(),
        [FeedbackKind::Negative, FeedbackKind::Positive]
    );
    let events = client.say(&thread_id, "feedback").await.rest().await;
    let text = format!("{} Positive;", card["id"].as_str().unwrap());
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], text, "the last word counts");
}

/// Panics in every hook.
struct Panicking;

#[async_trait(?Send)]
impl Responder for Panicking {
    async fn respond(&self, _: AgentContext, _: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
        panic!("in respond");
    }

    async fn add_feedback(&self, _: &RequestContext, _: &Feedback) -> Result<(), ResponderError> {
        panic!("in add_feedback");
    }

    async fn transcribe(&self, _: &RequestContext, _: Audio) -> Result<String, ResponderError> {
        panic!("in transcribe");
    }

    fn stream_options(&self, _: &ThreadMetadata) -> StreamOptions {
        panic!("in stream_options");
    }
}

/// A panic in a hook that HTTP called closed the connection without an answer, and one in
/// `stream_options` took the thread's actor with it.
#[actix_web::test]
async fn a_panic_in_any_hook_is_answered() {
    let service = Service::start(Panicking);
    let client = service.client("ada");
    let mut events = client.create("hello").await;
    let thread_id = events.thread_id().await;
    let events = events.rest().await;
    assert_eq!(events[events.len() - 2]["stream_options"], json!({"allow_cancel": true}), "{events:?}");
    assert_eq!(events.last().unwrap()["type"], "error");
    let item_id = client.items(&thread_id).await[0]["id"].clone();
    let feedback = json!({"thread_id": thread_id, "item_ids": [item_id], "kind": "positive"});
    let audio = json!({"audio_base64": "AAAA", "mime_type": "audio/webm"});
    for (type_name, params) in [("items.feedback", feedback), ("input.transcribe", audio)] {
        assert_eq!(client.refused(type_name, params).await.0, 500, "{type_name}");
    }
}
