//! The log of a turn: events serialised once, read by any number of clients.
//!
//! A turn appends frames, and every client is a cursor. There is no buffer per client, so a slow phone
//! costs nothing but the memory that the log takes anyway, a late tab reads from the start, and no event
//! can be lost. Events that come together wake the waiting clients once: O(1) per event and client,
//! without allocation.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures_util::Stream;
use tokio_util::sync::CancellationToken;

use super::{
    codes,
    frame::{Frame, FrameWriter},
};
use crate::protocol::{
    ThreadStreamEvent,
    error::{CodedError, ErrorCode},
};

/// How many bits of an event's number count the events of its turn; those above are the turn's number.
///
/// JavaScript counts exactly up to 2^53, which leaves room for 2^33 turns of a thread.
const EVENT_BITS: u32 = 20;

/// The most events of a turn. A few numbers are left for the service's last words.
const MAX_EVENTS: u64 = (1 << EVENT_BITS) - 16;

/// Why an event was not appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The log holds as many bytes as it may.
    #[error("the answer is longer than the {max_bytes} bytes a turn may have")]
    Full {
        /// The most bytes.
        max_bytes: usize,
    },
    /// The log holds as many events as it may.
    #[error("the answer has more than the {max_events} events a turn may have")]
    TooManyEvents {
        /// The most events.
        max_events: u64,
        /// How many bytes they have.
        bytes: usize,
    },
}

impl From<&AppendError> for CodedError {
    fn from(error: &AppendError) -> Self {
        let too_large = Self::new(ErrorCode::AnswerTooLarge);
        match error {
            AppendError::Full { max_bytes } => too_large.with_max_bytes(*max_bytes as u64),
            AppendError::TooManyEvents { bytes, .. } => too_large
                .with_max_bytes(*bytes as u64)
                .with_message(format!("The answer was stopped: {error}.")),
        }
    }
}

/// The log of one turn, as its clients share it.
#[derive(Debug)]
pub struct TurnLog {
    /// A plain lock: held for a few instructions, never across an await.
    state: Mutex<State>,
    /// The number before that of the first event: the turn's number, followed by zero bits. So the number of an
    /// event also names its turn, whichever machine the turn ran on.
    base: u64,
    /// Whether the turn goes on when nobody reads along.
    resumable: bool,
    /// Fires when the last client of a turn that is not resumable goes away.
    abandoned: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    frames: Vec<Frame>,
    closed: bool,
    clients: usize,
    /// The wakers of clients that wait, by the slot of their cursor.
    waiting: Vec<Option<Waker>>,
    free_slots: Vec<usize>,
}

impl TurnLog {
    /// The empty log of the thread's turn of this number. With `resumable`, the turn goes on when nobody reads
    /// along.
    pub fn new(resumable: bool, turn_no: u64) -> Arc<Self> {
        let base = turn_no << EVENT_BITS;
        Arc::new(Self { state: Mutex::default(), base, resumable, abandoned: CancellationToken::new() })
    }

    /// Fires when the last client goes away from a turn that is not resumable.
    pub fn abandoned(&self) -> &CancellationToken {
        &self.abandoned
    }

    /// A client that reads on behind the event with this number, or from the start if it is 0. None: the
    /// number belongs to another turn, or to no event yet.
    pub fn resume(self: &Arc<Self>, after: u64) -> Option<TurnCursor> {
        let seen = match after {
            0 => 0,
            after => after.checked_sub(self.base).filter(|seen| *seen > 0)?,
        };
        let seen = usize::try_from(seen).ok().filter(|seen| *seen <= self.lock().frames.len())?;
        Some(self.follow(seen))
    }

