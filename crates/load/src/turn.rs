//! What is seen of one turn while its stream comes in.

use std::time::Duration;

use tokio::time::Instant;

use super::frames::Frame;

/// One turn, up to where it got.
pub struct Turn {
    /// When it was due. Its times count from here.
    pub due: Instant,
    /// Until its first event.
    pub first_event: Option<Duration>,
    /// Until the first piece of its text.
    pub first_delta: Option<Duration>,
    /// Until its end.
    pub total: Option<Duration>,
    /// How long its upload took, if it had one.
    pub upload: Option<Duration>,
    /// Between its pieces of text, in µs.
    pub gaps_micros: Vec<u64>,
    /// Its events.
    pub events: u64,
    /// Its pieces of text.
    pub deltas: u64,
    /// Its complete widgets.
    pub widgets: u64,
    /// Its complete assistant messages.
    pub messages: u64,
    /// Bytes received for it.
    pub bytes: u64,
    last_delta: Option<Instant>,
}

impl Turn {
    /// A turn that was due at this moment.
    pub fn new(due: Instant) -> Self {
        Self {
            due,
            first_event: None,
            first_delta: None,
            total: None,
            upload: None,
            gaps_micros: Vec::new(),
            events: 0,
            deltas: 0,
            widgets: 0,
            messages: 0,
            bytes: 0,
            last_delta: None,
        }
    }

    /// Notes a frame that came at this moment.
    pub fn note(&mut self, frame: Frame, now: Instant) {
        if frame == Frame::Comment {
            return;
        }
        self.events += 1;
        self.first_event.get_or_insert_with(|| now - self.due);
        match frame {
            Frame::Delta => {
                self.deltas += 1;
                self.first_delta.get_or_insert_with(|| now - self.due);
                if let Some(last) = self.last_delta.replace(now) {
                    self.gaps_micros.push(u64::try_from((now - last).as_micros()).unwrap_or(u64::MAX));
                }
            }
            Frame::WidgetDone => self.widgets += 1,
            Frame::MessageDone => self.messages += 1,
            Frame::Comment | Frame::Error | Frame::Other => {}
        }
    }
}
