//! Items that cannot be read any more: shown as such, and no hindrance to the rest of their thread.

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use serde_json::json;

use crate::support::{ProcessBuilder, Provider, Reply};

#[actix_web::test]
async fn an_item_of_a_newer_version_is_shown_in_its_place_and_the_thread_goes_on() {
    let provider =
        Provider::start([Reply::text("First."), Reply::text("Second."), Reply::text("Third.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = client.thread("Hello").await;
    let items = client.items(&thread_id).await;
    let folder = process.folder.clone();
    process.stop().await;
    let path = folder.path().join("chatkit_demo.db");
    SqliteConnection::establish(path.to_str().unwrap())
        .unwrap()
        .batch_execute(
            "UPDATE items SET payload_json = replace(payload_json, '\"assistant_message\"', '\"hologram\"')",
        )
        .unwrap();

    let mut builder: ProcessBuilder = provider.service();
    builder.folder = folder;
    let process = builder.start().await;
    let client = process.client();
    for _ in 0..2 {
        let shown = client.items(&thread_id).await;
        assert_eq!(shown[0], items[0]);
        assert_eq!((&shown[1]["id"], &shown[1]["created_at"]), (&items[1]["id"], &items[1]["created_at"]));
        assert_eq!(shown[1]["type"], "task");
        assert_eq!(shown[1]["task"]["title"], "This item cannot be shown");
    }
    for _ in 0..2 {
        let events = client.say(&thread_id, "Are you there?").await.rest().await;
        assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    }
    assert_eq!(client.items(&thread_id).await.len(), 6);
    let thread = client.ask("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(thread["items"]["data"].as_array().unwrap().len(), 6);
    let log = process.stop().await.log;
    let told = log.about("cannot be read");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["thread.id"], &told[0]["item.id"]), (&json!(thread_id), &items[1]["id"]));
    assert!(told[0]["cause"].as_str().unwrap().contains("hologram"), "{told:?}");
}
