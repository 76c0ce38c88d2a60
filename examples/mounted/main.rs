//! A chat inside an application that has users already: it is mounted in a scope of the application,
//! the application's own login says who asks, and the assistant knows them by name.
//!
//! `cargo run --example mounted`, then open <http://localhost:8001> and sign in as `ada` with the
//! password `engine`, or as `bob` with `brush`. The page loads the web component, which `make ui`
//! builds.

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_chatkit::{
    BuildError, Caller, ChatKit, IdentityError,
    agent::{AgentContext, Responder, ResponderError},
    protocol::ThreadItem,
    store::MemoryStore,
    web_component,
};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    cookie::{Cookie, SameSite},
    http::header,
    web,
};
use async_trait::async_trait;
use serde::Deserialize;
use uuid::Uuid;

const LOGIN_PAGE: &str = include_str!("login.html");
const CHAT_PAGE: &str = include_str!("chat.html");

/// A user of the application.
#[derive(Clone)]
struct User {
    id: &'static str,
    name: &'static str,
}

/// The application's login: who is signed in, by the token in their cookie. A real application would
/// keep hashes of passwords, and sessions that end.
#[derive(Clone, Default)]
pub struct Sessions(Arc<Mutex<HashMap<String, User>>>);

impl Sessions {
    fn begin(&self, name: &str, password: &str) -> Option<Cookie<'static>> {
        let user = match (name, password) {
            ("ada", "engine") => User { id: "user-1", name: "Ada" },
            ("bob", "brush") => User { id: "user-2", name: "Bob" },
            _ => return None,
        };
        let token = Uuid::new_v4().to_string();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), user);
        let cookie = Cookie::build("session", token).path("/").http_only(true).same_site(SameSite::Lax);
        Some(cookie.finish())
    }

    fn user(&self, request: &HttpRequest) -> Option<User> {
        let cookie = request.cookie("session")?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(cookie.value()).cloned()
    }
}

/// Greets users by the names under which the application knows them.
struct Greeter;

#[async_trait(?Send)]
impl Responder for Greeter {
    async fn respond(&self, context: AgentContext, _: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
        let name = context.request().state::<User>().map_or("stranger", |user| user.name);
        let mut answer = context.message();
        answer.push(format!("Hello, {name}. Nobody else can read this.")).await?;
        answer.finish().await
    }
}

/// The chat, to which the application's own login tells who asks.
pub fn chatkit(sessions: &Sessions) -> Result<ChatKit, BuildError> {
    let sessions = sessions.clone();
    ChatKit::builder(Greeter)
        .store(MemoryStore::new())
        .identity(move |request: &HttpRequest| {
            let user = sessions.user(request).ok_or_else(|| IdentityError::unauthorized("sign in first"))?;
            Ok(Caller::new(user.id).with(user))
        })
        .build()
}

/// The application, with the chat in the scope `/api`.
pub fn routes(config: &mut web::ServiceConfig, chatkit: &ChatKit, sessions: &Sessions) {
    config
        .app_data(web::Data::new(sessions.clone()))
        .route("/", web::get().to(page))
        .route("/login", web::post().to(login))
        .service(web::scope("/api").configure(chatkit.configure()))
        .configure(web_component("static"));
}

async fn page(request: HttpRequest, sessions: web::Data<Sessions>) -> web::Html {
    match sessions.user(&request) {
        Some(user) => web::Html::new(CHAT_PAGE.replace("{name}", user.name)),
        None => web::Html::new(LOGIN_PAGE),
    }
}

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

async fn login(form: web::Form<Credentials>, sessions: web::Data<Sessions>) -> HttpResponse {
    match sessions.begin(&form.name, &form.password) {
        Some(cookie) => {
            HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/")).finish()
        }
        None => HttpResponse::Unauthorized().body("There is no such user, or the password is wrong."),
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sessions = Sessions::default();
    let chatkit = chatkit(&sessions)?;
    let mounted = chatkit.clone();
    HttpServer::new(move || App::new().configure(|config| routes(config, &mounted, &sessions)))
        .h1_allow_half_closed(false)
        .bind(("127.0.0.1", 8001))?
        .run()
        .await?;
    chatkit.shut_down(Duration::from_secs(5)).await?;
    Ok(())
}
