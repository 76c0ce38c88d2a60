//! Lays the layers over one another: file below environment below flags, over the rooms' defaults.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use config::{ConfigError as LayerError, Map, Source, Value, ValueKind};

use super::{
    Config, ConfigError, Entry, Environment, Flags, ModelKind, Origin, Problem,
    catalogue::{Setting, settings},
    environment::FILE_VARIABLE,
    file, secret,
    value::Raw,
};

/// Settings that can be used.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    /// The file they were read from, if there is one.
    pub file: Option<PathBuf>,
    /// What is probably not meant as it stands.
    pub warnings: Vec<String>,
    /// Value and origin of each setting that is not at its default; secrets are hidden.
    pub(super) given: BTreeMap<&'static str, (String, String)>,
}

/// Reads all layers. Every problem of every layer is told at once.
pub fn load(flags: Flags, environment: &Environment) -> Result<Loaded, ConfigError> {
    let named = flags.file.or_else(|| environment.value(FILE_VARIABLE).map(PathBuf::from));
    let file = file::chosen(named);
    let mut problems = Vec::new();
    let from_file = match file.as_deref().map(file::read) {
        Some(Err(found)) => {
            problems.extend(found);
            Vec::new()
        }
        Some(Ok(entries)) => entries,
        None => Vec::new(),
    };
    let layers = [from_file, environment.entries(), flags.entries];
    let layers = layers.map(|layer| check(layer, &mut problems));
    let layers = resolve_secrets(layers, &mut problems);
    if !problems.is_empty() {
        return Err(ConfigError(problems));
    }
    let merged = merge(layers).map_err(|error| ConfigError(vec![Problem(error.to_string())]))?;
    let given = given(&merged);
    let config = serde_path_to_error::deserialize(merged)
        .map_err(|error| ConfigError(vec![refused(&error.path().to_string(), error.inner(), &given)]))?;
    Ok(Loaded { warnings: warnings(&config, environment), config, file, given })
}

/// What is probably not meant as it stands.
fn warnings(config: &Config, environment: &Environment) -> Vec<String> {
    let mut warnings = environment.suspicions();
    if config.model.kind == ModelKind::Auto && config.model_kind() == ModelKind::Demo {
        let suspected = |name: &String| warnings.iter().any(|warning| warning.contains(&format!(" {name} ")));
        let mut others = environment.models_of_others();
        others.retain(|name| !suspected(name));
        warnings.extend(others.iter().map(|name| {
            format!("the variable {name} is not known here, so the demo model answers; see docs/MODELS.md")
        }));
    }
    warnings
}

/// An entry whose value its setting takes.
struct Checked {
    entry: Entry,
    value: ValueKind,
}

/// The entries of one layer that say something, each checked.
fn check(layer: Vec<Entry>, problems: &mut Vec<Problem>) -> Vec<Checked> {
    let mut checked: Vec<Checked> = Vec::new();
    for entry in layer {
        let Entry { setting, value, origin, .. } = &entry;
        if let (Some(file), Origin::Flag(flag)) = (&setting.file, origin)
            && *flag == setting.flag
        {
            problems.push(Problem(format!(
                "{origin}: other users of this machine can read a secret on the command line; set {} or {} instead",
                setting.variable, file.variable
            )));
            continue;
        }
        if value.is_empty() {
            continue;
        }
        let twice = checked.iter().find(|other| other.entry.setting.key == setting.key);
        if let Some(other) = twice {
            problems.push(Problem(format!(
                "{} and {origin} both say `{}`; only one of them may",
                other.entry.origin, setting.key
            )));
            continue;
        }
        match value.typed(setting) {
            Some(value) => checked.push(Checked { entry, value }),
            None => problems.push(not_taken(setting, Some(value), origin)),
        }
    }
    checked
}

/// Puts secrets in the place of the files that hold them. Only what is not overruled by a higher layer is
/// read.
fn resolve_secrets(mut layers: [Vec<Checked>; 3], problems: &mut Vec<Problem>) -> [Vec<Checked>; 3] {
    let mut decided: Vec<&'static str> = Vec::new();
    for layer in layers.iter_mut().rev() {
        layer.retain_mut(|checked| {
            let setting = checked.entry.setting;
            if setting.secret && decided.contains(&setting.key) {
                return false;
            }
            decided.push(setting.key);
            if !checked.entry.names_file {
                return true;
            }
            match secret::read(&checked.entry) {
                Ok(secret) => {
                    let typed = Raw::Text(secret).typed(setting);
                    if typed.is_none() {
                        problems.push(not_taken(setting, None, &checked.entry.origin));
                    }
                    checked.value = typed.unwrap_or(ValueKind::Nil);
                }
                Err(problem) => problems.push(problem),
            }
            true
        });
    }
    layers
}

fn merge(layers: [Vec<Checked>; 3]) -> Result<config::Config, LayerError> {
    let builder = config::Config::builder();
    layers.into_iter().fold(builder, |builder, layer| builder.add_source(Layer::new(layer))).build()
}

/// One layer, as the library that lays them over one another wants it.
#[derive(Clone)]
struct Layer(Map<String, Value>);

impl Layer {
    fn new(layer: Vec<Checked>) -> Self {
        let value = |checked: Checked| {
            let origin = checked.entry.origin.to_string();
            (checked.entry.setting.key.to_owned(), Value::new(Some(&origin), checked.value))
        };
        Self(layer.into_iter().map(value).collect())
    }
}

/// Without the values, among which are secrets.
impl fmt::Debug for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, LayerError> {
        Ok(self.0.clone())
    }
}

/// Value and origin of each setting that some layer makes.
fn given(merged: &config::Config) -> BTreeMap<&'static str, (String, String)> {
    let value = |key: &str| {
        key.split('.').try_fold(&merged.cache, |value, part| match &value.kind {
            ValueKind::Table(table) => table.get(part),
            _ => None,
        })
    };
    let given = settings().iter().filter_map(|setting| {
        let value = value(setting.key)?;
        let shown = match &value.kind {
            _ if setting.secret => "(hidden)".to_owned(),
            ValueKind::Array(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            kind => kind.to_string(),
        };
        Some((setting.key, (shown, value.origin().unwrap_or_default().to_owned())))
    });
    given.collect()
}

/// A value that a room refused, though it has the right type.
fn refused(path: &str, error: &LayerError, given: &BTreeMap<&'static str, (String, String)>) -> Problem {
    let setting = settings()
        .iter()
        .find(|setting| path == setting.key || path.starts_with(&format!("{}[", setting.key)));
    let Some((setting, (value, origin))) =
        setting.and_then(|setting| Some((setting, given.get(setting.key)?)))
    else {
        return Problem(error.to_string());
    };
    Problem(format!("{origin}: `{value}` is not allowed for `{}`: {}", setting.key, reason(error)))
}

/// The words of the room, without what the layers' library wraps around them.
fn reason(error: &LayerError) -> String {
    match error {
        LayerError::At { error, .. } => reason(error),
        LayerError::Message(message) => message.clone(),
        other => other.to_string(),
    }
}

fn not_taken(setting: &Setting, value: Option<&Raw>, origin: &Origin) -> Problem {
    let value = match value {
        Some(value) if !setting.secret => format!("`{}`", value.shown()),
        _ => "the value".to_owned(),
    };
    Problem(format!("{origin}: {value} is not allowed for `{}`: expected {}", setting.key, setting.kind))
}
