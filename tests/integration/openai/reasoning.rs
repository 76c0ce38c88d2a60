//! Models that show what they think.

use serde_json::{Value, json};

use super::{deltas, done};
use crate::support::{Gate, Provider, Reply};

/// A step of an answer, as servers send it.
fn delta(reply: Reply, delta: &Value) -> Reply {
    reply.send(format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": delta}]})))
}

fn thought(item: &Value) -> &Value {
    assert_eq!((&item["type"], &item["workflow"]["type"]), (&json!("workflow"), &json!("reasoning")));
    &item["workflow"]["tasks"][0]["content"]
}

#[actix_web::test]
async fn reasoning_is_a_workflow_before_the_answer_however_a_server_sends_it() {
    let details =
        |kind: &str, key: &str, text: &str| json!({"reasoning_details": [{"type": kind, key: text}]});
    let parts =
        |text: &str| json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]});
    for (case, first, second) in [
        ("DeepSeek, vLLM", json!({"reasoning_content": "Is it "}), json!({"reasoning_content": "cold?"})),
        ("OpenRouter, Groq, Ollama", json!({"reasoning": "Is it "}), json!({"reasoning": "cold?"})),
        ("others", json!({"thinking": "Is it "}), json!({"thinking": "cold?"})),
        (
            "OpenRouter in detail",
            details("reasoning.text", "text", "Is it "),
            details("reasoning.summary", "summary", "cold?"),
        ),
        (
            "said twice",
            json!({"reasoning": "Is it ", "reasoning_details": [{"type": "reasoning.text", "text": "Is it "}]}),
            json!({"reasoning": "cold?", "reasoning_content": null}),
        ),
        ("Mistral", parts("Is it "), parts("cold?")),
        ("with marks", json!({"content": "<think>\nIs it "}), json!({"content": "cold?</think>\n\n"})),
        (
            "marks of another kind",
            json!({"content": "[THINK]Is it "}),
            json!({"content": "cold?[/THINK]\n\n"}),
        ),
        ("only a closing mark", json!({"content": "Is it "}), json!({"content": "cold?</think>\n\n"})),
    ] {
        let reply = delta(delta(delta(Reply::begin(), &json!({"reasoning": "\n"})), &first), &second);
        let provider = Provider::start([reply.say("Very cold.").finish("stop")]).await;
        let process = provider.service().start().await;
        let client = process.client();
        let mut turn = client.create("Oslo?").await;
        let thread_id = turn.thread_id().await;
        let events = turn.rest().await;
        let items = done(&events);
        assert_eq!(thought(items[1]), "Is it cold?", "{case}");
        assert_eq!(items[1]["workflow"]["summary"], json!({"duration": 0}), "{case}");
        assert_eq!(items[2]["content"][0]["text"], "Very cold.", "{case}");
        assert_eq!(client.items(&thread_id).await[1], *items[1], "{case}");
    }
}

#[actix_web::test]
async fn reasoning_is_shown_while_it_goes_on_and_ends_when_the_answer_begins() {
    let (thinking, saying) = (Gate::closed(), Gate::closed());
    let reply = delta(Reply::begin(), &json!({"reasoning_content": "Let me see."}));
    let reply = reply.wait_at(&thinking).say("So ").wait_at(&saying).say("it is.").finish("stop");
    let provider = Provider::start([reply]).await;
    let process = provider.service().start().await;
    let mut turn = process.client().create("Well?").await;
    let task = turn.until("thread.item.updated").await;
    assert_eq!(task["update"]["type"], "workflow.task.added");
    assert_eq!(task["update"]["task"]["content"], "Let me see.");
    thinking.open(1);
    let over = turn.until("thread.item.done").await;
    assert_eq!(thought(&over["item"]), "Let me see.");
    turn.until_text("So ").await;
    saying.open(1);
    assert_eq!(deltas(&turn.rest().await), ["it ", "is."]);
}

