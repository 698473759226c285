//! Accounts with their projects and deployments.

use std::path::Path;
use std::sync::Arc;

use access::operation::ModelFormat;

use super::super::error::ConfigError;
use super::super::file::{AccountEntry, DeploymentEntry};
use super::super::reserved::is_reserved_segment;
use super::super::resource::{
    Account, AccountDetails, Backend, Deployment, DeploymentSku, Model, Project,
};
use super::super::world::World;
use super::{resource_group, upstream, value};
use crate::backend::simulated;
use crate::backend::upstream::Upstream;

/// Resolves one account; relative paths start at `folder`.
pub(super) fn resolve_account(
    world: &World,
    entry: AccountEntry,
    folder: &Path,
) -> Result<Account, ConfigError> {
    let place = format!("[[account]] `{}`", entry.name);
    check_subdomain(&place, &entry.name)?;
    if world.account(&entry.name).is_some() {
        return Err(ConfigError::Duplicate {
            place,
            name: entry.name,
        });
    }
    let group = resource_group(world, &place, &entry.subscription, &entry.resource_group)?;
    let scope = group.child(
        "providers/Microsoft.CognitiveServices/accounts",
        &entry.name,
    );
    let projects = entry.project.into_iter().map(|project| Project {
        scope: scope.child("projects", &project.name),
        name: project.name,
    });
    let mut deployments: Vec<Arc<Deployment>> = Vec::new();
    for deployment in entry.deployment {
        if deployments
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(&deployment.name))
        {
            return Err(ConfigError::Duplicate {
                place,
                name: deployment.name,
            });
        }
        let backend = backend(&deployment, world, folder).map_err(|problem| {
            value(
                &format!("{place}, deployment `{}`", deployment.name),
                problem,
            )
        })?;
        deployments.push(Arc::new(Deployment {
            backend: Arc::new(backend),
            sku: DeploymentSku::default(),
            scope: scope.child("deployments", &deployment.name),
            name: deployment.name.into(),
            model: Model {
                format: ModelFormat::parse(&deployment.model.format),
                name: deployment.model.name,
                version: deployment.model.version,
            },
        }));
    }
    Ok(Account {
        name: entry.name.into(),
        projects: projects.collect(),
        scope,
        location: entry.location,
        local_auth: entry.local_auth,
        keys: entry.keys,
        custom_subdomain: entry.custom_subdomain,
        network: entry.network,
        lenient_api_version: entry.lenient_api_version,
        deployments,
        details: AccountDetails::default(),
    })
}

/// What answers: the configured model server, else a simulated model.
fn backend(deployment: &DeploymentEntry, world: &World, folder: &Path) -> Result<Backend, String> {
    if let Some(config) = &deployment.upstream {
        let config = upstream::below(config, folder);
        let upstream = Upstream::new(&config, &deployment.name, &world.endpoint.proxies)
            .map_err(|error| described(&error))?;
        return Ok(Backend::Upstream(Box::new(upstream)));
    }
    let model = &deployment.model;
    let identity = simulated::Identity {
        name: model.name.clone(),
        version: model.version.clone(),
        format: model.format.clone(),
    };
    simulated::Model::new(identity, &deployment.simulated, &deployment.reply, folder)
        .map(Backend::Simulated)
        .map_err(|error| described(&error))
}

fn check_subdomain(place: &str, name: &str) -> Result<(), ConfigError> {
    check_name(name).map_err(|problem| value(place, problem))
}

/// The rule for custom subdomains (service.md, section 1), which also keeps routes and accounts apart; a
/// text for people if a name breaks it.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let well_formed = (2..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if !well_formed {
        return Err(format!(
            "`{name}` is not a name of 2 to 64 letters, digits and inner hyphens"
        ));
    }
    if is_reserved_segment(name) {
        return Err(format!(
            "`{name}` is the first segment of a route and cannot name an account"
        ));
    }
    Ok(())
}

/// An error with what caused it.
fn described(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", described(source)),
        None => error.to_string(),
    }
}
