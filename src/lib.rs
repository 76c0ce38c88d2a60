//! A self-hosted ChatKit server.
pub mod actors;
pub mod agent;
pub mod assistant;
pub mod context;
pub mod http;
pub mod links;
pub mod model;
pub mod protocol;
pub mod store;
