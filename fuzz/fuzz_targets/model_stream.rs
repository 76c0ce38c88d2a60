//! Any bytes as a model's answer, cut anyhow: the same events whatever the cuts; never a panic.

#![no_main]

use actix_chatkit::{fuzzing::read_answer, model::ModelEvent};
use libfuzzer_sys::fuzz_target;

/// The first byte says in its highest bit whether the server does not stream, and in the others how many
/// cuts follow, each the length of a piece; the rest is the body.
fn input(bytes: &[u8]) -> Option<(bool, &[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (cuts, body) = rest.split_at_checked(usize::from(first & 0x7f))?;
    Some((first & 0x80 != 0, cuts, body))
}

fuzz_target!(|bytes: &[u8]| {
    let Some((is_whole, cuts, body)) = input(bytes) else { return };
    let (whole, outcome) = read_answer([body], is_whole);
    let (pieced, pieced_outcome) = read_answer(pieces(body, cuts), is_whole);
    assert_eq!(outcome.is_ok(), pieced_outcome.is_ok(), "{outcome:?} {pieced_outcome:?}");
    assert_eq!(without_minted_ids(whole), without_minted_ids(pieced));
});

fn pieces<'a>(mut body: &'a [u8], cuts: &[u8]) -> Vec<&'a [u8]> {
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
fn without_minted_ids(mut events: Vec<ModelEvent>) -> Vec<ModelEvent> {
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
