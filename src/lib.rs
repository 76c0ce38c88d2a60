//! A self-hosted ChatKit server.
pub mod actors;
pub mod agent;
pub mod app;
pub mod assistant;
pub mod config;
pub mod context;
pub mod http;
pub mod links;
pub mod model;
pub mod protocol;
pub mod store;
pub mod telemetry;
