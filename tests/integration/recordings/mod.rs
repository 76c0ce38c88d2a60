//! Replays recordings of the reference server against the real service.
//!
//! `tests/fixtures/protocol/` holds what the reference (openai-chatkit 1.6.5) answered to requests,
//! with the script its responder played. Each recording is played again over a socket: through the
//! actor, the turn, the store and the serialiser. The answer, what the responder was asked, and
//! what is stored afterwards must be what was recorded, or what [`rules`] says in its place.

mod compare;
mod placeholders;
mod replay;
mod rules;
mod script;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use self::{replay::Stage, script::Player};
use crate::support::ServiceBuilder;

const FOLDER: &str = "tests/fixtures/protocol";

/// How many recordings there are; one that gets lost is missed.
const COUNT: usize = 175;

/// How many lines are shown of a recording that differs.
const SHOWN: usize = 8;

/// What happened at the reference, or should happen here.
#[derive(Clone, Deserialize)]
struct Recording {
    name: String,
    /// What the responder does.
    #[serde(default)]
    script: Value,
    /// The requests before the one in question.
    #[serde(default)]
    setup: Vec<Value>,
    #[serde(default)]
    request: Value,
    /// Takes the place of `request` where that would not be JSON, or not quite.
    raw_request: Option<String>,
    cancel: Option<Cancel>,
    /// Whether the service takes attachments.
    #[serde(default = "yes")]
    attachment_store: bool,
    response: Answer,
    /// What the responder was asked in answering the request.
    calls: Value,
    /// What is stored afterwards.
    stored: Value,
    our_rule: Option<OurRule>,
}

/// When the client hangs up.
#[derive(Clone, Deserialize)]
struct Cancel {
    after_events: usize,
}

/// How the request was answered.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Answer {
    Stream {
        events: Vec<Value>,
    },
    /// A stream that the client did not read to its end.
    Cancelled {
        events: Vec<Value>,
    },
    Json {
        body: Value,
    },
    /// The reference broke off; there is always a rule that says what we do.
    Exception,
    /// Our answer where the reference has an exception.
    #[serde(skip)]
    Refused {
        status: u16,
        code: String,
    },
}

/// What we do where the reference should not be followed.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum OurRule {
    Refuse { status: u16, error_code: String },
    Note { note: String },
}

const fn yes() -> bool {
    true
}

fn read_all() -> BTreeMap<String, Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let recording: Recording = serde_json::from_slice(&fs::read(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (recording.name.clone(), recording)
        })
        .collect()
}

#[expect(clippy::print_stdout, reason = "a test may say how much it did")]
#[actix_web::test]
async fn every_recording_of_the_reference_can_be_replayed() {
    let recorded = read_all();
    assert_eq!(recorded.len(), COUNT);
    let player = Player::default();
    let with_attachments = ServiceBuilder::default().start(player.clone());
    let without = ServiceBuilder { attachments: false, ..ServiceBuilder::default() }.start(player.clone());

    let mut differing = Vec::new();
    for recording in recorded.values() {
        let expected = rules::applied(recording, &recorded);
        let service = if recording.attachment_store { &with_attachments } else { &without };
        let stage = Arc::new(Stage::new(expected.script.clone()));
        player.enter(Arc::clone(&stage));
        let differences = replay::replay(&expected, service, &stage).await;
        if !differences.is_empty() {
            let mut lines = vec![recording.name.clone()];
            lines.extend(differences.iter().take(SHOWN).cloned());
            if differences.len() > SHOWN {
                lines.push(format!("… and {} more", differences.len() - SHOWN));
            }
            differing.push(lines.join("\n    "));
        }
    }
    let summary = format!("{} of {COUNT} recordings replayed", COUNT - differing.len());
    assert!(differing.is_empty(), "{summary}; these differ:\n{}", differing.join("\n"));
    println!("{summary}");
}
