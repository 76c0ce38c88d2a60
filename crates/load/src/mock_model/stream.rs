//! One answer under way: sends everything that is due at once, then waits for the next step.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::answers::Script;

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// In order.
    Complete,
    /// With a broken connection.
    Cut,
    /// Never, until the client hangs up.
    Stall,
}

/// How long to wait before cutting a connection, so that what was written before is sent first.
const LEAVING: Duration = Duration::from_millis(5);

/// An answer as it is sent.
pub struct Paced {
    script: Script,
    ending: Ending,
    start: Instant,
    first: Duration,
    pace: Duration,
    /// The step that comes next.
    next: usize,
    cut_at: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl Paced {
    /// An answer that begins now, with its first step after `first` and a step every `pace`.
    pub fn new(script: Script, ending: Ending, first: Duration, pace: Duration) -> Self {
        let start = Instant::now();
        Self {
            script,
            ending,
            start,
            first,
            pace,
            next: 0,
            cut_at: None,
            timer: Box::pin(sleep_until(start + first)),
        }
    }

    /// How many steps are due by now, if any.
    fn due(&self, now: Instant) -> usize {
        let Some(since_first) = (now - self.start).checked_sub(self.first) else {
            return 0;
        };
        let steps = self.script.steps.len();
        if self.pace.is_zero() {
            return steps;
        }
        let due = since_first.as_nanos() / self.pace.as_nanos() + 1;
        usize::try_from(due).unwrap_or(steps).min(steps)
    }
}

impl Stream for Paced {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.next == self.script.steps.len() {
                return match self.ending {
                    Ending::Complete => Poll::Ready(None),
                    Ending::Cut => {
                        let leaving = self.pace.max(LEAVING);
                        let cut_at = *self.cut_at.get_or_insert_with(|| Instant::now() + leaving);
                        self.timer.as_mut().reset(cut_at);
                        if self.timer.as_mut().poll(context).is_pending() {
                            return Poll::Pending;
                        }
                        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::BrokenPipe, "cut on purpose"))))
                    }
                    Ending::Stall => Poll::Pending,
                };
            }
            let due = self.due(Instant::now());
            if due > self.next {
                let begin = self.next.checked_sub(1).map_or(0, |last| self.script.steps[last]);
                let bytes = self.script.bytes.slice(begin..self.script.steps[due - 1]);
                self.next = due;
                return Poll::Ready(Some(Ok(bytes)));
            }
            let steps = u32::try_from(self.next).unwrap_or(u32::MAX);
            let moment = self.start + self.first + self.pace * steps;
            self.timer.as_mut().reset(moment);
            if self.timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;
    use crate::mock_model::answers::Content;

    #[tokio::test(start_paused = true)]
    async fn tokens_come_at_their_pace_after_the_first() {
        let script = Script::new(&Content::Words(5), false);
        let start = Instant::now();
        let (first, pace) = (Duration::from_millis(200), Duration::from_millis(20));
        let mut stream = Paced::new(script.clone(), Ending::Complete, first, pace);
        let mut moments = Vec::new();
        let mut bytes = Vec::new();
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece.unwrap());
            moments.push(start.elapsed().as_millis());
        }
        // The timer is exact to a millisecond.
        let expected = [200, 220, 240, 260, 280];
        assert!(
            moments.iter().zip(expected).all(|(moment, expected)| (expected..=expected + 1).contains(moment))
        );
        assert_eq!(moments.len(), 5, "{moments:?}");
        assert_eq!(bytes, script.bytes);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_due_together_leaves_together() {
        let script = Script::new(&Content::Words(10), true);
        let pace = Duration::from_millis(20);
        let mut stream = Paced::new(script.clone(), Ending::Complete, Duration::ZERO, pace);
        tokio::time::advance(Duration::from_millis(50)).await;
        assert_eq!(stream.next().await.unwrap().unwrap(), script.bytes[..script.steps[2]]);

        let mut at_once = Paced::new(script.clone(), Ending::Complete, Duration::ZERO, Duration::ZERO);
        assert_eq!(at_once.next().await.unwrap().unwrap(), script.bytes);
        assert!(at_once.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_breaks_off_gives_half_of_its_tokens() {
        let script = Script::new(&Content::Words(10), false);
        let mut stream = Paced::new(script.half(), Ending::Cut, Duration::ZERO, Duration::ZERO);
        assert_eq!(stream.next().await.unwrap().unwrap(), script.bytes[..script.steps[4]]);
        assert!(stream.next().await.unwrap().is_err());
        let mut stalled = Paced::new(script.half(), Ending::Stall, Duration::ZERO, Duration::ZERO);
        stalled.next().await.unwrap().unwrap();
        assert!(tokio::time::timeout(Duration::from_secs(3600), stalled.next()).await.is_err());
    }
}
