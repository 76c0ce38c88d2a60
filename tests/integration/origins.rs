//! Which browsers' requests are answered: `Origin`, preflights, and the name a request was sent to.

use actix_chatkit::OriginPolicy;
use reqwest::{Method, Response};
use serde_json::json;

use crate::support::{Client, Closure, ProcessBuilder, Service, ServiceBuilder, error_of, input, raw};

/// A service that also answers pages of `https://app.example.com`.
fn service() -> Service {
    ServiceBuilder::default()
        .chatkit(|chatkit| {
            let origins = OriginPolicy::new(&["https://app.example.com"]).allow_hosts(["chat.example.com"]);
            chatkit.origins(origins)
        })
        .start(Closure::echo())
}

/// Origins that may not drive the service when it is reached as `chat.example.com:8001`.
const FOREIGN: [&str; 12] = [
    "https://evil.example.com",
    "http://chat.example.com",
    "http://chat.example.com:8002",
    "https://chat.example.com:8001",
    "https://app.example.com.evil.com",
    "http://localhost.evil.com:8001",
    "http://app.example.com",
    "file://",
    "null",
    // The server listens on loopback, but is not reached by it: a proxy may stand before it.
    "http://localhost:5173",
    "http://127.0.0.1:3000",
    "http://[::1]:8001",
];

/// Origins that may.
const ALLOWED: [&str; 2] = ["http://chat.example.com:8001", "https://app.example.com"];

async fn send(client: &Client, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut request =
        client.request(method, path).header("host", "chat.example.com:8001").body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn a_page_of_a_foreign_origin_drives_nothing() {
    let service = service();
    let client = service.client("ada");
    let thread_id = client.thread("hello").await;
    let announced = client.announce("a.txt", "text/plain", 3).await;
    let upload = format!("/upload/{}", announced["id"].as_str().unwrap());
    let before = client.everything().await;
    let create = json!({"type": "threads.create", "params": {"input": input("hi")}}).to_string();
    let delete = json!({"type": "threads.delete", "params": {"thread_id": thread_id}}).to_string();
    for origin in FOREIGN {
        // What a page may send without asking first, and what it may not.
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json", ""] {
            for (method, path, body) in [
                (Method::POST, "/chatkit", create.as_str()),
                (Method::POST, "/chatkit", delete.as_str()),
                (Method::POST, upload.as_str(), "bad"),
                (Method::PUT, upload.as_str(), "bad"),
            ] {
                let headers = [("origin", origin), ("content-type", content_type)];
                let answer = send(&client, method.clone(), path, &headers, body).await;
                let case = format!("{method} {path} {content_type} from {origin}");
                assert_eq!(header(&answer, "access-control-allow-origin"), "", "{case}");
                let (status, error) = error_of(answer).await;
                assert_eq!((status, &error["code"]), (403, &json!("origin_not_allowed")), "{case}");
                let message = error["message"].as_str().unwrap();
                assert!(
                    message.contains(origin) && message.contains("CORS_ALLOWED_ORIGINS"),
                    "{case}: {error}"
                );
            }
        }
    }
    assert_eq!(client.everything().await, before);
    assert!(service.files().is_empty(), "{:?}", service.files());
}

#[actix_web::test]
async fn pages_of_allowed_origins_are_answered_and_may_read_the_answer() {
    let service = service();
    let client = service.client("ada");
    let list = json!({"type": "threads.list", "params": {}}).to_string();
    for origin in ALLOWED {
        for (body, status) in [(list.as_str(), 200), ("no json", 400)] {
            let answer = send(&client, Method::POST, "/chatkit", &[("origin", origin)], body).await;
            assert_eq!(answer.status(), status, "{origin}");
            assert_eq!(header(&answer, "access-control-allow-origin"), origin);
            assert!(header(&answer, "vary").to_ascii_lowercase().contains("origin"), "{origin}");
            assert!(header(&answer, "access-control-expose-headers").contains("retry-after"), "{origin}");
        }
    }
    let answer = send(&client, Method::POST, "/chatkit", &[], &list).await;
    assert_eq!(answer.status(), 200, "not a browser, or its own page");
}

#[actix_web::test]
async fn behind_a_proxy_the_base_url_is_our_own_and_no_header_of_the_proxy() {
    let service = ServiceBuilder::default()
        .chatkit(|chatkit| chatkit.base_url("https://public.example.com/api"))
        .start(Closure::echo());
    let client = service.client("ada");
    let list = json!({"type": "threads.list", "params": {}}).to_string();
    for (host, origin, status) in [
        ("public.example.com", "https://public.example.com", 200),
        ("127.0.0.1:8001", "https://public.example.com", 200),
        ("127.0.0.1:8001", "http://localhost:5173", 200),
        ("localhost:8001", "http://[::1]:8001", 200),
        ("public.example.com", "http://localhost:5173", 403),
        ("public.example.com", "http://public.example.com:8080", 403),
        ("public.example.com", "https://other.example.com", 403),
        ("other.example.com", "https://other.example.com", 403),
    ] {
        let request = client
            .request(Method::POST, "/chatkit")
            .header("host", host)
            .header("origin", origin)
            .header("x-forwarded-host", "other.example.com")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "host=other.example.com;proto=https")
            .body(list.clone());
        assert_eq!(request.send().await.unwrap().status(), status, "{origin} at {host}");
    }
}

