//! A ChatKit mounted in somebody else's application, with a login, a store and routes of its own.

use std::{
    collections::HashMap,
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_chatkit::{
    BuildError, Caller, ChatKit, ChatKitBuilder, Identity, IdentityError, SingleUser,
    actors::ThreadError,
    agent::{AgentContext, Audio, Responder, ResponderError},
    context::{RequestContext, UserId},
    protocol::{
        ItemId, ItemKind, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, action::Action, page::Order,
        request::Feedback,
    },
    store::{DiskAttachmentSettings, DiskAttachmentStore, MemoryStore, SqliteStore, SqliteStoreSettings},
    web_component,
};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    cookie::Cookie,
    dev::{Server, ServerHandle},
    error::{InternalError, PathError},
    middleware::{DefaultHeaders, NormalizePath},
    web,
};
use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Client, Closure, Events, Form, Gate, PNG, error_of, input, png, prepare_tls};

/// What the host knows of who is signed in.
#[derive(Clone)]
struct Session {
    user: String,
    team: &'static str,
}

/// The host's login: a cookie names a session.
#[derive(Clone, Default)]
struct Sessions(Arc<Mutex<HashMap<String, Session>>>);

#[async_trait(?Send)]
impl Identity for Sessions {
    async fn identify(&self, request: &HttpRequest) -> Result<Caller, IdentityError> {
        // As a look-up in a database would.
        tokio::task::yield_now().await;
        let cookie =
            request.cookie("session").ok_or_else(|| IdentityError::unauthorized("sign in at /login"))?;
        let session = self.0.lock().unwrap().get(cookie.value()).cloned();
        let session = session.ok_or_else(|| IdentityError::unauthorized("this session is over"))?;
        match session.team {
            "" => Err(IdentityError::forbidden("a guest may not chat")),
            "broken" => Err(IdentityError::failed("the directory of teams is down")),
            _ => Ok(Caller::new(session.user.as_str()).with(session)),
        }
    }
}

async fn login(sessions: web::Data<Sessions>, path: web::Path<(String, u32)>) -> HttpResponse {
    let (user, number) = path.into_inner();
    let token = format!("token-of-{user}");
    let team = ["red", "blue", "", "broken"][number as usize];
    let user = if user == "nameless" { String::new() } else { user };
    sessions.0.lock().unwrap().insert(token.clone(), Session { user, team });
    HttpResponse::Ok().cookie(Cookie::new("session", token)).finish()
}

/// Says which team asks, in every hook.
struct TeamSpirit;

fn team(context: &RequestContext) -> &'static str {
    context.state::<Session>().unwrap().team
}

#[async_trait(?Send)]
impl Responder for TeamSpirit {
    async fn respond(&self, context: AgentContext, _: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
        let mut answer = context.message();
        answer.push(format!("Hello, {} team", team(context.request()))).await?;
        answer.finish().await
    }

    async fn action(
        &self,
        context: AgentContext,
        _: Action,
        _: Option<ThreadItem>,
    ) -> Result<(), ResponderError> {
        context.add_hidden_context(team(context.request())).await?;
        context.progress(team(context.request()), None).await
    }

    async fn sync_action(
        &self,
        context: AgentContext,
        _: Action,
        _: Option<ThreadItem>,
    ) -> Result<Option<ThreadItem>, ResponderError> {
        let kind = ItemKind::HiddenContextItem { content: team(context.request()).into() };
        Ok(Some(context.new_item(ItemId::message(), kind)))
    }

    async fn add_feedback(&self, context: &RequestContext, _: &Feedback) -> Result<(), ResponderError> {
        Err(ResponderError::retryable(format!("feedback of {}", team(context))))
    }

    async fn transcribe(&self, context: &RequestContext, _: Audio) -> Result<String, ResponderError> {
        Ok(format!("{} says something", team(context)))
    }
}

