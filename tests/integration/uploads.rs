//! The bytes of attachments: how they come, and what becomes of those that may not.

use bytes::Bytes;
use futures_util::FutureExt;
use reqwest::{Body, Method, Response};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::mpsc};
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::support::{
    Client, Closure, Form, JPEG, PNG, Service, ServiceBuilder, error_of, eventually, jpeg, png,
};

const TEXT: &str = "text/plain";

fn upload_url(announced: &Value) -> &str {
    announced["upload_descriptor"]["url"].as_str().unwrap()
}

async fn send(method: Method, url: &str, content_type: &str, body: impl Into<Body>) -> Response {
    let request = reqwest::Client::new().request(method, url).header("content-type", content_type);
    request.body(body).send().await.unwrap()
}

async fn original(client: &Client, announced: &Value) -> Bytes {
    let path = format!("/preview/{}?original=1", announced["id"].as_str().unwrap());
    let answer = client.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap()
}

/// What was refused left nothing, and the right bytes are taken afterwards.
async fn can_still_be_uploaded(service: &Service, announced: &Value, mime_type: &str, bytes: &[u8]) {
    let (client, files) = (service.client("ada"), service.files().len());
    let path = format!("/preview/{}", announced["id"].as_str().unwrap());
    assert_eq!(client.request(Method::GET, &path).send().await.unwrap().status(), 404);
    let answer = Form::file("file", mime_type, bytes).post(upload_url(announced)).await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    assert_eq!(original(&client, announced).await, bytes);
    assert_eq!(service.files().iter().filter(|file| file.extension().is_none()).count(), files + 1);
}

#[actix_web::test]
async fn bytes_come_as_a_form_or_as_they_are() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    // Every byte, and what ends a form's part, in the middle.
    let mut bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    bytes.extend_from_slice(b"\r\n------Boundar\r\n--\r\n\r\n");
    let octets = "application/octet-stream";
    for how in ["form", "form with more", "PUT", "POST", "POST without type"] {
        let announced = client.announce("a.bin", octets, bytes.len()).await;
        let url = upload_url(&announced);
        let answer = match how {
            "form" => Form::file("file", octets, &bytes).post(url).await,
            "form with more" => Form::text_then_file("a note", octets, &bytes).post(url).await,
            "PUT" => send(Method::PUT, url, octets, bytes.clone()).await,
            "POST" => send(Method::POST, url, "image/png", bytes.clone()).await,
            _ => reqwest::Client::new().post(url).body(bytes.clone()).send().await.unwrap(),
        };
        assert_eq!(answer.status(), 200, "{how}");
        let expected = json!({"type": "file", "id": announced["id"], "name": "a.bin", "mime_type": octets});
        assert_eq!(answer.json::<Value>().await.unwrap(), expected, "{how}");
        assert!(original(&client, &announced).await == bytes, "{how}");
    }
}

