//! Conversations with the demo model, its tools played by a few lines here.

use std::{io::Cursor, sync::Arc};

use bytes::Bytes;
use futures_util::FutureExt;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use super::*;
use crate::model::{ImagePart, ToolCall, ToolChoice, ToolSpec};

/// What one question came to.
struct Turn {
    /// The calls as `get_weather Tokyo`.
    calls: Vec<String>,
    text: String,
}

/// A conversation with all tools at hand.
struct Chat {
    request: ModelRequest,
}

impl Chat {
    fn new() -> Self {
        let tools: Vec<ToolSpec> = [WEATHER_TOOL, TIME_TOOL, CITIES_TOOL].map(tool).into();
        Self { request: ModelRequest { tools: Arc::from(tools), ..ModelRequest::default() } }
    }

    async fn ask(&mut self, text: &str) -> Turn {
        self.ask_with(vec![ContentPart::Text(text.to_owned())]).await
    }

    async fn ask_with(&mut self, parts: Vec<ContentPart>) -> Turn {
        self.request.messages.push(ModelMessage::User(parts));
        let mut calls = Vec::new();
        loop {
            let (text, tool_calls) = answer(&self.request).await;
            let said = (!text.is_empty()).then(|| text.clone());
            self.request
                .messages
                .push(ModelMessage::Assistant { text: said, tool_calls: tool_calls.clone() });
            if tool_calls.is_empty() {
                return Turn { calls, text };
            }
            for call in tool_calls {
                let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
                let argument = arguments.as_object().unwrap().values().next().and_then(Value::as_str);
                calls.push(format!("{} {}", call.name, argument.unwrap_or("-")));
                let content = played(&call.name, argument);
                self.request.messages.push(ModelMessage::Tool { call_id: call.id, content });
            }
        }
    }

    /// Forgets what tools were called and said, as a thread does that keeps only texts.
    fn keep_only_texts(&mut self) {
        self.request.messages.retain_mut(|message| match message {
            ModelMessage::Tool { .. } => false,
            ModelMessage::Assistant { text, tool_calls } => {
                tool_calls.clear();
                text.is_some()
            }
            ModelMessage::System(_) | ModelMessage::User(_) => true,
        });
    }
}

fn tool(name: &str) -> ToolSpec {
    ToolSpec { name: name.to_owned(), description: String::new(), parameters: json!({"type": "object"}) }
}

/// The tools' results.
fn played(tool: &str, argument: Option<&str>) -> String {
    let weather = |condition: &str, temperature: f64, humidity: u32| {
        json!({
            "location": argument, "condition": condition, "temperature_c": temperature,
            "feels_like_c": temperature - 1.2, "humidity_percent": humidity, "wind_kmh": 14.0,
            "source": "Open-Meteo", "observed_at": "2026-11-23T13:00+09:00",
            "forecast": [
                {"day": "Mon", "condition": "Sunny", "high_c": 20.0, "low_c": 11.0},
                {"day": "Tue", "condition": "Rainy", "high_c": 12.4, "low_c": -0.3},
            ],
        })
        .to_string()
    };
    match (tool, argument) {
        (WEATHER_TOOL, Some("Atlantis")) => json!({"error": "no such place"}).to_string(),
        (WEATHER_TOOL, Some("Utopia")) => "Always fair.".to_owned(),
        (WEATHER_TOOL, Some("Oslo")) => weather("Snowy", -4.0, 90),
        (WEATHER_TOOL, Some("Paris")) => weather("Rainy", 9.0, 80),
        (WEATHER_TOOL, Some("Sampleton")) => weather("Sunny", 20.0, 40).replace("Open-Meteo", "sample data"),
        (WEATHER_TOOL, _) => weather("Cloudy", 18.0, 72),
        (TIME_TOOL, place) => json!({
            "place": place, "timezone": "Asia/Tokyo", "local_time": "2026-11-23T13:05:00+09:00",
            "utc_time": "2026-11-23T04:05:00Z",
        })
        .to_string(),
        _ => "shown".to_owned(),
    }
}

