//! Settings: read once at the start, from flags, the environment with `.env`, and a file; typed; checked.
//!
//! [`catalogue`] knows every setting, each layer ([`file`], [`environment`], [`flags`]) gives [`Entry`]s,
//! and [`load`] checks them and lays them over one another.

mod catalogue;
mod documents;
mod environment;
mod file;
mod flags;
mod layers;
mod secret;
mod settings;
mod value;

#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf};

use self::{catalogue::Setting, value::Raw};
pub use self::{
    documents::{show, write_documents},
    environment::Environment,
    flags::Flags,
    layers::{Loaded, load},
    settings::{
        AccessConfig, AzureUrl, Config, IdentityKind, ModelApi, ModelKind, OpenAiConfig, PdfMode, ServiceUrl,
        TitleMode,
    },
};

/// What one layer says of one setting.
#[derive(Clone, Debug)]
pub struct Entry {
    setting: &'static Setting,
    /// Whether the value is the path of a file with the secret, rather than the secret.
    names_file: bool,
    value: Raw,
    origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File { path: PathBuf, line: usize },
    Variable { name: String, dotenv: bool },
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(formatter, "{}:{line}", path.display()),
            Self::Variable { name, dotenv: false } => formatter.write_str(name),
            Self::Variable { name, dotenv: true } => write!(formatter, "{name} in .env"),
            Self::Flag(flag) => write!(formatter, "--{flag}"),
        }
    }
}

/// One thing that is wrong with the settings, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem(String);

/// The settings cannot be used; every problem that was found is named.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(|problem| problem.0.as_str()).collect::<Vec<_>>().join("\n       "))]
pub struct ConfigError(Vec<Problem>);
