//! What the targets that read a model's answer share.

use actix_chatkit::model::ModelEvent;

/// Cuts a body into pieces of these lengths and the rest.
pub fn pieces<'a>(mut body: &'a [u8], cuts: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for cut in cuts {
        let (piece, rest) = body.split_at(usize::from(*cut).min(body.len()));
        pieces.push(piece);
        body = rest;
    }
    pieces.push(body);
    pieces
}

/// A call that came without an id gets a random one.
pub fn without_minted_ids(mut events: Vec<ModelEvent>) -> Vec<ModelEvent> {
    for event in &mut events {
        if let ModelEvent::ToolCall(call) = event
            && let Some(id) = &mut call.id
            && id.len() == "call_".len() + 32
        {
            id.clear();
        }
    }
    events
}
