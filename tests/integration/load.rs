//! The load tester against the real service, with the stand-in for a model behind it.

use std::process::{ExitStatus, Stdio};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStderr, Command},
};

use crate::support::{PATIENCE, Process, ProcessBuilder, eventually};

/// A service and the model it asks.
struct Stage {
    service: Process,
    _mock: Process,
}

async fn stage(mock: &[&str]) -> Stage {
    let tokens = if mock.contains(&"--tokens") { &[][..] } else { &["--tokens", "12"] };
    let command = [&["mock-model", "--port", "0"], tokens, mock].concat();
    let mock = ProcessBuilder::default().arguments(command).start().await;
    let service = ProcessBuilder::default()
        .set("OPENAI_BASE_URL", format!("http://127.0.0.1:{}/v1", mock.port()))
        .set("MODEL_TIMEOUT", "1")
        .start()
        .await;
    Stage { service, _mock: mock }
}

impl Stage {
    fn load(&self, arguments: &[&str]) -> ProcessBuilder {
        let url = format!("http://127.0.0.1:{}/chatkit", self.service.port());
        let command = ["load", &url].into_iter().chain(arguments.iter().copied());
        ProcessBuilder::default().arguments(command)
    }

    /// Runs the load tester and gives its result, which must have this many turns.
    async fn measure(&self, turns: u64, arguments: &[&str]) -> Value {
        let (exit, text) = self.load(&[arguments, &["--json", "--quiet"]].concat()).run().await;
        assert!(exit.status.success(), "{}", exit.log.text());
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&report["turns"], &report["errors"]), (&turns.into(), &json!({})), "{report}");
        report
    }

    async fn num_threads(&self) -> usize {
        let list = self.service.client().ask("threads.list", json!({"limit": 100})).await;
        list["data"].as_array().unwrap().len()
    }
}

#[actix_web::test]
async fn every_scenario_is_played_to_its_end() {
    let stage = stage(&[]).await;
    let pid = stage.service.id().to_string();
    let plain = stage.measure(6, &["--scenario", "create", "-c", "3", "-n", "6", "--pid", &pid]).await;
    assert_eq!((&plain["deltas"], &plain["widgets"]), (&json!(6 * 12), &json!(0)));
    assert_eq!(plain["delta_gap_ms"]["count"], 6 * 11);
    for times in ["first_event_ms", "first_delta_ms", "turn_ms"] {
        assert_eq!(plain[times]["count"], 6, "{times}");
    }
    let median = |times: &str| plain[times]["p50"].as_f64().unwrap();
    assert!(median("first_event_ms") <= median("first_delta_ms"));
    assert!(median("first_delta_ms") <= median("turn_ms"));
    assert!(plain["server"]["rss_bytes_most"].as_u64().unwrap() > 1 << 20, "{plain}");
    assert_eq!(stage.num_threads().await, 6, "each turn is a thread of its own");

    let weather = stage.measure(4, &["--scenario", "weather", "-c", "2", "-n", "4"]).await;
    assert_eq!((&weather["widgets"], &weather["deltas"]), (&json!(4), &json!(4 * 12)));
    let cities = stage.measure(4, &["--scenario", "city-action", "-c", "2", "-n", "4"]).await;
    assert_eq!(cities["widgets"], 4);
    let image = stage.measure(2, &["--scenario", "image", "-c", "1", "-n", "2"]).await;
    assert_eq!(image["upload_ms"]["count"], 2);
    assert_eq!(stage.num_threads().await, 6 + 4 + 2 + 2, "city actions stay in the threads they began");
}

#[actix_web::test]
async fn a_thread_is_continued_as_long_as_it_is_told_to() {
    let stage = stage(&[]).await;
    let arguments =
        ["--scenario", "continue", "-c", "1", "-n", "5", "--turns-per-thread", "3", "--prefill", "4"];
    stage.measure(5, &arguments).await;
    let client = stage.service.client();
    let mut lengths = Vec::new();
    let threads = client.ask("threads.list", json!({"limit": 10, "order": "asc"})).await;
    for thread in threads["data"].as_array().unwrap() {
        lengths.push(client.items(thread["id"].as_str().unwrap()).await.len());
    }
    assert_eq!(lengths, [2 * (4 + 3), 2 * (4 + 2)]);
}

