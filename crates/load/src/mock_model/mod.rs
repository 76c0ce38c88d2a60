//! A stand-in for a language model: a chat-completions server for load tests.
//!
//! It answers at a set pace, calls the tools that it is offered, writes titles, and fails as often as it is
//! told to. A load test must never measure the stand-in itself. So whole answers are written once, at the start,
//! a stream is a position in one of them, and everything that is due is sent in one write.

mod answers;
mod failures;
mod question;
mod server;
mod settings;
mod stream;

pub use self::{server::serve, settings::MockModelSettings};
