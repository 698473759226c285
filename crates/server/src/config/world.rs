//! What exists: the configuration with every name resolved.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use access::operation::OperationTable;
use access::policy::Policy;
use access::principal::{PrincipalId, PrincipalKind};
use access::scope::{AuthorizationScope, Scope};
use azure::proxy::Proxies;

use super::audiences::RouteAudiences;
use super::entra::Entra;
use super::file::{Check, FederatedCredentialEntry};
use super::resource::{Account, ResourceGroup};
use crate::provisioned::{DeletedAccount, MadeDirectory, RequestRecord};
use crate::secret::Secret;

/// Everything that the configuration declares. Immutable; a changed policy makes a new one.
#[derive(Clone, Debug)]
pub struct World {
    /// The tenant that owns everything: the local one, or the home tenant of `entra`.
    pub tenant: Tenant,
    /// Real tenants; none on a local server.
    pub entra: Option<Arc<Entra>>,
    /// The certificate for HTTPS, if it is not of our own authority.
    pub tls: Option<TlsFiles>,
    /// The file with the key of the journal, if it is not in the data folder.
    pub audit_key: Option<PathBuf>,
    /// How the endpoint behaves.
    pub endpoint: EndpointSettings,
    /// What clients may hold.
    pub limits: LimitsEntry,
    /// How the local token service behaves.
    pub token_service: TokenServiceSettings,
    /// The client that people sign in to the portal with; nothing if there is no portal.
    pub portal_client: Option<String>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Resource groups that were made as such; others exist because something is in them.
    pub groups: Vec<ResourceGroup>,
    /// Accounts.
    pub accounts: Vec<Arc<Account>>,
    /// Accounts that were deleted at run time and not purged yet.
    pub(crate) deleted_accounts: Vec<DeletedAccount>,
    /// Users, service principals, managed identities and groups.
    pub principals: Vec<Principal>,
    /// What of them was made or changed at run time.
    pub(crate) directory: MadeDirectory,
    /// Requests to activate roles, by the activation's id.
    pub(crate) requests: Vec<(String, RequestRecord)>,
    /// Role definitions, role and deny assignments, groups, management groups.
    pub policy: Arc<Policy>,
}

impl World {
    /// The principal with this short name, object id, client id or UPN.
    #[must_use]
    pub fn principal(&self, name: &str) -> Option<&Principal> {
        self.principals
            .iter()
            .find(|principal| principal.is_called(name))
    }

    /// The principal that a command means: a declared one, or with real tenants any object id.
    #[must_use]
    pub fn principal_or_object_id(&self, name: &str) -> Option<Cow<'_, Principal>> {
        if let Some(known) = self.principal(name) {
            return Some(Cow::Borrowed(known));
        }
        let id = self.entra.as_ref()?.undeclared(name)?;
        Some(Cow::Owned(Principal {
            name: id.to_string(),
            id,
            details: PrincipalDetails::Undeclared,
        }))
    }

    /// Whether a deny assignment names a group, or somebody who may be one.
    #[must_use]
    pub fn denies_groups(&self) -> bool {
        let is_single = |id: &PrincipalId| {
            let mut declared = self.principals.iter();
            declared.any(|known| {
                known.id == *id
                    && matches!(
                        known.details,
                        PrincipalDetails::User { .. }
                            | PrincipalDetails::Application { .. }
                            | PrincipalDetails::ManagedIdentity { .. }
                            | PrincipalDetails::AccountIdentity { .. }
                    )
            })
        };
        let mut denied = self.policy.denies.iter().flat_map(|deny| &deny.principals);
        denied.any(|id| !id.is_everyone() && !is_single(id))
    }

    /// The subscription with this name or id.
    #[must_use]
    pub fn subscription(&self, name: &str) -> Option<&Subscription> {
        self.subscriptions.iter().find(|known| {
            known.name.eq_ignore_ascii_case(name) || known.id.eq_ignore_ascii_case(name)
        })
    }

    /// The account with this name, whatever its case.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&Arc<Account>> {
        self.accounts
            .iter()
            .find(|account| account.name.eq_ignore_ascii_case(name))
    }
}

