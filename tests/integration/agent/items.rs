//! Items that are added whole, changed, or drawn bit by bit.

use actix_chatkit::protocol::{
    ItemId, ItemKind, PageQuery,
    item::{AssistantMessage, WidgetItem},
    page::Order,
    widget::components::{Card, Text},
    workflow::CustomTask,
};
use serde_json::json;

use super::{kinds, run, stored, types};
use crate::support::{Closure, Service};

fn card(text: &str) -> WidgetItem {
    WidgetItem { widget: Card::new([Text::new(text)]).into(), copy_text: Some("copy".to_owned()) }
}

#[actix_web::test]
async fn a_generated_image_is_shown_while_it_is_made() {
    let (_service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        let mut image = context.generated_image().await?.with_image_id("ig_1");
        image.partial("data:image/png;base64,AA==", Some(0.25)).await?;
        image.partial("https://example.org/half.png", Some(7.0)).await?;
        image.partial("https://example.org/half.png", None).await?;
        image.finish("https://example.org/whole.png").await
    }))
    .await;
    let update = "generated_image.updated";
    assert_eq!(types(&events), ["thread.item.added", update, update, update, "thread.item.done"]);
    let added = &events[0]["item"];
    assert_eq!((&added["type"], added.get("image")), (&json!("generated_image"), None));
    assert_eq!(
        events[1]["update"],
        json!({"type": update, "image": {"id": "ig_1", "url": "data:image/png;base64,AA=="}, "progress": 0.25})
    );
    assert_eq!(events[2]["update"]["progress"], 1.0, "more than all there is not");
    assert_eq!(events[3]["update"].get("progress"), None);
    let done = &events[4]["item"];
    assert_eq!(done["image"], json!({"id": "ig_1", "url": "https://example.org/whole.png"}));
    assert_eq!(done["id"], added["id"]);
    assert_eq!(&client.items(&thread_id).await[1], done);
}

#[actix_web::test]
async fn single_tasks_and_the_end_of_the_turn_are_items() {
    let (service, _client, thread_id, events) = run(Closure::new(|context, _| async move {
        context.add_task(CustomTask::new("Done").with_icon("check")).await?;
        context.add_hidden_context("only for the model").await?;
        context.end_of_turn().await
    }))
    .await;
    assert_eq!(types(&events), ["thread.item.done", "thread.item.done"], "the hidden one is not sent");
    let task = json!({"type": "custom", "status_indicator": "none", "title": "Done", "icon": "check"});
    assert_eq!((&events[0]["item"]["type"], &events[0]["item"]["task"]), (&json!("task"), &task));
    assert!(events[0]["item"]["id"].as_str().unwrap().starts_with("tsk_"));
    let stored = stored(&service, &thread_id).await;
    assert_eq!(kinds(&stored), ["user_message", "task", "hidden_context_item", "end_of_turn"]);
}

#[actix_web::test]
async fn items_are_replaced_and_removed_in_their_place() {
    let (_service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        for id in ["a", "b", "c"] {
            let kind = ItemKind::AssistantMessage(AssistantMessage::text(id));
            context.add_item(ItemId::from(id), kind).await?;
        }
        context.replace_item(context.new_item("b".into(), ItemKind::Widget(card("new")))).await?;
        context.remove_item("a").await?;
        context.remove_item("never there").await
    }))
    .await;
    let done = "thread.item.done";
    let (replaced, removed) = ("thread.item.replaced", "thread.item.removed");
    assert_eq!(types(&events), [done, done, done, replaced, removed, removed]);
    let items = client.items(&thread_id).await;
    let left: Vec<_> = items[1..].iter().map(|item| (&item["id"], &item["type"])).collect();
    assert_eq!(left, [(&json!("b"), &json!("widget")), (&json!("c"), &json!("assistant_message"))]);
}

#[actix_web::test]
async fn a_widget_of_an_earlier_turn_is_redrawn_for_now_or_for_good() {
    let service = Service::start(Closure::new(|context, text| async move {
        let Some(id) = context.history().iter().find(|item| item.kind.name() == "widget") else {
            return context.show_widget(card("first")).await;
        };
        let root = Card::new([Text::new(text.as_str())]);
        match text.as_str() {
            "for now" => context.redraw_widget(&id.id, root).await,
            "no widget" => context.update_widget(&context.history()[0].id, root).await,
            _ => context.update_widget(&id.id, root).await,
        }
    }));
    let client = service.client("ada");
    let thread_id = client.thread("go").await;
    let widget = client.items(&thread_id).await[1].clone();
    for (text, kept) in [("for now", "first"), ("for good", "for good")] {
        let events = client.say(&thread_id, text).await.rest().await;
        assert_eq!(types(&events), ["thread.item.done", "stream_options", "widget.root.updated"], "{text}");
        assert_eq!(events[2]["item_id"], widget["id"]);
        assert_eq!(events[2]["update"]["widget"]["children"][0]["value"], text);
        let item = client.items(&thread_id).await[1].clone();
        assert_eq!(item["widget"]["children"][0]["value"], kept, "{text}");
        assert_eq!((&item["id"], &item["copy_text"]), (&widget["id"], &json!("copy")));
    }
    let events = client.say(&thread_id, "no widget").await.rest().await;
    assert_eq!(events.last().unwrap()["type"], "error");
}

#[actix_web::test]
async fn a_responder_pages_through_the_whole_thread_and_reads_what_it_wrote() {
    let service = crate::support::ServiceBuilder::default()
        .threads(|threads| threads.recent_items = 2)
        .start(Closure::new(|context, text| async move {
            if text != "read" {
                context.add_hidden_context("note").await?;
                let mut message = context.message();
                message.push(text).await?;
                return message.finish().await;
            }
            assert_eq!(context.history().len(), 2, "only the newest are at hand");
            let written = ItemId::from("written");
            context.add_item(written.clone(), ItemKind::EndOfTurn).await?;
            assert_eq!(context.item(&written).await?.kind, ItemKind::EndOfTurn);
            let mut query = PageQuery { limit: 3, order: Order::Desc, ..PageQuery::default() };
            let mut names = Vec::new();
            loop {
                let page = context.load_items(query.clone()).await?;
                names.extend(page.data.iter().map(|item| item.kind.name()));
                query.after = page.after;
                if query.after.is_none() {
                    break;
                }
            }
            let mut message = context.message();
            message.push(names.join(" ")).await?;
            message.finish().await
        }));
    let client = service.client("ada");
    let thread_id = client.thread("one").await;
    client.say(&thread_id, "two").await.rest().await;
    let events = client.say(&thread_id, "read").await.rest().await;
    let turn = "assistant_message hidden_context_item user_message";
    assert_eq!(
        events.last().unwrap()["item"]["content"][0]["text"],
        format!("end_of_turn user_message {turn} {turn}"),
        "{events:?}"
    );
}
