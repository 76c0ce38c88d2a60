//! An assistant that calls a function of the page it is in: it puts what the user says on the page as a note.
//!
//! `cargo run --example client_tools`, then open <http://localhost:8001>. The page loads the web
//! component, which `make ui` builds.
//!
//! A client tool call ends the turn. The page runs the function and sends what it returned, and that
//! begins the next turn, which has no message but the call with its output.

use std::{error::Error, sync::Arc, time::Duration};

use actix_chatkit::{
    BuildError, ChatKit, SingleUser,
    agent::{AgentContext, Responder, ResponderError},
    protocol::{ThreadItem, item::ClientToolCall},
    store::MemoryStore,
    web_component,
};
use actix_web::{App, HttpServer, web};
use async_trait::async_trait;
use serde_json::json;

const PAGE: &str = include_str!("page.html");

struct NoteTaker;

impl NoteTaker {
    /// Tells the user what the page answered.
    async fn report(context: &AgentContext, call: &ClientToolCall) -> Result<(), ResponderError> {
        let count = call.output.as_ref().and_then(|output| output["count"].as_u64());
        let mut answer = context.message();
        answer
            .push(match count {
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
        if let Some(call) = context.client_tool_output() {
            return Self::report(&context, call).await;
        }
        match input.as_ref().and_then(|item| item.as_user_message()) {
            Some(message) => {
                context.call_client_tool("add_note", json!({"text": message.plain_text()})).await
            }
            None => Ok(()),
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
