//! Any requests of two users and three tabs, in any order and at the same time.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
};

use actix_chatkit::{context::UserId, protocol::ThreadId};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_types};
use futures_util::future::join_all;
use proptest::{collection::vec, test_runner::TestRunner};
use serde_json::json;

use super::{
    config,
    player::Player,
    world::{Belongings, Step, Tab, World, step},
};
use crate::support::{Service, eventually};

/// Whose the tabs are.
const TABS: [&str; 3] = ["ada", "ada", "bob"];

#[test]
fn no_sequence_of_requests_breaks_what_is_promised() {
    let mut runner = TestRunner::new(config(16, file!()));
    let case = (vec(step(), 1..24), 1..5_u64);
    runner
        .run(&case, |(steps, limit)| {
            actix_web::rt::System::new().block_on(play(steps, limit));
            Ok(())
        })
        .unwrap();
}

async fn play(steps: Vec<Step>, limit: u64) {
    let player = Player::default();
    let service = Service::start(player.clone());
    let world: World = Arc::new(Mutex::new(BTreeMap::from([
        ("ada", Belongings::default()),
        ("bob", Belongings::default()),
    ])));
    let tabs = TABS.map(|user| Tab { user, client: service.client(user), world: Arc::clone(&world) });
    join_all(tabs.iter().enumerate().map(|(number, tab)| {
        let own: Vec<Step> = steps.iter().filter(|step| step.tab == number).cloned().collect();
        async move {
            for step in own {
                tab.take(step).await;
            }
        }
    }))
    .await;

    // Orderly: what still runs comes to its end, and then nothing changes any more.
    for tab in [&tabs[0], &tabs[2]] {
        check_threads(&service, tab, limit).await;
    }
    {
        let world = world.lock().unwrap();
        let shared: BTreeSet<_> = world["ada"].seen.intersection(&world["bob"].seen).collect();
        assert!(shared.is_empty(), "seen by both users: {shared:?}");
    }
    assert!(player.running.lock().unwrap().most <= 1, "two turns at a time in one thread");
    let database = service.folder.path().join("chat.db");
    service.running.stop().await;
    check_positions(&database);
}

/// Sees that lists show what there is, once and in order, whatever the size of the pages.
async fn check_threads(service: &Service, tab: &Tab, limit: u64) {
    let pages =
        |order: &'static str, limit: u64| tab.pages("threads.list", json!({"order": order, "limit": limit}));
    let listed = pages("asc", 100).await.unwrap();
    assert_eq!(pages("asc", limit).await.unwrap(), listed);
    let mut reversed = pages("desc", limit).await.unwrap();
    reversed.reverse();
    assert_eq!(reversed, listed);
    {
        let world = tab.world.lock().unwrap();
        let own = &world[tab.user];
        for thread in &own.threads {
            assert_ne!(own.deleted.contains(thread), listed.contains(thread), "{thread}");
        }
    }
    let user = UserId::from(tab.user);
    for thread in &listed {
        at_rest(service, &user, thread).await;
        let pages = |order: &'static str, limit: u64| {
            tab.pages("items.list", json!({"thread_id": thread, "order": order, "limit": limit}))
        };
        let items = pages("asc", 100).await.unwrap();
        assert_eq!(pages("asc", limit).await.unwrap(), items);
        let mut reversed = pages("desc", limit).await.unwrap();
        reversed.reverse();
        assert_eq!(reversed, items);
        let stored = service.store.recent_items(&user, &thread.as_str().into(), 10_000).await.unwrap();
        let visible: Vec<String> =
            stored.iter().filter(|item| !item.is_hidden()).map(|item| item.id.to_string()).collect();
        assert_eq!(items, visible);
        assert!(stored.iter().all(|item| item.thread_id == ThreadId::from(thread.as_str())));
    }
}

/// Waits until a thread has no turn, running or waiting.
async fn at_rest(service: &Service, user: &UserId, thread: &str) {
    use actix_chatkit::actors::thread::messages::Observe;
    let thread_id = ThreadId::from(thread);
    eventually("the thread to be at rest", async || {
        let snapshot = service.running.chatkit().threads().ask(user, &thread_id, Observe).await.unwrap();
        (!snapshot.running && snapshot.waiting == 0).then_some(())
    })
    .await;
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = sql_types::BigInt)]
    thread_seq: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    position: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    number: i64,
}

/// Sees that every thread's positions are its own and rise, and that no draft or open turn is left.
fn check_positions(database: &Path) {
    let mut database = SqliteConnection::establish(database.to_str().unwrap()).unwrap();
    let places: Vec<Place> =
        diesel::sql_query("SELECT thread_seq, position FROM items ORDER BY thread_seq, position")
            .load(&mut database)
            .unwrap();
    for pair in places.windows(2).filter(|pair| pair[0].thread_seq == pair[1].thread_seq) {
        assert!(pair[0].position < pair[1].position);
    }
    for left in
        ["SELECT count(*) AS number FROM drafts", "SELECT count(*) AS number FROM threads WHERE turn_open"]
    {
        let [Count { number }] = &diesel::sql_query(left).load::<Count>(&mut database).unwrap()[..] else {
            panic!("one row");
        };
        assert_eq!(*number, 0, "{left}");
    }
}
