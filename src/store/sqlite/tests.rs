//! What the SQLite store promises beyond the suite: durability, grouping, and indexed queries.

use std::sync::Mutex;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::{InstrumentationEvent, SimpleConnection},
    sql_query,
    sql_types::Text,
};
use futures_util::future::join_all;
use tempfile::TempDir;

use super::*;
use crate::{
    protocol::{ItemKind, item::AssistantMessage, page::Order, request::FeedbackKind},
    store::{DraftPiece, Owned, PartPiece, StoredFile},
};

fn settings(folder: &TempDir) -> SqliteStoreSettings {
    SqliteStoreSettings::new(format!("sqlite://{}", folder.path().join("data/chat.db").display()))
}

fn open() -> (Arc<dyn Store>, TempDir) {
    let folder = TempDir::new().unwrap();
    (Arc::new(SqliteStore::open(&settings(&folder)).unwrap()), folder)
}

crate::store::conformance::suite!(open());

fn ada() -> UserId {
    UserId::from("ada")
}

fn create(id: &str) -> Change {
    Change::CreateThread(ThreadMetadata::new(id.into()))
}

fn message(thread_id: &str, id: &str) -> ThreadItem {
    ThreadItem::new(id.into(), thread_id.into(), ItemKind::AssistantMessage(AssistantMessage::text("…")))
}

#[tokio::test]
async fn a_reopened_store_has_kept_all() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    let thread_id = ThreadId::from("thr_1");
    let draft = message("thr_1", "m2");
    let changes = vec![
        create("thr_1"),
        Change::PutItem(message("thr_1", "m1").into()),
        Change::BeginTurn { thread_id: thread_id.clone(), turn_no: 1 },
        Change::PutDraft(draft.clone()),
    ];
    store.submit(Commit::new(&ada(), changes)).await.unwrap();
    let before = store.thread(&ada(), &thread_id).await.unwrap();
    store.close().await.unwrap();
    let files =
        std::fs::read_dir(folder.path().join("data")).unwrap().map(|entry| entry.unwrap().file_name());
    let files: Vec<_> = files.filter(|name| name != "chat.db-lock").collect();
    assert_eq!(files, ["chat.db"], "the write-ahead log is folded into the database");

    let store = SqliteStore::open(&settings(&folder)).unwrap();
    let after = store.thread(&ada(), &thread_id).await.unwrap();
    assert_eq!(after, before);
    assert!(after.turn_open);
    assert_eq!(after.drafts, [draft]);
    assert_eq!(store.items(&ada(), &thread_id, PageQuery::default()).await.unwrap().data.len(), 1);
}

#[tokio::test]
async fn what_was_answered_is_on_disk_without_a_close() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    store.submit(Commit::new(&ada(), vec![create("thr_1")])).await.unwrap();
    // As after a crash: a copy of the files as they are now.
    let copy = TempDir::new().unwrap();
    std::fs::create_dir(copy.path().join("data")).unwrap();
    for name in ["chat.db", "chat.db-wal"] {
        let path = |root: &TempDir| root.path().join("data").join(name);
        std::fs::copy(path(&folder), path(&copy)).unwrap();
    }
    let survivor = SqliteStore::open(&settings(&copy)).unwrap();
    survivor.thread(&ada(), &ThreadId::from("thr_1")).await.unwrap();
}

#[tokio::test]
async fn dropping_the_store_writes_what_is_queued() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    let (user, changes) = (ada(), vec![create("thr_1")]);
    // Made, never awaited.
    drop(store.submit(Commit::new(&user, changes)));
    drop(store);
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    store.thread(&ada(), &ThreadId::from("thr_1")).await.unwrap();
}

#[tokio::test]
async fn every_fence_stands() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    for epoch in [7, 6] {
        let fence = Owned::in_epoch("thr_1".into(), epoch).fence();
        let change = create(&format!("thr_{epoch}"));
        store.submit(Commit::new(&ada(), vec![change]).fenced(fence)).await.unwrap();
    }
}

/// Another process that holds the database: the writer waits for it.
fn hold(store: &SqliteStore) -> SqliteConnection {
    let mut other = SqliteConnection::establish(store.path().to_str().unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test]
async fn waiting_commits_share_one_transaction_and_fail_alone() {
    let (user, folder) = (ada(), TempDir::new().unwrap());
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    store.submit(Commit::new(&user, vec![create("thr_1")])).await.unwrap();
    let before = store.write_counts();
    let mut other = hold(&store);
    let commits: Vec<_> = (0..50)
        .map(|number| {
            // Every tenth fails: its thread is there already.
            let id = if number % 10 == 0 { "thr_1".to_owned() } else { format!("thr_new{number}") };
            let item = Change::PutItem(message("thr_1", &format!("m{number}")).into());
            store.submit(Commit::new(&user, vec![item, create(&id)]))
        })
        .collect();
    other.batch_execute("ROLLBACK").unwrap();
    let failed: Vec<_> = join_all(commits)
        .await
        .into_iter()
        .enumerate()
        .filter_map(|(number, result)| result.err().map(|error| (number, error)))
        .collect();
    assert_eq!(failed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 10, 20, 30, 40]);
    assert!(failed.iter().all(|(_, error)| matches!(error, StoreError::Conflict { .. })));
    let items = store.recent_items(&user, &ThreadId::from("thr_1"), 100).await.unwrap();
    assert_eq!(items.len(), 45);
    let after = store.write_counts();
    assert_eq!(after.calls - before.calls, 50);
    assert!(after.commits - before.commits <= 3, "{} transactions", after.commits - before.commits);
}

