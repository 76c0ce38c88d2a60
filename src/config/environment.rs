//! The environment layer, and variables that look like misspelt ones of ours.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Entry, Origin,
    catalogue::{Setting, settings},
    value::Raw,
};

/// The variable that names the file of settings.
pub const FILE_VARIABLE: &str = "ACTIX_CHATKIT_CONFIG";

/// The variables of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// Those that were not set before `.env` was read.
    from_dotenv: BTreeSet<String>,
}

impl Environment {
    /// The process's variables; `before` holds the names of those that were set before `.env` was read.
    pub fn of_process(before: &BTreeSet<String>) -> Self {
        // A value that is no text cannot be one of ours; its replacement characters are then refused by
        // the setting, or the path they stand in is not found.
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let variables: BTreeMap<_, _> =
            std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        let from_dotenv = variables.keys().filter(|name| !before.contains(*name)).cloned().collect();
        Self { variables, from_dotenv }
    }

    /// The names of the process's variables.
    pub fn names_of_process() -> BTreeSet<String> {
        std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
    }

    /// A variable's value, unless it is empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// The settings that variables make.
    pub fn entries(&self) -> Vec<Entry> {
        settings().iter().flat_map(|setting| self.entries_of(setting)).collect()
    }

    fn entries_of(&self, setting: &'static Setting) -> impl Iterator<Item = Entry> {
        let of_file = setting.file.as_ref().map(|file| (file.variable.as_str(), true));
        let named = [setting.variable].into_iter().chain(setting.aliases.iter().copied());
        // A name of the environment takes precedence over a better one of `.env`.
        let (outside, dotenv): (Vec<_>, Vec<_>) = named
            .filter(|name| self.value(name).is_some())
            .partition(|name| !self.from_dotenv.contains(*name));
        let variable = outside.into_iter().chain(dotenv).next().unwrap_or(setting.variable);
        [(variable, false)].into_iter().chain(of_file).filter_map(move |(name, names_file)| {
            let value = Raw::Text(self.value(name)?.to_owned());
            let origin = Origin::Variable { name: name.to_owned(), dotenv: self.from_dotenv.contains(name) };
            Some(Entry { setting, names_file, value, origin })
        })
    }

    /// Warnings about variables that are probably meant to be ours.
    pub fn suspicions(&self) -> Vec<String> {
        let of_files = settings().iter().filter_map(|setting| Some(setting.file.as_ref()?.variable.as_str()));
        let known: Vec<&str> = settings()
            .iter()
            .flat_map(|setting| [setting.variable].into_iter().chain(setting.aliases.iter().copied()))
            .chain(of_files)
            .chain([FILE_VARIABLE])
            .collect();
        let unknown = self.variables.keys().filter(|name| !known.contains(&name.as_str()));
        unknown
            .filter_map(|name| {
                let meant = known.iter().find(|known| is_near(name, known))?;
                Some(format!("the variable {name} is not known here; did you mean {meant}?"))
            })
            .collect()
    }

    /// Variables that sound like a language model's key or address and are not ours, for where no model is set.
    pub fn models_of_others(&self) -> Vec<String> {
        let known = |name: &str| {
            settings().iter().any(|setting| {
                let file = setting.file.as_ref().is_some_and(|file| file.variable == name);
                setting.variable == name || setting.aliases.contains(&name) || file
            })
        };
        let sounds = |name: &str| {
            let provider = ["OPENAI_", "AZURE_OPENAI_", "FOUNDRY_"].iter().any(|word| name.starts_with(word));
            provider && ["KEY", "ENDPOINT", "URL", "BASE", "MODEL"].iter().any(|word| name.ends_with(word))
        };
        self.variables.keys().filter(|name| sounds(name) && !known(name)).cloned().collect()
    }
}

/// Whether a name is a likely misspelling. Short names have many innocent neighbours, so one wrong or
/// swapped letter is all that is taken for one there.
fn is_near(name: &str, known: &str) -> bool {
    let distance = strsim::damerau_levenshtein(name, known);
    match known.len() {
        ..=9 => distance == 1 && name.len() == known.len(),
        10..=14 => distance == 1,
        _ => distance <= 2,
    }
}

#[cfg(test)]
impl Environment {
    /// An environment of these variables, as if each were set outside `.env`.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { variables: variables.collect(), from_dotenv: BTreeSet::new() }
    }

    /// The same with this variable from `.env`.
    pub fn with_dotenv(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self.from_dotenv.insert(name.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_variables_are_suspected_and_others_are_not() {
        for (name, meant) in [
            ("OPENAI_APIKEY", "OPENAI_API_KEY"),
            ("SEVER_PORT", "SERVER_PORT"),
            ("DATABSE_PATH", "DATABASE_PATH"),
            ("MODLE", "MODEL"),
            ("CORS_ALOWED_ORIGINS", "CORS_ALLOWED_ORIGINS"),
            ("OPENAI_API_KEY_FIEL", "OPENAI_API_KEY_FILE"),
        ] {
            let suspicions = Environment::of(&[(name, "x")]).suspicions();
            assert_eq!(suspicions.len(), 1, "{name}: {suspicions:?}");
            assert!(suspicions[0].ends_with(&format!("did you mean {meant}?")), "{suspicions:?}");
        }
        // Variables of other programs, of compose.yaml, and our own.
        for name in [
            "HOME",
            "PATH",
            "MODELS",
            "MODEL_FILE",
            "OPENAI_ORG_ID",
            "OPENAI_LOG",
            "AZURE_CONFIG_DIR",
            "HTTPS_PROXY",
            "HOST",
            "PORT",
            "LANG",
            "SERVER_PORT",
            "AZURE_CLIENT_ID",
            "RUST_BACKTRACE",
            "LOG_LEVEL",
        ] {
            assert_eq!(Environment::of(&[(name, "x")]).suspicions(), Vec::<String>::new(), "{name}");
        }
    }
}
