//! A self-hosted ChatKit server.
pub mod model;
