//! Files that are no pictures: what of them stands in what the model is asked.

use serde_json::{Value, json};

use crate::support::{Asked, Client, Provider, Reply, eventually, input};

const PDF: &[u8] = b"%PDF-1.7\n% nothing but letters\n%%EOF\n";

async fn upload(client: &Client, name: &str, mime_type: &str, bytes: &[u8]) -> String {
    client.attach(name, mime_type, bytes).await["id"].as_str().unwrap().to_owned()
}

fn message(text: &str, attachments: &[&str]) -> Value {
    let mut message = input(text);
    message["attachments"] = json!(attachments);
    message
}

/// Sends a first message with these files and gives the thread's id.
async fn begin(client: &Client, text: &str, attachments: &[&str]) -> String {
    let mut turn = client.stream("threads.create", json!({"input": message(text, attachments)})).await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    thread_id
}

fn content(asked: &Asked, message: usize) -> &Value {
    &asked.messages()[message]["content"]
}

#[actix_web::test]
async fn a_text_file_stands_with_its_message_in_this_turn_and_all_later_ones() {
    let provider = Provider::start([Reply::text("Two rows."), Reply::text("Yes.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let csv = upload(&client, "prices.csv", "text/csv", "Ware,€\nBrot,3\n".as_bytes()).await;
    // Browsers know no type for source code.
    let rust = upload(&client, "main.rs", "application/octet-stream", b"fn main() {}").await;
    let thread_id = begin(&client, "Sum?", &[&csv, &rust]).await;
    client.say(&thread_id, "Sure?").await.rest().await;

    let [first, second] = &provider.answers()[..] else { panic!("asked twice") };
    assert_eq!(
        content(first, 1),
        "Sum?\n\n\
         The user attached the file \"prices.csv\" (text/csv, 16 bytes):\n<File>\nWare,€\nBrot,3\n\n</File>\n\n\
         The user attached the file \"main.rs\" (application/octet-stream, 12 bytes):\n<File>\nfn main() {}\n</File>"
    );
    assert_eq!(second.messages()[1], first.messages()[1]);
    process.stop().await.log.assert_free_of(&["Brot", "fn main"]);
}

#[actix_web::test]
async fn a_long_text_is_cut_and_the_model_is_told_so() {
    let provider = Provider::start([Reply::text("Long.")]).await;
    let process =
        provider.service().set("MAX_TEXT_FILE_BYTES", "9").set("MAX_TEXT_FILES_BYTES", "12").start().await;
    let client = process.client();
    let older = upload(&client, "older.txt", "text/plain", b"0123456789").await;
    let newer = upload(&client, "newer.txt", "text/plain", "eins\nzwö\ndrei".as_bytes()).await;
    begin(&client, "", &[&older, &newer]).await;
    assert_eq!(
        content(&provider.answers()[0], 1),
        "The user attached the file \"older.txt\" (text/plain, only its first 3 of 10 bytes are shown; it has 1 lines):\n\
         <File>\n012\n</File>\n\n\
         The user attached the file \"newer.txt\" (text/plain, only its first 9 of 14 bytes are shown; it has 3 lines):\n\
         <File>\neins\nzwö\n</File>"
    );
}

#[actix_web::test]
async fn a_document_goes_to_a_model_that_takes_it_and_is_only_named_to_others() {
    let provider = Provider::start([Reply::text("A document."), Reply::text("A document.")]).await;
    for (pdf, limit) in [("on", "1000"), ("auto", "1000"), ("on", "10")] {
        provider.then([Reply::text("A document.")]);
        let process = provider.service().set("MODEL_PDF", pdf).set("MAX_PDF_BYTES", limit).start().await;
        let client = process.client();
        let id = upload(&client, "report.pdf", "application/pdf", PDF).await;
        begin(&client, "Read this", &[&id]).await;
    }
    let [taken, auto, large] = &provider.answers()[..] else { panic!("asked thrice") };
    assert_eq!(
        content(taken, 1),
        &json!([
            {"type": "text", "text": "Read this"},
            {"type": "file", "file": {
                "filename": "report.pdf",
                "file_data": "data:application/pdf;base64,JVBERi0xLjcKJSBub3RoaW5nIGJ1dCBsZXR0ZXJzCiUlRU9GCg==",
            }},
        ])
    );
    let named = "Read this\n\nThe user attached the file \"report.pdf\" (application/pdf). You cannot see its content: ";
    assert_eq!(
        content(auto, 1),
        &format!("{named}the language model of this server is given no PDF documents.")
    );
    assert_eq!(
        content(large, 1),
        &format!("{named}it has 37 bytes, and documents of up to 10 are read here.")
    );
}

#[actix_web::test]
async fn what_is_no_text_is_named_with_the_reason() {
    let provider = Provider::start([Reply::text("Files.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let zip = upload(&client, "a.zip", "application/zip", b"PK\x03\x04").await;
    let latin = upload(&client, "b.txt", "text/plain", b"caf\xe9").await;
    begin(&client, "", &[&zip, &latin]).await;
    let told = content(&provider.answers()[0], 1).as_str().unwrap().to_owned();
    assert!(
        told.contains("\"a.zip\" (application/zip). You cannot see its content: files of this type"),
        "{told}"
    );
    assert!(
        told.contains("\"b.txt\" (text/plain). You cannot see its content: it is not text in UTF-8"),
        "{told}"
    );
}

#[actix_web::test]
async fn a_deleted_file_is_told_no_more() {
    let provider = Provider::start([Reply::text("Seen."), Reply::text("Gone.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let id = upload(&client, "diary.txt", "text/plain", b"dear diary").await;
    let thread_id = begin(&client, "Read this", &[&id]).await;
    client.ask("attachments.delete", json!({"attachment_id": id})).await;
    // The bytes go beside the answer; their address says when they are gone.
    let uploads = process.folder.path().join("uploads");
    eventually("the bytes to go", async || (!holds(&uploads, b"dear diary")).then_some(())).await;
    client.say(&thread_id, "And now?").await.rest().await;
    let [seen, gone] = &provider.answers()[..] else { panic!("asked twice") };
    assert!(content(seen, 1).as_str().unwrap().contains("dear diary"));
    let told = content(gone, 1).as_str().unwrap();
    assert!(told.starts_with("Read this\n\nThe user attached the file \"diary.txt\" (text/plain). You cannot see its content: it cannot be read: "), "{told}");
    assert!(!told.contains("dear diary"));
}

/// Whether a file below the folder has exactly these bytes.
fn holds(folder: &std::path::Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            holds(&path, bytes)
        } else {
            std::fs::read(path).is_ok_and(|found| found == bytes)
        }
    })
}

#[actix_web::test]
async fn the_demo_model_tells_of_a_file_what_can_be_counted_and_quoted() {
    let process = crate::support::ProcessBuilder::default().set("DEMO_PACE_MS", "0").start().await;
    let client = process.client();
    let notes =
        upload(&client, "notes.md", "text/markdown", b"# What is the weather in Oslo?\n\nNobody knows.\n")
            .await;
    let zip = upload(&client, "all.zip", "application/zip", b"PK\x03\x04").await;
    let thread_id = begin(&client, "", &[&notes, &zip]).await;
    let answer = |items: Vec<Value>| items.last().unwrap()["content"][0]["text"].as_str().unwrap().to_owned();
    let told = answer(client.items(&thread_id).await);
    assert!(
        told.starts_with(
            "**notes.md**: a text of 46 bytes in 3 lines. It reads:\n\n    # What is the weather in Oslo?\n\n    Nobody knows."
        ),
        "{told}"
    );
    assert!(told.contains("**all.zip**: I cannot see what is in it: files of this type"), "{told}");
    assert!(told.contains("do not understand what is written"), "{told}");

    client.say(&thread_id, "And what is in the file?").await.rest().await;
    assert_eq!(answer(client.items(&thread_id).await), told);
    let list = client.ask("threads.list", json!({})).await;
    assert_eq!(list["data"][0]["title"], "notes.md");
}
