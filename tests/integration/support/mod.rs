//! The test kit: a service on a free port, a client that speaks the protocol, files to send it, HTTP
//! written by hand, and responders made of closures.

mod client;
mod files;
mod raw;
mod responder;
mod service;

pub use self::{
    client::{Client, Events, error_of, input},
    files::{Form, JPEG, PNG, jpeg, png},
    raw::raw,
    responder::{Closure, Gate},
    service::{Service, ServiceBuilder},
};
