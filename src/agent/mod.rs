//! Agents: how an answer is made.
//!
//! A [`Responder`] answers messages and actions of a thread; it is the trait an application
//! implements, and [`Responder::respond`] is all it must define. It gets an [`AgentContext`], through
//! which it reads the thread and emits events. On top stand the parts most agents want: [`input`] turns items into what a model reads,
//! [`tool_loop`] lets a model answer and calls the [`tools`] it asks for, [`message`] streams text,
//! [`workflow`] shows work step by step, and [`widgets`] streams widgets and renders them from templates.

mod context;
pub mod input;
pub mod message;
pub mod pictures;
pub mod responder;
pub mod tool_loop;
pub mod tools;
pub mod widgets;
pub mod workflow;

pub(crate) use self::context::{AgentEvent, ThreadView};
pub use self::{
    context::AgentContext,
    responder::{Audio, BoxError, Responder, ResponderError},
    tool_loop::ToolLoop,
    tools::{Tool, ToolError, ToolOutput, TypedTool},
};