async fn events_of(request: &ModelRequest) -> Vec<ModelEvent> {
    let model = DemoModel::new(DemoSettings { pace: Duration::ZERO });
    model.stream(request.clone()).map(Result::unwrap).collect().await
}

/// The text and the calls of an answer, put together as the tool loop does.
async fn answer(request: &ModelRequest) -> (String, Vec<ToolCall>) {
    let mut text = String::new();
    let mut calls: Vec<ToolCall> = Vec::new();
    for event in events_of(request).await {
        match event {
            ModelEvent::Text(piece) => text += &piece,
            ModelEvent::ToolCall(piece) => {
                if let (Some(id), Some(name)) = (piece.id, piece.name) {
                    assert_eq!(piece.index, calls.len());
                    calls.push(ToolCall { id, name, arguments: String::new() });
                }
                calls[piece.index].arguments += &piece.arguments;
            }
            ModelEvent::Usage(_) | ModelEvent::Finish(_) => {}
            other => panic!("unexpected {other:?}"),
        }
    }
    (text, calls)
}

/// Asks each question in a conversation of its own.
async fn assert_calls(table: &[(&str, &[&str])]) {
    for (question, expected) in table {
        assert_eq!(Chat::new().ask(question).await.calls, *expected, "{question}");
    }
}

/// Asks questions in one conversation, and looks for words in each answer.
async fn assert_talk(table: &[(&str, &[&str], &[&str])]) {
    let mut chat = Chat::new();
    for (question, calls, words) in table {
        let turn = chat.ask(question).await;
        assert_eq!(turn.calls, *calls, "{question}");
        for word in *words {
            assert!(turn.text.contains(word), "no {word:?} in the answer to {question:?}:\n{}", turn.text);
        }
    }
}

#[tokio::test]
async fn weather_is_asked_of_the_tool_however_it_is_worded() {
    assert_calls(&[
        ("What's the weather in Tokyo?", &["get_weather Tokyo"]),
        ("What is the weather in Seattle, WA right now?", &["get_weather Seattle, WA"]),
        ("weather in new york and san francisco", &["get_weather New York", "get_weather San Francisco"]),
        ("Weather for Oslo, Paris and Rome?", &["get_weather Oslo", "get_weather Paris", "get_weather Rome"]),
        ("do I need an umbrella in Bergen", &["get_weather Bergen"]),
        ("how hot is it in Dubai?", &["get_weather Dubai"]),
        ("Is it cold in Helsinki?", &["get_weather Helsinki"]),
        ("will it rain in London tomorrow?", &["get_weather London"]),
        ("What should I wear in Rome today?", &["get_weather Rome"]),
        ("wheather in Berlin pls", &["get_weather Berlin"]),
        ("tell me the temprature of Cairo", &["get_weather Cairo"]),
        ("Lisbon weather", &["get_weather Lisbon"]),
        ("Weather in São Paulo", &["get_weather São Paulo"]),
        ("Wie ist das Wetter in München?", &["get_weather München"]),
        ("東京の天気は？", &["get_weather 東京"]),
        ("Is Paris warmer than London?", &["get_weather Paris", "get_weather London"]),
        ("How's the humidity in Singapore?", &["get_weather Singapore"]),
        ("is it windy in Wellington?", &["get_weather Wellington"]),
        ("what's the forecast for Vienna this weekend", &["get_weather Vienna"]),
        ("Which is warmer, Cairo or Dubai?", &["get_weather Cairo", "get_weather Dubai"]),
        ("what's the temp in miami", &["get_weather Miami"]),
        ("I'm going to Lisbon next week, what should I pack?", &["get_weather Lisbon"]),
        ("I live in Oslo. What's the weather?", &["get_weather Oslo"]),
        ("weather in 94103", &["get_weather 94103"]),
    ])
    .await;
}

