//! What is shown of attachments, and to whom.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Closure, Form, JPEG, PNG, Service, error_of, jpeg, png};

fn url_of(attachment: &Value) -> &str {
    attachment["preview_url"].as_str().unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn get(url: &str) -> Response {
    reqwest::get(url).await.unwrap()
}

#[actix_web::test]
async fn a_preview_is_a_small_picture_and_the_original_is_what_was_sent() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    for (mime_type, bytes) in [(PNG, png(1300, 700)), (JPEG, jpeg(1300, 700))] {
        let picture = client.attach("Ünïcode 👋\".png", mime_type, &bytes).await;
        let preview = get(url_of(&picture)).await;
        assert_eq!(preview.status(), 200);
        assert!(header(&preview, "content-type").starts_with("image/"));
        assert!(header(&preview, "content-disposition").starts_with("inline; "));
        let small = image::load_from_memory(&preview.bytes().await.unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (512, 276));

        let original = get(&format!("{}&original=1", url_of(&picture))).await;
        assert_eq!((original.status().as_u16(), header(&original, "content-type")), (200, mime_type));
        assert!(original.bytes().await.unwrap() == bytes);
    }
}

#[actix_web::test]
async fn a_preview_can_do_no_harm() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let html = b"<script>alert(document.domain)</script>";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (name, mime_type, bytes, disposition) in [
        ("photo.png", PNG, png(9, 9), "inline"),
        ("page.html", "text/html", html.to_vec(), "attachment"),
        ("drawing.svg", "image/svg+xml", svg.to_vec(), "attachment"),
        ("page.xhtml", "application/xhtml+xml", html.to_vec(), "attachment"),
        ("notes.txt", "text/plain", b"plain".to_vec(), "attachment"),
        ("doc.pdf", "application/pdf", b"%PDF-1.7 x".to_vec(), "attachment"),
    ] {
        let attachment = client.attach(name, mime_type, &bytes).await;
        let path = format!("/preview/{}", attachment["id"].as_str().unwrap());
        for path in [format!("{path}?original=1"), path] {
            let answer = client.request(Method::GET, &path).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{name}");
            assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{name}");
            assert_eq!(header(&answer, "content-security-policy"), "sandbox; default-src 'none'", "{name}");
            assert!(header(&answer, "cache-control").contains("private"), "{name}");
            let expected = format!("{disposition}; filename*=UTF-8''{name}");
            assert_eq!(header(&answer, "content-disposition"), expected);
            if disposition == "attachment" {
                assert_eq!(answer.bytes().await.unwrap(), bytes, "{name}");
            }
        }
    }
}

#[actix_web::test]
async fn a_file_keeps_its_name_in_every_script() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    for (name, encoded) in [
        ("Ünïcode.txt", "%C3%9Cn%C3%AFcode.txt"),
        ("смета 👋.txt", "%D1%81%D0%BC%D0%B5%D1%82%D0%B0%20%F0%9F%91%8B.txt"),
        ("a\"b;c'd%41.txt", "a%22b%3Bc%27d%2541.txt"),
    ] {
        let attachment = client.attach(name, "text/plain", b"x").await;
        let path = format!("/preview/{}", attachment["id"].as_str().unwrap());
        let answer = client.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(header(&answer, "content-disposition"), format!("attachment; filename*=UTF-8''{encoded}"));
    }
}

