//! What one request may hold, field by field and as a whole.

use futures_util::future::join_all;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Closure, Service, ServiceBuilder, error_of, input};

/// The longest id, and one that is longer.
fn ids() -> (String, String) {
    ("i".repeat(255), "é".repeat(128))
}

fn message(change: impl FnOnce(&mut Value)) -> Value {
    let mut message = input("hello");
    change(&mut message);
    json!({"input": message})
}

#[actix_web::test]
async fn an_id_of_any_kind_has_an_end_and_no_nul() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let action = json!({"type": "go", "payload": null});
    for bad in [ids().1, "a\0b".to_owned()] {
        let cases = [
            (
                "threads.create",
                message(|input| input["attachments"] = json!([bad])),
                "params.input.attachments",
            ),
            (
                "threads.create",
                message(|input| input["inference_options"] = json!({"model": bad})),
                "params.input.inference_options.model",
            ),
            (
                "threads.create",
                message(|input| input["inference_options"] = json!({"tool_choice": {"id": bad}})),
                "params.input.inference_options.tool_choice.id",
            ),
            ("threads.add_user_message", json!({"thread_id": bad, "input": input("hi")}), "params.thread_id"),
            ("threads.add_client_tool_output", json!({"thread_id": bad, "result": 1}), "params.thread_id"),
            (
                "threads.add_structured_input",
                json!({"thread_id": thread_id, "item_id": bad, "input": {}}),
                "params.item_id",
            ),
            ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": bad}), "params.item_id"),
            (
                "threads.custom_action",
                json!({"thread_id": thread_id, "item_id": bad, "action": action}),
                "params.item_id",
            ),
            (
                "threads.sync_custom_action",
                json!({"thread_id": thread_id, "action": {"type": bad}}),
                "params.action.type",
            ),
            ("threads.get_by_id", json!({"thread_id": bad}), "params.thread_id"),
            ("threads.list", json!({"after": bad}), "params.after"),
            ("threads.update", json!({"thread_id": bad, "title": "x"}), "params.thread_id"),
            ("threads.delete", json!({"thread_id": bad}), "params.thread_id"),
            ("items.list", json!({"thread_id": thread_id, "after": bad}), "params.after"),
            (
                "items.feedback",
                json!({"thread_id": thread_id, "item_ids": [bad], "kind": "positive"}),
                "params.item_ids",
            ),
            ("attachments.delete", json!({"attachment_id": bad}), "params.attachment_id"),
            ("ext.threads.resume", json!({"thread_id": bad}), "params.thread_id"),
            ("ext.threads.stop", json!({"thread_id": bad}), "params.thread_id"),
        ];
        for (type_name, params, param) in cases {
            let (status, error) = client.refused(type_name, params).await;
            assert_eq!((status, error["param"].as_str()), (400, Some(param)), "{type_name}: {error}");
        }
        let path = utf8_percent_encode(&bad, NON_ALPHANUMERIC).to_string();
        for (method, route) in [(Method::GET, "preview"), (Method::POST, "upload")] {
            let answer = client.request(method, &format!("/{route}/{path}")).send().await.unwrap();
            assert_eq!(error_of(answer).await.0, 404, "{route}");
        }
    }
    // The longest one is looked for, and not found.
    let (status, error) = client.refused("threads.get_by_id", json!({"thread_id": ids().0})).await;
    assert_eq!(status, 404, "{error}");
}