#[tokio::test]
async fn the_time_and_the_cities_are_asked_of_their_tools() {
    assert_calls(&[
        ("What's the current time?", &["get_time -"]),
        ("what time is it", &["get_time -"]),
        ("what time is it in Tokyo?", &["get_time Tokyo"]),
        ("time in Europe/Berlin", &["get_time Europe/Berlin"]),
        ("Tokyo time", &["get_time Tokyo"]),
        ("What's today's date?", &["get_time -"]),
        ("weather and time in Lima", &["get_weather Lima", "get_time Lima"]),
        ("Show me available cities", &["show_city_selector -"]),
        ("I'd like to pick a city", &["show_city_selector -"]),
        ("Can you show me a list of cities for the weather?", &["show_city_selector -"]),
        ("What's the weather?", &["show_city_selector -"]),
        ("wheather?", &["show_city_selector -"]),
        ("cities", &["show_city_selector -"]),
        ("time difference between Tokyo and London", &["get_time Tokyo", "get_time London"]),
    ])
    .await;
}

#[tokio::test]
async fn other_talk_calls_no_tool() {
    assert_talk(&[
        ("Hello!", &[], &["built-in demo model", "weather"]),
        ("what can you do?", &[], &["demo model", "OPENAI_API_KEY"]),
        ("are you a human?", &[], &["demo model"]),
        ("thank you!", &[], &["welcome"]),
        ("bye", &[], &["Goodbye"]),
        ("Write a poem about love", &[], &["beyond me", "AZURE_OPENAI_ENDPOINT", "OPENAI_BASE_URL"]),
        ("it was the first time I saw the sea", &[], &["beyond me"]),
        ("", &[], &["demo model"]),
    ])
    .await;
}

#[tokio::test]
async fn weather_is_told_from_the_tool_and_nowhere_else() {
    assert_talk(&[
        (
            "weather in Tokyo",
            &["get_weather Tokyo"],
            &[
                "**Tokyo**: cloudy, **18 °C** (feels like 17 °C)",
                "72 %",
                "14 km/h",
                "**Tue** rainy, 0 to 12 °C",
            ],
        ),
        (
            "weather in Atlantis",
            &["get_weather Atlantis"],
            &["could not get the weather for **Atlantis**: no such place."],
        ),
        ("weather in Utopia", &["get_weather Utopia"], &["Always fair."]),
        ("weather in Sampleton", &["get_weather Sampleton"], &["sample data"]),
        (
            "weather in Tokyo, Oslo and Atlantis",
            &["get_weather Tokyo", "get_weather Oslo", "get_weather Atlantis"],
            &[
                "| Oslo | snowy | −4 °C | 90 % |",
                "**Tokyo** is the warmest at 18 °C, 22 degrees above Oslo",
                "no such place",
            ],
        ),
        ("is it windy in Paris?", &["get_weather Paris"], &["**14 km/h**: a light breeze"]),
        ("what should I wear in Oslo", &["get_weather Oslo"], &["heavy winter coat"]),
    ])
    .await;
    let text = Chat::new().ask("weather in Tokyo").await.text;
    assert!(!text.contains("sample") && !text.contains("demo"), "{text}");
}

#[tokio::test]
async fn follow_ups_are_answered_from_what_was_reported() {
    assert_talk(&[
        ("weather in Paris", &["get_weather Paris"], &["rainy"]),
        ("and in Oslo?", &["get_weather Oslo"], &["snowy"]),
        ("which one is warmer?", &[], &["**Paris** is the warmest at 9 °C, 13 degrees above Oslo (−4 °C)"]),
        ("and colder?", &[], &["**Oslo** is the coldest at −4 °C, 13 degrees below Paris"]),
        ("What about Rome?", &["get_weather Rome"], &["cloudy"]),
        ("and the humidity?", &[], &["**72 %**", "Rome"]),
        ("is that cold?", &[], &["mild", "18 °C"]),
        ("what about tomorrow?", &[], &["**Tue** rainy"]),
        ("do I need an umbrella?", &[], &["No umbrella", "**Tue** rainy"]),
        ("and on Monday?", &[], &["**Mon** sunny, 11 to 20 °C"]),
        ("what time is it there?", &["get_time Rome"], &["13:05"]),
        ("and in Lima?", &["get_time Lima"], &["13:05"]),
        ("Which cities did I ask about?", &[], &["Paris, Oslo, Rome and Lima"]),
    ])
    .await;
}

