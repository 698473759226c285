//! Forward proxies: which one leads to a host, and tunnels through it.
//!
//! The rules are those of the variables that everybody knows: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` name
//! proxies by the scheme of what is asked, `NO_PROXY` lists hosts that are reached without. A proxy's user and
//! password are sent to it alone, and stand in no `Debug` and no error.

mod exceptions;
mod tunnel;

use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use thiserror::Error;

use exceptions::Exceptions;
pub(crate) use tunnel::open;

/// A proxy, spoken to in the clear.
#[derive(Clone)]
pub struct Proxy {
    /// Where to connect: `http://HOST:PORT/`.
    origin: Uri,
    credential: Option<HeaderValue>,
    /// What it is told of who asks on behalf of others.
    via: Option<Arc<str>>,
}

/// Which hosts are reached through which proxy.
#[derive(Clone, Default)]
pub struct Proxies(Arc<Rules>);

#[derive(Clone, Default)]
struct Rules {
    http: Option<Result<Proxy, ProxyUrlError>>,
    https: Option<Result<Proxy, ProxyUrlError>>,
    exceptions: Exceptions,
    /// The name of the server that asks, if one does.
    server: Option<Arc<str>>,
}

/// A proxy's URL that cannot be used. Does not repeat it, as it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProxyUrlError {
    /// No URL.
    #[error("the URL of the proxy cannot be read; one is `http://HOST:PORT`")]
    Unreadable,
    /// TLS to the proxy itself, SOCKS and others.
    #[error("only http proxies are spoken to, such as `http://HOST:PORT`")]
    Scheme,
}

/// Why a proxy did not connect.
#[derive(Debug, Error)]
pub enum ProxyError {
    /// What names it is wrong.
    #[error(transparent)]
    Url(#[from] ProxyUrlError),
    /// It cannot be reached.
    #[error("`{proxy}` cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        proxy: String,
        /// What the system said.
        reason: String,
    },
    /// It closed the connection before its answer was whole.
    #[error("`{proxy}` broke off: {reason}")]
    BrokeOff {
        /// Host and port.
        proxy: String,
        /// What the system said.
        reason: String,
    },
    /// It wants to know who asks.
    #[error("`{proxy}` wants a user and a password (407)")]
    CredentialMissing {
        /// Host and port.
        proxy: String,
    },
    /// It does not take the user and the password.
    #[error("`{proxy}` refuses the user and the password that it was given (407)")]
    CredentialRefused {
        /// Host and port.
        proxy: String,
    },
    /// It answered with something else than a connection.
    #[error("`{proxy}` answers {line}")]
    Refused {
        /// Host and port.
        proxy: String,
        /// The first line of its answer, shortened, or what is wrong with it.
        line: String,
    },
}

impl Proxy {
    /// Reads `[http://][USER:PASSWORD@]HOST[:PORT]`; user and password may be percent-encoded, the port is 80
    /// if left out.
    ///
    /// # Errors
    /// It is no URL, or one of another scheme.
    pub fn new(url: &str) -> Result<Proxy, ProxyUrlError> {
        let read = Matcher::builder().all(url.trim().to_owned()).build();
        let Some(found) = read.intercept(&Uri::from_static("http://host/")) else {
            return Err(match url.trim().split_once("://") {
                Some((scheme, _)) if !scheme.eq_ignore_ascii_case("http") => ProxyUrlError::Scheme,
                _ => ProxyUrlError::Unreadable,
            });
        };
        if found.uri().scheme_str() != Some("http") {
            return Err(ProxyUrlError::Scheme);
        }
        let authority = found.uri().authority().ok_or(ProxyUrlError::Unreadable)?;
        // A port that is none would be taken for one left out.
        let is_whole = authority.as_str() == authority.host() || authority.port_u16().is_some();
        if authority.host().is_empty() || !is_whole {
            return Err(ProxyUrlError::Unreadable);
        }
        Ok(Proxy {
            origin: found.uri().clone(),
            credential: found.basic_auth().cloned(),
            via: None,
        })
    }

