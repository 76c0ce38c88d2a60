//! Titles of threads: a few words by the model, or the user's own words.

use std::time::Duration;

use futures_util::StreamExt;

use crate::{
    agent::{AgentContext, ResponderError},
    model::{
        Caller, FinishReason, GenerationOptions, Model, ModelError, ModelEvent, ModelMessage, ModelRequest,
        ModelStream, Purpose,
    },
    protocol::{Attachment, item::UserMessage},
};

/// The longest title, in characters.
const MAX_CHARS: usize = 50;
/// The most that is read of what a model writes, thoughts that its server does not tell apart among it.
const MAX_WRITTEN_BYTES: usize = 16 << 10;
/// How much of a long message the model reads for a title.
const MAX_MESSAGE_CHARS: usize = 2_000;
/// The token limit of a title. Reasoning models spend most of it on thinking.
const MAX_TOKENS: u32 = 1_000;
/// How long a title is waited for. The answer is complete by then, but the turn is still open.
const PATIENCE: Duration = Duration::from_secs(20);
/// The marks behind which a model's thoughts end, where its server does not tell them apart.
const ENDS_OF_THOUGHT: [&str; 5] = ["</think>", "</thinking>", "</thought>", "[/THINK]", "<|message|>"];

const INSTRUCTIONS: &str = "Write a title for a conversation that begins with the message below: at most 40 \
characters, in the language of the message, no quotation marks, no full stop. Answer with the title only.";

/// Gives the thread a title made of the user's own words when it is dropped, unless it has one by then.
///
/// So a thread whose turn fails, or is ended before the model's title came, has a title all the same.
pub struct Fallback<'a> {
    context: &'a AgentContext,
    title: Option<String>,
}

impl<'a> Fallback<'a> {
    /// A title for a thread that begins with this message.
    pub fn new(context: &'a AgentContext, message: &UserMessage) -> Self {
        Self { context, title: Some(fallback(message)) }
    }

    /// Gives the title now, and has it shown.
    pub async fn give(self) -> Result<(), ResponderError> {
        let context = self.context;
        drop(self);
        context.show_thread().await
    }

    /// Leaves the thread without a title.
    pub fn forget(mut self) {
        self.title = None;
    }
}

impl Drop for Fallback<'_> {
    fn drop(&mut self) {
        if let Some(title) = self.title.take()
            && self.context.thread().title.is_none()
        {
            self.context.update_thread(|thread| thread.title = Some(title));
        }
    }
}

/// Asks the model for a title. `None` if that fails, which is nothing the user needs to know.
pub async fn ask(model: &dyn Model, caller: Caller, message: &UserMessage) -> Option<String> {
    let mut text: String = message.plain_text().chars().take(MAX_MESSAGE_CHARS).collect();
    for attachment in &message.attachments {
        text.extend(["\n[attached: ", &attachment.common().name, "]"]);
    }
    let stream = model.stream(ModelRequest {
        messages: vec![ModelMessage::System(INSTRUCTIONS.to_owned()), ModelMessage::user(text)],
        options: GenerationOptions { max_output_tokens: Some(MAX_TOKENS), ..GenerationOptions::default() },
        caller,
        purpose: Purpose::Title,
        ..ModelRequest::default()
    });
    match tokio::time::timeout(PATIENCE, read(stream)).await {
        Ok(Ok(written)) => written.as_deref().map(tidy).filter(|title| !title.is_empty()),
        Ok(Err(error)) => {
            tracing::warn!(cause = %error, "no title from the model; using the message");
            None
        }
        Err(_) => {
            tracing::warn!("no title from the model in time; using the message");
            None
        }
    }
}

/// What the model wrote; `None` if that is no whole title: cut short, filtered or refused.
async fn read(mut stream: ModelStream) -> Result<Option<String>, ModelError> {
    let mut written = String::new();
    while let Some(event) = stream.next().await {
        match event? {
            ModelEvent::Text(delta) => written.push_str(&delta),
            ModelEvent::TextWasReasoning => written.clear(),
            ModelEvent::Finish(FinishReason::Stop) => {}
            ModelEvent::Refusal(_) | ModelEvent::Finish(_) => return Ok(None),
            _ => {}
        }
        if written.len() > MAX_WRITTEN_BYTES {
            return Ok(None); // the model is writing something other than a title
        }
    }
    Ok(without_thoughts(&written).map(str::to_owned))
}

