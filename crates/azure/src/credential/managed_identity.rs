//! Managed identity: the platform's own endpoint vouches for whoever can reach it.
//!
//! App Service, Functions and Container Apps give an address and a secret in the environment, Machine Learning
//! gives others, and Cloud Shell an address alone; virtual machines and Kubernetes nodes have the metadata service
//! (IMDS) at a fixed link-local address.

use access::Timestamp;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
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
    MachineLearning {
        endpoint: String,
        secret: HeaderValue,
    },
    CloudShell {
        endpoint: String,
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
        let secret = secret_of("IDENTITY_HEADER", secret)?;
        Ok(ManagedIdentity {
            client,
            shape: Shape::AppService {
                endpoint: endpoint.to_owned(),
                secret,
            },
            selector,
        })
    }

    /// The one of Machine Learning's compute: `MSI_ENDPOINT` and `MSI_SECRET`.
    ///
    /// # Errors
    /// The secret is none that a header carries.
    pub fn machine_learning(
        client: Client,
        endpoint: &str,
        secret: &str,
        selector: Option<Selector>,
    ) -> Result<ManagedIdentity, CredentialError> {
        let secret = secret_of("MSI_SECRET", secret)?;
        Ok(ManagedIdentity {
            client,
            shape: Shape::MachineLearning {
                endpoint: endpoint.to_owned(),
                secret,
            },
            selector,
        })
    }

    /// Who is signed in to Cloud Shell: `MSI_ENDPOINT` alone. There is nobody to choose from.
    pub fn cloud_shell(client: Client, endpoint: &str) -> ManagedIdentity {
        ManagedIdentity {
            client,
            shape: Shape::CloudShell {
                endpoint: endpoint.to_owned(),
            },
            selector: None,
        }
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
            Shape::MachineLearning { endpoint, .. } => (endpoint.clone(), "2017-09-01"),
            Shape::CloudShell { endpoint } => {
                let request = Request::post(endpoint)
                    .header("metadata", "true")
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Bytes::from(format!("resource={resource}")));
                let request = request.map_err(|_| CredentialError::Endpoint(endpoint.clone()))?;
                return read(&self.client.send(request).await?, now);
            }
            Shape::Imds { origin } => (
                format!("{origin}/metadata/identity/oauth2/token"),
                "2018-02-01",
            ),
        };
        let mut url = format!("{base}?api-version={version}&resource={resource}");
        if let Some(selector) = &self.selector {
            let (name, value) = selector.parameter(&self.shape);
            url.push_str(&format!("&{name}={}", encode(value)));
        }
        let request = Request::get(&url).header("metadata", "true");
        let request = match &self.shape {
            Shape::AppService { secret, .. } => request.header("x-identity-header", secret),
            Shape::MachineLearning { secret, .. } => request.header("secret", secret),
            Shape::CloudShell { .. } | Shape::Imds { .. } => request,
        };
        let request = request.body(Bytes::new());
        let request = request.map_err(|_| CredentialError::Endpoint(base))?;
        read(&self.client.send(request).await?, now)
    }
}

/// A platform's secret as a header that is never shown.
fn secret_of(variable: &'static str, value: &str) -> Result<HeaderValue, CredentialError> {
    let mut secret =
        HeaderValue::try_from(value).map_err(|_| CredentialError::Variable(variable))?;
    secret.set_sensitive(true);
    Ok(secret)
}

impl Selector {
    /// The shapes differ in names.
    fn parameter(&self, shape: &Shape) -> (&'static str, &str) {
        match (self, shape) {
            (Self::ClientId(id), Shape::MachineLearning { .. }) => ("clientid", id),
            (Self::ClientId(id), _) => ("client_id", id),
            (Self::ObjectId(id), _) => ("object_id", id),
            (Self::ResourceId(id), Shape::Imds { .. }) => ("msi_res_id", id),
            (Self::ResourceId(id), _) => ("mi_res_id", id),
        }
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AppService { endpoint, .. } => write!(f, "AppService({endpoint})"),
            Self::MachineLearning { endpoint, .. } => write!(f, "MachineLearning({endpoint})"),
            Self::CloudShell { endpoint } => write!(f, "CloudShell({endpoint})"),
            Self::Imds { origin } => write!(f, "Imds({origin})"),
        }
    }
}
