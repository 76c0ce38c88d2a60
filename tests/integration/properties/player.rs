//! A responder that does what the user's message tells it to, and sees that a thread has one turn at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use actix_chatkit::{
    agent::{AgentContext, Responder, ResponderError},
    protocol::{
        ItemId, ItemKind, ThreadId, ThreadItem, ThreadStatus, action::Action, event::ThreadStreamEvent,
    },
};
use async_trait::async_trait;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// One thing to do in a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Do {
    Say(u8),
    Widget,
    Form,
    CallClient,
    Workflow,
    Hide,
    EndTurn,
    RemoveOwn,
    ReplaceOwn,
    Title,
    Lock,
    Close,
    Open,
    Wait(u8),
    Fail,
}

pub fn plan() -> impl Strategy<Value = Vec<Do>> {
    let deed = prop_oneof![
        4 => (0..6_u8).prop_map(Do::Say),
        2 => Just(Do::Widget),
        2 => Just(Do::Form),
        2 => Just(Do::CallClient),
        1 => Just(Do::Workflow),
        2 => Just(Do::Hide),
        1 => Just(Do::EndTurn),
        1 => Just(Do::RemoveOwn),
        1 => Just(Do::ReplaceOwn),
        1 => Just(Do::Title),
        1 => Just(Do::Lock),
        1 => Just(Do::Close),
        1 => Just(Do::Open),
        3 => (1..40_u8).prop_map(Do::Wait),
        1 => Just(Do::Fail),
    ];
    prop::collection::vec(deed, 0..5)
}

/// The turns that run now, and the most that one thread had at a time.
#[derive(Default)]
pub struct Running {
    now: HashMap<ThreadId, usize>,
    pub most: usize,
}

#[derive(Clone, Default)]
pub struct Player {
    pub running: Arc<Mutex<Running>>,
}

/// Counts a turn as long as its responder is alive.
struct Counted {
    running: Arc<Mutex<Running>>,
    thread_id: ThreadId,
}

impl Drop for Counted {
    fn drop(&mut self) {
        *self.running.lock().unwrap().now.get_mut(&self.thread_id).unwrap() -= 1;
    }
}

impl Player {
    fn begin(&self, context: &AgentContext) -> Counted {
        let mut running = self.running.lock().unwrap();
        let now = running.now.entry(context.thread_id().clone()).or_default();
        *now += 1;
        let now = *now;
        running.most = running.most.max(now);
        Counted { running: Arc::clone(&self.running), thread_id: context.thread_id().clone() }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each deed")]
    async fn play(&self, context: AgentContext, plan: Vec<Do>) -> Result<(), ResponderError> {
        let _counted = self.begin(&context);
        let mut own: Option<ThreadItem> = None;
        for deed in plan {
            let kind = match deed {
                Do::Say(words) => {
                    let mut message = context.message();
                    for word in 0..words {
                        message.push(format!("word {word} ")).await?;
                        tokio::task::yield_now().await;
                    }
                    message.finish().await?;
                    continue;
                }
                Do::Wait(times) => {
                    for _ in 0..times {
                        tokio::task::yield_now().await;
                    }
                    continue;
                }
                Do::Title => {
                    context.set_title("A title").await?;
                    continue;
                }
                Do::Lock => {
                    context.update_thread(|thread| thread.status = ThreadStatus::Locked { reason: None });
                    continue;
                }
                Do::Close => {
                    context.update_thread(|thread| thread.status = ThreadStatus::Closed { reason: None });
                    continue;
                }
                Do::Open => {
                    context.update_thread(|thread| thread.status = ThreadStatus::Active);
                    continue;
                }
                Do::RemoveOwn => {
                    if let Some(item) = own.take() {
                        context.emit(ThreadStreamEvent::ItemRemoved { item_id: item.id }).await?;
                    }
                    continue;
                }
                Do::ReplaceOwn => {
                    if let Some(item) = &own {
                        context.emit(ThreadStreamEvent::ItemReplaced { item: item.clone() }).await?;
                    }
                    continue;
                }
                Do::Fail => return Err(ResponderError::retryable("as the plan says")),
                Do::Widget => json!({"type": "widget", "widget": {"type": "Card", "children": []}}),
                Do::Form => json!({"type": "structured_input", "inputs": [
                    {"type": "freeform", "id": "q", "question": "Who?"}]}),
                Do::CallClient => {
                    json!({"type": "client_tool_call", "call_id": "c", "name": "f", "arguments": {}})
                }
                Do::Workflow => {
                    json!({"type": "workflow", "workflow": {"type": "custom", "tasks": []}})
                }
                Do::Hide => json!({"type": "hidden_context_item", "content": {"secret": true}}),
                Do::EndTurn => json!({"type": "end_of_turn"}),
            };
            let kind: ItemKind = serde_json::from_value(kind).unwrap();
            let item = context.new_item(ItemId::message(), kind);
            own = Some(item.clone());
            context.emit(ThreadStreamEvent::ItemDone { item }).await?;
        }
        Ok(())
    }
}

#[async_trait(?Send)]
impl Responder for Player {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let plan = match input.as_ref().map(|item| &item.kind) {
            Some(ItemKind::UserMessage(message)) => serde_json::from_str(&message.plain_text()).unwrap(),
            _ => vec![Do::Say(2)],
        };
        self.play(context, plan).await
    }

    async fn action(
        &self,
        context: AgentContext,
        _: Action,
        _: Option<ThreadItem>,
    ) -> Result<(), ResponderError> {
        self.play(context, vec![Do::Wait(3), Do::Say(1)]).await
    }

    async fn sync_action(
        &self,
        _: AgentContext,
        _: Action,
        sender: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        Ok(sender)
    }
}
