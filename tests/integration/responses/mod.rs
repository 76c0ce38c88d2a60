//! A service before a provider that speaks the Responses API: what it asks, and what it makes of the answers.

mod approvals;
mod hosted;
mod pictures;
mod talk;

use std::sync::Arc;

use actix_chatkit::{
    agent::{
        AgentContext, Responder, ResponderError, ToolError, ToolOutput,
        input::to_messages,
        tool_loop::{RunOptions, ToolLoop},
        tools::TypedTool,
    },
    model::{GenerationOptions, Model, call::CallSettings, provider::Endpoint, responses::Responses},
    protocol::{ThreadItem, action::Action},
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{Provider, Service, ServiceBuilder};

/// Looks things up on the server.
struct LookUp;

#[derive(Deserialize, JsonSchema)]
struct Question {
    key: String,
}

#[async_trait(?Send)]
impl TypedTool for LookUp {
    type Arguments = Question;
    const NAME: &'static str = "look_up";
    const DESCRIPTION: &'static str = "Looks a key up.";

    async fn run(&self, _: &AgentContext, Question { key }: Question) -> Result<ToolOutput, ToolError> {
        ToolOutput::json(&json!({"value": format!("the value of {key}")}))
    }
}

/// Answers messages by a model with one tool, and takes the user's answers to its questions.
struct Assistant(ToolLoop);

#[async_trait(?Send)]
impl Responder for Assistant {
    async fn respond(&self, context: AgentContext, _: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
        let messages = to_messages(context.history(), context.files()).await;
        self.0.run(&context, messages, RunOptions::default()).await.map(drop)
    }

    async fn action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<(), ResponderError> {
        let mut messages = to_messages(context.history(), context.files()).await;
        messages.extend(self.0.take_approval(&context, &action, sender.as_ref()).await?);
        self.0.run(&context, messages, RunOptions::default()).await.map(drop)
    }
}

/// A model that has these tools of the provider's.
fn model(provider: &Provider, hosted_tools: Value) -> Arc<dyn Model> {
    let base_url = provider.url("/v1").parse().unwrap();
    let mut settings = CallSettings::new(Endpoint::Compatible { base_url, api_key: None }, "gpt-test");
    let hosted_tools = match hosted_tools {
        Value::Array(tools) => Some(tools),
        _ => None,
    };
    settings.options = GenerationOptions { hosted_tools, ..GenerationOptions::default() };
    Arc::new(Responses::new(settings).unwrap())
}

fn assistant(provider: &Provider, hosted_tools: Value) -> Assistant {
    Assistant(ToolLoop::new(model(provider, hosted_tools), vec![Box::new(LookUp)], 4))
}

/// A service on this provider.
fn service(provider: &Provider, hosted_tools: Value) -> Service {
    Service::start(assistant(provider, hosted_tools))
}

/// The same service after a restart.
async fn restarted(service: Service, provider: &Provider, hosted_tools: Value) -> Service {
    let builder = ServiceBuilder::on_files_of(&service);
    service.running.stop().await;
    builder.start(assistant(provider, hosted_tools))
}

/// The items that were completed, in order.
fn done(events: &[Value]) -> Vec<&Value> {
    events.iter().filter(|event| event["type"] == "thread.item.done").map(|event| &event["item"]).collect()
}

/// The kinds of the items that the user sees.
fn kinds(items: &[&Value]) -> Vec<String> {
    items.iter().map(|item| item["type"].as_str().unwrap().to_owned()).collect()
}

/// The kinds of the input's items, and for messages their roles.
fn input_kinds(body: &Value) -> Vec<String> {
    let kind = |item: &Value| {
        let name = if item["type"] == "message" { &item["role"] } else { &item["type"] };
        name.as_str().unwrap().to_owned()
    };
    body["input"].as_array().unwrap().iter().map(kind).collect()
}
