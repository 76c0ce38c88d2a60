//! An assistant that calls a function of the page it is in: what one says becomes a note on the page.
//!
//! `cargo run --example client_tools`, then open <http://localhost:8001>. The page loads the web
//! component, which `make ui` builds.
//!
//! A client tool call ends the turn. The page runs the function and sends what it returned, and that
//! begins the next turn, which has no message: the call with its output is the last item of the
//! history.

use std::{error::Error, sync::Arc, time::Duration};

use actix_chatkit::{
    BuildError, ChatKit, SingleUser,
    agent::{AgentContext, Responder, ResponderError},
    protocol::{
        ItemId, ItemKind, ThreadItem,
        item::{ClientToolCall, ClientToolCallStatus},
    },
    store::MemoryStore,
    web_component,
};
use actix_web::{App, HttpServer, web};
use async_trait::async_trait;
use serde_json::{Map, Value};

const PAGE: &str = include_str!("page.html");

struct NoteTaker;

impl NoteTaker {
    /// Has the page add a note.
    async fn add_note(context: &AgentContext, text: String) -> Result<(), ResponderError> {
        let call = ClientToolCall {
            status: ClientToolCallStatus::Pending,
            call_id: "add_note".to_owned(),
            name: "add_note".to_owned(),
            arguments: Map::from_iter([("text".to_owned(), Value::from(text))]),
            output: None,
        };
        context.add_item(ItemId::tool_call(), ItemKind::ClientToolCall(call)).await
    }

    /// Says what the page made of it.
    async fn report(context: &AgentContext) -> Result<(), ResponderError> {
        let output = context.history().iter().rev().find_map(|item| match &item.kind {
            ItemKind::ClientToolCall(call) => call.output.as_ref(),
            _ => None,
        });
        let mut answer = context.message();
        answer
            .push(match output.and_then(|output| output["count"].as_u64()) {
                Some(1) => "Noted. It is the first note on the page.".to_owned(),
                Some(count) => format!("Noted. There are {count} notes on the page now."),
                None => "The page did not take the note.".to_owned(),
            })
            .await?;
        answer.finish().await
    }
}

#[async_trait(?Send)]
impl Responder for NoteTaker {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        match input.as_ref().and_then(|item| item.as_user_message()) {
            Some(message) => Self::add_note(&context, message.plain_text()).await,
            None => Self::report(&context).await,
        }
    }
}

/// A server with this responder, for one user, that forgets everything at the end.
pub fn chatkit() -> Result<ChatKit, BuildError> {
    ChatKit::builder(NoteTaker).store(MemoryStore::new()).identity(SingleUser::new("me")).build()
}

/// The page, the component it loads, and the endpoint it talks to.
pub fn routes(config: &mut web::ServiceConfig, chatkit: &ChatKit) {
    config
        .route("/", web::get().to(|| async { web::Html::new(PAGE) }))
        .configure(web_component("static"))
        .configure(chatkit.configure());
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let chatkit = chatkit()?;
    let mounted = chatkit.clone();
    HttpServer::new(move || App::new().configure(|config| routes(config, &mounted)))
        .h1_allow_half_closed(false)
        .bind(("127.0.0.1", 8001))?
        .run()
        .await?;
    chatkit.shut_down(Duration::from_secs(5)).await?;
    Ok(())
}
