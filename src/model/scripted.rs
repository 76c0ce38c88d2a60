//! A model that plays a script: for tests, and for demonstrations that must not vary.
//!
//! Each call plays the next answer of the script, step by step. Pauses are real waits on a
//! [`Gate`] or on the clock, so that a test can look at an answer half-way.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

use crate::model::{
    FinishReason, Model, ModelError, ModelEvent, ModelRequest, ModelStream, Purpose, ToolCallDelta, Usage,
};

/// The title where the script has none.
pub const DEFAULT_TITLE: &str = "Scripted thread";

/// Plays a list of answers, one for each call, and remembers what it was asked.
///
/// Calls for a title ([`Purpose::Title`]) have a list of their own, because they run beside the answer. Without
/// one, the answer to each is [`DEFAULT_TITLE`].
///
/// # Examples
///
/// ```
/// use actix_chatkit::model::scripted::{Answer, ScriptedModel};
///
/// let model = ScriptedModel::new([
///     Answer::new().tool_call("call_1", "get_time", "{}"),
///     Answer::text("It is noon."),
/// ]);
/// assert_eq!(model.answers_left(), 2);
/// ```
#[derive(Debug)]
pub struct ScriptedModel {
    name: String,
    script: Arc<Mutex<Script>>,
}

/// Shared by all calls. The lock is held for a push or a pop, never across an await.
#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<Answer>,
    titles: VecDeque<Answer>,
    requests: Vec<ModelRequest>,
}

impl ScriptedModel {
    /// A model that gives these answers, in order.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = answers.into_iter().collect();
        Self {
            name: "scripted".to_owned(),
            script: Arc::new(Mutex::new(Script { answers, ..Script::default() })),
        }
    }

    /// Gives the model another name than `scripted`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Plays these answers, in order, when it is asked for a title.
    #[must_use]
    pub fn with_titles(self, titles: impl IntoIterator<Item = Answer>) -> Self {
        self.script().titles = titles.into_iter().collect();
        self
    }

    /// Adds an answer to the end of the script, also while it plays.
    pub fn push(&self, answer: Answer) {
        self.script().answers.push_back(answer);
    }

    /// The requests so far, calls for titles included, in the order in which the calls began.
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.script().requests.clone()
    }

    /// How many answers have not been played.
    pub fn answers_left(&self) -> usize {
        self.script().answers.len()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        lock(&self.script)
    }
}

impl Model for ScriptedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let script = Arc::clone(&self.script);
        stream::once(async move { begin(&script, request) })
            .flat_map(|steps| stream::unfold(steps, next))
            .boxed()
    }
}

