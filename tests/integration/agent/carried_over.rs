//! What only a model's provider understands goes back to it: in the next round, the next turn, and after a restart.

use std::sync::Arc;

use actix_chatkit::{
    agent::{
        AgentContext, Responder, ResponderError, Tool, ToolError, ToolLoop, ToolOutput, input::to_messages,
        tool_loop::RunOptions,
    },
    model::{
        AssistantPart, FinishReason, GenerationOptions, ModelEvent, ModelMessage, ProviderItem, ToolCall,
        ToolCallDelta, ToolSpec,
        scripted::{Answer, ScriptedModel},
    },
    protocol::ThreadItem,
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{kinds, stored};
use crate::support::{Service, ServiceBuilder};

struct Clock;

#[async_trait(?Send)]
impl Tool for Clock {
    fn spec(&self) -> ToolSpec {
        let parameters = json!({"type": "object", "properties": {"zone": {"type": ["string", "null"]}}});
        ToolSpec { name: "clock".to_owned(), description: "Tells the time.".to_owned(), parameters }
    }

    async fn call(&self, _: &AgentContext, _: &str) -> Result<ToolOutput, ToolError> {
        ToolOutput::json(&json!({"time": "noon"}))
    }
}

/// Answers by a shared script.
struct Scripted(Arc<ScriptedModel>);

#[async_trait(?Send)]
impl Responder for Scripted {
    async fn respond(&self, context: AgentContext, _: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
        let agent = ToolLoop::new(self.0.clone(), vec![Box::new(Clock)], 4);
        let messages = to_messages(context.history(), context.files()).await;
        let generation = GenerationOptions { temperature: Some(0.5), ..GenerationOptions::default() };
        agent.run(&context, messages, RunOptions { generation, ..RunOptions::default() }).await.map(drop)
    }
}

fn thought(number: u8) -> ProviderItem {
    let value = json!({"type": "reasoning", "encrypted_content": format!("thought {number}")});
    ProviderItem { origin: "provider/model".to_owned(), value }
}

fn carried(number: u8) -> AssistantPart {
    AssistantPart::Provider(thought(number))
}

#[actix_web::test]
async fn opaque_parts_go_back_in_their_place_in_every_later_request() {
    let call = ToolCallDelta {
        index: 0,
        id: Some("call_1".to_owned()),
        name: Some("clock".to_owned()),
        arguments: "null".to_owned(),
    };
    let model = Arc::new(ScriptedModel::new([
        Answer::new()
            .event(ModelEvent::ProviderItem(thought(1)))
            .say("Let me look.")
            .tool_call_piece(call)
            .finish(FinishReason::ToolCalls),
        Answer::new().event(ModelEvent::ProviderItem(thought(2))).say("Noon.").finish(FinishReason::Stop),
        Answer::text("Still noon."),
    ]));
    let service = Service::start(Scripted(Arc::clone(&model)));
    let client = service.client("ada");
    let thread_id = client.thread("What time is it?").await;
    let shown = client.items(&thread_id).await;
    let shown: Vec<_> = shown.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(shown, ["user_message", "assistant_message", "assistant_message"], "it is hidden from users");
    assert_eq!(
        kinds(&stored(&service, &thread_id).await),
        [
            "user_message",
            "assistant_message",
            "sdk_hidden_context",
            "assistant_message",
            "sdk_hidden_context"
        ]
    );

    let called = ToolCall { id: "call_1".to_owned(), name: "clock".to_owned(), arguments: "{}".to_owned() };
    let text = |text: &str| AssistantPart::Text(text.to_owned());
    let first_round = [
        ModelMessage::user("What time is it?"),
        ModelMessage::Assistant(vec![carried(1), text("Let me look."), AssistantPart::Call(called)]),
        ModelMessage::Tool {
            call_id: "call_1".to_owned(),
            name: "clock".to_owned(),
            content: json!({"time": "noon"}).to_string(),
        },
    ];
    assert_eq!(model.requests()[1].messages, first_round);

    // As after a restart: only the files are the same.
    let restarted = ServiceBuilder::on_files_of(&service).start(Scripted(Arc::clone(&model)));
    restarted.client("ada").say(&thread_id, "And now?").await.rest().await;
    let requests = model.requests();
    let second_turn =
        [ModelMessage::Assistant(vec![carried(2), text("Noon.")]), ModelMessage::user("And now?")];
    assert_eq!(requests[2].messages, [&first_round[..], &second_turn[..]].concat());

    for request in &requests {
        assert_eq!(request.options.temperature, Some(0.5));
        let tool = &request.tools[0].parameters["properties"]["zone"]["type"];
        assert_eq!(*tool, Value::from("string"), "lists of types are refused by many templates");
        let caller = &request.caller;
        let (thread, user) = (caller.thread.as_ref().unwrap(), caller.user.as_ref().unwrap());
        assert!(!thread.contains(&thread_id) && user != "ada" && thread != user, "{caller:?}");
        assert_eq!((thread.len(), user.len()), (32, 32));
    }
    assert_eq!(requests[0].caller, requests[1].caller);
}
