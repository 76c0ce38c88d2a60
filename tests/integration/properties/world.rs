//! What the tabs of a sequence know, do, and see.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use proptest::prelude::*;
use reqwest::Response;
use serde_json::{Value, json};

use super::player::{self, Do};
use crate::support::{Client, Events, Form, error_of};

/// One step of one tab. Numbers choose among what is there when the step comes.
#[derive(Clone, Debug)]
pub struct Step {
    pub tab: usize,
    act: Act,
    /// Whether the thread or file is another user's.
    foreign: bool,
    thread: usize,
    item: usize,
    reading: Reading,
}

#[derive(Clone, Debug)]
enum Act {
    Create(Vec<Do>),
    Say { plan: Vec<Do>, attach: bool },
    Retry,
    Action { on_item: bool },
    SyncAction { on_item: bool },
    Answer { skip: bool },
    ClientOutput,
    Delete,
    Rename,
    Stop,
    Resume,
    Feedback,
    Upload { finish: bool },
    DeleteFile,
    Walk { ascending: bool, limit: u64 },
    List { ascending: bool, limit: u64 },
    Get,
}

/// What becomes of a stream.
#[derive(Clone, Debug)]
enum Reading {
    ToEnd,
    HangUp(usize),
    Aside,
}

pub fn step() -> impl Strategy<Value = Step> {
    let pages = || (any::<bool>(), 1..5_u64);
    let act = prop_oneof![
        5 => player::plan().prop_map(Act::Create),
        6 => (player::plan(), any::<bool>()).prop_map(|(plan, attach)| Act::Say { plan, attach }),
        3 => Just(Act::Retry),
        2 => any::<bool>().prop_map(|on_item| Act::Action { on_item }),
        1 => any::<bool>().prop_map(|on_item| Act::SyncAction { on_item }),
        2 => any::<bool>().prop_map(|skip| Act::Answer { skip }),
        2 => Just(Act::ClientOutput),
        1 => Just(Act::Delete),
        1 => Just(Act::Rename),
        1 => Just(Act::Stop),
        1 => Just(Act::Resume),
        1 => Just(Act::Feedback),
        3 => any::<bool>().prop_map(|finish| Act::Upload { finish }),
        1 => Just(Act::DeleteFile),
        3 => pages().prop_map(|(ascending, limit)| Act::Walk { ascending, limit }),
        1 => pages().prop_map(|(ascending, limit)| Act::List { ascending, limit }),
        1 => Just(Act::Get),
    ];
    let reading = prop_oneof![
        3 => Just(Reading::ToEnd),
        2 => (0..8_usize).prop_map(Reading::HangUp),
        2 => Just(Reading::Aside)
    ];
    (0..3_usize, act, prop::bool::weighted(0.1), 0..100_usize, 0..100_usize, reading).prop_map(
        |(tab, act, foreign, thread, item, reading)| Step { tab, act, foreign, thread, item, reading },
    )
}

/// What is known of one user.
#[derive(Default)]
pub struct Belongings {
    pub threads: Vec<String>,
    pub deleted: BTreeSet<String>,
    /// The items of each thread as they were seen last.
    items: BTreeMap<String, Vec<String>>,
    files: Vec<String>,
    /// Every id that one of the user's tabs was shown.
    pub seen: BTreeSet<String>,
}

pub type World = Arc<Mutex<BTreeMap<&'static str, Belongings>>>;

/// A tab of a user.
#[derive(Clone)]
pub struct Tab {
    pub user: &'static str,
    pub client: Client,
    pub world: World,
}

fn chosen(list: &[String], number: usize) -> String {
    if list.is_empty() { "nothing".to_owned() } else { list[number % list.len()].clone() }
}

fn message(plan: &[Do], attachments: &[String]) -> Value {
    let text = serde_json::to_string(plan).unwrap();
    json!({"content": [{"type": "input_text", "text": text}], "attachments": attachments,
        "inference_options": {}})
}

impl Tab {
    fn with<R>(&self, user: &str, look: impl FnOnce(&mut Belongings) -> R) -> R {
        look(self.world.lock().unwrap().get_mut(user).unwrap())
    }

