//! A model provider on loopback: it records what it is asked and answers as it was told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{Gate, PATIENCE, ProcessBuilder};

/// The key of the services that ask it.
pub const KEY: &str = "sk-never-to-be-logged";

/// A model provider that speaks Chat Completions, and turns speech into text.
///
/// Questions for a title come beside those for an answer, in any order, so each kind has replies of
/// its own. A title that nothing was said about is “Some title”.
pub struct Provider {
    port: u16,
    script: Arc<Mutex<Script>>,
    asked: watch::Receiver<Vec<Asked>>,
    left: watch::Receiver<usize>,
}

/// What the connections of a provider share.
struct Stage {
    script: Arc<Mutex<Script>>,
    asked: watch::Sender<Vec<Asked>>,
    left: watch::Sender<usize>,
}

/// Says what is answered to a request.
pub type Rule = Box<dyn Fn(&Asked) -> Reply + Send>;

#[derive(Default)]
struct Script {
    answers: VecDeque<Reply>,
    titles: VecDeque<Reply>,
    transcriptions: VecDeque<Reply>,
    /// Answers whatever is asked, in place of the lists.
    rule: Option<Rule>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    headers: Vec<(String, String)>,
    /// The body that is JSON; null for a form.
    pub body: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
    /// Whether a rule answers, for which any question may come without tools.
    by_rule: bool,
}

/// What is sent back, and what happens then.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    /// Held before anything is sent.
    held: Option<Gate>,
    steps: Vec<Step>,
    ending: Ending,
}

#[derive(Clone)]
enum Step {
    Send(Vec<u8>),
    Wait(Gate),
    Pause(Duration),
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Answer,
    Title,
    Transcription,
}

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Complete,
    Cut,
    Stall,
}

impl Provider {
    /// A provider that gives these replies, one for each answer it is asked for.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        super::prepare_tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, receive_asked) = watch::channel(Vec::new());
        let (left, receive_left) = watch::channel(0);
        let script = Arc::new(Mutex::new(Script::default()));
        let provider = Self { port, script: Arc::clone(&script), asked: receive_asked, left: receive_left };
        provider.then(replies);
        let stage = Arc::new(Stage { script, asked, left });
        actix_web::rt::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                actix_web::rt::spawn(serve(socket, Arc::clone(&stage)));
            }
        });
        provider
    }

    /// A provider that answers each request by a rule. Titles that the rule is not about are its business, too.
    pub async fn by_rule(rule: impl Fn(&Asked) -> Reply + Send + 'static) -> Self {
        let provider = Self::start([]).await;
        provider.script.lock().unwrap().rule = Some(Box::new(rule));
        provider
    }

    /// Further replies to questions for an answer.
    pub fn then(&self, replies: impl IntoIterator<Item = Reply>) {
        self.script.lock().unwrap().answers.extend(replies);
    }

    /// Replies to questions for a title.
    pub fn titles(self, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.script.lock().unwrap().titles.extend(replies);
        self
    }

    /// Replies to recordings of speech.
    pub fn transcriptions(self, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.script.lock().unwrap().transcriptions.extend(replies);
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// A service that asks this provider as it would ask OpenAI.
    pub fn service(&self) -> ProcessBuilder {
        ProcessBuilder::default()
            .set("OPENAI_BASE_URL", self.url("/v1"))
            .set("OPENAI_API_KEY", KEY)
            .set("OPENAI_MODEL", "gpt-test")
    }

    /// The questions for an answer so far.
    pub fn answers(&self) -> Vec<Asked> {
        self.of_kind(Kind::Answer)
    }

    /// The questions for a title so far.
    pub fn titles_asked(&self) -> Vec<Asked> {
        self.of_kind(Kind::Title)
    }

    /// The recordings so far.
    pub fn heard(&self) -> Vec<Asked> {
        self.of_kind(Kind::Transcription)
    }

    fn of_kind(&self, kind: Kind) -> Vec<Asked> {
        self.asked.borrow().iter().filter(|asked| asked.kind() == kind).cloned().collect()
    }

    /// Waits until so many questions of both kinds came.
    pub async fn asked(&self, number: usize) {
        let mut asked = self.asked.clone();
        let waiting = asked.wait_for(|asked| asked.len() >= number);
        tokio::time::timeout(PATIENCE, waiting).await.expect("nobody asks").unwrap();
    }

    /// Waits until so many replies that stall were left by those who read them.
    pub async fn left(&self, number: usize) {
        let mut left = self.left.clone();
        let waiting = left.wait_for(|left| *left >= number);
        tokio::time::timeout(PATIENCE, waiting).await.expect("nobody leaves").unwrap();
    }
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().unwrap()
    }

    /// Whether the instructions ask for a title.
    pub fn is_title(&self) -> bool {
        String::from_utf8_lossy(&self.bytes).contains("Write a title for a conversation")
    }

    fn kind(&self) -> Kind {
        if self.target.contains("/audio/transcriptions") {
            Kind::Transcription
        } else if self.is_title() || (!self.by_rule && self.body.get("tools").is_none()) {
            Kind::Title
        } else {
            Kind::Answer
        }
    }
}

