//! The command line layer: a flag for each setting, with its help.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::{
    Entry, Origin,
    catalogue::{FileNames, Kind, SECTIONS, Setting, settings},
    environment::FILE_VARIABLE,
    file::DEFAULT_FILE,
    value::Raw,
};

/// The settings that the command line makes.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`.
    pub file: Option<PathBuf>,
    pub entries: Vec<Entry>,
}

/// The names of clap's values; no setting has such a key.
const CONFIG: &str = "config-file";

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help(format!("Read settings from this file [env: {FILE_VARIABLE}] [default: {DEFAULT_FILE}, if it is there]"));
        let command = command.arg(config);
        settings().iter().fold(command, |command, setting| {
            let command = command.arg(argument(setting));
            match &setting.file {
                Some(file) => command.arg(file_argument(setting, file)),
                None => command,
            }
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn argument(setting: &'static Setting) -> Arg {
    let argument = Arg::new(setting.key)
        .long(setting.flag.as_str())
        .help(help(setting))
        .help_heading(heading(setting))
        .value_name(value_name(setting))
        .allow_negative_numbers(true);
    match setting.kind {
        // Refused when the settings are read, where the reason can be told.
        _ if setting.secret => argument.hide(true).num_args(0..=1).default_missing_value(""),
        Kind::List => argument.action(ArgAction::Append),
        _ => argument,
    }
}

/// The flag for the file of a secret.
fn file_argument(setting: &'static Setting, file: &'static FileNames) -> Arg {
    Arg::new(file.variable.as_str())
        .long(file.flag.as_str())
        .help(format!("A file with: {} [env: {}]", setting.description, file.variable))
        .help_heading(heading(setting))
        .value_name("FILE")
}

fn heading(setting: &Setting) -> Option<&'static str> {
    SECTIONS.iter().find(|(section, _)| *section == setting.section()).map(|(_, heading)| *heading)
}

fn help(setting: &Setting) -> String {
    let choices = match &setting.kind {
        Kind::Choice(choices) => {
            let names: Vec<_> = choices.iter().map(|(name, _)| name.as_str()).collect();
            format!(" [possible values: {}]", names.join(", "))
        }
        _ => String::new(),
    };
    let default = match setting.default_text().as_str() {
        "" => String::new(),
        default => format!(" [default: {default}]"),
    };
    let variables: Vec<_> = [setting.variable].into_iter().chain(setting.aliases.iter().copied()).collect();
    format!("{} [env: {}]{default}{choices}", setting.description, variables.join(", "))
}

fn value_name(setting: &Setting) -> &'static str {
    match setting.kind {
        Kind::Integer { .. } => "N",
        Kind::Number { .. } if matches!(setting.key, "model.temperature" | "model.top_p") => "NUMBER",
        Kind::Number { .. } => "SECONDS",
        Kind::Choice(_) => "NAME",
        Kind::List => "LIST",
        Kind::Text => match setting.key.rsplit(['.', '_']).next() {
            Some("url" | "endpoint") => "URL",
            Some("path" | "file") => "FILE",
            Some("directory") => "DIR",
            _ => "TEXT",
        },
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self { file: matches.get_one::<PathBuf>(CONFIG).cloned(), entries: Vec::new() };
        for setting in settings() {
            let mut add = |id: &str, flag: String, names_file| {
                let Some(values) = matches.get_many::<String>(id) else { return };
                let value = Raw::Text(values.cloned().collect::<Vec<_>>().join(","));
                flags.entries.push(Entry { setting, names_file, value, origin: Origin::Flag(flag) });
            };
            add(setting.key, setting.flag.clone(), false);
            if let Some(file) = &setting.file {
                add(&file.variable, file.flag.clone(), true);
            }
        }
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
