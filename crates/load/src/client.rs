//! One client: plays turns, one after the other, over one connection.

use std::{rc::Rc, time::Duration};

use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::{
    error::TurnError,
    frames::{Frame, Frames, data},
    http::Connection,
    mix::{Part, Scenario},
    requests::Requests,
    settings::{Endpoint, LoadSettings},
    turn::Turn,
};

/// What all clients of a worker share.
pub struct Shared {
    /// Writes their requests.
    pub requests: Requests,
    /// What they upload.
    pub picture: Vec<u8>,
    /// How many turns a client plays in one thread before it begins another. 0 means no limit.
    pub turns_per_thread: u64,
    /// How many turns a thread gets before its turns are measured.
    pub prefill: u64,
    /// The longest time that one turn may take. `None` for streams that are held open.
    pub timeout: Option<Duration>,
}

impl Shared {
    /// Takes from the settings what clients need.
    pub fn new(settings: &LoadSettings, picture: Vec<u8>, holds: bool) -> Self {
        Self {
            requests: Requests::new(settings),
            picture,
            turns_per_thread: settings.turns_per_thread,
            prefill: settings.prefill,
            timeout: (!holds).then_some(settings.timeout),
        }
    }
}

/// One client.
pub struct Client {
    shared: Rc<Shared>,
    connection: Connection,
    /// The thread that its messages continue.
    talk: Option<Thread>,
    /// The thread that shows the city selector.
    cities: Option<Thread>,
}

/// A thread that takes more than one turn.
struct Thread {
    id: String,
    /// Its newest widget.
    widget_id: Option<String>,
    turns: u64,
}

/// What a stream must contain; without it the turn has failed.
#[derive(Clone, Copy)]
struct Expected {
    message: bool,
    widget: bool,
}

const A_MESSAGE: Expected = Expected { message: true, widget: false };
const A_WIDGET: Expected = Expected { message: false, widget: true };

impl Client {
    /// A client that has done nothing yet.
    pub fn new(shared: Rc<Shared>) -> Self {
        Self { shared, connection: Connection::new(), talk: None, cities: None }
    }

