//! The client against a real server on loopback.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::model::{
    azure::{Token, TokenCache, TokenError, TokenSource},
    provider::{
        AzureAddress, AzureCredential,
        test_server::{Reply, TestServer},
    },
};

const KEY: &str = "key-12345";

fn settings(server: &TestServer) -> TranscriptionSettings {
    let endpoint = Endpoint::Compatible { base_url: server.url("/v1"), api_key: Some(KEY.to_owned().into()) };
    TranscriptionSettings {
        retry_base_delay: Duration::from_millis(1),
        ..TranscriptionSettings::new(endpoint, "whisper-1")
    }
}

fn speech(mime_type: &str) -> Audio {
    Audio { data: Bytes::from_static(b"\x1aE\xdf\xa3sound"), mime_type: mime_type.to_owned() }
}

async fn hear(settings: TranscriptionSettings, audio: Audio) -> Result<String, TranscriptionError> {
    let hearing = AudioTranscriptions::new(settings).unwrap();
    timeout(Duration::from_secs(20), hearing.transcribe(audio)).await.expect("the call ends")
}

fn text(text: &str) -> Reply {
    Reply::json(200, &json!({"text": text}))
}

#[tokio::test]
async fn a_call_is_one_form_with_the_model_and_a_file_of_the_right_name() {
    for (mime_type, file) in [
        ("audio/webm;codecs=opus", "speech.webm"),
        ("audio/mp4", "speech.mp4"),
        ("AUDIO/OGG; codecs=opus", "speech.ogg"),
        ("audio/mpeg", "speech.mp3"),
        ("audio/x-wav", "speech.wav"),
    ] {
        let server = TestServer::start([text(" Weather in Oslo? ")]).await;
        let heard = hear(settings(&server), speech(mime_type)).await.unwrap();
        assert_eq!(heard, "Weather in Oslo?");
        let asked = server.request(0);
        assert_eq!(asked.line, "POST /v1/audio/transcriptions HTTP/1.1");
        assert_eq!(asked.header("authorization"), Some("Bearer key-12345"));
        assert!(asked.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        for part in [
            "name=\"model\"\r\n\r\nwhisper-1\r\n".to_owned(),
            "name=\"response_format\"\r\n\r\njson\r\n".to_owned(),
            format!("name=\"file\"; filename=\"{file}\"\r\nContent-Type: audio/"),
        ] {
            assert!(body.contains(&part), "{mime_type}: {body}");
        }
        let sound = b"\r\n\r\n\x1aE\xdf\xa3sound\r\n--";
        assert!(asked.body.windows(sound.len()).any(|window| window == sound), "{body}");
    }
}

struct Counting(std::sync::atomic::AtomicUsize);

#[async_trait]
impl TokenSource for Counting {
    async fn fetch(&self) -> Result<Token, TokenError> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let expires_at = jiff::Timestamp::now() + Duration::from_secs(3600);
        Ok(Token { secret: format!("token-{number}").into(), expires_at })
    }
}

#[tokio::test]
async fn azure_is_called_by_deployment_and_a_refused_token_is_replaced_once() {
    let server = TestServer::start([Reply::json(401, &json!({})), text("Hi")]).await;
    let endpoint = Endpoint::Azure {
        address: AzureAddress::read(&server.url("/"), Some("2024-06-01")).unwrap(),
        credential: AzureCredential::Token(Arc::new(TokenCache::new(Counting(0.into())))),
    };
    let settings = TranscriptionSettings::new(endpoint, "my-whisper");
    assert_eq!(hear(settings, speech("audio/webm")).await.unwrap(), "Hi");
    let asked = server.request(1);
    assert_eq!(
        asked.line,
        "POST /openai/deployments/my-whisper/audio/transcriptions?api-version=2024-06-01 HTTP/1.1"
    );
    assert_eq!(asked.header("authorization"), Some("Bearer token-1"));
    assert_eq!(server.num_requests(), 2);
}

