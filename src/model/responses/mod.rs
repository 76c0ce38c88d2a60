//! A client for OpenAI's Responses API, as OpenAI, Azure's v1 endpoint, Foundry and many local servers speak it.
//!
//! Nothing is kept at the provider: each call sends the whole conversation, with the reasoning that the same model
//! gave out encrypted. The tools that the provider runs itself are those of
//! [`GenerationOptions::hosted_tools`](super::GenerationOptions::hosted_tools).

pub(super) mod body;
mod input;
mod reader;
mod request;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::{body::Body, request::request_body};
use crate::model::{
    Capabilities, Model, ModelRequest, ModelStream,
    call::{Asked, CallSettings, Dialect, Reader, Server},
    provider::ProviderSettingsError,
};

/// The largest event that is read of a model that draws, whatever the settings say: the last one of a stream repeats
/// all pictures of the answer.
const PICTURE_EVENT_BYTES: usize = 64 << 20;

/// A model behind the Responses API.
#[derive(Debug)]
pub struct Responses {
    server: Arc<Server>,
}

impl Responses {
    /// A client for one server; connections are kept and shared between its calls.
    pub fn new(settings: CallSettings) -> Result<Self, ProviderSettingsError> {
        Ok(Self { server: Arc::new(Server::new(settings, ResponsesDialect)?) })
    }
}

impl Model for Responses {
    fn name(&self) -> &str {
        self.server.name()
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        self.server.stream(request)
    }

    fn capabilities(&self, model: Option<&str>) -> Capabilities {
        self.server.capabilities(model)
    }
}

/// The Responses API as a [`Dialect`].
#[derive(Debug)]
pub(in crate::model) struct ResponsesDialect;

impl Dialect for ResponsesDialect {
    fn service(&self) -> &'static [&'static str] {
        &["responses"]
    }

    fn body(&self, asked: &Asked<'_>) -> serde_json::Result<Vec<u8>> {
        request_body(asked)
    }

    fn reader(&self, asked: &Asked<'_>, _content_type: &str, max_event_bytes: usize) -> Box<dyn Reader> {
        let mut hosted = asked.request.options.hosted_tools.iter().flatten();
        let draws = hosted.any(|tool| tool["type"] == "image_generation");
        let limit = if draws { max_event_bytes.max(PICTURE_EVENT_BYTES) } else { max_event_bytes };
        Box::new(Body::new(asked.origin, limit))
    }
}
