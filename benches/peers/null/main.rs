//! The practical limit of the benchmark: a server that only passes frames on.
//!
//! It asks the same model as often as the service does, and sends as many frames as the service would, but
//! reads neither items nor answers, keeps nothing, and has no actors: what it costs is the price of HTTP, of
//! the runtime and of the client of the model.
//!
//!     cargo run --release --example null_server -- PORT http://127.0.0.1:9100/v1

use std::{convert::Infallible, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, http::KeepAlive, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use memchr::memmem;

const HEAD: &[u8] = concat!(
    "data: {\"type\":\"thread.created\",\"thread\":{\"id\":\"thr_null\",\"created_at\":\"2026-01-01T00:00:00Z\",",
    "\"status\":{\"type\":\"active\"},\"metadata\":{},\"items\":{\"data\":[],\"has_more\":false}}}\n\n",
    "data: {\"type\":\"thread.item.done\",\"item\":{\"id\":\"msg_1\",\"thread_id\":\"thr_null\",\"created_at\":",
    "\"2026-01-01T00:00:00Z\",\"type\":\"user_message\",\"content\":[],\"attachments\":[],\"inference_options\":{}}}\n\n",
    "data: {\"type\":\"stream_options\",\"stream_options\":{\"allow_cancel\":true}}\n\n",
    "data: {\"type\":\"thread.item.added\",\"item\":{\"id\":\"msg_2\",\"thread_id\":\"thr_null\",\"created_at\":",
    "\"2026-01-01T00:00:00Z\",\"type\":\"assistant_message\",\"content\":[]}}\n\n",
)
.as_bytes();
const DELTA: &str = concat!(
    "data: {\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":",
    "\"assistant_message.content_part.text_delta\",\"content_index\":0,\"delta\":\"word \"}}\n\n",
);
const WIDGET: &[u8] = concat!(
    "data: {\"type\":\"thread.item.done\",\"item\":{\"id\":\"wdg_1\",\"thread_id\":\"thr_null\",\"created_at\":",
    "\"2026-01-01T00:00:00Z\",\"type\":\"widget\",\"widget\":{\"type\":\"Card\",\"children\":[]}}}\n\n",
)
.as_bytes();
const TITLE: &[u8] = concat!(
    "data: {\"type\":\"thread.updated\",\"thread\":{\"id\":\"thr_null\",\"title\":\"Title\",\"created_at\":",
    "\"2026-01-01T00:00:00Z\",\"status\":{\"type\":\"active\"},\"metadata\":{},\"items\":{\"data\":[],",
    "\"has_more\":false}}}\n\n",
)
.as_bytes();
const TAIL: &[u8] = concat!(
    "data: {\"type\":\"thread.item.done\",\"item\":{\"id\":\"msg_2\",\"thread_id\":\"thr_null\",\"created_at\":",
    "\"2026-01-01T00:00:00Z\",\"type\":\"assistant_message\",\"content\":[]}}\n\n",
)
.as_bytes();

const ASK: &str =
    r#"{"model":"mock","stream":true,"messages":[{"role":"user","content":"Tell me something."}]}"#;
const ASK_TITLE: &str = concat!(
    r#"{"model":"mock","stream":true,"messages":[{"role":"system","content":"Write a title."},"#,
    r#"{"role":"user","content":"Tell me something."}]}"#,
);
const ASK_WEATHER: &str = concat!(
    r#"{"model":"mock","stream":true,"messages":[{"role":"user","content":"What's the weather in Tokyo?"}],"#,
    r#""tools":[{"type":"function","function":{"name":"get_weather","parameters":{}}}]}"#,
);

/// What the handlers share.
#[derive(Clone)]
struct Relay {
    http: reqwest::Client,
    url: reqwest::Url,
    /// Many deltas in a row, to take as many as are due from.
    deltas: Bytes,
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "expected PORT and the model's address";
    let port: u16 = arguments.next().ok_or_else(|| anyhow::anyhow!(usage))?.parse()?;
    let base_url = arguments.next().ok_or_else(|| anyhow::anyhow!(usage))?;
    let url: reqwest::Url = format!("{base_url}/chat/completions").parse()?;
    let deltas = Bytes::from(DELTA.repeat(1024));
    HttpServer::new(move || {
        // A client for each worker, as its connections belong to its runtime.
        let relay = Relay { http: reqwest::Client::new(), url: url.clone(), deltas: deltas.clone() };
        App::new()
            .app_data(web::Data::new(relay))
            .route("/chatkit", web::post().to(answer))
            .route("/readyz", web::get().to(HttpResponse::Ok))
    })
    .tcp_nodelay(true)
    .keep_alive(KeepAlive::Timeout(Duration::from_secs(600)))
    .bind(("127.0.0.1", port))?
    .run()
    .await?;
    Ok(())
}

async fn answer(relay: web::Data<Relay>, body: Bytes) -> HttpResponse {
    let is_new = memmem::find(&body, b"threads.create").is_some();
    let is_weather = memmem::find(&body, b"weather").is_some();
    let title = is_new.then(|| actix_web::rt::spawn(relay.drained(ASK_TITLE)));
    if is_weather && relay.drained(ASK_WEATHER).await.is_err() {
        return HttpResponse::BadGateway().finish();
    }
    let Ok(deltas) = relay.deltas(ASK).await else {
        return HttpResponse::BadGateway().finish();
    };
    let end = async move {
        let titled = match title {
            Some(title) => title.await.is_ok_and(|outcome| outcome.is_ok()),
            None => false,
        };
        let parts = [TAIL, if is_weather { WIDGET } else { b"" }, if titled { TITLE } else { b"" }];
        Bytes::from(parts.concat())
    };
    let frames = stream::iter([Bytes::from_static(HEAD)]).chain(deltas).chain(stream::once(end));
    HttpResponse::Ok().content_type("text/event-stream").streaming(frames.map(Ok::<_, Infallible>))
}

impl Relay {
    /// Asks, and lets the answer pass unread.
    fn drained(&self, body: &'static str) -> impl Future<Output = reqwest::Result<()>> + use<> {
        let request = self.http.post(self.url.clone()).body(body).send();
        async move { request.await?.bytes().await.map(drop) }
    }

    /// Asks, and gives a delta for every frame of the answer.
    async fn deltas(&self, body: &'static str) -> reqwest::Result<impl Stream<Item = Bytes> + use<>> {
        let response = self.http.post(self.url.clone()).body(body).send().await?;
        let deltas = self.deltas.clone();
        Ok(response.bytes_stream().map(move |bytes| {
            let frames = bytes.map_or(0, |bytes| memmem::find_iter(&bytes, b"\n\n").count());
            deltas.slice(..(frames * DELTA.len()).min(deltas.len()))
        }))
    }
}
