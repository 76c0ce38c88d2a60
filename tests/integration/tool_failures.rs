//! Tools that fail, or are called wrongly: the model is told, and the turn goes on.

use serde_json::{Value, json};

use crate::support::{KEY, Log, ProcessBuilder, Provider, Reply};

/// What the user writes; no line of a log may repeat it.
const QUESTION: &str = "Is my umbrella in Grenoble?";

/// Lets the model call one tool, and gives what it was told of it, the turn's items, and the log.
async fn call(
    name: &str,
    arguments: &str,
    configure: impl FnOnce(ProcessBuilder) -> ProcessBuilder,
) -> (Value, Vec<Value>, Log) {
    let called = Reply::begin().call(0, "call_1", name, arguments).finish("tool_calls");
    let provider = Provider::start([called, Reply::text("I could not.")]).await;
    let process = configure(provider.service().set("RUST_LOG", "trace")).start().await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    let items = client.items(&thread_id).await;
    assert_eq!(items[1]["content"][0]["text"], "I could not.");
    let asked = provider.answers().pop().unwrap();
    let told = asked.messages().last().unwrap();
    assert_eq!((&told["role"], &told["tool_call_id"]), (&json!("tool"), &json!("call_1")));
    let result = serde_json::from_str(told["content"].as_str().unwrap()).unwrap();
    let log = process.stop().await.log;
    assert_eq!(log.of_level("ERROR"), Vec::<Value>::new());
    log.assert_free_of(&[KEY, "umbrella", "Grenoble"]);
    (result, items, log)
}

/// Like [`call`], for a call that gives no widget and an error that contains `part`.
async fn fails(name: &str, arguments: &str, part: &str) -> Log {
    let (result, items, log) = call(name, arguments, |builder| builder).await;
    assert!(result["error"].as_str().unwrap().contains(part), "{result}");
    assert_eq!(items.len(), 2, "{items:?}");
    log
}

#[actix_web::test]
async fn wrong_arguments_are_told_to_the_model() {
    for (arguments, part) in [
        (r#"{"location": "Gre"#, "EOF"),
        (r"{}", "missing field `location`"),
        (r#"{"location": ["Grenoble"]}"#, "invalid type: sequence"),
        // The parser's own words would quote these, and they are the user's.
        (r#""umbrella in Grenoble""#, "invalid type: string"),
        (r#"{"location": null}"#, "invalid type: null"),
    ] {
        let log = fails("get_weather", arguments, part).await;
        assert_eq!(log.about("tool call failed").len(), 1);
    }
}

#[actix_web::test]
async fn a_tool_that_does_not_exist_is_told_to_the_model() {
    let log = fails("book_flight", r#"{"to": "Grenoble"}"#, "there is no tool named `book_flight`").await;
    let [warning] = &log.about("tool call failed")[..] else { panic!("told once") };
    assert_eq!((&warning["tool.name"], &warning["cause"]), (&json!("unknown"), &json!("no such tool")));
}

#[actix_web::test]
async fn a_place_that_does_not_exist_is_told_with_what_may_have_been_meant() {
    let log = fails("get_weather", r#"{"location": "Tokio-sur-Grenoble"}"#, "could not find a place").await;
    assert!(log.about("no weather").is_empty(), "that is no outage");
}

#[actix_web::test]
async fn a_city_selector_in_spite_of_odd_arguments_is_shown() {
    for arguments in ["", "{}", r#"{"reason": "Grenoble"}"#] {
        let (result, items, _) = call("show_city_selector", arguments, |builder| builder).await;
        assert_eq!((&result["shown"], items.len()), (&json!(true), 3));
    }
}

#[actix_web::test]
async fn weather_that_cannot_be_had_is_told_and_never_invented() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let down = |builder: ProcessBuilder| {
        builder
            .set("WEATHER_SOURCE", "open-meteo")
            .set("OPEN_METEO_GEOCODING_URL", format!("http://{closed}"))
            .set("OPEN_METEO_FORECAST_URL", format!("http://{closed}"))
    };
    let (result, items, log) = call("get_weather", r#"{"location": "Grenoble"}"#, down).await;
    assert!(result["error"].as_str().unwrap().contains("does not answer at the moment"), "{result}");
    assert_eq!(items.len(), 2, "no card");
    let [warning] = &log.about("no weather")[..] else { panic!("told once") };
    assert!(warning["cause"].as_str().unwrap().contains("no connection"), "{warning}");
}

#[actix_web::test]
async fn one_failing_call_does_not_spoil_the_others() {
    let calls = [
        ("call_1", "get_weather", json!({"location": "Atlantis"})),
        ("call_2", "get_weather", json!({"location": "Lima"})),
    ];
    let provider = Provider::start([Reply::calls(calls), Reply::text("One of them.")]).await;
    let process = provider.service().start().await;
    let events = process.client().create("Atlantis and Lima").await.rest().await;
    let cards = events.iter().filter(|event| event["item"]["type"] == "widget").count();
    assert_eq!(cards, 1);
    let asked = provider.answers().pop().unwrap();
    let contents: Vec<_> =
        asked.messages()[3..].iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert!(contents[0].contains("error") && contents[1].contains("Lima, Peru"), "{contents:?}");
}
