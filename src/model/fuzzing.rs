//! What fuzz targets call of this room.

use std::collections::VecDeque;

use super::{ModelError, ModelEvent, call::Reader, chat_completions::body::Body, responses};

/// The largest event that is read here.
const MAX_EVENT_BYTES: usize = 1 << 20;

/// Reads the body of an answer that comes in these pieces; gives what came before the end, and how it
/// ended. `is_whole`: the server does not stream.
pub fn read_answer<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    is_whole: bool,
) -> (Vec<ModelEvent>, Result<(), ModelError>) {
    read(Body::new(is_whole, MAX_EVENT_BYTES), pieces)
}

/// Reads the body of a response that comes in these pieces, in the same way.
pub fn read_response<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<ModelEvent>, Result<(), ModelError>) {
    read(responses::body::Body::new("fuzz", MAX_EVENT_BYTES), pieces)
}

fn read<'a>(
    mut body: impl Reader,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<ModelEvent>, Result<(), ModelError>) {
    let mut events = VecDeque::new();
    let taken = pieces.into_iter().try_for_each(|piece| body.take(piece, &mut events));
    let outcome = taken.and_then(|()| body.end(&mut events)).map_err(|failure| failure.error);
    (events.into(), outcome)
}
