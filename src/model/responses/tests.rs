//! What is asked in the Responses API, and how each answer is read.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{body::Body, request::request_body};
use crate::model::{
    ApprovalRequest, AssistantPart, Caller, Citation, CitedSource, ContentPart, FileContent, FilePart,
    FinishReason, GenerationOptions, HostedCall, HostedState, HostedWork, ImagePart, ModelError, ModelEvent,
    ModelMessage, ModelRequest, PictureEvent, ProviderItem, Purpose, ToolCall, ToolCallDelta, ToolChoice,
    ToolSpec, Usage,
    call::{Asked, Reader},
    quirks::Quirks,
};

const ORIGIN: &str = "api.example/responses#gpt";

mod requests {
    use super::*;

    fn body_with(request: &ModelRequest, quirks: Quirks) -> Value {
        let asked = Asked { request, model: "gpt", origin: ORIGIN, quirks };
        serde_json::from_slice(&request_body(&asked).unwrap()).unwrap()
    }

    fn body(request: &ModelRequest) -> Value {
        body_with(request, Quirks::default())
    }

    fn item(value: Value) -> AssistantPart {
        AssistantPart::Provider(ProviderItem { origin: ORIGIN.to_owned(), value })
    }

    fn input(messages: Vec<ModelMessage>) -> Value {
        body(&ModelRequest { messages, ..ModelRequest::default() })["input"].take()
    }

    fn weather_tool() -> Arc<[ToolSpec]> {
        Arc::from([ToolSpec {
            name: "get_weather".to_owned(),
            description: "Tells the weather.".to_owned(),
            parameters: json!({"type": "object"}),
        }])
    }

    fn weather_call(id: &str) -> ToolCall {
        ToolCall {
            id: id.to_owned(),
            name: "get_weather".to_owned(),
            arguments: r#"{"location":"Oslo"}"#.to_owned(),
        }
    }

    /// A conversation with a bit of everything.
    fn conversation(reasoning: Value) -> ModelRequest {
        ModelRequest {
            messages: vec![
                ModelMessage::System("Be kind.".to_owned()),
                ModelMessage::user("Weather in \"Zürich\"?"),
                ModelMessage::Assistant(vec![item(reasoning), AssistantPart::Call(weather_call("call_1"))]),
                ModelMessage::Tool {
                    call_id: "call_1".to_owned(),
                    name: "get_weather".to_owned(),
                    content: "12 °C".to_owned(),
                },
                ModelMessage::assistant("It is 12 °C."),
                ModelMessage::User(vec![
                    ContentPart::Text("And these?".to_owned()),
                    ContentPart::Image(ImagePart {
                        name: "a.png".to_owned(),
                        mime_type: "image/png".to_owned(),
                        data: Bytes::from_static(&[0xfb, 0xff, 0x00, 0x01]),
                    }),
                    ContentPart::File(FilePart {
                        name: "a.pdf".to_owned(),
                        mime_type: "application/pdf".to_owned(),
                        content: FileContent::Pdf(Bytes::from_static(b"%PDF-1.7")),
                    }),
                ]),
            ],
            tools: weather_tool(),
            options: GenerationOptions {
                temperature: Some(0.5),
                top_p: Some(0.9),
                max_output_tokens: Some(500),
                reasoning_effort: Some("low".to_owned()),
                verbosity: Some("high".to_owned()),
                service_tier: Some("flex".to_owned()),
                ..GenerationOptions::default()
            },
            caller: Caller { thread: Some("t".to_owned()), user: Some("u".to_owned()) },
            ..ModelRequest::default()
        }
    }

