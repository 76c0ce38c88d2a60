//! Actors that die: a panic in a handler closes an actor's mailbox for good, and nothing that was
//! acknowledged may go with it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix::{Arbiter, Handler, MailboxError, Message};
use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Notify;

use super::{
    ThreadActor,
    messages::{DeleteThread, FollowTurn, GetThread, Observe, Opening, RenameThread, StartTurn},
    services::ThreadServices,
};
use crate::{
    actors::{
        ThreadError, ThreadRegistry, ThreadSettings, Threads,
        key::{Birth, ThreadKey},
        turn_log::TurnCursor,
        watched_store::WatchedStore,
    },
    agent::{
        AgentContext, Hooks, Responder, ResponderError,
        files::{FileSettings, Files},
    },
    context::{RequestContext, UserId},
    links::{AttachmentLinks, Signer},
    protocol::{
        ItemId, ItemKind, PageQuery, ThreadId, ThreadItem, ThreadStreamEvent, content::UserContent,
        page::Order, request::UserMessageInput,
    },
    store::{Change, DiskAttachmentSettings, DiskAttachmentStore, Store, StoreError, memory::MemoryStore},
};

/// Kills the actor that handles it.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<(), ThreadError>")]
struct Die;

impl Handler<Die> for ThreadActor {
    type Result = Result<(), ThreadError>;

    fn handle(&mut self, _: Die, _: &mut Self::Context) -> Self::Result {
        panic!("because a test asked for it");
    }
}

/// Asks on which thread of execution an actor lives.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<std::thread::ThreadId, ThreadError>")]
struct LivesOn;

impl Handler<LivesOn> for ThreadActor {
    type Result = Result<std::thread::ThreadId, ThreadError>;

    fn handle(&mut self, _: LivesOn, _: &mut Self::Context) -> Self::Result {
        Ok(std::thread::current().id())
    }
}

/// Answers with the number of items it was given, or says nothing when asked to; asked to wait, it never ends.
/// Asked for notes, it emits two notes in one go once it may, holds its thread of execution until the test has
/// gone on, and never ends.
struct Counting {
    may: Arc<Notify>,
    both: Arc<Barrier>,
}

#[async_trait(?Send)]
impl Responder for Counting {
    async fn respond(
        &self,
        context: AgentContext,
        input: Option<Arc<ThreadItem>>,
    ) -> Result<(), ResponderError> {
        let text = match input.map(|item| item.kind.clone()) {
            Some(ItemKind::UserMessage(message)) => message.plain_text(),
            _ => String::new(),
        };
        if text == "say nothing" {
            return Ok(());
        }
        let mut answer = context.message();
        answer.push(context.history().len().to_string()).await?;
        match text.as_str() {
            "wait" => std::future::pending().await,
            "notes" => {
                self.may.notified().await;
                for id in NOTES {
                    let kind = ItemKind::HiddenContextItem { content: json!("a note") };
                    let item = context.new_item(id.into(), kind);
                    context.emit(ThreadStreamEvent::ItemDone { item }).await?;
                }
                self.both.wait();
                self.both.wait();
                std::future::pending().await
            }
            _ => answer.finish().await,
        }
    }
}

const NOTES: [&str; 2] = ["note_1", "note_2"];

