//! Connections to upstreams. Each worker thread has its own, so that a request never crosses threads.
//!
//! The connectors are the library's; what is kept between requests is ours: HTTP/1.1 connections on a stack, newest
//! first, without the locks and hand-over tasks of a pool that serves many threads. A connection has no task of its
//! own either: whoever waits for its answer drives it ([`Line`]), which saves two changes of task per call.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::path::Path;
use std::pin::{Pin, pin};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tower_service::Service;

use super::config::{Upstream, UpstreamError};
use super::fault::{ConnectError, Fault};
use super::payload::Sending;
use crate::time_limit::TimeLimit;

/// How long an unused connection is kept: just less than the five seconds after
/// which uvicorn and cpp-httplib close theirs, or a request would meet the close.
const IDLE: Duration = Duration::from_secs(4);
/// Unused connections kept for one upstream.
const MAX_IDLE: usize = 64;
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
    connector: HttpsConnector<HttpConnector>,
    origin: Uri,
    patience: Duration,
    /// Unused ones, the newest last.
    idle: RefCell<VecDeque<Idle>>,
}

struct Idle {
    line: Line,
    since: Instant,
}

/// One connection: what takes requests, and what moves bytes while it is polled, and only then.
struct Line {
    sender: SendRequest<Sending>,
    /// For whatever is waited for on it.
    limit: TimeLimit,
    wire: Wire,
}

impl Line {
    /// Whether it takes a request now: it is open, and the last one is done with, body included.
    ///
    /// Nobody drives an unused connection, so it is driven here, and whoever comes next is not woken for it.
    fn is_ready(&mut self) -> bool {
        self.wire.drive(&mut Context::from_waker(Waker::noop()));
        self.wire.0.is_some() && self.sender.is_ready()
    }

    /// Drives it until it takes a request again, or has ended. The request's body has its own limits.
    async fn finished(&mut self) -> bool {
        poll_fn(|context| {
            self.wire.drive(context);
            match (&self.wire.0, self.sender.is_ready()) {
                (None, _) => Poll::Ready(false),
                (Some(_), true) => Poll::Ready(true),
                (Some(_), false) => Poll::Pending,
            }
        })
        .await
    }
}

/// A connection's bytes; nothing once it has ended.
struct Wire(Option<Pin<Box<http1::Connection<Stream, Sending>>>>);

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

impl Wire {
    /// Moves what can be moved. Faults reach whoever waits for an answer.
    fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(connection) = &mut self.0
            && connection.as_mut().poll(context).is_ready()
        {
            self.0 = None;
        }
    }
}

/// A connection in use. It serves others again only if [`Lease::give_back`] says so; dropped, it closes.
pub(super) struct Lease {
    line: Line,
    home: Weak<Connections>,
}

impl Lease {
    /// Moves what can be moved: an answer's body gets no further without it.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        self.line.wire.drive(context);
    }

    /// The connection's clock, for its answer's body.
    pub(super) fn take_limit(&mut self) -> TimeLimit {
        std::mem::take(&mut self.line.limit)
    }

    /// The answer was received to its end.
    pub(super) fn give_back(self, limit: TimeLimit) {
        let Some(home) = self.home.upgrade() else {
            return;
        };
        let mut line = self.line;
        line.limit = limit;
        if line.is_ready() {
            home.keep(line);
        } else if line.wire.0.is_some() && Handle::try_current().is_ok() {
            // The answer came before the request was sent to its end, and the client is still sending it.
            tokio::task::spawn_local(async move {
                if line.finished().await {
                    home.keep(line);
                }
            });
        }
    }
}

impl Connections {
    fn new(upstream: &Upstream) -> Self {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(upstream.connect));
        http.set_nodelay(true);
        http.enforce_http(false);
        let tls = upstream.tls.as_deref().cloned().unwrap_or_else(no_roots);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Self {
            connector,
            origin: upstream.origin(),
            patience: upstream.connect,
            idle: RefCell::default(),
        }
    }

    /// Sends a request on an unused connection, or on a new one.
    ///
    /// # Errors
    /// [`Fault::Unreachable`] without a connection, [`Fault::BrokeOff`] if it ends before an answer begins,
    /// [`Fault::TimedOut`] if none begins for as long as `patience`. A kept connection that had ended unnoticed is replaced, as long as nothing of the request was sent on it.
    pub(super) async fn send(
        self: &Rc<Self>,
        mut request: Request<Sending>,
        patience: Duration,
    ) -> Result<(Response<Incoming>, Lease), Fault> {
        let until = tokio::time::Instant::now() + patience;
        loop {
            let (mut line, kept) = match self.take() {
                Some(line) => (line, true),
                // Boxed, so that calls on kept connections do not carry the room for it.
                None => (Box::pin(self.connect()).await?, false),
            };
            let mut answer = pin!(line.sender.try_send_request(request));
            let (wire, limit) = (&mut line.wire, &mut line.limit);
            limit.set(until);
            let answered = poll_fn(|context| {
                wire.drive(context);
                match answer.as_mut().poll(context) {
                    Poll::Ready(answer) => Poll::Ready(Ok(answer)),
                    Poll::Pending => limit.poll(context).map(Err),
                }
            });
            let answer = answered.await.map_err(|()| Fault::TimedOut(patience))?;
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
    fn take(&self) -> Option<Line> {
        let mut idle = self.idle.borrow_mut();
        while let Some(Idle { mut line, since }) = idle.pop_back() {
            if since.elapsed() >= IDLE {
                // The ones before it are older.
                idle.clear();
                return None;
            }
            if line.is_ready() {
                return Some(line);
            }
        }
        None
    }

    fn keep(&self, line: Line) {
        let mut idle = self.idle.borrow_mut();
        let old = |idle: &Idle| idle.since.elapsed() >= IDLE;
        while idle.len() >= MAX_IDLE || idle.front().is_some_and(old) {
            idle.pop_front();
        }
        let since = Instant::now();
        idle.push_back(Idle { line, since });
    }

    async fn connect(&self) -> Result<Line, Fault> {
        let mut connector = self.connector.clone();
        let connecting = async {
            poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(self.origin.clone()).await
        };
        let stream = match tokio::time::timeout(self.patience, connecting).await {
            Ok(stream) => {
                stream.map_err(|fault| Fault::Unreachable(ConnectError::Failed(fault)))?
            }
            Err(_) => return Err(Fault::Unreachable(ConnectError::TimedOut(self.patience))),
        };
        let (sender, connection) = http1::handshake(stream).await.map_err(Fault::BrokeOff)?;
        let wire = Wire(Some(Box::pin(connection)));
        let limit = TimeLimit::default();
        Ok(Line {
            sender,
            limit,
            wire,
        })
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
