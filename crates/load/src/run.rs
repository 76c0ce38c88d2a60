//! A run from its start to its summary: starts the workers, watches them, ends them.

use std::{
    io::Write,
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use anyhow::Context;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    client::Shared,
    clock::Clock,
    mix::{Mix, ScenarioChoice},
    picture,
    process::Usage,
    progress::{INTERVAL, Progress},
    recorder::{Live, Recorder},
    report::{Held, Report, Samples},
    settings::LoadSettings,
    worker::Worker,
};

/// How often the server's memory is read.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(250);

/// Runs a load test and writes its summary to standard output.
pub fn run(settings: &LoadSettings) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(drive(settings))?;
    let text = if settings.json { report.json() } else { report.text() };
    std::io::stdout().lock().write_all(text.as_bytes()).context("the summary cannot be written")?;
    anyhow::ensure!(report.saw_a_turn(), "not one turn came to its end");
    Ok(())
}

async fn drive(settings: &LoadSettings) -> anyhow::Result<Report> {
    let mix = match &settings.mix {
        Some(mix) if settings.scenario == ScenarioChoice::Mixed => mix.clone(),
        _ => Mix::of(settings.scenario).context("a mixed run needs --mix")?,
    };
    let mix = match &settings.message {
        Some(message) => mix.saying(message),
        None => mix,
    };
    let mut samples = Samples { start: settings.pid.and_then(Usage::of), ..Samples::default() };
    anyhow::ensure!(
        settings.pid.is_none() || samples.start.is_some(),
        "--pid: there is no such process, or the system does not tell of it"
    );
    let stop = stop_on_signal()?;
    let live = Arc::new(Live::default());
    let mut progress = Progress::new(settings.quiet);
    let mut workers = start_workers(settings, &mix, &live, &stop)?;

    progress.say("preparing");
    for _ in &workers.starts {
        let ready = workers.ready.recv().await.context("a worker died")?;
        ready.with_context(|| format!("{} cannot be driven", settings.url.url))?;
    }
    let clock = Arc::new(Clock::start(settings, stop));
    for start in workers.starts {
        // A worker that has died is noticed below.
        let _ = start.send(Arc::clone(&clock));
    }
    let mut working = Box::pin(workers.results.collect());
    let mut telling = interval(INTERVAL);
    let mut sampling = interval(SAMPLE_INTERVAL);
    telling.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sampling.set_missed_tick_behavior(MissedTickBehavior::Delay);
    telling.tick().await;
    let mut held = Held::default();
    let recorder = loop {
        let until = clock.measured_until.unwrap_or(clock.measured_from);
        tokio::select! {
            biased;
            () = sleep_until(clock.measured_from), if samples.from.is_none() => {
                samples.from = Some(sample(settings, &live));
            }
            () = sleep_until(until), if clock.measured_until.is_some() && samples.until.is_none() => {
                samples.until = Some(sample(settings, &live));
            }
            recorder = &mut working => break recorder?,
            _ = telling.tick() => progress.tell(&clock, &live),
            _ = sampling.tick() => {
                let usage = settings.pid.and_then(Usage::of);
                held.look(live.active.load(Ordering::Relaxed), usage);
            }
        }
    };
    progress.end();
    samples.until.get_or_insert_with(|| sample(settings, &live));
    samples.from.get_or_insert_with(|| sample(settings, &live));
    samples.end = settings.pid.and_then(Usage::of);
    samples.held = held;
    Ok(Report::new(settings, &mix, &recorder, samples))
}

fn sample(settings: &LoadSettings, live: &Live) -> super::report::Sample {
    super::report::Sample {
        at: Instant::now(),
        completed: live.completed.load(Ordering::Relaxed),
        server: settings.pid.and_then(Usage::of),
        own: Usage::own(),
    }
}

/// The workers, as they are started.
struct Workers {
    ready: mpsc::UnboundedReceiver<Result<(), super::error::TurnError>>,
    starts: Vec<oneshot::Sender<Arc<Clock>>>,
    results: Results,
}

/// The results of the workers, once they end.
struct Results(Vec<oneshot::Receiver<Recorder>>);

impl Results {
    async fn collect(self) -> anyhow::Result<Recorder> {
        let mut all = Recorder::default();
        for result in self.0 {
            all.add(result.await.context("a worker died")?);
        }
        Ok(all)
    }
}

fn start_workers(
    settings: &LoadSettings,
    mix: &Mix,
    live: &Arc<Live>,
    stop: &CancellationToken,
) -> anyhow::Result<Workers> {
    let holds = settings.scenario == ScenarioChoice::Hold;
    let workers = u32::from(settings.threads);
    let picture = picture::png();
    let (ready_sender, ready) = mpsc::unbounded_channel();
    let mut starts = Vec::new();
    let mut results = Vec::new();
    for index in 0..workers {
        let worker = Worker {
            index,
            workers,
            clients: settings.clients,
            rate: settings.rate,
            ramp: settings.ramp,
            mix: mix.clone(),
            live: Arc::clone(live),
            stop: stop.clone(),
        };
        let (start_sender, start) = oneshot::channel();
        let (result_sender, result) = oneshot::channel();
        let shared = Shared::new(settings, picture.clone(), holds);
        let ready = ready_sender.clone();
        thread::Builder::new()
            .name(format!("load-{index}"))
            .spawn(move || {
                // If the run has failed, nobody waits for this.
                let _ = result_sender.send(worker.run(shared, &ready, start));
            })
            .context("a worker cannot be started")?;
        starts.push(start_sender);
        results.push(result);
    }
    Ok(Workers { ready, starts, results: Results(results) })
}

/// A token that the first Ctrl+C or SIGTERM cancels; the second ends the process at once.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let asked = stop.clone();
    tokio::spawn(async move {
        for _ in 0..2 {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if asked.is_cancelled() {
                std::process::exit(130);
            }
            asked.cancel();
        }
    });
    Ok(stop)
}