#[actix_web::test]
async fn a_preview_that_was_seen_is_not_sent_again() {
    let service = Service::start(Closure::echo());
    let picture = service.client("ada").attach("a.png", PNG, &png(600, 600)).await;
    for url in [url_of(&picture).to_owned(), format!("{}&original=1", url_of(&picture))] {
        let first = get(&url).await;
        let tag = header(&first, "etag").to_owned();
        assert!(!tag.is_empty());
        let again = reqwest::Client::new().get(&url).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!(again.status(), 304);
        assert_eq!(again.bytes().await.unwrap(), "");
        let other = reqwest::Client::new().get(&url).header("if-none-match", "\"x\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
        let head = reqwest::Client::new().head(&url).send().await.unwrap();
        assert_eq!((head.status().as_u16(), header(&head, "etag")), (200, tag.as_str()));
    }
}

#[actix_web::test]
async fn an_address_works_for_what_and_whom_it_was_made() {
    let service = Service::start(Closure::echo());
    let (ada, eve) = (service.client("ada"), service.client("eve"));
    let mine = ada.attach("mine.png", PNG, &png(9, 9)).await;
    let other = ada.attach("other.png", PNG, &png(9, 9)).await;
    let eves = eve.attach("eves.png", PNG, &png(9, 9)).await;
    let waiting = ada.announce("later.png", PNG, 1_000).await;
    let upload = waiting["upload_descriptor"]["url"].as_str().unwrap();
    let good = url_of(&mine);
    let (path, query) = good.split_once('?').unwrap();
    let swapped = |from: &str, to: &str| {
        assert!(good.contains(from), "no {from} in {good}");
        good.replacen(from, to, 1)
    };
    let id = |attachment: &Value| attachment["id"].as_str().unwrap().to_owned();
    let forbidden = [
        ("another attachment", swapped(&id(&mine), &id(&other))),
        ("another user's attachment", swapped(&id(&mine), &id(&eves))),
        ("another user", swapped("user=ada", "user=eve")),
        ("another time", swapped("expires=", "expires=9")),
        ("no signature at all", format!("{path}?user=ada&expires=99999999999&signature=")),
        ("no base64", format!("{path}?user=ada&expires=99999999999&signature=!!!")),
        (
            "a signature of another key",
            format!("{path}?{}", signed("preview", &id(&mine), 1 << 40, b"other")),
        ),
        ("its signature cut", good[..good.len() - 1].to_owned()),
        ("an upload's address", format!("{path}?{}", upload.split_once('?').unwrap().1)),
    ];
    for (case, url) in forbidden {
        let (status, error) = error_of(get(&url).await).await;
        assert_eq!((status, &error["code"]), (403, &json!("address_invalid")), "{case}: {url}");
        assert!(error["message"].as_str().unwrap().contains("not valid"), "{case}: {error}");
    }
    // A preview's address takes no bytes.
    let not_for_this = format!("{}?{query}", upload.split_once('?').unwrap().0);
    assert_eq!(error_of(Form::file("file", PNG, b"x").post(&not_for_this).await).await.0, 403);

    // Without a signature it is the request's own user who counts.
    for url in [path, upload.split_once('?').unwrap().0] {
        let method = if url == path { Method::GET } else { Method::POST };
        let nobody = reqwest::Client::new().request(method.clone(), url).send().await.unwrap();
        let (status, error) = error_of(nobody).await;
        assert_eq!((status, &error["code"]), (401, &json!("unauthorized")), "{url}");
        let path = url.split_once(service.authority()).unwrap().1;
        let stranger = eve.request(method, path).send().await.unwrap();
        assert_eq!(error_of(stranger).await.0, 404, "{url}");
    }
    let path = path.split_once(service.authority()).unwrap().1;
    assert_eq!(ada.request(Method::GET, path).send().await.unwrap().status(), 200);
    assert_eq!(get(good).await.status(), 200);
}

/// The signed part of an address for `ada`, as the service makes it.
fn signed(purpose: &str, id: &str, expires: u64, key: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(format!("{purpose}:3:ada:{}:{id}:{expires}", id.len()).as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("user=ada&expires={expires}&signature={signature}")
}

#[actix_web::test]
async fn an_address_expires() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let picture = client.attach("a.png", PNG, &png(9, 9)).await;
    let waiting = client.announce("b.png", PNG, 1_000).await;
    for (purpose, id) in [("preview", &picture["id"]), ("upload", &waiting["id"])] {
        let id = id.as_str().unwrap();
        let address = |expires| {
            service.url(&format!("/{purpose}/{id}?{}", signed(purpose, id, expires, b"a key for all tests")))
        };
        let send = |url: String| async move {
            if purpose == "upload" { Form::file("file", PNG, b"x").post(&url).await } else { get(&url).await }
        };
        let (status, error) = error_of(send(address(1_700_000_000)).await).await;
        assert_eq!((status, &error["code"]), (403, &json!("address_expired")), "{purpose}");
        assert!(error["message"].as_str().unwrap().contains("expired"), "{purpose}: {error}");
        // The same address with a later time is good: it is the time that was refused.
        assert_ne!(send(address(1 << 40)).await.status(), 403, "{purpose}");
    }
}

#[actix_web::test]
async fn an_address_whose_query_cannot_be_read_is_refused() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let picture = client.attach("a.png", PNG, &png(9, 9)).await;
    let path = format!("/preview/{}", picture["id"].as_str().unwrap());
    for query in ["expires=soon", "expires=-1", "expires=1&expires=2"] {
        let answer = client.request(Method::GET, &format!("{path}?{query}")).send().await.unwrap();
        let (status, error) = error_of(answer).await;
        assert_eq!((status, &error["code"]), (400, &json!("invalid_request")), "{query}");
        assert!(error["message"].as_str().unwrap().contains("query"), "{query}: {error}");
    }
    for query in ["", "more=1", "signature=", "user=eve"] {
        let answer = client.request(Method::GET, &format!("{path}?{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{query}: the request's own user counts");
    }
}
