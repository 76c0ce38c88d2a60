//! Gets tokens from the first of `azure_identity`'s credentials that answers.

use std::{
    ffi::OsStr,
    fmt, io,
    path::PathBuf,
    process::{Output, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use azure_core::credentials::{Secret, TokenCredential};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientSecretCredential, Executor, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_with::{As, DurationSecondsWithFrac};
use tracing::info;

use super::{Token, TokenError, TokenSource};

/// The advice in every failure.
const ADVICE: &str = "run `az login`, or set AZURE_OPENAI_API_KEY";
/// How many characters of one credential's complaint are kept.
const MAX_COMPLAINT_CHARS: usize = 240;

/// Which identity signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AzureCredentialKind {
    /// Workload identity and client secret if they are configured, then managed identity, then
    /// the developer tools `az` and `azd`; the first that gives a token stays.
    #[default]
    Auto,
    /// The account that is signed in to the developer tools: `az`, else `azd`.
    Cli,
    /// The identity of the machine or app service.
    ManagedIdentity,
    /// The identity of a Kubernetes pod.
    WorkloadIdentity,
    /// An application with a secret.
    ClientSecret,
}

/// Who signs in, and how long that may take.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AzureIdentitySettings {
    /// Which credential signs in where no key is set.
    pub kind: AzureCredentialKind,
    /// The Microsoft Entra tenant, for client-secret and workload-identity credentials.
    pub tenant_id: Option<String>,
    /// The application, for client-secret and workload-identity credentials, or the user-assigned managed
    /// identity.
    pub client_id: Option<String>,
    /// The application's secret.
    #[serde(skip_serializing)]
    #[schemars(with = "Option<String>")]
    pub client_secret: Option<SecretString>,
    /// The file with the workload's token, as Kubernetes mounts it; its presence selects workload identity.
    pub federated_token_file: Option<PathBuf>,
    /// How long managed identity may take when other credentials follow it, in seconds.
    ///
    /// Default: 2, since outside Azure nobody answers there.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 600))]
    pub managed_identity_probe: Duration,
    /// How long any other credential may take, in seconds.
    ///
    /// Default: 30.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 600))]
    pub timeout: Duration,
}

impl Default for AzureIdentitySettings {
    fn default() -> Self {
        Self {
            kind: AzureCredentialKind::Auto,
            tenant_id: None,
            client_id: None,
            client_secret: None,
            federated_token_file: None,
            managed_identity_probe: Duration::from_secs(2),
            timeout: Duration::from_secs(30),
        }
    }
}

/// A source of tokens for Azure OpenAI or Foundry. It asks nobody before the first token is needed.
#[derive(Debug)]
pub struct AzureIdentity {
    settings: AzureIdentitySettings,
    scope: String,
    /// The credential that gave the first token. The others are not asked again, so that the service keeps one
    /// identity.
    chosen: OnceLock<Link>,
}

/// One credential of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    WorkloadIdentity,
    ClientSecret,
    ManagedIdentity,
    AzureCli,
    AzureDeveloperCli,
}

impl fmt::Display for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::WorkloadIdentity => "workload identity",
            Self::ClientSecret => "client secret",
            Self::ManagedIdentity => "managed identity",
            Self::AzureCli => "Azure CLI",
            Self::AzureDeveloperCli => "Azure Developer CLI",
        })
    }
}

impl AzureIdentity {
    /// A source of tokens for a scope, as [`AzureAddress::token_scope`](crate::model::provider::AzureAddress::token_scope)
    /// names it.
    pub fn new(settings: AzureIdentitySettings, scope: impl Into<String>) -> Self {
        Self { settings, scope: scope.into(), chosen: OnceLock::new() }
    }

