//! Connections to upstreams. Each worker thread has its own, so that a request never crosses threads.
//!
//! The connectors are the library's; what is kept between requests is ours: HTTP/1.1 connections on a stack, newest
//! first, without the locks and hand-over tasks of a pool that serves many threads.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::pin::{Pin, pin};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use azure::client::Dialer;
use azure::proxy::{Proxy, ProxyError};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio::time::{Instant, Sleep, sleep_until, timeout, timeout_at};
use tower_service::Service;

use super::config::{Upstream, UpstreamError};
use super::fault::{ConnectError, Fault};
use super::payload::Sending;
use crate::pieces::InPieces;

/// How long an unused connection is kept: just less than the five seconds after
/// which uvicorn and cpp-httplib close theirs, or a request would meet the close.
const IDLE: Duration = Duration::from_secs(4);
/// Unused connections kept for one upstream.
const MAX_IDLE: usize = 64;
/// What is read of an answer at a time, and the longest head of one, in bytes.
const MAX_READ: usize = 64 * 1024;
/// Upstreams remembered by a pool; then it starts afresh, which costs connections only.
const MAX_UPSTREAMS: usize = 1_024;

/// The connections of one worker thread, to be made on it.
#[derive(Default)]
pub struct Pool {
    upstreams: RefCell<HashMap<u64, Rc<Connections>>>,
}

impl Pool {
    /// A pool without connections.
    pub fn new() -> Self {
        Self::default()
    }

    /// The connections to `upstream`.
    pub(super) fn connections(&self, upstream: &Upstream) -> Rc<Connections> {
        let mut upstreams = self.upstreams.borrow_mut();
        if upstreams.len() >= MAX_UPSTREAMS && !upstreams.contains_key(&upstream.id) {
            upstreams.clear();
        }
        let connections = upstreams
            .entry(upstream.id)
            .or_insert_with(|| Rc::new(Connections::new(upstream)));
        Rc::clone(connections)
    }
}

/// The connections to one upstream.
pub(super) struct Connections {
    connector: HttpsConnector<Dialer>,
    origin: Uri,
    patience: Duration,
    /// The proxy on the way, for people.
    proxy: Option<String>,
    /// Unused ones, the newest last.
    idle: RefCell<VecDeque<Idle>>,
}

struct Idle {
    line: Line,
    since: Instant,
}

/// A connection, and the clock of the answer that is waited for on it: to set one that runs is much less work than
/// to make one for every request.
struct Line {
    sender: SendRequest<InPieces<Sending>>,
    clock: Pin<Box<Sleep>>,
}

/// A connection in use. It serves others again only if [`Lease::give_back`] says so; dropped, it closes.
pub(super) struct Lease {
    line: Line,
    home: Weak<Connections>,
}

impl Lease {
    /// The answer was received to its end.
    pub(super) fn give_back(self) {
        if let Some(home) = self.home.upgrade() {
            home.keep(self.line);
        }
    }
}

impl Connections {
    fn new(upstream: &Upstream) -> Self {
        let dialer = Dialer::new(upstream.proxies.clone()).within(upstream.connect);
        let tls = upstream.tls.as_deref().cloned().unwrap_or_else(no_roots);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(dialer);
        Self {
            connector,
            origin: upstream.origin(),
            patience: upstream.connect,
            proxy: upstream.proxy().map(Proxy::address),
            idle: RefCell::default(),
        }
    }

    /// Sends a request on an unused connection, or on a new one, and waits no longer than `first_byte` in all for
    /// the head of the answer.
    ///
    /// # Errors
    /// [`Fault::Unreachable`] without a connection, [`Fault::BrokeOff`] if it ends before an answer begins,
    /// [`Fault::TimedOut`]. A kept connection that had ended unnoticed is replaced, as long as nothing of the request
    /// was sent on it.
    pub(super) async fn send(
        self: &Rc<Self>,
        request: Request<Sending>,
        first_byte: Duration,
    ) -> Result<(Response<Incoming>, Lease), Fault> {
        let now = Instant::now();
        let end = now + first_byte;
        let mut request = request.map(InPieces::new);
        loop {
            let (mut line, kept) = match self.take(now) {
                Some(line) => (line, true),
                // Boxed, so that calls on kept connections do not carry the room for it.
                None => match Box::pin(timeout_at(end, self.connect(end))).await {
                    Ok(line) => (line?, false),
                    Err(_) => return Err(Fault::TimedOut(first_byte)),
                },
            };
            line.clock.as_mut().reset(end);
            let answer = {
                let mut answer = pin!(line.sender.try_send_request(request));
                tokio::select! {
                    biased;
                    answer = &mut answer => answer,
                    () = &mut line.clock => return Err(Fault::TimedOut(first_byte)),
                }
            };
            match answer {
                Ok(response) => {
                    let home = Rc::downgrade(self);
                    return Ok((response, Lease { line, home }));
                }
                Err(mut fault) => match fault.take_message() {
                    Some(unsent) if kept => request = unsent,
                    _ => return Err(broke_off(fault.into_error())),
                },
            }
        }
    }

