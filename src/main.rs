//! The `actix-chatkit` command: reads the settings, starts the logs, runs what was asked for.

mod app;
mod cli;
mod config;
mod health;
mod model_check;
mod services;
mod telemetry;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
#[cfg(feature = "load")]
use chatkit_load::mock_model::{self, MockModelSettings};
use clap::Parser;

use self::{
    cli::{Cli, Command, ConfigCommand, ModelCheck, ModelCommand},
    config::{Environment, Flags, Loaded},
    services::Services,
};

/// A turn makes some thousand small values on several threads. For these the system's allocator takes
/// locks and asks the kernel for pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outside_dotenv = Environment::names_of_process();
    // Before any other thread exists that might read the environment.
    let dotenv = dotenvy::dotenv();
    let settings = Settings { environment: Environment::of_process(&outside_dotenv), dotenv };
    match run(Cli::parse(), settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, settings: Settings) -> anyhow::Result<()> {
    match cli.command {
        None => serve(settings.load(cli.flags)?),
        Some(Command::Serve(flags)) => serve(settings.load(flags)?),
        Some(Command::Config(command)) => configure(command, settings),
        Some(Command::Model(ModelCommand::Check(check))) => check_model(check, settings),
        #[cfg(feature = "load")]
        Some(Command::MockModel(mock)) => serve_mock_model(mock, settings.load(cli.flags)?),
        #[cfg(feature = "load")]
        Some(Command::Load(settings)) => chatkit_load::run(&settings),
        Some(Command::Health(flags)) => {
            let server = settings.load(flags)?.loaded.config.server;
            health::check(server.host, server.port)
        }
    }
}

/// Where settings come from, flags aside.
struct Settings {
    environment: Environment,
    dotenv: dotenvy::Result<PathBuf>,
}

/// Settings, and the `.env` that had a part in them.
struct Read {
    loaded: Loaded,
    dotenv: Option<PathBuf>,
}

impl Settings {
    fn load(self, flags: Flags) -> anyhow::Result<Read> {
        let dotenv = match self.dotenv {
            Ok(path) => Some(path),
            Err(error) if error.not_found() => None,
            // The error would quote the line, and with it the secret that may stand there.
            Err(dotenvy::Error::LineParse(..)) => anyhow::bail!(
                "the file .env cannot be read: a line is not `NAME=value`; values with spaces need quotation marks"
            ),
            Err(error) => return Err(error).context("the file .env cannot be read"),
        };
        Ok(Read { loaded: config::load(flags, &self.environment)?, dotenv })
    }
}

fn serve(Read { loaded, dotenv }: Read) -> anyhow::Result<()> {
    telemetry::init(&loaded.config.logs);
    if let Some(path) = dotenv {
        tracing::info!(path = %path.display(), "settings read from .env");
    }
    if let Some(path) = &loaded.file {
        tracing::info!(path = %path.display(), "settings read from a file");
    }
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    actix_web::rt::System::new().block_on(app::serve(loaded.config))?;
    Ok(())
}

fn configure(command: ConfigCommand, settings: Settings) -> anyhow::Result<()> {
    let text = match command {
        ConfigCommand::Check(flags) => {
            let mut loaded = settings.load(flags)?.loaded;
            actix_web::rt::System::new().block_on(services::name_model(&mut loaded.config))?;
            Services::new(&loaded.config)?;
            let warnings = loaded.warnings.iter().map(|warning| format!("warning: {warning}\n"));
            warnings.chain(["the settings are valid\n".to_owned()]).collect()
        }
        ConfigCommand::Show(flags) => config::show(&settings.load(flags)?.loaded),
        ConfigCommand::Docs { root } => {
            return config::write_documents(&root)
                .with_context(|| format!("the documents cannot be written below `{}`", root.display()));
        }
    };
    io::stdout().write_all(text.as_bytes()).context("standard output is closed")
}

fn check_model(ModelCheck { json, flags }: ModelCheck, settings: Settings) -> anyhow::Result<()> {
    let mut loaded = settings.load(flags)?.loaded;
    telemetry::init(&loaded.config.logs);
    let report = actix_web::rt::System::new().block_on(async {
        services::name_model(&mut loaded.config).await?;
        let services = Services::new(&loaded.config)?;
        let api = services.api.context("no language model is configured")?;
        anyhow::Ok(model_check::check(services.model, api).await)
    })?;
    let text = if json { serde_json::to_string_pretty(&report)? + "\n" } else { report.to_string() };
    io::stdout().write_all(text.as_bytes()).context("standard output is closed")?;
    anyhow::ensure!(report.has_text(), "the model gave no text");
    Ok(())
}

#[cfg(feature = "load")]
fn serve_mock_model(mock: MockModelSettings, Read { loaded, .. }: Read) -> anyhow::Result<()> {
    telemetry::init(&loaded.config.logs);
    actix_web::rt::System::new().block_on(mock_model::serve(mock))?;
    Ok(())
}
