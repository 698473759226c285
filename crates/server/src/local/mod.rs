//! The local tenant: signing keys, token service and managed identity.
//!
//! Everything that a real tenant would bring along. A server is local or serves real tenants, never both.

mod directory;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use access::Timestamp;
use access::token::Audiences;
use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use crate::authenticate::Authority;
use crate::body::Body;
use crate::clock;
use crate::config::{RouteAudiences, World};
use crate::data_folder::DataFolder;
use crate::identity::{Identity, IdentityKey, workload_token_path, write_workload_tokens};
use crate::listen::{Limits, Peer, Transport};
use crate::refusal::problem;
use crate::route::table::PublicRoute;
use crate::snapshot::Snapshot;
use crate::token_service::{self, Origin, ServiceKeys, Settings, TokenService};

/// The local tenant.
pub(crate) struct Local {
    folder: PathBuf,
    token_service: Arc<TokenService>,
    identity: Identity,
    following: Mutex<()>,
}

impl Local {
    /// Opens the tenant's keys in the data folder, making what is not there. If it is `ephemeral`, nothing is
    /// written there but workload tokens, which are files by nature.
    ///
    /// # Errors
    /// A sentence that names the file or the principal.
    pub(crate) fn new(
        world: &World,
        data: &DataFolder,
        ephemeral: bool,
        now: Timestamp,
    ) -> Result<Self, String> {
        let text = |error: &dyn std::error::Error| error.to_string();
        let keys = if ephemeral {
            ServiceKeys::ephemeral(now)
        } else {
            ServiceKeys::open(data.root(), now)
        };
        let keys = keys.map_err(|error| text(&error))?;
        let days = world.token_service.signing_key_days;
        let settings = Settings {
            signing_key_age: days.map(|days| i64::from(days.get()) * 24 * 3600),
            ..Settings::default()
        };
        let (directory, federated) = directory::directory(world, &settings.workload_issuer)?;
        let token_service = TokenService::new(directory, keys, settings, &federated)
            .map_err(|error| text(&error))?;
        let token_service = Arc::new(token_service);
        let key = if ephemeral {
            IdentityKey::ephemeral()
        } else {
            IdentityKey::open(&data.file("identity-key")).map_err(|error| text(&error))?
        };
        let identity = Identity::new(Arc::clone(&token_service), key, true);
        Ok(Self {
            folder: data.root().to_owned(),
            token_service,
            identity,
            following: Mutex::new(()),
        })
    }

    /// Whose tokens the endpoint beside it believes.
    pub(crate) fn authority(&self, audiences: &RouteAudiences) -> Authority {
        Authority::local(
            self.token_service.own_keys(),
            &self.token_service.expectations(Audiences::account()),
            audiences,
        )
    }

    /// Says where people reach the pages of the token service, once that is known.
    pub(crate) fn pages_are_at(&self, base: &str) {
        self.token_service.pages_are_at(base);
    }

    /// Has the token service know the principals that there are now.
    ///
    /// # Errors
    /// A sentence that names the principal; the ones before stay.
    pub(crate) fn follow(&self, snapshot: &ArcSwap<Snapshot>) -> Result<(), String> {
        // One after the other, each with the newest there is: nobody puts back what was.
        let _one_at_a_time = self
            .following
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let issuer = &self.token_service.settings().workload_issuer;
        let (directory, _) = directory::directory(&snapshot.load().world, issuer)?;
        let replaced = self.token_service.replace_directory(directory);
        replaced.map_err(|error| error.to_string())
    }

    pub(crate) fn token_service(&self) -> &Arc<TokenService> {
        &self.token_service
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The token file of a client with a credential of the local workload issuer.
    pub(crate) fn workload_token_file(&self, client_id: &str) -> String {
        workload_token_path(&self.folder, client_id)
            .display()
            .to_string()
    }

    /// Renews what expires: workload token files and signing keys.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn renew(&self, now: Timestamp) -> Result<(), String> {
        self.token_service
            .tend_signing_keys(now)
            .map_err(|error| error.to_string())?;
        write_workload_tokens(&self.token_service, &self.folder, now)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// Answers a route of the token service or of managed identity.
    pub(crate) async fn answer(
        &self,
        route: PublicRoute,
        request: Request<Incoming>,
        peer: Peer,
        limits: Limits,
    ) -> Response<Body> {
        let authority = request
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
        let Some(origin) = Origin::new(peer.transport == Transport::Https, authority) else {
            return problem(
                StatusCode::BAD_REQUEST,
                "bad_host",
                "the Host header is not a host and a port",
            );
        };
        let (parts, body) = request.into_parts();
        let collected = Limited::new(body, token_service::MAX_BODY).collect();
        let Ok(Ok(body)) = tokio::time::timeout(limits.body_idle, collected).await else {
            return problem(
                StatusCode::PAYLOAD_TOO_LARGE,
                "bad_body",
                "the body is too large or did not arrive in time",
            );
        };
        let request: Request<Bytes> = Request::from_parts(parts, body.to_bytes());
        let response = match route {
            PublicRoute::ManagedIdentity => self.identity.handle(&request, &origin, clock::now()),
            _ => self.token_service.handle(&request, &origin, clock::now()),
        };
        response.map(Body::from)
    }
}
