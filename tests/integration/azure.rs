//! The real binary before Azure OpenAI: addresses, keys, and tokens that `az` gives.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{KEY, ProcessBuilder, Provider, Reply};

/// What the user writes; no line of a log may repeat it.
const QUESTION: &str = "Is my umbrella in Grenoble?";

/// An `az` that answers what was prepared, and counts how often it is asked.
struct Az {
    folder: Arc<TempDir>,
}

impl Az {
    /// The first answers, one a call; the last one stays.
    fn new(answers: &[Value]) -> Self {
        let az = Self::script(
            r#"[ -f "$folder/answer-$number" ] && exec cat "$folder/answer-$number"
               exec cat "$folder/answer""#,
        );
        for (number, answer) in (1..).zip(answers) {
            fs::write(az.path(&format!("answer-{number}")), answer.to_string()).unwrap();
        }
        fs::write(az.path("answer"), answers.last().unwrap().to_string()).unwrap();
        az
    }

    /// Counts its calls in `$number`, notes them in the file `calls`, and does as it is told.
    fn script(rest: &str) -> Self {
        let az = Self { folder: Arc::new(TempDir::new().unwrap()) };
        let folder = az.folder.path().display();
        let script = format!(
            "#!/bin/sh\nfolder='{folder}'\necho \"$*\" >> \"$folder/calls\"\n\
             number=$(($(wc -l < \"$folder/calls\")))\n{rest}\n"
        );
        let path = az.path("az");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        az
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The arguments of each call.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }
}

/// What `az account get-access-token` prints for a token that lives for so many seconds.
fn token(token: &str, seconds: i64) -> Value {
    let expires_on = jiff::Timestamp::now().as_second() + seconds;
    json!({
        "accessToken": token, "expiresOn": "2030-01-01 00:00:00.000000", "expires_on": expires_on,
        "subscription": "11111111-2222-3333-4444-555555555555",
        "tenant": "66666666-7777-8888-9999-000000000000", "tokenType": "Bearer",
    })
}

fn azure(provider: &Provider) -> ProcessBuilder {
    ProcessBuilder::default()
        .set("AZURE_OPENAI_ENDPOINT", provider.url("/"))
        .set("AZURE_OPENAI_API_VERSION", "2024-06-01")
        .set("AZURE_OPENAI_CHAT_DEPLOYMENT_NAME", "my-gpt")
}

/// A service that signs in by this `az` alone, not by an identity of the machine the tests run on.
fn signed_in(provider: &Provider, az: &Az) -> ProcessBuilder {
    azure(provider).set("AZURE_OPENAI_CREDENTIAL", "cli").first_on_path(az.folder.path())
}

/// The tokens of the questions of both kinds.
fn bearers(provider: &Provider) -> Vec<String> {
    let asked = provider.titles_asked().into_iter().chain(provider.answers());
    asked.map(|asked| asked.header("authorization").unwrap_or("none").to_owned()).collect()
}

#[actix_web::test]
async fn a_deployment_is_asked_with_version_and_key() {
    let provider = Provider::start([Reply::text("Hello."), Reply::text("Hello.")]).await;
    let process = azure(&provider).set("AZURE_OPENAI_API_KEY", KEY).start().await;
    process.client().create(QUESTION).await.rest().await;
    let [asked] = &provider.answers()[..] else { panic!("asked once") };
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", "/openai/deployments/my-gpt/chat/completions?api-version=2024-06-01")
    );
    assert_eq!((asked.header("api-key"), asked.header("authorization")), (Some(KEY), None));
    assert_eq!(asked.messages()[1], json!({"role": "user", "content": QUESTION}));
    let log = process.stop().await.log;
    assert_eq!(log.about("listening on")[0]["model.name"], "azure:my-gpt");
    log.assert_free_of(&[KEY, "umbrella"]);

    // An endpoint that was copied without its slash, and another version.
    let process = azure(&provider)
        .set("AZURE_OPENAI_ENDPOINT", provider.url(""))
        .set("AZURE_OPENAI_API_VERSION", "2025-01-01-preview")
        .set("AZURE_OPENAI_API_KEY", KEY)
        .start()
        .await;
    process.client().create(QUESTION).await.rest().await;
    let asked = provider.answers().pop().unwrap();
    assert_eq!(asked.target, "/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01-preview");
}

