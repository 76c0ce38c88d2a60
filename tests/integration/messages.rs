//! What users write arrives as it was written, up to the limit.

use serde_json::{Value, json};

use crate::support::{Client, Closure, Service, ServiceBuilder, error_of, input};

/// What a careless writer or reader of JSON, UTF-8 or lines would spoil.
const TEXTS: [&str; 9] = [
    "",
    " \t\r\n ",
    "line\u{2028}paragraph\u{2029}next\u{85}end",
    "👩‍👩‍👧‍👦 🏳️‍🌈 𝕏 \u{10ffff}",
    "\u{202e}שלום, مرحبا\u{202c} and back",
    "e\u{301} é \u{feff}bom",
    "nul \0 bell \u{7} escape \u{1b} delete \u{7f}",
    "\"quotes\" \\ back/slash </script> &amp; {{mustache}}",
    "data: {}\n\ndata: [DONE]\n\n: ping\n\n",
];

async fn stored_message(client: &Client, input: Value) -> Value {
    let mut turn = client.stream("threads.create", json!({"input": input})).await;
    let thread_id = turn.thread_id().await;
    let shown = turn.until("thread.item.done").await["item"].clone();
    turn.rest().await;
    let stored = client.items(&thread_id).await[0].clone();
    assert_eq!(shown, stored);
    stored
}

#[actix_web::test]
async fn text_survives_byte_for_byte() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    for text in TEXTS {
        let mut sent = input(text);
        sent["quoted_text"] = json!(text);
        sent["content"].as_array_mut().unwrap().push(json!({
            "type": "input_tag", "id": text, "text": text, "group": text, "interactive": true,
            "data": {"key": text, "none": null, "deep": [[{"n": 1.5e-7}]], "large": 9_007_199_254_740_993_i64},
        }));
        let stored = stored_message(&client, sent.clone()).await;
        for field in ["content", "quoted_text", "inference_options", "attachments"] {
            assert_eq!(stored[field], sent[field], "{field} of {text:?}");
        }
        let title = json!({"thread_id": stored["thread_id"], "title": text});
        client.ask("threads.update", title).await;
        let thread = client.ask("threads.get_by_id", json!({"thread_id": stored["thread_id"]})).await;
        // Of a title only what would change how the text around it is shown is left out.
        let turns = ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}'];
        let shown: String = text.chars().filter(|c| !c.is_control() && !turns.contains(c)).collect();
        assert_eq!(thread["title"], shown);
    }
}

#[actix_web::test]
async fn the_stream_s_json_is_raw_utf_8() {
    let service = Service::start(Closure::echo());
    let text = "a\u{2028}b\u{85}é👋\u{7f}";
    let stream = service.client("ada").send("threads.create", json!({"input": input(text)})).await;
    let body = stream.text().await.unwrap();
    assert!(body.contains(text), "{body}");
}

#[actix_web::test]
async fn an_empty_message_is_a_message() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let stored =
        stored_message(&client, json!({"content": [], "attachments": [], "inference_options": {}})).await;
    assert_eq!(stored["content"], json!([]));
    assert_eq!(stored["quoted_text"], Value::Null);
    let thread_id = stored["thread_id"].as_str().unwrap();
    client.say(thread_id, "").await.rest().await;
    client.say(thread_id, "and on").await.rest().await;
    assert!(client.items(thread_id).await.len() >= 4);
}

#[actix_web::test]
async fn a_tag_without_data_is_refused_as_the_recordings_have_it() {
    let service = Service::start(Closure::echo());
    let tag = json!({"content": [{"type": "input_tag", "id": "1", "text": "@ada"}],
        "attachments": [], "inference_options": {}});
    let (status, error) = service.client("ada").refused("threads.create", json!({"input": tag})).await;
    assert_eq!((status, &error["code"]), (400, &json!("invalid_request")));
    assert!(error["message"].as_str().unwrap().contains("data"), "{error}");
}