    /// Prepares what the next turn of this scenario needs. This is not measured.
    pub async fn prepare(&mut self, part: &Part) -> Result<(), TurnError> {
        let worn = |thread: &Option<Thread>, most: u64| {
            thread.as_ref().is_none_or(|thread| most > 0 && thread.turns >= most)
        };
        let most = self.shared.turns_per_thread;
        match part.scenario {
            Scenario::Continue if worn(&self.talk, most) => {
                let mut thread = self.begin(&part.message, A_MESSAGE).await?;
                for _ in 1..self.shared.prefill {
                    let request = self.shared.requests.add_message(&thread.id, &part.message);
                    self.unmeasured(request, A_MESSAGE).await?;
                }
                thread.turns = 0;
                self.talk = Some(thread);
            }
            Scenario::CityAction if worn(&self.cities, most) => {
                self.cities = Some(self.begin(&part.message, A_WIDGET).await?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Plays one turn and notes in `turn` what it sees. If the turn fails, or is dropped before its end,
    /// [`Client::recover`] closes what was left open.
    pub async fn play(&mut self, part: &Part, turn: &mut Turn) -> Result<(), TurnError> {
        let received = self.connection.received;
        let limit = self.shared.timeout;
        let playing = self.play_scenario(part, turn);
        let result = match limit {
            Some(limit) => timeout(limit, playing).await.unwrap_or(Err(TurnError::Timeout)),
            None => playing.await,
        };
        turn.bytes = self.connection.received - received;
        result
    }

    /// Makes the client ready for the next turn after a failed one.
    pub fn recover(&mut self) {
        self.connection.close();
        self.talk = None;
        self.cities = None;
    }

    async fn play_scenario(&mut self, part: &Part, turn: &mut Turn) -> Result<(), TurnError> {
        let requests = &self.shared.requests;
        let (request, expected) = match part.scenario {
            Scenario::Create | Scenario::Hold => (requests.create(&part.message, &[]), A_MESSAGE),
            Scenario::Weather => {
                (requests.create(&part.message, &[]), Expected { message: true, widget: true })
            }
            Scenario::Continue => {
                let thread = self.talk.as_mut().ok_or(TurnError::Missing("thread"))?;
                thread.turns += 1;
                (requests.add_message(&thread.id, &part.message), A_MESSAGE)
            }
            Scenario::CityAction => {
                let thread = self.cities.as_mut().ok_or(TurnError::Missing("thread"))?;
                thread.turns += 1;
                (requests.select_city(&thread.id, thread.widget_id.as_deref()), A_WIDGET)
            }
            Scenario::Image => {
                let started = Instant::now();
                let attachment_id = self.upload().await?;
                turn.upload = Some(started.elapsed());
                (self.shared.requests.create(&part.message, &[&attachment_id]), A_MESSAGE)
            }
        };
        self.stream(&request, turn, expected, |_, _| {}).await?;
        turn.total = Some(turn.due.elapsed());
        Ok(())
    }

    /// Begins a thread. This is not measured.
    async fn begin(&mut self, message: &str, expected: Expected) -> Result<Thread, TurnError> {
        let mut thread = Thread { id: String::new(), widget_id: None, turns: 0 };
        let mut turn = Turn::new(Instant::now());
        let request = self.shared.requests.create(message, &[]);
        self.stream(&request, &mut turn, expected, |frame, bytes| {
            let wanted = thread.id.is_empty() || frame == Frame::WidgetDone;
            if let Some(event) = wanted.then(|| data(bytes)).flatten() {
                if let (Some("thread.created"), Some(id)) =
                    (event["type"].as_str(), event["thread"]["id"].as_str())
                {
                    id.clone_into(&mut thread.id);
                }
                if frame == Frame::WidgetDone {
                    thread.widget_id = event["item"]["id"].as_str().map(str::to_owned);
                }
            }
        })
        .await?;
        if thread.id.is_empty() { Err(TurnError::Missing("thread")) } else { Ok(thread) }
    }

    async fn unmeasured(&mut self, request: Vec<u8>, expected: Expected) -> Result<(), TurnError> {
        self.stream(&request, &mut Turn::new(Instant::now()), expected, |_, _| {}).await
    }

    /// Sends a request and reads the stream that answers it.
    async fn stream(
        &mut self,
        request: &[u8],
        turn: &mut Turn,
        expected: Expected,
        mut look: impl FnMut(Frame, &[u8]),
    ) -> Result<(), TurnError> {
        let mut head = self.connection.send(self.shared.requests.endpoint(), request).await?;
        if head.status != 200 {
            // Read the body to its end, so that the connection can be kept.
            self.connection.read_whole_body(&mut head).await?;
            return Err(TurnError::Status(head.status));
        }
        let mut frames = Frames::default();
        let mut failure = None;
        while self.connection.read_body(&mut head, frames.input()).await? {
            let now = Instant::now();
            while let Some((frame, bytes)) = frames.next() {
                turn.note(frame, now);
                if frame == Frame::Error && failure.is_none() {
                    let event = data(bytes).unwrap_or_default();
                    failure = Some(event["code"].as_str().unwrap_or("unnamed").to_owned());
                }
                look(frame, bytes);
            }
        }
        match failure {
            Some(code) => Err(TurnError::Event(code)),
            None if expected.message && turn.messages == 0 => Err(TurnError::Missing("message")),
            None if expected.widget && turn.widgets == 0 => Err(TurnError::Missing("widget")),
            None => Ok(()),
        }
    }

    /// Uploads the picture; gives the attachment's id.
    async fn upload(&mut self) -> Result<String, TurnError> {
        let shared = Rc::clone(&self.shared);
        let announced =
            self.ask(shared.requests.endpoint(), &shared.requests.announce(&shared.picture)).await?;
        let descriptor = &announced["upload_descriptor"];
        let (Some(id), Some(url)) = (announced["id"].as_str(), descriptor["url"].as_str()) else {
            return Err(TurnError::Missing("upload address"));
        };
        // The server may name another host, but the open connection goes to the endpoint's.
        let to: Endpoint = url.parse().map_err(|_| TurnError::Missing("upload address"))?;
        let to = Endpoint { address: shared.requests.endpoint().address, ..to };
        let method = descriptor["method"].as_str().unwrap_or("POST");
        self.ask(&to, &shared.requests.upload(&to, method, &shared.picture)).await?;
        Ok(id.to_owned())
    }

    /// Sends a request that is answered with one value.
    async fn ask(&mut self, endpoint: &Endpoint, request: &[u8]) -> Result<Value, TurnError> {
        let mut head = self.connection.send(endpoint, request).await?;
        let body = self.connection.read_whole_body(&mut head).await?;
        match head.status {
            200..=299 => serde_json::from_slice(&body).map_err(|_| TurnError::Http("a body that is no JSON")),
            status => Err(TurnError::Status(status)),
        }
    }
}