    #[test]
    fn a_whole_conversation_is_written_as_the_protocol_says() {
        let reasoning = json!({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"});
        assert_eq!(
            body(&conversation(reasoning.clone())),
            json!({
                "model": "gpt",
                "instructions": "Be kind.",
                "input": [
                    {"type": "message", "role": "user", "content": "Weather in \"Zürich\"?"},
                    reasoning,
                    {
                        "type": "function_call", "call_id": "call_1",
                        "name": "get_weather", "arguments": "{\"location\":\"Oslo\"}",
                    },
                    {"type": "function_call_output", "call_id": "call_1", "output": "12 °C"},
                    {
                        "type": "message", "role": "assistant",
                        "id": "msg_00000000000000000000000000000004", "status": "completed",
                        "content": [{"type": "output_text", "text": "It is 12 °C.", "annotations": []}],
                    },
                    {"type": "message", "role": "user", "content": [
                        {"type": "input_text", "text": "And these?"},
                        {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,+/8AAQ=="},
                        {
                            "type": "input_file", "filename": "a.pdf",
                            "file_data": "data:application/pdf;base64,JVBERi0xLjc=",
                        },
                    ]},
                ],
                "tools": [{
                    "type": "function", "name": "get_weather", "description": "Tells the weather.",
                    "parameters": {"type": "object"}, "strict": false,
                }],
                "stream": true,
                "store": false,
                "include": ["reasoning.encrypted_content"],
                "reasoning": {"effort": "low", "summary": "auto"},
                "text": {"verbosity": "high"},
                "max_output_tokens": 500,
                "temperature": 0.5,
                "top_p": 0.9,
                "service_tier": "flex",
                "prompt_cache_key": "t",
                "safety_identifier": "u",
            })
        );
    }

    #[test]
    fn what_a_model_refuses_is_not_written() {
        let request = ModelRequest::default();
        let plain = body(&request);
        assert_eq!(plain["include"], json!(["reasoning.encrypted_content"]));
        assert_eq!(plain["reasoning"], json!({"summary": "auto"}));
        let after = |quirks: Quirks, reason: &str| quirks.after(reason).unwrap_or_else(|| panic!("{reason}"));
        let quirks = after(Quirks::default(), "Encrypted content is not supported with this model.");
        let quirks = after(
            quirks,
            "Your organization must be verified to generate reasoning summaries. (unsupported_value)",
        );
        assert_eq!(
            body_with(&request, quirks),
            json!({"model": "gpt", "input": [], "stream": true, "store": false})
        );
    }

    #[test]
    fn items_that_a_server_no_longer_understands_stay_out_but_permissions_go_back() {
        let messages = vec![ModelMessage::Assistant(vec![
            item(json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "old"})),
            item(json!({"type": "mcp_approval_request", "id": "mcpr_1"})),
            item(json!({"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": true})),
        ])];
        let request = ModelRequest { messages, ..ModelRequest::default() };
        assert_eq!(body(&request)["input"].as_array().unwrap().len(), 3);
        let quirks = Quirks::default()
            .after("The encrypted content could not be verified. (invalid_encrypted_content)");
        let body = body_with(&request, quirks.unwrap());
        let kinds: Vec<_> = body["input"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
        assert_eq!(kinds, ["mcp_approval_request", "mcp_approval_response"]);
    }

    #[test]
    fn what_is_said_extra_wins_and_comes_last() {
        let extra = json!({"store": true, "truncation": "auto", "reasoning": {"effort": "high"}});
        let options =
            GenerationOptions { extra: extra.as_object().unwrap().clone(), ..GenerationOptions::default() };
        let request = ModelRequest { options, ..ModelRequest::default() };
        let asked = Asked { request: &request, model: "gpt", origin: ORIGIN, quirks: Quirks::default() };
        let written = String::from_utf8(request_body(&asked).unwrap()).unwrap();
        assert_eq!(
            written,
            concat!(
                r#"{"model":"gpt","input":[],"stream":true,"include":["reasoning.encrypted_content"],"#,
                r#""store":true,"truncation":"auto","reasoning":{"effort":"high"}}"#
            )
        );
    }

    #[test]
    fn reasoning_goes_back_only_to_its_origin_and_only_with_what_it_led_to() {
        let reasoning = |id: &str| json!({"type": "reasoning", "id": id, "encrypted_content": "x"});
        let foreign = AssistantPart::Provider(ProviderItem {
            origin: "elsewhere".to_owned(),
            value: reasoning("rs_9"),
        });
        let text = || AssistantPart::Text("Hm.".to_owned());
        let written = input(vec![
            ModelMessage::Assistant(vec![foreign, item(reasoning("rs_1")), text(), item(reasoning("rs_2"))]),
            ModelMessage::user("Well?"),
            ModelMessage::Assistant(vec![item(reasoning("rs_3")), item(reasoning("rs_4"))]),
        ]);
        let ids: Vec<_> = written.as_array().unwrap().iter().map(|item| &item["id"]).collect();
        assert_eq!(ids, [&json!("rs_1"), &json!("msg_00000000000000000000000000000001"), &Value::Null]);
    }

    #[test]
    fn a_question_for_permission_goes_only_with_its_answer() {
        let asked = |id: &str| json!({"type": "mcp_approval_request", "id": id, "name": "send"});
        let answered =
            |id: &str| json!({"type": "mcp_approval_response", "approval_request_id": id, "approve": true});
        let reasoning = json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "x"});
        let written = input(vec![
            ModelMessage::Assistant(vec![item(asked("mcpr_1"))]),
            ModelMessage::Assistant(vec![item(answered("mcpr_1")), item(answered("mcpr_0"))]),
            ModelMessage::Assistant(vec![item(reasoning), item(asked("mcpr_2"))]),
        ]);
        assert_eq!(written, json!([asked("mcpr_1"), answered("mcpr_1")]));
    }