#[actix_web::test]
async fn reasoning_between_calls_is_shown_round_by_round_and_goes_back_with_its_calls() {
    let think = |text: &str| delta(Reply::begin(), &json!({"reasoning_content": text}));
    let first = delta(think("I need the weather."), &json!({"content": "\n\n"}));
    let provider = Provider::start([
        first.call(0, "call_1", "get_weather", r#"{"location":"Oslo"}"#).finish("tool_calls"),
        think("It is cold.").say("Take a coat.").finish("stop"),
        Reply::text("You are welcome."),
    ])
    .await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("A coat?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    let kinds: Vec<_> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["user_message", "workflow", "workflow", "assistant_message", "widget"]);
    assert_eq!(
        (thought(items[1]), thought(items[2])),
        (&json!("I need the weather."), &json!("It is cold."))
    );
    client.say(&thread_id, "Thanks").await.rest().await;
    let asked = provider.answers();
    assert_eq!(asked.len(), 3);
    // DeepSeek refuses calls that come back without the reasoning it sent with them, in later turns too.
    for asked in &asked[1..] {
        let called = asked.messages().iter().find(|message| message.get("tool_calls").is_some()).unwrap();
        assert_eq!(called["reasoning_content"], "I need the weather.");
        let texts = asked.messages().iter().map(|message| message["content"].to_string());
        assert!(texts.into_iter().all(|text| !text.contains("I need the weather.")));
    }
}

#[actix_web::test]
async fn a_model_that_thinks_again_within_its_answer_says_the_rest_in_another_message() {
    let reply = delta(Reply::begin().say("It is cold."), &json!({"reasoning": "Or is it?"}));
    let provider = Provider::start([reply.say("Quite cold.").finish("stop"), Reply::text("Fine.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Oslo?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    assert_eq!(items[1]["content"][0]["text"], "It is cold.");
    assert_eq!(thought(items[2]), "Or is it?");
    assert_eq!(items[3]["content"][0]["text"], "Quite cold.");
    let stored = client.items(&thread_id).await;
    assert_eq!(stored.iter().collect::<Vec<_>>()[1..], items[1..]);
}

#[actix_web::test]
async fn a_model_that_breaks_off_while_it_thinks_leaves_no_half_thought() {
    let provider = Provider::start([delta(Reply::begin(), &json!({"reasoning": "Let me"})).cut()]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Oslo?").await;
    let thread_id = turn.thread_id().await;
    assert!(turn.rest().await.iter().any(|event| event["type"] == "error"));
    assert_eq!(client.items(&thread_id).await.len(), 1);
}

#[actix_web::test]
async fn an_answer_that_is_only_reasoning_is_none() {
    let reply = delta(Reply::begin(), &json!({"reasoning": "Hm."})).finish("stop");
    let provider = Provider::start([reply]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Well?").await.rest().await;
    assert_eq!(thought(done(&events)[1]), "Hm.");
    let error = events.iter().find(|event| event["type"] == "error").unwrap();
    assert!(error["message"].as_str().unwrap().contains("empty answer"), "{error}");
}

/// Each update of a task carries the whole task.
#[actix_web::test]
async fn long_reasoning_does_not_cost_the_square_of_its_length() {
    let word = "thinking on and on, ";
    let words = 3_000;
    let reply = (0..words).fold(Reply::begin(), |reply, _| delta(reply, &json!({"reasoning": word})));
    let provider = Provider::start([reply.say("Yes.").finish("stop")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Well?").await.rest().await;
    let whole = thought(done(&events)[1]).as_str().unwrap();
    assert_eq!(whole.len(), words * word.len());
    let shown = |event: &Value| event["update"]["task"]["content"].as_str().map(str::len);
    let (updates, bytes) = events.iter().filter_map(shown).fold((0, 0), |(n, sum), len| (n + 1, sum + len));
    assert!(bytes < 20 * whole.len(), "{bytes} bytes for a thought of {}", whole.len());
    assert!((20..words).contains(&updates), "{updates} updates");
}

#[actix_web::test]
async fn a_thought_beyond_reason_is_cut_where_it_is_shown() {
    let reply = delta(Reply::begin(), &json!({"reasoning": "é".repeat(200 << 10)}));
    let provider =
        Provider::start([delta(reply, &json!({"reasoning": "more"})).say("Yes.").finish("stop")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Well?").await.rest().await;
    let shown = thought(done(&events)[1]).as_str().unwrap();
    assert!(shown.ends_with("é…") && shown.len() < 130 << 10, "{}", shown.len());
    assert_eq!(done(&events)[2]["content"][0]["text"], "Yes.");
}
