//! The address of Azure OpenAI or a Foundry project, in every form in which the portal and the samples show it.

use reqwest::Url;

use super::Api;

/// The version of a deployment's API where its address names none and no setting does.
const DEFAULT_DEPLOYMENT_VERSION: &str = "2024-10-21";
/// The version of the model inference API (`/models`) where none is named.
const DEFAULT_INFERENCE_VERSION: &str = "2024-05-01-preview";
/// The forms that are understood, for error texts.
const FORMS: &str = "the address of the resource, such as https://NAME.openai.azure.com/, the same with \
     /openai/v1/ or /openai/deployments/DEPLOYMENT, or a project, such as \
     https://NAME.services.ai.azure.com/api/projects/PROJECT";

/// Where a resource or a project of Azure answers, and by which of its APIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureAddress {
    /// What the paths of the services are appended to; without a query.
    base: Url,
    form: Form,
    /// The query `api-version`.
    api_version: Option<String>,
    deployment: Option<String>,
    /// The API that the address itself named.
    api: Option<Api>,
    is_project: bool,
}

/// How a path is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `…/openai/v1/responses`: the model stands in the body.
    V1,
    /// `…/openai/deployments/MODEL/chat/completions?api-version=…`.
    Deployments,
    /// `…/models/chat/completions?api-version=…`: the model stands in the body.
    Inference,
}

/// Why an address of Azure cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{address}` cannot be used as the address of Azure OpenAI: {problem}; expected {expected}")]
pub struct AzureAddressError {
    /// What was given, without its query, which may hold a key.
    address: String,
    problem: &'static str,
    expected: &'static str,
}

impl AzureAddress {
    /// Reads an address of a resource, a deployment, a project or a whole target URI.
    ///
    /// `api_version` takes precedence over a version in the address. With a dated one (`2024-10-21`) a resource is
    /// asked in the classic form, without one by its v1 API.
    pub fn read(address: &Url, api_version: Option<&str>) -> Result<Self, AzureAddressError> {
        let wrong = |problem| Err(error(address, problem, FORMS));
        let host = address.host_str().unwrap_or_default();
        if !matches!(address.scheme(), "http" | "https") || host.is_empty() {
            return wrong("it is not an http or https address");
        }
        if matches!(host, "portal.azure.com" | "ai.azure.com" | "oai.azure.com") {
            return wrong("this is a page of the portal");
        }
        if host.ends_with(".inference.ai.azure.com") || host.ends_with(".models.ai.azure.com") {
            let expected =
                "such a server as OPENAI_BASE_URL, with /v1 at its end, and its key as OPENAI_API_KEY";
            return Err(error(address, "it is a server of its own and no resource", expected));
        }
        let in_query = address.query_pairs().find(|(name, _)| name == "api-version");
        let in_query = in_query.map(|(_, version)| version.into_owned());
        let version = Version::of(api_version.or(in_query.as_deref()));
        let segments: Vec<&str> =
            address.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
        match read_path(&segments, &version) {
            Some(path) => Ok(path.at(address, version)),
            None => wrong("its path is none of a resource, a deployment or a project"),
        }
    }

    /// Reads the address of a Foundry project, `https://NAME.services.ai.azure.com/api/projects/PROJECT`.
    pub fn read_project(address: &Url) -> Result<Self, AzureAddressError> {
        let read = Self::read(address, None)?;
        if read.is_project {
            return Ok(read);
        }
        let expected = "the project, such as https://NAME.services.ai.azure.com/api/projects/PROJECT";
        Err(error(address, "it names no project", expected))
    }

    /// The deployment that the address names.
    pub fn deployment(&self) -> Option<&str> {
        self.deployment.as_deref()
    }

    /// The API that serves best here: the one that the address names, else Responses on v1.
    pub fn api(&self) -> Api {
        self.api.unwrap_or(match self.form {
            Form::V1 => Api::Responses,
            Form::Deployments | Form::Inference => Api::ChatCompletions,
        })
    }

    /// Whether this is a project of Microsoft Foundry rather than a resource.
    pub fn is_project(&self) -> bool {
        self.is_project
    }

    /// What a token must be made for to be accepted here.
    pub fn token_scope(&self) -> &'static str {
        let host = self.base.host_str().unwrap_or_default();
        if self.is_project {
            "https://ai.azure.com/.default"
        } else if host.ends_with(".azure.us") {
            "https://cognitiveservices.azure.us/.default"
        } else if host.ends_with(".azure.cn") {
            "https://cognitiveservices.azure.cn/.default"
        } else {
            "https://cognitiveservices.azure.com/.default"
        }
    }

    /// What the paths of the services are appended to.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// The segments between the base and the service.
    pub(super) fn before_service<'a>(&self, model: &'a str, service: &[&str]) -> Vec<&'a str> {
        // In the classic form only Responses has no deployment in its path.
        match self.form {
            Form::Deployments if service != ["responses"] => vec!["deployments", model],
            Form::V1 | Form::Deployments | Form::Inference => Vec::new(),
        }
    }

    pub(super) fn api_version(&self) -> Option<&str> {
        self.api_version.as_deref()
    }
}

