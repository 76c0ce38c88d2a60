//! What a responder asks the user and the page, and how it reads the answers.

use actix_chatkit::{
    agent::ResponderError,
    protocol::structured_input::{Freeform, MultipleChoice},
};
use serde_json::{Value, json};

use super::run;
use crate::support::{Closure, Service};

#[actix_web::test]
async fn a_form_is_asked_and_its_answers_begin_the_next_turn() {
    let service = Service::start(Closure::new(|context, _| async move {
        let Some(form) = context.answers() else {
            return context
                .ask(vec![
                    MultipleChoice::new("size", "Which size?", ["small", "large"]).into(),
                    MultipleChoice::new("top", "What on it?", ["ham", "figs"]).multiple().into(),
                    Freeform::new("wish", "Anything else?").with_description("Allergies.").into(),
                ])
                .await;
        };
        let tops = form.answer("top").map(|answer| answer.values.join("+"));
        let text = format!("{:?} {tops:?} {:?}", form.first_value("size"), form.first_value("wish"));
        let skipped = form.answer("wish").is_some_and(|answer| answer.skipped);
        assert!(skipped && form.answer("nothing").is_none() && context.client_tool_output().is_none());
        let mut message = context.message();
        message.push(text).await?;
        message.finish().await
    }));
    let client = service.client("ada");
    let thread_id = client.thread("hungry").await;
    let form = client.items(&thread_id).await[1].clone();
    assert_eq!(
        (&form["status"], &form["inputs"]),
        (
            &json!("pending"),
            &json!([
                {"type": "multiple_choice", "id": "size", "question": "Which size?", "multiple": false,
                    "options": [{"value": "small"}, {"value": "large"}]},
                {"type": "multiple_choice", "id": "top", "question": "What on it?", "multiple": true,
                    "options": [{"value": "ham"}, {"value": "figs"}]},
                {"type": "freeform", "id": "wish", "question": "Anything else?", "description": "Allergies."},
            ])
        )
    );
    let answers = json!({"size": {"values": ["large"]}, "top": {"values": ["ham", "figs"]}});
    let params = json!({"thread_id": thread_id, "item_id": form["id"], "input": {"answers": answers}});
    let events = client.run("threads.add_structured_input", params).await;
    let text = &events.last().unwrap()["item"]["content"][0]["text"];
    assert_eq!(text, r#"Some("large") Some("ham+figs") None"#);
    // A message that follows is not taken for answers.
    client.say(&thread_id, "again").await.rest().await;
    assert_eq!(client.items(&thread_id).await.last().unwrap()["type"], "structured_input");
}

#[actix_web::test]
async fn a_form_without_questions_or_with_two_of_one_id_is_refused() {
    let service = Service::start(Closure::new(|context, text| async move {
        let questions = match text.as_str() {
            "none" => vec![],
            _ => vec![Freeform::new("q", "Who?").into(), Freeform::new("q", "When?").into()],
        };
        context.ask(questions).await
    }));
    let client = service.client("ada");
    for text in ["none", "twice"] {
        let events = client.create(text).await.rest().await;
        assert_eq!(events.last().unwrap()["code"], "stream.error", "{text}");
    }
}

#[actix_web::test]
async fn the_page_runs_a_tool_and_its_output_begins_the_next_turn() {
    let service = Service::start(Closure::new(|context, text| async move {
        match context.client_tool_output() {
            None if text == "model" => context.call_client_tool_as("call_7", "f", json!({"a": null})).await,
            None => context.call_client_tool("get_selection", json!({"format": "text"})).await,
            Some(call) => {
                assert!(context.answers().is_none());
                let mut message = context.message();
                message.push(format!("{} {:?}", call.name, call.output)).await?;
                message.finish().await
            }
        }
    }));
    let client = service.client("ada");
    let thread_id = client.thread("go").await;
    let call = client.items(&thread_id).await[1].clone();
    assert_eq!(
        (&call["status"], &call["name"], &call["arguments"]),
        (&json!("pending"), &json!("get_selection"), &json!({"format": "text"}))
    );
    assert!(call["id"].as_str().unwrap().starts_with("tc_"));
    assert!(!call["call_id"].as_str().unwrap().is_empty());
    for (result, words) in
        [(json!({"x": null}), "Some(Object {\"x\": Null})"), (json!([1]), "Some(Array [Number(1)])")]
    {
        let params = json!({"thread_id": thread_id, "result": result});
        let events = client.run("threads.add_client_tool_output", params).await;
        let text = &events.last().unwrap()["item"]["content"][0]["text"];
        assert_eq!(text, &json!(format!("get_selection {words}")));
        client.say(&thread_id, "go").await.rest().await;
    }
    client.run("threads.add_client_tool_output", json!({"thread_id": thread_id, "result": null})).await;
    let items = client.items(&thread_id).await;
    assert_eq!(items.last().unwrap()["content"][0]["text"], "get_selection None");
    let thread_id = client.thread("model").await;
    let call = &client.items(&thread_id).await[1];
    assert_eq!((&call["call_id"], &call["arguments"]), (&json!("call_7"), &json!({"a": null})));
}

#[actix_web::test]
async fn arguments_and_data_are_json_objects_or_refused() {
    let (_service, _client, _thread_id, events) = run(Closure::new(|context, _| async move {
        context.client_effect("highlight", json!({"id": "a", "none": null})).await?;
        let refused = [
            context.client_effect("x", 5).await,
            context.client_effect("x", Value::Null).await,
            context.call_client_tool("x", ["a"]).await,
        ];
        assert!(refused.iter().all(|result| matches!(result, Err(ResponderError::Failed(_)))));
        Ok(())
    }))
    .await;
    let effect = json!({"type": "client_effect", "name": "highlight", "data": {"id": "a", "none": null}});
    assert_eq!(events, [effect]);
}
