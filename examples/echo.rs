//! The smallest assistant: it repeats what it hears.
//!
//! `cargo run --example echo`, then open <http://localhost:8001>. The page is the demo page, which
//! `make ui` builds.

use std::{error::Error, sync::Arc, time::Duration};

use actix_chatkit::{
    BuildError, ChatKit, SingleUser,
    agent::{AgentContext, Responder, ResponderError},
    protocol::ThreadItem,
    store::MemoryStore,
    web_interface,
};
use actix_web::{App, HttpServer};
use async_trait::async_trait;

struct Echo;

#[async_trait(?Send)]
impl Responder for Echo {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let Some(message) = input.as_ref().and_then(|item| item.as_user_message()) else { return Ok(()) };
        let mut answer = context.message();
        answer.push(message.plain_text()).await?;
        answer.finish().await
    }
}

/// A server with this responder, for one user, that forgets everything at the end.
pub fn chatkit() -> Result<ChatKit, BuildError> {
    ChatKit::builder(Echo).store(MemoryStore::new()).identity(SingleUser::new("me")).build()
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let chatkit = chatkit()?;
    let mounted = chatkit.clone();
    HttpServer::new(move || App::new().configure(mounted.configure()).configure(web_interface("static")))
        .h1_allow_half_closed(false)
        .bind(("127.0.0.1", 8001))?
        .run()
        .await?;
    chatkit.shut_down(Duration::from_secs(5)).await?;
    Ok(())
}
