//! The load tester: drives any ChatKit endpoint, ours or a peer's, and says how fast it answers.
//!
//! Worker threads, each with a runtime of its own, run `worker`: a closed loop of clients, or an open
//! loop of arrivals, whose times count from when a turn was due, not from when a client was free to begin
//! it. A client (`client`) plays the turns of its scenario over one kept connection (`http`); `frames`
//! scans what comes back without reading the JSON, since the tester shares the machine with what it tests.
//! What was seen is gathered in a `recorder` per worker and written up by `report`.

mod client;
mod clock;
mod error;
mod frames;
mod http;
mod mix;
pub mod mock_model;
mod picture;
mod process;
mod progress;
mod recorder;
mod report;
mod requests;
mod run;
mod settings;
mod turn;
mod worker;

pub use self::{run::run, settings::LoadSettings};
