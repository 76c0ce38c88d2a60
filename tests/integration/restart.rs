//! The real process, killed or stopped at the worst moment and started again on the same files.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Gate, PATIENCE, Process, ProcessBuilder, Provider, Reply};

/// How often a running answer is saved.
const DRAFT_INTERVAL: Duration = Duration::from_secs(1);
/// What a commit may take on a slow and busy machine.
const COMMIT_TIME: Duration = Duration::from_secs(2);
/// One comes each tenth of a second: the first of them are older than a draft can be.
const WORDS: usize = 40;

/// A service on the files of an earlier one.
async fn start_on(folder: Arc<TempDir>, provider: &Provider) -> Process {
    let mut builder = provider.service();
    builder.folder = folder;
    builder.start().await
}

fn text(item: &Value) -> &str {
    item["content"][0]["text"].as_str().unwrap()
}

/// The text of the last message that a turn's events completed.
fn answer(events: &[Value]) -> &str {
    let done = events.iter().rfind(|event| event["type"] == "thread.item.done").unwrap();
    text(&done["item"])
}

/// The texts of the messages that the model was last asked with, without the instructions.
fn last_question(provider: &Provider) -> Vec<String> {
    let asked = provider.answers().pop().unwrap();
    asked.messages()[1..].iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_killed_process_loses_no_more_than_a_second_of_text() {
    // The time between the words is what is tested: the first draft is saved within it.
    let endless = (0..WORDS).fold(Reply::begin(), |reply, number| {
        reply.say(&format!("word{number} ")).pause(Duration::from_millis(100))
    });
    let provider = Provider::start([endless.stall(), Reply::text("Again.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Tell me a story").await;
    let thread_id = turn.thread_id().await;
    let mut seen: Vec<(Instant, String)> = Vec::new();
    while seen.len() < WORDS {
        let event = turn.next().await.unwrap();
        if let Some(delta) = event["update"]["delta"].as_str() {
            seen.push((Instant::now(), delta.to_owned()));
        }
    }
    let (folder, killed) = (process.folder.clone(), Instant::now());
    let exit = process.kill().await;
    assert_eq!(exit.status.code(), None, "it had no time to do anything");
    drop(turn);

    let process = start_on(folder, &provider).await;
    let client = process.client();
    let threads = client.ask("threads.list", json!({})).await;
    assert_eq!(threads["data"][0]["id"], thread_id);
    assert_eq!(threads["data"][0]["title"], Value::Null, "a title is made of a complete answer");
    let items = client.items(&thread_id).await;
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!(text(&items[0]), "Tell me a story");
    let streamed: String = seen.iter().map(|(_, delta)| delta.as_str()).collect();
    let kept = text(&items[1]);
    assert!(streamed.starts_with(kept), "{kept}");
    let safe: String = seen
        .iter()
        .filter(|(at, _)| killed - *at > DRAFT_INTERVAL + COMMIT_TIME)
        .map(|(_, delta)| delta.as_str())
        .collect();
    assert!(!safe.is_empty() && kept.starts_with(&safe), "kept {kept}, of {streamed}");

    // The next turn works, and the model knows why its answer has no end.
    let events = client.say(&thread_id, "Go on").await.rest().await;
    assert_eq!(answer(&events), "Again.");
    let question = last_question(&provider);
    assert_eq!((question[0].as_str(), question[1].as_str()), ("Tell me a story", kept));
    assert!(question[2].contains("cut short by a restart"), "{question:?}");
    assert!(question[2].ends_with("</HiddenContext>\n\nGo on") && question.len() == 3, "{question:?}");
    assert_eq!(process.stop().await.log.about("closing a turn cut short by a restart").len(), 1);
}

#[actix_web::test]
async fn a_message_that_was_killed_before_its_answer_can_be_retried() {
    let never = Gate::closed();
    let provider = Provider::start([Reply::text("Late").held_at(&never), Reply::text("Here.")]).await;
    let process = provider.service().start().await;
    let mut turn = process.client().create("Hello").await;
    let thread_id = turn.thread_id().await;
    // The message is in the store when it is seen.
    let message = turn.until("thread.item.done").await["item"]["id"].clone();
    provider.asked(1).await;
    let folder = process.folder.clone();
    process.kill().await;
    drop(turn);

    let process = start_on(folder, &provider).await;
    let client = process.client();
    let params = json!({"thread_id": thread_id, "item_id": message});
    client.stream("threads.retry_after_item", params).await.rest().await;
    let items = client.items(&thread_id).await;
    assert_eq!(items.iter().map(text).collect::<Vec<_>>(), ["Hello", "Here."]);
    assert_eq!(last_question(&provider), ["Hello"], "nothing is left of the first attempt");
}

#[actix_web::test]
async fn a_stopped_service_lets_its_turns_finish() {
    let gate = Gate::closed();
    let reply = Reply::begin().say("Once upon ").wait_at(&gate).say("a time.").finish("stop");
    let provider = Provider::start([reply, Reply::text("The end.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let mut turn = client.create("Tell me a story").await;
    let thread_id = turn.thread_id().await;
    turn.until_text("upon ").await;
    process.terminate().await;
    process.logged("waiting for running turns").await;
    // Whoever comes finds the door closed, as soon as the listener has heard of it.
    let knock = || {
        let stranger = process.client();
        async move { stranger.http.get(stranger.url("/healthz")).send().await }
    };
    let knocking = async { while knock().await.is_ok() {} };
    tokio::time::timeout(PATIENCE, knocking).await.expect("still open");
    gate.open(1);
    let events = turn.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    assert_eq!(answer(&events), "Once upon a time.");
    let (folder, exit) = (process.folder.clone(), process.ended().await);
    assert_eq!(exit.status.code(), Some(0));
    assert_eq!(exit.log.of_level("ERROR"), Vec::<Value>::new());

    let process = start_on(folder, &provider).await;
    let client = process.client();
    client.say(&thread_id, "Is that all?").await.rest().await;
    assert_eq!(last_question(&provider), ["Tell me a story", "Once upon a time.", "Is that all?"]);
}

#[actix_web::test]
async fn a_turn_that_never_ends_does_not_keep_a_service_from_stopping() {
    let provider = Provider::start([Reply::begin().say("Once upon ").stall(), Reply::text("Again.")]).await;
    let process = provider.service().set("SHUTDOWN_TIMEOUT", "0.2").start().await;
    let mut turn = process.client().create("Tell me a story").await;
    let thread_id = turn.thread_id().await;
    turn.until_text("upon ").await;
    process.terminate().await;
    let events = turn.rest().await;
    let error = events.iter().find(|event| event["type"] == "error").unwrap();
    assert_eq!(error["allow_retry"], true);
    assert!(error["message"].as_str().unwrap().contains("being restarted"), "{error}");
    let (folder, exit) = (process.folder.clone(), process.ended().await);
    assert_eq!(exit.status.code(), Some(0));
    assert_eq!(exit.log.of_level("ERROR"), Vec::<Value>::new());

    let process = start_on(folder, &provider).await;
    let client = process.client();
    assert_eq!(text(&client.items(&thread_id).await[1]), "Once upon ");
    client.say(&thread_id, "Go on").await.rest().await;
    let question = last_question(&provider);
    assert_eq!(question.len(), 3, "{question:?}");
    assert!(question[2].contains("cut short by a restart"), "{question:?}");
}

#[actix_web::test]
async fn an_idle_service_stops_at_once_whoever_is_still_connected() {
    let process = Process::start().await;
    let client = process.client();
    // Leaves a connection that is kept for the next request.
    client.ask("threads.list", json!({})).await;
    let with_somebody = time_to_stop(process).await;
    let process = Process::start().await;
    // Its client is dropped at once, and the connection with it.
    process.client().ask("threads.list", json!({})).await;
    let alone = time_to_stop(process).await;
    // An idle connection is kept for five seconds. How long the rest takes is the machine's affair.
    assert!(with_somebody < alone + Duration::from_secs(4), "{with_somebody:?} instead of {alone:?}");
}

async fn time_to_stop(process: Process) -> Duration {
    let begun = Instant::now();
    let exit = process.stop().await;
    assert_eq!(exit.status.code(), Some(0));
    begun.elapsed()
}

#[actix_web::test]
async fn two_hundred_people_at_once_all_get_their_weather() {
    const CITIES: [&str; 8] = ["Oslo", "Lima", "Tokyo", "Paris", "Cairo", "Rome", "Boston", "Sydney"];
    let process = ProcessBuilder::default().set("DEMO_PACE_MS", "1").start().await;
    let client = process.client();
    let turns = (0..200).map(|number| {
        let client = client.clone();
        async move {
            let city = CITIES[number % CITIES.len()];
            let events = client.create(&format!("What is the weather in {city}?")).await.rest().await;
            assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
            let card = events.iter().find(|event| event["item"]["type"] == "widget").unwrap();
            assert!(card["item"]["copy_text"].as_str().unwrap().starts_with(city), "{card}");
            events[0]["thread"]["id"].as_str().unwrap().to_owned()
        }
    });
    let threads = join_all(turns).await;
    for thread_id in &threads {
        assert_eq!(client.items(thread_id).await.len(), 3);
    }
    let exit = process.stop().await;
    assert_eq!(exit.status.code(), Some(0));
    assert_eq!(exit.log.of_level("ERROR"), Vec::<Value>::new());
}
