//! The way of events from a responder to its turn: bounded, in order, within one thread of execution.
//!
//! Both ends live on one arbiter, mostly in one task, so there is nothing to lock. It takes memory for the
//! events that wait and for no more: thousands of turns wait for their model at once, and a channel that
//! sets room aside in blocks would be the most of what each of them holds.

use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use super::AgentEvent;

/// A way for at most `capacity` events at a time; at least one.
pub(crate) fn channel(capacity: usize) -> (Emitter, Events) {
    let shared = Rc::new(RefCell::new(Shared {
        queue: VecDeque::new(),
        capacity: capacity.max(1),
        emitters: 1,
        closed: false,
        reader: None,
        writers: Vec::new(),
    }));
    (Emitter(Rc::clone(&shared)), Events(shared))
}

/// The end of a turn's events that its responder has.
#[derive(Debug)]
pub struct Emitter(Rc<RefCell<Shared>>);

/// The end of a turn's events that the turn has.
#[derive(Debug)]
pub struct Events(Rc<RefCell<Shared>>);

/// The turn takes no more events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

#[derive(Debug)]
struct Shared {
    queue: VecDeque<AgentEvent>,
    capacity: usize,
    emitters: usize,
    closed: bool,
    /// The turn, when it waits for an event.
    reader: Option<Waker>,
    /// Those who wait for room. All are woken: the first to come takes it.
    writers: Vec<Waker>,
}

impl Emitter {
    /// Hands the event in `place` over, which must be there; waits, with the event still in its place,
    /// while the turn has as many before it as it may.
    pub fn poll_send(
        &self,
        place: &mut Option<AgentEvent>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Closed>> {
        let mut shared = self.0.borrow_mut();
        if shared.closed {
            return Poll::Ready(Err(Closed));
        }
        if shared.queue.len() >= shared.capacity {
            if !shared.writers.iter().any(|waker| waker.will_wake(context.waker())) {
                shared.writers.push(context.waker().clone());
            }
            return Poll::Pending;
        }
        shared.queue.extend(place.take());
        let reader = shared.reader.take();
        drop(shared);
        wake(reader);
        Poll::Ready(Ok(()))
    }
}

impl Clone for Emitter {
    fn clone(&self) -> Self {
        self.0.borrow_mut().emitters += 1;
        Self(Rc::clone(&self.0))
    }
}

impl Drop for Emitter {
    fn drop(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.emitters -= 1;
        let reader = if shared.emitters == 0 { shared.reader.take() } else { None };
        drop(shared);
        wake(reader);
    }
}

impl Events {
    /// The next event that is there already.
    pub fn take(&mut self) -> Option<AgentEvent> {
        let mut shared = self.0.borrow_mut();
        let event = shared.queue.pop_front()?;
        let writers = std::mem::take(&mut shared.writers);
        drop(shared);
        wake(writers);
        Some(event)
    }

    /// The next event; none when all emitters are gone.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<AgentEvent>> {
        if let Some(event) = self.take() {
            return Poll::Ready(Some(event));
        }
        if self.0.borrow().emitters == 0 {
            return Poll::Ready(None);
        }
        self.wake_on_next(context);
        Poll::Pending
    }

    /// Has no task woken any more: it is awake, and looks for events before it goes to sleep.
    pub fn awake(&mut self) {
        self.0.borrow_mut().reader = None;
    }

    /// Has the task woken by the next event that is emitted.
    pub fn wake_on_next(&mut self, context: &mut Context<'_>) {
        match &mut self.0.borrow_mut().reader {
            Some(reader) => reader.clone_from(context.waker()),
            reader => *reader = Some(context.waker().clone()),
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.closed = true;
        let (queue, writers) = (std::mem::take(&mut shared.queue), std::mem::take(&mut shared.writers));
        drop(shared);
        // What is dropped with an event may reach back here.
        drop(queue);
        wake(writers);
    }
}

fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::{FutureExt, future::join_all};
    use tokio::sync::oneshot;

    use super::*;
    use crate::protocol::ThreadStreamEvent;

    fn event(text: &str) -> AgentEvent {
        let event = ThreadStreamEvent::ProgressUpdate { text: text.to_owned(), icon: None };
        AgentEvent::Event { event: Box::new(event), quiet: false, thread_version: 0 }
    }

    fn text(event: Option<AgentEvent>) -> String {
        match event {
            Some(AgentEvent::Event { event, .. }) => match *event {
                ThreadStreamEvent::ProgressUpdate { text, .. } => text,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    async fn send(emitter: &Emitter, event: AgentEvent) -> Result<(), Closed> {
        let mut place = Some(event);
        poll_fn(|context| emitter.poll_send(&mut place, context)).await
    }

    async fn next(events: &mut Events) -> Option<AgentEvent> {
        poll_fn(|context| events.poll_next(context)).await
    }

    #[actix_rt::test]
    async fn events_come_in_order_and_the_end_after_the_last() {
        let (emitter, mut events) = channel(2);
        let writer = actix_rt::spawn(async move {
            for number in 0..100 {
                send(&emitter, event(&number.to_string())).await.unwrap();
            }
        });
        for number in 0..100 {
            assert_eq!(text(next(&mut events).await), number.to_string());
        }
        assert!(next(&mut events).await.is_none());
        writer.await.unwrap();
    }

    #[actix_rt::test]
    async fn a_full_way_makes_all_who_emit_wait_and_takes_all_in_the_end() {
        let (emitter, mut events) = channel(1);
        let texts = ["a", "b", "c"];
        let mut sending = Box::pin(join_all(texts.map(|text| {
            let emitter = emitter.clone();
            async move { send(&emitter, event(text)).await }
        })));
        assert!((&mut sending).now_or_never().is_none());
        let writer = actix_rt::spawn(sending);
        let mut seen = Vec::new();
        for _ in texts {
            seen.push(text(next(&mut events).await));
        }
        seen.sort();
        assert_eq!(seen, texts);
        assert!(writer.await.unwrap().iter().all(Result::is_ok));
    }

    #[actix_rt::test]
    async fn who_waits_is_noted_once_however_often_it_asks() {
        let (emitter, events) = channel(1);
        send(&emitter, event("first")).await.unwrap();
        let mut second = Box::pin(send(&emitter, event("second")));
        for _ in 0..3 {
            assert!((&mut second).now_or_never().is_none());
        }
        assert_eq!(events.0.borrow().writers.len(), 1);
    }

    #[actix_rt::test]
    async fn a_turn_that_is_awake_is_not_woken() {
        let (emitter, mut events) = channel(2);
        events.wake_on_next(&mut Context::from_waker(Waker::noop()));
        assert!(events.0.borrow().reader.is_some());
        events.awake();
        send(&emitter, event("first")).await.unwrap();
        assert!(events.0.borrow().reader.is_none());
        assert_eq!(text(events.take()), "first");
    }

    #[actix_rt::test]
    async fn a_turn_that_is_gone_frees_those_who_wait_and_drops_what_it_did_not_take() {
        let (emitter, events) = channel(1);
        let (taken, all_taken) = oneshot::channel();
        send(&emitter, AgentEvent::Flush(taken)).await.unwrap();
        let waiting = actix_rt::spawn({
            let emitter = emitter.clone();
            async move { send(&emitter, event("late")).await }
        });
        tokio::task::yield_now().await;
        drop(events);
        assert_eq!(waiting.await.unwrap(), Err(Closed));
        assert_eq!(send(&emitter, event("later")).await, Err(Closed));
        assert!(all_taken.await.is_err());
    }
}