#[tokio::test]
async fn what_cannot_be_speech_is_not_sent() {
    let server = TestServer::start([]).await;
    let small = TranscriptionSettings { max_audio_bytes: 4, ..settings(&server) };
    let empty = Audio { data: Bytes::new(), ..speech("audio/webm") };
    assert!(matches!(hear(settings(&server), empty).await, Err(TranscriptionError::Empty)));
    let too_large = hear(small, speech("audio/webm")).await;
    assert!(matches!(too_large, Err(TranscriptionError::TooLarge { max_bytes: 4 })));
    for mime_type in ["", "text/plain", "image/png", "audio/midi", "audio", ";audio/webm"] {
        let outcome = hear(settings(&server), speech(mime_type)).await;
        assert!(matches!(outcome, Err(TranscriptionError::UnsupportedType)), "{mime_type}");
    }
    assert_eq!(server.num_requests(), 0);
}

#[tokio::test]
async fn a_recording_the_service_cannot_read_is_told_and_not_sent_again() {
    for status in [400, 415, 422] {
        let body = json!({"error": {"message": "Audio file might be corrupted", "code": null}});
        let server = TestServer::start([Reply::json(status, &body)]).await;
        let error = hear(settings(&server), speech("audio/webm")).await.unwrap_err();
        assert!(
            matches!(&error, TranscriptionError::Unreadable { reason } if reason.contains("corrupted")),
            "{error:?}"
        );
    }
    let server = TestServer::start([Reply::json(413, &json!({}))]).await;
    let error = hear(settings(&server), speech("audio/webm")).await.unwrap_err();
    assert!(matches!(error, TranscriptionError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn failures_that_pass_are_tried_again_and_others_are_not() {
    let refused = Reply::json(503, &json!({}));
    let server = TestServer::start([refused.clone(), Reply::cut(b""), refused, text("At last")]).await;
    assert_eq!(hear(settings(&server), speech("audio/webm")).await.unwrap(), "At last");

    let server = TestServer::start(vec![Reply::json(500, &json!({})); 4]).await;
    let error = hear(settings(&server), speech("audio/webm")).await.unwrap_err();
    assert!(matches!(error, TranscriptionError::Model(ModelError::Provider { status: Some(500), .. })));
    assert_eq!(server.num_requests(), 4);

    let body = json!({"error": {"message": "Incorrect API key provided: key-12345"}});
    let server = TestServer::start([Reply::json(401, &body)]).await;
    let error = hear(settings(&server), speech("audio/webm")).await.unwrap_err();
    assert!(matches!(&error, TranscriptionError::Model(ModelError::Unauthorized { .. })), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
}

#[tokio::test]
async fn a_service_that_goes_silent_is_given_up() {
    for held in [Reply::hold(b""), Reply::hold(b"{\"text\"")] {
        let server = TestServer::start([held]).await;
        let settings = TranscriptionSettings { timeout: Duration::from_millis(150), ..settings(&server) };
        let error = hear(settings, speech("audio/webm")).await.unwrap_err();
        assert!(matches!(error, TranscriptionError::Model(ModelError::Timeout { .. })), "{error:?}");
        server.hung_up().await;
    }
}

#[tokio::test]
async fn an_answer_without_text_is_no_answer_and_not_quoted() {
    for body in [&b"private words"[..], b"{}", b"{\"text\":null}", b"[\"private words\"]"] {
        let server = TestServer::start([Reply::new(200, "application/json", body)]).await;
        let error = hear(settings(&server), speech("audio/webm")).await.unwrap_err();
        assert!(matches!(error, TranscriptionError::Model(ModelError::Garbage { .. })), "{error:?}");
        assert!(!error.to_string().contains("private"), "{error}");
    }
    let long = vec![b'x'; MAX_ANSWER_BYTES + 1];
    let server = TestServer::start([Reply::new(200, "application/json", &long)]).await;
    let error = hear(settings(&server), speech("audio/webm")).await.unwrap_err();
    assert!(error.to_string().contains("larger than"), "{error}");
}

#[test]
fn neither_client_nor_recording_prints_what_is_secret() {
    let endpoint = Endpoint::OpenAi { api_key: KEY.to_owned().into() };
    let client = AudioTranscriptions::new(TranscriptionSettings::new(endpoint, "whisper-1")).unwrap();
    assert_eq!(client.name(), "openai:whisper-1");
    let shown = format!("{client:?} {:?}", speech("audio/webm"));
    assert!(!shown.contains(KEY) && !shown.contains("sound"), "{shown}");
}
