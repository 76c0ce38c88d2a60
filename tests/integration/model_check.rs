//! `actix-chatkit model check` before model servers that can all or only some of what is asked for.

use serde_json::{Value, json};

use crate::support::{KEY, ProcessBuilder, Provider, Reply};

// The stand-in takes questions without tools for those for a title.

/// Runs the check; gives whether it succeeded, its report, and what it wrote to standard error.
async fn check(builder: ProcessBuilder) -> (bool, Value, String) {
    let (exit, text) = builder.arguments(["model", "check", "--json"]).run().await;
    exit.log.assert_free_of(&[KEY]);
    assert!(!text.contains(KEY), "{text}");
    (exit.status.success(), serde_json::from_str(&text).unwrap_or_default(), exit.log.text())
}

fn outcome<'report>(report: &'report Value, name: &str) -> &'report Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{name}: {report}"))
}

fn call(number: u8, name: &'static str) -> (String, &'static str, Value) {
    (format!("call_{number}"), name, json!({"city": "Oslo"}))
}

fn calls(calls: &[(String, &'static str, Value)]) -> Reply {
    Reply::calls(calls.iter().map(|(id, name, arguments)| (id.as_str(), *name, arguments.clone())))
}

#[actix_web::test]
async fn a_model_that_can_all_is_told_so_with_the_time_to_its_first_word() {
    let provider = Provider::start([
        calls(&[call(1, "get_temperature")]),
        Reply::text("It is 17 degrees."),
        calls(&[call(1, "get_temperature"), call(2, "get_local_time")]),
    ])
    .await
    .titles([
        Reply::begin().say("One, ").say("two, ").say("three.").finish("stop"),
        Reply::text("Red."),
        Reply::text("It is Lighthouse."),
        Reply::text("No, it is 17 times 23."),
        Reply::text("lighthouse"),
        Reply::text("Weather in Oslo"),
    ]);
    let (succeeded, report, log) = check(provider.service()).await;
    assert!(succeeded, "{log}");
    assert_eq!(
        (&report["model"], &report["api"]),
        (&json!("compatible:gpt-test"), &json!("Chat Completions"))
    );
    for name in ["text", "streaming", "tool call", "two tools", "picture", "PDF", "long input", "title"] {
        assert_eq!(outcome(&report, name)["outcome"], "works", "{name}: {report}");
    }
    // This model does not show its thoughts, which is no failure.
    assert_eq!(outcome(&report, "reasoning")["outcome"], "not_shown");
    assert!(outcome(&report, "text")["first_word_ms"].is_u64(), "{report}");
    let asked = provider.answers();
    let result = asked[1].messages().last().unwrap().clone();
    assert_eq!((&result["role"], &result["tool_call_id"]), (&json!("tool"), &json!("call_1")));
}

#[actix_web::test]
async fn what_a_model_cannot_do_is_told_beside_what_it_can() {
    let refused = Reply::error(400, "no such thing");
    let first = [Reply::begin().say("One.").finish("stop"), Reply::text("A cat.")];
    let rest = std::iter::repeat_n(Reply::text("lighthouse"), 4);
    let provider = Provider::start([refused.clone(), refused]).await.titles(first.into_iter().chain(rest));
    let (succeeded, report, log) = check(provider.service()).await;
    assert!(succeeded, "{log}");
    for (name, wanted) in [
        ("text", "works"),
        ("streaming", "not_shown"),
        ("tool call", "fails"),
        ("picture", "not_shown"),
        ("PDF", "works"),
    ] {
        assert_eq!(outcome(&report, name)["outcome"], wanted, "{name}: {report}");
    }
    assert!(outcome(&report, "tool call")["advice"].is_string(), "{report}");
}

#[actix_web::test]
async fn without_any_text_the_check_fails_and_says_what_to_set() {
    let page = Reply::raw(404, "text/plain", "404 page not found");
    for (reply, advice) in [(Reply::error(401, "wrong key"), "OPENAI_API_KEY"), (page, "/v1")] {
        let provider = Provider::start([]).await.titles(std::iter::repeat_n(reply, 4));
        let (succeeded, report, _) = check(provider.service()).await;
        assert!(!succeeded, "{report}");
        assert_eq!(report["checks"].as_array().map(Vec::len), Some(1), "{report}");
        assert!(outcome(&report, "text")["advice"].as_str().unwrap().contains(advice), "{report}");
    }
    let (succeeded, _, log) = check(ProcessBuilder::default()).await;
    assert!(!succeeded && log.contains("no language model is configured"), "{log}");
}

#[actix_web::test]
async fn people_read_a_table() {
    let provider = Provider::start([]).await.titles([Reply::error(401, "wrong key")]);
    let (exit, text) = provider.service().arguments(["model", "check"]).run().await;
    assert!(!exit.status.success());
    for part in ["compatible:gpt-test by Chat Completions", "asked for", "fails", "→ correct OPENAI_API_KEY"]
    {
        assert!(text.contains(part), "{text}");
    }
}
