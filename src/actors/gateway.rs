//! The handle through which the rest of the service asks threads.

use std::{any::type_name, sync::Arc};

use actix::{Actor, Handler, MailboxError, Message, dev::ToEnvelope};

use super::{
    ThreadError,
    key::{Birth, ThreadKey},
    reader::{Read, ThreadReader},
    registry::ThreadRegistry,
    thread::{ThreadActor, messages::StartTurn},
    turn_log::TurnCursor,
};
use crate::{
    context::UserId,
    protocol::{Page, PageQuery, ThreadId, ThreadMetadata},
    store::Store,
};

/// How often a message is sent before the sender gives up. The first attempt may meet an actor that is
/// just retiring, the second one that has just died.
const ATTEMPTS: usize = 3;

/// Asks threads. Cheap to clone.
#[derive(Clone)]
pub struct Threads {
    registry: Arc<ThreadRegistry>,
    store: Arc<dyn Store>,
}

impl Threads {
    /// A handle on this registry.
    pub(crate) fn new(registry: Arc<ThreadRegistry>, store: Arc<dyn Store>) -> Self {
        Self { registry, store }
    }

    /// Asks the actor of an existing thread, and starts it if there is none.
    ///
    /// A message that meets a closed mailbox, or an actor that dies before it answers, is sent again to a
    /// fresh actor. So messages must be harmless when they are handled twice: those that store something
    /// carry the ids under which they store it.
    pub async fn ask<M, T>(&self, user: &UserId, thread_id: &ThreadId, message: M) -> Result<T, ThreadError>
    where
        M: Message<Result = Result<T, ThreadError>> + Clone + Send + 'static,
        T: Send + 'static,
        ThreadActor: Handler<M>,
        <ThreadActor as Actor>::Context: ToEnvelope<ThreadActor, M>,
    {
        self.send(user, thread_id, &Birth::Stored, message).await
    }

    /// Asks what needs no owner: of the thread's actor if it lives, of a reader if not. So a thread that is only
    /// looked at, rated or deleted gets no actor, and a turn of it that was cut short stays open. If the thread
    /// gets an actor meanwhile, that one is asked as well, so messages must be harmless when handled twice.
    pub async fn read<M, T>(&self, user: &UserId, thread_id: &ThreadId, question: M) -> Result<T, ThreadError>
    where
        M: Message<Result = Result<T, ThreadError>> + Clone + Send + 'static,
        T: Send + 'static,
        ThreadActor: Handler<M>,
        <ThreadActor as Actor>::Context: ToEnvelope<ThreadActor, M>,
        ThreadReader: Handler<Read<M>>,
        <ThreadReader as Actor>::Context: ToEnvelope<ThreadReader, Read<M>>,
    {
        let key = ThreadKey { user_id: user.clone(), thread_id: thread_id.clone() };
        for _ in 0..ATTEMPTS {
            let answer = match self.registry.find(&key)? {
                Some(actor) => actor.send(question.clone()).await,
                None => {
                    let read = Read { key: key.clone(), question: question.clone() };
                    let answer = self.registry.reader().send(read).await;
                    match self.registry.find(&key) {
                        // The thread has got an owner meanwhile. The answer may be older, and a turn may run
                        // that the reader knows nothing of.
                        Ok(Some(actor)) => actor.send(question.clone()).await,
                        _ => answer,
                    }
                }
            };
            if let Some(answer) = answer_of::<M, T>(answer) {
                return answer;
            }
        }
        Err(ThreadError::ActorDied { message: type_name::<M>() })
    }

    /// How many threads have an actor now.
    pub fn num_live(&self) -> usize {
        self.registry.num_live()
    }

    /// Makes a thread with its first turn.
    pub async fn create(
        &self,
        user: &UserId,
        thread_id: ThreadId,
        message: StartTurn,
    ) -> Result<TurnCursor, ThreadError> {
        let birth = Birth::New(Box::new(ThreadMetadata::new(thread_id.clone())));
        self.open_turn(user, &thread_id, &birth, message).await
    }

    /// Opens a turn of an existing thread. Dropping the future while the turn waits in line takes it
    /// out of the line.
    pub async fn start_turn(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        message: StartTurn,
    ) -> Result<TurnCursor, ThreadError> {
        self.open_turn(user, thread_id, &Birth::Stored, message).await
    }

    async fn open_turn(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        birth: &Birth,
        message: StartTurn,
    ) -> Result<TurnCursor, ThreadError> {
        // If this future is dropped while it waits, nobody else tells the actor that the client is gone.
        let hung_up = message.hung_up.clone().drop_guard();
        let answer = self.send(user, thread_id, birth, message).await;
        hung_up.disarm();
        answer
    }

    /// Lists a user's threads.
    pub async fn list(&self, user: &UserId, query: PageQuery) -> Result<Page<ThreadMetadata>, ThreadError> {
        Ok(self.store.threads(user, query).await?)
    }

    /// Takes no more turns, lets running ones finish until `deadline` is over, and cuts the rest short.
    /// Returns when everything is stored.
    pub async fn shut_down(&self, deadline: std::time::Duration) {
        self.registry.shut_down(deadline).await;
    }

    async fn send<M, T>(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        birth: &Birth,
        message: M,
    ) -> Result<T, ThreadError>
    where
        M: Message<Result = Result<T, ThreadError>> + Clone + Send + 'static,
        T: Send + 'static,
        ThreadActor: Handler<M>,
        <ThreadActor as Actor>::Context: ToEnvelope<ThreadActor, M>,
    {
        let key = ThreadKey { user_id: user.clone(), thread_id: thread_id.clone() };
        for _ in 0..ATTEMPTS {
            let address = self.registry.locate(&key, birth)?;
            if let Some(answer) = answer_of::<M, T>(address.send(message.clone()).await) {
                return answer;
            }
        }
        Err(ThreadError::ActorDied { message: type_name::<M>() })
    }
}

/// The answer to a message. None: the actor was gone, and a fresh one should be asked.
fn answer_of<M, T>(answer: Result<Result<T, ThreadError>, MailboxError>) -> Option<Result<T, ThreadError>> {
    match answer {
        // The mailbox was closed, or the actor died while the message was in its line.
        Err(MailboxError::Closed) | Ok(Err(ThreadError::ActorDied { .. })) => {
            tracing::debug!(actor.message = type_name::<M>(), "actor gone; asking a fresh one");
            None
        }
        Ok(answer) => Some(answer),
        Err(MailboxError::Timeout) => Some(Err(ThreadError::Busy)),
    }
}
