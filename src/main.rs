//! The `actix-chatkit` command: reads the settings, starts the logs, runs the service.

use std::process::ExitCode;

use actix_chatkit::{
    app,
    config::{Cli, Command},
    telemetry,
};
use anyhow::Context;

fn main() -> ExitCode {
    // Before anything else, and before any thread is there that might read the environment.
    let dotenv = dotenvy::dotenv();
    let cli = Cli::read();
    match run(cli, dotenv) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, dotenv: dotenvy::Result<std::path::PathBuf>) -> anyhow::Result<()> {
    let config = match cli.command {
        Some(Command::Serve(config)) => *config,
        None => cli.config,
    };
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
