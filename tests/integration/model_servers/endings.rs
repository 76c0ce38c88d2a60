//! How answers end: what was cut is kept and said to be cut, and nothing else is an end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    case, play,
    wire::{DONE, answer, data, delta, finish, refuse, sse, text, weather_call},
};
use crate::support::Asked;

/// Longer than a client waits for more behind a finish.
const WHILE: Duration = Duration::from_millis(2500);

/// Text with this finish reason in the same chunk.
fn text_finished(words: &str, reason: &Value) -> String {
    data(&json!({"choices": [{"index": 0, "delta": {"content": words}, "finish_reason": reason}]}))
}

#[actix_web::test]
async fn an_unknown_reason_keeps_the_text_and_says_that_it_is_cut() {
    let cases =
        ["error", "network_error", "cancelled", "insufficient_system_resource", "abort"].map(|reason| {
            case(reason, move |_| sse([text("It rains in"), finish(reason), DONE.to_owned()]))
                .say("Hello")
                .says_part("It rains in")
                .fails("model_interrupted", true)
        });
    play(cases).await;
    let full = case("model_length", |_| sse([text("It rains in"), finish("model_length"), DONE.to_owned()]));
    play([full.say("Hello").says_part("It rains in").fails("answer_cut_off", true)]).await;
    let kept = ["stop", "eos", "end_turn", "stop_sequence", "STOP", "COMPLETE", "completed"].map(|reason| {
        case(reason, move |_| sse([text("It rains."), finish(reason), DONE.to_owned()]))
            .say("Hello")
            .says("It rains.")
    });
    play(kept).await;
}

#[actix_web::test]
async fn an_error_within_the_answer_is_not_its_end() {
    let out_of_memory = r#"{"object":"error","message":"out of memory","type":"InternalServerError","param":null,"code":500}"#;
    let shift = r#"{"code":500,"message":"context shift is disabled","type":"server_error"}"#;
    play(
        [
            case("R11b", move |_| {
                sse([text("It rains in"), format!("data: {out_of_memory}\n\n"), DONE.to_owned()])
            })
            .say("Hello")
            .says_part("It rains in")
            .fails("model_failed", true),
            case("R11b'", move |_| sse([text("It rains in"), format!("error: {shift}\n\n"), DONE.to_owned()]))
                .say("Hello")
                .says_part("It rains in")
                .fails("model_failed", true),
            case("R22a", |_| {
                sse([
                    "error: {\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"invalid_request_error\"}\n\n",
                    DONE,
                ])
            })
            .say("Hello")
            .fails("model_message_too_long", false),
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_finish_is_no_end_while_the_answer_goes_on() {
    let dripping = |reason: Value| {
        move |_: &Asked| {
            sse([text_finished("It rains ", &reason)])
                .pause(WHILE)
                .send(text_finished("in Oslo.", &reason))
                .pause(WHILE)
                .send(finish("stop"))
                .send(DONE)
        }
    };
    play([
        case("R11c", dripping(json!("null"))).say("Hello").says("It rains in Oslo."),
        case("R11d", dripping(json!("stop"))).say("Hello").says("It rains in Oslo."),
        case("R11e", |_| {
            sse([text_finished("", &json!("stop"))])
                .pause(WHILE)
                .send(text("It rains."))
                .send(finish("stop"))
                .send(DONE)
        })
        .say("Hello")
        .says("It rains."),
        case("DONE without a reason", |_| sse([text("The sea"), DONE.to_owned()]))
            .say("Hello")
            .says_part("The sea"),
    ])
    .await;
}

#[actix_web::test]
async fn a_call_that_was_cut_is_not_run() {
    let cut = |_: &Asked| {
        let calls = json!([weather_call("c1", "{\"location\":\"Os")]);
        sse([delta(&json!({"tool_calls": calls})), finish("error"), DONE.to_owned()])
    };
    play([case("R11g", cut).say("Weather in Oslo?").cards(0).fails("model_interrupted", true).asked(1)])
        .await;
}

#[actix_web::test]
async fn a_title_is_never_cut_and_never_a_refusal() {
    play([
        case("R23 cut", |_| answer("Hi"))
            .titles(|_| sse([text("Weather in Os"), finish("length"), DONE.to_owned()]))
            .say("Is it raining in Oslo?")
            .says("Hi")
            .title("Is it raining in Oslo?"),
        case("R23 filtered", |_| answer("Hi"))
            .titles(|_| sse([text("I cannot"), finish("content_filter"), DONE.to_owned()]))
            .say("Is it raining in Oslo?")
            .says("Hi")
            .title("Is it raining in Oslo?"),
        case("no title at all", |_| answer("Hi"))
            .titles(|_| refuse(500, "{}"))
            .say("Is it raining in Oslo?")
            .says("Hi")
            .title("Is it raining in Oslo?"),
    ])
    .await;
}
