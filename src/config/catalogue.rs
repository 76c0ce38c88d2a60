//! Every setting: its names in the file, the environment and on the command line, and what its room says
//! about it.
//!
//! The names stand here; descriptions, defaults and ranges are read from the schemas of the settings
//! structs, so that each is written once, in the room it belongs to.

use std::{fmt, sync::LazyLock};

use serde_json::Value;

use super::settings::Config;

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its key in the file, with its sections: `server.port`.
    pub key: &'static str,
    /// Its environment variable.
    pub variable: &'static str,
    /// Other variables that are read where this one is not set, in this order: other programs' names for it.
    pub aliases: &'static [&'static str],
    /// Its flag, without the dashes.
    pub flag: String,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// The names under which a secret's file is given instead of the secret.
    pub file: Option<FileNames>,
    /// What it does, in one paragraph.
    pub description: String,
    /// Its default, if it has one.
    pub default: Option<Value>,
    /// What it takes.
    pub kind: Kind,
}

/// The names of the file of a secret; its key is the secret's with `_file` behind it.
#[derive(Debug)]
pub struct FileNames {
    pub variable: String,
    pub flag: String,
}

/// What a setting takes.
#[derive(Debug)]
pub enum Kind {
    /// A whole number within these bounds.
    Integer { min: u64, max: u64 },
    /// A number within these bounds.
    Number { min: f64, max: f64 },
    /// One of these names, each with its meaning.
    Choice(Vec<(String, String)>),
    /// A list, which variables and flags separate by commas.
    List,
    /// Any text without control characters.
    Text,
}

/// The sections of the file, in the order of the documents, with their headings.
pub const SECTIONS: &[(&str, &str)] = &[
    ("server", "Server"),
    ("storage", "Storage"),
    ("model", "Language model"),
    ("openai", "OpenAI and compatible servers"),
    ("azure", "Azure OpenAI"),
    ("foundry", "Microsoft Foundry"),
    ("transcription", "Speech to text"),
    ("demo", "Demo model"),
    ("files", "Attached files"),
    ("weather", "Weather"),
    ("access", "Access"),
    ("limits", "Limits"),
    ("pictures", "Pictures"),
    ("threads", "Threads"),
    ("logs", "Logs"),
];

