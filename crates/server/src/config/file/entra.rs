//! `[entra]`: real tenants, whose tokens Entra issues.

use std::path::PathBuf;

use serde::Deserialize;

/// `[entra]`: the server is a gateway that takes tokens of real tenants. It has no token service, no
/// managed identity and no control by request headers then.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EntraEntry {
    /// Application (client) id of the gateway's own app registration.
    pub client_id: String,
    /// Accepted values of `aud`. The first is the one that refusals recommend. If left out:
    /// `api://CLIENT-ID` and the client id, as Entra writes them into tokens of version 1.0 and 2.0.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// Whether tokens for Microsoft's own resources (`https://cognitiveservices.azure.com`,
    /// `https://ai.azure.com`) are accepted too, so that clients need no other scope. Whoever operates this
    /// server, or breaks into it, could use such tokens at Azure: turn it on only where both are one.
    #[serde(default)]
    pub microsoft_audiences: bool,
    /// App role of the gateway's own application whose holders in the first tenant may use Entrada's own
    /// routes, such as `Entrada.Operator`. If left out, only the operator's token does.
    #[serde(default)]
    pub operator_role: Option<String>,
    /// PEM file with certificate authorities to trust beside the system's when keys are fetched, for
    /// example a company's proxy.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The tenants whose tokens are accepted. The first is the home tenant.
    pub tenant: Vec<EntraTenantEntry>,
}

/// `[[entra.tenant]]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EntraTenantEntry {
    /// Tenant id, a GUID.
    pub id: String,
    /// The cloud it is in; `public` if left out.
    #[serde(default)]
    pub cloud: Option<CloudEntry>,
    /// Instead of a cloud: where keys are asked for, such as `https://contoso.ciamlogin.com`. Discovery
    /// documents are expected below `/TENANT-ID` (below `/common` if an issuer contains `{tenantid}`).
    #[serde(default)]
    pub authority: Option<String>,
    /// With `authority`: `iss` of version 1.0 tokens. If neither this nor `issuer_v2` is given, both have
    /// the form that Entra's have.
    #[serde(default)]
    pub issuer_v1: Option<String>,
    /// With `authority`: `iss` of version 2.0 tokens.
    #[serde(default)]
    pub issuer_v2: Option<String>,
}

/// A cloud with its own Entra.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CloudEntry {
    /// `login.microsoftonline.com`
    #[default]
    Public,
    /// US Government: `login.microsoftonline.us`
    Government,
    /// Operated by 21Vianet: `login.partner.microsoftonline.cn`
    China,
}
