//! A model that fails, in every way a provider can: what the user reads, what is kept, what is logged.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, KEY, Log, Process, ProcessBuilder, Provider, Reply};

/// What the user writes; no line of a log may repeat it.
const QUESTION: &str = "Is my umbrella in Grenoble?";
/// What else no line of a log may hold.
const SECRETS: [&str; 3] = [KEY, "umbrella", "Bearer"];

/// A turn that failed.
struct Failed {
    /// The last event.
    error: Value,
    client: Client,
    thread_id: String,
    process: Process,
}

/// Asks a question that comes to nothing, and checks what holds for each: the turn ends with an
/// error that can be read, and can be retried where that may help; the user's message stays.
async fn fail(builder: ProcessBuilder) -> Failed {
    let failed = fail_in_some_way(builder).await;
    assert_eq!(failed.error["allow_retry"], true, "{}", failed.error);
    failed
}

/// The same for what another try would not mend.
async fn fail_for_good(builder: ProcessBuilder) -> Failed {
    let failed = fail_in_some_way(builder).await;
    assert_eq!(failed.error["allow_retry"], false, "{}", failed.error);
    failed
}

async fn fail_in_some_way(builder: ProcessBuilder) -> Failed {
    // Everything that may be logged is.
    let process = builder.set("RUST_LOG", "trace").start().await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    let error = turn.rest().await.pop().unwrap();
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("custom")), "{error}");
    assert_eq!(client.items(&thread_id).await[0]["content"][0]["text"], QUESTION);
    Failed { error, client, thread_id, process }
}

/// The text of the last message that a turn's events completed.
fn answer(events: &[Value]) -> &str {
    let done = events.iter().rfind(|event| event["type"] == "thread.item.done").unwrap();
    done["item"]["content"][0]["text"].as_str().unwrap()
}

impl Failed {
    fn message(&self) -> &str {
        self.error["message"].as_str().unwrap()
    }

    /// The texts and kinds of all items but the user's first message.
    async fn items(&self) -> Vec<String> {
        let items = self.client.items(&self.thread_id).await;
        let shown = |item: &Value| match item["content"][0]["text"].as_str() {
            Some(text) => text.to_owned(),
            None => item["type"].as_str().unwrap().to_owned(),
        };
        items[1..].iter().map(shown).collect()
    }

    /// Asks for another answer to the same message.
    async fn retry(&self) -> Vec<Value> {
        let message = self.client.items(&self.thread_id).await[0]["id"].clone();
        let params = json!({"thread_id": self.thread_id, "item_id": message});
        self.client.stream("threads.retry_after_item", params).await.rest().await
    }

    /// Stops the service, and checks that the one error it logged says why, and that no secret was.
    async fn logged_once(self, cause: &str) -> Log {
        let exit = self.process.stop().await;
        let errors = exit.log.of_level("ERROR");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0]["cause"].as_str().unwrap().contains(cause), "{}", errors[0]);
        assert_eq!(errors[0]["thread.id"], self.thread_id);
        exit.log.assert_free_of(&SECRETS);
        exit.log
    }
}

/// A port on loopback that nobody listens on.
fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn repeat(reply: &Reply, times: usize) -> Vec<Reply> {
    vec![reply.clone(); times]
}

#[actix_web::test]
async fn a_model_that_cannot_be_reached_is_told_plainly() {
    let address = format!("127.0.0.1:{}", closed_port());
    let failed = fail(
        ProcessBuilder::default()
            .set("OPENAI_BASE_URL", format!("http://{address}/v1"))
            .set("OPENAI_MODEL", "gpt-test")
            .set("OPENAI_API_KEY", KEY),
    )
    .await;
    assert_eq!(
        failed.message(),
        "The language model cannot be reached right now. Please try again in a moment."
    );
    let log = failed.logged_once(&format!("model server {address} cannot be reached: ")).await;
    assert!(!log.about("model call is tried again").is_empty(), "a restarting server is given a chance");
}

#[actix_web::test]
async fn refused_credentials_are_not_tried_again_and_never_repeated() {
    // As OpenAI does, the provider quotes the key.
    let provider = Provider::start([Reply::error(401, &format!("Incorrect API key provided: {KEY}."))])
        .await
        .titles([Reply::error(401, &format!("Incorrect API key provided: {KEY}."))]);
    let failed = fail_for_good(provider.service()).await;
    assert!(failed.message().contains("refused this server's credentials"), "{}", failed.message());
    assert_eq!(provider.answers().len(), 1);
    failed.logged_once("Incorrect API key provided: [key].").await;
}

#[actix_web::test]
async fn a_busy_model_is_waited_for_as_long_as_it_asks() {
    let busy = Reply::error(429, "Rate limit reached").header("Retry-After", "1");
    let provider = Provider::start([busy, Reply::text("Now.")]).await;
    let process = provider.service().start().await;
    let begun = std::time::Instant::now();
    let events = process.client().create("Hello").await.rest().await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(answer(&events), "Now.");
    assert_eq!(provider.answers().len(), 2);
}

