//! Turns that end early with items of every kind open: what is kept, and who decides.

use std::sync::{Arc, Mutex};

use actix_chatkit::{
    agent::{AgentContext, Cancellation, CancelledTurn, Responder, ResponderError},
    protocol::{
        ItemId, ItemKind, ThreadItem,
        error::StreamErrorCode,
        source::UrlSource,
        widget::components::{Card, Text},
        workflow::{ThoughtTask, WorkflowKind},
    },
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{kinds, stored};
use crate::support::{Client, Closure, Gate, Service, ServiceBuilder};

/// Opens an item of every kind, says so, and goes on as it is told.
async fn open_all(context: AgentContext, then: &str, gate: &Gate) -> Result<(), ResponderError> {
    let mut workflow = context.workflow(WorkflowKind::Reasoning).await?;
    workflow.add_task(ThoughtTask::new("Hm.")).await?;
    let mut widget = context.widget();
    widget.show(Card::new([Text::new("half a card")])).await?;
    let mut image = context.generated_image().await?;
    image.partial("https://example.org/half.png", None).await?;
    let mut message = context.message();
    message.push("First.").await?;
    message.annotate(UrlSource::new("Source", "https://example.org")).await?;
    message.next_part().await?;
    message.push("Half a").await?;
    let mut blank = context.message();
    blank.push(" \n").await?;
    context.progress("all are open", None).await?;
    match then {
        "panic" => panic!("at the responder's own fault"),
        "custom" => {
            Err(ResponderError::custom("Out of coffee.")
                .with_source(std::io::Error::other("the pot is empty")))
        }
        "retryable" => Err(ResponderError::retryable("Again.")),
        "coded" => Err(ResponderError::coded(StreamErrorCode::StreamError).with_retry(false)),
        "other code" => Err(ResponderError::coded(StreamErrorCode::Other("app.quota".to_owned()))),
        "other" => Err(ResponderError::Failed("secret inner text".into())),
        _ => {
            gate.pass().await;
            Ok(())
        }
    }
}

/// The parts of the half message, as they must be stored.
fn half_message() -> Value {
    let source = json!({"type": "url", "title": "Source", "url": "https://example.org"});
    json!([
        {"type": "output_text", "text": "First.",
            "annotations": [{"type": "annotation", "source": source, "index": 6}]},
        {"type": "output_text", "text": "Half a", "annotations": []},
    ])
}

fn content(item: &ThreadItem) -> Value {
    match &item.kind {
        ItemKind::AssistantMessage(message) => json!(message.content),
        other => panic!("no message but {}", other.name()),
    }
}

async fn begin(client: &Client, then: &str) -> (crate::support::Events, String) {
    let mut turn = client.create(then).await;
    let thread_id = turn.thread_id().await;
    turn.until("progress_update").await;
    (turn, thread_id)
}

#[actix_web::test]
async fn a_turn_that_fails_keeps_the_messages_with_text_and_nothing_else() {
    let service = Service::start(Closure::new(|context, then| async move {
        open_all(context, &then, &Gate::closed()).await
    }));
    let client = service.client("ada");
    let failure = json!({"type": "error", "code": "stream.error", "allow_retry": true});
    for (then, error) in [
        ("panic", failure.clone()),
        ("other", failure),
        (
            "custom",
            json!({"type": "error", "code": "custom", "message": "Out of coffee.", "allow_retry": false}),
        ),
        ("retryable", json!({"type": "error", "code": "custom", "message": "Again.", "allow_retry": true})),
        ("coded", json!({"type": "error", "code": "stream.error", "allow_retry": false})),
        ("other code", json!({"type": "error", "code": "app.quota", "allow_retry": true})),
    ] {
        let (turn, thread_id) = begin(&client, then).await;
        assert_eq!(turn.rest().await, [error], "{then}");
        let items = stored(&service, &thread_id).await;
        assert_eq!(kinds(&items), ["user_message", "assistant_message"], "{then}");
        assert_eq!(content(&items[1]), half_message(), "{then}");
    }
}

#[actix_web::test]
async fn a_turn_that_is_cancelled_or_shut_down_keeps_the_same_with_a_note() {
    let gate = Gate::closed();
    let builder = ServiceBuilder {
        shutdown_timeout: std::time::Duration::from_millis(10),
        ..ServiceBuilder::default()
    };
    let service = builder.start(Closure::new(move |context, then| {
        let gate = gate.clone();
        async move { open_all(context, &then, &gate).await }
    }));
    let client = service.client("ada");
    let (turn, stopped) = begin(&client, "hang").await;
    client.ask("ext.threads.stop", json!({"thread_id": stopped})).await;
    assert!(turn.rest().await.is_empty());
    let (turn, shut_down) = begin(&client, "hang").await;
    let next = ServiceBuilder::on_files_of(&service);
    service.running.stop().await;
    assert_eq!(turn.rest().await.len(), 1, "an error that offers a retry");
    drop(service.store);
    let service = next.start(Closure::echo());
    for (thread_id, words) in [(stopped, "user stopped"), (shut_down, "restart")] {
        let items = stored(&service, &thread_id).await;
        assert_eq!(kinds(&items), ["user_message", "assistant_message", "sdk_hidden_context"]);
        assert_eq!(content(&items[1]), half_message());
        assert!(matches!(&items[2].kind, ItemKind::SdkHiddenContext { content } if content.contains(words)));
    }
}

/// Opens items of every kind and hangs; decides itself what is kept.
#[derive(Clone)]
struct Keeper {
    /// Holds the decision up.
    gate: Gate,
    /// What was pending.
    pending: Arc<Mutex<Vec<&'static str>>>,
}

#[async_trait(?Send)]
impl Responder for Keeper {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let ItemKind::UserMessage(message) = &input.unwrap().kind else { panic!() };
        match message.plain_text().as_str() {
            "fine" => context.end_of_turn().await,
            how => {
                context.update_metadata(|metadata| drop(metadata.insert("how".into(), how.into()))).await?;
                open_all(context, "hang", &Gate::closed()).await
            }
        }
    }

    async fn stream_cancelled(
        &self,
        context: AgentContext,
        turn: CancelledTurn,
    ) -> Result<Vec<ThreadItem>, ResponderError> {
        *self.pending.lock().unwrap() = kinds(&turn.pending);
        assert_eq!((&turn.thread_id, turn.reason), (context.thread_id(), Cancellation::Client));
        assert_eq!(context.history()[0].kind.name(), "user_message");
        let how = context.thread().metadata["how"].clone();
        match how.as_str() {
            Some("panic") => panic!("at the responder's own fault"),
            Some("fail") => return Err(ResponderError::custom("not today")),
            Some("stream") => {
                let shown = context.progress("nobody sees it", None).await;
                assert!(matches!(shown, Err(ResponderError::Failed(_))));
            }
            _ => {}
        }
        self.gate.pass().await;
        context.set_title("Cancelled").await?;
        context.add_item(ItemId::from("by hand"), ItemKind::EndOfTurn).await?;
        let note = turn.note();
        let keep = |item: &ThreadItem| matches!(item.kind.name(), "workflow" | "widget");
        Ok(turn.pending.into_iter().filter(keep).chain([note]).collect())
    }
}

