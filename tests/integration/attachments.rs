//! Attachments: announced, named by messages, shown, deleted.

use actix_chatkit::OriginPolicy;
use reqwest::{Method, header::HOST};
use serde_json::{Value, json};

use crate::support::{Client, Closure, Form, JPEG, PNG, Service, ServiceBuilder, error_of, input, jpeg, png};

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

/// A service that answers to names of its own too.
fn reached_by_name() -> Service {
    let origins = OriginPolicy::default().allow_hosts(["chat.example.com", "inner"]);
    ServiceBuilder::default().chatkit(move |chatkit| chatkit.origins(origins)).start(Closure::echo())
}

fn message_with(attachments: &[&Value]) -> Value {
    let mut input = input("look");
    input["attachments"] = attachments.iter().map(|attachment| attachment["id"].clone()).collect();
    input
}

/// Begins a thread with attachments; gives the user's message as the stream shows it.
async fn send_with(client: &Client, attachments: &[&Value]) -> Value {
    let mut turn = client.stream("threads.create", json!({"input": message_with(attachments)})).await;
    let message = turn.until("thread.item.done").await["item"].clone();
    turn.rest().await;
    message
}

async fn get(url: &str) -> reqwest::Response {
    reqwest::get(url).await.unwrap()
}

#[actix_web::test]
async fn a_picture_is_announced_uploaded_sent_and_shown() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let bytes = png(900, 600);
    let announced = client.announce("Ä photo.png", PNG, bytes.len()).await;
    let id = text(&announced, "/id");
    assert!(id.starts_with("atc_"), "{id}");
    assert_eq!(
        (&announced["type"], &announced["name"], &announced["mime_type"]),
        (&json!("image"), &json!("Ä photo.png"), &json!(PNG))
    );
    assert_eq!(announced["upload_descriptor"]["method"], "POST");
    assert_eq!(announced["upload_descriptor"]["headers"], json!({}));
    let preview_url = text(&announced, "/preview_url");
    assert_eq!(get(preview_url).await.status(), 404, "not uploaded yet");

    let answer = Form::file("file", PNG, &bytes).post(text(&announced, "/upload_descriptor/url")).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    let uploaded: Value = answer.json().await.unwrap();
    let mut expected = announced.clone();
    expected.as_object_mut().unwrap().shift_remove("upload_descriptor");
    assert_eq!(uploaded, expected);
    assert_eq!(get(preview_url).await.status(), 200);

    let message = send_with(&client, &[&uploaded]).await;
    let mut expected = uploaded.clone();
    expected["thread_id"] = message["thread_id"].clone();
    assert_eq!(message["attachments"], json!([expected]));
    assert_eq!(client.items(text(&message, "/thread_id")).await[0], message);
}

#[actix_web::test]
async fn a_reloaded_thread_has_addresses_that_work_for_whoever_loads_it() {
    let service = reached_by_name();
    let client = service.client("ada");
    let picture = client.attach("a.jpg", JPEG, &jpeg(40, 30)).await;
    let file = client.attach("b.txt", "text/plain", b"text").await;
    let message = send_with(&client, &[&picture, &file]).await;
    let thread_id = text(&message, "/thread_id");
    for host in [service.authority(), "chat.example.com:8443"] {
        for (type_name, pointer) in
            [("threads.get_by_id", "/items/data/0/attachments/0"), ("items.list", "/data/0/attachments/0")]
        {
            let body = json!({"type": type_name, "params": {"thread_id": thread_id, "order": "asc"}});
            let answer = client.request(Method::POST, "/chatkit").header(HOST, host).body(body.to_string());
            let loaded: Value = answer.send().await.unwrap().json().await.unwrap();
            let loaded = loaded.pointer(pointer).unwrap();
            let url = text(loaded, "/preview_url");
            let prefix = format!("http://{host}/preview/{}?", text(&picture, "/id"));
            assert!(url.starts_with(&prefix), "{url} at {host}");
            assert!(loaded.get("upload_descriptor").is_none(), "{loaded}");
            let here = url.replace(host, service.authority());
            let shown = client.http.get(here).header(HOST, host).send().await.unwrap();
            assert_eq!(shown.status(), 200, "{url}");
        }
    }
    let second = &client.items(thread_id).await[0]["attachments"][1];
    assert_eq!((&second["type"], second.get("preview_url")), (&json!("file"), None));
}

