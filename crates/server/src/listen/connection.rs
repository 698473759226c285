//! One connection: TLS if it is due, then HTTP/1.1 or HTTP/2.

use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::Limits;
use crate::app::App;
use crate::authenticate::{ConnectionMemo, Worker};
use crate::backend::simulated::HungUp;
use crate::body::Body;
use crate::pieces::InPieces;
use crate::{intercept, refusal};

/// How many headers hyper takes if nothing is said.
const HYPERS_OWN_MAX_HEADERS: usize = 100;

/// How bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// In the clear, on loopback.
    Http,
    /// Inside TLS.
    Https,
}

/// What a request's handlers may know about the connection it came on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) transport: Transport,
    /// Whether it came through the proxy of transparent mode, where hosts are Azure's.
    pub(crate) intercepted: bool,
}

/// What answers a connection's requests.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) app: Arc<App>,
    pub(super) memo: Rc<ConnectionMemo>,
    pub(super) peer: Peer,
    /// The host that a tunnel was opened to; requests to another are refused.
    pub(super) tunnel: Option<Rc<str>>,
}

impl Served {
    pub(super) fn new(app: &Arc<App>, worker: &Rc<Worker>, peer: Peer) -> Self {
        Self {
            app: Arc::clone(app),
            memo: Rc::new(ConnectionMemo::new(Rc::clone(worker))),
            peer,
            tunnel: None,
        }
    }

    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, HungUp> {
        if let Some(host) = &self.tunnel
            && !intercept::is_addressed_to(host, 443, request.uri(), request.headers())
        {
            return Ok(refusal::misdirected(
                "CONNECT, the TLS handshake and this request do not name the same host",
            ));
        }
        self.app.answer(request, self.peer, &self.memo).await
    }
}

/// Serves one connection to its end. Errors of the transport end it silently: there is nobody to tell.
pub(super) async fn serve(
    served: Served,
    stream: TcpStream,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    match served.peer.transport {
        Transport::Http => http1(served, TokioIo::new(stream), limits, stopped).await,
        Transport::Https => {
            let handshake = served.app.tls.accept(stream);
            let Ok(Ok(stream)) = tokio::time::timeout(limits.handshake, handshake).await else {
                return;
            };
            let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            speak(served, stream, h2, limits, stopped).await;
        }
    }
}

/// Serves the requests inside TLS.
pub(super) async fn speak<S>(
    served: Served,
    stream: S,
    h2: bool,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    if h2 {
        http2(served, TokioIo::new(stream), limits, stopped).await;
    } else {
        http1(served, TokioIo::new(stream), limits, stopped).await;
    }
}

/// HTTP/1.1 within the limits.
pub(super) fn http1_builder(limits: Limits) -> hyper::server::conn::http1::Builder {
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        // A call's few kibibytes are sooner copied behind their head than handed over beside it (see `InPieces`).
        .writev(false)
        .max_buf_size(limits.head_bytes);
    if limits.headers != HYPERS_OWN_MAX_HEADERS {
        // Said explicitly, it costs an initialised array per request.
        builder.max_headers(limits.headers);
    }
    builder
}

async fn http1<S>(served: Served, io: TokioIo<S>, limits: Limits, stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let connection = http1_builder(limits).serve_connection(io, service(served));
    let mut connection = std::pin::pin!(connection);
    let mut stopped = stopped;
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stopped| *stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn http2<S>(served: Served, io: TokioIo<S>, limits: Limits, stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let header_bytes = u32::try_from(limits.head_bytes).unwrap_or(u32::MAX);
    let connection = hyper::server::conn::http2::Builder::new(LocalExecutor)
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(header_bytes)
        .keep_alive_interval(limits.head)
        .serve_connection(io, service(served));
    let mut connection = std::pin::pin!(connection);
    let mut stopped = stopped;
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stopped| *stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// What answers this connection's requests, with what the connection remembers.
fn service(
    served: Served,
) -> impl Service<
    Request<Incoming>,
    Response = Response<InPieces<Body>>,
    Error = HungUp,
    Future = impl Future<Output = Result<Response<InPieces<Body>>, HungUp>> + use<>,
> + use<> {
    let served = Rc::new(served);
    service_fn(move |request| {
        let served = Rc::clone(&served);
        async move { Ok(served.answer(request).await?.map(InPieces::new)) }
    })
}

/// HTTP/2 streams stay on the connection's thread.
#[derive(Clone, Copy)]
struct LocalExecutor;

impl<F> hyper::rt::Executor<F> for LocalExecutor
where
    F: Future + 'static,
{
    fn execute(&self, future: F) {
        tokio::task::spawn_local(async move {
            future.await;
        });
    }
}
