//! Tools that the page runs, beside those of the server; and calls that are shown.

use std::sync::Arc;

use actix_chatkit::{
    agent::{
        AgentContext, Responder, ResponderError, ToolError, ToolOutput,
        input::to_messages,
        tool_loop::{RunEnd, RunOptions, ToolLoop},
        tools::TypedTool,
    },
    context::UserId,
    model::{ToolSpec, call::CallSettings, chat_completions::ChatCompletions, provider::Endpoint},
    protocol::{
        ThreadId, ThreadItem,
        item::WidgetItem,
        widget::components::{Card, Text},
    },
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::done;
use crate::support::{Client, Provider, Reply, Service};

/// What a lookup is for.
#[derive(Deserialize, JsonSchema)]
struct Question {
    /// The key to look up.
    key: String,
}

/// Looks things up on the server.
struct Lookup;

#[async_trait(?Send)]
impl TypedTool for Lookup {
    type Arguments = Question;
    const NAME: &'static str = "look_up";
    const DESCRIPTION: &'static str = "Looks a key up.";

    fn title(&self, Question { key }: &Question) -> Option<String> {
        Some(format!("Looking {key} up"))
    }

    async fn run(&self, _: &AgentContext, Question { key }: Question) -> Result<ToolOutput, ToolError> {
        if key == "fail" {
            return Err(ToolError::Failed { reason: "out of order".to_owned() });
        }
        let widget = WidgetItem { widget: Card::new((Text::new(&*key),)).into(), copy_text: None };
        Ok(ToolOutput::json(&json!({"value": format!("the value of {key}")}))?.with_widget(widget))
    }
}

/// Has no title of its own.
struct NoOp;

#[derive(Deserialize, JsonSchema)]
struct Nothing {}

#[async_trait(?Send)]
impl TypedTool for NoOp {
    type Arguments = Nothing;
    const NAME: &'static str = "do_nothing";
    const DESCRIPTION: &'static str = "Does nothing.";

    async fn run(&self, _: &AgentContext, _: Nothing) -> Result<ToolOutput, ToolError> {
        Ok(ToolOutput::default())
    }
}

struct Assistant(ToolLoop);

#[async_trait(?Send)]
impl Responder for Assistant {
    async fn respond(&self, context: AgentContext, _: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
        let messages = to_messages(context.history(), context.files()).await;
        match self.0.run(&context, messages, RunOptions::default()).await? {
            RunEnd::AwaitsClientTool | RunEnd::AwaitsApproval => Ok(()),
            RunEnd::Answered => context.end_of_turn().await,
        }
    }
}

fn page_tool(name: &str) -> ToolSpec {
    ToolSpec {
        name: name.to_owned(),
        description: "Asks the page.".to_owned(),
        parameters: json!({"type": "object", "properties": {}}),
    }
}

fn service(provider: &Provider, shape: impl FnOnce(ToolLoop) -> ToolLoop) -> Service {
    let endpoint = Endpoint::Compatible { base_url: provider.url("/v1").parse().unwrap(), api_key: None };
    let model = ChatCompletions::new(CallSettings::new(endpoint, "gpt-test")).unwrap();
    let tools = ToolLoop::new(Arc::new(model), vec![Box::new(Lookup), Box::new(NoOp)], 4)
        .with_client_tools([page_tool("get_selection"), page_tool("get_url")]);
    Service::start(Assistant(shape(tools)))
}

async fn kinds(service: &Service, thread_id: &str) -> Vec<&'static str> {
    let (user, thread_id) = (UserId::from("ada"), ThreadId::from(thread_id));
    let items = service.store.recent_items(&user, &thread_id, 100).await.unwrap();
    items.iter().map(|item| item.kind.name()).collect()
}

