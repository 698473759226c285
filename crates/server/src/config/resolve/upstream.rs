//! Model servers: where their files are, and who may share one.

use std::path::Path;

use access::scope::AuthorizationScope;
use azure::proxy::Proxies;

use super::super::error::ConfigError;
use super::super::resource::{Account, Backend, Deployment};
use super::super::world::World;
use super::value;
use crate::backend::upstream::{Upstream, UpstreamConfig};
use crate::outbound::{self, ProxyConfig, ProxyConfigError};

/// The same with its relative paths below `folder`.
pub(super) fn below(config: &UpstreamConfig, folder: &Path) -> UpstreamConfig {
    let mut config = config.clone();
    let mut files = vec![config.ca_file.as_mut()];
    if let Some(proxy) = &mut config.proxy {
        files.push(proxy.file.as_mut());
    }
    if let Some(credential) = &mut config.credential {
        files.push(credential.file.as_mut());
        if let Some(workload) = &mut credential.workload_identity {
            files.extend([workload.token_file.as_mut(), workload.ca_file.as_mut()]);
        }
    }
    for file in files.into_iter().flatten() {
        *file = folder.join(&file);
    }
    config
}

/// The ways out that are configured, or those of the environment.
pub(super) fn proxies(
    config: Option<&ProxyConfig>,
    folder: &Path,
) -> Result<Proxies, ProxyConfigError> {
    let Some(config) = config else {
        return Ok(outbound::environment());
    };
    let mut config = config.clone();
    if let Some(file) = &mut config.file {
        *file = folder.join(&file);
    }
    config.proxies()
}

/// Refuses two deployments that share a server which keeps responses, if a caller may call one and not the
/// other: they could continue, and so read, what the other's callers were answered.
///
/// Deployments of one account are open to the same callers unless assignments at deployments count.
pub(super) fn refuse_shared_stores(world: &World) -> Result<(), ConfigError> {
    let all: Vec<(&Account, &Deployment, &Upstream)> = world
        .accounts
        .iter()
        .flat_map(|account| account.deployments.iter().map(move |one| (account, one)))
        .filter_map(|(account, deployment)| match &*deployment.backend {
            Backend::Upstream(upstream) => Some((&**account, &**deployment, &**upstream)),
            Backend::Simulated(_) => None,
        })
        .collect();
    let apart = |one: &Account, other: &Account| {
        one.name != other.name
            || world.endpoint.authorization_scope == AuthorizationScope::Deployment
    };
    for (number, (account, deployment, upstream)) in all.iter().enumerate() {
        let shared = all[..number].iter().find(|(other, _, earlier)| {
            (upstream.keeps_responses() || earlier.keeps_responses())
                && upstream.server() == earlier.server()
                && apart(account, other)
        });
        if let Some((other_account, other, _)) = shared {
            let place = format!(
                "[[account]] `{}`, deployment `{}`",
                account.name, deployment.name
            );
            let problem = format!(
                "it shares the server `{}` with `{}/{}`, and with `stored_responses` the callers of one \
                 could read what the other's were answered: give them servers of their own, or turn it off",
                upstream.server(),
                other_account.name,
                other.name
            );
            return Err(value(&place, problem));
        }
    }
    Ok(())
}
