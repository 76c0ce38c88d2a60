//! Models that name their sources.

use serde_json::{Value, json};

use super::done;
use crate::support::{Provider, Reply};

fn citation(url: &str, title: Option<&str>, end: u32) -> Value {
    let citation = json!({"url": url, "title": title, "start_index": 0, "end_index": end});
    json!({"type": "url_citation", "url_citation": citation})
}

fn with_annotations(reply: Reply, annotations: &Value) -> Reply {
    let delta = json!({"annotations": annotations});
    reply.send(format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": delta}]})))
}

#[actix_web::test]
async fn citations_are_annotations_of_the_message() {
    let annotations = json!([
        citation("https://yr.no", Some("Yr"), 8),
        citation("https://example.org", None, 9_000),
        citation("https://example.com", Some("No place"), 0),
        {"type": "file_citation", "file_citation": {"file_id": "f"}},
        "nonsense",
    ]);
    let reply = with_annotations(Reply::begin().say("Grüezi 🌤 there"), &annotations).say(".").finish("stop");
    let provider = Provider::start([reply]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Hello").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let annotation = |title: &str, url: &str, index: Value| {
        let mut annotation =
            json!({"type": "annotation", "source": {"type": "url", "title": title, "url": url}});
        if !index.is_null() {
            annotation["index"] = index;
        }
        annotation
    };
    let expected = json!([
        annotation("Yr", "https://yr.no", json!(8)),
        annotation("https://example.org", "https://example.org", json!(14)),
        annotation("No place", "https://example.com", json!(null)),
    ]);
    let added: Vec<_> = events
        .iter()
        .filter(|event| event["update"]["type"] == "assistant_message.content_part.annotation_added")
        .map(|event| (event["update"]["annotation_index"].clone(), event["update"]["annotation"].clone()))
        .collect();
    assert_eq!(added.iter().map(|(_, annotation)| annotation.clone()).collect::<Value>(), expected);
    assert_eq!(added.iter().map(|(index, _)| index.clone()).collect::<Value>(), json!([0, 1, 2]));
    let part = |update: &Value| update["content"]["annotations"].clone();
    let part_done =
        events.iter().find(|event| event["update"]["type"] == "assistant_message.content_part.done");
    assert_eq!(part(&part_done.unwrap()["update"]), expected, "the reference forgets them here");
    assert_eq!(done(&events)[1]["content"][0]["annotations"], expected);
    assert_eq!(client.items(&thread_id).await[1]["content"][0]["annotations"], expected);
}

#[actix_web::test]
async fn citations_that_come_before_their_text_wait_for_it() {
    let annotations = json!([citation("https://yr.no", Some("Yr"), 4)]);
    let reply = with_annotations(Reply::begin(), &annotations).say("Rain, mostly.").finish("stop");
    let whole = json!({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant",
        "annotations": annotations, "content": "Rain, mostly."}}]});
    let unstreamed = Reply::raw(200, "application/json", whole.to_string());
    let provider = Provider::start([reply, unstreamed]).await;
    let process = provider.service().start().await;
    for _ in 0..2 {
        let events = process.client().create("Hello").await.rest().await;
        let part = &done(&events)[1]["content"][0];
        assert_eq!(part["text"], "Rain, mostly.");
        assert_eq!(part["annotations"][0]["index"], 4);
    }
}

#[actix_web::test]
async fn citations_without_text_leave_nothing() {
    let annotations = json!([citation("https://yr.no", Some("Yr"), 4)]);
    let calls = with_annotations(Reply::begin(), &annotations)
        .call(0, "call_1", "get_weather", r#"{"location":"Oslo"}"#)
        .finish("tool_calls");
    let provider = Provider::start([calls, Reply::text("Cold.")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Hello").await.rest().await;
    assert_eq!(
        done(&events)[1]["content"],
        json!([{"type": "output_text", "text": "Cold.", "annotations": []}])
    );
}