impl Reply {
    fn new(status: u16, content_type: &str) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            held: None,
            steps: Vec::new(),
            ending: Ending::Complete,
        }
    }

    /// A streamed answer that has only just begun.
    pub fn begin() -> Self {
        Self::new(200, "text/event-stream").delta(&json!({"role": "assistant", "content": ""}))
    }

    /// A whole answer that is only text.
    pub fn text(text: &str) -> Self {
        Self::begin().say(text).finish("stop")
    }

    /// A whole answer that calls tools: id, name and arguments of each.
    pub fn calls<'a>(calls: impl IntoIterator<Item = (&'a str, &'a str, Value)>) -> Self {
        let calls = calls.into_iter().enumerate();
        let reply = calls.fold(Self::begin(), |reply, (index, (id, name, arguments))| {
            reply.call(index, id, name, &arguments.to_string())
        });
        reply.finish("tool_calls")
    }

    /// An error, as OpenAI puts it.
    pub fn error(status: u16, message: &str) -> Self {
        let body = json!({"error": {"message": message, "type": "error", "code": null}});
        Self::raw(status, "application/json", body.to_string())
    }

    /// Any body.
    pub fn raw(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, content_type).send(body)
    }

    /// More text, word by word.
    pub fn say(self, text: &str) -> Self {
        text.split_inclusive(' ').fold(self, |reply, word| reply.delta(&json!({"content": word})))
    }

    /// A tool call, its arguments in two pieces.
    pub fn call(self, index: usize, id: &str, name: &str, arguments: &str) -> Self {
        let half = arguments.len() / 2;
        let half = (half..=arguments.len()).find(|place| arguments.is_char_boundary(*place)).unwrap();
        let (first, second) = arguments.split_at(half);
        let function = json!({"name": name, "arguments": first});
        let begun = json!([{"index": index, "id": id, "type": "function", "function": function}]);
        let rest = json!([{"index": index, "function": {"arguments": second}}]);
        self.delta(&json!({"tool_calls": begun})).delta(&json!({"tool_calls": rest}))
    }

    /// The end of a streamed answer.
    pub fn finish(self, reason: &str) -> Self {
        self.chunk(&json!([{"index": 0, "delta": {}, "finish_reason": reason}]), &Value::Null)
            .chunk(&json!([]), &json!({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}))
            .send("data: [DONE]\n\n")
    }

    /// Anything more.
    pub fn send(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        // An empty chunk would be the end of the body.
        if !bytes.is_empty() {
            self.steps.push(Step::Send(bytes));
        }
        self
    }

    fn delta(self, delta: &Value) -> Self {
        self.chunk(&json!([{"index": 0, "delta": delta, "finish_reason": null}]), &Value::Null)
    }

    fn chunk(self, choices: &Value, usage: &Value) -> Self {
        let chunk = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "gpt-test",
            "choices": choices, "usage": usage,
        });
        self.send(format!("data: {chunk}\n\n"))
    }

    /// Waits before anything is sent.
    pub fn held_at(mut self, gate: &Gate) -> Self {
        self.held = Some(gate.clone());
        self
    }

    /// Waits before what follows.
    pub fn wait_at(mut self, gate: &Gate) -> Self {
        self.steps.push(Step::Wait(gate.clone()));
        self
    }

    /// Lets time pass before what follows.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.steps.push(Step::Pause(pause));
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends every byte on its own.
    pub fn byte_by_byte(mut self) -> Self {
        let steps = std::mem::take(&mut self.steps).into_iter();
        self.steps = steps
            .flat_map(|step| match step {
                Step::Send(bytes) => bytes.into_iter().map(|byte| Step::Send(vec![byte])).collect(),
                other => vec![other],
            })
            .collect();
        self
    }

    /// Breaks the connection where the reply is now.
    pub fn cut(mut self) -> Self {
        self.ending = Ending::Cut;
        self
    }

    /// Sends nothing more where the reply is now, until the client hangs up.
    pub fn stall(mut self) -> Self {
        self.ending = Ending::Stall;
        self
    }
}

