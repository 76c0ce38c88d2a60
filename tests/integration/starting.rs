//! Starting the real binary: what it is told, what it finds, and what it says when it cannot run.

use std::{fs, process::ExitStatus};

use serde_json::{Value, json};

use crate::support::{Exit, Process, ProcessBuilder};

/// Checks that a process gave up and gives what it said about it.
fn complaint(exit: &Exit) -> String {
    assert_eq!(ExitStatus::code(&exit.status), Some(1), "{}", exit.log.text());
    let text = exit.log.text();
    let complaint = text.lines().find(|line| line.starts_with("error: ")).map(str::to_owned);
    complaint.unwrap_or_else(|| panic!("no complaint in {text}"))
}

#[actix_web::test]
async fn without_the_web_interface_it_runs_and_says_once_how_to_get_it() {
    let process = Process::start().await;
    let client = process.client();
    let response = client.http.get(client.url("/")).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.text().await.unwrap().contains("make run"));
    assert_eq!(client.http.get(client.url("/favicon.ico")).send().await.unwrap().status(), 404);
    assert_eq!(client.http.post(client.url("/")).send().await.unwrap().status(), 405);
    assert_eq!(client.http.post(client.url("/x")).send().await.unwrap().status(), 405);
    let log = process.stop().await.log;
    assert_eq!(log.about("make ui").len(), 1);
    assert_eq!(log.of_level("ERROR"), Vec::<Value>::new());
}

#[actix_web::test]
async fn a_second_service_on_the_same_port_says_so_and_gives_up() {
    let process = Process::start().await;
    let port = process.port();
    let second = ProcessBuilder::default().set("SERVER_PORT", port.to_string()).fail_to_start().await;
    let complaint = complaint(&second);
    for part in [&format!("127.0.0.1:{port}"), "in use", "SERVER_PORT"] {
        assert!(complaint.contains(part), "{complaint}");
    }
    // The first one is none the worse for it.
    assert_eq!(process.client().ask("threads.list", json!({})).await["data"], json!([]));
}

#[actix_web::test]
async fn a_path_that_cannot_be_used_is_named() {
    // A file where a folder is needed: refused whoever asks, also the administrator.
    for (name, path) in [
        ("DATABASE_PATH", "file/chat.db"),
        ("DATABASE_URL", "sqlite://file/chat.db"),
        ("UPLOADS_DIRECTORY", "file/uploads"),
        ("UPLOADS_DIRECTORY", "file"),
    ] {
        let builder = ProcessBuilder::default().set(name, path);
        fs::write(builder.folder.path().join("file"), "").unwrap();
        let complaint = complaint(&builder.fail_to_start().await);
        assert!(complaint.contains("`file"), "{name}={path}: {complaint}");
        assert_eq!(complaint.matches("os error").count(), 1, "the cause is told once: {complaint}");
    }
}

