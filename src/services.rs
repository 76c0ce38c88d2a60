//! The outside services that the settings name: language model, speech to text, weather.
//!
//! Making their clients asks nobody yet, so this also shows whether the settings fit together.

use std::sync::Arc;

use actix_chatkit::{
    assistant::weather::{SetupError, WeatherSource, weather_source},
    model::{
        Model,
        azure::{AzureIdentity, TokenCache},
        call::CallSettings,
        chat_completions::ChatCompletions,
        demo::DemoModel,
        provider::{AzureAddress, AzureAddressError, AzureCredential, Endpoint, ProviderSettingsError},
        transcription::{AudioTranscriptions, Transcriber, TranscriptionSettings},
    },
};

use crate::config::{Config, ModelKind, ServiceUrl};

/// The clients of the outside services.
pub struct Services {
    pub model: Arc<dyn Model>,
    /// None: speech is not turned into text.
    pub transcriber: Option<Arc<dyn Transcriber>>,
    pub weather: Arc<dyn WeatherSource>,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    /// Another setting needs this one.
    #[error("{name} must be set {reason}")]
    Missing {
        /// Its variable.
        name: &'static str,
        /// The setting that needs it, in words.
        reason: &'static str,
    },
    #[error(transparent)]
    AzureAddress(#[from] AzureAddressError),
    #[error(transparent)]
    Model(#[from] ProviderSettingsError),
    #[error(transparent)]
    Weather(#[from] SetupError),
}

impl Services {
    pub fn new(config: &Config) -> Result<Self, ServicesError> {
        let endpoint = endpoint(config)?;
        Ok(Self {
            model: model(config, endpoint.as_ref())?,
            transcriber: transcriber(config, endpoint.as_ref())?,
            weather: weather_source(&config.weather)?,
        })
    }
}

fn model(config: &Config, endpoint: Option<&(Endpoint, String)>) -> Result<Arc<dyn Model>, ServicesError> {
    let Some((endpoint, name)) = endpoint else {
        tracing::info!(
            "no language model is configured: the built-in demo model answers; set OPENAI_API_KEY, \
             OPENAI_BASE_URL or AZURE_OPENAI_ENDPOINT for a real one"
        );
        return Ok(Arc::new(DemoModel::new(config.demo.clone())));
    };
    let mut settings = CallSettings::new(endpoint.clone(), name);
    settings.first_byte_timeout = config.model.timeout;
    settings.idle_timeout = config.model.timeout;
    Ok(Arc::new(ChatCompletions::new(settings)?))
}

/// Where the chosen model is, and its name. None: the demo model answers.
fn endpoint(config: &Config) -> Result<Option<(Endpoint, String)>, ServicesError> {
    let missing = |name| ServicesError::Missing { name, reason: "for the chosen MODEL" };
    Ok(Some(match config.model_kind() {
        ModelKind::Demo | ModelKind::Auto => return Ok(None),
        ModelKind::Azure => {
            let Some(ServiceUrl(endpoint)) = config.azure.endpoint.clone() else {
                return Err(missing("AZURE_OPENAI_ENDPOINT"));
            };
            let address = AzureAddress::read(&endpoint, Some(&config.azure.api_version))?;
            let credential = azure_credential(config, &address);
            (Endpoint::Azure { address, credential }, config.azure.deployment.clone())
        }
        ModelKind::OpenAi => {
            let endpoint = match (config.openai.base_url.clone(), config.openai.api_key.clone()) {
                (Some(ServiceUrl(base_url)), api_key) => Endpoint::Compatible { base_url, api_key },
                (None, Some(api_key)) => Endpoint::OpenAi { api_key },
                (None, None) => return Err(missing("OPENAI_API_KEY")),
            };
            (endpoint, config.openai.model.clone())
        }
    }))
}

/// The service that turns speech into text, if a model for it is named.
fn transcriber(
    config: &Config,
    model: Option<&(Endpoint, String)>,
) -> Result<Option<Arc<dyn Transcriber>>, ServicesError> {
    let transcription = &config.transcription;
    let Some(name) = &transcription.model else { return Ok(None) };
    let endpoint = match (transcription.base_url.clone(), model) {
        (Some(ServiceUrl(base_url)), _) => {
            Endpoint::Compatible { base_url, api_key: transcription.api_key.clone() }
        }
        (None, Some((endpoint, _))) => endpoint.clone(),
        (None, None) => {
            return Err(ServicesError::Missing {
                name: "TRANSCRIPTION_BASE_URL",
                reason: "for TRANSCRIPTION_MODEL, since no language model is configured",
            });
        }
    };
    let mut settings = TranscriptionSettings::new(endpoint, name);
    settings.timeout = config.model.timeout;
    let transcriber = AudioTranscriptions::new(settings)?;
    tracing::info!(model.name = transcriber.name(), "speech is turned into text");
    Ok(Some(Arc::new(transcriber)))
}

fn azure_credential(config: &Config, address: &AzureAddress) -> AzureCredential {
    match &config.azure.api_key {
        Some(key) => AzureCredential::Key(key.clone()),
        None => {
            let identity = AzureIdentity::new(config.azure.identity.clone(), address.token_scope());
            AzureCredential::Token(Arc::new(TokenCache::new(identity)))
        }
    }
}
