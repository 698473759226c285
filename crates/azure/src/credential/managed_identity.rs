//! Managed identity: the platform's own endpoint vouches for whoever can reach it.
//!
//! Two shapes: App Service, Functions and Container Apps give an address and a secret in the environment;
//! virtual machines and Kubernetes nodes have the metadata service (IMDS) at a fixed link-local address.

use access::Timestamp;
use bytes::Bytes;
use http::{HeaderValue, Request};

use super::{CredentialError, Token, encode, read};
use crate::client::Client;

/// Where the metadata service is, unless `AZURE_POD_IDENTITY_AUTHORITY_HOST` says otherwise.
pub const IMDS: &str = "http://169.254.169.254";

/// Which of the identities that the platform has; `None` of [`ManagedIdentity`] is the system-assigned one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// By client id.
    ClientId(String),
    /// By object id.
    ObjectId(String),
    /// By ARM id.
    ResourceId(String),
}

/// A managed identity.
#[derive(Debug)]
pub struct ManagedIdentity {
    client: Client,
    shape: Shape,
    selector: Option<Selector>,
}

enum Shape {
    AppService {
        endpoint: String,
        secret: HeaderValue,
    },
    Imds {
        origin: String,
    },
}

impl ManagedIdentity {
    /// The one of App Service: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`.
    ///
    /// # Errors
    /// The secret is none that a header carries.
    pub fn app_service(
        client: Client,
        endpoint: &str,
        secret: &str,
        selector: Option<Selector>,
    ) -> Result<ManagedIdentity, CredentialError> {
        let secret = HeaderValue::try_from(secret);
        let mut secret = secret.map_err(|_| CredentialError::Variable("IDENTITY_HEADER"))?;
        secret.set_sensitive(true);
        Ok(ManagedIdentity {
            client,
            shape: Shape::AppService {
                endpoint: endpoint.to_owned(),
                secret,
            },
            selector,
        })
    }

    /// The one of the metadata service at `origin`, usually [`IMDS`].
    pub fn imds(client: Client, origin: &str, selector: Option<Selector>) -> ManagedIdentity {
        ManagedIdentity {
            client,
            shape: Shape::Imds {
                origin: origin.trim_end_matches('/').to_owned(),
            },
            selector,
        }
    }

    pub(super) async fn token(
        &self,
        scope: &str,
        now: Timestamp,
    ) -> Result<Token, CredentialError> {
        let resource = encode(scope.strip_suffix("/.default").unwrap_or(scope));
        let (base, version) = match &self.shape {
            Shape::AppService { endpoint, .. } => (endpoint.clone(), "2019-08-01"),
            Shape::Imds { origin } => (
                format!("{origin}/metadata/identity/oauth2/token"),
                "2018-02-01",
            ),
        };
        let mut url = format!("{base}?api-version={version}&resource={resource}");
        if let Some(selector) = &self.selector {
            let (name, value) = selector.parameter(matches!(self.shape, Shape::Imds { .. }));
            url.push_str(&format!("&{name}={}", encode(value)));
        }
        let request = Request::get(&url).header("metadata", "true");
        let request = match &self.shape {
            Shape::AppService { secret, .. } => request.header("x-identity-header", secret),
            Shape::Imds { .. } => request,
        };
        let request = request.body(Bytes::new());
        let request = request.map_err(|_| CredentialError::Endpoint(base))?;
        read(&self.client.send(request).await?, now)
    }
}

impl Selector {
    /// The two shapes differ in one name.
    fn parameter(&self, imds: bool) -> (&'static str, &str) {
        match self {
            Self::ClientId(id) => ("client_id", id),
            Self::ObjectId(id) => ("object_id", id),
            Self::ResourceId(id) if imds => ("msi_res_id", id),
            Self::ResourceId(id) => ("mi_res_id", id),
        }
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AppService { endpoint, .. } => write!(f, "AppService({endpoint})"),
            Self::Imds { origin } => write!(f, "Imds({origin})"),
        }
    }
}
