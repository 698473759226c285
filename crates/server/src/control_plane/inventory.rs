//! What there is: subscriptions, resource groups and resources of the configuration.

use std::collections::BTreeMap;

use access::scope::{Scope, ScopeKind};

use super::fault::Fault;
use crate::config::{PrincipalDetails, World};

/// A resource group: it exists because somebody made it or something is in it.
pub(super) use crate::config::ResourceGroup as Group;

/// The location of groups that have no account.
const SOMEWHERE: &str = "swedencentral";

/// The resource groups of a subscription.
pub(super) fn groups(world: &World, subscription: &Scope) -> Vec<Group> {
    let accounts = world.accounts.iter();
    let accounts = accounts.map(|account| (&account.scope, &*account.location));
    let identities = identities(world);
    let all = accounts.chain(identities.iter().map(|scope| (scope, SOMEWHERE)));
    let made = world.groups.iter();
    let made = made.filter(|group| group.scope.is_at_or_below(subscription));
    let mut groups: Vec<Group> = made.cloned().collect();
    for (scope, location) in all {
        let Some(scope) = group_of(scope) else {
            continue;
        };
        let known = groups.iter().any(|known| known.scope == scope);
        if !known && scope.is_at_or_below(subscription) {
            groups.push(Group {
                scope,
                location: location.to_owned(),
                tags: BTreeMap::new(),
            });
        }
    }
    groups
}

/// The scopes of the resource groups of a subscription.
pub(crate) fn resource_groups(world: &World, subscription: &Scope) -> Vec<Scope> {
    let groups = groups(world, subscription).into_iter();
    groups.map(|group| group.scope).collect()
}

/// Whether there is something at a scope.
///
/// # Errors
/// What is not there.
pub(super) fn exists(world: &World, scope: &Scope) -> Result<(), Fault> {
    let mut segments = scope.as_str().split('/').skip(1);
    match scope.kind() {
        ScopeKind::Root => return Ok(()),
        ScopeKind::ManagementGroup => {
            let groups = &world.policy.management_groups;
            let known = groups
                .iter()
                .any(|group| Scope::management_group(last(&group.id)) == *scope);
            return if known {
                Ok(())
            } else {
                Err(Fault::ManagementGroupUnknown(scope.name().to_owned()))
            };
        }
        ScopeKind::Subscription | ScopeKind::ResourceGroup | ScopeKind::Resource => {}
    }
    let (Some("subscriptions"), Some(id)) = (segments.next(), segments.next()) else {
        return Err(unknown(scope, ""));
    };
    let known = |known: &crate::config::Subscription| known.id.eq_ignore_ascii_case(id);
    if !world.subscriptions.iter().any(known) {
        return Err(Fault::SubscriptionUnknown(id.to_owned()));
    }
    let (Some("resourceGroups"), Some(name)) = (segments.next(), segments.next()) else {
        return match scope.kind() {
            ScopeKind::Subscription => Ok(()),
            _ => Err(unknown(scope, "")),
        };
    };
    let group = group_of(scope);
    let subscription = Scope::parse(&format!("/subscriptions/{id}"));
    let groups = subscription.map(|subscription| groups(world, &subscription));
    let known =
        groups.is_ok_and(|groups| groups.iter().any(|one| Some(&one.scope) == group.as_ref()));
    if !known {
        return Err(Fault::GroupUnknown(name.to_owned()));
    }
    if scope.kind() == ScopeKind::ResourceGroup || is_resource(world, scope) {
        Ok(())
    } else {
        Err(unknown(scope, name))
    }
}

fn is_resource(world: &World, scope: &Scope) -> bool {
    let in_account = world.accounts.iter().any(|account| {
        account.scope == *scope
            || account
                .projects
                .iter()
                .any(|project| project.scope == *scope)
            || account
                .deployments
                .iter()
                .any(|deployment| deployment.scope == *scope)
    });
    in_account || identities(world).contains(scope)
}

pub(super) fn identities(world: &World) -> Vec<Scope> {
    let principals = world.principals.iter();
    let resources = principals.filter_map(|principal| match &principal.details {
        PrincipalDetails::ManagedIdentity { resource_id, .. } => Scope::parse(resource_id).ok(),
        _ => None,
    });
    resources.collect()
}

/// The resource group that a scope is or lies in.
fn group_of(scope: &Scope) -> Option<Scope> {
    let above: Vec<&str> = scope.as_str().splitn(6, '/').take(5).collect();
    let group = Scope::parse(&above.join("/")).ok()?;
    (group.kind() == ScopeKind::ResourceGroup).then_some(group)
}

/// What is said of a resource that is not there, although its resource group is.
pub(super) fn unknown_resource(scope: &Scope) -> Fault {
    let group = group_of(scope);
    unknown(scope, group.as_ref().map_or("", Scope::name))
}

fn unknown(scope: &Scope, group: &str) -> Fault {
    let text = scope.as_str();
    let resource = text
        .split_once("/providers/")
        .map_or(text, |(_, rest)| rest);
    Fault::ResourceUnknown {
        resource: resource.to_owned(),
        group: group.to_owned(),
    }
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}
