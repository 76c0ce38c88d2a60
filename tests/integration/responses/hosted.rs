//! The provider's own tools as the user sees them.

use serde_json::{Value, json};

use super::{done, input_kinds, kinds, restarted, service};
use crate::support::{Provider, Response};

fn search() -> Value {
    let action = json!({
        "type": "search", "query": "weather oslo", "queries": ["weather oslo"],
        "sources": [{"type": "url", "url": "https://www.yr.no/oslo"}],
    });
    json!({"type": "web_search_call", "id": "ws_1", "status": "completed", "action": action})
}

#[actix_web::test]
async fn a_search_is_a_task_among_the_thoughts_and_goes_back_with_them() {
    let answer = Response::begin()
        .think("rs_1", &["Search."], "one")
        .item("in_progress", search())
        .think("rs_2", &["Found it."], "two")
        .say("Cold.")
        .complete();
    let provider = Provider::start([answer, Response::text("Bye.")]).await;
    let tools = json!([{"type": "web_search"}]);
    let first_service = service(&provider, tools.clone());
    let mut turn = first_service.client("ada").create("Oslo?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "workflow", "assistant_message"]);
    let tasks = items[1]["workflow"]["tasks"].as_array().unwrap();
    let of_tasks: Vec<_> = tasks.iter().map(|task| task["type"].as_str().unwrap()).collect();
    assert_eq!(of_tasks, ["thought", "web_search", "thought"]);
    assert_eq!(
        (&tasks[1]["queries"], &tasks[1]["status_indicator"]),
        (&json!(["weather oslo"]), &json!("complete"))
    );
    assert_eq!(tasks[1]["sources"][0]["url"], "https://www.yr.no/oslo");
    let shown_loading = events.iter().any(|event| event["update"]["task"]["status_indicator"] == "loading");
    assert!(shown_loading, "{events:#?}");

    let service = restarted(first_service, &provider, tools.clone()).await;
    service.client("ada").say(&thread_id, "Thanks").await.rest().await;
    let asked = provider.answers();
    assert_eq!(asked[0].body["tools"][1], tools[0]);
    assert_eq!(
        input_kinds(&asked[1].body),
        ["user", "reasoning", "web_search_call", "reasoning", "assistant", "user"]
    );
    assert_eq!(asked[1].body["input"][2], search(), "verbatim");
}

#[actix_web::test]
async fn what_was_said_before_a_search_and_after_it_keeps_its_place() {
    let answer = Response::begin()
        .say("Let me look.")
        .think("rs_1", &["Search."], "one")
        .item("in_progress", search())
        .say("Cold.")
        .complete();
    let provider = Provider::start([answer, Response::text("Bye.")]).await;
    let service = service(&provider, json!([{"type": "web_search"}]));
    let client = service.client("ada");
    let mut turn = client.create("Oslo?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "assistant_message", "workflow", "assistant_message"]);
    client.say(&thread_id, "Thanks").await.rest().await;
    let input = &provider.answers()[1].body;
    assert_eq!(
        input_kinds(input),
        ["user", "assistant", "reasoning", "web_search_call", "assistant", "user"]
    );
    assert_eq!(input["input"][1]["content"][0]["text"], "Let me look.");
    assert_eq!(input["input"][4]["content"][0]["text"], "Cold.");
}

#[actix_web::test]
async fn code_and_files_are_tasks_too_and_a_failure_is_said() {
    let code = json!({
        "type": "code_interpreter_call", "id": "ci_1", "status": "completed", "code": "print(6 * 7)",
        "container_id": "c", "outputs": [{"type": "logs", "logs": "42\n"}],
    });
    let files = json!({
        "type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["report"],
        "results": [{"file_id": "f", "filename": "report.pdf", "score": 0.9, "text": "…"}],
    });
    let remote = json!({
        "type": "mcp_call", "id": "mcp_1", "server_label": "mail", "name": "send", "arguments": "{}",
        "output": null, "error": {"type": "http_error", "code": 500, "message": "down"}, "status": "failed",
    });
    let answer = Response::begin()
        .item("interpreting", code)
        .item("searching", files)
        .item("calling", remote)
        .say("42.")
        .complete();
    let provider = Provider::start([answer]).await;
    let service = service(&provider, json!([{"type": "code_interpreter", "container": {"type": "auto"}}]));
    let events = service.client("ada").create("What is it?").await.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "workflow", "assistant_message"]);
    let workflow = &items[1]["workflow"];
    let tasks = &workflow["tasks"];
    assert_eq!(workflow["type"], "reasoning");
    assert_eq!(tasks[0]["content"], "```python\nprint(6 * 7)\n```\n\n```text\n42\n```");
    assert_eq!(tasks[1]["sources"][0]["filename"], "report.pdf");
    assert_eq!(tasks[2]["title"], "send (mail) failed");
    assert!(tasks.as_array().unwrap().iter().all(|task| task["status_indicator"] == "complete"));
}
