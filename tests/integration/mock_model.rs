//! The stand-in for a language model: what it answers, at which pace, and how it fails.

use std::time::{Duration, Instant};

use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Process, ProcessBuilder};

async fn mock_model(arguments: &[&str]) -> Process {
    let command = ["mock-model", "--port", "0"].into_iter().chain(arguments.iter().copied());
    ProcessBuilder::default().arguments(command).start().await
}

async fn ask(mock: &Process, body: Value) -> Response {
    let url = format!("http://127.0.0.1:{}/v1/chat/completions", mock.port());
    reqwest::Client::new().post(url).json(&body).send().await.unwrap()
}

fn question(text: &str) -> Value {
    let tools: Vec<_> = ["get_weather", "show_city_selector"]
        .map(|name| json!({"type": "function", "function": {"name": name, "parameters": {}}}))
        .into();
    json!({"model": "m", "stream": true, "tools": tools, "messages": [{"role": "user", "content": text}]})
}

/// The chunks of an answer, which ends as the protocol says.
async fn chunks(response: Response) -> Vec<Value> {
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    let mut data: Vec<_> = text.split("\n\n").filter_map(|frame| frame.strip_prefix("data: ")).collect();
    assert_eq!(data.pop(), Some("[DONE]"));
    data.into_iter().map(|data| serde_json::from_str(data).unwrap()).collect()
}

fn words(chunks: &[Value]) -> usize {
    let content = |chunk: &Value| chunk["choices"][0]["delta"]["content"].as_str().map(str::len);
    chunks.iter().filter_map(content).filter(|length| *length > 0).count()
}

#[actix_web::test]
async fn an_answer_has_its_tokens_at_their_pace() {
    let mock = mock_model(&["--tokens", "10", "--first-token-ms", "100", "--pace-ms", "20"]).await;
    let started = Instant::now();
    let mut body = question("Hello");
    body["stream_options"] = json!({"include_usage": true});
    let chunks = chunks(ask(&mock, body).await).await;
    // 100 ms to the first and 9 times 20 ms to the last.
    assert!(started.elapsed() >= Duration::from_millis(280), "{:?}", started.elapsed());
    assert_eq!(words(&chunks), 10);
    let [.., finish, usage] = chunks.as_slice() else { panic!("{chunks:?}") };
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert_eq!(usage["usage"]["completion_tokens"], 10);
}

#[actix_web::test]
async fn tools_are_called_and_titles_given() {
    let mock = mock_model(&["--title-tokens", "3"]).await;
    let called = chunks(ask(&mock, question("What's the weather like in Oslo?")).await).await;
    let calls: Vec<_> =
        called.iter().map(|chunk| &chunk["choices"][0]["delta"]["tool_calls"][0]["function"]).collect();
    assert!(calls.iter().any(|function| function["name"] == "get_weather"), "{called:?}");
    let arguments: String = calls.iter().filter_map(|function| function["arguments"].as_str()).collect();
    assert_eq!(serde_json::from_str::<Value>(&arguments).unwrap(), json!({"location": "oslo"}));
    assert_eq!(called.last().unwrap()["choices"][0]["finish_reason"], "tool_calls");

    let title = json!({"messages": [{"role": "system", "content": "Write a title"}, {"role": "user", "content": "x"}]});
    let whole: Value = ask(&mock, title).await.json().await.unwrap();
    let title = whole["choices"][0]["message"]["content"].as_str().unwrap();
    assert_eq!(title.split_whitespace().count(), 3, "{title}");

    let stats = reqwest::get(format!("http://127.0.0.1:{}/stats", mock.port())).await.unwrap();
    let stats: Value = stats.json().await.unwrap();
    assert_eq!((&stats["tool_calls"], &stats["titles"], &stats["texts"]), (&json!(1), &json!(1), &json!(0)));
}

#[actix_web::test]
async fn it_fails_as_often_and_in_the_way_it_is_told() {
    let mock = mock_model(&["--fail", "429:every=2", "--fail", "cut:every=3", "--retry-after", "7"]).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let response = ask(&mock, question("Hello")).await;
        let status = response.status().as_u16();
        let retry_after =
            response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(retry_after, (status == 429).then(|| "7".to_owned()));
        let broken = response.text().await.is_err();
        statuses.push(if broken { 0 } else { status });
    }
    assert_eq!(statuses, [200, 429, 0, 429, 200, 429], "the first rule wins over the second");

    let body = ask(&mock, json!({"messages": 7})).await;
    assert_eq!(body.status(), 400);
}

#[actix_web::test]
async fn a_stalled_answer_stands_still_in_the_middle() {
    let mock = mock_model(&["--tokens", "8", "--fail", "stall:1"]).await;
    let mut response = ask(&mock, question("Hello")).await;
    let half = response.chunk().await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&half).matches("data: ").count(), 5, "the role and four words");
    let more = tokio::time::timeout(Duration::from_millis(200), response.chunk()).await;
    assert!(more.is_err(), "{more:?}");
    // It stops in order all the same.
    drop(response);
    assert!(mock.stop().await.status.success());
}

#[actix_web::test]
async fn a_failure_that_makes_no_sense_is_refused() {
    let exit = ProcessBuilder::default().arguments(["mock-model", "--fail", "404:1%"]).fail_to_start().await;
    assert!(exit.log.text().contains("404"), "{}", exit.log.text());
}