#[actix_web::test]
async fn an_address_is_used_as_it_was_copied_from_the_portal() {
    const VERSION: &str = "api-version=2024-10-21";
    let whole = format!("/openai/deployments/my-gpt/chat/completions?{VERSION}");
    for (suffix, settings, wanted) in [
        (whole.as_str(), &[][..], whole.clone()),
        ("/openai/deployments/my-gpt", &[], whole.clone()),
        (
            "/openai",
            &[("AZURE_OPENAI_API_VERSION", "2024-10-21"), ("AZURE_OPENAI_MODEL", "my-gpt")],
            whole.clone(),
        ),
        ("/openai/v1/", &[("AZURE_OPENAI_MODEL", "m")], "/openai/v1/chat/completions".to_owned()),
        ("", &[("AZURE_OPENAI_CHAT_MODEL", "m")], "/openai/v1/chat/completions".to_owned()),
        (
            "/models/chat/completions?api-version=2024-05-01-preview",
            &[("AZURE_OPENAI_DEPLOYMENT_NAME", "m")],
            "/models/chat/completions?api-version=2024-05-01-preview".to_owned(),
        ),
    ] {
        let provider = Provider::start([Reply::text("Hello.")]).await;
        let builder = ProcessBuilder::default()
            .set("AZURE_OPENAI_ENDPOINT", provider.url(suffix))
            .set("AZURE_OPENAI_API_KEY", KEY)
            .set("MODEL_API", "chat");
        let builder = settings.iter().fold(builder, |builder, (name, value)| builder.set(name, *value));
        let process = builder.start().await;
        process.client().create(QUESTION).await.rest().await;
        assert_eq!(provider.answers()[0].target, wanted, "{suffix}");
        assert_eq!(provider.answers()[0].header("api-key"), Some(KEY));
    }
}

#[actix_web::test]
async fn a_foundry_project_is_signed_in_to_by_its_own_scope() {
    let az = Az::new(&[token("az-token", 3_600)]);
    let provider = Provider::start([Reply::text("Hello.")]).await;
    let process = ProcessBuilder::default()
        .set("FOUNDRY_PROJECT_ENDPOINT", provider.url("/api/projects/p"))
        .set("FOUNDRY_MODEL", "my-gpt")
        .set("MODEL_API", "chat")
        .set("AZURE_OPENAI_CREDENTIAL", "cli")
        .first_on_path(az.folder.path())
        .start()
        .await;
    process.client().create(QUESTION).await.rest().await;
    let asked = provider.answers().pop().unwrap();
    assert_eq!(asked.target, "/api/projects/p/openai/v1/chat/completions");
    assert_eq!(asked.header("authorization"), Some("Bearer az-token"));
    assert_eq!(az.calls(), ["account get-access-token -o json --scope https://ai.azure.com/.default"]);
    let log = process.stop().await.log;
    assert_eq!(log.about("listening on")[0]["model.name"], "foundry:my-gpt");
}

#[actix_web::test]
async fn fields_that_an_older_version_refuses_are_left_out_from_then_on() {
    let refusal =
        |field: &str| Reply::error(400, &format!("Unrecognized request argument supplied: {field}"));
    let provider = Provider::start([refusal("stream_options"), Reply::text("One."), Reply::text("Two.")])
        .await
        .titles([refusal("stream_options"), refusal("max_completion_tokens"), Reply::text("Numbers")]);
    let process = azure(&provider).set("AZURE_OPENAI_API_KEY", KEY).start().await;
    let client = process.client();
    let mut turn = client.create("One?").await;
    let thread_id = turn.thread_id().await;
    let events = turn.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    client.say(&thread_id, "Two?").await.rest().await;
    let last = provider.answers().pop().unwrap();
    assert_eq!((&last.body["stream"], last.body.get("stream_options")), (&json!(true), None));
    assert_eq!(process.stop().await.log.of_level("ERROR"), Vec::<Value>::new());
}

#[actix_web::test]
async fn without_a_key_the_token_of_az_is_sent_and_asked_for_once() {
    let az = Az::new(&[token("az-token-1", 3_600)]);
    let provider = Provider::start(["One.", "Two.", "Three."].map(Reply::text)).await;
    let process = signed_in(&provider, &az).set("RUST_LOG", "trace").start().await;
    assert_eq!(az.calls(), Vec::<String>::new(), "nobody is asked before a token is needed");
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    client.say(&thread_id, "And now?").await.rest().await;
    client.say(&thread_id, "And now?").await.rest().await;

    assert_eq!(bearers(&provider), vec!["Bearer az-token-1"; 4], "title and answers");
    assert!(provider.answers().iter().all(|asked| asked.header("api-key").is_none()));
    assert_eq!(
        az.calls(),
        ["account get-access-token -o json --scope https://cognitiveservices.azure.com/.default"]
    );
    let log = process.stop().await.log;
    assert_eq!(log.about("Azure sign-in by Azure CLI").len(), 1);
    log.assert_free_of(&["az-token", "umbrella"]);
}

