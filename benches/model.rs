//! What reading a model's stream costs: HTTP, events, chunks.
#![allow(missing_docs, clippy::unwrap_used)]

use actix_chatkit::model::{
    Model, ModelEvent, ModelMessage, ModelRequest, call::CallSettings, chat_completions::ChatCompletions,
    provider::Endpoint,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::StreamExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const TOKENS: u64 = 1_000;

/// An answer of so many tokens, with its HTTP head.
fn answer() -> Vec<u8> {
    let mut body = String::new();
    for _ in 0..TOKENS {
        body += concat!(
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"m\",",
            "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"words \"},\"finish_reason\":null}]}\n\n",
        );
    }
    body += "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    body += "data: [DONE]\n\n";
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {length}\r\n\r\n{body}")
        .into()
}

/// Answers every request of a connection.
async fn serve(mut socket: TcpStream, answer: &[u8]) {
    let mut request = Vec::new();
    loop {
        request.clear();
        // The request is known to be small, and to end with the JSON object that is its body.
        while !request.ends_with(b"}") {
            if socket.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return;
            }
        }
        if socket.write_all(answer).await.is_err() {
            return;
        }
    }
}

fn streams(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    runtime.spawn(async move {
        let answer: &'static [u8] = Box::leak(answer().into_boxed_slice());
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, answer));
        }
    });
    let base_url = format!("http://127.0.0.1:{port}/v1").parse().unwrap();
    let settings = CallSettings::new(Endpoint::Compatible { base_url, api_key: None }, "m");
    let model = ChatCompletions::new(settings).unwrap();
    let mut group = criterion.benchmark_group("model stream");
    group.throughput(Throughput::Elements(TOKENS));
    group.bench_function("1000 tokens", |bench| {
        bench.to_async(&runtime).iter(|| async {
            let request =
                ModelRequest { messages: vec![ModelMessage::user("Hello")], ..ModelRequest::default() };
            let mut stream = model.stream(request);
            let mut tokens = 0;
            while let Some(event) = stream.next().await {
                tokens += u64::from(matches!(event.unwrap(), ModelEvent::Text(_)));
            }
            assert_eq!(tokens, TOKENS);
        });
    });
}

criterion_group!(benches, streams);
criterion_main!(benches);
