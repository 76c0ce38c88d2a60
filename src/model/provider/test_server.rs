//! A small HTTP server that plays prepared replies, one for each request.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};

use super::Url;

/// What is sent back, and what happens then.
#[derive(Clone)]
pub(in crate::model) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    pieces: Vec<Vec<u8>>,
    ending: Ending,
}

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    /// The body is complete.
    Complete,
    /// The connection breaks before the body's end.
    Cut,
    /// Nothing more is sent, until the client hangs up.
    Hold,
}

impl Reply {
    pub(in crate::model) fn new(status: u16, content_type: &str, body: &[u8]) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            pieces: vec![body.to_vec()],
            ending: Ending::Complete,
        }
    }

    pub(in crate::model) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string().as_bytes())
    }

    pub(in crate::model) fn sse(body: impl AsRef<[u8]>) -> Self {
        Self::new(200, "text/event-stream; charset=utf-8", body.as_ref())
    }

    pub(in crate::model) fn sse_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self { pieces: pieces.into_iter().map(<[u8]>::to_vec).collect(), ..Self::sse("") }
    }

    pub(in crate::model) fn cut(body: &[u8]) -> Self {
        Self { ending: Ending::Cut, ..Self::sse(body) }
    }

    pub(in crate::model) fn hold(body: &[u8]) -> Self {
        Self { ending: Ending::Hold, ..Self::sse(body) }
    }

    pub(in crate::model) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(in crate::model) struct Received {
    pub(in crate::model) line: String,
    headers: Vec<(String, String)>,
    pub(in crate::model) body: Vec<u8>,
}

impl Received {
    pub(in crate::model) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(in crate::model) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(in crate::model) struct TestServer {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    hung_up: Arc<Semaphore>,
}

impl TestServer {
    pub(in crate::model) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, received: Arc::default(), hung_up: Arc::new(Semaphore::new(0)) };
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        let (received, hung_up) = (Arc::clone(&server.received), Arc::clone(&server.hung_up));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                // One after the other: no test has two calls at once.
                serve(socket, &mut replies, &received, &hung_up).await;
            }
        });
        server
    }

    pub(in crate::model) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }

    pub(in crate::model) fn request(&self, number: usize) -> Received {
        self.received.lock().unwrap()[number].clone()
    }

    pub(in crate::model) fn num_requests(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// Waits until a client leaves a reply that is held, or leaves before its request has come.
    pub(in crate::model) async fn hung_up(&self) {
        let left = timeout(Duration::from_secs(60), self.hung_up.acquire()).await;
        left.expect("the client leaves").unwrap().forget();
    }
}

async fn serve(
    mut socket: TcpStream,
    replies: &mut VecDeque<Reply>,
    received: &Mutex<Vec<Received>>,
    hung_up: &Semaphore,
) {
    socket.set_nodelay(true).unwrap();
    let Some(request) = read_request(&mut socket).await else {
        hung_up.add_permits(1);
        return;
    };
    received.lock().unwrap().push(request);
    let reply = replies.pop_front().expect("a reply for every request");
    let mut head = format!("HTTP/1.1 {} Prepared\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head += "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    let nothing_at_all = reply.ending != Ending::Complete && reply.pieces.iter().all(Vec::is_empty);
    if !nothing_at_all {
        socket.write_all(head.as_bytes()).await.unwrap();
    }
    for piece in reply.pieces.iter().filter(|piece| !piece.is_empty()) {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        if socket.write_all(&chunk).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    match reply.ending {
        Ending::Complete => {
            // A client that has read enough may have gone.
            let _ = socket.write_all(b"0\r\n\r\n").await;
        }
        Ending::Cut => {}
        Ending::Hold => {
            while let Ok(1..) = socket.read(&mut [0; 64]).await {}
            hung_up.add_permits(1);
        }
    }
}

async fn read_request(socket: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let line = lines.next().unwrap().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut request = Received { line, headers, body: bytes.split_off(head_end + 4) };
    // A GET has no body.
    let length: usize = request.header("content-length").unwrap_or("0").parse().unwrap();
    while request.body.len() < length {
        if socket.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}
