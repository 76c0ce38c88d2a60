//! Remote tools that the user must allow.

use serde_json::{Value, json};

use super::{done, input_kinds, kinds, restarted, service};
use crate::support::{Events, Provider, Response, Service};

fn tools() -> Value {
    json!([{"type": "mcp", "server_label": "mail", "server_url": "https://mail.example/mcp", "require_approval": "always"}])
}

fn asked() -> Value {
    json!({
        "type": "mcp_approval_request", "id": "mcpr_1", "server_label": "mail", "name": "send",
        "arguments": "{\"to\":\"bob\"}",
    })
}

fn question() -> Response {
    let listed = json!({"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "mail", "tools": []});
    Response::begin().item("in_progress", listed).think("rs_1", &["May I?"], "x").item("in_progress", asked())
}

/// Asks, and gives the thread's id and the card.
async fn ask(service: &Service) -> (String, Value) {
    let mut turn = service.client("ada").create("Write to Bob").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    assert!(!events.iter().any(|event| event["type"] == "error"), "{events:#?}");
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "workflow", "widget"]);
    (thread_id, items[2].clone())
}

/// Presses a button of the card.
async fn press(service: &Service, thread_id: &str, card: &Value, button: &str) -> Events {
    let action = &card["widget"][button]["action"];
    let action = json!({"type": action["type"], "payload": action["payload"]});
    let params = json!({"thread_id": thread_id, "item_id": card["id"], "action": action});
    service.client("ada").stream("threads.custom_action", params).await
}

#[actix_web::test]
async fn what_the_user_allows_is_done_also_after_a_restart() {
    let sent = json!({
        "type": "mcp_call", "id": "mcp_1", "approval_request_id": "mcpr_1", "server_label": "mail", "name": "send",
        "arguments": "{\"to\":\"bob\"}", "output": "ok", "error": null, "status": "completed",
    });
    let answer = Response::begin().item("calling", sent).say("Sent.");
    let provider = Provider::start([question().complete(), answer.complete()]).await;
    let first_service = service(&provider, tools());
    let (thread_id, card) = ask(&first_service).await;
    assert!(card["widget"].to_string().contains("bob"), "the user sees with what: {card}");
    let service = restarted(first_service, &provider, tools()).await;
    let events = press(&service, &thread_id, &card, "confirm").await.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["workflow", "assistant_message"]);
    let input = &provider.answers()[1].body;
    assert_eq!(
        input_kinds(input),
        ["user", "mcp_list_tools", "reasoning", "mcp_approval_request", "mcp_approval_response"]
    );
    assert_eq!(input["input"][3], asked(), "verbatim");
    assert_eq!(
        input["input"][4],
        json!({"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": true})
    );
    let stored = service.client("ada").items(&thread_id).await;
    let card = &stored[2]["widget"];
    assert!(card.get("confirm").is_none() && card.to_string().contains("You allowed this call."), "{card}");
}

#[actix_web::test]
async fn a_refusal_goes_to_the_model_and_a_question_is_answered_once() {
    let provider = Provider::start([question().complete(), Response::text("Then I will not.")]).await;
    let service = service(&provider, tools());
    let (thread_id, card) = ask(&service).await;
    let events = press(&service, &thread_id, &card, "cancel").await.rest().await;
    assert_eq!(done(&events)[0]["content"][0]["text"], "Then I will not.");
    assert_eq!(provider.answers()[1].body["input"][4]["approve"], false);
    let again = press(&service, &thread_id, &card, "confirm").await.rest().await;
    let error = again.iter().find(|event| event["type"] == "error").unwrap();
    assert!(error["message"].as_str().unwrap().contains("not open any more"), "{error}");
    assert_eq!(provider.answers().len(), 2, "nothing was asked");
}

#[actix_web::test]
async fn a_question_that_is_left_open_stays_out_of_later_requests() {
    let provider = Provider::start([question().complete(), Response::text("As you like.")]).await;
    let service = service(&provider, tools());
    let (thread_id, _) = ask(&service).await;
    let events = service.client("ada").say(&thread_id, "Forget it").await.rest().await;
    assert_eq!(done(&events)[1]["content"][0]["text"], "As you like.");
    let kinds = input_kinds(&provider.answers()[1].body);
    assert!(!kinds.iter().any(|kind| kind.starts_with("mcp_approval") || kind == "reasoning"), "{kinds:?}");
}

#[actix_web::test]
async fn an_answer_that_nobody_asked_for_is_refused() {
    let provider = Provider::start([question().complete()]).await;
    let service = service(&provider, tools());
    let (thread_id, card) = ask(&service).await;
    for payload in [json!({"request": "mcpr_2", "approve": true}), json!({"approve": true}), Value::Null] {
        let action = json!({"type": card["widget"]["confirm"]["action"]["type"], "payload": payload});
        let params = json!({"thread_id": thread_id, "item_id": card["id"], "action": action});
        let events = service.client("ada").run("threads.custom_action", params).await;
        assert!(events.iter().any(|event| event["type"] == "error"), "{events:#?}");
    }
    assert_eq!(provider.answers().len(), 1);
}
