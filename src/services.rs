//! The outside services that the settings name: language model, speech to text, weather.
//!
//! Making their clients asks nobody yet, so this also shows whether the settings fit together.

use std::{sync::Arc, time::Duration};

use actix_chatkit::{
    assistant::weather::{SetupError, WeatherSource, weather_source},
    model::{
        Model,
        azure::{AzureIdentity, TokenCache},
        call::CallSettings,
        chat_completions::ChatCompletions,
        demo::DemoModel,
        provider::{
            Api, AzureAddress, AzureAddressError, AzureCredential, Endpoint, ExtraHeaders, ExtraHeadersError,
            ProviderSettingsError, model_names,
        },
        responses::Responses,
        transcription::{AudioTranscriptions, Transcriber, TranscriptionSettings},
    },
};

use reqwest::header::HeaderName;
use secrecy::ExposeSecret;

use crate::config::{AzureUrl, Config, ModelApi, ModelKind, OpenAiConfig, ServiceUrl};

/// The clients of the outside services.
pub struct Services {
    pub model: Arc<dyn Model>,
    /// The API by which the model is asked. None: the demo model answers.
    pub api: Option<&'static str>,
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
    /// A setting that only makes sense for a model that is not configured.
    #[error(
        "{name} is set, but no language model is: set {needed} too, or MODEL=demo for the built-in demo model"
    )]
    Incomplete {
        /// Its variable.
        name: &'static str,
        /// The variables of which one is missing.
        needed: &'static str,
    },
    /// Nobody knows the model's name.
    #[error("OPENAI_MODEL must be set: {0}")]
    ModelName(String),
    #[error("MODEL_HEADERS cannot be used: {0}")]
    Headers(#[from] ExtraHeadersError),
    #[error(transparent)]
    AzureAddress(#[from] AzureAddressError),
    #[error(transparent)]
    Model(#[from] ProviderSettingsError),
    #[error(transparent)]
    Weather(#[from] SetupError),
}

/// A language model as the settings name it.
struct Chosen {
    endpoint: Endpoint,
    name: String,
    headers: ExtraHeaders,
}

impl Services {
    pub fn new(config: &Config) -> Result<Self, ServicesError> {
        let chosen = chosen(config)?;
        Ok(Self {
            model: model(config, chosen.as_ref())?,
            api: chosen.as_ref().map(|chosen| match api(config, &chosen.endpoint) {
                Api::Responses => "Responses",
                Api::ChatCompletions => "Chat Completions",
            }),
            transcriber: transcriber(config, chosen.as_ref())?,
            weather: weather_source(&config.weather)?,
        })
    }
}

/// How long a server may take to name its models at the start.
const NAMES_TIMEOUT: Duration = Duration::from_secs(10);
/// How many names an error lists.
const NAMES_SHOWN: usize = 12;

/// Asks a compatible server for the name of its model where the settings do not say it.
pub async fn name_model(config: &mut Config) -> Result<(), ServicesError> {
    let (ModelKind::OpenAi, None, Some(ServiceUrl(base_url))) =
        (config.model_kind(), &config.openai.model, config.openai.base_url.clone())
    else {
        return Ok(());
    };
    let endpoint = Endpoint::Compatible { base_url, api_key: config.openai.api_key.clone() };
    let names = model_names(endpoint, headers(config)?, NAMES_TIMEOUT).await.map_err(|error| {
        ServicesError::ModelName(format!("the server was asked for its models, but the {error}"))
    })?;
    match &names[..] {
        [name] => {
            tracing::info!(model.name = name, "OPENAI_MODEL is not set: the server's only model answers");
            config.openai.model = Some(name.clone());
            Ok(())
        }
        [] => Err(ServicesError::ModelName("the server names no model of its own".to_owned())),
        several => {
            let shown: Vec<_> = several.iter().take(NAMES_SHOWN).map(|name| format!("`{name}`")).collect();
            let more = several.len().saturating_sub(NAMES_SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            Err(ServicesError::ModelName(format!("the server has {}{more}", shown.join(", "))))
        }
    }
}

fn model(config: &Config, chosen: Option<&Chosen>) -> Result<Arc<dyn Model>, ServicesError> {
    let Some(Chosen { endpoint, name, headers }) = chosen else {
        tracing::info!(
            "no language model is configured: the built-in demo model answers; set OPENAI_API_KEY, \
             OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or FOUNDRY_PROJECT_ENDPOINT for a real one"
        );
        return Ok(Arc::new(DemoModel::new(config.demo.clone())));
    };
    let mut settings = CallSettings::new(endpoint.clone(), name);
    settings.first_byte_timeout = config.model.timeout;
    settings.idle_timeout = config.model.timeout;
    settings.options = config.model.options();
    settings.headers = headers.clone();
    Ok(match api(config, endpoint) {
        Api::Responses => Arc::new(Responses::new(settings)?),
        Api::ChatCompletions => Arc::new(ChatCompletions::new(settings)?),
    })
}

/// The API that the settings choose for an endpoint.
fn api(config: &Config, endpoint: &Endpoint) -> Api {
    match config.model.api {
        ModelApi::Auto => endpoint.api(),
        ModelApi::Responses => Api::Responses,
        ModelApi::Chat => Api::ChatCompletions,
    }
}

/// Where the chosen model is, and its name. None: the demo model answers.
fn chosen(config: &Config) -> Result<Option<Chosen>, ServicesError> {
    let mut headers = headers(config)?;
    let (endpoint, name) = match config.model_kind() {
        ModelKind::Demo if config.model.kind == ModelKind::Demo => return Ok(None),
        ModelKind::Demo | ModelKind::Auto => {
            return stray(config)
                .map_or(Ok(None), |(name, needed)| Err(ServicesError::Incomplete { name, needed }));
        }
        ModelKind::Azure => azure(config)?,
        ModelKind::Foundry => foundry(config)?,
        ModelKind::OpenAi => openai(config, &mut headers)?,
    };
    Ok(Some(Chosen { endpoint, name, headers }))
}

/// A setting that is only there for a model, and the variables without which it is none.
fn stray(config: &Config) -> Option<(&'static str, &'static str)> {
    let Config { azure, foundry, openai, model, .. } = config;
    let (openai_needs, azure_needs) = ("OPENAI_API_KEY or OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT");
    let any = "OPENAI_API_KEY, OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or FOUNDRY_PROJECT_ENDPOINT";
    [
        (azure.api_key.is_some(), "AZURE_OPENAI_API_KEY", azure_needs),
        (azure.deployment.is_some(), "AZURE_OPENAI_CHAT_DEPLOYMENT_NAME", azure_needs),
        (azure.api_version.is_some(), "AZURE_OPENAI_API_VERSION", azure_needs),
        (foundry.model.is_some(), "FOUNDRY_MODEL", "FOUNDRY_PROJECT_ENDPOINT"),
        (openai.model.is_some(), "OPENAI_MODEL", openai_needs),
        (openai.organization.is_some(), "OPENAI_ORG_ID", openai_needs),
        (openai.project.is_some(), "OPENAI_PROJECT_ID", openai_needs),
        (model.headers.is_some(), "MODEL_HEADERS", any),
        (model.api != ModelApi::Auto, "MODEL_API", any),
    ]
    .into_iter()
    .find_map(|(is_set, name, needed)| is_set.then_some((name, needed)))
}

const CHOSEN: &str = "for the chosen MODEL";

fn azure(config: &Config) -> Result<(Endpoint, String), ServicesError> {
    let Some(AzureUrl(endpoint)) = &config.azure.endpoint else {
        return Err(ServicesError::Missing { name: "AZURE_OPENAI_ENDPOINT", reason: CHOSEN });
    };
    let address = AzureAddress::read(endpoint, config.azure.api_version.as_deref())?;
    let name = config.azure.deployment.clone().or_else(|| address.deployment().map(str::to_owned));
    let name = name.ok_or(ServicesError::Missing {
        name: "AZURE_OPENAI_CHAT_DEPLOYMENT_NAME",
        reason: "to the name of a deployment, since AZURE_OPENAI_ENDPOINT names none",
    })?;
    let credential = azure_credential(config, &address);
    Ok((Endpoint::Azure { address, credential }, name))
}

fn foundry(config: &Config) -> Result<(Endpoint, String), ServicesError> {
    let missing = |name| ServicesError::Missing { name, reason: CHOSEN };
    let Some(AzureUrl(endpoint)) = &config.foundry.project_endpoint else {
        return Err(missing("FOUNDRY_PROJECT_ENDPOINT"));
    };
    let address = AzureAddress::read_project(endpoint)?;
    let name = config.foundry.model.clone().ok_or(missing("FOUNDRY_MODEL"))?;
    let credential = azure_credential(config, &address);
    Ok((Endpoint::Azure { address, credential }, name))
}

fn openai(config: &Config, headers: &mut ExtraHeaders) -> Result<(Endpoint, String), ServicesError> {
    let OpenAiConfig { api_key, model, base_url, organization, project } = config.openai.clone();
    let endpoint = match (base_url, api_key) {
        (Some(ServiceUrl(base_url)), api_key) => Endpoint::Compatible { base_url, api_key },
        (None, Some(api_key)) => Endpoint::OpenAi { api_key },
        (None, None) => return Err(ServicesError::Missing { name: "OPENAI_API_KEY", reason: CHOSEN }),
    };
    for (name, value) in [("openai-organization", organization), ("openai-project", project)] {
        if let Some(value) = value {
            headers.insert(HeaderName::from_static(name), &value)?;
        }
    }
    let name = model.ok_or_else(|| {
        ServicesError::ModelName("to the name of one of OpenAI's models, for example `gpt-5.6`".to_owned())
    })?;
    Ok((endpoint, name))
}

fn headers(config: &Config) -> Result<ExtraHeaders, ServicesError> {
    let text = config.model.headers.as_ref().map_or("", |headers| headers.expose_secret());
    Ok(text.parse()?)
}

/// The service that turns speech into text, if a model for it is named.
fn transcriber(
    config: &Config,
    model: Option<&Chosen>,
) -> Result<Option<Arc<dyn Transcriber>>, ServicesError> {
    let transcription = &config.transcription;
    let Some(name) = &transcription.model else { return Ok(None) };
    let (endpoint, headers) = match (transcription.base_url.clone(), model) {
        (Some(ServiceUrl(base_url)), _) => {
            let api_key = transcription.api_key.clone();
            (Endpoint::Compatible { base_url, api_key }, ExtraHeaders::default())
        }
        (None, Some(Chosen { endpoint, headers, .. })) => (endpoint.clone(), headers.clone()),
        (None, None) => {
            return Err(ServicesError::Missing {
                name: "TRANSCRIPTION_BASE_URL",
                reason: "for TRANSCRIPTION_MODEL, since no language model is configured",
            });
        }
    };
    let mut settings = TranscriptionSettings::new(endpoint, name);
    settings.timeout = config.model.timeout;
    settings.headers = headers;
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