/// A host that runs, with ChatKits mounted in it.
struct Host {
    url: String,
    chatkit: ChatKit,
    server: ServerHandle,
    folder: TempDir,
}

impl Host {
    /// Mounts one ChatKit at `/teams/{team}/chat`, another with a single user at `/desk`.
    fn start(responder: impl Responder, change: impl FnOnce(ChatKitBuilder) -> ChatKitBuilder) -> Self {
        prepare_tls();
        let folder = TempDir::new().unwrap();
        let uploads = DiskAttachmentSettings::new(folder.path().join("uploads"));
        let sessions = Sessions::default();
        let builder = ChatKit::builder(responder)
            .store(MemoryStore::new())
            .attachments(DiskAttachmentStore::open(&uploads).unwrap())
            .identity(sessions.clone());
        let chatkit = change(builder).build().unwrap();
        let desk = ChatKit::builder(Closure::echo())
            .store(MemoryStore::new())
            .identity(SingleUser::new("desk"))
            .build()
            .unwrap();
        let (mounted, directory) = (chatkit.clone(), folder.path().join("ui"));
        let server = HttpServer::new(move || {
            App::new()
                .wrap(DefaultHeaders::new().add(("x-host", "ours")))
                .wrap(NormalizePath::trim())
                .app_data(web::Data::new(sessions.clone()))
                .app_data(web::PathConfig::default().error_handler(refuse_as_host))
                .service(
                    web::scope("/teams/{team}/chat")
                        .configure(mounted.configure())
                        .configure(web_component(&directory)),
                )
                .service(web::scope("/desk").configure(desk.configure()).configure(desk.configure_health()))
                .route("/login/{user}/{team}", web::post().to(login))
                .route("/upload/{id}", web::post().to(|| async { "the host's upload" }))
                .route("/double/{n}", web::get().to(double))
                .default_service(web::to(|| async { HttpResponse::NotFound().body("the host's 404") }))
        })
        .workers(2)
        .h1_allow_half_closed(false)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        Self { url, chatkit, server: run(server.run()), folder }
    }

    /// A client of the ChatKit in this scope that is signed in.
    async fn client(&self, scope: &str, user: &str, team: u32) -> Client {
        let client = Client::new(&self.url, user);
        let answer = client.request(Method::POST, &format!("/login/{user}/{team}")).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        Client::new(&format!("{}{scope}", self.url), user).with_header("cookie", &cookie)
    }

