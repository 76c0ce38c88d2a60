//! Pictures made to hurt a server: what they take, and what becomes of the thread they are in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chatkit_pictures::samples::{Hostile, gif_of_frames, gif_with_giant_frames, hostile, plain_png};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Form, PNG, Process, ProcessBuilder, Provider, Reply, error_of, input, png};

const GIF: &str = "image/gif";

/// What a process may take beside the pixels, in MiB: most of it is there before any picture is.
const BESIDE_PIXELS_MIB: u64 = 250;

fn message(text: &str, attachments: &[String]) -> Value {
    let mut message = input(text);
    message["attachments"] = json!(attachments);
    message
}

/// The file that an upload left on the disk: the only one that was not there before.
fn new_file(folder: &Path, known: &mut Vec<PathBuf>) -> PathBuf {
    let shards = fs::read_dir(folder.join("uploads")).unwrap().map(|entry| entry.unwrap().path());
    let shards = shards.filter(|path| path.is_dir() && !path.ends_with(".incoming"));
    let files = shards.flat_map(|shard| fs::read_dir(shard).unwrap().map(|entry| entry.unwrap().path()));
    let new: Vec<_> = files.filter(|path| path.extension().is_none() && !known.contains(path)).collect();
    let [file] = &new[..] else { panic!("not one new file: {new:?}") };
    known.push(file.clone());
    file.clone()
}

/// Uploads a harmless picture and puts a hostile one in its place, as an earlier version with weaker
/// checks may have left it.
async fn smuggle(process: &Process, known: &mut Vec<PathBuf>, mime_type: &str, file: &[u8]) -> String {
    let harmless = match mime_type {
        GIF => gif_of_frames(8, 8, 1),
        _ => png(8, 8),
    };
    let announced = if mime_type == GIF { GIF } else { PNG };
    let id =
        process.client().attach("smuggled", announced, &harmless).await["id"].as_str().unwrap().to_owned();
    fs::write(new_file(process.folder.path(), known), file).unwrap();
    id
}

async fn say(client: &Client, thread_id: &str, text: &str) {
    let events = client.say(thread_id, text).await.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
}

#[actix_web::test]
async fn a_gif_of_72_bytes_neither_takes_gigabytes_nor_blocks_its_thread() {
    let replies = ["I see none.", "Yes.", "Still here."].map(Reply::text);
    let provider = Provider::start(replies).await;
    let process = provider.service().start().await;
    let client = process.client();
    let announced = client.announce("tiny.gif", GIF, 72).await;
    let url = announced["upload_descriptor"]["url"].as_str().unwrap();
    let (status, error) = error_of(Form::file("file", GIF, &gif_with_giant_frames()).post(url).await).await;
    assert_eq!((status, &error["code"]), (415, &json!("picture_unreadable")));
    assert!(error["message"].as_str().unwrap().contains("65535 × 65535 pixels"), "{error}");

    let id = smuggle(&process, &mut Vec::new(), GIF, &gif_with_giant_frames()).await;
    let preview = client.request(Method::GET, &format!("/preview/{id}")).send().await.unwrap();
    assert_eq!(preview.status(), 415);
    let mut turn = client.stream("threads.create", json!({"input": message("What is it?", &[id])})).await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    say(&client, &thread_id, "Sure?").await;
    assert!(process.peak_memory_mib() < BESIDE_PIXELS_MIB, "{} MiB", process.peak_memory_mib());

    let (folder, exit) = (process.folder.clone(), process.stop().await);
    assert!(exit.status.success());
    assert!(!exit.log.about("attachment not given to the model").is_empty());
    let mut service = provider.service();
    service.folder = folder;
    let process = service.start().await;
    say(&process.client(), &thread_id, "And now?").await;
    assert!(process.peak_memory_mib() < BESIDE_PIXELS_MIB, "{} MiB", process.peak_memory_mib());

    let asked = provider.answers();
    assert_eq!(asked.len(), 3);
    for asked in asked {
        let content = asked.messages()[1]["content"].as_str().unwrap();
        let note = "You cannot see its content: it cannot be read: its 65535 × 65535 pixels are more than the 40000000 \
                    that are decoded here.";
        assert!(content.starts_with("What is it?\n\nThe user attached the file \"smuggled\" ("), "{content}");
        assert!(content.ends_with(note), "the message goes on without the picture: {content}");
    }
}

#[actix_web::test]
async fn no_hostile_picture_takes_more_than_its_part_or_spoils_an_answer() {
    // The demo model measures what it is given, so every decoder of the process runs.
    let process = ProcessBuilder::default().set("DEMO_PACE_MS", "0").start().await;
    let client = process.client();
    let mut known = Vec::new();
    let mut thread_id = None;
    for Hostile { name, mime_type, file, .. } in hostile() {
        let id = smuggle(&process, &mut known, mime_type, &file).await;
        let preview = client.request(Method::GET, &format!("/preview/{id}")).send().await.unwrap();
        assert!([200, 415].contains(&preview.status().as_u16()), "{name}: {}", preview.status());
        let input = message("What is in this picture?", &[id]);
        let events = match &thread_id {
            None => {
                let mut turn = client.stream("threads.create", json!({"input": input})).await;
                thread_id = Some(turn.thread_id().await);
                turn.rest().await
            }
            Some(thread_id) => {
                client.run("threads.add_user_message", json!({"thread_id": thread_id, "input": input})).await
            }
        };
        assert!(events.iter().all(|event| event["type"] != "error"), "{name}: {events:?}");
        assert!(
            events.iter().any(|event| event["item"]["type"] == "assistant_message"),
            "{name}: {events:?}"
        );
        let peak = process.peak_memory_mib();
        assert!(peak < BESIDE_PIXELS_MIB, "{name}: {peak} MiB");
    }
}

#[actix_web::test]
async fn large_pictures_in_many_turns_at_once_are_decoded_one_after_another() {
    let bytes = plain_png(10_000, 10_000);
    let refusing = ProcessBuilder::default().start().await;
    let announced = refusing.client().announce("large.png", PNG, bytes.len()).await;
    let url = announced["upload_descriptor"]["url"].as_str().unwrap();
    let (status, error) = error_of(Form::file("file", PNG, &bytes).post(url).await).await;
    assert_eq!((status, &error["code"]), (415, &json!("picture_unreadable")), "40 megapixels by default");

    let provider = Provider::start((0..6).map(|_| Reply::text("Black."))).await;
    let process = provider.service().set("MAX_PICTURE_MEGAPIXELS", "100").start().await;
    let client = process.client();
    let turns = (0..6).map(|_| async {
        let id = client.attach("large.png", PNG, &bytes).await["id"].as_str().unwrap().to_owned();
        client.run("threads.create", json!({"input": message("What is it?", &[id])})).await
    });
    for events in join_all(turns).await {
        assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    }
    let asked = provider.answers();
    assert_eq!(asked.len(), 6);
    let contents: Vec<_> = asked.iter().map(|asked| asked.messages()[1]["content"].to_string()).collect();
    let shown = |content: &String| content.contains("image_url");
    assert!(contents.iter().any(shown), "none was decoded");
    // On a slow machine some may have waited too long, and the model is told so.
    let told = |content: &String| content.contains("too many pictures are being read");
    assert!(contents.iter().all(|content| shown(content) || told(content)));
    // One of them takes 286 MiB, and the allocator may not have given the one before back yet. All at once
    // would take 1,717.
    let peak = process.peak_memory_mib();
    assert!(peak < 2 * 286 + BESIDE_PIXELS_MIB, "{peak} MiB");
}
