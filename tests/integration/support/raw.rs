//! HTTP written by hand: what no proper client can be made to send.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{PATIENCE, Service};

/// An answer as it came.
pub struct Raw(String);

/// Opens a connection, sends these bytes and reads the head and body of one answer. The connection
/// stays open until the answer is there.
pub async fn raw(service: &Service, request: impl AsRef<[u8]>) -> Raw {
    let mut connection = TcpStream::connect(service.authority()).await.unwrap();
    connection.write_all(request.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    let reading = async {
        let mut piece = [0; 4096];
        loop {
            let length = connection.read(&mut piece).await.unwrap_or_default();
            answer.extend_from_slice(&piece[..length]);
            if length == 0 || is_complete(&answer) {
                return;
            }
        }
    };
    timeout(PATIENCE, reading).await.expect("no answer");
    Raw(String::from_utf8_lossy(&answer).into_owned())
}

fn is_complete(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    head.lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .is_some_and(|length| body.len() >= length.parse::<usize>().unwrap())
}

impl Raw {
    pub fn status(&self) -> u16 {
        self.0.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default()
    }

    /// The error's code, if it is in our shape.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_str(self.body()).unwrap_or_default();
        body["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}
