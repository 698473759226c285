//! The proxy of transparent mode: `CONNECT` to a name on the allow-list is answered here, in its place.
//!
//! Nothing is ever forwarded. Managed identity is asked in the clear on Azure, and so it is here:
//! `GET http://169.254.169.254/metadata/identity/…`. Everything else is refused at once, saying why.

use std::cell::RefCell;
use std::rc::Rc;

use http::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use http::uri::Authority;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::Limits;
use super::connection::{self, Peer, Served, Transport};
use crate::backend::simulated::HungUp;
use crate::body::Body;
use crate::clock;
use crate::intercept::{self, names};
use crate::outbound;
use crate::pieces::InPieces;
use crate::tls::Interception;

/// What clients show of a refused CONNECT: the body they throw away.
const NOT_INTERCEPTED: &str = "Not intercepted by Entrada";

/// What this server shows itself.
const LOOP: &str = "Entrada does not call itself through its own proxy";

/// A tunnel that was promised.
struct Promised {
    host: Rc<str>,
    /// In [`names::NAMES`].
    place: usize,
    upgrade: OnUpgrade,
}

/// Serves one connection to its end: requests to the proxy itself, or one tunnel.
pub(super) async fn serve(
    served: Served,
    interception: &Interception,
    stream: TcpStream,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    let promised: Rc<RefCell<Option<Promised>>> = Rc::default();
    let (asked, requested) = (served.clone(), Rc::clone(&promised));
    let service = service_fn(move |request| {
        let (served, promised) = (asked.clone(), Rc::clone(&requested));
        async move {
            Ok::<_, HungUp>(
                answer(&served, request, &promised)
                    .await?
                    .map(InPieces::new),
            )
        }
    });
    let builder = connection::http1_builder(limits);
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut stop = stopped.clone();
    tokio::select! {
        biased;
        _ = connection.as_mut() => {}
        _ = stop.wait_for(|stopped| *stopped) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
    let promised = promised.borrow_mut().take();
    if let Some(promised) = promised {
        tunnel(served, interception, promised, limits, stopped).await;
    }
}

/// Answers a request to the proxy.
async fn answer(
    served: &Served,
    mut request: Request<Incoming>,
    promised: &RefCell<Option<Promised>>,
) -> Result<Response<Body>, HungUp> {
    if request.method() == Method::CONNECT {
        if outbound::is_own(request.headers()) {
            return Ok(refuse_ourselves());
        }
        let host = request.uri().authority().and_then(connect_host);
        let found = host.and_then(|host| Some((host, names::find(host)?)));
        let Some((host, place)) = found else {
            return Ok(refuse(request.uri().authority()));
        };
        let host = Rc::from(host.to_ascii_lowercase());
        *promised.borrow_mut() = Some(Promised {
            host,
            place,
            upgrade: hyper::upgrade::on(&mut request),
        });
        return Ok(Response::new(Body::from(String::new())));
    }
    // With a scheme, it was written for a proxy: a page in a browser cannot write such a thing.
    let for_proxy = request.uri().scheme_str() == Some("http");
    let metadata =
        intercept::is_addressed_to(names::METADATA, 80, request.uri(), request.headers());
    if for_proxy && metadata {
        return served.answer(request).await;
    }
    Ok(refuse(request.uri().authority()))
}

/// The host of `host:443`; a name of Azure's on another port is no name of Azure's.
fn connect_host(authority: &Authority) -> Option<&str> {
    let text = authority.as_str();
    text.contains(':')
        .then(|| intercept::without_port(text, 443))
        .flatten()
}

/// Serves a tunnel's requests, if the handshake is for the host that the tunnel was opened to.
async fn tunnel(
    served: Served,
    interception: &Interception,
    promised: Promised,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    let Ok(config) = interception.server_config(promised.place, clock::now()) else {
        return;
    };
    let handshake = async {
        let stream = TokioIo::new(promised.upgrade.await.ok()?);
        TlsAcceptor::from(config).accept(stream).await.ok()
    };
    let Ok(Some(stream)) = tokio::time::timeout(limits.handshake, handshake).await else {
        return;
    };
    let (h2, agrees) = {
        let (_, session) = stream.get_ref();
        let named = session.server_name();
        (
            session.alpn_protocol() == Some(b"h2"),
            named.is_some_and(|named| named.eq_ignore_ascii_case(&promised.host)),
        )
    };
    let peer = Peer {
        transport: Transport::Https,
        ..served.peer
    };
    let served = Served {
        peer,
        // An empty name agrees with none, so that every request is told so.
        tunnel: Some(if agrees { promised.host } else { Rc::from("") }),
        ..served
    };
    connection::speak(served, stream, h2, limits, stopped).await;
}

/// What is not on the list.
fn refuse(asked: Option<&Authority>) -> Response<Body> {
    let message = match asked {
        None => "this is Entrada's proxy: it answers requests that are sent through it".to_owned(),
        Some(asked) => {
            // Without what stands before an `@`.
            let host: String = asked.host().chars().take(255).collect();
            let port = asked.port_u16().unwrap_or(80);
            format!(
                "`{host}` at port {port} is not a name that Entrada answers for, and nothing else is let through"
            )
        }
    };
    let body = serde_json::json!({ "error": {
        "code": "not_intercepted", "message": message, "allowed": intercept::listed(),
    }});
    refusal(StatusCode::FORBIDDEN, NOT_INTERCEPTED, &body)
}

/// A model server behind this one that would be this one.
fn refuse_ourselves() -> Response<Body> {
    let body = serde_json::json!({ "error": { "code": "loop", "message": LOOP } });
    refusal(StatusCode::LOOP_DETECTED, LOOP, &body)
}

fn refusal(status: StatusCode, reason: &'static str, body: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
        .extensions_mut()
        .insert(ReasonPhrase::from_static(reason.as_bytes()));
    response
}
