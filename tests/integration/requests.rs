//! Requests that are wrong in themselves: each is refused with its reason, and nothing else happens.

use reqwest::Method;

use crate::support::{Closure, Service, ServiceBuilder, error_of, raw};

#[actix_web::test]
async fn a_declared_length_over_the_limit_is_refused_before_the_body_comes() {
    let service = ServiceBuilder::default().http(|http| http.max_body_bytes = 10_000).start(Closure::echo());
    let head = "POST /chatkit HTTP/1.1\r\nhost: localhost\r\nx-user-id: ada\r\ncontent-length: 10001\r\n\r\n";
    let answer = raw(&service, head).await;
    assert_eq!((answer.status(), answer.code().as_str()), (413, "too_large"));
}

#[actix_web::test]
async fn probes_may_ask_for_the_head_alone() {
    let service = Service::start(Closure::echo());
    let client = service.client("ada");
    for path in ["/healthz", "/readyz"] {
        let answer = client.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.text().await.unwrap(), "", "{path}");
    }
}

#[actix_web::test]
async fn another_method_is_refused_with_those_there_are() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let with_ui = ServiceBuilder::default()
        .http(|http| http.static_directory = Some(folder.path().to_owned()))
        .start(Closure::echo());
    let client = with_ui.client("ada");
    for (path, allowed) in [
        ("/chatkit", "POST"),
        ("/upload/atc_1", "POST, PUT"),
        ("/preview/atc_1", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/readyz", "GET, HEAD"),
        ("/favicon.ico", "GET, HEAD"),
        ("/", "GET, HEAD"),
        ("/index.html", "GET, HEAD"),
        ("/nowhere", "GET, HEAD"),
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
            let answer = client.request(method.parse().unwrap(), path).send().await.unwrap();
            let case = format!("{method} {path}");
            if allowed.split(", ").any(|allowed| allowed == method) {
                assert_ne!(answer.status(), 405, "{case}");
                continue;
            }
            assert_eq!(answer.status(), 405, "{case}");
            assert_eq!(answer.headers()["allow"], allowed, "{case}");
            if method != "HEAD" {
                let (_, error) = error_of(answer).await;
                assert_eq!(error["code"], "method_not_allowed", "{case}");
                assert!(error["message"].as_str().unwrap().contains(allowed), "{case}: {error}");
            }
        }
    }
}