/// Key and variable of each setting.
const NAMES: &[(&str, &str)] = &[
    ("server.host", "SERVER_HOST"),
    ("server.port", "SERVER_PORT"),
    ("server.base_url", "SERVER_BASE_URL"),
    ("server.allowed_hosts", "ALLOWED_HOSTS"),
    ("server.static_directory", "STATIC_DIRECTORY"),
    ("server.workers", "SERVER_WORKERS"),
    ("server.shutdown_timeout", "SHUTDOWN_TIMEOUT"),
    ("storage.database_path", "DATABASE_PATH"),
    ("storage.database_url", "DATABASE_URL"),
    ("storage.uploads_directory", "UPLOADS_DIRECTORY"),
    ("model.kind", "MODEL"),
    ("model.allowed", "ALLOWED_MODELS"),
    ("model.timeout", "MODEL_TIMEOUT"),
    ("model.pdf", "MODEL_PDF"),
    ("model.api", "MODEL_API"),
    ("model.titles", "MODEL_TITLES"),
    ("model.temperature", "MODEL_TEMPERATURE"),
    ("model.top_p", "MODEL_TOP_P"),
    ("model.max_output_tokens", "MODEL_MAX_OUTPUT_TOKENS"),
    ("model.reasoning_effort", "MODEL_REASONING_EFFORT"),
    ("model.verbosity", "MODEL_VERBOSITY"),
    ("model.service_tier", "MODEL_SERVICE_TIER"),
    ("model.extra_body", "MODEL_EXTRA_BODY"),
    ("model.headers", "MODEL_HEADERS"),
    ("openai.api_key", "OPENAI_API_KEY"),
    ("openai.model", "OPENAI_MODEL"),
    ("openai.base_url", "OPENAI_BASE_URL"),
    ("openai.organization", "OPENAI_ORG_ID"),
    ("openai.project", "OPENAI_PROJECT_ID"),
    ("azure.endpoint", "AZURE_OPENAI_ENDPOINT"),
    ("azure.api_version", "AZURE_OPENAI_API_VERSION"),
    ("azure.deployment", "AZURE_OPENAI_CHAT_DEPLOYMENT_NAME"),
    ("azure.api_key", "AZURE_OPENAI_API_KEY"),
    ("azure.identity.kind", "AZURE_OPENAI_CREDENTIAL"),
    ("azure.identity.tenant_id", "AZURE_TENANT_ID"),
    ("azure.identity.client_id", "AZURE_CLIENT_ID"),
    ("azure.identity.client_secret", "AZURE_CLIENT_SECRET"),
    ("azure.identity.federated_token_file", "AZURE_FEDERATED_TOKEN_FILE"),
    ("azure.identity.managed_identity_probe", "AZURE_MANAGED_IDENTITY_PROBE"),
    ("azure.identity.timeout", "AZURE_CREDENTIAL_TIMEOUT"),
    ("foundry.project_endpoint", "FOUNDRY_PROJECT_ENDPOINT"),
    ("foundry.model", "FOUNDRY_MODEL"),
    ("transcription.model", "TRANSCRIPTION_MODEL"),
    ("transcription.base_url", "TRANSCRIPTION_BASE_URL"),
    ("transcription.api_key", "TRANSCRIPTION_API_KEY"),
    ("demo.pace_ms", "DEMO_PACE_MS"),
    ("files.max_side_px", "MAX_MODEL_PICTURE_SIDE_PX"),
    ("files.max_picture_bytes", "MAX_MODEL_PICTURE_BYTES"),
    ("files.max_text_bytes", "MAX_TEXT_FILE_BYTES"),
    ("files.max_texts_bytes", "MAX_TEXT_FILES_BYTES"),
    ("files.max_pdf_bytes", "MAX_PDF_BYTES"),
    ("files.max_pdfs_bytes", "MAX_PDFS_BYTES"),
    ("files.cache_bytes", "FILE_CACHE_BYTES"),
    ("weather.source", "WEATHER_SOURCE"),
    ("weather.open_meteo.geocoding_url", "OPEN_METEO_GEOCODING_URL"),
    ("weather.open_meteo.forecast_url", "OPEN_METEO_FORECAST_URL"),
    ("weather.open_meteo.connect_timeout", "OPEN_METEO_CONNECT_TIMEOUT"),
    ("weather.open_meteo.timeout", "OPEN_METEO_TIMEOUT"),
    ("weather.open_meteo.fresh_for", "OPEN_METEO_FRESH_FOR"),
    ("weather.open_meteo.remembered_places", "OPEN_METEO_REMEMBERED_PLACES"),
    ("access.identity", "IDENTITY"),
    ("access.default_user_id", "DEFAULT_USER_ID"),
    ("access.identity_header", "IDENTITY_HEADER"),
    ("access.cors_allowed_origins", "CORS_ALLOWED_ORIGINS"),
    ("access.url_signing_key", "URL_SIGNING_KEY"),
    ("limits.max_body_bytes", "MAX_BODY_BYTES"),
    ("limits.max_message_bytes", "MAX_MESSAGE_BYTES"),
    ("limits.max_upload_bytes", "MAX_UPLOAD_BYTES"),
    ("limits.upload_expiry", "UPLOAD_EXPIRY"),
    ("limits.heartbeat", "HEARTBEAT"),
    ("pictures.max_megapixels", "MAX_PICTURE_MEGAPIXELS"),
    ("pictures.budget_megapixels", "PICTURE_BUDGET_MEGAPIXELS"),
    ("threads.max_waiting_turns", "MAX_WAITING_TURNS"),
    ("threads.idle_timeout", "THREAD_IDLE_TIMEOUT"),
    ("threads.draft_interval", "DRAFT_INTERVAL"),
    ("threads.max_turn_bytes", "MAX_TURN_BYTES"),
    ("threads.recent_items", "RECENT_ITEMS"),
    ("threads.recent_bytes", "RECENT_BYTES"),
    ("threads.memory_mib", "THREAD_MEMORY_MIB"),
    ("logs.filter", "RUST_LOG"),
    ("logs.format", "LOG_FORMAT"),
];

