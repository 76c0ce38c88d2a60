//! What holds for every setting in every layer: where it can be made, which layer wins, what is refused.

use std::{fs, path::Path};

use clap::Parser;
use proptest::prelude::*;
use tempfile::TempDir;

use super::{
    catalogue::{Kind, Setting, settings},
    *,
};

/// A command line with these settings alone.
#[derive(Debug, Parser)]
struct CommandLine {
    #[command(flatten)]
    flags: Flags,
}

fn flags(arguments: &[&str]) -> Flags {
    CommandLine::try_parse_from([&["actix-chatkit"], arguments].concat()).unwrap().flags
}

/// The value in effect, as `config show` tells it, and where it comes from.
fn told(loaded: &Loaded, setting: &Setting) -> Option<(String, String)> {
    loaded.given.get(setting.key).cloned()
}

/// Loads with a file of this text.
fn load_file(text: &str, environment: &Environment, arguments: &[&str]) -> Result<Loaded, ConfigError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chat.toml");
    fs::write(&path, text).unwrap();
    load(Flags { file: Some(path), ..flags(arguments) }, environment)
}

/// Loads without any file.
fn load_without_file(environment: &Environment, arguments: &[&str]) -> Result<Loaded, ConfigError> {
    load_file("", environment, arguments)
}

/// A section and a key, as a file writes them.
fn in_file(key: &str, value: &str) -> String {
    let (section, name) = key.rsplit_once('.').unwrap();
    format!("[{section}]\n{name} = {value}\n")
}

