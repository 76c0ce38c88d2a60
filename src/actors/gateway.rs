//! The handle through which the rest of the service asks threads.

use std::{any::type_name, sync::Arc};

use actix::{MailboxError, Message, dev::ToEnvelope};

use super::{
    ThreadActor, ThreadError,
    registry::{Origin, ThreadKey, ThreadRegistry},
    thread::messages::StartTurn,
    turn_log::TurnCursor,
};
use crate::{
    context::UserId,
    protocol::{Page, PageQuery, ThreadId, ThreadMetadata},
    store::Store,
};

/// How often a message is sent before it is given up. The first may meet an actor that is just
/// retiring, the second one that has just died.
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

    /// Asks an existing thread's actor, starting it when it does not run.
    ///
    /// A message that met a closed mailbox, or an actor that died before it answered, is sent again to
    /// a fresh one, so messages must be harmless when handled twice; those that store something carry
    /// the ids they store it under.
    pub async fn ask<M, T>(&self, user: &UserId, thread_id: &ThreadId, message: M) -> Result<T, ThreadError>
    where
        M: Message<Result = Result<T, ThreadError>> + Clone + Send + 'static,
        T: Send + 'static,
        ThreadActor: actix::Handler<M>,
        <ThreadActor as actix::Actor>::Context: ToEnvelope<ThreadActor, M>,
    {
        self.send(user, thread_id, &Origin::Stored, message).await
    }

    /// Makes a thread with its first turn.
    pub async fn create(
        &self,
        user: &UserId,
        thread_id: ThreadId,
        message: StartTurn,
    ) -> Result<TurnCursor, ThreadError> {
        let origin = Origin::New(Box::new(ThreadMetadata::new(thread_id.clone())));
        self.open_turn(user, &thread_id, &origin, message).await
    }

    /// Opens a turn of an existing thread. Dropping the future while the turn waits in line takes it
    /// out of the line.
    pub async fn start_turn(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        message: StartTurn,
    ) -> Result<TurnCursor, ThreadError> {
        self.open_turn(user, thread_id, &Origin::Stored, message).await
    }

    async fn open_turn(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        origin: &Origin,
        message: StartTurn,
    ) -> Result<TurnCursor, ThreadError> {
        // An answer on its way to an actor's client cannot be seen to have lost its client.
        let hung_up = message.hung_up.clone().drop_guard();
        let answer = self.send(user, thread_id, origin, message).await;
        hung_up.disarm();
        answer
    }

    /// Lists a user's threads.
    pub async fn list(&self, user: &UserId, query: PageQuery) -> Result<Page<ThreadMetadata>, ThreadError> {
        Ok(self.store.threads(user, query).await?)
    }

    /// Lets running turns finish until `deadline` is over, cuts the rest short, and answers when all
    /// is stored. No turn is taken any more.
    pub async fn shut_down(&self, deadline: std::time::Duration) {
        self.registry.shut_down(deadline).await;
    }

    async fn send<M, T>(
        &self,
        user: &UserId,
        thread_id: &ThreadId,
        origin: &Origin,
        message: M,
    ) -> Result<T, ThreadError>
    where
        M: Message<Result = Result<T, ThreadError>> + Clone + Send + 'static,
        T: Send + 'static,
        ThreadActor: actix::Handler<M>,
        <ThreadActor as actix::Actor>::Context: ToEnvelope<ThreadActor, M>,
    {
        let key = ThreadKey { user_id: user.clone(), thread_id: thread_id.clone() };
        for _ in 0..ATTEMPTS {
            let address = self.registry.locate(&key, origin)?;
            match address.send(message.clone()).await {
                // The mailbox was closed, or the actor died while the message stood in line.
                Err(MailboxError::Closed) | Ok(Err(ThreadError::ActorDied { .. })) => {
                    tracing::debug!(thread.id = %thread_id, actor.message = type_name::<M>(), "actor gone; asking a fresh one");
                }
                Ok(answer) => return answer,
                Err(MailboxError::Timeout) => return Err(ThreadError::Busy),
            }
        }
        Err(ThreadError::ActorDied { message: type_name::<M>() })
    }
}
