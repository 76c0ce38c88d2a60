//! A self-hosted ChatKit server: every chat thread is an actor.
//!
//! ChatKit is OpenAI's chat UI and protocol for building assistants into products. This crate is the
//! whole server side of it, and serves an open web component that replaces the hosted one.
//!
//! # A tour
//!
//! A request arrives in [`http`], is read into the types of [`protocol`], and becomes one message to
//! the actor of its thread ([`actors`]). The actor stores what the user did ([`store`]) and runs a
//! turn: a [`agent::Responder`] answers, mostly through a language [`model`] and its tools, and emits
//! events. Events go to the turn's log, serialised once, and from there to every client as SSE.
//! [`assistant`] is the responder of the weather & image assistant; [`app`] puts everything together
//! by the settings in [`config`].
//!
//! Imports point downward only:
//!
//! ```text
//! main → config, app → http → actors → assistant → agent → (model | store) → protocol
//!                                                      context, links: ground floor too
//! ```
//!
//! # An assistant of your own
//!
//! Implement [`agent::Responder`] and hand it to [`app::Parts`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use actix_chatkit::{
//!     agent::{AgentContext, Responder, ResponderError},
//!     protocol::{ItemKind, ThreadItem},
//! };
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
//!         let mut answer = context.message();
//!         if let Some(ItemKind::UserMessage(message)) = input.as_ref().map(|item| &item.kind) {
//!             answer.push(message.plain_text()).await?;
//!         }
//!         answer.finish().await
//!     }
//! }
//! ```

pub mod actors;
pub mod agent;
pub mod app;
pub mod assistant;
pub mod config;
pub mod context;
pub mod http;
pub mod links;
pub mod model;
pub mod protocol;
pub mod store;
pub mod telemetry;