    fn other(&self) -> &'static str {
        if self.user == "ada" { "bob" } else { "ada" }
    }

    /// Notes every id in an answer or an event.
    fn see(&self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field {
                        Value::String(id) if ["id", "item_id", "thread_id"].contains(&name.as_str()) => {
                            // Ids of questions and calls are the responder's, and every user's.
                            if id.len() > 8 {
                                self.with(self.user, |own| own.seen.insert(id.clone()));
                            }
                        }
                        field => self.see(field),
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|value| self.see(value)),
            _ => {}
        }
    }

    /// Takes a step.
    #[expect(clippy::too_many_lines, reason = "one arm for each request")]
    pub async fn take(&self, step: Step) {
        let whose = if step.foreign { self.other() } else { self.user };
        let (thread_id, item_id, file) = self.with(whose, |belongings| {
            let thread_id = chosen(&belongings.threads, step.thread);
            let items = belongings.items.get(&thread_id).cloned().unwrap_or_default();
            (thread_id, chosen(&items, step.item), chosen(&belongings.files, step.item))
        });
        let attach = |attach: bool| if attach { vec![file.clone()] } else { Vec::new() };
        let action = |on_item: bool| {
            let item_id = if on_item { item_id.as_str() } else { "" };
            json!({"thread_id": thread_id, "item_id": item_id, "action": {"type": "go"}})
        };
        let (type_name, params) = match &step.act {
            Act::Create(plan) => ("threads.create", json!({"input": message(plan, &[])})),
            Act::Say { plan, attach: with_file } => (
                "threads.add_user_message",
                json!({"thread_id": thread_id, "input": message(plan, &attach(*with_file))}),
            ),
            Act::Retry => ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": item_id})),
            Act::Action { on_item } => ("threads.custom_action", action(*on_item)),
            Act::SyncAction { on_item } => ("threads.sync_custom_action", action(*on_item)),
            Act::Answer { skip } => {
                let input = if *skip {
                    json!({"status": "skipped", "answers": {}})
                } else {
                    json!({"answers": {"q": {"values": ["me"]}}})
                };
                (
                    "threads.add_structured_input",
                    json!({"thread_id": thread_id, "item_id": item_id, "input": input}),
                )
            }
            Act::ClientOutput => {
                ("threads.add_client_tool_output", json!({"thread_id": thread_id, "result": {"ok": 1}}))
            }
            Act::Delete => {
                if !step.foreign {
                    self.with(self.user, |own| own.deleted.insert(thread_id.clone()));
                }
                ("threads.delete", json!({"thread_id": thread_id}))
            }
            Act::Rename => ("threads.update", json!({"thread_id": thread_id, "title": "Renamed"})),
            Act::Stop => ("ext.threads.stop", json!({"thread_id": thread_id})),
            Act::Resume => ("ext.threads.resume", json!({"thread_id": thread_id})),
            Act::Feedback => {
                ("items.feedback", json!({"thread_id": thread_id, "item_ids": [item_id], "kind": "negative"}))
            }
            Act::Upload { finish } => return self.upload(*finish).await,
            Act::DeleteFile => ("attachments.delete", json!({"attachment_id": file})),
            Act::Walk { ascending, limit } => {
                return self.walk(&thread_id, *ascending, *limit, step.foreign).await;
            }
            Act::List { ascending, limit } => {
                let order = if *ascending { "asc" } else { "desc" };
                let params = json!({"limit": limit, "order": order});
                let page = self.client.ask("threads.list", params).await;
                self.see(&page);
                return;
            }
            Act::Get => ("threads.get_by_id", json!({"thread_id": thread_id})),
        };
        let is_create = matches!(step.act, Act::Create(_));
        let is_removal = matches!(step.act, Act::Delete | Act::DeleteFile);
        let response = self.client.send(type_name, params).await;
        let status = response.status().as_u16();
        if step.foreign && !is_create && !is_removal {
            assert_eq!(status, 404, "{type_name} on another user's");
        }
        match status {
            200 if response.headers()["content-type"] == "text/event-stream" => {
                self.read(response, step.reading).await;
            }
            200 => self.see(&response.json().await.unwrap()),
            204 => {}
            404 | 409 | 429 => drop(error_of(response).await),
            _ => panic!("{type_name}: {status} {}", response.text().await.unwrap()),
        }
    }

    async fn read(&self, response: Response, reading: Reading) {
        let events = Events::of(response).await;
        match reading {
            Reading::ToEnd => self.read_events(events, usize::MAX).await,
            Reading::HangUp(number) => self.read_events(events, number).await,
            Reading::Aside => {
                let tab = self.clone();
                actix_web::rt::spawn(async move { tab.read_events(events, usize::MAX).await });
                // So that the turn is surely known before the next step.
                tokio::task::yield_now().await;
            }
        }
    }

    async fn read_events(&self, mut events: Events, number: usize) {
        for _ in 0..number {
            let Some(event) = events.next().await else { return };
            self.see(&event);
            if event["type"] == "thread.created" {
                let id = event["thread"]["id"].as_str().unwrap().to_owned();
                self.with(self.user, |own| own.threads.push(id));
            }
            if event["type"] == "error" {
                // The responder's own failure, or an action on what is no widget; no fault of the server.
                let known = event["message"] == "as the plan says" || event["allow_retry"] == false;
                assert!(known, "{event}");
            }
            for name in ["item", "id"] {
                let hidden = event[name]["type"].as_str().unwrap_or_default();
                assert!(!hidden.contains("hidden"), "{event}");
            }
            if let (Some(id), Some(thread_id)) =
                (event["item"]["id"].as_str(), event["item"]["thread_id"].as_str())
            {
                self.with(self.user, |own| {
                    own.items.entry(thread_id.to_owned()).or_default().push(id.to_owned());
                });
            }
        }
    }

    async fn upload(&self, finish: bool) {
        let announced = self.client.announce("a.txt", "text/plain", 5).await;
        let id = announced["id"].as_str().unwrap().to_owned();
        self.with(self.user, |own| own.files.push(id));
        if finish {
            let url = announced["upload_descriptor"]["url"].as_str().unwrap();
            let status = Form::file("file", "text/plain", b"hello").post(url).await.status().as_u16();
            // Another tab may have deleted it meanwhile.
            assert!([200, 404, 409].contains(&status), "{status}");
        }
    }

    /// One list after another until there is no more; none if its thread, or the cursor's item, went.
    pub async fn pages(&self, type_name: &str, mut params: Value) -> Option<Vec<String>> {
        let limit = usize::try_from(params["limit"].as_u64().unwrap()).unwrap();
        let mut ids = Vec::new();
        loop {
            let response = self.client.send(type_name, params.clone()).await;
            match response.status().as_u16() {
                200 => {}
                404 => return None,
                status => panic!("{type_name}: {status}"),
            }
            let page: Value = response.json().await.unwrap();
            self.see(&page);
            let data = page["data"].as_array().unwrap();
            assert!(data.len() <= limit, "{page}");
            ids.extend(data.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            if page["has_more"] == false {
                return Some(ids);
            }
            assert_eq!(data.len(), limit, "a page is full as long as more follows");
            params["after"] = page["after"].clone();
        }
    }

    /// Pages through a thread while others add to it.
    async fn walk(&self, thread_id: &str, ascending: bool, limit: u64, foreign: bool) {
        let all = json!({"thread_id": thread_id, "order": "asc", "limit": 100});
        let before = self.pages("items.list", all.clone()).await;
        assert!(!foreign || before.is_none(), "another user's thread is seen");
        let order = if ascending { "asc" } else { "desc" };
        let params = json!({"thread_id": thread_id, "order": order, "limit": limit});
        let walked = self.pages("items.list", params).await;
        let after = self.pages("items.list", all).await;
        let (Some(before), Some(walked), Some(after)) = (before, walked, after) else { return };
        let once: BTreeSet<&String> = walked.iter().collect();
        assert_eq!(once.len(), walked.len(), "twice in the pages: {walked:?}");
        let stayed: Vec<&String> = before.iter().filter(|id| after.contains(id)).collect();
        let mut met: Vec<&String> = walked.iter().filter(|id| stayed.contains(id)).collect();
        if !ascending {
            met.reverse();
        }
        assert_eq!(met, stayed, "what stayed is met once, in order");
    }
}
