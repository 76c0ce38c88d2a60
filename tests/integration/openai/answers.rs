//! What becomes of the model's answers.

use serde_json::{Value, json};

use super::{deltas, done};
use crate::support::{Gate, Provider, Reply};

/// Where a weather card's place is written.
fn place(card: &Value) -> &Value {
    &card["widget"]["children"][0]["children"][0]["children"][0]["children"][0]["value"]
}

#[actix_web::test]
async fn text_reaches_the_user_word_by_word_as_it_comes() {
    let gate = Gate::closed();
    let reply = Reply::begin().say("Grüß Gott, ").wait_at(&gate).say("wie geht’s? 🌤").finish("stop");
    let provider = Provider::start([reply]).await;
    let process = provider.service().start().await;
    let mut turn = process.client().create("Servus").await;
    // The rest is held back by the gate, so this is seen before the answer is complete.
    turn.until_text("Gott, ").await;
    gate.open(1);
    let events = turn.rest().await;
    assert_eq!(deltas(&events), ["wie ", "geht’s? ", "🌤"]);
    assert_eq!(done(&events)[0]["content"][0]["text"], "Grüß Gott, wie geht’s? 🌤");
}

#[actix_web::test]
async fn a_stream_cut_at_every_byte_gives_the_same_answer() {
    let calls = Reply::calls([
        ("call_1", "get_weather", json!({"location": "Zürich"})),
        ("call_2", "get_weather", json!({"location": "São Paulo"})),
    ]);
    let provider = Provider::start([calls.byte_by_byte(), Reply::text("Grüezi! 🌤").byte_by_byte()]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Zürich and São Paulo?").await.rest().await;
    let items = done(&events);
    assert_eq!(items[1]["content"][0]["text"], "Grüezi! 🌤");
    assert_eq!(place(items[2]), "Zürich, Switzerland");
    assert_eq!(place(items[3]), "São Paulo, Brazil");
    let asked = provider.answers().pop().unwrap();
    let calls = &asked.messages()[2]["tool_calls"];
    assert_eq!(calls[0]["function"]["arguments"], r#"{"location":"Zürich"}"#);
    assert_eq!(calls[1]["function"]["arguments"], r#"{"location":"São Paulo"}"#);
}

#[actix_web::test]
async fn two_cities_make_two_cards_in_order_after_the_text() {
    let calls = Reply::calls([
        ("call_1", "get_weather", json!({"location": "Tokyo"})),
        ("call_2", "get_weather", json!({"location": "Lima"})),
    ]);
    let provider = Provider::start([calls, Reply::text("Both are mild.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Tokyo and Lima?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    let kinds: Vec<_> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["user_message", "assistant_message", "widget", "widget"]);
    assert_eq!((place(items[2]), place(items[3])), (&json!("Tokyo, Japan"), &json!("Lima, Peru")));
    let stored = client.items(&thread_id).await;
    assert_eq!(stored.iter().collect::<Vec<_>>()[1..], items[1..], "what was shown is what is stored");
}

#[actix_web::test]
async fn calls_over_several_rounds_show_their_widgets_at_the_end() {
    let provider = Provider::start([
        Reply::calls([("call_1", "get_weather", json!({"location": "Tokyo"}))]),
        Reply::calls([("call_2", "show_city_selector", json!({}))]),
        Reply::text("There."),
    ])
    .await;
    let process = provider.service().start().await;
    let events = process.client().create("Tokyo, and more cities").await.rest().await;
    let items = done(&events);
    let keys: Vec<_> = items[2..].iter().map(|item| item["widget"]["key"].as_str().unwrap()).collect();
    assert_eq!((&items[1]["content"][0]["text"], keys), (&json!("There."), vec!["weather", "city_selector"]));
    let asked = provider.answers().pop().unwrap();
    let roles: Vec<_> = asked.messages().iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "tool", "assistant", "tool"]);
}

#[actix_web::test]
async fn what_is_done_for_the_user_is_said_while_it_is_done() {
    let provider =
        Provider::start([Reply::calls([("call_1", "get_weather", json!({"location": "Oslo"}))])]).await;
    provider.then([Reply::text("Cold.")]);
    let process = provider.service().start().await;
    let mut turn = process.client().create("Oslo?").await;
    let progress = turn.until("progress_update").await;
    assert!(progress["text"].as_str().unwrap().contains("Oslo"), "{progress}");
}

#[actix_web::test]
async fn a_refusal_is_shown_as_the_answer() {
    let refusal = json!({"choices": [{"index": 0, "delta": {"refusal": "I would rather not."}}]});
    let reply = Reply::begin().send(format!("data: {refusal}\n\n")).finish("stop");
    let provider = Provider::start([reply]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Do it").await.rest().await;
    assert_eq!(done(&events)[1]["content"][0]["text"], "I would rather not.");
    assert!(events.iter().all(|event| event["type"] != "error"));
}

#[actix_web::test]
async fn a_server_that_does_not_stream_is_understood() {
    let whole = json!({"id": "1", "object": "chat.completion", "choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "All at once."}}]});
    let provider = Provider::start([Reply::raw(200, "application/json", whole.to_string())]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Hello").await.rest().await;
    assert_eq!(done(&events)[1]["content"][0]["text"], "All at once.");
}

#[actix_web::test]
async fn a_user_who_leaves_ends_the_call_and_keeps_the_text() {
    let provider = Provider::start([Reply::begin().say("Once upon ").stall(), Reply::text("Fine.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Tell me a story").await;
    let thread_id = turn.thread_id().await;
    turn.until_text("upon ").await;
    drop(turn);
    // Nobody reads what the provider would still be paid for.
    provider.left(1).await;
    client.say(&thread_id, "Another one").await.rest().await;
    let asked = provider.answers().pop().unwrap();
    let texts: Vec<_> =
        asked.messages()[1..].iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!((texts[0], texts[1]), ("Tell me a story", "Once upon "));
    assert!(texts[2].contains("The user stopped the answer"), "{texts:?}");
    assert!(texts[2].ends_with("</HiddenContext>\n\nAnother one") && texts.len() == 3, "{texts:?}");
}

#[actix_web::test]
async fn a_title_that_came_too_late_is_not_paid_for() {
    let provider = Provider::start([Reply::text("Fine."), Reply::text("Well.")])
        .await
        .titles([Reply::begin().say("Too").stall()]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Hello").await;
    let thread_id = turn.thread_id().await;
    provider.asked(2).await;
    client.say(&thread_id, "How are you?").await.rest().await;
    provider.left(1).await;
}