#[actix_web::test]
async fn a_mixed_run_has_the_shares_of_its_file() {
    let stage = stage(&[]).await;
    let load =
        stage.load(&["--scenario", "mixed", "--mix", "mix.json", "-c", "4", "-n", "40", "--json", "-q"]);
    let mix = json!({"continue": 6, "weather": {"weight": 3, "message": "Weather in Oslo?"}, "image": 1});
    std::fs::write(load.folder.path().join("mix.json"), mix.to_string()).unwrap();
    let (exit, text) = load.run().await;
    assert!(exit.status.success(), "{}", exit.log.text());
    let report: Value = serde_json::from_str(&text).unwrap();
    let turns = |name: &str| report["by_scenario"][name]["turns"].as_i64().unwrap();
    assert_eq!(turns("continue") + turns("weather") + turns("image"), 40, "{report}");
    for (name, expected) in [("continue", 24), ("weather", 12), ("image", 4)] {
        assert!((turns(name) - expected).abs() <= 2, "{name}: {report}");
    }
    assert_eq!(report["widgets"], report["by_scenario"]["weather"]["turns"]);

    let (exit, _) = stage.load(&["--scenario", "mixed", "--mix", "missing.json"]).run().await;
    assert!(exit.log.text().contains("missing.json"), "{}", exit.log.text());
}

#[actix_web::test]
async fn an_open_loop_begins_turns_at_its_rate_whatever_the_server_does() {
    // A turn takes 400 ms: one client could begin five in two seconds.
    let stage = stage(&["--first-token-ms", "400"]).await;
    let report = stage.measure(40, &["--rate", "20", "-d", "2", "--threads", "2"]).await;
    assert!(report["most_at_once"].as_u64().unwrap() >= 5, "{report}");
    assert!(report["turn_ms"]["min"].as_f64().unwrap() >= 400.0, "{report}");
}

#[actix_web::test]
async fn a_server_that_stands_still_is_charged_with_the_turns_it_kept_waiting() {
    let stage = stage(&[]).await;
    let mut run = Run::start(&stage, &["--rate", "50", "-d", "3", "--json"]);
    run.has_turns().await;
    // It stands still until 30 of the 150 turns wait for it: the first of them for 0.6 s.
    signal("STOP", stage.service.id()).await;
    run.has_active(30).await;
    signal("CONT", stage.service.id()).await;
    let (status, text) = run.ended().await;
    assert!(status.success());
    let report: Value = serde_json::from_str(&text).unwrap();
    assert!(report["turns"].as_u64().unwrap() >= 145, "{report}");
    assert!(report["turn_ms"]["p90"].as_f64().unwrap() >= 250.0, "{report}");
}

#[actix_web::test]
async fn frames_are_sent_as_they_are_made() {
    let stage = stage(&["--tokens", "50", "--pace-ms", "10"]).await;
    let report = stage.measure(4, &["-c", "1", "-n", "4"]).await;
    // Where a frame waits for the acknowledgement of the one before, they come in heaps, 40 ms apart.
    let median = report["delta_gap_ms"]["p50"].as_f64().unwrap();
    assert!((5.0..25.0).contains(&median), "{report}");
}

#[actix_web::test]
async fn streams_are_held_all_at_once_to_the_end_of_the_run() {
    let stage = stage(&["--tokens", "10000", "--pace-ms", "50"]).await;
    let pid = stage.service.id().to_string();
    let arguments =
        ["--scenario", "hold", "-c", "40", "-d", "2", "--ramp", "0.5", "--pid", &pid, "--json", "-q"];
    let (exit, text) = stage.load(&arguments).run().await;
    assert!(exit.status.success(), "{}", exit.log.text());
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&report["held"], &report["most_at_once"], &report["errors"]),
        (&json!(40), &json!(40), &json!({}))
    );
    assert!(report["delta_gap_ms"]["count"].as_u64().unwrap() > 40, "{report}");
    assert!(report["server"]["rss_bytes_per_turn_at_once"].is_number(), "{report}");
}

