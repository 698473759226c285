//! Model deployments. Those that are made at run time are answered by a simulated model.

use std::path::Path;
use std::sync::Arc;

use access::operation::ModelFormat;
use access::scope::Scope;
use serde::{Deserialize, Serialize};

use super::account;
use crate::backend::simulated::{Identity, Model as Simulated, SimulatedConfig};
use crate::config::{Backend, Deployment, DeploymentSku, Model, World};

/// What is kept of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeploymentRecord {
    pub(crate) format: String,
    pub(crate) model: String,
    pub(crate) version: String,
    pub(crate) sku: String,
    pub(crate) capacity: u32,
}

impl DeploymentRecord {
    /// The deployment that this makes. One that serves the same model already keeps what answers: a model
    /// server, or scripted replies.
    fn deployment(self, scope: &Scope, known: Option<&Deployment>) -> Result<Deployment, String> {
        let model = Model {
            format: ModelFormat::parse(&self.format),
            name: self.model.clone(),
            version: self.version.clone(),
        };
        let backend = match known {
            Some(known) if known.model.name == model.name && known.model.format == model.format => {
                Arc::clone(&known.backend)
            }
            _ => Arc::new(self.simulated()?),
        };
        Ok(Deployment {
            name: scope.name().into(),
            scope: scope.clone(),
            model,
            backend,
            sku: DeploymentSku {
                name: self.sku,
                capacity: self.capacity,
            },
        })
    }

    fn simulated(&self) -> Result<Backend, String> {
        let identity = Identity {
            name: self.model.clone(),
            version: self.version.clone(),
            format: self.format.clone(),
        };
        let no_files = Path::new(".");
        let model = Simulated::new(identity, &SimulatedConfig::default(), &[], no_files);
        model
            .map(Backend::Simulated)
            .map_err(|error| error.to_string())
    }
}

pub(super) fn put(
    world: &mut World,
    scope: &Scope,
    record: DeploymentRecord,
) -> Result<(), String> {
    let mut result = Ok(());
    account::change(world, scope, |account| {
        let at = account.deployments.iter();
        let at = at.clone().position(|known| known.scope == *scope);
        let known = at.map(|at| &*account.deployments[at]);
        match record.deployment(scope, known) {
            Ok(made) => match at {
                Some(at) => account.deployments[at] = Arc::new(made),
                None => account.deployments.push(Arc::new(made)),
            },
            Err(problem) => result = Err(problem),
        }
    });
    result
}