/// What stands behind the model's thoughts; `None` if there is nothing but thoughts.
fn without_thoughts(written: &str) -> Option<&str> {
    let ends = ENDS_OF_THOUGHT.iter().filter_map(|mark| written.rfind(mark).map(|place| place + mark.len()));
    let said = &written[ends.max().unwrap_or_default()..];
    let begins_a_thought = ["<think", "<thought", "[THINK]", "<|channel|>"].iter();
    let is_thought = begins_a_thought.clone().any(|mark| said.trim_start().starts_with(mark));
    (!is_thought).then_some(said)
}

/// A title made from the user's own words.
pub fn fallback(message: &UserMessage) -> String {
    let title = tidy(&message.plain_text());
    if !title.is_empty() {
        return title;
    }
    match message.attachments.first() {
        None => "New conversation".to_owned(),
        Some(Attachment::Image { .. }) => "Picture".to_owned(),
        Some(Attachment::File { common }) => tidy(&common.name),
    }
}

/// One line without quotation marks around it, cut at a word where that is possible.
fn tidy(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_matches(|character: char| "\"'“”„«»‘’`*#".contains(character)).trim();
    if line.chars().count() <= MAX_CHARS {
        return line.trim_end_matches(['.', '。']).to_owned();
    }
    let cut: String = line.chars().take(MAX_CHARS - 1).collect();
    let cut = match cut.rsplit_once(' ') {
        Some((words, _)) if words.chars().count() > MAX_CHARS / 2 => words,
        _ => cut.as_str(),
    };
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::scripted::{Answer, ScriptedModel},
        protocol::content::UserContent,
    };

    async fn asked(answer: Answer) -> Option<String> {
        let model = ScriptedModel::new([]).with_titles([answer]);
        ask(&model, Caller::default(), &UserMessage::default()).await
    }

    #[actix_rt::test]
    async fn a_title_is_what_a_model_says_to_the_end_and_nothing_it_thinks() {
        let finish = |text: &str, reason| Answer::new().say(text).finish(reason);
        for (answer, expected) in [
            (Answer::text("Rain today"), Some("Rain today")),
            (Answer::text("Okay, the user wants a title…</think>\n\nRain today"), Some("Rain today")),
            (Answer::text("<think>Hm.</think>[THINK]Hm.[/THINK] Rain today."), Some("Rain today")),
            (Answer::text("<think>Okay, the user wants"), None),
            (Answer::new().say("Hm.").event(ModelEvent::TextWasReasoning).say("Rain"), Some("Rain")),
            (Answer::new().reason("Hm.").say("Rain").finish(FinishReason::Stop), Some("Rain")),
            (finish("Weather in Os", FinishReason::Length), None),
            (finish("I cannot", FinishReason::ContentFilter), None),
            (finish("Weather", FinishReason::Other("abort".to_owned())), None),
            (Answer::new().refuse("I cannot"), None),
            (Answer::text(" \n\"\" "), None),
            (Answer::text(&"endless ".repeat(4_000)), None),
        ] {
            assert_eq!(asked(answer).await.as_deref(), expected);
        }
    }

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(tidy("  \"Weather in\n Tokyo.\" "), "Weather in Tokyo");
        assert_eq!(tidy("Weather in Tokyo."), "Weather in Tokyo");
        let long = tidy(&"word ".repeat(40));
        assert!(long.chars().count() <= MAX_CHARS && long.ends_with("word…"), "{long}");
        let endless = tidy(&"語".repeat(300));
        assert_eq!(endless.chars().count(), MAX_CHARS);
    }

    #[test]
    fn a_message_without_words_has_a_title_all_the_same() {
        let message = UserMessage {
            content: vec![UserContent::InputText { text: " ".to_owned() }],
            ..UserMessage::default()
        };
        assert_eq!(fallback(&message), "New conversation");
    }
}
