//! What goes back to the model of earlier turns, and in which form.

use serde_json::{Value, json};

use super::{
    case, play,
    wire::{
        DONE, answer, assistant_with_calls, call, call_then, calling, delta, finish, hi, holds, last_role,
        messages, refuse, sse, text, weather_call,
    },
};
use crate::support::{Asked, Reply};

#[actix_web::test]
async fn thoughts_go_back_to_whoever_sent_them() {
    let deepseek = |asked: &Asked| {
        if assistant_with_calls(asked).any(|message| !message["reasoning_content"].is_string()) {
            refuse(
                400,
                r#"{"error":{"message":"Missing `reasoning_content` field in the assistant message at message index 2.","type":"invalid_request_error","code":"invalid_request_error"}}"#,
            )
        } else if last_role(asked) == "tool" {
            answer("Cold.")
        } else {
            let calls = json!([weather_call("c1", "{\"location\":\"Oslo\"}")]);
            sse([
                delta(&json!({"reasoning_content": "need the weather"})),
                delta(&json!({"tool_calls": calls})),
                finish("tool_calls"),
                DONE.to_owned(),
            ])
        }
    };
    let mistral = |asked: &Asked| {
        if holds(asked, "reasoning_content") {
            refuse(
                422,
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","messages",2,"reasoning_content"],"msg":"Extra inputs are not permitted"}]}"#,
            )
        } else {
            call_then(asked, "Cold.")
        }
    };
    let gemini = |asked: &Asked| {
        let unsigned = |message: &Value| {
            message["tool_calls"].as_array().unwrap().iter().any(|call| call.get("extra_content").is_none())
        };
        if assistant_with_calls(asked).any(unsigned) {
            refuse(
                400,
                r#"[{"error":{"code":400,"message":"Function call is missing a thought_signature in functionCall parts.","status":"INVALID_ARGUMENT"}}]"#,
            )
        } else if last_role(asked) == "tool" {
            answer("Cold.")
        } else {
            let mut call = weather_call("c1", "{\"location\":\"Oslo\"}");
            call["extra_content"] = json!({"google": {"thought_signature": "U0lH"}});
            calling(&json!([call]))
        }
    };
    let gemini_names = |asked: &Asked| {
        let named = |message: &Value| message["role"] != "tool" || message["name"] == "get_weather";
        if messages(asked).iter().all(named) {
            call_then(asked, "Cold.")
        } else {
            refuse(
                400,
                r#"[{"error":{"code":400,"message":"* GenerateContentRequest.contents[2].parts[0].function_response.name: Name cannot be empty.","status":"INVALID_ARGUMENT"}}]"#,
            )
        }
    };
    play([
        case("R3 DeepSeek", deepseek)
            .say("Weather in Oslo?")
            .says("Cold.")
            .thinks("need the weather")
            .cards(1),
        case("R3 Mistral", mistral).say("Weather in Oslo?").says("Cold.").cards(1),
        case("R4 Gemini", gemini).say("Weather in Oslo?").says("Cold.").question(2, |asked| {
            let mut calls = assistant_with_calls(asked);
            calls.all(|message| {
                message["tool_calls"][0]["extra_content"]["google"]["thought_signature"] == "U0lH"
            })
        }),
        case("R4b Gemini's names", gemini_names).say("Weather in Oslo?").says("Cold."),
    ])
    .await;
}

#[actix_web::test]
async fn schemas_are_those_that_every_server_reads() {
    let strict = |asked: &Asked| {
        let tools = asked.body["tools"].to_string();
        if tools.contains("\"type\":[") {
            refuse(
                400,
                r#"[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"type\" at 'tools[0].function_declarations[1].parameters.properties[0].value': Proto field is not repeating, cannot start list.","status":"INVALID_ARGUMENT"}}]"#,
            )
        } else if tools.contains("\"properties\":{}") {
            refuse(
                400,
                r#"[{"error":{"code":400,"message":"* GenerateContentRequest.tools[0].function_declarations[2].parameters.properties: should be non-empty for OBJECT type","status":"INVALID_ARGUMENT"}}]"#,
            )
        } else {
            hi()
        }
    };
    play([case("R4c", strict).say("Hello").says("Hi").asked(1)]).await;
}

