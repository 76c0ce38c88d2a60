//! Who may drive this server from a browser: checks of the `Host` and `Origin` headers.
//!
//! A server on a laptop is reachable from every web page the user opens. Without these checks a page
//! could drive it behind the user's back, by a simple cross-origin request or by pointing a host name
//! of its own at the loopback address.

use std::collections::HashSet;

use actix_cors::Cors;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{RequestHead, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web,
};

use super::{HttpServices, error::ApiError};
use crate::protocol::error::ErrorCode;

/// Which browsers' requests are answered.
#[derive(Clone, Debug, Default)]
pub struct OriginPolicy {
    allow_all: bool,
    /// Further origins, in lower case, such as `https://app.example.com`.
    allowed: HashSet<String>,
    /// The only host names that are answered; all when none.
    hosts: Option<HashSet<String>>,
}

impl OriginPolicy {
    /// Same and loopback origins and those listed, such as `https://app.example.com`; `*` allows all.
    pub fn new(allowed: &[impl AsRef<str>]) -> Self {
        let allowed: Vec<_> = allowed.iter().map(|origin| origin.as_ref().trim()).collect();
        Self {
            allow_all: allowed.contains(&"*"),
            allowed: allowed
                .iter()
                .map(|origin| origin.trim_end_matches('/').to_ascii_lowercase())
                .filter(|origin| !origin.is_empty())
                .collect(),
            hosts: None,
        }
    }

    /// Answers only loopback host names and these; for a server bound to a loopback address.
    #[must_use]
    pub fn loopback_only(mut self, also: impl IntoIterator<Item = String>) -> Self {
        self.hosts = Some(also.into_iter().map(|host| host.to_ascii_lowercase()).collect());
        self
    }

    fn allows_host(&self, host: &str) -> bool {
        let name = host_name(host);
        match &self.hosts {
            None => true,
            Some(_) if is_loopback(&name) => true,
            Some(hosts) => hosts.contains(&name),
        }
    }

    fn allows_origin(&self, origin: &str, host: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        if self.allow_all || self.allowed.contains(&origin) {
            return true;
        }
        // Without an authority (`null`, `file://`) it is nobody's own, even when the host is not known.
        let Some((_, authority)) = origin.split_once("://").filter(|(_, authority)| !authority.is_empty())
        else {
            return false;
        };
        authority.eq_ignore_ascii_case(host) || is_loopback(&host_name(authority))
    }
}

/// The name of an authority, without its port.
fn host_name(authority: &str) -> String {
    let name = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn header_text(head: &RequestHead, name: header::HeaderName) -> &str {
    head.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The host a request was sent to: by the proxy before us, or by the request itself.
fn hosts_of(head: &RequestHead) -> [&str; 2] {
    let direct = match header_text(head, header::HOST) {
        "" => head.uri.host().unwrap_or_default(),
        host => host,
    };
    [direct, header_text(head, header::HeaderName::from_static("x-forwarded-host"))]
}

/// Refuses requests of browsers that may not.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let policy = request.app_data::<web::Data<HttpServices>>().map(|services| &services.settings.origins);
    if let Some(policy) = policy {
        let head = request.head();
        let [host, forwarded_host] = hosts_of(head);
        if !policy.allows_host(host) {
            return Err(ApiError::new(ErrorCode::HostNotAllowed, format!(
                "this server does not answer to the host name `{}`; set SERVER_BASE_URL or SERVER_HOST, or the \
                 application's `OriginPolicy`",
                host_name(host).escape_default()
            ))
            .into());
        }
        let origin = header_text(head, header::ORIGIN);
        let own = policy.allows_origin(origin, host) || policy.allows_origin(origin, forwarded_host);
        if !origin.is_empty() && !own && *request.method() != Method::OPTIONS {
            return Err(ApiError::new(ErrorCode::OriginNotAllowed, format!(
                "requests from the origin `{}` are not allowed; set CORS_ALLOWED_ORIGINS, or the application's \
                 `OriginPolicy`",
                origin.escape_default()
            ))
            .into());
        }
    }
    next.call(request).await
}

/// Answers preflights, and tells browsers whose pages may read answers.
pub fn cors(policy: OriginPolicy) -> Cors {
    Cors::default()
        .allowed_origin_fn(move |origin, head| {
            let origin = origin.to_str().unwrap_or_default();
            hosts_of(head).iter().any(|host| policy.allows_origin(origin, host))
        })
        .allowed_methods([Method::GET, Method::POST, Method::PUT])
        .allow_any_header()
        .expose_headers([header::RETRY_AFTER])
        .max_age(3600)
        // A refusal is said by the guard, in our one error shape.
        .block_on_origin_mismatch(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_loopback_and_listed_origins_are_allowed_and_no_others() {
        let policy = OriginPolicy::new(&["https://App.example.com/".to_owned()]);
        let allows = |origin| policy.allows_origin(origin, "chat.example.com:8001");
        for origin in [
            "http://chat.example.com:8001",
            "http://localhost:5171",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "https://app.example.com",
        ] {
            assert!(allows(origin), "{origin}");
        }
        for origin in [
            "null",
            "http://chat.example.com:9",
            "https://evil.example.com",
            "http://localhost.evil.com",
            "http://127.0.0.1.evil.com",
            "https://app.example.com.evil.com",
        ] {
            assert!(!allows(origin), "{origin}");
        }
        assert!(!policy.allows_origin("file://", ""), "the host may be unknown");
        let spaced = OriginPolicy::new(&["https://a.example".to_owned(), " https://b.example".to_owned()]);
        assert!(spaced.allows_origin("https://b.example", "h"), "a list may have spaces");
        assert!(OriginPolicy::new(&["*".to_owned()]).allows_origin("https://any.example", "h"));
    }

    #[test]
    fn a_loopback_server_answers_to_loopback_names_and_its_own() {
        let policy = OriginPolicy::default().loopback_only(["Chat.example.com".to_owned()]);
        for host in [
            "localhost:8001",
            "127.0.0.1",
            "127.1.2.3:80",
            "[::1]:8001",
            "chat.example.com:443",
            "a.localhost",
        ] {
            assert!(policy.allows_host(host), "{host}");
        }
        for host in ["", "rebound.evil.com:8001", "192.168.1.5:8001", "localhost.evil.com"] {
            assert!(!policy.allows_host(host), "{host}");
        }
    }
}
