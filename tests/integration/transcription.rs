//! Speech to text, by a provider on loopback.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{KEY, ProcessBuilder, Provider, Reply};

const SOUND: &[u8] = b"\x1aE\xdf\xa3 not quite WebM";

fn speech(mime_type: &str) -> Value {
    json!({"audio_base64": STANDARD.encode(SOUND), "mime_type": mime_type})
}

fn text(text: &str) -> Reply {
    Reply::raw(200, "application/json", json!({"text": text}).to_string())
}

fn service(provider: &Provider) -> ProcessBuilder {
    provider.service().set("TRANSCRIPTION_MODEL", "whisper-test")
}

#[actix_web::test]
async fn speech_is_sent_to_the_model_s_provider_and_answered_as_text() {
    let provider = Provider::start([]).await.transcriptions([text("Weather in Oslo?"), text("")]);
    let process = service(&provider).set("RUST_LOG", "trace").start().await;
    let client = process.client();
    let heard = client.ask("input.transcribe", speech("audio/webm;codecs=opus")).await;
    assert_eq!(heard, json!({"text": "Weather in Oslo?"}));
    let [asked] = &provider.heard()[..] else { panic!("asked once") };
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/v1/audio/transcriptions"));
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let body = String::from_utf8_lossy(&asked.bytes);
    assert!(body.contains("name=\"model\"\r\n\r\nwhisper-test\r\n"), "{body}");
    assert!(body.contains("name=\"file\"; filename=\"speech.webm\""), "{body}");
    assert!(asked.bytes.windows(SOUND.len()).any(|window| window == SOUND));
    // Silence has no words, which is no failure.
    assert_eq!(client.ask("input.transcribe", speech("audio/mp4")).await, json!({"text": ""}));
    process.stop().await.log.assert_free_of(&[KEY, "Oslo", "not quite"]);
}

#[actix_web::test]
async fn another_server_may_do_it_and_never_gets_the_model_s_key() {
    let provider = Provider::start([]).await;
    let hearing = Provider::start([]).await.transcriptions([text("One"), text("Two")]);
    let elsewhere = service(&provider).set("TRANSCRIPTION_BASE_URL", hearing.url("/v1/"));
    let process = elsewhere.clone().start().await;
    process.client().ask("input.transcribe", speech("audio/ogg")).await;
    process.stop().await;
    let process = elsewhere.set("TRANSCRIPTION_API_KEY", "another-key").start().await;
    process.client().ask("input.transcribe", speech("audio/ogg")).await;
    let keys: Vec<_> =
        hearing.heard().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect();
    assert_eq!(keys, [None, Some("Bearer another-key".to_owned())]);
    assert_eq!(provider.heard().len(), 0);
}

#[actix_web::test]
async fn azure_does_it_by_a_deployment_of_its_own() {
    let provider = Provider::start([]).await.transcriptions([text("Hi")]);
    let process = ProcessBuilder::default()
        .set("AZURE_OPENAI_ENDPOINT", provider.url("/"))
        .set("AZURE_OPENAI_API_KEY", KEY)
        .set("AZURE_OPENAI_API_VERSION", "2024-06-01")
        .set("AZURE_OPENAI_CHAT_DEPLOYMENT_NAME", "my-gpt")
        .set("TRANSCRIPTION_MODEL", "my-whisper")
        .start()
        .await;
    process.client().ask("input.transcribe", speech("audio/webm")).await;
    let [asked] = &provider.heard()[..] else { panic!("asked once") };
    assert_eq!(asked.target, "/openai/deployments/my-whisper/audio/transcriptions?api-version=2024-06-01");
    assert_eq!(asked.header("api-key"), Some(KEY));
}

#[actix_web::test]
async fn failures_have_the_one_shape_their_own_status_and_no_secrets() {
    let long = Reply::error(429, "slow down").header("Retry-After", "3600");
    for (reply, status, code, words) in [
        (Reply::error(400, "Invalid file format."), 400, "recording_unreadable", "could not be read"),
        (Reply::error(413, "Maximum content size limit"), 413, "recording_too_large", "larger than"),
        (Reply::error(401, KEY), 502, "transcription_misconfigured", "refused this server"),
        (
            Reply::error(404, "The model `whisper-test` does not exist"),
            502,
            "transcription_misconfigured",
            "refused this server",
        ),
        (long, 503, "transcription_busy", "busy"),
        (Reply::error(501, "no whisper here"), 502, "transcription_failed", "failed"),
        (Reply::raw(200, "text/html", "<html>"), 502, "transcription_failed", "failed"),
        (Reply::raw(200, "application/json", "").stall(), 504, "transcription_timeout", "too long"),
    ] {
        let provider = Provider::start([]).await.transcriptions([reply]);
        let process = service(&provider).set("MODEL_TIMEOUT", "0.5").start().await;
        let (found, error) = process.client().refused("input.transcribe", speech("audio/webm")).await;
        assert_eq!((found, error["code"].as_str().unwrap()), (status, code), "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words) && !message.contains(KEY), "{error}");
        assert_eq!(provider.heard().len(), 1);
        process.stop().await.log.assert_free_of(&[KEY, "not quite"]);
    }
}

#[actix_web::test]
async fn what_is_no_speech_is_refused_before_anybody_is_asked() {
    let provider = Provider::start([]).await;
    let process = service(&provider).start().await;
    let client = process.client();
    let empty = json!({"audio_base64": "", "mime_type": "audio/webm"});
    for (params, status, param) in [
        (empty, 400, "params.audio_base64"),
        (json!({"audio_base64": "%", "mime_type": "audio/webm"}), 400, "params.audio_base64"),
        (speech("image/png"), 415, "params.mime_type"),
        (speech(""), 415, "params.mime_type"),
    ] {
        let (found, error) = client.refused("input.transcribe", params).await;
        assert_eq!((found, &error["param"]), (status, &json!(param)), "{error}");
    }
    assert_eq!(provider.heard().len(), 0);
}

#[actix_web::test]
async fn without_a_model_for_it_the_answer_says_what_to_set() {
    let provider = Provider::start([]).await;
    for service in [ProcessBuilder::default(), provider.service()] {
        let process = service.start().await;
        let (status, error) = process.client().refused("input.transcribe", speech("audio/webm")).await;
        assert_eq!((status, &error["code"]), (501, &json!("transcription_off")));
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("transcription") && message.contains("TRANSCRIPTION_MODEL"), "{message}");
    }
    let exit = ProcessBuilder::default().set("TRANSCRIPTION_MODEL", "whisper-1").fail_to_start().await;
    assert!(!exit.status.success());
    assert!(exit.log.text().contains("TRANSCRIPTION_BASE_URL"), "{}", exit.log.text());
}