#[actix_web::test]
async fn addresses_follow_the_request_or_the_setting() {
    let service = reached_by_name();
    let fixed = ServiceBuilder::default()
        .chatkit(|chatkit| chatkit.base_url("https://fixed.example.com/"))
        .start(Closure::echo());
    let body =
        json!({"type": "attachments.create", "params": {"name": "a.png", "size": 1, "mime_type": PNG}});
    for (service, headers, expected) in [
        (&service, vec![], format!("http://{}/", service.authority())),
        (&service, vec![("host", "chat.example.com")], "http://chat.example.com/".to_owned()),
        (
            &service,
            vec![
                ("host", "inner:8001"),
                ("x-forwarded-proto", "https"),
                ("x-forwarded-host", "outer.example.com"),
            ],
            "http://inner:8001/".to_owned(),
        ),
        (
            &service,
            vec![("host", "chat.example.com"), ("x-forwarded-proto", "https")],
            "http://chat.example.com/".to_owned(),
        ),
        (&fixed, vec![("x-forwarded-host", "evil.com")], "https://fixed.example.com/".to_owned()),
    ] {
        let mut request = service.client("ada").request(Method::POST, "/chatkit").body(body.to_string());
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let announced: Value = request.send().await.unwrap().json().await.unwrap();
        let upload = text(&announced, "/upload_descriptor/url");
        let preview = text(&announced, "/preview_url");
        assert!(upload.starts_with(&format!("{expected}upload/")), "{upload} for {headers:?}");
        assert!(preview.starts_with(&format!("{expected}preview/")), "{preview} for {headers:?}");
    }
}

#[actix_web::test]
async fn what_cannot_be_uploaded_is_refused_when_it_is_announced() {
    let service =
        ServiceBuilder::default().chatkit(|chatkit| chatkit.max_upload_bytes(1_000)).start(Closure::echo());
    let client = service.client("ada");
    let long = format!("{}.png", "x".repeat(255));
    for (name, size, mime_type, status, param, words) in [
        ("a.png", json!(1_001), PNG, 413, "params.size", "1000 bytes"),
        ("a.png", json!(u64::MAX), PNG, 413, "params.size", "1000 bytes"),
        ("a.png", json!(-1), PNG, 400, "params.size", "negative"),
        ("a.png", json!(1.5), PNG, 400, "params.size", "integer"),
        ("a.png", json!("many"), PNG, 400, "params.size", "integer"),
        ("a.png", json!(null), PNG, 400, "params.size", "integer"),
        ("", json!(1), PNG, 400, "params.name", "file name"),
        ("  ", json!(1), PNG, 400, "params.name", "file name"),
        ("folder/", json!(1), PNG, 400, "params.name", "file name"),
        ("a\r\nset-cookie: b=c", json!(1), PNG, 400, "params.name", "file name"),
        ("a\0.png", json!(1), PNG, 400, "params.name", "file name"),
        (&long, json!(1), PNG, 400, "params.name", "255"),
        ("a.png", json!(1), "", 400, "params.mime_type", "type/subtype"),
        ("a.png", json!(1), "png", 400, "params.mime_type", "type/subtype"),
        ("a.png", json!(1), "image/", 400, "params.mime_type", "type/subtype"),
        ("a.png", json!(1), "image/png; charset=utf-8", 400, "params.mime_type", "type/subtype"),
        ("a.png", json!(1), "image/png\r\nx: y", 400, "params.mime_type", "type/subtype"),
        ("a.png", json!(1), "ima ge/png", 400, "params.mime_type", "type/subtype"),
    ] {
        let case = format!("{name:.40} {size} {mime_type}");
        let params = json!({"name": name, "size": size, "mime_type": mime_type});
        let (found, error) = client.refused("attachments.create", params).await;
        let code = if status == 413 { "file_too_large" } else { "invalid_request" };
        assert_eq!(
            (found, error["code"].as_str(), error["param"].as_str()),
            (status, Some(code), Some(param)),
            "{case}"
        );
        assert!(error["message"].as_str().unwrap().contains(words), "{case}: {error}");
    }
    // At the limit, and a path of which only the name is kept.
    assert_eq!(client.announce("C:\\pictures\\a.png", "IMAGE/PNG", 1_000).await["name"], "a.png");
    assert_eq!(client.announce("../../etc/passwd", "text/plain", 1).await["name"], "passwd");
}

