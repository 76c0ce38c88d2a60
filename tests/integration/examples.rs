//! The examples, each run as its header says, but on a free port.

use actix_chatkit::ChatKit;
use actix_web::{App, HttpServer, web};
use reqwest::{Method, redirect::Policy};
use serde_json::{Value, json};

use crate::support::{Client, error_of, input, prepare_tls};

// Their `main` binds a port of its own.
#[allow(dead_code)]
#[path = "../../examples/client_tools/main.rs"]
mod client_tools;
#[allow(dead_code)]
#[path = "../../examples/echo.rs"]
mod echo;
#[allow(dead_code)]
#[path = "../../examples/mounted/main.rs"]
mod mounted;

/// Serves these routes and gives their address.
fn serve(routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> String {
    prepare_tls();
    let server = HttpServer::new(move || App::new().configure(&routes)).workers(1).disable_signals();
    let server = server.bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    url
}

fn mount(chatkit: ChatKit) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    move |config| {
        config.configure(chatkit.configure());
    }
}

fn text(item: &Value) -> &str {
    item["content"][0]["text"].as_str().unwrap()
}

#[actix_web::test]
async fn echo_says_what_it_hears() {
    let client = Client::new(&serve(mount(echo::chatkit().unwrap())), "me");
    let thread_id = client.thread("Is anybody there?").await;
    assert_eq!(text(&client.items(&thread_id).await[1]), "Is anybody there?");
}

#[actix_web::test]
async fn client_tools_calls_the_page_and_goes_on_with_what_it_returned() {
    let chatkit = client_tools::chatkit().unwrap();
    let url = serve(move |config| client_tools::routes(config, &chatkit));
    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    let client = Client::new(&url, "me");
    let events = client.run("threads.create", json!({"input": input("Buy milk")})).await;
    let call = &events.iter().rev().find(|event| event["type"] == "thread.item.done").unwrap()["item"];
    assert_eq!(
        (&call["type"], &call["arguments"]),
        (&json!("client_tool_call"), &json!({"text": "Buy milk"}))
    );
    // The page defines what is called, loads the component and talks to the endpoint.
    for part in [&format!("{}({{", call["name"].as_str().unwrap()), "\"/chatkit.js\"", "'/chatkit'"] {
        assert!(page.contains(part), "{part}");
    }
    let thread_id = call["thread_id"].as_str().unwrap();
    for (count, answer) in [(1, "Noted. It is the first note on the page."), (2, "There are 2 notes")] {
        let output = json!({"thread_id": thread_id, "result": {"count": count}});
        let events = client.run("threads.add_client_tool_output", output).await;
        let said = events.iter().rev().find(|event| event["type"] == "thread.item.done").unwrap();
        assert!(text(&said["item"]).contains(answer), "{said}");
        client.say(thread_id, "Call mum").await.rest().await;
    }
}

#[actix_web::test]
async fn mounted_lets_in_who_signed_in_and_shows_each_their_own() {
    let sessions = mounted::Sessions::default();
    let chatkit = mounted::chatkit(&sessions).unwrap();
    let url = serve(move |config| mounted::routes(config, &chatkit, &sessions));
    let stranger = Client::new(&url, "nobody");
    let asked = stranger.request(Method::POST, "/api/chatkit").body("{}").send().await.unwrap();
    assert_eq!(error_of(asked).await.0, 401);
    assert!(reqwest::get(&url).await.unwrap().text().await.unwrap().contains("action=\"/login\""));

    let mut clients = Vec::new();
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    for (name, password, greeting) in [("ada", "engine", "Hello, Ada."), ("bob", "brush", "Hello, Bob.")] {
        let login = browser.post(format!("{url}/login"));
        let form = |password: &str| format!("name={name}&password={password}");
        let login = login.header("content-type", "application/x-www-form-urlencoded");
        let wrong = login.try_clone().unwrap().body(form("guess")).send().await.unwrap();
        assert_eq!(wrong.status(), 401);
        let right = login.body(form(password)).send().await.unwrap();
        assert_eq!((right.status().as_u16(), &right.headers()["location"]), (303, &"/".parse().unwrap()));
        let cookie = right.headers()["set-cookie"].to_str().unwrap().to_owned();
        let client = Client::new(&format!("{url}/api"), name).with_header("cookie", &cookie);
        let page = client.http.get(&url).header("cookie", &cookie).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("'/api/chatkit'"));
        let thread_id = client.thread("Hi").await;
        assert!(text(&client.items(&thread_id).await[1]).starts_with(greeting));
        clients.push((client, thread_id));
    }
    let [(ada, _), (_, of_bob)] = &clients[..] else { unreachable!() };
    assert_eq!(ada.ask("threads.list", json!({})).await["data"].as_array().unwrap().len(), 1);
    assert_eq!(ada.refused("threads.get_by_id", json!({"thread_id": of_bob})).await.0, 404);
}
