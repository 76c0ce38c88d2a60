//! Behaviour of the running service, over a real socket, with real SQLite.
#![allow(missing_docs, clippy::unwrap_used)]

mod agent;
mod attachments;
mod azure;
mod cancellation;
mod failures;
mod load;
mod messages;
mod mock_model;
mod model_failures;
mod openai;
mod operations;
mod origins;
mod previews;
mod recordings;
mod requests;
mod restart;
mod starting;
mod support;
mod threads;
mod tool_failures;
mod uploads;