/// What `api-version` asks for.
enum Version {
    Absent,
    /// The v1 API, whose preview is a version of its own.
    V1 {
        preview: bool,
    },
    /// A date, as all other APIs have it.
    Dated(String),
}

impl Version {
    fn of(text: Option<&str>) -> Self {
        match text.map(str::trim) {
            None | Some("") => Self::Absent,
            Some("v1" | "latest") => Self::V1 { preview: false },
            Some("preview") => Self::V1 { preview: true },
            Some(dated) => Self::Dated(dated.to_owned()),
        }
    }
}

/// What the path of an address says.
struct Path {
    /// The segments of the base.
    base: Vec<String>,
    form: Form,
    deployment: Option<String>,
    api: Option<Api>,
    is_project: bool,
}

impl Path {
    fn at(self, address: &Url, version: Version) -> AzureAddress {
        let mut base = address.clone();
        base.set_query(None);
        base.set_fragment(None);
        base.set_path(&self.base.join("/"));
        let api_version = match (self.form, version) {
            (Form::V1, Version::V1 { preview: true }) => Some("preview".to_owned()),
            (Form::V1, _) => None,
            (Form::Deployments | Form::Inference, Version::Dated(version)) => Some(version),
            (Form::Deployments, _) => Some(DEFAULT_DEPLOYMENT_VERSION.to_owned()),
            (Form::Inference, _) => Some(DEFAULT_INFERENCE_VERSION.to_owned()),
        };
        let Self { form, deployment, api, is_project, .. } = self;
        AzureAddress { base, form, api_version, deployment, api, is_project }
    }
}

/// Finds the form by what stands behind the first known segment. What stands before it is kept: gateways put
/// paths of their own there.
fn read_path(segments: &[&str], version: &Version) -> Option<Path> {
    let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
    let path = |base: &[&str], more: &[&str], form| Path {
        base: [owned(base), owned(more)].concat(),
        form,
        deployment: None,
        api: None,
        is_project: false,
    };
    let resource = |base: &[&str]| match version {
        Version::Dated(_) => path(base, &["openai"], Form::Deployments),
        Version::Absent | Version::V1 { .. } => path(base, &["openai", "v1"], Form::V1),
    };
    let known = segments.iter().position(|part| matches!(*part, "openai" | "models" | "api"));
    let Some(known) = known else { return Some(resource(segments)) };
    let (before, rest) = segments.split_at(known);
    match rest {
        ["api", "projects", project, rest @ ..] => {
            let base = [before, &["api", "projects", *project]].concat();
            let api = match rest {
                [] | ["openai"] => None,
                ["openai", "v1", service @ ..] => Service::of(service)?.api(),
                _ => return None,
            };
            Some(Path { api, is_project: true, ..path(&base, &["openai", "v1"], Form::V1) })
        }
        ["openai"] => Some(resource(before)),
        ["openai", "v1", service @ ..] => {
            Some(Path { api: Service::of(service)?.api(), ..path(before, &["openai", "v1"], Form::V1) })
        }
        ["openai", "responses"] => Some(Path { api: Some(Api::Responses), ..resource(before) }),
        ["openai", "deployments", deployment, service @ ..] => Some(Path {
            api: Service::of(service)?.api(),
            deployment: Some((*deployment).to_owned()),
            ..path(before, &["openai"], Form::Deployments)
        }),
        ["models", service @ ..] => {
            Some(Path { api: Service::of(service)?.api(), ..path(before, &["models"], Form::Inference) })
        }
        _ => None,
    }
}

/// What the end of an address names.
enum Service {
    /// Nothing, or what both APIs have beside them.
    Any,
    Of(Api),
}

impl Service {
    /// Nothing if the address ends in something else.
    fn of(segments: &[&str]) -> Option<Self> {
        match segments {
            [] | ["audio", "transcriptions"] => Some(Self::Any),
            ["chat", "completions"] => Some(Self::Of(Api::ChatCompletions)),
            ["responses"] => Some(Self::Of(Api::Responses)),
            _ => None,
        }
    }

    fn api(self) -> Option<Api> {
        match self {
            Self::Any => None,
            Self::Of(api) => Some(api),
        }
    }
}