    /// The credentials to try, in order.
    fn chain(&self) -> Vec<Link> {
        let has_application = self.settings.tenant_id.is_some() && self.settings.client_id.is_some();
        let mut chain = Vec::new();
        match self.settings.kind {
            AzureCredentialKind::Auto => {
                if has_application && self.settings.federated_token_file.is_some() {
                    chain.push(Link::WorkloadIdentity);
                }
                if has_application && self.settings.client_secret.is_some() {
                    chain.push(Link::ClientSecret);
                }
                chain.extend([Link::ManagedIdentity, Link::AzureCli, Link::AzureDeveloperCli]);
            }
            AzureCredentialKind::Cli => chain.extend([Link::AzureCli, Link::AzureDeveloperCli]),
            AzureCredentialKind::ManagedIdentity => chain.push(Link::ManagedIdentity),
            AzureCredentialKind::WorkloadIdentity => chain.push(Link::WorkloadIdentity),
            AzureCredentialKind::ClientSecret => chain.push(Link::ClientSecret),
        }
        chain
    }

    /// How long a link may take. It is less when others wait behind it.
    fn patience(&self, link: Link, is_probe: bool) -> Duration {
        match link {
            Link::ManagedIdentity if is_probe => self.settings.managed_identity_probe,
            _ => self.settings.timeout,
        }
    }

    async fn ask(&self, link: Link, patience: Duration) -> Result<Token, String> {
        // Make a fresh credential each time: a credential keeps its last token until shortly before it expires,
        // and would return it again when a new one is needed.
        let credential = self.credential(link).map_err(|error| complaint(&error.to_string()))?;
        let scopes = [self.scope.as_str()];
        let asked = tokio::time::timeout(patience, credential.get_token(&scopes, None));
        let token = asked
            .await
            .map_err(|_| format!("no answer within {patience:?}"))?
            .map_err(|error| complaint(&error.to_string()))?;
        let expires_at = Timestamp::from_second(token.expires_on.unix_timestamp())
            .map_err(|error| format!("its token has no usable end: {error}"))?;
        Ok(Token { secret: token.token.secret().to_owned().into(), expires_at })
    }

    fn credential(&self, link: Link) -> azure_core::Result<Arc<dyn TokenCredential>> {
        // Each credential makes a client of its own.
        crate::tls::prepare();
        let AzureIdentitySettings { tenant_id, client_id, .. } = &self.settings;
        Ok(match link {
            Link::WorkloadIdentity => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    client_id: client_id.clone(),
                    tenant_id: tenant_id.clone(),
                    token_file_path: self.settings.federated_token_file.clone(),
                    ..WorkloadIdentityCredentialOptions::default()
                }))?
            }
            Link::ClientSecret => ClientSecretCredential::new(
                tenant_id.as_deref().unwrap_or_default(),
                client_id.clone().unwrap_or_default(),
                Secret::new(
                    self.settings
                        .client_secret
                        .as_ref()
                        .map(|secret| secret.expose_secret().to_owned())
                        .unwrap_or_default(),
                ),
                None,
            )?,
            Link::ManagedIdentity => {
                ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                    user_assigned_id: client_id.clone().map(UserAssignedId::ClientId),
                    ..ManagedIdentityCredentialOptions::default()
                }))?
            }
            Link::AzureCli => AzureCliCredential::new(Some(AzureCliCredentialOptions {
                tenant_id: tenant_id.clone(),
                executor: Some(Arc::new(KillingExecutor)),
                ..AzureCliCredentialOptions::default()
            }))?,
            Link::AzureDeveloperCli => {
                AzureDeveloperCliCredential::new(Some(AzureDeveloperCliCredentialOptions {
                    tenant_id: tenant_id.clone(),
                    executor: Some(Arc::new(KillingExecutor)),
                }))?
            }
        })
    }
}

