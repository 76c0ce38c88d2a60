//! Asks the model for one answer, with as much of the conversation as it has room for.

use std::sync::Arc;

use super::{
    answer::{self, Answer, Failure},
    run::Run,
};
use crate::{
    agent::{
        input::by_turns,
        responder::ResponderError,
        window::{self, Budget, Cost, Fitted},
    },
    model::{ModelMessage, ModelRequest, ToolChoice, ToolSpec},
    protocol::{
        error::{CodedError, ErrorCode},
        event::NoticeLevel,
    },
};

/// How often a conversation that is too long is tried again, shorter each time.
const MAX_SHORTER_TRIES: usize = 4;

/// What the user reads when turns are left out.
const LEFT_OUT: &str = "This conversation has become longer than the language model can read at once. It answers \
                        without the oldest messages.";

/// Which tools the model may call in an answer.
pub(super) enum Offer {
    /// Those of the loop, chosen like this.
    Tools(ToolChoice),
    /// None.
    Nothing,
}

impl Run<'_> {
    /// Asks for one answer. If the conversation is too long, the oldest turns are left out and it is tried again.
    pub(super) async fn ask(
        &mut self,
        messages: &[ModelMessage],
        offer: Offer,
    ) -> Result<Answer, ResponderError> {
        let (tools, tool_choice): (Arc<[ToolSpec]>, _) = match offer {
            Offer::Tools(choice) => (Arc::clone(&self.agent.specs), choice),
            Offer::Nothing => (Arc::default(), ToolChoice::Auto),
        };
        let (agent, model) = (self.agent, self.options.model.clone());
        let mut left_out = None;
        for tries_left in (0..=MAX_SHORTER_TRIES).rev() {
            let known = agent.model.capabilities(model.as_deref());
            let budget = Budget::of(known.context_tokens, &agent.refusals, model.as_deref());
            let budget = if tries_left == 0 { Budget::LEAST } else { budget };
            let fitted = window::fit(messages, &tools, budget);
            let is_news = left_out.is_some() || window::had_room_before(messages, &tools, budget);
            if is_news && fitted.turns_left_out > left_out.unwrap_or_default() {
                self.tell_of_left_out(&fitted).await?;
                left_out = Some(fitted.turns_left_out);
            }
            let Fitted { messages, is_least, .. } = fitted;
            let cost = Cost::of(&messages, &tools);
            let request = ModelRequest {
                messages: by_turns(messages),
                tools: Arc::clone(&tools),
                tool_choice: tool_choice.clone(),
                model: model.clone(),
                options: self.options.generation.clone(),
                caller: self.caller.clone(),
                ..ModelRequest::default()
            };
            let Failure { error, has_shown } = match answer::stream(self, request).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if has_shown || !error.has_code(ErrorCode::ModelContextFull) {
                return Err(error);
            }
            agent.refusals.note(model.as_deref(), cost);
            if is_least {
                return Err(too_long(&error));
            }
            left_out.get_or_insert_default();
        }
        Err(ResponderError::known(ErrorCode::ModelContextFull))
    }

    async fn tell_of_left_out(&self, fitted: &Fitted) -> Result<(), ResponderError> {
        tracing::info!(
            thread.id = %self.context.thread_id(),
            removed = fitted.turns_left_out,
            "oldest turns left out: the model has no room for them"
        );
        self.context.notice(NoticeLevel::Info, LEFT_OUT).await
    }
}

/// The error for a message that is too long even on its own.
fn too_long(error: &ResponderError) -> ResponderError {
    ResponderError::known(CodedError::new(ErrorCode::ModelMessageTooLong)).with_source(error.cause())
}
