//! HTTP/1.1 as a load tester needs it: one connection that is kept open, one request at a time, and the bytes
//! of the body as soon as they arrive.
//!
//! A general client moves each piece of a body through a task and a channel. That costs more than everything
//! else the tester does for a piece. `httparse` reads the head.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{error::TurnError, settings::Endpoint};

/// The longest head of an answer.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// How much is read at once: some dozen frames.
const READ_BYTES: usize = 16 << 10;

/// A connection that is kept as long as the server keeps it.
pub struct Connection {
    socket: Option<TcpStream>,
    buffer: BytesMut,
    /// Bytes that came over the wire, heads and chunk sizes too.
    pub received: u64,
}

/// The head of an answer.
pub struct Head {
    /// The status.
    pub status: u16,
    framing: Framing,
    keep_alive: bool,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// After this many more bytes.
    Length(u64),
    /// In a chunk that has this many more bytes.
    Chunk(u64),
    /// Before the line end behind a chunk.
    ChunkEnd,
    /// Before a chunk's size.
    ChunkSize,
    /// When the connection closes.
    Close,
    /// Here.
    Ended,
}

impl Connection {
    /// A connection that has not been opened yet.
    pub fn new() -> Self {
        Self { socket: None, buffer: BytesMut::new(), received: 0 }
    }

    /// Closes the connection and gives up what is under way.
    pub fn close(&mut self) {
        self.socket = None;
        self.buffer.clear();
    }

    /// Sends a request and reads the head of its answer.
    pub async fn send(&mut self, endpoint: &Endpoint, request: &[u8]) -> Result<Head, TurnError> {
        let kept = self.socket.is_some();
        match self.try_send(endpoint, request).await {
            // The server may have closed an idle connection just now, which is not a failure.
            Err(TurnError::Broken(_)) if kept && self.buffer.is_empty() => {
                self.close();
                self.try_send(endpoint, request).await
            }
            result => result,
        }
    }

    async fn try_send(&mut self, endpoint: &Endpoint, request: &[u8]) -> Result<Head, TurnError> {
        let socket = match &mut self.socket {
            Some(socket) => socket,
            none => {
                let socket = TcpStream::connect(endpoint.address).await.map_err(TurnError::Connect)?;
                socket.set_nodelay(true).map_err(TurnError::Connect)?;
                none.insert(socket)
            }
        };
        socket.write_all(request).await.map_err(TurnError::Broken)?;
        loop {
            if let Some(head) = self.parse_head()? {
                // Interim answers are followed by the real one.
                if head.status >= 200 {
                    return Ok(head);
                }
                continue;
            }
            if self.buffer.len() > MAX_HEAD_BYTES {
                return Err(TurnError::Http("a head without end"));
            }
            self.fill().await?;
        }
    }

