//! Who may drive this server from a browser: checks of the `Host` and `Origin` headers.
//!
//! A server is reachable from every web page that its users open. Without these checks a page could
//! drive it behind a user's back, by a simple cross-origin request, or by pointing a host name of its own
//! at the server's address, which makes the two one origin to the browser.
//!
//! What a proxy adds (`Forwarded`, `X-Forwarded-Host`, `X-Forwarded-Proto`) is not believed, since
//! anybody can send it. Behind a proxy the base URL says how clients reach the server.

use std::{collections::HashSet, net::IpAddr};

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
///
/// The default suits a server whose pages come from the same origin. It answers requests that were sent to
/// a loopback name, an IP address, or the host of
/// [`ChatKitBuilder::base_url`](crate::ChatKitBuilder::base_url). A server under another name must be
/// told that name:
///
/// ```
/// use actix_chatkit::OriginPolicy;
///
/// // Pages of `https://www.example.com` may use the server, which is reached as `chat.internal`.
/// let origins = OriginPolicy::new(&["https://www.example.com"]).allow_hosts(["chat.internal"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct OriginPolicy {
    any_origin: bool,
    /// Further origins, and the base URL's.
    origins: HashSet<Origin>,
    any_host: bool,
    /// Further host names, and the base URL's, in lower case.
    hosts: HashSet<String>,
}

/// A scheme, a host and a port, as browsers compare them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Origin {
    scheme: String,
    host: String,
    /// `None` for the scheme's own port.
    port: Option<u16>,
}

impl OriginPolicy {
    /// Allows pages of the server's own origin and of these, such as `https://app.example.com`; `*`
    /// allows pages of every origin. Where the server listens on a loopback address and is reached by one,
    /// or by a loopback name, pages of loopback origins are allowed too.
    pub fn new(allowed: &[impl AsRef<str>]) -> Self {
        let allowed: Vec<_> = allowed.iter().map(|origin| origin.as_ref().trim()).collect();
        Self {
            any_origin: allowed.contains(&"*"),
            origins: allowed
                .iter()
                .filter_map(|origin| Origin::parse(origin.trim_end_matches('/')))
                .collect(),
            ..Self::default()
        }
    }

    /// Answers to these host names too, whatever the port; `*` answers to every name, which lets any web
    /// page drive a server that asks for no login.
    #[must_use]
    pub fn allow_hosts(mut self, hosts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        for host in hosts {
            match host.as_ref().trim() {
                "" => {}
                "*" => self.any_host = true,
                host => {
                    self.hosts.insert(host_name(host));
                }
            }
        }
        self
    }

    /// Counts the address that clients reach the server under as its own.
    pub(crate) fn with_base_url(mut self, base_url: &str) -> Self {
        if let Some((scheme, rest)) = base_url.split_once("://") {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if let Some(own) = Origin::of(scheme, authority) {
                self.hosts.insert(own.host.clone());
                self.origins.insert(own);
            }
        }
        self
    }

    /// Whether requests to this authority, a host with or without a port, are answered.
    fn allows_host(&self, authority: &str) -> bool {
        let name = host_name(authority);
        self.any_host
            || is_loopback(&name)
            // No web page can point an address at another server, as it can a name.
            || name.parse::<IpAddr>().is_ok()
            || self.hosts.contains(&name)
    }

    /// Whether pages of this origin may send requests to `reached`.
    fn allows_origin(&self, origin: &str, reached: &Reached) -> bool {
        if self.any_origin {
            return true;
        }
        // Without a host (`null`, `file://`) it is nobody's own.
        let Some(origin) = Origin::parse(origin) else { return false };
        reached.origin.as_ref() == Some(&origin)
            || self.origins.contains(&origin)
            || (reached.on_loopback && is_loopback(&origin.host))
    }
}

impl Origin {
    /// Reads an origin such as `https://app.example.com:8443`.
    fn parse(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        Self::of(scheme, authority)
    }

