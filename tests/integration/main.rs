//! Behaviour of the running service, over a real socket, with real SQLite.
#![allow(clippy::missing_panics_doc, missing_docs)]

mod cancellation;
mod failures;
mod support;
mod threads;
