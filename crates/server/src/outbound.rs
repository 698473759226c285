//! The way out: through which proxy the server reaches what lies outside.
//!
//! Model servers, keys of real tenants and tokens of a workload identity are asked so. Managed identities never are:
//! the platform's endpoint vouches for whoever reaches it, so nothing may stand between.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use azure::proxy::{Proxies, Proxy, ProxyUrlError};
use http::HeaderMap;
use http::header::VIA;
use serde::Deserialize;

use crate::bounded_file;
use crate::token_service::random;

/// The longest URL of a proxy, in bytes.
const MAX_URL: u64 = 4 * 1024;

/// `proxy = { … }`: a forward proxy, from one of `url`, `env` and `file`; or `direct = true`. Without any of
/// it, the variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ProxyConfig {
    /// `http://HOST:PORT`. One with a user and a password belongs in `env` or `file`.
    pub url: Option<String>,
    /// The environment variable that holds the URL.
    pub env: Option<String>,
    /// The file that holds the URL, read at the start.
    pub file: Option<PathBuf>,
    /// Whether there is none, whatever the environment says.
    pub direct: bool,
    /// Hosts that are reached without it, as in `NO_PROXY`.
    pub except: Vec<String>,
}

/// A proxy that cannot be used as configured. Never repeats its URL.
#[derive(Debug, thiserror::Error)]
pub enum ProxyConfigError {
    /// It comes from one place.
    #[error(
        "a proxy comes from `url`, `env` or `file`, or there is none with `direct`: one of them"
    )]
    Source,
    /// There is nothing to be excepted from.
    #[error("`except` lists what is reached without the proxy, and with `direct` there is none")]
    Except,
    /// A password that everybody sees who sees the configuration.
    #[error("the proxy's `url` holds a user: put the URL in `env` or `file`")]
    User,
    /// The variable is missing or no text.
    #[error("the environment variable `{0}` is not set")]
    Variable(String),
    /// The file cannot be read, or is too long.
    #[error("the file `{}` with the proxy's URL cannot be used: {problem}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
    /// It is no URL of a proxy.
    #[error(transparent)]
    Url(#[from] ProxyUrlError),
}

impl ProxyConfig {
    /// The ways that it describes.
    ///
    /// # Errors
    /// It contradicts itself, or what it names cannot be used.
    pub fn proxies(&self) -> Result<Proxies, ProxyConfigError> {
        let url = match (&self.url, &self.env, &self.file, self.direct) {
            (Some(url), None, None, false) if url.contains('@') => {
                return Err(ProxyConfigError::User);
            }
            (Some(url), None, None, false) => url.clone(),
            (None, Some(variable), None, false) => {
                std::env::var(variable).map_err(|_| ProxyConfigError::Variable(variable.clone()))?
            }
            (None, None, Some(path), false) => read(path)?,
            (None, None, None, true) if self.except.is_empty() => return Ok(Proxies::default()),
            (None, None, None, true) => return Err(ProxyConfigError::Except),
            _ => return Err(ProxyConfigError::Source),
        };
        Ok(Proxies::one(&Proxy::new(&url)?, &self.except.join(",")).of_server(via()))
    }
}

/// The ways that the environment describes.
pub(crate) fn environment() -> Proxies {
    Proxies::new(|name| std::env::var(name).ok()).of_server(via())
}

/// Whether a request to our own proxy comes from ourselves.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(VIA).iter();
    values.any(|value| {
        let hops = value.to_str().unwrap_or_default().split(',');
        hops.map(str::trim).any(|hop| hop == via())
    })
}

/// What proxies are told of this process (RFC 9110, section 7.6.3): a name that no other bears.
fn via() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| format!("1.1 entrada-{}", random::id()))
}

fn read(path: &Path) -> Result<String, ProxyConfigError> {
    let fault = |problem: String| ProxyConfigError::File {
        path: path.to_owned(),
        problem,
    };
    let url = bounded_file::text(path, MAX_URL).map_err(|error| fault(error.to_string()))?;
    url.ok_or_else(|| fault("it is too long".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(config: &str) -> Result<Proxies, String> {
        let config: ProxyConfig = toml::from_str(config).map_err(|error| error.to_string())?;
        config.proxies().map_err(|error| error.to_string())
    }

    #[test]
    fn a_proxy_comes_from_one_place_and_its_password_from_elsewhere() {
        for (config, expected) in [
            ("", "one of them"),
            ("url = 'http://p'\nenv = 'A'", "one of them"),
            ("url = 'http://p'\ndirect = true", "one of them"),
            ("direct = true\nexcept = ['h']", "`except` lists"),
            ("url = 'http://u:hunter2@p'", "holds a user"),
            ("url = 'socks5://p'", "only http proxies"),
            ("env = 'ENTRADA_NO_SUCH_VARIABLE'", "is not set"),
            ("env = 'CARGO_PKG_DESCRIPTION'", "cannot be read"),
            ("file = '/no/such/file'", "`/no/such/file`"),
            ("urls = []", "unknown field"),
        ] {
            let fault = read(config).expect_err(config);
            assert!(fault.contains(expected), "{config}: {fault}");
            assert!(!fault.contains("hunter2"), "{fault}");
        }
        assert!(read("direct = true").is_ok());
    }

    #[test]
    fn a_file_holds_the_url_with_user_and_password() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("proxy");
        std::fs::write(&file, "http://u:hunter2@proxy.example:3128\n").unwrap();
        let config = format!("file = '{}'\nexcept = ['.internal']", file.display());
        let proxies = read(&config).unwrap();
        let of = |url: &str| proxies.of(&url.parse().unwrap()).unwrap();
        let proxy = of("https://outside.example/").unwrap();
        assert_eq!(proxy.address(), "proxy.example:3128");
        assert!(proxy.credential().is_some());
        assert!(of("https://a.internal/").is_none() && of("http://127.0.0.1/").is_none());
        std::fs::write(&file, "x".repeat(5_000)).unwrap();
        assert!(read(&config).unwrap_err().contains("too long"));
    }

    #[test]
    fn this_process_knows_itself_among_others() {
        let said = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(VIA, value.parse().unwrap());
            is_own(&headers)
        };
        assert!(said(via()) && said(&format!("1.0 squid, {}", via())));
        assert!(!said("1.1 entrada") && !said("1.1 entrada-other") && !said(""));
    }
}
