//! Operations on what is not there, or in a state that does not allow them: refused, and nothing is
//! changed.

use actix_chatkit::{agent::ResponderError, protocol::ItemId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Closure, Form, Service, ServiceBuilder, input, raw};

/// Adds the item that the user's message is the JSON of, or says the user's words.
fn obedient() -> Closure {
    Closure::new(|context, text| async move {
        if let Ok(kind) = serde_json::from_str(&text) {
            return context.add_item(ItemId::message(), kind).await;
        }
        let mut message = context.message();
        message.push(text).await?;
        message.finish().await
    })
}

fn widget() -> Value {
    json!({"type": "widget", "widget": {"type": "Card", "children": [{"type": "Text", "value": "hi"}]}})
}

fn form() -> Value {
    json!({"type": "structured_input", "status": "pending",
        "inputs": [{"type": "freeform", "id": "q", "question": "Who?"}]})
}

fn tool_call() -> Value {
    json!({"type": "client_tool_call", "status": "pending", "call_id": "c", "name": "f", "arguments": {}})
}

/// The id of the newest item.
async fn newest(client: &Client, thread_id: &str) -> String {
    client.items(thread_id).await.last().unwrap()["id"].as_str().unwrap().to_owned()
}

async fn is_refused(client: &Client, expected: (u16, &str), type_name: &str, params: Value, words: &str) {
    let before = client.everything().await;
    let case = format!("{type_name} {params}");
    let (status, error) = client.refused(type_name, params).await;
    assert_eq!((status, error["code"].as_str().unwrap()), expected, "{case}: {error}");
    assert!(error["message"].as_str().unwrap().contains(words), "{case}: {error}");
    assert_eq!(client.everything().await, before, "{case}");
}

/// Every operation that names a thread and fails without it.
fn in_thread(thread_id: &str) -> Vec<(&'static str, Value)> {
    let action = json!({"type": "go"});
    vec![
        ("threads.get_by_id", json!({"thread_id": thread_id})),
        ("threads.update", json!({"thread_id": thread_id, "title": "new"})),
        ("threads.add_user_message", json!({"thread_id": thread_id, "input": input("hi")})),
        ("threads.add_client_tool_output", json!({"thread_id": thread_id, "result": 1})),
        ("threads.add_structured_input", json!({"thread_id": thread_id, "item_id": "i", "input": {}})),
        ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": "i"})),
        ("threads.custom_action", json!({"thread_id": thread_id, "action": action})),
        ("threads.sync_custom_action", json!({"thread_id": thread_id, "action": action})),
        ("items.list", json!({"thread_id": thread_id})),
        ("items.feedback", json!({"thread_id": thread_id, "item_ids": [], "kind": "negative"})),
        ("ext.threads.resume", json!({"thread_id": thread_id})),
        ("ext.threads.stop", json!({"thread_id": thread_id})),
    ]
}

/// Every operation that names an item and fails without it.
fn on_item(thread_id: &str, item_id: &str) -> Vec<(&'static str, Value)> {
    let action = json!({"type": "go"});
    vec![
        ("threads.add_structured_input", json!({"thread_id": thread_id, "item_id": item_id, "input": {}})),
        ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": item_id})),
        ("threads.custom_action", json!({"thread_id": thread_id, "item_id": item_id, "action": action})),
        ("threads.sync_custom_action", json!({"thread_id": thread_id, "item_id": item_id, "action": action})),
        ("items.list", json!({"thread_id": thread_id, "after": item_id})),
    ]
}

fn with_attachment(id: &str) -> Value {
    let mut input = input("look");
    input["attachments"] = json!([id]);
    input
}

#[actix_web::test]
async fn what_is_not_there_is_not_found_by_any_operation() {
    let service = Service::start(obedient());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let elsewhere = newest(&client, &client.thread("other").await).await;
    for (type_name, params) in in_thread("thr_none") {
        is_refused(&client, (404, "thread_not_found"), type_name, params, "thread `thr_none` not found")
            .await;
    }
    for item_id in ["msg_none", elsewhere.as_str()] {
        for (type_name, params) in on_item(&thread_id, item_id) {
            let code = if type_name == "items.list" { "cursor_not_found" } else { "item_not_found" };
            is_refused(&client, (404, code), type_name, params, &format!("`{item_id}` not found")).await;
        }
    }
    let params = json!({"after": "thr_none"});
    is_refused(&client, (404, "cursor_not_found"), "threads.list", params, "cursor `thr_none`").await;
    let not_found = (404, "attachment_not_found");
    let words = "attachment `atc_none` not found";
    let params = json!({"input": with_attachment("atc_none")});
    is_refused(&client, not_found, "threads.create", params, words).await;
    let params = json!({"thread_id": thread_id, "input": with_attachment("atc_none")});
    is_refused(&client, not_found, "threads.add_user_message", params, words).await;
    // What is to be gone may be gone already.
    for (type_name, params) in [
        ("threads.delete", json!({"thread_id": "thr_none"})),
        ("attachments.delete", json!({"attachment_id": "atc_none"})),
    ] {
        assert_eq!(client.ask(type_name, params).await, json!({}), "{type_name}");
    }
}

