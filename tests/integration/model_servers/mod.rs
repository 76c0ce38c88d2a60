//! Model servers as they are: what each refuses or sends, and what the real binary must make of it.
//!
//! A case is one row: a server's rule, what a user does, and what comes of it. Each has a service in a process of
//! its own and a stand-in for the model server that writes the bytes.

mod addresses;
mod calls;
mod endings;
mod history;
mod oddities;
mod refusals;
mod thoughts;
mod window;
mod wire;

use std::{fmt::Write, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use serde_json::{Value, json};

use crate::support::{Asked, Client, PNG, Process, Provider, Reply, Rule, eventually, input, png};

type Check = fn(&Asked) -> bool;

/// A model server, a conversation with it, and what is wanted.
pub struct Case {
    name: &'static str,
    rule: Rule,
    /// Answers the questions for a title.
    titles: Rule,
    settings: Vec<(&'static str, String)>,
    /// What the base URL ends in.
    path: &'static str,
    /// Whether only Azure's settings are given.
    is_azure: bool,
    steps: Vec<Step>,
}

enum Step {
    /// Sends a message, and reads the whole turn.
    Say(&'static str),
    /// Sends any request that begins a turn in the thread; `params` lacks only the thread's id.
    Send(&'static str, Value),
    /// Sends a message with a picture.
    Show(&'static str),
    /// Clicks on a widget: an action with this type and payload.
    Act(&'static str, Value),
    /// What the assistant said in the last turn.
    Says(&'static str),
    /// What is part of what the thread keeps of the last answer, though the turn may have failed.
    SaysPart(&'static str),
    /// What was shown as thought in the last turn.
    Thinks(&'static str),
    /// How many widgets were shown in the last turn.
    Cards(usize),
    /// That the last turn failed, with this code, and whether another try is offered.
    Fails(&'static str, bool),
    /// That nothing failed in the last turn.
    Passes,
    /// How many answers the model was asked for so far.
    Asked(usize),
    /// What holds for one of the questions, counted from 1.
    Question(usize, Check),
    /// What holds for no question.
    Never(Check),
    /// The thread's title.
    Title(&'static str),
}

/// A case, whose server answers by a rule.
pub fn case(name: &'static str, rule: impl Fn(&Asked) -> Reply + Send + 'static) -> Case {
    let titles = Box::new(|_: &Asked| wire::answer("Some title"));
    Case {
        name,
        rule: Box::new(rule),
        titles,
        settings: Vec::new(),
        path: "/v1",
        is_azure: false,
        steps: Vec::new(),
    }
}

impl Case {
    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    /// Takes OpenAI's settings away.
    pub fn azure_only(mut self) -> Self {
        self.is_azure = true;
        self
    }

    /// Questions for a title are answered by this rule. Without it, the title is “Some title”.
    pub fn titles(self, rule: impl Fn(&Asked) -> Reply + Send + 'static) -> Self {
        Self { titles: Box::new(rule), ..self }
    }

    pub fn path(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub fn say(self, text: &'static str) -> Self {
        self.step(Step::Say(text))
    }

    pub fn send(self, type_name: &'static str, params: Value) -> Self {
        self.step(Step::Send(type_name, params))
    }

    pub fn show(self, text: &'static str) -> Self {
        self.step(Step::Show(text))
    }

    pub fn act(self, type_name: &'static str, payload: Value) -> Self {
        self.step(Step::Act(type_name, payload))
    }

    pub fn says(self, text: &'static str) -> Self {
        self.step(Step::Says(text))
    }

    pub fn says_part(self, text: &'static str) -> Self {
        self.step(Step::SaysPart(text))
    }

    pub fn thinks(self, text: &'static str) -> Self {
        self.step(Step::Thinks(text))
    }

    pub fn cards(self, number: usize) -> Self {
        self.step(Step::Cards(number))
    }

    pub fn fails(self, code: &'static str, retry: bool) -> Self {
        self.step(Step::Fails(code, retry))
    }

    pub fn passes(self) -> Self {
        self.step(Step::Passes)
    }

    pub fn asked(self, number: usize) -> Self {
        self.step(Step::Asked(number))
    }

    pub fn question(self, number: usize, check: Check) -> Self {
        self.step(Step::Question(number, check))
    }

    pub fn never(self, check: Check) -> Self {
        self.step(Step::Never(check))
    }

    pub fn title(self, title: &'static str) -> Self {
        self.step(Step::Title(title))
    }
}

/// Plays every case, and says of all that went wrong what it was.
pub async fn play(cases: impl IntoIterator<Item = Case>) {
    let mut report = String::new();
    for case in cases {
        let name = case.name;
        if let Err(cause) = AssertUnwindSafe(case.play()).catch_unwind().await {
            let words = cause.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| cause.downcast_ref::<&str>().copied());
            writeln!(report, "{name}: {}", words.unwrap_or("it panicked")).unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

/// A case on its way.
struct Playing {
    provider: Provider,
    client: Client,
    thread_id: Option<String>,
    /// The events of the last turn.
    events: Vec<Value>,
    /// Held, since it is killed when it is dropped.
    _process: Process,
}

impl Case {
    async fn play(self) {
        let (answers, titles) = (self.rule, self.titles);
        let provider =
            Provider::by_rule(move |asked| if asked.is_title() { titles(asked) } else { answers(asked) })
                .await;
        let mut service = provider.service().set("OPENAI_BASE_URL", provider.url(self.path));
        if self.is_azure {
            service = service.unset("OPENAI_BASE_URL").unset("OPENAI_API_KEY").unset("OPENAI_MODEL");
        }
        for (name, value) in self.settings {
            service = service.set(name, value.replace("{host}", &provider.url("")));
        }
        let process = service.start().await;
        let client = process.client().with_header("chatkit-error-codes", "1");
        let mut playing =
            Playing { provider, client, thread_id: None, events: Vec::new(), _process: process };
        for step in self.steps {
            playing.step(step).await;
        }
    }
}

impl Playing {
    async fn step(&mut self, step: Step) {
        match step {
            Step::Say(text) => self.send_input(input(text)).await,
            Step::Send(type_name, params) => self.send(type_name, params).await,
            Step::Show(text) => {
                let picture = self.client.attach("picture.png", PNG, &png(8, 8)).await;
                let mut message = input(text);
                message["attachments"] = json!([picture["id"]]);
                self.send_input(message).await;
            }
            Step::Act(type_name, payload) => {
                let item = self.last_widget().await;
                let action = json!({"type": type_name, "payload": payload});
                self.send("threads.custom_action", json!({"item_id": item, "action": action})).await;
            }
            Step::Says(wanted) => {
                self.assert_passed();
                assert_eq!(self.said(), wanted, "what was said");
            }
            Step::SaysPart(wanted) => {
                let kept = self.kept().await;
                assert!(kept.contains(wanted), "`{wanted}` is not in `{kept}`");
            }
            Step::Thinks(wanted) => {
                let thoughts = self.thoughts();
                assert!(thoughts.contains(wanted), "`{wanted}` is not in the thought `{thoughts}`");
            }
            Step::Cards(wanted) => {
                let cards = self.done().filter(|item| item["type"] == "widget").count();
                assert_eq!(cards, wanted, "widgets");
            }
            Step::Fails(code, retry) => {
                let error = self.error().unwrap_or_else(|| panic!("nothing failed; `{}`", self.said()));
                assert_eq!(
                    (&error["ext_code"], &error["allow_retry"]),
                    (&json!(code), &json!(retry)),
                    "{error}"
                );
            }
            Step::Passes => self.assert_passed(),
            Step::Asked(wanted) => assert_eq!(self.provider.answers().len(), wanted, "questions"),
            Step::Question(number, check) => {
                let answers = self.provider.answers();
                let asked = answers.get(number - 1).unwrap_or_else(|| panic!("no question {number}"));
                assert!(check(asked), "question {number} is {} {}", asked.target, asked.body);
            }
            Step::Never(check) => {
                for asked in self.provider.answers() {
                    assert!(!check(&asked), "a question is {} {}", asked.target, asked.body);
                }
            }
            Step::Title(wanted) => {
                let title = eventually("the thread has a title", async || self.title().await).await;
                assert_eq!(title, wanted, "the title");
            }
        }
    }

    async fn title(&self) -> Option<String> {
        let thread = self.client.ask("threads.get_by_id", json!({"thread_id": self.thread_id})).await;
        thread["title"].as_str().map(str::to_owned)
    }

    /// Sends a message, in a new thread if there is none.
    async fn send_input(&mut self, input: Value) {
        let type_name = if self.thread_id.is_some() { "threads.add_user_message" } else { "threads.create" };
        self.send(type_name, json!({"input": input})).await;
    }

    async fn send(&mut self, type_name: &str, mut params: Value) {
        if let Some(thread_id) = &self.thread_id {
            params["thread_id"] = json!(thread_id);
        }
        self.events = self.client.run(type_name, params).await;
        let created = self.events.iter().find(|event| event["type"] == "thread.created");
        if let Some(created) = created {
            self.thread_id = Some(created["thread"]["id"].as_str().unwrap().to_owned());
        }
    }

    fn error(&self) -> Option<&Value> {
        self.events.iter().find(|event| event["type"] == "error")
    }

    fn assert_passed(&self) {
        if let Some(error) = self.error() {
            panic!("the turn failed after `{}`: {error}", self.said());
        }
    }

    /// The items that the last turn left, each as it was last.
    fn done(&self) -> impl Iterator<Item = &Value> {
        let removed = |id: &Value| {
            self.events.iter().any(|event| event["type"] == "thread.item.removed" && event["item_id"] == *id)
        };
        let replaced = |id: &Value| {
            self.events
                .iter()
                .rev()
                .find(|event| event["type"] == "thread.item.replaced" && event["item"]["id"] == *id)
        };
        self.events
            .iter()
            .filter(|event| event["type"] == "thread.item.done")
            .map(|event| &event["item"])
            .filter(move |item| !removed(&item["id"]))
            .map(move |item| replaced(&item["id"]).map_or(item, |event| &event["item"]))
    }

    /// The texts of the assistant's messages.
    fn said(&self) -> String {
        let messages = self.done().filter(|item| item["type"] == "assistant_message");
        let texts = messages.flat_map(|item| item["content"].as_array().unwrap());
        texts.map(|part| part["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
    }

    /// The texts of the assistant's messages behind the last message of the user, as they are stored.
    async fn kept(&self) -> String {
        let items = self.client.items(self.thread_id.as_ref().unwrap()).await;
        let newest = items.iter().rev().take_while(|item| item["type"] != "user_message");
        let mut texts: Vec<&str> = newest
            .filter(|item| item["type"] == "assistant_message")
            .flat_map(|item| item["content"].as_array().unwrap().iter().rev())
            .map(|part| part["text"].as_str().unwrap())
            .collect();
        texts.reverse();
        texts.join("\n")
    }

    fn thoughts(&self) -> String {
        let workflows = self.done().filter(|item| item["type"] == "workflow");
        let tasks = workflows.flat_map(|item| item["workflow"]["tasks"].as_array().unwrap());
        let thoughts = tasks.filter(|task| task["type"] == "thought");
        thoughts.map(|task| task["content"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
    }

    async fn last_widget(&self) -> Value {
        let items = self.client.items(self.thread_id.as_ref().unwrap()).await;
        let widget = items.iter().rev().find(|item| item["type"] == "widget");
        widget.unwrap_or_else(|| panic!("no widget among {items:?}"))["id"].clone()
    }
}
