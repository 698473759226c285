//! Turns names into ids and scopes, and refuses what does not fit together.

mod account;
mod principal;
mod tenant;
mod upstream;

pub(crate) use account::check_name as check_account_name;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use access::Timestamp;
use access::action::ActionPattern;
use access::assignment::{DenyAssignment, RoleAssignment};
use access::condition::Condition;
use access::operation::{Formats, OperationTable};
use access::policy::{Group, ManagementGroup};
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{Permission, RoleDefinition, RoleId};
use access::scope::{AuthorizationScope, Scope};

use super::assignment::{assignment_id, description};
use super::audiences;
use super::entra::Entra;
use super::error::ConfigError;
use super::file::{
    AuthorizationScopeEntry, Check, ConfigFile, DenyEntry, EndpointEntry, GrantedEntry, RoleEntry,
};
use super::world::{EndpointSettings, Subscription, TlsFiles, World};
use crate::provisioned::MadeDirectory;

/// Resolves the whole file. Relative paths start at `folder`; `now` is what `granted = "now"` means.
pub(super) fn resolve(
    file: ConfigFile,
    folder: &Path,
    now: Timestamp,
) -> Result<World, ConfigError> {
    let ConfigFile {
        tenant,
        entra,
        tls,
        audit,
        endpoint,
        limits,
        token_service,
        portal,
        subscription,
        management_group,
        account,
        user,
        application,
        managed_identity,
        group,
        role,
        assignment,
        deny,
    } = file;
    let (tenant, entra) = tenant::resolve_tenant(tenant, entra, folder)?;
    if entra.is_some() && token_service.signing_key_days.is_some() {
        let problem = "it is for the local token service, which a server of real tenants has not";
        return Err(value("[token_service]", problem.to_owned()));
    }
    let portal_client = tenant::portal_client(portal, entra.is_some())?;
    let mut world = World {
        endpoint: endpoint_settings(endpoint, entra.as_deref(), folder)?,
        tenant,
        limits,
        token_service,
        portal_client,
        entra,
        audit_key: audit.key_file.map(|file| folder.join(file)),
        tls: tls.map(|tls| TlsFiles {
            certificate: folder.join(tls.certificate),
            key: folder.join(tls.key),
        }),
        subscriptions: Vec::new(),
        groups: Vec::new(),
        accounts: Vec::new(),
        deleted_accounts: Vec::new(),
        principals: Vec::new(),
        directory: MadeDirectory::default(),
        requests: Vec::new(),
        policy: Arc::default(),
    };
    Arc::make_mut(&mut world.policy).propagation_delay = world.endpoint.propagation_seconds.into();
    for entry in subscription {
        world.subscriptions.push(Subscription {
            id: guid("[[subscription]] id", &entry.id)?,
            name: entry.name,
        });
    }
    for entry in account {
        let account = account::resolve_account(&world, entry, folder)?;
        world.accounts.push(Arc::new(account));
    }
    upstream::refuse_shared_stores(&world)?;
    let entries = principal::Entries {
        users: user,
        applications: application,
        managed_identities: managed_identity,
        groups: &group,
    };
    principal::resolve_principals(&mut world, entries)?;
    if world.entra.is_some()
        && let Some(place) = world.sample_secret()
    {
        let problem = "it has a key of the published sample".to_owned();
        return Err(value(&place, problem));
    }
    for entry in group {
        let members = principals(&world, "[[group]] members", &entry.members)?;
        let id = principal::group_id(&world, &entry)?;
        Arc::make_mut(&mut world.policy).groups.push(Group {
            id,
            name: entry.name,
            members,
        });
    }
    for entry in management_group {
        let children = entry
            .children
            .iter()
            .map(|child| match world.subscription(child) {
                Some(subscription) => subscription.id.clone(),
                None => child.clone(),
            });
        let children = children.collect();
        Arc::make_mut(&mut world.policy)
            .management_groups
            .push(ManagementGroup {
                id: entry.id,
                children,
            });
    }
    for entry in role {
        Arc::make_mut(&mut world.policy)
            .roles
            .push(resolve_role(entry)?);
    }
    for (number, entry) in assignment.into_iter().enumerate() {
        let place = format!("[[assignment]] number {}", number + 1);
        let (principal, kind) = find_principal(&world, &place, &entry.principal)?;
        let role = find_role(&world, &place, &entry.role)?;
        let scope = world
            .scope(&entry.scope)
            .ok_or_else(|| unknown_scope(&world, &place, &entry.scope))?;
        let mut id = assignment_id(&principal, &role, &scope);
        if entry.eligible {
            // Beside it, the same role may be assigned outright.
            let name = format!("{id}|eligible");
            id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, name.as_bytes()).to_string();
        }
        let mut assignment = RoleAssignment::new(&id, principal, role, scope);
        assignment.principal_kind = kind;
        assignment.eligible = entry.eligible;
        assignment.created = entry.granted.map(|GrantedEntry::Now| now);
        if let Some(condition) = &entry.condition {
            let parsed = Condition::parse(condition)
                .map_err(|error| value(&place, format!("condition: {error}")))?;
            assignment.condition = Some(parsed);
        }
        assignment.description = description(&place, entry.description)?;
        Arc::make_mut(&mut world.policy)
            .assignments
            .push(assignment);
    }
    for entry in deny {
        let deny = resolve_deny(&world, entry)?;
        Arc::make_mut(&mut world.policy).denies.push(deny);
    }
    if let Some(name) = &world.endpoint.default_account
        && world.account(name).is_none()
    {
        let known = names(world.accounts.iter().map(|account| &*account.name));
        return Err(unknown("[endpoint] default_account", name, known));
    }
    Ok(world)
}

