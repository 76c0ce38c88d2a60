//! The HTTP side of the stand-in: routes, statuses, and what it counts.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::{KeepAlive, header},
    web,
};
use anyhow::Context;
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    answers::{Answers, Content, Script, whole},
    failures::{Failure, FailurePlan},
    question::{Question, Wish},
    settings::MockModelSettings,
    stream::{Ending, Paced},
};

/// The largest request. Every question about a picture carries the picture.
const MAX_BODY_BYTES: usize = 256 << 20;

/// What the handlers share.
struct Mock {
    settings: MockModelSettings,
    answers: Answers,
    failures: FailurePlan,
    counts: Counts,
}

/// Counts since the start.
#[derive(Default)]
struct Counts {
    texts: AtomicU64,
    titles: AtomicU64,
    tool_calls: AtomicU64,
    refused: AtomicU64,
    /// By kind, in the order of [`Failure::ALL`].
    failures: [AtomicU64; 4],
}

/// Runs the stand-in until a signal asks it to stop.
pub async fn serve(settings: MockModelSettings) -> anyhow::Result<()> {
    let address = SocketAddr::new(settings.host, settings.port);
    let workers = settings.workers;
    let mock = web::Data::from(Arc::new(Mock {
        answers: Answers::new(&settings),
        failures: FailurePlan::new(settings.failures.clone(), settings.seed),
        counts: Counts::default(),
        settings,
    }));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(mock.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
            .route("/v1/chat/completions", web::post().to(complete))
            .route("/openai/deployments/{name}/chat/completions", web::post().to(complete))
            .route("/v1/models", web::get().to(models))
            .route("/stats", web::get().to(stats))
    })
    .workers(workers.into())
    // Send each token when it is due.
    .tcp_nodelay(true)
    // The service's idle connections must never be closed under a request.
    .keep_alive(KeepAlive::Timeout(Duration::from_secs(600)))
    .shutdown_timeout(1)
    .bind(address)
    .with_context(|| format!("cannot listen on {address}"))?;
    for address in server.addrs() {
        tracing::info!("mock model listening on http://{address}/v1");
    }
    server.run().await?;
    Ok(())
}

async fn complete(mock: web::Data<Mock>, body: Bytes) -> HttpResponse {
    let question = match Question::read(&body) {
        Ok(question) => question,
        Err(error) => {
            mock.counts.refused.fetch_add(1, Ordering::Relaxed);
            return refusal(400, "invalid_request_error", &error.to_string());
        }
    };
    // Drop the request now. Otherwise its megabytes would be held for as long as the answer streams.
    drop(body);
    if question.wish == Wish::Title {
        mock.counts.titles.fetch_add(1, Ordering::Relaxed);
        let answers = &mock.answers;
        return mock.send(&question, answers.title(question.include_usage), || answers.title_whole());
    }
    let number = match &question.wish {
        Wish::Weather { .. } | Wish::Cities => mock.counts.tool_calls.fetch_add(1, Ordering::Relaxed),
        _ => mock.counts.texts.fetch_add(1, Ordering::Relaxed),
    };
    let content = match &question.wish {
        Wish::Weather { location } => Content::Call {
            name: "get_weather",
            arguments: json!({"location": location}).to_string(),
            number,
        },
        Wish::Cities => Content::Call { name: "show_city_selector", arguments: "{}".to_owned(), number },
        Wish::Text | Wish::Title => {
            let answers = &mock.answers;
            return mock.answer(&question, answers.text(question.include_usage), || answers.text_whole());
        }
    };
    mock.answer(&question, Script::new(&content, question.include_usage), || whole(&content))
}

impl Mock {
    /// An answer that may have to fail.
    fn answer(&self, question: &Question, script: Script, whole: impl FnOnce() -> Bytes) -> HttpResponse {
        let Some(failure) = self.failures.next() else {
            return self.send(question, script, whole);
        };
        self.counts.failures[failure as usize].fetch_add(1, Ordering::Relaxed);
        match failure {
            Failure::TooManyRequests => {
                let mut response = refusal(429, "rate_limit_error", "too many requests, on purpose");
                let seconds = header::HeaderValue::from(self.settings.retry_after);
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
                response
            }
            Failure::ServerError => refusal(500, "server_error", "an error on purpose"),
            Failure::Cut => self.stream(script.half(), Ending::Cut),
            Failure::Stall => self.stream(script.half(), Ending::Stall),
        }
    }

    fn send(&self, question: &Question, script: Script, whole: impl FnOnce() -> Bytes) -> HttpResponse {
        if !question.stream {
            return HttpResponse::Ok().content_type("application/json").body(whole());
        }
        if self.settings.first_token_ms.is_zero() && self.settings.pace_ms.is_zero() {
            return HttpResponse::Ok().content_type("text/event-stream").body(script.bytes);
        }
        self.stream(script, Ending::Complete)
    }

    fn stream(&self, script: Script, ending: Ending) -> HttpResponse {
        let MockModelSettings { first_token_ms, pace_ms, .. } = self.settings;
        HttpResponse::Ok().content_type("text/event-stream").streaming(Paced::new(
            script,
            ending,
            first_token_ms,
            pace_ms,
        ))
    }
}

fn refusal(status: u16, kind: &str, message: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).expect("a status from the list above");
    HttpResponse::build(status).json(json!({"error": {"message": message, "type": kind, "code": null}}))
}

/// `GET /v1/models`, which some clients ask first.
async fn models() -> HttpResponse {
    HttpResponse::Ok().json(json!({"object": "list", "data": [{"id": "mock", "object": "model"}]}))
}

/// `GET /stats`: what was answered since the start.
async fn stats(mock: web::Data<Mock>) -> HttpResponse {
    let counts = &mock.counts;
    let failures: serde_json::Map<String, Value> = Failure::ALL
        .iter()
        .map(|failure| {
            let count = counts.failures[*failure as usize].load(Ordering::Relaxed);
            (failure.name().to_owned(), count.into())
        })
        .collect();
    HttpResponse::Ok().json(json!({
        "texts": counts.texts.load(Ordering::Relaxed),
        "titles": counts.titles.load(Ordering::Relaxed),
        "tool_calls": counts.tool_calls.load(Ordering::Relaxed),
        "refused": counts.refused.load(Ordering::Relaxed),
        "failures": failures,
    }))
}