#[actix_web::test]
async fn whatever_would_be_stored_has_an_end() {
    let service =
        ServiceBuilder::default().chatkit(|chatkit| chatkit.max_message_bytes(1_000)).start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let text = |length: usize| json!({"type": "input_text", "text": "x".repeat(length)});
    let (much, id) = ("x".repeat(1_001), &thread_id);
    let cases = [
        (
            "threads.create",
            message(|input| input["content"] = json!([text(1_001)])),
            413,
            "params.input.content",
        ),
        ("threads.create", message(|input| input["quoted_text"] = json!(much)), 413, "params.input.content"),
        (
            "threads.create",
            message(|input| input["content"] = vec![text(0); 1_001].into()),
            400,
            "params.input.content",
        ),
        (
            "threads.create",
            message(|input| input["attachments"] = vec!["atc_1"; 101].into()),
            400,
            "params.input.attachments",
        ),
        ("threads.add_client_tool_output", json!({"thread_id": id, "result": [much]}), 413, "params.result"),
        (
            "threads.add_structured_input",
            json!({"thread_id": id, "item_id": "i", "input": {"answers": {"q": {"values": [much]}}}}),
            413,
            "params.input",
        ),
        (
            "threads.custom_action",
            json!({"thread_id": id, "action": {"type": "go", "payload": {"a": much}}}),
            413,
            "params.action",
        ),
        (
            "threads.sync_custom_action",
            json!({"thread_id": id, "action": {"type": "go", "payload": much}}),
            413,
            "params.action",
        ),
        ("threads.update", json!({"thread_id": id, "title": "é".repeat(1_001)}), 400, "params.title"),
        (
            "items.feedback",
            json!({"thread_id": id, "item_ids": vec!["i"; 1_001], "kind": "positive"}),
            400,
            "params.item_ids",
        ),
        (
            "attachments.create",
            json!({"name": "n".repeat(256), "size": 1, "mime_type": "a/b"}),
            400,
            "params.name",
        ),
        (
            "attachments.create",
            json!({"name": "n", "size": 1, "mime_type": format!("a/{}", "b".repeat(127))}),
            400,
            "params.mime_type",
        ),
        (
            "input.transcribe",
            json!({"audio_base64": "", "mime_type": "a".repeat(256)}),
            400,
            "params.mime_type",
        ),
    ];
    let before = client.everything().await;
    for (type_name, params, status, param) in cases {
        let (found, error) = client.refused(type_name, params).await;
        assert_eq!((found, error["param"].as_str()), (status, Some(param)), "{type_name}: {error}");
        let codes: &[&str] = match status {
            413 => &["message_too_large", "request_too_large"],
            _ => &["invalid_request", "title_too_long", "too_many_attachments"],
        };
        assert!(codes.contains(&error["code"].as_str().unwrap()), "{type_name}: {error}");
    }
    let metadata = json!({"type": "threads.list", "params": {}, "metadata": {"a": "x".repeat(64 << 10)}});
    let (status, error) = error_of(client.send_body(metadata.to_string()).await).await;
    assert_eq!((status, error["param"].as_str()), (413, Some("metadata")), "{error}");
    assert_eq!(client.everything().await, before, "nothing of it was kept");
    // Right at the limits.
    let whole = message(|input| input["content"] = json!([text(1_000)]));
    client.run("threads.create", whole).await;
    let parts = message(|input| input["content"] = vec![text(1); 1_000].into());
    client.run("threads.create", parts).await;
}

#[actix_web::test]
async fn what_json_writes_longer_is_bounded_as_it_is_written() {
    let service = ServiceBuilder::default()
        .chatkit(|chatkit| chatkit.max_message_bytes(100_000))
        .start(Closure::echo());
    let client = service.client("ada");
    let text =
        |text: String| message(|input| input["content"] = json!([{"type": "input_text", "text": text}]));
    // Six bytes each as JSON.
    let (status, error) = client.refused("threads.create", text("\u{1}".repeat(90_000))).await;
    assert_eq!((status, error["param"].as_str()), (413, Some("params.input")), "{error}");
    client.run("threads.create", text("\"".repeat(100_000))).await;
}

