//! Chat Completions on the wire: a strict [`request`] writer and a tolerant [`chunk`] reader.

mod chunk;
mod request;

pub(super) use chunk::{ChunkReader, error_text};
pub(super) use request::{Dialect, request_body};
