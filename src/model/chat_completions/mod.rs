//! A client for OpenAI's Chat Completions, as Azure OpenAI, OpenAI and compatible servers speak it.

pub(super) mod body;
mod chunk;
mod json_body;
mod request;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::{body::Body, request::request_body};
use crate::model::{
    Capabilities, Model, ModelRequest, ModelStream,
    call::{Asked, CallSettings, Dialect, Reader, Server},
    provider::ProviderSettingsError,
};

/// A model behind Chat Completions.
#[derive(Debug)]
pub struct ChatCompletions {
    server: Arc<Server>,
}

impl ChatCompletions {
    /// A client for one server; connections are kept and shared between its calls.
    pub fn new(settings: CallSettings) -> Result<Self, ProviderSettingsError> {
        Ok(Self { server: Arc::new(Server::new(settings, ChatDialect)?) })
    }
}

impl Model for ChatCompletions {
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

/// Chat Completions as a [`Dialect`].
#[derive(Debug)]
pub(in crate::model) struct ChatDialect;

impl Dialect for ChatDialect {
    fn service(&self) -> &'static [&'static str] {
        &["chat", "completions"]
    }

    fn body(&self, asked: &Asked<'_>) -> serde_json::Result<Vec<u8>> {
        request_body(asked)
    }

    fn reader(&self, asked: &Asked<'_>, _content_type: &str, max_event_bytes: usize) -> Box<dyn Reader> {
        Box::new(Body::new(asked, max_event_bytes))
    }
}
