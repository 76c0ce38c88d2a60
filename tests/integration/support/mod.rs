//! The test kit: a service on a free port, a client that speaks the protocol, and responders made
//! of closures.

mod client;
mod responder;
mod service;

pub use self::{
    client::{Client, Events, error_of, input},
    responder::{Closure, Gate},
    service::{Service, ServiceBuilder},
};