#[actix_web::test]
async fn upload_addresses_follow_the_host_and_no_header_of_a_proxy() {
    let service = service();
    let body =
        json!({"type": "attachments.create", "params": {"name": "a", "size": 1, "mime_type": "text/plain"}});
    let headers = [
        ("x-forwarded-host", "evil.example.com"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=evil.example.com;proto=https"),
    ];
    let answer = send(&service.client("ada"), Method::POST, "/chatkit", &headers, &body.to_string()).await;
    let announced: serde_json::Value = answer.json().await.unwrap();
    let url = announced["upload_descriptor"]["url"].as_str().unwrap();
    assert!(url.starts_with("http://chat.example.com:8001/upload/"), "{url}");
}

#[actix_web::test]
async fn a_star_allows_every_origin() {
    let service = ServiceBuilder::default()
        .chatkit(|chatkit| chatkit.origins(OriginPolicy::new(&["*"]).allow_hosts(["chat.example.com"])))
        .start(Closure::echo());
    let client = service.client("ada");
    let list = json!({"type": "threads.list", "params": {}}).to_string();
    for origin in FOREIGN {
        let answer = send(&client, Method::POST, "/chatkit", &[("origin", origin)], &list).await;
        assert_eq!(answer.status(), 200, "{origin}");
    }
}

#[actix_web::test]
async fn preflights_are_granted_to_allowed_origins_only() {
    let service = service();
    let client = service.client("ada");
    for (path, method) in
        [("/chatkit", "POST"), ("/upload/atc_1", "POST"), ("/upload/atc_1", "PUT"), ("/preview/atc_1", "GET")]
    {
        let asks = |origin| {
            [
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", "content-type, authorization, chatkit-resumable"),
            ]
        };
        for origin in ALLOWED {
            let answer = send(&client, Method::OPTIONS, path, &asks(origin), "").await;
            let case = format!("{method} {path} from {origin}");
            assert!(answer.status().is_success(), "{case}: {}", answer.status());
            assert_eq!(header(&answer, "access-control-allow-origin"), origin, "{case}");
            assert!(header(&answer, "access-control-allow-methods").contains(method), "{case}");
            let headers = header(&answer, "access-control-allow-headers").to_ascii_lowercase();
            for name in ["content-type", "authorization", "chatkit-resumable"] {
                assert!(headers.contains(name), "{case}: {headers}");
            }
        }
        for origin in FOREIGN {
            let answer = send(&client, Method::OPTIONS, path, &asks(origin), "").await;
            assert_eq!(header(&answer, "access-control-allow-origin"), "", "{method} {path} from {origin}");
        }
    }
}

#[actix_web::test]
async fn a_server_answers_to_its_own_names_only() {
    let service = ServiceBuilder::default()
        .chatkit(|chatkit| chatkit.origins(OriginPolicy::default().allow_hosts(["chat.example.com"])))
        .start(Closure::echo());
    let client = service.client("ada");
    let list = json!({"type": "threads.list", "params": {}}).to_string();
    for host in [
        "localhost",
        "localhost:8001",
        "127.0.0.1:1",
        "[::1]:8001",
        "192.168.1.5:8001",
        "chat.example.com:443",
        "a.localhost",
    ] {
        let request = client.request(Method::POST, "/chatkit").header("host", host).body(list.clone());
        assert_eq!(request.send().await.unwrap().status(), 200, "{host}");
    }
    // A page whose own name was pointed at the server's address: to the browser this is one origin.
    for host in ["rebound.evil.com", "rebound.evil.com:8001", "localhost.evil.com", "127.0.0.1.evil.com"] {
        let origin = format!("http://{host}");
        for (method, path) in [
            (Method::POST, "/chatkit"),
            (Method::POST, "/upload/atc_1"),
            (Method::PUT, "/upload/atc_1"),
            (Method::GET, "/preview/atc_1"),
        ] {
            for origin in [Some(origin.as_str()), Some("http://localhost"), None] {
                let mut request =
                    client.request(method.clone(), path).header("host", host).body(list.clone());
                if let Some(origin) = origin {
                    request = request.header("origin", origin);
                }
                let (status, error) = error_of(request.send().await.unwrap()).await;
                let case = format!("{method} {path} at {host}");
                assert_eq!((status, &error["code"]), (403, &json!("host_not_allowed")), "{case}");
                assert!(error["message"].as_str().unwrap().contains("ALLOWED_HOSTS"), "{case}: {error}");
            }
        }
        // The proxy's header is no way around it.
        let request = client
            .request(Method::POST, "/chatkit")
            .header("host", host)
            .header("x-forwarded-host", "localhost")
            .body(list.clone());
        assert_eq!(request.send().await.unwrap().status(), 403, "{host}");
    }
    let nameless = "POST /chatkit HTTP/1.0\r\nx-user-id: ada\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(raw(&service, nameless).await.status(), 403);
}

#[actix_web::test]
async fn a_host_that_is_no_host_name_makes_no_addresses() {
    let service = ServiceBuilder::default()
        .chatkit(|chatkit| chatkit.origins(OriginPolicy::default().allow_hosts(["*"])))
        .start(Closure::echo());
    let body =
        json!({"type": "attachments.create", "params": {"name": "a", "size": 1, "mime_type": "text/plain"}})
            .to_string();
    for host in ["evil.com/path?", "a b", "\"><script>", "user@evil.com", "evil.com#", ""] {
        let head = format!(
            "POST /chatkit HTTP/1.1\r\nhost: {host}\r\nx-user-id: ada\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = raw(&service, head).await;
        assert_eq!(answer.status(), 400, "{host}: {}", answer.body());
    }
}

#[actix_web::test]
async fn what_proxies_write_for_nobody_is_nobody() {
    let service = Service::start(Closure::echo());
    for nobody in ["-", "(null)", "null", "undefined", " ", ""] {
        let (status, error) = service.client(nobody).refused("threads.list", json!({})).await;
        assert_eq!((status, &error["code"]), (401, &json!("unauthorized")), "{nobody:?}");
    }
}

#[actix_web::test]
async fn a_user_named_twice_is_nobody() {
    let service = Service::start(Closure::echo());
    let body = json!({"type": "threads.list", "params": {}}).to_string();
    let request = service.client("ada").request(reqwest::Method::POST, "/chatkit");
    let answer = request.header("x-user-id", "eve").body(body).send().await.unwrap();
    let (status, error) = error_of(answer).await;
    assert_eq!((status, &error["code"]), (401, &json!("unauthorized")));
}

/// The image's default: the server listens on every interface, and others may reach it.
#[actix_web::test]
async fn a_server_that_listens_beyond_loopback_checks_the_host_and_trusts_no_loopback_page() {
    let builder =
        ProcessBuilder::default().set("SERVER_HOST", "0.0.0.0").set("ALLOWED_HOSTS", "chat.internal");
    for base_url in [None, Some("https://chat.example.com")] {
        let builder = base_url.map_or(builder.clone(), |url| builder.clone().set("SERVER_BASE_URL", url));
        let process = builder.start().await;
        let own = format!("http://localhost:{}", process.port());
        let localhost = own.trim_start_matches("http://").to_owned();
        let based = if base_url.is_some() { 200 } else { 403 };
        for (host, origin, status) in [
            ("evil.example", "http://evil.example", 403),
            ("evil.example", "", 403),
            (localhost.as_str(), "", 200),
            (localhost.as_str(), own.as_str(), 200),
            ("192.168.1.5:8001", "http://192.168.1.5:8001", 200),
            ("chat.internal", "http://chat.internal", 200),
            ("chat.internal", "https://chat.internal", 403),
            (localhost.as_str(), "http://localhost:5173", 403),
            (localhost.as_str(), "http://127.0.0.1:3000", 403),
            ("chat.example.com", "https://chat.example.com", based),
        ] {
            let list = json!({"type": "threads.list", "params": {}}).to_string();
            let mut request =
                process.client().request(Method::POST, "/chatkit").header("host", host).body(list);
            if !origin.is_empty() {
                request = request.header("origin", origin);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), status, "{origin} at {host}, base URL {base_url:?}");
        }
        // Health checks name the host as they like.
        let health = process.client().request(Method::GET, "/readyz").header("host", "10.0.0.7:80");
        assert_eq!(health.send().await.unwrap().status(), 200);
        let log = process.stop().await.log;
        assert_eq!(log.about("IDENTITY=none").len(), 1, "{}", log.text());
    }
}

#[actix_web::test]
async fn the_start_warns_of_open_doors_where_others_may_reach_them() {
    let open = |host: &str| {
        let builder = ProcessBuilder::default().set("SERVER_HOST", host).set("IDENTITY", "header");
        builder.set("CORS_ALLOWED_ORIGINS", "*").set("ALLOWED_HOSTS", "*")
    };
    let log = open("0.0.0.0").start().await.stop().await.log;
    let warnings = log.of_level("WARN");
    for setting in ["IDENTITY=header", "CORS_ALLOWED_ORIGINS=*", "ALLOWED_HOSTS=*"] {
        let of = |warning: &&serde_json::Value| warning["message"].as_str().unwrap().starts_with(setting);
        assert_eq!(warnings.iter().filter(of).count(), 1, "{setting}: {}", log.text());
    }
    let log = open("127.0.0.1").start().await.stop().await.log;
    assert!(!log.text().contains("IDENTITY=") && !log.text().contains("ALLOWED_"), "{}", log.text());
}
