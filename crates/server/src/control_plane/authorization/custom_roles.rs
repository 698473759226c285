//! Custom roles: made, changed and removed.
//!
//! A role definition belongs to the tenant, wherever it is addressed: who changes it changes what everybody
//! has who holds it. So the caller must be allowed to wherever it can be assigned, before the change and
//! after it, and it must not leave a place where it is assigned.

use access::action::{ActionPattern, Plane};
use access::builtin;
use access::role::{RoleDefinition, RoleId, RoleKind};
use access::scope::{Scope, ScopeKind};
use http::StatusCode;
use store::{Change, Kind, Record};
use wire::arm::view::RoleDefinitionView;
use wire::arm::{ArmPath, read_role_definition};
use wire::refusals::Refusal;

use super::super::permit::Permit;
use super::super::{Call, Fault, Reply, Unanswered, inventory};
use super::guid;
use super::role_definitions::{assignable, is_shown};
use crate::policy::Plan;
use crate::snapshot::Snapshot;

/// Custom roles of a tenant.
const LIMIT: usize = 5000;

/// Characters of a role's name.
const NAME: usize = 512;

/// Patterns of one definition, and scopes at which it can be assigned.
const PATTERNS: usize = 2048;
const SCOPES: usize = 2000;

/// `PUT {scope}/…/roleDefinitions/{name}`: durable before it is acknowledged.
pub(super) async fn write(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let wanted = wanted(call)?;
    let actor = call.actor();
    let written = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        let known = own(snapshot, &wanted.id);
        refuse_built_in(&wanted.id, known)?;
        let before = known.map(places).unwrap_or_default();
        for scope in before.iter().chain(&places(&wanted)) {
            permit.holds_at(scope, snapshot, call.now)?;
        }
        fits(snapshot, &wanted, known.is_none())?;
        let is_same = known == Some(&wanted);
        let change = Change::Put(Record::RoleDefinition(wanted.clone()));
        Ok::<_, Unanswered>(Plan {
            changes: if is_same { Vec::new() } else { vec![change] },
            answer: (),
        })
    });
    written.await.map_err(Fault::from)??;
    // Also for a change: it is the one status that Azure's SDKs take here.
    let view = RoleDefinitionView::new(&wanted, &call.found.scope);
    Ok(Reply::json(StatusCode::CREATED, &view)?)
}

/// `DELETE {scope}/…/roleDefinitions/{name}`: what is gone already is no error.
pub(super) async fn delete(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let id = RoleId::parse(&guid(call, "RoleDefinition")?);
    let actor = call.actor();
    let removed = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        let known = own(snapshot, &id).filter(|role| is_shown(call, role, true));
        refuse_built_in(&id, known)?;
        let Some(known) = known else {
            return Ok::<_, Unanswered>(Plan {
                changes: Vec::new(),
                answer: None,
            });
        };
        for scope in places(known) {
            permit.holds_at(&scope, snapshot, call.now)?;
        }
        if snapshot
            .world
            .policy
            .assignments
            .iter()
            .any(|one| one.role == id)
        {
            return Err(Fault::from(Refusal::RoleDefinitionInUse).into());
        }
        Ok(Plan {
            changes: vec![Change::Remove(Kind::RoleDefinition, id.to_string())],
            answer: Some(known.clone()),
        })
    });
    match removed.await.map_err(Fault::from)?? {
        Some(removed) => {
            let view = RoleDefinitionView::new(&removed, &call.found.scope);
            Ok(Reply::ok(&view)?)
        }
        None => Ok(Reply::nothing()),
    }
}

