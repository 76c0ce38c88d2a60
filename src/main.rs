//! The `actix-chatkit` command: reads the settings, starts the logs, runs what was asked for.

mod app;
mod cli;
mod config;
mod health;
mod telemetry;

use std::process::ExitCode;

use anyhow::Context;
use chatkit_load::mock_model::{self, MockModelSettings};

use self::{
    cli::{Cli, Command},
    config::{Config, LogConfig},
};

/// A turn makes some thousand small values, on several threads, for which the system's allocator takes
/// locks and asks the kernel for pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before anything else, and before any thread is there that might read the environment.
    let dotenv = dotenvy::dotenv();
    let cli = Cli::read();
    let outcome = match cli.command {
        None => serve(cli.config, dotenv),
        Some(Command::Serve(config)) => serve(*config, dotenv),
        Some(Command::MockModel(settings)) => serve_mock_model(settings, &cli.config.logs),
        Some(Command::Load(settings)) => chatkit_load::run(&settings),
        Some(Command::Health(settings)) => health::check(&settings),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(config: Config, dotenv: dotenvy::Result<std::path::PathBuf>) -> anyhow::Result<()> {
    telemetry::init(config.logs.log_format, &config.logs.log)?;
    match dotenv {
        Ok(path) => tracing::info!(path = %path.display(), "settings read from .env"),
        Err(error) if error.not_found() => {}
        // The error would quote the line, and with it the secret that may stand there.
        Err(dotenvy::Error::LineParse(..)) => anyhow::bail!(
            "the file .env cannot be read: a line is not `NAME=value`; values with spaces need quotation marks"
        ),
        Err(error) => return Err(error).context("the file .env cannot be read"),
    }
    actix_web::rt::System::new().block_on(app::serve(config))?;
    Ok(())
}

fn serve_mock_model(settings: MockModelSettings, logs: &LogConfig) -> anyhow::Result<()> {
    telemetry::init(logs.log_format, &logs.log)?;
    actix_web::rt::System::new().block_on(mock_model::serve(settings))?;
    Ok(())
}