#[actix_web::test]
async fn a_model_that_stays_busy_is_told_with_its_own_advice() {
    let busy = Reply::error(429, "Rate limit reached").header("Retry-After", "0");
    let provider = Provider::start(repeat(&busy, 4)).await;
    let failed = fail(provider.service()).await;
    assert_eq!(failed.message(), "The language model is busy. Please try again in a moment.");
    assert_eq!(provider.answers().len(), 4);
    failed.logged_once("over its rate limit: Rate limit reached").await;

    // Longer than anyone waits before an empty bubble: told at once.
    for (wish, told) in [("3600", "in 60 minutes"), ("90", "in 2 minutes"), ("31", "in 31 seconds")] {
        let provider = Provider::start([Reply::error(429, "Quota").header("Retry-After", wish)]).await;
        let failed = fail(provider.service()).await;
        assert_eq!(failed.message(), format!("The language model is busy. Please try again {told}."));
        assert_eq!(provider.answers().len(), 1);
        failed.logged_once("Quota").await;
    }
}

#[actix_web::test]
async fn a_failing_model_is_tried_again() {
    let broken = Reply::error(500, "The server had an error");
    let provider = Provider::start([broken, Reply::text("Better.")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Hello").await.rest().await;
    assert_eq!(answer(&events), "Better.");
    assert!(events.iter().all(|event| event["type"] != "error"));
    let log = process.stop().await.log;
    assert_eq!(log.of_level("ERROR"), Vec::<Value>::new());
    assert_eq!(log.about("model call is tried again").len(), 1);
}

#[actix_web::test]
async fn a_model_that_goes_on_failing_is_told() {
    let provider = Provider::start(repeat(&Reply::error(503, "Out of memory"), 4)).await;
    let failed = fail(provider.service()).await;
    assert_eq!(failed.message(), "The language model had a problem of its own. Please try again.");
    assert_eq!(provider.answers().len(), 4);
    provider.then([Reply::text("Better.")]);
    assert_eq!(answer(&failed.retry().await), "Better.");
    failed.logged_once("model server failed with status 503: Out of memory").await;
}

#[actix_web::test]
async fn a_request_that_is_not_accepted_is_told() {
    for (reply, told, logged) in [
        (
            Reply::error(400, "Too odd"),
            "The language model did not accept this request.",
            "status 400: Too odd",
        ),
        (
            Reply::error(404, "The model `gpt-test` does not exist"),
            "The model provider does not have the language model that this server asks for. \
             Please tell whoever runs it.",
            "check OPENAI_MODEL",
        ),
        (
            Reply::raw(404, "text/plain", "404 page\nnot found"),
            "There is no language model at the address that this server is set up with. \
             Please tell whoever runs it.",
            "404 page not found [",
        ),
    ] {
        let provider = Provider::start([reply]).await;
        let failed = fail_for_good(provider.service()).await;
        assert_eq!(failed.message(), told);
        failed.logged_once(logged).await;
    }
}

#[actix_web::test]
async fn a_refusal_that_the_user_can_do_something_about_says_what() {
    for (code, told, kind) in [
        ("content_filter", "Please put it in other words.", "filter refused the conversation"),
        (
            "context_length_exceeded",
            "Please shorten it, or send it in parts.",
            "conversation is too long for the model",
        ),
    ] {
        let body = json!({"error": {"message": "Not like that.", "type": null, "code": code}});
        let provider = Provider::start([Reply::raw(400, "application/json", body.to_string())]).await;
        let failed = fail_for_good(provider.service()).await;
        assert!(failed.message().ends_with(told), "{}", failed.message());
        assert_eq!(provider.answers().len(), 1);
        failed.logged_once(&format!("{kind}: Not like that. ({code}) [model `gpt-test` at ")).await;
    }
}

#[actix_web::test]
async fn garbage_ends_an_answer_of_which_nothing_else_came() {
    let garbage = format!("data: {{\"choices\": \"{QUESTION}\"\n\n");
    let provider = Provider::start([Reply::begin().send(garbage)]).await;
    let failed = fail(provider.service()).await;
    assert_eq!(failed.message(), "The language model sent an answer that cannot be read. Please try again.");
    failed.logged_once("a stream that cannot be read").await;
}

#[actix_web::test]
async fn garbage_within_an_answer_is_skipped_and_counted_in_the_log() {
    let garbage = format!("data: {{\"choices\": [{{\"delta\": [\"{QUESTION}\"]}}]}}\n\n");
    let reply = Reply::begin().say("It ").send(garbage.clone()).say("rains.").send(garbage).finish("stop");
    let provider = Provider::start([reply]).await;
    let process = provider.service().set("RUST_LOG", "trace").start().await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    assert_eq!(client.items(&thread_id).await[1]["content"][0]["text"], "It rains.");
    let log = process.stop().await.log;
    let warnings = log.of_level("WARN");
    let skipped: Vec<_> = warnings.iter().filter(|line| line["chunks"] == 2).collect();
    assert_eq!(skipped.len(), 1, "{warnings:?}");
    assert_eq!(skipped[0]["shape"], "{choices: [{delta: [text]}]}");
    log.assert_free_of(&SECRETS);
}

#[actix_web::test]
async fn a_web_page_in_place_of_an_answer_is_told_with_what_to_check() {
    let page = Reply::raw(200, "text/html", "<html>Welcome to the wiki</html>");
    let provider = Provider::start([page]).await;
    fail_for_good(provider.service()).await.logged_once("check OPENAI_BASE_URL").await;
}

#[actix_web::test]
async fn an_error_within_the_stream_ends_the_answer() {
    let broken = "data: {\"error\": {\"message\": \"out of memory\", \"code\": \"oom\"}}\n\n";
    let provider = Provider::start([Reply::begin().say("It is ").send(broken)]).await;
    let failed = fail(provider.service()).await;
    assert_eq!(failed.message(), "The language model had a problem of its own. Please try again.");
    failed.logged_once("out of memory (oom)").await;
}

#[actix_web::test]
async fn an_answer_cut_half_way_is_kept_and_can_be_had_anew() {
    let provider = Provider::start([Reply::begin().say("Half an ").cut()]).await;
    let failed = fail(provider.service()).await;
    assert_eq!(
        failed.message(),
        "The language model broke off in the middle of its answer. Please try again."
    );
    assert_eq!(failed.items().await, ["Half an "]);
    assert_eq!(provider.answers().len(), 1, "what the user has read is not asked for again unasked");

    provider.then([Reply::text("A whole answer.")]);
    let events = failed.retry().await;
    assert_eq!(answer(&events), "A whole answer.");
    assert_eq!(failed.items().await, ["A whole answer."], "it takes the place of the half one");
    // The model is asked as if it had never been cut short.
    let [first, second] = &provider.answers()[..] else { panic!("asked twice") };
    assert_eq!(first.body, second.body);
    failed.logged_once("broke off its answer").await;
}

#[actix_web::test]
async fn a_connection_cut_before_the_first_word_is_tried_again() {
    let provider = Provider::start([Reply::begin().cut(), Reply::text("Here.")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Hello").await.rest().await;
    assert_eq!(answer(&events), "Here.");
    assert_eq!(provider.answers().len(), 2);
}

#[actix_web::test]
async fn a_model_that_falls_silent_is_not_waited_for_for_ever() {
    for (reply, kept) in [
        (Reply::begin().say("It is ").stall(), vec!["It is "]),
        (Reply::raw(200, "text/event-stream", "").stall(), vec![]),
    ] {
        let provider = Provider::start([reply]).await;
        let failed = fail(provider.service().set("MODEL_TIMEOUT", "0.3")).await;
        assert_eq!(failed.message(), "The language model took too long to answer. Please try again.");
        assert_eq!(failed.items().await, kept);
        failed.logged_once("model server timed out after 300ms waiting for the ").await;
    }
}

#[actix_web::test]
async fn an_answer_that_is_not_whole_says_why() {
    for (reason, told) in [
        ("length", "The answer was cut off because it reached the model's length limit."),
        ("content_filter", "The answer was stopped by the model provider's content filter."),
    ] {
        let provider = Provider::start([Reply::begin().say("It is ").finish(reason)]).await;
        let failed = fail(provider.service()).await;
        assert_eq!(failed.message(), told);
        assert_eq!(failed.items().await, ["It is "]);
        failed.logged_once("model finished with ").await;
    }
    let provider = Provider::start([Reply::begin().finish("stop")]).await;
    let failed = fail(provider.service()).await;
    assert_eq!(failed.message(), "The language model gave an empty answer. Please try again.");
    assert_eq!(failed.items().await, Vec::<String>::new());
    failed.logged_once("model finished with Stop").await;
}

#[actix_web::test]
async fn calls_cut_short_are_not_acted_upon() {
    let cut = Reply::begin().call(0, "call_1", "get_weather", r#"{"location":"Os"#).finish("length");
    let provider = Provider::start([cut]).await;
    let failed = fail(provider.service()).await;
    assert_eq!(failed.items().await, Vec::<String>::new());
    assert_eq!(provider.answers().len(), 1);
    failed.logged_once("Length").await;
}

#[actix_web::test]
async fn a_model_that_only_ever_calls_tools_is_stopped() {
    let calls = (0..20).map(|number| {
        let place = format!("place {number}");
        Reply::calls([("call_1", "get_time", json!({ "place": place }))])
    });
    let provider = Provider::start(calls).await;
    let failed = fail(provider.service()).await;
    assert!(failed.message().contains("kept calling tools"), "{}", failed.message());
    assert_eq!(provider.answers().len(), 8);
    assert_eq!(
        provider.answers()[7].body["tool_choice"],
        "none",
        "it is asked for words before it is given up"
    );
    failed.logged_once("model called tools in answer after answer").await;
}
