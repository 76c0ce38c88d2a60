//! `model check`: asks the configured model for one short thing of each kind, and says what works.

use std::{fmt, sync::Arc, time::Duration};

use actix_chatkit::model::{
    AssistantPart, ContentPart, FileContent, FilePart, GenerationOptions, ImagePart, LeftOut, Model,
    ModelError, ModelEvent, ModelMessage, ModelRequest, Purpose, ToolCall, ToolSpec,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;

/// How long one call may take as a whole.
const PATIENCE: Duration = Duration::from_secs(120);
/// How much of an answer is kept.
const MAX_TEXT_BYTES: usize = 16 << 10;
/// The word that is hidden in documents and in a long message.
const WORD: &str = "lighthouse";
/// A red square of 64 × 64 pixels, as PNG.
const RED: &str = "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC";

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The provider and the model.
    pub model: String,
    /// The API by which it was asked.
    pub api: &'static str,
    pub checks: Vec<Check>,
}

/// One thing that was asked for.
#[derive(Debug, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub outcome: Outcome,
    /// From the request to the first word, call or thought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_word_ms: Option<u64>,
    /// What was seen.
    pub detail: String,
    /// What may help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Works,
    /// The model answered, but did not do what it was asked for. Another question may show it.
    NotShown,
    Fails,
}

impl Report {
    /// Whether the model says anything at all.
    pub fn has_text(&self) -> bool {
        self.checks.iter().any(|check| check.name == "text" && check.outcome == Outcome::Works)
    }
}

/// Asks the model. Where no text comes, nothing else is asked for.
pub async fn check(model: Arc<dyn Model>, api: &'static str) -> Report {
    let mut report = Report { model: model.name().to_owned(), api, checks: Vec::new() };
    let heard = ask(&*model, user("Count from one to ten in words.", &[])).await;
    let pieces = heard.num_pieces;
    report.checks.push(heard.verdict("text", |heard| says(heard, "")));
    if !report.has_text() {
        return report;
    }
    report.checks.push(Check {
        name: "streaming",
        outcome: if pieces > 1 { Outcome::Works } else { Outcome::NotShown },
        first_word_ms: None,
        detail: format!("the text came in {pieces} pieces"),
        advice: (pieces < 2).then_some("a proxy before the model may hold its answers back"),
    });
    report.checks.push(tool_call(&*model).await);
    for (name, request, wanted) in [
        ("two tools", two_tools(), Wanted::Calls(2)),
        ("picture", picture(), Wanted::Word("red")),
        ("PDF", document(), Wanted::Word(WORD)),
        ("reasoning", user("Is 391 a prime number? Think first.", &[]), Wanted::Thought),
        ("long input", long_input(), Wanted::Word(WORD)),
        ("title", title(), Wanted::Word("")),
    ] {
        let heard = ask(&*model, request).await;
        report.checks.push(heard.verdict(name, |heard| wanted.look(heard)));
    }
    report
}

/// What an answer must hold to count.
enum Wanted {
    Word(&'static str),
    Calls(usize),
    Thought,
}

impl Wanted {
    fn look(&self, heard: &Heard) -> Result<String, String> {
        match self {
            Self::Word(word) => says(heard, word),
            Self::Calls(number) if heard.calls.len() >= *number => {
                Ok(format!("{number} calls in one answer"))
            }
            Self::Calls(_) => Err(format!("{} calls in one answer", heard.calls.len())),
            Self::Thought if heard.has_thoughts => Ok("thoughts came beside the answer".to_owned()),
            Self::Thought => Err("no thoughts came beside the answer".to_owned()),
        }
    }
}

fn says(heard: &Heard, word: &str) -> Result<String, String> {
    let shown: String =
        heard.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    let found = !shown.is_empty() && heard.text.to_lowercase().contains(word);
    if found { Ok(shown) } else { Err(format!("it says: {shown}")) }
}

/// An answer, as far as it matters here.
#[derive(Default)]
struct Heard {
    text: String,
    num_pieces: usize,
    calls: Vec<ToolCall>,
    has_thoughts: bool,
    left_out: Vec<LeftOut>,
    first: Option<Duration>,
    error: Option<ModelError>,
    took_too_long: bool,
}

impl Heard {
    fn take(&mut self, event: ModelEvent) {
        match event {
            ModelEvent::Text(text) => {
                self.num_pieces += 1;
                if self.text.len() < MAX_TEXT_BYTES {
                    self.text.push_str(&text);
                }
            }
            ModelEvent::ToolCall(delta) => {
                // A request here has at most two tools.
                while self.calls.len() <= delta.index.min(7) {
                    let [id, name, arguments] = [const { String::new() }; 3];
                    self.calls.push(ToolCall { id, name, arguments });
                }
                let call = &mut self.calls[delta.index.min(7)];
                call.id.push_str(&delta.id.unwrap_or_default());
                call.name.push_str(&delta.name.unwrap_or_default());
                call.arguments.push_str(&delta.arguments);
            }
            ModelEvent::Reasoning(_) => self.has_thoughts = true,
            ModelEvent::LeftOut(left_out) => self.left_out.push(left_out),
            _ => {}
        }
    }

