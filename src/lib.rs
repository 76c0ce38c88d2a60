//! A self-hosted ChatKit server to mount in any actix-web application: every chat thread is an actor.
//!
//! ChatKit is OpenAI's chat UI and protocol for building assistants into products. This crate is the
//! whole server side of it, and serves an open web component that replaces the hosted one. The
//! command `actix-chatkit` is a ready-made service, the weather & image assistant; the library is for
//! an assistant of your own.
//!
//! # Start
//!
//! Implement [`agent::Responder`], hand it to [`ChatKit::builder`] with a [store] and a rule that
//! [tells who asks](Identity), and mount what it builds:
//!
//! ```no_run
//! use std::{sync::Arc, time::Duration};
//!
//! use actix_chatkit::{
//!     ChatKit, SingleUser,
//!     agent::{AgentContext, Responder, ResponderError},
//!     protocol::ThreadItem,
//!     store::{SqliteStore, SqliteStoreSettings},
//!     web_interface,
//! };
//! use actix_web::{App, HttpServer};
//! use async_trait::async_trait;
//!
//! /// Says what it hears.
//! struct Echo;
//!
//! #[async_trait(?Send)]
//! impl Responder for Echo {
//!     async fn respond(
//!         &self,
//!         context: AgentContext,
//!         input: Option<Arc<ThreadItem>>,
//!     ) -> Result<(), ResponderError> {
//!         let Some(message) = input.as_ref().and_then(|item| item.as_user_message()) else { return Ok(()) };
//!         let mut answer = context.message();
//!         answer.push(message.plain_text()).await?;
//!         answer.finish().await
//!     }
//! }
//!
//! #[actix_web::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let chatkit = ChatKit::builder(Echo)
//!         .store(SqliteStore::open(&SqliteStoreSettings::new("chat.db"))?)
//!         .identity(SingleUser::new("me"))
//!         .build()?;
//!     let mounted = chatkit.clone();
//!     HttpServer::new(move || App::new().configure(mounted.configure()).configure(web_interface("static")))
//!         .h1_allow_half_closed(false)
//!         .bind(("127.0.0.1", 8001))?
//!         .run()
//!         .await?;
//!     chatkit.shut_down(Duration::from_secs(5)).await?;
//!     Ok(())
//! }
//! ```
//!
//! The directory `examples/` has this and more. Each runs with one command: `echo`,
//! `client_tools` (the assistant calls a function of the page), `mounted` (inside an application with
//! users and a login of its own), `gallery` (everything there is to show) and `widgets`.
//!
//! # A tour
//!
//! What happens to a message, room by room:
//!
//! 1. **Request.** `POST /chatkit` is read into the types of [`protocol`]. The application's
//!    [`Identity`] says who asks; what else it knows of them travels along as
//!    [`RequestContext::state`](context::RequestContext::state).
//! 2. **Actor.** All requests of a thread meet in its actor ([`actors`]): turns cannot interleave, and
//!    a conversation's state needs no lock.
//! 3. **Turn.** The actor stores what the user did and polls the [`agent::Responder`], which answers
//!    through its [`agent::AgentContext`]: text ([`agent::message`]), widgets ([`agent::widgets`]),
//!    notices, titles, whole items.
//! 4. **Model and tools.** Most responders have a language [`model`] answer and call
//!    [`agent::tools`]; [`agent::tool_loop`] does both, [`agent::input`] turns a thread into what a
//!    model reads.
//! 5. **Store.** What a client sees as done is in the [`store`] first. Text on its way is saved once a
//!    second.
//! 6. **Stream.** Events are serialised once into the turn's log; every client is a cursor on it and
//!    reads it as SSE. A client that goes away cancels its turn unless it asked for a resumable one; what
//!    was written is kept.
//!
//! # Mounting
//!
//! [`ChatKit::configure`] gives routes for an `App` or a `Scope`; addresses that clients are given
//! follow the scope. The application around it keeps its own routes, middleware, error handlers and
//! 404. [`web_component`] serves `chatkit.js` beside them, [`web_interface`] the demo page too; both
//! take the folder that `make ui` builds, or the files that the crate `chatkit-web` carries
//! ([`WebFiles`]). A page then says
//!
//! ```html
//! <script src="/chatkit.js" async></script>
//! <openai-chatkit id="chat"></openai-chatkit>
//! <script>
//!   customElements.whenDefined('openai-chatkit').then(() =>
//!     document.getElementById('chat').setOptions({ api: { url: '/chatkit', domainKey: 'local' } }))
//! </script>
//! ```
//!
//! # Testing a responder
//!
//! No network and no socket are needed: a [`store::MemoryStore`], a [`SingleUser`], and for responders
//! with a model a [`model::scripted::ScriptedModel`], which plays what a test prepared.
//!
//! ```
//! use actix_chatkit::{ChatKit, SingleUser, agent::Responder, store::MemoryStore};
//! use actix_web::{App, test};
//! # use std::sync::Arc;
//! # use actix_chatkit::{agent::{AgentContext, ResponderError}, protocol::ThreadItem};
//! # struct Echo;
//! # #[async_trait::async_trait(?Send)]
//! # impl Responder for Echo {
//! #     async fn respond(&self, context: AgentContext, input: Option<Arc<ThreadItem>>) -> Result<(), ResponderError> {
//! #         let mut answer = context.message();
//! #         answer.push(input.unwrap().as_user_message().unwrap().plain_text()).await?;
//! #         answer.finish().await
//! #     }
//! # }
//!
//! # actix_web::rt::System::new().block_on(async {
//! let builder = ChatKit::builder(Echo).store(MemoryStore::new()).identity(SingleUser::new("me"));
//! let chatkit = builder.build().unwrap();
//! let app = test::init_service(App::new().configure(chatkit.configure())).await;
//! let request = test::TestRequest::post().uri("/chatkit").insert_header(("host", "localhost")).set_payload(
//!     r#"{"type": "threads.create", "params": {"input": {
//!         "content": [{"type": "input_text", "text": "Is anybody there?"}],
//!         "attachments": [], "inference_options": {}}}}"#,
//! );
//! let events = test::call_and_read_body(&app, request.to_request()).await;
//! assert!(String::from_utf8_lossy(&events).contains("Is anybody there?"));
//! # });
//! ```
//!
//! # Rooms
//!
//! Imports point downward only:
//!
//! ```text
//! chatkit → http → actors → agent → (model | store) → protocol
//!             assistant ──→ agent
//!                                    context, links, pictures: ground floor too
//! ```

pub mod actors;
pub mod agent;
pub mod assistant;
pub mod chatkit;
pub mod context;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
pub mod links;
pub mod model;
pub mod store;
mod thumbnails;
mod tls;
mod user;

pub use chatkit_pictures as pictures;
pub use chatkit_protocol as protocol;

pub use self::{
    chatkit::{BuildError, ChatKit, ChatKitBuilder},
    http::{
        assets::{WebFiles, web_component, web_interface},
        identity::{Caller, Identity, IdentityError, SingleUser, UserHeader},
        limits::Limits,
        origin::OriginPolicy,
    },
};

/// Makes the documentation tests compile the README's program.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Makes the documentation tests compile the program of the library's guide.
#[cfg(doctest)]
#[doc = include_str!("../docs/LIBRARY.md")]
struct LibraryGuide;
