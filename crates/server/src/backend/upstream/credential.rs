//! Entrada's own credential for an upstream.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use azure::credential::TokenCache;
use azure::proxy::Proxies;
use http::{HeaderName, HeaderValue, header};
use serde::Deserialize;

use super::identity::{IdentityError, ManagedIdentityConfig, WorkloadIdentityConfig};
use crate::bounded_file;
use crate::clock;

/// How long a file's content is used before the file is looked at again.
const FRESH: Duration = Duration::from_secs(30);
/// Longest credential, in bytes.
const MAX_BYTES: u64 = 16 * 1024;

/// Where a credential comes from (one of `env`, `file` and the identities), and in which header it goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CredentialConfig {
    /// The environment variable that holds it.
    #[serde(default)]
    pub env: Option<String>,
    /// The file that holds it; read again when it changes.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// The machine's managed identity.
    #[serde(default)]
    pub managed_identity: Option<ManagedIdentityConfig>,
    /// A federated token of another issuer.
    #[serde(default)]
    pub workload_identity: Option<WorkloadIdentityConfig>,
    /// What an identity's tokens are for, such as `https://cognitiveservices.azure.com/.default`.
    #[serde(default)]
    pub scope: Option<String>,
    /// The header that carries it: `authorization` (with `Bearer`) if left out,
    /// or one such as `api-key` or `x-api-key`.
    #[serde(default)]
    pub header: Option<String>,
}

/// A credential that cannot be used. Never says what it is.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// It comes from one place.
    #[error(
        "a credential comes from `env`, `file`, `managed_identity` or `workload_identity`, one of them"
    )]
    Source,
    /// Identities have tokens for something, and nothing else has.
    #[error(
        "`scope` says what the tokens of an identity are for, such as `https://cognitiveservices.azure.com/.default`; nothing else has one"
    )]
    Scope,
    /// Tokens go in one header.
    #[error("the token of an identity goes in `authorization`, not in another header")]
    TokenHeader,
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The variable is missing or no text.
    #[error("the environment variable `{0}` is not set")]
    Variable(String),
    /// The file cannot be read.
    #[error("the credential file `{path}` cannot be read")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is empty, too long, or has bytes that no header carries.
    #[error("the credential cannot be sent in a header")]
    Value,
    /// No header has that name.
    #[error("`{0}` is not a header name")]
    Header(String),
}

/// A credential and the header it goes in.
pub(super) enum Credential {
    /// None.
    Absent,
    /// Read once.
    Fixed(HeaderName, HeaderValue),
    /// Read from a file, again and again.
    File(HeaderName, Arc<FromFile>),
    /// An access token, renewed before it ends.
    Token(TokenCache),
}

/// The content of a file. Requests use what was read last; a stale content is
/// read again on the side, so no request waits for the file.
pub(super) struct FromFile {
    path: PathBuf,
    bearer: bool,
    current: ArcSwap<(HeaderValue, Instant)>,
    reading: AtomicBool,
}

impl Credential {
    /// Reads the credential that `config` describes; an authority is asked through `proxies`.
    pub(super) fn new(
        config: Option<&CredentialConfig>,
        proxies: &Proxies,
    ) -> Result<Self, CredentialError> {
        let Some(config) = config else {
            return Ok(Self::Absent);
        };
        let name = match &config.header {
            None => header::AUTHORIZATION,
            Some(name) => name
                .parse()
                .map_err(|_| CredentialError::Header(name.clone()))?,
        };
        let bearer = name == header::AUTHORIZATION;
        let (managed, workload) = (&config.managed_identity, &config.workload_identity);
        let is_identity = managed.is_some() || workload.is_some();
        let scope = match &config.scope {
            Some(scope) if is_identity && bearer => scope.as_str(),
            Some(_) if is_identity => return Err(CredentialError::TokenHeader),
            None if !is_identity => "",
            _ => return Err(CredentialError::Scope),
        };
        match (&config.env, &config.file, managed, workload) {
            (Some(variable), None, None, None) => {
                let text = std::env::var(variable)
                    .map_err(|_| CredentialError::Variable(variable.clone()))?;
                Ok(Self::Fixed(name, value(&text, bearer)?))
            }
            (None, Some(path), None, None) => {
                let current = ArcSwap::from_pointee((read(path, bearer)?, Instant::now()));
                let file = FromFile {
                    path: path.clone(),
                    bearer,
                    current,
                    reading: AtomicBool::new(false),
                };
                Ok(Self::File(name, Arc::new(file)))
            }
            (None, None, Some(identity), None) => Ok(Self::Token(identity.tokens(scope)?)),
            (None, None, None, Some(identity)) => Ok(Self::Token(identity.tokens(scope, proxies)?)),
            _ => Err(CredentialError::Source),
        }
    }

    /// The header to send.
    ///
    /// # Errors
    /// No token could be had in time.
    pub(super) async fn header(
        &self,
    ) -> Result<Option<(HeaderName, HeaderValue)>, azure::credential::CredentialError> {
        Ok(match self {
            Self::Absent => None,
            Self::Fixed(name, value) => Some((name.clone(), value.clone())),
            Self::File(name, file) => {
                let current = file.current.load_full();
                if current.1.elapsed() > FRESH {
                    FromFile::read_again(file);
                }
                Some((name.clone(), current.0.clone()))
            }
            Self::Token(tokens) => {
                let token = tokens.token(clock::now()).await?;
                Some((header::AUTHORIZATION, token.authorization.clone()))
            }
        })
    }
}

impl FromFile {
    /// Reads the file on the side, once at a time. What cannot be read leaves
    /// the last good content in use.
    fn read_again(file: &Arc<Self>) {
        if file.reading.swap(true, Ordering::AcqRel) {
            return;
        }
        let file = Arc::clone(file);
        tokio::task::spawn_blocking(move || {
            let value =
                read(&file.path, file.bearer).unwrap_or_else(|_| file.current.load().0.clone());
            file.current.store(Arc::new((value, Instant::now())));
            file.reading.store(false, Ordering::Release);
        });
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Fixed(name, _) => write!(f, "Fixed({name})"),
            Self::File(name, file) => write!(f, "File({name}, {})", file.path.display()),
            Self::Token(tokens) => tokens.fmt(f),
        }
    }
}

fn read(path: &Path, bearer: bool) -> Result<HeaderValue, CredentialError> {
    let fault = |source| CredentialError::File {
        path: path.to_owned(),
        source,
    };
    let text = bounded_file::text(path, MAX_BYTES).map_err(fault)?;
    value(&text.ok_or(CredentialError::Value)?, bearer)
}

fn value(text: &str, bearer: bool) -> Result<HeaderValue, CredentialError> {
    let text = text.trim();
    if text.is_empty() || text.len() as u64 > MAX_BYTES {
        return Err(CredentialError::Value);
    }
    let text = if bearer {
        format!("Bearer {text}")
    } else {
        text.to_owned()
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_| CredentialError::Value)?;
    value.set_sensitive(true);
    Ok(value)
}
