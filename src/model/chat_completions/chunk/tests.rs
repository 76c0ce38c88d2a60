//! Chunks as servers of many makes send them.

use serde_json::json;

use super::*;
use crate::model::{Citation, CitedSource, ToolCallDelta};

fn a_reader() -> ChunkReader {
    ChunkReader::new(Arc::from([]), "host#m".to_owned())
}

/// The events of a stream of chunks that ends as a healthy one does.
fn read(chunks: &[Value]) -> Vec<ModelEvent> {
    let mut reader = a_reader();
    let mut events = VecDeque::new();
    for chunk in chunks {
        reader.read(&chunk.to_string(), &mut events).unwrap();
    }
    reader.read("[DONE]", &mut events).unwrap();
    reader.end(&mut events).unwrap();
    events.into()
}

fn delta(delta: &Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn finish(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

fn call(index: usize, id: Option<&str>, name: Option<&str>, arguments: &str) -> ModelEvent {
    ModelEvent::ToolCall(ToolCallDelta {
        index,
        id: id.map(str::to_owned),
        name: name.map(str::to_owned),
        arguments: arguments.to_owned(),
    })
}

#[test]
fn azure_s_stream_is_read_and_its_extras_skipped() {
    let events = read(&[
        json!({"choices": [], "created": 0, "id": "", "prompt_filter_results": [{"prompt_index": 0}]}),
        delta(&json!({"role": "assistant", "content": "", "refusal": null})),
        json!({"choices": [{"index": 0, "delta": {"content": "Hi"}, "content_filter_results": {},
               "logprobs": null, "finish_reason": null}], "system_fingerprint": "x", "usage": null}),
        finish("stop"),
        json!({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}}),
    ]);
    assert_eq!(
        events,
        [
            ModelEvent::Text("Hi".to_owned()),
            ModelEvent::Usage(Usage { input_tokens: 12, output_tokens: 3 }),
            ModelEvent::Finish(FinishReason::Stop),
        ]
    );
}

#[test]
fn missing_and_oddly_shaped_fields_are_no_error() {
    let events = read(&[
        json!({}),
        json!({"choices": null}),
        json!({"choices": [{}]}),
        json!({"choices": [{"delta": null}]}),
        json!({"choices": [{"delta": {"content": null, "tool_calls": null}}]}),
        json!({"choices": [{"delta": {"content": [{"type": "text", "text": "A"}, {"type": "x"}]}}], "usage": 3}),
        json!({"choices": [{"index": 1, "delta": {"content": "another"}}, {"index": 0, "delta": {"content": "B"}}]}),
        finish("stop"),
    ]);
    let text = |text: &str| ModelEvent::Text(text.to_owned());
    assert_eq!(events, [text("A"), text("B"), ModelEvent::Finish(FinishReason::Stop)]);
}

#[test]
fn reasoning_and_refusals_are_told_apart_from_text() {
    let events = read(&[
        delta(&json!({"reasoning_content": "Hmm"})),
        delta(&json!({"reasoning": " so"})),
        delta(&json!({"refusal": "No."})),
        finish("stop"),
    ]);
    assert_eq!(
        events,
        [
            ModelEvent::Reasoning("Hmm".to_owned()),
            ModelEvent::Reasoning(" so".to_owned()),
            ModelEvent::Refusal("No.".to_owned()),
            ModelEvent::Finish(FinishReason::Stop),
        ]
    );
}

#[test]
fn citations_are_read_nested_and_flat_and_other_annotations_are_skipped() {
    let events = read(&[
        delta(&json!({"content": "Rain.", "annotations": [
            {"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A", "end_index": 5}},
            {"type": "url_citation", "url": "https://b.example", "end_index": "?"},
            {"type": "url_citation", "url_citation": {"title": "without an address"}},
            {"type": "file_citation", "url": "https://c.example"},
            null,
        ]})),
        delta(&json!({"annotations": "none"})),
        finish("stop"),
    ]);
    let citation = |url: &str, title: Option<&str>, end| {
        let source = CitedSource::Page { url: url.to_owned(), title: title.map(str::to_owned) };
        ModelEvent::Citation(Citation { source, end })
    };
    assert_eq!(
        events,
        [
            ModelEvent::Text("Rain.".to_owned()),
            citation("https://a.example", Some("A"), Some(5)),
            citation("https://b.example", None, None),
            ModelEvent::Finish(FinishReason::Stop),
        ]
    );
}

#[test]
fn every_finish_reason_has_its_name() {
    for (reason, expected) in [
        ("stop", FinishReason::Stop),
        ("tool_calls", FinishReason::ToolCalls),
        ("function_call", FinishReason::ToolCalls),
        ("length", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
        ("weird", FinishReason::Other("weird".to_owned())),
    ] {
        assert_eq!(read(&[finish(reason)]), [ModelEvent::Finish(expected)]);
    }
}

#[test]
fn interleaved_calls_of_openai_keep_their_index() {
    let events = read(&[
        delta(&json!({"tool_calls": [
            {"index": 0, "id": "a", "type": "function", "function": {"name": "get_weather", "arguments": ""}},
            {"index": 1, "id": "b", "type": "function", "function": {"name": "get_time", "arguments": ""}},
        ]})),
        delta(&json!({"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]})),
        delta(&json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"loc"}}]})),
        delta(
            &json!({"tool_calls": [{"index": 0, "id": null, "function": {"name": null, "arguments": "\":1}"}}]}),
        ),
        finish("tool_calls"),
    ]);
    assert_eq!(
        events,
        [
            call(0, Some("a"), Some("get_weather"), ""),
            call(1, Some("b"), Some("get_time"), ""),
            call(1, None, None, "{}"),
            call(0, None, None, "{\"loc"),
            call(0, None, None, "\":1}"),
            ModelEvent::Finish(FinishReason::ToolCalls),
        ]
    );
}