/// An Entra tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Tenant id, a lower-case GUID.
    pub id: String,
    /// Display name.
    pub name: String,
    /// A verified domain.
    pub domain: String,
}

/// Where a certificate and its key are, PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate with its chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Settings of the endpoint as a whole.
#[derive(Clone, Debug)]
pub struct EndpointSettings {
    /// The account that answers when neither Host nor path names one.
    pub default_account: Option<Arc<str>>,
    /// Further host names of this server.
    pub hosts: Vec<String>,
    /// The order in which faults are looked for.
    pub check_order: Vec<Check>,
    /// Which tokens each part of the surface accepts.
    pub audiences: RouteAudiences,
    /// Which api-versions exist, and where one must be given.
    pub api_version: ApiVersionRules,
    /// How much a missing-role refusal says.
    pub missing_role_text: MissingRoleText,
    /// Whether assignments at a deployment count (ours) or only those at the account and above.
    pub authorization_scope: AuthorizationScope,
    /// Seconds until a change of policy takes effect.
    pub propagation_seconds: u32,
    /// The ways to what is asked outside.
    pub proxies: Proxies,
    /// Whether what simulated models are asked is kept for tests; it holds prompts.
    pub journal: bool,
    /// Which data action each operation needs.
    pub operations: OperationTable,
}

pub use super::file::{
    ApiVersionEntry as ApiVersionRules, MissingRoleTextEntry as MissingRoleText,
    TokenServiceEntry as TokenServiceSettings,
};
pub use super::limits::LimitsEntry;

/// An Azure subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Subscription id, a lower-case GUID.
    pub id: String,
    /// Display name.
    pub name: String,
}

/// A user, service principal, managed identity or group.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Short name, used with `--as`.
    pub name: String,
    /// Object id.
    pub id: PrincipalId,
    /// What it is.
    pub details: PrincipalDetails,
}

impl Principal {
    /// What it is, as role assignments state it.
    #[must_use]
    pub fn kind(&self) -> PrincipalKind {
        match self.details {
            PrincipalDetails::User { .. } => PrincipalKind::User,
            PrincipalDetails::Group => PrincipalKind::Group,
            PrincipalDetails::Undeclared => PrincipalKind::Unknown,
            PrincipalDetails::Application { .. }
            | PrincipalDetails::ManagedIdentity { .. }
            | PrincipalDetails::AccountIdentity { .. } => PrincipalKind::ServicePrincipal,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
            || self.id == PrincipalId::new(name)
            || match &self.details {
                PrincipalDetails::User { upn, .. } => upn.eq_ignore_ascii_case(name),
                PrincipalDetails::Application { client_id, .. }
                | PrincipalDetails::ManagedIdentity { client_id, .. }
                | PrincipalDetails::AccountIdentity { client_id, .. } => {
                    client_id.eq_ignore_ascii_case(name)
                }
                PrincipalDetails::Group | PrincipalDetails::Undeclared => false,
            }
    }
}

/// What kind of principal, and what it signs in with.
#[derive(Clone, Debug)]
pub enum PrincipalDetails {
    /// A person.
    User {
        /// User principal name.
        upn: String,
        /// Display name.
        display_name: String,
        /// Password for the local sign-in page.
        password: Option<Secret>,
    },
    /// An application's service principal.
    Application {
        /// Application id.
        client_id: String,
        /// Client secrets.
        secrets: Vec<Secret>,
        /// Certificates, PEM.
        certificates: Vec<String>,
        /// Federated identity credentials.
        federated: Vec<FederatedCredentialEntry>,
    },
    /// A user-assigned managed identity.
    ManagedIdentity {
        /// Client id.
        client_id: String,
        /// Its ARM id.
        resource_id: String,
    },
    /// The system-assigned managed identity of an account. Azure's service signs in as it, nobody else.
    AccountIdentity {
        /// Client id.
        client_id: String,
        /// The account's ARM id.
        account: Scope,
    },
    /// A security group.
    Group,
    /// Nobody declared it: only its object id is known.
    Undeclared,
}
