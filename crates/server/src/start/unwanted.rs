//! What a server does not start with.

use azure::proxy::Proxy;

use super::{Options, StartError};
use crate::config::{Backend, World};

/// Refuses to be reached from elsewhere without having been told twice.
pub(super) fn refuse_exposure(options: &Options) -> Result<(), StartError> {
    let remote = [&options.https, &options.http]
        .into_iter()
        .find(|address| !address.is_loopback());
    match remote {
        None => Ok(()),
        Some(_) if options.config.is_none() => Err(StartError::SampleIsPublic),
        Some(address) if !options.allow_remote => Err(StartError::Remote(address.clone())),
        Some(_) => Ok(()),
    }
}

/// Refuses secrets that everybody knows where others can connect.
pub(super) fn refuse_public_secrets(options: &Options, world: &World) -> Result<(), StartError> {
    let loopback = options.https.is_loopback() && options.http.is_loopback();
    match world.sample_secret() {
        Some(place) if !loopback => Err(StartError::SecretIsPublic(place)),
        _ => Ok(()),
    }
}

/// Refuses to stand in for Azure for anybody but programs of this machine.
pub(super) fn refuse_interception(options: &Options, world: &World) -> Result<(), StartError> {
    let alone = options.https.is_loopback() && options.http.is_loopback() && world.entra.is_none();
    if options.intercept.is_some() && !alone {
        return Err(StartError::InterceptsForOthers);
    }
    Ok(())
}

/// Refuses to start as a proxy of its own. What leads here by another name is told by `Via` at the proxy itself.
pub(super) fn refuse_own_proxy(options: &Options, world: &World) -> Result<(), StartError> {
    let ports = [options.https.port(), options.http.port()];
    let ports = ports.into_iter().chain(options.intercept);
    let own: Vec<u16> = ports.filter(|port| *port != 0).collect();
    let deployments = world.accounts.iter().flat_map(|one| &one.deployments);
    let mut proxies: Vec<Proxy> = deployments
        .filter_map(|deployment| match &*deployment.backend {
            Backend::Upstream(upstream) => upstream.proxy().cloned(),
            Backend::Simulated(_) => None,
        })
        .collect();
    for authority in world.entra.iter().flat_map(|entra| &entra.authorities) {
        let Ok(metadata) = authority.metadata.parse() else {
            continue;
        };
        proxies.extend(world.endpoint.proxies.of(&metadata)?);
    }
    let here = |proxy: &&Proxy| proxy.is_here() && own.contains(&proxy.port());
    match proxies.iter().find(here) {
        Some(proxy) => Err(StartError::ProxyIsThisServer(proxy.address())),
        None => Ok(()),
    }
}
