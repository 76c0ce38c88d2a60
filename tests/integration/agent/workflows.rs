//! The assistant's work, shown step by step.

use actix_chatkit::{
    agent::ResponderError,
    protocol::{
        ItemId, ItemKind,
        item::{ClientToolCall, ClientToolCallStatus},
        source::{FileSource, UrlSource},
        workflow::{
            CustomTask, FileTask, ImageTask, ThoughtTask, WebSearchTask, WorkflowKind, WorkflowSummary,
        },
    },
};
use serde_json::json;

use super::{run, types};
use crate::support::{Closure, Gate, Service};

#[actix_web::test]
async fn a_custom_workflow_is_shown_with_its_first_task_and_ends_with_how_long_it_took() {
    let (_service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        context.workflow(WorkflowKind::Custom).await?.finish().await?;
        let mut workflow = context.workflow(WorkflowKind::Custom).await?;
        context.progress("before", None).await?;
        let search = WebSearchTask::new()
            .with_title("Searching")
            .with_title_query("rust")
            .with_query("rust actors")
            .loading();
        let index = workflow.add_task(search.clone()).await?;
        let search = search.with_source(UrlSource::new("Actix", "https://actix.rs"));
        workflow.update_task(index, search).await?;
        workflow.complete_task(index).await?;
        workflow.add_task(CustomTask::new("Look").with_icon("search").with_content("*so*")).await?;
        workflow.add_task(ThoughtTask::new("Hm.").with_title("Doubt")).await?;
        let files = FileTask::new().with_title("Reading").with_source(FileSource::new("A", "a.txt"));
        workflow.add_task(files).await?;
        workflow.add_task(ImageTask::new().with_title("Drawing").loading()).await?;
        assert_eq!(workflow.tasks().len(), 5);
        workflow.finish().await
    }))
    .await;
    assert_eq!(
        types(&events),
        [
            "progress_update",
            "thread.item.added",
            "workflow.task.updated",
            "workflow.task.updated",
            "workflow.task.added",
            "workflow.task.added",
            "workflow.task.added",
            "workflow.task.added",
            "thread.item.done",
        ]
    );
    let first = json!({"type": "web_search", "status_indicator": "loading", "title": "Searching",
        "title_query": "rust", "queries": ["rust actors"], "sources": []});
    let added = &events[1]["item"];
    assert_eq!(added["workflow"], json!({"type": "custom", "tasks": [first], "expanded": false}));
    assert!(added["id"].as_str().unwrap().starts_with("wf_"));
    let mut over = first;
    over["status_indicator"] = json!("complete");
    over["sources"] = json!([{"type": "url", "title": "Actix", "url": "https://actix.rs"}]);
    assert_eq!((&events[3]["update"]["task_index"], &events[3]["update"]["task"]), (&json!(0), &over));
    assert_eq!(events[7]["update"]["task_index"], 4);
    let done = &events[8]["item"];
    assert_eq!(
        done["workflow"],
        json!({"type": "custom", "expanded": false, "summary": {"duration": 0}, "tasks": [
            over,
            {"type": "custom", "status_indicator": "none", "title": "Look", "icon": "search", "content": "*so*"},
            {"type": "thought", "status_indicator": "none", "title": "Doubt", "content": "Hm."},
            {"type": "file", "status_indicator": "none", "title": "Reading",
                "sources": [{"type": "file", "title": "A", "filename": "a.txt"}]},
            {"type": "image", "status_indicator": "loading", "title": "Drawing"},
        ]})
    );
    assert_eq!((&done["id"], &done["created_at"]), (&added["id"], &added["created_at"]));
    assert_eq!(&client.items(&thread_id).await[1], done, "the workflow without tasks left nothing");
}