#[actix_web::test]
async fn a_responder_decides_what_is_kept_of_a_cancelled_turn_though_the_client_is_gone() {
    let keeper = Keeper { gate: Gate::closed(), pending: Arc::default() };
    let service = Service::start(keeper.clone());
    let client = service.client("ada");
    for how in ["keep", "stream"] {
        let (turn, thread_id) = begin(&client, how).await;
        drop(turn);
        let next = {
            let (client, thread_id) = (client.clone(), thread_id.clone());
            actix_web::rt::spawn(async move { client.say(&thread_id, "fine").await.rest().await })
        };
        // The next turn waits for the decision.
        keeper.gate.open(1);
        next.await.unwrap();
        assert_eq!(
            *keeper.pending.lock().unwrap(),
            ["workflow", "widget", "generated_image", "assistant_message", "assistant_message"]
        );
        let items = stored(&service, &thread_id).await;
        assert_eq!(
            kinds(&items),
            [
                "user_message",
                "end_of_turn",
                "workflow",
                "widget",
                "sdk_hidden_context",
                "user_message",
                "end_of_turn"
            ],
            "{how}"
        );
        let ItemKind::Workflow { workflow } = &items[2].kind else { panic!() };
        assert_eq!(workflow.tasks.len(), 1, "as it stood");
        let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
        assert_eq!(thread["title"], "Cancelled");
    }
}

#[actix_web::test]
async fn when_the_responder_cannot_decide_the_default_is_done() {
    let keeper = Keeper { gate: Gate::closed(), pending: Arc::default() };
    let service = Service::start(keeper);
    let client = service.client("ada");
    for how in ["panic", "fail"] {
        let (turn, thread_id) = begin(&client, how).await;
        drop(turn);
        client.say(&thread_id, "fine").await.rest().await;
        let items = stored(&service, &thread_id).await;
        let expected =
            ["user_message", "assistant_message", "sdk_hidden_context", "user_message", "end_of_turn"];
        assert_eq!(kinds(&items), expected, "{how}");
        assert_eq!(content(&items[1]), half_message());
    }
}