    /// Host and port, for people.
    pub fn address(&self) -> String {
        let host = self.origin.host().unwrap_or_default();
        format!("{host}:{}", self.port())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.origin.port_u16().unwrap_or(80)
    }

    /// Whether it is a program of this machine.
    pub fn is_here(&self) -> bool {
        exceptions::is_this_machine(self.origin.host().unwrap_or_default())
    }

    /// Where to connect.
    pub(crate) fn origin(&self) -> &Uri {
        &self.origin
    }

    /// The value of `Proxy-Authorization`, marked as sensitive.
    pub fn credential(&self) -> Option<&HeaderValue> {
        self.credential.as_ref()
    }

    /// The value of `Via`, if there is to be one.
    pub fn via(&self) -> Option<&str> {
        self.via.as_deref()
    }
}

impl Proxies {
    /// As the variables say it, those in capitals first: a program's way to the outside.
    pub fn new(variable: impl Fn(&str) -> Option<String>) -> Proxies {
        let value = |name: &str| {
            let names = [name.to_owned(), name.to_ascii_lowercase()];
            let mut values = names.iter().filter_map(|name| variable(name));
            values.find(|value| !value.trim().is_empty())
        };
        let proxy = |name: &str| value(name).or_else(|| value("ALL_PROXY"));
        let read = |url: String| Proxy::new(&url);
        Proxies(Arc::new(Rules {
            http: proxy("HTTP_PROXY").map(read),
            https: proxy("HTTPS_PROXY").map(read),
            exceptions: Exceptions::new(&value("NO_PROXY").unwrap_or_default()),
            server: None,
        }))
    }

    /// One proxy for everything but the `exceptions`, a list as in `NO_PROXY`.
    pub fn one(proxy: &Proxy, exceptions: &str) -> Proxies {
        Proxies(Arc::new(Rules {
            http: Some(Ok(proxy.clone())),
            https: Some(Ok(proxy.clone())),
            exceptions: Exceptions::new(exceptions),
            server: None,
        }))
    }

    /// The same for a server that asks on behalf of others: this machine and what is link-local (metadata
    /// services are) are always reached directly, and a proxy is told who asks (`Via`, RFC 9110, section 7.6.3), so
    /// that a server does not call itself in a circle.
    #[must_use]
    pub fn of_server(self, via: &str) -> Proxies {
        let rules = Arc::unwrap_or_clone(self.0);
        Proxies(Arc::new(Rules {
            server: Some(via.into()),
            ..rules
        }))
    }

    /// The same for `https` alone: what is asked in the clear is reached directly.
    #[must_use]
    pub fn https_only(self) -> Proxies {
        let rules = Arc::unwrap_or_clone(self.0);
        Proxies(Arc::new(Rules {
            http: None,
            ..rules
        }))
    }

    /// The proxy that leads to a URL; `None` if it is reached directly.
    ///
    /// # Errors
    /// There is to be one, and its URL cannot be used.
    pub fn of(&self, url: &Uri) -> Result<Option<Proxy>, ProxyUrlError> {
        let rules = &*self.0;
        let proxy = match url.scheme_str() {
            Some("http") => &rules.http,
            Some("https") => &rules.https,
            _ => &None,
        };
        let direct = || {
            (rules.server.is_some() && exceptions::is_near(url.host().unwrap_or_default()))
                || rules.exceptions.contain(url)
        };
        match proxy {
            None => Ok(None),
            Some(_) if direct() => Ok(None),
            Some(proxy) => {
                let mut proxy = proxy.clone()?;
                proxy.via = rules.server.clone();
                Ok(Some(proxy))
            }
        }
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({})", self.address())
    }
}

impl std::fmt::Debug for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxies")
            .field("http", &self.0.http)
            .field("https", &self.0.https)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