/// What the body asks for, as far as it can be judged by itself.
fn wanted(call: &Call<'_>) -> Result<RoleDefinition, Fault> {
    let id = RoleId::parse(&guid(call, "RoleDefinition")?);
    let role = read_role_definition(&id, &call.body);
    let role = role.map_err(|error| Fault::BodyMalformed(error.to_string()))?;
    let role = RoleDefinition {
        kind: RoleKind::Custom,
        ..role
    };
    let invalid = |problem: &str| Fault::RoleInvalid(problem.to_owned());
    let name = role.name.trim();
    if name.is_empty() || name.len() > NAME || name.chars().any(char::is_control) {
        return Err(invalid("a role has a name of at most 512 characters"));
    }
    if uuid::Uuid::try_parse(name).is_ok() {
        return Err(invalid("a role's name is not a GUID, which means an id"));
    }
    if role.permissions.is_empty() {
        return Err(invalid("a role has permissions"));
    }
    if role
        .permissions
        .iter()
        .any(|block| block.condition.is_some())
    {
        return Err(invalid(
            "the permissions of a custom role have no condition",
        ));
    }
    let patterns = role.permissions.iter().flat_map(|block| {
        let (actions, not_actions) = (&block.actions, &block.not_actions);
        let lists = [
            actions,
            not_actions,
            &block.data_actions,
            &block.not_data_actions,
        ];
        lists.into_iter().flatten()
    });
    let fits = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "*/._-".contains(c);
        (text == "*" || text.contains('/')) && text.chars().all(plain)
    };
    if patterns.clone().count() > PATTERNS {
        return Err(invalid("a role has at most 2048 actions"));
    }
    if let Some(odd) = patterns.map(ActionPattern::as_str).find(|text| !fits(text)) {
        let action = odd.chars().take(200).collect();
        return Err(Refusal::CustomRoleUnknownAction { action }.into());
    }
    let scopes = scopes(call, &role)?;
    Ok(RoleDefinition {
        name: name.to_owned(),
        assignable_scopes: scopes.iter().map(ToString::to_string).collect(),
        ..role
    })
}

/// Where a role is to be assignable: management groups, subscriptions and resource groups that there are.
fn scopes(call: &Call<'_>, role: &RoleDefinition) -> Result<Vec<Scope>, Fault> {
    let invalid = |problem: &str| Fault::RoleInvalid(problem.to_owned());
    if role.assignable_scopes.is_empty() || role.assignable_scopes.len() > SCOPES {
        return Err(invalid("a custom role has assignable scopes, at most 2000"));
    }
    let mut scopes = Vec::new();
    for text in &role.assignable_scopes {
        let path = ArmPath::parse(text).map_err(Fault::Path)?;
        let scope = path.scope(path.segments().len());
        let scope = scope.filter(|scope| {
            matches!(
                scope.kind(),
                ScopeKind::ManagementGroup | ScopeKind::Subscription | ScopeKind::ResourceGroup
            )
        });
        let scope = scope.ok_or_else(|| {
            invalid("a custom role is assignable at management groups, subscriptions and resource groups")
        })?;
        inventory::exists(&call.snapshot.world, &scope)?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let groups = scopes
        .iter()
        .filter(|scope| scope.kind() == ScopeKind::ManagementGroup);
    match groups.count() {
        0 => {}
        1 if role.has_any(Plane::Data) => {
            return Err(Refusal::CustomRoleManagementGroup.into());
        }
        1 => {}
        _ => return Err(invalid("a custom role has at most one management group")),
    }
    Ok(scopes)
}

/// Whether a definition fits to all that there is.
fn fits(snapshot: &Snapshot, wanted: &RoleDefinition, is_new: bool) -> Result<(), Fault> {
    let policy = &snapshot.world.policy;
    let others = || {
        let built_in = builtin::role_definitions().iter();
        policy
            .roles
            .iter()
            .chain(built_in)
            .filter(|role| role.id != wanted.id)
    };
    if others().any(|role| role.is_named(&wanted.name)) {
        return Err(Fault::RoleNameTaken);
    }
    if is_new && policy.roles.len() >= LIMIT {
        return Err(Fault::RoleLimit);
    }
    let places = places(wanted);
    let outside = policy.assignments.iter().any(|one| {
        let within = |place: &Scope| snapshot.index.is_within(&one.scope, place);
        one.role == wanted.id && !places.iter().any(within)
    });
    if outside {
        return Err(Refusal::RoleDefinitionInUse.into());
    }
    Ok(())
}

fn own<'snapshot>(snapshot: &'snapshot Snapshot, id: &RoleId) -> Option<&'snapshot RoleDefinition> {
    snapshot
        .world
        .policy
        .roles
        .iter()
        .rfind(|role| role.id == *id)
}

fn refuse_built_in(id: &RoleId, known: Option<&RoleDefinition>) -> Result<(), Fault> {
    let is_built_in = known.is_some_and(|role| role.kind == RoleKind::BuiltIn);
    if is_built_in || builtin::by_id(id).is_some() {
        return Err(Fault::RoleIsBuiltIn(id.to_string()));
    }
    Ok(())
}

/// Where a role can be assigned; one that does not say so, anywhere.
fn places(role: &RoleDefinition) -> Vec<Scope> {
    let places: Vec<Scope> = assignable(role).collect();
    // A scope that cannot be read would otherwise be one that nobody is asked about.
    if places.is_empty() || places.len() < role.assignable_scopes.len() {
        return vec![Scope::root()];
    }
    places
}