#[actix_web::test]
async fn an_item_of_the_wrong_kind_is_a_conflict() {
    let service = Service::start(obedient());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let answer = newest(&client, &thread_id).await;
    for (type_name, params) in on_item(&thread_id, &answer) {
        let words = match type_name {
            "threads.add_structured_input" => "is no structured input",
            "threads.retry_after_item" => "is no user message",
            "threads.sync_custom_action" => "is no widget",
            _ => continue,
        };
        is_refused(&client, (409, "wrong_item_kind"), type_name, params, words).await;
    }
    // This one was promised a stream: the error is its one event.
    let before = client.everything().await;
    let params = json!({"thread_id": thread_id, "item_id": answer, "action": {"type": "go"}});
    assert_eq!(
        client.run("threads.custom_action", params).await,
        [json!({"type": "error", "code": "stream.error", "allow_retry": false})]
    );
    assert_eq!(client.everything().await, before);
}

#[actix_web::test]
async fn a_form_is_answered_once() {
    let service = Service::start(obedient());
    let client = service.client("ada");
    let thread_id = client.thread(&form().to_string()).await;
    let item_id = newest(&client, &thread_id).await;
    let answer = |text: &str| json!({"thread_id": thread_id, "item_id": item_id, "input": {"answers": {"q": {"values": [text]}}}});
    let events = client.run("threads.add_structured_input", answer("Ada")).await;
    assert!(events.iter().any(|event| event["type"] == "thread.item.replaced"), "{events:?}");
    let conflict = (409, "already_answered");
    is_refused(&client, conflict, "threads.add_structured_input", answer("Eve"), "answered already").await;
    let stored = &client.items(&thread_id).await[1];
    assert_eq!(stored["inputs"][0]["answer"]["values"], json!(["Ada"]));
}

#[actix_web::test]
async fn a_tool_s_output_is_taken_only_while_its_call_is_pending() {
    let service = Service::start(obedient());
    let client = service.client("ada");
    let conflict = (409, "no_pending_tool_call");
    let operation = "threads.add_client_tool_output";
    let talk = client.thread("hello").await;
    let output = |thread_id: &str| json!({"thread_id": thread_id, "result": {"ok": null}});
    is_refused(&client, conflict, operation, output(&talk), "no client tool call").await;

    let thread_id = client.thread(&tool_call().to_string()).await;
    client.run(operation, output(&thread_id)).await;
    let call = &client.items(&thread_id).await[1];
    assert_eq!((&call["status"], &call["output"]), (&json!("completed"), &json!({"ok": null})));
    // The empty answer of the second turn is the newest item now, or the call that has its output.
    is_refused(&client, conflict, operation, output(&thread_id), "client tool call").await;

    let thread_id = client.thread(&tool_call().to_string()).await;
    client.say(&thread_id, "never mind").await.rest().await;
    is_refused(&client, conflict, operation, output(&thread_id), "no client tool call").await;
}

#[actix_web::test]
async fn hooks_that_are_not_set_up_say_so() {
    let service = Service::start(obedient());
    let client = service.client("ada");
    let thread_id = client.thread(&widget().to_string()).await;
    let sender = newest(&client, &thread_id).await;
    let missing = (501, "not_implemented");
    for item_id in [json!(sender), json!(""), json!(null)] {
        let params = json!({"thread_id": thread_id, "item_id": item_id, "action": {"type": "go"}});
        is_refused(&client, missing, "threads.sync_custom_action", params.clone(), "not set up").await;
        let events = client.run("threads.custom_action", params).await;
        assert_eq!(events[0]["type"], "stream_options");
        assert_eq!(events[1], json!({"type": "error", "code": "stream.error", "allow_retry": true}));
        assert_eq!(events.len(), 2);
    }
    let speech = |audio: &str| json!({"audio_base64": audio, "mime_type": "audio/webm;codecs=opus"});
    let missing = (501, "transcription_off");
    is_refused(&client, missing, "input.transcribe", speech("c291bmQ="), "transcription").await;
    for audio in ["c291bmQ", "c291bmQ==", "c291\nbmQ=", "c29 1bmQ=", "c291bmQ=!", "сщгтв", "-_8="] {
        let (status, error) = client.refused("input.transcribe", speech(audio)).await;
        assert_eq!((status, &error["code"]), (400, &json!("invalid_request")), "{audio}");
        assert_eq!(error["param"], "params.audio_base64", "{audio}");
        assert!(error["message"].as_str().unwrap().contains("base64"), "{audio}: {error}");
    }
}

