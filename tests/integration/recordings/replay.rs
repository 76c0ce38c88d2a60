//! Plays one recording: its requests over the socket, then a look at what is stored.

use std::{
    io::Cursor,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_chatkit::{
    actors::thread::messages::Observe,
    context::UserId,
    protocol::{AttachmentId, PageQuery, ThreadId, page::Order},
    store::StoreError,
};
use image::{ImageFormat, RgbImage};
use serde_json::{Map, Value, json};
use tokio::{sync::Notify, time::timeout};

use super::{Answer, Recording, compare::differences, placeholders::Names};
use crate::support::{Client, Events, PATIENCE, Service, error_of, eventually};

/// What a replay and its responder share.
pub struct Stage {
    pub script: Value,
    pub names: Mutex<Names>,
    /// Told when the responder begins to hang.
    pub hanging: Notify,
    calls: Mutex<Vec<Value>>,
    turns: AtomicUsize,
}

impl Stage {
    pub fn new(script: Value) -> Self {
        let names = Mutex::new(Names::new(&script));
        Self { script, names, hanging: Notify::new(), calls: Mutex::default(), turns: AtomicUsize::new(0) }
    }

    /// Notes what the responder was asked.
    pub fn note(&self, call: Value) {
        self.calls.lock().unwrap().push(call);
    }

    /// Which turn it is, from 0.
    pub fn next_turn(&self) -> usize {
        self.turns.fetch_add(1, Ordering::Relaxed)
    }

    fn learn(&self, value: &Value) {
        self.names.lock().unwrap().learn(value);
    }

    fn show(&self, value: &Value) -> Value {
        self.names.lock().unwrap().show(value)
    }

    fn hide(&self, value: &Value) -> Value {
        self.names.lock().unwrap().hide(value)
    }
}

/// Plays a recording as a user of its own and says what was not as expected.
pub async fn replay(expected: &Recording, service: &Service, stage: &Stage) -> Vec<String> {
    let client = service.client(&expected.name);
    for request in &expected.setup {
        set_up(&client, stage, request).await;
    }
    stage.calls.lock().unwrap().clear();

    let body = match &expected.raw_request {
        Some(body) => body.clone(),
        None => stage.show(&expected.request).to_string(),
    };
    let response = client.send_body(body).await;
    let mut lines = match &expected.response {
        Answer::Refused { status, code } => {
            let (found, error) = error_of(response).await;
            let found = json!({"status": found, "code": error["code"]});
            differences("response", &json!({"status": status, "code": code}), &found)
        }
        Answer::Json { body } => {
            let found = match response.status().as_u16() {
                200 => response.json().await.unwrap(),
                _ => json!({"refused": error_of(response).await.1}),
            };
            stage.learn(&found);
            differences("response", body, &stage.hide(&found))
        }
        Answer::Stream { events } | Answer::Cancelled { events } => {
            if response.status() != 200 {
                return vec![format!("response: should be a stream, is {:?}", error_of(response).await)];
            }
            let limit = expected.cancel.as_ref().map_or(usize::MAX, |cancel| cancel.after_events);
            let found = read_events(response, stage, limit).await;
            differences("events", &json!(events), &stage.hide(&found.into()))
        }
        Answer::Exception => panic!("{}: no rule for what the reference cannot do", expected.name),
    };
    let stored = stored(service, &expected.name, stage).await;
    let calls = Value::Array(stage.calls.lock().unwrap().clone());
    lines.extend(differences("calls", &expected.calls, &stage.hide(&calls)));
    lines.extend(differences("stored", &expected.stored, &stage.hide(&stored)));
    lines
}

/// Reads so many events; if there is more, waits for the responder to hang and hangs up itself.
async fn read_events(response: reqwest::Response, stage: &Stage, limit: usize) -> Vec<Value> {
    let mut reading = Events::of(response).await;
    let mut events = Vec::new();
    while events.len() < limit {
        let Some(event) = reading.next().await else { return events };
        stage.learn(&event);
        events.push(event);
    }
    timeout(PATIENCE, stage.hanging.notified()).await.expect("the responder does not hang");
    events
}

async fn set_up(client: &Client, stage: &Stage, request: &Value) {
    let mut request = stage.show(request);
    let file = (request["type"] == "attachments.create").then(|| file(&request["params"]["mime_type"]));
    if let Some(file) = &file {
        // The recorder announced one byte and sent none; a picture cannot be that small.
        request["params"]["size"] = json!(file.len());
    }
    let response = client.send_body(request.to_string()).await;
    assert_eq!(response.status(), 200, "{request}");
    if response.headers()["content-type"] == "text/event-stream" {
        read_events(response, stage, usize::MAX).await;
        return;
    }
    let answer: Value = response.json().await.unwrap();
    stage.learn(&answer);
    if let Some(file) = file {
        let url = answer["upload_descriptor"]["url"].as_str().unwrap();
        let upload = client.http.post(url).header("content-type", "application/octet-stream").body(file);
        let response = upload.send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    }
}

/// The bytes of a file of this type.
fn file(mime_type: &Value) -> Vec<u8> {
    if mime_type != "image/png" {
        return b"x".to_vec();
    }
    let mut png = Cursor::new(Vec::new());
    RgbImage::new(1, 1).write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

/// All that a user has in the store, in the form of the recordings.
async fn stored(service: &Service, user: &str, stage: &Stage) -> Value {
    let user = UserId::from(user);
    let store = &service.store;
    let query = PageQuery { limit: 100, order: Order::Asc, ..PageQuery::default() };
    let mut threads = Vec::new();
    let mut items = Map::new();
    for thread in store.threads(&user, query).await.unwrap().data {
        until_no_turn_runs(service, &user, &thread.id).await;
        // Again, for the turn may have changed it.
        let thread = store.thread(&user, &thread.id).await.unwrap().metadata;
        let recent = store.recent_items(&user, &thread.id, 1_000).await.unwrap();
        let recent = json!(recent);
        recent.as_array().unwrap().iter().for_each(|item| stage.names.lock().unwrap().learn_item(item));
        let mut row = json!(thread.without_items());
        row.as_object_mut().unwrap().remove("items");
        row["metadata"] = json!(thread.metadata);
        items.insert(thread.id.to_string(), recent);
        threads.push(row);
    }
    let ids: Vec<_> = stage.names.lock().unwrap().of_kind("attachment").map(AttachmentId::from).collect();
    let mut attachments = Vec::new();
    for id in ids {
        match store.attachment(&user, &id).await {
            Ok(record) => {
                let mut row = json!({
                    "id": record.id,
                    "type": if record.is_picture() { "image" } else { "file" },
                    "name": record.name,
                    "mime_type": record.mime_type,
                });
                if let Some(thread_id) = record.thread_id {
                    row["thread_id"] = json!(thread_id);
                }
                attachments.push(row);
            }
            Err(error) => assert!(matches!(error, StoreError::AttachmentNotFound { .. }), "{error}"),
        }
    }
    let mut stored = json!({"threads": threads, "items": items});
    if !attachments.is_empty() {
        stored["attachments"] = attachments.into();
    }
    stored
}

/// A turn whose client hung up stores what it keeps when it hears of that.
async fn until_no_turn_runs(service: &Service, user: &UserId, thread_id: &ThreadId) {
    let running = async || service.threads().ask(user, thread_id, Observe).await.unwrap().running;
    eventually("the end of the turn", async || (!running().await).then_some(())).await;
}
