//! Pages of threads that hold a lot: bounded in bytes, and complete when they are put together.

use std::{fs, sync::Arc};

use actix_chatkit::{
    context::UserId,
    protocol::{ItemKind, ThreadId, ThreadItem, ThreadMetadata, item::AssistantMessage},
    store::{Change, Commit, SqliteStore, SqliteStoreSettings, Store},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Client, Process, ProcessBuilder};

const MEBIBYTE: usize = 1 << 20;

/// A thread of messages of half a mebibyte each, and the service that has it.
async fn service_with_large_messages(messages: usize) -> (Process, Client) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chatkit_demo.db");
    let store = SqliteStore::open(&SqliteStoreSettings::new(path.to_string_lossy().into_owned())).unwrap();
    let (user, thread_id) = (UserId::from("demo_user"), ThreadId::from("thr_1"));
    let create = Change::CreateThread(ThreadMetadata::new(thread_id.clone()));
    store.submit(Commit::new(&user, vec![create])).await.unwrap();
    for number in 0..messages {
        let message = AssistantMessage::text("x".repeat(MEBIBYTE / 2));
        let id = format!("msg_{number:03}").into();
        let item = ThreadItem::new(id, thread_id.clone(), ItemKind::AssistantMessage(message));
        store.submit(Commit::new(&user, vec![Change::PutItem(item.into())])).await.unwrap();
    }
    store.close().await.unwrap();
    let mut builder = ProcessBuilder::default();
    builder.folder = Arc::new(folder);
    let process = builder.start().await;
    let client = process.client();
    (process, client)
}

/// A value of `/proc/PID/status` in bytes.
fn memory(process: &Process, name: &str) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

fn list(order: &str, after: &Value) -> Value {
    json!({"thread_id": "thr_1", "limit": 100, "order": order, "after": after})
}

#[actix_web::test]
async fn pages_of_large_messages_hold_each_item_once_in_both_orders() {
    const MESSAGES: usize = 30;
    let (_process, client) = service_with_large_messages(MESSAGES).await;
    for order in ["asc", "desc"] {
        let (mut ids, mut pages, mut after) = (Vec::new(), 0, Value::Null);
        loop {
            let page = client.ask("items.list", list(order, &after)).await;
            let items = page["data"].as_array().unwrap();
            assert!((1..=8).contains(&items.len()), "{} items in a page", items.len());
            ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            pages += 1;
            after = page["after"].clone();
            assert_eq!(page["has_more"], after.is_string());
            if after.is_null() {
                break;
            }
        }
        if order == "desc" {
            ids.reverse();
        }
        let expected: Vec<_> = (0..MESSAGES).map(|number| format!("msg_{number:03}")).collect();
        assert_eq!(ids, expected);
        assert!(pages > 3, "{pages} pages");
    }
    // A thread that is opened comes with a page of its items, which is bounded likewise.
    let thread = client.ask("threads.get_by_id", json!({"thread_id": "thr_1"})).await;
    assert!(thread["items"]["data"].as_array().unwrap().len() <= 8);
    assert_eq!(thread["items"]["has_more"], true);
}

#[cfg(target_os = "linux")]
#[actix_web::test]
async fn four_pages_at_once_take_little_memory_however_large_the_thread() {
    let (process, client) = service_with_large_messages(100).await;
    // Starts what starts with the first request.
    client.ask("threads.list", json!({})).await;
    let before = memory(&process, "VmRSS");
    let pages = join_all((0..4).map(|_| client.ask("items.list", list("asc", &Value::Null)))).await;
    let grown = memory(&process, "VmHWM").saturating_sub(before);
    assert!(pages.iter().all(|page| page["has_more"] == true));
    assert!(grown < 64 * MEBIBYTE, "grew by {} MiB", grown / MEBIBYTE);
}
