//! What of a thread's history a model gets, and how a thread lives on after what its provider did not take.

use serde_json::{Value, json};

use crate::support::{Client, Provider, Reply, input};

/// The messages of a question behind the instructions: role and text of each.
fn told(provider: &Provider, question: usize) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let messages = provider.answers()[question].messages()[1..].to_vec();
    messages.iter().map(|message| (text(&message["role"]), text(&message["content"]))).collect()
}

fn said(role: &str, text: &str) -> (String, String) {
    (role.to_owned(), text.to_owned())
}

fn error_of(events: &[Value]) -> Option<&Value> {
    events.iter().find(|event| event["type"] == "error")
}

fn notices(events: &[Value]) -> Vec<&str> {
    let notices = events.iter().filter(|event| event["type"] == "notice");
    notices.map(|event| event["message"].as_str().unwrap()).collect()
}

async fn say(client: &Client, thread_id: &str, text: &str) -> Vec<Value> {
    client.say(thread_id, text).await.rest().await
}

#[actix_web::test]
async fn a_question_that_failed_and_the_next_one_are_one_message() {
    let provider = Provider::start([Reply::error(400, "no"), Reply::text("Hi."), Reply::text("Yes.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = client.thread("One").await;
    say(&client, &thread_id, "Two").await;
    assert_eq!(told(&provider, 1), [said("user", "One\n\nTwo")]);
    let mut quoting = input("Three");
    quoting["quoted_text"] = "Hi.".into();
    client.run("threads.add_user_message", json!({"thread_id": thread_id, "input": quoting})).await;
    let quote = "The user refers to this text:\n<Quote>Hi.</Quote>\n\nThree";
    assert_eq!(
        told(&provider, 2),
        [said("user", "One\n\nTwo"), said("assistant", "Hi."), said("user", quote)]
    );
}

#[actix_web::test]
async fn a_message_that_was_filtered_is_left_out_of_all_later_requests() {
    let filtered = json!({"error": {
        "message": "The response was filtered due to the prompt triggering the content management policy.",
        "type": null, "param": "prompt", "code": "content_filter", "status": 400,
    }});
    let filtered = Reply::raw(400, "application/json", filtered.to_string());
    let provider = Provider::start([Reply::text("Hello."), filtered, Reply::text("Hi.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = client.thread("Hello").await;
    let events = say(&client, &thread_id, "Say KILLWORD").await;
    assert_eq!(error_of(&events).unwrap()["allow_retry"], false);
    // As on another node: what was refused is known to the store.
    let (folder, _) = (process.folder.clone(), process.stop().await);
    let mut service = provider.service();
    service.folder = folder;
    let process = service.start().await;
    let events = say(&process.client(), &thread_id, "What is the weather in Oslo?").await;
    assert_eq!(error_of(&events), None);
    let refused = "(What the user sent here was refused by a content filter and is left out.)";
    assert_eq!(
        told(&provider, 2),
        [
            said("user", "Hello"),
            said("assistant", "Hello."),
            said("user", &format!("{refused}\n\nWhat is the weather in Oslo?")),
        ]
    );
}

#[actix_web::test]
async fn a_conversation_that_is_too_long_goes_on_without_its_oldest_turns() {
    let full = || {
        let error = json!({"error": {"message": "This model's maximum context length is 4096 tokens.",
            "type": "invalid_request_error", "code": "context_length_exceeded"}});
        Reply::raw(400, "application/json", error.to_string())
    };
    let long = "long ".repeat(2_000);
    let provider =
        Provider::start([Reply::text("One."), Reply::text("Two."), full(), Reply::text("Three.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = client.thread(&long).await;
    say(&client, &thread_id, "Second").await;
    let events = say(&client, &thread_id, "Third").await;
    assert_eq!(error_of(&events), None);
    let [notice] = notices(&events)[..] else { panic!("told once: {events:?}") };
    assert!(notice.contains("without the oldest messages"), "{notice}");
    let left_out = "(The earlier part of this conversation is left out, since there is no room for it.)";
    let kept = |rest: &[(String, String)]| {
        [&[said("user", &format!("{left_out}\n\nSecond")), said("assistant", "Two.")], rest].concat()
    };
    assert_eq!(told(&provider, 3), kept(&[said("user", "Third")]));

    // What was learnt is remembered: one request, and the user is not told again.
    provider.then([Reply::text("Four.")]);
    let events = say(&client, &thread_id, "Fourth").await;
    assert_eq!((provider.answers().len(), notices(&events)), (5, vec![]));
    assert_eq!(
        told(&provider, 4),
        kept(&[said("user", "Third"), said("assistant", "Three."), said("user", "Fourth")])
    );

    // A message that is too long on its own gets words of its own, and the thread lives on without it.
    provider.then([full(), Reply::text("Six.")]);
    let events = say(&client, &thread_id, &long).await;
    let error = error_of(&events).unwrap();
    assert!(error["message"].as_str().unwrap().starts_with("This message is too long"), "{error}");
    let events = say(&client, &thread_id, "Short again").await;
    assert_eq!(error_of(&events), None);
}

#[actix_web::test]
async fn a_call_that_is_repeated_is_answered_from_the_first_and_shows_one_card() {
    let call = |id: &str| Reply::calls([(id, "get_weather", json!({"location": "Oslo"}))]);
    let provider = Provider::start([call("call_1"), call("call_1"), Reply::text("Cold.")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Weather in Oslo?").await.rest().await;
    let cards = events.iter().filter(|event| event["item"]["type"] == "widget").count();
    assert_eq!((cards, error_of(&events)), (1, None));
    let [first, second, third] = &provider.answers()[..] else { panic!("asked thrice") };
    assert_eq!((first.body.get("tool_choice"), second.body.get("tool_choice")), (None, None));
    assert_eq!(third.body["tool_choice"], "none", "a model that repeats itself is asked for words");
    let results: Vec<_> = third.messages().iter().filter(|message| message["role"] == "tool").collect();
    assert_eq!(results[0]["tool_call_id"], "call_1");
    assert_eq!(results[1]["tool_call_id"], "call_1_2", "ids are told apart");
    assert!(results[1]["content"].as_str().unwrap().contains("answer the user now"));
}

#[actix_web::test]
async fn calls_are_read_as_they_are_meant() {
    let oslo = r#"{"location":"Oslo"}"#;
    for (name, arguments) in [
        ("get_weather", json!(oslo).to_string()),
        ("get_weather", format!("```json\n{oslo}\n```")),
        ("get_weather", format!("{oslo}</tool_call>")),
        ("functions.get_weather:0", oslo.to_owned()),
        ("get_weather<|channel|>commentary", format!("{{}}{oslo}")),
    ] {
        let called = Reply::begin().call(0, "call_1", name, &arguments).finish("tool_calls");
        let provider = Provider::start([called, Reply::text("Cold.")]).await;
        let process = provider.service().start().await;
        let events = process.client().create("Weather in Oslo?").await.rest().await;
        let cards = events.iter().filter(|event| event["item"]["type"] == "widget").count();
        assert_eq!(cards, 1, "{name} {arguments}");
        let sent_back = provider.answers()[1].messages()[2]["tool_calls"][0]["function"].clone();
        assert_eq!(sent_back, json!({"name": "get_weather", "arguments": oslo}));
    }
}

#[actix_web::test]
async fn a_chosen_tool_that_the_model_did_not_call_is_not_passed_over() {
    let provider = Provider::start([Reply::text("It is late.")]).await;
    let process = provider.service().start().await;
    let mut chosen = input("Now?");
    chosen["inference_options"] = json!({"tool_choice": {"id": "get_time"}});
    let events = process.client().run("threads.create", json!({"input": chosen})).await;
    assert_eq!(notices(&events), ["The language model did not use “Get time”, though you chose it."]);
}
