//! Behaviour of the running service, over a real socket, with real SQLite.
#![allow(missing_docs, clippy::unwrap_used)]

mod agent;
mod attachments;
mod azure;
mod cancellation;
mod elsewhere;
mod examples;
mod failures;
mod gallery;
mod health;
mod limits;
mod load;
mod logging;
mod messages;
mod mock_model;
mod model_check;
mod model_failures;
mod model_servers;
mod mounted;
mod openai;
mod operations;
mod origins;
#[cfg(unix)]
mod ownership;
mod pages;
#[cfg(target_os = "linux")]
mod pictures;
mod previews;
mod properties;
mod reading;
mod recordings;
mod requests;
mod responses;
mod restart;
mod starting;
mod support;
mod threads;
mod tool_failures;
mod transcription;
mod unreadable;
mod upgrade;
mod uploads;
mod web_files;
mod widgets;
