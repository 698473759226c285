//! Eligible assignments: roles that must be activated first (Privileged Identity Management).

use access::assignment::RoleAssignment;
use access::role::RoleId;
use askama::Template;
use serde_json::json;
use wire::arm::view::{authorization_id, subscription_of};

use super::super::page::{self, Frame};
use super::super::people::Named;
use super::super::place;
use super::super::trouble::Trouble;
use super::super::visit::{Answer, Visit};
use super::{Head, READ_ELIGIBLE, SECTION, Tab};
use crate::token_service::form::encode;

#[derive(Template)]
#[template(path = "portal/access/eligible.html")]
struct EligiblePage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    sees_all: bool,
}

struct Row {
    who: Named,
    role: String,
    role_id: String,
    place: String,
    until: String,
    scope: String,
    /// Whether the person may activate it: it is theirs, or a group's of theirs, and not active.
    may_activate: bool,
}

/// `GET /portal/access/eligible?scope=ID`
pub(in super::super) fn show(visit: &Visit<'_>) -> Answer {
    let head = Head::of(visit, Tab::Eligible)?;
    let world = visit.world();
    let index = &visit.snapshot.index;
    let sees_all = visit.may(READ_ELIGIBLE, &head.scope);
    let own = index.memberships(&visit.caller().principal, &visit.caller().groups);
    let ancestors = index.ancestors(&head.scope);
    let eligible = world.policy.assignments.iter().filter(|one| {
        one.eligible
            && ancestors.covered_by(&one.scope)
            && (sees_all || own.contains(&one.principal))
    });
    let rows = eligible.map(|one| {
        let role = world.policy.role(&one.role);
        Row {
            who: Named::by_id(world, &one.principal, one.principal_kind),
            role: role.map_or_else(|| one.role.to_string(), |role| role.name.clone()),
            role_id: one.role.to_string(),
            place: place::label(world, &one.scope),
            scope: one.scope.to_string(),
            may_activate: own.contains(&one.principal) && !is_active(visit, one),
            until: one.ends.map_or_else(String::new, |ends| ends.to_string()),
        }
    });
    page::page(&EligiblePage {
        frame: visit.frame(SECTION),
        rows: rows.collect(),
        sees_all,
        head,
    })
}

/// Whether the person holds the same role there already.
fn is_active(visit: &Visit<'_>, eligible: &RoleAssignment) -> bool {
    let mut assignments = visit.world().policy.assignments.iter();
    assignments.any(|one| {
        !one.eligible
            && one.principal == visit.caller().principal
            && one.role == eligible.role
            && one.scope == eligible.scope
            && one.ends.is_none_or(|ends| visit.now < ends)
    })
}

/// `POST /portal/access/activate`
pub(in super::super) async fn activate(visit: &Visit<'_>) -> Answer {
    let unknown = || Trouble::Missing("There is no such scope.".to_owned());
    let scope = visit
        .world()
        .scope(visit.field("scope")?)
        .ok_or_else(unknown)?;
    let role = RoleId::parse(visit.field("role")?);
    let hours: u8 = visit
        .field("hours")?
        .parse()
        .map_err(|_| Trouble::bad("The hours are not a number."))?;
    let me = visit.caller().principal.to_string();
    let subscription =
        subscription_of(&scope).map_or_else(String::new, |id| format!("/subscriptions/{id}"));
    let body = json!({ "properties": {
        "requestType": "SelfActivate",
        "principalId": me,
        "roleDefinitionId": format!(
            "{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        ),
        "justification": visit.field("justification")?,
        "scheduleInfo": { "expiration": { "type": "AfterDuration", "duration": format!("PT{hours}H") } },
    }});
    let request = uuid::Uuid::new_v4().to_string();
    let path = authorization_id(&scope, "roleAssignmentScheduleRequests", &request);
    visit.perform("PUT", &path, &body).await?;
    Ok(page::see(&format!(
        "/portal/access?scope={}&principal={}&ask=role:{}#result",
        encode(scope.as_str()),
        encode(&me),
        encode(&role.to_string()),
    )))
}