#[actix_web::test]
async fn a_database_that_is_none_is_left_as_it_is() {
    let builder = ProcessBuilder::default();
    let path = builder.folder.path().join("chatkit_demo.db");
    let text = "Dear diary, this is no database. ".repeat(64);
    fs::write(&path, &text).unwrap();
    let complaint = complaint(&builder.clone().fail_to_start().await);
    assert!(complaint.contains("chatkit_demo.db"), "{complaint}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[actix_web::test]
async fn a_wrong_setting_is_named_with_its_variable() {
    for (name, value) in [
        ("SERVER_PORT", "eighty"),
        ("OPENAI_BASE_URL", "not an address"),
        ("AZURE_OPENAI_ENDPOINT", "example"),
        ("RUST_LOG", "info,=debug=="),
        ("MODEL_TIMEOUT", "-3"),
        ("SERVER_BASE_URL", "chat"),
        ("OPENAI_API_KEY", "two\nlines"),
    ] {
        let exit = ProcessBuilder::default().set(name, value).fail_to_start().await;
        let text = exit.log.text();
        assert!(!exit.status.success() && !text.contains("panicked"), "{name}: {text}");
        let flag = name.trim_start_matches("SERVER_").to_ascii_lowercase().replace('_', "-");
        let named = text.contains(name) || text.contains(&format!("--{flag}")) || text.contains("key");
        assert!(named, "{name}: {text}");
        exit.log.assert_free_of(&["two"]);
    }
}

#[actix_web::test]
async fn a_chosen_model_without_what_it_needs_names_what_is_missing() {
    for (model, missing) in [
        ("azure", "AZURE_OPENAI_ENDPOINT"),
        ("foundry", "FOUNDRY_PROJECT_ENDPOINT"),
        ("openai", "OPENAI_API_KEY"),
    ] {
        let exit = ProcessBuilder::default().set("MODEL", model).fail_to_start().await;
        assert!(complaint(&exit).contains(missing), "{}", exit.log.text());
    }
}

#[actix_web::test]
async fn a_setting_that_only_a_model_needs_never_leads_to_the_demo_model_in_silence() {
    let resource = ("AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com/");
    let key = ("OPENAI_API_KEY", "sk-secret");
    let project = "https://r.services.ai.azure.com/api/projects/p";
    for (settings, missing) in [
        (&[("OPENAI_MODEL", "m")][..], "OPENAI_API_KEY or OPENAI_BASE_URL"),
        (&[("OPENAI_ORG_ID", "o")], "OPENAI_API_KEY or OPENAI_BASE_URL"),
        (&[("AZURE_OPENAI_API_KEY", "sk-secret")], "AZURE_OPENAI_ENDPOINT"),
        (&[("AZURE_OPENAI_MODEL", "m")], "AZURE_OPENAI_ENDPOINT"),
        (&[("FOUNDRY_MODEL", "m")], "FOUNDRY_PROJECT_ENDPOINT"),
        (&[("MODEL_HEADERS", "X-Key: sk-secret")], "OPENAI_BASE_URL"),
        (&[resource], "AZURE_OPENAI_CHAT_DEPLOYMENT_NAME"),
        (&[("FOUNDRY_PROJECT_ENDPOINT", project)], "FOUNDRY_MODEL"),
        (&[key], "OPENAI_MODEL"),
        (&[key, ("OPENAI_MODEL", "m"), ("MODEL_HEADERS", "sk-secret")], "MODEL_HEADERS"),
        (
            &[("AZURE_OPENAI_ENDPOINT", "https://ai.azure.com/x"), ("AZURE_OPENAI_MODEL", "m")],
            "openai.azure.com",
        ),
    ] {
        let builder =
            settings.iter().fold(ProcessBuilder::default(), |all, (name, value)| all.set(name, *value));
        let exit = builder.fail_to_start().await;
        assert!(complaint(&exit).contains(missing), "{settings:?}: {}", exit.log.text());
        exit.log.assert_free_of(&["sk-secret"]);
    }
    let builder = ProcessBuilder::default().set("OPENAI_MODEL", "m").set("MODEL", "demo");
    assert_eq!(builder.start().await.stop().await.log.about("listening on")[0]["model.name"], "demo");
}

#[actix_web::test]
async fn the_file_dot_env_is_read_and_the_environment_wins_over_it() {
    let builder = ProcessBuilder::default().unset("SERVER_PORT").set("DATABASE_PATH", "from-environment.db");
    let settings = "# A comment\nSERVER_PORT=0\nDATABASE_PATH=from-file.db\nUPLOADS_DIRECTORY='from file'\n";
    fs::write(builder.folder.path().join(".env"), settings).unwrap();
    let process = builder.start().await;
    process.client().create("Hello").await.rest().await;
    let folder = process.folder.path();
    assert!(folder.join("from-environment.db").is_file());
    assert!(!folder.join("from-file.db").exists());
    assert!(folder.join("from file").is_dir());
    assert_ne!(process.port(), 8001);
    assert_eq!(process.stop().await.log.about(".env").len(), 1);
}

#[actix_web::test]
async fn a_dot_env_that_cannot_be_read_is_told() {
    let builder = ProcessBuilder::default();
    fs::write(builder.folder.path().join(".env"), "OPENAI_API_KEY=sk-secret words\n").unwrap();
    let exit = builder.fail_to_start().await;
    assert!(complaint(&exit).contains(".env"), "{}", exit.log.text());
    exit.log.assert_free_of(&["sk-secret"]);
}

#[actix_web::test]
async fn nothing_configured_means_the_demo_model_and_that_is_said() {
    let process = Process::start().await;
    let log = process.stop().await.log;
    assert_eq!(log.about("demo model").len(), 1);
    assert_eq!(log.about("listening on")[0]["model.name"], "demo");
}

#[actix_web::test]
async fn an_empty_variable_counts_as_none() {
    let empty = [
        "SERVER_BASE_URL",
        "WEATHER_SOURCE",
        "MODEL",
        "OPENAI_MODEL",
        "RUST_LOG",
        "MAX_UPLOAD_BYTES",
        "IDENTITY",
    ];
    let builder = empty.into_iter().fold(ProcessBuilder::default(), |builder, name| builder.set(name, ""));
    let process = builder.start().await;
    assert_eq!(process.client().ask("threads.list", json!({})).await["data"], json!([]));
}

#[actix_web::test]
async fn the_file_of_settings_is_below_the_environment_and_keeps_secrets_out_of_the_log() {
    let builder = ProcessBuilder::default().set("OPENAI_MODEL", "from-environment");
    let folder = builder.folder.path().to_owned();
    fs::write(folder.join("key"), "sk-from-a-file\n").unwrap();
    let settings = "[openai]\nbase_url = 'http://127.0.0.1:1/v1'\nmodel = 'from-file'\napi_key_file = 'key'\n\
                    [storage]\ndatabase_path = 'from-file.db'\n";
    fs::write(folder.join("actix-chatkit.toml"), settings).unwrap();
    let process = builder.start().await;
    assert!(folder.join("from-file.db").is_file());
    let log = process.stop().await.log;
    assert_eq!(log.about("listening on")[0]["model.name"], "compatible:from-environment");
    assert_eq!(log.about("settings read from a file").len(), 1);
    log.assert_free_of(&["sk-from-a-file"]);
}

#[actix_web::test]
async fn a_file_of_settings_with_an_unknown_key_is_refused_with_its_line() {
    let builder = ProcessBuilder::default();
    fs::write(builder.folder.path().join("actix-chatkit.toml"), "[server]\n\nprot = 8001\n").unwrap();
    let complaint = complaint(&builder.fail_to_start().await);
    for part in ["actix-chatkit.toml:3", "server.prot", "server.port"] {
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[actix_web::test]
async fn a_variable_that_is_probably_misspelt_is_warned_about() {
    let log = ProcessBuilder::default().set("OPENAI_APIKEY", "sk-secret").start().await.stop().await.log;
    assert_eq!(log.about("OPENAI_API_KEY?").len(), 1);
    log.assert_free_of(&["sk-secret"]);
}

#[actix_web::test]
async fn the_settings_can_be_checked_and_shown_without_a_server() {
    let with = |arguments: &'static str| {
        let builder =
            ProcessBuilder::default().set("OPENAI_API_KEY", "sk-secret").set("OPENAI_MODEL", "gpt-test");
        builder.arguments(arguments.split(' '))
    };
    let (exit, text) = with("config check").run().await;
    assert!(exit.status.success() && text.contains("valid"), "{text}");
    let (exit, _) = with("config check --model azure").run().await;
    assert!(complaint(&exit).contains("AZURE_OPENAI_ENDPOINT"), "{}", exit.log.text());
    let (exit, _) = with("config check --port x").run().await;
    assert!(complaint(&exit).contains("--port"), "{}", exit.log.text());

    let (exit, text) = with("config show --recent-items 7").run().await;
    assert!(exit.status.success(), "{}", exit.log.text());
    for line in
        ["threads.recent_items = 7   # --recent-items", "openai.api_key = (hidden)   # OPENAI_API_KEY"]
    {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("sk-secret"), "{text}");
    // Nothing was opened for it.
    let builder = with("config check");
    let folder = std::sync::Arc::clone(&builder.folder);
    builder.run().await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[actix_web::test]
async fn a_secret_is_no_flag() {
    let builder = ProcessBuilder::default().arguments(["--openai-api-key", "sk-secret"]);
    let exit = builder.fail_to_start().await;
    let complaint = complaint(&exit);
    assert!(complaint.contains("OPENAI_API_KEY_FILE"), "{complaint}");
    exit.log.assert_free_of(&["sk-secret"]);
}
