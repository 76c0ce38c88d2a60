//! A client that speaks the protocol.

use reqwest::{Response, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

use super::PATIENCE;

/// One user's client.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    base_url: String,
    headers: HeaderMap,
}

/// The events of a stream, read one by one.
pub struct Events {
    response: Option<Response>,
    /// What came and is not read yet; characters may be cut in two.
    bytes: Vec<u8>,
    /// The `id` of the last event, for clients that asked for ids.
    pub last_id: Option<u64>,
}

impl Client {
    pub fn new(base_url: &str, user: &str) -> Self {
        super::prepare_tls();
        let mut headers = HeaderMap::new();
        headers.insert("x-user-id", user.parse().unwrap());
        Self { http: reqwest::Client::new(), base_url: base_url.to_owned(), headers }
    }

    /// The same client, asking for turns that go on without it.
    pub fn resumable(mut self) -> Self {
        self.headers.insert("chatkit-resumable", "1".parse().unwrap());
        self
    }

    /// The same client, sending one header more.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path)).headers(self.headers.clone())
    }

    /// Sends a request of the protocol.
    pub async fn send(&self, type_name: &str, params: Value) -> Response {
        self.send_body(json!({"type": type_name, "params": params}).to_string()).await
    }

    /// Sends any body to the protocol's endpoint.
    pub async fn send_body(&self, body: impl Into<reqwest::Body>) -> Response {
        let sending = self.request(reqwest::Method::POST, "/chatkit").body(body).send();
        tokio::time::timeout(PATIENCE, sending).await.expect("no answer").unwrap()
    }

    /// Sends a request that is answered with one value.
    pub async fn ask(&self, type_name: &str, params: Value) -> Value {
        let response = self.send(type_name, params).await;
        let status = response.status();
        let body = response.text().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Sends a request that is refused; gives the status and the error.
    pub async fn refused(&self, type_name: &str, params: Value) -> (u16, Value) {
        error_of(self.send(type_name, params).await).await
    }

    /// Sends a request that is answered with a stream.
    pub async fn stream(&self, type_name: &str, params: Value) -> Events {
        Events::of(self.send(type_name, params).await).await
    }

    /// Sends a request that is answered with a stream, and reads that to its end.
    pub async fn run(&self, type_name: &str, params: Value) -> Vec<Value> {
        self.stream(type_name, params).await.rest().await
    }

    /// Begins a thread with a message, waits for the answer, and gives the thread's id.
    pub async fn thread(&self, text: &str) -> String {
        let mut events = self.create(text).await;
        let thread_id = events.thread_id().await;
        events.rest().await;
        thread_id
    }

    /// All that this user can see: every thread with its items.
    pub async fn everything(&self) -> Value {
        let list = self.ask("threads.list", json!({"limit": 100})).await;
        let mut all = Vec::new();
        for thread in list["data"].as_array().unwrap() {
            all.push(json!([thread, self.items(thread["id"].as_str().unwrap()).await]));
        }
        all.into()
    }

    /// Begins a thread with a message.
    pub async fn create(&self, text: &str) -> Events {
        self.stream("threads.create", json!({"input": input(text)})).await
    }

    /// Begins a thread and reads its stream until the words of the message came back; gives the stream and
    /// the thread's id. For responders that say the user's own words first.
    pub async fn begin(&self, text: &str) -> (Events, String) {
        let mut turn = self.create(text).await;
        let thread_id = turn.thread_id().await;
        turn.until_text(text).await;
        (turn, thread_id)
    }

    /// Adds a message to a thread.
    pub async fn say(&self, thread_id: &str, text: &str) -> Events {
        self.stream("threads.add_user_message", json!({"thread_id": thread_id, "input": input(text)})).await
    }

    /// The items of a thread, oldest first.
    pub async fn items(&self, thread_id: &str) -> Vec<Value> {
        let page =
            self.ask("items.list", json!({"thread_id": thread_id, "order": "asc", "limit": 100})).await;
        page["data"].as_array().unwrap().clone()
    }
}

/// The input of a message that is only text.
pub fn input(text: &str) -> Value {
    json!({"content": [{"type": "input_text", "text": text}], "attachments": [], "inference_options": {}})
}

/// The status and the error of an answer that refuses.
pub async fn error_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    let body: Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("no JSON: {body}"));
    let error = body["error"].clone();
    assert!(error["code"].is_string() && error["message"].is_string(), "{body}");
    (status, error)
}

impl Events {
    pub async fn of(response: Response) -> Self {
        let status = response.status();
        assert!(status == StatusCode::OK, "no stream but {status}: {}", response.text().await.unwrap());
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response: Some(response), bytes: Vec::new(), last_id: None }
    }

    /// The next event, or none at the end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
                let frame = String::from_utf8(self.bytes.drain(..end + 2).collect()).unwrap();
                let mut data = None;
                for line in frame.trim_end_matches('\n').split('\n') {
                    if let Some(id) = line.strip_prefix("id: ") {
                        self.last_id = Some(id.parse().unwrap());
                    } else if let Some(json) = line.strip_prefix("data: ") {
                        data = Some(serde_json::from_str(json).unwrap());
                    } else {
                        assert!(line.starts_with(':'), "unknown line in a stream: {line}");
                    }
                }
                if data.is_some() {
                    return data;
                }
                continue;
            }
            let reading = self.response.as_mut()?.chunk();
            let read = tokio::time::timeout(PATIENCE, reading).await.expect("the stream is stuck").unwrap();
            if let Some(chunk) = read {
                self.bytes.extend_from_slice(&chunk);
            } else {
                assert!(self.bytes.is_empty(), "the stream ends within a frame: {:?}", self.bytes);
                self.response = None;
            }
        }
    }

    /// Reads until an event of a type, which is given.
    pub async fn until(&mut self, type_name: &str) -> Value {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before `{type_name}`"));
            if event["type"] == type_name {
                return event;
            }
        }
    }

    /// Reads until text was streamed that contains `part`.
    pub async fn until_text(&mut self, part: &str) {
        let mut text = String::new();
        while !text.contains(part) {
            let event = self.until("thread.item.updated").await;
            text.push_str(event["update"]["delta"].as_str().unwrap_or_default());
        }
    }

    /// Reads to the end.
    pub async fn rest(mut self) -> Vec<Value> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }

    /// Reads `thread.created` and gives the thread's id.
    pub async fn thread_id(&mut self) -> String {
        self.until("thread.created").await["thread"]["id"].as_str().unwrap().to_owned()
    }
}
