//! Waits for the parts of an answer one after another, and for none of them for ever.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

/// Stands for “for ever”: about thirty years.
const EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The moment that lies this far ahead.
pub(super) fn after(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or_else(|| now + EVER)
}

/// A timer for many waits in a row. A part that comes in time does not touch the timer: it is set again only
/// when it fires too early, and not for every word of an answer.
pub(super) struct Patience(Pin<Box<Sleep>>);

impl Patience {
    pub(super) fn new(deadline: Instant) -> Self {
        Self(Box::pin(sleep_until(deadline)))
    }

    /// The part, or `None` when it did not come in time.
    pub(super) async fn wait<T>(&mut self, deadline: Instant, coming: impl Future<Output = T>) -> Option<T> {
        if deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        let mut coming = pin!(coming);
        poll_fn(|context| {
            if let Poll::Ready(come) = coming.as_mut().poll(context) {
                return Poll::Ready(Some(come));
            }
            while self.0.as_mut().poll(context).is_ready() {
                if self.0.deadline() >= deadline {
                    return Poll::Ready(None);
                }
                self.0.as_mut().reset(deadline);
            }
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn every_wait_has_its_own_end() {
        let start = Instant::now();
        let mut patience = Patience::new(after(10 * SECOND));
        for _ in 0..30 {
            assert_eq!(patience.wait(after(2 * SECOND), sleep(SECOND)).await, Some(()), "in time");
        }
        assert_eq!(patience.wait(after(5 * SECOND), pending::<()>()).await, None, "later than the last");
        assert_eq!(start.elapsed(), 35 * SECOND);
        assert_eq!(patience.wait(after(2 * SECOND), pending::<()>()).await, None);
        assert_eq!(patience.wait(after(9 * SECOND), pending::<()>()).await, None);
        assert_eq!(patience.wait(after(SECOND), pending::<()>()).await, None, "sooner than the last");
        assert_eq!(start.elapsed(), 47 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn who_sets_no_limit_waits_for_ever() {
        let mut patience = Patience::new(after(Duration::MAX));
        assert_eq!(patience.wait(after(Duration::MAX), sleep(1_000_000 * SECOND)).await, Some(()));
    }
}
