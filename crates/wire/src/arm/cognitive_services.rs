//! What callers send about accounts, deployments, projects and resource groups. What is not known is
//! skipped, as Azure does with members of newer versions.

use std::collections::BTreeMap;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};

/// The body of a PUT or PATCH of an account.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AccountRequest {
    /// Azure region.
    pub location: Option<String>,
    /// `AIServices`, `OpenAI`, …
    pub kind: Option<String>,
    /// The price.
    pub sku: Option<SkuRequest>,
    /// What people attach to it.
    pub tags: Option<BTreeMap<String, String>>,
    /// As whom it calls other resources.
    pub identity: Option<IdentityRequest>,
    /// What it is like.
    pub properties: AccountProperties,
}

/// The managed identity that a resource is to have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct IdentityRequest {
    /// `None`, `SystemAssigned`, `UserAssigned` or `SystemAssigned, UserAssigned`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// The properties of an account that mean something here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountProperties {
    /// The name before `.openai.azure.com`; tokens need one.
    pub custom_sub_domain_name: Option<String>,
    /// Whether keys are refused.
    pub disable_local_auth: Option<bool>,
    /// `Enabled` or `Disabled`.
    pub public_network_access: Option<String>,
    /// The firewall.
    pub network_acls: Option<NetworkRules>,
    /// Whether a deleted account of this name is to come back.
    pub restore: Option<bool>,
}

/// The firewall of an account.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkRules {
    /// `Allow` or `Deny`.
    pub default_action: Option<String>,
}

/// A price, and how much of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SkuRequest {
    /// `S0`, `GlobalStandard`, …
    pub name: Option<String>,
    /// Of a deployment, in units of the model. The Azure CLI sends it as a text.
    #[serde(deserialize_with = "number_or_text")]
    pub capacity: Option<u32>,
}

fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(Either::Number(number)) => Ok(Some(number)),
        Some(Either::Text(text)) => text
            .parse()
            .map(Some)
            .map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &"a number")),
    }
}

/// The body of a PUT or PATCH of a deployment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeploymentRequest {
    /// The price.
    pub sku: Option<SkuRequest>,
    /// What it is like.
    pub properties: DeploymentProperties,
}

/// The properties of a deployment that mean something here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeploymentProperties {
    /// The model.
    pub model: Option<ModelRequest>,
}

/// A model that is to be deployed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ModelRequest {
    /// `OpenAI`, `Microsoft`, …
    pub format: Option<String>,
    /// `gpt-4o`, …
    pub name: Option<String>,
    /// The version; Azure takes the default one if there is none.
    pub version: Option<String>,
}

/// The body of a PUT or PATCH of a resource group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GroupRequest {
    /// Azure region.
    pub location: Option<String>,
    /// What people attach to it.
    pub tags: Option<BTreeMap<String, String>>,
}

/// Which key is to be made anew.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegenerateKeyRequest {
    /// `Key1` or `Key2`.
    pub key_name: String,
}
