//! Responders that fail, actors that die or retire, services that stop.

use std::time::Duration;

use actix_chatkit::{
    actors::{ThreadError, thread::messages::Observe},
    agent::ResponderError,
    context::UserId,
    protocol::{
        ItemKind, ThreadId,
        error::{CodedError, ErrorCode},
    },
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::support::{Closure, Gate, Service, ServiceBuilder, error_of, eventually, eventually_every, input};

/// Says half a sentence, then does what the user says.
fn moody() -> Closure {
    Closure::new(|context, text| async move {
        let mut message = context.message();
        message.push("Half a").await?;
        match text.as_str() {
            "panic" => panic!("at the responder's own fault"),
            "custom" => Err(ResponderError::Custom {
                message: "Out of coffee.".to_owned(),
                allow_retry: true,
                source: Some("the pot is empty".into()),
            }),
            "known" => {
                let error = CodedError::new(ErrorCode::ModelBusy).with_wait(Duration::from_secs(7));
                Err(ResponderError::known(error).with_source("slow down"))
            }
            "lasting" => Err(ResponderError::known(ErrorCode::ModelContextFull)),
            "other" => Err(ResponderError::Failed("secret inner text".into())),
            _ => {
                message.push(" sentence").await?;
                message.finish().await
            }
        }
    })
}

async fn fail(service: &Service, how: &str) -> (String, Value) {
    let client = service.client("ada");
    let mut turn = client.create(how).await;
    let thread_id = turn.thread_id().await;
    let last = turn.rest().await.pop().unwrap();
    assert_eq!(last["type"], "error");
    (thread_id, last)
}

#[actix_web::test]
async fn a_failing_responder_ends_the_turn_with_an_error_and_keeps_the_text() {
    let service = Service::start(moody());
    let client = service.client("ada");
    for (how, expected) in [
        ("panic", json!({"type": "error", "code": "stream.error", "allow_retry": true})),
        (
            "custom",
            json!({"type": "error", "code": "custom", "message": "Out of coffee.", "allow_retry": true}),
        ),
        ("other", json!({"type": "error", "code": "stream.error", "allow_retry": true})),
    ] {
        let (thread_id, error) = fail(&service, how).await;
        assert_eq!(error, expected);
        let items = client.items(&thread_id).await;
        assert_eq!(items[1]["content"][0]["text"], "Half a", "{how}");
        // The thread goes on.
        client.say(&thread_id, "fine").await.rest().await;
        assert_eq!(client.items(&thread_id).await[3]["content"][0]["text"], "Half a sentence");
    }
}

/// The last event of a turn for a client that asked for codes, and for one that did not.
async fn fail_for_both(service: &Service, how: &str) -> [Value; 2] {
    let (_, plain) = fail(service, how).await;
    let client = service.client("ada").with_header("chatkit-error-codes", "1");
    let coded = client.create(how).await.rest().await.pop().unwrap();
    [plain, coded]
}

#[actix_web::test]
async fn a_client_that_asks_for_codes_can_word_a_failure_itself() {
    let service = Service::start(moody());
    let busy = "The language model is busy. Please try again in 7 seconds.";
    let full = "This conversation has become too long for the language model. Please start a new one.";
    for (how, plain, extension) in [
        (
            "known",
            json!({"type": "error", "code": "custom", "message": busy, "allow_retry": true}),
            json!({"ext_code": "model_busy", "ext_params": {"seconds": 7}}),
        ),
        (
            "lasting",
            json!({"type": "error", "code": "custom", "message": full, "allow_retry": false}),
            json!({"ext_code": "model_context_full"}),
        ),
        (
            "panic",
            json!({"type": "error", "code": "stream.error", "allow_retry": true}),
            json!({"ext_code": "assistant_failed"}),
        ),
        // Words of the application's own have no code.
        (
            "custom",
            json!({"type": "error", "code": "custom", "message": "Out of coffee.", "allow_retry": true}),
            json!({}),
        ),
    ] {
        let mut coded = plain.clone();
        coded.as_object_mut().unwrap().extend(extension.as_object().unwrap().clone());
        assert_eq!(fail_for_both(&service, how).await, [plain, coded], "{how}");
    }
}

#[actix_web::test]
async fn a_follower_of_a_turn_gets_codes_by_its_own_wish() {
    let gate = Gate::closed();
    let held = gate.clone();
    let service = Service::start(Closure::new(move |context, _| {
        let gate = held.clone();
        async move {
            context.progress("waiting", None).await?;
            gate.pass().await;
            Err(ResponderError::known(ErrorCode::ModelFailed))
        }
    }));
    let client = service.client("ada");
    let mut turn = client.create("go").await;
    let thread_id = turn.thread_id().await;
    turn.until("progress_update").await;
    let follower = service.client("ada").with_header("chatkit-error-codes", "1");
    let following = follower.stream("ext.threads.resume", json!({"thread_id": thread_id})).await;
    gate.open(1);
    assert_eq!(turn.rest().await.pop().unwrap().get("ext_code"), None);
    assert_eq!(following.rest().await.pop().unwrap()["ext_code"], "model_failed");
}

#[actix_web::test]
async fn a_failed_turn_can_be_retried() {
    let service = Service::start(moody());
    let client = service.client("ada");
    let (thread_id, _) = fail(&service, "custom").await;
    let user_message = client.items(&thread_id).await[0]["id"].clone();
    let params = json!({"thread_id": thread_id, "item_id": user_message});
    let events = client.stream("threads.retry_after_item", params).await.rest().await;
    assert_eq!(events[0]["type"], "stream_options", "the message is not sent again");
    assert_eq!(client.items(&thread_id).await.len(), 2, "the first half answer is gone");
}

#[actix_web::test]
async fn an_answer_over_the_log_s_bound_ends_with_an_error() {
    let service = ServiceBuilder::default().threads(|threads| threads.max_turn_bytes = 10_000).start(
        Closure::new(|context, _| async move {
            let mut message = context.message();
            loop {
                message.push("more and more ").await?;
            }
        }),
    );
    let (thread_id, error) = fail(&service, "go").await;
    assert!(error["message"].as_str().unwrap().contains("10000 bytes"), "{error}");
    assert!(
        service.client("ada").items(&thread_id).await[1]["content"][0]["text"].as_str().unwrap().len() > 100
    );
}

#[actix_web::test]
async fn an_idle_actor_retires_and_the_next_message_starts_a_fresh_one() {
    let service = ServiceBuilder::default()
        .threads(|threads| threads.idle_timeout = Duration::from_millis(20))
        .start(Closure::echo());
    let client = service.client("ada");
    let mut turn = client.create("hello").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    let (user, id) = (UserId::from("ada"), ThreadId::from(thread_id.as_str()));
    let observe = || service.threads().ask(&user, &id, Observe);
    // The first turn loaded the items; an actor that has none in memory is a fresh one. Looking puts
    // retirement off, so one looks less often than an idle actor stays.
    eventually_every(Duration::from_millis(50), "the actor to retire", async || {
        observe().await.unwrap().items_in_memory.is_none().then_some(())
    })
    .await;
    client.say(&thread_id, "again").await.rest().await;
    assert_eq!(client.items(&thread_id).await.len(), 4);
}

#[actix_web::test]
async fn idle_actors_go_when_all_together_hold_too_much() {
    let service =
        ServiceBuilder::default().threads(|threads| threads.memory_budget_bytes = 1).start(Closure::echo());
    let client = service.client("ada");
    for _ in 0..5 {
        let mut turn = client.create("hello").await;
        let thread_id = turn.thread_id().await;
        turn.rest().await;
        let (user, id) = (UserId::from("ada"), ThreadId::from(thread_id.as_str()));
        eventually("the actor to go", async || {
            let snapshot = service.threads().ask(&user, &id, Observe).await.unwrap();
            snapshot.items_in_memory.is_none().then_some(())
        })
        .await;
        assert_eq!(client.items(&thread_id).await.len(), 2);
    }
}

#[actix_web::test]
async fn shutdown_lets_turns_finish_and_takes_no_new_ones() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let (turn, thread_id) = client.begin("Once upon").await;

    let threads = service.threads().clone();
    let stopping = actix_web::rt::spawn(service.running.stop());
    // Refused from the moment the shutdown has begun.
    eventually("the shutdown to begin", async || {
        let asked = threads.ask(&UserId::from("ada"), &ThreadId::from(thread_id.as_str()), Observe).await;
        matches!(asked, Err(ThreadError::ShuttingDown)).then_some(())
    })
    .await;
    gate.open(1);
    let last = turn.rest().await.pop().unwrap();
    assert_eq!(last["item"]["content"][0]["text"], "Once upon (done)");
    stopping.await.unwrap();
}

