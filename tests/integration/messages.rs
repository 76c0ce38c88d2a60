//! What users write arrives as it was written, up to the limit.

use serde_json::{Value, json};

use crate::support::{Client, Closure, Service};

async fn stored_message(client: &Client, input: Value) -> Value {
    let mut turn = client.stream("threads.create", json!({"input": input})).await;
    let thread_id = turn.thread_id().await;
    let shown = turn.until("thread.item.done").await["item"].clone();
    turn.rest().await;
    let stored = client.items(&thread_id).await[0].clone();
    assert_eq!(shown, stored);
    stored
}

/// Clients of the TypeScript declarations may leave `data` out.
#[actix_web::test]
async fn a_tag_without_data_has_empty_data() {
    let service = Service::start(Closure::echo());
    let sent = json!({"content": [{"type": "input_tag", "id": "1", "text": "@ada"}],
        "attachments": [], "inference_options": {}});
    let stored = stored_message(&service.client("ada"), sent).await;
    assert_eq!(
        stored["content"],
        json!([{"type": "input_tag", "id": "1", "text": "@ada", "data": {}, "interactive": false}])
    );
}

/// All of them would be written in one transaction, for which every other write waits.
#[actix_web::test]
async fn feedback_is_on_at_most_a_thousand_items() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let feedback =
        |number| json!({"thread_id": thread_id, "item_ids": vec!["msg_1"; number], "kind": "positive"});
    let (status, error) = client.refused("items.feedback", feedback(1_001)).await;
    assert_eq!((status, &error["param"]), (400, &json!("params.item_ids")));
    assert!(error["message"].as_str().unwrap().contains("at most 1000"), "{error}");
    assert_eq!(client.ask("items.feedback", feedback(1_000)).await, json!({}));
}
