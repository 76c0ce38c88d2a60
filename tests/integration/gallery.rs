//! The gallery is answered by the real service, and shows all that the protocol has.

use std::{collections::BTreeSet, time::Duration};

use actix_chatkit::protocol::{
    ItemKind, ItemUpdate, ThreadStreamEvent,
    source::Source,
    structured_input::StructuredInput,
    widget::{WidgetRoot, components},
    workflow::Task,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{Client, Service};

#[path = "../../examples/gallery/show/mod.rs"]
pub mod show;

use show::{commands, responder::Gallery};

/// The commands that end with an error, or pass one.
const FAILING: [&str; 6] = ["error", "retry", "coded error", "exception", "broken", "soft error"];

/// The names that a type's `type` can have: those that its reader knows.
fn names<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_value::<T>(json!({"type": "?"})).map(|_| ()).unwrap_err().to_string();
    let (_, expected) = error.split_once("expected ").unwrap();
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn look_at(events: &[Value], seen: &mut BTreeSet<String>) {
    for event in events {
        types(event, seen);
    }
}

/// Every `type` below a value.
fn types(value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            seen.extend(object.get("type").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|below| types(below, seen));
        }
        Value::Array(list) => list.iter().for_each(|below| types(below, seen)),
        _ => {}
    }
}

/// Every action config below a value.
fn actions(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(object) if object.contains_key("handler") => found.push(value.clone()),
        Value::Object(object) => object.values().for_each(|below| actions(below, found)),
        Value::Array(list) => list.iter().for_each(|below| actions(below, found)),
        _ => {}
    }
}

/// The events of a stream are what the protocol has, its widgets are faultless, and what began ended.
fn assert_well_formed(what: &str, events: &[Value], failing: bool) {
    let mut open = BTreeSet::new();
    for event in events {
        let read: ThreadStreamEvent = serde_json::from_value(event.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), *event, "{what}");
        match &read {
            ThreadStreamEvent::ItemAdded { item } => assert!(open.insert(item.id.clone()), "{what}"),
            ThreadStreamEvent::ItemDone { item } | ThreadStreamEvent::ItemReplaced { item } => {
                open.remove(&item.id);
                if let ItemKind::Widget(widget) = &item.kind {
                    assert_eq!(widget.widget.check(), [], "{what}");
                }
            }
            ThreadStreamEvent::ItemRemoved { item_id } => {
                open.remove(item_id);
            }
            ThreadStreamEvent::ItemUpdated { update: ItemUpdate::WidgetRootUpdated { widget }, .. } => {
                assert_eq!(widget.check(), [], "{what}");
            }
            _ => {}
        }
    }
    let failed = events.iter().any(|event| event["type"] == "error");
    assert_eq!(failed, failing, "{what}: {events:?}");
    assert!(failed || open.is_empty(), "{what}: {open:?} never ended");
}

/// The newest item of a kind in a stream.
fn last<'e>(events: &'e [Value], kind: &str) -> Option<&'e Value> {
    events
        .iter()
        .rev()
        .filter(|event| event["type"] == "thread.item.done")
        .map(|event| &event["item"])
        .find(|item| item["type"] == kind)
}

/// Uses every control of a widget that the server hears of; gives what comes back.
async fn use_controls(client: &Client, thread_id: &str, item: &Value) -> Vec<Value> {
    let mut configs = Vec::new();
    actions(&item["widget"], &mut configs);
    let mut answers = Vec::new();
    for config in configs.iter().filter(|config| config["handler"] == "server") {
        let action = json!({"type": config["type"], "payload": config["payload"]});
        let params = json!({"thread_id": thread_id, "item_id": item["id"], "action": action});
        if config["streaming"] == json!(false) {
            let answer = client.ask("threads.sync_custom_action", params).await;
            let redrawn = WidgetRoot::try_from(answer["updated_item"]["widget"].clone()).unwrap();
            assert_eq!(redrawn.check(), []);
        } else {
            let events = client.run("threads.custom_action", params).await;
            assert_well_formed(&action.to_string(), &events, config["type"] == "fail");
            answers.extend(events);
        }
    }
    answers
}

