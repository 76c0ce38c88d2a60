//! Titles: asked for beside the answer, never waited for.

use serde_json::{Value, json};

use crate::support::{Gate, Process, Provider, Reply};

/// The titles that a turn's events showed, in order, and the title in the list of threads.
async fn titles(process: &Process, text: &str) -> (Vec<Value>, Value) {
    let client = process.client();
    let events = client.create(text).await.rest().await;
    let shown = events.iter().filter(|event| event["type"] == "thread.updated");
    let shown = shown.map(|event| event["thread"]["title"].clone()).collect();
    let listed = client.ask("threads.list", json!({})).await["data"][0]["title"].clone();
    (shown, listed)
}

#[actix_web::test]
async fn a_title_has_a_request_of_its_own_and_is_shown_within_the_turn() {
    let (answer, title) = (Gate::closed(), Gate::closed());
    let provider = Provider::start([Reply::text("Sunny.").held_at(&answer)])
        .await
        .titles([Reply::text("Oslo’s weather").held_at(&title)]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("What is the weather in Oslo?").await;
    // Both are asked before either is answered.
    provider.asked(2).await;
    title.open(1);
    assert_eq!(turn.until("thread.updated").await["thread"]["title"], "Oslo’s weather");
    answer.open(1);
    turn.rest().await;
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], "Oslo’s weather");

    let [asked] = &provider.titles_asked()[..] else { panic!("asked once") };
    let instructions = asked.messages()[0]["content"].as_str().unwrap();
    assert!(instructions.contains("at most 40 characters"), "{instructions}");
    assert_eq!(
        asked.body,
        json!({
            "model": "gpt-test",
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": "What is the weather in Oslo?"},
            ],
            "stream": true,
            "stream_options": {"include_usage": true},
            "max_completion_tokens": 200,
        })
    );
}

#[actix_web::test]
async fn a_slow_title_never_delays_the_end_of_the_turn() {
    let never = Gate::closed();
    let provider =
        Provider::start([Reply::text("Sunny.")]).await.titles([Reply::text("Late").held_at(&never)]);
    let process = provider.service().start().await;
    let question = "What is the weather in Oslo, and will it be any better next week?";
    let fallback = json!("What is the weather in Oslo, and will it be any…");
    assert_eq!(titles(&process, question).await, (vec![fallback.clone()], fallback));
}

#[actix_web::test]
async fn without_a_title_of_the_model_s_the_user_s_words_are_it() {
    for failing in [
        Reply::error(400, "no titles today"),
        Reply::raw(200, "text/event-stream", "data: {garbage\n\n"),
        Reply::begin().say("Weather in").cut(),
        Reply::text(" \n\"\" "),
    ] {
        // The answer waits for the title's failure, which must not be seen in it.
        let gate = Gate::closed();
        let provider = Provider::start([Reply::text("Sunny.").held_at(&gate)]).await.titles([failing]);
        let process = provider.service().start().await;
        let client = process.client();
        let mut turn = client.create("Weather in Oslo?").await;
        assert_eq!(turn.until("thread.updated").await["thread"]["title"], "Weather in Oslo?");
        gate.open(1);
        let last = turn.rest().await.pop().unwrap();
        assert_eq!(last["item"]["content"][0]["text"], "Sunny.");
        let log = process.stop().await.log;
        assert_eq!(log.of_level("ERROR"), Vec::<Value>::new(), "a missing title is no fault of the turn");
        log.assert_free_of(&["Weather in"]);
    }
}

#[actix_web::test]
async fn a_title_is_asked_for_once_and_never_over_the_user_s_own() {
    let provider = Provider::start([Reply::text("One."), Reply::text("Two.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("First").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    client.ask("threads.update", json!({"thread_id": thread_id, "title": "Mine"})).await;
    client.say(&thread_id, "Second").await.rest().await;
    assert_eq!(provider.titles_asked().len(), 1);
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], "Mine");
}

#[actix_web::test]
async fn a_title_the_user_gives_while_the_first_answer_runs_stays() {
    let (answer, title) = (Gate::closed(), Gate::closed());
    let provider = Provider::start([Reply::begin().say("Sun").held_at(&answer)])
        .await
        .titles([Reply::text("The model's title").held_at(&title)]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Weather in Oslo?").await;
    let thread_id = turn.thread_id().await;
    turn.until("stream_options").await;
    client.ask("threads.update", json!({"thread_id": thread_id, "title": "Mine"})).await;
    title.open(1);
    answer.open(1);
    turn.rest().await;
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], "Mine");
}
