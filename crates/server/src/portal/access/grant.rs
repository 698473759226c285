//! Assigning a role, and taking one back: by the handlers of the management plane.

use access::condition::Attributes;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::RoleId;
use access::scope::Scope;
use askama::Template;
use http::StatusCode;
use serde_json::json;
use wire::arm::view::{authorization_id, name_of};

use super::super::page::{self, Frame};
use super::super::people::Named;
use super::super::place;
use super::super::trouble::Trouble;
use super::super::visit::{Answer, Visit};
use super::losers::{self, Losers};
use super::{DELETE_ASSIGNMENTS, SECTION, WRITE_ASSIGNMENTS};
use crate::control_plane::{self, assignment_attributes};
use crate::token_service::form::encode;

/// Whether the person may assign this role to this principal there, conditions of delegation included.
pub(in super::super) fn may_grant(
    visit: &Visit<'_>,
    role: &RoleId,
    principal: &PrincipalId,
    kind: PrincipalKind,
    scope: &Scope,
) -> bool {
    let attributes = assignment_attributes("Request", role, principal, kind);
    may(visit, WRITE_ASSIGNMENTS, scope, attributes)
}

/// Whether the person may take this assignment away.
pub(super) fn may_remove(
    visit: &Visit<'_>,
    assignment: &access::assignment::RoleAssignment,
) -> bool {
    let attributes = assignment_attributes(
        "Resource",
        &assignment.role,
        &assignment.principal,
        assignment.principal_kind,
    );
    may(visit, DELETE_ASSIGNMENTS, &assignment.scope, attributes)
}

fn may(visit: &Visit<'_>, action: &'static str, scope: &Scope, attributes: Attributes) -> bool {
    let (snapshot, caller) = (&visit.snapshot, visit.caller());
    control_plane::allows(snapshot, caller, action, scope, attributes, visit.now).is_ok()
}

/// `POST /portal/access/assign`
pub(in super::super) async fn assign(visit: &Visit<'_>) -> Answer {
    let world = visit.world();
    let scope = scope(visit)?;
    let name = visit.field("principal")?;
    let principal = world.principal_or_object_id(name);
    let principal =
        principal.ok_or_else(|| Trouble::Missing(format!("Nobody is called “{name}” here.")))?;
    let role = visit.field("role")?;
    let id = RoleId::parse(role);
    let definition = world
        .policy
        .role(&id)
        .or_else(|| world.policy.role_by_name(role));
    let definition =
        definition.ok_or_else(|| Trouble::Missing(format!("No role is called “{role}”.")))?;
    let subscription = wire::arm::view::subscription_of(&scope)
        .map_or_else(String::new, |id| format!("/subscriptions/{id}"));
    let mut properties = json!({
        "roleDefinitionId": format!(
            "{subscription}/providers/Microsoft.Authorization/roleDefinitions/{}", definition.id
        ),
        "principalId": principal.id.to_string(),
    });
    if let Some(condition) = visit.form.value("condition").map(str::trim)
        && !condition.is_empty()
    {
        properties["condition"] = condition.into();
        properties["conditionVersion"] = "2.0".into();
    }
    if let Some(description) = visit.form.value("description").map(str::trim)
        && !description.is_empty()
    {
        properties["description"] = description.into();
    }
    let assignment = uuid::Uuid::new_v4().to_string();
    let path = authorization_id(&scope, "roleAssignments", &assignment);
    let body = json!({ "properties": properties });
    match visit.perform("PUT", &path, &body).await {
        Ok(_) => {}
        // Somebody else was faster, or clicked twice: what was wanted is there.
        Err(Trouble::Bad(StatusCode::CONFLICT, _)) => {}
        Err(trouble) => return Err(trouble),
    }
    let back = visit
        .form
        .value("back")
        .filter(|back| super::super::sign_in::is_page(back));
    let check = format!(
        "/portal/access?scope={}&principal={}&ask={}&action={}&granted={}#result",
        encode(scope.as_str()),
        encode(&principal.name),
        encode(visit.form.value("ask").unwrap_or_default()),
        encode(visit.form.value("action").unwrap_or_default()),
        encode(&definition.name),
    );
    Ok(page::see(back.unwrap_or(&check)))
}

fn scope(visit: &Visit<'_>) -> Result<Scope, Trouble> {
    let text = visit
        .form
        .value("scope")
        .or(visit.query.value("scope"))
        .unwrap_or_default();
    let scope = visit.world().scope(text);
    scope.ok_or_else(|| Trouble::Missing("There is no such scope.".to_owned()))
}

#[derive(Template)]
#[template(path = "portal/access/remove.html")]
struct RemovePage {
    frame: Frame,
    who: Named,
    role: String,
    place: String,
    scope: String,
    name: String,
    description: String,
    losers: Option<Losers>,
    back: String,
}

/// `GET /portal/access/remove?scope=ID&name=GUID&from=ID`: asks once more.
pub(in super::super) async fn confirm_removal(visit: &Visit<'_>) -> Answer {
    let scope = scope(visit)?;
    let name = visit.query.value("name").unwrap_or_default();
    let assignments = &visit.world().policy.assignments;
    let found = assignments.iter().find(|one| {
        !one.eligible && one.scope == scope && name_of(&one.id).eq_ignore_ascii_case(name)
    });
    let unknown = || Trouble::Missing("There is no such role assignment.".to_owned());
    let found = found.ok_or_else(unknown)?;
    if !may_remove(visit, found) {
        // As somebody who may not know whether there is one.
        visit.demand(DELETE_ASSIGNMENTS, &scope)?;
        return Err(unknown());
    }
    let world = visit.world();
    let role = world.policy.role(&found.role);
    page::page(&RemovePage {
        frame: visit.frame(SECTION),
        who: Named::by_id(world, &found.principal, found.principal_kind),
        role: role.map_or_else(|| found.role.to_string(), |role| role.name.clone()),
        place: place::label(world, &scope),
        scope: scope.to_string(),
        name: name_of(&found.id).to_owned(),
        description: found.description.as_deref().unwrap_or_default().to_owned(),
        losers: losers::of(visit, found).await?,
        back: list(visit.query.value("from").unwrap_or(scope.as_str())),
    })
}

/// `POST /portal/access/remove`
pub(in super::super) async fn remove(visit: &Visit<'_>) -> Answer {
    let scope = scope(visit)?;
    let path = authorization_id(&scope, "roleAssignments", visit.field("name")?);
    visit.perform("DELETE", &path, &json!({})).await?;
    let back = visit
        .form
        .value("back")
        .filter(|back| super::super::sign_in::is_page(back));
    let list = list(scope.as_str());
    Ok(page::see(back.unwrap_or(&list)))
}

fn list(scope: &str) -> String {
    format!("/portal/access/assignments?scope={}", encode(scope))
}
