//! The web interface from the program instead of a folder.

use std::fs;

use actix_chatkit::{ChatKit, SingleUser, store::MemoryStore, web_component};
use actix_web::{App, HttpServer};
use reqwest::{Method, Response, StatusCode, header};

use super::support::{Closure, Service, ServiceBuilder};

/// A web interface in small.
static FILES: &[(&str, &[u8])] = &[
    ("chatkit.js", b"import('./chatkit/app-1a2B3c4D.js')"),
    ("chatkit/app-1a2B3c4D.js", b"export {}"),
    ("assets/index-DkZ0xY12.css", b"body {}"),
    ("favicon.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("index.html", "<!doctype html><title>ü</title>".as_bytes()),
];

async fn ask(service: &Service, method: Method, path: &str) -> Response {
    service.client("ada").request(method, path).send().await.unwrap()
}

/// What must not depend on where a file lies. The charset is left out: a folder names it for fewer types.
async fn seen(answer: Response) -> (StatusCode, Vec<String>, String) {
    let names = [
        header::CONTENT_TYPE,
        header::CACHE_CONTROL,
        header::CONTENT_SECURITY_POLICY,
        header::X_CONTENT_TYPE_OPTIONS,
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ALLOW,
    ];
    let headers = names.map(|name| {
        let value = answer.headers().get(name).map_or("", |value| value.to_str().unwrap());
        value.trim_end_matches("; charset=utf-8").to_owned()
    });
    (answer.status(), headers.to_vec(), answer.text().await.unwrap())
}

#[actix_web::test]
async fn files_in_the_program_are_served_like_those_in_a_folder() {
    let folder = tempfile::TempDir::new().unwrap();
    for (name, content) in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let in_folder = ServiceBuilder::default().web_interface(folder.path()).start(Closure::echo());
    let in_program = ServiceBuilder::default().web_interface(FILES).start(Closure::echo());
    for path in [
        "/",
        "/index.html",
        "/chatkit.js",
        "/chatkit/app-1a2B3c4D.js",
        "/assets/index-DkZ0xY12.css",
        "/favicon.ico",
        "/favicon.svg",
        "/deployments/chatkit/chatkit.js",
        "/deployments/chatkit/chatkit/app-1a2B3c4D.js",
        "/nowhere",
        "/chatkit/nothing.js",
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let expected = seen(ask(&in_folder, method.clone(), path).await).await;
            let found = seen(ask(&in_program, method.clone(), path).await).await;
            assert_eq!(found, expected, "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn a_client_that_has_a_file_is_not_sent_it_again() {
    let service = ServiceBuilder::default().web_interface(FILES).start(Closure::echo());
    let first = ask(&service, Method::GET, "/chatkit.js").await;
    let tag = first.headers()[header::ETAG].clone();
    let of = async |tag: &str| {
        let request = service.client("ada").request(Method::GET, "/chatkit.js");
        request.header(header::IF_NONE_MATCH, tag).send().await.unwrap()
    };
    let again = of(tag.to_str().unwrap()).await;
    assert_eq!((again.status(), &again.headers()[header::ETAG]), (StatusCode::NOT_MODIFIED, &tag));
    assert_eq!(again.headers()[header::CACHE_CONTROL], "no-cache");
    assert_eq!(again.text().await.unwrap(), "");
    let other = ask(&service, Method::GET, "/index.html").await.headers()[header::ETAG].clone();
    assert_eq!(of(other.to_str().unwrap()).await.status(), StatusCode::OK);
}

#[actix_web::test]
async fn without_built_files_the_program_says_how_to_get_them() {
    let none: &[(&'static str, &'static [u8])] = &[];
    let service = ServiceBuilder::default().web_interface(none).start(Closure::echo());
    let (status, _, text) = seen(ask(&service, Method::GET, "/").await).await;
    assert!(status == 503 && text.contains("make run"), "{status}: {text}");
    assert_eq!(ask(&service, Method::GET, "/chatkit.js").await.status(), 404);
}

/// The built files themselves, where they are built.
#[actix_web::test]
async fn the_component_is_served_whole_without_a_folder() {
    let chatkit = ChatKit::builder(Closure::echo()).store(MemoryStore::new()).identity(SingleUser::new("me"));
    let chatkit = chatkit.build().unwrap();
    let mounted = chatkit.clone();
    let server = HttpServer::new(move || {
        App::new().configure(mounted.configure()).configure(web_component(chatkit_web::FILES))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);
    let is_built = chatkit_web::file("chatkit.js").is_some();
    let answer = reqwest::get(format!("{url}/chatkit.js")).await.unwrap();
    assert_eq!(answer.status(), if is_built { StatusCode::OK } else { StatusCode::NOT_FOUND });
    for (name, content) in chatkit_web::FILES {
        let answer = reqwest::get(format!("{url}/{name}")).await.unwrap();
        let is_component = *name == "chatkit.js" || name.starts_with("chatkit/");
        assert_eq!(answer.status() == StatusCode::OK, is_component, "{name}");
        if is_component {
            assert_eq!(answer.bytes().await.unwrap(), *content, "{name}");
        }
    }
    handle.stop(true).await;
    serving.await.unwrap().unwrap();
}
