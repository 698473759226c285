//! How an upstream is configured.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};
use serde::Deserialize;

use super::credential::{Credential, CredentialConfig, CredentialError};
use super::head::{self, HeaderError};
use crate::backend::{Api, Route};

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
    pub(super) single_model: bool,
    pub(super) stored_responses: bool,
    pub(super) connect: Duration,
    pub(super) first_byte: Duration,
    pub(super) idle: Duration,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Upstream {
    /// The server that `config` describes, for a deployment called `deployment`.
    /// Reads the credential and the certificate authorities.
    ///
    /// # Errors
    /// If anything of it cannot be used.
    pub fn new(config: &UpstreamConfig, deployment: &str) -> Result<Self, UpstreamError> {
        let base = read_url(&config.url)?;
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
            credential: Credential::new(config.credential.as_ref())?,
            headers: head::Travelling::new(&config.forward_headers)?,
            tls,
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

    /// Where to connect.
    pub(super) fn origin(&self) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.base.scheme.clone());
        parts.authority = Some(self.base.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_static("/"));
        Uri::from_parts(parts).unwrap_or_default()
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

#[derive(Debug)]
struct Url {
    scheme: Scheme,
    authority: Authority,
    path: String,
    query: Option<String>,
}

impl Url {
    /// In origin form: the connection knows the rest.
    fn target(&self, rest: &str, more: &str) -> Uri {
        let Self { path, query, .. } = self;
        let target = match (query, more) {
            (Some(query), "") => format!("{path}{rest}?{query}"),
            (Some(query), more) => format!("{path}{rest}?{query}&{more}"),
            (None, "") => format!("{path}{rest}"),
            (None, more) => format!("{path}{rest}?{more}"),
        };
        // The beginning was read as a URI, what follows is our own path or a plain id, and a query comes
        // from a URI too.
        target.parse().unwrap_or_default()
    }

    fn host(&self) -> Result<HeaderValue, UpstreamError> {
        let host = self.authority.as_str();
        HeaderValue::from_str(host).map_err(|_| UpstreamError::Url {
            url: host.to_owned(),
            problem: "its host cannot be sent",
        })
    }
}

fn read_url(text: &str) -> Result<Url, UpstreamError> {
    // Everything up to an `@` may be a password: it is not repeated.
    let shown = text.rsplit('@').next().unwrap_or_default().to_owned();
    let fault = |problem| UpstreamError::Url {
        url: shown.clone(),
        problem,
    };
    let uri: Uri = text.parse().map_err(|_| fault("it cannot be read"))?;
    let parts = uri.into_parts();
    let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
        return Err(fault("it has no scheme or no host"));
    };
    if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
        return Err(fault("its scheme is neither http nor https"));
    }
    if authority.as_str().contains('@') {
        return Err(fault("it holds a user name: use `credential`"));
    }
    if authority.host().is_empty() {
        return Err(fault("it has no host"));
    }
    if text.contains('#') {
        return Err(fault("it has a fragment"));
    }
    let (path, query) = match parts.path_and_query {
        Some(path) => (
            path.path().trim_end_matches('/').to_owned(),
            path.query().map(str::to_owned),
        ),
        None => (String::new(), None),
    };
    Ok(Url {
        scheme,
        authority,
        path,
        query,
    })
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
    fn a_url_is_read_or_refused_without_repeating_a_password() {
        let read = |url: &str| {
            read_url(url).map(|url| {
                format!(
                    "{}://{} {} {:?}",
                    url.scheme, url.authority, url.path, url.query
                )
            })
        };
        assert_eq!(
            read("http://127.0.0.1:11434/v1/").ok().as_deref(),
            Some("http://127.0.0.1:11434 /v1 None")
        );
        assert_eq!(
            read("https://h/models?api-version=1").ok().as_deref(),
            Some("https://h /models Some(\"api-version=1\")")
        );
        for url in [
            "",
            "/v1",
            "localhost:8080",
            "ftp://h/v1",
            "http://",
            "http://h/v1#x",
            "http://ada:secret@h/v1",
        ] {
            let fault = read(url)
                .err()
                .map(|fault| fault.to_string())
                .unwrap_or_default();
            assert!(fault.contains("is not the URL of an API"), "{url}: {fault}");
            assert!(!fault.contains("secret"), "{fault}");
        }
    }

    #[test]
    fn a_target_keeps_the_configured_query() {
        let config = UpstreamConfig {
            url: "http://h/models?api-version=1".to_owned(),
            ..toml::from_str("url = ''").expect("TOML")
        };
        let upstream = Upstream::new(&config, "d").expect("an upstream");
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
