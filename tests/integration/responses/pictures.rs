//! Pictures that a model makes.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

use super::{done, kinds, restarted, service};
use crate::support::{Provider, Response, png};

fn picture(result: &str) -> Value {
    json!({"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": result})
}

fn tools() -> Value {
    json!([{"type": "image_generation", "partial_images": 1}])
}

#[actix_web::test]
async fn a_picture_is_shown_as_it_grows_kept_as_an_attachment_and_seen_after_a_restart() {
    let (preview, whole) = (png(64, 64), png(320, 200));
    let drawing = Response::begin()
        .event(json!({"type": "response.output_item.added", "output_index": 0,
            "item": {"type": "image_generation_call", "id": "ig_1", "status": "in_progress", "result": null}}))
        .preview("ig_1", 0, &STANDARD.encode(&preview))
        .item("generating", picture(&STANDARD.encode(&whole)))
        .say("Here it is.")
        .complete();
    let provider = Provider::start([drawing, Response::text("Nice, is it not?")]).await;
    let first_service = service(&provider, tools());
    let client = first_service.client("ada");
    let mut turn = client.create("Draw!").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    let items = done(&events);
    assert_eq!(kinds(&items), ["user_message", "generated_image", "assistant_message"]);
    let partial = events.iter().find(|event| event["update"]["type"] == "generated_image.updated").unwrap();
    assert!(partial["update"]["image"]["url"].as_str().unwrap().starts_with("data:image/"));
    let image = &items[1]["image"];
    assert_eq!(partial["update"]["image"]["id"], image["id"], "one id from the beginning");
    let url = image["url"].as_str().unwrap();
    let response = reqwest::get(url).await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.bytes().await.unwrap(), whole);

    let service = restarted(first_service, &provider, tools()).await;
    let client = service.client("ada");
    let stored = client.items(&thread_id).await;
    let address = stored[1]["image"]["url"].as_str().unwrap();
    assert!(address.starts_with(&service.url("/preview/")), "an address of this service: {address}");
    assert_eq!(reqwest::get(address).await.unwrap().bytes().await.unwrap(), whole);
    let stranger = service.client("eve");
    let path = address.trim_start_matches(&service.url("")).split('?').next().unwrap();
    assert_eq!(stranger.request(Method::GET, path).send().await.unwrap().status(), 404);

    client.say(&thread_id, "And?").await.rest().await;
    let input = provider.answers()[1].body["input"].to_string();
    assert!(input.contains("\"input_image\"") && !input.contains("image_generation_call"), "{input:.2000}");

    client.ask("threads.delete", json!({"thread_id": thread_id})).await;
    assert_eq!(reqwest::get(address).await.unwrap().status(), 404);
}

#[actix_web::test]
async fn a_picture_that_fails_leaves_no_place_behind_and_the_answer_goes_on() {
    let failed = json!({"type": "image_generation_call", "id": "ig_1", "status": "failed", "result": null});
    for (case, item) in [("failed", failed), ("no picture", picture("PHN2Zz4="))] {
        let answer = Response::begin().item("generating", item).say("I could not draw it.").complete();
        let provider = Provider::start([answer]).await;
        let service = service(&provider, tools());
        let client = service.client("ada");
        let mut turn = client.create("Draw!").await;
        let thread_id = turn.thread_id().await;
        let events = turn.rest().await;
        assert!(!events.iter().any(|event| event["type"] == "error"), "{case}: {events:#?}");
        assert_eq!(client.items(&thread_id).await.len(), 2, "{case}");
        assert!(events.iter().any(|event| event["type"] == "thread.item.removed"), "{case}");
        assert!(service.files().is_empty(), "{case}");
    }
}

#[actix_web::test]
async fn an_answer_that_is_only_a_picture_is_an_answer() {
    let provider = Provider::start([Response::begin()
        .item("generating", picture(&STANDARD.encode(png(64, 64))))
        .complete()])
    .await;
    let service = service(&provider, tools());
    let events = service.client("ada").create("Draw!").await.rest().await;
    assert_eq!(kinds(&done(&events)), ["user_message", "generated_image"]);
    assert!(!events.iter().any(|event| event["type"] == "error"), "{events:#?}");
}