fn endpoint_settings(
    entry: EndpointEntry,
    entra: Option<&Entra>,
    folder: &Path,
) -> Result<EndpointSettings, ConfigError> {
    if entry.journal && entra.is_some() {
        let problem = "it keeps prompts for tests of a local server; not with [entra]".to_owned();
        return Err(value("[endpoint] journal", problem));
    }
    for (number, check) in entry.check_order.iter().enumerate() {
        if entry.check_order[..number].contains(check) {
            return Err(ConfigError::Duplicate {
                place: "[endpoint] check_order".to_owned(),
                name: format!("{check:?}"),
            });
        }
    }
    let mut operations = OperationTable::default();
    for row in entry.operation {
        let replaced = operations.set(&row.method, &row.path, Formats::Any, &row.data_action);
        replaced.map_err(|error| value("[[endpoint.operation]]", error.to_string()))?;
    }
    Ok(EndpointSettings {
        hosts: entry.hosts,
        check_order: if entry.check_order.is_empty() {
            Check::ALL.to_vec()
        } else {
            entry.check_order
        },
        audiences: audiences::resolve(entry.audiences, entra)?,
        api_version: entry.api_version,
        default_account: entry.default_account.map(Arc::from),
        missing_role_text: entry.missing_role_text,
        authorization_scope: match entry.authorization_scope {
            AuthorizationScopeEntry::Account => AuthorizationScope::Account,
            AuthorizationScopeEntry::Deployment => AuthorizationScope::Deployment,
        },
        propagation_seconds: entry.propagation_seconds,
        proxies: upstream::proxies(entry.proxy.as_ref(), folder)
            .map_err(|error| value("[endpoint.proxy]", error.to_string()))?,
        journal: entry.journal,
        operations,
    })
}

fn resolve_role(entry: RoleEntry) -> Result<RoleDefinition, ConfigError> {
    let id = guid("[[role]] id", &entry.id)?;
    let mut role = RoleDefinition::new(RoleId::parse(&id), &entry.name);
    role.assignable_scopes = entry.assignable_scopes;
    role.permissions = vec![Permission {
        actions: patterns(&entry.actions),
        not_actions: patterns(&entry.not_actions),
        data_actions: patterns(&entry.data_actions),
        not_data_actions: patterns(&entry.not_data_actions),
        condition: None,
    }];
    Ok(role)
}

