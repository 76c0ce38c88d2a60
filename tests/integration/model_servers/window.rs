//! A conversation that is too long for the model.

use super::{
    case, play,
    wire::{hi, refuse},
};
use crate::support::Asked;

/// How servers say that a conversation does not fit.
const TOO_LONG: [(&str, u16, &str); 6] = [
    (
        "R8 llama.cpp",
        400,
        r#"{"error":{"code":400,"type":"exceed_context_size_error","message":"the request exceeds the available context size, try increasing it","n_prompt_tokens":5000,"n_ctx":4096}}"#,
    ),
    (
        "R8 vLLM",
        400,
        r#"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4800 in the messages, 200 in the completion).","type":"BadRequestError","code":400}"#,
    ),
    (
        "R8 Anthropic",
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
    ),
    (
        "R8 Gemini",
        400,
        r#"[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."}}]"#,
    ),
    (
        "R8 LM Studio",
        400,
        r#"{"error":"Trying to keep the first 4958 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}"#,
    ),
    (
        "R8 OpenAI",
        400,
        r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
    ),
];

#[actix_web::test]
async fn the_oldest_is_left_out_and_the_thread_goes_on() {
    static LONG: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| "long ".repeat(1000));
    let cases = TOO_LONG.map(|(name, status, body)| {
        // Beside the long message nothing fits: not the instructions, either.
        let rule = move |asked: &Asked| if asked.bytes.len() > 6000 { refuse(status, body) } else { hi() };
        case(name, rule)
            .say("Short")
            .says("Hi")
            .say(LONG.as_str())
            .say("Short again")
            .says("Hi")
            .question(1, |asked| asked.bytes.len() <= 6000)
    });
    play(cases).await;
}