#[actix_web::test]
async fn a_reasoning_workflow_is_shown_at_once_and_may_have_a_summary_of_its_own() {
    let (_service, _client, _thread_id, events) = run(Closure::new(|context, _| async move {
        let workflow = context.workflow(WorkflowKind::Reasoning).await?;
        context.progress("thinking", None).await?;
        workflow.finish_with(WorkflowSummary::with_icon("Thought it over", "lightbulb")).await?;
        let workflow = context.workflow(WorkflowKind::Reasoning).await?;
        workflow.finish_expanded(WorkflowSummary::titled("Look")).await
    }))
    .await;
    assert_eq!(
        types(&events),
        ["thread.item.added", "progress_update", "thread.item.done", "thread.item.added", "thread.item.done"]
    );
    let summary = |place: usize| {
        let workflow = &events[place]["item"]["workflow"];
        (workflow["summary"].clone(), workflow["expanded"].clone())
    };
    assert_eq!(summary(2), (json!({"title": "Thought it over", "icon": "lightbulb"}), json!(false)));
    assert_eq!(summary(4), (json!({"title": "Look"}), json!(true)));
}

#[actix_web::test]
async fn an_open_workflow_is_dropped_when_the_turn_fails_or_is_cancelled() {
    let gate = Gate::closed();
    let held = gate.clone();
    let service = Service::start(Closure::new(move |context, text| {
        let gate = held.clone();
        async move {
            let mut workflow = context.workflow(WorkflowKind::Reasoning).await?;
            workflow.add_task(ThoughtTask::new("Hm.")).await?;
            match text.as_str() {
                "fail" => Err(ResponderError::retryable("No.")),
                "no such task" => workflow.complete_task(1).await,
                _ => {
                    gate.pass().await;
                    Ok(())
                }
            }
        }
    }));
    let client = service.client("ada");
    for text in ["fail", "no such task"] {
        let mut turn = client.create(text).await;
        let thread_id = turn.thread_id().await;
        assert_eq!(turn.rest().await.last().unwrap()["type"], "error", "{text}");
        assert_eq!(client.items(&thread_id).await.len(), 1, "{text}");
    }
    let mut turn = client.create("hang").await;
    let thread_id = turn.thread_id().await;
    turn.until("thread.item.updated").await;
    client.ask("ext.threads.stop", json!({"thread_id": thread_id})).await;
    assert_eq!(client.items(&thread_id).await.len(), 1);
}

#[actix_web::test]
async fn a_workflow_left_open_is_stored_and_goes_on_after_a_client_tool_call() {
    let service = Service::start(Closure::new(|context, text| async move {
        match context.open_workflow().await? {
            Some(mut workflow) => {
                workflow.add_task(ThoughtTask::new("And then.")).await?;
                workflow.finish().await
            }
            None if text == "go" => {
                let mut workflow = context.workflow(WorkflowKind::Reasoning).await?;
                workflow.add_task(ThoughtTask::new("First.")).await?;
                let call = ClientToolCall {
                    status: ClientToolCallStatus::Pending,
                    call_id: "c".into(),
                    name: "f".into(),
                    arguments: serde_json::Map::new(),
                    output: None,
                };
                context.add_item(ItemId::tool_call(), ItemKind::ClientToolCall(call)).await
            }
            None => Ok(()),
        }
    }));
    let client = service.client("ada");
    let thread_id = client.thread("go").await;
    let kinds: Vec<_> =
        client.items(&thread_id).await.iter().map(|item| item["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["user_message", "workflow", "client_tool_call"]);
    let params = json!({"thread_id": thread_id, "result": 1});
    let events = client.run("threads.add_client_tool_output", params.clone()).await;
    assert_eq!(types(&events), ["stream_options", "workflow.task.added", "thread.item.done"]);
    let done = &events[2]["item"];
    assert_eq!(done["workflow"]["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(done["workflow"]["summary"], json!({"duration": 0}));
    assert_eq!(&client.items(&thread_id).await[1], done, "in its old place");
    // One that is over is not taken up again.
    let events = client.say(&thread_id, "go").await.rest().await;
    assert_ne!(events[2]["item"]["id"], done["id"]);
}