#[actix_web::test]
async fn failures_are_counted_by_their_kind() {
    let cases = [
        (&["--fail", "429:1", "--retry-after", "600"][..], "event "),
        (&["--fail", "500:1"], "event "),
        (&["--fail", "cut:1"], "event "),
        (&["--fail", "stall:1"], "event "),
    ];
    for (mock, kind) in cases {
        let stage = stage(mock).await;
        let (exit, text) = stage.load(&["-c", "2", "-n", "2", "--json", "-q"]).run().await;
        assert!(!exit.status.success(), "{mock:?}: a run without a turn is none");
        let report: Value = serde_json::from_str(&text).unwrap();
        let errors = report["errors"].as_object().unwrap();
        assert_eq!(report["failed"], 2, "{mock:?}: {report}");
        assert!(errors.keys().all(|name| name.starts_with(kind)), "{mock:?}: {report}");
        assert_eq!(report["turn_ms"], Value::Null, "the time of a failure is no time of a turn");
    }
}

#[actix_web::test]
async fn refusals_and_timeouts_are_told_apart() {
    let stage = stage(&["--first-token-ms", "900"]).await;
    let (_, text) = stage.load(&["-c", "1", "-n", "1", "--timeout", "0.2", "--json", "-q"]).run().await;
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["errors"], json!({"timeout": 1}));

    let url = format!("http://127.0.0.1:{}/nowhere", stage.service.port());
    let (_, text) =
        ProcessBuilder::default().arguments(["load", &url, "-c", "1", "-n", "1", "--json", "-q"]).run().await;
    let report: Value = serde_json::from_str(&text).unwrap();
    assert!(
        report["errors"].as_object().unwrap().keys().all(|kind| kind.starts_with("status 4")),
        "{report}"
    );

    let gone = format!("http://127.0.0.1:{}/chatkit", stage.service.port());
    stage.service.stop().await;
    let (exit, text) = ProcessBuilder::default()
        .arguments(["load", &gone, "-c", "1", "-n", "1", "--json", "-q"])
        .run()
        .await;
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["errors"], json!({"connect": 1}));
    assert_eq!(exit.status.code(), Some(1));
}

#[actix_web::test]
async fn a_run_that_is_stopped_tells_what_it_saw_so_far() {
    let stage = stage(&[]).await;
    let mut run = Run::start(&stage, &["-c", "2", "-d", "600"]);
    run.has_turns().await;
    // What Ctrl+C sends.
    signal("INT", run.child.id().unwrap()).await;
    let (status, summary) = run.ended().await;
    assert!(status.success());
    for part in ["turns ", "per second", "first delta", "p99"] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
}

/// A run that is watched while it goes on.
struct Run {
    child: Child,
    progress: Lines<BufReader<ChildStderr>>,
}

impl Run {
    fn start(stage: &Stage, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_actix-chatkit"))
            .arg("load")
            .arg(stage.service.client().url("/chatkit"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let progress = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, progress }
    }

    /// Waits until the progress tells of turns that ended.
    async fn has_turns(&mut self) {
        eventually("turns that ended", async || {
            let line = self.progress.next_line().await.unwrap().expect("the run goes on");
            (line.contains("turns/s") && !line.ends_with("| 0 done")).then_some(())
        })
        .await;
    }

    /// Waits until the progress tells of this many turns at once.
    async fn has_active(&mut self, number: u64) {
        eventually("turns at once", async || {
            let line = self.progress.next_line().await.unwrap().expect("the run goes on");
            let active = line.split(" | ").find_map(|part| part.strip_suffix(" active"))?;
            (active.parse::<u64>().unwrap() >= number).then_some(())
        })
        .await;
    }

    /// Waits for the end; gives what was written to standard output.
    async fn ended(mut self) -> (ExitStatus, String) {
        let mut stdout = self.child.stdout.take().unwrap();
        let mut text = String::new();
        let reading = async { while self.progress.next_line().await.unwrap().is_some() {} };
        let ending =
            async { tokio::join!(self.child.wait(), stdout.read_to_string(&mut text), reading).0.unwrap() };
        let status = tokio::time::timeout(PATIENCE, ending).await.expect("it does not end");
        (status, text)
    }
}

async fn signal(name: &str, id: u32) {
    let command = format!("kill -{name} {id}");
    assert!(Command::new("/bin/sh").args(["-c", &command]).status().await.unwrap().success());
}
