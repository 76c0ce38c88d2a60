//! The weather & image assistant: a responder with tools, widgets and titles.
//!
//! It answers through a language model, shows a card for each place whose weather was asked, offers
//! cities to choose from, tells the time, and looks at every picture of the thread.

pub mod title;
pub mod tools;
pub mod weather;
pub mod widgets;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;

use self::{
    tools::{cities::ShowCitySelector, time::GetTime, weather::GetWeather},
    weather::WeatherSource,
    widgets::city_selector::{CITY_SELECTED, City},
};
use crate::{
    agent::{
        AgentContext, Audio, Responder, ResponderError, Tool,
        input::to_messages,
        tool_loop::{RunOptions, ToolLoop},
    },
    context::RequestContext,
    model::{Model, ModelMessage, ToolChoice, transcription::Transcriber},
    protocol::{ItemKind, ThreadItem, action::Action, error::ErrorCode, item::UserMessage},
};

/// The instructions that begin every request to the model.
const INSTRUCTIONS: &str = "\
You are a friendly assistant for the weather, the time, and pictures.

- Weather: call `get_weather` for every place the user asks about, once for each place, even if you \
told its weather before: weather changes. The user sees a card with all figures after your text, so \
write one or two sentences that say what matters and do not repeat every figure. When the result is \
marked as sample data, say so briefly. When a place is not found, say so and offer what the result \
suggests.
- Cities: call `show_city_selector` when the user wants to choose a city, asks which cities there \
are, or asks for weather without saying where and no place was mentioned before.
- Time: call `get_time`, with a place when the user names one.
- Pictures: describe what you see in pictures the user sends, and answer questions about any picture \
of the conversation. Say so when something cannot be made out.
- Files: the content of attached files stands beside the message, as far as it can be read. Answer from \
it alone, and say so when it was cut or cannot be seen.
- Never make up weather, times or contents of pictures and files. For anything else, help if you can in a few \
words, or say what you are good at.

Answer in the language of the user. Use Markdown sparingly.";

/// How many answers in a row may only call tools before the turn ends.
const MAX_TOOL_ROUNDS: usize = 8;

/// The weather & image assistant.
pub struct WeatherAssistant {
    model: Arc<dyn Model>,
    agent: ToolLoop,
    allowed_models: Vec<String>,
    transcriber: Option<Arc<dyn Transcriber>>,
    asks_for_titles: bool,
}

impl WeatherAssistant {
    /// An assistant on this model that tells the weather of this source.
    pub fn new(model: Arc<dyn Model>, weather: Arc<dyn WeatherSource>) -> Self {
        let tools: Vec<Box<dyn Tool>> =
            vec![Box::new(GetWeather::new(weather)), Box::new(GetTime), Box::new(ShowCitySelector)];
        let agent = ToolLoop::new(Arc::clone(&model), tools, MAX_TOOL_ROUNDS);
        Self { model, agent, allowed_models: Vec::new(), transcriber: None, asks_for_titles: true }
    }

    /// Lets a message ask for one of these models. Any other name gets the configured model, since this
    /// server's account pays for the answer.
    #[must_use]
    pub fn with_allowed_models(mut self, models: Vec<String>) -> Self {
        self.allowed_models = models;
        self
    }

    /// Whether the model is asked for the title of a new thread, by default it is. Otherwise the user's own words are
    /// the title.
    #[must_use]
    pub fn with_titles_by_model(mut self, asks: bool) -> Self {
        self.asks_for_titles = asks;
        self
    }

    /// Turns speech into text with this service. None: transcription is not offered.
    #[must_use]
    pub fn with_transcriber(mut self, transcriber: Option<Arc<dyn Transcriber>>) -> Self {
        self.transcriber = transcriber;
        self
    }

    async fn answer(
        &self,
        context: &AgentContext,
        input: Option<&UserMessage>,
    ) -> Result<(), ResponderError> {
        let mut messages = vec![ModelMessage::System(INSTRUCTIONS.to_owned())];
        messages.extend(to_messages(context.history(), context.files()).await);
        self.agent.run(context, messages, self.options(input)).await.map(drop)
    }

    /// The model and tool that the user chose in the composer, if this server offers them.
    fn options(&self, input: Option<&UserMessage>) -> RunOptions {
        let Some(chosen) = input.map(|message| &message.inference_options) else {
            return RunOptions::default();
        };
        let tool = chosen.tool_choice.as_ref().map(|tool| &tool.id).filter(|tool| self.agent.has_tool(tool));
        RunOptions {
            model: chosen.model.clone().filter(|model| self.allowed_models.contains(model)),
            tool_choice: tool.map_or(ToolChoice::Auto, |tool| ToolChoice::Named(tool.clone())),
            ..RunOptions::default()
        }
    }
}

