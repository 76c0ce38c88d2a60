//! Speech to text: what a responder may ask for, and a client for OpenAI's `/audio/transcriptions`, as
//! OpenAI, Azure OpenAI and compatible servers speak it.
//!
//! One call sends one form with the recording, and its answer is the text. Failures that may pass are retried as
//! for chat completions. Keys and what was said appear in no error and no log.

#[cfg(test)]
mod tests;

use std::{
    fmt,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::{
    Response,
    header::{ACCEPT, HeaderName, HeaderValue},
    multipart::{Form, Part},
};
use serde_json::Value;
use tokio::time::timeout;
use tracing::{info, warn};

use super::{
    ModelError, TimeoutPhase,
    provider::{Endpoint, ExtraHeaders, Failure, Provider, ProviderSettingsError, Retries, chain},
};

/// The service of the provider, as parts of a path.
const SERVICE: &[&str] = &["audio", "transcriptions"];
/// The largest answer that is read. It holds hours of speech.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// Turns speech into text.
#[async_trait]
pub trait Transcriber: Send + Sync + 'static {
    /// The name for logs, for example `openai:gpt-4o-mini-transcribe`.
    fn name(&self) -> &str;

    /// The words in a recording. Without any, the text is empty.
    async fn transcribe(&self, audio: Audio) -> Result<String, TranscriptionError>;
}

/// A recording of speech.
#[derive(Clone, PartialEq, Eq)]
pub struct Audio {
    /// The encoded sound.
    pub data: Bytes,
    /// Its media type with parameters, for example `audio/webm;codecs=opus`.
    pub mime_type: String,
}

impl Audio {
    /// The media type without parameters, for example `audio/webm`.
    pub fn media_type(&self) -> &str {
        self.mime_type.split(';').next().unwrap_or_default().trim()
    }
}

impl fmt::Debug for Audio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data, mime_type } = self;
        formatter
            .debug_struct("Audio")
            .field("bytes", &data.len())
            .field("mime_type", mime_type)
            .finish_non_exhaustive()
    }
}

/// Why a recording was not turned into text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptionError {
    /// It has no bytes.
    #[error("the recording is empty")]
    Empty,
    /// More bytes than are taken.
    #[error("the recording is larger than the allowed {max_bytes} bytes")]
    TooLarge {
        /// The most bytes.
        max_bytes: usize,
    },
    /// It is not sound, or of a kind that no service takes.
    #[error("recordings of this type are not taken; send WebM, MP4, Ogg, MP3, WAV or FLAC")]
    UnsupportedType,
    /// The service could not read it.
    #[error("the recording could not be read: {reason}")]
    Unreadable {
        /// What the service said.
        reason: String,
    },
    /// The call failed.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Whom to call, and how long to wait. [`TranscriptionSettings::new`] fills in the defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TranscriptionSettings {
    /// Whom to call.
    pub endpoint: Endpoint,
    /// The model's name; for Azure, the deployment's.
    pub model: String,
    /// Headers for every call. Default: none.
    pub headers: ExtraHeaders,
    /// How long a TCP and TLS connection may take. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long one try may take, from the connection to the last byte. Default: 60 s.
    pub timeout: Duration,
    /// How often a call is tried again. Default: 3.
    pub max_retries: u32,
    /// The wait before the first retry; it doubles each time. Default: 500 ms.
    pub retry_base_delay: Duration,
    /// The longest wait before a retry. A server that asks for more (`Retry-After`) is not
    /// retried. Default: 5 s, because somebody is waiting for the words.
    pub max_retry_delay: Duration,
    /// The largest recording, in bytes. Default: 25 MB, what OpenAI takes.
    pub max_audio_bytes: usize,
}

impl TranscriptionSettings {
    /// Settings for a model behind an endpoint, with every default.
    pub fn new(endpoint: Endpoint, model: impl Into<String>) -> Self {
        Self {
            endpoint,
            model: model.into(),
            headers: ExtraHeaders::default(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            max_retries: 3,
            retry_base_delay: Duration::from_millis(500),
            max_retry_delay: Duration::from_secs(5),
            max_audio_bytes: 25_000_000,
        }
    }
}

/// A client for one server; connections are kept and shared between its calls.
#[derive(Debug)]
pub struct AudioTranscriptions {
    provider: Provider,
    settings: TranscriptionSettings,
    name: String,
}

impl AudioTranscriptions {
    /// A client for one server.
    pub fn new(settings: TranscriptionSettings) -> Result<Self, ProviderSettingsError> {
        let retries = Retries {
            max: settings.max_retries,
            base_delay: settings.retry_base_delay,
            max_delay: settings.max_retry_delay,
        };
        let provider = Provider::new(
            settings.endpoint.clone(),
            settings.headers.clone(),
            settings.connect_timeout,
            retries,
        )?;
        let name = format!("{}:{}", provider.kind, settings.model);
        Ok(Self { provider, settings, name })
    }

