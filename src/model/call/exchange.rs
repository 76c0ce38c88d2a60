//! One call: sends the request, retries failures that may pass, and turns the body into events.

use std::{collections::VecDeque, mem, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use reqwest::{
    Response,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
};
use tokio::time::{Instant, timeout};
use tracing::warn;

use super::{
    Asked, Reader, Server,
    log::{CallLog, millis},
    patience::{self, Patience},
};
use crate::model::{
    ModelError, ModelEvent, ModelRequest, ModelStream, TimeoutPhase,
    provider::{Failure, chain},
    quirks::{Quirk, Quirks},
};

/// How long the cost and the end mark may take once the answer itself is complete.
const END_GRACE: Duration = Duration::from_secs(2);

/// How often a call is sent again at once without something that was refused.
const MAX_CORRECTIONS: u32 = 8;

pub(super) fn stream(server: Arc<Server>, request: ModelRequest) -> ModelStream {
    // Boxed, because the call moves into and out of the future of every event.
    stream::unfold(Box::new(Call::new(server, request)), Call::next).boxed()
}

struct Call {
    server: Arc<Server>,
    origin: String,
    state: State,
    events: VecDeque<ModelEvent>,
    log: CallLog,
}

enum State {
    /// Nothing of the answer has been passed on: the call can be tried (again).
    Opening(Opening),
    /// The answer is being read. The request stays until the model's first word.
    Reading(Box<Reading>, Option<Opening>),
    /// The error comes after the events that were read before it.
    Failed(ModelError),
    Ended,
}

/// A call that may still be sent.
struct Opening {
    request: ModelRequest,
    retries: u32,
    /// What is left out.
    quirks: Quirks,
    /// How often something more was left out.
    corrections: u32,
    /// Why the last of it was left out.
    because: String,
}

/// An answer that is being read.
struct Reading {
    response: Response,
    body: Box<dyn Reader>,
    /// The deadline for the first byte; `None` once it has come.
    first_byte: Option<Instant>,
    patience: Patience,
}

impl Call {
    fn new(server: Arc<Server>, mut request: ModelRequest) -> Self {
        let log = CallLog::new(&server, request.model.as_deref());
        let origin = server.origin(&log.model_asked);
        request.options = request.options.or(&server.settings.options);
        let quirks = server.learnt.of(&log.model_asked);
        let opening = Opening { request, retries: 0, quirks, corrections: 0, because: String::new() };
        Self { server, origin, state: State::Opening(opening), events: VecDeque::new(), log }
    }

    /// The next event, or the error that ends the stream.
    async fn next(mut self: Box<Self>) -> Option<(Result<ModelEvent, ModelError>, Box<Self>)> {
        self.log.start();
        loop {
            if let Some(event) = self.events.pop_front() {
                self.log.note(&event);
                return Some((Ok(event), self));
            }
            let step = match mem::replace(&mut self.state, State::Ended) {
                State::Ended => return None,
                State::Failed(error) => {
                    self.log.outcome = "failed";
                    return Some((Err(error), self));
                }
                // Boxed: it is many times larger than the future that reads an event, and only the first needs it.
                State::Opening(opening) => Box::pin(self.open(opening)).await,
                State::Reading(reading, opening) => self.read(reading, opening).await,
            };
            self.state = step.unwrap_or_else(State::Failed);
        }
    }

    async fn open(&mut self, mut opening: Opening) -> Result<State, ModelError> {
        self.log.attempts += 1;
        match self.attempt(&mut opening).await {
            Ok(reading) => {
                let left_out = opening.quirks.left_out(&opening.request);
                self.events.extend(left_out.map(ModelEvent::LeftOut));
                Ok(State::Reading(Box::new(reading), Some(opening)))
            }
            Err(failure) => {
                self.wait_to_retry(failure, &mut opening).await?;
                Ok(State::Opening(opening))
            }
        }
    }

    async fn read(
        &mut self,
        mut reading: Box<Reading>,
        opening: Option<Opening>,
    ) -> Result<State, ModelError> {
        match reading.advance(&self.server, &mut self.events).await {
            Ok(has_ended) => {
                // After the first word the call is never tried again, so the prompt can go.
                let opening = match opening {
                    Some(opening) if has_ended || reading.body.has_output() => {
                        self.learn(&opening);
                        None
                    }
                    opening => opening,
                };
                Ok(if has_ended { State::Ended } else { State::Reading(reading, opening) })
            }
            Err(failure) => {
                let failure = self.judged(failure);
                match opening.filter(|_| !reading.body.has_output()) {
                    Some(mut opening) => {
                        if !self.adapts(&failure, &mut opening) {
                            self.wait_to_retry(failure, &mut opening).await?;
                        }
                        self.events.clear();
                        Ok(State::Opening(opening))
                    }
                    None => Err(failure.error),
                }
            }
        }
    }

    /// A failure inside an answer, whose words no reader can judge.
    fn judged(&self, failure: Failure) -> Failure {
        match failure.told {
            Some(told) => self.server.provider.judge(*told, failure.retry_after, &self.log.model_asked),
            None => failure,
        }
    }

    /// Waits until the call may be tried again, or fails if it may not.
    async fn wait_to_retry(&self, failure: Failure, opening: &mut Opening) -> Result<(), ModelError> {
        let Some(delay) = self.server.provider.delay(&failure, opening.retries) else {
            return Err(failure.error);
        };
        opening.retries += 1;
        warn!(
            model.name = self.log.model,
            attempt = opening.retries,
            delay_ms = millis(delay),
            cause = %failure.error,
            "model call is tried again"
        );
        tokio::time::sleep(delay).await;
        Ok(())
    }

    /// Sends the request once, or again at once where the server only wanted it in another form.
    async fn attempt(&self, opening: &mut Opening) -> Result<Reading, Failure> {
        let mut body = self.body(opening)?;
        let mut refused = None;
        loop {
            let (header, token) = self.server.provider.authorization_header(refused.as_ref()).await?;
            match self.send(header, body.clone(), opening.quirks).await {
                Ok((response, first_byte)) => {
                    let asked = self.asked(&opening.request, opening.quirks);
                    return Reading::new(&self.server, &asked, response, first_byte);
                }
                Err(Failure { error: ModelError::Unauthorized { .. }, .. })
                    if refused.is_none() && token.is_some() =>
                {
                    refused = token;
                }
                Err(failure) if self.adapts(&failure, opening) => body = self.body(opening)?,
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Whether a refusal names something that can be left out; it then is, and the call goes on without it.
    fn adapts(&self, failure: &Failure, opening: &mut Opening) -> bool {
        let Some(told) = &failure.told else { return false };
        let may_adapt = matches!(
            failure.error,
            ModelError::Rejected { .. }
                | ModelError::Provider { .. }
                | ModelError::WrongAddress { .. }
                | ModelError::Unauthorized { .. }
        );
        if !may_adapt || opening.corrections >= MAX_CORRECTIONS {
            return false;
        }
        let known = opening.quirks;
        let next = known.after_refusal(told, &opening.request).or_else(|| {
            let elsewhere = matches!(failure.error, ModelError::WrongAddress { .. })
                && matches!(told.status, Some(404 | 405))
                && !known.has(Quirk::UnderV1)
                && self.server.provider.may_be_under_v1();
            elsewhere.then(|| known.with(Quirk::UnderV1))
        });
        let Some(next) = next else { return false };
        opening.quirks = next;
        opening.corrections += 1;
        opening.because = self.server.provider.in_one_line(told);
        true
    }

    /// Remembers what the model refuses, now that the call has gone well without it.
    fn learn(&self, opening: &Opening) {
        if opening.corrections == 0 {
            return;
        }
        let new = self.server.learnt.remember(&self.log.model_asked, opening.quirks);
        if new != Quirks::default() {
            warn!(
                model.name = self.log.model,
                model.asked = self.log.model_asked,
                cause = opening.because,
                "model server refused a request, and from now on is asked in another form: {}",
                new.descriptions()
            );
        }
    }

    fn asked<'a>(&'a self, request: &'a ModelRequest, quirks: Quirks) -> Asked<'a> {
        Asked { request, model: &self.log.model_asked, origin: &self.origin, quirks }
    }

    fn body(&self, opening: &Opening) -> Result<Bytes, Failure> {
        let request = opening.quirks.adapt(&opening.request);
        self.server.dialect.body(&self.asked(&request, opening.quirks)).map(Bytes::from).map_err(|error| {
            Failure::lasting(ModelError::Rejected {
                status: 400,
                reason: format!("the request cannot be written: {error}"),
            })
        })
    }

    /// Sends the request, and gives the response with the deadline for its first byte.
    async fn send(
        &self,
        header: Option<(HeaderName, HeaderValue)>,
        body: Bytes,
        quirks: Quirks,
    ) -> Result<(Response, Instant), Failure> {
        let settings = &self.server.settings;
        let service = self.server.dialect.service();
        let mut path = Vec::from(service);
        if quirks.has(Quirk::UnderV1) {
            path.insert(0, "v1");
        }
        let url = self.server.provider.url(&self.log.model_asked, &path).map_err(Failure::lasting)?;
        let first_byte = patience::after(settings.first_byte_timeout);
        let mut request = self
            .server
            .provider
            .http()
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream, application/json;q=0.9")
            .body(body);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = match timeout(settings.first_byte_timeout, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Failure::of_transport(&self.server.provider, error)),
            Err(_) => {
                return Err(Failure::lasting(timed_out(&self.server, TimeoutPhase::FirstByte)));
            }
        };
        if !response.status().is_success() {
            return Err(Failure::of_response(&self.server.provider, &self.log.model_asked, response).await);
        }
        Ok((response, first_byte))
    }
}

impl Reading {
    fn new(
        server: &Server,
        asked: &Asked<'_>,
        response: Response,
        first_byte: Instant,
    ) -> Result<Self, Failure> {
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if content_type.contains("html") {
            return Err(server.provider.wrong_address("it answered with a web page", asked.model));
        }
        Ok(Self {
            body: server.dialect.reader(asked, &content_type, server.settings.max_event_bytes),
            response,
            first_byte: Some(first_byte),
            patience: Patience::new(first_byte),
        })
    }

    /// Reads what comes next and appends its events; true when the answer has ended.
    async fn advance(&mut self, server: &Server, events: &mut VecDeque<ModelEvent>) -> Result<bool, Failure> {
        if self.body.is_done() {
            // Read the end of the body, which usually is here already: then the connection is free for the
            // next call.
            let _ = self.response.chunk().now_or_never();
            self.body.end(events)?;
            return Ok(true);
        }
        let (until, phase) = match self.first_byte {
            _ if self.body.is_ending() => (patience::after(END_GRACE), TimeoutPhase::NextEvent),
            Some(until) => (until, TimeoutPhase::FirstByte),
            None => (patience::after(server.settings.idle_timeout), TimeoutPhase::NextEvent),
        };
        match self.patience.wait(until, self.response.chunk()).await {
            Some(Ok(Some(bytes))) => {
                self.first_byte = None;
                self.body.take(&bytes, events)?;
                Ok(false)
            }
            Some(Ok(None)) => self.body.end(events).map(|()| true),
            // The answer is complete, so it does not matter how its connection ends.
            _ if self.body.has_finished() => self.body.end(events).map(|()| true),
            Some(Err(error)) => {
                Err(Failure::passing(ModelError::Interrupted { reason: chain(&error.without_url()) }))
            }
            None => Err(Failure::lasting(timed_out(server, phase))),
        }
    }
}

fn timed_out(server: &Server, phase: TimeoutPhase) -> ModelError {
    let settings = &server.settings;
    let waited = match phase {
        TimeoutPhase::Connect => settings.connect_timeout,
        TimeoutPhase::FirstByte => settings.first_byte_timeout,
        TimeoutPhase::NextEvent => settings.idle_timeout,
    };
    ModelError::Timeout { phase, waited }
}
