//! `checkaccess`: what somebody may do at a resource, with what decided.

use access::action::Plane;
use access::assignment::RoleAssignment;
use access::condition::Condition;
use access::decide::Question;
use access::decision::{Decision, Step, Verdict};
use access::principal::PrincipalId;
use serde_json::{Value, json};
use wire::arm::view::{authorization_id, name_of, role_definition_id};
use wire::arm::{ArmPath, CheckAccessRequest};

use super::super::{Call, Fault, Reply, inventory};

/// Actions in one question.
const MAX_ACTIONS: usize = 200;

/// Groups that a question may name, as many as a token.
const MAX_GROUPS: usize = 200;

/// How long an answer may be kept, in milliseconds.
const TIME_TO_LIVE: u32 = 300_000;

/// `POST {resource}/…/checkaccess`
pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Fault> {
    let asked: CheckAccessRequest = call.json()?;
    if asked.actions.len() > MAX_ACTIONS || asked.subject.attributes.groups.len() > MAX_GROUPS {
        return Err(Fault::TooManyActions(MAX_ACTIONS));
    }
    // The path was decided about; the body may not lead elsewhere.
    let path = ArmPath::parse(&asked.resource.id).map_err(Fault::Path)?;
    let scope = path.scope(path.segments().len());
    let index = &call.snapshot.index;
    let scope = scope.filter(|scope| index.is_within(scope, &call.found.scope));
    let scope = scope.ok_or_else(|| {
        Fault::BodyMalformed("the resource is not the one that the path names".to_owned())
    })?;
    inventory::exists(&call.snapshot.world, &scope)?;
    let principal = PrincipalId::new(&asked.subject.attributes.object_id);
    let groups = asked.subject.attributes.groups.iter();
    let groups: Vec<PrincipalId> = groups.map(|id| PrincipalId::new(id)).collect();
    let answers = asked.actions.iter().map(|action| {
        let plane = match action.is_data_action {
            true => Plane::Data,
            false => Plane::Control,
        };
        let decision = index.decide(&Question {
            principal: &principal,
            groups: &groups,
            action: &action.id,
            plane,
            scope: &scope,
            now: call.now,
        });
        view(call, &decision)
    });
    Reply::ok(&answers.collect::<Vec<_>>())
}

/// Whether somebody asks about nobody but itself.
pub(super) fn is_about_caller(call: &Call<'_>) -> bool {
    let Ok(asked) = call.json::<CheckAccessRequest>() else {
        return false;
    };
    let about = &asked.subject.attributes;
    PrincipalId::new(&about.object_id) == call.caller.principal && about.groups.is_empty()
}

fn view(call: &Call<'_>, decision: &Decision) -> Value {
    let denied_by = match decision.decisive() {
        Some(Step::Deny(step)) => json!({
            "id": authorization_id(&step.scope, "denyAssignments", name_of(&step.assignment)),
            "denyAssignmentName": step.name,
            "scope": step.scope.as_str(),
        }),
        _ => Value::Null,
    };
    let word = match (decision.verdict, denied_by.is_null()) {
        (Verdict::Allowed, _) => "Allowed",
        (_, false) => "Denied",
        _ => "NotAllowed",
    };
    let granted_by = match (decision.verdict, decision.decisive()) {
        (Verdict::Allowed, Some(Step::Grant(step))) => {
            let mut known = call.snapshot.world.policy.assignments.iter();
            let known = known.find(|one| one.id == step.assignment);
            known.map_or(Value::Null, |one| assignment(call, one))
        }
        _ => Value::Null,
    };
    json!({
        "actionId": decision.action, "isDataAction": decision.plane == Plane::Data,
        "accessDecision": word, "roleAssignment": granted_by, "denyAssignment": denied_by,
        "timeToLiveInMs": TIME_TO_LIVE,
    })
}

fn assignment(call: &Call<'_>, one: &RoleAssignment) -> Value {
    let condition = one.condition.as_ref().map(Condition::as_str);
    json!({
        "id": authorization_id(&one.scope, "roleAssignments", name_of(&one.id)),
        "roleDefinitionId": role_definition_id(&one.role, &call.found.scope),
        "principalId": one.principal.to_string(), "principalType": one.principal_kind.as_str(),
        "scope": one.scope.as_str(), "condition": condition,
        "conditionVersion": condition.map(|_| "2.0"), "canDelegate": false,
    })
}
