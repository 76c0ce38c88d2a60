//! Reading threads that nobody works on: it takes no actor and changes nothing.

use actix_chatkit::{
    context::UserId,
    protocol::{
        ItemKind, ThreadId, ThreadItem, ThreadMetadata, content::AssistantContent, item::AssistantMessage,
    },
    store::{Change, Commit},
};
use serde_json::{Value, json};

use crate::support::{Closure, Gate, Service, eventually};

fn message(thread_id: &ThreadId, id: &str, text: &str) -> ThreadItem {
    let message = AssistantMessage { content: vec![AssistantContent::text(text)] };
    ThreadItem::new(id.into(), thread_id.clone(), ItemKind::AssistantMessage(message))
}

/// Stores a thread with these messages, as another process would.
async fn store(service: &Service, thread_id: &ThreadId, messages: &[&str], more: Vec<Change>) {
    let mut changes = vec![Change::CreateThread(ThreadMetadata::new(thread_id.clone()))];
    changes.extend(messages.iter().map(|text| Change::PutItem(message(thread_id, text, text).into())));
    changes.extend(more);
    service.store.submit(Commit::new(&UserId::from("ada"), changes)).await.unwrap();
}

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn browsing_a_thousand_old_threads_starts_no_actors() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    for number in 0..1_000 {
        store(&service, &format!("thr_{number}").into(), &["hello"], Vec::new()).await;
    }
    let (mut seen, mut after) = (0, Value::Null);
    loop {
        let page = client.ask("threads.list", json!({"limit": 100, "after": after})).await;
        for thread_id in ids(&page) {
            let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
            assert_eq!(ids(&thread["items"]), ["hello"]);
            assert_eq!(client.items(thread_id).await.len(), 1);
            let resume = json!({"thread_id": thread_id, "after": 0});
            assert_eq!(client.send("ext.threads.resume", resume).await.status(), 204);
            seen += 1;
        }
        after = page["after"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!((seen, service.threads().num_live()), (1_000, 0));
    client.say("thr_7", "hello").await.rest().await;
    assert_eq!(service.threads().num_live(), 1);
}

#[actix_web::test]
async fn rating_stopping_and_deleting_an_old_thread_starts_no_actor() {
    let service = Service::start(Closure::echo());
    let (client, user, thread_id) = (service.client("ada"), UserId::from("ada"), ThreadId::from("thr_1"));
    store(&service, &thread_id, &["hello"], Vec::new()).await;
    let rate = |item_id: &str| json!({"thread_id": thread_id, "item_ids": [item_id], "kind": "positive"});
    client.ask("items.feedback", rate("hello")).await;
    assert_eq!(service.store.feedback(&user, &thread_id).await.unwrap().len(), 1);
    assert_eq!(client.refused("items.feedback", rate("unknown")).await.0, 404);
    client.ask("ext.threads.stop", json!({"thread_id": thread_id})).await;
    let stranger = service.client("bob");
    for (type_name, params) in
        [("items.feedback", rate("hello")), ("ext.threads.stop", json!({"thread_id": thread_id}))]
    {
        assert_eq!(stranger.refused(type_name, params).await.0, 404, "{type_name}");
    }
    stranger.ask("threads.delete", json!({"thread_id": thread_id})).await;
    assert_eq!(client.items("thr_1").await.len(), 1, "nobody deletes what is another's");
    for _ in 0..2 {
        client.ask("threads.delete", json!({"thread_id": thread_id})).await;
    }
    assert_eq!(client.refused("threads.get_by_id", json!({"thread_id": thread_id})).await.0, 404);
    assert_eq!(service.threads().num_live(), 0);
}

#[actix_web::test]
async fn a_turn_that_ends_after_its_thread_was_loaded_is_found_by_loading_again() {
    let gate = Gate::closed();
    let service = Service::start(Closure::held(&gate));
    let client = service.client("ada").resumable();
    let (turn, thread_id) = client.begin("Once").await;
    assert_eq!(client.items(&thread_id).await.len(), 1);
    gate.open(1);
    turn.rest().await;
    eventually("a thread without a turn", async || {
        let resume = json!({"thread_id": thread_id, "after": 0});
        (client.send("ext.threads.resume", resume).await.status() == 204).then_some(())
    })
    .await;
    assert_eq!(client.items(&thread_id).await[1]["content"][0]["text"], "Once (done)");
}

#[actix_web::test]
async fn looking_at_a_turn_that_was_cut_short_shows_its_text_and_leaves_it_open_until_the_next_message() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let (user, thread_id) = (UserId::from("ada"), ThreadId::from("thr_1"));
    let draft = Change::PutDraft(message(&thread_id, "draft", "Once upon a"));
    let begin = Change::BeginTurn { thread_id: thread_id.clone(), turn_no: 3 };
    store(&service, &thread_id, &["one", "two"], vec![begin, draft]).await;

    let thread = client.ask("threads.get_by_id", json!({"thread_id": "thr_1"})).await;
    assert_eq!(ids(&thread["items"]), ["one", "two", "draft"]);
    for (order, pages) in
        [("asc", [["one", "two"].as_slice(), &["draft"]]), ("desc", [&["draft", "two"], &["one"]])]
    {
        let mut after = Value::Null;
        for expected in pages {
            let params = json!({"thread_id": "thr_1", "limit": 2, "order": order, "after": after});
            let page = client.ask("items.list", params).await;
            assert_eq!(ids(&page), expected);
            after = page["after"].clone();
        }
        assert_eq!(after, Value::Null);
    }
    assert_eq!(client.send("ext.threads.resume", json!({"thread_id": "thr_1"})).await.status(), 204);
    let (status, _) = client.refused("threads.get_by_id", json!({"thread_id": "thr_2"})).await;
    assert_eq!(status, 404);
    let record = service.store.thread(&user, &thread_id).await.unwrap();
    assert_eq!((record.turn_open, record.drafts.len()), (true, 1), "looking changed nothing");
    assert_eq!(service.threads().num_live(), 0);

    let mut turn = client.clone().resumable().say("thr_1", "go on").await;
    while turn.next().await.is_some() {}
    assert_eq!(turn.last_id.unwrap() >> 20, 4, "turns are counted in the store");
    let items = client.items("thr_1").await;
    let texts: Vec<_> = items.iter().map(|item| item["content"][0]["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["one", "two", "Once upon a", "go on", "go on"]);
    let record = service.store.thread(&user, &thread_id).await.unwrap();
    assert_eq!(record.drafts, []);
}

#[actix_web::test]
async fn a_thread_whose_actor_lives_is_read_from_it() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let rename = json!({"thread_id": thread_id, "title": "Greetings"});
    client.ask("threads.update", rename).await;
    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(
        (thread["title"].as_str(), thread["items"]["data"].as_array().unwrap().len()),
        (Some("Greetings"), 2)
    );
    let (status, _) =
        service.client("eve").refused("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!((status, service.threads().num_live()), (404, 1));
}
