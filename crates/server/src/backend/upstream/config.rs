//! How an upstream is configured.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use azure::proxy::{Proxies, Proxy, ProxyUrlError};
use http::uri::Scheme;
use http::{HeaderValue, Uri};
use serde::Deserialize;

use super::credential::{Credential, CredentialConfig, CredentialError};
use super::head::{self, HeaderError};
use super::url::{Url, read_url};
use crate::backend::{Api, Route};
use crate::outbound::{ProxyConfig, ProxyConfigError};

/// `[deployment.upstream]`: where the model server is and what it can do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Where its API begins, such as `http://127.0.0.1:11434/v1`. A query, such
    /// as `?api-version=…`, goes with every request.
    pub url: String,
    /// The model's name there; the deployment's name if left out.
    #[serde(default)]
    pub model: Option<String>,
    /// What it speaks.
    #[serde(default = "usual_apis")]
    pub apis: Vec<ApiKind>,
    /// Entrada's own credential; none if left out.
    #[serde(default)]
    pub credential: Option<CredentialConfig>,
    /// PEM file with the certificate authorities to trust instead of the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The way to it, instead of `[endpoint.proxy]` and of what the environment says.
    #[serde(default)]
    pub proxy: Option<ProxyConfig>,
    /// Whether it serves one model whatever a body asks for: bodies are then
    /// passed on unread.
    #[serde(default)]
    pub single_model: bool,
    /// Whether clients may continue, read and delete responses that it keeps. It keeps
    /// them for all who may call: no other account may use the same server so.
    #[serde(default)]
    pub stored_responses: bool,
    /// Further request headers that travel. Headers with credentials never do.
    #[serde(default)]
    pub forward_headers: Vec<String>,
    /// Seconds to connect.
    #[serde(default = "connect_seconds")]
    pub connect_seconds: u64,
    /// Seconds until an answer begins. Without streaming it begins when it is complete.
    #[serde(default = "first_byte_seconds")]
    pub first_byte_seconds: u64,
    /// Seconds between two pieces of an answer.
    #[serde(default = "idle_seconds")]
    pub idle_seconds: u64,
}

/// A family of operations that a server has or lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ApiKind {
    /// `/chat/completions`
    Chat,
    /// `/completions`
    Completions,
    /// `/embeddings`
    Embeddings,
    /// `/responses`
    Responses,
    /// `/messages`, Anthropic's
    Messages,
}