#[tokio::test]
async fn a_database_held_by_another_process_is_busy_and_comes_back() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&SqliteStoreSettings { busy_timeout: Duration::ZERO, ..settings(&folder) })
        .unwrap();
    let other = hold(&store);
    let refused = store.submit(Commit::new(&ada(), vec![create("thr_1")])).await;
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    // Reads go on.
    store.check().await.unwrap();
    drop(other);
    store.submit(Commit::new(&ada(), vec![create("thr_1")])).await.unwrap();
}

/// Longer than any test.
const NEVER: Duration = Duration::from_secs(100_000);

fn writer_settings(forget_after: Duration) -> WriterSettings {
    WriterSettings { queue: 9, max_batch: 9, queue_timeout: Duration::from_secs(1), forget_after }
}

#[tokio::test]
async fn a_full_disk_fails_the_write_and_leaves_the_rest() {
    let folder = TempDir::new().unwrap();
    let mut connection = {
        let store = SqliteStore::open(&settings(&folder)).unwrap();
        store.submit(Commit::new(&ada(), vec![create("thr_1")])).await.unwrap();
        open::connect_writer(store.path(), Duration::ZERO).unwrap()
    };
    // The database may not grow any more.
    connection.batch_execute("PRAGMA max_page_count = 1").unwrap();
    let ledger = SqliteLedger {
        path: folder.path().join("data/chat.db"),
        busy_timeout: Duration::ZERO,
        payloads: Payloads::default(),
    };
    let writer = Writer::start(ledger, connection, &writer_settings(FORGET_AFTER)).unwrap();
    let big = ThreadMetadata { title: Some("x".repeat(1 << 20)), ..ThreadMetadata::new("thr_2".into()) };
    let refused = writer.submit(Commit::new(&ada(), vec![Change::CreateThread(big)])).await;
    assert!(matches!(refused, Err(StoreError::Database { .. })), "{refused:?}");
    let small = Change::BeginTurn { thread_id: "thr_1".into(), turn_no: 1 };
    writer.submit(Commit::new(&ada(), vec![small])).await.unwrap();
}

/// How many bytes the write-ahead log takes when an answer of 200 KiB is saved 60 times.
async fn bytes_written(as_pieces: bool) -> u64 {
    const SAVES: usize = 60;
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    store.submit(Commit::new(&ada(), vec![create("thr_1")])).await.unwrap();
    store.close().await.unwrap();
    let path = folder.path().join("data/chat.db");
    let mut connection = open::connect_writer(&path, Duration::ZERO).unwrap();
    // The log is never folded into the database, so that its length is all that was written.
    connection.batch_execute("PRAGMA wal_autocheckpoint = 0").unwrap();
    let ledger =
        SqliteLedger { path: path.clone(), busy_timeout: Duration::ZERO, payloads: Payloads::default() };
    let writer = Writer::start(ledger, connection, &writer_settings(NEVER)).unwrap();
    let word = "word ".repeat(200 * 1024 / SAVES / 5);
    let draft = |text: String| {
        ThreadItem::new("m1".into(), "thr_1".into(), ItemKind::AssistantMessage(AssistantMessage::text(text)))
    };
    for save in 0..SAVES {
        let change = if save == 0 || !as_pieces {
            Change::PutDraft(draft(word.repeat(save + 1)))
        } else {
            let part = PartPiece {
                index: 0,
                offset: save * word.len(),
                text: word.clone(),
                annotations: Vec::new(),
            };
            Change::AppendDraft {
                thread_id: "thr_1".into(),
                item_id: "m1".into(),
                number: save as u64,
                piece: DraftPiece { parts: vec![part] },
            }
        };
        writer.submit(Commit::new(&ada(), vec![change])).await.unwrap();
    }
    std::fs::metadata(path.with_extension("db-wal")).unwrap().len()
}

#[tokio::test]
async fn a_long_answer_is_not_written_again_with_every_draft() {
    let (whole, pieces) = (bytes_written(false).await, bytes_written(true).await);
    assert!(pieces * 6 < whole, "{pieces} bytes in pieces, {whole} bytes whole");
}

