//! `GET /api/projects/{project}/deployments`: what a Foundry project offers.

use std::collections::BTreeMap;

use serde::Serialize;

/// One page of deployments; Entrada has only one page.
#[derive(Serialize)]
pub struct DeploymentList {
    /// The deployments.
    pub value: Vec<Deployment>,
}

/// A deployed model.
#[derive(Clone, Serialize)]
#[serde(tag = "type", rename = "ModelDeployment")]
pub struct Deployment {
    /// Deployment name, to be used as `model`.
    pub name: String,
    /// The model behind it.
    #[serde(rename = "modelName")]
    pub model_name: String,
    /// Its version.
    #[serde(rename = "modelVersion")]
    pub model_version: String,
    /// Whose it is.
    #[serde(rename = "modelPublisher")]
    pub model_publisher: String,
    /// What it can do, as `"chat_completion": "true"`.
    pub capabilities: BTreeMap<&'static str, &'static str>,
    /// What was bought.
    pub sku: Sku,
}

/// What was bought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Sku {
    /// `GlobalStandard`, `Standard`, …
    pub name: String,
    /// In thousands of tokens per minute.
    pub capacity: u64,
}
