//! What a codec hides, and what becomes of payloads that cannot be read.

use serde_json::json;

use super::*;
use crate::{
    protocol::ThreadStatus,
    store::{PayloadError, PayloadPlace},
};

/// A cipher for tests: a stream of bytes made from a key and the payload's place.
struct Cipher(u8);

impl Cipher {
    fn apply(&self, place: PayloadPlace<'_>, bytes: &[u8]) -> Vec<u8> {
        let place = format!("{}/{}/{:?}", place.user, place.thread_id, place.item_id);
        let seed = place.bytes().fold(self.0, |seed, byte| seed.rotate_left(3) ^ byte);
        let mut state = seed;
        bytes
            .iter()
            .map(|byte| {
                state = state.wrapping_mul(13).wrapping_add(101);
                byte ^ state
            })
            .collect()
    }
}

impl PayloadCodec for Cipher {
    fn encode(&self, place: PayloadPlace<'_>, json: &str) -> Result<Vec<u8>, PayloadError> {
        Ok(self.apply(place, json.as_bytes()))
    }

    fn decode(&self, place: PayloadPlace<'_>, bytes: &[u8]) -> Result<String, PayloadError> {
        String::from_utf8(self.apply(place, bytes)).map_err(|_| PayloadError::new("the key does not fit"))
    }
}

const SECRET: &str = "xylophone";

fn secret(id: &str) -> ThreadItem {
    let text = format!("A {SECRET} for {id}");
    ThreadItem::new(id.into(), "thr_1".into(), ItemKind::AssistantMessage(AssistantMessage::text(text)))
}

fn named(title: &str) -> ThreadMetadata {
    ThreadMetadata { title: Some(title.to_owned()), ..ThreadMetadata::new("thr_1".into()) }
}

async fn submit(store: &SqliteStore, changes: Vec<Change>) {
    store.submit(Commit::new(&ada(), changes)).await.unwrap();
}

async fn page(store: &SqliteStore) -> Vec<ThreadItem> {
    let query = PageQuery { order: Order::Asc, ..PageQuery::default() };
    store.items(&ada(), &"thr_1".into(), query).await.unwrap().data
}

fn is_stand_in(item: &ThreadItem) -> bool {
    crate::store::payload::is_stand_in(&item.kind)
}

/// Whether any file of the database holds the secret, in whatever case.
fn is_anywhere_in(folder: &TempDir) -> bool {
    std::fs::read_dir(folder.path().join("data")).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap().to_ascii_lowercase();
        bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
    })
}

fn open_encoded(folder: &TempDir, key: u8) -> SqliteStore {
    SqliteStore::open_encoded(&settings(folder), Cipher(key)).unwrap()
}

/// Runs SQL on the file, as a fault of the disk or another version would change it.
fn tamper(folder: &TempDir, sql: &str) {
    let path = settings(folder).path().unwrap();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA ignore_check_constraints = ON").unwrap();
    connection.batch_execute(sql).unwrap();
}

fn open_encoded_for_suite() -> (Arc<dyn Store>, TempDir) {
    let folder = TempDir::new().unwrap();
    (Arc::new(open_encoded(&folder, 7)), folder)
}

crate::store::conformance::suite!(open_encoded_for_suite());