    #[test]
    fn the_provider_s_own_tools_are_offered_but_not_for_a_title() {
        let hosted = json!([{"type": "web_search"}, {"type": "file_search", "vector_store_ids": ["vs_1"]}]);
        let options = GenerationOptions {
            hosted_tools: Some(hosted.as_array().unwrap().clone()),
            ..GenerationOptions::default()
        };
        let request = ModelRequest { options, tools: weather_tool(), ..ModelRequest::default() };
        let body_of_choice = |choice: &str, purpose| {
            let tool_choice = ToolChoice::Named(choice.to_owned());
            body(&ModelRequest { tool_choice, purpose, ..request.clone() })
        };
        let answer = body_of_choice("web_search", Purpose::Answer);
        assert_eq!(answer["tools"].as_array().unwrap()[1..], *hosted.as_array().unwrap());
        assert_eq!(answer["tool_choice"], json!({"type": "web_search"}));
        assert_eq!(
            answer["include"],
            json!([
                "reasoning.encrypted_content",
                "web_search_call.action.sources",
                "file_search_call.results"
            ])
        );
        let function = body_of_choice("get_weather", Purpose::Answer);
        assert_eq!(function["tool_choice"], json!({"type": "function", "name": "get_weather"}));
        assert_eq!(body_of_choice("web_search", Purpose::Title)["tools"].as_array().unwrap().len(), 1);
        let tool_choice = ToolChoice::Required;
        assert_eq!(body(&ModelRequest { tool_choice, ..request.clone() })["tool_choice"], "required");
        assert_eq!(body(&request).get("tool_choice"), None);
    }

    #[test]
    fn ids_of_calls_of_other_models_are_shortened_and_still_match() {
        let long = "call_".to_owned() + &"x".repeat(100);
        let written = input(vec![
            ModelMessage::calls([weather_call(&long)]),
            ModelMessage::Tool { call_id: long, name: "get_weather".to_owned(), content: "12".to_owned() },
        ]);
        assert_eq!(written[0]["call_id"], written[1]["call_id"]);
        assert_eq!(written[0]["call_id"].as_str().unwrap().len(), 37);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are passed")]
mod answers {
    use super::*;

    type Read = (Vec<ModelEvent>, Result<(), ModelError>);

    /// Reads a body that comes in these pieces.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Read {
        let mut body = Body::new(ORIGIN, 1 << 20);
        let mut events = VecDeque::new();
        let taken = pieces.into_iter().try_for_each(|piece| body.take(piece, &mut events));
        let outcome = taken.and_then(|()| body.end(&mut events)).map_err(|failure| failure.error);
        (events.into(), outcome)
    }

    /// The frames of a stream, as servers write them.
    fn stream(events: &[Value]) -> Vec<u8> {
        let frame = |(number, event): (usize, &Value)| {
            let mut event = event.clone();
            event["sequence_number"] = number.into();
            format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default())
        };
        events.iter().enumerate().map(frame).collect::<String>().into_bytes()
    }

    fn events(of: &[Value]) -> Vec<ModelEvent> {
        let (events, outcome) = read([stream(of).as_slice()]);
        outcome.unwrap_or_else(|error| panic!("{error}"));
        events
    }

    fn added(index: u64, item: Value) -> Value {
        json!({"type": "response.output_item.added", "output_index": index, "item": item})
    }

    fn done(index: u64, item: Value) -> Value {
        json!({"type": "response.output_item.done", "output_index": index, "item": item})
    }

