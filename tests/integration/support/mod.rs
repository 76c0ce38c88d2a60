//! The test kit: a service on a free port or in a process of its own, a client that speaks the
//! protocol, files to send it, HTTP written by hand, responders made of closures, and a model
//! provider that plays a script.

mod client;
mod eventually;
mod files;
mod memory;
mod process;
mod provider;
mod raw;
mod responder;
mod response;
mod service;
mod tls;

pub use self::{
    client::{Client, Events, error_of, input},
    eventually::{PATIENCE, eventually, eventually_every},
    files::{Form, JPEG, PNG, jpeg, png},
    memory::MemoryAttachments,
    process::{Exit, Log, Process, ProcessBuilder},
    provider::{Asked, KEY, Provider, Reply, Rule},
    raw::raw,
    responder::{Closure, Gate},
    response::Response,
    service::{Service, ServiceBuilder},
    tls::prepare as prepare_tls,
};