/// The names that other programs have for a setting's variable, the more particular ones first.
const ALIASES: &[(&str, &[&str])] = &[
    ("openai.model", &["OPENAI_CHAT_COMPLETION_MODEL", "OPENAI_CHAT_MODEL"]),
    ("openai.base_url", &["OPENAI_API_BASE"]),
    ("openai.organization", &["OPENAI_ORGANIZATION"]),
    ("azure.endpoint", &["AZURE_OPENAI_BASE_URL"]),
    (
        "azure.deployment",
        &[
            "AZURE_OPENAI_DEPLOYMENT_NAME",
            "AZURE_OPENAI_CHAT_COMPLETION_MODEL",
            "AZURE_OPENAI_CHAT_MODEL",
            "AZURE_OPENAI_MODEL",
        ],
    ),
    ("foundry.project_endpoint", &["AZURE_AI_PROJECT_ENDPOINT"]),
    ("foundry.model", &["AZURE_AI_MODEL_DEPLOYMENT_NAME"]),
];

/// The settings whose values are never shown.
const SECRETS: &[&str] = &[
    "model.headers",
    "openai.api_key",
    "azure.api_key",
    "azure.identity.client_secret",
    "transcription.api_key",
    "access.url_signing_key",
];

/// The flags that are not called like their variable.
const FLAGS: &[(&str, &str)] = &[
    ("server.host", "host"),
    ("server.port", "port"),
    ("server.base_url", "base-url"),
    ("server.workers", "workers"),
    ("logs.filter", "log"),
];

/// All settings, in the order of the documents.
pub fn settings() -> &'static [Setting] {
    static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
        let schema = schema();
        NAMES.iter().map(|(key, variable)| Setting::new(key, variable, &schema)).collect()
    });
    &SETTINGS
}

/// The schema of all settings, without references.
fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let generator = settings.with(|settings| settings.inline_subschemas = true).into_generator();
    generator.into_root_schema_for::<Config>().to_value()
}

impl Setting {
    fn new(key: &'static str, variable: &'static str, schema: &Value) -> Self {
        let pointer = format!("/properties/{}", key.replace('.', "/properties/"));
        let schema = schema.pointer(&pointer).expect("a test compares the names with the schema");
        let flag = match FLAGS.iter().find(|(of, _)| *of == key) {
            Some((_, flag)) => (*flag).to_owned(),
            None => variable.to_ascii_lowercase().replace('_', "-"),
        };
        let secret = SECRETS.contains(&key);
        let aliases = ALIASES.iter().find(|(of, _)| *of == key).map_or(&[][..], |(_, aliases)| aliases);
        let file = FileNames { variable: format!("{variable}_FILE"), flag: format!("{flag}-file") };
        Self {
            key,
            variable,
            aliases,
            flag,
            secret,
            file: secret.then_some(file),
            description: first_paragraph(schema["description"].as_str().unwrap_or_default()),
            default: schema.get("default").filter(|default| !default.is_null()).cloned(),
            kind: Kind::of(schema),
        }
    }

    /// The section of the file that holds it.
    pub fn section(&self) -> &'static str {
        self.key.split('.').next().unwrap_or_default()
    }

    /// The default as people write it; nothing for a setting without one.
    pub fn default_text(&self) -> String {
        self.default.as_ref().map(plain).unwrap_or_default()
    }
}

/// A value as people write it in a variable.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        // `300`, not `300.0`.
        Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |float| float.to_string())
        }
        other => other.to_string(),
    }
}

fn first_paragraph(text: &str) -> String {
    text.split("\n\n").next().unwrap_or_default().replace('\n', " ")
}

