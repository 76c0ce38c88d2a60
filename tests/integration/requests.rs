//! Requests that are wrong in themselves: each is refused with its reason, and nothing else happens.

use reqwest::{Body, Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, Closure, Service, ServiceBuilder, error_of, raw};

/// Sends each body of a table; says which one is not refused as told, or was not without effect.
async fn refuses_all(client: &Client, code: &str, table: Vec<(Vec<u8>, Option<&str>, &str)>) {
    client.thread("hello").await;
    let before = client.everything().await;
    for (body, param, words) in table {
        let case = String::from_utf8_lossy(&body).chars().take(200).collect::<String>();
        let (status, error) = error_of(client.send_body(body).await).await;
        assert_eq!((status, error["code"].as_str()), (400, Some(code)), "{case}: {error}");
        assert_eq!(error["param"].as_str(), param, "{case}: {error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{case}: {error}");
        assert_eq!(client.everything().await, before, "{case}");
    }
}

#[actix_web::test]
async fn a_body_that_is_no_json_is_refused() {
    let service = Service::start(Closure::echo());
    let list = br#"{"type":"threads.list","params":{}}"#;
    let table = [
        (&b""[..], "EOF"),
        (b" \n ", "EOF"),
        (&list[..list.len() - 1], "EOF"),
        (b"not json", "line 1 column"),
        (br#"{"type":"threads.list","params":{}} and more"#, "trailing characters"),
        (br"{'type':'threads.list','params':{}}", "line 1 column"),
        (br#"{"type":"threads.list","params":{"limit":NaN}}"#, "line 1 column"),
        (br#"{"type":"threads.list","params":{"after":"\ud83d"}}"#, "line 1 column"),
        (b"{\"type\":\"threads.list\",\"params\":{\"after\":\"\xff\"}}", "line 1 column"),
        (b"\xef\xbb\xbf{\"type\":\"threads.list\",\"params\":{}}", "line 1 column"),
        (b"{\"type\":\"threads.list\",\"params\":{\"after\":\"a\nb\"}}", "control character"),
    ];
    let mut table: Vec<_> = table.map(|(body, words)| (body.to_vec(), None, words)).into();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        table.push((deep.into_bytes(), None, "nested deeper than 100"));
    }
    table.push(("[".repeat(100_000).into_bytes(), None, "nested deeper than 100"));
    refuses_all(&service.client("ada"), "invalid_json", table).await;
}

#[actix_web::test]
async fn json_that_is_no_request_is_refused_with_the_field_at_fault() {
    let service = Service::start(Closure::echo());
    let list = |more: Value| {
        let mut body = json!({"type": "threads.list", "params": {}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let table = [
        (json!([]), None, "object"),
        (json!(null), None, "object"),
        (json!("threads.list"), None, "object"),
        (json!(5), None, "object"),
        (json!({}), Some("type"), "missing"),
        (json!({"params": {}}), Some("type"), "missing"),
        (list(json!({"type": null})), Some("type"), "string"),
        (list(json!({"type": 5})), Some("type"), "string"),
        (list(json!({"type": "threads.explode"})), Some("type"), "`threads.explode`"),
        (list(json!({"type": "Threads.List"})), Some("type"), "`Threads.List`"),
        (list(json!({"type": "x".repeat(1_000_000)})), Some("type"), "unknown request type `xxx"),
        (json!({"type": "threads.list"}), Some("params"), "missing"),
        (list(json!({"params": null})), Some("params"), "object"),
        (list(json!({"params": []})), Some("params"), "object"),
        (list(json!({"metadata": null})), Some("metadata"), "object"),
        (list(json!({"metadata": "x"})), Some("metadata"), "object"),
    ];
    let table = table.map(|(body, param, words)| (body.to_string().into_bytes(), param, words));
    refuses_all(&service.client("ada"), "invalid_request", table.into()).await;
}

/// A message whose field at `pointer` is replaced, or removed when `value` is none.
fn message_with(pointer: &str, value: Option<Value>) -> Value {
    let mut params = json!({"thread_id": "thr_1", "input": {
        "content": [
            {"type": "input_text", "text": "a"},
            {"type": "input_tag", "id": "1", "text": "b", "data": {}, "interactive": false},
        ],
        "attachments": ["atc_1"],
        "inference_options": {"tool_choice": {"id": "t"}, "model": "m"},
        "quoted_text": "q",
    }});
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = params.pointer_mut(parent).unwrap();
    match value {
        Some(value) => *parent.pointer_mut(&format!("/{key}")).unwrap() = value,
        None => assert!(parent.as_object_mut().unwrap().shift_remove(key).is_some()),
    }
    params
}

#[actix_web::test]
async fn a_wrong_field_is_named_by_its_path() {
    let service = Service::start(Closure::echo());
    let add = "threads.add_user_message";
    let mut table = Vec::new();
    for (pointer, value, param, words) in [
        ("/thread_id", None, "params", "thread_id"),
        ("/thread_id", Some(json!(null)), "params.thread_id", "string"),
        ("/thread_id", Some(json!(5)), "params.thread_id", "string"),
        ("/input", None, "params", "input"),
        ("/input", Some(json!([])), "params.input", "UserMessageInput"),
        ("/input/content", None, "params.input", "content"),
        ("/input/content", Some(json!("text")), "params.input.content", "sequence"),
        ("/input/content/0", Some(json!("text")), "params.input.content[0]", "string"),
        ("/input/content/0/type", None, "params.input.content[0]", "`type`"),
        (
            "/input/content/0/type",
            Some(json!("input_image")),
            "params.input.content[0].type",
            "`input_image`",
        ),
        ("/input/content/0/text", None, "params.input.content[0]", "`text`"),
        ("/input/content/0/text", Some(json!(5)), "params.input.content[0]", "string"),
        ("/input/content/1/id", Some(json!(null)), "params.input.content[1]", "string"),
        ("/input/content/1/data", Some(json!([])), "params.input.content[1]", "map"),
        ("/input/content/1/interactive", Some(json!("no")), "params.input.content[1]", "boolean"),
        ("/input/attachments", None, "params.input", "attachments"),
        ("/input/attachments", Some(json!(null)), "params.input.attachments", "sequence"),
        ("/input/attachments/0", Some(json!(5)), "params.input.attachments[0]", "string"),
        ("/input/inference_options", None, "params.input", "inference_options"),
        ("/input/inference_options", Some(json!(null)), "params.input.inference_options", "null"),
        ("/input/inference_options/model", Some(json!(5)), "params.input.inference_options.model", "string"),
        (
            "/input/inference_options/tool_choice/id",
            Some(json!({})),
            "params.input.inference_options.tool_choice.id",
            "string",
        ),
        ("/input/quoted_text", Some(json!(["q"])), "params.input.quoted_text", "string"),
    ] {
        table.push((add, message_with(pointer, value), param, words));
    }
    let act = |action: Value| json!({"thread_id": "t", "action": action});
    let form = |input: Value| json!({"thread_id": "t", "item_id": "i", "input": input});
    table.extend([
        ("threads.create", json!({}), "params", "input"),
        ("threads.create", json!({"input": null}), "params.input", "null"),
        ("threads.list", json!({"limit": -1}), "params.limit", "not negative"),
        ("threads.list", json!({"limit": "-1"}), "params.limit", "not negative"),
        ("threads.list", json!({"limit": 1.5}), "params.limit", "integer"),
        ("threads.list", json!({"limit": "many"}), "params.limit", "integer"),
        ("threads.list", json!({"limit": []}), "params.limit", "integer"),
        ("threads.list", json!({"order": "up"}), "params.order", "`up`"),
        ("threads.list", json!({"order": 1}), "params.order", "integer `1`"),
        ("threads.list", json!({"after": 5}), "params.after", "string"),
        ("items.list", json!({"limit": 5}), "params", "thread_id"),
        ("items.list", json!({"thread_id": "t", "limit": -5}), "params.limit", "not negative"),
        ("items.list", json!({"thread_id": "t", "order": "DESC"}), "params.order", "`DESC`"),
        ("items.feedback", json!({"thread_id": "t", "item_ids": ["i"]}), "params", "kind"),
        (
            "items.feedback",
            json!({"thread_id": "t", "item_ids": ["i"], "kind": "meh"}),
            "params.kind",
            "`meh`",
        ),
        (
            "items.feedback",
            json!({"thread_id": "t", "item_ids": "i", "kind": "positive"}),
            "params.item_ids",
            "sequence",
        ),
        (
            "items.feedback",
            json!({"thread_id": "t", "item_ids": ["i", 1], "kind": "positive"}),
            "params.item_ids[1]",
            "string",
        ),
        ("threads.update", json!({"thread_id": "t"}), "params", "title"),
        ("threads.update", json!({"thread_id": "t", "title": null}), "params.title", "string"),
        ("threads.add_client_tool_output", json!({"thread_id": "t"}), "params", "result"),
        ("threads.add_structured_input", json!({"thread_id": "t", "item_id": "i"}), "params", "input"),
        ("threads.add_structured_input", form(json!({"status": "late"})), "params.input.status", "`late`"),
        ("threads.add_structured_input", form(json!({"answers": []})), "params.input.answers", "map"),
        (
            "threads.add_structured_input",
            form(json!({"answers": {"q": {"values": [1]}}})),
            "params.input.answers.q.values[0]",
            "string",
        ),
        ("threads.retry_after_item", json!({"thread_id": "t"}), "params", "item_id"),
        ("threads.custom_action", json!({"thread_id": "t"}), "params", "action"),
        ("threads.custom_action", act(json!(null)), "params.action", "null"),
        ("threads.custom_action", act(json!({})), "params.action", "type"),
        ("threads.custom_action", act(json!({"payload": 1})), "params.action", "type"),
        ("threads.sync_custom_action", act(json!({"type": 5})), "params.action.type", "string"),
        (
            "threads.custom_action",
            json!({"thread_id": "t", "item_id": 5, "action": {"type": "a"}}),
            "params.item_id",
            "string",
        ),
        ("attachments.create", json!({"name": "a", "mime_type": "text/plain"}), "params", "size"),
        ("attachments.delete", json!({"attachment_id": null}), "params.attachment_id", "string"),
        ("input.transcribe", json!({"audio_base64": "YQ=="}), "params", "mime_type"),
        ("input.transcribe", json!({"audio_base64": 5, "mime_type": "a"}), "params.audio_base64", "string"),
        ("ext.threads.resume", json!({"thread_id": "t", "after": -1}), "params.after", "not negative"),
    ]);
    for operation in [
        "threads.get_by_id",
        "threads.delete",
        "threads.update",
        "items.list",
        "ext.threads.resume",
        "ext.threads.stop",
    ] {
        table.push((operation, json!({"title": "t"}), "params", "thread_id"));
        table.push((operation, json!({"thread_id": 5, "title": "t"}), "params.thread_id", "string"));
    }
    let table = table.into_iter().map(|(operation, params, param, words)| {
        (json!({"type": operation, "params": params}).to_string().into_bytes(), Some(param), words)
    });
    refuses_all(&service.client("ada"), "invalid_request", table.collect()).await;
}

#[actix_web::test]
async fn a_body_over_the_limit_is_refused_however_it_comes() {
    let service =
        ServiceBuilder::default().chatkit(|chatkit| chatkit.max_body_bytes(10_000)).start(Closure::echo());
    let client = service.client("ada");
    let before = client.everything().await;
    let padded = |size| {
        let mut body = json!({"type": "threads.list", "params": {}}).to_string().into_bytes();
        body.resize(size, b' ');
        body
    };
    assert_eq!(client.send_body(padded(10_000)).await.status(), StatusCode::OK, "just at the limit");
    let chunks = |size: usize| {
        let chunks: Vec<_> = padded(size).chunks(1_000).map(<[u8]>::to_vec).collect();
        Body::wrap_stream(futures_util::stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>)))
    };
    assert_eq!(client.send_body(chunks(10_000)).await.status(), StatusCode::OK, "just at the limit");
    for (case, body) in [("declared", padded(10_001).into()), ("chunked", chunks(10_001))] {
        let (status, error) = error_of(client.send_body(body).await).await;
        assert_eq!((status, &error["code"]), (413, &json!("request_too_large")), "{case}");
        assert!(error["message"].as_str().unwrap().contains("10000 bytes"), "{case}: {error}");
    }
    assert_eq!(client.everything().await, before);
}

#[actix_web::test]
async fn a_declared_length_over_the_limit_is_refused_before_the_body_comes() {
    let service =
        ServiceBuilder::default().chatkit(|chatkit| chatkit.max_body_bytes(10_000)).start(Closure::echo());
    let head = "POST /chatkit HTTP/1.1\r\nhost: localhost\r\nx-user-id: ada\r\ncontent-length: 10001\r\n\r\n";
    let answer = raw(&service, head).await;
    assert_eq!((answer.status(), answer.code().as_str()), (413, "request_too_large"));
}

#[actix_web::test]
async fn another_method_is_refused_with_those_there_are() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let with_ui = ServiceBuilder::default().web_interface(folder.path()).start(Closure::echo());
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
async fn an_unknown_address_is_not_found() {
    let service = Service::start(Closure::echo());
    let folder = tempfile::TempDir::new().unwrap();
    let with_ui = ServiceBuilder::default().web_interface(folder.path()).start(Closure::echo());
    for path in ["/.env", "/%2e%2e%2fsecret", "/..%5csecret", "/a%00"] {
        let answer = with_ui.client("ada").request(Method::GET, path).send().await.unwrap();
        assert_eq!(error_of(answer).await.0, 404, "{path}");
    }
    for path in ["/nowhere", "/chatkit/", "/chatkit/more", "/upload", "/upload/", "/upload/a/b", "/preview/"]
    {
        let answer = with_ui.client("ada").request(Method::GET, path).send().await.unwrap();
        let (status, error) = error_of(answer).await;
        assert_eq!((status, &error["code"]), (404, &json!("not_found")), "{path}");
        for method in [Method::GET, Method::POST] {
            let answer = service.client("ada").request(method.clone(), path).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{method} {path}, where the application has no page for it");
        }
    }
}
