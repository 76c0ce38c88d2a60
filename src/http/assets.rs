//! The static UI: the web component, its chunks and the demo page.

use std::path::{Path, PathBuf};

use actix_files::{Files, NamedFile};
use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse, fn_service},
    http::{Method, StatusCode, header},
    middleware::{Compress, Next, from_fn},
    web,
};

use super::error::ApiError;

/// What our own pages may do: load from here, and nothing else. No HTML sink is ever used.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// What is answered when the UI was not built.
const NOT_BUILT: &str = "The server runs, but its web interface is not built.\n\
    Run `make run`, or `npm ci && npm run build` in frontend/.\n\
    The ChatKit endpoint is POST /chatkit.\n";

/// Serves a folder at `/`, and once more at the path of the official script, so that a rewriting
/// proxy needs no change of the page.
pub fn service(directory: &Path) -> impl HttpServiceFactory + 'static {
    let directory = directory.to_owned();
    web::scope("")
        .wrap(from_fn(headers))
        .wrap(Compress::default())
        .service(files("/deployments/chatkit", &directory))
        .service(files("/", &directory))
}

fn files(mount: &str, directory: &Path) -> Files {
    let directory: PathBuf = directory.to_owned();
    let built = directory.join("index.html").is_file();
    Files::new(mount, directory).index_file("index.html").prefer_utf8(true).default_handler(fn_service(
        move |request: ServiceRequest| async move {
            Ok(match no_file(request.path(), built) {
                Ok(answer) => request.into_response(answer),
                Err(error) => request.error_response(error),
            })
        },
    ))
}

/// Stands in for a folder that is not there: says how to build it.
pub fn missing() -> impl HttpServiceFactory + 'static {
    web::scope("")
        .wrap(from_fn(headers))
        .default_service(web::to(|request: HttpRequest| async move { no_file(request.path(), false) }))
}

/// Answers where there is no file.
fn no_file(path: &str, built: bool) -> Result<HttpResponse, ApiError> {
    if path == "/" && !built {
        return Ok(HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body(NOT_BUILT));
    }
    Err(nothing_here())
}

fn nothing_here() -> ApiError {
    ApiError::not_found("there is nothing at this address")
}

/// Sets the headers of pages and files, and puts refusals, which `Files` words as plain text, into
/// our one error shape.
async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(super::method_not_allowed("GET, HEAD").into());
    }
    let hashed = is_hashed(request.path());
    let mut response = next.call(request).await?;
    // A path that leads out of the folder or to a hidden file.
    if response.status() == StatusCode::BAD_REQUEST {
        return Err(nothing_here().into());
    }
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|content_type| content_type.as_bytes().starts_with(b"text/html"));
    let ok = response.status().is_success() || response.status() == 304;
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, header::HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if is_page {
        set(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
        set(header::REFERRER_POLICY, "no-referrer");
    } else {
        // Pages of any origin may load the component, also under a strict embedder policy.
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        set(header::CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin");
    }
    if ok {
        set(header::CACHE_CONTROL, if hashed { "public, max-age=31536000, immutable" } else { "no-cache" });
    }
    Ok(response)
}

/// Whether a file's name carries a hash of its content, as the build writes them: `app-1a2B3c4D.js`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, _)) = name.split_once('.') else { return false };
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() >= 8 && hash.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    })
}

/// `GET /favicon.ico`, which browsers ask for unasked.
pub async fn favicon(directory: web::Data<PathBuf>) -> Result<NamedFile, ApiError> {
    let path = directory.join("favicon.svg");
    web::block(move || NamedFile::open(path))
        .await
        .map_err(ApiError::internal)?
        .map_err(|_| ApiError::not_found("there is no icon"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_cached_for_good() {
        for path in ["/chatkit/app-1a2B3c4D.js", "/assets/index-DkZ0xY12.css"] {
            assert!(is_hashed(path), "{path}");
        }
        for path in ["/chatkit.js", "/index.html", "/", "/city-view.png", "/assets/a-b.js"] {
            assert!(!is_hashed(path), "{path}");
        }
    }
}
