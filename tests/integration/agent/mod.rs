//! What responders can do: every call of `AgentContext`, seen from a client and in the store.

mod carried_over;
mod cut_short;
mod hooks;
mod items;
mod messages;
mod questions;
mod thread;
mod workflows;

use actix_chatkit::{
    context::UserId,
    protocol::{ThreadId, ThreadItem},
};
use serde_json::Value;

use crate::support::{Client, Closure, Service};

/// Runs a responder on one message; gives the service, the client, the thread's id and the events behind
/// `stream_options`.
async fn run(responder: Closure) -> (Service, Client, String, Vec<Value>) {
    let service = Service::start(responder);
    let client = service.client("ada");
    let mut turn = client.create("go").await;
    let thread_id = turn.thread_id().await;
    turn.until("stream_options").await;
    let events = turn.rest().await;
    (service, client, thread_id, events)
}

/// The types of events, updates by their own.
fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["update"]["type"].as_str().unwrap_or_else(|| event["type"].as_str().unwrap()))
        .collect()
}

/// All items of Ada's thread, hidden ones too.
async fn stored(service: &Service, thread_id: &str) -> Vec<ThreadItem> {
    service.store.recent_items(&UserId::from("ada"), &ThreadId::from(thread_id), 100).await.unwrap()
}

fn kinds(items: &[ThreadItem]) -> Vec<&'static str> {
    items.iter().map(|item| item.kind.name()).collect()
}