#[actix_web::test]
async fn an_upload_that_may_not_be_is_refused_and_can_be_tried_again() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let (photo, drawing) = (jpeg(64, 64), png(64, 64));
    let form = |field, bytes: &[u8]| Form::file(field, PNG, bytes);
    let much = "x".repeat(70_000);
    for (case, body, status, code, words) in [
        ("of another type", form("file", &photo), 415, "file_type_mismatch", "image/jpeg"),
        ("a text", form("file", b"just text"), 415, "file_type_mismatch", "image/png"),
        ("half a picture", form("file", &drawing[..40]), 415, "picture_unreadable", "cannot be read"),
        (
            "longer than announced",
            form("file", &[&drawing[..], b"!"].concat()),
            413,
            "file_too_large",
            "bytes",
        ),
        ("empty", form("file", b""), 400, "file_empty", "empty"),
        ("without the field", form("picture", &drawing), 400, "upload_broken", "`file`"),
        ("without its end", form("file", &drawing).cut_by(16), 400, "upload_broken", "form"),
        ("cut within the file", form("file", &drawing).cut_by(60), 400, "upload_broken", "form"),
        ("cut within the head", form("file", b"").cut_by(30), 400, "upload_broken", "form"),
        (
            "with too much before it",
            Form::text_then_file(&much, PNG, &drawing),
            413,
            "request_too_large",
            "more than",
        ),
    ] {
        let announced = client.announce("a.png", PNG, drawing.len()).await;
        let (found, error) = error_of(body.post(upload_url(&announced)).await).await;
        assert_eq!((found, error["code"].as_str()), (status, Some(code)), "{case}: {error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{case}: {error}");
        can_still_be_uploaded(&service, &announced, PNG, &drawing).await;
    }
    for (content_type, status) in [
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ("multipart/form-data; boundary=other", 400),
        (JPEG, 415),
    ] {
        let announced = client.announce("a.png", PNG, drawing.len()).await;
        let body = if status == 415 { &photo } else { &drawing };
        let answer = send(Method::POST, upload_url(&announced), content_type, body.clone()).await;
        // A photo sent as it is may be too long or of the wrong type: either is told.
        let (found, error) = error_of(answer).await;
        assert!(found == status || (content_type == JPEG && found == 413), "{content_type}: {found} {error}");
        can_still_be_uploaded(&service, &announced, PNG, &drawing).await;
    }
}

#[actix_web::test]
async fn a_finished_upload_is_final_and_an_unknown_one_is_not_found() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let announced = client.announce("a.txt", TEXT, 5).await;
    for (status, code) in [(200, ""), (409, "upload_finished"), (409, "upload_finished")] {
        let answer = Form::file("file", TEXT, b"first").post(upload_url(&announced)).await;
        assert_eq!(answer.status(), status);
        if status == 409 {
            let (_, error) = error_of(answer).await;
            assert_eq!(error["code"], code);
            assert!(error["message"].as_str().unwrap().contains("uploaded already"), "{error}");
        }
    }
    assert_eq!(original(&client, &announced).await, "first");
    let unknown = client.request(Method::POST, "/upload/atc_none").body("x").send().await.unwrap();
    let (status, error) = error_of(unknown).await;
    assert_eq!((status, &error["code"]), (404, &json!("attachment_not_found")));
    assert!(error["message"].as_str().unwrap().contains("`atc_none`"), "{error}");
    assert_eq!(service.files().len(), 1);
}

#[actix_web::test]
async fn an_empty_file_is_told_so() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let announced = client.announce("a.txt", TEXT, 0).await;
    let url = upload_url(&announced);
    for (body, status, words) in [(&b""[..], 400, "empty"), (b"x", 413, "0 bytes")] {
        for answer in [
            send(Method::PUT, url, TEXT, body).await,
            send(Method::POST, url, TEXT, body).await,
            Form::file("file", TEXT, body).post(url).await,
        ] {
            let (found, error) = error_of(answer).await;
            assert_eq!(found, status, "{error}");
            assert!(error["message"].as_str().unwrap().contains(words), "{error}");
        }
    }
    assert!(service.files().is_empty());
}

/// The sending end of a body, and the answer to come.
fn slowly(
    method: Method,
    url: &str,
) -> (mpsc::UnboundedSender<std::io::Result<Bytes>>, tokio::task::JoinHandle<Response>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let request = reqwest::Client::new()
        .request(method, url)
        .body(Body::wrap_stream(UnboundedReceiverStream::new(receiver)));
    (sender, actix_web::rt::spawn(async move { request.send().await.unwrap() }))
}