#[test]
fn files_that_cannot_be_used_are_refused_in_plain_words() {
    let folder = TempDir::new().unwrap();
    let settings = settings(&folder);
    let path = settings.path().unwrap();
    std::fs::create_dir_all(&path).unwrap();
    let error = SqliteStore::open(&settings).err().unwrap();
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, "a letter, and no database at all".repeat(100)).unwrap();
    let error = SqliteStore::open(&settings).err().unwrap();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    std::fs::remove_file(&path).unwrap();

    SqliteStore::open(&settings).unwrap();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    connection
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')")
        .unwrap();
    let error = SqliteStore::open(&settings).err().unwrap();
    assert!(error.to_string().contains("newer version"), "{error}");
    connection.batch_execute("DELETE FROM __diesel_schema_migrations WHERE version LIKE '9999%'; DROP TABLE drafts; DELETE FROM __diesel_schema_migrations WHERE version LIKE '%3'; BEGIN EXCLUSIVE").unwrap();
    let impatient = SqliteStoreSettings { busy_timeout: Duration::ZERO, ..settings };
    let error = SqliteStore::open(&impatient).err().unwrap();
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
}

#[derive(QueryableByName)]
struct PlanStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn every_query_finds_its_rows_by_an_index() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    migrations::run(&mut connection).unwrap();
    let statements = Arc::new(Mutex::new(Vec::new()));
    let recorded = Arc::clone(&statements);
    connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            recorded.lock().unwrap().push(query.to_string());
        }
    });
    use_everything(&mut connection);
    connection.set_instrumentation(|_: InstrumentationEvent<'_>| {});

    let mut statements = std::mem::take(&mut *statements.lock().unwrap());
    statements.retain(|statement| !statement.contains("SELECT EXISTS"));
    statements.sort();
    statements.dedup();
    assert!(statements.len() > 25, "{}", statements.len());
    for statement in statements {
        let plan: Vec<PlanStep> =
            sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(&mut connection).unwrap();
        for step in plan {
            let detail = step.detail;
            assert!(!detail.contains("SCAN") && !detail.contains("TEMP B-TREE"), "{statement}: {detail}");
        }
    }
}

/// Runs every query there is at least once.
#[expect(clippy::too_many_lines, reason = "a list of every change")]
fn use_everything(connection: &mut SqliteConnection) {
    let payloads = &Payloads::default();
    let (user, thread_id, item_id, attachment_id) =
        (&ada(), &ThreadId::from("thr_1"), &ItemId::from("m1"), &AttachmentId::from("atc_1"));
    let file = StoredFile { size_bytes: 1, sha256: "00".to_owned() };
    let record = AttachmentRecord {
        id: attachment_id.clone(),
        user_id: user.clone(),
        thread_id: None,
        name: "a.png".to_owned(),
        mime_type: "image/png".to_owned(),
        announced_size_bytes: 1,
        file: None,
        created_at: Timestamp::now(),
    };
    let changes = [
        create("thr_1"),
        Change::UpdateThread(ThreadMetadata::new(thread_id.clone())),
        Change::BeginTurn { thread_id: thread_id.clone(), turn_no: 1 },
        Change::PutDraft(message("thr_1", "m1")),
        Change::AppendDraft {
            thread_id: thread_id.clone(),
            item_id: item_id.clone(),
            number: 1,
            piece: DraftPiece::default(),
        },
    ];
    apply::apply(connection, payloads, user, &changes).unwrap();
    threads::load(connection, payloads, user, thread_id).unwrap();
    let changes = [
        Change::PutItem(message("thr_1", "m1").into()),
        Change::PutItem(message("thr_1", "m2").into()),
        Change::RemoveItemsAfter { thread_id: thread_id.clone(), item_id: item_id.clone() },
        Change::CreateAttachment(record),
        Change::FinishUpload { attachment_id: attachment_id.clone(), file },
        Change::LinkAttachment { attachment_id: attachment_id.clone(), thread_id: thread_id.clone() },
        Change::AddFeedback {
            thread_id: thread_id.clone(),
            item_ids: vec![item_id.clone()],
            kind: FeedbackKind::Positive,
        },
        Change::EndTurn { thread_id: thread_id.clone() },
    ];
    apply::apply(connection, payloads, user, &changes).unwrap();
    threads::load(connection, payloads, user, thread_id).unwrap();
    threads::check(connection).unwrap();
    items::load(connection, payloads, user, thread_id, item_id).unwrap();
    attachments::load(connection, user, attachment_id).unwrap();
    attachments::removable(connection, Timestamp::now(), 9).unwrap();
    feedback::load(connection, user, thread_id).unwrap();
    for order in [Order::Asc, Order::Desc] {
        for after in [None, Some("m1".to_owned())] {
            let query = PageQuery { limit: 9, order, after, ..PageQuery::default() };
            for shown in [Shown::Visible, Shown::All] {
                items::page(connection, payloads, user, thread_id, &query, shown).unwrap();
            }
        }
        for after in [None, Some("thr_1".to_owned())] {
            threads::page(
                connection,
                payloads,
                user,
                &PageQuery { limit: 9, order, after, ..PageQuery::default() },
            )
            .unwrap();
        }
    }
    let ends = [
        Change::RemoveItem { thread_id: thread_id.clone(), item_id: item_id.clone() },
        Change::DeleteAttachment { attachment_id: attachment_id.clone() },
        Change::ExpireAttachment { attachment_id: attachment_id.clone() },
        Change::ForgetAttachment { attachment_id: attachment_id.clone() },
        Change::DeleteThread(thread_id.clone()),
    ];
    apply::apply(connection, payloads, user, &ends).unwrap();
}

mod payloads;
