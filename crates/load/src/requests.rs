//! The requests of the scenarios, as they go over the wire.

use serde_json::{Value, json};

use super::settings::{Endpoint, LoadSettings};

/// Writes requests to the endpoint.
pub struct Requests {
    endpoint: Endpoint,
    /// The lines that are the same in all of them.
    head: String,
    headers: String,
}

impl Requests {
    /// Requests as these settings want them.
    pub fn new(settings: &LoadSettings) -> Self {
        let endpoint = settings.url.clone();
        let mut headers = settings.headers.join("\r\n");
        if !headers.is_empty() {
            headers.push_str("\r\n");
        }
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream, application/json\r\nContent-Type: \
             application/json\r\n{headers}",
            endpoint.path, endpoint.authority
        );
        Self { endpoint, head, headers }
    }

    /// The endpoint they go to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// A request of the protocol.
    pub fn chatkit(&self, type_name: &str, params: &Value) -> Vec<u8> {
        let body = json!({"type": type_name, "params": params}).to_string();
        format!("{}Content-Length: {}\r\n\r\n{body}", self.head, body.len()).into_bytes()
    }

    /// A message in a new thread.
    pub fn create(&self, text: &str, attachments: &[&str]) -> Vec<u8> {
        self.chatkit("threads.create", &json!({"input": input(text, attachments)}))
    }

    /// A message in a thread that is there.
    pub fn add_message(&self, thread_id: &str, text: &str) -> Vec<u8> {
        self.chatkit("threads.add_user_message", &json!({"thread_id": thread_id, "input": input(text, &[])}))
    }

    /// A click on a city of the selector.
    pub fn select_city(&self, thread_id: &str, item_id: Option<&str>) -> Vec<u8> {
        let payload = json!({"city_value": "denver", "city_label": "Denver, CO"});
        let action = json!({"type": "city_selected", "payload": payload});
        self.chatkit(
            "threads.custom_action",
            &json!({"thread_id": thread_id, "item_id": item_id, "action": action}),
        )
    }

    /// Announces a picture.
    pub fn announce(&self, picture: &[u8]) -> Vec<u8> {
        let params = json!({"name": "picture.png", "size": picture.len(), "mime_type": "image/png"});
        self.chatkit("attachments.create", &params)
    }

    /// The picture, to the address that the server named.
    pub fn upload(&self, to: &Endpoint, method: &str, picture: &[u8]) -> Vec<u8> {
        const BOUNDARY: &str = "actix-chatkit-load";
        let begin = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture.png\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        let length = begin.len() + picture.len() + end.len();
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: {}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
             {}Content-Length: {length}\r\n\r\n",
            to.path, to.authority, self.headers
        );
        [head.as_bytes(), begin.as_bytes(), picture, end.as_bytes()].concat()
    }
}

fn input(text: &str, attachments: &[&str]) -> Value {
    json!({
        "content": [{"type": "input_text", "text": text}],
        "attachments": attachments,
        "quoted_text": null,
        "inference_options": {},
    })
}
