//! The command line: which commands there are, and the help they share.

use chatkit_load::{LoadSettings, mock_model::MockModelSettings};
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand, builder::Resettable};

use crate::{config::Config, health::HealthSettings};

/// A self-hosted ChatKit server with a weather & image assistant.
///
/// Without any setting it runs offline, with a built-in demo model, at http://localhost:8001. Set
/// AZURE_OPENAI_ENDPOINT, OPENAI_API_KEY or OPENAI_BASE_URL to give it a real language model.
///
/// Every flag can also be set by the environment variable named beside it, or in a file `.env`.
#[derive(Debug, Parser)]
#[command(name = "actix-chatkit", version, about, long_about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; without it, `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings of `serve`.
    #[command(flatten)]
    pub config: Config,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (the default)
    Serve(Box<Config>),
    /// Run a stand-in for a language model, for load tests
    MockModel(MockModelSettings),
    /// Drive a ChatKit endpoint and say how fast it answers
    Load(Box<LoadSettings>),
    /// Ask a running service whether it can serve; ends with 0 if it can
    Health(HealthSettings),
}

impl Cli {
    /// Reads the command line and the environment; ends the process when they cannot be understood,
    /// or to show the help.
    pub fn read() -> Self {
        let command = with_set_variables_only(Self::command());
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }
}

/// The command without variables that are set to nothing: compose files and shells pass those on where
/// nobody said anything, and the default is meant.
fn with_set_variables_only(command: clap::Command) -> clap::Command {
    let only_set = |argument: Arg| match argument.get_env() {
        Some(name) if std::env::var_os(name).is_some_and(|value| value.is_empty()) => {
            argument.env(Resettable::Reset)
        }
        _ => argument,
    };
    let with_set_only = |command: clap::Command| command.mut_args(only_set);
    with_set_only(command).mut_subcommand("serve", with_set_only).mut_subcommand("health", with_set_only)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_settings_of_the_server_stand_with_and_without_its_command() {
        for arguments in [&["actix-chatkit", "--port", "7"][..], &["actix-chatkit", "serve", "--port", "7"]] {
            let cli = Cli::try_parse_from(arguments).unwrap();
            let config = match cli.command {
                Some(Command::Serve(config)) => *config,
                _ => cli.config,
            };
            assert_eq!(config.server.port, 7, "{arguments:?}");
        }
    }
}
