//! What a responder changes of its thread and tells its clients.

use actix_chatkit::{
    context::UserId,
    protocol::{
        ThreadId, ThreadStatus,
        event::{NoticeLevel, StreamOptions},
    },
};
use serde_json::json;

use super::{run, types};
use crate::support::Closure;

#[actix_web::test]
async fn every_change_of_the_thread_is_shown_and_stored() {
    let (service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        context.set_title("Oslo").await?;
        context.set_status(ThreadStatus::locked("Wait.")).await?;
        context.set_allowed_image_domains(Some(vec!["example.org".to_owned()])).await?;
        context.set_metadata(json!({"a": 1, "b": null}).as_object().unwrap().clone()).await?;
        context.update_metadata(|metadata| drop(metadata.insert("c".into(), json!([])))).await?;
        context.set_status(ThreadStatus::closed("Over.")).await
    }))
    .await;
    assert!(types(&events).iter().all(|name| *name == "thread.updated"), "{events:?}");
    let last = &events.last().unwrap()["thread"];
    assert_eq!(last["title"], "Oslo");
    assert_eq!(last["status"], json!({"type": "closed", "reason": "Over."}));
    assert_eq!(last["allowed_image_domains"], json!(["example.org"]));
    assert_eq!(last["metadata"], json!({}), "the application's data stays on the server");
    assert_eq!(
        client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await["status"],
        last["status"]
    );
    let record =
        service.store.thread(&UserId::from("ada"), &ThreadId::from(thread_id.as_str())).await.unwrap();
    assert_eq!(json!(record.metadata.metadata), json!({"a": 1, "b": null, "c": []}));
}

#[actix_web::test]
async fn clients_are_told_what_is_not_stored() {
    let (_service, client, thread_id, events) = run(Closure::new(|context, _| async move {
        context.set_stream_options(StreamOptions { allow_cancel: false }).await?;
        context.progress("Thinking", Some("sparkle")).await?;
        context.notice(NoticeLevel::Info, "*so*").await?;
        context.notice_titled(NoticeLevel::Danger, "Careful", "Hot.").await
    }))
    .await;
    assert_eq!(
        events,
        [
            json!({"type": "stream_options", "stream_options": {"allow_cancel": false}}),
            json!({"type": "progress_update", "text": "Thinking", "icon": "sparkle"}),
            json!({"type": "notice", "level": "info", "message": "*so*"}),
            json!({"type": "notice", "level": "danger", "message": "Hot.", "title": "Careful"}),
        ]
    );
    assert_eq!(client.items(&thread_id).await.len(), 1);
}
