//! One HTTPS client for everything that is asked of the outside.
//!
//! It trusts the system's roots and, where configured, one more authority. Every request has a deadline
//! that covers name, connection, TLS, headers and body; every answer has a size limit; no redirect is
//! followed, so that an answer cannot choose whom we ask next. Plain HTTP is refused except to loopback
//! addresses and, where asked for, to the places of identity endpoints.

mod dialer;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;

pub use dialer::{DialError, Dialer};

use crate::proxy::{Proxies, ProxyError};

/// How a [`Client`] behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Certificates (PEM) to trust beside the system's.
    pub extra_roots: Option<Vec<u8>>,
    /// Whether the system's roots are trusted at all.
    pub system_roots: bool,
    /// Whether plain HTTP is spoken to `localhost` and to link-local addresses too, where the identity
    /// endpoints of cloud platforms live.
    pub platform_http: bool,
    /// The deadline of a request from start to the last byte of the answer.
    pub timeout: Duration,
    /// The most bytes of an answer's body.
    pub max_body: usize,
    /// Proxies that `https` goes through. Plain HTTP, which is for this machine, never does.
    pub proxies: Proxies,
}

impl Default for Options {
    /// The system's roots, ten seconds, one mebibyte.
    fn default() -> Self {
        Options {
            extra_roots: None,
            system_roots: true,
            platform_http: false,
            timeout: Duration::from_secs(10),
            max_body: 1024 * 1024,
            proxies: Proxies::default(),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// A certificate in [`Options::extra_roots`] is unreadable, or nothing at all would be trusted.
    #[error("no usable trusted certificates: {0}")]
    Roots(String),
    /// Not an absolute `https` URL (or `http` to a loopback address).
    #[error("`{0}` is not an https URL")]
    Url(String),
    /// The host's name has no address.
    #[error("`{host}` has no address: {reason}")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        reason: String,
    },
    /// No connection to the host.
    #[error("cannot connect to `{host}`: {reason}")]
    Connect {
        /// The name.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// No TLS with the host: usually a certificate of an authority that is not trusted here.
    #[error("no TLS with `{host}`: {reason}")]
    Tls {
        /// The name.
        host: String,
        /// What TLS said.
        reason: String,
    },
    /// The proxy does not connect to the host.
    #[error("the proxy does not connect to `{host}`: {reason}")]
    Proxy {
        /// The name.
        host: String,
        /// What the proxy said.
        reason: String,
    },
    /// The deadline passed.
    #[error("`{host}` did not answer in time")]
    Timeout {
        /// The name.
        host: String,
    },
    /// The body is longer than [`Options::max_body`].
    #[error("the answer of `{host}` is longer than {limit} bytes")]
    TooLarge {
        /// The name.
        host: String,
        /// The limit.
        limit: usize,
    },
    /// The connection broke, or the answer is not HTTP.
    #[error("no usable answer from `{host}`: {reason}")]
    Broken {
        /// The name.
        host: String,
        /// What went wrong.
        reason: String,
    },
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status. Redirects are answers like any other.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The client. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    inner: hyper_util::client::legacy::Client<HttpsConnector<Dialer>, Full<Bytes>>,
    platform_http: bool,
    timeout: Duration,
    max_body: usize,
}

impl Client {
    /// Makes a client. Reading the system's roots takes some milliseconds.
    ///
    /// # Errors
    /// [`ClientError::Roots`].
    pub fn new(options: &Options) -> Result<Client, ClientError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ClientError::Roots(error.to_string()))?
            .with_root_certificates(roots(options)?)
            .with_no_client_auth();
        let http = Dialer::new(options.proxies.clone().https_only());
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(http);
        let executor = TokioExecutor::new();
        Ok(Client {
            inner: hyper_util::client::legacy::Client::builder(executor).build(connector),
            platform_http: options.platform_http,
            timeout: options.timeout,
            max_body: options.max_body,
        })
    }

