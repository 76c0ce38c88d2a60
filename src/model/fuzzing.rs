//! What fuzz targets call of this room.

use std::{collections::VecDeque, sync::Arc};

use super::{
    ModelError, ModelEvent, ModelRequest, ToolSpec,
    call::{Asked, Reader},
    chat_completions::body::Body,
    quirks::Quirks,
    responses,
};

/// The largest event that is read here.
const MAX_EVENT_BYTES: usize = 1 << 20;

/// Reads the body of an answer that comes in these pieces; gives what came before the end, and how it
/// ended.
pub fn read_answer<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<ModelEvent>, Result<(), ModelError>) {
    let tool = ToolSpec {
        name: "get_weather".to_owned(),
        description: String::new(),
        parameters: serde_json::Value::Null,
    };
    let request = ModelRequest { tools: Arc::from([tool]), ..ModelRequest::default() };
    let asked = Asked { request: &request, model: "m", origin: "host#m", quirks: Quirks::default() };
    read(Body::new(&asked, MAX_EVENT_BYTES), pieces)
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
