//! An identity of the machine as the credential for an upstream.

use std::path::{Path, PathBuf};

use azure::client::{Client, ClientError, Options};
use azure::credential::managed_identity::{IMDS, ManagedIdentity, Selector};
use azure::credential::workload_identity::{AUTHORITY, WorkloadIdentity};
use azure::credential::{CredentialError, Source, TokenCache, Turn};
use azure::proxy::Proxies;
use serde::Deserialize;

/// `managed_identity = { … }`: the platform's identity endpoint. Without any of the ids, the identity that
/// the platform takes when it is asked for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ManagedIdentityConfig {
    /// Client id of a user-assigned identity.
    pub client_id: Option<String>,
    /// Object id of a user-assigned identity.
    pub object_id: Option<String>,
    /// ARM id of a user-assigned identity.
    pub resource_id: Option<String>,
    /// Where the metadata service (IMDS) is, such as `http://169.254.169.254`. Left out: App Service's
    /// endpoint if `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` are set; else the metadata service at
    /// `AZURE_POD_IDENTITY_AUTHORITY_HOST`, or at its fixed address.
    pub imds: Option<String>,
}

/// `workload_identity = { … }`: a federated token, exchanged. What is left out comes from the variables that
/// the platform's webhook sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WorkloadIdentityConfig {
    /// The application's client id; else `AZURE_CLIENT_ID`.
    pub client_id: Option<String>,
    /// The tenant's id; else `AZURE_TENANT_ID`.
    pub tenant_id: Option<String>,
    /// The file with the federated token; else `AZURE_FEDERATED_TOKEN_FILE`.
    pub token_file: Option<PathBuf>,
    /// The authority; else `AZURE_AUTHORITY_HOST`, or the public cloud's.
    pub authority: Option<String>,
    /// PEM file with certificate authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// An identity that cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Two ways to name one identity.
    #[error(
        "a managed identity is named by `client_id`, `object_id` or `resource_id`, one of them"
    )]
    Selector,
    /// A file with certificate authorities.
    #[error("the certificate authorities in `{}` cannot be read: {error}", path.display())]
    Roots {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: std::io::Error,
    },
    /// Nothing can be asked.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The environment does not say what it must.
    #[error(transparent)]
    Credential(#[from] CredentialError),
}

impl ManagedIdentityConfig {
    /// Tokens of this identity for `scope`.
    pub(super) fn tokens(&self, scope: &str) -> Result<TokenCache, IdentityError> {
        let ids = [
            self.client_id.clone().map(Selector::ClientId),
            self.object_id.clone().map(Selector::ObjectId),
            self.resource_id.clone().map(Selector::ResourceId),
        ];
        let mut ids = ids.into_iter().flatten();
        let selector = ids.next();
        if ids.next().is_some() {
            return Err(IdentityError::Selector);
        }
        // Whoever stands between would be the one whom the platform vouches for.
        let client = client(None, Proxies::default())?;
        let app_service = (variable("IDENTITY_ENDPOINT"), variable("IDENTITY_HEADER"));
        let identity = match (&self.imds, app_service) {
            (Some(origin), _) => ManagedIdentity::imds(client, origin, selector),
            (None, (Some(endpoint), Some(secret))) => {
                ManagedIdentity::app_service(client, &endpoint, &secret, selector)?
            }
            (None, _) => {
                let origin = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
                let origin = origin.unwrap_or_else(|| IMDS.to_owned());
                ManagedIdentity::imds(client, &origin, selector)
            }
        };
        Ok(watched(Source::ManagedIdentity(identity), scope))
    }
}

impl WorkloadIdentityConfig {
    /// Tokens of this identity for `scope`, of an authority that is reached through `proxies`.
    pub(super) fn tokens(
        &self,
        scope: &str,
        proxies: &Proxies,
    ) -> Result<TokenCache, IdentityError> {
        let given = |value: &Option<String>, name: &'static str| {
            let value = value.clone().or_else(|| variable(name));
            value.ok_or(CredentialError::Variable(name))
        };
        let authority = self.authority.clone();
        let file = "AZURE_FEDERATED_TOKEN_FILE";
        let token_file = self.token_file.clone();
        let identity = WorkloadIdentity {
            client: client(self.ca_file.as_deref(), proxies.clone())?,
            authority: authority
                .or_else(|| variable("AZURE_AUTHORITY_HOST"))
                .unwrap_or_else(|| AUTHORITY.to_owned()),
            tenant_id: given(&self.tenant_id, "AZURE_TENANT_ID")?,
            client_id: given(&self.client_id, "AZURE_CLIENT_ID")?,
            token_file: token_file
                .or_else(|| variable(file).map(PathBuf::from))
                .ok_or(CredentialError::Variable(file))?,
        };
        Ok(watched(Source::WorkloadIdentity(identity), scope))
    }
}

fn client(ca_file: Option<&Path>, proxies: Proxies) -> Result<Client, IdentityError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| IdentityError::Roots {
            path: path.to_owned(),
            error,
        })
    };
    Ok(Client::new(&Options {
        extra_roots: ca_file.map(read).transpose()?,
        platform_http: true,
        proxies,
        ..Options::default()
    })?)
}

/// Tokens whose operator is told when there are no new ones: requests notice only once the last one has ended.
fn watched(source: Source, scope: &str) -> TokenCache {
    let about = scope.to_owned();
    TokenCache::watched(source, scope, Box::new(move |turn| tell(&about, turn)))
}

#[expect(
    clippy::print_stderr,
    reason = "nobody waits for the answer, and the operator must know"
)]
fn tell(scope: &str, turn: &Turn<'_>) {
    match turn {
        Turn::Failed {
            error,
            good_until: Some(end),
        } => eprintln!(
            "the gateway's own token for `{scope}` cannot be renewed: {error}; the present one is used until {end}, \
             and others are asked for meanwhile"
        ),
        Turn::Failed {
            error,
            good_until: None,
        } => eprintln!(
            "the gateway gets no token for `{scope}`: {error}; calls that need it are refused with 502 until it does"
        ),
        Turn::Recovered { failures } => {
            eprintln!("the gateway gets tokens for `{scope}` again, after {failures} failures");
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
