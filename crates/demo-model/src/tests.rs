//! Conversations with the demo model, its tools played by a few lines here.

use serde_json::{Value, json};

use super::*;

const TOOLS: &[&str] = &[WEATHER_TOOL, TIME_TOOL, CITIES_TOOL];

/// The outcome of one question.
struct Turn {
    /// The calls as `get_weather Tokyo`.
    calls: Vec<String>,
    text: String,
    pictures: Vec<PictureId>,
}

/// A message of a [`Chat`], as a [`Message`] that owns its words.
enum Said {
    User(String, Vec<PictureId>),
    Assistant(Option<String>, Vec<(String, Call)>),
    Tool(String, String),
}

impl Said {
    fn as_message(&self) -> Message<'_> {
        match self {
            Self::User(text, pictures) => {
                let pictures = pictures.iter().copied().map(Part::Picture);
                Message::User(std::iter::once(Part::Text(text)).chain(pictures).collect())
            }
            Self::Assistant(text, calls) => Message::Assistant {
                text: text.as_deref(),
                calls: calls
                    .iter()
                    .map(|(id, call)| ToolCall { id, name: call.name, arguments: &call.arguments })
                    .collect(),
            },
            Self::Tool(call_id, content) => Message::Tool { call_id, content },
        }
    }
}

/// A conversation with all tools at hand.
struct Chat {
    said: Vec<Said>,
    tools: &'static [&'static str],
    tool_choice: ToolChoice<'static>,
}

impl Chat {
    fn new() -> Self {
        Self { said: Vec::new(), tools: TOOLS, tool_choice: ToolChoice::Auto }
    }

    fn ask(&mut self, text: &str) -> Turn {
        self.ask_with(text, &[])
    }

    fn ask_with(&mut self, text: &str, pictures: &[PictureId]) -> Turn {
        self.said.push(Said::User(text.to_owned(), pictures.to_vec()));
        let mut calls = Vec::new();
        loop {
            let messages = self.said.iter().map(Said::as_message).collect();
            match respond(&Sight { messages, tools: self.tools, tool_choice: self.tool_choice }) {
                Reply::Say(paragraphs) => {
                    let (text, pictures) = read(&paragraphs);
                    self.said.push(Said::Assistant(Some(text.clone()), Vec::new()));
                    return Turn { calls, text, pictures };
                }
                Reply::Call(made) => {
                    let first_id = self.said.len();
                    let ids = (first_id..).map(|id| id.to_string());
                    let made: Vec<(String, Call)> = ids.zip(made).collect();
                    let results: Vec<Said> = made
                        .iter()
                        .map(|(id, call)| {
                            let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
                            let argument =
                                arguments.as_object().unwrap().values().next().and_then(Value::as_str);
                            calls.push(format!("{} {}", call.name, argument.unwrap_or("-")));
                            Said::Tool(id.clone(), played(call.name, argument))
                        })
                        .collect();
                    self.said.push(Said::Assistant(None, made));
                    self.said.extend(results);
                }
            }
        }
    }

    /// Forgets the calls of tools and their results, like a thread that keeps only texts.
    fn keep_only_texts(&mut self) {
        self.said.retain(|said| matches!(said, Said::User(..) | Said::Assistant(Some(_), _)));
    }
}

/// The text of an answer, and the pictures that it describes.
fn read(paragraphs: &[Paragraph]) -> (String, Vec<PictureId>) {
    let mut texts = Vec::new();
    let mut pictures = Vec::new();
    for paragraph in paragraphs {
        match paragraph {
            Paragraph::Text(text) => texts.push(text.as_str()),
            Paragraph::Pictures(named) => pictures.extend_from_slice(named),
        }
    }
    (texts.join("\n\n"), pictures)
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

/// Asks each question in a conversation of its own.
fn assert_calls(table: &[(&str, &[&str])]) {
    for (question, expected) in table {
        assert_eq!(Chat::new().ask(question).calls, *expected, "{question}");
    }
}

/// Asks questions in one conversation, and looks for words in each answer.
fn assert_talk(table: &[(&str, &[&str], &[&str])]) {
    let mut chat = Chat::new();
    for (question, calls, words) in table {
        let turn = chat.ask(question);
        assert_eq!(turn.calls, *calls, "{question}");
        for word in *words {
            assert!(turn.text.contains(word), "no {word:?} in the answer to {question:?}:\n{}", turn.text);
        }
    }
}

#[test]
fn weather_is_asked_of_the_tool_however_it_is_worded() {
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
    ]);
}

#[test]
fn the_time_and_the_cities_are_asked_of_their_tools() {
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
    ]);
}

#[test]
fn other_talk_calls_no_tool() {
    assert_talk(&[
        ("Hello!", &[], &["built-in demo model", "weather"]),
        ("what can you do?", &[], &["demo model", "OPENAI_API_KEY"]),
        ("are you a human?", &[], &["demo model"]),
        ("thank you!", &[], &["welcome"]),
        ("bye", &[], &["Goodbye"]),
        ("Write a poem about love", &[], &["beyond me", "AZURE_OPENAI_ENDPOINT", "OPENAI_BASE_URL"]),
        ("it was the first time I saw the sea", &[], &["beyond me"]),
        ("", &[], &["demo model"]),
    ]);
}

