//! Reads CPU time, memory and open files of a process and its descendants from `/proc`. Linux only.

use std::{
    collections::{HashMap, HashSet},
    fs,
    time::Duration,
};

use serde::Serialize;

/// How many ticks make a second in the CPU times that Linux reports, on every architecture that Rust supports.
const TICKS_PER_SECOND: u64 = 100;

/// What a process and its descendants use at one moment.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Usage {
    /// CPU time since they began, including that of descendants that have ended.
    #[serde(rename = "cpu_seconds", serialize_with = "as_seconds")]
    pub cpu: Duration,
    /// Resident memory in bytes. Memory that processes share is counted once for each.
    pub rss_bytes: u64,
    /// The number of processes.
    pub processes: u64,
    /// Their threads.
    pub threads: u64,
    /// Their open files and sockets.
    pub files: u64,
}

fn as_seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// One line of `/proc/PID/stat`, as far as it is needed.
struct Stat {
    parent: u32,
    ticks: u64,
    /// CPU time of children that ended and were waited for.
    ended_ticks: u64,
    threads: u64,
}

impl Usage {
    /// What a process and its descendants use. `None` if the process is gone, or the system does not say.
    pub fn of(pid: u32) -> Option<Self> {
        let stats = processes();
        stats.get(&pid)?;
        let mut family = HashSet::from([pid]);
        loop {
            let children: Vec<_> = stats
                .iter()
                .filter(|(id, stat)| family.contains(&stat.parent) && !family.contains(*id))
                .map(|(id, _)| *id)
                .collect();
            if children.is_empty() {
                break;
            }
            family.extend(children);
        }
        let mut usage = Self::default();
        for id in family {
            let stat = &stats[&id];
            let milliseconds = (stat.ticks + stat.ended_ticks) * 1000 / TICKS_PER_SECOND;
            usage.cpu += Duration::from_millis(milliseconds);
            usage.threads += stat.threads;
            usage.processes += 1;
            usage.rss_bytes += rss_bytes(id).unwrap_or_default();
            usage.files += fs::read_dir(format!("/proc/{id}/fd")).map_or(0, |files| files.count() as u64);
        }
        Some(usage)
    }

    /// What this process uses.
    pub fn own() -> Option<Self> {
        Self::of(std::process::id())
    }
}

fn processes() -> HashMap<u32, Stat> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return HashMap::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| Some((id, stat(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)?)))
        .collect()
}

/// Reads a line such as `1234 (a name) S 1 …`. The name may hold spaces and brackets.
fn stat(line: &str) -> Option<Stat> {
    let (_, rest) = line.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // Numbered from the state, which the manual counts as the third field.
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(Stat {
        parent: u32::try_from(number(4)?).ok()?,
        ticks: number(14)? + number(15)?,
        ended_ticks: number(16)? + number(17)?,
        threads: number(20)?,
    })
}

fn rss_bytes(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        hint::black_box,
        process::{Command, Stdio},
        time::Instant,
    };

    use super::*;

    /// Asks for as long as a busy machine may need.
    fn eventually(mut probe: impl FnMut() -> Option<Usage>) -> Usage {
        let started = Instant::now();
        loop {
            if let Some(usage) = probe() {
                return usage;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "it is never counted");
            std::thread::yield_now();
        }
    }

    #[test]
    fn cpu_time_and_memory_of_this_process_are_told() {
        let before = Usage::own().unwrap();
        let block = vec![1_u8; 64 << 20];
        let after = eventually(|| {
            black_box(block.iter().step_by(64).map(|byte| u64::from(*byte)).sum::<u64>());
            Usage::own().filter(|usage| usage.cpu > before.cpu)
        });
        assert!(after.rss_bytes >= before.rss_bytes + (32 << 20), "{before:?} {after:?}");
        assert!(after.threads >= 1 && after.files >= 3);
    }

    #[test]
    fn processes_that_were_started_are_counted_in() {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", "cat | cat; true"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        eventually(|| Usage::of(shell.id()).filter(|usage| usage.processes == 3));
        // They end with their input.
        drop(shell.stdin.take());
        shell.wait().unwrap();
        assert!(Usage::of(u32::MAX).is_none());
    }

    #[test]
    fn a_name_with_brackets_and_spaces_confuses_nobody() {
        let line = "12 (a) b (c)) S 7 12 12 0 -1 4194560 1 2 3 4 100 50 5 6 20 0 3 0 1 2 3";
        let stat = stat(line).unwrap();
        assert_eq!((stat.parent, stat.ticks, stat.ended_ticks, stat.threads), (7, 150, 11, 3));
    }
}
