//! Any body is answered: with what was asked, or with 4xx in the one shape.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use super::{config, protocol};
use crate::support::{Client, Closure, Service};

const TYPES: &[&str] = &[
    "threads.create",
    "threads.add_user_message",
    "threads.add_client_tool_output",
    "threads.add_structured_input",
    "threads.retry_after_item",
    "threads.custom_action",
    "threads.sync_custom_action",
    "threads.get_by_id",
    "threads.list",
    "threads.update",
    "threads.delete",
    "items.list",
    "items.feedback",
    "attachments.create",
    "attachments.delete",
    "input.transcribe",
    "ext.threads.resume",
    "ext.threads.stop",
];

/// Every field that a request knows.
const FIELDS: &[&str] = &[
    "thread_id",
    "item_id",
    "item_ids",
    "input",
    "result",
    "action",
    "limit",
    "order",
    "after",
    "title",
    "kind",
    "name",
    "size",
    "mime_type",
    "attachment_id",
    "audio_base64",
];

/// What some fields expect, and what they do not.
fn field_value() -> impl Strategy<Value = Value> {
    let message = (vec(protocol::json(), 0..2), protocol::text()).prop_map(|(attachments, text)| {
        json!({"content": [{"type": "input_text", "text": text}], "attachments": attachments,
            "inference_options": {}})
    });
    prop_oneof![
        4 => protocol::json(),
        2 => protocol::text().prop_map(Value::from),
        1 => message,
        1 => Just(json!({"type": "go", "payload": null})),
        1 => Just(json!("asc")),
        1 => Just(json!("positive")),
        1 => Just(json!("text/plain")),
        1 => Just(json!(["x"])),
    ]
}

/// Something like a request: the right type, and fields of the right names.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let params = prop::collection::btree_map(prop::sample::select(FIELDS), field_value(), 0..6)
        .prop_map(|fields: BTreeMap<&str, Value>| json!(fields));
    let metadata = prop_oneof![4 => Just(json!({})), 1 => protocol::json()];
    (prop::sample::select(TYPES), prop_oneof![9 => params, 1 => protocol::json()], metadata).prop_map(
        |(type_name, params, metadata)| {
            json!({"type": type_name, "params": params, "metadata": metadata}).to_string().into_bytes()
        },
    )
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => vec(any::<u8>(), 0..200),
        2 => protocol::json().prop_map(|value| value.to_string().into_bytes()),
        1 => (request(), any::<prop::sample::Index>()).prop_map(|(mut body, cut)| {
            body.truncate(cut.index(body.len()));
            body
        }),
        6 => request(),
    ]
}

/// Sends a body and sees that the answer is one.
async fn answered(client: &Client, body: Vec<u8>) -> Result<(), TestCaseError> {
    let shown = String::from_utf8_lossy(&body).into_owned();
    let response = client.send_body(body).await;
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    if status >= 400 {
        // What no responder here does is 501, and no fault.
        prop_assert!(status < 500 || status == 501, "{} {}: {}", status, shown, text);
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let error = &answer["error"];
        prop_assert!(error["code"].is_string() && error["message"].is_string(), "{}: {}", shown, text);
        let known = ["code", "message", "param", "ext_params"];
        prop_assert!(error.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{}", text);
        prop_assert_eq!(answer.as_object().unwrap().len(), 1);
    }
    Ok(())
}

#[test]
fn any_body_is_answered_in_one_of_two_shapes() {
    let system = actix_web::rt::System::new();
    let service = system.block_on(async { Service::start(Closure::echo()) });
    let client = service.client("ada");
    let mut runner = TestRunner::new(config(256, file!()));
    runner.run(&body(), |body| system.block_on(answered(&client, body))).unwrap();
}
