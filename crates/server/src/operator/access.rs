//! Questions about access, and changes to it.

use std::borrow::Cow;

use access::assignment::RoleAssignment;
use access::role::RoleDefinition;
use access::scope::Scope;
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::entrada::{GrantAnswer, GrantRequest, LeastPrivilegeQuestion, RevokeAnswer};

use super::{Answer, Trouble, json, read, unknown};
use crate::app::App;
use crate::audit::Actor;
use crate::calls;
use crate::clock;
use crate::config::{Principal, World, assignment_id};
use crate::control_plane::is_description;
use crate::question::least_privilege::uses_of;
use crate::question::{self, Asker, Names};

/// `POST /entrada/check`
pub(super) fn check(app: &App, body: &Bytes) -> Answer {
    ask(app, body, |asker, asked| asker.check(asked))
}

/// `POST /entrada/who-can`
pub(super) fn who_can(app: &App, body: &Bytes) -> Answer {
    ask(app, body, |asker, asked| asker.who_can(asked))
}

/// `POST /entrada/effective`
pub(super) fn effective(app: &App, body: &Bytes) -> Answer {
    ask(app, body, |asker, asked| asker.effective(asked))
}

/// `POST /entrada/why-not`
pub(super) fn why_not(app: &App, body: &Bytes) -> Answer {
    ask(app, body, |asker, asked| asker.why_not(asked))
}

/// `POST /entrada/diff`
pub(super) fn diff(app: &App, body: &Bytes) -> Answer {
    ask(app, body, |asker, asked| asker.diff(asked))
}

/// `POST /entrada/least-privilege`
pub(super) fn least_privilege(app: &App, body: &Bytes) -> Answer {
    ask(app, body, |asker, asked: &LeastPrivilegeQuestion| {
        let principal = asker.principal(&asked.principal)?;
        let snapshot = app.snapshot.load();
        let (counts, _) = app.calls.tally();
        let counts: Vec<_> = counts
            .into_iter()
            .filter_map(|(did, count)| calls::counted(&did, count, &snapshot.world))
            .collect();
        let counted = uses_of(counts.iter(), &principal.id, asked.include_refused);
        asker.least_privilege(asked, &counted)
    })
}

/// `GET /entrada/policy`
pub(super) fn policy(app: &App) -> Answer {
    let estate = question::export::estate(&app.snapshot.load().world);
    json(&wire::arm::EstateView::from(&estate))
}

/// Reads a question and answers it from the present policy.
fn ask<Q: DeserializeOwned, A: Serialize, E: Into<Trouble>>(
    app: &App,
    body: &Bytes,
    answer: impl FnOnce(Asker<'_>, &Q) -> Result<A, E>,
) -> Answer {
    let asked: Q = read(body)?;
    let snapshot = app.snapshot.load();
    json(&answer(snapshot.asker(), &asked).map_err(Into::into)?)
}

/// `POST /entrada/grant`: durable before it is acknowledged.
pub(super) async fn grant(app: &App, body: &Bytes, by: &Actor) -> Answer {
    let asked: GrantRequest = read(body)?;
    let world = app.snapshot.load().world.clone();
    let principal = &*find_principal(&world, &asked.principal)?;
    let role = find_role(&world, &asked.role)?;
    let scope = find_scope(&world, &asked.scope)?;
    let id = assignment_id(&principal.id, &role.id, &scope);
    let mut assignment =
        RoleAssignment::new(&id, principal.id.clone(), role.id.clone(), scope.clone());
    assignment.principal_kind = principal.kind();
    assignment.created = Some(clock::now());
    if let Some(text) = asked.description.filter(|text| !text.is_empty()) {
        if !is_description(&text) {
            let message = "the description is too long, or has control characters";
            return Err(Trouble::new(
                StatusCode::BAD_REQUEST,
                "bad_description",
                message,
            ));
        }
        assignment.description = Some(text.into());
    }
    let created = app.policy.grant(assignment, by).await?;
    json(&GrantAnswer {
        id,
        principal: principal.name.clone(),
        role: role.name.clone(),
        scope: scope.to_string(),
        created,
        effective_in_seconds: if created {
            world.endpoint.propagation_seconds
        } else {
            0
        },
    })
}

/// `POST /entrada/revoke`: every assignment of that role to that principal at that scope.
pub(super) async fn revoke(app: &App, body: &Bytes, by: &Actor) -> Answer {
    let asked: GrantRequest = read(body)?;
    let world = app.snapshot.load().world.clone();
    let principal = &*find_principal(&world, &asked.principal)?;
    let role = find_role(&world, &asked.role)?;
    let scope = find_scope(&world, &asked.scope)?;
    let removed = app
        .policy
        .revoke(&principal.id, &role.id, &scope, by)
        .await?;
    json(&RevokeAnswer { removed })
}

pub(super) fn find_principal<'world>(
    world: &'world World,
    name: &str,
) -> Result<Cow<'world, Principal>, Trouble> {
    let found = world.principal_or_object_id(name);
    found.ok_or_else(|| unknown("principal", name, &world.known_principals()))
}

fn find_role<'world>(world: &'world World, name: &str) -> Result<&'world RoleDefinition, Trouble> {
    let id = access::role::RoleId::parse(name);
    world
        .policy
        .role_by_name(name)
        .or_else(|| world.policy.role(&id))
        .ok_or_else(|| {
            unknown(
                "role",
                name,
                "the built-in roles around inference (`entrada rules roles`) and [[role]] entries",
            )
        })
}

fn find_scope(world: &World, text: &str) -> Result<Scope, Trouble> {
    let found = world.scope(text);
    found.ok_or_else(|| unknown("resource", text, &world.known_resources()))
}