#[actix_web::test]
async fn shutdown_leaves_streams_open_when_the_server_listens_no_more() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada");
    let mut turn = client.create("Once upon").await;
    turn.until_text("Once upon").await;
    let address = service.authority().to_owned();
    let stopping = actix_web::rt::spawn(service.running.stop());
    eventually("the end of the listener", async || TcpStream::connect(&address).await.err()).await;
    gate.open(1);
    let last = turn.rest().await.pop().unwrap();
    assert_eq!(last["item"]["content"][0]["text"], "Once upon (done)");
    stopping.await.unwrap();
}

#[actix_web::test]
async fn shutdown_cuts_short_what_does_not_finish_in_time_and_stores_it() {
    let gate = Gate::closed();
    let builder = ServiceBuilder { shutdown_timeout: Duration::from_millis(10), ..ServiceBuilder::default() };
    let service = builder.start(Closure::held(&gate));
    let client = service.client("ada");
    let (turn, thread_id) = client.begin("Once upon").await;
    let next = ServiceBuilder::on_files_of(&service);
    service.running.stop().await;
    let last = turn.rest().await.pop().unwrap();
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(true)));
    drop(service.store);

    let service = next.start(Closure::echo());
    let client = service.client("ada");
    assert_eq!(client.items(&thread_id).await[1]["content"][0]["text"], "Once upon");
    let stored = service
        .store
        .recent_items(&UserId::from("ada"), &ThreadId::from(thread_id.as_str()), 10)
        .await
        .unwrap();
    assert!(matches!(&stored[2].kind, ItemKind::SdkHiddenContext { content } if content.contains("restart")));
    client.say(&thread_id, "go on").await.rest().await;
    assert_eq!(client.items(&thread_id).await.len(), 4);
}

#[actix_web::test]
async fn a_message_that_fails_to_open_a_turn_changes_nothing() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let mut bad = input("hi");
    bad["attachments"] = json!(["atc_missing"]);
    let (status, error) = client.refused("threads.create", json!({"input": bad})).await;
    assert_eq!((status, &error["code"]), (404, &json!("attachment_not_found")));
    assert_eq!(client.ask("threads.list", json!({})).await["data"], json!([]));
}

#[actix_web::test]
async fn a_service_without_attachments_says_so_and_is_ready() {
    let service = ServiceBuilder { attachments: false, ..ServiceBuilder::default() }.start(Closure::echo());
    let client = service.client("ada");
    let file = json!({"name": "a.txt", "size": 1, "mime_type": "text/plain"});
    let (status, error) = client.refused("attachments.create", file).await;
    assert_eq!((status, &error["code"]), (501, &json!("attachments_off")));
    for (method, path) in [(Method::POST, "/upload/atc_1"), (Method::GET, "/preview/atc_1")] {
        let response = client.request(method, path).body("x").send().await.unwrap();
        assert_eq!(error_of(response).await.0, 501, "{path}");
    }
    let response = client.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(response.status(), 200);
}