#[tokio::test]
async fn follow_ups_work_when_only_the_texts_were_kept() {
    let mut chat = Chat::new();
    chat.ask("weather in Paris").await;
    chat.ask("and in Oslo?").await;
    chat.keep_only_texts();
    let turn = chat.ask("which is colder?").await;
    assert_eq!(turn.calls, ["get_weather Paris", "get_weather Oslo"]);
    assert!(turn.text.starts_with("**Oslo** is the coldest"), "{}", turn.text);
}

#[tokio::test]
async fn a_city_may_be_named_alone_once_it_was_asked_for() {
    assert_talk(&[
        ("what's the weather like?", &["show_city_selector -"], &["For which city?"]),
        ("Boston, MA", &["get_weather Boston, MA"], &["cloudy"]),
        ("thanks", &[], &["welcome"]),
        ("what's the weather now?", &["get_weather Boston, MA"], &["cloudy"]),
        ("show me other cities", &["show_city_selector -"], &["pick one"]),
    ])
    .await;
}

#[tokio::test]
async fn the_conversation_is_remembered() {
    assert_talk(&[
        ("what is my name?", &[], &["not told me"]),
        ("My name is Ada Lovelace, nice to meet you", &[], &["Nice to meet you, Ada Lovelace!"]),
        ("weather in Paris", &["get_weather Paris"], &[]),
        ("What's my name?", &[], &["Ada Lovelace"]),
        ("hi", &[], &["Hello, Ada Lovelace!"]),
        ("what did I ask first?", &[], &["“what is my name?”"]),
        ("what did I just ask?", &[], &["“what did I ask first?”"]),
        ("how many questions have I asked?", &[], &["8 messages"]),
    ])
    .await;
}

fn picture(name: &str, rgb: [u8; 3]) -> ContentPart {
    let mut data = Cursor::new(Vec::new());
    RgbImage::from_pixel(40, 20, Rgb(rgb)).write_to(&mut data, ImageFormat::Png).unwrap();
    ContentPart::Image(ImagePart {
        name: name.to_owned(),
        mime_type: "image/png".to_owned(),
        data: Bytes::from(data.into_inner()),
    })
}

#[tokio::test]
async fn pictures_are_described_each_and_later_again() {
    let mut chat = Chat::new();
    let turn = chat.ask("Analyse an image").await;
    assert!(turn.text.contains("no image in this conversation yet"), "{}", turn.text);
    let question = ContentPart::Text("What's in these?".to_owned());
    let turn =
        chat.ask_with(vec![question, picture("a.png", [255, 0, 0]), picture("b.png", [0, 0, 255])]).await;
    for words in
        ["**a.png** is a PNG image of 40 × 20", "red 100 %", "**b.png**", "blue 100 %", "cannot recognise"]
    {
        assert!(turn.text.contains(words), "no {words:?} in:\n{}", turn.text);
    }
    chat.ask("weather in Paris").await;
    let turn = chat.ask("what colours did that picture have?").await;
    assert!(turn.text.contains("**b.png**"), "{}", turn.text);
    let turn = chat
        .ask_with(vec![ContentPart::Text("and the weather in Oslo?".to_owned()), picture("c.png", [9; 3])])
        .await;
    assert_eq!(turn.calls, ["get_weather Oslo"]);
    assert!(turn.text.contains("snowy") && turn.text.contains("**c.png**"), "{}", turn.text);
}

#[tokio::test]
async fn tools_that_are_not_there_are_not_called() {
    for tool_choice in [ToolChoice::None, ToolChoice::Auto] {
        let mut chat = Chat::new();
        if tool_choice == ToolChoice::Auto {
            chat.request.tools = Arc::from([]);
        }
        chat.request.tool_choice = tool_choice;
        for question in ["weather in Oslo", "weather?", "what time is it", "show me cities"] {
            let turn = chat.ask(question).await;
            assert!(turn.calls.is_empty() && !turn.text.is_empty(), "{question}");
        }
    }
}

