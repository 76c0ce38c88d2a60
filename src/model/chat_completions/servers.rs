//! Answers of real servers, byte for byte, and what must be heard in them. The names are those of the cases from which
//! they were collected; each is read in one piece and byte by byte.

#![allow(
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "these are tables of cases"
)]

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::body::Body;
use crate::model::{
    FinishReason, ModelError, ModelEvent, ModelRequest, ToolCallDelta, ToolSpec,
    call::{Asked, Reader},
    quirks::Quirks,
};

const DONE: &str = "data: [DONE]\n\n";
/// The arguments of a call, as they stand in a chunk.
const OSLO: &str = r#""{\"location\":\"Oslo\"}""#;
const PARIS: &str = r#""{\"location\":\"Paris\"}""#;

/// An event with this data.
fn e(data: &str) -> String {
    format!("data: {data}\n\n")
}

/// A step of the answer.
fn d(delta: &str) -> String {
    e(&format!(r#"{{"choices":[{{"index":0,"delta":{{{delta}}},"finish_reason":null}}]}}"#))
}

/// A piece of text.
fn says(text: &str) -> String {
    d(&format!(r#""content":{}"#, Value::from(text)))
}

fn f(reason: &str) -> String {
    e(&format!(r#"{{"choices":[{{"index":0,"delta":{{}},"finish_reason":"{reason}"}}]}}"#))
}

/// A piece of calls, and a finish.
fn calls(pieces: &str) -> String {
    d(&format!(r#""tool_calls":[{pieces}]"#)) + &f("tool_calls") + DONE
}

/// The function of a piece.
fn function(name: &str, arguments: &str) -> String {
    format!(r#""type":"function","function":{{"name":"{name}","arguments":{arguments}}}"#)
}

fn tool(name: &str) -> ToolSpec {
    ToolSpec { name: name.to_owned(), description: String::new(), parameters: json!({"type": "object"}) }
}

/// What was heard of an answer: thoughts in parentheses, texts, calls with their arguments, the end.
fn heard_in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, with_tools: bool) -> String {
    let tools: Arc<[ToolSpec]> = if with_tools {
        Arc::from([tool("get_weather"), tool("get_time"), tool("show_city_selector")])
    } else {
        Arc::from([])
    };
    let request = ModelRequest { tools, ..ModelRequest::default() };
    let asked = Asked { request: &request, model: "m", origin: "host#m", quirks: Quirks::default() };
    let mut body = Body::new(&asked, 1 << 20);
    let mut events = VecDeque::new();
    let taken = pieces.into_iter().try_for_each(|piece| body.take(piece, &mut events));
    let end = taken.and_then(|()| body.end(&mut events));
    let mut heard = Heard::default();
    for event in events {
        heard.take(event);
    }
    heard.told(end.err().map(|failure| failure.error))
}

#[derive(Default)]
struct Heard {
    thoughts: String,
    text: String,
    calls: BTreeMap<usize, (Option<String>, String, String)>,
    carried: Vec<Value>,
    finish: Option<FinishReason>,
}

impl Heard {
    fn take(&mut self, event: ModelEvent) {
        match event {
            ModelEvent::Text(text) => self.text += &text,
            ModelEvent::Refusal(text) => self.text.extend(["refused: ", &text]),
            ModelEvent::Reasoning(text) => self.thoughts += &text,
            ModelEvent::TextWasReasoning => self.thoughts += &std::mem::take(&mut self.text),
            ModelEvent::ToolCall(ToolCallDelta { index, id, name, arguments }) => {
                let call = self.calls.entry(index).or_default();
                assert!(call.0.is_none() || id.is_none(), "a second id");
                call.0 = call.0.take().or(id);
                call.1 += &name.unwrap_or_default();
                call.2 += &arguments;
            }
            ModelEvent::ProviderItem(item) => {
                assert_eq!(item.origin, "host#m");
                self.carried.push(item.value);
            }
            ModelEvent::Finish(reason) => self.finish = Some(reason),
            ModelEvent::Usage(_) => {}
            other => panic!("{other:?}"),
        }
    }

    fn told(self, error: Option<ModelError>) -> String {
        let mut told = String::new();
        if !self.thoughts.is_empty() {
            told.extend(["(", &self.thoughts, ") "]);
        }
        told += &self.text;
        let mut ids = Vec::new();
        for (id, name, arguments) in self.calls.into_values() {
            told.extend([" <", &name, " ", &arguments, ">"]);
            ids.push(id.expect("each call has an id"));
        }
        let num_ids = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), num_ids, "two calls have one id");
        for carried in self.carried {
            told.extend([" +", &carried.to_string()]);
        }
        match (self.finish, error) {
            (Some(reason), None) => told + &format!(" | {reason:?}"),
            (None, Some(ModelError::Interrupted { .. })) => told + " | broke off",
            (None, Some(ModelError::Garbage { .. })) => told + " | unreadable",
            (None, Some(error)) => told + &format!(" | {error}"),
            (finish, error) => panic!("{finish:?} {error:?}"),
        }
    }
}

/// Plays each row, in one piece and byte by byte.
fn all_are_heard(rows: impl IntoIterator<Item = (&'static str, String, &'static str)>) {
    for (name, body, expected) in rows {
        assert_eq!(heard_in_pieces([body.as_bytes()], true), expected, "{name}: {body}");
        assert_eq!(heard_in_pieces(body.as_bytes().chunks(1), true), expected, "{name} in bytes: {body}");
    }
}

#[test]
fn messages_beside_deltas_and_moving_indexes_are_understood() {
    let both = |text: &str| {
        let part = format!(r#"{{"role":"assistant","content":"{text}","tool_calls":[]}}"#);
        e(&format!(
            r#"{{"object":"chat.completion.chunk","choices":[{{"index":0,"delta":{part},"message":{part},"finish_reason":null}}]}}"#
        ))
    };
    let message =
        |text: &str| e(&format!(r#"{{"choices":[{{"index":0,"message":{{"content":"{text}"}}}}]}}"#));
    let at = |index: i32, text: &str| {
        e(&format!(r#"{{"choices":[{{"index":{index},"delta":{{"content":"{text}"}}}}]}}"#))
    };
    let cumulative = |text: &str, all: &str| {
        e(&format!(
            r#"{{"choices":[{{"index":0,"delta":{{"content":"{text}"}},"message":{{"content":"{all}"}},"finish_reason":null}}]}}"#
        ))
    };
    let end_at_3 = e(r#"{"choices":[{"index":3,"delta":{},"finish_reason":"stop"}]}"#);
    all_are_heard([
        ("R9", both("It ") + &both("rains.") + DONE, "It rains. | Stop"),
        (
            "R9 Perplexity",
            cumulative("It ", "It ") + &cumulative("rains.", "It rains.") + &f("stop") + DONE,
            "It rains. | Stop",
        ),
        (
            "R9 the whole message at the end",
            says("It ") + &says("rains.") + &message("It rains.") + &f("stop") + DONE,
            "It rains. | Stop",
        ),
        (
            "R9b",
            at(0, "It ") + &at(1, "rains ") + &at(2, "here.") + &end_at_3 + DONE,
            "It rains here. | Stop",
        ),
        ("R9b2", at(1, "It ") + &at(1, "rains.") + &f("stop") + DONE, "It rains. | Stop"),
        (
            "R9c",
            r#"{"choices":[{"delta":{"role":"assistant","content":"Hello."},"message":{"role":"assistant","content":"Hello."},"index":0,"finish_reason":"stop"}],"object":"chat.completion"}"#.to_owned(),
            "Hello. | Stop",
        ),
        (
            "R16",
            message("It ") + &message("It rains ") + &message("It rains here.") + &f("stop") + DONE,
            "It rains here. | Stop",
        ),
        (
            "R16 pieces in messages",
            message("It ") + &message("rains ") + &message("It is so.") + &f("stop") + DONE,
            "It rains It is so. | Stop",
        ),
        (
            "R16 calls",
            e(r#"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"get_weather","arguments":"{\"location\":"}}]}}]}"#)
                + &e(&format!(
                    r#"{{"choices":[{{"message":{{"tool_calls":[{{"id":"a","function":{{"name":"get_weather","arguments":{OSLO}}}}}]}}}}]}}"#
                ))
                + &f("tool_calls")
                + DONE,
            r#" <get_weather {"location":"Oslo"}> | ToolCalls"#,
        ),
    ]);
}

#[test]
fn only_known_reasons_end_an_answer() {
    let with = |text: &str, reason: &str| {
        e(&format!(
            r#"{{"choices":[{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":"{reason}"}}]}}"#
        ))
    };
    let bare_done = |text: &str| e(&format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#)) + DONE;
    for reason in ["error", "network_error", "abort", "insufficient_system_resource", "load", "unknown"] {
        let body = says("It rains in") + &f(reason) + DONE;
        let expected = format!("It rains in | Other({reason:?})");
        assert_eq!(heard_in_pieces([body.as_bytes()], true), expected, "R11 a");
    }
    for (spelling, reason) in [
        ("end_turn", "Stop"),
        ("STOP", "Stop"),
        ("eos", "Stop"),
        ("max_tokens", "Length"),
        ("MAX_TOKENS", "Length"),
        ("model_length", "Length"),
        ("SAFETY", "ContentFilter"),
        ("refusal", "ContentFilter"),
    ] {
        let body = says("It rains.") + &f(spelling) + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), format!("It rains. | {reason}"), "{spelling}");
    }
    let cut_call =
        format!(r#"{{"index":0,"id":"c1",{}}}"#, function("get_weather", r#""{\"location\":\"Os""#));
    all_are_heard([
        (
            "R11 b",
            says("It rains in")
                + &e(
                    r#"{"object":"error","message":"out of memory","type":"InternalServerError","param":null,"code":500}"#,
                )
                + DONE,
            "It rains in | model server failed with status 500: out of memory",
        ),
        (
            "R11 b'",
            says("It rains in")
                + "error: {\"code\":500,\"message\":\"context shift is disabled\",\"type\":\"server_error\"}\n\n"
                + DONE,
            "It rains in | model server failed with status 500: context shift is disabled",
        ),
        (
            "R11 b in an event called error",
            says("It rains in") + "event: error\ndata: out of memory\n\n",
            "It rains in | model server failed: out of memory",
        ),
        (
            "R11 b in a choice",
            says("It rains in")
                + &e(
                    r#"{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":"gone"}}]}"#,
                ),
            "It rains in | model server failed with status 502: gone",
        ),
        (
            "R11 c",
            with("It rains ", "null") + &with("in Oslo.", "null") + &f("stop") + DONE,
            "It rains in Oslo. | Stop",
        ),
        ("R11 c without an end", with("It rains ", "null"), "It rains  | broke off"),
        ("R11 d", with("It rains ", "stop") + &with("in Oslo.", "stop") + DONE, "It rains in Oslo. | Stop"),
        (
            "R11 e",
            e(
                r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop"}]}"#,
            ) + &says("It rains.")
                + &f("stop")
                + DONE,
            "It rains. | Stop",
        ),
        ("R11 e cut", f("stop") + &says("It rains"), "It rains | broke off"),
        (
            "R11 g",
            d(&format!(r#""tool_calls":[{cut_call}]"#)) + &f("error") + DONE,
            r#" <get_weather {"location":"Os> | Other("error")"#,
        ),
        ("an answer of a server that knows reasons, cut", says("The sea") + DONE, "The sea | broke off"),
        ("an answer of a server that knows none", bare_done("The sea."), "The sea. | Stop"),
        (
            "R22 b",
            e(r#"{"object":"error","message":"out of memory","type":"InternalServerError","code":500}"#)
                + DONE,
            " | model server failed with status 500: out of memory",
        ),
        ("an error behind the end", says("Hi") + &f("stop") + &e(r#"{"error":"oops"}"#) + DONE, "Hi | Stop"),
    ]);
}

#[test]
fn an_end_is_waited_for_only_where_it_is_announced() {
    let announced = |body: &str| {
        let request = ModelRequest::default();
        let asked = Asked { request: &request, model: "m", origin: "o", quirks: Quirks::default() };
        let mut reader = Body::new(&asked, 1 << 20);
        reader.take(body.as_bytes(), &mut VecDeque::new()).unwrap();
        (reader.has_finished(), reader.is_ending())
    };
    let last = e(r#"{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#);
    assert_eq!(announced(&(says("Hi") + &f("stop"))), (true, true));
    assert_eq!(announced(&last), (true, false), "R11 d: each chunk may say so");
    assert_eq!(announced(&f("stop")), (true, false), "R11 e: before the first word");
    assert_eq!(announced(&(f("stop") + &says("Hi"))), (false, false));
    assert_eq!(announced(&says("Hi")), (false, false));
}

#[test]
fn calls_are_put_together_from_what_is_unambiguous() {
    let weather = |arguments: &str| function("get_weather", arguments);
    let piece = |piece: &str| d(&format!(r#""tool_calls":[{piece}]"#));
    let end = || f("tool_calls") + DONE;
    const OSLO_CALL: &str = r#" <get_weather {"location":"Oslo"}> | ToolCalls"#;
    const BOTH: &str = r#" <get_weather {"location":"Oslo"}> <get_weather {"location":"Paris"}> | ToolCalls"#;
    all_are_heard([
        ("plain", calls(&format!(r#"{{"index":0,"id":"c1",{}}}"#, weather(OSLO))), OSLO_CALL),
        (
            "R13 c",
            calls(&format!(
                r#"{{"index":0,"id":"call_1",{}}},{{"index":1,"id":"call_1",{}}}"#,
                weather(OSLO),
                weather(PARIS)
            )),
            BOTH,
        ),
        (
            "R13 d",
            piece(&format!(r#"{{"index":0,"id":"call_a",{}}}"#, weather(r#""""#)))
                + &piece(r#"{"index":0,"id":"call_b","function":{"arguments":"{\"location\":"}}"#)
                + &piece(r#"{"index":0,"id":"call_c","function":{"arguments":"\"Oslo\"}"}}"#)
                + &end(),
            OSLO_CALL,
        ),
        (
            "R13 g",
            piece(&format!(r#"{{"index":-1,"id":"tooluse_1",{}}}"#, weather(r#""""#)))
                + &piece(&format!(r#"{{"index":-1,"function":{{"arguments":{OSLO}}}}}"#))
                + &end(),
            OSLO_CALL,
        ),
        (
            "R13 p",
            piece(&format!(r#"{{"index":0,"id":"c1",{}}}"#, weather(OSLO)))
                + &piece(&format!(r#"{{"index":0,"id":"c2",{}}}"#, weather(r#""""#)))
                + &piece(&format!(r#"{{"index":1,"function":{{"arguments":{PARIS}}}}}"#))
                + &end(),
            BOTH,
        ),
        (
            "R13 m",
            d(&format!(r#""function_call":{{"name":"get_weather","arguments":{OSLO}}}"#))
                + &f("function_call")
                + DONE,
            OSLO_CALL,
        ),
        (
            "R13 m in pieces",
            d(r#""function_call":{"name":"get_weather","arguments":""}"#)
                + &d(r#""function_call":{"arguments":"{\"location\":"}"#)
                + &d(r#""function_call":{"arguments":"\"Oslo\"}"}"#)
                + &f("function_call")
                + DONE,
            OSLO_CALL,
        ),
        ("R13 e", calls(&format!(r#"{{"index":0,"id":7,{}}}"#, weather(OSLO))), OSLO_CALL),
        ("R13 f", calls(&format!(r#"{{"index":"0","id":"c1",{}}}"#, weather(OSLO))), OSLO_CALL),
        (
            "R13 j",
            d(&format!(r#""tool_calls":{{"index":0,"id":"c1",{}}}"#, weather(OSLO))) + &end(),
            OSLO_CALL,
        ),
        ("Q14d", says("It rains.") + &piece("{}") + &f("stop") + DONE, "It rains. | Stop"),
        (
            "the name comes late",
            piece(r#"{"index":0,"id":"c1","function":{"arguments":"{\"location\":"}}"#)
                + &piece(&format!(r#"{{"index":0,{}}}"#, weather(r#""\"Oslo\"}""#)))
                + &end(),
            OSLO_CALL,
        ),
        (
            "the name comes in pieces",
            piece(&format!(r#"{{"index":0,"id":"c1",{}}}"#, function("get_", r#""""#)))
                + &piece(&format!(r#"{{"index":0,{}}}"#, function("weather", OSLO)))
                + &end(),
            OSLO_CALL,
        ),
        (
            "index 0 and no ids for both",
            piece(&format!(r#"{{"index":0,{}}}"#, weather(OSLO)))
                + &piece(&format!(r#"{{"index":0,{}}}"#, weather(PARIS)))
                + &end(),
            BOTH,
        ),
        (
            "the name in each piece",
            piece(&format!(r#"{{"index":0,"id":"c1",{}}}"#, weather(r#""{\"location\"""#)))
                + &piece(&format!(r#"{{"index":0,{}}}"#, weather(r#"":\"Oslo\"}""#)))
                + &end(),
            OSLO_CALL,
        ),
        (
            "a call without a name",
            says("Hi") + &piece(r#"{"index":0,"id":"c1","function":{"arguments":"{}"}}"#) + &f("stop") + DONE,
            "Hi | Stop",
        ),
    ]);
}

#[test]
fn an_odd_chunk_costs_no_answer() {
    for odd in [
        "null",
        "[]",
        r#""ok""#,
        "ping",
        r#"{"choices":[null]}"#,
        r#"{"choices":[{"index":null,"delta":{"content":""}}]}"#,
        r#"{"choices":[{"index":"0","delta":{"content":""}}]}"#,
        r#"{"choices":[{"index":0,"delta":[]}]}"#,
        r#"{"choices":[],"timings":{"x":NaN}}"#,
        r#"{"choices":[],"error":{}}"#,
        r#"{"choices":[],"error":""}"#,
        r#"{"choices":[],"error":false}"#,
        r#"{"choices":[],"error":[]}"#,
        r#"{"choices":{}}"#,
        r#"{"choices":7}"#,
        r#"{"type":"ping"}"#,
        r#"{"choices":[{"delta":{"content":null},"delta":{"content":null}}]}"#,
        "{",
        "\u{0}",
    ] {
        let body = says("It rains ") + &e(odd) + &says("in Oslo.") + &f("stop") + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), "It rains in Oslo. | Stop", "R14 {odd}");
    }
    for odd in [
        r#""content":42"#,
        r#""content":false"#,
        r#""content":{"type":"text","text":""}"#,
        r#""content":"","refusal":false"#,
        r#""content":"","tool_calls":"""#,
        r#""content":"","tool_calls":{}"#,
        r#""content":"","tool_calls":[null]"#,
        r#""content":"","function_call":"none""#,
        r#""content":"","reasoning_content":{}"#,
    ] {
        let body = says("It rains ") + &d(odd) + &says("in Oslo.") + &f("stop") + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), "It rains in Oslo. | Stop", "R14 {odd}");
    }
    all_are_heard([
        ("R14 behind the finish", says("Hi") + &f("stop") + "data: DONE\n\n", "Hi | Stop"),
        (
            "R14 an odd finish",
            says("Hi") + &e(r#"{"choices":[{"index":0,"delta":[],"finish_reason":"stop"}]}"#) + DONE,
            "Hi | Stop",
        ),
        (
            "text beside what is odd",
            e(
                r#"{"choices":[{"index":"0","delta":{"content":["It ",{"type":"text","text":"rains."}]}}],"x":NaN}"#,
            ) + &f("stop")
                + DONE,
            "It rains. | Stop",
        ),
        (
            "two prefixes",
            e(&format!("data: {}", says("Hi").trim_start_matches("data: ").trim())) + &f("stop"),
            "Hi | Stop",
        ),
        ("nothing that can be read", e("ping") + &e("[1]") + DONE, " | unreadable"),
        ("nothing at all", DONE.to_owned(), " | broke off"),
    ]);
}

#[test]
fn a_body_is_read_in_whatever_form_it_comes() {
    let step = r#"{"choices":[{"index":0,"delta":{"content":"It rains."},"finish_reason":null}]}"#;
    let end = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    let whole = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"It rains."},"finish_reason":"stop"}]}"#;
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(whole).unwrap()).unwrap();
    const RAINS: &str = "It rains. | Stop";
    all_are_heard([
        ("R15 events", e(step) + &e(end) + DONE, RAINS),
        ("R15 lines", format!("{step}\n{end}\n"), RAINS),
        ("R15 lines without the last end", format!("\n{step}\r\n\r\n{end}"), RAINS),
        ("R15 lines and an end mark", format!("{step}\n{end}\n[DONE]\n"), RAINS),
        ("R15 whole", whole.to_owned(), RAINS),
        ("R15 whole, on many lines", format!("\u{feff} \n{pretty}\n"), RAINS),
        ("R15 whole, without a reason", whole.replace(r#""stop""#, "null"), RAINS),
        ("R15 a list", format!("[{step},\n{end}]"), RAINS),
        ("R15 objects in a row", format!("{step}{end}"), RAINS),
        ("R15 one line end", format!("data: {step}\ndata: {end}\ndata: [DONE]\n"), RAINS),
        ("R15 one line end, no end mark", format!("data:{step}\ndata:{end}"), RAINS),
        ("an event on many lines", format!("data: {}\n\n", pretty.replace('\n', "\ndata: ")), RAINS),
        ("an error as a body", r#"{"error":{"message":"no"}}"#.to_owned(), " | model server failed: no"),
        ("a cut body", whole[..whole.len() - 4].to_owned(), " | unreadable"),
        ("a text", "Service unavailable\n".to_owned(), " | broke off"),
        ("nothing", " \n".to_owned(), " | broke off"),
    ]);
}

#[test]
fn lines_are_handed_on_as_they_come() {
    for (first, rest) in [
        ("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n", ""),
        (
            "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n",
            "x",
        ),
    ] {
        let request = ModelRequest::default();
        let asked = Asked { request: &request, model: "m", origin: "o", quirks: Quirks::default() };
        let (mut reader, mut events) = (Body::new(&asked, 1 << 20), VecDeque::new());
        reader.take(first.as_bytes(), &mut events).unwrap();
        let texts: String = events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(texts, format!("{rest}a"));
    }
}

#[test]
fn what_servers_want_back_with_a_call_is_kept() {
    let call = format!(r#"{{"index":0,"id":"c1",{}}}"#, function("get_weather", OSLO));
    let signed = call.replace(
        r#""type":"function""#,
        r#""extra_content":{"google":{"thought_signature":"U0lH"}},"type":"function""#,
    );
    let detail = |text: &str, more: &str| {
        d(&format!(
            r#""reasoning":"{text}","reasoning_details":[{{"type":"reasoning.text","index":0,"text":"{text}"{more}}}]"#
        ))
    };
    all_are_heard([
        (
            "R3",
            d(r#""reasoning_content":"need the ""#) + &d(r#""reasoning_content":"weather""#) + &calls(&call),
            r#"(need the weather)  <get_weather {"location":"Oslo"}> +{"reasoning_content":"need the weather"} | ToolCalls"#,
        ),
        (
            "R3 an empty one",
            d(r#""reasoning_content":"""#) + &calls(&call),
            r#" <get_weather {"location":"Oslo"}> +{"reasoning_content":""} | ToolCalls"#,
        ),
        ("R3 none", calls(&call), r#" <get_weather {"location":"Oslo"}> | ToolCalls"#),
        (
            "R3 without calls",
            d(r#""reasoning_content":"Hm.""#) + &says("Hi") + &f("stop") + DONE,
            "(Hm.) Hi | Stop",
        ),
        (
            "R4",
            calls(&signed),
            r#" <get_weather {"location":"Oslo"}> +{"extra_content":{"google":{"thought_signature":"U0lH"}},"call_id":"c1"} | ToolCalls"#,
        ),
        (
            "OpenRouter",
            detail("Is it ", "") + &detail("cold?", r#","signature":"s""#) + &calls(&call),
            r#"(Is it cold?)  <get_weather {"location":"Oslo"}> +{"reasoning_details":[{"type":"reasoning.text","index":0,"text":"Is it cold?","signature":"s"}]} | ToolCalls"#,
        ),
    ]);
}

#[test]
fn thoughts_are_told_from_text_by_every_known_mark_at_any_place() {
    let one = |text: &str| says(text) + &f("stop") + DONE;
    all_are_heard([
        (
            "R17",
            says("Let me think about rain. ") + &says("Enough.</think>\n\nIt rains.") + &f("stop") + DONE,
            "(Let me think about rain. Enough.) It rains. | Stop",
        ),
        ("R17 in one chunk", one("Enough.</think>\n\nIt rains."), "(Enough.) It rains. | Stop"),
        (
            "R17 behind reasoning of its own",
            d(r#""reasoning":"Hm.""#) + &one("</think>\n\nIt rains."),
            "(Hm.) It rains. | Stop",
        ),
        ("closed twice", one("<think>Hm.</think>It </think>rains."), "(Hm.) It rains. | Stop"),
        (
            "R18 gpt-oss",
            one(
                "<|channel|>analysis<|message|>User wants X.<|end|><|start|>assistant<|channel|>final<|message|>Hello",
            ),
            "(User wants X.) Hello | Stop",
        ),
        (
            "gpt-oss without ends",
            one("<|channel|>analysis<|message|>X.<|channel|>final<|message|>Hello<|return|>"),
            "(X.) Hello | Stop",
        ),
        (
            "gpt-oss with a preamble",
            one(
                "<|channel|>commentary<|message|>I look. <|end|><|start|>assistant<|channel|>final<|message|>Hello",
            ),
            "I look. Hello | Stop",
        ),
        ("R18 thinking", one("<thinking>Hm.</thinking>\n\nIt rains."), "(Hm.) It rains. | Stop"),
        ("R18 THINK", one("[THINK]Hm.[/THINK]It rains."), "(Hm.) It rains. | Stop"),
        ("R18 thought", one("<thought>\nHm.\n</thought>\nIt rains."), "(\nHm.\n) It rains. | Stop"),
        (
            "R18 twice",
            one("<think>one</think>First. <think>two</think>Second."),
            "(onetwo) First. Second. | Stop",
        ),
        ("Kimi", one("◁think▷Hm.◁/think▷It rains — “here”."), "(Hm.) It rains — “here”. | Stop"),
        ("R18 an end", one("It rains.<|im_end|>"), "It rains. | Stop"),
        ("two ends", one("It rains.</s>\n<|eot_id|>\n"), "It rains. | Stop"),
        ("an end that is none", one("It <|im_end|> rains."), "It <|im_end|> rains. | Stop"),
        ("white space before it", one("\n<think>Hm.</think>\n\nYes"), "(Hm.) Yes | Stop"),
        ("a block that never ends", one("<think>on and on </thi"), "(on and on </thi)  | Stop"),
        ("a cut block", says("<think>on and") + &f("length") + DONE, "(on and)  | Length"),
    ]);
}

#[test]
fn what_is_no_mark_is_text() {
    for text in [
        "Hello",
        "  Hello",
        "<th",
        "<",
        "a < b [1] and [2](x) <b>bold</b>",
        "Write `<think>` and `</think>` around it.",
        "Write \"<tool_call>\" there.",
        "```html\n<think>\n{}\n</think>\n```\nSo.",
        "{\"a\": 1}",
        "{\"name\": \"Alice\", \"age\": 3}",
        "{\"type\": \"circle\"}",
        "```json\n{\"name\": \"get_x\"}\n```",
        "```rust\nfn main() {}\n```",
        "[1, 2]",
        "{",
        "<function=nothing_of_ours>x</function>",
        "“Quoted” — and é 東京",
        "<tool_call>so to say</tool_call>",
    ] {
        let body = says(text) + &f("stop") + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), format!("{text} | Stop"));
        let letters: String = text.chars().map(|letter| says(&letter.to_string())).collect();
        let body = letters + &f("stop") + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), format!("{text} | Stop"), "letter by letter");
    }
    let body = says("<tool_call>{\"name\":\"x\"}</tool_call>") + &f("stop") + DONE;
    let heard = heard_in_pieces([body.as_bytes()], false);
    assert_eq!(heard, "<tool_call>{\"name\":\"x\"}</tool_call> | Stop", "nothing to call");
}

/// No word of an ordinary answer waits for the next.
#[test]
fn ordinary_text_is_not_held_back() {
    let request = ModelRequest { tools: Arc::from([tool("get_weather")]), ..ModelRequest::default() };
    let asked = Asked { request: &request, model: "m", origin: "o", quirks: Quirks::default() };
    let (mut reader, mut events) = (Body::new(&asked, 1 << 20), VecDeque::new());
    for text in ["It", " is", " a <b", ">b", "[1", "] `x", "` — so", ".\n", "{", "}"] {
        reader.take(says(text).as_bytes(), &mut events).unwrap();
        assert_eq!(events.pop_front(), Some(ModelEvent::Text(text.to_owned())));
    }
}

#[test]
fn calls_in_the_text_are_made_and_not_shown() {
    const CALL: &str = r#" <get_weather {"location":"Oslo"}> | ToolCalls"#;
    for text in [
        "<tool_call>\n{\"name\":\"get_weather\",\"arguments\":{\"location\":\"Oslo\"}}\n</tool_call>",
        "<tool_call>\n{\"name\":\"get_weather\",\"arguments\":{\"location\":\"Oslo\"}\n</tool_call>",
        "<tool_call>{\"name\":\"functions.get_weather:0\",\"arguments\":{\"location\":\"Oslo\"}}",
        "<function=get_weather><parameter=location>Oslo</parameter></function>",
        "<function=get_weather>{\"location\":\"Oslo\"}</function>",
        "<tool_call>\n<function=get_weather>\n<parameter=location>\nOslo\n</parameter>\n</function>\n</tool_call>",
        "<tool_call>get_weather\n<arg_key>location</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>",
        "<function_calls>\n<invoke name=\"get_weather\">\n<parameter name=\"location\">Oslo</parameter>\n</invoke>\n</function_calls>",
        "[TOOL_CALLS][{\"name\":\"get_weather\",\"arguments\":{\"location\":\"Oslo\"}}]",
        "[TOOL_CALLS]get_weather[ARGS]{\"location\":\"Oslo\"}",
        "[TOOL_CALLS]get_weather[CALL_ID]abc123xyz[ARGS]{\"location\":\"Oslo\"}</s>",
        "<|python_tag|>{\"type\":\"function\",\"name\":\"get_weather\",\"parameters\":{\"location\":\"Oslo\"}}<|eom_id|>",
        "<|tool_call|>[{\"name\":\"get_weather\",\"arguments\":{\"location\":\"Oslo\"}}]",
        "<|START_ACTION|>[{\"tool_call_id\":\"0\",\"tool_name\":\"get_weather\",\"parameters\":{\"location\":\"Oslo\"}}]<|END_ACTION|>",
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{\"location\":\"Oslo\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"location\":\"Oslo\"}<|tool_call_end|><|tool_calls_section_end|>",
        "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"location\":\"Oslo\"}<|call|>",
        "<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{\"location\":\"Oslo\"}",
        "{\"name\": \"get_weather\", \"parameters\": {\"location\":\"Oslo\"}}",
        "[{\"name\": \"get_weather\", \"arguments\": {\"location\":\"Oslo\"}}]",
        "{\"type\": \"function\", \"function\": {\"name\": \"get_weather\", \"arguments\": {\"location\":\"Oslo\"}}}",
        "```json\n{\"name\": \"get_weather\", \"arguments\": {\"location\":\"Oslo\"}}\n```",
    ] {
        let body = says(text) + &f("stop") + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), CALL, "R18 {text}");
        let letters: String = text.chars().map(|letter| says(&letter.to_string())).collect();
        let body = letters + &f("stop") + DONE;
        assert_eq!(heard_in_pieces([body.as_bytes()], true), CALL, "R18 {text} letter by letter");
    }
    let written = r#"<tool_call>{"name":"get_weather","arguments":{"location":"Oslo"}}</tool_call>"#;
    let sent = format!(r#"{{"index":0,"id":"c1",{}}}"#, function("get_weather", OSLO));
    all_are_heard([
        (
            "with words around",
            says("I look. ") + &says(written) + &says("\nThere.") + &f("stop") + DONE,
            r#"I look. There. <get_weather {"location":"Oslo"}> | ToolCalls"#,
        ),
        (
            "behind a thought",
            says(&format!("<think>Hm.</think>\n\n{written}")) + &f("stop") + DONE,
            r#"(Hm.)  <get_weather {"location":"Oslo"}> | ToolCalls"#,
        ),
        (
            "two",
            says(&format!("{written}\n{}", written.replace("Oslo", "Paris"))) + &f("stop") + DONE,
            r#" <get_weather {"location":"Oslo"}> <get_weather {"location":"Paris"}> | ToolCalls"#,
        ),
        (
            "words behind a bare one",
            says("{\"name\":\"get_weather\",\"arguments\":{\"location\":\"Oslo\"}}\nI look.") + &f("stop"),
            r#"I look. <get_weather {"location":"Oslo"}> | ToolCalls"#,
        ),
        ("what the server sends itself is not called twice", says(written) + &calls(&sent), CALL),
        ("a cut one", says(&written[..40]) + &f("length") + DONE, " | Length"),
        ("a broken one", says("Hm. <tool_call>{nonsense</tool_call>") + &f("stop") + DONE, "Hm.  | Stop"),
    ]);
}

/// What models may write, marks and their beginnings among it.
const WORDS: [&str; 32] = [
    "It rains. ",
    "\n",
    " ",
    "`",
    "```\n",
    "\"",
    "<",
    "[",
    "{",
    "}",
    "é—",
    "◁",
    "<think>",
    "</think>",
    "[THINK]",
    "[/THINK]",
    "<thinking>",
    "</thinking>",
    "<tool_call>",
    "</tool_call>",
    "<|im_end|>",
    "</s>",
    "<|channel|>",
    "analysis",
    "final",
    "<|message|>",
    "<|end|>",
    "<|start|>",
    "<function=get_time>",
    "</function>",
    "{\"name\": \"get_time\", \"arguments\": {}}",
    "[TOOL_CALLS]",
];

proptest! {
    /// However a server cuts the text of an answer into chunks, the same is heard.
    #[test]
    fn what_is_heard_does_not_depend_on_the_pieces(
        words in vec(0..WORDS.len(), 0..12),
        cuts in vec(1_usize..9, 0..24),
        at_once in any::<bool>(),
    ) {
        let text: String = words.into_iter().map(|word| WORDS[word]).collect();
        let mut chunks = String::new();
        let mut letters = text.chars();
        for cut in cuts {
            chunks += &says(&letters.by_ref().take(cut).collect::<String>());
        }
        chunks += &says(letters.as_str());
        let end = f("stop") + DONE;
        let (whole, chunks) = (says(&text) + &end, chunks + &end);
        let expected = heard_in_pieces([whole.as_bytes()], true);
        let pieces = if at_once { chunks.len() } else { 7 };
        prop_assert_eq!(heard_in_pieces(chunks.as_bytes().chunks(pieces), true), expected, "{}", text);
    }
}