    /// Sends `GET url`.
    ///
    /// # Errors
    /// Why there is no answer. A status of 400 or 500 is an answer.
    pub async fn get(&self, url: &str) -> Result<Answer, ClientError> {
        let request = Request::get(url)
            .header(http::header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| ClientError::Url(url.to_owned()))?;
        self.send(request).await
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// Why there is no answer. A status of 400 or 500 is an answer.
    pub async fn send(&self, mut request: Request<Bytes>) -> Result<Answer, ClientError> {
        let host = allowed_host(request.uri(), self.platform_http)?;
        let agent = http::HeaderValue::from_static(concat!("entrada/", env!("CARGO_PKG_VERSION")));
        request
            .headers_mut()
            .insert(http::header::USER_AGENT, agent);
        let answer = tokio::time::timeout(self.timeout, self.exchange(request, &host)).await;
        answer.unwrap_or(Err(ClientError::Timeout { host }))
    }

    async fn exchange(&self, request: Request<Bytes>, host: &str) -> Result<Answer, ClientError> {
        let answer = self.inner.request(request.map(Full::new)).await;
        let (parts, body) = answer.map_err(|error| classify(&error, host))?.into_parts();
        let body = Limited::new(body, self.max_body).collect().await;
        let body = body.map_err(|error| {
            let host = host.to_owned();
            match error.downcast_ref::<LengthLimitError>() {
                Some(_) => ClientError::TooLarge {
                    host,
                    limit: self.max_body,
                },
                None => ClientError::Broken {
                    host,
                    reason: root_cause(&*error),
                },
            }
        })?;
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes(),
        })
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

pub(crate) fn roots(options: &Options) -> Result<rustls::RootCertStore, ClientError> {
    let mut roots = rustls::RootCertStore::empty();
    if options.system_roots {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    for certificate in CertificateDer::pem_slice_iter(options.extra_roots.as_deref().unwrap_or(b""))
    {
        let certificate = certificate.map_err(|error| ClientError::Roots(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| ClientError::Roots(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(ClientError::Roots("there are none".into()));
    }
    Ok(roots)
}

/// The URL's host, if it may be asked: `https`, or `http` to a literal loopback address, or to what
/// [`Options::platform_http`] adds.
fn allowed_host(url: &Uri, platform_http: bool) -> Result<String, ClientError> {
    let refused = || ClientError::Url(url.to_string().chars().take(200).collect());
    let host = url.host().ok_or_else(refused)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let address = literal.parse::<std::net::IpAddr>().ok();
    let loopback = address.is_some_and(|address| address.is_loopback());
    let platform = match address {
        Some(std::net::IpAddr::V4(address)) => address.is_link_local(),
        Some(std::net::IpAddr::V6(_)) => false,
        None => literal.eq_ignore_ascii_case("localhost"),
    };
    match url.scheme_str() {
        Some("https") => Ok(host.to_owned()),
        Some("http") if loopback || (platform && platform_http) => Ok(host.to_owned()),
        _ => Err(refused()),
    }
}

/// Tells name, connection and TLS apart by the causes beneath the library's error.
fn classify(error: &hyper_util::client::legacy::Error, host: &str) -> ClientError {
    let host = host.to_owned();
    if let Some(proxy) = proxy_error(error) {
        let reason = proxy.to_string();
        return ClientError::Proxy { host, reason };
    }
    let reason = root_cause(error);
    if is_tls(error) {
        ClientError::Tls { host, reason }
    } else if is_dns(error) {
        ClientError::Dns { host, reason }
    } else if error.is_connect() {
        ClientError::Connect { host, reason }
    } else {
        ClientError::Broken { host, reason }
    }
}

/// Whether TLS failed. An `io::Error` leaves out of `source` what it wraps, and TLS errors arrive wrapped
/// in one or two.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    wrapped.is_some_and(|inner| is_tls(inner)) || error.source().is_some_and(is_tls)
}

/// The proxy's part in an error, if it has one.
pub fn proxy_error<'error>(
    error: &'error (dyn std::error::Error + 'static),
) -> Option<&'error ProxyError> {
    let found = error.downcast_ref::<ProxyError>();
    found.or_else(|| proxy_error(error.source()?))
}

/// Whether resolving the name failed. The library's error for it is private and says so in its text.
fn is_dns(error: &(dyn std::error::Error + 'static)) -> bool {
    error.to_string().starts_with("dns error") || error.source().is_some_and(is_dns)
}

fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
