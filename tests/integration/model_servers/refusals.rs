//! Servers that refuse a part of the question: it is asked again without that part, and once only.

use serde_json::json;

use super::{
    case, play,
    wire::{answer, call_then, has, hi, holds, messages, refuse, refuse_with},
};
use crate::support::{Asked, Reply};

const OPENAI_TOOLS: &str = r#"{"error":{"message":"Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.","type":"invalid_request_error","param":"reasoning_effort","code":null}}"#;
const NO_EFFORT: &str = r#"{"error":{"message":"Unsupported value: 'reasoning_effort' does not support 'none' with this model.","param":"reasoning_effort","code":"unsupported_value"}}"#;
const NO_TOOLS_AT_ALL: &str = r#"{"error":{"message":"Function tools are not supported for gpt-6-astra in /v1/chat/completions. Please use /v1/responses instead.","param":"tools","code":null}}"#;

/// How servers say that a model calls no tools.
const NO_TOOLS: [(&str, u16, &str); 4] = [
    (
        "R2 Ollama",
        400,
        r#"{"error":{"message":"registry.ollama.ai/library/gemma3:4b does not support tools","type":"invalid_request_error","param":null,"code":null}}"#,
    ),
    (
        "R2 vLLM",
        400,
        r#"{"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","code":400}"#,
    ),
    (
        "R2 llama.cpp",
        500,
        r#"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
    ),
    ("R2 OpenRouter", 404, r#"{"error":{"message":"No endpoints found that support tool use.","code":404}}"#),
];

/// How servers say that a model looks at no pictures.
const NO_PICTURES: [(&str, u16, &str); 3] = [
    ("R7 plain", 400, r#"{"error":{"message":"this model does not support image input"}}"#),
    (
        "R7 serde",
        400,
        r#"{"error":{"message":"Failed to deserialize the JSON body into the target type: messages[1]: unknown variant `image_url`, expected `text`","code":"invalid_request_error"}}"#,
    ),
    (
        "R7 llama.cpp",
        500,
        r#"{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}"#,
    ),
];

fn refuses_if(
    refused: fn(&Asked) -> bool,
    status: u16,
    body: &'static str,
) -> impl Fn(&Asked) -> Reply + Send {
    move |asked| if refused(asked) { refuse(status, body) } else { hi() }
}

#[actix_web::test]
async fn openai_s_newest_models_are_asked_without_reasoning_or_elsewhere() {
    let effort = |asked: &Asked| asked.body["reasoning_effort"].as_str().map(str::to_owned);
    let newest = move |asked: &Asked| {
        if has(asked, "tools") && effort(asked).as_deref() != Some("none") {
            refuse(400, OPENAI_TOOLS)
        } else {
            hi()
        }
    };
    let none_of_it = |asked: &Asked| {
        if asked.target.ends_with("/responses") {
            refuse_with(404, "Unknown path")
        } else if has(asked, "reasoning_effort") {
            refuse(400, NO_EFFORT)
        } else if has(asked, "tools") {
            refuse(400, NO_TOOLS_AT_ALL)
        } else {
            hi()
        }
    };
    play([
        case("R1", newest)
            .say("Hello")
            .says("Hi")
            .asked(2)
            .question(2, |asked| asked.body["reasoning_effort"] == "none" && has(asked, "tools"))
            .say("Hello again")
            .says("Hi")
            .asked(3),
        case("R1b", none_of_it).say("Hello").says("Hi").say("Hello again").says("Hi"),
    ])
    .await;
}

#[actix_web::test]
async fn a_model_without_tools_answers_without_them() {
    let cases = NO_TOOLS.map(|(name, status, body)| {
        case(name, refuses_if(|asked| has(asked, "tools"), status, body))
            .say("Hello")
            .says("Hi")
            .asked(2)
            .say("Hello again")
            .says("Hi")
            .asked(3)
            .question(3, |asked| !has(asked, "tools"))
    });
    play(cases).await;
}

#[actix_web::test]
async fn a_tool_that_the_user_chose_is_asked_for_in_the_form_that_is_known() {
    let rule = refuses_if(
        |asked| asked.body["tool_choice"].is_object(),
        400,
        r#"{"error":{"message":"tool_choice: only 'auto', 'none' and 'required' are supported","param":"tool_choice"}}"#,
    );
    let chosen = json!({"input": {
        "content": [{"type": "input_text", "text": "Hello"}], "attachments": [],
        "inference_options": {"tool_choice": {"id": "get_weather"}},
    }});
    play([case("R2g", rule).send("threads.create", chosen).passes()]).await;
}

#[actix_web::test]
async fn a_picture_that_is_refused_is_left_out_and_the_thread_goes_on() {
    let cases = NO_PICTURES.map(|(name, status, body)| {
        case(name, refuses_if(|asked| holds(asked, "image_url"), status, body))
            .show("What is this?")
            .says("Hi")
            .say("Never mind. Hello!")
            .says("Hi")
    });
    play(cases).await;
}

#[actix_web::test]
async fn fields_are_left_out_whatever_the_words_of_the_refusal() {
    let verified = r#"{"error":{"message":"Your organization must be verified to stream this model. Please go to the settings.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}"#;
    let whole =
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;
    let streams = |asked: &Asked| asked.body["stream"] == true;
    let null_content = |asked: &Asked| {
        messages(asked).iter().any(|message| message["role"] == "assistant" && message["content"].is_null())
    };
    play(
        [
            case(
                "R12a FastAPI",
                refuses_if(
                    |asked| has(asked, "stream_options"),
                    422,
                    r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"include_usage":true}}]}"#,
                ),
            )
            .say("Hello")
            .says("Hi")
            .say("Again")
            .says("Hi")
            .asked(3),
            case("R12b Mistral", |_| hi())
                .titles(|asked| {
                    if has(asked, "max_completion_tokens") {
                        refuse(422, r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":200}]},"type":"invalid_request_error","param":null,"code":null}"#)
                    } else {
                        answer("A greeting")
                    }
                })
                .say("Hello")
                .says("Hi")
                .title("A greeting"),
            case(
                "R12c a key that is part of a word",
                refuses_if(
                    |asked| has(asked, "stream_options"),
                    400,
                    r#"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#,
                ),
            )
            .set("OPENAI_API_KEY", "options")
            .say("Hello")
            .says("Hi"),
            case("R12d unverified", move |asked| {
                if streams(asked) { refuse(400, verified) } else { refuse(200, whole) }
            })
            .say("Hello")
            .says("Hi"),
            case("R12d unverified for tools", move |asked| {
                match (streams(asked), has(asked, "tools")) {
                    (true, true) => refuse(400, verified),
                    (true, false) => hi(),
                    (false, _) => refuse(200, whole),
                }
            })
            .say("Hello")
            .says("Hi"),
            case(
                "R12e no system role",
                refuses_if(
                    |asked| messages(asked).iter().any(|message| message["role"] == "system"),
                    400,
                    r#"{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,"code":400}"#,
                ),
            )
            .say("Hello")
            .says("Hi"),
            case("R12f no null content", move |asked| {
                if null_content(asked) {
                    refuse(400, r#"{"error":"Invalid 'content': 'content' field must be a string or an array of objects."}"#)
                } else {
                    call_then(asked, "It is cold.")
                }
            })
            .say("Weather in Oslo?")
            .says("It is cold.")
            .cards(1),
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_call_that_the_server_could_not_read_is_asked_for_again() {
    const FAILED: &str = r#"{"error":{"message":"Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<function=get_weather>{\"location\": \"Oslo\"}</function>"}}"#;
    let once = |first: fn() -> Reply| {
        let asked = std::sync::atomic::AtomicBool::new(false);
        move |_: &Asked| {
            if asked.swap(true, std::sync::atomic::Ordering::SeqCst) { hi() } else { first() }
        }
    };
    play([
        case("R20 refused", once(|| refuse(400, FAILED))).say("Weather in Oslo?").says("Hi"),
        case(
            "R20 in the stream",
            once(|| Reply::raw(200, "text/event-stream", format!("event: error\ndata: {FAILED}\n\n"))),
        )
        .say("Weather in Oslo?")
        .says("Hi"),
    ])
    .await;
}

#[actix_web::test]
async fn a_wrong_address_a_wrong_model_and_a_missing_header_are_told_apart() {
    play(
        [
            case("R21 without /v1", |asked| {
                if asked.target == "/v1/chat/completions" {
                    hi()
                } else {
                    Reply::raw(404, "text/plain", "404 page not found")
                }
            })
            .path("")
            .say("Hello")
            .says("Hi")
            .say("Again")
            .says("Hi")
            .asked(3),
            case("R21 unknown model", |_| {
                refuse(404, r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error"}}"#)
            })
            .say("Hello")
            .fails("model_unknown", false),
            case("R21 a gateway's key", |asked| {
                if asked.header("ocp-apim-subscription-key") == Some("a-key-of-a-gateway") {
                    hi()
                } else {
                    refuse(401, r#"{"statusCode":401,"message":"Access denied due to missing subscription key. Make sure to include subscription key."}"#)
                }
            })
            .set("MODEL_HEADERS", "Ocp-Apim-Subscription-Key: a-key-of-a-gateway")
            .say("Hello")
            .says("Hi"),
        ],
    )
    .await;
}