    /// The newest unused connection that is still open.
    fn take(&self, now: Instant) -> Option<Line> {
        let mut idle = self.idle.borrow_mut();
        while let Some(Idle { line, since }) = idle.pop_back() {
            if now.saturating_duration_since(since) >= IDLE {
                // The ones before it are older.
                idle.clear();
                return None;
            }
            if !line.sender.is_closed() {
                return Some(line);
            }
        }
        None
    }

    fn keep(&self, line: Line) {
        let mut idle = self.idle.borrow_mut();
        let now = Instant::now();
        let old = |idle: &Idle| now.saturating_duration_since(idle.since) >= IDLE;
        while idle.len() >= MAX_IDLE || idle.front().is_some_and(old) {
            idle.pop_front();
        }
        if !line.sender.is_closed() {
            idle.push_back(Idle { line, since: now });
        }
    }

    /// A new connection; its clock is set to `end`.
    async fn connect(&self, end: Instant) -> Result<Line, Fault> {
        let mut connector = self.connector.clone();
        let connecting = async {
            std::future::poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(self.origin.clone()).await
        };
        let stream = match timeout(self.patience, connecting).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(fault)) => return Err(unreachable(fault)),
            Err(_) => {
                return Err(Fault::Unreachable(ConnectError::TimedOut {
                    after: self.patience,
                    proxy: self.proxy.clone(),
                }));
            }
        };
        let (sender, connection) = http1::Builder::new()
            // As towards clients: see `http1_builder`.
            .writev(false)
            .max_buf_size(MAX_READ)
            .handshake(stream)
            .await
            .map_err(Fault::BrokeOff)?;
        // Its errors reach whoever waits for an answer.
        tokio::spawn(connection);
        let clock = Box::pin(sleep_until(end));
        Ok(Line { sender, clock })
    }
}

/// Whether it is the proxy's doing that there is no connection.
fn unreachable(fault: Box<dyn std::error::Error + Send + Sync>) -> Fault {
    match fault.downcast::<ProxyError>() {
        Ok(proxy) => Fault::Proxy(proxy),
        Err(fault) => Fault::Unreachable(ConnectError::Failed(fault)),
    }
}

/// Whose fault it is that no answer came: the client's body passes through here too.
fn broke_off(fault: hyper::Error) -> Fault {
    let body = std::error::Error::source(&fault).and_then(|source| source.downcast_ref());
    match body {
        Some(body) => Fault::Request(*body),
        None => Fault::BrokeOff(fault),
    }
}

/// TLS with the authorities in `file`, or with the system's.
///
/// # Errors
/// If there is not one authority to trust.
pub(super) fn tls(file: Option<&Path>) -> Result<Arc<ClientConfig>, UpstreamError> {
    let mut roots = RootCertStore::empty();
    let path = file.map_or_else(|| "system".to_owned(), |file| file.display().to_string());
    let fault = |problem: String| UpstreamError::Roots {
        path: path.clone(),
        problem,
    };
    match file {
        Some(file) => {
            let certificates = CertificateDer::pem_file_iter(file)
                .map_err(|problem| fault(problem.to_string()))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|problem| fault(problem.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|problem| fault(problem.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(fault("there is none".to_owned()));
    }
    Ok(Arc::new(config(roots)))
}

/// For upstreams that are called without TLS: no certificate is ever trusted.
fn no_roots() -> ClientConfig {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider's own default versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
