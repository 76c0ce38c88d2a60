//! Says when a running answer is due to be saved as a draft.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// Says when the next drafts are due, one interval after the last ones.
pub struct DraftClock<'a> {
    interval: Duration,
    due: Instant,
    timer: Pin<&'a mut Sleep>,
}

impl<'a> DraftClock<'a> {
    /// A clock whose first interval ends with this timer.
    pub fn new(interval: Duration, timer: Pin<&'a mut Sleep>) -> Self {
        Self { interval, due: timer.deadline(), timer }
    }

    /// Whether drafts are due.
    pub fn is_due(&self) -> bool {
        Instant::now() >= self.due
    }

    /// Ready when drafts are due. A responder that is always busy leaves the timer no time of its own, so the
    /// clock is read as well.
    pub fn poll_due(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_due() { Poll::Ready(()) } else { self.timer.as_mut().poll(context) }
    }

    /// Begins the next interval.
    pub fn restart(&mut self) {
        self.due = Instant::now() + self.interval;
        self.timer.as_mut().reset(self.due);
    }
}
