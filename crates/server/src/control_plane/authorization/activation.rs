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
use store::{Change, Kind};
use wire::arm::view::name_of;
use wire::arm::{Expiration, ScheduleRequest};

use super::super::{Call, Fault, Reply, Unanswered, inventory};
use super::{guid, kind_of, requests, role};
use crate::policy::{Plan, put};
use crate::provisioned::{self, RequestRecord};
use crate::snapshot::Snapshot;

/// The longest activation, in seconds: Azure's default policy.
const LONGEST: i64 = 8 * 3600;

/// Characters of a reason that are kept.
const JUSTIFICATION: usize = 500;

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
            if active.is_some() {
                return Err(Fault::AlreadyActive);
            }
            let kept = record(call, &asked, &wanted, "Provisioned");
            return Ok(Plan {
                changes: vec![put(wanted.clone()), put_request(&wanted.id, &kept)?],
                answer: (wanted.id.clone(), kept),
            });
        }
        // What was assigned outright is not given back by this way.
        let active = active.filter(|one| *one.id == *activation_id(call, &role));
        let active = active.ok_or(Fault::NotEligible)?;
        let kept = record(call, &asked, active, "Revoked");
        let gone = Change::Remove(Kind::RoleAssignment, active.id.to_string());
        Ok(Plan {
            changes: vec![gone, put_request(&active.id, &kept)?],
            answer: (active.id.clone(), kept),
        })
    });
    let (activation, kept) = done.await.map_err(Fault::from)??;
    let view = requests::view(&call.snapshot.world, name_of(&activation), &kept);
    Ok(Reply::json(StatusCode::CREATED, &view)?)
}

fn put_request(activation: &str, record: &RequestRecord) -> Result<Change, Fault> {
    provisioned::put_request(activation, record).map_err(|error| Fault::Internal(error.to_string()))
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

/// The request as it is kept, in the place of the one before for the same.
fn record(
    call: &Call<'_>,
    asked: &ScheduleRequest,
    made: &RoleAssignment,
    status: &str,
) -> RequestRecord {
    RequestRecord {
        name: call.name().to_ascii_lowercase(),
        kind: asked.kind.chars().take(80).collect(),
        status: status.to_owned(),
        justification: asked.justification.chars().take(JUSTIFICATION).collect(),
        scope: call.found.scope.to_string(),
        role: made.role.to_string(),
        principal: made.principal.to_string(),
        condition: made.condition.as_ref().map(|one| one.as_str().to_owned()),
        created: call.now.0,
        starts: made.starts.map(|time| time.0),
        ends: made.ends.map(|time| time.0),
    }
}
