//! What every turn pays: reading its request, writing its events, the turn's log.
#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::Arc;

use actix_chatkit::{
    actors::turn_log::{LogWriter, TurnLog},
    protocol::{
        ItemId, ItemKind, ItemUpdate, ThreadId, ThreadItem, ThreadStreamEvent, Timestamp,
        content::AssistantContent, item::AssistantMessage, request::Request,
    },
};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{FutureExt, StreamExt};
use serde_json::json;

fn delta() -> ThreadStreamEvent {
    ThreadStreamEvent::ItemUpdated {
        item_id: ItemId::message(),
        update: ItemUpdate::TextDelta { content_index: 0, delta: "words ".to_owned() },
    }
}

fn item_done(words: usize) -> ThreadStreamEvent {
    let text = "words ".repeat(words);
    ThreadStreamEvent::ItemDone {
        item: ThreadItem {
            id: ItemId::message(),
            thread_id: ThreadId::mint(),
            created_at: Timestamp::now(),
            kind: ItemKind::AssistantMessage(AssistantMessage {
                content: vec![AssistantContent::text(text)],
            }),
        },
    }
}

fn requests(criterion: &mut Criterion) {
    let input = json!({
        "content": [{"type": "input_text", "text": "What's the weather like in Tokyo?"}],
        "attachments": [],
        "quoted_text": null,
        "inference_options": {},
    });
    let body = json!({"type": "threads.add_user_message", "params": {"thread_id": "thr_1", "input": input}});
    let body = body.to_string();
    criterion.bench_function("request parse", |bench| {
        bench.iter(|| Request::parse(body.as_bytes()).unwrap());
    });
}

fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event serialise");
    for (name, event) in [("delta", delta()), ("message of 100 words", item_done(100))] {
        let mut buffer = Vec::with_capacity(4096);
        serde_json::to_writer(&mut buffer, &event).unwrap();
        group.throughput(Throughput::Bytes(buffer.len() as u64));
        group.bench_function(name, |bench| {
            bench.iter(|| {
                buffer.clear();
                serde_json::to_writer(&mut buffer, &event).unwrap();
                buffer.len()
            });
        });
    }
}

fn turn_log(criterion: &mut Criterion) {
    const EVENTS: u64 = 100;
    let event = delta();
    let mut group = criterion.benchmark_group("turn log");
    group.throughput(Throughput::Elements(EVENTS));
    group.bench_function("append", |bench| {
        bench.iter_batched_ref(
            || LogWriter::new(TurnLog::new(true, 0), usize::MAX),
            |writer| (0..EVENTS).for_each(|_| writer.append(&event).unwrap()),
            BatchSize::SmallInput,
        );
    });
    // Each event is appended and then read by everybody, as in a turn that streams.
    for clients in [1, 8] {
        group.bench_with_input(BenchmarkId::new("append and follow", clients), &clients, |bench, clients| {
            bench.iter_batched_ref(
                || {
                    let log = TurnLog::new(true, 0);
                    let cursors: Vec<_> = (0..*clients).map(|_| log.follow(0)).collect();
                    (LogWriter::new(Arc::clone(&log), usize::MAX), cursors)
                },
                |(writer, cursors)| {
                    for _ in 0..EVENTS {
                        writer.append(&event).unwrap();
                        for cursor in &mut *cursors {
                            cursor.next().now_or_never().unwrap().unwrap();
                        }
                    }
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, requests, events, turn_log);
criterion_main!(benches);
