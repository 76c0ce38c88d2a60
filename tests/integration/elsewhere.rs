//! Attachments whose bytes are in no file of this machine: uploaded, shown, read by a model and deleted as
//! those on the disk are.

use std::{collections::BTreeMap, sync::Arc};

use actix_chatkit::{
    agent::{ToolLoop, input::to_messages, tool_loop::RunOptions},
    model::{
        ContentPart, FileContent, ModelMessage,
        scripted::{Answer, ScriptedModel},
    },
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{
    Client, Closure, Form, JPEG, MemoryAttachments, PNG, Service, ServiceBuilder, error_of, eventually,
    input, jpeg, png,
};

fn service_with(attachments: &MemoryAttachments, responder: Closure) -> Service {
    let attachments = attachments.clone();
    ServiceBuilder::default().chatkit(move |chatkit| chatkit.attachments(attachments)).start(responder)
}

fn url_of(attachment: &Value) -> &str {
    attachment["preview_url"].as_str().unwrap()
}

/// Status, body, and all headers but those that tell one answer from the next.
async fn facts(answer: Response) -> (u16, BTreeMap<String, String>, Vec<u8>) {
    let headers = answer.headers().iter().map(|(name, value)| {
        let value = value.to_str().unwrap().to_owned();
        (
            name.to_string(),
            if ["date", "etag", "last-modified"].contains(&name.as_str()) { String::new() } else { value },
        )
    });
    (answer.status().as_u16(), headers.collect(), answer.bytes().await.unwrap().to_vec())
}

/// Asks for a preview. `TAG` and `MODIFIED` in the headers stand for what an answer said before.
async fn asked(client: &Client, path: &str, method: &Method, headers: &[(&str, &str)]) -> Response {
    let first = client.request(Method::GET, path).send().await.unwrap();
    let said = |name: &str| first.headers()[name].to_str().unwrap().to_owned();
    let mut request = client.request(method.clone(), path);
    for (name, value) in headers {
        let value = value.replace("TAG", &said("etag")).replace("MODIFIED", &said("last-modified"));
        request = request.header(*name, value);
    }
    request.send().await.unwrap()
}

/// What clients may ask, and the status that they get.
const REQUESTS: &[(&[(&str, &str)], u16)] = &[
    (&[], 200),
    (&[("range", "bytes=0-0")], 206),
    (&[("range", "bytes=5-9")], 206),
    (&[("range", "bytes=5-")], 206),
    (&[("range", "bytes=-7")], 206),
    (&[("range", "bytes=3-99999999")], 206),
    (&[("range", "bytes=2-4,8-9")], 206),
    (&[("range", "BYTES=1-2")], 206),
    (&[("range", "bytes=99999999-")], 416),
    (&[("range", "bytes=9-5")], 416),
    (&[("range", "bytes=what")], 416),
    (&[("range", "bytes")], 416),
    (&[("range", "lines=1-2")], 200),
    (&[("if-none-match", "TAG")], 304),
    (&[("if-none-match", "\"other\", TAG")], 304),
    (&[("if-none-match", "W/TAG")], 304),
    (&[("if-none-match", "*")], 304),
    (&[("if-none-match", "\"other\"")], 200),
    (&[("if-none-match", "TAG"), ("range", "bytes=0-1")], 304),
    (&[("if-match", "TAG")], 200),
    (&[("if-match", "*")], 200),
    (&[("if-match", "\"other\"")], 412),
    (&[("if-match", "W/TAG")], 412),
    (&[("if-modified-since", "MODIFIED")], 304),
    (&[("if-modified-since", "Thu, 01 Jan 2015 00:00:00 GMT")], 200),
    (&[("if-modified-since", "MODIFIED"), ("if-none-match", "\"other\"")], 200),
    (&[("if-unmodified-since", "MODIFIED")], 200),
    (&[("if-unmodified-since", "Thu, 01 Jan 2015 00:00:00 GMT")], 412),
    (&[("if-range", "TAG"), ("range", "bytes=0-1")], 206),
    (&[("if-range", "W/TAG"), ("range", "bytes=0-1")], 200),
    (&[("if-range", "\"other\""), ("range", "bytes=0-1")], 200),
    (&[("if-range", "MODIFIED"), ("range", "bytes=0-1")], 206),
    (&[("if-range", "Thu, 01 Jan 2015 00:00:00 GMT"), ("range", "bytes=0-1")], 200),
];

#[actix_web::test]
async fn what_lies_elsewhere_is_served_as_what_lies_on_the_disk() {
    let services = [
        Service::start(Closure::echo()),
        service_with(&MemoryAttachments::default(), Closure::echo()),
        service_with(&MemoryAttachments::keeping_thumbnails(), Closure::echo()),
    ];
    for (name, mime_type, bytes, more) in [
        ("Ünïcode 👋\".png", PNG, png(700, 500), ""),
        ("photo.jpg", JPEG, jpeg(600, 300), "?original=1"),
        ("page.html", "text/html", b"<script>alert(1)</script>".repeat(20_000), ""),
        ("table.csv", "text/csv", b"a,b\n".repeat(100), ""),
        ("code.js", "text/javascript", b"alert(1)\n".repeat(100), ""),
    ] {
        let mut places = Vec::new();
        for service in &services {
            let client = service.client("ada");
            let attachment = client.attach(name, mime_type, &bytes).await;
            places.push((client, format!("/preview/{}{more}", attachment["id"].as_str().unwrap())));
        }
        let [(disk, path), elsewhere @ ..] = &places[..] else { panic!("three services") };
        for (headers, status) in REQUESTS {
            for method in [Method::GET, Method::HEAD] {
                let on_disk = facts(asked(disk, path, &method, headers).await).await;
                // Parts are for GET alone.
                let expected =
                    if method == Method::HEAD && [206, 416].contains(status) { 200 } else { *status };
                assert_eq!(on_disk.0, expected, "{method} {name} {headers:?}");
                for (client, path) in elsewhere {
                    let found = facts(asked(client, path, &method, headers).await).await;
                    let (status, found_headers, body) = &found;
                    let said = format!("{method} {name} {headers:?}: {status} {found_headers:?}");
                    assert!(
                        (status, found_headers) == (&on_disk.0, &on_disk.1),
                        "{said}, not {:?}",
                        on_disk.1
                    );
                    assert!(body == &on_disk.2, "{said}: other bytes");
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_tag_tells_bytes_from_others_and_stays() {
    let store = MemoryAttachments::default();
    let service = service_with(&store, Closure::echo());
    let client = service.client("ada");
    let mut tags = Vec::new();
    for bytes in [png(600, 20), png(600, 21)] {
        let url = client.attach("a.png", PNG, &bytes).await["preview_url"].as_str().unwrap().to_owned();
        for url in [format!("{url}&original=1"), url] {
            let tag = async || reqwest::get(&url).await.unwrap().headers()["etag"].clone();
            tags.push(tag().await);
            assert_eq!(tags.last(), Some(&tag().await), "made anew, and the same");
        }
    }
    tags.sort_by_key(|tag| tag.to_str().unwrap().to_owned());
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

#[actix_web::test]
async fn a_model_reads_pictures_and_texts_that_lie_elsewhere() {
    let model = Arc::new(ScriptedModel::new([Answer::text("A gradient, and words.")]));
    let tool_loop = Arc::new(ToolLoop::new(model.clone(), vec![], 2));
    let responder = Closure::new(move |context, _| {
        let tool_loop = Arc::clone(&tool_loop);
        async move {
            let messages = to_messages(context.history(), context.files()).await;
            tool_loop.run(&context, messages, RunOptions::default()).await?;
            Ok(())
        }
    });
    let service = service_with(&MemoryAttachments::default(), responder);
    let client = service.client("ada");
    let picture = client.attach("gradient.png", PNG, &png(40, 30)).await;
    let text = client.attach("words.txt", "text/plain", "Größe\n".repeat(60_000).as_bytes()).await;
    let mut message = input("What is this?");
    message["attachments"] = json!([picture["id"], text["id"]]);
    let events = client.run("threads.create", json!({"input": message})).await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    let requests = model.requests();
    let Some(ModelMessage::User(parts)) = requests[0].messages.last() else { panic!("{requests:?}") };
    let Some(ContentPart::Image(image)) = parts.iter().find(|part| matches!(part, ContentPart::Image(_)))
    else {
        panic!("no picture in {parts:?}")
    };
    let seen = image::load_from_memory(&image.data).unwrap().into_rgb8();
    assert_eq!((seen.dimensions(), seen.get_pixel(7, 9).0), ((40, 30), [7, 9, 7 ^ 9]));
    let Some(ContentPart::File(file)) = parts.iter().find(|part| matches!(part, ContentPart::File(_))) else {
        panic!("no file in {parts:?}")
    };
    let FileContent::Text(words) = &file.content else { panic!("no text in {file:?}") };
    assert_eq!((words.whole_bytes, words.num_lines, words.text.len()), (480_000, 60_000, 256 << 10));
}

#[actix_web::test]
async fn what_is_refused_leaves_nothing_and_what_is_deleted_goes() {
    let store = MemoryAttachments::keeping_thumbnails();
    let service = service_with(&store, Closure::echo());
    let client = service.client("ada");
    let announced = client.announce("a.png", PNG, 100).await;
    let url = announced["upload_descriptor"]["url"].as_str().unwrap();
    for (bytes, status) in [(&b"<script>alert(1)</script>"[..], 415), (&png(9, 9)[..20], 415), (b"", 400)] {
        assert_eq!(error_of(Form::file("file", PNG, bytes).post(url).await).await.0, status);
    }
    assert_eq!(store.counts(), (0, 0));
    let kept = client.attach("a.png", PNG, &png(20, 20)).await;
    let deleted = client.attach("b.png", PNG, &png(20, 20)).await;
    for picture in [&kept, &deleted] {
        assert_eq!(reqwest::get(url_of(picture)).await.unwrap().status(), 200);
    }
    assert_eq!(store.counts(), (2, 2));
    client.ask("attachments.delete", json!({"attachment_id": deleted["id"]})).await;
    for more in ["", "&original=1"] {
        let gone = reqwest::get(format!("{}{more}", url_of(&deleted))).await.unwrap();
        assert_eq!(error_of(gone).await.0, 404);
    }
    eventually("the bytes are removed", async || (store.counts() == (1, 1)).then_some(())).await;
}

#[actix_web::test]
async fn bytes_that_a_store_has_lost_are_not_found() {
    let store = MemoryAttachments::default();
    let service = service_with(&store, Closure::echo());
    let client = service.client("ada");
    for (name, mime_type, bytes) in [("a.png", PNG, png(20, 20)), ("a.txt", "text/plain", b"text".to_vec())] {
        let id = client.attach(name, mime_type, &bytes).await["id"].as_str().unwrap().to_owned();
        store.lose(&id);
        for path in [format!("/preview/{id}?original=1"), format!("/preview/{id}")] {
            let (status, error) = error_of(client.request(Method::GET, &path).send().await.unwrap()).await;
            assert_eq!((status, &error["code"]), (404, &json!("attachment_not_found")), "{path}");
            let head = client.request(Method::HEAD, &path).send().await.unwrap();
            assert_eq!(head.status(), 404, "{path}");
        }
    }
}
