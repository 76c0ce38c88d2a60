//! A stand-in for a language model: a chat-completions server for load tests.
//!
//! It answers at the pace it is told, calls the tools that it is offered, gives titles, and fails as
//! often as it is told. It must never be what a test measures: whole answers are written once, at the
//! start, and a stream is a place in them; what is due together leaves in one write.

mod answers;
mod failures;
mod question;
mod server;
mod settings;
mod stream;

pub use self::{server::serve, settings::MockModelSettings};
