//! Requests of Privileged Identity Management: what was asked for, and what became of it.

use access::Timestamp;
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use serde_json::{Value, json};
use wire::arm::view::{authorization_id, name_of, role_definition_id};

use super::super::{Call, Fault, Reply, page};
use super::asked_for::AskedFor;
use super::kind_of;
use crate::config::World;
use crate::provisioned::RequestRecord;

/// `GET {scope}/…/roleAssignmentScheduleRequests`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let asked = AskedFor::read(call)?;
    let world = &call.snapshot.world;
    let wanted = |record: &RequestRecord| {
        asked.wants(&PrincipalId::new(&record.principal))
            && Scope::parse(&record.scope).is_ok_and(|scope| asked.reaches(&scope))
    };
    let shown = world.requests.iter().filter(|(_, record)| wanted(record));
    let views: Vec<Value> = shown
        .filter_map(|(id, record)| view(world, name_of(id), record))
        .collect();
    Reply::ok(&page::page(call, views, |view| {
        view["id"].as_str().unwrap_or_default()
    }))
}

/// `GET {scope}/…/roleAssignmentScheduleRequests/{name}`
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Fault> {
    let found =
        named(call).and_then(|(id, record)| view(&call.snapshot.world, name_of(id), record));
    match found {
        Some(view) => Reply::ok(&view),
        None => Err(Fault::ScheduleRequestUnknown(
            call.name().chars().take(80).collect(),
        )),
    }
}

/// Whether the request that a path names is the caller's own.
pub(super) fn is_own(call: &Call<'_>) -> bool {
    named(call)
        .is_some_and(|(_, record)| PrincipalId::new(&record.principal) == call.caller.principal)
}

fn named<'call>(call: &'call Call<'_>) -> Option<&'call (String, RequestRecord)> {
    let mut requests = call.snapshot.world.requests.iter();
    requests.find(|(_, record)| {
        record.name.eq_ignore_ascii_case(call.name())
            && Scope::parse(&record.scope).is_ok_and(|scope| scope == call.found.scope)
    })
}

/// A request as ARM shows it; `activation` is the assignment that it makes.
pub(super) fn view(world: &World, activation: &str, record: &RequestRecord) -> Option<Value> {
    let scope = Scope::parse(&record.scope).ok()?;
    let time = |seconds: Option<i64>| seconds.map(|seconds| Timestamp(seconds).to_string());
    let schedule = authorization_id(&scope, "roleAssignmentSchedules", activation);
    let principal = PrincipalId::new(&record.principal);
    Some(json!({
        "id": authorization_id(&scope, "roleAssignmentScheduleRequests", &record.name),
        "name": record.name,
        "type": "Microsoft.Authorization/RoleAssignmentScheduleRequests",
        "properties": {
            "requestType": record.kind, "status": record.status,
            "justification": record.justification, "scope": scope.as_str(),
            "roleDefinitionId": role_definition_id(&RoleId::parse(&record.role), &scope),
            "principalId": record.principal, "principalType": kind_of(world, &principal).as_str(),
            "requestorId": record.principal,
            "createdOn": Timestamp(record.created).to_string(),
            "targetRoleAssignmentScheduleId": schedule,
            "targetRoleAssignmentScheduleInstanceId": null, "linkedRoleEligibilityScheduleId": null,
            "condition": record.condition,
            "scheduleInfo": {
                "startDateTime": time(record.starts),
                "expiration": { "type": "AfterDateTime", "endDateTime": time(record.ends) },
            },
        },
    }))
}