#[actix_web::test]
async fn of_two_uploads_at_once_the_first_counts() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let announced = client.announce("a.txt", TEXT, 10).await;
    let (first, answer) = slowly(Method::PUT, upload_url(&announced));
    first.send(Ok(Bytes::from_static(b"hello "))).unwrap();
    service.has_files(1).await;

    let (status, error) =
        error_of(Form::file("file", TEXT, b"second").post(upload_url(&announced)).await).await;
    assert_eq!((status, &error["code"]), (409, &json!("upload_under_way")));
    assert!(error["message"].as_str().unwrap().contains("being uploaded"), "{error}");
    // Others do not even learn that there is one.
    let path = format!("/upload/{}", announced["id"].as_str().unwrap());
    let stranger = service.client("eve").request(Method::PUT, &path).body("third").send().await.unwrap();
    assert_eq!(error_of(stranger).await.0, 404);

    first.send(Ok(Bytes::from_static(b"all"))).unwrap();
    drop(first);
    assert_eq!(answer.await.unwrap().status(), 200);
    assert_eq!(original(&client, &announced).await, "hello all");
}

#[actix_web::test]
async fn an_endless_upload_ends_at_its_announced_size() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let announced = client.announce("a.txt", TEXT, 100_000).await;
    let (body, mut answer) = slowly(Method::POST, upload_url(&announced));
    let refused = eventually("the upload to be refused", async || {
        let _ = body.send(Ok(Bytes::from(vec![b'x'; 10_000])));
        (&mut answer).now_or_never()
    })
    .await
    .unwrap();
    let (status, error) = error_of(refused).await;
    assert_eq!((status, &error["code"]), (413, &json!("file_too_large")));
    assert!(error["message"].as_str().unwrap().contains("100000 bytes"), "{error}");
    service.has_files(0).await;
    can_still_be_uploaded(&service, &announced, TEXT, b"short").await;
}

#[actix_web::test]
async fn an_upload_whose_connection_breaks_leaves_nothing() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let form_head = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    for (content_type, start) in [(TEXT, "half"), ("multipart/form-data; boundary=b", form_head)] {
        let announced = client.announce("a.txt", TEXT, 100).await;
        let path = upload_url(&announced).split_once(service.authority()).unwrap().1;
        let mut connection = TcpStream::connect(service.authority()).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\ncontent-length: 1000\r\n\r\n{start}"
        );
        let files = service.files().len();
        connection.write_all(head.as_bytes()).await.unwrap();
        service.has_files(files + 1).await;
        drop(connection);
        service.has_files(files).await;
        can_still_be_uploaded(&service, &announced, TEXT, b"whole").await;
    }
}

#[actix_web::test]
async fn an_upload_takes_no_more_than_the_limit_though_more_was_announced() {
    let service = Service::start(Closure::echo());
    let announced = service.client("ada").announce("a.txt", TEXT, 2_000).await;
    let smaller = ServiceBuilder::on_files_of(&service).chatkit(|chatkit| chatkit.max_upload_bytes(1_000));
    service.running.stop().await;
    drop(service.store);
    let service = smaller.start(Closure::echo());
    let path = format!("/upload/{}", announced["id"].as_str().unwrap());
    let sent =
        service.client("ada").request(Method::PUT, &path).body(vec![b'x'; 1_001]).send().await.unwrap();
    let (status, error) = error_of(sent).await;
    assert_eq!((status, &error["code"]), (413, &json!("file_too_large")));
    assert!(error["message"].as_str().unwrap().contains("1000 bytes"), "{error}");
    assert!(service.files().is_empty());
}

/// Browsers send all of a body before they look at the answer; it must not be lost over that.
#[actix_web::test]
async fn a_large_upload_that_is_refused_is_told_why() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    let large = vec![b'x'; 8 << 20];
    for attempt in 0..5 {
        let announced = client.announce("a.txt", TEXT, 100).await;
        let answer = Form::file("file", TEXT, &large).post(upload_url(&announced)).await;
        assert_eq!(error_of(answer).await.0, 413, "attempt {attempt}");
        let answer = client.send_body([&large[..], &large].concat()).await;
        assert_eq!(error_of(answer).await.0, 413, "attempt {attempt}");
    }
}
