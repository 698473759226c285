//! The application: one request in, one response out.

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::HOST;
use http::{Request, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use tokio_rustls::TlsAcceptor;

use crate::audit::Audit;
use crate::authenticate::{Authority, ConnectionMemo};
use crate::backend::simulated::{HungUp, Simulator};
use crate::body::Body;
use crate::budget::Budget;
use crate::calls::Calls;
use crate::data_plane::attempt::Target;
use crate::explain::Explanations;
use crate::listen::Peer;
use crate::local::Local;
use crate::permit::Check;
use crate::policy::PolicyKeeper;
use crate::portal::{self, Portal};
use crate::route::table::{Guard, PublicRoute};
use crate::route::{self, HostName};
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::tls::{Interception, Tls};
use crate::{clock, control_plane, data_plane, intercept, operator, refusal, token_service};

/// Everything that answers requests; shared by all workers, replaced in part, never locked on the way.
pub struct App {
    pub(crate) settings: Settings,
    pub(crate) snapshot: Arc<ArcSwap<Snapshot>>,
    pub(crate) policy: PolicyKeeper,
    /// What happened; not kept on an ephemeral server.
    pub(crate) audit: Option<Arc<Audit>>,
    pub(crate) explanations: Explanations,
    /// What was called.
    pub(crate) calls: Calls,
    pub(crate) check_order: Vec<Check>,
    /// What the bodies of calls to models may take.
    pub(crate) bodies: Budget,
    /// What the bodies of requests that anybody may send may take: apart, so that strangers cannot keep
    /// others from calling.
    pub(crate) public_bodies: Budget,
    pub(crate) simulator: Simulator,
    pub(crate) authority: Arc<Authority>,
    pub(crate) certificates: Tls,
    pub(crate) tls: TlsAcceptor,
    /// Certificates for Azure's names; only in transparent mode.
    pub(crate) interception: Option<Interception>,
    /// The local tenant; none on a server of real tenants.
    pub(crate) local: Option<Local>,
    /// The pages for people, unless they are turned off.
    pub(crate) portal: Option<Portal>,
}

impl App {
    /// Answers one request.
    ///
    /// # Errors
    /// The connection is to be closed without an answer: a simulated fault.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        peer: Peer,
        memo: &ConnectionMemo,
    ) -> Result<Response<Body>, HungUp> {
        let host = request
            .uri()
            .authority()
            .map(http::uri::Authority::as_str)
            .or_else(|| {
                request
                    .headers()
                    .get(HOST)
                    .and_then(|host| host.to_str().ok())
            })
            .unwrap_or_default();
        let host = if peer.intercepted {
            intercept::host_name(host)
        } else {
            route::host_name(host, &self.settings.allowed_hosts)
        };
        if host == HostName::Foreign {
            let (method, path) = (request.method().as_str(), request.uri().path());
            let found = route::service(method, path).map(|found| found.row.guard);
            if let Some(Guard::Public(PublicRoute::Health, _)) = found {
                // Whoever probes calls by address, and learns nothing that a foreign page could use.
                return Ok(self.health(path));
            }
            let message = "this server does not answer to the name in the Host header";
            return Ok(refusal::misdirected(message));
        }
        let snapshot = self.snapshot.load_full();
        let (method, path) = (request.method().as_str(), request.uri().path());
        // No path is both, a test sees to it: the many are not compared with the routes of the few.
        let service = if route::begins_like_data_plane(path) {
            None
        } else {
            route::service(method, path)
        };
        if let Some(found) = service {
            let guard = found.row.guard;
            if peer.intercepted && !host.serves(guard) {
                return Ok(no_such_route());
            }
            // Boxed, so that the calls of the data plane do not carry the room for these.
            return Ok(match guard {
                Guard::Operator(route) => {
                    Box::pin(operator::answer(self, route, request, peer)).await
                }
                Guard::Public(PublicRoute::Health, _) => self.health(request.uri().path()),
                Guard::Public(PublicRoute::OpenApi, _) => operator::openapi(),
                Guard::Portal(_) | Guard::Public(PublicRoute::PortalDoor(_), _) => {
                    match &self.portal {
                        // Its cookies and its address belong to the server's own names.
                        Some(portal) if host == HostName::Server => {
                            Box::pin(portal::answer(self, portal, guard, request, peer)).await
                        }
                        _ => no_such_route(),
                    }
                }
                Guard::Public(route, _) => match &self.local {
                    Some(local) => {
                        let mut share = self.public_bodies.share();
                        let body = !request.body().is_end_stream();
                        if body && share.grow(token_service::MAX_BODY).is_err() {
                            return Ok(refusal::busy());
                        }
                        let limits = self.settings.limits;
                        Box::pin(local.answer(route, request, peer, limits)).await
                    }
                    None => no_such_route(),
                },
                Guard::DataAction(_)
                | Guard::Action(..)
                | Guard::OwnOrAction(..)
                | Guard::SignedIn(..)
                | Guard::Directory(_)
                | Guard::DirectoryChange(_) => no_such_route(),
            });
        }
        let manages = matches!(host, HostName::Server | HostName::Management);
        if manages && route::is_management(path) {
            return Ok(Box::pin(control_plane::answer(self, request, peer, memo)).await);
        }
        let graph = match host {
            HostName::Graph => Some(path.to_owned()),
            HostName::Server => below_graph(path).map(str::to_owned),
            // Azure's other names answer nothing further.
            HostName::Authority | HostName::Management | HostName::Metadata => {
                return Ok(no_such_route());
            }
            HostName::Account(_) | HostName::Regional | HostName::Foreign => None,
        };
        if let Some(path) = graph {
            let answer = control_plane::answer_graph(self, request, path, peer, memo);
            return Ok(Box::pin(answer).await);
        }
        match self.target(host, request.uri().path(), &snapshot) {
            Some(target) => data_plane::answer(self, request, target, &snapshot, peer, memo).await,
            None => Ok(refusal::problem(
                StatusCode::NOT_FOUND,
                "no_account",
                "no account is configured",
            )),
        }
    }

    /// It lives; it is ready when it can judge tokens.
    fn health(&self, path: &str) -> Response<Body> {
        if path == "/readyz" && !self.authority.is_ready(clock::now()) {
            let message = "the signing keys of no tenant could be fetched yet";
            return refusal::problem(StatusCode::SERVICE_UNAVAILABLE, "no_keys", message);
        }
        Response::new(Body::from("ok\n".to_owned()))
    }

    /// The account that Host or path names.
    fn target(&self, host: HostName<'_>, path: &str, snapshot: &Snapshot) -> Option<Target> {
        let world = &snapshot.world;
        let (prefix, below) = route::split_resource(path);
        let (name, path_start) = match (host, prefix) {
            (HostName::Account(name), _) => (Some(name), 0),
            (_, Some(name)) => (Some(name), path.len() - below.len()),
            (_, None) => (None, 0),
        };
        let default = world
            .endpoint
            .default_account
            .as_deref()
            .and_then(|name| world.account(name));
        let found = name
            .and_then(|name| world.account(name))
            .or(if name.is_none() { default } else { None });
        let regional_host = host == HostName::Regional;
        match (found, name) {
            (Some(account), _) => Some(Target {
                account: Arc::clone(account),
                unknown_account: None,
                regional_host,
                path_start,
            }),
            (None, name) => Some(Target {
                account: Arc::clone(default.or_else(|| world.accounts.first())?),
                unknown_account: Some(name.unwrap_or_default().to_owned()),
                regional_host,
                // What follows an unknown first segment may be a route or not: judge the whole path.
                path_start: 0,
            }),
        }
    }
}

/// The path below Graph's prefix, whatever its case.
fn below_graph(path: &str) -> Option<&str> {
    const PREFIX: &str = "/graph";
    let (prefix, below) = path.split_at_checked(PREFIX.len())?;
    (prefix.eq_ignore_ascii_case(PREFIX) && below.starts_with('/')).then_some(below)
}

fn no_such_route() -> Response<Body> {
    refusal::problem(StatusCode::NOT_FOUND, "not_found", "no such route")
}
