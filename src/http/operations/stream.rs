//! Streamed answers: opening a turn, and the form in which its client gets the events.

use actix_web::{HttpResponse, http::header::HeaderMap};

use super::Call;
use crate::{
    actors::{
        thread::messages::{Opening, StartTurn},
        turn_log::TurnCursor,
    },
    http::{error::ApiError, sse},
    protocol::ThreadId,
};

/// The header by which a client asks for a turn that goes on without it.
const RESUMABLE: &str = "chatkit-resumable";

/// The header by which a client asks for the codes of errors, so that it can word them itself.
const ERROR_CODES: &str = "chatkit-error-codes";

/// What a streamed answer looks like.
#[derive(Clone, Copy, Debug)]
pub struct StreamForm {
    /// Whether the turn goes on without its client, and each event carries its number.
    resumable: bool,
    /// Whether errors carry their codes.
    error_codes: bool,
}

impl StreamForm {
    /// The form that a request's headers ask for.
    pub fn asked_for(headers: &HeaderMap) -> Self {
        let is_on = |name| headers.get(name).is_some_and(|value| value == "1");
        Self { resumable: is_on(RESUMABLE), error_codes: is_on(ERROR_CODES) }
    }
}

impl Call<'_> {
    /// The message that opens a turn.
    pub(super) fn start_turn(&self, opening: Opening) -> StartTurn {
        StartTurn { resumable: self.stream_form.resumable, ..StartTurn::new(self.context.clone(), opening) }
    }

    /// Opens a turn of an existing thread and streams it.
    pub(super) async fn stream_turn(
        &self,
        thread_id: &ThreadId,
        opening: Opening,
    ) -> Result<HttpResponse, ApiError> {
        let message = self.start_turn(opening);
        let cursor = self.services.threads.start_turn(self.user(), thread_id, message).await?;
        Ok(self.stream(cursor))
    }

    /// Streams the events of a turn.
    pub(super) fn stream(&self, cursor: TurnCursor) -> HttpResponse {
        let cursor = if self.stream_form.resumable { cursor.with_ids() } else { cursor };
        let cursor = if self.stream_form.error_codes { cursor.with_codes() } else { cursor };
        sse::response(cursor, self.services.settings.heartbeat)
    }
}
