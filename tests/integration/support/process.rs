//! The real binary in a process of its own: its environment is what a test sets and nothing else,
//! its working directory a folder of its own.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
};

use super::{Client, PATIENCE};

/// What a process is started with.
#[derive(Clone)]
pub struct ProcessBuilder {
    settings: BTreeMap<String, String>,
    arguments: Vec<String>,
    pub folder: Arc<TempDir>,
}

/// A service in a process of its own. It is killed when it is dropped, and its files go with the
/// last of those that share its folder.
pub struct Process {
    child: Child,
    port: u16,
    lines: watch::Receiver<Vec<String>>,
    pub folder: Arc<TempDir>,
}

/// How a process ended, and all that it wrote.
pub struct Exit {
    pub status: ExitStatus,
    pub log: Log,
}

/// What a process wrote to standard error, line by line.
#[derive(Debug)]
pub struct Log(Vec<String>);

impl Default for ProcessBuilder {
    /// A service on any free port, with sample weather and logs that can be read here.
    fn default() -> Self {
        super::prepare_tls();
        Self { settings: BTreeMap::new(), arguments: Vec::new(), folder: Arc::new(TempDir::new().unwrap()) }
            .set("SERVER_PORT", "0")
            .set("WEATHER_SOURCE", "sample")
            .set("LOG_FORMAT", "json")
            .set("PATH", std::env::var("PATH").unwrap_or_default())
    }
}

impl ProcessBuilder {
    /// Sets a variable of the environment.
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// Works on the files of an earlier process.
    pub fn in_folder(mut self, folder: Arc<TempDir>) -> Self {
        self.folder = folder;
        self
    }

    /// Takes a variable out of the environment.
    pub fn unset(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    /// Puts a folder first among those that programs are looked for in.
    pub fn first_on_path(self, folder: &Path) -> Self {
        let path = format!("{}:{}", folder.display(), self.settings["PATH"]);
        self.set("PATH", path)
    }

    /// Puts these on the command line: another command than the service, for example.
    pub fn arguments<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    /// Runs the command to its end; gives how it ended and what it wrote to standard output.
    pub async fn run(self) -> (Exit, String) {
        let mut child = self.command().stdout(Stdio::piped()).spawn().unwrap();
        let lines = read_lines(child.stderr.take().unwrap());
        let mut stdout = child.stdout.take().unwrap();
        let mut text = String::new();
        let (exit, read) = tokio::join!(ended(child, lines), stdout.read_to_string(&mut text));
        read.unwrap();
        (exit, text)
    }

    /// Starts the service and waits until it listens.
    pub async fn start(self) -> Process {
        let (child, lines) = self.spawn();
        let mut process = Process { child, port: 0, lines, folder: self.folder };
        let line = process.logged("listening on http://").await;
        let port = line.split("listening on http://").nth(1).and_then(|rest| {
            let rest = rest.split_once(':')?.1;
            rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
        });
        process.port = port.unwrap_or_else(|| panic!("no port in {line}"));
        process
    }

    /// Starts a service that cannot run, and waits until it gave up.
    pub async fn fail_to_start(self) -> Exit {
        let (child, lines) = self.spawn();
        ended(child, lines).await
    }

    fn spawn(&self) -> (Child, watch::Receiver<Vec<String>>) {
        let mut child = self.command().spawn().unwrap();
        let lines = read_lines(child.stderr.take().unwrap());
        (child, lines)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_actix-chatkit"));
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.settings)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

impl Process {
    pub async fn start() -> Self {
        ProcessBuilder::default().start().await
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// The most memory that it has held so far, in MiB; only Linux tells it.
    #[cfg(target_os = "linux")]
    pub fn peak_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    pub fn client(&self) -> Client {
        Client::new(&format!("http://127.0.0.1:{}", self.port), "demo_user")
    }

    /// Waits until a line was logged that contains `part`.
    pub async fn logged(&self, part: &str) -> String {
        let holds = |line: &String| line.contains(part);
        let mut lines = self.lines.clone();
        let waiting = lines.wait_for(|lines| lines.iter().any(holds));
        let waited = tokio::time::timeout(PATIENCE, waiting).await.expect("the line does not come");
        let found = waited.ok().and_then(|lines| lines.iter().find(|line| holds(line)).cloned());
        found.unwrap_or_else(|| panic!("the process ended: {:?}", self.lines.borrow()))
    }

    /// Sends SIGTERM.
    pub async fn terminate(&self) {
        // The shell's own `kill`: there is no safe call for it in the standard library, and the
        // program of that name is not on every machine.
        let killed =
            Command::new("/bin/sh").arg("-c").arg(format!("kill -TERM {}", self.id())).status().await;
        assert!(killed.unwrap().success());
    }

    /// Waits for the end.
    pub async fn ended(self) -> Exit {
        ended(self.child, self.lines).await
    }

    /// Stops the service in order.
    pub async fn stop(self) -> Exit {
        self.terminate().await;
        self.ended().await
    }

    /// Kills the service (SIGKILL): it can do nothing more.
    pub async fn kill(mut self) -> Exit {
        self.child.start_kill().unwrap();
        self.ended().await
    }
}

async fn ended(mut child: Child, mut lines: watch::Receiver<Vec<String>>) -> Exit {
    let ending = async {
        let status = child.wait().await.unwrap();
        // The last lines are read when the reader has gone.
        while lines.changed().await.is_ok() {}
        Exit { status, log: Log(lines.borrow().clone()) }
    };
    tokio::time::timeout(PATIENCE, ending).await.expect("the process does not end")
}

fn read_lines(stderr: impl AsyncRead + Unpin + 'static) -> watch::Receiver<Vec<String>> {
    let (sender, receiver) = watch::channel(Vec::new());
    actix_web::rt::spawn(async move {
        let mut lines = BufReader::new(stderr).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            sender.send_modify(|lines| lines.push(line));
        }
    });
    receiver
}

impl Log {
    /// All of it, as it was written.
    pub fn text(&self) -> String {
        self.0.join("\n")
    }

    /// The lines of a level, `ERROR` for example.
    pub fn of_level(&self, level: &str) -> Vec<Value> {
        self.entries().filter(|entry| entry["level"] == level).collect()
    }

    /// The lines with a message that contains `part`.
    pub fn about(&self, part: &str) -> Vec<Value> {
        self.entries().filter(|entry| entry["message"].as_str().unwrap_or_default().contains(part)).collect()
    }

    fn entries(&self) -> impl Iterator<Item = Value> {
        self.0.iter().filter_map(|line| serde_json::from_str(line).ok())
    }

    /// Checks that none of `secrets` was written.
    pub fn assert_free_of(&self, secrets: &[&str]) {
        for line in &self.0 {
            for secret in secrets {
                assert!(!line.contains(secret), "`{secret}` stands in the log: {line}");
            }
        }
    }
}
