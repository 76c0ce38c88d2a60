//! Requests that are wrong in themselves: each is refused with its reason, and nothing else happens.

use reqwest::Method;

use crate::support::{Closure, Service, ServiceBuilder, raw};

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