#[tokio::test]
async fn what_goes_through_a_codec_stands_nowhere_in_the_files() {
    let folder = TempDir::new().unwrap();
    let store = open_encoded(&folder, 7);
    let mut metadata = named(SECRET);
    metadata.metadata.insert("note".to_owned(), SECRET.into());
    submit(&store, vec![Change::CreateThread(metadata.clone())]).await;
    let note = ItemKind::HiddenContextItem { content: SECRET.into() };
    let note = ThreadItem::new("h1".into(), "thr_1".into(), note);
    submit(&store, vec![Change::PutItem(secret("m1").into()), Change::PutItem(note.clone().into())]).await;
    let piece =
        PartPiece { index: 1, offset: 0, text: format!("One more {SECRET}."), annotations: Vec::new() };
    let append = Change::AppendDraft {
        thread_id: "thr_1".into(),
        item_id: "m2".into(),
        number: 1,
        piece: DraftPiece { parts: vec![piece] },
    };
    submit(&store, vec![Change::PutDraft(secret("m2")), append]).await;
    submit(&store, vec![Change::UpdateThread(metadata.clone())]).await;
    assert!(!is_anywhere_in(&folder), "with the log beside it");
    store.close().await.unwrap();
    assert!(!is_anywhere_in(&folder));

    let store = open_encoded(&folder, 7);
    let record = store.thread(&ada(), &"thr_1".into()).await.unwrap();
    assert_eq!(
        (record.metadata.title.as_deref(), &record.metadata.metadata),
        (Some(SECRET), &metadata.metadata)
    );
    let ItemKind::AssistantMessage(draft) = &record.drafts[0].kind else { panic!() };
    assert_eq!(draft.content[1].as_text(), format!("One more {SECRET}."));
    let items = store.recent_items(&ada(), &"thr_1".into(), 9).await.unwrap();
    assert_eq!(items.iter().map(|item| &item.kind).collect::<Vec<_>>(), [&secret("m1").kind, &note.kind]);

    // The test can fail: without a codec the words are there.
    let open = TempDir::new().unwrap();
    submit(&SqliteStore::open(&settings(&open)).unwrap(), vec![Change::CreateThread(named(SECRET))]).await;
    assert!(is_anywhere_in(&open));
}

#[tokio::test]
async fn without_its_key_a_thread_is_shown_and_nothing_of_it_is_lost() {
    let folder = TempDir::new().unwrap();
    let store = open_encoded(&folder, 7);
    let hidden = ItemKind::HiddenContextItem { content: SECRET.into() };
    let hidden = ThreadItem::new("h1".into(), "thr_1".into(), hidden);
    let items = [secret("m1"), hidden, secret("m2")];
    submit(&store, vec![Change::CreateThread(named(SECRET))]).await;
    submit(&store, items.iter().cloned().map(|item| Change::PutItem(item.into())).collect()).await;
    store.close().await.unwrap();

    for wrong in [Some(8), None] {
        let store = match wrong {
            Some(key) => open_encoded(&folder, key),
            None => SqliteStore::open(&settings(&folder)).unwrap(),
        };
        let shown = page(&store).await;
        assert_eq!(shown.len(), 2, "a hidden note stays hidden");
        for (shown, item) in shown.iter().zip([&items[0], &items[2]]) {
            assert!(is_stand_in(shown));
            assert_eq!((&shown.id, shown.created_at), (&item.id, item.created_at));
        }
        let recent = store.recent_items(&ada(), &"thr_1".into(), 9).await.unwrap();
        assert_eq!(recent.len(), 3);
        let threads = store.threads(&ada(), PageQuery::default()).await.unwrap();
        assert_eq!(threads.data[0].title, None);
        assert!(matches!(threads.data[0].status, ThreadStatus::Locked { .. }), "it may have been locked");
        let renamed =
            Change::UpdateThread(ThreadMetadata { title: Some("new".into()), ..threads.data[0].clone() });
        let refused = store.submit(Commit::new(&ada(), vec![renamed])).await;
        assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");
        // Whoever writes back what was read changes nothing; other changes go their way.
        let mut changes: Vec<_> = recent.into_iter().map(|item| Change::PutItem(item.into())).collect();
        changes.push(Change::UpdateThread(threads.data[0].clone()));
        submit(&store, changes).await;
        store.close().await.unwrap();
    }

    let store = open_encoded(&folder, 7);
    assert_eq!(page(&store).await, [items[0].clone(), items[2].clone()]);
    assert_eq!(store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata.title.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn a_codec_reads_what_was_stored_before_it() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    submit(&store, vec![Change::CreateThread(named("plain")), Change::PutItem(secret("m1").into())]).await;
    store.close().await.unwrap();
    let store = open_encoded(&folder, 7);
    submit(&store, vec![Change::PutItem(secret("m2").into())]).await;
    assert_eq!(store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata.title.as_deref(), Some("plain"));
    let kinds: Vec<_> = page(&store).await.into_iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [secret("m1").kind, secret("m2").kind]);
}