    fn of(scheme: &str, authority: &str) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        let host = host_name(authority);
        let port = match authority.rsplit_once(':') {
            // The colon belongs to an IPv6 address.
            Some((_, rest)) if rest.ends_with(']') => None,
            Some((_, port)) => Some(port.parse().ok()?),
            None => None,
        };
        let own_port = match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        let is_plain = !host.is_empty() && !authority.contains(['/', '?', '#', '@']);
        is_plain.then(|| Self { port: port.filter(|_| port != own_port), scheme, host })
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
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn header_text(head: &RequestHead, name: header::HeaderName) -> &str {
    head.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The host and the port that a request was sent to.
pub fn authority(head: &RequestHead) -> &str {
    match header_text(head, header::HOST) {
        "" => head.uri.authority().map_or("", |authority| authority.as_str()),
        host => host,
    }
}

/// How a request reached the server.
struct Reached {
    /// The origin that it was sent to, if that is one.
    origin: Option<Origin>,
    /// Whether the server listens on a loopback address, and was reached by such an address or name. A server
    /// behind a proxy of the same machine is reached by another name, and by people elsewhere.
    on_loopback: bool,
}

impl Reached {
    fn by(request: &ServiceRequest) -> Self {
        let config = request.app_config();
        let scheme = if config.secure() { "https" } else { "http" };
        Self::at(scheme, authority(request.head()), config.local_addr().ip())
    }

    fn at(scheme: &str, authority: &str, listening_on: IpAddr) -> Self {
        Self {
            origin: Origin::of(scheme, authority),
            on_loopback: listening_on.is_loopback() && is_loopback(&host_name(authority)),
        }
    }
}

/// Refuses requests of browsers that may not. Stands in front of [`cors`], which sees only those that may.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let policy = request.app_data::<web::Data<HttpServices>>().map(|services| &services.settings.origins);
    if let Some(policy) = policy {
        let host = authority(request.head());
        if !policy.allows_host(host) {
            return Err(ApiError::new(
                ErrorCode::HostNotAllowed,
                format!(
                    "this server does not answer to the host name `{}`; name it in ALLOWED_HOSTS or \
                 SERVER_BASE_URL, or in the application's `OriginPolicy`",
                    host_name(host).escape_default()
                ),
            )
            .into());
        }
        let origin = header_text(request.head(), header::ORIGIN);
        if !origin.is_empty() && !policy.allows_origin(origin, &Reached::by(&request)) {
            return Err(ApiError::new(ErrorCode::OriginNotAllowed, format!(
                "requests from the origin `{}` are not allowed; set CORS_ALLOWED_ORIGINS, or SERVER_BASE_URL if \
                 it is the server's own address, or the application's `OriginPolicy`",
                origin.escape_default()
            ))
            .into());
        }
    }
    next.call(request).await
}

/// Answers preflights, and tells browsers that the page may read the answer.
pub fn cors() -> Cors {
    Cors::default()
        .allowed_origin_fn(|_, _| true)
        .allowed_methods([Method::GET, Method::POST, Method::PUT])
        .allow_any_header()
        .expose_headers([header::RETRY_AFTER])
        .max_age(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(origin: &str, on_loopback: bool) -> Reached {
        Reached { origin: Origin::parse(origin), on_loopback }
    }

    #[test]
    fn own_and_listed_origins_are_allowed_and_no_others() {
        let policy = OriginPolicy::new(&["https://App.example.com/", " http://b.example:80 ", ""]);
        let here = reached("http://chat.example.com:8001", false);
        for origin in [
            "http://chat.example.com:8001",
            "http://Chat.Example.com.:8001",
            "https://app.example.com",
            "https://app.example.com:443",
            "http://b.example",
        ] {
            assert!(policy.allows_origin(origin, &here), "{origin}");
        }
        for origin in [
            "",
            "null",
            "file://",
            "https://chat.example.com:8001",
            "http://chat.example.com",
            "http://chat.example.com:8001@evil.example",
            "http://chat.example.com:8001/",
            "http://app.example.com",
            "https://app.example.com:80",
            "https://app.example.com.evil.com",
            "http://localhost:5171",
            "http://127.0.0.1:3000",
        ] {
            assert!(!policy.allows_origin(origin, &here), "{origin}");
        }
        assert!(OriginPolicy::new(&["*"]).allows_origin("https://any.example", &here));
        assert!(!policy.allows_origin("null", &Reached { origin: None, on_loopback: true }));
    }

    #[test]
    fn loopback_origins_are_allowed_where_the_server_listens_on_loopback() {
        let policy = OriginPolicy::default();
        let here = reached("http://127.0.0.1:8001", true);
        for origin in
            ["http://localhost:5171", "http://127.0.0.1:3000", "http://[::1]:3000", "http://a.localhost"]
        {
            assert!(policy.allows_origin(origin, &here), "{origin}");
        }
        for origin in ["http://localhost.evil.com", "http://127.0.0.1.evil.com", "http://192.168.1.5:3000"] {
            assert!(!policy.allows_origin(origin, &here), "{origin}");
        }
    }

    #[test]
    fn loopback_origins_are_strangers_to_a_server_that_a_proxy_reaches_on_loopback() {
        let policy = OriginPolicy::default().with_base_url("https://chat.example.com");
        let (loopback, public) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([192, 168, 1, 5]));
        for (host, address, is_allowed) in [
            ("localhost:8001", loopback, true),
            ("127.0.0.1:8001", loopback, true),
            ("chat.example.com", loopback, false),
            ("192.168.1.5:8001", loopback, false),
            ("localhost:8001", public, false),
        ] {
            let reached = Reached::at("http", host, address);
            assert_eq!(
                policy.allows_origin("http://localhost:5171", &reached),
                is_allowed,
                "{host}, {address}"
            );
        }
    }

    #[test]
    fn a_secure_page_is_no_page_of_the_same_address_without_encryption() {
        let here = reached("http://chat.example.com", false);
        let behind_a_proxy = OriginPolicy::default().with_base_url("https://chat.example.com/api");
        assert!(behind_a_proxy.allows_origin("https://chat.example.com", &here));
        assert!(!OriginPolicy::default().allows_origin("https://chat.example.com", &here));
    }

    #[test]
    fn hosts_are_loopback_names_addresses_the_base_url_s_and_those_listed() {
        let policy = OriginPolicy::default()
            .with_base_url("https://Chat.example.com:8443/api")
            .allow_hosts(["internal.example", " ", "[2001:db8::1]"]);
        for host in [
            "localhost:8001",
            "127.0.0.1",
            "127.1.2.3:80",
            "[::1]:8001",
            "192.168.1.5:8001",
            "[fe80::1]",
            "chat.example.com:443",
            "CHAT.example.com.",
            "a.localhost",
            "internal.example:1",
        ] {
            assert!(policy.allows_host(host), "{host}");
        }
        for host in [
            "",
            "rebound.evil.com:8001",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "0x7f.1",
            "chat.example.com.evil.com",
            "evil.internal.example",
        ] {
            assert!(!policy.allows_host(host), "{host}");
        }
        assert!(OriginPolicy::default().allow_hosts(["*"]).allows_host("any.example"));
    }
}