fn resolve_deny(world: &World, entry: DenyEntry) -> Result<DenyAssignment, ConfigError> {
    let place = format!("[[deny]] `{}`", entry.name);
    let scope = world
        .scope(&entry.scope)
        .ok_or_else(|| unknown_scope(world, &place, &entry.scope))?;
    let id = uuid::Uuid::new_v5(
        &uuid::Uuid::NAMESPACE_URL,
        format!("deny|{}", entry.name).as_bytes(),
    );
    let mut deny = DenyAssignment::new(&id.to_string(), scope);
    deny.principals = if entry.principals == ["*"] {
        vec![PrincipalId::everyone()]
    } else {
        principals(world, &place, &entry.principals)?
    };
    deny.exclude_principals = principals(world, &place, &entry.exclude)?;
    deny.not_to_children = entry.not_below;
    // What the configuration denies, an Owner on the management plane does not lift.
    deny.system_protected = true;
    deny.permissions = vec![Permission {
        actions: patterns(&entry.actions),
        not_actions: patterns(&entry.not_actions),
        data_actions: patterns(&entry.data_actions),
        not_data_actions: patterns(&entry.not_data_actions),
        condition: None,
    }];
    deny.name = entry.name;
    Ok(deny)
}

fn patterns(texts: &[String]) -> Vec<ActionPattern> {
    texts.iter().map(|text| ActionPattern::new(text)).collect()
}

fn resource_group(
    world: &World,
    place: &str,
    subscription: &str,
    group: &str,
) -> Result<Scope, ConfigError> {
    let found = world.subscription(subscription).ok_or_else(|| {
        unknown(
            place,
            subscription,
            names(world.subscriptions.iter().map(|known| known.name.as_str())),
        )
    })?;
    Scope::parse(&format!(
        "/subscriptions/{}/resourceGroups/{group}",
        found.id
    ))
    .map_err(|error| value(place, error.to_string()))
}

fn find_principal(
    world: &World,
    place: &str,
    name: &str,
) -> Result<(PrincipalId, PrincipalKind), ConfigError> {
    let found = world.principal_or_object_id(name).ok_or_else(|| {
        unknown(
            place,
            name,
            names(world.principals.iter().map(|known| known.name.as_str())),
        )
    })?;
    Ok((found.id.clone(), found.kind()))
}

fn principals(
    world: &World,
    place: &str,
    list: &[String],
) -> Result<Vec<PrincipalId>, ConfigError> {
    list.iter()
        .map(|name| find_principal(world, place, name).map(|(id, _)| id))
        .collect()
}

fn find_role(world: &World, place: &str, name: &str) -> Result<RoleId, ConfigError> {
    if let Some(role) = world.policy.role_by_name(name) {
        return Ok(role.id.clone());
    }
    let id = RoleId::parse(name);
    match world.policy.role(&id) {
        Some(role) => Ok(role.id.clone()),
        None => Err(unknown(
            place,
            name,
            "the built-in role names and the [[role]] entries".to_owned(),
        )),
    }
}

fn refuse_duplicates(world: &World) -> Result<(), ConfigError> {
    let mut seen = HashSet::new();
    for principal in &world.principals {
        for name in [
            principal.name.to_ascii_lowercase(),
            principal.id.to_string().to_ascii_lowercase(),
        ] {
            if !seen.insert(name) {
                let place = format!("principal `{}`", principal.name);
                return Err(ConfigError::Duplicate {
                    place,
                    name: principal.name.clone(),
                });
            }
        }
    }
    Ok(())
}

fn guid(place: &str, text: &str) -> Result<String, ConfigError> {
    uuid::Uuid::try_parse(text)
        .map(|guid| guid.hyphenated().to_string())
        .map_err(|_| value(place, format!("`{text}` is not a GUID")))
}

fn value(place: &str, problem: String) -> ConfigError {
    ConfigError::Value {
        place: place.to_owned(),
        problem,
    }
}

fn unknown(place: &str, name: &str, known: String) -> ConfigError {
    ConfigError::UnknownName {
        place: place.to_owned(),
        name: name.to_owned(),
        known,
    }
}

fn unknown_scope(world: &World, place: &str, scope: &str) -> ConfigError {
    unknown(
        place,
        scope,
        names(world.accounts.iter().map(|account| &*account.name)),
    )
}

fn names<'name>(names: impl Iterator<Item = &'name str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
