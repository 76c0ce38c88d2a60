//! A database of version 0.1.0, opened by today's server.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use actix_chatkit::{
    context::UserId,
    protocol::{Timestamp, request::FeedbackKind},
    store::{SqliteStore, SqliteStoreSettings, Store},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Client, Process, ProcessBuilder};

/// The user whose threads the fixture holds.
const USER: &str = "visitor";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/database-0.1.0")
}

/// What 0.1.0 answered from these files.
fn answers_of_0_1_0() -> Value {
    serde_json::from_slice(&fs::read(fixture().join("threads.json")).unwrap()).unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Today's server on a copy of the fixture.
async fn start(folder: Arc<TempDir>) -> (Process, Client) {
    let mut builder = ProcessBuilder::default();
    builder.folder = folder;
    let process = builder
        .set("DATABASE_PATH", "chat.db")
        .set("UPLOADS_DIRECTORY", "uploads")
        .set("IDENTITY", "header")
        .set("MODEL", "demo")
        // The file that no message names stays, however old it is.
        .set("UPLOAD_EXPIRY", "3000000000")
        .set("DEMO_PACE_MS", "0")
        .start()
        .await;
    let client = Client::new(&format!("http://127.0.0.1:{}", process.port()), USER);
    (process, client)
}

fn copy_of_fixture() -> Arc<TempDir> {
    let folder = TempDir::new().unwrap();
    copy_folder(&fixture(), folder.path());
    Arc::new(folder)
}

fn without_preview_addresses(mut items: Vec<Value>) -> Vec<Value> {
    for item in &mut items {
        let attachments = item.get_mut("attachments").and_then(Value::as_array_mut);
        for attachment in attachments.into_iter().flatten() {
            attachment.as_object_mut().unwrap().remove("preview_url");
        }
    }
    items
}

#[actix_web::test]
async fn what_0_1_0_stored_is_answered_as_0_1_0_did() {
    let expected = answers_of_0_1_0();
    let (_process, client) = start(copy_of_fixture()).await;
    let list = client.ask("threads.list", json!({"limit": 100})).await;
    let threads = expected["threads"].as_array().unwrap();
    assert_eq!(list["data"].as_array().unwrap().len(), threads.len());
    for (listed, expected) in list["data"].as_array().unwrap().iter().zip(threads) {
        assert_eq!(listed, &expected["thread"]);
        let items = client.items(listed["id"].as_str().unwrap()).await;
        assert_eq!(&Value::from(without_preview_addresses(items)), &expected["items"]);
    }
}

#[actix_web::test]
async fn every_thread_of_0_1_0_goes_on() {
    let expected = answers_of_0_1_0();
    let folder = copy_of_fixture();
    let (process, client) = start(Arc::clone(&folder)).await;
    let names = &expected["names"];
    let id = |name: &str| names[name].as_str().unwrap();

    let output = json!({"thread_id": id("client tool"), "result": {"answer": 42}});
    let events = client.run("threads.add_client_tool_output", output).await;
    assert_eq!(events.last().unwrap()["type"], "thread.item.done", "{events:?}");
    for (_name, thread_id) in names.as_object().unwrap() {
        let thread_id = thread_id.as_str().unwrap();
        let before = client.items(thread_id).await;
        let events = client.say(thread_id, "Thank you!").await.rest().await;
        assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
        let after = client.items(thread_id).await;
        assert_eq!(
            without_preview_addresses(after[..before.len()].to_vec()),
            without_preview_addresses(before)
        );
        let added: Vec<_> = after[after.len() - 2..].iter().map(|item| item["type"].clone()).collect();
        assert_eq!(added, ["user_message", "assistant_message"]);
    }

    let picture = &client.items(id("attachments")).await[0]["attachments"][0];
    let preview = client.http.get(picture["preview_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(preview.status(), 200);
    assert!(preview.headers()["content-type"].to_str().unwrap().starts_with("image/"));

    assert!(process.stop().await.status.success());
    let store = SqliteStore::open(&SqliteStoreSettings::new(
        folder.path().join("chat.db").to_string_lossy().into_owned(),
    ))
    .unwrap();
    let user = UserId::from(USER);
    for (name, thread_id) in names.as_object().unwrap() {
        let record = store.thread(&user, &thread_id.as_str().unwrap().into()).await.unwrap();
        assert!(!record.turn_open && record.drafts.is_empty(), "{name}");
        // Turns are counted from the first one after the upgrade.
        assert_eq!(record.turn_no, if name == "client tool" { 2 } else { 1 }, "{name}");
    }
    let feedback = store.feedback(&user, &id("weather").into()).await.unwrap();
    assert_eq!(feedback.len(), 1);
    assert_eq!(feedback[0].kind, FeedbackKind::Negative);
    let abandoned = store.removable_attachments(Timestamp::now(), 10).await.unwrap();
    let abandoned: Vec<_> = abandoned.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(abandoned, ["never sent.txt"]);
}
