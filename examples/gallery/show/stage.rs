//! Where a command performs: the turn's context, at the pace of the gallery.

use std::time::Duration;

use actix_chatkit::agent::{AgentContext, ResponderError};

/// What every command gives.
pub type Shown = Result<(), ResponderError>;

/// Where a command performs.
#[derive(Clone)]
pub struct Stage {
    pub context: AgentContext,
    /// How long to wait between two steps of a stream.
    pub pace: Duration,
}

impl Stage {
    /// Waits a step, so that a person can see the one before.
    pub async fn pause(&self) {
        if !self.pace.is_zero() {
            tokio::time::sleep(self.pace).await;
        }
    }

    /// Streams a message, word by word.
    pub async fn say(&self, text: impl AsRef<str>) -> Shown {
        let mut message = self.context.message();
        for word in text.as_ref().split_inclusive(' ') {
            message.push(word).await?;
            self.pause().await;
        }
        message.finish().await
    }
}