/// What the page lists is what can be typed, each once.
fn listed() -> Vec<String> {
    let catalogue = commands::catalogue();
    let groups = catalogue.as_array().unwrap();
    let entries = groups.iter().flat_map(|group| group["entries"].as_array().unwrap());
    let names: Vec<_> = entries.map(|entry| entry["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    assert!(commands::ALL.iter().all(|command| names.iter().any(|name| name == command.name)));
    names
}

#[actix_web::test]
async fn every_command_is_answered_and_together_they_show_all_there_is() {
    let service = Service::start(Gallery { pace: Duration::ZERO });
    let client = service.client("visitor");
    let mut seen = BTreeSet::new();

    let listed = listed();
    for name in listed.iter().map(String::as_str).chain(["help", "everything", "?"]) {
        let events = client.create(name).await.rest().await;
        assert_well_formed(name, &events, FAILING.contains(&name) || name == "everything");
        assert!(events.len() > 3 || FAILING.contains(&name), "{name} shows nothing: {events:?}");
        look_at(&events, &mut seen);
        let thread_id = events[0]["thread"]["id"].as_str().unwrap();

        if name != "everything" {
            let widgets =
                events.iter().filter(|event| event["type"] == "thread.item.done").map(|event| &event["item"]);
            for widget in widgets.filter(|item| item["type"] == "widget") {
                look_at(&use_controls(&client, thread_id, widget).await, &mut seen);
            }
        }
        if let Some(question) = last(&events, "structured_input") {
            let answers = json!({"city": {"values": ["Oslo"]}, "luggage": {"values": ["Umbrella", "Scarf"]}});
            let input = json!({"status": "answered", "answers": answers});
            let params = json!({"thread_id": thread_id, "item_id": question["id"], "input": input});
            let events = client.run("threads.add_structured_input", params).await;
            assert_well_formed("answers", &events, false);
            let text = last(&events, "assistant_message").unwrap()["content"][0]["text"].as_str().unwrap();
            assert!(
                text.contains("Oslo") && text.contains("Umbrella, Scarf") && text.contains("*skipped*"),
                "{text}"
            );
            look_at(&events, &mut seen);
        }
        if last(&events, "client_tool_call").is_some() {
            let params = json!({"thread_id": thread_id, "result": {"theme": "dark"}});
            let events = client.run("threads.add_client_tool_output", params).await;
            assert_well_formed("output", &events, false);
            let text = last(&events, "assistant_message").unwrap()["content"][0]["text"].as_str().unwrap();
            assert!(text.contains("\"theme\": \"dark\""), "{text}");
            look_at(&events, &mut seen);
        }
        // What is never sent is stored all the same.
        for item in service.store.recent_items(&"visitor".into(), &thread_id.into(), 1_000).await.unwrap() {
            types(&serde_json::to_value(item).unwrap(), &mut seen);
        }
    }

    let components = components::ALL.iter().map(|schema| schema.name.to_owned()).collect();
    for expected in [
        names::<ThreadStreamEvent>(),
        names::<ItemUpdate>(),
        names::<ItemKind>(),
        names::<Task>(),
        names::<Source>(),
        names::<StructuredInput>(),
        components,
    ] {
        let docs = include_str!("../../docs/UI.md");
        let untold: Vec<_> =
            expected.iter().filter(|name| !docs.contains(&format!("\n| `{name}` | "))).collect();
        assert!(untold.is_empty(), "docs/UI.md does not list {untold:?}");
        assert!(expected.len() > 1);
        let missing: Vec<_> = expected.difference(&seen).collect();
        assert!(missing.is_empty(), "the gallery does not show {missing:?}");
    }
}
