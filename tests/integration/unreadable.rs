//! Items that cannot be read any more: shown as such, and no hindrance to the rest of their thread.

use std::path::Path;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use serde_json::json;

use crate::support::{Closure, ProcessBuilder, Provider, Reply, Service, ServiceBuilder};

#[actix_web::test]
async fn an_item_of_a_newer_version_is_shown_in_its_place_and_the_thread_goes_on() {
    let provider =
        Provider::start([Reply::text("First."), Reply::text("Second."), Reply::text("Third.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = client.thread("Hello").await;
    let items = client.items(&thread_id).await;
    let folder = process.folder.clone();
    process.stop().await;
    let path = folder.path().join("chatkit_demo.db");
    tamper(
        &path,
        r#"UPDATE items SET payload_json = replace(payload_json, '"assistant_message"', '"hologram"')"#,
    );

    let mut builder: ProcessBuilder = provider.service();
    builder.folder = folder;
    let process = builder.start().await;
    let client = process.client();
    for _ in 0..2 {
        let shown = client.items(&thread_id).await;
        assert_eq!(shown[0], items[0]);
        assert_eq!((&shown[1]["id"], &shown[1]["created_at"]), (&items[1]["id"], &items[1]["created_at"]));
        assert_eq!(shown[1]["type"], "task");
        assert_eq!(shown[1]["task"]["title"], "This item cannot be shown");
    }
    for _ in 0..2 {
        let events = client.say(&thread_id, "Are you there?").await.rest().await;
        assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    }
    assert_eq!(client.items(&thread_id).await.len(), 6);
    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(thread["items"]["data"].as_array().unwrap().len(), 6);
    let log = process.stop().await.log;
    let told = log.about("cannot be read");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["thread.id"], &told[0]["item.id"]), (&json!(thread_id), &items[1]["id"]));
    assert!(told[0]["cause"].as_str().unwrap().contains("hologram"), "{told:?}");
}

/// Answers, gives the thread a mood with its answer, and another one behind it.
fn moody() -> Closure {
    Closure::new(|context, text| async move {
        context.update_thread(|thread| drop(thread.metadata.insert("mood".to_owned(), json!(text))));
        let mut message = context.message();
        message.push(text).await?;
        message.finish().await?;
        context.update_thread(|thread| drop(thread.metadata.insert("mood".to_owned(), json!("merry"))));
        Ok(())
    })
}

fn tamper(path: &Path, sql: &str) {
    SqliteConnection::establish(path.to_str().unwrap()).unwrap().batch_execute(sql).unwrap();
}

#[actix_web::test]
async fn a_rename_that_cannot_be_stored_is_refused_and_turns_go_on_without_it() {
    let service = Service::start(moody());
    let thread_id = service.client("ada").thread("Hello").await;
    let database = service.folder.path().join("chat.db");
    let next = ServiceBuilder::on_files_of(&service);
    service.running.stop().await;
    drop(service.store);
    // As a codec's bytes look to a service that has lost the codec.
    tamper(&database, "UPDATE threads SET payload_encoded = x'00', title = NULL, metadata_json = '{}'");

    let service = next.start(moody());
    let client = service.client("ada");
    let get = async || client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    let before = get().await;
    assert_eq!(before["status"]["type"], "locked");
    let (status, error) =
        client.refused("threads.update", json!({"thread_id": thread_id, "title": "New"})).await;
    assert_eq!((status, &error["code"]), (500, &json!("storage_failed")));
    let events = client.say(&thread_id, "Are you there?").await.rest().await;
    let told = |type_name: &str| events.iter().any(|event| event["type"] == type_name);
    assert!(!told("error") && !told("thread.updated"), "{events:?}");
    let after = get().await;
    assert_eq!(client.items(&thread_id).await.len(), 4);
    for field in ["title", "status", "metadata"] {
        assert_eq!(after[field], before[field], "{field}");
    }
}

#[actix_web::test]
async fn a_thread_whose_status_cannot_be_read_is_locked_and_can_be_renamed() {
    let service = Service::start(Closure::echo());
    let thread_id = service.client("ada").thread("Hello").await;
    let database = service.folder.path().join("chat.db");
    let next = ServiceBuilder::on_files_of(&service);
    service.running.stop().await;
    drop(service.store);
    tamper(&database, r#"UPDATE threads SET status_json = '{"type":"frozen"}'"#);

    let service = next.start(Closure::echo());
    let client = service.client("ada");
    for _ in 0..2 {
        let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
        assert_eq!(thread["status"]["type"], "locked");
        assert!(thread["status"]["reason"].as_str().is_some_and(|reason| reason.contains("cannot read")));
        client.ask("threads.update", json!({"thread_id": thread_id, "title": "New"})).await;
    }
    let next = ServiceBuilder::on_files_of(&service);
    service.running.stop().await;
    drop(service.store);
    tamper(
        &database,
        r#"UPDATE threads SET status_json = '{"type":"closed"}' WHERE status_json LIKE '%frozen%'"#,
    );
    let service = next.start(Closure::echo());
    let thread = service.client("ada").ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!((&thread["title"], &thread["status"]["type"]), (&json!("New"), &json!("closed")));
}
