//! Role assignments: listed, read, made and removed.

use std::sync::Arc;

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::condition::{Attributes, Condition};
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{RoleDefinition, RoleId, RoleKind};
use access::scope::{Scope, ScopeKind};
use http::StatusCode;
use store::{Change, Kind};
use wire::arm::RoleAssignmentRequest;
use wire::arm::view::{RoleAssignmentView, name_of, subscription_of};
use wire::refusals::Refusal;

use super::super::permit::Permit;
use super::super::{Call, Fault, Reply, Unanswered, inventory, page};
use super::asked_for::AskedFor;
use super::{guid, kind_of, role, role_definitions};
use crate::policy::{Plan, put};
use crate::snapshot::Snapshot;

/// Role assignments of one subscription; those of management groups are not counted.
const LIMIT: usize = 4000;

/// The longest description, in characters.
const DESCRIPTION: usize = 1024;

/// What conditions call the parts of a role assignment.
const ROLE: &str = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";
const PRINCIPAL: &str = "Microsoft.Authorization/roleAssignments:PrincipalId";
const PRINCIPAL_TYPE: &str = "Microsoft.Authorization/roleAssignments:PrincipalType";

/// `GET {scope}/…/roleAssignments`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let asked = AskedFor::read(call)?;
    let assignments = call.snapshot.world.policy.assignments.iter();
    let shown = assignments
        .filter(|one| !one.eligible && asked.wants(&one.principal) && asked.reaches(&one.scope));
    let views = shown.map(|one| RoleAssignmentView::new(one, &call.found.scope));
    Reply::ok(&page::page(call, views.collect(), |view| &view.id))
}

/// Eligible ones are listed elsewhere, and what is over nowhere.
fn is_listed(assignment: &RoleAssignment, now: Timestamp) -> bool {
    !assignment.eligible && assignment.ends.is_none_or(|ends| now < ends)
}

/// `GET {scope}/…/roleAssignments/{name}`
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Fault> {
    let found = find(&call.snapshot, &call.found.scope, call.name());
    let found = found.ok_or_else(|| Fault::RoleAssignmentUnknown(call.name().to_owned()))?;
    Reply::ok(&RoleAssignmentView::new(found, &call.found.scope))
}

/// `PUT {scope}/…/roleAssignments/{name}`: durable before it is acknowledged.
pub(super) async fn write(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked = asked(call)?;
    let mut wanted = RoleAssignment::new(&asked.name, asked.principal, asked.role, asked.scope);
    wanted.principal_kind = asked.kind;
    wanted.condition = asked.condition;
    wanted.description = asked.description;
    wanted.created = Some(call.now);
    let actor = call.actor();
    let written = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        let (status, change) = place(snapshot, &mut wanted, call.now)?;
        Ok::<_, Unanswered>(Plan {
            changes: change.into_iter().collect(),
            answer: (status, wanted),
        })
    });
    let (status, written) = written.await.map_err(Fault::from)??;
    let view = RoleAssignmentView::new(&written, &call.found.scope);
    Ok(Reply::json(status, &view)?)
}

/// `DELETE {scope}/…/roleAssignments/{name}`: what is gone already is no error.
pub(super) async fn delete(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let actor = call.actor();
    let removed = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        let found = find(snapshot, &call.found.scope, call.name()).cloned();
        // What the conditions were asked about is what goes, or nothing does.
        if found.as_ref() != find(&call.snapshot, &call.found.scope, call.name()) {
            return Err(Fault::Busy.into());
        }
        let gone = |one: &RoleAssignment| Change::Remove(Kind::RoleAssignment, one.id.to_string());
        Ok::<_, Unanswered>(Plan {
            changes: found.iter().map(gone).collect(),
            answer: found,
        })
    });
    match removed.await.map_err(Fault::from)?? {
        Some(removed) => Ok(Reply::ok(&RoleAssignmentView::new(
            &removed,
            &call.found.scope,
        ))?),
        None => Ok(Reply::nothing()),
    }
}

/// What a condition may ask about the assignment that is to be made.
pub(super) fn attributes_of_write(call: &Call<'_>) -> Result<Attributes, Fault> {
    let asked = asked(call)?;
    Ok(attributes(
        "Request",
        &asked.role,
        &asked.principal,
        asked.kind,
    ))
}

/// What a condition may ask about the assignment that is to be removed. Of none, nothing is known.
pub(super) fn attributes_of_delete(call: &Call<'_>) -> Attributes {
    let found = find(&call.snapshot, &call.found.scope, call.name());
    found.map_or_else(Attributes::default, |found| {
        attributes(
            "Resource",
            &found.role,
            &found.principal,
            found.principal_kind,
        )
    })
}

/// What a condition may ask about an assignment that is to be made (`Request`) or removed (`Resource`).
pub(crate) fn attributes(
    source: &str,
    role: &RoleId,
    principal: &PrincipalId,
    kind: PrincipalKind,
) -> Attributes {
    let attributes = Attributes::default()
        .with(source, ROLE, &[&role.to_string()])
        .with(source, PRINCIPAL, &[&principal.to_string()]);
    match kind {
        // Not known is not the same as none of those that a condition names.
        PrincipalKind::Unknown => attributes,
        kind => attributes.with(source, PRINCIPAL_TYPE, &[kind.as_str()]),
    }
}

/// An assignment that a caller asks for, with every part of it checked.
struct Asked {
    name: String,
    principal: PrincipalId,
    kind: PrincipalKind,
    role: RoleId,
    scope: Scope,
    condition: Option<Condition>,
    description: Option<Arc<str>>,
}