fn lock(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    // A panic step panics outside the lock, so the lists are never left half-changed.
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the answer for a request; an exhausted script answers with an error that says so.
fn begin(script: &Mutex<Script>, request: ModelRequest) -> VecDeque<Step> {
    let mut script = lock(script);
    let purpose = request.purpose;
    script.requests.push(request);
    let answer = match purpose {
        Purpose::Answer => script.answers.pop_front().unwrap_or_else(|| {
            let reason = format!("the script is exhausted at call {}", script.requests.len());
            Answer::new().error(ModelError::Provider { status: None, reason })
        }),
        Purpose::Title => script.titles.pop_front().unwrap_or_else(|| Answer::text(DEFAULT_TITLE)),
    };
    answer.steps
}

/// Plays steps until one of them yields something.
async fn next(mut steps: VecDeque<Step>) -> Option<(Result<ModelEvent, ModelError>, VecDeque<Step>)> {
    loop {
        match steps.pop_front()? {
            Step::Event(event) => {
                if matches!(event, ModelEvent::Finish(_)) {
                    steps.clear();
                }
                return Some((Ok(event), steps));
            }
            Step::Error(error) => return Some((Err(error), VecDeque::new())),
            Step::Wait(duration) => tokio::time::sleep(duration).await,
            Step::Gate(gate) => gate.pass().await,
            Step::Hang => std::future::pending().await,
            Step::Panic(message) => panic!("{message}"),
        }
    }
}

/// One answer: a list of steps, built by chained calls.
///
/// It ends with [`FinishReason::Stop`] (or `ToolCalls`) only if it is told to: see
/// [`Answer::text`] and [`Answer::finish`]. Without an end the stream just stops.
#[derive(Debug, Default)]
pub struct Answer {
    steps: VecDeque<Step>,
}

/// One step of an answer.
#[derive(Debug)]
enum Step {
    Event(ModelEvent),
    Error(ModelError),
    Wait(Duration),
    Gate(Gate),
    Hang,
    Panic(String),
}

impl Answer {
    /// An empty answer, to be filled.
    pub fn new() -> Self {
        Self::default()
    }

    /// A whole text answer: the text word by word, and the finish.
    pub fn text(text: &str) -> Self {
        text.split_inclusive(' ').fold(Self::new(), Self::say).finish(FinishReason::Stop)
    }

    /// Says a piece of text, unsplit.
    #[must_use]
    pub fn say(self, piece: impl Into<String>) -> Self {
        self.event(ModelEvent::Text(piece.into()))
    }

    /// Shows a piece of reasoning.
    #[must_use]
    pub fn reason(self, piece: impl Into<String>) -> Self {
        self.event(ModelEvent::Reasoning(piece.into()))
    }

    /// Says a piece of a refusal.
    #[must_use]
    pub fn refuse(self, piece: impl Into<String>) -> Self {
        self.event(ModelEvent::Refusal(piece.into()))
    }

    /// Calls a tool, whole, as the only call of an answer, and finishes with it.
    #[must_use]
    pub fn tool_call(self, id: &str, name: &str, arguments: &str) -> Self {
        self.tool_calls([(id, name, arguments)])
    }

    /// Calls several tools (id, name, arguments) at once, and finishes with them.
    #[must_use]
    pub fn tool_calls<'a>(self, calls: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        calls
            .into_iter()
            .enumerate()
            .fold(self, |answer, (index, (id, name, arguments))| {
                answer.tool_call_piece(ToolCallDelta {
                    index,
                    id: Some(id.to_owned()),
                    name: Some(name.to_owned()),
                    arguments: arguments.to_owned(),
                })
            })
            .finish(FinishReason::ToolCalls)
    }

    /// Gives one piece of a tool call, exactly as it is passed in.
    #[must_use]
    pub fn tool_call_piece(self, piece: ToolCallDelta) -> Self {
        self.event(ModelEvent::ToolCall(piece))
    }

    /// Tells what the call cost.
    #[must_use]
    pub fn usage(self, input_tokens: u64, output_tokens: u64) -> Self {
        self.event(ModelEvent::Usage(Usage { input_tokens, output_tokens }))
    }

    /// Finishes; steps after it are never played.
    #[must_use]
    pub fn finish(self, reason: FinishReason) -> Self {
        self.event(ModelEvent::Finish(reason))
    }

    /// Yields any event.
    #[must_use]
    pub fn event(self, event: ModelEvent) -> Self {
        self.step(Step::Event(event))
    }

    /// Fails.
    #[must_use]
    pub fn error(self, error: ModelError) -> Self {
        self.step(Step::Error(error))
    }

    /// Waits by the clock.
    #[must_use]
    pub fn wait(self, duration: Duration) -> Self {
        self.step(Step::Wait(duration))
    }

    /// Waits until the gate is opened.
    #[must_use]
    pub fn gate(self, gate: &Gate) -> Self {
        self.step(Step::Gate(gate.clone()))
    }

    /// Stays silent until it is dropped.
    #[must_use]
    pub fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    /// Panics while it is polled, as a bug in a model would.
    #[must_use]
    pub fn panic(self, message: impl Into<String>) -> Self {
        self.step(Step::Panic(message.into()))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

/// A point in an answer where the model waits for the test; clones are the same gate.
///
/// Each [`Gate::open`] lets one answer pass, in whatever order the two come.
#[derive(Clone)]
pub struct Gate {
    opened: Arc<Semaphore>,
    reached: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self { opened: Arc::new(Semaphore::new(0)), reached: Arc::new(Semaphore::new(0)) }
    }

    /// Lets one answer pass.
    pub fn open(&self) {
        self.opened.add_permits(1);
    }

    /// Waits until an answer stands before the gate, or has passed it; each arrival counts once.
    pub async fn reached(&self) {
        take(&self.reached).await;
    }

    async fn pass(&self) {
        self.reached.add_permits(1);
        take(&self.opened).await;
    }
}

async fn take(semaphore: &Semaphore) {
    semaphore.acquire().await.expect("the semaphores of a gate are never closed").forget();
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::model::ModelMessage;

    fn ask(text: &str) -> ModelRequest {
        ModelRequest { messages: vec![ModelMessage::user(text)], ..ModelRequest::default() }
    }

    async fn play(model: &ScriptedModel, request: ModelRequest) -> Vec<Result<ModelEvent, String>> {
        model.stream(request).map(|event| event.map_err(|error| error.to_string())).collect().await
    }

    #[tokio::test]
    async fn answers_are_played_in_order_and_requests_are_kept() {
        let model = ScriptedModel::new([
            Answer::new().reason("Hm").tool_calls([("a", "f", "{}"), ("b", "g", "{}")]),
            Answer::text("Good day."),
        ]);
        let events = play(&model, ask("one")).await;
        assert_eq!(events.len(), 4);
        assert_eq!(events[3], Ok(ModelEvent::Finish(FinishReason::ToolCalls)));
        assert_eq!(
            play(&model, ask("two")).await,
            [
                Ok(ModelEvent::Text("Good ".to_owned())),
                Ok(ModelEvent::Text("day.".to_owned())),
                Ok(ModelEvent::Finish(FinishReason::Stop)),
            ]
        );
        let asked: Vec<_> = model.requests().into_iter().map(|request| request.messages).collect();
        assert_eq!(asked, [ask("one").messages, ask("two").messages]);
    }

    #[tokio::test]
    async fn an_exhausted_script_says_so() {
        let model = ScriptedModel::new([]);
        let events = play(&model, ask("one")).await;
        assert_eq!(events, [Err("model server failed: the script is exhausted at call 1".to_owned())]);
    }

    #[tokio::test]
    async fn titles_do_not_use_up_answers() {
        let model = ScriptedModel::new([Answer::text("answer")]).with_titles([Answer::text("A")]);
        let title = ModelRequest { purpose: Purpose::Title, ..ask("one") };
        assert_eq!(play(&model, title.clone()).await[0], Ok(ModelEvent::Text("A".to_owned())));
        assert_eq!(play(&model, title).await[0], Ok(ModelEvent::Text("Scripted ".to_owned())));
        assert_eq!(model.answers_left(), 1);
    }

    #[tokio::test]
    async fn a_gate_holds_the_answer_until_it_is_opened() {
        let gate = Gate::new();
        let model = ScriptedModel::new([Answer::new().say("a").gate(&gate).say("b")]);
        let mut stream = model.stream(ask("one"));
        assert!(matches!(stream.next().await, Some(Ok(ModelEvent::Text(text))) if text == "a"));
        assert!(stream.next().now_or_never().is_none());
        gate.reached().await;
        gate.open();
        assert!(matches!(stream.next().await, Some(Ok(ModelEvent::Text(text))) if text == "b"));
        assert!(stream.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn errors_end_an_answer_and_waits_take_their_time() {
        let error = ModelError::Interrupted { reason: "cut".to_owned() };
        let model = ScriptedModel::new([Answer::new()
            .say("a")
            .wait(Duration::from_secs(60))
            .error(error)
            .say("never")]);
        let begun = tokio::time::Instant::now();
        let events = play(&model, ask("one")).await;
        assert_eq!(events.len(), 2);
        assert!(events[1].is_err());
        assert_eq!(begun.elapsed(), Duration::from_secs(60));
    }

    #[tokio::test]
    async fn a_panic_step_panics_and_leaves_the_model_usable() {
        let model = ScriptedModel::new([Answer::new().panic("boom"), Answer::text("fine")]);
        let stream = model.stream(ask("one"));
        assert!(tokio::spawn(stream.collect::<Vec<_>>()).await.unwrap_err().is_panic());
        assert_eq!(play(&model, ask("two")).await.len(), 2);
    }
}
