//! People, applications, managed identities and groups.

use access::principal::PrincipalId;

use super::super::error::ConfigError;
use super::super::file::{ApplicationEntry, GroupEntry, ManagedIdentityEntry, UserEntry};
use super::super::sample;
use super::super::world::{Principal, PrincipalDetails, World};
use super::{refuse_duplicates, resource_group, value};

/// Everybody that the file declares.
pub(super) struct Entries<'file> {
    pub(super) users: Vec<UserEntry>,
    pub(super) applications: Vec<ApplicationEntry>,
    pub(super) managed_identities: Vec<ManagedIdentityEntry>,
    /// Their members are resolved later, when everybody is known.
    pub(super) groups: &'file [GroupEntry],
}

/// Adds them to the world.
pub(super) fn resolve_principals(
    world: &mut World,
    entries: Entries<'_>,
) -> Result<(), ConfigError> {
    for entry in entries.users {
        let place = format!("[[user]] `{}`", entry.name);
        refuse_credential(world, &place, "password", entry.password.is_some())?;
        let id = principal_id(world, &place, entry.tenant.as_deref(), &entry.id)?;
        let details = PrincipalDetails::User {
            upn: entry.upn,
            display_name: entry.display_name.unwrap_or_else(|| entry.name.clone()),
            password: entry.password,
        };
        add(world, entry.name, id, details);
    }
    for entry in entries.applications {
        let place = format!("[[application]] `{}`", entry.name);
        refuse_credential(world, &place, "secrets", !entry.secrets.is_empty())?;
        refuse_credential(
            world,
            &place,
            "certificates",
            !entry.certificates.is_empty(),
        )?;
        let federated = !entry.federated_credential.is_empty();
        refuse_credential(world, &place, "federated_credential", federated)?;
        let id = principal_id(world, &place, entry.tenant.as_deref(), &entry.id)?;
        let details = PrincipalDetails::Application {
            client_id: entry.client_id,
            secrets: entry.secrets,
            certificates: entry.certificates,
            federated: entry.federated_credential,
        };
        add(world, entry.name, id, details);
    }
    for entry in entries.managed_identities {
        let place = format!("[[managed_identity]] `{}`", entry.name);
        let group = resource_group(world, &place, &entry.subscription, &entry.resource_group)?;
        let resource = group.child(
            "providers/Microsoft.ManagedIdentity/userAssignedIdentities",
            &entry.name,
        );
        let id = principal_id(world, &place, entry.tenant.as_deref(), &entry.id)?;
        let details = PrincipalDetails::ManagedIdentity {
            client_id: entry.client_id,
            resource_id: resource.as_str().to_owned(),
        };
        add(world, entry.name, id, details);
    }
    for entry in entries.groups {
        let id = group_id(world, entry)?;
        add(world, entry.name.clone(), id, PrincipalDetails::Group);
    }
    refuse_duplicates(world)
}

/// The id under which policy knows a group.
pub(super) fn group_id(world: &World, entry: &GroupEntry) -> Result<PrincipalId, ConfigError> {
    let place = format!("[[group]] `{}`", entry.name);
    principal_id(world, &place, entry.tenant.as_deref(), &entry.id)
}

fn add(world: &mut World, name: String, id: PrincipalId, details: PrincipalDetails) {
    world.principals.push(Principal { name, id, details });
}

/// Real tenants have their own credentials; one in the file would be a secret that opens nothing.
fn refuse_credential(
    world: &World,
    place: &str,
    what: &str,
    given: bool,
) -> Result<(), ConfigError> {
    if world.entra.is_none() || !given {
        return Ok(());
    }
    let problem =
        format!("`{what}` is for the local token service, which a server of real tenants has not");
    Err(value(place, problem))
}

fn principal_id(
    world: &World,
    place: &str,
    tenant: Option<&str>,
    object_id: &str,
) -> Result<PrincipalId, ConfigError> {
    let Some(entra) = &world.entra else {
        return match tenant {
            None => Ok(PrincipalId::new(object_id)),
            Some(_) => Err(value(
                place,
                "`tenant` is for servers of several real tenants ([entra])".to_owned(),
            )),
        };
    };
    if sample::is_sample_id(object_id) {
        let problem = format!(
            "`{object_id}` is a principal of the sample tenant, which a server of real tenants has not"
        );
        return Err(value(place, problem));
    }
    let name = match tenant {
        None => object_id.to_owned(),
        Some(tenant) => format!("{tenant}/{object_id}"),
    };
    entra.undeclared(&name).ok_or_else(|| {
        let problem = match tenant {
            Some(tenant)
                if !entra
                    .tenants
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(tenant)) =>
            {
                format!("`{tenant}` is not the id of an [[entra.tenant]]")
            }
            _ => format!("`{object_id}` is not an object id: a GUID with hyphens"),
        };
        value(place, problem)
    })
}
