//! Any bytes as an uploaded form, cut anyhow: the same file or a refusal, whatever the cuts; never a
//! panic.

#![no_main]

use actix_chatkit::fuzzing::read_form;
use bytes::Bytes;
use futures_executor::block_on;
use libfuzzer_sys::fuzz_target;

/// The first byte says how many cuts follow, each the length of a piece; the rest is the body.
fn input(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*first))
}

fuzz_target!(|bytes: &[u8]| {
    let Some((cuts, body)) = input(bytes) else { return };
    let mut rest = Bytes::copy_from_slice(body);
    let whole = block_on(read_form(vec![rest.clone()]));
    let mut pieces = Vec::new();
    for cut in cuts {
        pieces.push(rest.split_to(usize::from(*cut).min(rest.len())));
    }
    pieces.push(rest);
    // A server's body has no empty pieces, and `Multipart` waits for ever behind more than a few in a row.
    pieces.retain(|piece| !piece.is_empty());
    let pieced = block_on(read_form(pieces));
    if let Err(status) = whole {
        assert!((400..500).contains(&status), "{status}");
    }
    assert_eq!(whole, pieced);
});