#[tokio::test]
async fn a_damaged_item_spoils_neither_its_page_nor_its_neighbours() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    submit(&store, vec![Change::CreateThread(named("t"))]).await;
    let items: Vec<_> = (0..6).map(|number| secret(&format!("m{number}"))).collect();
    submit(&store, items.iter().cloned().map(|item| Change::PutItem(item.into())).collect()).await;
    let set = |id: &str, to: &str| tamper(&folder, &format!("UPDATE items SET {to} WHERE id = '{id}'"));
    set("m1", r#"payload_json = replace(payload_json, '"assistant_message"', '"hologram"')"#);
    set("m2", "payload_json = substr(payload_json, 1, 40)");
    set("m3", "payload_version = 2");
    set("m4", "created_at_us = 9223372036854775807, payload_json = ''");

    let shown = page(&store).await;
    let unreadable: Vec<_> = shown.iter().map(is_stand_in).collect();
    assert_eq!(unreadable, [false, true, true, true, true, false]);
    assert_eq!((&shown[0], &shown[5]), (&items[0], &items[5]));
    for item in &items[1..5] {
        assert!(is_stand_in(&store.item(&ada(), &"thr_1".into(), &item.id).await.unwrap()));
    }
    // It is an item like others: it can be replaced, be a cursor, and be removed.
    submit(&store, vec![Change::PutItem(secret("m2").into())]).await;
    assert!(!is_stand_in(&page(&store).await[2]));
    let query = PageQuery { order: Order::Asc, after: Some("m3".to_owned()), ..PageQuery::default() };
    assert_eq!(store.items(&ada(), &"thr_1".into(), query).await.unwrap().data.len(), 2);
    let (thread_id, item_id) = (ThreadId::from("thr_1"), ItemId::from("m3"));
    submit(&store, vec![Change::RemoveItemsAfter { thread_id: thread_id.clone(), item_id: item_id.clone() }])
        .await;
    submit(&store, vec![Change::RemoveItem { thread_id, item_id }]).await;
    assert_eq!(page(&store).await.len(), 3);
}

#[tokio::test]
async fn a_damaged_thread_spoils_neither_the_list_nor_its_items() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    submit(&store, vec![Change::CreateThread(named("kept")), Change::PutItem(secret("m1").into())]).await;
    submit(&store, vec![Change::CreateThread(ThreadMetadata::new("thr_2".into()))]).await;
    tamper(
        &folder,
        r#"UPDATE threads SET status_json = '{"type":"frozen"}', metadata_json = '{"a":1}' WHERE id = 'thr_1'"#,
    );
    let threads = store.threads(&ada(), PageQuery::default()).await.unwrap().data;
    assert_eq!(threads.len(), 2);
    let shown = &threads[1];
    assert_eq!((shown.title.as_deref(), &shown.metadata["a"]), (Some("kept"), &json!(1)));
    assert!(matches!(&shown.status, ThreadStatus::Locked { reason: Some(_) }), "it may have been locked");
    assert_eq!(page(&store).await.len(), 1);

    submit(
        &store,
        vec![Change::UpdateThread(ThreadMetadata { title: Some("renamed".into()), ..shown.clone() })],
    )
    .await;
    let renamed = store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata;
    assert_eq!(renamed.title.as_deref(), Some("renamed"), "what can be stored is stored");
    let opened = ThreadMetadata { status: ThreadStatus::Active, ..shown.clone() };
    let refused = store.submit(Commit::new(&ada(), vec![Change::UpdateThread(opened)])).await;
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");

    let whole =
        r#"UPDATE threads SET status_json = '{"type":"closed"}' WHERE status_json = '{"type":"frozen"}'"#;
    tamper(&folder, whole);
    let metadata = store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata;
    assert_eq!(metadata.status, ThreadStatus::Closed { reason: None }, "it was not overwritten");
    assert_eq!((metadata.title.as_deref(), &metadata.metadata["a"]), (Some("renamed"), &json!(1)));
}

#[tokio::test]
async fn of_a_thread_of_a_newer_version_only_the_title_changes() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    submit(&store, vec![Change::CreateThread(named("old"))]).await;
    tamper(&folder, r#"UPDATE threads SET payload_version = 2, metadata_json = '{"a":1}'"#);
    let shown = store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata;
    let domains = shown.allowed_image_domains.as_deref();
    assert_eq!((shown.title.as_deref(), shown.metadata.len(), domains), (Some("old"), 0, Some(&[][..])));
    submit(&store, vec![Change::UpdateThread(ThreadMetadata { title: Some("new".into()), ..shown.clone() })])
        .await;
    let mut with_metadata = shown;
    with_metadata.metadata.insert("b".to_owned(), json!(2));
    let refused = store.submit(Commit::new(&ada(), vec![Change::UpdateThread(with_metadata)])).await;
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");
    tamper(&folder, "UPDATE threads SET payload_version = 1 WHERE payload_version = 2");
    let metadata = store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata;
    assert_eq!((metadata.title.as_deref(), &metadata.metadata["a"]), (Some("new"), &json!(1)));
}