#[async_trait(?Send)]
impl Responder for WeatherAssistant {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let message = match input.as_ref().map(|item| &item.kind) {
            Some(ItemKind::UserMessage(message)) => Some(message),
            _ => None,
        };
        if message.is_some_and(is_empty) {
            let mut answer = context.message();
            answer
                .push("Your message was empty. Ask me about the weather or the time, or send me a picture.")
                .await?;
            return answer.finish().await;
        }
        // The title is asked for when the answer is complete: a server with one slot would serve it first, or end the
        // running answer for it. Nobody waits for it: the next message ends the turn.
        let to_title = message.filter(|_| context.thread().title.is_none());
        let fallback = to_title.map(|message| title::Fallback::new(&context, message));
        let outcome = self.answer(&context, message).await;
        if let Err(error) = outcome {
            match fallback {
                // The words that a provider refused make no title either.
                Some(fallback) if error.has_code(ErrorCode::ModelInputFiltered) => fallback.forget(),
                Some(fallback) => fallback.give().await?,
                None => {}
            }
            return Err(error);
        }
        if let Some(message) = to_title.filter(|_| self.asks_for_titles) {
            context.answer_complete().await?;
            if let Some(title) = title::ask(self.model.as_ref(), context.caller(), message).await {
                give_title(&context, title).await?;
            }
        }
        Ok(())
    }

    async fn action(
        &self,
        context: AgentContext,
        action: Action,
        sender: Option<ThreadItem>,
    ) -> Result<(), ResponderError> {
        if let Some(told) = self.agent.take_approval(&context, &action, sender.as_ref()).await? {
            let mut messages = vec![ModelMessage::System(INSTRUCTIONS.to_owned())];
            messages.extend(to_messages(context.history(), context.files()).await);
            messages.push(told);
            return self.agent.run(&context, messages, RunOptions::default()).await.map(drop);
        }
        if action.kind != CITY_SELECTED {
            return Err(ResponderError::Custom {
                message: "This assistant does not know what to do with that button.".to_owned(),
                allow_retry: false,
                source: Some("unknown action".into()),
            });
        }
        let city = selected_city(&action)?;
        // The choice is not a message, so later turns would not know about it.
        context.add_hidden_context(format!("The user chose {} in the city selector.", city.label)).await?;
        let mut messages = vec![ModelMessage::System(INSTRUCTIONS.to_owned())];
        messages.extend(to_messages(context.history(), context.files()).await);
        messages.push(ModelMessage::user(format!("What is the weather in {} right now?", city.label)));
        self.agent.run(&context, messages, RunOptions::default()).await.map(drop)
    }

    async fn transcribe(&self, _context: &RequestContext, audio: Audio) -> Result<String, ResponderError> {
        match &self.transcriber {
            Some(transcriber) => Ok(transcriber.transcribe(audio).await?),
            None => Err(ResponderError::NotImplemented {
                what: "transcription; to have it, set TRANSCRIPTION_MODEL, for example to `gpt-4o-mini-transcribe`",
            }),
        }
    }
}

/// Gives the thread a title, unless the user has named it in the meantime.
async fn give_title(context: &AgentContext, title: String) -> Result<(), ResponderError> {
    if context.thread().title.is_some() {
        return Ok(());
    }
    context.set_title(title).await
}

fn is_empty(message: &UserMessage) -> bool {
    message.attachments.is_empty() && message.plain_text().trim().is_empty()
}

/// The city that a `city_selected` action names. The payload comes from the client, so only cities that
/// were offered are accepted.
fn selected_city(action: &Action) -> Result<&'static City, ResponderError> {
    #[derive(Deserialize)]
    struct Payload {
        city_value: String,
    }
    let payload = action.payload.clone().unwrap_or_else(|| json!({}));
    serde_json::from_value::<Payload>(payload)
        .ok()
        .and_then(|payload| City::offered(&payload.city_value))
        .ok_or_else(|| ResponderError::Custom {
            message:
                "That city is not one of those on offer. Please choose one of the buttons, or type its name."
                    .to_owned(),
            allow_retry: false,
            source: Some("the action's payload names no offered city".into()),
        })
}