#[actix_web::test]
async fn no_id_leads_anywhere() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    client.attach("a.txt", "text/plain", b"mine").await;
    let (before, files) = (client.everything().await, service.files());
    let long = "x".repeat(255);
    for id in [
        "../../etc/passwd",
        "/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%252e%252e%252fetc%252fpasswd",
        "..\\..\\windows\\win.ini",
        "../uploads",
        "..",
        ".",
        "' OR '1'='1",
        "%",
        "*",
        "🦀",
        "\u{202e}cod.exe",
        &long,
    ] {
        let case: String = id.chars().take(40).collect();
        let mut asked = in_thread(id);
        asked.extend(on_item(&thread_id, id));
        asked.push(("threads.list", json!({"after": id})));
        asked.push(("threads.create", json!({"input": with_attachment(id)})));
        for (type_name, params) in asked {
            let (status, error) = client.refused(type_name, params).await;
            assert_eq!(status, 404, "{type_name} {case}: {error}");
            assert!(error["code"].as_str().unwrap().ends_with("not_found"), "{type_name} {case}: {error}");
            assert!(error["message"].as_str().unwrap().len() < 1_000, "{type_name} {case}");
        }
        for (type_name, key) in [("threads.delete", "thread_id"), ("attachments.delete", "attachment_id")] {
            assert_eq!(client.ask(type_name, json!({key: id})).await, json!({}), "{type_name} {case}");
        }
        let encoded = utf8_percent_encode(id, NON_ALPHANUMERIC).to_string();
        let twice = utf8_percent_encode(&encoded, NON_ALPHANUMERIC).to_string();
        for segment in [encoded, twice] {
            for (method, path) in [
                (Method::POST, format!("/upload/{segment}")),
                (Method::PUT, format!("/upload/{segment}")),
                (Method::GET, format!("/preview/{segment}")),
                (Method::GET, format!("/preview/{segment}?original=1")),
            ] {
                let answer = client.request(method.clone(), &path).body("x").send().await.unwrap();
                assert_eq!(answer.status(), 404, "{method} {case}");
                // Empty where the client made another address of it, which is none of ours.
                let body = answer.text().await.unwrap();
                assert!(body.is_empty() || body.contains(r#"not_found""#), "{method} {case}: {body}");
            }
            let form = Form::file("file", "text/plain", b"x");
            let answer = form.post(&service.url(&format!("/upload/{segment}?user=ada"))).await;
            assert!(matches!(answer.status().as_u16(), 401 | 404), "{case}");
        }
    }
    assert_eq!((client.everything().await, service.files()), (before, files));
}

#[actix_web::test]
async fn no_path_leads_out_of_its_folder() {
    let outer = tempfile::TempDir::new().unwrap();
    std::fs::write(outer.path().join("secret"), "root:x:0:0").unwrap();
    let static_directory = outer.path().join("static");
    std::fs::create_dir(&static_directory).unwrap();
    let service = ServiceBuilder::default().web_interface(static_directory).start(Closure::echo());
    for path in [
        "/../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/%2e%2e%2fsecret",
        "/..%5csecret",
        "/%252e%252e%252fsecret",
        "/a/../../secret",
        "//secret",
        "/.env",
        "/secret%00.html",
        "/deployments/chatkit/../../../secret",
        "/deployments/chatkit/..%2f..%2f..%2fsecret",
        "/preview/../../../../etc/passwd",
        "/preview/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/preview/..\\..\\etc\\passwd",
        "/preview/\u{1f980}",
        "/preview/%ff%fe",
        "/preview/%zz",
    ] {
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx-user-id: ada\r\nconnection: close\r\n\r\n");
        let answer = raw(&service, head).await;
        assert!(matches!(answer.status(), 400 | 404), "{path}: {}", answer.status());
        assert!(!answer.body().contains("root:"), "{path}");
    }
    assert_eq!(service.client("ada").ask("threads.list", json!({})).await["data"], json!([]));
}

/// A responder's own refusal of an action reaches nobody but the user who acts.
#[actix_web::test]
async fn a_responder_that_refuses_leaves_the_thread_as_it_was() {
    let service = Service::start(Closure::new(|_, text| async move {
        if text == "fine" { Ok(()) } else { Err(ResponderError::retryable("Not now.")) }
    }));
    let client = service.client("ada");
    let thread_id = client.thread("fine").await;
    let events = client.say(&thread_id, "locked").await.rest().await;
    assert_eq!(events.last().unwrap()["message"], "Not now.");
    assert_eq!(client.items(&thread_id).await.len(), 2, "what the user said is kept");
}