    fn delta(index: u64, text: &str) -> Value {
        json!({
            "type": "response.output_text.delta", "item_id": format!("item_{index}"), "output_index": index,
            "content_index": 0, "delta": text, "logprobs": [], "obfuscation": "xyz",
        })
    }

    fn summary(index: u64, part: u64, text: &str) -> Value {
        json!({
            "type": "response.reasoning_summary_text.delta", "item_id": format!("item_{index}"),
            "output_index": index, "summary_index": part, "delta": text,
        })
    }

    fn message(text: &str) -> Value {
        let part = json!({"type": "output_text", "text": text, "annotations": []});
        json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]})
    }

    fn call(id: &str, arguments: &str) -> Value {
        json!({
            "type": "function_call", "id": format!("fc_{id}"), "call_id": id, "name": "get_weather",
            "arguments": arguments, "status": "completed",
        })
    }

    fn completed(output: Value) -> Value {
        let usage = json!({
            "input_tokens": 9, "output_tokens": 3, "total_tokens": 12,
            "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
        });
        let response = json!({"id": "resp_1", "object": "response", "status": "completed", "error": null,
            "incomplete_details": null, "output": output, "usage": usage});
        json!({"type": "response.completed", "response": response})
    }

    fn incomplete(reason: &str) -> Value {
        let response =
            json!({"status": "incomplete", "incomplete_details": {"reason": reason}, "output": []});
        json!({"type": "response.incomplete", "response": response})
    }

    fn say(text: &str) -> ModelEvent {
        ModelEvent::Text(text.to_owned())
    }

    fn think(text: &str) -> ModelEvent {
        ModelEvent::Reasoning(text.to_owned())
    }

    fn carried(value: Value) -> ModelEvent {
        ModelEvent::ProviderItem(ProviderItem { origin: ORIGIN.to_owned(), value })
    }

    fn called(index: usize, id: &str, arguments: &str) -> ModelEvent {
        ModelEvent::ToolCall(ToolCallDelta {
            index,
            id: Some(id.to_owned()),
            name: Some("get_weather".to_owned()),
            arguments: arguments.to_owned(),
        })
    }

    fn cost() -> ModelEvent {
        ModelEvent::Usage(Usage { input_tokens: 9, output_tokens: 3 })
    }

    fn hosted(id: &str, state: HostedState, work: HostedWork) -> ModelEvent {
        ModelEvent::Hosted(HostedCall { id: id.to_owned(), state, work })
    }

    /// A response with a bit of everything.
    fn everything() -> Vec<Value> {
        let reasoning = json!({
            "type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA",
            "summary": [{"type": "summary_text", "text": "**Looking**\n\nIs it…"}, {"type": "summary_text", "text": "Cold?"}],
        });
        let search = |status: &str, action: Value| json!({"type": "web_search_call", "id": "ws_1", "status": status, "action": action});
        let found = json!({
            "type": "search", "query": "weather", "queries": ["weather", "oslo"],
            "sources": [{"type": "url", "url": "https://yr.no"}],
        });
        vec![
            json!({"type": "response.created", "response": {"status": "in_progress", "output": []}}),
            json!({"type": "response.in_progress", "response": {"status": "in_progress"}}),
            added(0, json!({"type": "reasoning", "id": "rs_1", "summary": []})),
            json!({"type": "response.reasoning_summary_part.added", "output_index": 0, "summary_index": 0}),
            summary(0, 0, "**Looking**\n\n"),
            summary(0, 0, "Is it…"),
            summary(0, 1, "Cold?"),
            done(0, reasoning),
            added(1, search("in_progress", Value::Null)),
            json!({"type": "response.web_search_call.searching", "output_index": 1, "item_id": "ws_1"}),
            done(1, search("completed", found)),
            added(2, json!({"type": "message", "id": "item_2", "role": "assistant", "content": []})),
            delta(2, "Ça va: "),
            delta(2, "“cold” 東京."),
            json!({
                "type": "response.output_text.annotation.added", "output_index": 2, "content_index": 0,
                "annotation_index": 0, "annotation": {
                    "type": "url_citation", "start_index": 0, "end_index": 13, "url": "https://yr.no", "title": "Yr",
                },
            }),
            json!({"type": "response.output_text.done", "output_index": 2, "content_index": 0, "text": "Ça va: “cold” 東京."}),
            added(3, call("call_1", "")),
            json!({"type": "response.function_call_arguments.delta", "output_index": 3, "delta": "{\"locat"}),
            json!({"type": "response.function_call_arguments.done", "output_index": 3, "arguments": "{}"}),
            done(3, call("call_1", r#"{"location":"東京"}"#)),
            completed(json!([])),
        ]
    }

    fn all_of_it() -> Vec<ModelEvent> {
        let of = everything();
        let search = |queries: &[&str], pages: &[&str]| HostedWork::WebSearch {
            queries: queries.iter().map(|&query| query.to_owned()).collect(),
            pages: pages.iter().map(|&page| page.to_owned()).collect(),
        };
        vec![
            think("**Looking**\n\n"),
            think("Is it…"),
            ModelEvent::NextThought,
            think("Cold?"),
            hosted("ws_1", HostedState::Running, search(&[], &[])),
            carried(of[7]["item"].clone()),
            carried(of[10]["item"].clone()),
            hosted("ws_1", HostedState::Completed, search(&["weather", "oslo"], &["https://yr.no"])),
            say("Ça va: "),
            say("“cold” 東京."),
            ModelEvent::Citation(Citation {
                source: CitedSource::Page { url: "https://yr.no".to_owned(), title: Some("Yr".to_owned()) },
                end: Some(13),
            }),
            called(0, "call_1", r#"{"location":"東京"}"#),
            cost(),
            ModelEvent::Finish(FinishReason::ToolCalls),
        ]
    }

    #[test]
    fn a_response_with_a_bit_of_everything_is_read() {
        assert_eq!(events(&everything()), all_of_it());
    }

    #[test]
    fn a_stream_cut_at_every_byte_gives_what_came_and_says_that_it_broke_off() {
        let bytes = stream(&everything());
        let all = all_of_it();
        for cut in 0..bytes.len() {
            let (events, outcome) = read([&bytes[..cut]]);
            match outcome {
                Ok(()) => {
                    assert!(cut >= bytes.len() - 2, "only the blank line may be missing: cut at {cut}");
                    assert_eq!(events, all);
                }
                Err(ModelError::Interrupted { .. }) => {
                    assert_eq!(events, all[..events.len()], "cut at {cut}");
                    assert!(events.len() < all.len() - 1, "cut at {cut}");
                }
                Err(error) => panic!("cut at {cut}: {error}"),
            }
        }
    }

    #[test]
    fn a_response_split_at_every_byte_is_the_same() {
        let bytes = stream(&everything());
        for split in 0..bytes.len() {
            let (events, outcome) = read([&bytes[..split], &bytes[split..]]);
            assert!(outcome.is_ok());
            assert_eq!(events, all_of_it(), "split at {split}");
        }
    }

    proptest! {
        #[test]
        fn any_splits_give_the_same_events(cuts in prop::collection::vec(0_usize..6_000, 0..40), is_whole: bool) {
            let bytes = if is_whole { whole().into_bytes() } else { stream(&everything()) };
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let mut start = 0;
            let pieces = cuts.into_iter().map(|cut| &bytes[std::mem::replace(&mut start, cut)..cut]);
            let pieces: Vec<_> = pieces.collect();
            let (events, outcome) = read(pieces);
            prop_assert!(outcome.is_ok());
            prop_assert_eq!(events, read([bytes.as_slice()]).0);
        }
    }

    /// The same response of a server that does not stream.
    fn whole() -> String {
        let output: Vec<Value> = everything()
            .iter()
            .filter(|event| event["type"] == "response.output_item.done")
            .map(|event| event["item"].clone())
            .collect();
        let mut output = Value::Array(output);
        let mut said = message("Ça va: “cold” 東京.");
        said["content"][0]["annotations"] = json!([everything()[14]["annotation"]]);
        output.as_array_mut().unwrap().insert(2, said);
        completed(output)["response"].to_string()
    }

    #[test]
    fn a_response_that_is_not_streamed_is_read_whole() {
        let (events, outcome) = read([whole().as_bytes()]);
        assert!(outcome.is_ok());
        let mut expected = all_of_it();
        expected.splice(0..2, [think("**Looking**\n\nIs it…")]);
        expected.remove(3);
        let said = expected.iter().position(|event| *event == say("Ça va: ")).unwrap();
        expected.splice(said..said + 2, [say("Ça va: “cold” 東京.")]);
        assert_eq!(events, expected);
        let (_, cut) = read([&whole().as_bytes()[..200]]);
        assert!(matches!(cut, Err(ModelError::Interrupted { .. })), "{cut:?}");
    }

    #[test]
    fn what_a_server_left_out_is_taken_from_what_is_done() {
        let text_done = json!({"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "Hi there"});
        let hi = message("Hi there");
        for (case, of) in [
            ("only the response", vec![completed(json!([hi]))]),
            ("only the item", vec![done(0, hi.clone()), completed(json!([hi]))]),
            ("only the text", vec![text_done.clone(), completed(json!([hi]))]),
            (
                "no index",
                vec![
                    json!({"type": "response.output_text.delta", "delta": "Hi there"}),
                    completed(json!([hi])),
                ],
            ),
        ] {
            assert_eq!(
                events(&of),
                [say("Hi there"), cost(), ModelEvent::Finish(FinishReason::Stop)],
                "{case}"
            );
        }
        let half = events(&[delta(0, "Hi "), text_done, done(0, hi), completed(json!([]))]);
        assert_eq!(half[..2], [say("Hi "), say("there")]);
    }

    #[test]
    fn several_calls_come_whole_and_in_their_order() {
        let piece = |index: u64, text: &str| json!({"type": "response.function_call_arguments.delta", "output_index": index, "delta": text});
        let pieces = [
            added(0, call("a", "")),
            added(1, call("b", "")),
            piece(0, "{\"x\""),
            piece(1, "{"),
            piece(0, ":1}"),
        ];
        let expected = [called(0, "a", "{\"x\":1}"), called(1, "b", "{}")];
        let whole = [done(0, call("a", "{\"x\":1}")), done(1, call("b", "{}")), completed(json!([]))];
        assert_eq!(events(&[&pieces[..], &whole[..]].concat())[..2], expected);
        let only_pieces = events(&[&pieces[..], &[piece(1, "}"), completed(json!([]))]].concat());
        assert_eq!(only_pieces[1..3], expected, "{only_pieces:?}");
        let cut = events(&[&pieces[..], &[incomplete("max_output_tokens")]].concat());
        assert_eq!(cut, [ModelEvent::Finish(FinishReason::Length)], "a call that was cut is none");
    }

    #[test]
    fn a_response_ends_in_each_of_its_ways() {
        let ended = |end: Value| read([stream(&[delta(0, "It rains"), end]).as_slice()]);
        let finish = |end| ended(end).0.pop();
        assert_eq!(finish(incomplete("max_output_tokens")), Some(ModelEvent::Finish(FinishReason::Length)));
        assert_eq!(
            finish(incomplete("content_filter")),
            Some(ModelEvent::Finish(FinishReason::ContentFilter))
        );
        let other = FinishReason::Other("odd".to_owned());
        assert_eq!(finish(incomplete("odd")), Some(ModelEvent::Finish(other)));
        let failed = |error: Value| json!({"type": "response.failed", "response": {"status": "failed", "error": error, "output": []}});
        for (end, is_expected) in [
            (
                failed(json!({"code": "server_error", "message": "oh"})),
                (|error| matches!(error, ModelError::Provider { .. })) as fn(&ModelError) -> bool,
            ),
            (failed(Value::Null), |error| matches!(error, ModelError::Provider { .. })),
            (json!({"type": "error", "code": "rate_limit_exceeded", "message": "slow"}), |error| {
                matches!(error, ModelError::RateLimited { .. })
            }),
            (json!({"type": "error", "error": {"code": 500, "message": "oh"}}), |error| {
                matches!(error, ModelError::Provider { .. })
            }),
            (json!({"type": "error", "code": "invalid_prompt", "message": "no"}), |error| {
                !matches!(error, ModelError::Provider { .. })
            }),
            (json!({"error": {"code": "server_error", "message": "oh"}}), |error| {
                matches!(error, ModelError::Provider { .. })
            }),
        ] {
            let (events, outcome) = ended(end.clone());
            assert_eq!(events, [say("It rains")], "{end}");
            let error = outcome.unwrap_err();
            assert!(is_expected(&error), "{end}: {error:?}");
        }
        assert_eq!(
            read([
                &b"data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\ndata: [DONE]\n\n"[..]
            ])
            .0,
            [say("Hi"), ModelEvent::Finish(FinishReason::Stop)]
        );
    }

    #[test]
    fn what_is_odd_is_skipped_and_never_ends_an_answer() {
        for odd in [
            "null",
            "[]",
            "\"ok\"",
            "ping",
            "{}",
            "{\"type\":7}",
            "{\"type\":\"response.new.thing\",\"x\":1}",
            "{\"type\":\"response.output_text.delta\",\"delta\":42}",
            "{\"type\":\"response.output_text.delta\",\"delta\":{\"text\":\"x\"},\"output_index\":\"0\"}",
            "{\"type\":\"response.output_item.done\",\"item\":null}",
            "{\"type\":\"response.output_item.done\",\"output_index\":7,\"item\":{\"type\":\"message\",\"content\":7}}",
            "{\"type\":\"response.output_text.annotation.added\",\"annotation\":{\"type\":\"file_path\"}}",
            "{\"type\":\"response.output_text.delta\",\"delta\":NaN}",
            "{\"error\":{}}",
            "{\"error\":false}",
            "{\"error\":null}",
        ] {
            let mut bytes = stream(&[delta(0, "It rains ")]);
            bytes.extend_from_slice(format!("data: {odd}\n\n").as_bytes());
            bytes.extend_from_slice(&stream(&[delta(0, "in Oslo."), completed(json!([]))]));
            let (events, outcome) = read([bytes.as_slice()]);
            assert!(outcome.is_ok(), "{odd}: {outcome:?}");
            assert_eq!(events[..2], [say("It rains "), say("in Oslo.")], "{odd}");
        }
        let (_, outcome) = read([&b"data: ping\n\ndata: pong\n\n"[..]]);
        assert!(matches!(outcome, Err(ModelError::Garbage { .. })), "{outcome:?}");
    }

    #[test]
    fn thoughts_of_open_models_are_shown_once_and_go_back() {
        let text = |text: &str| json!({"type": "response.reasoning_text.delta", "output_index": 0, "content_index": 0, "delta": text});
        let reasoning = json!({
            "type": "reasoning", "id": "rs_1", "summary": [],
            "content": [{"type": "reasoning_text", "text": "Is it cold?"}],
        });
        let read = events(&[
            text("Is it "),
            text("cold?"),
            done(0, reasoning.clone()),
            delta(1, "Yes."),
            completed(json!([])),
        ]);
        assert_eq!(read[..4], [think("Is it "), think("cold?"), carried(reasoning.clone()), say("Yes.")]);
        let both = json!({
            "type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Cold?"}],
            "content": [{"type": "reasoning_text", "text": "Is it cold?"}],
        });
        assert_eq!(
            events(&[done(0, both), completed(json!([]))])[0],
            think("Cold?"),
            "the summary is enough"
        );
    }

    #[test]
    fn reasoning_goes_back_without_the_nulls_that_it_came_with() {
        let with = |mut item: Value| {
            item["status"] = Value::Null;
            item["content"] = Value::Null;
            item
        };
        let item = json!({"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "x"});
        let read = events(&[done(0, with(item.clone())), delta(1, "Hi"), completed(json!([]))]);
        assert_eq!(read[0], carried(item));
    }

    #[test]
    fn reasoning_without_content_or_consequence_is_not_kept() {
        let reasoning = |content: Value| json!({"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": content});
        let picture =
            json!({"type": "image_generation_call", "id": "ig", "status": "completed", "result": null});
        for of in [
            vec![done(0, reasoning(Value::Null)), delta(1, "Hi"), completed(json!([]))],
            vec![done(0, reasoning(json!("x"))), completed(json!([]))],
            vec![done(0, reasoning(json!("x"))), done(1, picture), delta(2, "Hi"), completed(json!([]))],
        ] {
            let read = events(&of);
            assert!(!read.iter().any(|event| matches!(event, ModelEvent::ProviderItem(_))), "{read:?}");
        }
    }

    #[test]
    fn citations_of_files_stand_at_their_places_in_the_whole_answer() {
        let annotation = |index: u64, annotation: Value| {
            json!({
                "type": "response.output_text.annotation.added", "output_index": index, "content_index": 0,
                "annotation": annotation,
            })
        };
        let read = events(&[
            delta(0, "One é."),
            annotation(0, json!({"type": "file_citation", "file_id": "f", "filename": "a.pdf", "index": 6})),
            delta(1, "Two."),
            annotation(
                1,
                json!({
                    "type": "container_file_citation", "container_id": "c", "file_id": "f", "filename": "plot.png",
                    "start_index": 0, "end_index": 4,
                }),
            ),
            completed(json!([])),
        ]);
        let cited = |name: &str, end: u64| {
            ModelEvent::Citation(Citation {
                source: CitedSource::File { name: name.to_owned() },
                end: Some(end),
            })
        };
        assert_eq!(
            read[..5],
            [say("One é."), cited("a.pdf", 6), say("\n\n"), say("Two."), cited("plot.png", 12)]
        );
    }

    #[test]
    fn code_and_remote_tools_are_followed_from_begin_to_end() {
        let code = |status: &str, code: &str, outputs: Value| {
            json!({"type": "code_interpreter_call", "id": "ci", "status": status, "code": code,
                "container_id": "c", "outputs": outputs})
        };
        let remote = |status: Value, output: Value, error: Value| {
            json!({"type": "mcp_call", "id": "mcp", "server_label": "mail", "name": "send", "arguments": "{}",
                "output": output, "error": error, "status": status})
        };
        let read = events(&[
            added(0, code("in_progress", "", Value::Null)),
            json!({"type": "response.code_interpreter_call_code.done", "output_index": 0, "code": "print(1)"}),
            done(0, code("completed", "print(1)", json!([{"type": "logs", "logs": "1\n"}]))),
            done(
                1,
                remote(
                    json!("failed"),
                    Value::Null,
                    json!({"type": "http_error", "code": 500, "message": "down"}),
                ),
            ),
            done(2, json!({"type": "mcp_list_tools", "id": "mcpl", "server_label": "mail", "tools": []})),
            completed(json!([])),
        ]);
        let hosted: Vec<_> = read
            .into_iter()
            .filter_map(|event| match event {
                ModelEvent::Hosted(call) => Some((call.state, call.work)),
                _ => None,
            })
            .collect();
        let code =
            |code: &str, output: &str| HostedWork::Code { code: code.to_owned(), output: output.to_owned() };
        let sent = HostedWork::Remote {
            server: "mail".to_owned(),
            name: "send".to_owned(),
            arguments: "{}".to_owned(),
            output: "down".to_owned(),
        };
        assert_eq!(
            hosted,
            [
                (HostedState::Running, code("", "")),
                (HostedState::Running, code("print(1)", "")),
                (HostedState::Completed, code("print(1)", "1\n")),
                (HostedState::Failed, sent),
                (HostedState::Completed, HostedWork::RemoteTools { server: "mail".to_owned() }),
            ]
        );
    }

    #[test]
    fn a_question_for_permission_is_asked_and_goes_back() {
        let asked = json!({
            "type": "mcp_approval_request", "id": "mcpr_1", "server_label": "mail", "name": "send", "arguments": "{}",
        });
        let read = events(&[done(0, asked.clone()), completed(json!([]))]);
        let request = ApprovalRequest {
            id: "mcpr_1".to_owned(),
            server: "mail".to_owned(),
            name: "send".to_owned(),
            arguments: "{}".to_owned(),
        };
        assert_eq!(read[..2], [carried(asked), ModelEvent::Approval(request)]);
    }

    #[test]
    fn pictures_come_with_their_previews_and_what_is_none_is_not_shown() {
        let png = "iVBORw0KGgoAAAANSUhEUg==";
        let partial = |data: &str| {
            json!({
                "type": "response.image_generation_call.partial_image", "output_index": 0, "item_id": "ig",
                "partial_image_index": 1, "partial_image_b64": data,
            })
        };
        let item = |status: &str, result: Value| json!({"type": "image_generation_call", "id": "ig", "status": status, "result": result});
        let read = events(&[
            added(0, item("in_progress", Value::Null)),
            partial(png),
            partial("PHN2Zz4="),
            partial("%%%"),
            done(0, item("completed", json!(png))),
            completed(json!([])),
        ]);
        let data = Bytes::from_static(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
        let picture = |preview| {
            let (call_id, data) = ("ig".to_owned(), data.clone());
            ModelEvent::Picture(PictureEvent { call_id, mime_type: "image/png", data, preview })
        };
        assert_eq!(
            read[..4],
            [
                hosted("ig", HostedState::Running, HostedWork::Picture),
                picture(Some(1)),
                picture(None),
                hosted("ig", HostedState::Completed, HostedWork::Picture),
            ]
        );
    }
}
