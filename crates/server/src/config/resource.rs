//! What exists below a subscription: resource groups, accounts, projects, deployments.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use access::operation::ModelFormat;
use access::scope::Scope;

use super::file::NetworkEntry;
use crate::backend::simulated;
use crate::backend::upstream::Upstream;
use crate::provisioned::IdentityRecord;
use crate::secret::Secret;

/// A resource group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceGroup {
    /// Its ARM id.
    pub scope: Scope,
    /// Azure region.
    pub location: String,
    /// What people attached to it.
    pub tags: BTreeMap<String, String>,
}

/// A Foundry (Cognitive Services) account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The resource's name, as configured.
    pub name: Arc<str>,
    /// Its ARM id.
    pub scope: Scope,
    /// Azure region.
    pub location: String,
    /// Whether API keys are accepted.
    pub local_auth: bool,
    /// API keys.
    pub keys: Vec<Secret>,
    /// Whether it has a custom subdomain.
    pub custom_subdomain: bool,
    /// Who may reach it.
    pub network: NetworkEntry,
    /// Whether a missing api-version is accepted everywhere.
    pub lenient_api_version: bool,
    /// Foundry projects.
    pub projects: Vec<Project>,
    /// Model deployments.
    pub deployments: Vec<Arc<Deployment>>,
    /// What the management plane shows and the endpoint does not use.
    pub details: AccountDetails,
}

/// What the management plane shows of an account.
#[derive(Clone, Debug)]
pub struct AccountDetails {
    /// `AIServices`, `OpenAI`, …
    pub kind: String,
    /// `S0`, …
    pub sku: String,
    /// What people attached to it.
    pub tags: BTreeMap<String, String>,
    /// How often each key was regenerated; none for keys of the configuration.
    pub keys: [Option<u32>; 2],
    /// As whom the account calls other resources.
    pub(crate) identity: Option<IdentityRecord>,
}

impl Default for AccountDetails {
    fn default() -> Self {
        Self {
            kind: "AIServices".to_owned(),
            sku: "S0".to_owned(),
            tags: BTreeMap::new(),
            keys: [None, None],
            identity: None,
        }
    }
}

impl Account {
    /// The deployment that a client names, whatever its case.
    #[must_use]
    pub fn deployment(&self, name: &str) -> Option<&Arc<Deployment>> {
        self.deployments
            .iter()
            .find(|deployment| deployment.name.eq_ignore_ascii_case(name))
    }

    /// The project that a path names.
    #[must_use]
    pub fn project(&self, name: &str) -> Option<&Project> {
        self.projects
            .iter()
            .find(|project| project.name.eq_ignore_ascii_case(name))
    }
}

/// A Foundry project below an account.
#[derive(Clone, Debug)]
pub struct Project {
    /// Project name.
    pub name: String,
    /// Its ARM id.
    pub scope: Scope,
}

/// A model deployment.
pub struct Deployment {
    /// What clients send as model.
    pub name: Arc<str>,
    /// Its ARM id.
    pub scope: Scope,
    /// The model behind it.
    pub model: Model,
    /// What answers.
    pub backend: Arc<Backend>,
    /// What the management plane shows.
    pub sku: DeploymentSku,
}

/// How much of a model a deployment may use. It is shown and not enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentSku {
    /// `GlobalStandard`, `Standard`, …
    pub name: String,
    /// In units of the model; for most, thousands of tokens a minute.
    pub capacity: u32,
}

impl Default for DeploymentSku {
    fn default() -> Self {
        Self {
            name: "GlobalStandard".to_owned(),
            capacity: 1,
        }
    }
}

/// What answers the calls of a deployment.
pub enum Backend {
    /// A simulated model.
    Simulated(simulated::Model),
    /// A model server.
    Upstream(Box<Upstream>),
}

impl fmt::Debug for Deployment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Deployment")
            .field("name", &self.name)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// A model.
#[derive(Clone, Debug)]
pub struct Model {
    /// Provider format; decides which API family serves it.
    pub format: ModelFormat,
    /// Model name, such as `gpt-4o`.
    pub name: String,
    /// Model version.
    pub version: String,
}

impl Model {
    /// What the model is for, told by its name: embedding and instruct models say so.
    #[must_use]
    pub fn kind(&self) -> ModelKind {
        let says = |word: &str| {
            let mut windows = self.name.as_bytes().windows(word.len());
            windows.position(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        if says("embed").is_some() {
            ModelKind::Embedding
        } else if says("instruct").is_some() && says("gpt") == Some(0) {
            ModelKind::Completion
        } else {
            ModelKind::Chat
        }
    }
}

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// Chat completions, responses, messages.
    Chat,
    /// Completions of a prompt.
    Completion,
    /// Embeddings.
    Embedding,
}
