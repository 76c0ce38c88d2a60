//! The command line: which commands there are, and the help they share.

use std::path::PathBuf;

#[cfg(feature = "load")]
use chatkit_load::{LoadSettings, mock_model::MockModelSettings};
use clap::{Args, Parser, Subcommand};

use crate::config::Flags;

/// A self-hosted ChatKit server with a weather & image assistant.
///
/// Without any setting it runs offline, with a built-in demo model, at http://localhost:8001. Set
/// AZURE_OPENAI_ENDPOINT, OPENAI_API_KEY or OPENAI_BASE_URL to give it a real language model.
///
/// Every flag can also be set by the environment variable named beside it, in a file `.env`, or in
/// `actix-chatkit.toml`.
#[derive(Debug, Parser)]
#[command(name = "actix-chatkit", version, about, long_about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// The command; without one, `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings of `serve`.
    #[command(flatten)]
    pub flags: Flags,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (the default)
    Serve(Flags),
    /// Check, show or document the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Try the language model
    #[command(subcommand)]
    Model(ModelCommand),
    /// Run a stand-in for a language model, for load tests
    #[cfg(feature = "load")]
    MockModel(MockModelSettings),
    /// Drive a ChatKit endpoint and say how fast it answers
    #[cfg(feature = "load")]
    Load(Box<LoadSettings>),
    /// Ask a running service whether it can serve; ends with 0 if it can
    ///
    /// This is meant for the health checks of containers, where no other program is at hand. It reads the
    /// service's own settings, so that it needs no flag there.
    Health(Flags),
}

/// What there is to do with the language model.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Ask the configured model for one short thing of each kind, and say what works; ends with 0 if it gives text
    ///
    /// This costs about ten short calls and one of some 6,000 tokens.
    Check(ModelCheck),
}

/// How the model is tried.
#[derive(Debug, Args)]
pub struct ModelCheck {
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// The settings of `serve`.
    #[command(flatten)]
    pub flags: Flags,
}

/// What there is to do with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say whether the server could start with these settings; ends with 0 if it could
    Check(Flags),
    /// Print the settings in effect, and where each comes from; secrets are hidden
    Show(Flags),
    /// Write docs/CONFIGURATION.md and .env.example
    Docs {
        /// Root of the repository
        #[arg(long, default_value = ".", value_name = "DIR")]
        root: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::{Environment, load};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_settings_of_the_server_stand_with_and_without_its_command() {
        for arguments in [&["actix-chatkit", "--port", "7"][..], &["actix-chatkit", "serve", "--port", "7"]] {
            let cli = Cli::try_parse_from(arguments).unwrap();
            let flags = match cli.command {
                Some(Command::Serve(flags)) => flags,
                _ => cli.flags,
            };
            assert_eq!(load(flags, &Environment::default()).unwrap().config.server.port, 7, "{arguments:?}");
        }
    }

    #[test]
    fn an_unknown_flag_is_told_with_its_neighbour() {
        let error = Cli::try_parse_from(["actix-chatkit", "--prot", "7"]).unwrap_err().to_string();
        assert!(error.contains("--prot") && error.contains("--port"), "{error}");
    }
}
