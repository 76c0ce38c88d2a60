//! The line of calls before the writer: strictly in the order they were made.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// A line of calls. One worker takes from it, any task joins it.
#[derive(Debug)]
pub(super) struct Queue<T> {
    /// A plain lock: it is held for a few moves in memory and never across an await.
    line: Mutex<Line<T>>,
    /// Wakes the worker.
    changed: Condvar,
    capacity: usize,
}

#[derive(Debug)]
struct Line<T> {
    /// The tickets only grow from front to back.
    calls: VecDeque<(u64, T)>,
    next_ticket: u64,
    closed: bool,
}

/// A call's place in the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It will be taken.
    Inside,
    /// More calls wait than the line is meant for. A caller that loses patience may leave with the ticket.
    Beyond(u64),
}

/// What the worker is to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum First<T> {
    Call(T),
    /// No call came before the deadline.
    TimedOut,
    /// The line is closed and empty.
    Closed,
}

impl<T> Queue<T> {
    /// An empty line that is meant for this many calls.
    pub(super) fn new(capacity: usize) -> Self {
        let line = Line { calls: VecDeque::new(), next_ticket: 0, closed: false };
        Self { line: Mutex::new(line), changed: Condvar::new(), capacity }
    }

    /// Joins the end of the line. Returns `None` if the line is closed.
    pub(super) fn join(&self, call: T) -> Option<Place> {
        let mut line = self.line();
        if line.closed {
            return None;
        }
        let ticket = line.next_ticket;
        line.next_ticket += 1;
        line.calls.push_back((ticket, call));
        self.changed.notify_one();
        Some(if line.calls.len() > self.capacity { Place::Beyond(ticket) } else { Place::Inside })
    }

    /// Leaves the line, if the call has not been taken yet.
    pub(super) fn leave(&self, ticket: u64) -> Option<T> {
        let mut line = self.line();
        let index = line.calls.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()?;
        line.calls.remove(index).map(|(_, call)| call)
    }

    /// Waits for a call and takes it. If there is a deadline, it waits no longer than that.
    pub(super) fn take_first(&self, deadline: Option<Instant>) -> First<T> {
        let idle = |line: &mut Line<T>| line.calls.is_empty() && !line.closed;
        let mut line = match deadline {
            Some(deadline) => {
                let patience = deadline.saturating_duration_since(Instant::now());
                let waited = self.changed.wait_timeout_while(self.line(), patience, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.changed.wait_while(self.line(), idle).unwrap_or_else(PoisonError::into_inner),
        };
        match line.calls.pop_front() {
            Some((_, call)) => First::Call(call),
            None if line.closed => First::Closed,
            None => First::TimedOut,
        }
    }

    /// Whether nothing waits now.
    pub(super) fn is_idle(&self) -> bool {
        self.line().calls.is_empty()
    }

    /// Takes the calls that wait now, at most `limit` of them.
    pub(super) fn take_waiting(&self, limit: usize) -> Vec<T> {
        let mut line = self.line();
        let num_calls = line.calls.len().min(limit);
        line.calls.drain(..num_calls).map(|(_, call)| call).collect()
    }

    /// Lets nobody join any more; those in the line are still served.
    pub(super) fn close(&self) {
        self.line().closed = true;
        self.changed.notify_all();
    }

    fn line(&self) -> MutexGuard<'_, Line<T>> {
        // Nothing panics while the lock is held.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_taken_in_order_and_those_who_left_are_not() {
        let queue = Queue::new(2);
        let places: Vec<_> = ["a", "b", "c", "d"].into_iter().filter_map(|call| queue.join(call)).collect();
        assert_eq!(places, [Place::Inside, Place::Inside, Place::Beyond(2), Place::Beyond(3)]);
        assert_eq!(queue.take_first(None), First::Call("a"));
        assert_eq!(queue.leave(2), Some("c"));
        assert_eq!(queue.leave(2), None);
        assert_eq!(queue.leave(0), None, "it was taken");
        assert_eq!(queue.take_waiting(1), ["b"]);
        let past = Some(Instant::now());
        assert_eq!(queue.take_first(past), First::Call("d"), "a call goes before a deadline");
        assert_eq!(queue.take_first(past), First::TimedOut);
        assert_eq!(queue.join("e"), Some(Place::Inside));
        queue.close();
        assert_eq!(queue.join("f"), None);
        assert_eq!(queue.take_first(None), First::Call("e"));
        assert_eq!(queue.take_first(None), First::Closed);
    }
}
