//! `[portal]`: the pages for people.

use serde::Deserialize;

/// `[portal]`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PortalEntry {
    /// Whether there is one. With real tenants there is only if `client_id` is given, too.
    pub enabled: bool,
    /// With real tenants: application (client) id of the registration that people of the home tenant sign
    /// in with. It is a public client (platform "Mobile and desktop applications") with the redirect URI
    /// `https://HOST/portal/signed-in`. A local tenant needs none.
    pub client_id: Option<String>,
}

impl Default for PortalEntry {
    fn default() -> Self {
        Self {
            enabled: true,
            client_id: None,
        }
    }
}