    fn verdict(&self, name: &'static str, look: impl Fn(&Self) -> Result<String, String>) -> Check {
        let first_word_ms = self.first.map(|first| u64::try_from(first.as_millis()).unwrap_or(u64::MAX));
        let (outcome, detail, advice) = match (&self.error, self.left_out.first()) {
            (Some(error), _) => (Outcome::Fails, error.to_string(), Some(advice(error))),
            (None, _) if self.took_too_long => {
                let detail = format!("the answer did not end within {PATIENCE:?}");
                (Outcome::Fails, detail, Some("set MODEL_MAX_OUTPUT_TOKENS, or take a faster model"))
            }
            (None, Some(left_out)) => {
                let (what, advice) = left_out_words(*left_out);
                (Outcome::Fails, format!("the server refuses {what}; the call went on without"), Some(advice))
            }
            (None, None) => match look(self) {
                Ok(detail) => (Outcome::Works, detail, None),
                Err(detail) => (Outcome::NotShown, detail, None),
            },
        };
        Check { name, outcome, first_word_ms, detail, advice }
    }
}

async fn ask(model: &dyn Model, request: ModelRequest) -> Heard {
    let mut heard = Heard::default();
    let started = Instant::now();
    let mut events = model.stream(request);
    let reading = async {
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => {
                    let is_sound = !matches!(
                        event,
                        ModelEvent::Usage(_) | ModelEvent::Finish(_) | ModelEvent::LeftOut(_)
                    );
                    if is_sound {
                        heard.first.get_or_insert_with(|| started.elapsed());
                    }
                    heard.take(event);
                }
                Err(error) => heard.error = Some(error),
            }
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, reading).await;
    heard.took_too_long = in_time.is_err();
    heard
}

/// A call, and what the model makes of its result.
async fn tool_call(model: &dyn Model) -> Check {
    let request = user("What is the temperature in Oslo? Use the tool.", &["get_temperature"]);
    let heard = ask(model, request.clone()).await;
    let first = heard.verdict("tool call", |heard| Wanted::Calls(1).look(heard));
    let (Outcome::Works, Some(call)) = (first.outcome, heard.calls.into_iter().next()) else { return first };
    let result = ModelMessage::Tool {
        call_id: call.id.clone(),
        name: call.name.clone(),
        content: "It is 17 degrees Celsius in Oslo.".to_owned(),
    };
    let mut request = request;
    request.messages.extend([ModelMessage::Assistant(vec![AssistantPart::Call(call)]), result]);
    ask(model, request).await.verdict("tool call", |heard| says(heard, "17"))
}

fn user(text: &str, tools: &[&str]) -> ModelRequest {
    of_parts(vec![ContentPart::Text(text.to_owned())], tools)
}

fn of_parts(parts: Vec<ContentPart>, tools: &[&str]) -> ModelRequest {
    let tool = |name: &&str| ToolSpec {
        name: (*name).to_owned(),
        description: "Tells it for a city.".to_owned(),
        parameters: json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
    };
    ModelRequest {
        messages: vec![
            ModelMessage::System("Answer in one short line.".to_owned()),
            ModelMessage::User(parts),
        ],
        tools: tools.iter().map(tool).collect(),
        options: GenerationOptions { max_output_tokens: Some(2_000), ..GenerationOptions::default() },
        ..ModelRequest::default()
    }
}