#[async_trait]
impl TokenSource for AzureIdentity {
    async fn fetch(&self) -> Result<Token, TokenError> {
        if let Some(&link) = self.chosen.get() {
            return self
                .ask(link, self.patience(link, false))
                .await
                .map_err(|complaint| TokenError(format!("{link} gave no token ({complaint}); {ADVICE}")));
        }
        let chain = self.chain();
        let is_probe = chain.len() > 1;
        let mut complaints = Vec::new();
        for &link in &chain {
            match self.ask(link, self.patience(link, is_probe)).await {
                Ok(token) => {
                    if self.chosen.set(link).is_ok() {
                        info!(credential = %link, tried = ?complaints, "Azure sign-in by {link}");
                    }
                    return Ok(token);
                }
                Err(complaint) => complaints.push(format!("{link}: {complaint}")),
            }
        }
        Err(TokenError(format!(
            "no Azure credential gave a token; {ADVICE} (tried {})",
            complaints.join("; ")
        )))
    }
}

/// Runs `az` and `azd`, and kills them when nobody waits for them any more.
#[derive(Debug)]
struct KillingExecutor;

#[async_trait]
impl Executor for KillingExecutor {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        tokio::process::Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
    }
}

/// A credential's complaint on one line, without its own name before it and the links behind.
fn complaint(text: &str) -> String {
    let text = text.split_once("authentication failed.").map_or(text, |(_, reason)| reason);
    let text = text.split("\nTo troubleshoot").next().unwrap_or(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_COMPLAINT_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: &str = "https://cognitiveservices.azure.com/.default";

    fn chain(settings: AzureIdentitySettings) -> Vec<Link> {
        AzureIdentity::new(settings, SCOPE).chain()
    }

    fn application(kind: AzureCredentialKind) -> AzureIdentitySettings {
        AzureIdentitySettings {
            kind,
            tenant_id: Some("tenant".to_owned()),
            client_id: Some("client".to_owned()),
            ..AzureIdentitySettings::default()
        }
    }

    #[test]
    fn the_chain_holds_what_is_configured_before_what_is_found() {
        assert_eq!(
            chain(AzureIdentitySettings::default()),
            [Link::ManagedIdentity, Link::AzureCli, Link::AzureDeveloperCli]
        );
        assert_eq!(
            chain(AzureIdentitySettings {
                client_secret: Some("s".to_owned().into()),
                federated_token_file: Some("/token".into()),
                ..application(AzureCredentialKind::Auto)
            }),
            [
                Link::WorkloadIdentity,
                Link::ClientSecret,
                Link::ManagedIdentity,
                Link::AzureCli,
                Link::AzureDeveloperCli
            ]
        );
        assert_eq!(chain(application(AzureCredentialKind::Cli)), [Link::AzureCli, Link::AzureDeveloperCli]);
        assert_eq!(chain(application(AzureCredentialKind::ClientSecret)), [Link::ClientSecret]);
    }

    #[tokio::test]
    async fn a_failed_sign_in_says_what_to_do() {
        let identity = AzureIdentity::new(
            AzureIdentitySettings {
                kind: AzureCredentialKind::ClientSecret,
                ..AzureIdentitySettings::default()
            },
            SCOPE,
        );
        let error = identity.fetch().await.unwrap_err().to_string();
        assert!(error.contains("run `az login`, or set AZURE_OPENAI_API_KEY"), "{error}");
        assert!(error.contains("client secret:"), "{error}");
    }

    #[test]
    fn managed_identity_is_given_little_time_only_where_others_wait() {
        let identity = AzureIdentity::new(AzureIdentitySettings::default(), SCOPE);
        assert_eq!(identity.patience(Link::ManagedIdentity, true), Duration::from_secs(2));
        assert_eq!(identity.patience(Link::ManagedIdentity, false), Duration::from_secs(30));
    }

    #[test]
    fn a_complaint_is_one_short_line() {
        let long = format!(
            "XCredential authentication failed. first\nsecond {}\nTo troubleshoot, visit https://x",
            "é".repeat(500)
        );
        let line = complaint(&long);
        assert!(line.starts_with("first second é") && line.ends_with('…'), "{line}");
        assert_eq!(line.chars().count(), MAX_COMPLAINT_CHARS + 1);
    }
}