#[actix_web::test]
async fn a_message_of_a_megabyte_is_kept_whole_and_a_longer_one_is_refused() {
    let service = Service::start(Closure::new(|_, _| async { Ok(()) }));
    let client = service.client("ada");
    let text: String = "0123456789 äöü→ ".chars().cycle().take(1 << 20).collect();
    let text = &text[..text.floor_char_boundary(1 << 20)];
    let stored = stored_message(&client, input(text)).await;
    assert!(stored["content"][0]["text"] == text, "the text was changed");

    let before = client.ask("threads.list", json!({})).await;
    let mut quoted = input("x");
    quoted["quoted_text"] = json!("y".repeat(1 << 20));
    let halves = json!({"type": "input_text", "text": "z".repeat((1 << 19) + 1)});
    let mut in_parts = input("");
    in_parts["content"] = json!([halves, halves]);
    for sent in [input(&"x".repeat((1 << 20) + 1)), quoted, in_parts] {
        let (status, error) = client.refused("threads.create", json!({"input": sent})).await;
        assert_eq!((status, &error["code"]), (413, &json!("message_too_large")));
        assert_eq!(error["param"], "params.input.content");
        assert!(error["message"].as_str().unwrap().contains("1048576 bytes"), "{error}");
        let params = json!({"thread_id": stored["thread_id"], "input": sent});
        assert_eq!(error_of(client.send("threads.add_user_message", params).await).await.0, 413);
    }
    assert_eq!(client.ask("threads.list", json!({})).await, before);
    assert_eq!(client.items(stored["thread_id"].as_str().unwrap()).await.len(), 1);
}

#[actix_web::test]
async fn the_limit_of_a_message_is_a_setting() {
    let service =
        ServiceBuilder::default().chatkit(|chatkit| chatkit.max_message_bytes(4)).start(Closure::echo());
    let client = service.client("ada");
    assert_eq!(
        client.refused("threads.create", json!({"input": input("éé.")})).await.0,
        413,
        "counted in bytes"
    );
    client.thread("éé").await;
}

/// All of them would be written in one transaction, for which every other write waits.
#[actix_web::test]
async fn feedback_is_on_at_most_a_thousand_items() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let item = client.items(&thread_id).await[1]["id"].clone();
    let feedback =
        |number| json!({"thread_id": thread_id, "item_ids": vec![&item; number], "kind": "positive"});
    let (status, error) = client.refused("items.feedback", feedback(1_001)).await;
    assert_eq!((status, &error["param"]), (400, &json!("params.item_ids")));
    assert!(error["message"].as_str().unwrap().contains("at most 1000"), "{error}");
    assert_eq!(client.ask("items.feedback", feedback(1_000)).await, json!({}));
}

/// A page that attaches a file twice means it once or twice, but never loses it.
#[actix_web::test]
async fn an_attachment_named_twice_is_no_conflict() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let id = client.attach("a.txt", "text/plain", b"x").await["id"].clone();
    let mut sent = input("look");
    sent["attachments"] = json!([id, id]);
    client.run("threads.create", json!({"input": sent})).await;
    let all = client.everything().await;
    assert_eq!(all[0][1][0]["attachments"][0]["id"], id);
}

#[actix_web::test]
async fn a_message_has_at_most_a_hundred_attachments() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let mut sent = input("look");
    sent["attachments"] = json!(vec!["atc_none"; 101]);
    let (status, error) = client.refused("threads.create", json!({"input": sent})).await;
    assert_eq!((status, &error["param"]), (400, &json!("params.input.attachments")));
    assert!(error["message"].as_str().unwrap().contains("at most 100"), "{error}");
    assert_eq!(client.everything().await, json!([]));
}

#[actix_web::test]
async fn a_title_is_short_enough_for_a_list() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let mut turn = client.create("hello").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    let rename = |chars: usize| json!({"thread_id": thread_id, "title": "é".repeat(chars)});
    client.ask("threads.update", rename(1_000)).await;
    let (status, error) = client.refused("threads.update", rename(1_001)).await;
    assert_eq!((status, &error["param"]), (400, &json!("params.title")));
}
