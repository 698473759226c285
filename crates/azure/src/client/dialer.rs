//! Connections: straight to the host, or through a proxy that the environment names.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service;

/// The longest answer of a proxy to `CONNECT`.
const MAX_ANSWER: usize = 8 * 1024;

/// Which hosts are reached through which proxy.
#[derive(Clone)]
pub struct Proxies(Arc<Matcher>);

/// Why a proxy did not connect.
#[derive(Debug, Error)]
pub enum ProxyError {
    /// The proxy is not `http`.
    #[error("only http proxies are spoken to")]
    Scheme,
    /// It cannot be reached.
    #[error("it cannot be reached: {0}")]
    Unreachable(#[source] std::io::Error),
    /// It answered with something else than a connection.
    #[error("it answers {0}")]
    Refused(String),
}

impl Proxies {
    /// As the variables `HTTPS_PROXY` (or `ALL_PROXY`) and `NO_PROXY` say it.
    pub fn new(https: &str, no: &str) -> Proxies {
        Proxies(Arc::new(
            Matcher::builder()
                .https(https.to_owned())
                .no(no.to_owned())
                .build(),
        ))
    }

    /// The proxy that a URL is reached through, as host and port, without user and password.
    pub fn of(&self, url: &Uri) -> Option<String> {
        let proxy = self.0.intercept(url)?;
        let authority = proxy.uri().authority()?;
        let host = authority.as_str().rsplit('@').next()?;
        Some(host.to_owned())
    }
}

impl std::fmt::Debug for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proxies")
    }
}

/// Makes connections for the client.
#[derive(Clone)]
pub(crate) struct Dialer {
    direct: HttpConnector,
    proxies: Option<Proxies>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Dialer {
    pub(crate) fn new(proxies: Option<Proxies>) -> Dialer {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        Dialer { direct, proxies }
    }

    /// A connection to a URL's host.
    pub(crate) async fn dial(&mut self, url: Uri) -> Result<TokioIo<TcpStream>, Failure> {
        let secure = url.scheme_str() == Some("https");
        let proxy = self.proxies.as_ref().filter(|_| secure);
        match proxy.and_then(|proxies| proxies.0.intercept(&url)) {
            None => Ok(self.direct.call(url).await?),
            Some(proxy) => {
                if proxy.uri().scheme_str() != Some("http") {
                    return Err(ProxyError::Scheme.into());
                }
                let address = proxy.uri().authority().ok_or(ProxyError::Scheme)?;
                let port = address.port_u16().unwrap_or(80);
                let tunnel = tunnel((address.host(), port), proxy.basic_auth(), &url).await?;
                Ok(TokioIo::new(tunnel))
            }
        }
    }
}

/// A connection through a proxy.
async fn tunnel(
    proxy: (&str, u16),
    credential: Option<&http::HeaderValue>,
    url: &Uri,
) -> Result<TcpStream, ProxyError> {
    let mut stream = TcpStream::connect(proxy)
        .await
        .map_err(ProxyError::Unreachable)?;
    let (host, port) = (
        url.host().unwrap_or_default(),
        url.port_u16().unwrap_or(443),
    );
    let mut request =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(credential) = credential {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(credential.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream
        .write_all(&request)
        .await
        .map_err(ProxyError::Unreachable)?;
    let mut answer = Vec::new();
    // Byte by byte: what follows the answer belongs to the tunnel.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= MAX_ANSWER {
            return Err(ProxyError::Refused("at too great length".to_owned()));
        }
        answer.push(stream.read_u8().await.map_err(ProxyError::Unreachable)?);
    }
    let line = answer
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    match line.split(' ').nth(1) {
        Some(status) if status.starts_with('2') => Ok(stream),
        _ => Err(ProxyError::Refused(line.chars().take(80).collect())),
    }
}

impl Service<Uri> for Dialer {
    type Response = TokioIo<TcpStream>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let mut this = self.clone();
        Box::pin(async move { this.dial(url).await })
    }
}