impl Kind {
    fn of(schema: &Value) -> Self {
        if let Some(choices) = schema["oneOf"].as_array() {
            let text =
                |choice: &Value, name: &str| first_paragraph(choice[name].as_str().unwrap_or_default());
            return Self::Choice(
                choices.iter().map(|choice| (text(choice, "const"), text(choice, "description"))).collect(),
            );
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.first().unwrap_or(&Value::Null),
            kind => kind,
        };
        match kind.as_str() {
            Some("integer") => Self::Integer {
                min: schema["minimum"].as_f64().map_or(0, whole),
                max: schema["maximum"].as_f64().map_or(u64::from(u32::MAX), whole),
            },
            Some("number") => Self::Number {
                min: schema["minimum"].as_f64().unwrap_or(f64::MIN),
                max: schema["maximum"].as_f64().unwrap_or(f64::MAX),
            },
            Some("array") => Self::List,
            _ => Self::Text,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounds that people write")]
fn whole(bound: f64) -> u64 {
    bound as u64
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer { min, max } => write!(formatter, "a whole number from {min} to {max}"),
            Self::Number { min, max } => write!(formatter, "a number from {min} to {max}"),
            Self::Choice(choices) => {
                let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
                match names.split_last() {
                    Some((last, others)) => write!(formatter, "{} or {last}", others.join(", ")),
                    None => formatter.write_str("nothing"),
                }
            }
            Self::List => formatter.write_str("a list, separated by commas"),
            Self::Text => formatter.write_str("text without control characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of all leaves of a schema.
    fn leaves(schema: &Value, prefix: &str, keys: &mut Vec<String>) {
        match schema["properties"].as_object() {
            Some(properties) => {
                for (name, property) in properties {
                    let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                    leaves(property, &key, keys);
                }
            }
            None => keys.push(prefix.to_owned()),
        }
    }

    #[test]
    fn every_field_of_the_rooms_settings_has_names_and_the_other_way_round() {
        let mut keys = Vec::new();
        leaves(&schema(), "", &mut keys);
        let mut named: Vec<_> = NAMES.iter().map(|(key, _)| (*key).to_owned()).collect();
        keys.sort();
        named.sort();
        assert_eq!(keys, named);
    }

    #[test]
    fn every_setting_is_described_and_no_name_is_taken_twice() {
        for (position, setting) in settings().iter().enumerate() {
            assert!(setting.description.ends_with('.'), "{}: {:?}", setting.key, setting.description);
            assert!(SECTIONS.iter().any(|(section, _)| *section == setting.section()), "{}", setting.key);
            for alias in setting.aliases {
                let taken = settings().iter().any(|other| {
                    other.variable == *alias || (other.key != setting.key && other.aliases.contains(alias))
                });
                assert!(!taken, "{alias}");
            }
            for other in &settings()[..position] {
                assert!(other.variable != setting.variable && other.flag != setting.flag, "{}", setting.key);
            }
        }
    }

    #[test]
    fn what_sounds_like_a_secret_is_one() {
        for setting in settings() {
            let last = setting.key.rsplit('.').next().unwrap();
            let sounds =
                ["key", "secret", "password", "token", "headers"].iter().any(|word| last.ends_with(word));
            assert_eq!(setting.secret, sounds, "{}", setting.key);
            assert!(!setting.secret || setting.default.is_none());
        }
    }

    #[test]
    fn every_number_has_bounds_that_hold_its_default() {
        for setting in settings() {
            let default = setting.default.as_ref().and_then(Value::as_f64);
            match (&setting.kind, default) {
                (Kind::Integer { min, max }, Some(default)) => {
                    assert!(*min as f64 <= default && default <= *max as f64, "{}", setting.key);
                }
                (Kind::Number { min, max }, Some(default)) => {
                    assert!(*min <= default && default <= *max && *max < 1e11, "{}", setting.key);
                }
                (Kind::Integer { max, .. }, None) => assert!(*max < u64::from(u32::MAX), "{}", setting.key),
                (Kind::Number { max, .. }, None) => assert!(*max < 1e11, "{}", setting.key),
                _ => {}
            }
        }
    }
}
