//! Agents: how an answer is made.
//!
//! A [`Responder`] answers messages and actions of a thread; it is the trait an application
//! implements, and [`Responder::respond`] is all it must define. It gets an [`AgentContext`], through
//! which it reads the thread and emits events. On top stand the parts most agents want: [`input`] turns
//! items into what a model reads, [`tool_loop`] lets a model answer and calls the [`tools`] it asks for,
//! [`message`] streams text, [`workflow`] shows work step by step, [`image`] pictures that are being made,
//! and [`widgets`] streams widgets and renders them from templates. What is kept of a turn that is ended
//! early says [`cancelled`].

pub mod cancelled;
mod codes;
mod context;
mod error;
pub mod files;
mod hooks;
pub mod image;
pub mod input;
mod journal;
pub mod message;
pub mod responder;
mod schema;
mod shorten;
pub mod tool_loop;
pub mod tools;
mod transcript;
pub mod widgets;
mod window;
pub mod workflow;
mod written;

pub(crate) use self::context::{
    AgentEvent, ContextParts,
    channel::{Emitter, Events, channel},
};
pub(crate) use self::hooks::Hooks;
pub(crate) use self::journal::{Entry, ThreadJournal, Writer};
pub use self::{
    cancelled::{Cancellation, CancelledTurn},
    context::AgentContext,
    responder::{BoxError, Responder, ResponderError},
    tool_loop::ToolLoop,
    tools::{Tool, ToolError, ToolOutput, TypedTool},
};
pub use crate::model::transcription::Audio;