/// Three different values that a setting takes, as a variable and as a file has them.
fn three_values(setting: &Setting) -> [(String, String); 3] {
    let number = |number: f64| (number.to_string(), number.to_string());
    let text = |text: &str| (text.to_owned(), format!("'{text}'"));
    match (&setting.kind, setting.key) {
        (Kind::Integer { min, .. }, _) => [1, 2, 3].map(|more| number((min + more) as f64)),
        (Kind::Number { min, .. }, _) => [0.25, 0.5, 1.0].map(|more| number(min + more)),
        (Kind::Choice(choices), _) => [0, 1, 0].map(|which| text(&choices[which].0)),
        (Kind::List, _) => [1, 2, 3].map(|length| {
            let items: Vec<_> = (0..length).map(|item| format!("https://{item}.example")).collect();
            let quoted: Vec<_> = items.iter().map(|item| format!("'{item}'")).collect();
            (items.join(","), format!("[{}]", quoted.join(", ")))
        }),
        (Kind::Text, "server.host") => [text("127.0.0.2"), text("0.0.0.0"), text("::1")],
        (Kind::Text, "access.identity_header") => [text("x-a"), text("x-b"), text("x-c")],
        (Kind::Text, "model.extra_body") => [text(r#"{"a":1}"#), text(r#"{"seed":2}"#), text("{}")],
        (Kind::Text, "logs.filter") => [text("warn"), text("debug"), text("info,actix_chatkit=debug")],
        (Kind::Text, key) if key.ends_with("url") || key.ends_with("endpoint") => {
            [text("https://a.example"), text("https://b.example/v1"), text("http://localhost:9/v1")]
        }
        (Kind::Text, _) => [text("one"), text("two words"), text("three")],
    }
}

#[test]
fn every_setting_is_set_by_every_layer_and_the_higher_layer_wins() {
    for setting in settings() {
        let [file, variable, flag] = three_values(setting);
        let shown = |value: &str| if setting.secret { "(hidden)" } else { value }.to_owned();
        let text = in_file(setting.key, &file.1);
        let environment = Environment::of(&[(setting.variable, variable.0.as_str())]);

        let loaded = load_file(&text, &Environment::default(), &[]).unwrap();
        let (value, origin) = told(&loaded, setting).unwrap();
        assert_eq!(value, shown(&file.0), "{} in the file", setting.key);
        assert!(origin.ends_with("chat.toml:2"), "{origin}");

        let loaded = load_file(&text, &environment, &[]).unwrap();
        let expected = (shown(&variable.0), setting.variable.to_owned());
        assert_eq!(told(&loaded, setting), Some(expected), "{} in the environment", setting.key);

        if !setting.secret {
            let argument = format!("--{}={}", setting.flag, flag.0);
            let loaded = load_file(&text, &environment, &[&argument]).unwrap();
            assert_eq!(told(&loaded, setting), Some((flag.0.clone(), format!("--{}", setting.flag))));
        }
    }
}

#[test]
fn nothing_set_means_the_defaults_of_the_rooms_which_are_the_sample_s() {
    let loaded = load_without_file(&Environment::default(), &[]).unwrap();
    assert!(loaded.given.is_empty() && loaded.warnings.is_empty());
    let config = loaded.config;
    assert_eq!((config.server.host.to_string().as_str(), config.server.port), ("127.0.0.1", 8001));
    assert_eq!(config.storage.database_path, Path::new("chatkit_demo.db"));
    assert_eq!(config.storage.uploads_directory, Path::new("./uploads"));
    assert_eq!(config.access.default_user_id, "demo_user");
    assert_eq!((config.azure.api_version, config.azure.deployment, config.openai.model), (None, None, None));
    assert_eq!(config.threads, actix_chatkit::actors::ThreadSettings::default());
    assert_eq!(config.limits, actix_chatkit::Limits::default());
}

#[test]
fn the_default_in_the_documents_is_a_value_that_changes_nothing() {
    for setting in settings() {
        if setting.default_text().is_empty() {
            continue;
        }
        let environment = Environment::of(&[(setting.variable, &setting.default_text())]);
        let loaded = load_without_file(&environment, &[]).unwrap();
        let unset = load_without_file(&Environment::default(), &[]).unwrap();
        assert_eq!(format!("{:?}", loaded.config), format!("{:?}", unset.config), "{}", setting.key);
    }
}

#[test]
fn values_reach_the_rooms_in_their_units() {
    let environment = Environment::of(&[
        ("THREAD_MEMORY_MIB", "3"),
        ("THREAD_IDLE_TIMEOUT", "1.5"),
        ("DEMO_PACE_MS", "7"),
        ("ALLOWED_MODELS", " a, b ,"),
        ("SERVER_BASE_URL", "https://Chat.example.com:444/api/"),
    ]);
    let config = load_without_file(&environment, &[]).unwrap().config;
    assert_eq!(config.threads.memory_budget_bytes, 3 << 20);
    assert_eq!(config.threads.idle_timeout.as_millis(), 1_500);
    assert_eq!(config.demo.pace.as_millis(), 7);
    assert_eq!(config.model.allowed, ["a", "b"]);
    assert_eq!(config.server.base_url.unwrap().0, "https://chat.example.com:444/api");
}

#[test]
fn the_names_of_other_programs_are_read_where_ours_is_not_set() {
    for setting in settings() {
        for alias in setting.aliases {
            let [_, (other, _), (ours, _)] = three_values(setting);
            let loaded = load_without_file(&Environment::of(&[(alias, other.as_str())]), &[]).unwrap();
            assert_eq!(told(&loaded, setting), Some((other.clone(), (*alias).to_owned())));
            assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
            let both = Environment::of(&[(alias, other.as_str()), (setting.variable, ours.as_str())]);
            let loaded = load_without_file(&both, &[]).unwrap();
            assert_eq!(told(&loaded, setting), Some((ours.clone(), setting.variable.to_owned())));
            // The environment takes precedence over `.env`, whatever the names.
            let environment =
                Environment::of(&[(alias, other.as_str())]).with_dotenv(setting.variable, &ours);
            let loaded = load_without_file(&environment, &[]).unwrap();
            assert_eq!(told(&loaded, setting), Some((other.clone(), (*alias).to_owned())));
        }
    }
}

#[test]
fn a_variable_that_sounds_like_a_model_is_warned_about_where_the_demo_model_answers() {
    let key = ("AZURE_OPENAI_KEY", "k");
    let loaded = load_without_file(&Environment::of(&[key]), &[]).unwrap();
    assert!(loaded.warnings[0].contains("AZURE_OPENAI_KEY"), "{:?}", loaded.warnings);
    for chosen in [("MODEL", "demo"), ("OPENAI_API_KEY", "k")] {
        let loaded = load_without_file(&Environment::of(&[key, chosen]), &[]).unwrap();
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    }
}

#[test]
fn an_empty_value_counts_as_not_set_in_every_layer() {
    for setting in settings() {
        for empty in ["", "  "] {
            let text = in_file(setting.key, "''");
            let environment = Environment::of(&[(setting.variable, empty)]);
            let argument = format!("--{}={empty}", setting.flag);
            let arguments = if setting.secret { vec![] } else { vec![argument.as_str()] };
            let loaded = load_file(&text, &environment, &arguments).unwrap();
            assert_eq!(told(&loaded, setting), None, "{}", setting.key);
        }
    }
}

#[test]
fn auto_takes_the_model_that_is_configured() {
    let kind = |variables: &[(&str, &str)]| {
        load_without_file(&Environment::of(variables), &[]).unwrap().config.model_kind()
    };
    assert_eq!(
        kind(&[("AZURE_OPENAI_ENDPOINT", "https://a.example"), ("OPENAI_API_KEY", "k")]),
        ModelKind::Azure
    );
    assert_eq!(kind(&[("OPENAI_BASE_URL", "http://localhost:1/v1")]), ModelKind::OpenAi);
    assert_eq!(kind(&[("OPENAI_API_KEY", "k")]), ModelKind::OpenAi);
    assert_eq!(kind(&[("OPENAI_API_KEY", " ")]), ModelKind::Demo);
    assert_eq!(kind(&[("MODEL", "demo"), ("OPENAI_API_KEY", "k")]), ModelKind::Demo);
}

/// Values that a setting does not take, as variables have them.
const WRONG: &[(&str, &str)] = &[
    ("SERVER_HOST", "localhost"),
    ("SERVER_HOST", "1.2.3"),
    ("SERVER_PORT", "eighty"),
    ("SERVER_PORT", "70000"),
    ("SERVER_PORT", "-1"),
    ("SERVER_PORT", "80.5"),
    ("SERVER_PORT", "0x50"),
    ("SERVER_PORT", "true"),
    ("SERVER_BASE_URL", "chat"),
    ("SERVER_BASE_URL", "ftp://chat.example.com"),
    ("SERVER_BASE_URL", "https://chat.example.com/?a=b"),
    ("SERVER_WORKERS", "0"),
    ("SERVER_WORKERS", "1025"),
    ("SHUTDOWN_TIMEOUT", "soon"),
    ("SHUTDOWN_TIMEOUT", "-3"),
    ("SHUTDOWN_TIMEOUT", "NaN"),
    ("SHUTDOWN_TIMEOUT", "inf"),
    ("SHUTDOWN_TIMEOUT", "1e300"),
    ("DATABASE_PATH", "a\nb"),
    ("UPLOADS_DIRECTORY", "a\u{1b}b"),
    ("UPLOAD_EXPIRY", "0"),
    ("MODEL", "gpt-4o"),
    ("MODEL", "Azure"),
    ("MODEL_PDF", "yes"),
    ("MODEL_TIMEOUT", "0"),
    ("MODEL_TIMEOUT", "60s"),
    ("ALLOWED_MODELS", "a,b\u{7}"),
    ("MODEL_API", "completions"),
    ("MODEL_TEMPERATURE", "2.5"),
    ("MODEL_TOP_P", "-1"),
    ("MODEL_MAX_OUTPUT_TOKENS", "0"),
    ("MODEL_EXTRA_BODY", "seed=1"),
    ("MODEL_EXTRA_BODY", "[1]"),
    ("MODEL_HEADERS", "X-Key: two\nlines"),
    ("FOUNDRY_PROJECT_ENDPOINT", "my-project"),
    ("OPENAI_API_KEY", "two\nlines"),
    ("OPENAI_BASE_URL", "not an address"),
    ("OPENAI_BASE_URL", "localhost:11434/v1"),
    ("AZURE_OPENAI_ENDPOINT", "example"),
    ("AZURE_OPENAI_CREDENTIAL", "az"),
    ("AZURE_CREDENTIAL_TIMEOUT", "601"),
    ("TRANSCRIPTION_BASE_URL", "/v1"),
    ("DEMO_PACE_MS", "10001"),
    ("DEMO_PACE_MS", "1.5"),
    ("MAX_MODEL_PICTURE_SIDE_PX", "1"),
    ("MAX_TEXT_FILE_BYTES", "256KiB"),
    ("MAX_PDF_BYTES", "99999999999999999999"),
    ("WEATHER_SOURCE", "bbc"),
    ("OPEN_METEO_TIMEOUT", "-0.1"),
    ("IDENTITY", "jwt?"),
    ("IDENTITY_HEADER", "x user id"),
    ("IDENTITY_HEADER", "x-größe"),
    ("MAX_BODY_BYTES", "0"),
    ("MAX_MESSAGE_BYTES", "1_000"),
    ("MAX_UPLOAD_BYTES", "-1"),
    ("HEARTBEAT", "0"),
    ("MAX_WAITING_TURNS", "1001"),
    ("THREAD_IDLE_TIMEOUT", "never"),
    ("THREAD_MEMORY_MIB", "18446744073709551615"),
    ("RECENT_ITEMS", "0"),
    ("RECENT_BYTES", "1"),
    ("RUST_LOG", "info,=debug=="),
    ("LOG_FORMAT", "xml"),
];

#[test]
fn a_wrong_value_names_its_setting_its_source_and_what_is_allowed() {
    for (variable, value) in WRONG {
        let setting = settings().iter().find(|setting| setting.variable == *variable).unwrap();
        let by_variable = load_without_file(&Environment::of(&[(variable, value)]), &[]);
        let by_dotenv = load_without_file(&Environment::default().with_dotenv(variable, value), &[]);
        let by_flag = load_without_file(&Environment::default(), &[&format!("--{}={value}", setting.flag)]);
        let quoted = toml_text(value);
        let by_file = load_file(&in_file(setting.key, &quoted), &Environment::default(), &[]);
        for (outcome, origin) in [
            (by_variable, format!("{variable}: ")),
            (by_dotenv, format!("{variable} in .env: ")),
            (by_flag, format!("--{}: ", setting.flag)),
            (by_file, "chat.toml:2: ".to_owned()),
        ] {
            let error = outcome.map(|_| ()).expect_err(variable).to_string();
            assert!(error.contains(&origin), "{variable}={value}: {error}");
            if setting.secret {
                assert!(!error.contains("lines"), "{error}");
            } else {
                assert!(error.contains(&format!("`{}`", setting.key)), "{variable}={value}: {error}");
            }
            assert!(!error.contains(&origin) || error.len() > origin.len() + 20, "{error}");
        }
    }
    assert!(WRONG.len() >= 50);
}

/// A text as TOML quotes it.
fn toml_text(text: &str) -> String {
    let escape = |c: char| if c.is_control() { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

#[test]
fn a_value_of_the_wrong_type_in_the_file_is_refused() {
    for (key, value) in [
        ("server.port", "true"),
        ("server.port", "8001.5"),
        ("server.port", "[8001]"),
        ("server.host", "7"),
        ("model.allowed", "[1, 2]"),
        ("model.timeout", "1979-05-27"),
        ("openai.model", "{ name = 'a' }"),
        ("openai.api_key", "5"),
        ("access.identity", "false"),
    ] {
        let error = load_file(&in_file(key, value), &Environment::default(), &[]).unwrap_err().to_string();
        assert!(
            error.contains("chat.toml:2") && error.contains(key) && error.contains("expected"),
            "{error}"
        );
    }
}

#[test]
fn all_problems_of_all_layers_are_told_at_once() {
    let environment = Environment::of(&[("SERVER_PORT", "x"), ("MODEL", "y")]);
    let error = load_file("[server]\nprot = 1\n", &environment, &["--recent-items", "z"]).unwrap_err();
    assert_eq!(error.0.len(), 4, "{error}");
}

#[test]
fn secrets_are_refused_as_flags_hidden_everywhere_and_read_from_files() {
    let folder = TempDir::new().unwrap();
    // Longer than what an error shows of a value.
    let path = folder.path().join("a-long-name-".repeat(10));
    fs::write(&path, "sk-very-secret\r\n").unwrap();
    let path = path.to_str().unwrap();
    for setting in settings().iter().filter(|setting| setting.secret) {
        let file = setting.file.as_ref().unwrap();
        let argument = format!("--{}=sk-very-secret", setting.flag);
        let error = load_without_file(&Environment::default(), &[&argument]).unwrap_err().to_string();
        assert!(error.contains(setting.variable) && error.contains(&file.variable), "{error}");
        assert!(!error.contains("very-secret"), "{error}");

        let by_value =
            load_without_file(&Environment::of(&[(setting.variable, "sk-very-secret")]), &[]).unwrap();
        let by_variable = load_without_file(&Environment::of(&[(&file.variable, path)]), &[]).unwrap();
        let by_flag =
            load_without_file(&Environment::default(), &[&format!("--{}={path}", file.flag)]).unwrap();
        let by_key = in_file(&format!("{}_file", setting.key), &format!("'{path}'"));
        let by_key = load_file(&by_key, &Environment::default(), &[]).unwrap();
        for loaded in [by_value, by_variable, by_flag, by_key] {
            assert_eq!(told(&loaded, setting).unwrap().0, "(hidden)");
            for text in [format!("{loaded:?}"), show(&loaded)] {
                assert!(!text.contains("very-secret"), "{text}");
            }
            assert_eq!(
                secret_of(&loaded.config, setting.key).as_deref(),
                Some("sk-very-secret"),
                "{}",
                setting.key
            );
        }
    }
}

fn secret_of(config: &Config, key: &str) -> Option<String> {
    use secrecy::ExposeSecret;
    let secret = match key {
        "model.headers" => &config.model.headers,
        "openai.api_key" => &config.openai.api_key,
        "azure.api_key" => &config.azure.api_key,
        "azure.identity.client_secret" => &config.azure.identity.client_secret,
        "transcription.api_key" => &config.transcription.api_key,
        "access.url_signing_key" => &config.access.url_signing_key,
        _ => panic!("no secret: {key}"),
    };
    secret.as_ref().map(|secret| secret.expose_secret().to_owned())
}

#[test]
fn a_secret_is_given_once_in_a_layer_and_a_higher_layer_overrules_it() {
    let folder = TempDir::new().unwrap();
    let (path, missing) = (folder.path().join("secret"), folder.path().join("missing"));
    fs::write(&path, "from the file").unwrap();
    let (path, missing) = (path.to_str().unwrap(), missing.to_str().unwrap());
    let both = Environment::of(&[("OPENAI_API_KEY", "k"), ("OPENAI_API_KEY_FILE", path)]);
    let error = load_without_file(&both, &[]).unwrap_err().to_string();
    assert!(error.contains("OPENAI_API_KEY and OPENAI_API_KEY_FILE"), "{error}");
    // What is overruled is not even read.
    let below = in_file("openai.api_key_file", &format!("'{missing}'"));
    let environment = Environment::of(&[("OPENAI_API_KEY_FILE", path)]);
    let loaded = load_file(&below, &environment, &[]).unwrap();
    assert_eq!(secret_of(&loaded.config, "openai.api_key").as_deref(), Some("from the file"));
}

#[test]
fn a_secret_s_file_that_cannot_be_used_is_named() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("empty"), "\n").unwrap();
    fs::write(path("binary"), [0xff, 0xfe]).unwrap();
    fs::write(path("huge"), vec![b'x'; 70_000]).unwrap();
    fs::write(path("lines"), "sk-very\nsecret\n").unwrap();
    for name in ["missing", "empty", "binary", "huge", "lines", "."] {
        let environment = Environment::of(&[("AZURE_CLIENT_SECRET_FILE", path(name).as_str())]);
        let error = load_without_file(&environment, &[]).unwrap_err().to_string();
        assert!(error.contains("AZURE_CLIENT_SECRET_FILE"), "{error}");
        assert!(name == "lines" || error.contains(&path(name)), "{error}");
        assert!(!error.contains("sk-very"), "{error}");
    }
}

#[test]
fn the_file_is_the_one_that_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("named.toml");
    fs::write(&path, "[server]\nport = 9\n").unwrap();
    let name = path.to_str().unwrap();
    let by_variable = load(flags(&[]), &Environment::of(&[(environment::FILE_VARIABLE, name)])).unwrap();
    assert_eq!((by_variable.config.server.port, by_variable.file.as_deref()), (9, Some(path.as_path())));
    let missing = folder.path().join("missing.toml");
    let error = load(
        flags(&["--config", missing.to_str().unwrap()]),
        &Environment::of(&[(environment::FILE_VARIABLE, name)]),
    );
    assert!(
        error.unwrap_err().to_string().contains("missing.toml"),
        "a flag wins, and a named file must exist"
    );
}

#[test]
fn the_example_of_a_dot_env_is_read_back_as_the_defaults() {
    let example = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.example")).unwrap();
    // Each setting stands there behind a `#`, under its description.
    let lines = example.lines().filter_map(|line| line.strip_prefix("# "));
    let set: String = lines
        .filter(|line| {
            line.split_once('=')
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let variables: Vec<_> = dotenvy::from_read_iter(set.as_bytes()).map(Result::unwrap).collect();
    let pairs: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let loaded = load_without_file(&Environment::of(&pairs), &[]).unwrap();
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    let unset = load_without_file(&Environment::default(), &[]).unwrap();
    assert_eq!(format!("{:?}", loaded.config), format!("{:?}", unset.config));
    for setting in settings() {
        assert!(pairs.iter().any(|(name, _)| *name == setting.variable), "{}", setting.variable);
    }
}

proptest! {
    /// Whatever stands in a file or a variable is either taken or named; nothing panics, and no secret
    /// comes out.
    #[test]
    fn any_text_is_taken_or_refused(which in 0..settings().len(), value in "\\PC{0,40}", text in "\\PC{0,200}") {
        let setting = &settings()[which];
        let outcome = load_without_file(&Environment::of(&[(setting.variable, value.as_str())]), &[]);
        if let Err(error) = outcome {
            let error = error.to_string();
            prop_assert!(error.starts_with(setting.variable), "{}", error);
        }
        let _ = load_file(&text, &Environment::default(), &[]);
        let _ = load_file(&format!("[openai]\napi_key = {value}\n"), &Environment::default(), &[]);
    }
}
