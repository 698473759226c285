//! The configuration file's shape, exactly as written; names are not resolved yet.
//!
//! The doc comments are the users' documentation too: `docs/configuration.schema.json` is made from them.

mod endpoint;
mod entra;
mod portal;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use endpoint::{
    ApiVersionEntry, AudiencesEntry, AuthorizationScopeEntry, Check, EndpointEntry,
    MissingRoleTextEntry, OperationEntry, VersionedFamily,
};
pub use entra::{CloudEntry, EntraEntry, EntraTenantEntry};
pub use portal::PortalEntry;

use super::limits::LimitsEntry;
use crate::backend::simulated::{ReplyConfig, SimulatedConfig};
use crate::backend::upstream::UpstreamConfig;
use crate::secret::Secret;

/// Configuration of Entrada: what exists, what can be called, and who may do what.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("oneOf" = [{"required": ["tenant"]}, {"required": ["entra"]}])))]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The local tenant that owns everything below: Entrada issues its tokens. Either this or `[entra]`.
    #[serde(default)]
    pub tenant: Option<TenantEntry>,
    /// Real tenants: Entra issues the tokens. Either this or `[tenant]`.
    #[serde(default)]
    pub entra: Option<EntraEntry>,
    /// The certificate for HTTPS. Without it, one of Entrada's own authority, which is good for this
    /// machine only.
    #[serde(default)]
    pub tls: Option<TlsEntry>,
    /// The journal of changes and refusals.
    #[serde(default)]
    pub audit: AuditEntry,
    /// How the endpoint behaves.
    #[serde(default)]
    pub endpoint: EndpointEntry,
    /// What clients may hold.
    #[serde(default)]
    pub limits: LimitsEntry,
    /// How the local token service behaves.
    #[serde(default)]
    pub token_service: TokenServiceEntry,
    /// The pages for people at `/portal`.
    #[serde(default)]
    pub portal: PortalEntry,
    /// Azure subscriptions.
    #[serde(default)]
    pub subscription: Vec<SubscriptionEntry>,
    /// Management groups and what they contain.
    #[serde(default)]
    pub management_group: Vec<ManagementGroupEntry>,
    /// Foundry (Cognitive Services) accounts.
    #[serde(default)]
    pub account: Vec<AccountEntry>,
    /// People.
    #[serde(default)]
    pub user: Vec<UserEntry>,
    /// Applications, each with its service principal.
    #[serde(default)]
    pub application: Vec<ApplicationEntry>,
    /// User-assigned managed identities.
    #[serde(default)]
    pub managed_identity: Vec<ManagedIdentityEntry>,
    /// Security groups; members may be groups.
    #[serde(default)]
    pub group: Vec<GroupEntry>,
    /// Custom role definitions.
    #[serde(default)]
    pub role: Vec<RoleEntry>,
    /// Role assignments.
    #[serde(default)]
    pub assignment: Vec<AssignmentEntry>,
    /// Deny assignments.
    #[serde(default)]
    pub deny: Vec<DenyEntry>,
}

/// `[tenant]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TenantEntry {
    /// Tenant id, a GUID.
    pub id: String,
    /// Display name.
    pub name: String,
    /// A verified domain, such as `contoso.onmicrosoft.com`.
    pub domain: String,
}

/// `[token_service]`
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TokenServiceEntry {
    /// Days after which another key signs; without it, only when the operator says so.
    pub signing_key_days: Option<std::num::NonZeroU16>,
}

/// `[tls]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TlsEntry {
    /// PEM file with the certificate and its chain. Read again when it changes.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
}

/// `[audit]`
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuditEntry {
    /// The file with the key that binds the rows of the journal to each other: 32 bytes in base64url, made if
    /// it is not there. In the data folder if left out; elsewhere, it is out of reach for who can change that.
    pub key_file: Option<PathBuf>,
}

/// `[[subscription]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SubscriptionEntry {
    /// Subscription id, a GUID.
    pub id: String,
    /// Display name.
    pub name: String,
}

/// `[[management_group]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ManagementGroupEntry {
    /// The management group's id (its name in ARM paths).
    pub id: String,
    /// Names or ids of subscriptions and ids of management groups below it.
    #[serde(default)]
    pub children: Vec<String>,
}

/// `[[account]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountEntry {
    /// The resource's name; also its custom subdomain.
    pub name: String,
    /// Name or id of the subscription.
    pub subscription: String,
    /// Resource group.
    pub resource_group: String,
    /// Azure region, such as `swedencentral`.
    #[serde(default = "default_location")]
    pub location: String,
    /// Whether API keys are accepted (`disableLocalAuth` turned round).
    #[serde(default)]
    pub local_auth: bool,
    /// API keys.
    #[serde(default)]
    pub keys: Vec<Secret>,
    /// Whether the account has a custom subdomain; tokens need one.
    #[serde(default = "yes")]
    pub custom_subdomain: bool,
    /// Whether the public network may reach it.
    #[serde(default)]
    pub network: NetworkEntry,
    /// Whether a missing api-version is accepted on routes where the service requires it.
    #[serde(default)]
    pub lenient_api_version: bool,
    /// Foundry projects.
    #[serde(default)]
    pub project: Vec<ProjectEntry>,
    /// Model deployments.
    #[serde(default)]
    pub deployment: Vec<DeploymentEntry>,
}

/// Who may reach an account over the network.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NetworkEntry {
    /// Everyone.
    #[default]
    Open,
    /// Nobody from here: the firewall's default action is deny.
    FirewallDenied,
    /// Public network access is disabled.
    PublicAccessDisabled,
}

