//! Tokens and environment variables for a principal of the local tenant.

use serde::{Deserialize, Serialize};

/// A token for a principal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRequest {
    /// Name, object id, client id or UPN.
    pub principal: String,
    /// The resource or scope, such as `https://cognitiveservices.azure.com/.default`.
    pub scope: String,
}

/// The token. No `Debug`: it is a credential.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// Its end, in seconds since the Unix epoch.
    pub expires_on: i64,
}

/// What a program needs in its environment to run as a principal. No `Debug`: it holds credentials.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvironmentAnswer {
    /// Object id.
    pub principal_id: String,
    /// Name, or the object id when it has none.
    #[serde(default)]
    pub principal_name: String,
    /// Tenant id.
    pub tenant_id: String,
    /// The subscriptions there are, the first of the configuration first.
    #[serde(default)]
    pub subscriptions: Vec<SubscriptionEntry>,
    /// Client id, where the principal has one.
    pub client_id: Option<String>,
    /// A client secret, where it has one.
    pub client_secret: Option<String>,
    /// Path of the federated token file, where it has such a credential.
    pub federated_token_file: Option<String>,
    /// The App Service managed identity secret that selects this principal.
    pub identity_header: String,
    /// The account that answers at the root.
    pub default_account: Option<String>,
}

/// A subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubscriptionEntry {
    /// Its GUID.
    pub id: String,
    /// Its display name.
    pub name: String,
}
