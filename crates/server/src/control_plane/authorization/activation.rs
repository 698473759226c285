//! Activating a role for which somebody is eligible, for a time, and giving it back.
//!
//! The one route on which a caller gets a role without a right to assign roles, so what it gives is made
//! from the eligibility and nothing else: its role, its condition, a scope at or below its own, no longer
//! than it lasts itself, and to the caller alone.

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use http::StatusCode;
use serde_json::{Value, json};
use store::{Change, Kind};
use wire::arm::view::{authorization_id, name_of, role_definition_id};
use wire::arm::{Expiration, ScheduleRequest};

use super::super::{Call, Fault, Reply, Unanswered, inventory};
use super::{guid, kind_of, role};
use crate::policy::{Plan, put};
use crate::snapshot::Snapshot;

/// The longest activation, in seconds: Azure's default policy.
const LONGEST: i64 = 8 * 3600;

/// How far in the future an activation may begin, in seconds.
const AHEAD: i64 = 30 * 24 * 3600;

/// `PUT {scope}/…/roleAssignmentScheduleRequests/{name}`: durable before it is acknowledged.
pub(super) async fn request(call: &Call<'_>) -> Result<Reply, Unanswered> {
    guid(call, "RoleAssignmentScheduleRequest")?;
    let asked: ScheduleRequest = call.json()?;
    let scope = &call.found.scope;
    let role = role(call, &asked.role_definition_id, scope)?.id.clone();
    if asked.principal != call.caller.principal {
        return Err(Fault::NotEligible.into());
    }
    inventory::exists(&call.snapshot.world, scope)?;
    let activates = match asked.kind.to_ascii_lowercase().as_str() {
        "selfactivate" => true,
        "selfdeactivate" => false,
        _ => return Err(Fault::RequestType(asked.kind.chars().take(80).collect()).into()),
    };
    let actor = call.actor();
    let done = call.app.policy.change(&actor, |snapshot| {
        let eligible = eligibility(call, snapshot, &role)?;
        let active = active(snapshot, &call.caller.principal, &role, scope, call.now);
        if activates {
            let wanted = wanted(call, &asked, eligible)?;
            return match active {
                Some(_) => Err(Fault::AlreadyActive),
                None => Ok(Plan {
                    changes: vec![put(wanted.clone())],
                    answer: wanted,
                }),
            };
        }
        // What was assigned outright is not given back by this way.
        let active = active.filter(|one| *one.id == *activation_id(call, &role));
        let active = active.ok_or(Fault::NotEligible)?;
        Ok(Plan {
            changes: vec![Change::Remove(Kind::RoleAssignment, active.id.to_string())],
            answer: active.clone(),
        })
    });
    let assignment = done.await.map_err(Fault::from)??;
    let status = if activates { "Provisioned" } else { "Revoked" };
    let view = view(call, &asked, &assignment, status);
    Ok(Reply::json(StatusCode::CREATED, &view)?)
}

/// What makes the caller, or one of its groups, eligible for a role at the scope, now.
fn eligibility<'snapshot>(
    call: &Call<'_>,
    snapshot: &'snapshot Snapshot,
    role: &RoleId,
) -> Result<&'snapshot RoleAssignment, Fault> {
    let callers = snapshot
        .index
        .memberships(&call.caller.principal, &call.caller.groups);
    let ancestors = snapshot.index.ancestors(&call.found.scope);
    let mut assignments = snapshot.world.policy.assignments.iter();
    let found = assignments.find(|one| {
        one.eligible
            && one.role == *role
            && callers.contains(&one.principal)
            && ancestors.covered_by(&one.scope)
            && one.starts.is_none_or(|starts| starts <= call.now)
            && one.ends.is_none_or(|ends| call.now < ends)
    });
    found.ok_or(Fault::NotEligible)
}

/// The caller's assignment of a role at a scope that is not over.
fn active<'snapshot>(
    snapshot: &'snapshot Snapshot,
    principal: &PrincipalId,
    role: &RoleId,
    scope: &Scope,
    now: Timestamp,
) -> Option<&'snapshot RoleAssignment> {
    let mut assignments = snapshot.world.policy.assignments.iter();
    assignments.find(|one| {
        !one.eligible
            && one.principal == *principal
            && one.role == *role
            && one.scope == *scope
            && one.ends.is_none_or(|ends| now < ends)
    })
}

/// The assignment that an activation makes.
fn wanted(
    call: &Call<'_>,
    asked: &ScheduleRequest,
    eligible: &RoleAssignment,
) -> Result<RoleAssignment, Fault> {
    if asked.justification.trim().is_empty() {
        return Err(Fault::ActivationRule("JustificationRule"));
    }
    let starts = asked.starts.unwrap_or(call.now).max(call.now);
    let ends = match asked.expiration {
        Expiration::After(seconds) => starts.plus(seconds),
        Expiration::At(end) => end,
        Expiration::Never => return Err(Fault::ActivationRule("ExpirationRule")),
    };
    let fits = starts < ends && ends <= starts.plus(LONGEST) && starts <= call.now.plus(AHEAD);
    if !fits {
        return Err(Fault::ActivationRule("ExpirationRule"));
    }
    let principal = call.caller.principal.clone();
    let scope = call.found.scope.clone();
    let id = activation_id(call, &eligible.role);
    Ok(RoleAssignment {
        principal_kind: kind_of(&call.snapshot.world, &principal),
        condition: eligible.condition.clone(),
        created: Some(call.now),
        starts: Some(starts),
        ends: Some(eligible.ends.map_or(ends, |last| ends.min(last))),
        ..RoleAssignment::new(&id, principal, eligible.role.clone(), scope)
    })
}

/// The same for the same: who activates again and again leaves one record, not many.
fn activation_id(call: &Call<'_>, role: &RoleId) -> String {
    let (principal, scope) = (&call.caller.principal, &call.found.scope);
    let id = crate::config::assignment_id(principal, role, scope);
    let name = format!("{id}|activated");
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

fn view(call: &Call<'_>, asked: &ScheduleRequest, made: &RoleAssignment, status: &str) -> Value {
    let scope = &call.found.scope;
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let schedule = authorization_id(scope, "roleAssignmentSchedules", name_of(&made.id));
    json!({
        "id": authorization_id(scope, "roleAssignmentScheduleRequests", call.name()),
        "name": call.name(),
        "type": "Microsoft.Authorization/RoleAssignmentScheduleRequests",
        "properties": {
            "requestType": asked.kind, "status": status, "justification": asked.justification,
            "scope": scope.as_str(), "roleDefinitionId": role_definition_id(&made.role, scope),
            "principalId": made.principal.to_string(), "principalType": made.principal_kind.as_str(),
            "requestorId": made.principal.to_string(), "createdOn": call.now.to_string(),
            "targetRoleAssignmentScheduleId": schedule,
            "targetRoleAssignmentScheduleInstanceId": null, "linkedRoleEligibilityScheduleId": null,
            "condition": made.condition.as_ref().map(access::condition::Condition::as_str),
            "scheduleInfo": {
                "startDateTime": time(made.starts),
                "expiration": { "type": "AfterDateTime", "endDateTime": time(made.ends) },
            },
        },
    })
}
