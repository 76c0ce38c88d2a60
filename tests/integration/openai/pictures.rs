//! Pictures: where they stand in what the model is asked, and how large they are there.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::DynamicImage;
use serde_json::{Value, json};

use crate::support::{Asked, Client, PNG, Provider, Reply, input, png};

/// Uploads a picture in the two steps of the protocol and gives its id.
async fn upload(client: &Client, name: &str, bytes: Vec<u8>) -> String {
    client.attach(name, PNG, &bytes).await["id"].as_str().unwrap().to_owned()
}

fn message(text: &str, attachments: &[&str]) -> Value {
    let mut message = input(text);
    message["attachments"] = json!(attachments);
    message
}

/// The picture in a part of a message.
fn picture(part: &Value) -> DynamicImage {
    assert_eq!(part["type"], "image_url", "{part}");
    let url = part["image_url"]["url"].as_str().unwrap();
    let (head, data) = url.split_once(";base64,").unwrap();
    assert!(["data:image/png", "data:image/jpeg"].contains(&head), "{head}");
    image::load_from_memory(&STANDARD.decode(data).unwrap()).unwrap()
}

fn parts(asked: &Asked, message: usize) -> &[Value] {
    asked.messages()[message]["content"].as_array().unwrap()
}

#[actix_web::test]
async fn a_picture_stands_with_its_message_in_this_turn_and_all_later_ones() {
    let provider =
        Provider::start([Reply::text("A gradient."), Reply::text("Still."), Reply::text("Ever.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let id = upload(&client, "gradient.png", png(40, 30)).await;
    let mut turn = client.stream("threads.create", json!({"input": message("What is this?", &[&id])})).await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;

    let first = &provider.answers()[0];
    assert_eq!(parts(first, 1)[0], json!({"type": "text", "text": "What is this?"}));
    let sent = picture(&parts(first, 1)[1]).into_rgb8();
    assert_eq!((sent.dimensions(), sent.get_pixel(7, 9).0), ((40, 30), [7, 9, 7 ^ 9]));
    assert_eq!(parts(first, 1).len(), 2);
    let title = &provider.titles_asked()[0];
    assert!(title.messages()[1]["content"].as_str().unwrap().contains("gradient.png"));

    client.say(&thread_id, "Really?").await.rest().await;
    // As after a restart: what was prepared for the model is made anew.
    let (folder, exit) = (process.folder.clone(), process.stop().await);
    assert!(exit.status.success());
    exit.log.assert_free_of(&["data:image", "What is this?"]);
    let mut service = provider.service();
    service.folder = folder;
    let process = service.start().await;
    process.client().say(&thread_id, "Sure?").await.rest().await;

    let [first, second, third] = &provider.answers()[..] else { panic!("asked thrice") };
    assert_eq!(second.messages()[1], first.messages()[1]);
    assert_eq!(third.messages()[1], first.messages()[1]);
    assert_eq!(third.messages()[5], json!({"role": "user", "content": "Sure?"}));
}

#[actix_web::test]
async fn a_large_picture_is_scaled_down_for_the_model() {
    let provider = Provider::start([Reply::text("Large.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let id = upload(&client, "large.png", png(4_000, 3_000)).await;
    let events = client.stream("threads.create", json!({"input": message("", &[&id])})).await.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    let asked = &provider.answers()[0];
    let sent = picture(&parts(asked, 1)[0]);
    assert_eq!((sent.width(), sent.height()), (1_536, 1_152));
    assert_eq!(parts(asked, 1).len(), 1, "without words there is no text beside it");
}

#[actix_web::test]
async fn several_pictures_keep_their_order() {
    let provider = Provider::start([Reply::text("Two.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let wide = upload(&client, "wide.png", png(20, 10)).await;
    let tall = upload(&client, "tall.png", png(10, 20)).await;
    let input = message("Compare them", &[&wide, &tall]);
    client.stream("threads.create", json!({"input": input})).await.rest().await;
    let asked = &provider.answers()[0];
    let sizes: Vec<_> =
        parts(asked, 1)[1..].iter().map(picture).map(|picture| (picture.width(), picture.height())).collect();
    assert_eq!(sizes, [(20, 10), (10, 20)]);
}
