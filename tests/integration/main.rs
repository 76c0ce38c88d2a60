//! Behaviour of the running service, over a real socket, with real SQLite.
#![allow(missing_docs, clippy::unwrap_used)]

mod agent;
mod attachments;
mod azure;
mod cancellation;
mod examples;
mod failures;
mod gallery;
mod messages;
mod model_failures;
mod mounted;
mod openai;
mod operations;
mod origins;
mod previews;
mod properties;
mod recordings;
mod requests;
mod restart;
mod starting;
mod support;
mod threads;
mod tool_failures;
mod transcription;
mod uploads;
mod widgets;