fn two_tools() -> ModelRequest {
    let question = "Tell me both the temperature and the local time in Oslo. Call both tools at once.";
    user(question, &["get_temperature", "get_local_time"])
}

fn picture() -> ModelRequest {
    let data = STANDARD.decode(RED).expect("the constant is base64").into();
    let picture = ImagePart { name: "square.png".to_owned(), mime_type: "image/png".to_owned(), data };
    let question = ContentPart::Text("Which colour is this? Answer with one English word.".to_owned());
    of_parts(vec![question, ContentPart::Image(picture)], &[])
}

fn document() -> ModelRequest {
    let file = FilePart {
        name: "word.pdf".to_owned(),
        mime_type: "application/pdf".to_owned(),
        content: FileContent::Pdf(pdf(&format!("The secret word is {WORD}.")).into()),
    };
    let question = ContentPart::Text("Which secret word stands in the document?".to_owned());
    of_parts(vec![question, ContentPart::File(file)], &[])
}

/// A document of one page with one line.
fn pdf(line: &str) -> Vec<u8> {
    let drawn = format!("BT /F1 24 Tf 72 720 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = "0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        places.extend([format!("{:010} 00000 n \n", text.len())]);
        text.extend([format!("{number} 0 obj\n{object}\nendobj\n")]);
    }
    let start = text.len();
    let end = format!("xref\n0 6\n{places}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    (text + &end).into_bytes()
}

/// About 6,000 tokens.
fn long_input() -> ModelRequest {
    let filler = "The quick brown fox jumps over the lazy dog and runs along the river. ".repeat(350);
    user(&format!("The secret word is {WORD}.\n\n{filler}\n\nWhich is the secret word?"), &[])
}

fn title() -> ModelRequest {
    let mut request = user("Give a title of at most five words for a chat about the weather in Oslo.", &[]);
    request.purpose = Purpose::Title;
    request
}

fn left_out_words(left_out: LeftOut) -> (&'static str, &'static str) {
    match left_out {
        LeftOut::Pictures => ("pictures", "take a model that sees, or tell users that this one does not"),
        LeftOut::Documents => ("documents", "set MODEL_PDF=off"),
        LeftOut::Tools => {
            ("tools", "take a model that calls tools, or start the server with its tool parser")
        }
        _ => ("a part of the request", "the log says what"),
    }
}

fn advice(error: &ModelError) -> &'static str {
    match error {
        ModelError::Unreachable { .. } => {
            "start the server, or correct OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or FOUNDRY_PROJECT_ENDPOINT"
        }
        ModelError::Unauthorized { .. } => {
            "correct OPENAI_API_KEY or AZURE_OPENAI_API_KEY, or sign in with `az login`; a gateway may want MODEL_HEADERS"
        }
        ModelError::WrongAddress { .. } => {
            "correct the address (OPENAI_BASE_URL usually ends in /v1) or the model's name, or set MODEL_API"
        }
        ModelError::UnknownModel { .. } => {
            "correct OPENAI_MODEL, AZURE_OPENAI_DEPLOYMENT_NAME or FOUNDRY_MODEL, or load the model on its server"
        }
        ModelError::QuotaExhausted { .. } => "add credit to the account with the provider",
        ModelError::Overloaded { .. } | ModelError::Loading { .. } => "wait, and check again",
        ModelError::Timeout { .. } => "raise MODEL_TIMEOUT",
        ModelError::RateLimited { .. } => "wait, or raise the quota at the provider",
        ModelError::Garbage { .. } => {
            "check that the address is that of a model server; OPENAI_BASE_URL usually ends in /v1"
        }
        _ => "the server's own log may say more; MODEL_API and MODEL_EXTRA_BODY change what it is asked",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} by {}\n", self.model, self.api)?;
        writeln!(formatter, "{:<11} {:<10} {:>10}  what was seen", "asked for", "result", "first word")?;
        for Check { name, outcome, first_word_ms, detail, advice } in &self.checks {
            let outcome = match outcome {
                Outcome::Works => "works",
                Outcome::NotShown => "not shown",
                Outcome::Fails => "fails",
            };
            let first = first_word_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
            writeln!(formatter, "{name:<11} {outcome:<10} {first:>10}  {detail}")?;
            if let Some(advice) = advice {
                writeln!(formatter, "{:<34} → {advice}", "")?;
            }
        }
        Ok(())
    }
}