    fn parse_head(&mut self) -> Result<Option<Head>, TurnError> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(&self.buffer) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(TurnError::Http("no HTTP head")),
        };
        let status = response.code.unwrap_or_default();
        let mut framing = Framing::Close;
        let mut keep_alive = response.version == Some(1);
        for header in response.headers.iter() {
            let value = std::str::from_utf8(header.value).unwrap_or_default().trim();
            if header.name.eq_ignore_ascii_case("content-length") && framing == Framing::Close {
                let length = value.parse().map_err(|_| TurnError::Http("a length that is no number"))?;
                framing = Framing::Length(length);
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                framing = Framing::ChunkSize;
            } else if header.name.eq_ignore_ascii_case("connection") {
                keep_alive = !value.eq_ignore_ascii_case("close");
            }
        }
        if matches!(status, 100..=199 | 204 | 304) || framing == Framing::Length(0) {
            framing = Framing::Ended;
        }
        self.buffer.advance(length);
        Ok(Some(Head { status, framing, keep_alive }))
    }

    /// Appends the bytes of the body that have arrived to `body`, and waits only if there are none. Returns
    /// false at the end of the body.
    pub async fn read_body(&mut self, head: &mut Head, body: &mut Vec<u8>) -> Result<bool, TurnError> {
        loop {
            let before = body.len();
            self.take_body(head, body)?;
            if body.len() > before {
                return Ok(true);
            }
            if head.framing == Framing::Ended {
                if !head.keep_alive {
                    self.close();
                }
                return Ok(false);
            }
            match self.fill().await {
                Ok(()) => {}
                Err(TurnError::Broken(_)) if head.framing == Framing::Close => {
                    head.framing = Framing::Ended;
                    head.keep_alive = false;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads a body to its end.
    pub async fn read_whole_body(&mut self, head: &mut Head) -> Result<Vec<u8>, TurnError> {
        let mut body = Vec::new();
        while self.read_body(head, &mut body).await? {}
        Ok(body)
    }

    /// Moves the part of the body that is in the buffer.
    fn take_body(&mut self, head: &mut Head, body: &mut Vec<u8>) -> Result<(), TurnError> {
        loop {
            match head.framing {
                Framing::Ended => return Ok(()),
                Framing::Close => {
                    body.extend_from_slice(&self.buffer);
                    self.buffer.clear();
                    return Ok(());
                }
                Framing::Length(rest) => {
                    let rest = self.take(rest, body);
                    head.framing = if rest == 0 { Framing::Ended } else { Framing::Length(rest) };
                    return Ok(());
                }
                Framing::Chunk(rest) => {
                    let rest = self.take(rest, body);
                    if rest > 0 {
                        head.framing = Framing::Chunk(rest);
                        return Ok(());
                    }
                    head.framing = Framing::ChunkEnd;
                }
                Framing::ChunkEnd => {
                    if self.buffer.len() < 2 {
                        return Ok(());
                    }
                    self.buffer.advance(2);
                    head.framing = Framing::ChunkSize;
                }
                Framing::ChunkSize => match httparse::parse_chunk_size(&self.buffer) {
                    Ok(httparse::Status::Complete((line, 0))) => {
                        // No server met here sends trailers; the empty line ends the body.
                        if self.buffer.len() < line + 2 {
                            return Ok(());
                        }
                        self.buffer.advance(line + 2);
                        head.framing = Framing::Ended;
                        return Ok(());
                    }
                    Ok(httparse::Status::Complete((line, size))) => {
                        self.buffer.advance(line);
                        head.framing = Framing::Chunk(size);
                    }
                    Ok(httparse::Status::Partial) => return Ok(()),
                    Err(_) => return Err(TurnError::Http("a chunk without size")),
                },
            }
        }
    }

    /// Moves up to `rest` bytes, and says how many are still to come.
    fn take(&mut self, rest: u64, body: &mut Vec<u8>) -> u64 {
        let taken = self.buffer.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
        body.extend_from_slice(&self.buffer[..taken]);
        self.buffer.advance(taken);
        rest - taken as u64
    }

    async fn fill(&mut self) -> Result<(), TurnError> {
        let Some(socket) = &mut self.socket else {
            return Err(TurnError::Broken(io::ErrorKind::NotConnected.into()));
        };
        self.buffer.reserve(READ_BYTES);
        match socket.read_buf(&mut self.buffer).await {
            Ok(0) => Err(TurnError::Broken(io::ErrorKind::UnexpectedEof.into())),
            Ok(bytes) => {
                self.received += bytes as u64;
                Ok(())
            }
            Err(error) => Err(TurnError::Broken(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Plays an answer in pieces of `size` bytes, then keeps the connection or closes it.
    async fn answer(bytes: &'static [u8], size: usize, close: bool) -> Result<(u16, Vec<u8>), TurnError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let server = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.set_nodelay(true).unwrap();
            socket.read_exact(&mut [0; 4]).await.unwrap();
            for piece in bytes.chunks(size) {
                socket.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            (!close).then_some(socket)
        };
        let mut connection = Connection::new();
        let client = async {
            let mut head = connection.send(&endpoint, b"ping").await?;
            Ok((head.status, connection.read_whole_body(&mut head).await?))
        };
        tokio::join!(server, client).1
    }

    #[tokio::test]
    async fn bodies_are_the_same_however_they_are_framed_and_split() {
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, you two!\r\n0\r\n\r\n";
        let length = b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nhello, you two!";
        let close = b"HTTP/1.0 200 OK\r\n\r\nhello, you two!";
        for size in [1, 2, 3, 7, 1000] {
            for (bytes, ends) in [(&chunked[..], false), (length, false), (close, true)] {
                let (status, body) = answer(bytes, size, ends).await.unwrap();
                assert_eq!((status, body.as_slice()), (200, &b"hello, you two!"[..]), "pieces of {size}");
            }
        }
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_no_answer() {
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        let length = b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nhello";
        for bytes in [&chunked[..], length] {
            assert!(matches!(answer(bytes, 1000, true).await, Err(TurnError::Broken(_))));
        }
        assert!(matches!(answer(b"SSH-2.0-x\r\n\r\n", 1000, true).await, Err(TurnError::Http(_))));
    }
}
