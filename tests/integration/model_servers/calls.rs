//! Calls of tools as models and servers write them.

use serde_json::{Value, json};

use super::{
    Case, case, play,
    wire::{DONE, answer, calling, delta, finish, holds, last_role, messages, sse, text},
};
use crate::support::{Asked, Reply};

const OSLO: &str = "{\"location\":\"Oslo\"}";
const PARIS: &str = "{\"location\":\"Paris\"}";

fn function(name: &str, arguments: &str) -> Value {
    json!({"name": name, "arguments": arguments})
}

/// A stream of these pieces of calls, each a chunk of its own.
fn pieces(pieces: &[Value]) -> Reply {
    let chunks = pieces.iter().map(|piece| delta(&json!({"tool_calls": [piece]})));
    sse(chunks.chain([finish("tool_calls"), DONE.to_owned()]))
}

/// Calls at first, and then says so, once each call has its result.
fn then_done(asked: &Asked, calls: impl Fn() -> Reply) -> Reply {
    if last_role(asked) != "tool" {
        return calls();
    }
    let made: Vec<String> = messages(asked)
        .iter()
        .flat_map(|message| message["tool_calls"].as_array().cloned().unwrap_or_default())
        .map(|call| call["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    let answered: Vec<&str> =
        messages(asked).iter().filter_map(|message| message["tool_call_id"].as_str()).collect();
    let mut unique = made.clone();
    unique.sort();
    unique.dedup();
    if made == answered && unique.len() == made.len() && made.iter().all(|id| !id.is_empty()) {
        answer("Done.")
    } else {
        answer(&format!("calls {made:?} and results {answered:?} are no pairs"))
    }
}

fn shows(name: &'static str, cards: usize, calls: impl Fn() -> Reply + Send + 'static) -> Case {
    case(name, move |asked| then_done(asked, &calls)).say("Weather?").says("Done.").cards(cards)
}

#[actix_web::test]
async fn calls_are_put_together_by_what_is_unambiguous() {
    let full = |index: Value, id: &str, arguments: &str| json!({"index": index, "id": id, "type": "function", "function": function("get_weather", arguments)});
    play([
        shows("R13c one id", 2, move || {
            calling(&json!([full(json!(0), "call_1", OSLO), full(json!(1), "call_1", PARIS)]))
        }),
        shows("R13d changing ids", 1, move || {
            pieces(&[
                full(json!(0), "call_a", ""),
                json!({"index": 0, "id": "call_b", "function": {"arguments": "{\"location\":"}}),
                json!({"index": 0, "id": "call_c", "function": {"arguments": "\"Oslo\"}"}}),
            ])
        }),
        shows("R13g index -1", 1, move || {
            pieces(&[full(json!(-1), "tooluse_1", ""), json!({"index": -1, "function": {"arguments": OSLO}})])
        }),
        shows("R13p one index", 2, move || {
            pieces(&[
                full(json!(0), "c1", OSLO),
                full(json!(0), "c2", ""),
                json!({"index": 1, "function": {"arguments": PARIS}}),
            ])
        }),
        shows("R13m of old", 1, || {
            sse([
                delta(&json!({"function_call": function("get_weather", OSLO)})),
                finish("function_call"),
                DONE.to_owned(),
            ])
        }),
        shows("R13e number as id", 1, || {
            calling(&json!([{"index": 0, "id": 7, "function": function("get_weather", OSLO)}]))
        }),
        shows("R13f index as text", 1, || {
            calling(&json!([{"index": "0", "id": "c1", "function": function("get_weather", OSLO)}]))
        }),
        shows("R13j object", 1, || {
            calling(&json!({"index": 0, "id": "c1", "function": function("get_weather", OSLO)}))
        }),
        shows("no id", 1, || calling(&json!([{"index": 0, "function": function("get_weather", OSLO)}]))),
        shows("arguments as an object", 1, || {
            calling(&json!([{"index": 0, "id": "c1", "function": {
                "name": "get_weather", "arguments": {"location": "Oslo"},
            }}]))
        }),
        case("R13 an empty call behind text", |_| {
            sse([text("It rains."), delta(&json!({"tool_calls": [{}]})), finish("stop"), DONE.to_owned()])
        })
        .say("Hello")
        .says("It rains."),
    ])
    .await;
}

#[actix_web::test]
async fn a_call_written_as_text_is_run_and_never_shown() {
    let texts = [
        (
            "R18 tool_call",
            "<tool_call>\n{\"name\":\"get_weather\",\"arguments\":{\"location\":\"Oslo\"}}\n</tool_call>",
        ),
        ("R18 function", "<function=get_weather><parameter=location>Oslo</parameter></function>"),
    ];
    let mut cases = Vec::new();
    for (name, words) in texts {
        cases.push(shows(name, 1, move || answer(words)).never(|asked| holds(asked, "<tool_call>")));
        cases.push(shows(name, 1, move || {
            let letters = words.chars().map(|letter| text(&letter.to_string()));
            sse(letters.chain([finish("stop"), DONE.to_owned()]))
        }));
    }
    play(cases).await;
}

#[actix_web::test]
async fn arguments_and_names_are_read_as_models_write_them() {
    let arguments = [
        ("R19 encoded twice", "\"{\\\"location\\\":\\\"Oslo\\\"}\""),
        ("R19 fenced", "```json\n{\"location\":\"Oslo\"}\n```"),
        ("R19 closing mark", "{\"location\":\"Oslo\"}</tool_call>"),
        ("R19 one brace more", "{\"location\":\"Oslo\"}}"),
        ("R19 empty object first", "{}{\"location\":\"Oslo\"}"),
    ];
    let names = [
        "functions.get_weather",
        "functions.get_weather:0",
        "default_api.get_weather",
        "get_weather<|channel|>commentary",
        " get_weather ",
    ];
    let calls = |name: String, arguments: String| {
        move || {
            calling(&json!([{
                "index": 0, "id": "c1", "type": "function", "function": function(&name, &arguments),
            }]))
        }
    };
    let mut cases: Vec<Case> = arguments
        .into_iter()
        .map(|(row, arguments)| shows(row, 1, calls("get_weather".to_owned(), arguments.to_owned())))
        .collect();
    cases.extend(names.map(|name| shows(name, 1, calls(name.to_owned(), OSLO.to_owned()))));
    cases.push(shows("R19 null", 1, calls("show_city_selector".to_owned(), "null".to_owned())));
    play(cases).await;
}

#[actix_web::test]
async fn the_same_call_again_and_again_shows_one_card() {
    let stubborn = |asked: &Asked| {
        let results = messages(asked).iter().filter(|message| message["role"] == "tool").count();
        if results >= 2 {
            return answer("It is cold.");
        }
        calling(&json!([{
            "index": 0, "id": format!("c{results}"), "type": "function", "function": function("get_weather", OSLO),
        }]))
    };
    play([case("the same call", stubborn).say("Weather in Oslo?").says("It is cold.").cards(1)]).await;
}