#[test]
fn weather_is_told_from_the_tool_and_nowhere_else() {
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
    ]);
    let text = Chat::new().ask("weather in Tokyo").text;
    assert!(!text.contains("sample") && !text.contains("demo"), "{text}");
}

#[test]
fn follow_ups_are_answered_from_what_was_reported() {
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
    ]);
}

#[test]
fn follow_ups_work_when_only_the_texts_were_kept() {
    let mut chat = Chat::new();
    chat.ask("weather in Paris");
    chat.ask("and in Oslo?");
    chat.keep_only_texts();
    let turn = chat.ask("which is colder?");
    assert_eq!(turn.calls, ["get_weather Paris", "get_weather Oslo"]);
    assert!(turn.text.starts_with("**Oslo** is the coldest"), "{}", turn.text);
}

#[test]
fn a_city_may_be_named_alone_once_it_was_asked_for() {
    assert_talk(&[
        ("what's the weather like?", &["show_city_selector -"], &["For which city?"]),
        ("Boston, MA", &["get_weather Boston, MA"], &["cloudy"]),
        ("thanks", &[], &["welcome"]),
        ("what's the weather now?", &["get_weather Boston, MA"], &["cloudy"]),
        ("show me other cities", &["show_city_selector -"], &["pick one"]),
    ]);
}

#[test]
fn the_conversation_is_remembered() {
    assert_talk(&[
        ("what is my name?", &[], &["not told me"]),
        ("My name is Ada Lovelace, nice to meet you", &[], &["Nice to meet you, Ada Lovelace!"]),
        ("weather in Paris", &["get_weather Paris"], &[]),
        ("What's my name?", &[], &["Ada Lovelace"]),
        ("hi", &[], &["Hello, Ada Lovelace!"]),
        ("what did I ask first?", &[], &["“what is my name?”"]),
        ("what did I just ask?", &[], &["“what did I ask first?”"]),
        ("how many questions have I asked?", &[], &["8 messages"]),
    ]);
}

#[test]
fn pictures_are_named_for_their_description_and_later_again() {
    let mut chat = Chat::new();
    let turn = chat.ask("Analyse an image");
    assert!(turn.text.contains("no image in this conversation yet"), "{}", turn.text);
    let turn = chat.ask_with("What's in these?", &[PictureId(0), PictureId(1)]);
    assert_eq!(turn.pictures, [PictureId(0), PictureId(1)]);
    assert!(turn.text.contains("cannot recognise"), "{}", turn.text);
    chat.ask("weather in Paris");
    let turn = chat.ask("what colours did that picture have?");
    assert_eq!(turn.pictures, [PictureId(0), PictureId(1)]);
    let turn = chat.ask_with("and the weather in Oslo?", &[PictureId(2)]);
    assert_eq!(
        (turn.calls.as_slice(), turn.pictures.as_slice()),
        (&["get_weather Oslo".to_owned()][..], &[PictureId(2)][..])
    );
    assert!(turn.text.contains("snowy"), "{}", turn.text);
}

#[test]
fn tools_that_are_not_there_are_not_called() {
    for tool_choice in [ToolChoice::None, ToolChoice::Auto] {
        let mut chat = Chat::new();
        if tool_choice == ToolChoice::Auto {
            chat.tools = &[];
        }
        chat.tool_choice = tool_choice;
        for question in ["weather in Oslo", "weather?", "what time is it", "show me cities"] {
            let turn = chat.ask(question);
            assert!(turn.calls.is_empty() && !turn.text.is_empty(), "{question}");
        }
    }
}

#[test]
fn a_tool_that_must_be_called_is_called() {
    let sight = Sight {
        messages: vec![Message::user("hello")],
        tools: TOOLS,
        tool_choice: ToolChoice::Named(CITIES_TOOL),
    };
    assert_eq!(respond(&sight), Reply::Call(vec![Call { name: CITIES_TOOL, arguments: "{}".to_owned() }]));
}

#[test]
fn another_tool_s_result_is_quoted() {
    let messages = vec![
        Message::user("hello"),
        Message::Assistant { text: None, calls: vec![ToolCall { id: "1", name: "lookup", arguments: "{}" }] },
        Message::Tool { call_id: "1", content: "42" },
    ];
    let quoted = Paragraph::Text("The tool `lookup` answered:\n\n42".to_owned());
    assert_eq!(respond(&Sight { messages, tools: TOOLS, ..Sight::default() }), Reply::Say(vec![quoted]));
}

#[test]
fn no_message_breaks_it() {
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
        let turn = Chat::new().ask(message);
        assert!(!turn.text.is_empty(), "{message}");
    }
    assert!(matches!(respond(&Sight::default()), Reply::Say(paragraphs) if !paragraphs.is_empty()));
    let long = "weather in Paris and ".repeat(5000);
    assert_eq!(Chat::new().ask(&long).calls, ["get_weather Paris"]);
}
