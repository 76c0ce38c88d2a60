//! Turns of a thread: their order, their line, and what does not wait for them.

use actix_chatkit::actors::thread::messages::Observe;
use actix_chatkit::{
    context::UserId,
    protocol::{ItemId, ItemKind, ThreadId},
};
use serde_json::{Value, json};

use crate::support::{Client, Closure, Gate, Service, ServiceBuilder, eventually};

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

fn text(item: &Value) -> &str {
    item["content"][0]["text"].as_str().unwrap_or_default()
}

async fn waiting_turns(service: &Service, user: &str, thread_id: &str) -> usize {
    let thread_id = ThreadId::from(thread_id);
    service.threads().ask(&UserId::from(user), &thread_id, Observe).await.unwrap().waiting
}

/// Starts a turn that has to wait, and returns once it stands in line.
async fn stand_in_line(
    service: &Service,
    client: &Client,
    thread_id: &str,
    text: &str,
) -> tokio::task::JoinHandle<Vec<Value>> {
    let before = waiting_turns(service, "ada", thread_id).await;
    let (client, thread, text) = (client.clone(), thread_id.to_owned(), text.to_owned());
    let turn = actix_web::rt::spawn(async move { client.say(&thread, &text).await.rest().await });
    eventually("the turn to stand in line", async || {
        (waiting_turns(service, "ada", thread_id).await != before).then_some(())
    })
    .await;
    turn
}

#[actix_web::test]
async fn events_come_in_the_order_of_the_protocol() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let events = client.create("hello").await.rest().await;
    assert_eq!(
        types(&events),
        [
            "thread.created",
            "thread.item.done",
            "stream_options",
            "thread.item.added",
            "thread.item.updated",
            "thread.item.updated",
            "thread.item.updated",
            "thread.item.done",
        ]
    );
    assert_eq!(events[1]["item"]["type"], "user_message");
    assert_eq!(text(&events[7]["item"]), "hello");
}

#[actix_web::test]
async fn turns_of_one_thread_run_one_after_the_other_in_order() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (first, thread_id) = client.begin("one").await;
    let second = stand_in_line(&service, &client, &thread_id, "two").await;
    let third = stand_in_line(&service, &client, &thread_id, "three").await;

    // Nothing of a waiting turn is stored before its turn has come.
    assert_eq!(client.items(&thread_id).await.len(), 1);
    gate.open(3);
    first.rest().await;
    second.await.unwrap();
    third.await.unwrap();
    let items = client.items(&thread_id).await;
    let texts: Vec<_> = items.iter().map(text).collect();
    assert_eq!(texts, ["one", "one (done)", "two", "two (done)", "three", "three (done)"]);
}

#[actix_web::test]
async fn a_line_that_is_full_answers_busy() {
    let gate = Gate::closed();
    let service = ServiceBuilder::default()
        .threads(|threads| threads.max_waiting_turns = 1)
        .start(Closure::held(&gate));
    let client = service.client("ada");
    let (first, thread_id) = client.begin("one").await;
    let second = stand_in_line(&service, &client, &thread_id, "two").await;

    let params =
        json!({"thread_id": thread_id, "input": {"content": [], "attachments": [], "inference_options": {}}});
    let response = client.send("threads.add_user_message", params).await;
    assert_eq!(response.status(), 429);
    assert!(response.headers()["retry-after"].to_str().unwrap().parse::<u64>().is_ok());
    assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], "thread_busy");

    gate.open(2);
    first.rest().await;
    second.await.unwrap();
    assert_eq!(client.items(&thread_id).await.len(), 4, "what was refused left nothing");
}

#[actix_web::test]
async fn a_client_that_leaves_the_line_leaves_no_trace() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (first, thread_id) = client.begin("one").await;
    let second = stand_in_line(&service, &client, &thread_id, "two").await;
    second.abort();
    let _ = second.await;

    // The third stands behind the second, so it runs after the second was passed over.
    let third = stand_in_line_after_leaving(&service, &client, &thread_id).await;
    gate.open(2);
    first.rest().await;
    third.await.unwrap();
    let items = client.items(&thread_id).await;
    assert_eq!(items.iter().map(text).collect::<Vec<_>>(), ["one", "one (done)", "three", "three (done)"]);
}

/// The one who left may still be counted, so only the end of the line is looked at.
async fn stand_in_line_after_leaving(
    service: &Service,
    client: &Client,
    thread_id: &str,
) -> tokio::task::JoinHandle<Vec<Value>> {
    let (client, thread) = (client.clone(), thread_id.to_owned());
    let turn = actix_web::rt::spawn(async move { client.say(&thread, "three").await.rest().await });
    // A rename is handled after the message that was sent before it on another connection at the
    // latest once the line is no longer empty.
    eventually("the turn to stand in line", async || {
        (waiting_turns(service, "ada", thread_id).await != 0).then_some(())
    })
    .await;
    turn
}

