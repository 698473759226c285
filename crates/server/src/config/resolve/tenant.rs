//! Whose tokens are taken: a local tenant's or real ones', never both.

use std::path::Path;
use std::sync::Arc;

use super::super::entra::{self, Entra};
use super::super::error::ConfigError;
use super::super::file::{EntraEntry, PortalEntry, TenantEntry};
use super::super::sample;
use super::super::world::Tenant;
use super::{guid, value};
use crate::token_service::well_known::PORTAL_CLIENT;

/// The tenant that owns everything: a local one or the first real one, never both.
pub(super) fn resolve_tenant(
    local: Option<TenantEntry>,
    entra: Option<EntraEntry>,
    folder: &Path,
) -> Result<(Tenant, Option<Arc<Entra>>), ConfigError> {
    match (local, entra) {
        (Some(local), None) => {
            let tenant = Tenant {
                id: guid("[tenant] id", &local.id)?,
                name: local.name,
                domain: local.domain.to_ascii_lowercase(),
            };
            Ok((tenant, None))
        }
        (None, Some(entra)) => {
            let entra = entra::resolve(entra, folder)?;
            if let Some(id) = entra.tenants.iter().find(|id| sample::is_sample_id(id)) {
                let problem = format!("`{id}` is the sample tenant, which is local");
                return Err(value("[[entra.tenant]]", problem));
            }
            let tenant = Tenant {
                id: entra.home().to_owned(),
                name: entra.home().to_owned(),
                domain: String::new(),
            };
            Ok((tenant, Some(Arc::new(entra))))
        }
        (Some(_), Some(_)) => {
            let problem = "[tenant] declares a local tenant and [entra] real ones, and a server \
                           is local or serves real tenants, never both";
            Err(value("[entra]", problem.to_owned()))
        }
        (None, None) => {
            let problem = "it is missing: [tenant] declares a local tenant for development, [entra] \
                           real ones";
            Err(value("[tenant]", problem.to_owned()))
        }
    }
}

/// The client that people sign in to the portal with, if there is to be one.
pub(super) fn portal_client(
    portal: PortalEntry,
    has_real_tenants: bool,
) -> Result<Option<String>, ConfigError> {
    const PLACE: &str = "[portal] client_id";
    let client = match (portal.client_id, has_real_tenants) {
        (Some(_), false) => {
            let problem = "a local tenant has a client of its own for the portal";
            return Err(value(PLACE, problem.to_owned()));
        }
        (Some(id), true) => Some(guid(PLACE, &id)?),
        (None, true) => None,
        (None, false) => Some(PORTAL_CLIENT.to_owned()),
    };
    Ok(client.filter(|_| portal.enabled))
}