/// A server whose template wants user and assistant by turns.
fn by_turns(asked: &Asked, otherwise: impl Fn(&Asked) -> Reply) -> Reply {
    let roles = messages(asked).iter().filter(|message| {
        message["role"] != "system" && message["role"] != "tool" && !message["tool_calls"].is_array()
    });
    let roles: Vec<&Value> = roles.map(|message| &message["role"]).collect();
    if roles.windows(2).any(|pair| pair[0] == pair[1]) || roles.first().is_some_and(|role| *role != "user") {
        return refuse(
            500,
            r#"{"error":{"code":500,"message":"After the optional system message, conversation roles must alternate user/assistant/user/assistant/...","type":"server_error"}}"#,
        );
    }
    otherwise(asked)
}

fn weather_or_hi(asked: &Asked) -> Reply {
    let last = messages(asked).last().map(ToString::to_string).unwrap_or_default();
    match last_role(asked) {
        "tool" => answer("It is cold."),
        _ if last.contains("eather") || last.contains("Paris") => call(),
        _ => hi(),
    }
}

#[actix_web::test]
async fn user_and_assistant_speak_by_turns() {
    let quoted = json!({"input": {
        "content": [{"type": "input_text", "text": "Why?"}], "attachments": [],
        "inference_options": {}, "quoted_text": "Hi",
    }});
    let selector = |asked: &Asked| match last_role(asked) {
        "tool" => answer("Choose one."),
        _ if messages(asked).len() > 2 => hi(),
        _ => calling(&json!([{
            "index": 0, "id": "c1", "type": "function",
            "function": {"name": "show_city_selector", "arguments": "{}"},
        }])),
    };
    let breaks_off = |asked: &Asked| {
        if holds(asked, "Again") { hi() } else { sse([text("It rains ")]).cut() }
    };
    let refuses_once = |asked: &Asked| {
        if holds(asked, "Again") { hi() } else { refuse(400, r#"{"error":{"message":"no","type":"x"}}"#) }
    };
    let looks_first = |asked: &Asked| match last_role(asked) {
        "tool" => answer("Cold."),
        _ if holds(asked, "Thanks") => hi(),
        _ => {
            let calls = json!([weather_call("c1", "{\"location\":\"Oslo\"}")]);
            sse([
                text("Let me look."),
                delta(&json!({"tool_calls": calls})),
                finish("tool_calls"),
                DONE.to_owned(),
            ])
        }
    };
    play([
        case("R5a", |asked| by_turns(asked, weather_or_hi))
            .say("Weather in Oslo?")
            .says("It is cold.")
            .say("And in Paris?")
            .says("It is cold."),
        case("R5b", |asked| by_turns(asked, weather_or_hi))
            .say("Hello")
            .says("Hi")
            .send("threads.add_user_message", quoted)
            .says("Hi"),
        case("R5c", move |asked| by_turns(asked, selector))
            .say("Let me choose a city")
            .passes()
            .act("city_selected", json!({"city_value": "boston", "city_label": "Boston"}))
            .passes(),
        case("R5d", move |asked| by_turns(asked, breaks_off)).say("Hello").say("Again").says("Hi"),
        case("R5e", move |asked| by_turns(asked, refuses_once)).say("Hello").say("Again").says("Hi"),
        case("R5f", move |asked| by_turns(asked, looks_first))
            .say("Weather in Oslo?")
            .passes()
            .say("Thanks")
            .says("Hi"),
    ])
    .await;
}

#[actix_web::test]
async fn what_was_refused_is_left_out_later() {
    let filter = |asked: &Asked| {
        if holds(asked, "KILLWORD") {
            refuse(
                400,
                r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            )
        } else {
            hi()
        }
    };
    let moderation = |asked: &Asked| {
        if holds(asked, "KILLWORD") {
            refuse(
                403,
                r#"{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"]}}}"#,
            )
        } else {
            hi()
        }
    };
    play([
        case("R6", filter)
            .say("Say KILLWORD")
            .fails("model_input_filtered", false)
            .say("What is the weather in Oslo?")
            .says("Hi"),
        case("R6b", moderation)
            .say("Say KILLWORD")
            .fails("model_input_filtered", false)
            .say("What is the weather in Oslo?")
            .says("Hi"),
    ])
    .await;
}
