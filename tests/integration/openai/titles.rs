//! Titles: asked for when the answer is complete, never waited for.

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
async fn a_title_has_a_request_of_its_own_when_the_answer_is_complete() {
    let answer = Gate::closed();
    let provider = Provider::start([Reply::text("Sunny.").held_at(&answer)])
        .await
        .titles([Reply::text("Oslo’s weather")]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("What is the weather in Oslo?").await;
    turn.until("stream_options").await;
    // A server with one slot would serve the title first, or end the running answer for it.
    provider.asked(1).await;
    assert_eq!((provider.answers().len(), provider.titles_asked().len()), (1, 0));
    answer.open(1);
    let events = turn.rest().await;
    let [.., done, updated] = &events[..] else { panic!("{events:?}") };
    assert_eq!(
        (&done["type"], &done["item"]["content"][0]["text"]),
        (&json!("thread.item.done"), &json!("Sunny."))
    );
    assert_eq!(
        (&updated["type"], &updated["thread"]["title"]),
        (&json!("thread.updated"), &json!("Oslo’s weather"))
    );
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
            "max_completion_tokens": 1_000,
        })
    );
}

/// What the user asks where a title does not come, and the title that is made of it.
const QUESTION: &str = "What is the weather in Oslo, and will it be any better next week?";
const FALLBACK: &str = "What is the weather in Oslo, and will it be any…";

#[actix_web::test]
async fn the_next_message_never_waits_for_a_title() {
    let never = Gate::closed();
    let provider = Provider::start([Reply::text("Sunny."), Reply::text("No.")])
        .await
        .titles([Reply::text("Late").held_at(&never)]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    turn.until("thread.item.done").await;
    provider.asked(2).await;
    client.say(&thread_id, "And in Rome?").await.rest().await;
    let events = turn.rest().await;
    assert_eq!(events.last().unwrap()["thread"]["title"], FALLBACK);
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], FALLBACK);
    assert_eq!(provider.titles_asked().len(), 1, "a title is asked for once");
}

#[actix_web::test]
async fn a_turn_that_is_left_while_the_title_is_awaited_was_not_cut_short() {
    let never = Gate::closed();
    let provider = Provider::start([Reply::text("Sunny."), Reply::text("No.")])
        .await
        .titles([Reply::text("Late").held_at(&never)]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    provider.asked(2).await;
    drop(turn);
    client.say(&thread_id, "And in Rome?").await.rest().await;
    let asked = provider.answers().pop().unwrap();
    let told = asked.messages()[1..].to_vec();
    assert_eq!(
        told,
        [
            json!({"role": "user", "content": QUESTION}),
            json!({"role": "assistant", "content": "Sunny."}),
            json!({"role": "user", "content": "And in Rome?"}),
        ]
    );
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], FALLBACK);
}

#[actix_web::test]
async fn without_a_title_of_the_model_s_the_user_s_words_are_it() {
    for failing in [
        Reply::error(400, "no titles today"),
        Reply::raw(200, "text/event-stream", "data: {garbage\n\n"),
        Reply::begin().say("Weather in").cut(),
        Reply::begin().say("Weather in Os").finish("length"),
        Reply::begin().say("I cannot").finish("content_filter"),
        Reply::text(" \n\"\" "),
    ] {
        let provider = Provider::start([Reply::text("Sunny.")]).await.titles([failing]);
        let process = provider.service().start().await;
        let fallback = json!("Weather in Oslo?");
        assert_eq!(titles(&process, "Weather in Oslo?").await, (vec![fallback.clone()], fallback));
        let log = process.stop().await.log;
        assert_eq!(log.of_level("ERROR"), Vec::<Value>::new(), "a missing title is no fault of the turn");
        log.assert_free_of(&["Weather in"]);
    }
}

#[actix_web::test]
async fn a_turn_that_fails_is_titled_by_the_user_s_words_unless_they_were_refused() {
    let filtered = json!({"error": {"message": "Filtered.", "code": "content_filter", "status": 400}});
    for (failing, title) in [
        (Reply::error(400, "no"), json!("Weather in Oslo?")),
        (Reply::raw(400, "application/json", filtered.to_string()), Value::Null),
    ] {
        let provider = Provider::start([failing]).await;
        let process = provider.service().start().await;
        assert_eq!(titles(&process, "Weather in Oslo?").await.1, title);
        assert_eq!(provider.titles_asked().len(), 0);
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
async fn a_title_the_user_gives_while_one_is_awaited_stays() {
    let title = Gate::closed();
    let provider = Provider::start([Reply::text("Sun.")])
        .await
        .titles([Reply::text("The model's title").held_at(&title)]);
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Weather in Oslo?").await;
    let thread_id = turn.thread_id().await;
    provider.asked(2).await;
    client.ask("threads.update", json!({"thread_id": thread_id, "title": "Mine"})).await;
    title.open(1);
    turn.rest().await;
    assert_eq!(client.ask("threads.list", json!({})).await["data"][0]["title"], "Mine");
}

#[actix_web::test]
async fn a_title_can_be_left_to_the_user_s_words() {
    let provider = Provider::start([Reply::text("Sunny.")]).await;
    let process = provider.service().set("MODEL_TITLES", "off").start().await;
    let (_, listed) = titles(&process, "What is the weather in Oslo?").await;
    assert_eq!(listed, "What is the weather in Oslo?");
    assert!(provider.titles_asked().is_empty());
}
