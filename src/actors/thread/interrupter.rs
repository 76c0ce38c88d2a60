//! Ends a running turn before its responder is done.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use tokio_util::sync::CancellationToken;

use super::ending::Ending;

/// Ends a running turn early, for the first reason that is given. Cheap to clone; clones end the same turn.
///
/// The actor and its turn live on one arbiter, so plain cells are enough.
#[derive(Clone, Debug, Default)]
pub struct Interrupter {
    token: CancellationToken,
    why: Rc<RefCell<Option<Ending>>>,
    answered: Rc<Cell<bool>>,
    awaited: Rc<Cell<bool>>,
}

impl Interrupter {
    /// Ends the turn because the user stopped it.
    pub fn cancel(&self) {
        self.interrupt(Ending::Cancelled);
    }

    /// Ends the turn because the service is being stopped.
    pub fn shut_down(&self) {
        self.interrupt(Ending::ShutDown);
    }

    /// Ends the turn because the thread was deleted.
    pub fn delete(&self) {
        self.interrupt(Ending::Deleted);
    }

    /// Ends the turn, because others wait for its end, as soon as its answer is complete.
    pub fn make_way(&self) {
        self.awaited.set(true);
        if self.answered.get() {
            self.interrupt(Ending::Done);
        }
    }

    /// Notes that the answer is complete. If the turn is ended early from now on, nothing was cut short.
    pub fn note_answered(&self) {
        self.answered.set(true);
        if self.awaited.get() {
            self.interrupt(Ending::Done);
        }
    }

    /// What ends a turn that was to end like this: an answer that is complete is not cancelled any more.
    pub fn unless_answered(&self, ending: Ending) -> Ending {
        match ending {
            Ending::Cancelled | Ending::ShutDown if self.answered.get() => Ending::Done,
            other => other,
        }
    }

    fn interrupt(&self, why: Ending) {
        let why = self.unless_answered(why);
        self.why.borrow_mut().get_or_insert(why);
        self.token.cancel();
    }

    /// Waits until the turn is to end early, and returns the reason. Await it once.
    pub async fn interrupted(&self) -> Ending {
        self.token.cancelled().await;
        self.why.take().unwrap_or(Ending::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_complete_answer_makes_way_and_is_not_cut_short() {
        let ended = |interrupter: &Interrupter| interrupter.interrupted().now_or_never();
        let interrupter = Interrupter::default();
        interrupter.make_way();
        assert!(ended(&interrupter).is_none(), "the answer runs");
        interrupter.note_answered();
        assert!(matches!(ended(&interrupter), Some(Ending::Done)));

        let interrupter = Interrupter::default();
        interrupter.note_answered();
        assert!(ended(&interrupter).is_none(), "nobody waits");
        interrupter.cancel();
        assert!(matches!(ended(&interrupter), Some(Ending::Done)));

        let interrupter = Interrupter::default();
        interrupter.note_answered();
        interrupter.delete();
        assert!(matches!(ended(&interrupter), Some(Ending::Deleted)));
    }
}
