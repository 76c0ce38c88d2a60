//! Any bytes as a model's answer, cut anyhow: the same events whatever the cuts; never a panic.

#![no_main]

#[path = "shared/answer.rs"]
mod answer;

use actix_chatkit::fuzzing::read_answer;
use answer::{pieces, without_minted_ids};
use libfuzzer_sys::fuzz_target;

/// The first byte says, without its highest bit, how many cuts follow, each the length of a piece; the rest is the
/// body.
fn input(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(first & 0x7f))
}

fuzz_target!(|bytes: &[u8]| {
    let Some((cuts, body)) = input(bytes) else { return };
    let (whole, outcome) = read_answer([body]);
    let (pieced, pieced_outcome) = read_answer(pieces(body, cuts));
    assert_eq!(outcome.is_ok(), pieced_outcome.is_ok(), "{outcome:?} {pieced_outcome:?}");
    assert_eq!(without_minted_ids(whole), without_minted_ids(pieced));
});