/// The messages of the last question, and a check that every provider would take them: each call is
/// answered right behind it.
fn told(provider: &Provider) -> Vec<Value> {
    let messages = provider.answers().pop().unwrap().messages().to_vec();
    let mut open: Vec<Value> = Vec::new();
    for message in &messages {
        if message["role"] == "tool" {
            let place = open.iter().position(|id| *id == message["tool_call_id"]);
            open.remove(place.unwrap_or_else(|| panic!("{message} answers nothing in {messages:?}")));
            continue;
        }
        assert!(open.is_empty(), "{open:?} not answered before {message}");
        open.extend(message["tool_calls"].as_array().into_iter().flatten().map(|call| call["id"].clone()));
    }
    assert!(open.is_empty(), "{open:?} not answered in {messages:?}");
    messages
}

async fn output(client: &Client, thread_id: &str, result: Value) -> Vec<Value> {
    client.run("threads.add_client_tool_output", json!({"thread_id": thread_id, "result": result})).await
}

#[actix_web::test]
async fn the_page_answers_a_call_and_the_model_goes_on_with_all_that_was_answered_before() {
    let provider = Provider::start([
        Reply::calls([("call_1", "look_up", json!({"key": "a"}))]),
        Reply::begin()
            .say("One moment.")
            .call(0, "call_2", "look_up", r#"{"key":"b"}"#)
            .call(1, "call_3", "get_selection", r#"{"format":"text"}"#)
            .call(2, "call_4", "look_up", r#"{"key":"fail"}"#)
            .finish("tool_calls"),
        Reply::text("It says hello."),
    ])
    .await;
    let service = service(&provider, |agent| agent);
    let client = service.client("ada");
    let thread_id = client.thread("What did I select?").await;
    let tools: Vec<_> = provider.answers()[0].body["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["function"]["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(tools, ["look_up", "do_nothing", "get_selection", "get_url"]);
    assert_eq!(
        kinds(&service, &thread_id).await,
        ["user_message", "assistant_message", "widget", "widget", "sdk_hidden_context", "client_tool_call"]
    );
    let call = client.items(&thread_id).await.pop().unwrap();
    assert_eq!(
        (&call["status"], &call["call_id"], &call["name"], &call["arguments"]),
        (&json!("pending"), &json!("call_3"), &json!("get_selection"), &json!({"format": "text"}))
    );

    let events = output(&client, &thread_id, json!({"selection": "hello"})).await;
    assert_eq!(done(&events)[0]["content"][0]["text"], "It says hello.");
    let messages = told(&provider);
    let results: Vec<_> = messages
        .iter()
        .filter(|message| message["role"] == "tool")
        .map(|message| (message["tool_call_id"].as_str().unwrap(), message["content"].as_str().unwrap()))
        .collect();
    assert_eq!(
        results,
        [
            ("call_1", r#"{"value":"the value of a"}"#),
            ("call_2", r#"{"value":"the value of b"}"#),
            ("call_4", r#"{"error":"out of order"}"#),
            ("call_3", r#"{"selection":"hello"}"#),
        ]
    );
    assert!(!json!(messages).to_string().contains("tool_rounds"), "{messages:?}");
}

#[actix_web::test]
async fn what_a_model_said_with_its_call_is_one_message_with_it() {
    let provider = Provider::start([
        Reply::begin().say("Let me look.").call(0, "call_1", "get_url", "").finish("tool_calls"),
        Reply::text("There."),
    ])
    .await;
    let service = service(&provider, |agent| agent);
    let client = service.client("ada");
    let thread_id = client.thread("Where am I?").await;
    assert_eq!(
        kinds(&service, &thread_id).await,
        ["user_message", "assistant_message", "client_tool_call"],
        "nothing has to be kept for the model"
    );
    output(&client, &thread_id, Value::Null).await;
    let messages = told(&provider);
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[1]["content"], "Let me look.");
    assert_eq!(messages[1]["tool_calls"][0]["function"]["arguments"], "{}");
    assert_eq!(messages[2]["content"], "");
}

#[actix_web::test]
async fn of_several_calls_for_the_page_the_first_that_can_be_made_is() {
    let provider = Provider::start([
        Reply::begin()
            .call(0, "call_1", "get_selection", "[1")
            .call(1, "call_2", "get_url", "{}")
            .call(2, "call_3", "get_selection", "{}")
            .finish("tool_calls"),
        Reply::text("Fine."),
    ])
    .await;
    let service = service(&provider, |agent| agent);
    let client = service.client("ada");
    let thread_id = client.thread("Both?").await;
    output(&client, &thread_id, json!("https://example.org")).await;
    let messages = told(&provider);
    let result = |id: &str| {
        let found = messages.iter().find(|message| message["tool_call_id"] == id).unwrap();
        found["content"].as_str().unwrap().to_owned()
    };
    assert!(result("call_1").contains("not valid"), "{}", result("call_1"));
    assert!(result("call_3").contains("call it again"), "{}", result("call_3"));
    assert_eq!(result("call_2"), r#""https://example.org""#);
}

#[actix_web::test]
async fn a_call_for_the_page_that_cannot_be_read_is_told_to_the_model() {
    let provider = Provider::start([
        Reply::begin().call(0, "call_1", "get_selection", "{").finish("tool_calls"),
        Reply::text("Never mind."),
    ])
    .await;
    let service = service(&provider, |agent| agent);
    let client = service.client("ada");
    let events = client.create("Well?").await.rest().await;
    assert_eq!(done(&events)[1]["content"][0]["text"], "Never mind.");
    assert!(told(&provider)[2]["content"].as_str().unwrap().contains("not valid"));
}

#[actix_web::test]
async fn a_user_who_goes_on_without_the_page_leaves_a_history_that_providers_take() {
    let provider = Provider::start([
        Reply::calls([("call_1", "look_up", json!({"key": "a"})), ("call_2", "get_url", json!({}))]),
        Reply::text("As you like."),
    ])
    .await;
    let service = service(&provider, |agent| agent);
    let client = service.client("ada");
    let thread_id = client.thread("Where am I?").await;
    client.say(&thread_id, "Never mind").await.rest().await;
    let messages = told(&provider);
    assert_eq!(messages.last().unwrap()["content"], "Never mind");
    assert!(messages.iter().any(|message| message["tool_call_id"] == "call_1"));
}

#[actix_web::test]
async fn calls_are_shown_as_tasks_where_that_is_wanted() {
    let rounds = || {
        [
            Reply::calls([("c1", "look_up", json!({"key": "a"})), ("c2", "do_nothing", json!({}))]),
            Reply::calls([("c3", "look_up", json!({"key": 5}))]),
            Reply::text("Done."),
        ]
    };
    let provider = Provider::start(rounds()).await;
    let shown = service(&provider, ToolLoop::showing_calls);
    let client = shown.client("ada");
    let mut turn = client.create("Go").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let task =
        |title: &str, status: &str| json!({"type": "custom", "title": title, "status_indicator": status});
    let added = events.iter().find(|event| event["type"] == "thread.item.added").unwrap();
    assert_eq!(added["item"]["workflow"]["tasks"], json!([task("Looking a up", "loading")]));
    let items = done(&events);
    assert_eq!(
        items[1]["workflow"],
        json!({"type": "custom", "expanded": false, "summary": {"duration": 0}, "tasks": [
            task("Looking a up", "complete"), task("Do nothing", "complete"), task("Look up", "complete"),
        ]})
    );
    assert_eq!(items[2]["content"][0]["text"], "Done.");
    assert_eq!(
        kinds(&shown, &thread_id).await,
        ["user_message", "workflow", "assistant_message", "widget", "end_of_turn"]
    );

    provider.then(rounds());
    let hidden = service(&provider, |agent| agent);
    let events = hidden.client("ada").create("Go").await.rest().await;
    assert!(done(&events).iter().all(|item| item["type"] != "workflow"), "off by default");
}