#[actix_web::test]
async fn a_message_names_only_uploaded_attachments_of_its_user_and_thread() {
    let service = Service::start(Closure::echo());
    let (ada, eve) = (service.client("ada"), service.client("eve"));
    let waiting = ada.announce("later.txt", "text/plain", 4).await;
    let ready = ada.attach("ready.txt", "text/plain", b"ready").await;
    let message = send_with(&ada, &[&ready]).await;
    let thread_id = text(&message, "/thread_id");
    let eves = eve.thread("hi").await;
    let before = (ada.everything().await, eve.everything().await);
    let own = ada.thread("another").await;
    for (client, thread_id, attachment, status, code, words) in [
        (&ada, own.as_str(), &waiting, 409, "attachment_not_uploaded", "not been uploaded yet"),
        (&ada, own.as_str(), &ready, 409, "attachment_in_use", "another thread"),
        (&eve, eves.as_str(), &ready, 404, "attachment_not_found", "not found"),
        (&eve, eves.as_str(), &waiting, 404, "attachment_not_found", "not found"),
    ] {
        // One that is fine does not go through when the other is refused.
        let fine = client.attach("fine.txt", "text/plain", b"fine").await;
        let input = message_with(&[&fine, attachment]);
        for (type_name, params) in [
            ("threads.create", json!({"input": input})),
            ("threads.add_user_message", json!({"thread_id": thread_id, "input": input})),
        ] {
            let (found, error) = client.refused(type_name, params).await;
            assert_eq!((found, error["code"].as_str()), (status, Some(code)), "{words}");
            assert!(error["message"].as_str().unwrap().contains(words), "{error}");
            assert!(error["message"].as_str().unwrap().contains(text(attachment, "/id")), "{error}");
        }
        assert_eq!(send_with(client, &[&fine]).await["attachments"][0]["id"], fine["id"], "still free");
        client
            .ask(
                "threads.delete",
                json!({"thread_id": client.ask("threads.list", json!({"limit": 1})).await["data"][0]["id"]}),
            )
            .await;
    }
    ada.ask("threads.delete", json!({"thread_id": own})).await;
    assert_eq!((ada.everything().await, eve.everything().await), before);
    // Eve's attempts, deleting too, left Ada's as they were.
    eve.ask("attachments.delete", json!({"attachment_id": ready["id"]})).await;
    eve.ask("attachments.delete", json!({"attachment_id": waiting["id"]})).await;
    let answer =
        Form::file("file", "text/plain", b"late").post(text(&waiting, "/upload_descriptor/url")).await;
    assert_eq!(answer.status(), 200);
    let again = json!({"thread_id": thread_id, "input": message_with(&[&ready, &waiting])});
    ada.run("threads.add_user_message", again).await;
    assert_eq!(ada.items(thread_id).await[2]["attachments"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn deleted_attachments_are_gone_at_once_and_their_files_soon() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let kept = client.attach("kept.png", PNG, &png(20, 20)).await;
    let in_thread = client.attach("a.png", PNG, &png(600, 10)).await;
    let alone = client.attach("b.png", PNG, &png(10, 600)).await;
    let waiting = client.announce("c.txt", "text/plain", 1).await;
    let message = send_with(&client, &[&in_thread]).await;
    for picture in [&kept, &in_thread, &alone] {
        assert_eq!(get(text(picture, "/preview_url")).await.status(), 200);
    }
    assert_eq!(service.files().len(), 6, "each with its small copy");

    client.ask("threads.delete", json!({"thread_id": message["thread_id"]})).await;
    for attachment in [&alone, &waiting] {
        client.ask("attachments.delete", json!({"attachment_id": attachment["id"]})).await;
    }
    for picture in [&in_thread, &alone] {
        for more in ["", "&original=1"] {
            let gone = get(&format!("{}{more}", text(picture, "/preview_url"))).await;
            assert_eq!(error_of(gone).await.0, 404);
        }
        let params = json!({"input": message_with(&[picture])});
        assert_eq!(client.refused("threads.create", params).await.0, 404);
    }
    let answer = Form::file("file", "text/plain", b"x").post(text(&waiting, "/upload_descriptor/url")).await;
    assert_eq!(error_of(answer).await.0, 404);
    service.has_files(2).await;
    assert_eq!(get(text(&kept, "/preview_url")).await.status(), 200);
    assert_eq!(client.everything().await, json!([]));
}
