//! The real binary before a provider that speaks Chat Completions: what it asks, and what it makes of
//! the answers.

mod answers;
mod citations;
mod client_tools;
mod files;
mod history;
mod pictures;
mod reasoning;
mod requests;
mod titles;

use serde_json::Value;

/// The texts of the deltas, in order.
fn deltas(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["update"]["delta"].as_str()).collect()
}

/// The items that were completed, in order.
fn done(events: &[Value]) -> Vec<&Value> {
    events.iter().filter(|event| event["type"] == "thread.item.done").map(|event| &event["item"]).collect()
}