    async fn call(&self, audio: &Recording) -> Result<String, ModelError> {
        let mut retries = 0;
        loop {
            let failure = match timeout(self.settings.timeout, self.attempt(audio)).await {
                Ok(Ok(text)) => return Ok(text),
                Ok(Err(failure)) => failure,
                Err(_) => Failure::lasting(ModelError::Timeout {
                    phase: TimeoutPhase::FirstByte,
                    waited: self.settings.timeout,
                }),
            };
            let Some(delay) = self.provider.delay(&failure, retries) else { return Err(failure.error) };
            retries += 1;
            warn!(model.name = self.name, attempt = retries, cause = %failure.error, "transcription is tried again");
            tokio::time::sleep(delay).await;
        }
    }

    /// Sends the recording once, or again at once with a new token where the first was refused.
    async fn attempt(&self, audio: &Recording) -> Result<String, Failure> {
        let mut refused = None;
        loop {
            let (header, token) = self.provider.authorization_header(refused.as_ref()).await?;
            match self.send(audio, header).await {
                Err(Failure { error: ModelError::Unauthorized { .. }, .. })
                    if refused.is_none() && token.is_some() =>
                {
                    refused = token;
                }
                outcome => return outcome,
            }
        }
    }

    async fn send(
        &self,
        audio: &Recording,
        header: Option<(HeaderName, HeaderValue)>,
    ) -> Result<String, Failure> {
        let url = self.provider.url(&self.settings.model, SERVICE).map_err(Failure::lasting)?;
        let form = audio.form(&self.settings.model).map_err(|error| {
            Failure::lasting(ModelError::Rejected { status: 415, reason: error.to_string() })
        })?;
        let mut request = self.provider.http().post(url).header(ACCEPT, "application/json").multipart(form);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| Failure::of_transport(&self.provider, error))?;
        if !response.status().is_success() {
            return Err(Failure::of_response(&self.provider, &self.settings.model, response).await);
        }
        read(response).await
    }
}

#[async_trait]
impl Transcriber for AudioTranscriptions {
    fn name(&self) -> &str {
        &self.name
    }

    async fn transcribe(&self, audio: Audio) -> Result<String, TranscriptionError> {
        let max_bytes = self.settings.max_audio_bytes;
        if audio.data.is_empty() {
            return Err(TranscriptionError::Empty);
        }
        if audio.data.len() > max_bytes {
            return Err(TranscriptionError::TooLarge { max_bytes });
        }
        let recording = Recording::new(audio)?;
        let started = Instant::now();
        let outcome = self.call(&recording).await;
        info!(
            model.name = self.name,
            size_bytes = recording.data.len(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            outcome = if outcome.is_ok() { "finished" } else { "failed" },
            "transcription is over"
        );
        outcome.map_err(|error| match error {
            ModelError::Rejected { status: 413, .. } => TranscriptionError::TooLarge { max_bytes },
            ModelError::Rejected { status: 400 | 415 | 422, reason } => {
                TranscriptionError::Unreadable { reason }
            }
            error => TranscriptionError::Model(error),
        })
    }
}

/// A recording as it is sent.
struct Recording {
    data: Bytes,
    media_type: &'static str,
    file_name: &'static str,
}

impl Recording {
    /// Services know the kind of sound by the end of the file's name; browsers also record sound as video.
    fn new(audio: Audio) -> Result<Self, TranscriptionError> {
        let (media_type, file_name) = match audio.media_type().to_ascii_lowercase().as_str() {
            "audio/webm" | "video/webm" => ("audio/webm", "speech.webm"),
            "audio/mp4" | "video/mp4" => ("audio/mp4", "speech.mp4"),
            "audio/m4a" | "audio/x-m4a" => ("audio/mp4", "speech.m4a"),
            "audio/ogg" | "audio/opus" | "application/ogg" | "video/ogg" => ("audio/ogg", "speech.ogg"),
            "audio/mpeg" | "audio/mp3" => ("audio/mpeg", "speech.mp3"),
            "audio/wav" | "audio/wave" | "audio/x-wav" | "audio/vnd.wave" => ("audio/wav", "speech.wav"),
            "audio/flac" | "audio/x-flac" => ("audio/flac", "speech.flac"),
            _ => return Err(TranscriptionError::UnsupportedType),
        };
        Ok(Self { data: audio.data, media_type, file_name })
    }

    /// The form; it shares the bytes, so that a retry costs nothing.
    fn form(&self, model: &str) -> reqwest::Result<Form> {
        let size = self.data.len() as u64;
        let file = Part::stream_with_length(self.data.clone(), size)
            .file_name(self.file_name)
            .mime_str(self.media_type)?;
        Ok(Form::new().text("model", model.to_owned()).text("response_format", "json").part("file", file))
    }
}

async fn read(mut response: Response) -> Result<String, Failure> {
    let garbage = |reason: String| Failure::lasting(ModelError::Garbage { reason });
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) if body.len() + bytes.len() > MAX_ANSWER_BYTES => {
                return Err(garbage(format!("its answer is larger than {MAX_ANSWER_BYTES} bytes")));
            }
            Ok(Some(bytes)) => body.extend_from_slice(&bytes),
            Ok(None) => break,
            Err(error) => {
                let reason = chain(&error.without_url());
                return Err(Failure::passing(ModelError::Interrupted { reason }));
            }
        }
    }
    // Do not quote an answer that cannot be read: it may hold what was said.
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = answer.get("text").and_then(Value::as_str);
    let text = text.ok_or_else(|| garbage("it answered with no JSON object that has a `text`".to_owned()))?;
    Ok(text.trim().to_owned())
}
