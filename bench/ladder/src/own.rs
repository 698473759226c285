//! Our own forwarder, the floor: hyper on both sides, one thread, and nothing in between. It passes
//! method, path, headers and body on, and the answer back frame by frame, and verifies nothing.
//!
//! Twice, because connections to the model server can be kept in two ways: by hyper-util's client, or
//! on a plain stack of idle ones, which is less work.

mod direct;

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use anyhow::Result;
use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use direct::{Direct, Lent};

/// Serves until it is killed.
pub(crate) fn run(port: u16, upstream: SocketAddr, direct: bool) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let upstream = Rc::new(Upstream::new(upstream, direct)?);
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let upstream = Rc::clone(&upstream);
            tokio::task::spawn_local(async move {
                let service = service_fn(|request| {
                    let upstream = Rc::clone(&upstream);
                    async move { upstream.forward(request).await }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), service);
                // A client that hangs up has had its answers.
                let _ = connection.await;
            });
        }
    })
}

struct Upstream {
    authority: Authority,
    host: HeaderValue,
    connections: Connections,
}

enum Connections {
    Pooled(Client<HttpConnector, Incoming>),
    Direct(Rc<Direct>),
}

impl Upstream {
    fn new(address: SocketAddr, direct: bool) -> Result<Self> {
        Ok(Self {
            authority: address.to_string().parse()?,
            host: HeaderValue::from_str(&address.to_string())?,
            connections: if direct {
                Connections::Direct(Rc::new(Direct::new(address)))
            } else {
                Connections::Pooled(pooled())
            },
        })
    }

    async fn forward(&self, mut request: Request<Incoming>) -> Result<Response<Answer>> {
        drop_hops(request.headers_mut());
        request
            .headers_mut()
            .insert(header::HOST, self.host.clone());
        let answer = match &self.connections {
            Connections::Direct(direct) => direct.call(request).await,
            Connections::Pooled(client) => {
                let mut parts = std::mem::take(request.uri_mut()).into_parts();
                parts.scheme = Some(Scheme::HTTP);
                parts.authority = Some(self.authority.clone());
                *request.uri_mut() = Uri::from_parts(parts)?;
                let answer = client.request(request).await;
                answer
                    .map(|answer| answer.map(Answer::new))
                    .map_err(Into::into)
            }
        };
        let mut answer = answer.unwrap_or_else(|_| {
            let mut response = Response::new(Answer::nothing());
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        });
        drop_hops(answer.headers_mut());
        Ok(answer)
    }
}

/// As Entrada's connections to one upstream.
fn pooled() -> Client<HttpConnector, Incoming> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_max_idle_per_host(64)
        .build(connector)
}

fn drop_hops(headers: &mut HeaderMap) {
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        header::TE,
    ] {
        headers.remove(name);
    }
}

/// An answer's body; when it has ended, the connection that it came on is given back.
struct Answer {
    incoming: Option<Incoming>,
    lent: Option<Lent>,
}

impl Answer {
    fn new(incoming: Incoming) -> Self {
        Self {
            incoming: Some(incoming),
            lent: None,
        }
    }

    fn nothing() -> Self {
        Self {
            incoming: None,
            lent: None,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.incoming {
            Some(incoming) => Pin::new(incoming).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.incoming {
            Some(incoming) => incoming.size_hint(),
            None => SizeHint::with_exact(0),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if self.is_end_stream()
            && let Some(lent) = self.lent.take()
        {
            lent.give_back();
        }
    }
}
