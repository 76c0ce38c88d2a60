//! The static UI: the web component, its chunks and the demo page.

mod embedded;

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
use serde::Deserialize;

use self::embedded::Embedded;
use super::error::ApiError;

/// The policy of our own pages: they load from here alone, and never turn a string into HTML.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The answer where the UI has not been built.
const NOT_BUILT: &str = "The server runs, but its web interface is not built.\n\
    Run `make run`, or `npm ci && npm run build` in frontend/.\n\
    The ChatKit endpoint is POST /chatkit.\n";

/// Where the built web interface is.
///
/// | made from | the files are |
/// | --- | --- |
/// | a path | in a folder: `static/` of this project, once `make ui` has built it |
/// | `chatkit_web::FILES` | in the program: the crate `chatkit-web` carries them |
#[derive(Clone, Debug)]
pub struct WebFiles(Place);

#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Program(Embedded),
}

macro_rules! from_path {
    ($($path:ty),*) => {$(
        impl From<$path> for WebFiles {
            fn from(folder: $path) -> Self {
                Self(Place::Folder(folder.into()))
            }
        }
    )*};
}

from_path!(PathBuf, &PathBuf, &Path, String, &str);

/// Names, such as `chatkit.js`, and contents.
impl From<&[(&'static str, &'static [u8])]> for WebFiles {
    fn from(files: &[(&'static str, &'static [u8])]) -> Self {
        Self(Place::Program(Embedded::new(files)))
    }
}

/// Serves the web component alone, beside the routes of the application that mounts it.
///
/// Pages load `<script src="…/chatkit.js" async></script>`; the script finds its parts next to itself.
/// The files come from a folder or from the program: see [`WebFiles`].
///
/// | route | what |
/// | --- | --- |
/// | `GET /chatkit.js` | the script |
/// | `GET /chatkit/{part}` | what it loads; names carry a hash and are cached for good |
///
/// Pages of any origin may load it. Where nothing is built the answer is 404, and says so.
pub fn web_component(files: impl Into<WebFiles>) -> impl FnOnce(&mut web::ServiceConfig) + 'static {
    let WebFiles(files) = files.into();
    move |config| {
        let parts = files.clone();
        let own = |path| super::resource(path, "GET, HEAD").wrap(from_fn(headers)).wrap(Compress::default());
        let script = super::get_or_head()
            .to(move |request: HttpRequest| component_file(files.clone(), "chatkit.js".to_owned(), request));
        let part = super::get_or_head().to(move |part: web::Path<Part>, request: HttpRequest| {
            component_file(parts.clone(), format!("chatkit/{}", part.component_part), request)
        });
        config
            .service(own("/chatkit.js").route(script))
            // The pattern admits neither separators nor a leading dot, so a name cannot leave the folder.
            .service(own(r"/chatkit/{component_part:\w[\w.-]*}").route(part));
    }
}

/// The variable part of an address, read by name because the scope we are mounted in may have parts of its own.
#[derive(Deserialize)]
struct Part {
    component_part: String,
}

/// A file of the web component.
async fn component_file(files: Place, name: String, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let found = match files {
        Place::Program(files) => files.answer(&name, &request),
        Place::Folder(folder) => {
            let opened = web::block(move || NamedFile::open(folder.join(name))).await;
            let file = opened.map_err(ApiError::internal)?.ok();
            file.map(|file| file.prefer_utf8(true).into_response(&request))
        }
    };
    found.ok_or_else(|| {
        ApiError::not_found("this part of the web component is not here; `make ui` builds all of it")
    })
}

/// Serves the whole web interface: the web component and the demo page around it.
///
/// The files come from a folder or from the program: see [`WebFiles`]. It answers **every** path that
/// no route before it took, so mount it last, or in a scope of its own, or take [`web_component`].
/// The component also answers at the path of the official script,
/// `/deployments/chatkit/chatkit.js`, so that a rewriting proxy needs no change of the page.
pub fn web_interface(files: impl Into<WebFiles>) -> impl FnOnce(&mut web::ServiceConfig) + 'static {
    let WebFiles(files) = files.into();
    move |config| match files {
        Place::Folder(folder) => folder_interface(&folder, config),
        Place::Program(files) => {
            config.service(
                web::scope("")
                    .wrap(from_fn(headers))
                    .wrap(Compress::default())
                    .default_service(web::to(move |request| std::future::ready(page(&files, &request)))),
            );
        }
    }
}

/// A file of the web interface from the program.
fn page(files: &Embedded, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.match_info().unprocessed().trim_start_matches('/');
    let name = match path.strip_prefix("deployments/chatkit/").unwrap_or(path) {
        "" => "index.html",
        "favicon.ico" => "favicon.svg",
        name => name,
    };
    match files.answer(name, request) {
        Some(answer) => Ok(answer),
        None => no_file(request.path(), files.has("index.html")),
    }
}

fn folder_interface(directory: &Path, config: &mut web::ServiceConfig) {
    // `Files` would log an error for each worker, and serve nothing.
    if !directory.is_dir() {
        config.service(missing());
        return;
    }
    let icon = directory.join("favicon.svg");
    config
        .service(
            super::resource("/favicon.ico", "GET, HEAD")
                .wrap(from_fn(headers))
                .route(super::get_or_head().to(move || favicon(icon.clone()))),
        )
        .service(
            web::scope("")
                .wrap(from_fn(headers))
                .wrap(Compress::default())
                .service(files("/deployments/chatkit", directory))
                .service(files("/", directory)),
        );
}

fn files(mount: &str, directory: &Path) -> Files {
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

/// Answers in place of a folder that does not exist, and says how to build it.
fn missing() -> impl HttpServiceFactory + 'static {
    web::scope("")
        .wrap(from_fn(headers))
        .default_service(web::to(|request: HttpRequest| async move { no_file(request.path(), false) }))
}

/// Answers where no file exists.
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

/// Sets the headers of pages and files, and gives refusals, which `Files` writes as plain text, our one error
/// shape.
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

/// `GET /favicon.ico`, which browsers request of their own accord.
async fn favicon(path: PathBuf) -> Result<NamedFile, ApiError> {
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