#[actix_web::test]
async fn a_body_has_so_many_values_and_so_many_levels_and_no_more() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let body = |inner: &str| format!(r#"{{"type":"threads.list","params":{{"unknown":{inner}}}}}"#);
    let list = |values: usize| format!("[{}1]", "1,".repeat(values - 1));
    for (inner, status, code) in [
        // Beside the list there are the request, its type, its params, and the list itself.
        (list(99_996), 200, ""),
        (list(99_997), 400, "invalid_request"),
        (format!("{}{}", "[".repeat(98), "]".repeat(98)), 200, ""),
        (format!("{}{}", "[".repeat(99), "]".repeat(99)), 400, "invalid_json"),
    ] {
        let answer = client.send_body(body(&inner)).await;
        match status {
            200 => assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap()),
            _ => {
                let (found, error) = error_of(answer).await;
                assert_eq!((found, error["code"].as_str()), (status, Some(code)), "{error}");
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[actix_web::test]
async fn large_bodies_take_little_and_hold_nobody_up() {
    let process = crate::support::Process::start().await;
    let client = process.client();
    let thread_id = client.thread("hello").await;
    let rest = process.peak_memory_mib();
    let filled = |piece: &str, length: usize| {
        let inner = piece.repeat(length / piece.len());
        format!(r#"{{"type":"threads.list","params":{{"unknown":[{inner}1]}}}}"#)
    };
    let text = "x".repeat(9_000_000);
    let bodies: [String; 6] = [
        filled("[],", 10_000_000),
        filled("{},", 10_000_000),
        filled("1,", 10_000_000),
        filled(r#"{"a":"b"},"#, 10_000_000),
        filled("[[[[[[[[[[", 10_000_000),
        json!({"type": "threads.add_client_tool_output", "params": {"thread_id": thread_id, "result": text}})
            .to_string(),
    ];
    for body in &bodies {
        let six = join_all((0..6).map(|_| client.send_body(body.clone())));
        let others = async {
            for _ in 0..20 {
                client.ask("threads.list", json!({})).await;
            }
        };
        let (answers, ()) = tokio::join!(six, others);
        for answer in answers {
            let (status, error) = error_of(answer).await;
            assert!([400, 413].contains(&status), "{error}");
        }
        let taken = process.peak_memory_mib() - rest;
        // Six bodies and their copies on the way are above 100 MiB, and the allocator keeps some of what was given
        // back. Without the bounds it is more than 1,000 MiB.
        assert!(taken < 400, "{taken} MiB for {}", &body[..60]);
    }
}

async fn title_of(client: &Client, title: &str) -> Value {
    let thread_id = client.thread("hello").await;
    client.ask("threads.update", json!({"thread_id": thread_id, "title": title})).await["title"].clone()
}

#[actix_web::test]
async fn names_and_titles_cannot_turn_the_text_around_them() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    assert_eq!(title_of(&client, "a\u{202E}b\u{7}c\u{2066}d").await, "abcd");
    let announced = client.announce("invoice\u{202E}fdp.exe", "text/plain", 1).await;
    assert_eq!(announced["name"], "invoicefdp.exe");
    let only_turns = json!({"name": "\u{202E}", "size": 1, "mime_type": "text/plain"});
    assert_eq!(client.refused("attachments.create", only_turns).await.0, 400);
}

#[actix_web::test]
async fn feedback_on_what_is_not_there_is_not_found_and_not_kept() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let item = client.items(&thread_id).await[1]["id"].clone();
    let feedback = |items: Value| json!({"thread_id": thread_id, "item_ids": items, "kind": "negative"});
    let (status, error) = client.refused("items.feedback", feedback(json!([item, "msg_none"]))).await;
    assert_eq!((status, &error["code"]), (404, &json!("item_not_found")), "{error}");
    assert!(service.store.feedback(&"ada".into(), &thread_id.as_str().into()).await.unwrap().is_empty());
    client.ask("items.feedback", feedback(json!([item]))).await;
    assert_eq!(service.store.feedback(&"ada".into(), &thread_id.as_str().into()).await.unwrap().len(), 1);
}

#[actix_web::test]
async fn answers_are_kept_by_nobody_and_taken_for_what_they_are() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let list = json!({"type": "threads.list", "params": {}}).to_string();
    for (method, path, body) in [
        (Method::POST, "/chatkit", list.as_str()),
        (Method::POST, "/chatkit", "no json"),
        (Method::GET, "/chatkit", ""),
        (Method::POST, "/upload/none", ""),
        (Method::GET, "/preview/none", ""),
        (Method::GET, "/healthz", ""),
        (Method::GET, "/readyz", ""),
    ] {
        let answer = client.request(method, path).body(body.to_owned()).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path} {body}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path} {body}");
    }
    let streamed = client.send("threads.create", json!({"input": input("hi")})).await;
    assert_eq!(streamed.headers()["x-content-type-options"], "nosniff");
    let caching = streamed.headers()["cache-control"].to_str().unwrap();
    assert!(caching.contains("no-"), "{caching}");
}