    /// A client that reads on behind the first `after` events.
    pub fn follow(self: &Arc<Self>, after: usize) -> TurnCursor {
        let mut state = self.lock();
        state.clients += 1;
        let slot = state.free_slots.pop().unwrap_or_else(|| {
            state.waiting.push(None);
            state.waiting.len() - 1
        });
        drop(state);
        TurnCursor { log: Arc::clone(self), next: after, slot, with_ids: false, with_codes: false }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes all who wait after a change.
    fn wake(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        for waker in state.waiting.iter_mut().filter_map(Option::take) {
            waker.wake();
        }
    }
}

/// The end that appends, of which there is one. Dropping it closes the log, so that no client waits for a dead
/// turn.
#[derive(Debug)]
pub struct LogWriter {
    log: Arc<TurnLog>,
    frames: FrameWriter,
    /// How many events were appended.
    events: u64,
    bytes: usize,
    max_bytes: usize,
    /// Whether there are events for which the waiting clients have not been woken.
    unannounced: bool,
    closed: bool,
}

impl LogWriter {
    /// The writer of a log that holds at most `max_bytes`.
    pub fn new(log: Arc<TurnLog>, max_bytes: usize) -> Self {
        Self {
            log,
            frames: FrameWriter::default(),
            events: 0,
            bytes: 0,
            max_bytes,
            unannounced: false,
            closed: false,
        }
    }

    /// Appends an event as one SSE frame and announces it.
    pub fn append(&mut self, event: &ThreadStreamEvent) -> Result<(), AppendError> {
        let frame = self.frame(event);
        self.append_frame(frame)?;
        self.announce();
        Ok(())
    }

    /// Appends an event that was serialised before; nothing may have been appended in between.
    ///
    /// [`LogWriter::announce`] wakes the waiting clients, so that events that come together go out together.
    pub fn append_frame(&mut self, frame: Frame) -> Result<(), AppendError> {
        if self.bytes + frame.len() > self.max_bytes {
            return Err(AppendError::Full { max_bytes: self.max_bytes });
        }
        if self.events >= MAX_EVENTS {
            return Err(AppendError::TooManyEvents { max_events: MAX_EVENTS, bytes: self.bytes });
        }
        self.push(frame);
        Ok(())
    }

    /// Appends an event of the service's own, however much the log holds already. It has to be announced as
    /// well.
    pub fn append_always(&mut self, event: &ThreadStreamEvent) {
        let frame = self.frame(event);
        self.push(frame);
    }

    fn push(&mut self, frame: Frame) {
        self.bytes += frame.len();
        self.events += 1;
        self.unannounced = true;
        self.log.lock().frames.push(frame);
    }

    /// Wakes the waiting clients if there is something new for them.
    pub fn announce(&mut self) {
        if std::mem::take(&mut self.unannounced) {
            self.log.wake(|_| {});
        }
    }

    /// Serialises the event that is to be appended next.
    pub fn frame(&mut self, event: &ThreadStreamEvent) -> Frame {
        self.frames.write(self.log.base + self.events + 1, event)
    }

    /// Ends the log. Clients read the remaining events, and then the end.
    pub fn close(&mut self) {
        if !std::mem::replace(&mut self.closed, true) {
            self.log.wake(|state| state.closed = true);
        }
    }
}

impl Drop for LogWriter {
    fn drop(&mut self) {
        if !self.closed {
            // The turn died without a word: its actor panicked or was torn down.
            self.append_always(&codes::unworded(&ErrorCode::Internal.into()));
            self.close();
        }
    }
}

/// One client of a turn: a stream of frames from its place to the end.
#[derive(Debug)]
pub struct TurnCursor {
    log: Arc<TurnLog>,
    next: usize,
    slot: usize,
    with_ids: bool,
    with_codes: bool,
}

impl TurnCursor {
    /// Lets every frame begin with the number of its event as its SSE `id`. Numbers rise by one within a turn,
    /// and later turns have higher ones.
    #[must_use]
    pub fn with_ids(mut self) -> Self {
        self.with_ids = true;
        self
    }

    /// Has the client get the codes of errors, so that it can word them itself.
    #[must_use]
    pub fn with_codes(mut self) -> Self {
        self.with_codes = true;
        self
    }

