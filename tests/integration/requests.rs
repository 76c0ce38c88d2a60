//! Requests that are wrong in themselves: each is refused with its reason, and nothing else happens.

use crate::support::{Closure, ServiceBuilder, raw};

#[actix_web::test]
async fn a_declared_length_over_the_limit_is_refused_before_the_body_comes() {
    let service = ServiceBuilder::default().http(|http| http.max_body_bytes = 10_000).start(Closure::echo());
    let head = "POST /chatkit HTTP/1.1\r\nhost: localhost\r\nx-user-id: ada\r\ncontent-length: 10001\r\n\r\n";
    let answer = raw(&service, head).await;
    assert_eq!((answer.status(), answer.code().as_str()), (413, "too_large"));
}