#[tokio::test]
async fn a_tool_that_must_be_called_is_called() {
    let mut chat = Chat::new();
    chat.request.tool_choice = ToolChoice::Named(CITIES_TOOL.to_owned());
    chat.request.messages.push(ModelMessage::user("hello"));
    let (_, calls) = answer(&chat.request).await;
    assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>(), [CITIES_TOOL]);
}

#[tokio::test]
async fn another_tool_s_result_is_quoted() {
    let mut chat = Chat::new();
    let call = ToolCall { id: "1".to_owned(), name: "lookup".to_owned(), arguments: "{}".to_owned() };
    chat.request.messages = vec![
        ModelMessage::user("hello"),
        ModelMessage::Assistant { text: None, tool_calls: vec![call] },
        ModelMessage::Tool { call_id: "1".to_owned(), content: "42".to_owned() },
    ];
    let (text, calls) = answer(&chat.request).await;
    assert_eq!((text.as_str(), calls.len()), ("The tool `lookup` answered:\n\n42", 0));
}

#[tokio::test]
async fn an_answer_comes_in_pieces_and_ends_with_cost_and_finish() {
    let mut chat = Chat::new();
    chat.request.messages.push(ModelMessage::user("thanks"));
    let events = events_of(&chat.request).await;
    assert_eq!(events[0], ModelEvent::Text("You ".to_owned()));
    assert!(matches!(
        events[events.len() - 2],
        ModelEvent::Usage(Usage { input_tokens: 1, output_tokens: 14.. })
    ));
    assert_eq!(events.last(), Some(&ModelEvent::Finish(FinishReason::Stop)));

    chat.request.max_output_tokens = Some(3);
    let events = events_of(&chat.request).await;
    assert_eq!(events[2], ModelEvent::Text("welcome!".to_owned()));
    assert_eq!(events.last(), Some(&ModelEvent::Finish(FinishReason::Length)));

    chat.request.messages = vec![ModelMessage::user("weather in Oslo and Rome")];
    let events = events_of(&chat.request).await;
    let pieces = events.iter().filter(|event| matches!(event, ModelEvent::ToolCall(_))).count();
    assert!(pieces > 6, "{events:?}");
    assert_eq!(events.last(), Some(&ModelEvent::Finish(FinishReason::ToolCalls)));
}

#[tokio::test(start_paused = true)]
async fn the_first_word_comes_at_once_and_the_others_at_their_pace() {
    let mut chat = Chat::new();
    chat.request.messages.push(ModelMessage::user("thanks"));
    let model = DemoModel::default();
    assert_eq!(model.name(), "demo");
    let begun = tokio::time::Instant::now();
    let mut stream = model.stream(chat.request);
    assert!(stream.next().await.is_some());
    assert!(begun.elapsed().is_zero());
    assert!(stream.next().now_or_never().is_none());
    assert!(stream.next().await.is_some());
    assert_eq!(begun.elapsed(), Duration::from_millis(12));
}

#[tokio::test]
async fn titles_are_given_for_their_purpose() {
    let mut chat = Chat::new();
    chat.request.purpose = Purpose::Title;
    chat.request.messages.push(ModelMessage::user("What's the weather in Tokyo and Oslo?"));
    assert_eq!(answer(&chat.request).await.0, "Weather in Tokyo and Oslo");
}

#[tokio::test]
async fn no_message_breaks_it() {
    for message in [
        "\u{0}",
        "?!,;",
        "in",
        "weather in",
        "and",
        "the the the",
        "'s",
        "I'm",
        "my name is",
        "🙂🙂",
        "in in in for",
    ] {
        let turn = Chat::new().ask(message).await;
        assert!(!turn.text.is_empty(), "{message}");
    }
    assert!(!answer(&ModelRequest::default()).await.0.is_empty());
    let long = "weather in Paris and ".repeat(5000);
    assert_eq!(Chat::new().ask(&long).await.calls, ["get_weather Paris"]);
}