/// One user's thread on a registry and a store of its own.
struct Bench {
    threads: Threads,
    registry: Arc<ThreadRegistry>,
    store: Arc<dyn Store>,
    user: UserId,
    thread_id: ThreadId,
    may: Arc<Notify>,
    both: Arc<Barrier>,
    _uploads: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::on(Arc::new(MemoryStore::new()))
    }

    fn on(store: Arc<dyn Store>) -> Self {
        let uploads = TempDir::new().unwrap();
        let directory = uploads.path().to_owned();
        let attachments = DiskAttachmentStore::open(&DiskAttachmentSettings { directory }).unwrap();
        let (may, both) = (Arc::new(Notify::new()), Arc::new(Barrier::new(2)));
        let services = Arc::new(ThreadServices {
            store: Arc::clone(&store),
            hooks: Hooks::new(Arc::new(Counting { may: Arc::clone(&may), both: Arc::clone(&both) })),
            files: Files::new(Some(Arc::new(attachments)), FileSettings::default()),
            settings: ThreadSettings { draft_interval: Duration::ZERO, ..ThreadSettings::default() },
        });
        let registry =
            Arc::new(ThreadRegistry::new(services, vec![Arbiter::new().handle(), Arbiter::new().handle()]));
        Self {
            threads: Threads::new(registry.clone(), Arc::clone(&store)),
            registry,
            store,
            user: UserId::from("ada"),
            thread_id: ThreadId::mint(),
            may,
            both,
            _uploads: uploads,
        }
    }

    fn turn(&self, opening: impl FnOnce(ItemId, UserMessageInput) -> Opening, text: &str) -> StartTurn {
        let signer = Signer::new(b"a key for all tests");
        let links = AttachmentLinks::new("http://localhost", signer, self.user.clone());
        let context = RequestContext::new(self.user.clone(), links);
        let input = UserMessageInput {
            content: vec![UserContent::InputText { text: text.to_owned() }],
            attachments: Vec::new(),
            inference_options: serde_json::from_value(json!({})).unwrap(),
            quoted_text: None,
        };
        StartTurn::new(context, opening(ItemId::message(), input))
    }

    async fn create(&self, text: &str) -> TurnCursor {
        let turn = self.turn(|item_id, input| Opening::CreateThread { item_id, input }, text);
        self.threads.create(&self.user, self.thread_id.clone(), turn).await.unwrap()
    }

    async fn say(&self, text: &str) -> Result<TurnCursor, ThreadError> {
        let turn = self.turn(|item_id, input| Opening::AddUserMessage { item_id, input }, text);
        self.threads.start_turn(&self.user, &self.thread_id, turn).await
    }

    /// Kills the thread's actor.
    async fn kill(&self) {
        let key = ThreadKey { user_id: self.user.clone(), thread_id: self.thread_id.clone() };
        let located = self.registry.locate(&key, &Birth::Stored).unwrap();
        assert!(matches!(located.send(Die).await, Err(MailboxError::Closed)));
    }

    /// The title, and the texts of the messages.
    async fn thread(&self) -> (Option<String>, Vec<String>) {
        let query = PageQuery::new(None, Order::Asc, None);
        let thread = self.threads.ask(&self.user, &self.thread_id, GetThread { query }).await.unwrap();
        let thread = serde_json::to_value(thread).unwrap();
        let texts = thread["items"]["data"].as_array().unwrap().iter();
        let texts = texts.map(|item| item["content"][0]["text"].as_str().unwrap().to_owned()).collect();
        (thread["title"].as_str().map(str::to_owned), texts)
    }
}

/// The next event.
async fn next(turn: &mut TurnCursor) -> Option<Value> {
    let frame = turn.next().await?;
    let json = std::str::from_utf8(&frame).unwrap().strip_prefix("data: ").unwrap();
    Some(serde_json::from_str(json).unwrap())
}

async fn until_delta(turn: &mut TurnCursor) {
    while next(turn).await.expect("the turn goes on")["update"]["type"]
        != "assistant_message.content_part.text_delta"
    {}
}

async fn rest(mut turn: TurnCursor) -> Vec<Value> {
    let mut events = Vec::new();
    while let Some(event) = next(&mut turn).await {
        events.push(event);
    }
    events
}

#[actix_rt::test]
async fn clients_of_an_actor_that_dies_see_an_error_and_the_end() {
    let bench = Bench::new();
    let mut turn = bench.create("wait").await;
    until_delta(&mut turn).await;
    let follow = FollowTurn { after: 0 };
    let following = bench.threads.ask(&bench.user, &bench.thread_id, follow).await;
    let mut second_client = following.unwrap().unwrap();
    bench.kill().await;
    let error = json!({"type": "error", "code": "stream.error", "allow_retry": true});
    assert_eq!(rest(turn).await, std::slice::from_ref(&error));
    until_delta(&mut second_client).await;
    assert_eq!(rest(second_client).await, [error]);
}

