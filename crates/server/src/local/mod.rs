//! The local tenant: certificates, signing keys, token service and managed identity.
//!
//! Everything that a real tenant would bring along. A server is local or serves real tenants, never both.

mod directory;

use std::path::PathBuf;
use std::sync::Arc;

use access::Timestamp;
use access::token::Audiences;
use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio_rustls::TlsAcceptor;

use crate::authenticate::Authority;
use crate::body::Body;
use crate::clock;
use crate::config::World;
use crate::config::file::FederatedCredentialEntry;
use crate::data_folder::DataFolder;
use crate::identity::ManagedIdentity;
use crate::listen::{Limits, Peer, Transport};
use crate::private_file;
use crate::refusal::problem;
use crate::route::table::PublicRoute;
use crate::tls::Tls;
use crate::token_service::{self, Origin, ServiceKeys, Settings, TokenService};

/// How long a token of the local workload issuer lasts, in seconds.
const WORKLOAD_TOKEN_LIFETIME: i64 = 24 * 3600;

/// The local tenant.
pub(crate) struct Local {
    folder: PathBuf,
    tls: TlsAcceptor,
    authority: Arc<Authority>,
    token_service: TokenService,
    identity: ManagedIdentity,
}

impl Local {
    /// Opens the tenant's keys and certificates in the data folder, making what is not there.
    ///
    /// # Errors
    /// A sentence that names the file or the principal.
    pub(crate) fn new(world: &World, data: &DataFolder, now: Timestamp) -> Result<Self, String> {
        let text = |error: &dyn std::error::Error| error.to_string();
        let tls = Tls::local(data.root(), now).map_err(|error| text(&error))?;
        let keys = ServiceKeys::open(data.root()).map_err(|error| text(&error))?;
        let settings = Settings::default();
        let (directory, federated) = directory::directory(world, &settings.workload_issuer)?;
        let token_service = TokenService::new(directory, keys, settings, &federated)
            .map_err(|error| text(&error))?;
        let identity = ManagedIdentity::open(data.root(), &token_service.directory())
            .map_err(|error| text(&error))?;
        let authority = Authority::new(
            token_service.own_keys(),
            &token_service.expectations(Audiences::account()),
            Audiences::account(),
            Audiences::project(),
        );
        Ok(Self {
            folder: data.root().to_owned(),
            tls: TlsAcceptor::from(tls.server_config()),
            authority: Arc::new(authority),
            token_service,
            identity,
        })
    }

    pub(crate) fn tls(&self) -> &TlsAcceptor {
        &self.tls
    }

    pub(crate) fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    pub(crate) fn token_service(&self) -> &TokenService {
        &self.token_service
    }

    pub(crate) fn identity(&self) -> &ManagedIdentity {
        &self.identity
    }

    /// Writes the token file of a principal with a credential of the local workload issuer, and returns its path.
    ///
    /// # Errors
    /// The token could not be signed or written.
    pub(crate) fn write_workload_token(
        &self,
        name: &str,
        credential: &FederatedCredentialEntry,
        now: Timestamp,
    ) -> Result<String, String> {
        let token = self
            .token_service
            .workload_token(
                &credential.subject,
                &credential.audience,
                WORKLOAD_TOKEN_LIFETIME,
                now,
            )
            .map_err(|error| error.to_string())?;
        let path = self
            .folder
            .join(format!("workload-{}.jwt", file_name(name)));
        private_file::write(&path, token.as_bytes()).map_err(|error| error.to_string())?;
        Ok(path.display().to_string())
    }

    /// Answers a route that needs no permission.
    pub(crate) async fn answer(
        &self,
        route: PublicRoute,
        request: Request<Incoming>,
        peer: Peer,
        limits: Limits,
    ) -> Response<Body> {
        if route == PublicRoute::Health {
            return Response::new(Body::from("ok\n".to_owned()));
        }
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
            PublicRoute::ManagedIdentity => {
                self.identity
                    .handle(&request, &origin, &self.token_service, clock::now())
            }
            _ => self.token_service.handle(&request, &origin, clock::now()),
        };
        response.map(Body::from)
    }
}

/// A principal's name as part of a file's name.
fn file_name(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '-' {
                letter
            } else {
                '_'
            }
        })
        .collect()
}
