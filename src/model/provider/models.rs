//! Asks a server which models it has.

use std::time::Duration;

use reqwest::{Response, header::ACCEPT};
use serde_json::Value;

use super::{Endpoint, ExtraHeaders, Failure, Provider, Retries};
use crate::model::{ModelError, TimeoutPhase};

/// The largest list that is read; gateways offer hundreds of models.
const MAX_LIST_BYTES: usize = 4 << 20;

/// The names of the models that a server offers, in its order.
///
/// The whole exchange takes no longer than `patience`, and is not tried again.
pub async fn model_names(
    endpoint: Endpoint,
    headers: ExtraHeaders,
    patience: Duration,
) -> Result<Vec<String>, ModelError> {
    let retries = Retries { max: 0, base_delay: Duration::ZERO, max_delay: Duration::ZERO };
    let provider = Provider::new(endpoint, headers, patience, retries)
        .map_err(|error| ModelError::Unauthorized { reason: error.to_string() })?;
    match tokio::time::timeout(patience, ask(&provider)).await {
        Ok(outcome) => outcome.map_err(|failure| failure.error),
        Err(_) => Err(ModelError::Timeout { phase: TimeoutPhase::FirstByte, waited: patience }),
    }
}

async fn ask(provider: &Provider) -> Result<Vec<String>, Failure> {
    // People leave out the `/v1`, and then another service may answer at the address itself.
    let first = ask_at(provider, &["models"]).await;
    match first {
        Err(_) if !provider.endpoint.base().path().contains("/v1") => {
            ask_at(provider, &["v1", "models"]).await.or(first)
        }
        first => first,
    }
}

async fn ask_at(provider: &Provider, service: &[&str]) -> Result<Vec<String>, Failure> {
    let url = provider.url("", service).map_err(Failure::lasting)?;
    let (header, _) = provider.authorization_header(None).await?;
    let request = provider.http().get(url).header(ACCEPT, "application/json");
    let request = header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    let response = request.send().await.map_err(|error| Failure::of_transport(provider, error))?;
    if !response.status().is_success() {
        return Err(Failure::of_response(provider, "/models", response).await);
    }
    let list = read(response).await.map_err(|reason| Failure::lasting(ModelError::Garbage { reason }))?;
    names(&list).ok_or_else(|| {
        let reason = "it answered with no list of models; check the base URL".to_owned();
        Failure::lasting(ModelError::Garbage { reason })
    })
}

async fn read(mut response: Response) -> Result<Value, String> {
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
        if body.len() + bytes.len() > MAX_LIST_BYTES {
            return Err(format!("its list of models is larger than {MAX_LIST_BYTES} bytes"));
        }
        body.extend_from_slice(&bytes);
    }
    Ok(serde_json::from_slice(&body).unwrap_or_default())
}

/// The names in OpenAI's form (`data[].id`), or in that of older servers (`models[].name`).
fn names(list: &Value) -> Option<Vec<String>> {
    let (models, key) = match (&list["data"], &list["models"], list) {
        (Value::Array(models), ..) => (models, "id"),
        (_, Value::Array(models), _) => (models, "name"),
        (.., Value::Array(models)) => (models, "id"),
        _ => return None,
    };
    Some(models.iter().filter_map(|model| model[key].as_str().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::provider::test_server::{Reply, TestServer};

    async fn ask(
        replies: impl IntoIterator<Item = Reply>,
        path: &str,
    ) -> (TestServer, Result<Vec<String>, String>) {
        let server = TestServer::start(replies).await;
        let endpoint =
            Endpoint::Compatible { base_url: server.url(path), api_key: Some("key-12345".to_owned().into()) };
        let asked = model_names(endpoint, ExtraHeaders::default(), Duration::from_secs(10)).await;
        (server, asked.map_err(|error| error.to_string()))
    }

    #[tokio::test]
    async fn the_models_of_a_server_are_asked_for_with_its_key() {
        let list = Reply::json(200, &json!({"object": "list", "data": [{"id": "a"}, {"id": "b/c"}, {}]}));
        let (server, names) = ask([list], "/v1").await;
        assert_eq!(names, Ok(vec!["a".to_owned(), "b/c".to_owned()]));
        assert_eq!(server.request(0).line, "GET /v1/models HTTP/1.1");
        assert_eq!(server.request(0).header("authorization"), Some("Bearer key-12345"));
    }

    #[tokio::test]
    async fn an_address_without_v1_is_asked_there_too() {
        let list = Reply::json(200, &json!({"models": [{"name": "a.gguf"}]}));
        let (server, names) = ask([Reply::json(404, &json!({})), list], "/").await;
        assert_eq!(names, Ok(vec!["a.gguf".to_owned()]));
        assert_eq!(server.request(1).line, "GET /v1/models HTTP/1.1");
    }

    #[tokio::test]
    async fn a_server_that_gives_no_list_is_told() {
        let (_, names) = ask([Reply::json(200, &json!({"hello": "world"}))], "/v1").await;
        assert!(names.unwrap_err().contains("no list of models"));
        let (_, names) = ask([Reply::json(401, &json!({"error": "who is key-12345?"}))], "/v1").await;
        let error = names.unwrap_err();
        assert!(error.contains("credentials") && !error.contains("key-12345"), "{error}");
    }
}
