//! The one line that the log has of each call.

use std::time::Duration;

use tokio::time::Instant;
use tracing::info;

use super::Server;
use crate::model::{ModelEvent, Usage};

/// Logs the call's one line when the call is over, whether it finished, failed or was dropped.
pub(super) struct CallLog {
    pub(super) model: String,
    pub(super) model_asked: String,
    started: Option<Instant>,
    first_event: Option<Duration>,
    usage: Usage,
    pub(super) attempts: u32,
    pub(super) outcome: &'static str,
}

impl CallLog {
    pub(super) fn new(server: &Server, asked: Option<&str>) -> Self {
        Self {
            model: server.name.clone(),
            model_asked: asked.unwrap_or(&server.settings.model).to_owned(),
            started: None,
            first_event: None,
            usage: Usage::default(),
            attempts: 0,
            outcome: "cancelled",
        }
    }

    pub(super) fn start(&mut self) {
        self.started.get_or_insert_with(Instant::now);
    }

    pub(super) fn note(&mut self, event: &ModelEvent) {
        if let (None, Some(started)) = (self.first_event, self.started) {
            self.first_event = Some(started.elapsed());
        }
        match event {
            ModelEvent::Usage(usage) => self.usage = *usage,
            ModelEvent::Finish(_) => self.outcome = "finished",
            _ => {}
        }
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        let Some(started) = self.started else { return };
        info!(
            model.name = self.model,
            model.asked = self.model_asked,
            duration_ms = millis(started.elapsed()),
            first_event_ms = self.first_event.map(millis),
            input_tokens = self.usage.input_tokens,
            output_tokens = self.usage.output_tokens,
            attempts = self.attempts,
            outcome = self.outcome,
            "model call is over"
        );
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
