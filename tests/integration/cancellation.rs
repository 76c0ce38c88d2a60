//! Clients that go away, come back, or stop a turn.

use actix_chatkit::{
    context::UserId,
    protocol::{ItemKind, ThreadId, ThreadItem},
};
use serde_json::json;

use crate::support::{Closure, Events, Gate, Service, eventually};

/// All items of a thread, hidden ones too, once the turn that is being cancelled is over.
async fn stored_after_cancel(service: &Service, thread_id: &str) -> Vec<ThreadItem> {
    let (user, thread_id) = (UserId::from("ada"), ThreadId::from(thread_id));
    eventually("the note of the cancel", async || {
        let items = service.store.recent_items(&user, &thread_id, 100).await.unwrap();
        let noted = matches!(items.last().map(|item| &item.kind), Some(ItemKind::SdkHiddenContext { .. }));
        noted.then_some(items)
    })
    .await
}

#[actix_web::test]
async fn a_client_that_hangs_up_cancels_the_turn_and_keeps_the_text() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (turn, thread_id) = client.begin("Once upon").await;
    drop(turn);

    let items = stored_after_cancel(&service, &thread_id).await;
    let kinds: Vec<_> = items.iter().map(|item| item.kind.name()).collect();
    assert_eq!(kinds, ["user_message", "assistant_message", "sdk_hidden_context"]);
    let ItemKind::AssistantMessage(message) = &items[1].kind else { panic!() };
    assert_eq!(message.content[0].as_text(), "Once upon");
    assert_eq!(client.items(&thread_id).await.len(), 2, "the note is hidden");

    // The next turn works, and waits until the cancelled one is stored.
    gate.open(1);
    client.say(&thread_id, "go on").await.rest().await;
    assert_eq!(client.items(&thread_id).await.len(), 4);
}

#[actix_web::test]
async fn a_turn_without_text_leaves_only_the_note() {
    let gate = Gate::closed();
    let held = gate.clone();
    let service = Service::start(Closure::new(move |_, _| {
        let gate = held.clone();
        async move {
            gate.pass().await;
            Ok(())
        }
    }));
    let client = service.client("ada");
    let mut turn = client.create("hello").await;
    let thread_id = turn.thread_id().await;
    turn.until("stream_options").await;
    drop(turn);
    let kinds: Vec<_> =
        stored_after_cancel(&service, &thread_id).await.iter().map(|item| item.kind.name()).collect();
    assert_eq!(kinds, ["user_message", "sdk_hidden_context"]);
}

#[actix_web::test]
async fn a_changed_title_survives_a_cancel() {
    let gate = Gate::closed();
    let held = gate.clone();
    let service = Service::start(Closure::new(move |context, _| {
        let gate = held.clone();
        async move {
            context.progress("working", None).await?;
            context.update_thread(|thread| thread.title = Some("Kept".to_owned()));
            gate.pass().await;
            Ok(())
        }
    }));
    let client = service.client("ada");
    let mut turn = client.create("hello").await;
    let thread_id = turn.thread_id().await;
    turn.until("progress_update").await;
    client.ask("ext.threads.stop", json!({"thread_id": thread_id})).await;
    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(thread["title"], "Kept");
}

#[actix_web::test]
async fn a_resumable_turn_goes_on_without_its_client_and_can_be_followed_from_any_event() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada").resumable();
    let (turn, thread_id) = client.begin("Once upon").await;
    let seen = turn.last_id.unwrap();
    drop(turn);

    let resume =
        |after: u64| client.stream("ext.threads.resume", json!({"thread_id": thread_id, "after": after}));
    let mut from_start = resume(0).await;
    let mut from_there = resume(seen).await;
    gate.open(1);
    assert_eq!(from_start.next().await.unwrap()["type"], "thread.created");
    let first = from_start.last_id.unwrap();
    assert!(first < seen, "numbers rise within a turn");
    assert_eq!(from_there.next().await.unwrap()["update"]["delta"], " (done)");
    assert_eq!(from_there.last_id, Some(seen + 1));
    assert_eq!(from_start.rest().await.last(), from_there.rest().await.last());
    assert_eq!(client.items(&thread_id).await[1]["content"][0]["text"], "Once upon (done)");
}

#[actix_web::test]
async fn an_event_of_an_earlier_turn_resumes_nothing() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada").resumable();
    gate.open(1);
    let mut turn = client.create("first").await;
    let thread_id = turn.thread_id().await;
    while turn.next().await.is_some() {}
    let seen = turn.last_id.unwrap();
    let mut later = client.say(&thread_id, "second").await;
    later.until_text("second").await;
    let answer = client.send("ext.threads.resume", json!({"thread_id": thread_id, "after": seen})).await;
    assert_eq!(answer.status(), 204, "the client loads the thread instead");
    gate.open(1);
    assert!(later.rest().await.len() > 1);
}

#[actix_web::test]
async fn there_is_nothing_to_follow_when_no_turn_runs() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let mut turn = client.create("hello").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    // The turn notes its end after its clients have seen it.
    let resume = async || client.send("ext.threads.resume", json!({"thread_id": thread_id})).await.status();
    eventually("the end of the turn", async || (resume().await == 204).then_some(())).await;
}

#[actix_web::test]
async fn stopping_a_turn_ends_its_stream_and_keeps_the_text() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada").resumable();
    let (mut turn, thread_id) = client.begin("Once upon").await;
    assert_eq!(client.ask("ext.threads.stop", json!({"thread_id": thread_id})).await, json!({}));
    assert!(turn.next().await.is_none(), "nothing follows what was shown");
    assert_eq!(client.items(&thread_id).await[1]["content"][0]["text"], "Once upon");
}

#[actix_web::test]
async fn a_second_client_keeps_the_turn_of_the_first_alive() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (first, thread_id) = client.begin("Once upon").await;
    let mut second: Events = client.stream("ext.threads.resume", json!({"thread_id": thread_id})).await;
    second.until_text("Once upon").await;
    drop(first);
    gate.open(1);
    let last = second.rest().await.pop().unwrap();
    assert_eq!(last["item"]["content"][0]["text"], "Once upon (done)");
}

#[actix_web::test]
async fn a_client_without_the_header_gets_exactly_the_reference_s_bytes() {
    let service = Service::start(Closure::echo());
    let response =
        service.client("ada").send("threads.create", json!({"input": crate::support::input("x")})).await;
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let body = response.text().await.unwrap();
    assert!(body.ends_with("\n\n"));
    for frame in body.trim_end().split("\n\n") {
        assert!(frame.starts_with("data: {") && !frame.contains('\n'), "{frame}");
    }
}
