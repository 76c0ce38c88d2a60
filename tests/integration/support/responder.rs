//! Responders made of closures, and gates that hold them where a test wants them.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_chatkit::{
    agent::{AgentContext, Responder, ResponderError},
    protocol::{ItemKind, ThreadItem},
};
use async_trait::async_trait;
use tokio::sync::Semaphore;

type Answering = Pin<Box<dyn Future<Output = Result<(), ResponderError>>>>;

/// A responder made of a closure over the context and the text of the user's message.
pub struct Closure(Box<dyn Fn(AgentContext, String) -> Answering + Send + Sync>);

impl Closure {
    pub fn new<F, A>(answer: F) -> Self
    where
        F: Fn(AgentContext, String) -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), ResponderError>> + 'static,
    {
        Self(Box::new(move |context, text| Box::pin(answer(context, text))))
    }

    /// Says the user's own words.
    pub fn echo() -> Self {
        Self::new(|context, text| async move {
            let mut message = context.message();
            message.push(text).await?;
            message.finish().await
        })
    }

    /// Says the user's own words, then waits at the gate, then ends.
    pub fn held(gate: &Gate) -> Self {
        let gate = gate.clone();
        Self::new(move |context, text| {
            let gate = gate.clone();
            async move {
                let mut message = context.message();
                message.push(text).await?;
                gate.pass().await;
                message.push(" (done)").await?;
                message.finish().await
            }
        })
    }
}

#[async_trait(?Send)]
impl Responder for Closure {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let text = match input.as_ref().map(|item| &item.kind) {
            Some(ItemKind::UserMessage(message)) => message.plain_text(),
            _ => String::new(),
        };
        self.0(context, text).await
    }
}

/// Holds those who come until they are let through, one by one.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets `number` through.
    pub fn open(&self, number: usize) {
        self.0.add_permits(number);
    }

    pub async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}