#[actix_rt::test]
async fn a_fresh_actor_has_everything_that_was_acknowledged() {
    let bench = Bench::new();
    rest(bench.create("one").await).await;
    let title = RenameThread { title: "Counting".to_owned() };
    bench.threads.ask(&bench.user, &bench.thread_id, title).await.unwrap();
    let mut turn = bench.say("wait").await.unwrap();
    until_delta(&mut turn).await;
    // What was streamed counts from the first draft on.
    while bench.store.thread(&bench.user, &bench.thread_id).await.unwrap().drafts.is_empty() {
        tokio::task::yield_now().await;
    }
    bench.kill().await;
    assert_eq!(
        bench.thread().await,
        (Some("Counting".to_owned()), ["one", "1", "wait", "3"].map(str::to_owned).to_vec())
    );
    // One more than is seen: the note that the answer was cut short.
    let events = rest(bench.say("go on").await.unwrap()).await;
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], "6");
    let record = bench.store.thread(&bench.user, &bench.thread_id).await.unwrap();
    assert_eq!((record.turn_open, record.drafts.len()), (false, 0));
    assert_eq!(bench.registry.num_live(), 1);
}

#[actix_rt::test]
async fn a_turn_that_stood_in_line_is_run_by_a_fresh_actor() {
    let bench = Bench::new();
    let mut turn = bench.create("wait").await;
    until_delta(&mut turn).await;
    let (waiting, ()) = tokio::join!(bench.say("two"), async {
        let observe = || bench.threads.ask(&bench.user, &bench.thread_id, Observe);
        while observe().await.unwrap().waiting == 0 {
            tokio::task::yield_now().await;
        }
        bench.kill().await;
    });
    let events = rest(waiting.unwrap()).await;
    assert_eq!(events[0]["item"]["content"][0]["text"], "two");
    assert_eq!(events.last().unwrap()["type"], "thread.item.done");
    let messages = bench.thread().await.1;
    assert_eq!(messages.iter().filter(|text| *text == "two").count(), 1, "{messages:?}");
}

#[actix_rt::test]
async fn what_was_emitted_counts_though_the_turn_is_cut_short_meanwhile() {
    let bench = Bench::new();
    let turn = bench.create("notes").await;
    bench.may.notify_one();
    bench.both.wait();
    // The only client leaves while both notes wait to be taken.
    drop(turn);
    bench.both.wait();
    rest(bench.say("one").await.unwrap()).await;
    let items = bench.store.recent_items(&bench.user, &bench.thread_id, 10).await.unwrap();
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    assert!(NOTES.iter().all(|note| ids.contains(note)), "{ids:?}");
}

#[actix_rt::test]
async fn a_turn_that_begins_while_its_thread_is_read_is_not_missed() {
    let inner = Arc::new(MemoryStore::new());
    let bench = Bench::on(Arc::clone(&inner) as Arc<dyn Store>);
    rest(bench.create("one").await).await;
    let (user, thread_id) = (bench.user.clone(), bench.thread_id.clone());

    // The first read, which is the reader's, is held until the test has gone on.
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait, was_held) = (Arc::clone(&asked), Arc::clone(&go_on), AtomicBool::new(false));
    let store = WatchedStore::new(inner, move || {
        let (tell, wait, is_first) =
            (Arc::clone(&tell), Arc::clone(&wait), !was_held.swap(true, Ordering::Relaxed));
        async move {
            if is_first {
                tell.notify_one();
                wait.notified().await;
            }
        }
        .boxed()
    });
    let bench = Bench { user, thread_id, ..Bench::on(Arc::new(store)) };
    let (followed, turn) =
        tokio::join!(bench.threads.read(&bench.user, &bench.thread_id, FollowTurn { after: 0 }), async {
            asked.notified().await;
            let turn = bench.say("wait").await.unwrap();
            go_on.notify_one();
            turn
        });
    let mut followed = followed.unwrap().expect("a turn runs");
    until_delta(&mut followed).await;
    drop(turn);
}

