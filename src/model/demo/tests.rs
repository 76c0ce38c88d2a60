//! The demo model as a [`Model`]: how its answers are streamed, and its look at real pixels.

use std::{io::Cursor, sync::Arc};

use bytes::Bytes;
use chatkit_demo_model::{CITIES_TOOL, TIME_TOOL, WEATHER_TOOL};
use futures_util::FutureExt;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;

use super::*;
use crate::model::{FileContent, FilePart, FileText, ToolCall, ToolChoice, ToolSpec};

fn tool(name: &str) -> ToolSpec {
    ToolSpec { name: name.to_owned(), description: String::new(), parameters: json!({"type": "object"}) }
}

/// A conversation with all tools at hand.
fn request(messages: Vec<ModelMessage>) -> ModelRequest {
    let tools: Vec<ToolSpec> = [WEATHER_TOOL, TIME_TOOL, CITIES_TOOL].map(tool).into();
    ModelRequest { messages, tools: Arc::from(tools), ..ModelRequest::default() }
}

async fn events_of(request: &ModelRequest) -> Vec<ModelEvent> {
    let model = DemoModel::new(DemoSettings { pace: Duration::ZERO });
    model.stream(request.clone()).map(Result::unwrap).collect().await
}

async fn text_of(request: &ModelRequest) -> String {
    let pieces = events_of(request).await.into_iter().filter_map(|event| match event {
        ModelEvent::Text(piece) => Some(piece),
        _ => None,
    });
    pieces.collect()
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
async fn pictures_are_described_each_from_its_pixels() {
    let question = ContentPart::Text("What's in these?".to_owned());
    let parts = vec![question, picture("a.png", [255, 0, 0]), picture("b.png", [0, 0, 255])];
    let text = text_of(&request(vec![ModelMessage::User(parts)])).await;
    for words in
        ["**a.png** is a PNG image of 40 × 20", "red 100 %", "**b.png**", "blue 100 %", "cannot recognise"]
    {
        assert!(text.contains(words), "no {words:?} in:\n{text}");
    }
}

#[tokio::test]
async fn files_are_told_of_as_they_are_seen() {
    let file = |name: &str, content| {
        let (name, mime_type) = (name.to_owned(), "text/plain".to_owned());
        ContentPart::File(FilePart { name, mime_type, content })
    };
    let lines = FileText { text: "one\ntwo".into(), whole_bytes: 7, num_lines: 2 };
    let parts = vec![
        file("a.txt", FileContent::Text(lines)),
        file("b.pdf", FileContent::Pdf(Bytes::from_static(b"%PDF"))),
        file("c.bin", FileContent::Withheld { reason: "it is not text".to_owned() }),
    ];
    let text = text_of(&request(vec![ModelMessage::User(parts)])).await;
    for words in ["a text of 7 bytes in 2 lines", "    two", "a PDF document of 4 bytes", "it is not text."] {
        assert!(text.contains(words), "no {words:?} in:\n{text}");
    }
}

#[tokio::test]
async fn tools_and_their_results_are_seen() {
    let mut request = request(vec![ModelMessage::user("hello")]);
    request.tool_choice = ToolChoice::Named(CITIES_TOOL.to_owned());
    let events = events_of(&request).await;
    let ModelEvent::ToolCall(ToolCallDelta { id: Some(id), name: Some(name), .. }) = &events[0] else {
        panic!("no call in {events:?}");
    };
    assert_eq!(name, CITIES_TOOL);

    request.tool_choice = ToolChoice::Auto;
    let call = ToolCall { id: id.clone(), name: "lookup".to_owned(), arguments: "{}".to_owned() };
    request.messages.push(ModelMessage::calls([call]));
    request.messages.push(ModelMessage::Tool {
        call_id: id.clone(),
        name: "lookup".to_owned(),
        content: "42".to_owned(),
    });
    assert_eq!(text_of(&request).await, "The tool `lookup` answered:\n\n42");
}

#[tokio::test]
async fn an_answer_comes_in_pieces_and_ends_with_cost_and_finish() {
    let mut request = request(vec![ModelMessage::user("thanks")]);
    let events = events_of(&request).await;
    assert_eq!(events[0], ModelEvent::Text("You ".to_owned()));
    assert!(matches!(
        events[events.len() - 2],
        ModelEvent::Usage(Usage { input_tokens: 1, output_tokens: 14.. })
    ));
    assert_eq!(events.last(), Some(&ModelEvent::Finish(FinishReason::Stop)));

    request.options.max_output_tokens = Some(3);
    let events = events_of(&request).await;
    assert_eq!(events[2], ModelEvent::Text("welcome!".to_owned()));
    assert_eq!(events.last(), Some(&ModelEvent::Finish(FinishReason::Length)));

    request.messages = vec![ModelMessage::user("weather in Oslo and Rome")];
    let events = events_of(&request).await;
    let pieces = events.iter().filter(|event| matches!(event, ModelEvent::ToolCall(_))).count();
    assert!(pieces > 6, "{events:?}");
    assert_eq!(events.last(), Some(&ModelEvent::Finish(FinishReason::ToolCalls)));
}

#[tokio::test(start_paused = true)]
async fn the_first_word_comes_at_once_and_the_others_at_their_pace() {
    let request = request(vec![ModelMessage::user("thanks")]);
    let model = DemoModel::default();
    assert_eq!(model.name(), "demo");
    let begun = tokio::time::Instant::now();
    let mut stream = model.stream(request);
    assert!(stream.next().await.is_some());
    assert!(begun.elapsed().is_zero());
    assert!(stream.next().now_or_never().is_none());
    assert!(stream.next().await.is_some());
    assert_eq!(begun.elapsed(), Duration::from_millis(12));
}

#[tokio::test]
async fn titles_are_given_for_their_purpose() {
    let mut request = request(vec![ModelMessage::user("What's the weather in Tokyo and Oslo?")]);
    request.purpose = Purpose::Title;
    assert_eq!(text_of(&request).await, "Weather in Tokyo and Oslo");
}

#[tokio::test]
async fn the_words_of_a_widget_are_no_wishes_of_the_user() {
    let card = "The user was shown this widget:\n<Widget>Tokyo\nLocal time\n21:38\nHumidity</Widget>";
    let request = request(vec![
        ModelMessage::user("What is the weather like in Tokyo?"),
        ModelMessage::assistant("It is 12 °C in Tokyo."),
        ModelMessage::User(vec![
            ContentPart::Note(card.to_owned()),
            ContentPart::Text("And in Paris?".to_owned()),
        ]),
    ]);
    let events = events_of(&request).await;
    let ModelEvent::ToolCall(ToolCallDelta { name: Some(name), .. }) = &events[0] else {
        panic!("no call in {events:?}");
    };
    assert_eq!(name, WEATHER_TOOL);
}
