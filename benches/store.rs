//! What the store costs: durable writes with and without group commit, and pages of short and long threads.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{path::Path, sync::Arc};

use actix_chatkit::{
    context::UserId,
    protocol::{
        ItemId, ItemKind, PageQuery, ThreadId, ThreadItem, Timestamp, content::AssistantContent,
        item::AssistantMessage, page::Order, thread::ThreadMetadata,
    },
    store::{Change, Commit, SqliteStore, SqliteStoreSettings, Store},
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const WRITERS: usize = 64;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A store in a folder that goes with it. `max_batch` is how many writes one commit may hold.
fn store(max_batch: usize) -> (Arc<SqliteStore>, TempDir) {
    // Below the build's folder: the system's folder for temporary files may be in memory, where a commit
    // costs nothing.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut settings = SqliteStoreSettings::new(address(folder.path()));
    settings.max_batch = max_batch;
    (Arc::new(SqliteStore::open(&settings).unwrap()), folder)
}

fn address(folder: &Path) -> String {
    folder.join("chat.db").display().to_string()
}

fn item(thread_id: &ThreadId) -> ThreadItem {
    let content = vec![AssistantContent::text("words ".repeat(40))];
    ThreadItem {
        id: ItemId::message(),
        thread_id: thread_id.clone(),
        created_at: Timestamp::now(),
        kind: ItemKind::AssistantMessage(AssistantMessage { content }),
    }
}

fn user() -> UserId {
    UserId::from("bench")
}

async fn new_thread(store: &SqliteStore) -> ThreadId {
    let thread_id = ThreadId::mint();
    store
        .submit(Commit::new(&user(), vec![Change::CreateThread(ThreadMetadata::new(thread_id.clone()))]))
        .await
        .unwrap();
    thread_id
}

fn writes(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("64 durable writes");
    group.throughput(Throughput::Elements(WRITERS as u64)).sample_size(10);
    for (name, max_batch) in [("group commit", 256), ("one commit each", 1)] {
        let (store, _folder) = store(max_batch);
        let thread_id = runtime.block_on(new_thread(&store));
        group.bench_function(name, |bench| {
            bench.to_async(&runtime).iter(|| async {
                let writes = (0..WRITERS).map(|_| {
                    let (store, item) = (Arc::clone(&store), item(&thread_id));
                    tokio::spawn(async move {
                        store.submit(Commit::new(&user(), vec![Change::PutItem(item.into())])).await
                    })
                });
                for outcome in join_all(writes).await {
                    outcome.unwrap().unwrap();
                }
            });
        });
        runtime.block_on(store.close()).unwrap();
    }
}

fn pages(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("page of 10 items");
    for num_items in [10, 10_000] {
        let (store, _folder) = store(256);
        let thread_id = runtime.block_on(new_thread(&store));
        for chunk in vec![(); num_items].chunks(1_000) {
            let changes = chunk.iter().map(|()| Change::PutItem(item(&thread_id).into())).collect();
            runtime.block_on(store.submit(Commit::new(&user(), changes))).unwrap();
        }
        for (name, order) in [("first", Order::Asc), ("last", Order::Desc)] {
            group.bench_function(BenchmarkId::new(name, num_items), |bench| {
                bench.to_async(&runtime).iter(|| async {
                    let query = PageQuery::new(Some(10), order, None);
                    store.items(&user(), &thread_id, query).await.unwrap().data.len()
                });
            });
        }
        runtime.block_on(store.close()).unwrap();
    }
}

/// What a client asks for first: its threads, and one of them. However many there are, it must cost the same.
fn many_threads(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("of so many threads");
    for num_threads in [10, 100_000] {
        let (store, _folder) = store(256);
        let ids: Vec<_> = (0..num_threads).map(|_| ThreadId::mint()).collect();
        for chunk in ids.chunks(1_000) {
            let threads = chunk.iter().map(|id| Change::CreateThread(ThreadMetadata::new(id.clone())));
            runtime.block_on(store.submit(Commit::new(&user(), threads.collect()))).unwrap();
        }
        let middle = &ids[ids.len() / 2];
        group.bench_function(BenchmarkId::new("page of 10", num_threads), |bench| {
            bench.to_async(&runtime).iter(|| async {
                let query = PageQuery::new(Some(10), Order::Desc, None);
                store.threads(&user(), query).await.unwrap().data.len()
            });
        });
        group.bench_function(BenchmarkId::new("page of 5 from the middle", num_threads), |bench| {
            bench.to_async(&runtime).iter(|| async {
                let query = PageQuery::new(Some(5), Order::Desc, Some(middle.to_string()));
                store.threads(&user(), query).await.unwrap().data.len()
            });
        });
        group.bench_function(BenchmarkId::new("one", num_threads), |bench| {
            bench.to_async(&runtime).iter(|| async { store.thread(&user(), middle).await.unwrap().metadata });
        });
        runtime.block_on(store.close()).unwrap();
    }
}

criterion_group!(benches, writes, pages, many_threads);
criterion_main!(benches);