fn asked(call: &Call<'_>) -> Result<Asked, Fault> {
    let (world, scope) = (&call.snapshot.world, &call.found.scope);
    let name = guid(call, "RoleAssignment")?;
    let request: RoleAssignmentRequest = call.json()?;
    inventory::exists(world, scope)?;
    let role = assignable_role(call, &request.role_definition_id, scope)?;
    let (principal, kind) = principal(call, &request)?;
    Ok(Asked {
        name,
        principal,
        kind,
        role: role.id.clone(),
        scope: scope.clone(),
        condition: condition(&request)?,
        description: description(&request)?,
    })
}

/// The role, if it may be assigned at the scope.
fn assignable_role<'call>(
    call: &'call Call<'_>,
    id: &str,
    scope: &Scope,
) -> Result<&'call RoleDefinition, Fault> {
    let role = role(call, id, scope)?;
    let has_data_actions = role.has_any(access::action::Plane::Data);
    let high = matches!(scope.kind(), ScopeKind::Root | ScopeKind::ManagementGroup);
    let refused = role.kind == RoleKind::Custom && has_data_actions && high;
    if refused || !role_definitions::is_assignable(call, role, scope) {
        return Err(Fault::RoleNotAssignable {
            scope: scope.to_string(),
            role: role.id.to_string(),
        });
    }
    Ok(role)
}

/// Who is to hold the role, and what that is: what the directory says counts, not what the caller says.
fn principal(
    call: &Call<'_>,
    request: &RoleAssignmentRequest,
) -> Result<(PrincipalId, PrincipalKind), Fault> {
    let world = &call.snapshot.world;
    let id = &request.principal;
    let text = id.to_string();
    if id.is_empty() || id.is_everyone() {
        return Err(Fault::PrincipalInvalid);
    }
    let known = kind_of(world, id);
    if known == PrincipalKind::Unknown {
        let may_be = world
            .entra
            .as_ref()
            .and_then(|entra| entra.undeclared(&text));
        return match may_be {
            Some(id) => Ok((id, request.principal_kind.unwrap_or_default())),
            None => Err(Refusal::PrincipalNotFound {
                principal: text,
                tenant: world.tenant.id.clone(),
            }
            .into()),
        };
    }
    match request.principal_kind {
        Some(given) if given != known => Err(Fault::PrincipalKind {
            principal: text,
            actual: known.as_str(),
            given: given.as_str(),
        }),
        _ => Ok((id.clone(), known)),
    }
}

fn condition(request: &RoleAssignmentRequest) -> Result<Option<Condition>, Fault> {
    let Some(text) = &request.condition else {
        return Ok(None);
    };
    if request.condition_version.as_deref() != Some("2.0") {
        return Err(Fault::ConditionVersion);
    }
    let condition = Condition::parse(text);
    condition
        .map(Some)
        .map_err(|error| Fault::Condition(error.to_string()))
}

fn description(request: &RoleAssignmentRequest) -> Result<Option<Arc<str>>, Fault> {
    let Some(text) = &request.description else {
        return Ok(None);
    };
    match is_description(text) {
        true => Ok(Some(text.as_str().into())),
        false => Err(Fault::Description(DESCRIPTION)),
    }
}

/// Whether a text may say why an assignment was made.
pub(crate) fn is_description(text: &str) -> bool {
    text.chars().count() <= DESCRIPTION && !text.chars().any(char::is_control)
}

/// What is to be done so that there is such an assignment; `wanted` becomes the one that there is.
fn place(
    snapshot: &Snapshot,
    wanted: &mut RoleAssignment,
    now: Timestamp,
) -> Result<(StatusCode, Option<Change>), Fault> {
    let assignments = &snapshot.world.policy.assignments;
    let named = assignments
        .iter()
        .find(|known| name_of(&known.id).eq_ignore_ascii_case(&wanted.id));
    if let Some(known) = named {
        if known.eligible || !is_same(known, wanted) {
            return Err(Refusal::RoleAssignmentUpdate.into());
        }
        // Its own id and its own age: only condition and description are new.
        let updated = RoleAssignment {
            condition: wanted.condition.clone(),
            description: wanted.description.clone(),
            ..known.clone()
        };
        let change = (updated != *known).then(|| put(updated.clone()));
        *wanted = updated;
        return Ok((StatusCode::OK, change));
    }
    let twin = assignments
        .iter()
        .find(|known| is_same(known, wanted) && is_listed(known, now));
    if let Some(twin) = twin {
        return Err(Refusal::RoleAssignmentExists {
            assignment: name_of(&twin.id).replace('-', ""),
        }
        .into());
    }
    if let Some(subscription) = subscription_of(&wanted.scope) {
        let of_subscription = |known: &&RoleAssignment| {
            let known = subscription_of(&known.scope);
            known.is_some_and(|known| known.eq_ignore_ascii_case(subscription))
        };
        if assignments.iter().filter(of_subscription).count() >= LIMIT {
            return Err(Refusal::RoleAssignmentLimit.into());
        }
    }
    Ok((StatusCode::CREATED, Some(put(wanted.clone()))))
}

fn is_same(one: &RoleAssignment, other: &RoleAssignment) -> bool {
    one.principal == other.principal && one.role == other.role && one.scope == other.scope
}

/// The assignment of this name at this very scope.
fn find<'snapshot>(
    snapshot: &'snapshot Snapshot,
    scope: &Scope,
    name: &str,
) -> Option<&'snapshot RoleAssignment> {
    let mut assignments = snapshot.world.policy.assignments.iter();
    assignments.find(|known| {
        !known.eligible && known.scope == *scope && name_of(&known.id).eq_ignore_ascii_case(name)
    })
}
