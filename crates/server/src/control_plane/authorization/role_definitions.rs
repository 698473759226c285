//! Role definitions: the built-in ones, and the tenant's own.

use access::builtin;
use access::role::{RoleDefinition, RoleId, RoleKind};
use access::scope::Scope;
use wire::arm::view::RoleDefinitionView;
use wire::odata::Term;

use super::super::{Call, Fault, Reply, page};

/// `GET {scope}/…/roleDefinitions`: those that can be assigned at the scope.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let filter = call.query.filter()?;
    let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
    for term in &filter.0 {
        let known = match term {
            Term::Equal { name, .. } => is(name, "roleName") || is(name, "type"),
            Term::Call { name, value } => is(name, "atScopeAndBelow") && value.is_empty(),
            Term::StartsWith { .. } => false,
        };
        if !known {
            let problem = "the filter is not supported for role definitions".to_owned();
            return Err(Fault::Filter(problem));
        }
    }
    let wanted = |role: &RoleDefinition| {
        filter.0.iter().all(|term| match term {
            Term::Equal { name, value } if is(name, "roleName") => role.is_named(value),
            Term::Equal { value, .. } => value.eq_ignore_ascii_case(kind(role)),
            _ => true,
        })
    };
    let below = filter.call("atScopeAndBelow").is_some();
    let roles = known(call).into_iter();
    let roles = roles.filter(|role| wanted(role) && is_shown(call, role, below));
    let views = roles.map(|role| RoleDefinitionView::new(role, &call.found.scope));
    Reply::ok(&page::page(call, views.collect(), |view| &view.name))
}

/// `GET {scope}/…/roleDefinitions/{name}`
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Fault> {
    let id = RoleId::parse(call.name());
    let role = call.snapshot.world.policy.role(&id);
    let role = role.filter(|role| is_shown(call, role, true));
    let role = role.ok_or_else(|| Fault::RoleUnknown(call.name().to_owned()))?;
    Reply::ok(&RoleDefinitionView::new(role, &call.found.scope))
}

/// Whether a role may be assigned at a scope. Where a definition says nothing, anywhere: the
/// configuration's roles need not.
pub(super) fn is_assignable(call: &Call<'_>, role: &RoleDefinition, scope: &Scope) -> bool {
    role.kind == RoleKind::BuiltIn
        || role.assignable_scopes.is_empty()
        || assignable(role).any(|outer| call.snapshot.index.is_within(scope, &outer))
}

/// Whether a role can be assigned at the scope that a path names or, if `below`, somewhere below it.
pub(super) fn is_shown(call: &Call<'_>, role: &RoleDefinition, below: bool) -> bool {
    let scope = &call.found.scope;
    is_assignable(call, role, scope)
        || (below && assignable(role).any(|inner| call.snapshot.index.is_within(&inner, scope)))
}

/// Where a role can be assigned, as far as its definition says.
pub(super) fn assignable(role: &RoleDefinition) -> impl Iterator<Item = Scope> {
    let scopes = role.assignable_scopes.iter();
    scopes.filter_map(|scope| Scope::parse(scope).ok())
}

/// Every role once, the policy's own definition before the built-in one.
fn known<'call>(call: &'call Call<'_>) -> Vec<&'call RoleDefinition> {
    let policy = &call.snapshot.world.policy;
    let own = policy.roles.iter().rev();
    let mut roles: Vec<&RoleDefinition> = Vec::new();
    for role in own.chain(builtin::role_definitions()) {
        if !roles.iter().any(|known| known.id == role.id) {
            roles.push(role);
        }
    }
    roles
}

fn kind(role: &RoleDefinition) -> &'static str {
    match role.kind {
        RoleKind::BuiltIn => "BuiltInRole",
        RoleKind::Custom => "CustomRole",
    }
}
