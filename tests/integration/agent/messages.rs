//! Messages of several parts, with the sources of what they say.

use actix_chatkit::protocol::source::{Annotation, EntitySource, FileSource, UrlSource};
use serde_json::json;

use super::{run, types};
use crate::support::{Closure, Service};

#[actix_web::test]
async fn a_message_has_parts_and_each_keeps_its_annotations() {
    let (_service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        let mut message = context.message().with_id("msg_provider");
        message.next_part().await?;
        message.push("Blåbær 🫐").await?;
        message.annotate(UrlSource::new("Bær", "https://example.org/b").with_attribution("Ola")).await?;
        message.push(" smaker.").await?;
        message.annotate_at(3, FileSource::new("Bok", "bok.pdf").with_group("g")).await?;
        message.next_part().await?;
        message.push("Second").await?;
        let entity = EntitySource::new("Berry", "b1").interactive().with_data("n", 1).with_inline_label("B");
        message.add_annotation(Annotation::new(entity)).await?;
        assert_eq!(message.text(), "Blåbær 🫐 smaker.Second");
        message.finish().await
    }))
    .await;
    assert_eq!(
        types(&events),
        [
            "thread.item.added",
            "assistant_message.content_part.added",
            "assistant_message.content_part.text_delta",
            "assistant_message.content_part.annotation_added",
            "assistant_message.content_part.text_delta",
            "assistant_message.content_part.annotation_added",
            "assistant_message.content_part.done",
            "assistant_message.content_part.added",
            "assistant_message.content_part.text_delta",
            "assistant_message.content_part.annotation_added",
            "assistant_message.content_part.done",
            "thread.item.done",
        ]
    );
    let url = json!({"type": "annotation", "index": 8,
        "source": {"type": "url", "title": "Bær", "url": "https://example.org/b", "attribution": "Ola"}});
    let file = json!({"type": "annotation", "index": 3,
        "source": {"type": "file", "title": "Bok", "filename": "bok.pdf", "group": "g"}});
    let entity = json!({"type": "annotation", "source": {"type": "entity", "title": "Berry", "id": "b1",
        "inline_label": "B", "interactive": true, "data": {"n": 1}}});
    let annotation = |place: usize| {
        let update = &events[place]["update"];
        (update["content_index"].clone(), update["annotation_index"].clone(), update["annotation"].clone())
    };
    assert_eq!(annotation(3), (json!(0), json!(0), url.clone()), "after 8 code points, not 12 bytes");
    assert_eq!(annotation(5), (json!(0), json!(1), file.clone()));
    assert_eq!(annotation(9), (json!(1), json!(0), entity.clone()), "counted anew in each part");
    let parts = json!([
        {"type": "output_text", "text": "Blåbær 🫐 smaker.", "annotations": [url, file]},
        {"type": "output_text", "text": "Second", "annotations": [entity]},
    ]);
    assert_eq!(json!([events[6]["update"]["content"], events[10]["update"]["content"]]), parts);
    let item = &events[11]["item"];
    assert_eq!((&item["id"], &item["content"]), (&json!("msg_provider"), &parts));
    assert_eq!(&client.items(&thread_id).await[1], item);
}

#[actix_web::test]
async fn a_message_without_text_leaves_nothing() {
    let (_service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        let mut message = context.message();
        message.push("").await?;
        message.next_part().await?;
        message.finish().await
    }))
    .await;
    assert!(events.is_empty(), "{events:?}");
    assert_eq!(client.items(&thread_id).await.len(), 1);
}

#[actix_web::test]
async fn a_message_dropped_by_a_turn_that_ends_well_is_kept() {
    let service =
        Service::start(Closure::new(|context, text| async move { context.message().push(text).await }));
    let client = service.client("ada");
    let thread_id = client.thread("half").await;
    client.say(&thread_id, " ").await.rest().await;
    let items = client.items(&thread_id).await;
    assert_eq!(items[1]["content"][0]["text"], "half");
    assert_eq!(items.len(), 3, "a blank one is not");
}