#[test]
fn calls_that_all_claim_index_zero_are_told_apart_by_id() {
    let events = read(&[
        delta(
            &json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}]}),
        ),
        delta(&json!({"tool_calls": [{"index": 0, "id": "b", "function": {"name": "f", "arguments": "{"}}]})),
        delta(&json!({"tool_calls": [{"index": 0, "id": "b", "function": {"name": "f", "arguments": "}"}}]})),
        finish("stop"),
    ]);
    assert_eq!(
        events,
        [
            call(0, Some("a"), Some("f"), "{}"),
            call(1, Some("b"), Some("f"), "{"),
            call(1, None, None, "}"),
            ModelEvent::Finish(FinishReason::ToolCalls),
        ]
    );
}

#[test]
fn calls_without_index_or_id_are_told_apart_by_name_and_given_ids() {
    let events = read(&[
        delta(&json!({"tool_calls": [{"function": {"name": "f", "arguments": {"x": 1}}}]})),
        delta(&json!({"tool_calls": [{"function": {"name": "f", "arguments": "{"}}]})),
        delta(&json!({"tool_calls": [{"function": {"arguments": "}"}}]})),
        finish("tool_calls"),
    ]);
    assert_eq!(
        events[..3],
        [call(0, None, Some("f"), "{\"x\":1}"), call(1, None, Some("f"), "{"), call(1, None, None, "}"),]
    );
    let minted: Vec<&String> = events[3..5]
        .iter()
        .filter_map(|event| match event {
            ModelEvent::ToolCall(ToolCallDelta { id: Some(id), .. }) => Some(id),
            _ => None,
        })
        .collect();
    assert_eq!(minted.len(), 2);
    assert_ne!(minted[0], minted[1]);
    assert_eq!(events[5], ModelEvent::Finish(FinishReason::ToolCalls));
}

#[test]
fn a_whole_completion_is_read_like_one_chunk() {
    let events = read(&[json!({
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello", "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"}},
        ]}, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2},
    })]);
    assert_eq!(
        events,
        [
            ModelEvent::Text("Hello".to_owned()),
            call(0, Some("a"), Some("f"), "{}"),
            call(1, Some("b"), Some("g"), "{}"),
            ModelEvent::Usage(Usage { input_tokens: 1, output_tokens: 2 }),
            ModelEvent::Finish(FinishReason::ToolCalls),
        ]
    );
}

#[test]
fn an_error_inside_the_stream_is_the_provider_s() {
    let mut reader = a_reader();
    let mut events = VecDeque::new();
    for (data, expected) in [
        (r#"{"error":{"message":"overloaded","code":"server_error"}}"#, "overloaded"),
        (r#"{"error":"out of memory"}"#, "out of memory"),
        (r#"{"error":{"param":1}}"#, "param=1"),
    ] {
        let told = reader.read(data, &mut events).unwrap_err().told.expect("it was told");
        assert!(told.says(&[expected]), "{told:?}");
    }
}

#[test]
fn garbage_is_reported_by_its_keys_without_repeating_it() {
    for (data, shape) in [
        ("{\"choices\": [{\"delta\": {\"content\": \"my secr", "43 bytes that are no JSON"),
        ("my secret", "9 bytes that are no JSON"),
        ("[1]", "[number]"),
        ("\"secret\"", "text"),
        (r#"{"choices":[{"delta":["secret"],"a secret":1}]}"#, "{choices: [{delta: [text], ?: number}]}"),
    ] {
        let (mut reader, mut events) = (a_reader(), VecDeque::new());
        reader.read(data, &mut events).unwrap();
        let Err(Failure { error: ModelError::Garbage { reason }, passing: false, .. }) =
            reader.end(&mut events)
        else {
            panic!("{data} was read: {events:?}");
        };
        assert_eq!(reason, format!("nothing in 1 chunks could be read; the first is {shape}"));
    }
}

#[test]
fn a_stream_without_end_is_interrupted_and_a_finish_is_end_enough() {
    let mut events = VecDeque::new();
    let mut reader = a_reader();
    reader.read(&delta(&json!({"content": "Hal"})).to_string(), &mut events).unwrap();
    assert!(matches!(reader.end(&mut events), Err(Failure { error: ModelError::Interrupted { .. }, .. })));

    let mut reader = a_reader();
    assert!(matches!(reader.end(&mut events), Err(Failure { error: ModelError::Interrupted { .. }, .. })));

    let mut reader = a_reader();
    reader.read(&finish("stop").to_string(), &mut events).unwrap();
    assert!(reader.end(&mut events).is_ok());

    let mut reader = a_reader();
    reader.read(r#"{"choices":[{"delta":{"content":"Hi"}}]}"#, &mut events).unwrap();
    reader.read("[DONE]", &mut events).unwrap();
    reader.end(&mut events).unwrap();
    assert_eq!(events.back(), Some(&ModelEvent::Finish(FinishReason::Stop)));
}
