//! `[endpoint]`: how the endpoint behaves, and the settings for what is only inferred about the service.

use serde::Deserialize;

use crate::outbound::ProxyConfig;

/// `[endpoint]`
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EndpointEntry {
    /// The account that answers when neither Host nor path names one.
    pub default_account: Option<String>,
    /// Further host names of this server, such as `models.example.com`. Requests with other names in
    /// `Host` are refused.
    pub hosts: Vec<String>,
    /// `detailed` or `generic`.
    pub missing_role_text: MissingRoleTextEntry,
    /// `account` (as Azure) or `deployment` (ours).
    pub authorization_scope: AuthorizationScopeEntry,
    /// Seconds until a change of policy takes effect: a role assignment that is made or removed, a role or deny
    /// assignment, the members of a group. With `[entra]`, only new role assignments wait.
    pub propagation_seconds: u32,
    /// Whether what simulated models are asked is kept for tests; it holds prompts. Not with `[entra]`.
    pub journal: bool,
    /// The order in which a call's faults are looked for: of several, the first is reported. Checks that
    /// are left out come last; none is skipped.
    pub check_order: Vec<Check>,
    /// Which `aud` of a token each part of the surface accepts.
    pub audiences: AudiencesEntry,
    /// Which `api-version` calls must have.
    pub api_version: ApiVersionEntry,
    /// The way to what the server itself asks for outside: model servers, keys of tenants, tokens for a
    /// workload identity. This machine and link-local addresses are always reached directly.
    pub proxy: Option<ProxyConfig>,
    /// Data actions that replace an inferred row of the operation table.
    pub operation: Vec<OperationEntry>,
}

/// `[endpoint.audiences]`: accepted values of `aud`, per part of the surface. The first is the one that
/// refusals recommend. What is left out keeps its default: for a local tenant
/// `https://cognitiveservices.azure.com`, `https://ai.azure.com` and the application id of Cognitive
/// Services (projects: `https://ai.azure.com` only), with `[entra]` the gateway's own.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AudiencesEntry {
    /// `/openai/deployments`, `/openai/responses`, `/openai/models`.
    pub classic: Option<Vec<String>>,
    /// `/openai/v1`.
    pub v1: Option<Vec<String>>,
    /// `/models`.
    pub models: Option<Vec<String>>,
    /// `/anthropic`.
    pub anthropic: Option<Vec<String>>,
    /// `/api/projects`.
    pub project: Option<Vec<String>>,
    /// Azure Resource Manager (`/subscriptions`, `/providers`, `/tenants`). With `[entra]` none by default:
    /// the management plane is closed until one is named.
    pub management: Option<Vec<String>>,
    /// Microsoft Graph (`/graph`). With `[entra]` none by default.
    pub graph: Option<Vec<String>>,
}

/// `[endpoint.api_version]`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ApiVersionEntry {
    /// Where `api-version` must be given, unless the account is `lenient_api_version`.
    pub required: Vec<VersionedFamily>,
    /// The only versions that exist, such as `["2024-10-21"]`. Empty: every date, with or without
    /// `-preview`.
    pub accepted: Vec<String>,
    /// The first version that has the Responses API.
    pub responses_since: String,
}

impl Default for ApiVersionEntry {
    fn default() -> Self {
        Self {
            required: vec![VersionedFamily::Classic, VersionedFamily::Models],
            accepted: Vec::new(),
            responses_since: "2025-03-01-preview".to_owned(),
        }
    }
}

/// Routes that have versions by date.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum VersionedFamily {
    /// `/openai`, except `/openai/v1`.
    Classic,
    /// `/models`.
    Models,
}

/// One question about a call.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// May this network reach the account?
    Network,
    /// Does the name it was called by take tokens?
    Subdomain,
    /// Is the key or the token genuine, for this audience, of this tenant, in time?
    Credential,
    /// Does the account take keys?
    LocalAuth,
    /// Does a role give the data action?
    DataAction,
    /// Is there such a route, account, project?
    Route,
    /// Is the api-version there, and fit?
    ApiVersion,
    /// Is there such a deployment?
    Deployment,
    /// Can its model do this?
    Operation,
}

impl Check {
    /// All of them, in the inferred order.
    pub const ALL: &'static [Self] = &[
        Self::Network,
        Self::Subdomain,
        Self::Credential,
        Self::LocalAuth,
        Self::DataAction,
        Self::Route,
        Self::ApiVersion,
        Self::Deployment,
        Self::Operation,
    ];
}

/// `[[endpoint.operation]]`: replaces the data action of one operation.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationEntry {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The path template, such as `/openai/v1/chat/completions`.
    pub path: String,
    /// The data action that is required instead.
    pub data_action: String,
}

/// How much a missing-role refusal says.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum MissingRoleTextEntry {
    /// Names the principal and the data action.
    #[default]
    Detailed,
    /// `Principal does not have access to API/Operation.`
    Generic,
}

/// The deepest scope at which a role assignment counts.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AuthorizationScopeEntry {
    /// The account, as on Azure.
    #[default]
    Account,
    /// The deployment: an extension of Entrada.
    Deployment,
}