/// An upstream that cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The URL is none, or has what a URL of an API has not.
    #[error("`{url}` is not the URL of an API: {problem}")]
    Url {
        /// What was given, without any user and password.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A timeout of nothing.
    #[error("`{0}` must be at least 1 and at most 86400")]
    Seconds(&'static str),
    /// The credential cannot be used.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// A header that may not travel, or is none.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The way to it cannot be used.
    #[error("proxy: {0}")]
    Proxy(#[from] ProxyConfigError),
    /// The proxy that the endpoint or the environment names for it cannot be used.
    #[error("[endpoint.proxy], or HTTPS_PROXY, HTTP_PROXY and ALL_PROXY in the environment: {0}")]
    UsualProxy(ProxyUrlError),
    /// The certificate authorities cannot be used.
    #[error("the certificate authorities in `{path}` cannot be used: {problem}")]
    Roots {
        /// The file, or `system`.
        path: String,
        /// Why not.
        problem: String,
    },
}

/// A model server, ready to be called.
#[derive(Debug)]
pub struct Upstream {
    pub(super) id: u64,
    base: Url,
    /// The request targets of the APIs, in the order of [`Api::ALL`].
    targets: [Uri; Api::ALL.len()],
    /// The `Host` header of requests to it.
    pub(super) host: HeaderValue,
    pub(super) model: String,
    apis: Vec<ApiKind>,
    pub(super) credential: Credential,
    pub(super) headers: head::Travelling,
    pub(super) tls: Option<Arc<rustls::ClientConfig>>,
    pub(super) proxies: Proxies,
    proxy: Option<Proxy>,
    pub(super) single_model: bool,
    pub(super) stored_responses: bool,
    pub(super) connect: Duration,
    pub(super) first_byte: Duration,
    pub(super) idle: Duration,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Upstream {
    /// The server that `config` describes, for a deployment called `deployment`. What has no way of its own goes
    /// through `proxies`. Reads the credential and the certificate authorities.
    ///
    /// # Errors
    /// If anything of it cannot be used.
    pub fn new(
        config: &UpstreamConfig,
        deployment: &str,
        proxies: &Proxies,
    ) -> Result<Self, UpstreamError> {
        let mut base = read_url(&config.url)?;
        let way = match &config.proxy {
            Some(own) => own.proxies()?,
            None => proxies.clone(),
        };
        let proxy = way.of(&base.origin()).map_err(UpstreamError::UsualProxy)?;
        // Through a tunnel, the server is asked as ever; else it is the proxy that is asked.
        base.absolute = proxy.is_some() && base.scheme == Scheme::HTTP;
        let tls = if base.scheme == Scheme::HTTPS {
            Some(super::client::tls(config.ca_file.as_deref())?)
        } else {
            None
        };
        Ok(Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            targets: Api::ALL.map(|api| base.target(path(api), "")),
            host: base.host()?,
            base,
            model: config
                .model
                .clone()
                .unwrap_or_else(|| deployment.to_owned()),
            apis: config.apis.clone(),
            credential: Credential::new(config.credential.as_ref(), proxies)?,
            headers: head::Travelling::new(&config.forward_headers)?,
            tls,
            proxies: way,
            proxy,
            single_model: config.single_model,
            stored_responses: config.stored_responses,
            connect: seconds("connect_seconds", config.connect_seconds)?,
            first_byte: seconds("first_byte_seconds", config.first_byte_seconds)?,
            idle: seconds("idle_seconds", config.idle_seconds)?,
        })
    }

    /// Whether the server has this API.
    pub fn speaks(&self, api: Api) -> bool {
        match api {
            Api::ChatCompletions => self.apis.contains(&ApiKind::Chat),
            Api::Completions => self.apis.contains(&ApiKind::Completions),
            Api::Embeddings => self.apis.contains(&ApiKind::Embeddings),
            Api::Responses => self.apis.contains(&ApiKind::Responses),
            Api::Messages | Api::CountTokens => self.apis.contains(&ApiKind::Messages),
            Api::Info => false,
        }
    }

    /// Whether a body must be read before it is passed on: to rewrite its model,
    /// or to see that it continues nothing.
    pub fn reads_body(&self, route: Route) -> bool {
        !self.single_model || (route.api == Api::Responses && !self.stored_responses)
    }

    /// Whether responses that the server keeps may be read, continued and deleted.
    pub fn keeps_responses(&self) -> bool {
        self.stored_responses && self.speaks(Api::Responses)
    }

    /// Whether both are the same place, so that what one keeps is the other's too.
    pub fn is_same_server(&self, other: &Upstream) -> bool {
        let (mine, theirs) = (&self.base, &other.base);
        mine.scheme == theirs.scheme
            && mine.authority == theirs.authority
            && mine.path == theirs.path
    }

    /// Host and port of the server, in lower case and with the scheme's own port written out.
    pub fn server(&self) -> String {
        let Url {
            scheme, authority, ..
        } = &self.base;
        let usual = if *scheme == Scheme::HTTPS { 443 } else { 80 };
        let port = authority.port_u16().unwrap_or(usual);
        format!("{}:{port}", authority.host().to_ascii_lowercase())
    }

    /// Whom it is.
    pub(super) fn origin(&self) -> Uri {
        self.base.origin()
    }

    /// The proxy that stands before it, if one does.
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// The proxy that is sent its requests to pass on, rather than asked for a tunnel.
    pub(super) fn forwarding_proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|_| self.base.absolute)
    }

    /// The request target for an API.
    pub(super) fn api(&self, api: Api) -> Uri {
        self.targets[api as usize].clone()
    }

    /// The request target for what follows the API's beginning, such as `/responses/resp_1`, with a further
    /// query where it is not empty.
    pub(super) fn target(&self, rest: &str, more: &str) -> Uri {
        self.base.target(rest, more)
    }
}

/// Where an API is, below the beginning.
fn path(api: Api) -> &'static str {
    match api {
        Api::ChatCompletions => "/chat/completions",
        Api::Completions => "/completions",
        Api::Embeddings => "/embeddings",
        Api::Responses => "/responses",
        Api::Info => "/models",
        Api::Messages => "/messages",
        Api::CountTokens => "/messages/count_tokens",
    }
}

fn seconds(name: &'static str, seconds: u64) -> Result<Duration, UpstreamError> {
    if (1..=86_400).contains(&seconds) {
        Ok(Duration::from_secs(seconds))
    } else {
        Err(UpstreamError::Seconds(name))
    }
}

fn usual_apis() -> Vec<ApiKind> {
    vec![ApiKind::Chat, ApiKind::Completions, ApiKind::Embeddings]
}

fn connect_seconds() -> u64 {
    5
}

/// What the OpenAI SDKs wait for.
fn first_byte_seconds() -> u64 {
    600
}

fn idle_seconds() -> u64 {
    120
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_keeps_the_configured_query() {
        let config = UpstreamConfig {
            url: "http://h/models?api-version=1".to_owned(),
            ..toml::from_str("url = ''").expect("TOML")
        };
        let upstream = Upstream::new(&config, "d", &Proxies::default()).expect("an upstream");
        assert_eq!(
            upstream.target("/chat/completions", ""),
            "/models/chat/completions?api-version=1"
        );
        for api in Api::ALL {
            assert_eq!(upstream.api(api), upstream.target(path(api), ""));
        }
        assert_eq!(upstream.origin(), "http://h/");
        assert_eq!(upstream.model, "d");
    }
}