/// `[[account.project]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProjectEntry {
    /// Project name.
    pub name: String,
}

/// `[[account.deployment]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeploymentEntry {
    /// Deployment name: what clients send as model.
    pub name: String,
    /// The model behind it.
    pub model: ModelEntry,
    /// The model server that answers; without one, a simulated model does.
    #[serde(default)]
    pub upstream: Option<UpstreamConfig>,
    /// How the simulated model behaves.
    #[serde(default)]
    pub simulated: SimulatedConfig,
    /// Scripted replies of the simulated model, the first that matches wins.
    #[serde(default)]
    pub reply: Vec<ReplyConfig>,
}

/// `model = { format, name, version }`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Provider format: `OpenAI`, `Anthropic`, `Microsoft`, `Meta`, …
    pub format: String,
    /// Model name.
    pub name: String,
    /// Model version.
    #[serde(default)]
    pub version: String,
}

/// `[[user]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UserEntry {
    /// Short name, used in this file and with `--as`.
    pub name: String,
    /// Object id.
    pub id: String,
    /// User principal name.
    pub upn: String,
    /// With several tenants in `[entra]`: the id of the one it belongs to; the first if left out.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Display name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Password for the local sign-in page.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// `[[application]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplicationEntry {
    /// Short name.
    pub name: String,
    /// Object id of the service principal (not of the application).
    pub id: String,
    /// Application (client) id.
    pub client_id: String,
    /// With several tenants in `[entra]`: the id of the one it belongs to; the first if left out.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Client secrets.
    #[serde(default)]
    pub secrets: Vec<Secret>,
    /// Certificates, PEM, for client assertions.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Federated identity credentials.
    #[serde(default)]
    pub federated_credential: Vec<FederatedCredentialEntry>,
}

/// `[[application.federated_credential]]`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FederatedCredentialEntry {
    /// `iss` of the presented token, or `local` for Entrada's own workload issuer.
    pub issuer: String,
    /// `sub` of the presented token.
    pub subject: String,
    /// `aud` of the presented token.
    #[serde(default = "exchange_audience")]
    pub audience: String,
    /// The issuer's JWKS document, for issuers other than `local`.
    #[serde(default)]
    pub jwks: Option<String>,
}

impl FederatedCredentialEntry {
    /// Whether Entrada's own workload issuer is meant.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.issuer == "local"
    }
}

/// `[[managed_identity]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ManagedIdentityEntry {
    /// Name of the identity.
    pub name: String,
    /// Object (principal) id.
    pub id: String,
    /// Client id.
    pub client_id: String,
    /// With several tenants in `[entra]`: the id of the one it belongs to; the first if left out.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Name or id of the subscription it lives in.
    pub subscription: String,
    /// Resource group it lives in.
    pub resource_group: String,
}

/// `[[group]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupEntry {
    /// Group name.
    pub name: String,
    /// Object id.
    pub id: String,
    /// With several tenants in `[entra]`: the id of the one it belongs to; the first if left out.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Names of members; groups may be members.
    #[serde(default)]
    pub members: Vec<String>,
}

/// `[[role]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RoleEntry {
    /// Role name.
    pub name: String,
    /// Role definition id, a GUID.
    pub id: String,
    /// Control-plane actions.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Subtracted from `actions`.
    #[serde(default)]
    pub not_actions: Vec<String>,
    /// Data-plane actions.
    #[serde(default)]
    pub data_actions: Vec<String>,
    /// Subtracted from `data_actions`.
    #[serde(default)]
    pub not_data_actions: Vec<String>,
    /// Scopes at which the role may be assigned.
    #[serde(default)]
    pub assignable_scopes: Vec<String>,
}

/// `[[assignment]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AssignmentEntry {
    /// Name or object id. With `[entra]`, an object id need not be declared above; of another tenant
    /// than the first it is written `TENANT/OBJECT-ID`.
    pub principal: String,
    /// Role name or GUID.
    pub role: String,
    /// See the sample for the short forms.
    pub scope: String,
    /// `now`, or left out: long ago.
    #[serde(default)]
    pub granted: Option<GrantedEntry>,
    /// Whether it must be activated first (Privileged Identity Management): until then it grants nothing.
    #[serde(default)]
    pub eligible: bool,
    /// ABAC condition, version 2.0.
    #[serde(default)]
    pub condition: Option<String>,
    /// Why the role is assigned, for people: shown beside the assignment, decides nothing. One line of at
    /// most 1024 characters.
    #[serde(default)]
    pub description: Option<String>,
}

/// When an assignment was made.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum GrantedEntry {
    /// When the server started.
    Now,
}

/// `[[deny]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DenyEntry {
    /// Display name.
    pub name: String,
    /// Names or ids; `*` means everyone.
    pub principals: Vec<String>,
    /// Names or ids to whom it does not apply.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Control-plane actions.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Subtracted from `actions`.
    #[serde(default)]
    pub not_actions: Vec<String>,
    /// Data-plane actions.
    #[serde(default)]
    pub data_actions: Vec<String>,
    /// Subtracted from `data_actions`.
    #[serde(default)]
    pub not_data_actions: Vec<String>,
    /// As in assignments.
    pub scope: String,
    /// When true, only the scope itself is covered.
    #[serde(default)]
    pub not_below: bool,
}

fn default_location() -> String {
    "swedencentral".to_owned()
}

fn exchange_audience() -> String {
    "api://AzureADTokenExchange".to_owned()
}

fn yes() -> bool {
    true
}
