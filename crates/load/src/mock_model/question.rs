//! Reads only those parts of a request on which the answer depends.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A chat-completions request. Parts that are not needed stay unparsed, since histories are long and pictures
/// large.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    messages: Vec<Message<'a>>,
    #[serde(borrow, default)]
    tools: Option<&'a RawValue>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
}

#[derive(Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Cow<'a, str>,
    #[serde(borrow, default)]
    content: Option<&'a RawValue>,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The kind of answer.
    pub wish: Wish,
    /// Whether it is streamed.
    pub stream: bool,
    /// Whether the answer ends with the number of tokens used.
    pub include_usage: bool,
}

/// The kind of answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    /// Words.
    Text,
    /// A title.
    Title,
    /// A call of `get_weather` for this place.
    Weather {
        /// The place.
        location: String,
    },
    /// A call of `show_city_selector`.
    Cities,
}

impl Question {
    /// Reads a request.
    pub fn read(body: &[u8]) -> serde_json::Result<Self> {
        let body: Body<'_> = serde_json::from_slice(body)?;
        Ok(Self {
            wish: body.wish(),
            stream: body.stream,
            include_usage: body.stream_options.is_some_and(|options| options.include_usage),
        })
    }
}

impl Body<'_> {
    fn wish(&self) -> Wish {
        let Some(tools) = self.tools.map(RawValue::get).filter(|tools| tools.contains("\"name\"")) else {
            let asks_for_title = self
                .messages
                .iter()
                .filter(|message| matches!(message.role.as_ref(), "system" | "developer"))
                .any(|message| text_of(message).to_ascii_lowercase().contains("title"));
            return if asks_for_title { Wish::Title } else { Wish::Text };
        };
        // Only a user's message calls for a tool. After a tool's result comes the answer.
        let Some(last) = self.messages.last().filter(|message| message.role == "user") else {
            return Wish::Text;
        };
        let text = text_of(last).to_ascii_lowercase();
        if text.contains("weather") && tools.contains("\"get_weather\"") {
            return Wish::Weather { location: location_in(&text) };
        }
        if text.contains("cities") && tools.contains("\"show_city_selector\"") {
            return Wish::Cities;
        }
        Wish::Text
    }
}

/// The words of a message: all of its content except parts that are too long to be words.
fn text_of<'a>(message: &Message<'a>) -> Cow<'a, str> {
    #[derive(Deserialize)]
    struct Part<'a> {
        #[serde(borrow, default)]
        text: Option<Cow<'a, str>>,
    }
    let Some(content) = message.content else {
        return Cow::Borrowed("");
    };
    if let Ok(text) = serde_json::from_str(content.get()) {
        return Cow::Owned(text);
    }
    let parts: Vec<Part<'_>> = serde_json::from_str(content.get()).unwrap_or_default();
    let texts: Vec<_> = parts.into_iter().filter_map(|part| part.text).collect();
    Cow::Owned(texts.join("\n"))
}

/// The place a question for weather names: what follows its last `in`, or one to stand in for it.
fn location_in(text: &str) -> String {
    let named = text.rsplit_once(" in ").map(|(_, named)| named.trim_end_matches("right now?"));
    let named = named.and_then(|named| named.split(['?', '!', '.', '\n', '"', '\\']).next());
    match named.map(str::trim) {
        Some(named) if !named.is_empty() => named.to_owned(),
        _ => "Tokyo".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn wish(messages: &Value, tools: &[&str]) -> Wish {
        let tools: Vec<_> = tools
            .iter()
            .map(|name| json!({"type": "function", "function": {"name": name, "parameters": {}}}))
            .collect();
        let body = json!({"model": "m", "messages": messages, "tools": tools, "stream": true});
        Question::read(body.to_string().as_bytes()).unwrap().wish
    }

    #[test]
    fn a_question_for_weather_calls_the_tool_and_its_result_is_answered_in_words() {
        let ask = json!({"role": "user", "content": "What's the weather like in São Paulo?"});
        let called = json!({"role": "assistant", "content": null, "tool_calls": []});
        let result = json!({"role": "tool", "tool_call_id": "c", "content": "{\"weather\": \"fine\"}"});
        let weather = Wish::Weather { location: "são paulo".to_owned() };
        assert_eq!(wish(&json!([ask]), &["get_weather"]), weather);
        assert_eq!(wish(&json!([ask]), &["get_time"]), Wish::Text);
        assert_eq!(wish(&json!([ask, called, result]), &["get_weather"]), Wish::Text);
        let parts = json!({"role": "user", "content": [{"type": "text", "text": "weather in Denver, CO right now?"}]});
        assert_eq!(
            wish(&json!([parts]), &["get_weather"]),
            Wish::Weather { location: "denver, co".to_owned() }
        );
    }

    #[test]
    fn cities_titles_and_small_talk_are_told_apart() {
        let cities = json!([{"role": "user", "content": "Show me available cities"}]);
        assert_eq!(wish(&cities, &["get_weather", "show_city_selector"]), Wish::Cities);
        let title = json!([{"role": "system", "content": "Write a title for it."}, {"role": "user", "content": "weather"}]);
        assert_eq!(wish(&title, &[]), Wish::Title);
        assert_eq!(wish(&title, &["get_time"]), Wish::Text);
        assert_eq!(wish(&json!([{"role": "user", "content": "Hello"}]), &[]), Wish::Text);
    }
}