#[actix_rt::test]
async fn deleting_a_thread_ends_its_turn_and_needs_no_actor_when_none_lives() {
    let bench = Bench::new();
    let mut turn = bench.create("wait").await;
    until_delta(&mut turn).await;
    bench.threads.read(&bench.user, &bench.thread_id, DeleteThread).await.unwrap();
    assert!(rest(turn).await.iter().all(|event| event["type"] != "error"));
    let elsewhere = Bench::on(Arc::clone(&bench.store));
    rest(elsewhere.create("one").await).await;
    bench.threads.read(&elsewhere.user, &elsewhere.thread_id, DeleteThread).await.unwrap();
    assert_eq!(bench.registry.num_live(), 0);
    let gone = bench.store.thread(&elsewhere.user, &elsewhere.thread_id).await;
    assert!(matches!(gone, Err(StoreError::ThreadNotFound { .. })), "{gone:?}");
}

#[actix_rt::test]
async fn a_turn_without_an_answer_is_over_only_once_its_end_is_stored() {
    let inner = Arc::new(MemoryStore::new());
    let is_end = |change: &Change| matches!(change, Change::EndTurn { .. });
    let bench = Bench::on(Arc::new(WatchedStore::refusing(inner, is_end)));
    // An answered turn is over when the answer is stored: nobody can take it for an interrupted one.
    let types = |events: Vec<Value>| -> Vec<Value> {
        events.into_iter().map(|event| event["type"].clone()).collect()
    };
    let answered = types(rest(bench.create("one").await).await);
    assert!(!answered.contains(&json!("error")), "{answered:?}");
    let unanswered = types(rest(bench.say("say nothing").await.unwrap()).await);
    assert_eq!(unanswered.last(), Some(&json!("error")), "{unanswered:?}");
}

#[actix_rt::test]
async fn a_turn_without_an_answer_is_not_noted_as_interrupted() {
    let bench = Bench::new();
    rest(bench.create("say nothing").await).await;
    assert!(!bench.store.thread(&bench.user, &bench.thread_id).await.unwrap().turn_open);
    bench.kill().await;
    rest(bench.say("one").await.unwrap()).await;
    let items = bench.store.recent_items(&bench.user, &bench.thread_id, 10).await.unwrap();
    assert!(items.iter().all(|item| !item.is_hidden()), "{items:?}");
}

#[actix_rt::test]
async fn the_number_of_a_turn_that_was_refused_is_not_used_again() {
    let bench = Bench::new();
    rest(bench.create("one").await).await;
    let items = bench.store.recent_items(&bench.user, &bench.thread_id, 10).await.unwrap();
    let mut turn = bench.turn(|item_id, input| Opening::AddUserMessage { item_id, input }, "");
    let action = serde_json::from_value(json!({"type": "press"})).unwrap();
    turn.opening = Opening::CustomAction { item_id: Some(items[0].id.clone()), action };
    let refused = rest(bench.threads.start_turn(&bench.user, &bench.thread_id, turn).await.unwrap()).await;
    assert_eq!(refused.last().unwrap()["type"], "error");
    let record = bench.store.thread(&bench.user, &bench.thread_id).await.unwrap();
    assert_eq!((record.turn_no, record.turn_open), (2, false));
}

#[actix_rt::test]
async fn threads_are_spread_evenly_over_the_arbiters() {
    let mut bench = Bench::new();
    let mut turns = Vec::new();
    for _ in 0..6 {
        bench.thread_id = ThreadId::mint();
        turns.push((bench.thread_id.clone(), bench.create("wait").await));
    }
    let mut homes = HashMap::new();
    for (thread_id, _) in &turns {
        let home = bench.threads.ask(&bench.user, thread_id, LivesOn).await.unwrap();
        *homes.entry(home).or_insert(0) += 1;
    }
    assert_eq!(homes.into_values().collect::<Vec<_>>(), [3, 3]);
}

#[actix_rt::test]
async fn a_message_that_kills_every_actor_is_given_up() {
    let bench = Bench::new();
    rest(bench.create("one").await).await;
    let answer = bench.threads.ask(&bench.user, &bench.thread_id, Die).await;
    assert!(matches!(answer, Err(ThreadError::ActorDied { .. })), "{answer:?}");
    assert_eq!(bench.thread().await.1, ["one", "1"]);
}
