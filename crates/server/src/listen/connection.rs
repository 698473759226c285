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
}

/// Serves one connection to its end. Errors of the transport end it silently: there is nobody to tell.
pub(super) async fn serve(
    app: &Arc<App>,
    worker: &Rc<Worker>,
    stream: TcpStream,
    address: SocketAddr,
    transport: Transport,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    let peer = Peer { address, transport };
    match transport {
        Transport::Http => http1(app, worker, TokioIo::new(stream), peer, limits, stopped).await,
        Transport::Https => {
            let handshake = app.tls.accept(stream);
            let Ok(Ok(stream)) = tokio::time::timeout(limits.handshake, handshake).await else {
                return;
            };
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                http2(app, worker, TokioIo::new(stream), peer, limits, stopped).await;
            } else {
                http1(app, worker, TokioIo::new(stream), peer, limits, stopped).await;
            }
        }
    }
}

async fn http1<S>(
    app: &Arc<App>,
    worker: &Rc<Worker>,
    io: TokioIo<S>,
    peer: Peer,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes);
    if limits.headers != HYPERS_OWN_MAX_HEADERS {
        // Said explicitly, it costs an initialised array per request.
        builder.max_headers(limits.headers);
    }
    let connection = builder.serve_connection(io, service(app, worker, peer));
    let mut connection = std::pin::pin!(connection);
    let mut stopped = stopped;
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stopped| *stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn http2<S>(
    app: &Arc<App>,
    worker: &Rc<Worker>,
    io: TokioIo<S>,
    peer: Peer,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let header_bytes = u32::try_from(limits.head_bytes).unwrap_or(u32::MAX);
    let connection = hyper::server::conn::http2::Builder::new(LocalExecutor)
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(header_bytes)
        .keep_alive_interval(limits.head)
        .serve_connection(io, service(app, worker, peer));
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
    app: &Arc<App>,
    worker: &Rc<Worker>,
    peer: Peer,
) -> impl Service<
    Request<Incoming>,
    Response = Response<Body>,
    Error = HungUp,
    Future = impl Future<Output = Result<Response<Body>, HungUp>> + use<>,
> + use<> {
    let app = Arc::clone(app);
    let memo = Rc::new(ConnectionMemo::new(Rc::clone(worker)));
    service_fn(move |request| {
        let (app, memo) = (Arc::clone(&app), Rc::clone(&memo));
        async move { app.answer(request, peer, &memo).await }
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