fn error(address: &Url, problem: &'static str, expected: &'static str) -> AzureAddressError {
    let mut shown = address.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for addresses that have no host, which hold no password either.
    let _ = shown.set_password(None);
    let _ = shown.set_username("");
    AzureAddressError { address: shown.into(), problem, expected }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::provider::{AzureCredential, Endpoint};

    fn read(path: &str, version: Option<&str>) -> AzureAddress {
        let address = format!("https://r.example{path}").parse().unwrap();
        AzureAddress::read(&address, version).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The path and query that a chat completion of `gpt` is sent to, and what the address says besides.
    fn target(path: &str, version: Option<&str>) -> (String, Option<String>, Api) {
        let address = read(path, version);
        let model = address.deployment().unwrap_or("gpt").to_owned();
        let service: &[&str] = match address.api() {
            Api::Responses => &["responses"],
            Api::ChatCompletions => &["chat", "completions"],
        };
        let endpoint = Endpoint::Azure {
            address: address.clone(),
            credential: AzureCredential::Key("k".to_owned().into()),
        };
        let url = endpoint.url(&model, service).unwrap();
        let target = url.as_str().strip_prefix("https://r.example").unwrap().to_owned();
        (target, address.deployment().map(str::to_owned), address.api())
    }

    #[test]
    fn every_form_that_the_portal_shows_leads_to_the_right_path() {
        const CLASSIC: &str = "/openai/deployments/gpt/chat/completions?api-version=2024-10-21";
        let dated = Some("2024-10-21");
        for (path, version, wanted) in [
            ("", None, "/openai/v1/responses"),
            ("/", None, "/openai/v1/responses"),
            ("/openai", None, "/openai/v1/responses"),
            ("/openai/v1", None, "/openai/v1/responses"),
            ("/openai/v1/", None, "/openai/v1/responses"),
            ("/openai/v1/responses", None, "/openai/v1/responses"),
            ("/openai/v1/chat/completions", None, "/openai/v1/chat/completions"),
            // An address of v1 has no dated version, whatever a setting says.
            ("/openai/v1/", dated, "/openai/v1/responses"),
            ("", Some("v1"), "/openai/v1/responses"),
            ("", Some("preview"), "/openai/v1/responses?api-version=preview"),
            ("/openai/v1/?api-version=preview", None, "/openai/v1/responses?api-version=preview"),
            ("", dated, CLASSIC),
            ("/openai/", dated, CLASSIC),
            ("/?api-version=2024-10-21", None, CLASSIC),
            (
                "/openai/responses?api-version=2025-04-01-preview",
                None,
                "/openai/responses?api-version=2025-04-01-preview",
            ),
            ("/openai/responses", None, "/openai/v1/responses"),
            ("/models", None, "/models/chat/completions?api-version=2024-05-01-preview"),
            (
                "/models/chat/completions?api-version=2024-08-01-preview",
                None,
                "/models/chat/completions?api-version=2024-08-01-preview",
            ),
            ("/api/projects/p", None, "/api/projects/p/openai/v1/responses"),
            ("/api/projects/p/openai/v1/", None, "/api/projects/p/openai/v1/responses"),
            // What a gateway puts before the known paths is kept.
            ("/gateway/llm/openai/v1", None, "/gateway/llm/openai/v1/responses"),
            ("/gateway", dated, "/gateway/openai/deployments/gpt/chat/completions?api-version=2024-10-21"),
        ] {
            let (target, deployment, _) = target(path, version);
            assert_eq!((target.as_str(), deployment), (wanted, None), "{path} {version:?}");
        }
    }

    #[test]
    fn a_target_uri_gives_its_deployment_and_version() {
        for (path, version, wanted) in [
            (
                "/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01-preview",
                None,
                "2025-01-01-preview",
            ),
            (
                "/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01-preview",
                Some("2024-10-21"),
                "2024-10-21",
            ),
            ("/openai/deployments/my-gpt", None, DEFAULT_DEPLOYMENT_VERSION),
            ("/openai/deployments/my-gpt/", Some("2024-06-01"), "2024-06-01"),
        ] {
            let wanted = format!("/openai/deployments/my-gpt/chat/completions?api-version={wanted}");
            assert_eq!(
                target(path, version),
                (wanted, Some("my-gpt".to_owned()), Api::ChatCompletions),
                "{path}"
            );
        }
    }

    #[test]
    fn an_address_that_cannot_work_says_what_is_expected_and_shows_no_key() {
        for address in [
            "https://portal.azure.com/#resource",
            "https://ai.azure.com/build/overview?wsid=secret",
            "ftp://r.openai.azure.com/",
            "https://user:secret@r.openai.azure.com/openai/assistants?api-key=secret",
            "https://r.openai.azure.com/openai/deployments",
            "https://r.openai.azure.com/openai/deployments/d/embeddings",
            "https://r.services.ai.azure.com/api/projects",
            "https://r.services.ai.azure.com/api/projects/p/agents",
        ] {
            let error = AzureAddress::read(&address.parse().unwrap(), None).unwrap_err().to_string();
            assert!(error.contains("expected the address of the resource"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let own_server = "https://phi.eastus.models.ai.azure.com/".parse().unwrap();
        let error = AzureAddress::read(&own_server, None).unwrap_err().to_string();
        assert!(error.contains("OPENAI_BASE_URL"), "{error}");
    }

    #[test]
    fn a_project_is_signed_in_to_by_another_scope_and_must_be_named() {
        let project = read("/api/projects/p", None);
        assert!(project.is_project());
        assert_eq!(project.token_scope(), "https://ai.azure.com/.default");
        assert_eq!(read("", None).token_scope(), "https://cognitiveservices.azure.com/.default");
        let resource = "https://r.services.ai.azure.com/".parse().unwrap();
        let error = AzureAddress::read_project(&resource).unwrap_err().to_string();
        assert!(error.contains("/api/projects/PROJECT"), "{error}");
    }
}
