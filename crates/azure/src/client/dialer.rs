//! Connections: straight to the host, or through a proxy.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::proxy::{self, Proxies, ProxyError};

/// Makes connections: to a URL's host, or to what stands between.
///
/// For `https` a connection leads to the host, if need be through a tunnel. For `http` it may lead to the proxy
/// itself, which is then to be asked in absolute form; [`Proxies::of`] says whether it does.
#[derive(Clone, Debug)]
pub struct Dialer {
    direct: HttpConnector,
    proxies: Proxies,
}

/// Why there is no connection; [`ProxyError`] where a proxy is the reason.
pub type DialError = Box<dyn std::error::Error + Send + Sync>;

impl Dialer {
    /// A dialer that goes through these proxies.
    pub fn new(proxies: Proxies) -> Dialer {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        Dialer { direct, proxies }
    }

    /// The same, with a bound on the time to connect, shared out among a host's addresses. It does not cover what a
    /// proxy takes to answer.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Dialer {
        self.direct.set_connect_timeout(Some(limit));
        self
    }

    /// A connection on the way to a URL's host.
    ///
    /// # Errors
    /// See [`DialError`].
    pub async fn dial(&mut self, url: Uri) -> Result<TokioIo<TcpStream>, DialError> {
        let Some(proxy) = self.proxies.of(&url).map_err(ProxyError::Url)? else {
            return Ok(self.direct.call(url).await?);
        };
        let connected = self.direct.call(proxy.origin().clone()).await;
        let mut stream = connected.map_err(|error| ProxyError::Unreachable {
            proxy: proxy.address(),
            reason: super::root_cause(&error),
        })?;
        if url.scheme_str() == Some("https") {
            proxy::open(stream.inner_mut(), &proxy, &url).await?;
        }
        Ok(stream)
    }
}

impl Service<Uri> for Dialer {
    type Response = TokioIo<TcpStream>;
    type Error = DialError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, DialError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let mut this = self.clone();
        Box::pin(async move { this.dial(url).await })
    }
}
