//! What lies on the disk belongs to one process and one user, and what was deleted is gone.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::json;
use tempfile::TempDir;

use crate::support::{Closure, PNG, Process, ProcessBuilder, Service, eventually, png};

fn on_files_of(process: &Process) -> ProcessBuilder {
    ProcessBuilder::default().in_folder(process.folder.clone())
}

#[actix_web::test]
async fn a_second_process_is_kept_away_and_the_first_is_none_the_worse() {
    let process = ProcessBuilder::default().set("DATABASE_PATH", "data/chat.db").start().await;
    let client = process.client();
    let thread_id = client.thread("hello").await;
    let folder = process.folder.path();
    for (target, link) in [("data", "linked"), ("data/chat.db", "link.db"), ("uploads", "linked-uploads")] {
        symlink(folder.join(target), folder.join(link)).unwrap();
    }
    for (database, uploads, words) in [
        ("data/chat.db", "other", "data/chat.db"),
        ("data/../data/chat.db", "other", "chat.db"),
        ("linked/chat.db", "other", "linked/chat.db"),
        ("link.db", "other", "link.db"),
        ("other.db", "uploads", "uploads"),
        ("other.db", "data/../uploads", "uploads"),
        ("other.db", "linked-uploads", "linked-uploads"),
    ] {
        let second = on_files_of(&process).set("DATABASE_PATH", database).set("UPLOADS_DIRECTORY", uploads);
        let exit = second.fail_to_start().await;
        let text = exit.log.text();
        assert_eq!(exit.status.code(), Some(1), "{text}");
        let complaint = text.lines().find(|line| line.starts_with("error: ")).unwrap();
        for part in [words, "belongs to a process that is running", "stop that process or choose another"] {
            assert!(complaint.contains(part), "{complaint}");
        }
    }
    client.say(&thread_id, "still there?").await.rest().await;
    assert_eq!(client.items(&thread_id).await.len(), 4);
    // What a killed process leaves behind keeps nobody away.
    let folder = process.folder.clone();
    process.kill().await;
    let next = ProcessBuilder::default().in_folder(folder).set("DATABASE_PATH", "data/chat.db");
    assert_eq!(next.start().await.client().items(&thread_id).await.len(), 4);
}

/// All that lies in a folder, with its mode.
fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(modes(&path));
        }
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        found.push((path, mode));
    }
    found
}

async fn assert_private(folder: &Path) {
    let open = || modes(folder).into_iter().filter(|(_, mode)| mode & 0o077 != 0).collect::<Vec<_>>();
    // The files of earlier versions are closed while the service runs already.
    eventually("nothing is open to others", async || open().is_empty().then_some(())).await;
    let all = modes(folder);
    for name in
        ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-lock", ".signing-key", ".lock", ".incoming"]
    {
        assert!(all.iter().any(|(path, _)| path.ends_with(name)), "no {name} in {all:?}");
    }
    for (path, mode) in all {
        let private = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, private, "{} has the mode {mode:o}", path.display());
    }
}

#[actix_web::test]
async fn files_and_folders_are_for_their_user_alone_those_of_earlier_versions_too() {
    let settings = |builder: ProcessBuilder| {
        builder.set("DATABASE_PATH", "data/chat.db").set("UPLOADS_DIRECTORY", "data/uploads")
    };
    let process = settings(ProcessBuilder::default()).start().await;
    let client = process.client();
    let picture = client.attach("a.png", PNG, &png(700, 700)).await;
    assert_eq!(reqwest::get(picture["preview_url"].as_str().unwrap()).await.unwrap().status(), 200);
    client.thread("hello").await;
    let folder = process.folder.path().join("data");
    assert_private(&folder).await;
    // Killed, so that the files beside the database stay; then as open as earlier versions made them.
    let kept = process.folder.clone();
    process.kill().await;
    for (path, _) in modes(&folder) {
        let open = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(open)).unwrap();
    }
    let process = settings(ProcessBuilder::default().in_folder(kept)).start().await;
    process.client().thread("hello again").await;
    assert_private(&folder).await;
}

#[actix_web::test]
async fn a_database_behind_a_link_is_as_private_and_what_other_links_lead_to_is_left_alone() {
    let folder = Arc::new(TempDir::new().unwrap());
    let at = |name: &str| folder.path().join(name);
    for name in ["real", "uploads", "foreign"] {
        fs::create_dir(at(name)).unwrap();
    }
    fs::write(at("foreign/file"), "not ours").unwrap();
    for name in ["foreign", "foreign/file", "uploads"] {
        let open = if at(name).is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(at(name), fs::Permissions::from_mode(open)).unwrap();
    }
    // One of the folders of the layout, and a file.
    symlink(at("foreign"), at("uploads/ab")).unwrap();
    symlink(at("foreign/file"), at("uploads/file")).unwrap();
    symlink(at("real/chat.db"), at("chat.db")).unwrap();
    let on_links =
        || ProcessBuilder::default().in_folder(Arc::clone(&folder)).set("DATABASE_PATH", "chat.db");
    let process = on_links().start().await;
    process.client().thread("hello").await;
    let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    for name in ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-lock"] {
        assert_eq!(mode(&format!("real/{name}")), 0o600, "{name}");
    }
    assert_eq!([mode("uploads"), mode("foreign"), mode("foreign/file")], [0o700, 0o755, 0o644]);
    process.kill().await;
    // Everything in there would be removed.
    fs::remove_dir_all(at("uploads/.incoming")).unwrap();
    symlink(at("foreign"), at("uploads/.incoming")).unwrap();
    let exit = on_links().fail_to_start().await;
    assert!(exit.log.text().contains("`.incoming` in it must be a folder"), "{}", exit.log.text());
    assert!(at("foreign/file").exists());
}

/// Whether this text stands in any file of the database.
fn is_on_disk(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        path.is_file() && fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[actix_web::test]
async fn what_was_deleted_stands_in_no_file_of_the_database() {
    let service = Service::start(Closure::echo());
    let (client, folder) = (service.client("ada"), service.folder.path());
    let (short, long) =
        ("the-cat-is-called-mimi", format!("{}the-end", "the-key-is-under-the-mat ".repeat(2_000)));
    let thread_id = client.thread(short).await;
    client.say(&thread_id, &long).await.rest().await;
    client.ask("threads.update", json!({"thread_id": thread_id, "title": "mimi-and-the-mat"})).await;
    let kept = client.thread("something-else").await;
    client.say(&kept, "to-be-taken-back").await.rest().await;
    let secrets = [short, "under-the-mat", "the-end", "mimi-and-the-mat"];
    for text in secrets.into_iter().chain(["something-else", "to-be-taken-back"]) {
        assert!(is_on_disk(folder, text), "`{text}` was never there");
    }
    client.ask("threads.delete", json!({"thread_id": thread_id})).await;
    // The writer empties its log before it takes the next write.
    client.ask("threads.update", json!({"thread_id": kept, "title": "kept"})).await;
    for text in secrets {
        assert!(!is_on_disk(folder, text), "`{text}` is still there");
    }
    assert!(is_on_disk(folder, "something-else"));
    // Another try takes back what came after the message.
    let first = client.items(&kept).await[0]["id"].clone();
    client.run("threads.retry_after_item", json!({"thread_id": kept, "item_id": first})).await;
    client.ask("threads.update", json!({"thread_id": kept, "title": "tried again"})).await;
    assert!(!is_on_disk(folder, "to-be-taken-back"));
}