    /// How many events lie behind the cursor.
    pub fn position(&self) -> usize {
        self.next
    }
}

impl Stream for TurnCursor {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let log = Arc::clone(&self.log);
        let mut state = log.lock();
        if let Some(frame) = state.frames.get(self.next) {
            self.next += 1;
            let frame = if self.with_codes { frame.with_code() } else { frame };
            let bytes = if self.with_ids { frame.with_id() } else { frame.without_id() };
            return Poll::Ready(Some(bytes));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        match &mut state.waiting[self.slot] {
            Some(waker) => waker.clone_from(context.waker()),
            empty => *empty = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

impl Drop for TurnCursor {
    fn drop(&mut self) {
        let mut state = self.log.lock();
        state.waiting[self.slot] = None;
        state.free_slots.push(self.slot);
        state.clients -= 1;
        let abandoned = state.clients == 0 && !state.closed && !self.log.resumable;
        drop(state);
        if abandoned {
            self.log.abandoned.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::Wake,
    };

    use futures_util::{FutureExt, StreamExt};

    use super::*;

    fn event(text: &str) -> ThreadStreamEvent {
        ThreadStreamEvent::ProgressUpdate { text: text.to_owned(), icon: None }
    }

    fn frame(text: &str) -> String {
        format!("data: {{\"type\":\"progress_update\",\"text\":\"{text}\"}}\n\n")
    }

    #[actix_rt::test]
    async fn every_cursor_sees_every_event_in_order_whenever_it_comes() {
        let log = TurnLog::new(false, 0);
        let mut writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        let mut early = log.follow(0);
        let reader = actix_rt::spawn(async move {
            let mut seen = Vec::new();
            while let Some(frame) = early.next().await {
                seen.push(frame);
            }
            seen
        });
        for number in 0..100 {
            writer.append(&event(&number.to_string())).unwrap();
            if number % 7 == 0 {
                tokio::task::yield_now().await;
            }
        }
        let mut late = log.follow(90);
        assert_eq!(late.next().await.unwrap(), frame("90"));
        writer.close();
        let seen = reader.await.unwrap();
        assert_eq!(seen.len(), 100);
        assert!(seen.iter().enumerate().all(|(number, seen)| *seen == frame(&number.to_string())));
        assert_eq!(late.count().await, 9);
    }

    #[test]
    fn a_client_that_asks_for_ids_gets_the_number_of_each_event() {
        let log = TurnLog::new(true, 0);
        let mut writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        writer.append(&event("a")).unwrap();
        writer.append(&event("b")).unwrap();
        writer.close();
        let ids = |cursor: TurnCursor| -> Vec<Bytes> {
            cursor.with_ids().collect::<Vec<_>>().now_or_never().unwrap()
        };
        let (first, second) = (log.base + 1, log.base + 2);
        let a = format!("id: {first}\n{}", frame("a"));
        let b = format!("id: {second}\n{}", frame("b"));
        assert_eq!(ids(log.resume(0).unwrap()), [a.as_str(), b.as_str()]);
        assert_eq!(ids(log.resume(first).unwrap()), [b.as_str()]);
        assert!(ids(log.resume(second).unwrap()).is_empty());
    }

    #[test]
    fn an_event_of_another_turn_is_not_taken_for_one_of_this() {
        let log = TurnLog::new(true, 7);
        let mut writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        writer.append(&event("a")).unwrap();
        writer.append(&event("b")).unwrap();
        let number = |turn_no: u64, event: u64| (turn_no << 20) + event;
        for seen in [0, number(7, 1), number(7, 2)] {
            assert!(log.resume(seen).is_some(), "{seen}");
        }
        // The last number is one of 0.1.0, which took them from the clock.
        for other in [
            1,
            number(6, 1),
            number(6, MAX_EVENTS),
            number(7, 0),
            number(7, 3),
            number(8, 1),
            1_790_000_000_000_000,
        ] {
            assert!(log.resume(other).is_none(), "{other}");
        }
    }

    #[test]
    fn numbers_are_exact_in_javascript_and_never_run_into_the_next_turn() {
        let log = TurnLog::new(true, (1 << 33) - 1);
        let mut writer = LogWriter::new(Arc::clone(&log), usize::MAX);
        while writer.append(&event("")).is_ok() {}
        let refused = writer.append(&event(""));
        assert!(matches!(refused, Err(AppendError::TooManyEvents { max_events: MAX_EVENTS, .. })));
        writer.append_always(&event("too many"));
        writer.close();
        let last = log.lock().frames.last().unwrap().with_id();
        let last: u64 = std::str::from_utf8(&last[4..]).unwrap().lines().next().unwrap().parse().unwrap();
        assert_eq!(last, log.base + MAX_EVENTS + 1);
        assert!(last < 1 << 53 && last < log.base + (1 << EVENT_BITS));
    }

    /// Counts how often a task is woken.
    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn what_comes_together_wakes_once() {
        let log = TurnLog::new(false, 0);
        let mut writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        let mut client = log.follow(0);
        let count = Arc::new(Wakes::default());
        let waker = Arc::clone(&count).into();
        let mut context = Context::from_waker(&waker);
        assert!(client.poll_next_unpin(&mut context).is_pending());
        for text in ["a", "b"] {
            let next = writer.frame(&event(text));
            writer.append_frame(next).unwrap();
        }
        assert_eq!(count.0.load(Ordering::Relaxed), 0);
        writer.announce();
        writer.announce();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert_eq!(client.poll_next_unpin(&mut context), Poll::Ready(Some(frame("a").into())));
        assert_eq!(client.poll_next_unpin(&mut context), Poll::Ready(Some(frame("b").into())));
    }

    #[actix_rt::test]
    async fn an_append_wakes_all_who_wait() {
        let log = TurnLog::new(false, 0);
        let mut writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        let mut cursors: Vec<_> = (0..3).map(|_| log.follow(0)).collect();
        let waiting: Vec<_> = cursors.iter_mut().map(StreamExt::next).collect();
        let mut all = futures_util::future::join_all(waiting);
        assert!((&mut all).now_or_never().is_none());
        writer.append(&event("x")).unwrap();
        assert!(all.await.into_iter().all(|seen| seen.unwrap() == frame("x")));
    }

    #[test]
    fn the_last_client_that_leaves_abandons_the_turn() {
        let log = TurnLog::new(false, 0);
        let _writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        let (first, second) = (log.follow(0), log.follow(0));
        drop(first);
        assert!(!log.abandoned().is_cancelled());
        drop(second);
        assert!(log.abandoned().is_cancelled());
    }

    #[test]
    fn a_resumable_turn_is_never_abandoned_nor_is_one_that_is_over() {
        let resumable = TurnLog::new(true, 0);
        let _writer = LogWriter::new(Arc::clone(&resumable), 1 << 20);
        drop(resumable.follow(0));
        assert!(!resumable.abandoned().is_cancelled());

        let over = TurnLog::new(false, 0);
        LogWriter::new(Arc::clone(&over), 1 << 20).close();
        drop(over.follow(0));
        assert!(!over.abandoned().is_cancelled());
    }

    #[test]
    fn a_full_log_refuses_more_but_takes_the_last_word() {
        let log = TurnLog::new(false, 0);
        let mut writer = LogWriter::new(Arc::clone(&log), 100);
        writer.append(&event("a")).unwrap();
        assert_eq!(writer.append(&event(&"b".repeat(100))), Err(AppendError::Full { max_bytes: 100 }));
        writer.append_always(&event("too long"));
        writer.close();
        let frames: Vec<_> = log.follow(0).collect::<Vec<_>>().now_or_never().unwrap();
        assert_eq!(frames, [frame("a"), frame("too long")]);
    }

    #[test]
    fn a_writer_that_dies_leaves_an_error_and_an_end() {
        let log = TurnLog::new(false, 0);
        drop(LogWriter::new(Arc::clone(&log), 100));
        let frames: Vec<_> = log.follow(0).collect::<Vec<_>>().now_or_never().unwrap();
        assert_eq!(frames.len(), 1);
        assert!(frames[0].starts_with(b"data: {\"type\":\"error\""));
    }
}