#[actix_web::test]
async fn a_token_is_replaced_before_it_ends() {
    // Alive for 20 s more: too short for a call to be sure to arrive with it.
    let az = Az::new(&[token("short", 20), token("long", 3_600)]);
    let provider = Provider::start(["One.", "Two.", "Three."].map(Reply::text)).await;
    let process = signed_in(&provider, &az).start().await;
    let client = process.client();
    // A thread that has a title and no answer yet: only answers are asked for.
    let mut turn = client.create("").await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    client.ask("threads.update", json!({"thread_id": thread_id, "title": "Tokens"})).await;
    for _ in 0..3 {
        client.say(&thread_id, QUESTION).await.rest().await;
    }
    assert_eq!(bearers(&provider), ["Bearer short", "Bearer long", "Bearer long"]);
    assert_eq!(az.calls().len(), 2);
}

#[actix_web::test]
async fn a_token_that_is_refused_is_replaced_at_once() {
    let az = Az::new(&[token("revoked", 3_600), token("fresh", 3_600)]);
    let provider = Provider::start([Reply::error(401, "Token revoked"), Reply::text("Hello.")]).await;
    let process = signed_in(&provider, &az).start().await;
    let events = process.client().create(QUESTION).await.rest().await;
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    let last = provider.answers().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("Bearer fresh"));
    assert_eq!(az.calls().len(), 2);
}

#[actix_web::test]
async fn without_a_sign_in_the_user_is_told_plainly_and_the_log_what_to_do() {
    let az = Az::script("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
    let provider = Provider::start([Reply::text("Never asked for.")]).await;
    let process = signed_in(&provider, &az).start().await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    let error = turn.rest().await.pop().unwrap();
    assert_eq!(
        error,
        json!({"type": "error", "code": "custom", "allow_retry": false, "message":
            "The language model refused this server's credentials. Please tell whoever runs it."})
    );
    assert_eq!(client.items(&thread_id).await[0]["content"][0]["text"], QUESTION);
    assert_eq!(provider.answers().len(), 0);

    // Who runs it signs in; nothing has to be restarted.
    fs::write(az.path("az"), format!("#!/bin/sh\necho '{}'\n", token("signed-in", 3_600))).unwrap();
    client.say(&thread_id, "And now?").await.rest().await;
    assert_eq!(provider.answers()[0].header("authorization"), Some("Bearer signed-in"));

    let log = process.stop().await.log;
    let [failure] = &log.of_level("ERROR")[..] else { panic!("{}", log.text()) };
    let cause = failure["cause"].as_str().unwrap();
    for part in ["no Azure credential gave a token", "run `az login`", "Azure CLI: ", "Please run 'az login'"]
    {
        assert!(cause.contains(part), "{cause}");
    }
    log.assert_free_of(&["umbrella", "signed-in\""]);
}

#[actix_web::test]
async fn the_chain_ends_with_the_first_credential_that_gives_a_token() {
    let az = Az::new(&[token("by-the-chain", 3_600)]);
    let provider = Provider::start(["One.", "Two."].map(Reply::text)).await;
    // An identity of the app service that does not answer; without one, the machine's own would be
    // asked for at an address that only exists on Azure.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let process = signed_in(&provider, &az)
        .set("AZURE_OPENAI_CREDENTIAL", "auto")
        .set("IDENTITY_ENDPOINT", format!("http://{closed}"))
        .set("IDENTITY_HEADER", "none")
        .start()
        .await;
    let client = process.client();
    let mut turn = client.create(QUESTION).await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    client.say(&thread_id, "And now?").await.rest().await;
    assert_eq!(bearers(&provider), vec!["Bearer by-the-chain"; 3]);
    let log = process.stop().await.log;
    let [chosen] = &log.about("Azure sign-in")[..] else { panic!("{}", log.text()) };
    assert_eq!(chosen["credential"], "Azure CLI");
    assert!(chosen["tried"].as_str().unwrap().contains("managed identity: "), "{chosen}");
}

#[actix_web::test]
async fn without_any_credential_all_that_were_tried_are_logged() {
    // Neither `az` nor `azd` is found: the only folder programs are looked for in is empty.
    let nothing = TempDir::new().unwrap();
    let provider = Provider::start([]).await;
    let process =
        azure(&provider).set("AZURE_OPENAI_CREDENTIAL", "cli").set("PATH", path(&nothing)).start().await;
    let error = process.client().create(QUESTION).await.rest().await.pop().unwrap();
    assert_eq!(error["type"], "error");
    let log = process.stop().await.log;
    let failure = log.of_level("ERROR").pop().unwrap();
    let cause = failure["cause"].as_str().unwrap();
    for part in ["run `az login`", "AZURE_OPENAI_API_KEY", "Azure CLI: ", "Azure Developer CLI: "] {
        assert!(cause.contains(part), "{cause}");
    }
}

fn path(folder: &TempDir) -> String {
    Path::display(folder.path()).to_string()
}