    /// The threads of a user, asked for without HTTP.
    async fn threads(&self, user: &str) -> Result<Page<ThreadMetadata>, ThreadError> {
        let query = PageQuery::new(None, Order::Asc, None);
        self.chatkit.threads().list(&UserId::from(user), query).await
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn run(server: Server) -> ServerHandle {
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
}

async fn double(number: web::Path<u32>) -> String {
    (number.into_inner() * 2).to_string()
}

fn refuse_as_host(error: PathError, _: &HttpRequest) -> actix_web::Error {
    InternalError::from_response(error, HttpResponse::BadRequest().body("the host's 400")).into()
}

fn unchanged(builder: ChatKitBuilder) -> ChatKitBuilder {
    builder
}

const SCOPE: &str = "/teams/7/chat";

#[actix_web::test]
async fn the_host_s_login_tells_users_apart() {
    let host = Host::start(Closure::echo(), unchanged);
    let (ada, bob) = (host.client(SCOPE, "ada", 0).await, host.client(SCOPE, "bob", 1).await);
    let thread_id = ada.thread("hello").await;
    assert_eq!(ada.ask("threads.list", json!({})).await["data"][0]["id"], thread_id.as_str());
    assert_eq!(bob.ask("threads.list", json!({})).await["data"], json!([]));
    assert_eq!(bob.refused("threads.get_by_id", json!({"thread_id": thread_id})).await.0, 404);
    let mine = host.threads("ada").await.unwrap();
    assert_eq!(mine.data[0].id, ThreadId::from(thread_id.as_str()));
}

#[actix_web::test]
async fn who_is_not_let_in_gets_our_error_and_no_thread() {
    let host = Host::start(Closure::echo(), unchanged);
    let stranger = Client::new(&format!("{}{SCOPE}", host.url), "ada");
    let nameless = host.client(SCOPE, "nameless", 0).await;
    let (guest, unlucky) = (host.client(SCOPE, "guest", 2).await, host.client(SCOPE, "eve", 3).await);
    for (client, status, code, message) in [
        (&stranger, 401, "unauthorized", "sign in at /login"),
        (&stranger.clone().with_header("cookie", "session=x"), 401, "unauthorized", "this session is over"),
        (&nameless, 401, "unauthorized", "carries no user"),
        (&guest, 403, "forbidden", "a guest may not chat"),
        (&unlucky, 500, "internal", "Something went wrong on the server"),
    ] {
        let (got, error) = client.refused("threads.create", json!({"input": input("hi")})).await;
        assert_eq!((got, &error["code"]), (status, &json!(code)), "{error}");
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
    // Without a signature an upload asks the login too.
    let upload = stranger.request(Method::POST, "/upload/atc_1").body("x").send().await.unwrap();
    assert_eq!(error_of(upload).await.0, 401);
}

#[actix_web::test]
async fn addresses_of_files_stand_in_the_scope_and_need_no_login() {
    let host = Host::start(Closure::echo(), unchanged);
    let ada = host.client(SCOPE, "ada", 0).await;
    let bytes = png(600, 400);
    let announced = ada.announce("a.png", PNG, bytes.len()).await;
    let id = announced["id"].as_str().unwrap();
    let base = format!("{}{SCOPE}", host.url);
    let upload = announced["upload_descriptor"]["url"].as_str().unwrap();
    assert!(upload.starts_with(&format!("{base}/upload/{id}?")), "{upload}");
    let answer: Value = Form::file("file", PNG, &bytes).post(upload).await.json().await.unwrap();
    // The upload itself, a message and the history name the same place.
    let mut message = input("see");
    message["attachments"] = json!([id]);
    let events = ada.run("threads.create", json!({"input": message})).await;
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    let items = ada.items(thread_id).await;
    for preview in [&answer, &announced, &items[0]["attachments"][0]] {
        let url = preview["preview_url"].as_str().unwrap();
        assert!(url.starts_with(&format!("{base}/preview/{id}?")), "{url}");
        let shown = reqwest::get(url).await.unwrap();
        assert_eq!(
            (shown.status().as_u16(), &shown.headers()["content-type"]),
            (200, &"image/jpeg".parse().unwrap())
        );
        assert_eq!(shown.headers()["x-host"], "ours", "the host's middleware wraps us too");
    }
}

#[actix_web::test]
async fn a_fixed_base_url_stands_for_the_whole_mount_path() {
    let host = Host::start(Closure::echo(), |builder| builder.base_url("https://example.com/outer/"));
    let announced = host.client(SCOPE, "ada", 0).await.announce("a.png", PNG, 5).await;
    let url = announced["preview_url"].as_str().unwrap();
    assert!(url.starts_with("https://example.com/outer/preview/"), "{url}");
}

#[actix_web::test]
async fn the_host_s_routes_errors_and_404_stay_its_own() {
    let host = Host::start(Closure::echo(), unchanged);
    assert_eq!(host.get("/double/21").await, (200, "42".to_owned()));
    assert_eq!(host.get("/double/many").await, (400, "the host's 400".to_owned()));
    for path in
        ["/nothing", "/", "/chatkit", "/preview/x", "/teams/7/chat/nothing", "/healthz", "/chatkit.js"]
    {
        assert_eq!(host.get(path).await, (404, "the host's 404".to_owned()), "{path}");
    }
    let post = reqwest::Client::new().post(format!("{}/upload/1", host.url)).send().await.unwrap();
    assert_eq!(post.text().await.unwrap(), "the host's upload");
    // A page of any origin may use the host's routes if the host wants: our rule is for ours.
    let request = |path: &str| {
        let url = format!("{}{path}", host.url);
        reqwest::Client::new().post(url).header("origin", "https://evil.example.com").send()
    };
    assert_eq!(request("/upload/1").await.unwrap().status(), 200);
    assert_eq!(error_of(request("/teams/7/chat/chatkit").await.unwrap()).await.0, 403);
    // And what is ours refuses in our shape.
    let wrong_method = reqwest::get(format!("{}{SCOPE}/chatkit", host.url)).await.unwrap();
    assert_eq!(error_of(wrong_method).await.0, 405);
    let wrong_query = reqwest::get(format!("{}{SCOPE}/preview/x?expires=soon", host.url)).await.unwrap();
    assert_eq!(error_of(wrong_query).await.0, 400);
}

#[actix_web::test]
async fn two_mounted_in_one_application_do_not_mix() {
    let host = Host::start(TeamSpirit, unchanged);
    let desk = Client::new(&format!("{}/desk", host.url), "anybody");
    desk.thread("hello").await;
    let ada = host.client(SCOPE, "ada", 0).await;
    assert_eq!(ada.ask("threads.list", json!({})).await["data"], json!([]));
    let announce = json!({"name": "a.png", "size": 1, "mime_type": PNG});
    assert_eq!(desk.refused("attachments.create", announce).await.0, 501, "the other one has attachments");
    assert_eq!(host.get("/desk/readyz").await.0, 200);
}

#[actix_web::test]
async fn a_responder_sees_the_host_s_session_in_every_hook() {
    let host = Host::start(TeamSpirit, unchanged);
    let (ada, bob) = (host.client(SCOPE, "ada", 0).await, host.client(SCOPE, "bob", 1).await);
    for (client, team) in [(&ada, "red"), (&bob, "blue")] {
        let thread_id = client.thread("hello").await;
        let items = client.items(&thread_id).await;
        assert_eq!(items[1]["content"][0]["text"], format!("Hello, {team} team"));
        let item_id = &items[1]["id"];
        let action = json!({"thread_id": thread_id, "item_id": null, "action": {"type": "a", "payload": {}}});
        let events = client.run("threads.custom_action", action.clone()).await;
        assert!(events.iter().any(|event| event["text"] == team), "{events:?}");
        let updated = client.ask("threads.sync_custom_action", action).await;
        assert_eq!(updated["updated_item"]["content"], team, "{updated}");
        let feedback = json!({"thread_id": thread_id, "item_ids": [item_id], "kind": "positive"});
        let (_, error) = client.refused("items.feedback", feedback).await;
        assert_eq!(error["message"], format!("feedback of {team}"));
        let audio = json!({"audio_base64": "AA==", "mime_type": "audio/webm"});
        let heard = client.ask("input.transcribe", audio).await;
        assert_eq!(heard["text"], format!("{team} says something"));
    }
}

#[actix_web::test]
async fn the_web_component_is_served_beside_the_endpoint() {
    let host = Host::start(Closure::echo(), unchanged);
    let missing = reqwest::get(format!("{}{SCOPE}/chatkit.js", host.url)).await.unwrap();
    let (status, error) = error_of(missing).await;
    assert!(status == 404 && error["message"].as_str().unwrap().contains("make ui"), "{error}");
    let ui = host.folder.path().join("ui");
    fs::create_dir_all(ui.join("chatkit")).unwrap();
    for (name, text) in [
        ("chatkit.js", "loader"),
        ("chatkit/app-1a2B3c4D.js", "part"),
        ("index.html", "page"),
        ("chatkit/.x", "no"),
    ] {
        fs::write(ui.join(name), text).unwrap();
    }
    fs::write(host.folder.path().join("secret.js"), "secret").unwrap();
    let get = async |path: &str| {
        let answer = reqwest::get(format!("{}{SCOPE}{path}", host.url)).await.unwrap();
        let header = |name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let headers =
            [header("content-type"), header("cache-control"), header("access-control-allow-origin")];
        (answer.status().as_u16(), headers, answer.text().await.unwrap())
    };
    let script = "text/javascript";
    let (status, headers, body) = get("/chatkit.js").await;
    assert_eq!((status, body.as_str()), (200, "loader"));
    assert_eq!(headers, [script, "no-cache", "*"]);
    let (status, headers, body) = get("/chatkit/app-1a2B3c4D.js").await;
    assert_eq!((status, body.as_str()), (200, "part"));
    assert_eq!(headers, [script, "public, max-age=31536000, immutable", "*"]);
    for path in [
        "/index.html",
        "/chatkit/.x",
        "/chatkit/..%2f..%2fsecret.js",
        "/chatkit/..%5csecret.js",
        "/chatkit/a/b",
    ] {
        let (status, _, body) = get(path).await;
        assert!(status == 404 && !body.contains("secret"), "{path}: {body}");
    }
    // The demo page is not served, and the endpoint still answers beside the folder of its name.
    host.client(SCOPE, "ada", 0).await.thread("hello").await;
}

/// Starts a turn that is held in the middle of its answer on a database of its own.
async fn held() -> (Host, String, Events, String) {
    let database = TempDir::new().unwrap().keep().join("chat.db").display().to_string();
    let path = database.clone();
    let host = Host::start(Closure::held(&Gate::closed()), move |builder| {
        builder.store(SqliteStore::open(&SqliteStoreSettings::new(path)).unwrap())
    });
    let (turn, thread_id) = host.client(SCOPE, "ada", 0).await.begin("Once upon").await;
    (host, database, turn, thread_id)
}

/// The answer of the thread's first turn, as another process finds it.
async fn stored_answer(database: String, thread_id: &str) -> Value {
    let host = Host::start(Closure::echo(), move |builder| {
        builder.store(SqliteStore::open(&SqliteStoreSettings::new(database)).unwrap())
    });
    host.client(SCOPE, "ada", 0).await.items(thread_id).await[1]["content"][0]["text"].clone()
}

#[actix_web::test]
async fn shutting_down_after_the_server_ended_stores_what_was_written() {
    let (host, database, turn, thread_id) = held().await;
    host.server.stop(false).await;
    host.chatkit.shut_down(Duration::ZERO).await.unwrap();
    drop(turn);
    assert_eq!(stored_answer(database, &thread_id).await, "Once upon");
    // Once more is harmless, and so is a question.
    host.chatkit.shut_down(Duration::from_secs(60)).await.unwrap();
    assert!(host.threads("ada").await.is_err());
}

#[actix_web::test]
async fn shutting_down_with_the_server_tells_clients_and_stores_what_was_written() {
    let (host, database, turn, thread_id) = held().await;
    host.chatkit.shut_down_with(&host.server, Duration::from_millis(10)).await.unwrap();
    let last = turn.rest().await.pop().unwrap();
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(true)));
    assert_eq!(stored_answer(database, &thread_id).await, "Once upon");
}

#[actix_web::test]
async fn what_is_missing_is_named() {
    let builder = || ChatKit::builder(Closure::echo());
    let complete = || builder().store(MemoryStore::new()).identity(SingleUser::new("me"));
    for (builder, part) in [
        (builder().identity(SingleUser::new("me")), "ChatKitBuilder::store"),
        (builder().store(MemoryStore::new()), "ChatKitBuilder::identity"),
        (complete().base_url("chat.example.com"), "`chat.example.com`"),
    ] {
        let Err(error) = builder.build() else { panic!("built without {part}") };
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn without_actix_nothing_is_built_and_nothing_panics() {
    let builder = ChatKit::builder(Closure::echo()).store(MemoryStore::new()).identity(SingleUser::new("me"));
    assert!(matches!(builder.build(), Err(BuildError::NoSystem)));
}