#[tokio::test]
async fn a_damaged_draft_is_left_out_and_a_damaged_piece_ends_its_draft() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&settings(&folder)).unwrap();
    let append = |number, offset, text: &str| Change::AppendDraft {
        thread_id: "thr_1".into(),
        item_id: "m2".into(),
        number,
        piece: DraftPiece {
            parts: vec![PartPiece { index: 1, offset, text: text.to_owned(), annotations: Vec::new() }],
        },
    };
    let changes = vec![
        Change::CreateThread(named("t")),
        Change::PutDraft(secret("m1")),
        Change::PutDraft(secret("m2")),
        append(1, 0, "a"),
        append(2, 1, "b"),
        append(3, 2, "c"),
    ];
    submit(&store, changes).await;
    tamper(&folder, "UPDATE drafts SET payload_json = '{' WHERE id = 'm1'");
    tamper(&folder, "UPDATE draft_pieces SET payload_json = '{' WHERE number = 2");
    let drafts = store.thread(&ada(), &"thr_1".into()).await.unwrap().drafts;
    assert_eq!(drafts.len(), 1);
    let ItemKind::AssistantMessage(message) = &drafts[0].kind else { panic!() };
    assert_eq!(message.content[1].as_text(), "a");
}

/// A writer on the database in this folder that forgets what was overwritten after this time.
fn writer_forgetting(folder: &TempDir, after: Duration) -> Writer {
    let ledger = SqliteLedger {
        path: settings(folder).path().unwrap(),
        busy_timeout: Duration::from_secs(5),
        payloads: Payloads::default(),
    };
    let connection = ledger.connect().unwrap();
    Writer::start(ledger, connection, &writer_settings(after)).unwrap()
}

/// What overwrites a title, an item and a draft that hold the secret.
async fn write_and_overwrite(writer: &Writer) {
    let draft = secret("m2");
    let harmless = |id: &str| {
        ThreadItem::new(id.into(), "thr_1".into(), ItemKind::AssistantMessage(AssistantMessage::text("…")))
    };
    for changes in [
        vec![
            Change::CreateThread(named(SECRET)),
            Change::PutItem(secret("m1").into()),
            Change::PutDraft(draft),
        ],
        vec![Change::UpdateThread(named("other")), Change::PutItem(harmless("m1").into())],
        vec![Change::EndTurn { thread_id: "thr_1".into() }],
    ] {
        writer.submit(Commit::new(&ada(), changes)).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_overwritten_leaves_the_log_without_another_write() {
    let folder = TempDir::new().unwrap();
    SqliteStore::open(&settings(&folder)).unwrap().close().await.unwrap();
    let writer = writer_forgetting(&folder, Duration::ZERO);
    write_and_overwrite(&writer).await;
    // The worker empties the log after it has answered.
    let forgotten = async {
        while is_anywhere_in(&folder) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), forgotten).await.expect("it was forgotten");
}

#[tokio::test]
async fn what_a_crash_left_in_the_log_is_forgotten_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    SqliteStore::open(&settings(&folder)).unwrap().close().await.unwrap();
    let writer = writer_forgetting(&folder, NEVER);
    write_and_overwrite(&writer).await;
    // The files as a crash leaves them.
    let copy = TempDir::new().unwrap();
    std::fs::create_dir(copy.path().join("data")).unwrap();
    for name in ["chat.db", "chat.db-wal"] {
        let path = |root: &TempDir| root.path().join("data").join(name);
        std::fs::copy(path(&folder), path(&copy)).unwrap();
    }
    assert!(is_anywhere_in(&copy));
    let store = SqliteStore::open(&settings(&copy)).unwrap();
    assert!(!is_anywhere_in(&copy));
    assert_eq!(store.thread(&ada(), &"thr_1".into()).await.unwrap().metadata.title.as_deref(), Some("other"));
}
