//! Scopes as people choose them.

use access::scope::{Scope, ScopeKind};

use super::overview::READ_ACCOUNT;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::config::World;
use crate::control_plane;

/// What reading a subscription and a resource group need, as on the management plane.
const READ_SUBSCRIPTION: &str = "Microsoft.Resources/subscriptions/read";
const READ_GROUP: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";

/// A scope that can be chosen.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) scope: Scope,
    /// As people call it: "resource group ai".
    pub(super) label: String,
    /// How deep it lies, for its place in the list.
    pub(super) depth: usize,
}

/// What a scope is called, with what it is.
pub(super) fn label(world: &World, scope: &Scope) -> String {
    if scope.is_root() {
        return "Tenant root".to_owned();
    }
    let (kind, name) = (kind(scope), scope.name());
    let subscription = match scope.kind() {
        ScopeKind::Subscription => world.subscription(name),
        _ => None,
    };
    format!("{kind} {}", subscription.map_or(name, |known| &known.name))
}

/// What a scope is.
pub(super) fn kind(scope: &Scope) -> &'static str {
    match scope.kind() {
        ScopeKind::Root => "Tenant",
        ScopeKind::ManagementGroup => "Management group",
        ScopeKind::Subscription => "Subscription",
        ScopeKind::ResourceGroup => "Resource group",
        ScopeKind::Resource => match scope.as_str().rsplit('/').nth(1) {
            Some(kind) if kind.eq_ignore_ascii_case("accounts") => "Account",
            Some(kind) if kind.eq_ignore_ascii_case("projects") => "Project",
            Some(kind) if kind.eq_ignore_ascii_case("deployments") => "Deployment",
            _ => "Resource",
        },
    }
}

/// The scopes from the tenant's root down to this one.
pub(super) fn chain(visit: &Visit<'_>, scope: &Scope) -> Vec<Scope> {
    let index = &visit.snapshot.index;
    let groups = visit.world().policy.management_groups.iter();
    let name = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
    let groups = groups.map(|group| Scope::management_group(&name(&group.id)));
    let mut chain: Vec<Scope> = groups
        .filter(|group| index.is_within(scope, group))
        .collect();
    // The wider one first: the narrower lies within it.
    chain.sort_by_key(|group| {
        let wider = |other: &Scope| other != group && index.is_within(group, other);
        visit
            .world()
            .policy
            .management_groups
            .iter()
            .filter(|other| wider(&Scope::management_group(&name(&other.id))))
            .count()
    });
    chain.insert(0, Scope::root());
    let own = above(scope);
    chain.extend(
        own.into_iter()
            .filter(|one| one.kind() != ScopeKind::ManagementGroup),
    );
    if !chain.contains(scope) {
        chain.push(scope.clone());
    }
    chain
}

/// The scopes that a scope's own text names, itself included.
fn above(scope: &Scope) -> Vec<Scope> {
    let segments: Vec<&str> = scope.as_str().split('/').skip(1).collect();
    // A type and a name each, except that a resource's own type begins with its provider.
    let mut ends: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < segments.len() {
        let provider = segments[at].eq_ignore_ascii_case("providers");
        at += if provider { 4 } else { 2 };
        ends.push(at.min(segments.len()));
    }
    let prefixes = ends.into_iter();
    let prefixes = prefixes.map(|end| format!("/{}", segments[..end].join("/")));
    prefixes
        .filter_map(|prefix| Scope::parse(&prefix).ok())
        .collect()
}

/// Every scope that a person may choose: what they may read, with what is above it.
pub(super) fn choices(visit: &Visit<'_>) -> Vec<Choice> {
    let world = visit.world();
    let mut scopes: Vec<Scope> = Vec::new();
    for subscription in &world.subscriptions {
        let scope = Scope::parse(&format!("/subscriptions/{}", subscription.id));
        let Ok(scope) = scope else { continue };
        let groups = control_plane::resource_groups(world, &scope);
        let groups = groups
            .into_iter()
            .filter(|group| visit.may(READ_GROUP, group));
        let own = visit.may(READ_SUBSCRIPTION, &scope).then(|| scope.clone());
        for seen in own.into_iter().chain(groups) {
            for scope in chain(visit, &seen)
                .into_iter()
                .filter(|scope| !scope.is_root())
            {
                if !scopes.contains(&scope) {
                    scopes.push(scope);
                }
            }
        }
    }
    let seen = world.accounts.iter();
    for account in seen.filter(|account| visit.may(READ_ACCOUNT, &account.scope)) {
        let chain = chain(visit, &account.scope);
        let chain = chain.into_iter().filter(|scope| !scope.is_root());
        let projects = account.projects.iter().map(|project| project.scope.clone());
        for scope in chain.chain(projects) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
    }
    // What lies within another comes behind it.
    let index = &visit.snapshot.index;
    let depth = |scope: &Scope| {
        let wider = |other: &&Scope| *other != scope && index.is_within(scope, other);
        scopes.iter().filter(wider).count()
    };
    let mut choices: Vec<Choice> = scopes
        .iter()
        .map(|scope| Choice {
            label: label(world, scope),
            depth: depth(scope),
            scope: scope.clone(),
        })
        .collect();
    let order = |choice: &Choice| {
        let above = scopes
            .iter()
            .filter(|other| index.is_within(&choice.scope, other));
        let mut above: Vec<String> = above
            .map(|scope| scope.as_str().to_ascii_lowercase())
            .collect();
        above.sort_by_key(String::len);
        above
    };
    choices.sort_by_cached_key(order);
    choices
}

/// The scope that a page is about: the one that is asked for, or the first account.
///
/// # Errors
/// There is no such scope, as far as this person may know.
pub(super) fn chosen(visit: &Visit<'_>, choices: &[Choice]) -> Result<Scope, Trouble> {
    let asked = visit.query.value("scope").or(visit.form.value("scope"));
    let unknown =
        || Trouble::Missing("There is no such scope, or you may see nothing of it.".to_owned());
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        let mut accounts = choices
            .iter()
            .filter(|choice| kind(&choice.scope) == "Account");
        let first = accounts.next().or(choices.first()).ok_or_else(unknown)?;
        return Ok(first.scope.clone());
    };
    let scope = visit.world().scope(asked).ok_or_else(unknown)?;
    let known = choices.iter().any(|choice| choice.scope == scope);
    let in_account = || {
        let account = scope.account();
        let deployments = visit
            .world()
            .accounts
            .iter()
            .flat_map(|one| &one.deployments);
        let exists = deployments
            .into_iter()
            .any(|deployment| deployment.scope == scope);
        exists && account.is_some_and(|account| choices.iter().any(|one| one.scope == account))
    };
    if known || in_account() {
        Ok(scope)
    } else {
        Err(unknown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scopes_above_are_those_that_can_hold_assignments() {
        let account =
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";
        let project = Scope::parse(&format!("{account}/projects/p")).unwrap();
        let above: Vec<String> = above(&project).iter().map(ToString::to_string).collect();
        assert_eq!(
            above,
            [
                "/subscriptions/s",
                "/subscriptions/s/resourceGroups/rg",
                account,
                &format!("{account}/projects/p"),
            ]
        );
    }
}