async fn serve(mut socket: TcpStream, stage: Arc<Stage>) {
    socket.set_nodelay(true).unwrap();
    let Some(mut request) = read_request(&mut socket).await else { return };
    let by_rule = stage.script.lock().unwrap().rule.as_ref().map(|rule| rule(&request));
    request.by_rule = by_rule.is_some();
    let kind = request.kind();
    stage.asked.send_modify(|asked| asked.push(request));
    let reply = if let Some(reply) = by_rule {
        reply
    } else {
        let mut script = stage.script.lock().unwrap();
        let unprepared = || Reply::error(400, "the test has prepared no further reply");
        match kind {
            Kind::Title => script.titles.pop_front().unwrap_or_else(|| Reply::text("Some title")),
            Kind::Answer => script.answers.pop_front().unwrap_or_else(unprepared),
            Kind::Transcription => script.transcriptions.pop_front().unwrap_or_else(unprepared),
        }
    };
    // A client that has read enough, or was killed, may have gone.
    let stalls = reply.ending == Ending::Stall;
    let _ = play(&mut socket, reply).await;
    if stalls {
        stage.left.send_modify(|left| *left += 1);
    }
}

async fn play(socket: &mut TcpStream, reply: Reply) -> std::io::Result<()> {
    if let Some(gate) = reply.held {
        gate.pass().await;
    }
    let mut head = format!("HTTP/1.1 {} Prepared\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head += "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    socket.write_all(head.as_bytes()).await?;
    for step in reply.steps {
        match step {
            Step::Send(bytes) => {
                let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
                chunk.extend_from_slice(&bytes);
                chunk.extend_from_slice(b"\r\n");
                socket.write_all(&chunk).await?;
            }
            Step::Wait(gate) => gate.pass().await,
            Step::Pause(pause) => tokio::time::sleep(pause).await,
        }
    }
    match reply.ending {
        Ending::Complete => socket.write_all(b"0\r\n\r\n").await?,
        Ending::Cut => {}
        Ending::Stall => while let Ok(1..) = socket.read(&mut [0; 64]).await {},
    }
    Ok(())
}

async fn read_request(socket: &mut TcpStream) -> Option<Asked> {
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
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut asked = Asked { method, target, headers, body: Value::Null, bytes: Vec::new(), by_rule: false };
    let length: usize = asked.header("content-length")?.parse().ok()?;
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        if socket.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    if asked.header("content-type").is_some_and(|content_type| content_type.starts_with("application/json")) {
        asked.body = serde_json::from_slice(&body).unwrap();
    }
    asked.bytes = body;
    Some(asked)
}
