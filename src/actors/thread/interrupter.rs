//! Ends a running turn before its responder is done.

use std::{cell::RefCell, rc::Rc};

use tokio_util::sync::CancellationToken;

use super::ending::Ending;

/// Ends a running turn early, for the first reason that is given. Cheap to clone; clones end the same turn.
///
/// The actor and its turn live on one arbiter, so a plain cell is enough.
#[derive(Clone, Debug, Default)]
pub struct Interrupter {
    token: CancellationToken,
    why: Rc<RefCell<Option<Ending>>>,
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

    fn interrupt(&self, why: Ending) {
        self.why.borrow_mut().get_or_insert(why);
        self.token.cancel();
    }

    /// Waits until the turn is to end early, and returns the reason. Await it once.
    pub async fn interrupted(&self) -> Ending {
        self.token.cancelled().await;
        self.why.take().unwrap_or(Ending::Cancelled)
    }
}