#[actix_web::test]
async fn reads_and_renaming_do_not_wait_for_a_turn() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (turn, thread_id) = client.begin("one").await;

    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(thread["items"]["data"].as_array().unwrap().len(), 1);
    let renamed = client.ask("threads.update", json!({"thread_id": thread_id, "title": "New"})).await;
    assert_eq!(renamed["title"], "New");
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], "New");

    gate.open(1);
    turn.rest().await;
    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!((&thread["title"], thread["items"]["data"].as_array().unwrap().len()), (&json!("New"), 2));
}

#[actix_web::test]
async fn deleting_a_thread_ends_its_turn_and_nothing_brings_it_back() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (turn, thread_id) = client.begin("one").await;
    assert_eq!(client.ask("threads.delete", json!({"thread_id": thread_id})).await, json!({}));
    gate.open(1);
    assert!(types(&turn.rest().await).iter().all(|type_name| *type_name != "thread.item.done"));
    assert_eq!(client.refused("threads.get_by_id", json!({"thread_id": thread_id})).await.0, 404);
    assert_eq!(client.ask("threads.list", json!({})).await["data"], json!([]));
    assert_eq!(client.ask("threads.delete", json!({"thread_id": thread_id})).await, json!({}));
}

#[actix_web::test]
async fn one_user_never_sees_another_s_thread() {
    let service = Service::start(Closure::echo());
    let (ada, eve) = (service.client("ada"), service.client("eve"));
    let mut turn = ada.create("secret").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    for (type_name, params) in [
        ("threads.get_by_id", json!({"thread_id": thread_id})),
        ("items.list", json!({"thread_id": thread_id})),
        ("threads.update", json!({"thread_id": thread_id, "title": "mine"})),
        (
            "threads.add_user_message",
            json!({"thread_id": thread_id, "input": {"content": [], "attachments": [], "inference_options": {}}}),
        ),
        ("items.feedback", json!({"thread_id": thread_id, "item_ids": [], "kind": "positive"})),
        ("ext.threads.resume", json!({"thread_id": thread_id})),
        ("ext.threads.stop", json!({"thread_id": thread_id})),
    ] {
        let (status, error) = eve.refused(type_name, params).await;
        assert_eq!((status, &error["code"]), (404, &json!("thread_not_found")), "{type_name}");
    }
    eve.ask("threads.delete", json!({"thread_id": thread_id})).await;
    assert_eq!(ada.items(&thread_id).await.len(), 2, "still there");
    assert_eq!(eve.ask("threads.list", json!({})).await["data"], json!([]));
}

#[actix_web::test]
async fn what_a_client_saw_as_done_is_in_the_store() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let mut events = client.create("hello").await;
    let thread_id = ThreadId::from(events.thread_id().await);
    let mut seen = 0;
    while let Some(event) = events.next().await {
        if event["type"] == "thread.item.done" {
            // Asked of the store itself, at the very moment the client sees the event.
            let item_id = event["item"]["id"].as_str().unwrap().into();
            service.store.item(&UserId::from("ada"), &thread_id, &item_id).await.unwrap();
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

#[actix_web::test]
async fn two_hundred_threads_at_once_lose_nothing() {
    let service = Service::start(Closure::new(|context, text| async move {
        let mut message = context.message();
        for _ in 0..20 {
            message.push(format!("{text} ")).await?;
            tokio::task::yield_now().await;
        }
        message.finish().await
    }));
    let client = service.client("ada");
    let turns = (0..200).map(|number| {
        let client = client.clone();
        async move {
            let text = format!("thread{number}");
            let mut events = client.create(&text).await;
            let thread_id = events.thread_id().await;
            events.rest().await;
            (text, client.items(&thread_id).await)
        }
    });
    for (said, items) in futures_util::future::join_all(turns).await {
        assert_eq!(items.len(), 2);
        assert_eq!(text(&items[1]).matches(&said).count(), 20);
    }
}

#[actix_web::test]
async fn a_tool_that_returned_null_has_no_output() {
    // The turn right after used to see a null where every later one, after a reload, saw nothing.
    let service = Service::start(Closure::new(|context, text| async move {
        if text == "call" {
            let call = json!({"type": "client_tool_call", "call_id": "1", "name": "look", "arguments": {}});
            return context.add_item(ItemId::message(), serde_json::from_value(call).unwrap()).await;
        }
        let output = context.history().iter().find_map(|item| match &item.kind {
            ItemKind::ClientToolCall(call) => Some(call.output.clone()),
            _ => None,
        });
        let mut message = context.message();
        message.push(format!("{:?}", output.unwrap())).await?;
        message.finish().await
    }));
    let client = service.client("ada");
    let mut turn = client.create("call").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    let output = json!({"thread_id": thread_id, "result": null});
    let events = client.stream("threads.add_client_tool_output", output).await.rest().await;
    assert_eq!(text(&events.last().unwrap()["item"]), "None");
}
